"""JUnit XML: a suite for each policy, a case for each invariant; false is a failure, not decided an error."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree as Xml

from havocproof.proving.results import Broken, Mutant, Result, Undecided
from havocproof.reports.codes import FALSE, OPEN, UNNOTICED, WIDER
from havocproof.reports.escape import plain
from havocproof.reports.findings import of_difference
from havocproof.reports.proved import Compared, Proved, path_of
from havocproof.reports.story import OUTCOMES, of_example, told


def junit(every: Iterable[Proved], strict: bool = False) -> str:
    """The document's text. `strict`: a widening that nothing notices is a failure, else it is skipped."""
    suites = Xml.Element("testsuites", {"name": "havocproof prove"})
    for proved in every:
        suites.append(_suite(proved, strict))
    return _document(suites)


def _document(suites: Xml.Element) -> str:
    for count in ("tests", "failures", "errors", "skipped"):
        suites.set(count, str(sum(int(suite.get(count, "0")) for suite in suites)))
    Xml.indent(suites)
    return Xml.tostring(suites, "unicode", xml_declaration=False).join(
        ('<?xml version="1.0" encoding="UTF-8"?>\n', "\n")
    )


def differences(every: Iterable[Compared], fails: bool) -> str:
    """A suite for each policy, a case for each thing that lets more happen, and one that says whether all are listed.

    `fails`: what is wider is a failure, else it is skipped.
    """
    suites = Xml.Element("testsuites", {"name": "havocproof diff"})
    for compared in every:
        suites.append(_compared(compared, fails))
    return _document(suites)


def _compared(compared: Compared, fails: bool) -> Xml.Element:
    suite = Xml.Element("testsuite", {"name": plain(compared.new)})
    for finding in of_difference(compared):
        if finding.code == WIDER:
            case = _case(suite, finding.title, compared.new, finding.place.path, finding.place.line)
            _said(case, "failure" if fails else "skipped", WIDER, finding.title, _lines(finding.text))
    case = _case(suite, "all that is newly permitted is listed", compared.new, compared.new, 0)
    if not compared.difference.complete:
        _said(case, "error", OPEN, compared.difference.why, "More may be newly permitted.")
    return _counted(suite)


def _suite(proved: Proved, strict: bool) -> Xml.Element:
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
        for mutant in proved.mutants.mutants if proved.mutants is not None else ():
            _mutant(suite, mutant, proved, strict)
    return _counted(suite)


def _counted(suite: Xml.Element) -> Xml.Element:
    suite.set("tests", str(len(suite.findall("testcase"))))
    for tag, count in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
        suite.set(count, str(len(suite.findall(f"testcase/{tag}"))))
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


def _mutant(suite: Xml.Element, mutant: Mutant, proved: Proved, strict: bool) -> None:
    """A widening is a case, too: it passes if some claim notices it, or if it permits nothing more."""
    path = path_of(proved.path, mutant.rule.file)
    case = _case(suite, f"{mutant.rule.id} {mutant.change}", "widenings", path, mutant.rule.line)
    if mutant.outcome == "unnoticed":
        shown = of_example(mutant.example, proved.path, "permits") if mutant.example is not None else ()
        text = "\n".join(f"{each.label}: {plain(line)}" for each in shown for line in each.lines)
        _said(case, "failure" if strict else "skipped", UNNOTICED, "no claim notices it", text)
    else:
        by = f" by {', '.join(mutant.noticed)}" if mutant.noticed else ""
        Xml.SubElement(case, "system-out").text = plain(f"{OUTCOMES[mutant.outcome]}{by}")


def _lines(text: str) -> str:
    return "\n".join(map(plain, text.split("\n")))


def _case(suite: Xml.Element, name: str, policy: str, file: str, line: int) -> Xml.Element:
    case = Xml.SubElement(suite, "testcase", {"name": plain(name), "classname": plain(policy)})
    if file:
        case.set("file", plain(file))
        case.set("line", str(line))
    return case


def _said(case: Xml.Element, tag: str, code: str, message: str, text: str) -> None:
    Xml.SubElement(case, tag, {"type": code, "message": plain(message)}).text = text
