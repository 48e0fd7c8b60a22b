"""Markdown: the summary of a pull request or of a job. All that comes from a policy stands in code spans or blocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from havocproof.errors import Problem
from havocproof.proving.results import Change, Opened, Result
from havocproof.reports.escape import code, fenced
from havocproof.reports.proved import Compared, Proved, where
from havocproof.reports.story import Saying, action, bound, closing, granting, named, qualities, rule, told, verdict

MARK = {"holds": "✅ holds", "broken": "❌ **false**", "undecided": "⚠️ not decided"}
_MOST = 50  # regions of one summary; a comment has at most 65,536 letters


def proofs(every: Iterable[Proved]) -> str:
    """The invariants of all policies, those that do not hold with their reasons."""
    lines = ["## Invariants", ""]
    for proved in every:
        lines += [*_policy(proved), ""]
    return "\n".join(lines)


def _policy(proved: Proved) -> Iterator[str]:
    report = proved.report
    yield f"### {code(proved.path)}"
    yield ""
    if report is None:
        yield "❌ **does not load**"
        yield ""
        yield from (_problem(each, proved.path) for each in proved.problems)
        return
    if not report.results:
        yield "No invariants, so nothing was proved. Write some under `prove:`."
    else:
        yield "| invariant | line | |"
        yield "| --- | --- | --- |"
        for each in report.results:
            more = "".join(f" ({quality})" for quality in qualities(each))
            at = code(where(proved.path, each.file, each.line))
            yield f"| {code(each.id)} | {at} | {MARK[each.status]}{more} |"
    if proved.left_out:
        yield ""
        yield f"{proved.left_out} more were not asked for."
    for each in report.results:
        if each.status != "holds":
            yield from _result(each, proved.path)
    if report.notices:
        yield ""
        yield from (_problem(each, proved.path) for each in report.notices)


def _result(result: Result, path: str) -> Iterator[str]:
    yield ""
    yield f"**{code(result.id)} {'is false' if result.status == 'broken' else 'is not decided'}**"
    yield ""
    for saying in told(result, path):
        yield from _saying(saying)


def _saying(saying: Saying) -> Iterator[str]:
    if saying.code and len(saying.lines) > 1:
        yield f"- {saying.label}:"
        yield ""
        yield from (f"  {line}" for line in fenced(saying.lines, "yaml"))
        yield ""
    else:
        yield f"- {saying.label}: {'; '.join(map(code, saying.lines))}"


def _problem(problem: Problem, path: str) -> str:
    remedy = f" {code(problem.remedy)}" if problem.remedy else ""
    return f"- {problem.code} {code(where(path, problem.file, problem.line))}: {code(problem.message)}{remedy}"


# ---- diff ----


def difference(compared: Compared) -> str:
    """What a change newly permits, for the people who review it."""
    found = compared.difference
    wider = [each for each in found.changes if each.effect in ("wider", "forgets", "changed")]
    lines = [f"## {code(compared.new)}", ""]
    if found.opened:
        number = len(found.opened)
        lines += [f"**This change newly permits {number} {'region' if number == 1 else 'regions'} of actions:**", ""]
        lines += [line for each in found.opened[:_MOST] for line in _opened(each, compared)]
        lines += [f"- and {number - _MOST} more"] * (number > _MOST)
    elif found.complete:
        lines.append("**This change newly permits nothing.**")
    else:
        lines.append("**No newly permitted region was found.**")
    if wider:
        lines += ["", "**More can happen, too:**", "", *(_change(each, compared) for each in wider)]
    narrower = [*_closed(compared), *(_change(each, compared) for each in found.changes if each.effect == "narrower")]
    if narrower:
        lines += ["", "<details><summary>Narrower than before</summary>", "", *narrower, "", "</details>"]
    lines += ["", _complete(compared), ""]
    return "\n".join(lines)


def _opened(opened: Opened, compared: Compared) -> Iterator[str]:
    cause, example, line = opened.cause, opened.example, granting(opened)
    at = code(where(compared.old if opened.gone else compared.new, cause.file, cause.line))
    if opened.gone:
        did = "asked before" if cause.effect == "ask" else "no longer stops"
        yield f"- {at} ({code(named(cause))}) {did}: {code(action(example))}"
        if line is not None:
            yield f"  - now {'asked' if line.effect == 'ask' else 'permitted'} by {code(rule(line, compared.new))}"
    else:
        does = "asks for" if cause.effect == "ask" else "permits"
        yield f"- {at} ({code(named(cause))}) {does} what nothing permitted: {code(action(example))}"
    if example.state:
        yield f"  - in the state {'; '.join(map(code, example.state))}"
    if example.agent:
        yield f"  - by agent {code(example.agent)}"
    if example.verdict != "permit":
        yield f"  - verdict {code(verdict(example))}"
    if opened.bounds:
        yield f"  - everywhere with {'; '.join(code(bound(each)) for each in opened.bounds)}"


def _change(change: Change, compared: Compared) -> str:
    at = compared.at(change)
    return f"- {code(change.text)}" + (f" ({code(at)})" if at else "")


def _closed(compared: Compared) -> Iterator[str]:
    for region in compared.narrower:
        at, name, did = closing(region, compared.new, compared.old)
        yield f"- {code(at)} ({code(name)}) {did}"


def _complete(compared: Compared) -> str:
    if compared.difference.complete:
        return "This list is complete: outside of it nothing is newly permitted, of any action in any state."
    return f"⚠️ **This list is not complete**: more may be newly permitted. {code(compared.difference.why)}"
