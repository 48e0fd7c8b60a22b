"""A policy's core as the kernel's own values: one converter for each type of `source`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import _dafny

import havocproof.kernel.generated.module_  # noqa: F401  first: the generated modules import each other through it
from havocproof.errors import ConfigError
from havocproof.kernel import source as src
from havocproof.kernel.generated import Policies

SLOTS = 4


def _names(names: Iterable[str]) -> Any:
    return _dafny.Set(names)


def _per(what: str, per: tuple[str, ...]) -> tuple[str, ...]:
    if len(per) > SLOTS:
        raise ConfigError(f"{what} is kept by {len(per)} things", f"Give at most {SLOTS}")
    return (*per, *("",) * (SLOTS - len(per)))


def _range(item: src.Range) -> Any:
    if item.lo is None:
        return Policies.Range_AtMost(item.hi)
    return Policies.Range_AtLeast(item.lo) if item.hi is None else Policies.Range_Between(item.lo, item.hi)


def _ranges(items: tuple[src.Range, ...]) -> Any:
    return tuple(map(_range, items))


_ONE = Policies.Sym_One()


def _pattern(pattern: src.Pattern) -> Any:
    symbols = tuple(_ONE if symbol is None else Policies.Sym_Lit(symbol) for symbol in pattern.symbols)
    return Policies.Pattern_Pattern(symbols, pattern.open)


def to_mark(mark: src.Mark) -> Any:
    """The kernel's mark. ConfigError if it is kept by too many things."""
    per = _per(mark.name, mark.per)
    if mark.kind == src.LABEL and mark.per:  # one thing throughout, as dafny/Properties/Exfiltration.dfy has it
        per = (*mark.per, *(mark.per[-1],) * (SLOTS - len(mark.per)))
    return Policies.Mark_Mark(mark.kind, mark.name, per)


def _ref(ref: src.Ref) -> Any:
    if ref.by is None:
        under = Policies.By_Alone()
    elif isinstance(ref.by, str):
        under = Policies.By_ByAxis(ref.by)
    else:
        under = Policies.By_ByField(ref.by[0], ref.by[1], ref.by_lasts)
    return Policies.Ref_Ref(ref.record, "run", under, ref.field, ref.lasts)


_TESTS: dict[type, Callable[[Any], Any]] = {
    src.Named: lambda t: Policies.Test_Named(t.axis, _names(t.names), t.want),
    src.Placed: lambda t: Policies.Test_Placed(t.axis, tuple(map(_pattern, t.patterns)), t.want),
    src.Holding: lambda t: Policies.Test_Holding(t.axis, _names(t.names), t.want),
    src.Ranged: lambda t: Policies.Test_Ranged(t.axis, _ranges(t.ranges), t.want),
    src.Scoped: lambda t: Policies.Test_Scoped(t.scope, _names(t.names), t.want),
    src.Scoping: lambda t: Policies.Test_Scoping(t.scope, t.want),
    src.Stands: lambda t: Policies.Test_Stands(to_mark(t.mark), t.lasts, t.want),
    src.Since: lambda t: Policies.Test_Since(to_mark(t.done), to_mark(t.reset), t.lasts, t.want),
    src.Listed: lambda t: Policies.Test_Listed(t.axis, _ref(t.ref), t.want),
    src.Held: lambda t: Policies.Test_Held(_ref(t.ref), _names(t.names), t.want),
    src.HeldIn: lambda t: Policies.Test_HeldIn(_ref(t.ref), _ranges(t.ranges), t.want),
    src.Compared: lambda t: Policies.Test_Compared(t.axis, _ref(t.ref), t.exact, t.want),
    src.Kept: lambda t: Policies.Test_Kept(_ref(t.ref), t.want),
}


def to_test(test: src.Test) -> Any:
    """The kernel's test."""
    return _TESTS[type(test)](test)


_PERMIT = Policies.Effect_Permit()
_FORBID = Policies.Effect_Forbid()


def _effect(rule: src.Rule) -> Any:
    if rule.effect == "permit":
        return _PERMIT
    if rule.effect == "ask":
        return Policies.Effect_Ask(rule.needs)
    if rule.effect == "require":
        return Policies.Effect_Require(rule.needs)
    if rule.effect == "charge":
        return Policies.Effect_Charge(rule.budget)
    if rule.effect == "leave" and rule.mark is not None:
        return Policies.Effect_Leave(to_mark(rule.mark))
    return _FORBID  # an effect that is not known restricts


class _Shared:
    """Converted verbs and tests by the identity of what they come from: the rules of a policy share many of them."""

    def __init__(self) -> None:
        self.verbs: dict[int, Any] = {}
        self.tests: dict[int, Any] = {}

    def conjunction(self, tests: tuple[src.Test, ...]) -> Any:
        known = self.tests
        return tuple([known.get(id(test)) or self._test(test) for test in tests])

    def _test(self, test: src.Test) -> Any:
        made = self.tests[id(test)] = _TESTS[type(test)](test)
        return made

    def rule(self, rule: src.Rule) -> Any:
        verbs = self.verbs.get(id(rule.verbs))
        if verbs is None:
            verbs = self.verbs[id(rule.verbs)] = _names(rule.verbs)
        unless = tuple(map(self.conjunction, rule.unless)) if rule.unless else ()
        return Policies.Rule_Rule(rule.id, rule.group, _effect(rule), verbs, self.conjunction(rule.tests), unless)


def _budget(name: str, budget: src.Budget) -> Any:
    per = _per(f"budget {name}", budget.per)
    return Policies.Budget_Budget(budget.kind, budget.measure, budget.limit, budget.period, per)


def _agent(kind: src.AgentKind) -> Any:
    return Policies.AgentKind_AgentKind(_names(kind.uses), _names(kind.passes), _names(kind.starts))


def to_policy(source: src.Source) -> Any:
    """The kernel's policy. ConfigError if something is kept by too many things."""
    axes = {
        verb: tuple(Policies.Axis_Axis(axis.name, axis.place) for axis in axes) for verb, axes in source.axes.items()
    }
    return Policies.Policy_Policy(
        _dafny.Map(axes),
        tuple(map(_Shared().rule, source.rules)),
        _dafny.Map({name: _budget(name, budget) for name, budget in source.budgets.items()}),
        _dafny.Map(
            {name: Policies.Quorum_Quorum(quorum.roles, quorum.within) for name, quorum in source.quorums.items()}
        ),
        _dafny.Map({name: _agent(kind) for name, kind in source.agents.items()}),
        source.id,
        "session",
        "user",
        src.SELF,
    )
