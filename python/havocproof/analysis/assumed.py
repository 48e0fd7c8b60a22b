"""What may be assumed of the moments of a verb: which axes and scopes are there, who acts, what records hold.

The theorems name these assumptions (`Typed` in dafny/Analysis/Coords.dfy). They say what the gate and the ports make of
every action; `docs/prove.md` lists them for users.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from havocproof.actions.amounts import DECIMALS
from havocproof.policy import Policy
from havocproof.policy.axes import ENUM, INT, NO, PLACE, TEXT, WITHIN, YES, Axis
from havocproof.policy.recordspec import COLLECT, TOOLS, RecordSpec
from havocproof.policy.verbs import BUILT_IN, Verb

AGENT = "agent"
"""The scope that holds the kind of the acting agent."""
ALWAYS_GIVEN = ("", "tenant", "session", "run", AGENT, "self", "agent.0")
USER = "user"


@dataclass(frozen=True, slots=True)
class Crew:
    """A kind of agent, with the groups that each of them uses and those that it may use."""

    kind: str
    must: frozenset[str]
    may: frozenset[str]


@dataclass(frozen=True, slots=True)
class Assumed:
    """`names`, `places`, `ints`: kernel axes that are always there; `lows`, `highs`: the least and greatest integers;
    `enums`: closed lists; the rest is of sessions."""

    verb: Verb | None
    names: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    ints: frozenset[str] = frozenset()
    lows: dict[str, int] = field(default_factory=dict)
    highs: dict[str, int] = field(default_factory=dict)
    enums: dict[str, frozenset[str]] = field(default_factory=dict)
    scopes: frozenset[str] = frozenset()
    crews: tuple[Crew, ...] = ()
    wholes: frozenset[tuple[str, str]] = frozenset()
    whole_ints: frozenset[tuple[str, str]] = frozenset()
    ones: frozenset[tuple[str, str]] = frozenset()

    def has(self, axis: str) -> bool:
        """Whether an atom of the verb may carry a name on this kernel axis."""
        return axis in self.names or self.verb is None or any(each.kernel == axis for each in self.verb.axes.values())


def axes_of(verb: Verb) -> dict[str, Axis]:
    """The axes and measures of a verb by their kernel names; `within` is a test on `path`, not an axis of its own."""
    return {axis.kernel: axis for axis in (*verb.measures.values(), *verb.axes.values()) if axis.sort != WITHIN}


def assumed(policies: Iterable[Policy], verb: str) -> Assumed:
    """What holds of all moments of the verb under each of these policies."""
    found = [_of_one(policy, verb) for policy in policies]
    first = found[0]
    for other in found[1:]:
        enums = {name: first.enums[name] | other.enums[name] for name in first.enums.keys() & other.enums.keys()}
        first = replace(
            first,
            names=first.names & other.names,
            places=first.places & other.places,
            ints=first.ints & other.ints,
            lows={name: min(first.lows[name], other.lows[name]) for name in first.lows.keys() & other.lows.keys()},
            highs={name: max(first.highs[name], other.highs[name]) for name in first.highs.keys() & other.highs.keys()},
            enums=enums,
            scopes=first.scopes | other.scopes,
            crews=tuple(dict.fromkeys((*first.crews, *other.crews))),
            wholes=first.wholes & other.wholes,
            whole_ints=first.whole_ints & other.whole_ints,
            ones=first.ones & other.ones,
        )
    return first


def _of_one(policy: Policy, name: str) -> Assumed:
    verb = policy.verbs.get(name)
    names, places, ints = {"via"}, set[str](), {"count", "at_once"}
    enums = {"via": frozenset({"", *policy.programs})}
    lows, highs = _bounds(verb)
    for axis in policy.source.axes.get(name, ()):
        names.add(axis.name)
        if axis.place:
            places.add(axis.name)
    for each in _sure_axes(verb) if verb is not None else ():
        if each.sort == PLACE:
            places.add(each.kernel)
            names.add(each.kernel)
        elif each.sort in (INT, TEXT):
            if each.optional:
                names.add(each.given)
                enums[each.given] = frozenset({YES, NO})
            else:
                ints.add(each.kernel)
            if each.currency_axis:
                enums[each.currency_axis] = frozenset({"", *DECIMALS}) if each.optional else frozenset(DECIMALS)
                if not each.optional:
                    names.add(each.currency_axis)
        elif each.sort != WITHIN:
            names.add(each.kernel)
            if each.sort == ENUM:
                enums[each.kernel] = frozenset(each.names) | ({""} if each.optional else frozenset())
    if verb is not None and "http.request" in (name, verb.family):
        names |= {"service", "scheme"}
    wholes, whole_ints, ones = _fields(policy.records.values())
    return Assumed(
        verb, frozenset(names), frozenset(places), frozenset(ints), lows, highs, enums, _scopes(policy), _crews(policy),
        wholes, whole_ints, ones,
    )  # fmt: skip


def _bounds(verb: Verb | None) -> tuple[dict[str, int], dict[str, int]]:
    """The least and the greatest integers that can stand on the axes of a verb."""
    numbers = [axis for axis in axes_of(verb).values() if axis.sort == INT] if verb is not None else []
    lows = {axis.kernel: axis.low for axis in numbers if axis.low is not None}
    return lows, {axis.kernel: axis.high for axis in numbers if axis.high is not None}


def _sure_axes(verb: Verb) -> Iterable[Axis]:
    """The axes that each part of the verb has. A tool need not bring what its family's rules may test beside."""
    optional_measures = {"cost"}
    family = BUILT_IN[verb.family].axes if verb.tool and verb.family else {}
    for name, axis in {**verb.axes, **verb.measures}.items():
        if name in optional_measures or (name in family and name not in verb.required):
            continue
        yield axis


def _scopes(policy: Policy) -> frozenset[str]:
    """All scopes that a request may have."""
    named = {
        test.scope
        for rule in policy.source.rules
        for tests in (rule.tests, *rule.unless)
        for test in tests
        if hasattr(test, "scope")
    }
    depths = {f"agent.{depth}" for depth in range(policy.agents.depth + 1)}
    return frozenset({*ALWAYS_GIVEN, USER, *depths, *named})


def _crews(policy: Policy) -> tuple[Crew, ...]:
    """Who may act: the host opens agents of the kinds that nobody starts, with all groups; those that are started may
    have been given fewer."""
    agents = policy.source.agents
    started = {kind for agent in agents.values() for kind in agent.starts}
    crews = []
    for kind, agent in sorted(agents.items()):
        crews.append(Crew(kind, frozenset({""}) & agent.uses if kind in started else agent.uses, agent.uses))
    return tuple(crews)


def _fields(
    records: Iterable[RecordSpec],
) -> tuple[frozenset[tuple[str, str]], frozenset[tuple[str, str]], frozenset[tuple[str, str]]]:
    """Fields that every remembered record has, names and integers; and those that hold a single name."""
    wholes: set[tuple[str, str]] = set()
    whole_ints: set[tuple[str, str]] = set()
    ones: set[tuple[str, str]] = set()
    for spec in records:
        for each in spec.fields.values():
            if spec.source == TOOLS:
                (whole_ints if each.number else wholes).add((spec.name, each.name))
            if not each.many and not each.number and spec.mode != COLLECT:
                ones.add((spec.name, each.name))
    return frozenset(wholes), frozenset(whole_ints), frozenset(ones)
