"""Decisions on what is remembered: payments that three budgets and a rate count and that two labels may hold back.

`state:3-budgets-2-labels-1-rate`   typed action to verdict, after n earlier payments; the session carries no label
`...:kernel`                        of it, the decision on parts that are there already
`...:bridge`                        of that, putting the request and the scene together
`...:cleared` (and `:kernel`)       the same where the session carries a label that is cleared for these payments
`state:counters` (and `:kernel`)    10 rules and 10 stored counters; 10,000 rules and 1,000,000 counters
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from typing import Any

import workload
from measuring import MONTH, NOW, SCOPES, Row, groups_of, measure

from havocproof.kernel import bridge
from havocproof.kernel.source import BUDGET, LABEL, View

SERIES = "state:3-budgets-2-labels-1-rate"
COUNTERS = ((10, 10), (10_000, 1_000_000))
CARRIED = (LABEL, "outside", "s", "s", "s", "s", 0)
HELD_BACK = (LABEL, "personal", "s", "s", "s", "s", 0)


class Desk:
    """A policy with budgets, a rate and labels, and decisions on its payments: of an action, or of its parts."""

    def __init__(self, rules: int) -> None:
        self.policy = workload.policy(rules, state=True)
        self.kernel, self.groups = self.policy.kernel, groups_of(self.policy)
        self.payments: list[Any] = [case.action for case in workload.cases("money.payment", rules) if case.permitted]

    def decide(self, action: Any, scopes: dict[str, str], view: View) -> Any:
        return self.kernel.decide(self.policy.parts(action), scopes, self.groups, MONTH, NOW, NOW, view)

    def decide_parts(self, parts: Any, scopes: dict[str, str], view: View) -> Any:
        return self.kernel.decide(parts, scopes, self.groups, MONTH, NOW, NOW, view)

    def check(self, view: View) -> None:
        """The labels do what they are there for, and the payments are permitted."""
        marked = View({HELD_BACK: NOW}, {}, {})
        if not self.decide(self.payments[0], SCOPES, marked).is_Denied:
            raise SystemExit("the benchmark's label holds nothing back")
        if not all(self.decide(payment, SCOPES, view).is_Permitted for payment in self.payments):
            raise SystemExit("the benchmark's payments are not permitted")


def events(sizes: Sequence[int], seconds: float) -> Iterable[Row]:
    desk, view, done = Desk(100), View({}, {}, {}), 0
    for size in sizes:
        while done < size:  # each event is of a run of its own, so that the cells grow with the events
            verdict = desk.decide(desk.payments[done % len(desk.payments)], {**SCOPES, "run": f"r{done}"}, view)
            view.nums.update(bridge.writes(verdict))
            done += 1
        desk.check(view)
        parts = [desk.policy.parts(payment) for payment in desk.payments]
        for name, seen in (("", view), (":cleared", View({**view.nums, CARRIED: NOW}, {}, {}))):
            desk.check(seen)
            whole = measure(lambda action, seen=seen: desk.decide(action, SCOPES, seen), desk.payments, seconds)
            yield (SERIES + name, size, *whole)
            kernel = measure(lambda each, seen=seen: desk.decide_parts(each, SCOPES, seen), parts, seconds)
            yield (f"{SERIES}{name}:kernel", size, *kernel)
        scene = measure(lambda _: bridge.scene(SCOPES, desk.groups, NOW, view), parts, seconds / 2)
        yield (f"{SERIES}:bridge", size, *scene)


def counters(seconds: float) -> Iterable[Row]:
    for rules, stored in COUNTERS:
        desk, random_ = Desk(rules), random.Random(7)
        view = View({(BUDGET, "runs", f"r{run}", "", "", "", 0): 1 for run in range(stored)}, {}, {})
        runs = [
            f"r{random_.randrange(stored)}" for _ in range(1_000)
        ]  # every decision reads the counter of another run
        desk.check(view)
        actions = [(desk.payments[i % len(desk.payments)], {**SCOPES, "run": run}) for i, run in enumerate(runs)]
        parts = [(desk.policy.parts(action), scopes) for action, scopes in actions]
        yield ("state:counters", stored, *measure(lambda each: desk.decide(*each, view), actions, seconds))  # noqa: B023
        yield ("state:counters:kernel", stored, *measure(lambda each: desk.decide_parts(*each, view), parts, seconds))  # noqa: B023
