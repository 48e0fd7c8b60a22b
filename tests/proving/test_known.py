"""What the engine is told beside the policy is true of every action that a gate can meet."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from havocproof.actions import Part
from havocproof.actions.wire import action_from_wire
from havocproof.kernel import bridge
from havocproof.kernel.source import Stands, Test, View
from havocproof.policy import Policy, loads_policy
from havocproof.policy.staging import MONTH_END, NOW, stage
from havocproof.policy.wording import with_words
from havocproof.proving.aliases import Aliases
from havocproof.proving.comparing import engine, excluded
from havocproof.proving.impossible import Impossible
from havocproof.proving.prove import Proving
from havocproof.proving.results import Broken
from tests.policy.support import SCOPES
from tests.policy.test_shared import POLICIES, shared

FILES = """\
havocproof: 1
policy: p
tools:
  look: {is: file.read, args: {where: {path: /a}, depth: int}, map: {path: where}}
  read:
    is: sql.read
    args: {of: [a, b], most: {int: {min: 1, max: 5}}}
    map: {table: {const: d.s.t}, column: of, rows: most}
  fixed: {is: file.write, args: {text: text}, map: {path: {const: /a/x.py}}}
  bill:
    is: money.payment
    args: {to: name, sum: {decimal: USD}, any_sum: {decimal: EUR}}
    map: {account: {const: main}, payee: to, amount: sum}
  page: {is: http.request, args: {url: url}, map: {method: {const: GET}}}
rules:
  g:
    - {permit: [look, file.read, file.write], where: {path: [/a/x.py, /a/*/y, /b/**], ext: [py, gz]}}
    - {permit: look, where: {where: /a/**, depth: any, name: [x.py, y]}}
    - {forbid: [file.read, file.write], where: {name: [x.py, z, .env], within: [z, a]}, why: so}
    - {permit: bill, where: {account: main, to: any, amount: {max: 5.00 USD}, sum: {min: 1.00 USD}}}
    - {permit: money.payment, where: {account: any, payee: any, amount: [{max: 3.00 EUR}, {max: 4.00 USD}]}}
    - {permit: read, where: {table: d.s.t, column: any}}
    - {permit: http.request, where: {host: b.example, path: any, method: GET, port: 8443}}
    - {permit: page, where: {host: a.example, path: any, method: GET}}
budgets: {b: {amount: 9.00 USD, of: money.payment, per: [run]}, c: {amount: 9.00 EUR, of: money.payment, per: [run]}}
"""


def files() -> Policy:
    return loads_policy(FILES)


def actions(policy: Policy, dice: random.Random) -> Iterator[tuple[Part, ...]]:
    """Calls and actions of all sorts."""
    words = ("x.py", "y", "z", ".env", "a", "b", "c.tar.gz")
    for _ in range(150):
        path = "/" + "/".join(dice.choice(words) for _ in range(dice.randint(0, 4)))
        amount = f"{dice.randint(0, 6)}.{dice.choice(('01', '50', '99'))}"
        for word, arguments in (
            ("file.read", {"path": path}),
            ("file.write", {"path": path, "content": "x" * dice.randint(0, 9)}),
            ("look", {"where": dice.choice((("/a" + path).rstrip("/"), path.strip("/") or "x")), "depth": 3}),
            ("fixed", {"text": "t"}),
            (
                "http.request",
                {
                    "method": "GET",
                    "host": f"{dice.choice('ab')}.example",
                    "path": path,
                    "scheme": dice.choice(("http", "https")),
                    "port": dice.choice((80, 443, 8443)),
                    "max_bytes_in": 9,
                },
            ),
            ("read", {"of": dice.choice("ab"), "most": dice.randint(1, 5)}),
            ("bill", {"to": dice.choice(words), "sum": f"{amount} USD", "any_sum": f"{amount} EUR"}),
            ("page", {"url": f"https://{dice.choice(('a', 'b'))}.example{path}"}),
            (
                "money.payment",
                {
                    "account": "main",
                    "payee": dice.choice(words),
                    "amount": f"{amount} {dice.choice(('USD', 'EUR', 'CHF'))}",
                    "idempotency_key": "k",
                },
            ),
        ):
            yield policy.parts(action_from_wire({"action": word, "args": arguments}))


def passes(policy: Policy, tests: tuple[Test, ...], part: Part, scene: object) -> bool:
    return any(all(policy.kernel.test(test, part, atom, scene) == "yes" for test in tests) for atom in part.atoms)


def test_nothing_impossible_happens() -> None:
    policy = files()
    impossible, aliases = Impossible(policy), Aliases(policy)
    conjunctions = {verb: impossible.about(verb, ()) for rule in policy.source.rules for verb in rule.verbs}
    assert {verb: len(found) > 2 for verb, found in conjunctions.items()}["look"]
    scene = bridge.scene(SCOPES, frozenset({"g"}), NOW, View({}, {}, {}))
    seen = set()
    for parts in actions(policy, random.Random(7)):
        for part in parts:
            seen.add(part.verb)
            for tests in conjunctions[part.verb]:
                assert not passes(policy, tests, part, scene), (part, tests)
            for test in aliases.constants(part.verb):
                assert all(policy.kernel.test(test, part, atom, scene) == "yes" for atom in part.atoms), (part, test)
    assert seen == {"file.read", "file.write", "look", "fixed", "bill", "page", "read", "money.payment", "http.request"}


def test_what_engines_get_decides_as_the_policy_does() -> None:
    policy = files()
    aliases = Aliases(policy)
    assert aliases.renamed("bill") == {"to": "payee", "sum": "amount"}
    assert aliases.renamed("look") == {"where": "path"}
    others = (aliases.canonical, engine(policy, 1000, excluded(policy)).policy)
    assert all(other is not policy for other in others)
    verdicts = set()
    for parts in actions(policy, random.Random(8)):
        said = decided(policy, parts)
        verdicts.add(type(said).__name__)
        for other in others:
            assert type(decided(other, parts)) is type(said), parts
    assert len(verdicts) > 2


def decided(policy: Policy, parts: tuple[Part, ...]) -> bridge.Verdict:
    return policy.kernel.decide(parts, SCOPES, frozenset({"", "g"}), MONTH_END, NOW, 0, View({}, {}, {}))


@pytest.mark.parametrize("name", POLICIES)
def test_the_examples_of_the_designs_own_files_are_possible(name: str) -> None:
    policy = shared(name)
    impossible = Impossible(policy)
    other = engine(policy, 1000, excluded(policy)).policy
    for example in policy.examples:
        parts = with_words(policy.wordings, policy.cost_currency, example.parts, example.texts)
        scopes, groups, view, digest = stage(policy, example.given, parts)
        said = policy.kernel.decide(parts, scopes, groups, MONTH_END, NOW, NOW, view, digest)
        again = other.kernel.decide(parts, scopes, groups, MONTH_END, NOW, NOW, view, "")
        assert digest or type(again) is type(said), example.do
        scene = bridge.scene(scopes, groups, NOW, view)
        for part in parts:
            for tests in impossible.about(part.verb, ()):
                brought = any(isinstance(test, Stands) for test in tests)  # is carried, though the state lacks it
                assert brought or not passes(policy, tests, part, scene), (example.do, tests)


CLAIMS = """\
prove:
  - {id: a, never: money.payment, where: {amount: {above: 4.00 USD}}}
  - {id: b, never: bill, where: {sum: {above: 4.00 USD}}}
  - {id: c, never: bill, where: {amount: {above: 2.00 EUR}}}
  - {id: d, never: bill, unless: {account: main}}
  - {id: e, never: bill, where: {sum: {below: 1.00 USD}}}
  - {id: f, never: money.payment, where: {amount: {above: 3.00 EUR}}}
  - {id: g, never: file.read, where: {name: x.py}}
  - {id: h, never: [file.read, file.write], where: {path: /a/x.py}}
  - {id: i, never: file.read, unless: {ext: [py, gz]}}
  - {id: j, never: file.read, where: {within: z}}
  - {id: k, never: fixed}
  - {id: l, never: http.request, unless: {host: [a.example, b.example], scheme: https}}
  - {id: m, never: sql.read, unless: {column: [a, b], rows: {max: 5}}}
  - {id: n, never: look, where: {path: /a/*/y, name: y}}
  - {id: o, never: file.write, unless: {path: [/a/*/y, /b/**]}}
"""


def test_no_call_breaks_what_holds_of_tools() -> None:
    policy = loads_policy(FILES + CLAIMS)
    proving = Proving(policy)
    outcomes = {claim.id: proving.outcome(claim) for claim in policy.invariants}
    assert {label: type(outcome).__name__ for label, outcome in outcomes.items()} == {
        **dict.fromkeys("cdfhklmo", "Holds"),
        **dict.fromkeys("abeginj", "Broken"),
    }
    scene = bridge.scene(SCOPES, frozenset({"", "g"}), NOW, View({}, {}, {}))
    broken = set()
    for parts in actions(policy, random.Random(9)):
        if not decided(policy, parts).is_Permitted:
            continue
        for claim in policy.invariants:
            for region in claim.regions:
                for part in parts:
                    about = part.verb in region.verbs and passes(policy, region.tests, part, scene)
                    if about and not any(passes(policy, tests, part, scene) for tests in region.unless):
                        broken.add(claim.id)
    assert broken <= {label for label, outcome in outcomes.items() if isinstance(outcome, Broken)}
