"""The whole way, `Session.perform` with a clock and a port of the test: outcomes are those of the oracle's history."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest

from havocproof.actions import Action, Part, SqlQuery, ToolCall, action_from_wire
from havocproof.actions.wire import VERBS
from havocproof.errors import ActionError, InDoubt, PortError
from havocproof.gate import Denied, Failed, Gate, Malformed, Outcome, Pending, Performed
from havocproof.ports.base import Effect, Permit
from tests.differential.generators import PolicyTree, policy_tree, text_of
from tests.differential.histories import moments, spending_tree
from tests.differential.near_misses import action_for
from tests.differential.oracle import Event, Verdict, decide
from tests.differential.product import NOON, loaded, reported
from tests.differential.profile import seeds
from tests.differential.tools import TOOLS

_NOT = {"unpermitted", "unpayable"}
REASONS = {"never": {"never"}, "later": {"later"}, "unpermitted": _NOT, "fix": _NOT}


class NullPort:
    """Serves everything and does nothing but count; `ending` says how the next effect ends."""

    def __init__(self) -> None:
        self.verbs = frozenset(VERBS) | frozenset(TOOLS)
        self.statements: list[tuple[Part, ...]] = []
        self.ending: Any = None
        self.done = 0

    def prepare(self, action: Action) -> NullEffect:
        if isinstance(action, SqlQuery):
            return NullEffect(self, self.statements[int(action.statement.split()[-1])])
        return NullEffect(self, () if isinstance(action, ToolCall) else action.parts())

    def close(self) -> None:
        pass


class NullEffect:
    def __init__(self, port: NullPort, parts: tuple[Part, ...]) -> None:
        self.port = port
        self.parts = parts

    def perform(self, permit: Permit) -> Effect:
        permit.check()
        self.port.done += 1
        if isinstance(self.port.ending, Exception):
            raise self.port.ending
        return Effect(None, self.port.ending)

    def close(self) -> None:
        pass


class World:
    """A gate and the oracle's history beside it."""

    def __init__(self, tree: PolicyTree, journal: Path | None) -> None:
        self.tree, _, self.plain, policy = loaded(tree)
        self.now = NOON
        self.port = NullPort()
        self.gate = Gate.open(policy, ports=[self.port], journal=journal, tenant="t", clock=lambda: self.now)
        self.events: list[Event] = []
        self.doubts: dict[int, Event] = {}
        self.said: list[str] = []

    def typed(self, wire: dict[str, Any]) -> dict[str, Any]:
        """What is sent: for SQL a statement whose parts the port knows."""
        if wire["action"] != "sql":
            return wire
        self.port.statements.append(tuple(map(reported, wire["parts"])))
        statement = f"select {len(self.port.statements) - 1}"
        return {"action": "sql.query", "args": {"database": "d", "statement": statement}}

    def act(self, rng: Random, wire: dict[str, Any], user: str, run: str) -> None:
        scopes = {"tenant": "t", "session": "s", "run": run} | ({"user": user} if user else {})
        expected = decide(self.plain, wire, self.events, scopes, self.now)
        self.port.ending = self.ending(rng, wire)
        before = self.port.done
        outcome = self.gate.session(user=user, run=run, session="s").perform(self.typed(wire))
        self.said += [type(outcome).__name__, *expected.reasons]
        problem = self.wrong(expected, outcome, wire, self.port.done > before)
        assert problem is None, f"{problem}\n{text_of(self.tree)}\n{wire} by {scopes}\noracle: {expected}\n{outcome}"
        if self.port.done > before:
            self.events.append(Event(self.now, wire, scopes))
            self.ended(outcome, self.events[-1])

    def ending(self, rng: Random, wire: dict[str, Any]) -> Any:
        """How the effect will end: known not to have happened, in doubt, or with so much used of some measures."""
        how = rng.choice(["failed", "doubt", "used", "used", "used"])
        if how != "used":
            return {"failed": PortError("the line is broken", "Try later"), "doubt": InDoubt("no answer", "Ask")}[how]
        try:
            action = action_from_wire(self.typed(wire))
            parts = self.port.prepare(action).parts or self.gate.policy.parts(action)
        except ActionError:
            return {}
        measures = sorted({measure for part in parts for measure in part.ints} - {"port"})
        told = rng.sample(measures, rng.randint(0, len(measures)))
        total = {measure: max(0, sum(part.ints.get(measure, 0) for part in parts)) for measure in told}
        return {measure: amount * rng.choice([0, 50, 100]) // 100 for measure, amount in total.items()}

    def ended(self, outcome: Outcome, event: Event) -> None:
        if isinstance(outcome, Performed):
            event.outcome, event.used = "settled", self.port.ending
        elif isinstance(outcome, Failed) and outcome.in_doubt:
            self.doubts[self.gate.in_doubt[-1].seq] = event
        else:
            event.outcome = "released"

    def resolve(self, rng: Random) -> None:
        seq = rng.choice(sorted(self.doubts))
        happened = rng.choice([True, False])
        self.gate.resolve(seq, happened=happened)
        event = self.doubts.pop(seq)
        event.outcome, event.used = "settled" if happened else "released", {}

    def wrong(self, expected: Verdict, outcome: Outcome, wire: dict[str, Any], reached: bool) -> str | None:
        """What is wrong about an outcome, if anything is."""
        if isinstance(outcome, Pending):
            return None if (expected.kind, expected.needs) == ("ask", outcome.needs) else "pending"
        if isinstance(outcome, Malformed):
            return None if "malformed" in expected.reasons else "malformed"
        if isinstance(outcome, Denied):
            reasons = REASONS[outcome.denial.kind]
            open_to_both = expected.unsettled and outcome.denial.kind == "never"
            return None if open_to_both or reasons & expected.reasons else "denied"
        if not reached and not any(event.action == wire for event in self.doubts.values()):
            return "not done"  # only what is in doubt is permitted and yet not done again
        return None if expected.kind == "permit" else "performed"


def live(world: World, rng: Random, acts: int) -> None:
    known = [action_for(rng, world.tree) for _ in range(4)]
    for _ in range(acts):
        if world.doubts and rng.randint(0, 4) == 0:
            world.resolve(rng)
        if rng.randint(0, 4) == 0:
            world.now = rng.choice(moments(world.now))
        world.act(rng, rng.choice(known), rng.choice(["u", "u", "v", ""]), rng.choice("rs"))


def test_the_gate_decides_as_the_prose_says() -> None:
    said: list[str] = []
    for seed, rng in seeds(120):
        world = World(spending_tree(rng) if rng.randint(0, 3) else policy_tree(rng), None)
        try:
            with world.gate:
                live(world, rng, 20)
        except AssertionError as error:
            error.add_note(seed)
            raise
        said += world.said
    assert {"Performed", "Failed", "Pending", "Denied", "Malformed", "never", "later", "unpermitted"} <= set(said)


@pytest.mark.parametrize("number", range(3))
def test_the_gate_decides_so_from_its_journal_too(tmp_path: Path, number: int) -> None:
    """Each gate begins where the one before it ended: the journal tells it the history."""
    rng = Random(number)
    tree = spending_tree(rng)
    worlds: list[World] = []
    for _ in range(4):
        world = World(tree, tmp_path / "journal")
        if worlds:
            world.events, world.doubts, world.now = worlds[-1].events, worlds[-1].doubts, worlds[-1].now
        with world.gate:
            live(world, rng, 12)
        worlds.append(world)
