"""JUnit XML: a suite for each policy, a case for each invariant; false is a failure, not decided an error."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree as Xml

from havocproof.proving.results import Broken, Result, Undecided
from havocproof.reports.codes import FALSE, OPEN
from havocproof.reports.escape import plain
from havocproof.reports.proved import Proved, path_of
from havocproof.reports.story import told


def junit(every: Iterable[Proved]) -> str:
    """The document's text."""
    suites = Xml.Element("testsuites", {"name": "havocproof prove"})
    for proved in every:
        suites.append(_suite(proved))
    for count in ("tests", "failures", "errors"):
        suites.set(count, str(sum(int(suite.get(count, "0")) for suite in suites)))
    Xml.indent(suites)
    return Xml.tostring(suites, "unicode", xml_declaration=False).join(
        ('<?xml version="1.0" encoding="UTF-8"?>\n', "\n")
    )


def _suite(proved: Proved) -> Xml.Element:
    report = proved.report
    suite = Xml.Element("testsuite", {"name": plain(proved.path)})
    if report is None:
        case = _case(suite, "loads", proved.path, "", 0)
        problems = "\n".join(plain(line) for each in proved.problems for line in str(each).split("\n"))
        _said(case, "error", proved.problems[0].code if proved.problems else "", "does not load", problems)
    else:
        for result in report.results:
            _invariant(suite, result, proved)
        suite.set("time", f"{report.seconds:.3f}")
    suite.set("tests", str(len(suite.findall("testcase"))))
    suite.set("failures", str(len(suite.findall("testcase/failure"))))
    suite.set("errors", str(len(suite.findall("testcase/error"))))
    return suite


def _invariant(suite: Xml.Element, result: Result, proved: Proved) -> None:
    policy = proved.report.policy if proved.report is not None else proved.path
    case = _case(suite, result.id, policy, path_of(proved.path, result.file), result.line)
    case.set("time", f"{result.seconds:.3f}")
    text = "\n".join(f"{each.label}: {plain(line)}" for each in told(result, proved.path) for line in each.lines)
    match result.outcome:
        case Broken(why=why):
            _said(case, "failure", FALSE, why, text)
        case Undecided(why=why):
            _said(case, "error", OPEN, why, text)
        case _:
            Xml.SubElement(case, "system-out").text = text


def _case(suite: Xml.Element, name: str, policy: str, file: str, line: int) -> Xml.Element:
    case = Xml.SubElement(suite, "testcase", {"name": plain(name), "classname": plain(policy)})
    if file:
        case.set("file", plain(file))
        case.set("line", str(line))
    return case


def _said(case: Xml.Element, tag: str, code: str, message: str, text: str) -> None:
    Xml.SubElement(case, tag, {"type": code, "message": plain(message)}).text = text
