"""Text, Markdown, annotations and JSON: all is said, and no text of a policy breaks out of its place."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from havocproof.proving.results import Holds
from havocproof.reports import data, text
from havocproof.reports.escape import code, fenced, plain
from havocproof.reports.findings import of_difference, of_proofs
from havocproof.reports.markdown import difference, proofs
from havocproof.reports.page import page
from havocproof.reports.proved import Exit, Proved, code_of_difference, code_of_proofs, path_of
from havocproof.reports.workflow import commands
from tests.reports.made import EVIL, RESULTS, compared, proved, report, unread

FINE, HOLLOW, WORKS, FALSE, NONE, HARD = RESULTS

# ---- text ----


def test_a_claim_that_holds_takes_one_line() -> None:
    assert text.result(FINE, "desk.yaml") == "holds           fine  desk.yaml:20"
    assert text.result(HOLLOW, "desk.yaml").splitlines()[0] == "holds (vacuous) hollow  desk.yaml:21"
    assert "no such action is permitted anyway" in text.result(HOLLOW, "desk.yaml")


def test_what_no_theorem_covers_is_said_beside_the_answer_wherever_it_is_told() -> None:
    argued = replace(FINE, outcome=Holds(by=("afterwards `x` is not done",), argued="the last step is argued"))
    assert text.result(argued, "desk.yaml").splitlines()[0] == "holds (argued)  fine  desk.yaml:20"
    assert "The last step is argued." in text.result(argued, "desk.yaml")
    assert "(argued)" in proofs([proved(argued)])
    said = data.proofs([proved(argued)], Exit.HOLDS, "1")
    assert said["policies"][0]["results"][0]["argued"] == "the last step is argued"
    assert "holds (argued)" in page([proved(argued)], "1")


def test_a_false_claim_tells_everything_that_is_needed_to_act() -> None:
    shown = text.result(FALSE, "firm/desk.yaml")
    labels = [line.split()[0] for line in shown.splitlines()[1:]]
    expected = ["claim", "why", "before", "action", "agent", "state", "verdict", "rules", "as", "edit", "write", "|"]
    assert labels == expected
    assert "permit `small` [firm/desk.yaml:14]" in shown
    assert "| - id: small" in shown
    assert "|   permit: money.payment" in shown


def test_a_claim_that_is_not_decided_names_the_rules_that_meet_there() -> None:
    shown = text.result(HARD, "firm/desk.yaml")
    assert shown.startswith("not decided     hard  firm/guard.yaml:5\n")
    assert "meet there permit `small`" in shown
    assert "of guard   firm" in shown


@pytest.mark.parametrize("line", [FALSE, HARD, NONE], ids=["false", "hard", "none"])
def test_every_line_begins_with_a_word_of_ours(line: object) -> None:
    """A runner of CI reads commands at the beginning of lines."""
    assert isinstance(line, type(FALSE))
    for each in text.result(line, "desk.yaml").splitlines():
        assert re.match(r"(FALSE|holds|not decided|[a-z|])", each.strip())


def test_control_characters_do_not_reach_the_terminal() -> None:
    nasty = unread("a\x1b[2Jb‮.yaml")
    shown = "".join([*text.notices(nasty), text.summary(nasty)])
    assert "\x1b" not in shown
    assert "‮" not in shown
    assert "a�[2Jb�.yaml" in shown


def test_the_summary_counts() -> None:
    assert text.summary(proved()) == "desk.yaml: 3 of 6 invariants hold, 2 false, 1 not decided"
    assert text.summary(proved(FINE)) == "desk.yaml: 1 of 1 invariants hold"
    assert "earlier run" in text.summary(Proved("desk.yaml", report(FINE), cached=True))
    assert text.summary(unread()) == "bad.yaml: does not load"


def test_widenings_are_told_with_what_notices_them() -> None:
    found = proved().mutants
    assert found is not None
    lines = list(text.mutants(found, "desk.yaml"))
    assert lines[0] == "noticed              desk.yaml:14 (permit small) without `payee`: by fine"
    assert lines[1].startswith("NOT NOTICED          desk.yaml:14 (permit small) no bound on `amount`")
    assert lines[-1] == "3 widenings: 1 noticed, 1 not noticed, 1 permits nothing more"


def test_a_difference_names_the_lines_of_each_region() -> None:
    lines = list(text.difference(compared()))
    regions = [line for line in lines if re.match(r"\d\.", line)]
    assert regions[0].startswith("1. old.yaml:12 (forbid no-keys, “")
    assert "no longer stops: money.payment" in regions[0]
    assert regions[1].startswith(
        "2. old.yaml:15 (ask large, “Large.”) asked, and new.yaml:14 (permit small) now permits:"
    )
    assert regions[2].startswith("3. new.yaml:14 (permit small) permits what nothing permitted:")
    assert "more can happen: budget `month` is raised from 9.00 USD to 90.00 USD [new.yaml:40]" in lines
    assert "more can happen: label `web` is gone, and with it what sessions hold of it [old.yaml:41]" in lines
    assert any(line.startswith("to be read by a person: fact `done`") for line in lines)
    assert "narrower: budget `day` is lowered from 9 to 8 [new.yaml:43]" in lines
    assert "narrower: new.yaml:14 (permit small) now holds back what was permitted" in lines
    assert not any("tool `t`" in line for line in lines)


def test_a_difference_says_whether_its_list_is_complete() -> None:
    assert list(text.difference(compared()))[-1].startswith("Complete: ")
    open_ = list(text.difference(compared(complete=False)))
    assert open_[-1] == "NOT COMPLETE: more may be newly permitted than is listed. Too many boxes."
    assert next(text.difference(compared(opened=False))) == "Nothing is newly permitted."
    assert next(text.difference(compared(complete=False, opened=False))) == "No newly permitted region was found."


# ---- Markdown ----


def spans(line: str) -> list[str]:
    """What stands outside of code spans, as CommonMark has them: a run of ticks ends at the next run of its length."""
    found, at = [], 0
    for opened in re.finditer(r"`+", line):
        if opened.start() < at:
            continue
        closing = re.compile(rf"(?<!`){opened[0]}(?!`)").search(line, opened.end())
        assert closing is not None, line
        found.append(line[at : opened.start()])
        at = closing.end()
    return [*found, line[at:]]


@pytest.mark.parametrize("shown", [difference(compared()), proofs([proved(), unread()])], ids=["diff", "prove"])
def test_outside_of_code_nothing_comes_from_a_policy(shown: str) -> None:
    assert EVIL.replace("|", "│") in shown
    fence = ""
    for line in shown.splitlines():
        if match := re.match(r" *(```+)", line):
            fence = "" if fence else match[1]
            continue
        outside = "" if fence else "".join(spans(line))
        for word in ("script", "onerror", "evil", "@", "tick", "[a]"):
            assert word not in outside, line
    assert not fence


@pytest.mark.parametrize("given", ["a", "`", "``a`", " `a", "a|b", "", "a\nb\x00", "<b>", "` `` ```"])
def test_a_code_span_holds_any_text(given: str) -> None:
    assert spans(f"x {code(given)} y") == ["x ", " y"]
    assert "|" not in code(given)
    assert "\n" not in code(given)


def test_a_block_holds_any_lines() -> None:
    lines = fenced(("```", "a ````` b", "<b>"), "yaml")
    assert lines[0] == "``````yaml"
    assert lines[-1] == "``````"
    assert not any(line.startswith("``````") for line in lines[1:-1])


def test_the_summary_of_a_pull_request_says_what_is_newly_permitted() -> None:
    shown = difference(compared())
    assert "**This change newly permits 3 regions of actions:**" in shown
    assert "**More can happen, too:**" in shown
    assert "This list is complete" in shown
    assert "This list is not complete" in difference(compared(complete=False))
    assert "**This change newly permits nothing.**" in difference(compared(opened=False, changed=False))
    assert "This change newly permits" not in difference(compared(complete=False, opened=False))


def test_the_summary_of_proofs_has_a_row_for_each_invariant() -> None:
    rows = [line for line in proofs([proved()]).splitlines() if line.startswith("| `")]
    assert len(rows) == len(RESULTS)
    assert all(line.count("|") == 4 for line in rows)


# ---- annotations ----


def test_an_annotation_is_one_line_whose_values_cannot_end_it() -> None:
    findings = [*of_proofs([proved(), unread("a,b:c%.yaml")]), *of_difference(compared())]
    lines = list(commands(findings))
    assert len(lines) == len(findings)
    for line in lines:
        assert "\n" not in line
        head, values, rest = re.fullmatch(r"::(error|warning) ([^\n]*?)::(.*)", line).groups()  # type: ignore[union-attr]
        assert head in ("error", "warning")
        assert re.fullmatch(r"file=[^:,]*(,line=\d+)?,title=[^:,]*", values), values
        assert rest
    assert lines[5].startswith("::error file=a%2Cb%3Ac%25.yaml,line=4,title=E-KEY%3A")


# ---- JSON ----


def test_json_tells_each_outcome_with_its_own_keys() -> None:
    told = json.loads(json.dumps(data.proofs([proved(), unread()], Exit.FALSE, "0.1.0")))
    assert (told["ok"], told["exit_code"], told["format"]) == (False, 4, 1)
    first, second = told["policies"]
    assert [each["status"] for each in first["results"]] == ["holds", "holds", "holds", "broken", "broken", "undecided"]
    false = first["results"][3]
    assert false["example"]["verdict"] == "permit"
    assert false["example"]["part"]["atoms"] == [{"names": {"payee": "x", "via": ""}, "places": {"path": ["a", "b"]}}]
    assert "moment" not in false["example"]
    assert false["edit"]["kind"] == "narrow"
    assert first["results"][5]["rules"][0]["id"] == "small"
    assert [each["outcome"] for each in first["mutants"]] == ["noticed", "unnoticed", "same"]
    assert (second["loads"], second["problems"][0]["code"]) == (False, "E-KEY")


def test_json_of_a_difference_tells_regions_changes_and_completeness() -> None:
    told = json.loads(json.dumps(data.differences([compared()], Exit.FALSE, "0.1.0")))["differences"][0]
    assert told["wider"]
    assert told["complete"]
    assert [each["cause"]["id"] for each in told["opened"]] == ["no-keys", "large", "small"]
    assert [each["effect"] for each in told["changes"]] == ["wider", "forgets", "changed", "narrower", "neutral"]
    assert told["old"] == {"file": "old.yaml", "policy": "desk", "digest": "0" * 64}


# ---- exit codes, paths ----


def test_the_worst_that_is_sure_is_the_exit_code() -> None:
    fine, false, hard = proved(FINE), proved(FINE, FALSE), proved(HARD)
    assert code_of_proofs([fine]) == 0
    assert code_of_proofs([fine], strict=True) == 1
    assert code_of_proofs([fine, hard]) == 5
    assert code_of_proofs([fine, hard, unread()]) == 2
    assert code_of_proofs([unread(), hard, false]) == 4


def test_a_difference_fails_only_if_that_was_asked() -> None:
    assert code_of_difference(compared(), False) == 0
    assert code_of_difference(compared(), True) == 4
    assert code_of_difference(compared(opened=False), True) == 4
    assert code_of_difference(compared(opened=False, changed=False), True) == 0
    assert code_of_difference(compared(complete=False, opened=False, changed=False), True) == 5
    assert code_of_difference(compared(complete=False), True) == 4


@pytest.mark.parametrize(
    ("path", "file", "found"),
    [
        ("a/p.yaml", "", "a/p.yaml"),
        ("a/p.yaml", "a/p.yaml", "a/p.yaml"),
        ("a/p.yaml", "firm/g.yaml", "a/firm/g.yaml"),
        ("p.yaml", "g.yaml", "g.yaml"),
        ("/a/p.yaml", "g.yaml", "/a/g.yaml"),
        ("main:./p.yaml", "g.yaml", "main:./g.yaml"),
        ("a/p.yaml", "a/g.yaml", "a/a/g.yaml"),
    ],
)
def test_layers_stand_beside_the_policy(path: str, file: str, found: str) -> None:
    assert path_of(path, file) == found


def test_plain_keeps_what_can_be_printed() -> None:
    assert plain("ä ✓ x\t\n") == "ä ✓ x��"
