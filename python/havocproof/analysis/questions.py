"""What may be asked about a policy, and what is answered. A question is of one verb; classes are asked verb by verb."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from havocproof.kernel.source import Part, Test, View


@dataclass(frozen=True, slots=True)
class Question:
    """A claim about all moments of one verb: about each atom of each part, in each state.

    claim      never: nothing in the region is permitted; always: all of it is, without approval; some: something is
    region     a conjunction: where, when, and who
    unless     excuses: conjunctions, each of which surely holds where something is excused
    approved   approvals, one of which makes right what `never` excludes
    kinds      the kinds of agents that may act; None: any
    """

    claim: Literal["never", "always", "some"]
    verb: str
    region: tuple[Test, ...]
    unless: tuple[tuple[Test, ...], ...] = ()
    approved: frozenset[str] = frozenset()
    kinds: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """One part with one atom, in a state. `kind`: of the acting agent; `now`: ms since the epoch."""

    part: Part
    scopes: Mapping[str, str]
    groups: frozenset[str]
    view: View
    kind: str
    now: int


@dataclass(frozen=True, slots=True)
class Bound:
    """One coordinate that the region narrows, in the user's words: `amount`, `above 500.00 EUR`."""

    axis: str
    text: str


@dataclass(frozen=True, slots=True)
class Broken:
    """A moment that breaks the claim, which the kernel has looked at; every moment within the bounds does.

    `verdict`: of the kernel, on the request with this one part. `rules`: ids of those that matched. `boxes`: looked at.
    """

    moment: Moment
    verdict: Any
    rules: tuple[str, ...]
    bounds: tuple[Bound, ...]
    boxes: int


@dataclass(frozen=True, slots=True)
class Holds:
    """The claim is true of every moment. `vacuous`: nothing in the region is permitted anyway, or there is no such
    moment. `found`: of `some`, a moment that is permitted, with `bounds` within which every moment is."""

    boxes: int
    vacuous: bool = False
    found: Moment | None = None
    bounds: tuple[Bound, ...] = ()


@dataclass(frozen=True, slots=True)
class Undecided:
    """Neither was shown. `rules`: ids of those that meet where it could not be decided. `why`: in one sentence."""

    boxes: int
    rules: tuple[str, ...]
    why: str


Answer = Holds | Broken | Undecided


@dataclass(frozen=True, slots=True)
class DeadRule:
    """A rule that changes no verdict. `hidden_by`: ids of rules that decide where it would speak; none if it can never
    match, or nothing there is permitted anyway."""

    rule: str
    hidden_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Region:
    """Something that the new policy permits and the old one did not, or not without asking.

    `cause`: "forbid" or "ask": the old rule `rule` no longer holds it back; "permit": nothing permitted it, and the new
    rule `rule` does. `verb` is that of the moment.
    """

    verb: str
    cause: Literal["forbid", "ask", "permit"]
    rule: str
    moment: Moment
    bounds: tuple[Bound, ...]


@dataclass(frozen=True, slots=True)
class Widening:
    """All regions that were found. `complete`: everything that is newly permitted lies in one of them; else `why` says
    what was not decided."""

    regions: tuple[Region, ...]
    complete: bool
    boxes: int
    why: str = ""
