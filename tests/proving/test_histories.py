"""`after` and `until`: what proves them, what breaks them, and what is not decided."""

from __future__ import annotations

from dataclasses import replace

import pytest

from havocproof.gate import Performed
from havocproof.kernel import source as src
from havocproof.policy import Policy, loads_policy
from havocproof.proving.histories import Histories
from havocproof.proving.prove import Proving, prove
from havocproof.proving.results import Broken, Holds, Outcome, Undecided
from tests.proving.gated import performed

HEAD = """\
havocproof: 1
policy: p
approvals: {boss: {role: boss, people: 1, within: 1d}}
"""


def told(body: str, claim: str) -> tuple[Policy, Outcome]:
    policy = loads_policy(f"{HEAD}{body}prove: [{{{claim}}}]\n")
    (result,) = prove(policy, edits=False).results
    return policy, result.outcome


LABEL = """\
labels: {private: {from: [{file.read: {path: /private/**}}], guards: [file.write]}}
rules:
  g:
    - {permit: file.read, where: {path: [/private/**, /secret/**]}}
    - {permit: file.write, where: {path: /out/**}}
"""
SINK = "never: file.write, where: {path: /out/**}"


def test_a_label_that_every_move_brings() -> None:
    _, outcome = told(LABEL, f"{SINK}, after: {{file.read: {{path: /private/a/**}}}}")
    assert isinstance(outcome, Holds)
    assert outcome.by == ("afterwards that session carries the label `private`",)
    assert outcome.vacuous == ""
    assert outcome.argued == ""


def test_a_source_that_brings_no_label() -> None:
    policy, outcome = told(LABEL, f"{SINK}, after: file.read")
    assert isinstance(outcome, Broken)
    assert outcome.example is not None
    (step,) = outcome.example.history
    assert step.text.startswith("file.read, path: /secret")
    assert [rule.id for rule in step.rules] == ["g.1"]
    assert outcome.example.verdict == "permit"
    assert [type(each) for each in performed(policy, outcome.example)] == [Performed, Performed]


def test_what_a_label_asks_for_is_excused_by_that_approval() -> None:
    body = LABEL.replace("guards: [file.write]", "guards: [file.write], otherwise: boss")
    claim = f"{SINK}, after: {{file.read: {{path: /private/**}}}}"
    _, outcome = told(body, f"{claim}, unless_approved: boss")
    assert isinstance(outcome, Holds)
    _, outcome = told(body, claim)
    assert isinstance(outcome, Broken)
    assert outcome.example is not None
    assert (outcome.example.verdict, outcome.example.needs) == ("ask", ("boss",))


def test_what_is_cleared_is_told() -> None:
    body = LABEL.replace("guards: [file.write]", "guards: [file.write], cleared: [{file.write: {path: /out/b/**}}]")
    claim = "after: {file.read: {path: /private/**}}"
    _, outcome = told(body, f"{SINK}, {claim}")
    assert isinstance(outcome, Broken)
    assert outcome.example is not None
    assert outcome.example.arguments[0].text.startswith("/out/b")
    _, outcome = told(body, f"{SINK}, {claim}, unless: [{{file.write: {{path: /out/b/**}}}}]")
    assert isinstance(outcome, Holds)


BEGUN = """\
facts: {closed: {by: {file.delete: {path: /desk/**}}}}
rules:
  g:
    - {permit: file.delete, where: {path: /desk/**}}
    - {permit: file.write, where: {path: /desk/**}, when: {never_after: closed}}
"""


@pytest.mark.parametrize(
    ("body", "after", "holds"),
    [
        (BEGUN, "{file.delete: {path: /desk/a}}", True),
        (
            BEGUN.replace("by: {file.delete: {path: /desk/**}}", "by: {file.delete: {path: /desk/a}}"),
            "file.delete",
            False,
        ),
        (BEGUN.replace("/desk/**}}}}", "/desk/**}}, lasts: 1d}}"), "{file.delete: {path: /desk/a}}", None),
    ],
)
def test_an_obstacle_needs_only_the_attempt(body: str, after: str, holds: bool | None) -> None:
    """With `lasts` it ends by itself: the replay is at once, and finds nothing."""
    _, outcome = told(body, f"never: file.write, after: {after}")
    assert isinstance(outcome, {True: Holds, False: Broken, None: Undecided}[holds]), outcome


DONE = """\
tools: {check: {effect: run, args: {what: name}}, other: {effect: run, args: {what: name}}}
facts: {checked: {by: check, until: {file.write: {path: /src/**}}}}
rules:
  g:
    - {permit: [file.write, file.append], where: {path: /src/**}}
    - {permit: [check, other], where: {what: any}}
    - {permit: file.read, where: {path: /ship/**}, when: {after: checked}}
"""
SHIP = "never: file.read, where: {path: /ship/**}"


def test_a_fact_that_is_undone_and_by_whom_it_is_done() -> None:
    claim = f"{SHIP}, after: {{file.write: {{path: /src/a/**}}}}, until: "
    _, outcome = told(DONE, claim + "check")
    assert isinstance(outcome, Holds)
    assert outcome.by == ("afterwards `checked` is not done in the run, until `check` succeeds",)
    assert outcome.argued == ""
    _, outcome = told(DONE, claim + "[other, check]")
    assert isinstance(outcome, Holds)


def test_a_fact_that_something_else_does() -> None:
    _, outcome = told(DONE, f"{SHIP}, after: {{file.write: {{path: /src/a/**}}}}, until: other")
    assert isinstance(outcome, Broken)
    assert outcome.example is not None
    assert [step.text.partition(",")[0] for step in outcome.example.history] == ["file.write", "check"]


def test_a_fact_that_is_done_for_some_values_only() -> None:
    _, outcome = told(DONE, f"{SHIP}, after: {{file.write: {{path: /src/**}}}}, until: {{check: {{what: all}}}}")
    assert isinstance(outcome, Broken)
    assert outcome.example is not None
    assert "what: all" not in outcome.example.history[-1].text


def test_what_undoes_a_fact_may_need_approval() -> None:
    asked = DONE.replace("{permit: [check,", "{ask: [check,").replace(
        "where: {what: any}", "where: {what: any}, needs: boss, why: so"
    )
    _, outcome = told(asked, f"{SHIP}, after: {{file.append: {{path: /src/**}}}}, until: check")
    assert isinstance(outcome, Broken)
    assert outcome.example is not None
    assert [step.text.partition(",")[0] for step in outcome.example.history] == ["check", "file.append"]
    _, outcome = told(asked, f"{SHIP}, after: {{file.write: {{path: /src/**}}}}, until: check")
    assert isinstance(outcome, Holds)


def test_a_fact_that_the_host_may_do_proves_nothing() -> None:
    body = DONE.replace("by: check", "by: [check, host]")
    _, outcome = told(body, f"{SHIP}, after: {{file.write: {{path: /src/**}}}}, until: check")
    assert isinstance(outcome, Undecided)
    assert "no invariant of the state was found" in outcome.why
    assert [line.id for line in outcome.rules] == ["g.3"]
    assert outcome.remedy


def test_facts_kept_apart_by_a_value_are_not_decided() -> None:
    body = DONE.replace("{by: check, until: {file.write: {path: /src/**}}}", "{by: check, per: what}").replace(
        "when: {after: checked}", "when: {never_after: checked}"
    )
    body = body.replace("permit: file.read, where: {path: /ship/**}", "permit: other, where: {what: a}")
    body = body.replace("[check, other], where: {what: any}", "check, where: {what: any}")
    _, outcome = told(body, "never: other, after: {check: {what: a}}")
    assert isinstance(outcome, Undecided)


def test_what_never_begins_is_vacuous() -> None:
    _, outcome = told(DONE, f"{SHIP}, after: file.delete")
    assert isinstance(outcome, Holds)
    assert outcome.vacuous == "nothing of `after` is ever permitted"


AGENTS = """\
agents:
  lead: {uses: [mail], delegates: [read], starts: [reader], objective: a}
  reader: {uses: [read], objective: b}
labels: {private: {from: [{file.read: {path: /private/**}}], guards: [file.write]}}
rules:
  read: [{permit: file.read, where: {path: /**}}]
  mail: [{permit: file.write, where: {path: /out/**}}]
"""


def test_a_label_is_about_the_session_that_did_it() -> None:
    """The lead may write whatever the reader reads: what a report brings is the label's business."""
    _, outcome = told(AGENTS, "never: file.write, after: {file.read: {path: /private/**}}")
    assert isinstance(outcome, Holds)
    both = AGENTS.replace("{uses: [read], objective: b}", "{uses: [read, mail], objective: b}")
    _, outcome = told(both, "never: file.write, after: {file.read: {path: /private/**}}")
    assert isinstance(outcome, Holds)
    assert outcome.by == ("afterwards that session carries the label `private`",)
    _, outcome = told(both, "never: file.write, after: {file.read: {path: /public/**}}")
    assert isinstance(outcome, Broken)
    assert outcome.example is not None
    assert outcome.example.agent == "reader"
    assert {step.kind for step in outcome.example.history} == {"reader"}


def covered(policy: Policy, mark: src.Mark, *more: src.Test, lifts: tuple[src.Test, ...] = ()) -> bool:
    """Whether the theorem speaks of the candidate, if each rule that leaves the mark has more tests and is lifted."""
    proving = Proving(policy)
    histories = Histories(proving.asking, proving.showing, proving.search)
    leaving = histories.leaving
    assert any(rule.mark == mark for rule in leaving)
    unless = (lifts,) if lifts else ()
    histories.leaving = [replace(r, tests=(*r.tests, *more), unless=unless) if r.mark == mark else r for r in leaving]
    (known,) = (each for each in histories._candidates() if each.name == mark.name and each.kind != "begun")
    return histories._covered(known)


PRIVATE, CHECKED = src.Mark(src.LABEL, "private", ("self",)), src.Mark(src.DONE, "checked", ("run",))


@pytest.mark.parametrize(
    ("text", "mark", "odd"),
    [(LABEL, PRIVATE, src.Stands(PRIVATE, 0, False)), (DONE, CHECKED, src.Ranged("cost", (src.Range(None, 5),)))],
)
def test_what_the_theorem_does_not_speak_of_is_told_as_argued(text: str, mark: src.Mark, odd: src.Test) -> None:
    """No policy file makes such rules: a label brought where none is carried, a fact noted by what may be unknown."""
    policy = loads_policy(f"{HEAD}{text}")
    assert covered(policy, mark)
    assert covered(policy, mark, src.Scoped("agent", frozenset({"main"})))
    assert not covered(policy, mark, odd)


def test_a_label_that_another_label_lifts_is_told_as_argued() -> None:
    policy = loads_policy(f"{HEAD}{LABEL}")
    assert covered(policy, PRIVATE, lifts=(src.Stands(PRIVATE, 0, False),))
    assert not covered(policy, PRIVATE, lifts=(src.Stands(PRIVATE),))
