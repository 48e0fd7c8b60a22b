"""JUnit XML: well-formed whatever a policy says, one case an invariant, counts that add up."""

from __future__ import annotations

from xml.etree import ElementTree as Xml

from havocproof.reports.junit import differences, junit
from tests.reports.made import EVIL, compared, proved, unread


def test_each_invariant_is_a_case_and_the_counts_add_up() -> None:
    root = Xml.fromstring(junit([proved(), unread()]))
    assert root.tag == "testsuites"
    first, second = root
    kinds = [[child.tag for child in case] for case in first.findall("testcase")]
    widenings = [["system-out"], ["skipped"], ["system-out"]]
    assert kinds == [["system-out"]] * 3 + [["failure"], ["failure"], ["error"], *widenings]
    assert [first.get(name) for name in ("tests", "failures", "errors", "skipped")] == ["9", "2", "1", "1"]
    assert [case.get("name") for case in second] == ["loads"]
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("10", "2", "2")


def test_strict_makes_a_widening_that_nothing_notices_fail() -> None:
    root = Xml.fromstring(junit([proved()], strict=True))
    assert [failure.get("type") for failure in root.iter("failure")] == ["F-PROVE", "F-PROVE", "W-MUTANT"]
    assert root.get("skipped") == "0"


def test_a_difference_has_a_case_for_each_thing_and_one_for_completeness() -> None:
    for fails, kind in ((False, "skipped"), (True, "failure")):
        root = Xml.fromstring(differences([compared()], fails))
        cases = root.findall(".//testcase")
        assert [[child.tag for child in case] for case in cases] == [[kind]] * 6 + [[]]
        assert cases[0].get("file") == "new.yaml"
    (last,) = Xml.fromstring(differences([compared(complete=False)], True)).findall(".//error")
    assert last.get("type") == "F-OPEN"
    clean = Xml.fromstring(differences([compared(opened=False, changed=False)], True))
    assert [clean.get(name) for name in ("tests", "failures", "errors", "skipped")] == ["1", "0", "0", "0"]


def test_cases_name_their_line_and_failures_their_reason() -> None:
    root = Xml.fromstring(junit([proved()]))
    case = root.findall(".//testcase")[3]
    assert (case.get("file"), case.get("line"), case.get("classname")) == ("desk.yaml", "23", "desk")
    failure = case.find("failure")
    assert failure is not None
    assert failure.get("type") == "F-PROVE"
    assert "verdict: permit" in (failure.text or "")
    assert root.findall(".//error")[0].get("type") == "F-OPEN"


def test_texts_of_a_policy_stay_texts() -> None:
    root = Xml.fromstring(junit([proved()]))
    names = [case.get("name") for case in root.findall(".//testcase")]
    assert EVIL in names
    assert {each.tag for each in root.iter()} <= {
        "testsuites",
        "testsuite",
        "testcase",
        "system-out",
        "failure",
        "error",
        "skipped",
    }


def test_signs_that_xml_cannot_hold_are_replaced() -> None:
    root = Xml.fromstring(junit([unread("bad\x00\x1b.yaml")]))
    assert root[0].get("name") == "bad��.yaml"
