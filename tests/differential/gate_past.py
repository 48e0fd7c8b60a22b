"""What happened in a gate's world, as the oracle reads it. It outlives the gate: the next one begins where it ended."""

from __future__ import annotations

from tests.differential.generators import PolicyTree
from tests.differential.loading import Loaded
from tests.differential.oracle import Verdict, decide
from tests.differential.oracle_events import Asked, Event, History, Scopes, Vote
from tests.differential.oracle_grants import SELF, agreed, deadline, is_enough, quorum, takes
from tests.differential.oracle_layers import approvals
from tests.differential.product import NOON, Wire

PEOPLE = {person: ["m", "t", "ann", "bob", "cid"] for person in ("a", "b", "c", "u", "v")} | {"d": ["m"], "e": ["t"]}
"""Who holds which roles. `u` and `v` are the users of the sessions, `f` is nobody."""


class Past:
    """asked: requests to people by the gate's names. doubts: effects in doubt, by the seq of their intents. held: what
    holds a place for each agent at work, until it ends.
    """

    def __init__(self, policy: Loaded) -> None:
        self.tree: PolicyTree = policy.tree
        self.plain = policy.plain
        self.approvals = approvals(policy.plain)
        self.now = NOON
        self.history: History = []
        self.asked: dict[str, Asked] = {}
        self.doubts: dict[int, Event] = {}
        self.held: dict[str, list[Event]] = {}

    def says(self, wire: Wire, scopes: Scopes) -> Verdict:
        return decide(self.plain, wire, self.history, scopes, self.now)

    # ---- people ----

    def in_time(self, asked: Asked, now: int | None = None) -> bool:
        """Whether a request is not over; `now` may be a moment before, such as that of a read of the gate's own."""
        return (self.now if now is None else now) < deadline(self.approvals, asked)

    def is_refused(self, wire: Wire, scopes: Scopes) -> bool:
        """Whether people have said no to this very action, and nobody is asked again yet."""
        mine = self._about(wire, scopes)
        return any(agreed(self.approvals, one) is None and self.in_time(one) and not one.used for one in mine)

    def _about(self, wire: Wire, scopes: Scopes) -> list[Asked]:
        same = [one for one in self.asked.values() if one.scopes["self"] == scopes["self"]]
        return [one for one in same if one.action == wire]

    def asking(
        self, request: str, wire: Wire, scopes: Scopes, needs: frozenset[str], now: int | None = None
    ) -> str | None:
        """People are asked under this name. What is wrong about that, None if it is as it should be."""
        if request in self.asked:
            known = self.asked[request]
            waits = self.in_time(known, now) and not known.used and agreed(self.approvals, known) is not None
            return (
                None
                if waits and known.action == wire and known.needs == needs
                else "asked again under the name of another request"
            )
        for old in self._about(wire, scopes):
            if (
                not old.used
                and self.in_time(old, now)
                and agreed(self.approvals, old) is not None
                and needs <= old.needs
            ):
                return "people are asked again while they are asked"
            old.used = True  # the new request has taken its place
        asked = Asked(self.now if now is None else now, wire, scopes, needs)
        self.asked[request] = asked
        self.history.append(asked)
        return None

    def counts(self, request: str, vote: Vote) -> bool:
        """Whether a vote counts: the oracle's word, and that of the table of people."""
        asked = self.asked[request]
        wanted = {role for need in asked.needs for role in quorum(self.approvals[need])}
        holds = vote.role == SELF or vote.role in PEOPLE.get(vote.person, [])
        return takes(self.approvals, asked, vote) and vote.role in wanted and holds

    def states(self, request: str) -> set[str]:
        """How a request that was not used may be said to stand."""
        asked = self.asked[request]
        if agreed(self.approvals, asked) is None:
            return {"refused"} if self.in_time(asked) else {"refused", "expired"}
        if not self.in_time(asked):
            return {"expired"}
        return {"approved" if is_enough(self.approvals, asked, asked.needs) else "waiting"}

    # ---- agents ----

    def above(self, name: str) -> str:
        """The agent that one reports to: the one that started it, also after a handoff."""
        event = next((one for one in self.history if isinstance(one, Event) and one.child == name), None)
        if event is None:
            return ""
        handed = event.action["action"] == "agent.handoff"
        return self.above(event.scopes["self"]) if handed else event.scopes["self"]

    def starts(self, child: str, event: Event, before: str = "") -> None:
        """An agent is at work, in the place of another one `before` it if that has handed over."""
        event.child, event.outcome = child, "lasts"
        self.held[child] = [*self.held.pop(before, []), event]

    def ends(self, name: str) -> None:
        """An agent is over: what was held while it was at work is given back."""
        for event in self.held.pop(name, []):
            event.outcome = "settled"
