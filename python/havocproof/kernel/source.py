"""What a policy file lowers to: the small core that the kernel loads, by the names of `dafny/Policy/Spec.dfy`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

Key = tuple[int, str, str, str, str, str, int]
"""(kind, name, four scopes, end of the window in ms or 0)."""

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


@dataclass(frozen=True, slots=True)
class Scoped:
    """The request's scope (tenant, user, session, run, agent, ...) is one of `names` (`want`), or is none of them.

    A scope that the request does not have is none of them. It is never unknown.
    """

    scope: str
    names: frozenset[str]
    want: bool = True


@dataclass(frozen=True, slots=True)
class Scoping:
    """The request has this scope (`want`), or does not have it."""

    scope: str
    want: bool = True


# ---- what a session remembers: cells of integers under keys ----

BUDGET, RATE, LABEL, MARK, DONE, SOFT, DUTY, GRANT, RECORD = range(9)
"""The kinds of keys. `MARK`: something was permitted, and when last. `DONE`: something succeeded, and when it was
decided. `SOFT`: counted, and above the limit somebody must approve. `DUTY`: an obligation; it holds no content."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Cells that say when something happened last: one for each value of `per` (at most four scopes or name axes).

    `kind` is LABEL, MARK, DONE or DUTY.
    """

    kind: int
    name: str
    per: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stands:
    """The mark is set, at most `lasts` ms ago (0: ever) (`want`), or is not. Unknown if what it counts by is not there.

    A label that the request itself brings counts as set, if the session never had it before: with `lasts`, one that it
    had too long ago stays lapsed in the decision that brings it anew. Labels of the language have no `lasts`.
    """

    mark: Mark
    lasts: int = 0
    want: bool = True


@dataclass(frozen=True, slots=True)
class Since:
    """`done` succeeded, decided after the last `reset` and at most `lasts` ms ago (0: ever) (`want`), or did not."""

    done: Mark
    reset: Mark
    lasts: int = 0
    want: bool = True


@dataclass(frozen=True, slots=True)
class Ref:
    """A field of a record of the run. `by`: None for a record without key; the axis whose value is the key; or
    `(record, field)`, the single value of another record that has no key. `lasts`: ms until it is forgotten, 0 never;
    `by_lasts` the same of that other record.
    """

    record: str
    by: str | tuple[str, str] | None = None
    field: str = ""
    lasts: int = 0
    by_lasts: int = 0


@dataclass(frozen=True, slots=True)
class Listed:
    """The name on `axis` was recorded in the field (`want`), or was not. Unknown if the record is not there."""

    axis: str
    ref: Ref
    want: bool = True


@dataclass(frozen=True, slots=True)
class Held:
    """Some recorded value of the field is one of `names` (`want`), or none is. Unknown if the record is not there."""

    ref: Ref
    names: frozenset[str]
    want: bool = True


@dataclass(frozen=True, slots=True)
class HeldIn:
    """The recorded integer lies in one of `ranges` (`want`), or in none. Unknown if the record is not there."""

    ref: Ref
    ranges: tuple[Range, ...]
    want: bool = True


@dataclass(frozen=True, slots=True)
class Compared:
    """The integer on `axis` is at most the recorded one, or (`exact`) is that one (`want`); or is not."""

    axis: str
    ref: Ref
    exact: bool = False
    want: bool = True


@dataclass(frozen=True, slots=True)
class Kept:
    """The record is known (`want`), or is not. Unknown only if the axis that is its key is not there."""

    ref: Ref
    want: bool = True


Test = Named | Placed | Holding | Ranged | Scoped | Scoping | Stands | Since | Listed | Held | HeldIn | Compared | Kept

EFFECTS = ("permit", "ask", "forbid", "require", "charge", "leave")


@dataclass(frozen=True, slots=True)
class Rule:
    """One verb set and one conjunction.

    `effect`: `permit`; `ask` grants once `needs` approve; `forbid`; `require` restricts until `needs` approve, grants
    nothing; `charge` counts the part under `budget`; `leave` sets `mark`. A permit and an ask speak only to agents that
    use `group`. `unless`: conjunctions; the rule does not apply where all tests of one of them answer yes.
    Rules of one written rule that had to be split share its `id`.
    """

    id: str
    effect: str
    verbs: frozenset[str]
    tests: tuple[Test, ...] = ()
    unless: tuple[tuple[Test, ...], ...] = ()
    needs: str = ""
    budget: str = ""
    mark: Mark | None = None
    group: str = ""


@dataclass(frozen=True, slots=True)
class Budget:
    """`measure` never sums above `limit` under one value of `per`, in one period (ms; `FOREVER`, or `MONTH` in UTC).

    `kind` RATE: bursts of `limit` at once, and one each `period` ms afterwards. SOFT: above `limit` the approval that
    has the budget's name must be given.
    """

    measure: str
    limit: int
    period: int
    per: tuple[str, ...]
    kind: int = BUDGET


@dataclass(frozen=True, slots=True)
class Quorum:
    """Who must approve: for each role so many distinct people. `within`: ms from asking to the end of the grant."""

    roles: tuple[tuple[str, int], ...]
    within: int


@dataclass(frozen=True, slots=True)
class AgentKind:
    """Groups of rules that an agent may use and may pass on, and which agents it may start."""

    uses: frozenset[str]
    passes: frozenset[str]
    starts: frozenset[str]


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis that every atom of a verb carries, and that the index is built on; a place, or a name."""

    name: str
    place: bool


SELF = "session-user"
"""The role of the person whom the session serves. In every other role this person cannot approve."""


@dataclass(frozen=True, slots=True)
class Source:
    """All of a policy that decides. `axes` names the indexed axes of each verb that may occur, in the index's order.

    `id`: the policy's identity; grants are good for it alone. `quorums` by the name of the approval (or of the soft
    budget). `agents` by kind.
    """

    axes: dict[str, tuple[Axis, ...]]
    rules: tuple[Rule, ...]
    budgets: dict[str, Budget]
    quorums: dict[str, Quorum] = field(default_factory=dict)
    agents: dict[str, AgentKind] = field(default_factory=dict)
    id: str = ""


# ---- the state as the kernel sees it: the generated code reads these as they are ----


class Record(NamedTuple):
    """What tools or the host said, by field. `at`: ms since the epoch. `ones`: values of fields with a single one."""

    at: int
    names: dict[str, frozenset[str]]
    ones: dict[str, str]
    ints: dict[str, int]


class Grant(NamedTuple):
    """A request to people: votes by person count until `until`; `open` until it is used or refused."""

    until: int
    asker: str
    votes: dict[str, str]
    open: bool


class Agent(NamedTuple):
    """An agent at work: its kind, the groups it uses and those it may pass on."""

    kind: str
    uses: frozenset[str]
    passes: frozenset[str]


class View(NamedTuple):
    """Everything that a decision can depend on beside the request: cells, records and grants under their keys."""

    nums: dict[Key, int]
    records: dict[Key, Record]
    grants: dict[Key, Grant]
