"""The one bridge between Python values and the generated kernel. It converts and calls; it decides nothing.

What the kernel gets at run time are plain values that generated code uses only by `in`, `[]`, `len` and attribute:
`dict` where Dafny says `map`, `tuple` where it says `seq`, the named tuples of `source` where it says `Part`, `Atom`.
`tests/kernel/test_generated_shapes.py` reads the generated code and fails if it ever does anything else with them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import _dafny

import havocproof.kernel.generated.module_  # noqa: F401  first: the generated modules import each other through it
from havocproof.errors import ConfigError
from havocproof.kernel import source as src
from havocproof.kernel.generated import BuildCode, CheckCode, Policies, Requests, Trees, Verdicts
from havocproof.kernel.generated import Kernel as Code
from havocproof.kernel.source import Atom, Part

Key = tuple[int, str, str, str, str, str, int]
Verdict = Any
Charges = Any

_SLOTS = 4
_decide = Code.default__.Decide
_judge = Code.default__.Judge
_reserve = Code.default__.Reserve
_settle = Code.default__.Settle
_request = Requests.Request_Request
_NO_WRITES = Verdicts.Writes_NoWrites()


def _names(names: Iterable[str]) -> Any:
    return _dafny.Set(names)


def _range(item: src.Range) -> Any:
    if item.lo is None:
        return Policies.Range_AtMost(item.hi)
    return Policies.Range_AtLeast(item.lo) if item.hi is None else Policies.Range_Between(item.lo, item.hi)


def _pattern(pattern: src.Pattern) -> Any:
    one = Policies.Sym_One()
    return Policies.Pattern_Pattern(
        tuple(one if symbol is None else Policies.Sym_Lit(symbol) for symbol in pattern.symbols), pattern.open
    )


def _test(test: src.Test) -> Any:
    if isinstance(test, src.Named):
        return Policies.Test_Named(test.axis, _names(test.names), test.want)
    if isinstance(test, src.Placed):
        return Policies.Test_Placed(test.axis, tuple(map(_pattern, test.patterns)), test.want)
    if isinstance(test, src.Holding):
        return Policies.Test_Holding(test.axis, _names(test.names), test.want)
    return Policies.Test_Ranged(test.axis, tuple(map(_range, test.ranges)), test.want)


def _effect(rule: src.Rule) -> Any:
    if rule.effect == "permit":
        return Policies.Effect_Permit()
    if rule.effect == "ask":
        return Policies.Effect_Ask(rule.needs)
    if rule.effect == "require":
        return Policies.Effect_Require(rule.needs)
    if rule.effect == "charge":
        return Policies.Effect_Charge(rule.budget)
    return Policies.Effect_Forbid()  # an effect that is not known restricts


def _rule(rule: src.Rule) -> Any:
    return Policies.Rule_Rule(
        rule.id, _effect(rule), _names(rule.verbs), tuple(map(_test, rule.tests)), tuple(map(_test, rule.unless))
    )


def _budget(name: str, budget: src.Budget) -> Any:
    if len(budget.per) > _SLOTS:
        raise ConfigError(f"budget {name} counts per {len(budget.per)} things", f"Count per at most {_SLOTS}")
    return Policies.Budget_Budget(
        budget.measure, budget.limit, budget.period, (*budget.per, *("",) * (_SLOTS - len(budget.per)))
    )


def _policy(source: src.Source) -> Any:
    return Policies.Policy_Policy(
        _dafny.Map(
            {
                verb: tuple(Policies.Axis_Axis(axis.name, axis.place) for axis in axes)
                for verb, axes in source.axes.items()
            }
        ),
        tuple(map(_rule, source.rules)),
        _dafny.Map({name: _budget(name, budget) for name, budget in source.budgets.items()}),
    )


def load(source: src.Source) -> Kernel:
    """Load a policy's core. Raises `ConfigError` naming the rule that is not well-formed."""
    loaded = Code.default__.Load(_policy(source))
    if loaded.is_Invalid:
        raise ConfigError(
            f"rule {loaded.rule} is not well-formed", "A permit has no `unless`; a charge names a declared budget"
        )
    return Kernel(loaded.plan)


class Kernel:
    """A loaded policy. Every method is total, changes nothing and calls generated code for the decision."""

    __slots__ = ("_plan",)

    def __init__(self, plan: Any) -> None:
        self._plan = plan

    def decide(
        self, parts: tuple[Part, ...], scopes: dict[str, str], month_end: int, now: int, cells: dict[Key, int]
    ) -> Verdict:
        """The verdict on an action: `scopes` must hold "" for unused slots; times in ms since the epoch."""
        return _decide(self._plan, _request(parts, scopes, month_end), now, cells)

    def judge(self, parts: tuple[Part, ...], scopes: dict[str, str], month_end: int, now: int) -> Verdict:
        """The half that looks at no cell; `touched` names the cells that `reserve` has to see."""
        return _judge(self._plan, _request(parts, scopes, month_end), now)

    def reserve(self, judged: Verdict, now: int, cells: Mapping[Key, int]) -> Verdict:
        """The other half: `cells` is any view that holds the touched cells."""
        return _reserve(judged, now, cells, _NO_WRITES)

    def settle(
        self, charges: Charges, used: dict[str, int], now: int, cells: Mapping[Key, int]
    ) -> list[tuple[Key, int]]:
        """New contents of the cells of a permit once `used` of it stays; a measure that `used` lacks stays whole."""
        return _written(_settle(charges, used, now, cells, _NO_WRITES))

    def test(self, test: src.Test, part: Part, atom: Atom) -> str:
        """How one test answers for one atom: "yes", "no" or "unknown"."""
        return _answer(BuildCode.default__.Compile(_test(test), Trees.Checks_Pass()), part, atom)

    def reads(self, rule: src.Rule, part: Part, atom: Atom) -> str:
        """Whether one rule speaks about one atom: "yes", "no" or "unknown"; for explanations."""
        if part.verb not in rule.verbs:
            return "no"
        no_axes = Trees.Axes_NoAxes()
        tests, unless = (
            BuildCode.default__.CompileAll(tuple(map(_test, each)), 0, no_axes) for each in (rule.tests, rule.unless)
        )
        if rule.unless and CheckCode.default__.Holds(unless, part, atom, False):
            return "no"
        return _answer(tests, part, atom)


def _answer(checks: Any, part: Part, atom: Atom) -> str:
    if CheckCode.default__.Holds(checks, part, atom, False):
        return "yes"
    return "unknown" if CheckCode.default__.Holds(checks, part, atom, True) else "no"


def _written(writes: Any) -> list[tuple[Key, int]]:
    out = []
    while writes.is_Write:
        out.append((writes.key, writes.n))
        writes = writes.more
    return out


def writes(verdict: Verdict) -> list[tuple[Key, int]]:
    """What a permitted verdict leaves in the cells that it touches."""
    return _written(verdict.writes)


def charges(judged: Verdict) -> Charges:
    """What a judged request that is not refused would count, once a key."""
    return Verdicts.default__.Total(judged)


def touched(judged: Verdict) -> list[Key]:
    """The cells that a judged request touches; none if it is refused already."""
    return [key for key, _, _, _ in _owed(charges(judged))] if judged.is_Clear else []


def needs(verdict: Verdict) -> frozenset[str]:
    """The approvals that an asked verdict waits for."""
    out, rest = [], verdict.needs
    while rest.is_Need:
        out.append(rest.name)
        rest = rest.more
    return frozenset(out)


def _owed(rest: Charges) -> list[tuple[Key, int, int, str]]:
    out = []
    while rest.is_Owed:
        out.append((rest.key, rest.amount, rest.limit, rest.measure))
        rest = rest.more
    return out


def charges_to_json(owed: Charges) -> list[list[Any]]:
    """Charges as JSON types: `[key as a list, amount, limit, measure]` each."""
    return [[list(key), amount, limit, measure] for key, amount, limit, measure in _owed(owed)]


def charges_from_json(items: Iterable[list[Any]]) -> Charges:
    """The inverse of `charges_to_json`."""
    out = Verdicts.Charges_NoCharges()
    for key, amount, limit, measure in reversed(list(items)):
        out = Verdicts.Charges_Owed(tuple(key), amount, limit, measure, out)
    return out
