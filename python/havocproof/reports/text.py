"""For terminals: one line a claim, what is to be said of it indented below. Every line begins with a word of ours, so
that no text of a policy is taken for a command of a CI runner.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from havocproof.errors import Problem
from havocproof.proving.results import Change, Mutant, MutantReport, Opened, Result
from havocproof.reports.escape import plain
from havocproof.reports.proved import Compared, Proved, where
from havocproof.reports.story import (
    OUTCOMES,
    Saying,
    action,
    bound,
    closing,
    headline,
    of_example,
    opening,
    told,
    widening,
)

_STATUS, _OUTCOME, _LABEL = 15, 20, 10  # letters


def result(one: Result, path: str) -> str:
    """One claim: its line alone if it simply holds, else with all that there is to say."""
    head = f"{headline(one):<{_STATUS}} {one.id}  {where(path, one.file, one.line)}"
    quiet = headline(one) == "holds"
    return "\n".join([plain(head), *(() if quiet else _indented(told(one, path)))])


def summary(proved: Proved) -> str:
    """The last line of a policy."""
    report = proved.report
    if report is None:
        return f"{plain(proved.path)}: does not load"
    if not report.results:
        return f"{plain(proved.path)}: no invariants, so nothing was proved. Write some under `prove:`."
    counts = [f"{proved.held} of {len(report.results)} invariants hold"]
    counts += [f"{proved.broken} false"] * bool(proved.broken) + [f"{proved.undecided} not decided"] * bool(
        proved.undecided
    )
    if proved.left_out:
        counts.append(f"{proved.left_out} more not asked for")
    earlier = "; as found by an earlier run on the same bytes" if proved.cached else ""
    return f"{plain(proved.path)}: {', '.join(counts)}{earlier}"


def notices(proved: Proved) -> Iterator[str]:
    """What is checked without being written, a line or two each."""
    for problem in proved.problems if proved.report is None else proved.report.notices:
        yield from _problem(problem, proved.path)


def _problem(problem: Problem, path: str) -> Iterator[str]:
    at = where(path, problem.file, problem.line)
    yield plain(f"{problem.code}  {at}: {problem.message}")
    if problem.remedy:
        yield plain(f"    {problem.remedy}")


def mutants(found: MutantReport, path: str) -> Iterator[str]:
    """Each widening with what notices it, and the number of those that nothing notices."""
    for each in found.mutants:
        yield from _mutant(each, path)
    told = ", ".join(
        f"{found.count(outcome)} {words.lower()}" for outcome, words in OUTCOMES.items() if found.count(outcome)
    )
    yield f"{len(found.mutants)} widenings: {told}" if found.mutants else "no widenings: nothing here can be widened"


def _mutant(each: Mutant, path: str) -> Iterator[str]:
    by = f": by {', '.join(each.noticed)}" if each.noticed else ""
    yield plain(f"{OUTCOMES[each.outcome]:<{_OUTCOME}} {widening(each, path)}{by}")
    if each.outcome == "unnoticed" and each.example is not None:
        yield from _indented(tuple(of_example(each.example, path, "permits")))


# ---- diff ----


def difference(compared: Compared) -> Iterator[str]:
    """One line and one example for each newly permitted region; what is declared otherwise; what is narrower."""
    found = compared.difference
    if not found.opened:
        yield "Nothing is newly permitted." if found.complete else "No newly permitted region was found."
    for number, region in enumerate(found.opened, 1):
        yield from _opened(number, region, compared)
    for heading, effects in (("more can happen", ("wider", "forgets")), ("to be read by a person", ("changed",))):
        yield from _changes(heading, [each for each in found.changes if each.effect in effects], compared)
    yield from _narrower(compared)
    yield completeness(compared)


def completeness(compared: Compared) -> str:
    """Whether the list of regions is all there is."""
    if compared.difference.complete:
        return "Complete: outside of what is listed, nothing is newly permitted, of any action in any state."
    return plain(f"NOT COMPLETE: more may be newly permitted than is listed. {compared.difference.why}")


def _opened(number: int, region: Opened, compared: Compared) -> Iterator[str]:
    yield plain(f"{number}. {opening(region, compared.new, compared.old)}: {action(region.example)}")
    yield from _indented(
        each for each in of_example(region.example, compared.new) if each.label not in ("as bad", "action")
    )
    if region.bounds:
        yield from _indented([Saying("everywhere", tuple(map(bound, region.bounds)))])


def _changes(heading: str, changes: Iterable[Change], compared: Compared) -> Iterator[str]:
    for each in changes:
        at = compared.at(each)
        yield plain(f"{heading}: {each.text}" + (f" [{at}]" if at else ""))


def _narrower(compared: Compared) -> Iterator[str]:
    changes = [each for each in compared.difference.changes if each.effect == "narrower"]
    yield from _changes("narrower", changes, compared)
    for region in compared.narrower:
        at, name, did = closing(region, compared.new, compared.old)
        yield plain(f"narrower: {at} ({name}) {did}")


def _indented(sayings: Iterable[Saying]) -> Iterator[str]:
    """Label and text in two columns; text of a file behind a bar, as it stands."""
    for saying in sayings:
        for number, line in enumerate(saying.lines):
            label = saying.label if not number else ""
            bar = "| " if saying.code and len(saying.lines) > 1 else ""
            yield f"    {label or '|':<{_LABEL}} {bar}{plain(line)}"
