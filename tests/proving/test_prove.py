"""Reports: what is told beside the outcome, what is checked without being written, and how proving ends."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from havocproof.analysis import Analyzer
from havocproof.policy import Policy, loads_policy
from havocproof.proving.mutants import mutants
from havocproof.proving.prove import BOXES, prove
from havocproof.proving.results import Broken, Holds, Result, Undecided
from tests.policy.folder import head, opened

HEAD = """\
havocproof: 1
policy: p
version: "7"
approvals: {boss: {role: boss, people: 1, within: 1d}}
"""
RULES = """\
rules:
  g:
    - {id: small, permit: file.write, where: {path: /a/**}}
    - {id: large, ask: file.write, where: {path: /b/**}, needs: boss, why: so}
"""


def load(body: str) -> Policy:
    return loads_policy(HEAD + body)


def outcome(rules: str, claim: str, **more: Any) -> object:
    (result,) = prove(load(f"{rules}prove: [{claim}]\n"), **more).results
    return result.outcome


def test_the_report_says_what_was_proved_and_of_what() -> None:
    claims = "prove:\n  - {never: file.delete}\n  - {id: wrong, never: file.write, where: {path: /a/x}}\n"
    policy = load(RULES + claims)
    seen: list[Result] = []
    report = prove(policy, progress=seen.append)
    assert (report.policy, report.version, report.digest, report.file) == ("p", "7", policy.digest, "<string>")
    assert [(each.id, each.kind, each.status, each.line) for each in report.results] == [
        ("prove.1", "never", "holds", 10),
        ("wrong", "never", "broken", 11),
    ]
    assert tuple(seen) == report.results
    assert not report.held
    assert report.boxes == sum(each.boxes for each in report.results) > 0
    assert report.results[1].text == "never: file.write, where: {path: /a/x}"
    assert [each.id for each in prove(policy, only={"wrong"}).results] == ["wrong"]


def test_the_same_question_looks_at_the_same_boxes() -> None:
    policy = load(RULES + "prove: [{never: file.write, unless: {path: [/a/**, /b/**]}}]\n")
    assert len({prove(policy).results[0].boxes for _ in range(3)}) == 1


def test_an_example_says_action_state_verdict_and_rules() -> None:
    found = outcome(RULES, "{never: file.write, where: {path: /b/c/**}}")
    assert isinstance(found, Broken)
    example = found.example
    assert example is not None
    assert found.why == "An action like this is permitted once `boss` approved."
    assert (example.word, example.verdict, example.needs, example.agent) == ("file.write", "ask", ("boss",), "")
    assert [(line.id, line.effect, line.line, line.why) for line in example.rules] == [("large", "ask", 8, "so")]
    assert {each.axis for each in example.arguments} == {"path", "bytes"}
    assert ("path", "/b/c/**") in {(each.axis, each.text) for each in example.bounds}


def test_a_claim_without_anything_to_excuse_says_so() -> None:
    found = outcome(RULES, "{never: file.delete, unless_approved: boss}")
    assert isinstance(found, Holds)
    assert found.vacuous == "nothing that it speaks of is ever permitted, excused or not"
    assert outcome(RULES, "{never: file.delete}") == Holds()
    assert outcome(RULES, "{never: file.write, unless: {path: [/a/**, /b/**]}}") == Holds()


def test_what_no_budget_has_room_for_is_never_permitted() -> None:
    """The kernel refuses it, whatever the rules say: an example of the rules alone would be none."""
    budgets = "budgets: {b: {bytes: 4 KiB, of: file.write, per: [run]}}\n"
    claim = "{never: file.write, where: {path: /a/**, bytes: {above: 4 KiB}}}"
    assert isinstance(outcome(RULES, claim), Broken)
    assert isinstance(outcome(RULES + budgets, claim), Holds)
    assert isinstance(outcome(RULES + budgets, claim.replace("4 KiB", "3 KiB")), Broken)
    some = "{some: file.write, where: {path: /a/**, bytes: {above: 4 KiB}}}"
    assert isinstance(outcome(RULES, some), Holds)
    assert isinstance(outcome(RULES + budgets, some), Broken)


def test_what_cannot_be_counted_is_never_permitted() -> None:
    rules = "rules: {g: [{permit: money.payment, where: {account: a, payee: any, amount: any}}]}\n"
    budgets = "budgets: {b: {amount: 9.00 USD, of: money.payment, per: [run]}}\n"
    claim = "{never: money.payment, where: {amount: {min: 0.01 EUR}}}"
    assert isinstance(outcome(rules, claim), Broken)
    assert isinstance(outcome(rules + budgets, claim), Holds)


def test_too_small_a_budget_of_boxes_ends_undecided() -> None:
    claim = "{never: file.write, unless: {path: [/a/**, /b/**]}}"
    found = outcome(RULES, claim, boxes=1)
    assert isinstance(found, Undecided)
    assert "1 boxes" in found.why
    assert [line.id for line in found.rules] == ["small", "large"]
    assert found.remedy
    assert isinstance(outcome(RULES, claim, boxes=BOXES), Holds)


def test_ctrl_c_ends_it_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(self: Analyzer, question: object) -> object:
        raise KeyboardInterrupt

    monkeypatch.setattr(Analyzer, "ask", stop)
    with pytest.raises(KeyboardInterrupt):
        prove(load(RULES + "prove: [{never: file.write}]\n"))


GUARD = """\
sets: {hosts: {host: ["**.firm.example"]}}
approvals: {risk: {role: risk, people: 1, within: 1d}}
rules:
  firm:
    - {id: hosts, forbid: http.request, where: {host: {not: $hosts}, via: none}, why: so}
    - {id: large, forbid: money.payment, where: {amount: {above: 5.00 USD}}, needs: risk, why: so}
prove:
  - {id: only-ours, never: http.request, unless: {host: $hosts}}
  - {id: risk-sees, never: money.payment, where: {amount: {above: 5.00 USD}}, unless_approved: risk}
"""
BELOW = """\
under: [g.yaml]
programs: {fetch: {exe: /bin/fetch, sha256: "%s", box: {net: policy}}}
rules:
  g:
    - {permit: http.request, where: {host: any, path: any, method: GET, via: VIA}}
    - {permit: money.payment, where: {account: a, payee: any, amount: {max: 9.00 USD}}}
""" % ("0" * 64)


def test_a_guards_claims_are_checked_for_every_policy_below_it(tmp_path: Path) -> None:
    files = {"g.yaml": head("g", "guard") + GUARD, "policy.yaml": head("p") + BELOW.replace("VIA", "none")}
    report = prove(opened(tmp_path, files))
    assert [(each.id, each.guard, each.file, each.status) for each in report.results] == [
        ("only-ours", "g", "g.yaml", "holds"),
        ("risk-sees", "g", "g.yaml", "holds"),
    ]


def test_a_guard_that_a_program_gets_around(tmp_path: Path) -> None:
    files = {"g.yaml": head("g", "guard") + GUARD, "policy.yaml": head("p") + BELOW.replace("VIA", "fetch")}
    report = prove(opened(tmp_path, files))
    first, second = report.results
    assert isinstance(first.outcome, Broken)
    assert first.outcome.example is not None
    assert {each.axis: each.text for each in first.outcome.example.arguments}["via"] == "fetch"
    assert second.status == "holds"


def test_what_is_checked_without_being_written() -> None:
    body = """\
labels: {seen: {from: [{file.read: {path: /private/**}}], guards: [file.write]}}
rules:
  g:
    - {id: wide, permit: file.write, where: {path: /a/**}}
    - {id: low, ask: file.write, where: {path: /b/**, bytes: {max: 4 KiB}}, needs: boss, why: so}
    - {id: high, ask: file.write, where: {path: /b/**, bytes: {above: 4 KiB}}, needs: boss, why: so}
    - {id: hidden, permit: file.write, where: {path: /b/c/**}}
    - {id: careful, forbid: file.delete, where: {path: /a/**}, why: so}
    - {id: small, forbid: file.write, where: {path: /a/z/**, bytes: {max: 4 KiB}}, why: so}
    - {id: large, forbid: file.write, where: {path: /a/z/**, bytes: {above: 4 KiB}}, why: so}
    - {id: both, forbid: file.write, where: {path: /a/z/y}, why: so}
"""
    found = {(each.code, each.line): each.message for each in prove(load(body)).notices}
    assert set(found) == {("W-DEAD", 5), ("W-DEAD", 11), ("W-DEAD", 15)}
    assert found["W-DEAD", 15].startswith("rule `both` changes no verdict: `small` at line 13")
    assert found["W-DEAD", 5] == "label `seen` never comes: nothing permits any of its sources, file.read"
    assert found["W-DEAD", 11].startswith("rule `hidden` changes no verdict")


def test_widenings_are_of_rules_labels_facts_and_budgets() -> None:
    body = """\
labels: {seen: {from: [{file.read: {path: /a/**}}], guards: [file.write]}}
facts: {done: {by: {file.read: {path: /a/**}}, until: {file.write: {path: /a/**}}}}
rules:
  g:
    - {id: read, permit: file.read, where: {path: /a/**}}
    - {id: write, permit: file.write, where: {path: /a/**, bytes: {max: 4 KiB}}, when: {after: done}}
    - {id: ask, ask: file.append, where: {path: /a/**}, unless: {path: /a/b/**}, needs: boss, why: so}
    - {id: no, forbid: file.read, where: {path: /a/b/**}, why: so}
budgets: {b: {count: 5, of: file.read, per: [run]}}
prove:
  - {id: inside, never: [file.read, file.write], unless: {path: /a/**}}
  - {id: asked, never: file.append, unless_approved: boss}
  - {id: few, at_most: {count: 9, of: file.read, per: run}}
"""
    seen: list[str] = []
    report = mutants(load(body), progress=seen.append)
    assert {(each.rule.id, each.change): (each.outcome, each.noticed) for each in report.mutants} == {
        ("seen", "holds nothing back"): ("unnoticed", ()),
        ("done", "nothing undoes it"): ("unnoticed", ()),
        ("read", "without `path`"): ("noticed", ("inside",)),
        ("write", "without `path`"): ("noticed", ("inside",)),
        ("write", "without `bytes`"): ("unnoticed", ()),
        ("write", "without `when: after`"): ("unnoticed", ()),
        ("ask", "without `path`"): ("unnoticed", ()),
        ("ask", "permits instead of asking"): ("noticed", ("asked",)),
        ("no", "removed"): ("unnoticed", ()),
        ("b", "removed"): ("noticed", ("few",)),
    }
    assert len(seen) == len(report.mutants) == 10
    assert [each.rule.line for each in report.mutants] == sorted(each.rule.line for each in report.mutants)


TWO = """\
tools:
  both:
    is: [money.payment, message.send]
    args: {to: name, sum: {decimal: USD}, mail: email}
    map:
      money.payment: {account: {const: a}, payee: to, amount: sum}
      message.send: {channel: {const: mail}, recipient: mail}
rules:
  g:
    - {permit: money.payment, where: {account: any, payee: any, amount: {max: 9.00 USD}}}
"""


def test_of_a_tool_with_several_effects_the_whole_call_counts() -> None:
    """The kernel permits a call if it permits all of its effects."""
    claim = "{never: both}"
    assert isinstance(outcome(TWO, claim), Holds), "nothing permits its message"
    sends = TWO + "    - {permit: message.send, where: {channel: mail, recipient: a@b.example}}\n"
    found = outcome(sends, claim)
    assert isinstance(found, Broken | Undecided)
    found = outcome(sends.replace("recipient: a@b.example", "recipient: any"), claim)
    assert isinstance(found, Broken)
    assert found.example is not None
    assert found.example.word == "both"
    assert {each.axis for each in found.example.arguments} == {"to", "sum", "mail"}
    some = "{some: both}"
    assert isinstance(outcome(TWO, some), Broken)
    assert isinstance(outcome(sends.replace("recipient: a@b.example", "recipient: any"), some), Holds)


WIDENED = """\
approvals:
  controller:
    {role: controller, people: 1, within: 1d, may_widen: {same: [payee], uses: 3, amount: 30.00 USD, for: 30d}}
  other: {role: other, people: 1, within: 1d}
rules:
  g:
    - {permit: money.payment, where: {account: a, payee: any, amount: {max: 5.00 USD}}}
    - id: large
      ask: money.payment
      where: {account: a, payee: any, amount: {above: 5.00 USD, max: 9.00 USD}}
      needs: controller
      why: so
"""


def test_what_an_allowance_permits_people_approved() -> None:
    head_ = HEAD.replace("approvals: {boss: {role: boss, people: 1, within: 1d}}\n", "")

    def told(approval: str) -> object:
        claim = f"{{never: money.payment, where: {{amount: {{above: 5.00 USD}}}}, unless_approved: {approval}}}"
        (result,) = prove(loads_policy(f"{head_}{WIDENED}prove: [{claim}]\n")).results
        return result.outcome

    assert isinstance(told("controller"), Holds)
    found = told("other")
    assert isinstance(found, Broken)
    assert found.example is not None
    assert found.example.verdict in ("ask", "permit")


def test_what_a_box_lets_a_program_do_is_something() -> None:
    program = f'programs: {{make: {{exe: /bin/make, sha256: "{"0" * 64}", box: {{write: [/out/**], net: none}}}}}}\n'
    rules = program + "rules: {g: [{permit: make}]}\n"
    found = outcome(rules, "{some: file.write}")
    assert isinstance(found, Holds)
    assert found.example is not None
    assert found.example.word == "make"
    assert isinstance(outcome(rules, "{some: file.write, where: {path: /src/**}}"), Broken)
    assert isinstance(outcome(rules, "{some: file.write, where: {via: none}}"), Broken)


def test_who_acts_is_part_of_a_claim() -> None:
    body = """\
agents: {top: {uses: [read], delegates: [write], starts: [low], objective: a}, low: {uses: [write], objective: b}}
rules:
  read: [{permit: file.read, where: {path: /a/**}}]
  write: [{permit: file.write, where: {path: /a/**}}]
"""
    assert outcome(body, "{never: file.write, when: {agent: {not: low}}}") == Holds()
    assert outcome(body, "{never: file.read, when: {agent: low}}") == Holds()
    found = outcome(body, "{never: file.write}")
    assert isinstance(found, Broken)
    assert found.example is not None
    assert found.example.agent == "low"
    assert isinstance(outcome(body, "{always: file.read, where: {path: /a/b, via: none}, when: {agent: top}}"), Holds)
    fewer = outcome(body, "{always: file.write, where: {path: /a/b, via: none}, when: {agent: low}}")
    assert isinstance(fewer, Broken), "who starts it may give it fewer groups"
