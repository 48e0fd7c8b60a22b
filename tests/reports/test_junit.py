"""JUnit XML: well-formed whatever a policy says, one case an invariant, counts that add up."""

from __future__ import annotations

from xml.etree import ElementTree as Xml

from havocproof.reports.junit import junit
from tests.reports.made import EVIL, proved, unread


def test_each_invariant_is_a_case_and_the_counts_add_up() -> None:
    root = Xml.fromstring(junit([proved(), unread()]))
    assert root.tag == "testsuites"
    first, second = root
    kinds = [[child.tag for child in case] for case in first.findall("testcase")]
    assert kinds == [["system-out"]] * 3 + [["failure"], ["failure"], ["error"]]
    assert (first.get("tests"), first.get("failures"), first.get("errors")) == ("6", "2", "1")
    assert [case.get("name") for case in second] == ["loads"]
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("7", "2", "2")


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
    }


def test_signs_that_xml_cannot_hold_are_replaced() -> None:
    root = Xml.fromstring(junit([unread("bad\x00\x1b.yaml")]))
    assert root[0].get("name") == "bad��.yaml"
