"""The section `prove`: its form, what its claims say, and what is wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from havocproof.kernel.source import LABEL, Mark, Pattern, Placed, Scoped, Stands
from havocproof.policy import load_policy
from tests.policy.folder import head, opened
from tests.policy.support import load, problems

TOOLS = """\
approvals: {boss: {role: boss, people: 1, within: 1d}}
agents: {x: {uses: [g], objective: Write.}}
tools:
  send_money:
    {is: money.payment, args: {to: name, sum: {decimal: EUR}}, map: {account: {const: a}, payee: to, amount: sum}}
sets: {staff: {email: [a@firm.example]}}
facts: {asked: {by: host}}
records: {book: {from: prompt, fields: {ibans: {find: iban}}}}
labels: {seen: {from: host, guards: [all.send]}}
rules: {g: [{permit: file.write, where: {path: /a}}]}
"""


def test_they_are_read_as_rules_are() -> None:
    policy = load(
        TOOLS
        + """\
prove:
  - {id: no-deletes, never: file.delete, where: {path: /data/**}, unless_approved: boss}
  - {some: send_money}
  - {at_most: {amount: 10.00 USD, of: money.trade, per: run}}
  - {always: file.write, where: {path: /a}, when: {agent: x}}
  - {never: all.send, after: {file.write: {path: /a}}, until: send_money, unless: [{message.send: {recipient: $staff}}]}
"""
    )
    first, some, most, always, history = policy.invariants
    assert [(each.id, each.claim, each.line) for each in policy.invariants] == [
        ("no-deletes", "never", 14),
        ("prove.2", "some", 15),
        ("prove.3", "at_most", 16),
        ("prove.4", "always", 17),
        ("prove.5", "never", 18),
    ]
    assert policy.warnings == ()
    assert first.text == "never: file.delete, where: {path: /data/**}, unless_approved: boss"
    (region,) = first.regions
    assert (region.word, region.verbs, region.unless, first.approved) == (
        "file.delete",
        frozenset({"file.delete"}),
        (),
        "boss",
    )
    assert region.tests == (Placed("path", (Pattern(("data",), True),)),)
    assert [each.verbs for each in some.regions] == [frozenset({"send_money"})]
    assert most.most is not None
    assert (most.most.limit, most.most.measure, most.most.per) == (1000, "amount", ("tenant", "run"))
    assert most.most.counted[0].measure == "amount:USD"
    assert Scoped("agent", frozenset({"x"})) in always.regions[0].tests
    assert {each.word: len(each.unless) for each in history.regions} == {
        "http.request": 0,
        "net.connect": 0,
        "message.send": 1,
    }
    assert [each.verbs for each in history.after] == [frozenset({"file.write"})]
    assert [each.verbs for each in history.until] == [frozenset({"send_money"})]


def test_those_of_guards_speak_of_all_tools_and_by_the_guards_names(tmp_path: Path) -> None:
    policy = opened(
        tmp_path,
        {
            "policy.yaml": head("p")
            + "under: [g.yaml]\ntools: {pay: {is: money.payment, args: {to: name, sum: {decimal: EUR}}, "
            + "map: {account: {const: a}, payee: to, amount: sum}}}\nprove: [{id: mine, some: pay}]\n",
            "g.yaml": head("g", "guard")
            + "approvals: {boss: {role: boss, people: 1, within: 1d}}\n"
            + "labels: {seen: {from: host, guards: [all.send]}}\n"
            + "prove: [{id: mine, never: all.pay, when: {carries: seen}, unless_approved: boss}]\n",
        },
    )
    assert [(each.id, each.claim, each.file, each.guard) for each in policy.invariants] == [
        ("mine", "some", "", ""),
        ("mine", "never", "g.yaml", "g"),
    ]
    of_guard = policy.invariants[1]
    assert of_guard.approved == "g/boss"
    assert frozenset({"money.payment", "pay"}) in {each.verbs for each in of_guard.regions}
    assert {test for region in of_guard.regions for test in region.tests} == {Stands(Mark(LABEL, "g/seen", ("self",)))}
    assert policy.warnings == ()


def test_a_program_counts_as_what_its_box_lets_it_do() -> None:
    digest = "0" * 64
    policy = load(
        f"""\
        programs:
          make: {{exe: /bin/make, sha256: "{digest}", box: {{read: [/src/**], write: [/out/**], net: none}}}}
        rules: {{g: [{{permit: make}}]}}
        prove:
          - {{never: file.write, unless: {{path: /src/**}}}}
          - {{never: file.write, unless: {{path: /out/**}}}}
          - {{never: file.write, where: {{path: /src/**}}}}
          - {{never: file.write, where: {{path: /out/a/**, via: none}}}}
          - {{never: file.write, where: {{path: /out/a/**}}, unless: {{path: [/out/a/**, /b]}}}}
          - {{never: file.read, where: {{path: /src/a/**}}}}
        """
    )
    boxed = [[each.box for each in claim.regions if each.box] for claim in policy.invariants]
    assert boxed == [["make"], [], [], [], [], ["make"]]


@pytest.mark.parametrize(
    ("section", "code", "message"),
    [
        ("{never: x}", "E-KEY", "`prove` is a mapping"),
        ("[x]", "E-KEY", "an invariant is text"),
        ("[{where: {a: b}}]", "E-KEY", "an invariant has one of"),
        ("[{never: x, some: y}]", "E-KEY", "this has 2"),
        ("[{never: file.read, wher: {a: b}}]", "E-KEY", "unknown key `wher`"),
        ("[{some: file.read, unless: {path: /b}}]", "E-KEY", "`unless` says nothing beside `some`"),
        (
            "[{at_most: {count: 1, of: file.read, per: run}, where: {path: /b}}]",
            "E-KEY",
            "`where` says nothing beside `at_most`",
        ),
        ("[{at_most: 3}]", "E-KEY", "`at_most` is text"),
        ("[{never: x, where: y}]", "E-KEY", "`where` is text"),
        ("[{never: x, id: [a]}]", "E-KEY", "`id` is a list"),
        ("[{never: x, until: y}]", "E-KEY", "`until` without `after`"),
    ],
)
def test_their_form_is_checked(section: str, code: str, message: str) -> None:
    (found,) = (each for each in problems(f"prove: {section}\n") if not each.is_warning)
    assert (found.code, found.line) == (code, 3)
    assert message in found.message
    assert found.remedy


def test_an_id_stands_once() -> None:
    (found,) = problems("prove: [{never: file.read, id: a}, {some: file.read, id: a}]\n")
    assert (found.code, found.message) == ("E-DUP", "`a` is the id of line 3")


@pytest.mark.parametrize(
    ("claim", "code", "message"),
    [
        ("{never: file.deleet}", "E-VERB", "no verb, program or tool `file.deleet`"),
        ("{never: [file.read, file.read]}", "E-DUP", "`file.read` twice"),
        ("{never: file.delete, where: {host: a.example}}", "E-AXIS", "`file.delete` has no axis `host`"),
        ("{never: file.delete, where: {path: a}}", "E-PAT", "`a`"),
        ("{never: file.delete, unless: {hots: a.example}}", "E-AXIS", "`file.delete` has no axis `hots`"),
        ("{never: file.delete, unless: {path: any}}", "E-DEAD", "this `unless` always holds"),
        ("{never: file.delete, unless: [{file.read: {hots: a}}]}", "E-AXIS", "`file.read` has no axis `hots`"),
        (
            "{never: file.delete, unless: [file.read]}",
            "E-DEAD",
            "`file.read` is excused, and the claim is not about it",
        ),
        ("{never: file.delete, unless_approved: bos}", "E-REF", "`bos`"),
        ("{never: file.delete, when: {carries: sen}}", "E-REF", "no label `sen`"),
        ("{never: file.delete, when: {agent: y}}", "E-REF", "no agent `y`"),
        ("{never: file.delete, when: {boook: {ibans: unknown}}}", "E-KEY", "`when` knows no `boook`"),
        ("{never: file.delete, after: file.wriet}", "E-VERB", "no verb, program or tool `file.wriet`"),
        ("{never: file.delete, after: file.write, until: {file.read: {hots: a}}}", "E-AXIS", "has no axis `hots`"),
        ("{some: [send_mony]}", "E-VERB", "no verb, program or tool `send_mony`"),
        ("{at_most: {of: money.trade, per: run}}", "E-KEY", "`at_most` has one measure, and this has 0"),
        ("{at_most: {amount: 1.00 USD, count: 1, of: money.trade, per: run}}", "E-KEY", "and this has 2"),
        ("{at_most: {amount: 1.00 USD, per: run}}", "E-KEY", "`at_most` needs `of`"),
        ("{at_most: {amount: 1.00 USD, of: money.trade}}", "E-KEY", "`at_most` needs `per`"),
        ("{at_most: {amount: 1.0 USD, of: money.trade, per: run}}", "E-INT", "`1.0 USD`"),
        ("{at_most: {bytes: 1, of: money.trade, per: run}}", "E-AXIS", "has no measure `bytes`"),
        ("{at_most: {count: 1, of: money.trade, per: run, every: 1y}}", "E-INT", "`1y`"),
        ("{narrower_than: [a]}", "E-KEY", "`narrower_than` is a list"),
        ("{narrower_than: last.yaml}", "E-REF", "a policy given as text has no folder"),
    ],
)
def test_what_they_say_is_checked(claim: str, code: str, message: str) -> None:
    found = problems(f"{TOOLS}prove:\n  - {claim}\n")
    assert [(each.code, each.line) for each in found] == [(code, 14)], [str(each) for each in found]
    assert message in found[0].message
    assert found[0].remedy
    assert found[0].column > 1


def test_another_file_is_read_beside_the_one_that_names_it(tmp_path: Path) -> None:
    body = head("p") + "prove: [{narrower_than: last/release.yaml}]\n"
    policy = opened(tmp_path, {"policy.yaml": body, "last/release.yaml": head("q")})
    (claim,) = policy.invariants
    assert claim.narrower is not None
    assert (claim.narrower.name, claim.narrower.folder) == ("last/release.yaml", tmp_path / "last")
    (tmp_path / "last/release.yaml").write_text(head("r"))
    assert load_policy(tmp_path / "policy.yaml").digest != policy.digest


def test_a_claim_has_so_many_cases_at_most() -> None:
    optional = ", ".join(f"x{number}: {{int: {{min: 0}}}}" for number in range(6))
    tools = ", ".join(f"t{number}: {{effect: send, optional: {{{optional}}}}}" for number in range(40))
    words = ", ".join(f"t{number}" for number in range(40))
    where = ", ".join(f"x{number}: [none, 1]" for number in range(6))
    (found,) = problems(f"tools: {{{tools}}}\nprove:\n  - {{never: [{words}], where: {{{where}}}}}\n")
    assert (found.code, found.line) == ("E-CELLS", 5)
    assert found.message == "the alternatives of this claim come to 2560 cases; at most 2000 are read"


def test_what_another_file_is_made_of_is_part_of_the_identity(tmp_path: Path) -> None:
    files = {
        "policy.yaml": head("p") + "prove: [{narrower_than: last/release.yaml}, {narrower_than: policy.yaml}]\n",
        "last/release.yaml": head("q") + "vocabulary: [words.yaml]\nprove: [{narrower_than: release.yaml}]\n",
        "last/words.yaml": head("w", "vocabulary") + "sets: {a: {name: [b]}}\n",
    }
    before = opened(tmp_path, files).digest
    (tmp_path / "last/words.yaml").write_text(head("w", "vocabulary") + "sets: {a: {name: [c]}}\n")
    assert load_policy(tmp_path / "policy.yaml").digest != before
