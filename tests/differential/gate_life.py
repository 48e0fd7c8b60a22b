"""What happens in a gate's world, drawn: acts, votes, waits, words of the host, deaths of the process."""

from __future__ import annotations

from random import Random
from typing import Any

from havocproof.gate import Session
from tests.differential.gate_people import retry, tell, vote
from tests.differential.gate_world import GateWorld
from tests.differential.loading import ACTS
from tests.differential.near_misses import action_for
from tests.differential.oracle_events import Scopes
from tests.differential.oracle_grants import quorum
from tests.differential.product import Wire, month_end
from tests.differential.scripts import DAY, SPANS, along, among, scopes, whole
from tests.differential.tools import call_of


class Life:
    """Two people and a few actions in one world."""

    def __init__(self, world: GateWorld, rng: Random) -> None:
        tree = world.past.tree
        self.world = world
        self.seen = whole(tree)
        self.drawn = tree[ACTS] if ACTS in tree else [action_for(rng, self.seen) for _ in range(4)]
        self.people: list[Scopes] = [scopes(rng, tree) for _ in range(2)]

    def session(self, rng: Random) -> Session:
        mine = [self.world.root(rng.choice(self.people)), *self.world.agents]
        return mine[-1 - rng.randrange(len(mine))]

    def action(self, rng: Random, kind: str) -> Wire:
        """What an agent of this kind does."""
        tree = self.world.past.tree
        kinds: list[dict[str, Any]] = [rng.choice(self.drawn)] * 3
        kinds += [among(rng, tree), along(rng, tree, kind)] if "agents" in tree else []
        kinds += [call_of(rng, rng.choice(["look", "rows", "use", "use"]))] * 3 if "records" in self.seen else []
        return rng.choice(kinds)

    def act(self, rng: Random) -> None:
        session = self.session(rng)
        self.world.act(session, self.action(rng, session.agent))

    def tell(self, rng: Random) -> None:
        tell(self.world, self.session(rng))

    def stop(self, rng: Random) -> None:
        """The host ends an agent that was started."""
        if self.world.agents:
            self.world.stop(rng.choice(self.world.agents))

    def resolve(self, rng: Random) -> None:
        doubts = sorted(self.world.past.doubts)
        if doubts:
            self.world.resolve(rng.choice(doubts), rng.choice([True, False]))

    def wait(self, rng: Random) -> None:
        """To a millisecond at or beside the end of something; the host's clock then may go back."""
        world, past = self.world, self.world.past
        edges = [past.now // DAY * DAY + DAY, month_end(past.now), month_end(past.now) - 1, past.now + 1]
        moments = [one.time + span + beside for one in past.history[-4:] for span in SPANS for beside in (-1, 0, 1)]
        world.wait(max(past.now, rng.choice([*moments, *moments, *edges])), rng.choice([0, 0, 1, 5_000]))

    def vote(self, rng: Random) -> None:
        if self.world.past.asked:
            person, role = rng.choice("abuvef"), rng.choice(["m", "t", "session-user", "ann"])
            vote(self.world, self.request(rng), person, role, bool(rng.randint(0, 3)))

    def agree(self, rng: Random) -> None:
        """All who are needed agree, or all but one, or one says no; then it is tried again, perhaps twice."""
        past = self.world.past
        if not past.asked:
            return
        request = self.request(rng)
        asked = past.asked[request]
        due: dict[str, int] = {}
        for need in sorted(asked.needs):
            for role, people in quorum(past.approvals[need]).items():
                due[role] = max(people, due.get(role, 0))
        roles = [role for role, people in sorted(due.items()) for _ in range(people)]
        how = rng.choice(["all", "all", "all", "but one", "but one", "no"])
        for number, role in enumerate(roles[: len(roles) - (how == "but one")]):
            person = asked.scopes["user"] if role == "session-user" else "abc"[number % 3]
            vote(self.world, request, person, role, how != "no" or number < len(roles) - 1)
        for _ in range(rng.choice([1, 1, 2])):
            retry(self.world, request)

    def request(self, rng: Random) -> str:
        """One of the last three."""
        return rng.choice(list(self.world.past.asked)[-3:])

    def end(self, rng: Random) -> None:
        """The gate ends, in order or not, and the next one begins."""
        if rng.randint(0, 1):
            self.world.reopen()
        else:
            self.world.kill()


def live(world: GateWorld, rng: Random, acts: int) -> None:
    """So many acts, and what happens between them."""
    life = Life(world, rng)
    for _ in range(acts):
        for word, out_of in (("resolve", 5), ("vote", 6), ("agree", 3), ("wait", 4), ("tell", 5), ("stop", 15)):
            if rng.randrange(out_of) == 0:
                getattr(life, word)(rng)
        if world.journal is not None and rng.randrange(12) == 0:
            life.end(rng)
        life.act(rng)
