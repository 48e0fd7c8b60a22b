"""How the kernel holds people to `may_widen`: an allowance is an action of its own, asked for and decided like others.

The verb `approval.widen` stands for giving one. Its one atom says the rule and the values of the `same` axes; its rule
is an ask that needs the very approval, so people vote on a request whose digest covers all terms, and theorem B7 covers
it. What it leaves and counts, under the allowance's own name, is what later actions are held to:

    mark ~same/<rule>             for the name and the values
    mark ~whom/<rule>             for the name, tenant, user and policy
    budgets ~uses/<rule>, ~amount/<rule>   for the name; giving it charges what people hold back of the policy's most

Each rule that asks for the approval is lifted where both marks stand, and a twin with the same tests permits there; its
parts are charged to the budgets. The gate names the allowance in the scope `~allowed/<rule>`. A wrong name finds no
marks. Without a name nothing is lifted and nothing is permitted: that a scope is missing is never unknown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from math import prod

from havocproof.kernel.source import (
    FOREVER,
    MARK,
    Atom,
    Axis,
    Budget,
    Mark,
    Named,
    Part,
    Range,
    Ranged,
    Rule,
    Scoping,
    Stands,
    Test,
)
from havocproof.policy.approvals import Approval
from havocproof.policy.lower import MOST_SPLITS
from havocproof.policy.problems import Problems
from havocproof.policy.rules import Lowered
from havocproof.policy.verbs import Verb
from havocproof.policy.widening import Widening, amount_measure

WIDEN = "approval.widen"
"""The verb of giving an allowance. No rule of a file and no action of an agent can name it."""
AXES = (Axis("rule", False),)
PEOPLE = frozenset({"~people"})
"""The group of the rules by which allowances are given: no agent uses it."""
POLICY = "~policy"
"""The scope that says under which policy the gate decides."""
_SLOTS = ("same.0", "same.1", "same.2")


def scope(rule: str) -> str:
    """The scope in which the gate names the allowance for a rule."""
    return f"~allowed/{rule}"


def uses_budget(rule: str) -> str:
    """The kernel's budget of how often."""
    return f"~uses/{rule}"


def amount_budget(rule: str) -> str:
    """The kernel's budget of how much in all."""
    return f"~amount/{rule}"


def spent_rule(budget: str) -> str:
    """The rule whose allowance a budget of the kernel bounds; "" if it is none of these budgets."""
    return budget.partition("/")[2] if budget.startswith(("~uses/", "~amount/")) else ""


@dataclass(frozen=True, slots=True)
class Widened:
    """A rule that an allowance may stand for.

    approval   whom it asks for; of a guard `<guard>/<name>`, as `rule`
    most       how far they may go
    measure    the kernel's measure of what it moves; "" if `most` bounds no amount
    same       by verb, the names on atoms that carry the values of `most.same`
    """

    rule: str
    approval: str
    most: Widening
    measure: str
    same: Mapping[str, tuple[str, ...]]

    def part(self, values: tuple[str, ...], uses: int, amount: int | None) -> Part:
        """What the kernel is asked when an allowance is given, with what is held back of the most that may be."""
        ints = {"count": self.most.uses - uses}
        if self.measure:
            ints[self.measure] = (self.most.amount or 0) - (amount or 0)
        return Part(WIDEN, ints, (Atom({"rule": self.rule, **dict(zip(_SLOTS, values, strict=False))}, {}),))

    def scopes(self, name: str, policy: str) -> dict[str, str]:
        """What the kernel is told of an allowance beside what it is told of every request."""
        return {scope(self.rule): name, POLICY: policy}


@dataclass(frozen=True, slots=True)
class Allowances:
    """What all `may_widen` of a policy come to.

    rules            those that may be widened, by id
    values           by verb, for each approval that such a rule asks for: the names that carry the values of `same`
    source, budgets  for the kernel: all rules of the policy, widened or not, and the budgets that bound allowances
    """

    rules: Mapping[str, Widened]
    values: Mapping[str, frozenset[tuple[str, tuple[str, ...]]]]
    source: tuple[Rule, ...]
    budgets: Mapping[str, Budget]

    @property
    def axes(self) -> dict[str, tuple[Axis, ...]]:
        """The verb of giving, where there is something to give."""
        return {WIDEN: AXES} if self.rules else {}


def widened(
    lowered: Iterable[Lowered], approvals: Mapping[str, Approval], verbs: Mapping[str, Verb], problems: Problems
) -> Allowances:
    """All rules for the kernel: those that may be widened as the head of this module says, the others as they are."""
    if not any(approval.widening for approval in approvals.values()):  # most policies
        return Allowances({}, {}, tuple([each.rule for each in lowered]), {})
    source: list[Rule] = []
    found: dict[str, Widened] = {}
    for each in lowered:
        most = _most(each, approvals)
        if most is None:
            source.append(each.rule)
            continue
        taken: set[str] = set()
        for same, names in _groups(each.rule, most, verbs).items():
            rule = replace(each.rule, verbs=frozenset(names))
            measure = amount_measure(verbs[names[0]], most.currency) if most.amount is not None else ""
            if measure is None:  # what cannot be counted is not widened; `check_widening` has told it
                continue
            spec = found.setdefault(rule.id, Widened(rule.id, rule.needs, most, measure, {}))
            spec = found[rule.id] = replace(spec, same={**spec.same, **dict.fromkeys(names, same)})
            source += _twins(each, rule, _under(spec, same), problems)
            source += _counting(rule, _under(spec, same), spec)
            taken.update(names)
        left = each.rule.verbs - taken
        if left:
            source.append(replace(each.rule, verbs=left))
    values: dict[str, set[tuple[str, tuple[str, ...]]]] = defaultdict(set)
    for spec in found.values():
        source += _giving(spec)
        for verb, same in spec.same.items():
            values[verb].add((spec.approval, same))
    budgets = {name: limit for spec in found.values() for name, limit in _budgets(spec)}
    by_verb = {verb: frozenset(pairs) for verb, pairs in values.items()}
    return Allowances(found, by_verb, tuple(source), budgets)


def _most(each: Lowered, approvals: Mapping[str, Approval]) -> Widening | None:
    """How far people may go with a rule. What a label holds back is no rule of the section, and is never widened."""
    if each.rule.effect not in ("ask", "require") or ":" in each.rule.id:
        return None
    approval = approvals.get(each.rule.needs)
    return approval.widening if approval is not None else None


def _groups(rule: Rule, most: Widening, verbs: Mapping[str, Verb]) -> dict[tuple[str, ...], list[str]]:
    """The rule's verbs by the names that carry the values of `same`, in the order in which they were declared."""
    found: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for name, verb in verbs.items():
        if name in rule.verbs and all(word in verb.axes for word in most.same):
            found[tuple(verb.axes[word].kernel for word in most.same)].append(name)
    return found


def _marks(rule: str, same: tuple[str, ...]) -> tuple[Mark, Mark]:
    named = scope(rule)
    return Mark(MARK, f"~same/{rule}", (named, *same)), Mark(MARK, f"~whom/{rule}", (named, "tenant", "user", POLICY))


def _under(spec: Widened, same: tuple[str, ...]) -> tuple[Test, ...]:
    """When an allowance for the rule covers a part. What the scopes say must be said by scopes: no argument of an
    action can stand in for them.
    """
    scopes = tuple(Scoping(name) for name in (scope(spec.rule), "tenant", "user", POLICY))
    standing = tuple(Stands(mark, spec.most.for_ms) for mark in _marks(spec.rule, same))
    return (*scopes, *standing, *((Ranged(spec.measure, (Range(0, None),)),) if spec.measure else ()))


def _twins(each: Lowered, rule: Rule, under: tuple[Test, ...], problems: Problems) -> Iterator[Rule]:
    """The rule where no allowance stands, and what permits where one does. A `require` grants nothing: it has no twin.

    A permit has no `unless`: there is one twin for each way in which none of the conjunctions holds.
    """
    yield replace(rule, unless=(*rule.unless, under))
    if rule.effect != "ask":
        return
    ways = prod(len(tests) for tests in rule.unless)
    if ways > MOST_SPLITS:
        message = f"`unless` of a rule that may be widened comes to {ways} cases; at most {MOST_SPLITS} are read"
        problems.add("E-CELLS", each.unless, message, "Split the rule, or ask by an approval without `may_widen`.")
        return
    for lifting in product(*rule.unless):
        unlifted = tuple(replace(test, want=not test.want) for test in lifting)
        yield replace(rule, effect="permit", needs="", unless=(), tests=(*rule.tests, *unlifted, *under))


def _counting(rule: Rule, under: tuple[Test, ...], spec: Widened) -> Iterator[Rule]:
    """What counts a use of an allowance: each part that the rule speaks about. Another part of the same call may have
    other values, so that none can be left out; a tool of two effects that the rule asks for takes two uses.
    """
    tests = (*rule.tests, *under)
    for budget, _ in _budgets(spec):
        yield Rule(f"~used/{rule.id}", "charge", rule.verbs, tests, rule.unless, budget=budget)


def _giving(spec: Widened) -> Iterator[Rule]:
    """The rules of giving an allowance for one rule."""
    verb, tests = frozenset({WIDEN}), (Named("rule", frozenset({spec.rule})),)
    label = f"~given/{spec.rule}"
    (group,) = PEOPLE
    yield Rule(label, "ask", verb, tests, needs=spec.approval, group=group)
    for mark in _marks(spec.rule, _SLOTS[: len(spec.most.same)]):
        yield Rule(label, "leave", verb, tests, mark=mark)
    for name, _ in _budgets(spec):
        yield Rule(label, "charge", verb, tests, budget=name)


def _budgets(spec: Widened) -> Iterator[tuple[str, Budget]]:
    per = (scope(spec.rule),)
    yield uses_budget(spec.rule), Budget("count", spec.most.uses, FOREVER, per)
    if spec.measure and spec.most.amount is not None:
        yield amount_budget(spec.rule), Budget(spec.measure, spec.most.amount, FOREVER, per)
