"""One run: its dice, its log, its gate and its limits.

The log is one list of inputs `("in", kind, ...)` and events `("ev", kind, ...)`, in the order in which they happened.
What a run is made of stands in `Plan`; the model is given the same.
"""

from __future__ import annotations

import asyncio
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from tests.pocketflow_model.dice import Dice
from tests.pocketflow_model.plain import NONE, Lazy, Plain, Stop

TASK: ContextVar[int] = ContextVar("task", default=0)
HAND: ContextVar[int] = ContextVar("hand", default=0)
"""How many bodies that run a flow by hand are under way around the code that asks."""
ENOUGH = 10**6


@dataclass
class Spec:
    """One node as it was before the run; keys and params in plain form, nodes by number."""

    kind: str
    retries: int = 1
    wait: int = 0
    truthy: bool = True
    skipped: set[str] = field(default_factory=set)
    succ: list[tuple[Plain, int | None]] = field(default_factory=list)
    start: int | None = None
    params: Plain = ("dict", ())
    exits: tuple[str, ...] = ()


class World:
    def __init__(self, seed: int, use_async: bool, semantics: str) -> None:
        self.seed, self.use_async, self.semantics = seed, use_async, semantics
        dice = self.dice = Dice(seed)
        self.log: list[tuple[Any, ...]] = []
        self.specs: list[Spec] = []
        self.nodes: list[Any] = []
        self.sync = not use_async
        dice.wild = dice.choice([0.0, 0.04, 0.2])
        self.fault_rate = dice.choice([0.0, 0.1, 0.25])
        self.raising = dice.random() < 0.08
        self.strict = dice.random() < 0.2
        dice.tidy = self.strict and dice.random() < 0.8
        self.limit = self.limit0 = None if dice.random() < 0.5 else dice.randrange(30)
        self.replacing = dice.choice([0.0, 0.0, 0.03])
        self.budget = self.steps = ENOUGH if dice.random() < 0.6 else dice.randrange(25)
        self.patience = self.patience_left = ENOUGH if dice.random() < 0.6 else dice.randrange(5)
        self.cancel_rate = dice.choice([0, 0.03, 0.06])
        self.hand_rate = dice.choice([0, 0.04, 0.08])
        self.calls = self.lazies = self.spent = 0
        self.over = self.unwinding = self.strayed = False
        self.changed = False  # a refusal that the plain machine does not know
        self.open: dict[int, tuple[int, int]] = {}  # amounts, each with the policy's version
        self.version = 0
        self.handles = 0
        self.effects: list[int] = []
        self.tasks: dict[int, asyncio.Task[Any]] = {}
        self.parents: dict[int, int] = {}
        self.count = 1

    # ---- the log; a run that is over says nothing any more ----
    def told(self, *what: Any) -> None:
        if not self.over:
            self.log.append(("in", *what))

    def saw(self, *what: Any) -> None:
        if not self.over:
            self.log.append(("ev", *what))

    # ---- the gate: what is done adds up to a limit at most; a new limit is a new policy, and voids answers ----
    def outside(self, limit: int | None) -> None:
        self.told("outside", limit)
        self.saw("changed", limit)
        if not self.over:
            self.limit, self.version = limit, self.version + 1

    def ask(self, amount: int) -> None:
        task = TASK.get()
        self.told("ask", task, amount)
        if self.over:
            return
        if self.steps == 0 or (self.limit is not None and self.spent + amount > self.limit):
            self.changed = True
            self.saw("denied", task, amount)
            self._refusal()
            return
        self.steps -= 1
        self.spent += amount
        self.open[self.handles] = (amount, self.version)
        self.saw("granted", task, self.handles, amount)
        self.handles += 1

    def act(self, handle: int) -> None:
        task = TASK.get()
        self.told("act", task, handle)
        if self.over:
            return
        amount, version = self.open.get(handle, (0, -1))
        if version != self.version:
            self.changed |= version >= 0
            self.saw("refused", task, handle)
            self._refusal()
            return
        del self.open[handle]
        self.effects.append(amount)
        self.saw("performed", task, handle, amount)

    def insist(self) -> None:
        """What is tried after a run is over is nothing to the machine."""
        for entry in (("ask", 0, 1), ("act", 0, 0), ("ret", 0, NONE), ("raise", 0, ("user", 1)), ("wake", 0)):
            self.log.append(("in", *entry))

    def _refusal(self) -> None:
        self.over = self.patience_left == 0
        self.changed |= self.over
        self.patience_left -= 1

    def pay(self, steps: int) -> None:
        """A step of the framework is paid for, or it is not made."""
        if self.over:
            raise Stop
        if steps > self.steps:
            self.steps, self.changed, self.unwinding = 0, True, True
            self.saw("stopping", TASK.get())
            raise Stop
        self.steps -= steps

    def stopped(self) -> None:
        """Where a stop led to has been logged: to the end of a task, or to a body that ran a flow by hand."""
        if self.strayed:
            self.strayed, self.steps = False, 0
        if self.unwinding:
            self.unwinding = False
            self._refusal()

    # ---- tasks ----
    def cancel(self, number: int) -> None:
        """Cancels a task, but for the running one and those that wait for it.

        asyncio counts a task as cancelled that was cancelled by code inside it and returned without another await; the
        model has no word for that.
        """
        task = self.tasks.get(number)
        if task is None or task.done():
            return
        me: int | None = TASK.get()
        while me is not None:
            if me == number:
                return
            me = self.parents.get(me)
        task.cancel()

    def lazy(self, ask: Any) -> Lazy:
        self.lazies += 1
        return Lazy(self.lazies, ask)
