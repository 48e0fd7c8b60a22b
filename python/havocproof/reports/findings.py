"""What a run found, as one list: what SARIF, annotations and the like show. What holds is no finding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from havocproof.errors import Problem
from havocproof.proving.results import Broken, Change, Example, Line, Mutant, Opened, Result, Undecided
from havocproof.reports.codes import FALSE, OPEN, UNNOTICED, WIDER, described
from havocproof.reports.proved import Compared, Proved, path_of
from havocproof.reports.story import action, bound, granting, opening, told, verdict


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file; 0: the file as a whole. `text`: what stands there."""

    path: str
    line: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at. `title` on one line, `text` with all that there is to say; `key` stays the same where lines
    move. `related`: the rules that lead there.
    """

    code: str
    title: str
    text: str
    place: Place
    key: str
    related: tuple[Place, ...] = ()

    @property
    def level(self) -> str:
        return described(self.code).level


def of_proofs(every: Iterable[Proved]) -> Iterator[Finding]:
    """Everything that is not as it should be, policy by policy."""
    for proved in every:
        for problem in proved.problems if proved.report is None else proved.report.notices:
            yield _problem(problem, proved.path)
        for result in proved.report.results if proved.report is not None else ():
            if result.status != "holds":
                yield _result(result, proved.path)
        for mutant in proved.mutants.mutants if proved.mutants is not None else ():
            if mutant.outcome == "unnoticed":
                yield _mutant(mutant, proved.path)


def of_difference(compared: Compared) -> Iterator[Finding]:
    """Everything that may let more happen, at the line of the new policy that does so."""
    for opened in compared.difference.opened:
        yield _opened(opened, compared)
    for change in compared.difference.changes:
        if change.effect not in ("narrower", "neutral"):
            yield _change(change, compared)
    if not compared.difference.complete:
        title = "The list of what is newly permitted is not complete"
        yield Finding(OPEN, title, compared.difference.why, Place(compared.new, 0), "diff")


def _result(result: Result, path: str) -> Finding:
    place = Place(path_of(path, result.file), result.line)
    text = "\n".join(f"{saying.label}: {line}" for saying in told(result, path) for line in saying.lines)
    match result.outcome:
        case Broken(why=why, example=example):
            related = _rules(example.rules, path) if example is not None else ()
            shown = f" Example: {_shown(example)}" if example is not None else ""
            return Finding(FALSE, f"{result.id} is false: {why}{shown}", text, place, result.id, related)
        case Undecided(why=why, rules=rules):
            return Finding(OPEN, f"{result.id} is not decided: {why}", text, place, result.id, _rules(rules, path))
    raise TypeError("what holds is no finding")


def _problem(problem: Problem, path: str) -> Finding:
    place = Place(path_of(path, problem.file), problem.line)
    text = "\n".join(filter(None, (problem.message, problem.remedy)))
    return Finding(problem.code, problem.message, text, place, problem.message)


def _mutant(mutant: Mutant, path: str) -> Finding:
    place = Place(path_of(path, mutant.rule.file), mutant.rule.line)
    title = f"No invariant notices `{mutant.rule.id}` {mutant.change}"
    shown = f"\nIt would permit: {_shown(mutant.example)}" if mutant.example is not None else ""
    return Finding(UNNOTICED, title, title + shown, place, f"{mutant.rule.id} {mutant.change}")


def _opened(opened: Opened, compared: Compared) -> Finding:
    title = f"Newly permitted: {opening(opened, compared.new, compared.old)}"
    line = granting(opened) or (None if opened.gone else opened.cause)
    place = Place(path_of(compared.new, line.file), line.line) if line is not None else Place(compared.new, 0)
    region = "; ".join(map(bound, opened.bounds))
    text = f"{title}\nExample: {_shown(opened.example)}" + (f"\nEverywhere with {region}" if region else "")
    return Finding(
        WIDER,
        title,
        text,
        place,
        f"{opened.cause.id} {opened.gone}",
        _rules((line,) if line is not None else (), compared.new),
    )


def _change(change: Change, compared: Compared) -> Finding:
    gone = change.text.endswith("is gone") or change.effect == "forgets"
    place = Place(compared.new, 0) if gone else Place(path_of(compared.new, change.file), change.line)
    return Finding(WIDER, change.text[:1].upper() + change.text[1:], change.text, place, f"{change.area} {change.name}")


def _rules(rules: Iterable[Line], path: str) -> tuple[Place, ...]:
    return tuple(Place(path_of(path, each.file), each.line, f"{each.effect} {each.id}") for each in rules)


def _shown(example: Example) -> str:
    state = f"; {'; '.join(example.state)}" if example.state else ""
    return f"{action(example)} ({verdict(example)}{state})"
