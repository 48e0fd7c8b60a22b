"""What is said about one result, label by label, whatever the format. Texts are as they came; renderers escape them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from havocproof.proving.results import (
    Bound,
    Broken,
    Edit,
    Example,
    Holds,
    Line,
    Mutant,
    Opened,
    Result,
    Undecided,
)
from havocproof.reports.proved import where

STATUS = {"holds": "holds", "broken": "FALSE", "undecided": "not decided"}
"""What a status is called, wherever it is shown."""

OUTCOMES = {
    "noticed": "noticed",
    "unnoticed": "NOT NOTICED",
    "same": "permits nothing more",
    "undecided": "not decided",
}
"""What becomes of a widening."""


@dataclass(frozen=True, slots=True)
class Saying:
    """One labelled saying of one line or several. `code`: it is text of a policy file, to be written as it stands."""

    label: str
    lines: tuple[str, ...]
    code: bool = False


def told(result: Result, path: str) -> tuple[Saying, ...]:
    """What there is to say about a claim beside its name and status. `path`: the policy's file."""
    return tuple(_told(result, path))


def _told(result: Result, path: str) -> Iterator[Saying]:
    yield Saying("claim", (result.text,), code=True)
    if result.guard:
        yield Saying("of guard", (result.guard,))
    match result.outcome:
        case Holds(vacuous=vacuous, by=by, example=example, argued=argued):
            if vacuous:
                yield Saying("note", (f"It says nothing: {vacuous}",))
            if by:
                yield Saying("rests on", by)
            if argued:
                yield Saying("note", (_sentence(argued),))
            if example is not None:
                yield from of_example(example, path, "for example")
        case Broken(why=why, example=example, edit=edit):
            yield Saying("why", (why,))
            if example is not None:
                yield from of_example(example, path)
            if edit is not None:
                yield from _edit(edit, path)
            else:
                yield Saying("edit", ("No single change was found that makes it true.",))
        case Undecided(why=why, rules=rules, remedy=remedy):
            yield Saying("why", (why,))
            if rules:
                yield Saying("meet there", tuple(rule(each, path) for each in rules))
            if remedy:
                yield Saying("remedy", (remedy,))


def of_example(example: Example, path: str, label: str = "action") -> Iterator[Saying]:
    """An action in a state, what the kernel says of it, and how far it reaches."""
    if example.history:
        moves = (
            f"{number}. {step.text} {step.outcome}"
            + (f" (by {', '.join(rule(r, path) for r in step.rules)})" if step.rules else "")
            for number, step in enumerate(example.history, 1)
        )
        yield Saying("before", tuple(moves))
    yield Saying(label, (action(example),))
    if example.agent:
        yield Saying("agent", (example.agent,))
    yield Saying("state", example.state or ("nothing is remembered",))
    yield Saying("verdict", (verdict(example),))
    if example.rules:
        yield Saying("rules", tuple(rule(each, path) for each in example.rules))
    if example.bounds:
        yield Saying("as bad", tuple(map(bound, example.bounds)))


def _edit(edit: Edit, path: str) -> Iterator[Saying]:
    yield Saying("edit", (f"{edit.text} [{where(path, edit.file, edit.line)}]",))
    if edit.yaml:
        yield Saying("write", tuple(edit.yaml.rstrip("\n").split("\n")), code=True)


def action(example: Example) -> str:
    """The action on one line: `send_money, recipient: GB00, amount: 12.00 EUR`."""
    return ", ".join([example.word, *map(bound, example.arguments)])


def bound(each: Bound) -> str:
    return f"{each.axis}: {each.text}"


def verdict(example: Example) -> str:
    """What the kernel said when it was run on the example."""
    if example.verdict == "ask" and example.needs:
        return f"ask, and waits for {' and '.join(example.needs)}"
    return example.verdict


def rule(line: Line, path: str) -> str:
    """A line that the user wrote, by its effect, name and place."""
    named = f"{line.effect} `{line.id}`" if line.effect else f"`{line.id}`"
    return f"{named} [{where(path, line.file, line.line)}]" + (f": {line.why}" if line.why else "")


def headline(result: Result) -> str:
    """The status with what qualifies it."""
    return STATUS[result.status] + "".join(f" ({each})" for each in qualities(result))


def qualities(result: Result) -> tuple[str, ...]:
    """What qualifies that a claim holds."""
    if not isinstance(result.outcome, Holds):
        return ()
    said = {"vacuous": result.outcome.vacuous, "argued": result.outcome.argued}
    return tuple(name for name, why in said.items() if why)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."


def opening(opened: Opened, new: str, old: str) -> str:
    """One newly permitted region, named by the line that the user wrote."""
    cause = opened.cause
    if not opened.gone:
        does = "asks for" if cause.effect == "ask" else "permits"
        return f"{where(new, cause.file, cause.line)} ({named(cause)}) {does} what nothing permitted"
    here = f"{where(old, cause.file, cause.line)} ({named(cause)})"
    if cause.effect != "ask":
        return f"{here} no longer stops"
    line = granting(opened)
    if line is None:
        return f"{here} asked, and it is permitted now"
    does = "asks" if line.effect == "ask" else "permits"
    return f"{here} asked, and {where(new, line.file, line.line)} ({named(line)}) now {does}"


def closing(region: Opened, new: str, old: str) -> tuple[str, str, str]:
    """What became narrower: the line's place, its name, and what it does now. `region` is one of the difference from
    the new policy to the old one, so what is gone there is new here.
    """
    cause = region.cause
    did = "now holds back what was permitted" if region.gone else "no longer permits all that it did"
    return where(new if region.gone else old, cause.file, cause.line), named(cause), did


def granting(opened: Opened) -> Line | None:
    """The line of the new policy that permits the example, or asks for it."""
    rules = opened.example.rules
    return next((each for effect in ("permit", "ask") for each in rules if each.effect == effect), None)


def named(line: Line) -> str:
    """`forbid large, "Invoices above 500 need the controller."`: how a reader knows the line again."""
    return f"{line.effect} {line.id}" + (f", “{line.why}”" if line.why else "")


def widening(mutant: Mutant, path: str) -> str:
    """One widening of a rule, on one line."""
    return f"{where(path, mutant.rule.file, mutant.rule.line)} ({mutant.rule.effect} {mutant.rule.id}) {mutant.change}"
