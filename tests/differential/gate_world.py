"""A gate with a clock and a port of the test, and beside it what happened, as the oracle reads it.

Every function asserts that the gate does what the oracle says: AssertionError otherwise.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random

from havocproof.actions import Action, action_from_wire
from havocproof.errors import ActionError
from havocproof.gate import Denied, Failed, Gate, Malformed, Outcome, Pending, Performed, Session
from havocproof.ports.base import Effect
from tests.differential.atoms import parts_of_event
from tests.differential.gate_effects import Killed, ending
from tests.differential.gate_fetches import check as check_reads
from tests.differential.gate_past import PEOPLE, Past
from tests.differential.loading import Loaded, shown
from tests.differential.null_port import Duties, NullPort
from tests.differential.oracle import Verdict
from tests.differential.oracle_events import Ended, Event, Scopes
from tests.differential.product import Wire, reported
from tests.differential.results import Words, words_for
from tests.differential.scripts import whole

_NOT = {"unpermitted", "unpayable"}
REASONS = {
    "never": {"never", "unpayable"},
    "later": {"later"},
    "unpermitted": _NOT,
    "fix": _NOT,
    "first": _NOT | {"never"},
}
CHANNELS = ("ops", "boss")
LASTING = ("all.send", "all.pay", "all.destroy")


class GateWorld:
    """`journal`: where the gate writes; None: it cannot be killed, nor opened again. `rng` says how effects end."""

    def __init__(self, policy: Loaded, journal: Path | None, rng: Random) -> None:
        self.policy = policy
        self.journal = journal
        self.rng = rng
        self.past = Past(policy)
        self.words: Words = words_for(whole(policy.tree))
        self.said: list[str] = []
        self.behind = 0
        self.port = NullPort(self.begun)
        self.open_events: list[Event] = []
        self.open()
        self.begin("", {})

    def open(self) -> None:
        self.behind = 0
        self.roots: dict[tuple[str, ...], Session] = {}
        self.agents: list[Session] = []
        self.over: list[Session] = []
        self.gate = Gate.open(
            self.policy.policy,
            ports=[self.port],
            journal=self.journal,
            tenant="t",
            clock=lambda: self.past.now - self.behind,
            people=PEOPLE,
            notify={channel: lambda _, channel=channel: self.told.append(channel) for channel in CHANNELS},  # type: ignore[misc]
        )
        self.doubt()
        self.check()

    def shown(self, *what: object) -> str:
        return "\n".join([shown(self.past.tree), f"{self.wire} by {self.scopes} at {self.past.now}", *map(str, what)])

    # ---- one action ----

    def begin(self, digest: str, wire: Wire, scopes: Scopes | None = None) -> None:
        """A new action is on its way: nothing of it has happened."""
        self.digest, self.wire, self.scopes = digest, wire, scopes or {}
        self.verdict: Verdict | None = None  # what the oracle said as the effect began
        self.event: Event | None = None
        self.open_events = []
        self.told: list[str] = []
        self.since = self.gate.head.seq  # where the journal stood
        self.begun_at: list[int] = []  # where each read of the gate's own stands in the history
        self.problem: str | None = None

    def root(self, who: Scopes) -> Session:
        """The session that the host has opened for somebody."""
        key = (who["user"], who["run"], who["session"], who["agent"])
        if key not in self.roots:
            kind = who["agent"] if "agents" in self.past.tree else ""
            self.roots[key] = self.gate.session(user=key[0], run=key[1], session=key[2], agent=kind)
        return self.roots[key]

    def act(self, session: Session, wire: Wire) -> None:
        """One action by one session."""
        sent = self.typed(wire)
        scopes = {key: one for key, one in session.scopes.items() if key}
        self.begin(self.digest_of(sent), wire, scopes)
        self.through(self.reporting(wire), session, lambda: session.perform(sent), session in self.over)

    def typed(self, wire: Wire) -> Wire:
        """What is sent: for SQL a statement whose parts the port knows."""
        if wire["action"] != "sql":
            return wire
        parts = tuple(map(reported, wire["parts"]))
        if parts not in self.port.statements:
            self.port.statements.append(parts)
        statement = f"select {self.port.statements.index(parts)}"
        return {"action": "sql.query", "args": {"database": "d", "statement": statement}}

    def digest_of(self, sent: Wire) -> str:
        try:
            return self.gate.policy.normalise(action_from_wire(sent)).digest()
        except ActionError:
            return ""

    def reporting(self, wire: Wire) -> Wire:
        """With what the oracle has to know about a report."""
        if wire["action"] != "agent.report":
            return wire
        more = {"agent": self.scopes["agent"], "parent": self.past.above(self.scopes["self"])}
        return wire | {"args": wire["args"] | more}

    def through(self, wire: Wire, session: Session | None, go: Callable[[], Outcome], over: bool = False) -> None:
        """An action goes through the gate; the gate may be killed meanwhile. `over`: its agent may do nothing more."""
        is_among = wire["action"].startswith("agent.")
        before = self.past.says(wire, self.scopes) if is_among else None
        try:
            outcome = go()
        except Killed as killed:
            assert self.problem is None, self.shown(self.problem)
            self.said.append("killed")
            self.revive(killed.journal)
            return
        self.said.append(type(outcome).__name__)
        self.doubt()
        if before is not None and isinstance(outcome, Performed):
            self.event, self.verdict = Event(self.past.now, wire, self.scopes), before
            self.keep(self.event, before)
        expected = self.verdict or before or self.past.says(wire, self.scopes)
        self.said += list(expected.reasons)
        problem = self.problem or self.wrong(expected, outcome, wire, over)
        assert problem is None, self.shown(problem, f"oracle: {expected}", outcome)
        if not over:
            check_reads(self, wire, outcome)
        if before is not None and isinstance(outcome, Performed):
            self.among(outcome)
            if session is not None and wire["action"] != "agent.spawn":
                self.over.append(session)
        self.check()

    def wrong(self, expected: Verdict, outcome: Outcome, wire: Wire, over: bool) -> str | None:
        """What is wrong about an outcome, if anything is."""
        ways = [expected, *expected.others]
        kinds = {way.kind for way in ways}
        reasons = {reason for way in ways for reason in way.reasons}
        if over:
            if isinstance(outcome, Malformed):
                return None
            ended = isinstance(outcome, Denied) and outcome.denial.why == "This agent has ended."
            return None if ended else "an agent that has ended did something"
        if isinstance(outcome, Pending):
            # What was asked before may have needed more: it is not asked again.
            asked = self.past.asked.get(outcome.request_id)
            needs = [way.needs for way in ways if way.kind == "ask"]
            if outcome.needs not in needs and not (asked and any(need <= asked.needs for need in needs)):
                return "asked"
            return self.past.asking(outcome.request_id, wire, self.scopes, outcome.needs)
        if isinstance(outcome, Malformed):
            return None if "malformed" in reasons else "malformed"
        if isinstance(outcome, Denied):
            denial = outcome.denial
            if denial.facts.get("refused"):
                return None if "ask" in kinds and self.past.is_refused(wire, self.scopes) else "refused"
            open_to_both = expected.unsettled and denial.kind in ("unpermitted", "fix")
            return None if open_to_both or REASONS[denial.kind] & reasons else "denied"
        if self.event is None:
            # Only what is in doubt is permitted and yet not done again.
            twin = isinstance(outcome, Failed) and outcome.in_doubt and self.in_doubt(wire)
            return None if twin and "permit" in kinds else "not done"
        return None if "permit" in kinds else "performed"

    def in_doubt(self, wire: Wire) -> bool:
        return any(event.action == wire for event in self.past.doubts.values())

    # ---- what happens ----

    def begun(self, action: Action, duties: Duties) -> Effect | BaseException:
        """An effect begins: the oracle must permit it. The end that it will have."""
        is_main = action.digest() == self.digest
        wire = self.wire if is_main else action.canonical()
        verdict = self.past.says(wire, self.scopes)
        ways = [way for way in (verdict, *verdict.others) if way.kind == "permit"]
        self.said.append("main" if is_main else "fetched")
        if not ways:
            self.problem = f"{wire} was performed, oracle: {verdict}"
        elif not any(self.obliged(way, duties) for way in ways):
            self.problem = f"{wire} was performed with {duties}, {self.told} told, oracle: {verdict}"
        self.told = []
        event = Event(self.past.now, wire, self.scopes)
        if not is_main:
            self.begun_at.append(len(self.past.history))
        self.keep(event, verdict)
        if is_main:
            if self.irreversible(event) and self.in_doubt(wire):
                self.problem = f"{wire} was performed again, which is in doubt"
            self.event, self.verdict = event, verdict
        end = ending(self, event)
        if event.outcome == "open":
            self.open_events.append(event)
        return end

    def obliged(self, way: Verdict, duties: Duties) -> bool:
        """Whether what the port took on, and who was told, is what has to be: each channel once."""
        found = {f"{duty}:{value}" for duty, value in duties} | {f"notify:{channel}" for channel in self.told}
        seen = {duty for duty in way.duties | way.more if duty.startswith(("notify:", "timeout:"))}
        return (way.duties & seen) <= found <= seen and len(set(self.told)) == len(self.told)

    def irreversible(self, event: Event) -> bool:
        """Money, deletions and what is sent, but for requests that only read."""
        if event.action["action"] == "http.request" and event.action["args"]["method"] == "GET":
            return False
        return any(f"all.{part.klass}" in LASTING for part in parts_of_event(self.past.plain, event))

    def keep(self, event: Event, verdict: Verdict) -> None:
        self.past.history.append(event)
        ways = [way for way in (verdict, *verdict.others) if way.kind == "permit"]
        open_now = {one.id for one in self.gate.requests}
        names = {id(asked): request for request, asked in self.past.asked.items()}
        for way in ways:
            # A request that was used is no longer there; where two readings differ, that tells which one it was.
            if way.request is not None and names[id(way.request)] not in open_now:
                way.request.used = True
                event.request = way.request
        if all(way.request is not None for way in ways) and ways and event.request is None:
            self.problem = f"{event.action} has used no request"

    def doubt(self) -> None:
        """What is new in doubt, is what was begun and has not ended."""
        new = [flight.seq for flight in self.gate.in_doubt if flight.seq not in self.past.doubts]
        assert len(new) == len(self.open_events), self.shown("in doubt", new, self.open_events)
        self.past.doubts |= dict(zip(new, self.open_events, strict=True))
        self.open_events = []

    def wait(self, now: int, behind: int) -> None:
        """Time goes on; once the gate has seen that, its clock goes back, which must not matter."""
        self.past.now, self.behind = now, 0
        with self.gate.step():
            self.behind = behind

    def resolve(self, seq: int, happened: bool) -> None:
        """The host finds out what became of what is in doubt."""
        self.gate.resolve(seq, happened=happened)
        event = self.past.doubts.pop(seq)
        event.outcome, event.used = "settled" if happened else "released", {}
        self.check()

    # ---- agents ----

    def among(self, outcome: Performed) -> None:
        """A spawn, a handoff or a report has succeeded."""
        event = self.event
        assert event is not None
        event.outcome, event.used = "settled", {}
        self.past.history.append(Ended(self.past.now, event))
        name, verb = self.scopes["self"], event.action["action"]
        if verb != "agent.spawn":
            self.end(name, itself=verb == "agent.report")
        if outcome.child is not None:
            self.past.starts(outcome.child.id, event, name if verb == "agent.handoff" else "")
            self.agents.append(outcome.child)

    def end(self, name: str, itself: bool = True) -> None:
        """An agent ends, and those that it has started."""
        for agent in self.agents:
            if name in agent.who.chain and agent not in self.over:
                self.over.append(agent)
                if agent.id != name or itself:
                    self.past.ends(agent.id)

    def stop(self, session: Session) -> None:
        """The host ends an agent."""
        session.end()
        self.end(session.id)
        self.over.append(session)
        self.check()

    # ---- the gate's own end ----

    def check(self) -> None:
        """What the gate says of itself: what is in doubt, what waits for people, which agents are at work."""
        past = self.past
        assert [one.seq for one in self.gate.in_doubt] == sorted(past.doubts), self.shown(
            "in doubt", self.gate.in_doubt
        )
        for request in self.gate.requests:
            states = past.states(request.id)
            assert request.state in states, self.shown(request, states)
            assert not past.asked[request.id].used, self.shown(request, "was used")
        at_work = {one.id for one in self.agents if one not in self.over}
        assert set(self.gate.store.agents) == at_work, self.shown("agents", self.gate.store.agents, at_work)

    def copied(self) -> Path | None:
        """The journal as it stands now, as it would be found if the process died at this moment."""
        if self.journal is None:
            return None
        copy = self.journal.with_name(f"{self.journal.name}+")
        for end in ("", "-wal"):
            beside = Path(f"{self.journal}{end}")
            if beside.exists():
                shutil.copyfile(beside, f"{copy}{end}")
        return copy

    def kill(self) -> None:
        """The process dies between two actions."""
        copy = self.copied()
        if copy is not None:
            self.revive(copy)

    def revive(self, copy: Path) -> None:
        """What has died is opened again: what was under way is in doubt."""
        self.gate.close()  # whatever it still writes is written to a file that nobody reads again
        self.journal = copy
        self.fresh()

    def reopen(self) -> None:
        """The gate is closed in order, and opened again."""
        self.gate.close()
        if self.journal is not None:
            self.fresh()

    def fresh(self) -> None:
        for name in list(self.past.held):
            self.past.ends(name)  # agents end with their gate
        self.roots, self.agents, self.over = {}, [], []
        self.open()
