"""What a policy file lowers to: the small core that the kernel loads, by the names of `dafny/Policy/Spec.dfy`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

FOREVER = 0
MONTH = -1


class Atom(NamedTuple):
    """One value in each place. `names`: name axes, and the text of place axes; `places`: segments from the root."""

    names: dict[str, str]
    places: dict[str, tuple[str, ...]]


class Part(NamedTuple):
    """One effect with its measures and the atoms that it is cut into. The generated kernel reads these as they are."""

    verb: str
    ints: dict[str, int]
    atoms: tuple[Atom, ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A set of places. `symbols` run from the root, `None` is exactly one segment; `open`: any number may follow."""

    symbols: tuple[str | None, ...]
    open: bool = False


@dataclass(frozen=True, slots=True)
class Range:
    """Integers from `lo` to `hi`, both included; `None` is no bound. At least one of them is given."""

    lo: int | None
    hi: int | None


@dataclass(frozen=True, slots=True)
class Named:
    """The name on `axis` is one of `names` (`want`), or is none of them."""

    axis: str
    names: frozenset[str]
    want: bool = True


@dataclass(frozen=True, slots=True)
class Placed:
    """The place on `axis` lies in one of `patterns` (`want`), or in none of them."""

    axis: str
    patterns: tuple[Pattern, ...]
    want: bool = True


@dataclass(frozen=True, slots=True)
class Holding:
    """Some segment of the place on `axis` is one of `names` (`want`), or no segment is."""

    axis: str
    names: frozenset[str]
    want: bool = True


@dataclass(frozen=True, slots=True)
class Ranged:
    """The integer on `axis` lies in one of `ranges` (`want`), or in none of them."""

    axis: str
    ranges: tuple[Range, ...]
    want: bool = True


Test = Named | Placed | Holding | Ranged

EFFECTS = ("permit", "ask", "forbid", "require", "charge")


@dataclass(frozen=True, slots=True)
class Rule:
    """One verb set and one conjunction.

    `effect`: `permit`; `ask` grants once `needs` approve; `forbid`; `require` restricts until `needs` approve, grants
    nothing; `charge` counts the part under `budget`. Rules of one written rule that had to be split share its `id`.
    """

    id: str
    effect: str
    verbs: frozenset[str]
    tests: tuple[Test, ...] = ()
    unless: tuple[Test, ...] = ()
    needs: str = ""
    budget: str = ""


@dataclass(frozen=True, slots=True)
class Budget:
    """`measure` never sums above `limit` under one value of `per`, in one period (ms; `FOREVER`, or `MONTH` in UTC)."""

    measure: str
    limit: int
    period: int
    per: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis that every atom of a verb carries, and that the index is built on; a place, or a name."""

    name: str
    place: bool


@dataclass(frozen=True, slots=True)
class Source:
    """All of a policy that decides. `axes` names the indexed axes of each verb that may occur, in the index's order."""

    axes: dict[str, tuple[Axis, ...]]
    rules: tuple[Rule, ...]
    budgets: dict[str, Budget]
