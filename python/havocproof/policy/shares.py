"""`share` of an agent: what one instance, with all that it starts, may spend of a budget (POLICY.md 2.12).

A share is a budget of its own, `tokens@researcher`: the same effects are counted, for each instance of the kind, where
that kind or one below it acts. So it holds in every period of the budget, beside the budget itself. A spawn that asks
for less takes the difference off the new instance's cell, by a part of the verb `agent.share`; that is possible where
one cell holds all of the share, for ever.

Where in the chain the instance stands, the tree says: as many places above the one that acts as their kinds are apart.
How long the chain is depends on the agent that the host opened, which need not be a root; so there is one budget for
each, `tokens@researcher~1` for a chain that begins one below the root.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as MappingType
from dataclasses import replace
from types import MappingProxyType

from havocproof.kernel.source import FOREVER, Budget, Named, Rule, Scoped, Scoping, Test
from havocproof.policy import fields
from havocproof.policy.agentspec import EVERYONE, SHARE_VERB, ShareSpec
from havocproof.policy.budgets import BudgetText
from havocproof.policy.charges import Charges
from havocproof.policy.counting import AGENT, Counting
from havocproof.policy.problems import Problems, listed
from havocproof.policy.rules import Lowered, RuleText
from havocproof.policy.slots import MOST_SLOTS
from havocproof.policy.tree import Node, Text, render
from havocproof.policy.verbs import SCOPES

_FORM = "share: {tokens: 300000}"
_ALONE = frozenset({*SCOPES, AGENT})


class Shares:
    """Reads the shares of one policy after its budgets: `charges` as they were read, `lowered` as they count."""

    def __init__(
        self,
        problems: Problems,
        counting: Counting,
        charges: Charges,
        texts: MappingType[str, BudgetText],
        lowered: Iterable[Lowered],
    ) -> None:
        self.problems = problems
        self.counting = counting
        self.charges = charges
        self.known = texts
        self.lowered = tuple(lowered)
        self.kernel = charges.budgets()
        self.budgets: dict[str, Budget] = {}
        self.rules: list[Lowered] = []
        self.texts: dict[str, BudgetText] = {}
        self._limits: dict[tuple[str, str], int] = {}  # by agent and budget

    def read(
        self, agent: str, parent: str, under: MappingType[str, int], above: Iterable[str], node: Node
    ) -> MappingType[str, ShareSpec]:
        """The shares of one kind. `under`: it and the kinds below it, each with its depth; `above`: those above it."""
        found = {}
        root = fields.mapping(node, "`share`", _FORM, self.problems)
        for key, value in root or ():
            made = self._share(agent, under[agent], tuple(above), key, value)
            if made is not None:
                found[key.value] = made
                self._lower(agent, parent, under, made, key)
        return MappingProxyType(found)

    def _share(self, agent: str, depth: int, above: tuple[str, ...], key: Text, value: Node) -> ShareSpec | None:
        name = key.value
        text = self.known.get(name)
        counted = self.charges.counted.get(name)
        if text is None or counted is None:
            otherwise = f"Budgets are {listed(self.known)}." if self.known else "Define it under `budgets:`."
            self.problems.add("E-REF", key, f"no budget `{name}`", self.problems.near(name, self.known, otherwise))
            return None
        axis = next(axis for each in self.charges.charges if each.name == name for _, axis in each.verbs.values())
        read = self.counting.amount(axis, value, name)
        if read is None:
            return None
        limit, currency = read
        currency = currency or axis.currency
        if currency != counted.currency:
            message = f"`{render(value)}` is not in {counted.currency}, the currency of `{name}`"
            self.problems.add("E-INT", value, message, f"Write the share in {counted.currency}.")
            return None
        self._limits[agent, name] = limit
        for holder, most in [("the budget", text.limit), *((f"`{each}`", self._most(each, name)) for each in above)]:
            if most is not None and limit > most:
                message = f"`{agent}` has {render(value)} of `{name}`, and {holder} has less"
                self.problems.add("E-WIDE", value, message, "Give it no more than there is above it.")
                return None
        slots = len(counted.per.kernel) + (not counted.per.agent)
        if slots > MOST_SLOTS:
            message = f"`{name}` counts per {slots} things with the agent; at most {MOST_SLOTS} are kept apart"
            self.problems.add("E-CELLS", key, message, "Take the share out, or something out of the budget's `per`.")
            return None
        alone = _ALONE.issuperset(counted.per.kernel) and counted.period == FOREVER and text.measure != "at_once"
        return ShareSpec(
            budget=name,
            limit=limit,
            shown=render(value),
            measure=self.kernel[self._first(name)].measure,
            currency=currency or (self.counting.conditions.cost_currency if axis.kind == "amount" else ""),
            cells=tuple(f"{name}@{agent}" + (f"~{depth - at}" if at < depth else "") for at in range(depth + 1)),
            smaller=alone,
        )

    def _most(self, agent: str, name: str) -> int | None:
        return self._limits.get((agent, name))

    def _first(self, name: str) -> str:
        """The kernel's budget of this name: of a chain that of the root."""
        return f"{name}@0" if self.charges.counted[name].per.agent else name

    def _lower(self, agent: str, parent: str, under: MappingType[str, int], share: ShareSpec, key: Text) -> None:
        base = self.kernel[self._first(share.budget)]
        depth = under[agent]
        for at, cell in enumerate(share.cells):
            scope = f"{AGENT}.{at}"
            per = tuple(scope if each == f"{AGENT}.0" else each for each in base.per)
            self.budgets[cell] = replace(base, limit=share.limit, per=per if scope in per else (*per, scope))
            for below in sorted({deep - depth for deep in under.values()}):
                kinds = frozenset(name for name, deep in under.items() if deep == depth + below)
                self._count(share.budget, cell, (Scoped(AGENT, kinds), *_long(at + below)))
            self.texts[cell] = self._text(agent, share, key)
        if share.smaller and parent:
            self._smaller(agent, parent, share, key)

    def _count(self, budget: str, cell: str, where: tuple[Test, ...]) -> None:
        """Count in the cell what the budget counts, where the chain is as `where` says."""
        for each in self.lowered:
            if each.rule.effect == "charge" and each.rule.budget == self._first(budget):
                kept = [
                    (test, axis)
                    for test, axis in zip(each.rule.tests, each.axes, strict=True)
                    if not isinstance(test, Scoping)
                ]
                rule = replace(each.rule, tests=(*(test for test, _ in kept), *where), budget=cell)
                axes = (*(axis for _, axis in kept), *(AGENT for _ in where))
                self.rules.append(each._replace(rule=rule, axes=axes))

    def _text(self, agent: str, share: ShareSpec, key: Text) -> BudgetText:
        text = self.known[share.budget]
        return replace(
            text,
            name=f"{share.budget}@{agent}",
            limit=share.limit,
            shown=share.shown,
            per=(*text.per, *(() if AGENT in text.per else (AGENT,))),
            why=f"An agent `{agent}` has a share of {share.shown} of budget `{share.budget}`.",
            line=key.line,
        )

    def _smaller(self, agent: str, parent: str, share: ShareSpec, key: Text) -> None:
        """What a spawn takes off is permitted to who may start the agent, and counted in the share's cell."""
        said = RuleText(f"agents:{agent}.share", "agents", "permit", "", "", "", key.line)
        verb = frozenset({SHARE_VERB})
        named = Named("budget", frozenset(share.cells))
        permit = Rule(said.id, "permit", verb, (Scoped(AGENT, frozenset({parent})), named), group=EVERYONE)
        self.rules.append(Lowered(permit, (AGENT, "budget"), (), said))
        for cell in share.cells:
            charge = Rule(said.id, "charge", verb, (Named("budget", frozenset({cell})),), budget=cell)
            self.rules.append(Lowered(charge, ("budget",), (), said._replace(effect="charge")))


def _long(last: int) -> tuple[Test, ...]:
    """The chain ends with the agent of this number."""
    return Scoping(f"{AGENT}.{last}"), Scoping(f"{AGENT}.{last + 1}", False)
