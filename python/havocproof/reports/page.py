"""The page of `prove`, for people who run no commands: what was proved, what is false and why, who may reach what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from havocproof.errors import Problem
from havocproof.proving.results import MutantReport, Result
from havocproof.reports.drawing import drawing
from havocproof.reports.markup import Child, Element, tag
from havocproof.reports.pieces import contents, frame, heading, sayings, table
from havocproof.reports.proved import Proved, where
from havocproof.reports.reach import ASK, NEVER, PERMIT, WAITS, Entry, Reach, reach
from havocproof.reports.story import OUTCOMES, headline, of_example, told, widening

_SIGNS = {"holds": "✓", "broken": "✗", "undecided": "?"}
_EFFECTS = {PERMIT: "permits", ASK: "asks", NEVER: "never", WAITS: "waits for"}
_MEANING = (
    "“Holds” is a proof: code that is itself proved went through every action and every state that the policy's"
    " language can tell apart. A counterexample is an action and a state on which the kernel that guards your agents"
    " gave the verdict that is shown. “Not decided” is neither: do not rely on it."
)


def page(every: Sequence[Proved], version: str) -> str:
    """The whole file."""
    sections = [section for number, each in enumerate(every) for section in _policy(each, number)]
    return frame([each.path for each in every], _header(every), sections, _MEANING, version)


def _header(every: Sequence[Proved]) -> Iterator[Element]:
    yield tag(
        "h1", None, "What these policies are proved to do" if len(every) > 1 else "What this policy is proved to do"
    )
    total = sum(len(each.report.results) for each in every if each.report is not None)
    words = [f"{sum(each.held for each in every)} of {total} invariants hold"]
    for count, text in (
        (sum(each.broken for each in every), "false"),
        (sum(each.undecided for each in every), "not decided"),
    ):
        words += [f"{count} {text}"] * bool(count)
    left_out = sum(each.left_out for each in every)
    words += [f"{left_out} more not asked for"] * bool(left_out)
    unread = sum(each.report is None for each in every)
    words += [f"{unread} of {len(every)} files do not load"] * bool(unread)
    yield tag("p", None, f"{', '.join(words)}.")
    yield from contents([each.path for each in every])


def _policy(proved: Proved, number: int) -> Iterator[Element]:
    report = proved.report
    name = proved.path if report is None else f"{report.policy} {report.version}".strip()
    yield heading(number, name)
    if report is None:
        yield tag("p", {"class": "status broken"}, "✗ does not load")
        yield tag("ul", None, *(_problem(each, proved.path) for each in proved.problems))
        return
    yield tag("p", {"class": "quiet"}, tag("code", None, proved.path), " identity ", tag("code", None, report.digest))
    if report.results:
        rows: list[list[Child]] = [
            [
                tag("code", None, each.id),
                tag("code", None, each.text),
                where(proved.path, each.file, each.line),
                _status(each),
            ]
            for each in report.results
        ]
        yield table("Invariants", ("invariant", "claim", "line", "result"), rows)
    else:
        yield tag(
            "p", None, "No invariants, so nothing was proved. Write some under ", tag("code", None, "prove:"), "."
        )
    for result in report.results:
        if headline(result) != "holds":
            yield _result(result, proved.path)
    if proved.mutants is not None:
        yield tag("h3", None, "Widenings")
        yield from _mutants(proved.mutants, proved.path)
    if report.notices:
        yield tag("h3", None, "To look at")
        yield tag("ul", None, *(_problem(each, proved.path) for each in report.notices))
    if proved.policy is not None:
        found = reach(proved.policy)
        yield tag("h3", None, "Who may reach what")
        yield tag("div", {"class": "scroll"}, drawing(found, number))
        yield from _reach(found, proved.path)


def _status(result: Result) -> Element:
    return tag("span", {"class": f"status {result.status}"}, f"{_SIGNS[result.status]} {headline(result)}")


def _result(result: Result, path: str) -> Element:
    title = tag("h3", None, tag("code", None, result.id), " ", _status(result))
    kind = "false" if result.status == "broken" else "other"
    return tag("article", {"class": kind}, title, sayings(told(result, path)))


def _mutants(found: MutantReport, path: str) -> Iterator[Element]:
    unnoticed = found.count("unnoticed")
    yield tag(
        "p",
        None,
        f"{len(found.mutants)} small widenings of the rules were tried; no invariant notices {unnoticed} of them.",
    )
    rows = []
    for each in found.mutants:
        by = f" by {', '.join(each.noticed)}" if each.noticed else ""
        shown = each.example if each.outcome == "unnoticed" else None
        example = sayings(of_example(shown, path, "permits")) if shown is not None else ""
        rows.append([widening(each, path), f"{OUTCOMES[each.outcome]}{by}", example])
    yield table("Widenings", ("widening", "result", "what it would permit"), rows)


def _reach(found: Reach, path: str) -> Iterator[Element]:
    users = {group: ", ".join(actor.name for actor in found.actors if group in actor.uses) for group in found.groups}
    rows: list[list[Child]] = [
        [users[group] or "nobody", group, *_entry(entry, path)]
        for group, entries in found.groups.items()
        for entry in entries
    ]
    yield table("What the rules permit and ask", ("agents", "group", "effect", "actions", "where", "rule"), rows)
    if found.held:
        held = [list(_entry(entry, path)) for entry in found.held]
        yield table("What restricts everybody", ("effect", "actions", "where", "rule"), held)


def _entry(entry: Entry, path: str) -> Iterator[Child]:
    yield f"{_EFFECTS[entry.effect]} {entry.needs}".strip()
    yield tag("code", None, entry.what)
    when = f" (looks at the session: {entry.when})" if entry.when else ""
    yield tag("span", None, tag("code", None, entry.place or "anything"), when)
    yield f"{entry.id}, {where(path, entry.file, entry.line)}"


def _problem(problem: Problem, path: str) -> Element:
    at = f"{problem.code} {where(path, problem.file, problem.line)}: {problem.message}"
    return tag("li", None, at, f" {problem.remedy}" if problem.remedy else None)
