"""Random small policies, valid by construction, over the small world of `alphabet`."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

import yaml

from tests.differential import alphabet as abc
from tests.differential.alphabet import AXES, CLASSES, FAMILIES, MEASURES, REQUIRED, Axis, distinct, several
from tests.differential.tools import TOOLS, tool_axes, tool_measures, tool_required

PolicyTree = dict[str, Any]
NUMBERS = ("int", "size", "amount", "date", "cost")
PLACES = ("host", "path", "table", "email", "segments")
FORMS = ("is", "min", "max", "both", "above", "below", "open")


class _Plain(yaml.SafeDumper):
    """Without aliases, which policies may not hold."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def text_of(policy: PolicyTree) -> str:
    written: str = yaml.dump(policy, Dumper=_Plain, sort_keys=False, default_flow_style=None, width=120)
    return written


def _shown(axis: Axis, number: int, currency: str) -> str:
    if axis.sort in ("amount", "cost"):
        return abc.money(number, "USD" if axis.sort == "cost" else currency)
    if axis.sort == "date":
        return date.fromordinal(number).isoformat()
    return f"{number} B" if axis.sort == "size" else str(number)


def _bounds(rng: Random, axis: Axis, forms: tuple[str, ...] = FORMS) -> Any:
    """A literal, a bound, or two bounds that leave something."""
    currency = rng.choice(axis.words or abc.CURRENCIES)
    middle, reach = (abc.MIDDLE if axis.sort == "amount" else axis.base), (1 if axis.closed else 2)
    low, high = middle - reach, middle + reach
    number = rng.randint(low, high)
    form = rng.choice(forms[:4] if axis.closed else forms)
    if form == "is":
        return _shown(axis, number, currency)
    if form == "both":
        ends = {"min": number, "max": rng.randint(number, high)}
    elif form == "open":
        ends = {"above": number, "below": rng.randint(number + 2, high + 2)}
    else:
        ends = {form: number}
    return {bound: _shown(axis, end, currency) for bound, end in ends.items()}


def _alternative(rng: Random, axis: Axis, sets: dict[str, str]) -> Any:
    fitting = [name for name, kind in sets.items() if kind == axis.sort]
    if fitting and rng.randint(0, 3) == 0:
        return "$" + rng.choice(fitting)
    if axis.optional and rng.randint(0, 4) == 0:
        return "none"
    if axis.sort in ("name", "enum"):
        return rng.choice(axis.words)
    if axis.sort == "text":
        return {"max": f"{abc.near(rng, axis.base)} B"}
    return _bounds(rng, axis) if axis.sort in NUMBERS else abc.pattern(rng, axis.sort)


def axis_test(rng: Random, axis: Axis, sets: dict[str, str], negatable: bool, unless: bool = False) -> Any:
    """One test on one axis. `negatable`: it may say `not`; under `unless` only what one test of the kernel can say."""
    form = rng.choice(["one", "one", "one", "list", "list", "not", "any", "either"])
    if form == "any":
        return "any"
    plain = axis.sort not in (*NUMBERS, "text")
    # Under `unless` no test may need several of the kernel: bounds negated, places that may be absent negated.
    sayable = plain if unless else not axis.closed
    if unless and axis.optional and axis.sort in PLACES:
        sayable = False
    if form == "not" and sayable and (negatable or axis.sort == "enum"):
        inner = _distinct(rng, axis, sets)[: len(axis.words) - 1 if axis.sort == "enum" else 3 if plain else 1]
        return {"not": inner if len(inner) > 1 else inner[0]}
    if form == "either" and negatable and not unless and axis.sort in PLACES:
        return [_alternative(rng, axis, sets), {"not": _alternative(rng, axis, sets)}]
    if form == "list" and axis.sort != "text":
        return _distinct(rng, axis, sets)
    return _alternative(rng, axis, sets)


def _distinct(rng: Random, axis: Axis, sets: dict[str, str]) -> list[Any]:
    found: list[Any] = []
    for _ in range(rng.randint(1, 3)):
        one = _alternative(rng, axis, sets)
        if one not in found:
            found.append(one)
    return found


def _tests(
    rng: Random, axes: dict[str, Axis], sets: dict[str, str], negatable: bool, most: int, unless: bool = False
) -> dict[str, Any]:
    chosen = distinct(rng, sorted(axes), 0, most)
    return {axis: axis_test(rng, axes[axis], sets, negatable, unless) for axis in chosen}


def axis_tests(rng: Random, axes: dict[str, Axis], sets: dict[str, str], most: int) -> dict[str, Any]:
    """Up to `most` tests without negations, as action patterns have them."""
    return _tests(rng, axes, sets, False, most)


def common(verbs: list[str], tools: PolicyTree) -> dict[str, Axis]:
    """The axes that all of these verbs and tools have."""
    known = [AXES[verb] if verb in AXES else tool_axes(tools[verb]) for verb in verbs]
    return {axis: found for axis, found in known[0].items() if all(other.get(axis) == found for other in known)}


def _rule(rng: Random, families: list[str], tools: PolicyTree, sets: dict[str, str]) -> PolicyTree:
    effect = rng.choice(["permit", "permit", "permit", "ask", "ask", "forbid", "forbid"])
    return rule_of(rng, effect, families, tools, sets)


def rule_of(rng: Random, effect: str, families: list[str], tools: PolicyTree, sets: dict[str, str]) -> PolicyTree:
    """One rule of that effect, without an id."""
    family = rng.choice(families + list(tools))
    if family in tools:
        verbs = [family]
    elif effect == "forbid" and rng.randint(0, 4) == 0:
        # A class stands alone and without tests: its verbs have few axes in common.
        rule: PolicyTree = {effect: rng.choice(CLASSES[family]), "why": "A class."}
        return rule | ({"needs": rng.choice(["ann", "bob"])} if rng.choice((False, True)) else {})
    else:
        verbs = distinct(rng, FAMILIES[family], 1, 3)
    axes = common(verbs, tools)
    required = {axis for verb in verbs for axis in (REQUIRED[verb] if verb in AXES else tool_required(tools[verb]))}
    if effect != "forbid" and not required <= set(axes):
        verbs = verbs[:1]
        axes = common(verbs, tools)
        required = set(REQUIRED[verbs[0]])
    rule = {effect: verbs if len(verbs) > 1 else verbs[0]}
    where = _tests(rng, axes, sets, effect != "permit", 3)
    if effect != "forbid":
        where |= {axis: axis_test(rng, axes[axis], sets, effect == "ask") for axis in sorted(required - set(where))}
    if where:
        rule["where"] = where
    if effect == "permit":
        return rule
    unless = _tests(rng, axes, sets, True, 2, unless=True) if rng.randint(0, 2) == 0 else {}
    # `any` would always hold; a list of bounds is not to be said there (E-INT: several cases that no test covers).
    unless = {
        axis: test
        for axis, test in unless.items()
        if test != "any" and not (axes[axis].sort in (*NUMBERS, "text") and isinstance(test, list))
    }
    if unless:
        rule["unless"] = unless
    if effect == "ask" or rng.randint(0, 2) == 0:
        rule["needs"] = rng.choice(["ann", "bob", "cid"])
    return rule | {"why": "Because it is so."}


LIMITS = {
    "count": (1, 4),
    "bytes": (1, 16),
    "bytes_out": (130, 500),
    "bytes_in": (1, 16),
    "rows": (1, 16),
    "recipients": (1, 6),
}


CURRENCY = {"cost": "USD", "fee": "USD"}


def _measures(family: str, tools: PolicyTree, beside: PolicyTree) -> list[str]:
    """What a budget of this family or tool may count. A tool that is one of the family has no bytes to count."""
    if family in tools:
        return ["count"] + [measure for measure in ("n", "size", "fee", "amount") if measure in tool_measures(family)]
    kinds = {
        verb
        for spec in [*tools.values(), *beside.values()]
        for verb in ([spec.get("is")] if isinstance(spec.get("is"), str) else spec.get("is", []))
    }
    plain = ("count", "amount")
    return [one for one in MEASURES[family] if one in plain or not kinds & set(FAMILIES[family])]


def _budget(
    rng: Random, families: list[str], tools: PolicyTree, sets: dict[str, str], beside: PolicyTree
) -> PolicyTree:
    family = rng.choice(families + list(tools))
    names = FAMILIES.get(family, [family])
    measure = rng.choice(_measures(family, tools, beside))
    fit = [verb for verb in names if verb in tools or measure in {"count", *AXES[verb]}]
    verbs = distinct(rng, fit, 1, 2)
    axes = common(verbs, tools)
    form = rng.choice(["verbs", "one", "any", "both", "class"])
    where = _tests(rng, axes, sets, False, 2)
    of: Any = verbs if len(verbs) > 1 else verbs[0]
    if form == "class" and family in CLASSES and measure == "count":
        of, axes = rng.choice(CLASSES[family]), {}
    elif form == "one" and where:
        of = [{verb: where} for verb in verbs] if len(verbs) > 1 else {verbs[0]: where}
    elif form == "any" and where:
        of = {"any": verbs, "where": where}
    elif form == "both" and where:
        of = [{verbs[0]: where}, {"any": verbs, "where": _tests(rng, axes, sets, False, 1) or where}]
    low, high = LIMITS.get(measure, (30, 160))
    limit = str(rng.randint(low, high)) + " B" * measure.startswith("bytes")
    if measure in CURRENCY or measure == "amount":
        currency = CURRENCY.get(measure) or rng.choice(abc.CURRENCIES)
        limit = abc.money(rng.randint(abc.MIDDLE, 3 * abc.MIDDLE + 9), currency)
    keys = [axis for axis, found in axes.items() if found.sort not in (*NUMBERS, "text")]
    keys = sorted({*keys, "tenant", "user", "session", "run"} - {"within"})
    budget = {measure: limit, "of": of}
    budget["per"] = distinct(rng, keys, 1, 2)
    every = rng.choice([None, None, "1s", "30s", "1d", "month", "month"])
    return budget | ({"every": every} if every else {})


def tools_of(rng: Random) -> PolicyTree:
    return {name: TOOLS[name] for name in distinct(rng, sorted(TOOLS), 0, 2)}


def budgets_of(
    rng: Random,
    least: int,
    families: list[str],
    tools: PolicyTree,
    sets: dict[str, str],
    beside: PolicyTree | None = None,
) -> PolicyTree:
    """`beside`: tools that this file cannot name, and that are what it counts all the same."""
    number = rng.randint(least, 3)
    return {f"b{at}": _budget(rng, families, tools, sets, beside or {}) for at in range(number)}


def policy_tree(rng: Random) -> PolicyTree:
    """A policy of 1 to 8 rules in 1 to 3 groups, up to 3 sets, 2 tools and 3 budgets, as a tree of texts."""
    families = distinct(rng, sorted(FAMILIES), 1, 2)
    tools = tools_of(rng)
    kinds = several(rng, ["name", "host", "path", "table", "email"], 0, 3)
    sets: dict[str, str] = {f"s{at}": kind for at, kind in enumerate(kinds)}
    policy: PolicyTree = {"havocproof": "1", "policy": "generated", "version": "1"}
    if sets:
        policy["sets"] = {}
    for at, (name, kind) in enumerate(sets.items()):
        # Sets may hold the sets before them, so that they are never circular.
        before = dict(list(sets.items())[:at])
        policy["sets"][name] = {kind: _distinct(rng, Axis(kind, (*abc.NAME.words, "a", "b")), before)}
    policy["approvals"] = {name: {"role": name, "people": "1", "within": "1h"} for name in ("ann", "bob", "cid")}
    if tools:
        policy["tools"] = tools
    groups: dict[str, list[PolicyTree]] = {}
    for at in range(rng.choice([1, 1, 2, 2, 3, 4, 6, 8])):
        rule = {"id": f"r{at}"} | _rule(rng, families, tools, sets)
        groups.setdefault(rng.choice(["g1", "g2", "g3"]), []).append(rule)
    policy["rules"] = groups
    budgets = budgets_of(rng, 0, families, tools, sets)
    return policy | ({"budgets": budgets} if budgets else {})
