"""SARIF: what version 2.1.0 of the standard requires, and what hosts need to show a finding beside its line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from havocproof.reports.codes import CODES
from havocproof.reports.findings import Finding, Place, of_difference, of_proofs
from havocproof.reports.proved import Exit
from havocproof.reports.sarif import sarif
from tests.reports.made import EVIL, compared, proved, unread

# What the schema of 2.1.0 allows and requires of the objects that are written here: (required, allowed).
SHAPES: dict[str, tuple[set[str], set[str]]] = {
    "log": ({"version", "runs"}, {"$schema", "version", "runs"}),
    "run": ({"tool"}, {"tool", "automationDetails", "invocations", "columnKind", "results"}),
    "driver": ({"name"}, {"name", "version", "rules"}),
    "rule": ({"id"}, {"id", "shortDescription", "fullDescription", "help", "defaultConfiguration"}),
    "invocation": ({"executionSuccessful"}, {"executionSuccessful", "exitCode"}),
    "result": (
        {"message"},
        {"ruleId", "ruleIndex", "level", "message", "locations", "relatedLocations", "partialFingerprints"},
    ),
    "location": (set(), {"id", "physicalLocation", "message"}),
    "physical": ({"artifactLocation"}, {"artifactLocation", "region"}),
    "artifact": (set(), {"uri", "uriBaseId"}),
    "region": (set(), {"startLine"}),
    "message": ({"text"}, {"text"}),
}
LEVELS = {"none", "note", "warning", "error"}


def shaped(kind: str, value: Any) -> dict[str, Any]:
    required, allowed = SHAPES[kind]
    assert isinstance(value, dict)
    assert required <= value.keys() <= allowed, kind
    return value


def check(log: Any) -> list[dict[str, Any]]:
    """The results of a log whose every object is as the standard has it."""
    log = json.loads(json.dumps(log))
    shaped("log", log)
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    shaped("run", run)
    assert run["columnKind"] in ("utf16CodeUnits", "unicodeCodePoints")
    driver = shaped("driver", run["tool"]["driver"])
    for rule in driver["rules"]:
        shaped("rule", rule)
        for key in ("shortDescription", "fullDescription", "help"):
            shaped("message", rule[key])
        assert rule["defaultConfiguration"]["level"] in LEVELS
    for invocation in run["invocations"]:
        shaped("invocation", invocation)
    for result in run["results"]:
        shaped("result", result)
        shaped("message", result["message"])
        assert result["level"] in LEVELS
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert all(isinstance(text, str) for text in result["partialFingerprints"].values())
        for location in [*result["locations"], *result.get("relatedLocations", [])]:
            physical = shaped("physical", shaped("location", location)["physicalLocation"])
            shaped("artifact", physical["artifactLocation"])
            if "region" in physical:
                assert shaped("region", physical["region"])["startLine"] >= 1
    results: list[dict[str, Any]] = run["results"]
    return results


def written(findings: list[Finding], root: Path = Path(), code: Exit = Exit.FALSE) -> Any:
    return sarif(findings, "prove", code, "0.1.0", root)


def test_findings_of_proofs_carry_rule_file_and_line() -> None:
    results = check(written(list(of_proofs([proved(), unread()]))))
    told = [
        (
            result["ruleId"],
            result["level"],
            result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
            result["locations"][0]["physicalLocation"]["region"]["startLine"],
        )
        for result in results
    ]
    assert told == [
        ("W-GAP", "warning", "desk.yaml", 30),
        ("F-PROVE", "error", "desk.yaml", 23),
        ("F-PROVE", "error", "desk.yaml", 24),
        ("F-OPEN", "error", "guard.yaml", 5),
        ("W-MUTANT", "warning", "desk.yaml", 14),
        ("E-KEY", "error", "bad.yaml", 4),
    ]


def test_a_false_invariant_leads_to_the_rules_and_tells_example_verdict_and_edit() -> None:
    false = check(written(list(of_proofs([proved()]))))[1]
    (related,) = false["relatedLocations"]
    assert related["physicalLocation"]["region"] == {"startLine": 14}
    text = false["message"]["text"]
    for said in ("5.01 USD", "verdict: permit", "amount at most 5.00 USD", "carries `personal`", "clerk"):
        assert said in text


def test_what_holds_is_no_result() -> None:
    holding = proved()
    assert holding.report is not None
    fine = {each.id for each in holding.report.results if each.status == "holds"}
    assert len(fine) == 3
    assert not any(each.key in fine for each in of_proofs([holding]) if each.code in ("F-PROVE", "F-OPEN"))
    assert check(written([])) == []


def test_findings_of_a_difference_point_into_the_new_file() -> None:
    results = check(written(list(of_difference(compared(complete=False)))))
    assert [result["ruleId"] for result in results] == ["F-WIDER"] * 6 + ["F-OPEN"]
    files = {result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in results}
    assert files == {"new.yaml"}
    assert "no longer stops" in results[0]["message"]["text"]
    assert "narrow" not in json.dumps(results)


def test_paths_are_relative_to_the_checkout_and_escaped(tmp_path: Path) -> None:
    inside = Finding("F-PROVE", "t", "", Place(str(tmp_path / "a b" / "ü#?.yaml"), 1), "k")
    outside = Finding("F-PROVE", "t", "", Place("/elsewhere/p.yaml", 0), "k")
    first, second = check(written([inside, outside], tmp_path))
    assert first["locations"][0]["physicalLocation"]["artifactLocation"] == {
        "uri": "a%20b/%C3%BC%23%3F.yaml",
        "uriBaseId": "%SRCROOT%",
    }
    assert second["locations"][0]["physicalLocation"] == {"artifactLocation": {"uri": "file:///elsewhere/p.yaml"}}


def test_a_finding_keeps_its_fingerprint_when_lines_move_and_no_two_share_one() -> None:
    findings = list(of_proofs([proved(), unread()]))
    moved = [
        Finding(each.code, each.title, each.text, Place(each.place.path, each.place.line + 7), each.key)
        for each in findings
    ]
    before, after = (
        [result["partialFingerprints"]["havocproof/v1"] for result in check(written(each))]
        for each in (findings, moved)
    )
    assert before == after
    assert len(set(before)) == len(before)


def test_no_text_becomes_a_link() -> None:
    results = check(written(list(of_proofs([proved()]))))
    told = "".join(result["message"]["text"] for result in results)
    assert "http://evil.example" in told
    assert "](" not in told.replace("\\](", "")
    assert EVIL.replace("](", "\\](") in told


@pytest.mark.parametrize("code", list(Exit))
def test_a_run_was_successful_unless_it_could_not_do_its_work(code: Exit) -> None:
    (run,) = written([], code=code)["runs"]
    assert run["invocations"] == [{"executionSuccessful": code != Exit.FAILED, "exitCode": int(code)}]


def test_every_code_of_ours_explains_itself() -> None:
    for code, meaning in CODES.items():
        assert code[:2] == ("W-" if meaning.level == "warning" else "F-")
        assert len(meaning.help.split()) > 10
