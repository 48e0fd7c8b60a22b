"""The section `rates`: so many at once, and one more after each while (POLICY.md 2.10).

A rate is the kernel's budget of kind RATE: one cell holds when the last of what was admitted is due (GCRA).
"""

from __future__ import annotations

from collections.abc import Collection

from havocproof.actions.scalars import parse_integer
from havocproof.kernel.source import RATE
from havocproof.policy import fields
from havocproof.policy.budgets import BudgetText
from havocproof.policy.charges import Charges, Counted
from havocproof.policy.counting import Counting, Draft
from havocproof.policy.literals import parse_duration
from havocproof.policy.problems import Problems
from havocproof.policy.sets import IDENTIFIER
from havocproof.policy.tree import Node, render

KEYS = ("of", "burst", "every", "per", "why", "remedy")
MOST_BURST = 1_000_000
_FORM = "{of: http.request, burst: 10, every: 3s, per: [session]}"


class Rates:
    """Reader of the section. `budgets`: names that are taken."""

    def __init__(self, problems: Problems, counting: Counting, charges: Charges, budgets: Collection[str]) -> None:
        self.problems = problems
        self.counting = counting
        self.charges = charges
        self.budgets = budgets
        self.texts: dict[str, BudgetText] = {}

    def read(self, section: Node) -> None:
        root = fields.mapping(section, "`rates`", f"rates: {{searches: {_FORM}}}", self.problems)
        for key, node in root or ():
            if not IDENTIFIER.fullmatch(key.value):
                self.problems.add("E-KEY", key, f"`{key.value}` is no name of a rate", "Use letters, digits, _ and -.")
            if key.value in self.budgets:
                message = f"`{key.value}` is the name of a budget too"
                self.problems.add("E-DUP", key, message, "Give the rate another name: a denial tells it.")
            inner = fields.mapping(node, f"rate `{key.value}`", _FORM, self.problems)
            if inner is not None:
                self._rate(Draft(key.value, key, inner, "a rate", "count"))

    def _rate(self, draft: Draft) -> None:
        node = draft.node
        fields.known_keys(node, KEYS, "a rate", self.problems)
        for key, form in (("burst", "burst: 10"), ("every", "every: 3s")):
            if key not in node.fields:
                fields.missing(draft.key, key, "a rate", f"Say how many at once, and how often: {form}.", self.problems)
        burst = fields.number(node, "burst", parse_integer, self.problems)
        if burst is not None and not 1 <= burst <= MOST_BURST:
            self.problems.add("E-INT", node.fields["burst"], f"{burst} at once", f"Allow 1 to {MOST_BURST}.")
            burst = None
        every = fields.number(node, "every", parse_duration, self.problems)
        charges = self.counting.of(draft)
        per = self.counting.per(draft, charges or [])
        why, remedy = fields.text(node, "why", self.problems), fields.text(node, "remedy", self.problems)
        if burst is None or every is None or charges is None or per is None:
            return
        shown = f"{burst} at once, then one each {render(node.fields['every'])}"
        self.texts[draft.name] = BudgetText(
            name=draft.name,
            measure="count",
            limit=burst,
            shown=shown,
            currency="",
            period=every,
            every=render(node.fields["every"]),
            per=per.written,
            why=why or f"Rate `{draft.name}` allows {shown}, per {', '.join(per.written)}.",
            remedy=remedy or "Wait, and do it again.",
            line=draft.key.line,
            kind=RATE,
        )
        limits = ((draft.name, RATE, burst),)
        counted = Counted(draft.name, "", every, per, limits, draft.key.line, draft.key.file)
        self.charges.add(counted, charges)
