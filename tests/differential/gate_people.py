"""What people and the host do in a gate's world: votes, trying again what was agreed to, words.

AssertionError where gate and oracle differ.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from havocproof.errors import ConfigError
from havocproof.gate import Session
from tests.differential.loading import shown
from tests.differential.oracle_events import Noted, Said, Scopes, Told, Vote

if TYPE_CHECKING:
    from tests.differential.gate_world import GateWorld


def scopes_of(session: Session) -> Scopes:
    """The scopes of a session, as the oracle has them."""
    return {key: one for key, one in session.scopes.items() if key}


def vote(world: GateWorld, request: str, person: str, role: str, agrees: bool) -> None:
    past = world.past
    one = Vote(past.now, person, role, agrees)
    expected = past.counts(request, one)
    try:
        (world.gate.approve if agrees else world.gate.refuse)(request, person, role)
        counted = True
    except ConfigError:
        counted = False
    asked = past.asked[request]
    assert counted == expected, f"{shown(past.tree)}\n{one} on {asked}: oracle {expected}"
    world.said.append("counted" if counted else "not counted")
    if expected:
        asked.votes.append(one)
    world.check()


def retry(world: GateWorld, request: str) -> None:
    """What people were asked about is tried again, by the agent or by the host."""
    asked, gate = world.past.asked[request], world.gate
    mine = [one for one in (*world.roots.values(), *world.agents) if scopes_of(one) == asked.scopes]
    world.begin(world.digest_of(world.typed(asked.action)), asked.action, asked.scopes)
    by_agent = bool(mine) and world.rng.randint(0, 1) == 1
    waits = not asked.used and world.past.in_time(asked)
    try:
        actor = mine[0] if by_agent else gate.owners.get(request)
        world.through(asked.action, actor, lambda: mine[0].retry(request) if by_agent else gate.resume(request))
        tried = True
    except ConfigError:
        tried = False
        world.doubt()
        # Reads of the gate's own take their time, too: the request may be over by then.
        waits = waits and (not world.begun_at or world.past.in_time(asked))
    assert tried == waits, world.shown(asked, "cannot be tried again" if waits else "was tried again")


def tell(world: GateWorld, session: Session) -> None:
    """A word of the host, or of the person whom the session serves."""
    step = world.words.told(world.rng, scopes_of(session))
    if step.kind == "nothing":
        return
    scopes, *args = step.args
    past = world.past
    if step.kind == "prompt":
        session.prompt(args[0])
        past.history.append(Said(past.now, scopes, args[0]))
    elif step.kind == "note":
        record, key, values = args
        session.record(record, key or None, **values)
        past.history.append(Noted(past.now, scopes, record, key, values))
    else:
        what, name, key = args
        layer = "" if name in past.plain.get(f"{what}s", {}) else "firm/"
        if what == "label":
            session.label(f"{layer}{name}")
        else:
            session.note(f"{layer}{name}", *key)
        past.history.append(Told(past.now, scopes, what, name, key))
