"""Product decisions that are wrong on purpose: each says in its name what it does wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from havocproof.kernel import bridge
from havocproof.kernel.source import Budget, Holding, Named, Part, Pattern, Placed, Range, Ranged, Rule, Source, Test
from havocproof.policy import Policy
from tests.differential.product import Product, Wire

Change = Callable[[Source], Source]


def _rules(change: Callable[[Rule], Rule | None]) -> Change:
    def apply(source: Source) -> Source:
        return replace(source, rules=tuple(rule for rule in map(change, source.rules) if rule is not None))

    return apply


def _tests(change: Callable[[Test], Iterable[Test]], *effects: str) -> Change:
    def one(rule: Rule) -> Rule:
        if effects and rule.effect not in effects:
            return rule
        tests = tuple(new for test in rule.tests for new in change(test))
        unless = tuple(tuple(new for test in each for new in change(test)) for each in rule.unless)
        return replace(rule, tests=tests, unless=tuple(each for each in unless if each))

    return _rules(one)


def _budgets(change: Callable[[Budget], Budget]) -> Change:
    return lambda source: replace(source, budgets={name: change(one) for name, one in source.budgets.items()})


def _without(effect: str) -> Change:
    return _rules(lambda rule: None if rule.effect == effect and not rule.id.startswith("budget:") else rule)


def _ranges(change: Callable[[Range], Range]) -> Change:
    def one(test: Test) -> Iterable[Test]:
        yield replace(test, ranges=tuple(map(change, test.ranges))) if isinstance(test, Ranged) else test

    return _tests(one)


def _patterns(change: Callable[[Pattern], Iterable[Pattern]]) -> Change:
    def one(test: Test) -> Iterable[Test]:
        if isinstance(test, Placed):
            yield replace(test, patterns=tuple(new for pattern in test.patterns for new in change(pattern)))
        else:
            yield test

    return _tests(one)


def _two_for_a_star(pattern: Pattern) -> Iterable[Pattern]:
    yield pattern
    if None in pattern.symbols:
        at = pattern.symbols.index(None)
        yield Pattern((*pattern.symbols[:at], None, *pattern.symbols[at:]), pattern.open)


def _below_only(pattern: Pattern) -> Iterable[Pattern]:
    yield Pattern((*pattern.symbols, None), True) if pattern.open else pattern


def _yes_for_not(test: Test) -> Iterable[Test]:
    yield replace(test, want=True)


def _one_name_less(test: Test) -> Iterable[Test]:
    if isinstance(test, Named) and len(test.names) > 1:
        test = replace(test, names=test.names - {min(test.names)})
    yield test


def _without_axis(axis: str) -> Change:
    def one(test: Test) -> Iterable[Test]:
        if not (isinstance(test, Named) and test.axis == axis):
            yield test

    return _tests(one, "permit", "ask")


def _last_segment_only(test: Test) -> Iterable[Test]:
    yield Named("name", test.names, test.want) if isinstance(test, Holding) else test


def _permit(rule: Rule) -> Rule:
    return replace(rule, effect="permit", unless=(), needs="") if rule.effect == "ask" else rule


def _uncharged(rule: Rule) -> Rule | None:
    return None if rule.effect == "charge" else rule


def _of_its_currency(source: Source) -> Source:
    """Payments in another currency than a budget's are not counted, and not refused."""

    def one(rule: Rule) -> Rule:
        kind, _, currency = source.budgets[rule.budget].measure.partition(":") if rule.budget else ("", "", "")
        if kind != "amount" or not any(verb.startswith("money.") for verb in rule.verbs):
            return rule
        return replace(rule, tests=(*rule.tests, Named("currency", frozenset({currency}))))

    return _rules(one)(source)


SOURCES: dict[str, Change] = {
    "a forbid is ignored": _without("forbid"),
    "a forbid with needs is ignored": _without("require"),
    "an ask is a permit": _rules(_permit),
    "an unless is ignored": _rules(lambda rule: replace(rule, unless=())),
    "an upper bound is one more": _ranges(lambda one: replace(one, hi=None if one.hi is None else one.hi + 1)),
    "a lower bound is one less": _ranges(lambda one: replace(one, lo=None if one.lo is None else one.lo - 1)),
    "a star is two segments, too": _patterns(_two_for_a_star),
    "two stars leave out the apex": _patterns(_below_only),
    "two stars are the apex only": _patterns(lambda one: [replace(one, open=False)]),
    "a pattern goes on below": _patterns(lambda one: [replace(one, open=True)]),
    "a not is a yes": _tests(_yes_for_not),
    "a set lacks a member": _tests(_one_name_less),
    "the currency is not looked at": _without_axis("currency"),
    "any service is the default one": _without_axis("service"),
    "within is the last segment": _tests(_last_segment_only),
    "currencies that nobody counts pass": _of_its_currency,
    "budgets are not charged": _rules(_uncharged),
    "budgets are not filtered": _rules(lambda rule: replace(rule, tests=()) if rule.effect == "charge" else rule),
    "a limit is one more": _budgets(lambda one: replace(one, limit=one.limit + 1)),
    "a limit is one less": _budgets(lambda one: replace(one, limit=one.limit - 1)),
    "windows never end": _budgets(lambda one: replace(one, period=0)),
    "a month is 30 days": _budgets(lambda one: replace(one, period=30 * 86_400_000) if one.period == -1 else one),
    "budgets are for all": _budgets(lambda one: replace(one, per=one.per[:1])),
    "budgets are for each run": _budgets(lambda one: replace(one, per=(*one.per[:1], "run"))),
}


def _first_atoms(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    return tuple(part._replace(atoms=part.atoms[:1]) for part in parts)


def _split(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    return tuple(part._replace(atoms=(atom,)) for part in parts for atom in part.atoms)


VIEWS: dict[str, Callable[[tuple[Part, ...]], tuple[Part, ...]]] = {
    "the first effect decides": lambda parts: parts[:1],
    "the last effect decides": lambda parts: parts[-1:],
    "the first atom decides": _first_atoms,
    "each atom counts by itself": _split,
}


class _NothingReturns(Product):
    def settle(self, verdict: bridge.Verdict, used: dict[str, int], ok: bool, since: int, now: int) -> None:
        super().settle(verdict, {"at_once": used.get("at_once", 1)}, ok, since, now)


class _AllReturns(Product):
    def settle(self, verdict: bridge.Verdict, used: dict[str, int], ok: bool, since: int, now: int) -> None:
        none = dict.fromkeys(("count", "amount:USD", "bytes", "rows", "tokens", "cost"), 0)
        super().settle(verdict, used | none, ok, since, now)


class _NothingReserved(Product):
    def reserve(self, wire: Wire, scopes: dict[str, str], verdict: bridge.Verdict, child: str = "") -> None:
        pass


PRODUCTS: dict[str, type[Product]] = {
    "what is not used stays reserved": _NothingReturns,
    "whatever was used returns": _AllReturns,
    "nothing is reserved": _NothingReserved,
}
NAMES = [*SOURCES, *VIEWS, *PRODUCTS]


def wrong(name: str, policy: Policy) -> Product:
    """The product with a policy, and with the fault of that name."""
    if name in SOURCES:
        return Product(policy, kernel=bridge.load(SOURCES[name](policy.source)))
    if name in VIEWS:
        return Product(policy, view=VIEWS[name])
    return PRODUCTS[name](policy)
