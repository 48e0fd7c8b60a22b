"""What is known of a tool's parts from its declaration: arguments that stand on two axes, and constants.

`map: {amount: sum}` puts one argument on two axes, its own and that of the family. A rule may bound the one and a claim
speak of the other: to the engine they would be two values. So policies and questions are asked with the family's axis
in the place of the argument's own, which says the same of every part that a call can have; and what `map` fills with a
constant is known. Moments that come back are given the argument's own axis again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from havocproof.analysis import Moment
from havocproof.kernel.source import (
    Atom,
    Compared,
    Held,
    HeldIn,
    Holding,
    Kept,
    Listed,
    Named,
    Part,
    Pattern,
    Placed,
    Range,
    Ranged,
    Ref,
    Rule,
    Test,
)
from havocproof.policy.axes import ENUM, INT, NAME, PLACE, Axis
from havocproof.policy.parts import PartPlan
from havocproof.policy.rules import Lowered
from havocproof.policy.tools import ToolSpec
from havocproof.policy.verbs import Verb
from havocproof.proving.altering import with_rules
from havocproof.proving.impossible import Impossible

if TYPE_CHECKING:
    from havocproof.policy.policy import Policy

_FROM_URL = frozenset({"host", "path", "scheme", "service", "query", "port", "port.given"})
_COUNTED = frozenset({"count", "at_once"})


@dataclass(frozen=True, slots=True)
class Known:
    """Of one verb: `renamed` leads from the kernel's name of an argument's own axis to that of the family's axis; every
    part passes `constants`: what `map` fixes, and what the types of arguments say of the family's axes.
    """

    renamed: Mapping[str, str]
    constants: tuple[Test, ...]


class Aliases:
    """Of all tools and programs of a policy."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        specs = (*policy.tools.values(), *(program.tool for program in policy.programs.values()))
        self.known = {
            verb.name: Known(_renamed(verb.filled, verb.axes), (*_constants(plan), *_declared(spec, verb)))
            for spec in specs
            for verb, plan in zip(spec.verbs, spec.plans, strict=True)
        }

    def renamed(self, verb: str) -> Mapping[str, str]:
        found = self.known.get(verb)
        return found.renamed if found is not None else {}

    def constants(self, verb: str) -> tuple[Test, ...]:
        """What every part of the verb passes."""
        found = self.known.get(verb)
        return found.constants if found is not None else ()

    @cached_property
    def canonical(self) -> Policy:
        """The policy with each argument on one axis alone. It decides every call as the policy itself does."""
        found: list[Lowered] = []
        for each in self.policy.lowered:
            kept: set[str] = set()
            for verb in sorted(each.rule.verbs):
                rule = self._rule(each.rule, verb)
                if rule is None:
                    kept.add(verb)
                else:
                    found.append(each._replace(rule=rule))
            if kept:
                same = len(kept) == len(each.rule.verbs)
                found.append(each if same else each._replace(rule=replace(each.rule, verbs=frozenset(kept))))
        if len(found) == len(self.policy.lowered) and not any(known.renamed for known in self.known.values()):
            return self.policy
        return with_rules(self.policy, found)

    def _rule(self, rule: Rule, verb: str) -> Rule | None:
        """The rule about this verb alone, None if it is the same."""
        renamed = self.renamed(verb)
        tests = tuple(rename(test, renamed) for test in rule.tests)
        unless = tuple(tuple(rename(test, renamed) for test in each) for each in rule.unless)
        if tests == rule.tests and unless == rule.unless:
            return None
        return replace(rule, verbs=frozenset({verb}), tests=tests, unless=unless)

    def conjunction(self, verb: str, tests: Iterable[Test]) -> tuple[Test, ...]:
        return tuple(rename(test, self.renamed(verb)) for test in tests)

    def filled(self, moment: Moment) -> Moment:
        """The moment with each argument on its own axis, too, and each amount counted under its own currency alone."""
        part = moment.part
        renamed = self.renamed(part.verb)
        ints = _counted(part, Impossible(self.policy).currencies(part.verb))
        if not renamed:
            return moment if ints == part.ints else replace(moment, part=Part(part.verb, ints, part.atoms))
        part = Part(part.verb, dict(ints), part.atoms)
        for name, value in part.ints.items():
            base, colon, currency = name.partition(":")
            for own, family in renamed.items():
                if base == family:
                    ints[f"{own}{colon}{currency}"] = value
        atoms = tuple(_filled(atom, renamed) for atom in part.atoms)
        return replace(moment, part=Part(part.verb, ints, atoms))


def _counted(part: Part, currencies: Mapping[str, str]) -> dict[str, int]:
    """The measures of a part: of an amount the number, and the same under its currency."""
    ints = {name: value for name, value in part.ints.items() if name.partition(":")[0] not in currencies}
    names = part.atoms[0].names if part.atoms else {}
    for base, axis in currencies.items():
        if base in part.ints:
            ints[base] = part.ints[base]
            if names.get(axis):
                ints[f"{base}:{names[axis]}"] = part.ints[base]
    return ints


def _filled(atom: Atom, renamed: Mapping[str, str]) -> Atom:
    names, places = dict(atom.names), dict(atom.places)
    for own, family in renamed.items():
        for suffix in ("", ".given", ".text"):
            if f"{family}{suffix}" in names:
                names[f"{own}{suffix}"] = names[f"{family}{suffix}"]
        if family in places:
            places[own] = places[family]
    return Atom(names, places)


def _renamed(filled: Mapping[str, str], axes: Mapping[str, Axis]) -> dict[str, str]:
    """The own axes of a verb that say what an axis of its family says, by the kernel's names."""
    found: dict[str, str] = {}
    for family, argument in filled.items():
        mine, other = axes.get(argument), axes.get(family)
        if argument and argument != family and mine is not None and other is not None and _same(mine, other):
            found.setdefault(mine.kernel, other.kernel)
    return found


def _same(mine: Axis, other: Axis) -> bool:
    """Whether both are filled alike from one value."""
    if mine.optional or other.optional:
        return False  # whether it was given is said under other names
    if mine.sort in (NAME, ENUM):
        return other.sort in (NAME, ENUM)
    if mine.sort == PLACE:
        return other.sort == PLACE and (mine.kind, mine.separator) == (other.kind, other.separator)
    return mine.sort == other.sort == INT


def _constants(plan: PartPlan) -> Iterable[Test]:
    """What no call changes. What a URL brings is none of it, unless the plan keeps it."""
    moving = frozenset[str]() if not plan.urls else _FROM_URL - plan.kept
    for name, value in plan.names.items():
        if name not in moving and name not in plan.places:
            yield Named(name, frozenset({value}))
    for name, segments in plan.places.items():
        if name not in moving:
            yield Placed(name, (Pattern(segments),))
    for name, number in plan.ints.items():
        if name not in moving and name not in _COUNTED:
            yield Ranged(name, (Range(number, number),))


def _declared(spec: ToolSpec, verb: Verb) -> Iterable[Test]:
    """What the type of an argument says of the axis of the family that it fills."""
    types = {leaf.name: leaf.type.inner or leaf.type for leaf in spec.leaves if not leaf.optional}
    for name, argument in verb.filled.items():
        axis, declared = verb.axes.get(name), types.get(argument)
        if axis is None or declared is None or axis.optional:
            continue
        if declared.kind == "decimal" and declared.currency and axis.currency_axis:
            yield Named(axis.currency_axis, frozenset({declared.currency}))
        elif declared.kind == "int" and axis.sort == INT and (declared.low is not None or declared.high is not None):
            yield Ranged(axis.kernel, (Range(declared.low, declared.high),))
        elif declared.kind == "enum" and axis.sort in (NAME, ENUM):
            yield Named(axis.kernel, frozenset(declared.names))


def rename(test: Test, renamed: Mapping[str, str]) -> Test:
    """The test with axes by their other names."""
    if not renamed:
        return test
    if isinstance(test, Named | Placed | Holding):
        return replace(test, axis=renamed[test.axis]) if test.axis in renamed else test
    if isinstance(test, Ranged):
        base, colon, currency = test.axis.partition(":")
        return replace(test, axis=f"{renamed[base]}{colon}{currency}") if base in renamed else test
    if isinstance(test, Listed | Compared):
        ref = _by(test.ref, renamed)
        return replace(test, axis=renamed.get(test.axis, test.axis), ref=ref)
    if isinstance(test, Held | HeldIn | Kept):
        return replace(test, ref=_by(test.ref, renamed))
    return test


def _by(ref: Ref, renamed: Mapping[str, str]) -> Ref:
    return replace(ref, by=renamed[ref.by]) if isinstance(ref.by, str) and ref.by in renamed else ref
