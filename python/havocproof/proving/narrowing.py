"""Two policies side by side: what the new one permits and the old one did not."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from havocproof.analysis import Widening
from havocproof.errors import PolicyError
from havocproof.policy.invariants import Invariant
from havocproof.policy.policy import loads_policy
from havocproof.proving import results
from havocproof.proving.changes import changes
from havocproof.proving.comparing import compared
from havocproof.proving.results import Bound, Change, Difference, Line, Opened
from havocproof.proving.showing import Showing

if TYPE_CHECKING:
    from havocproof.policy.policy import Policy

_WIDER = ("wider", "forgets", "changed")


def difference(old: Policy, new: Policy, *, boxes: int = 50_000) -> Difference:
    """What a new policy newly permits, region by region, and what it declares otherwise.

    Each region bears the name of one line that the user wrote; together they hold everything that is newly permitted,
    if `complete`.
    """
    started = time.perf_counter()
    found = compared(new, old, boxes)
    opened = tuple(_opened(found, Showing(new), Showing(old)))
    why = "" if found.complete else found.why
    told = changes(old, new)
    return Difference(old.name, new.name, opened, found.complete, why, time.perf_counter() - started, told)


def _opened(found: Widening, showing: Showing, before: Showing) -> Iterator[Opened]:
    for region in found.regions:
        gone = region.cause != "permit"
        cause = (before if gone else showing).line(region.rule)
        bounds = tuple(Bound(each.axis, each.text) for each in region.bounds)
        yield Opened(cause, gone, showing.example(showing.aliases.filled(region.moment), bounds), bounds)


def narrower(claim: Invariant, policy: Policy, showing: Showing, boxes: int) -> results.Outcome:
    """What becomes of `narrower_than`: nothing is permitted that the other file does not permit, and nothing that it
    counts or remembers is let go.
    """
    assert claim.narrower is not None
    name = claim.narrower.name
    try:
        other = loads_policy(claim.narrower.text, name, claim.narrower.folder)
    except PolicyError as error:
        first = next(each for each in error.problems if not each.is_warning)
        return results.Undecided(f"`{name}` does not load: {first.message}", (), f"Load {name} by itself.")
    found = compared(policy, other, boxes)
    for opened in _opened(found, showing, Showing(other)):
        return results.Broken(_opening(opened, name), opened.example)
    told = [each for each in changes(other, policy) if each.effect in _WIDER]
    wider = [each for each in told if each.effect == "wider"]
    if wider:
        return results.Broken(f"{_sentence(wider[0])} So more can happen than under `{name}`.")
    if not found.complete:
        return results.Undecided(found.why or "the search was ended", (), "Compare the files with `havocproof diff`.")
    if told:
        lines = tuple(Line(each.name, each.area, each.file, each.line) for each in told)
        return results.Undecided(_sentence(told[0]).rstrip("."), lines, "Read whether more can happen by it.")
    return results.Holds(by=(f"every action that this permits, `{name}` permits",))


def _opening(opened: Opened, name: str) -> str:
    line = opened.cause
    where = f"`{line.id}` at line {line.line}"
    if opened.gone:
        return f"The {line.effect} {where} of {name} no longer holds this back."
    return f"{where} permits what `{name}` does not permit.".capitalize()


def _sentence(change: Change) -> str:
    return change.text[:1].upper() + change.text[1:] + "."
