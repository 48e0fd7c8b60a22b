"""Dead rules: what is found, whatever the order; and that nothing that is called dead ever matters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations, product
from random import Random

import pytest

from havocproof.errors import PolicyError
from havocproof.kernel import bridge
from havocproof.kernel.source import Atom, Part, View
from havocproof.policy import Policy, build
from havocproof.policy.dead import Numbers, dead
from tests.policy.support import APPROVALS, DAY, NOW, SCOPES, load, problems

READ = "permit: file.read, where: {path: %s}"


def rules_of(*rules: str) -> str:
    return APPROVALS + "rules:\n  g:\n" + "".join(f"    - {{id: r{n}, {rule}}}\n" for n, rule in enumerate(rules))


def called_dead(*rules: str) -> set[str]:
    """The ids of rules that E-DEAD names."""
    body = rules_of(*rules)
    try:
        load(body)
    except PolicyError as error:
        found = [each for each in error.problems if not each.is_warning]
        assert {each.code for each in found} == {"E-DEAD"}
        return {each.message.split("`")[1] for each in found}
    return set()


def read(*paths: str) -> str:
    return READ % f"[{', '.join(paths)}]"


class TestCoveredBySeveral:
    RULES = (read("/a/**", "/b/**"), read("/a/**"), read("/b/**"))

    @pytest.mark.parametrize("order", list(permutations(range(3))))
    def test_by_two_others_whatever_the_order(self, order: tuple[int, ...]) -> None:
        found = called_dead(*(self.RULES[at] for at in order))
        whole = f"r{order.index(0)}"
        halves = {f"r{order.index(1)}", f"r{order.index(2)}"}
        assert found in ({whole}, halves), "either the whole says nothing more, or the halves do not"

    @pytest.mark.parametrize("order", list(permutations(range(3))))
    def test_kinds_of_effects_too(self, order: tuple[int, ...]) -> None:
        rules = [
            "permit: [dir.list, dir.make], where: {path: /a}",
            "permit: [dir.make, file.read], where: {path: /a}",
            "permit: [dir.list, file.read], where: {path: /a}",
        ]
        assert called_dead(*(rules[at] for at in order)) == {"r2"}

    @pytest.mark.parametrize("order", list(permutations(range(3))))
    def test_a_permit_under_two_forbids(self, order: tuple[int, ...]) -> None:
        rules = [
            "permit: file.read, where: {path: [/a/x, /b/y]}",
            "forbid: file.read, where: {path: /a/**}, why: x",
            "forbid: [file.read, file.write], where: {path: /b/**}, why: x",
        ]
        assert called_dead(*(rules[at] for at in order)) == {f"r{order.index(0)}"}

    def test_the_lines_are_told(self) -> None:
        found = problems(rules_of(read("/a", "/b"), read("/a"), read("/b", "/c")))
        (only,) = found
        assert only.message in (
            "rule `r0` never matters: the rules at line 7 and line 8 cover it",
            "rule `r1` never matters: the permit at line 6 covers it",
        )


DEAD = [
    (read("/a/b"), read("/a/**")),
    (read("/a/*/c"), read("/a/**")),
    ("permit: file.read, where: {path: /a, ext: py}", read("/a")),
    ("permit: file.read, where: {path: /a, ext: py}", "permit: file.read, where: {path: /a, ext: [py, md]}"),
    (
        "permit: file.read, where: {path: /a, bytes: {max: 1 KiB}}",
        "permit: file.read, where: {path: /a, bytes: {max: 1 MiB}}",
    ),
    (read("/a"), "ask: file.read, where: {path: /a/**}, needs: boss, why: x"),
    (
        "ask: file.read, where: {path: /a}, needs: boss, why: x",
        "ask: file.read, where: {path: /a/**}, needs: boss, why: x",
    ),
    (
        "ask: file.read, where: {path: /a}, unless: {ext: py}, needs: boss, why: x",
        "ask: file.read, where: {path: /a/**}, unless: {ext: py}, needs: boss, why: x",
    ),
    ("forbid: file.read, where: {path: /a/b}, why: x", "forbid: file.read, where: {path: /a/**}, why: x"),
    ("forbid: file.read, where: {path: /a/.git}, why: x", "forbid: file.read, where: {within: .git}, why: x"),
    ("forbid: file.read, where: {path: /a}, needs: boss, why: x", "forbid: file.read, where: {path: /a}, why: x"),
    (
        "forbid: file.read, where: {path: /a}, needs: boss, why: x",
        "forbid: file.read, where: {path: /a/**}, needs: boss, why: x",
    ),
    (
        "forbid: file.read, where: {path: {not: [/a, /b]}}, why: x",
        "forbid: file.read, where: {path: {not: /a}}, why: x",
    ),
]
ALIVE = [
    (read("/a/**"), read("/a/b")),
    (read("/a/*"), read("/a/b")),
    (read("/a"), "forbid: file.read, where: {path: /a}, needs: boss, why: x"),
    (read("/a"), "ask: file.read, where: {path: /a}, unless: {ext: py}, needs: boss, why: x"),
    (
        "ask: file.read, where: {path: /a}, needs: boss, why: x",
        "ask: file.read, where: {path: /a}, needs: other, why: x",
    ),
    (
        "forbid: file.read, where: {path: /a}, needs: boss, why: x",
        "forbid: file.read, where: {path: /a}, needs: other, why: x",
    ),
    (
        "forbid: file.read, where: {path: /a}, needs: boss, why: x",
        "ask: file.read, where: {path: /a}, needs: boss, why: x",
    ),
    ("forbid: file.read, where: {path: /a}, why: x", "forbid: file.read, where: {path: /a}, unless: {ext: py}, why: x"),
    ("permit: file.read, where: {path: /a}, then: {max_result: 1 KiB}", read("/a/**")),
    (
        "permit: file.read, where: {path: /a, bytes: {max: 2 KiB}}",
        "permit: file.read, where: {path: /a, bytes: {max: 1 KiB}}",
    ),
    ("permit: file.read, where: {path: /a, name: a}", "permit: file.read, where: {path: /a, ext: a}"),
]


@pytest.mark.parametrize(("covered", "covering"), DEAD)
def test_what_another_rule_covers_is_dead_in_either_order(covered: str, covering: str) -> None:
    assert called_dead(covered, covering) == {"r0"}
    assert called_dead(covering, covered) == {"r1"}


@pytest.mark.parametrize(("one", "other"), ALIVE)
def test_what_is_not_covered_is_alive_in_either_order(one: str, other: str) -> None:
    assert "r0" not in called_dead(one, other)
    assert "r1" not in called_dead(other, one)


def test_of_equal_rules_the_later_is_dead() -> None:
    assert called_dead(read("/a"), read("/b"), read("/a"), read("/a")) == {"r2", "r3"}


def test_permits_of_groups_that_agents_use_apart_do_not_cover_each_other() -> None:
    rules = "rules: {a: [{permit: dir.list, where: {path: /x}}], b: [{permit: dir.list, where: {path: /**}}]}\n"
    assert [each.code for each in problems(rules)] == ["E-DEAD"]
    agents = "agents: {lead: {uses: [a], delegates: [b], starts: [helper]}, helper: {uses: [b]}}\n"
    assert load(agents + rules).name == "p"


# ---- soundness: small policies, all rules that can be said of few paths, and every atom of a small world ----

PATHS = ("/a", "/b", "/a/**", "/a/*", "/a/b", "/**", "/a/*/b")
WORLD = ((), ("a",), ("b",), ("a", "b"), ("a", "c.py"), ("a", "a", "b"), ("b", "x.py"))


def atoms() -> Iterator[Part]:
    for segments, verb, size in product(WORLD, ("file.read", "file.write"), (0, 5, 9)):
        name = segments[-1] if segments else ""
        names = {"path": "/" + "/".join(segments), "name": name, "ext": "py" if name.endswith(".py") else "", "via": ""}
        yield Part(verb, {"count": 1, "at_once": 1, "bytes": size}, (Atom(names, {"path": segments}),))


def some_rule(rng: Random) -> str:
    verbs = rng.choice(["file.read", "file.write", "[file.read, file.write]"])
    effect = rng.choice(["permit", "permit", "ask", "forbid", "require"])
    where = [f"path: [{', '.join(rng.sample(PATHS, rng.randint(1, 2)))}]"]
    if rng.random() < 0.4:
        where.append("ext: " + rng.choice(["py", "[py, none]", "none"]))
    if rng.random() < 0.4:
        where.append(f"bytes: {{{rng.choice(['max', 'min'])}: {rng.choice((4, 5, 8))} B}}")
    if rng.random() < 0.2:
        where.append("within: " + rng.choice(["a", "[a, b]"]))
    unless = ", unless: {ext: py}" if effect != "permit" and rng.random() < 0.3 else ""
    needs = f", needs: {rng.choice(('boss', 'other'))}" if effect in ("ask", "require") else ""
    why = ", why: x" if effect != "permit" else ""
    word = "forbid" if effect == "require" else effect
    return f"{word}: {verbs}, where: {{{', '.join(where)}}}{unless}{needs}{why}"


def verdicts(policy: Policy, kernel: bridge.Kernel) -> list[tuple[str, frozenset[str]]]:
    """For each atom: permit, ask or deny, and who is asked."""
    found = []
    groups = policy.source.agents["main"].uses
    for each in atoms():
        verdict = kernel.decide((each,), dict(SCOPES), groups, NOW + 31 * DAY, NOW, 0, View({}, {}, {}))
        word = "permit" if verdict.is_Permitted else "ask" if verdict.is_Asked else "deny"
        found.append((word, bridge.needs(verdict) if word == "ask" else frozenset()))
    return found


def test_what_is_called_dead_changes_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "check", lambda *_: None)
    rng = Random(20261123)
    dropped = 0
    for _ in range(150):
        policy = load(rules_of(*(some_rule(rng) for _ in range(rng.randint(2, 7)))))
        numbers = Numbers()
        tested = [
            (each, numbers.of(each.rule.tests), frozenset(map(numbers.of, each.rule.unless))) for each in policy.lowered
        ]
        gone = {text.id for text, _ in dead(tested, numbers, (), False)}
        dropped += len(gone)
        left = tuple(rule for rule in policy.source.rules if rule.id not in gone)
        smaller = bridge.load(replace(policy.source, rules=left))
        assert verdicts(policy, smaller) == verdicts(policy, policy.kernel), [str(rule) for rule in gone]
    assert dropped > 50, "the policies have dead rules at all"
