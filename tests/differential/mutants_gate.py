"""Wrong gates: each says in its name what it does wrong, and with which kind of policy that shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any, NamedTuple

from havocproof.actions.agents import Handoff
from havocproof.gate import approving, ending, family, fetching, gate, parking, settling, way
from havocproof.kernel.bridge import Kernel
from havocproof.kernel.source import View
from havocproof.stores.base import Store
from havocproof.stores.replay import Replay
from tests.differential.generators import PolicyTree
from tests.differential.record_policies import records_tree
from tests.differential.session_policies import session_tree
from tests.differential.spending_policies import spending_tree
from tests.differential.themes import asking_tree, family_tree, forgetting_tree, order_tree, sticking_tree

Do = Callable[..., Any]
Make = Callable[[Random], PolicyTree]


class Fault(NamedTuple):
    """What stands at `place` under `name` becomes what `wrong` makes of it. `dies`: the process dies at times."""

    place: Any
    name: str
    wrong: Callable[[Do], Do]
    make: Make = session_tree
    dies: bool = False


def _nothing(right: Do) -> Do:
    """It is not done."""
    return lambda *args, **more: None


# ---- people and time ----


def _voting_twice(right: Do) -> Do:
    def vote(kernel: Kernel, grant: Any, person: str, role: str, now: int) -> Any:
        again = person in grant.votes and role != "session-user"
        return right(kernel, grant, f"{person} again" if again else person, role, now)

    return vote


def _refusal_is_a_vote(right: Do) -> Do:
    return lambda kernel, grant, person, role, now: kernel.vote(grant, person, role, now)


def _stays_open(right: Do) -> Do:
    """What people agreed to is good again, though the request is no longer in the list."""

    def use(this: Any, step: Any, changes: dict[str, Any]) -> Any:
        request, changed = right(this, step, changes)
        return request, {key: one for key, one in changed.items() if key != "grants"}

    return use


def _stays_listed(right: Do) -> Do:
    def use(this: Any, step: Any, changes: dict[str, Any]) -> Any:
        request, changed = right(this, step, changes)
        return request, {key: one for key, one in changed.items() if key != "forgets"}

    return use


def _asked_again(right: Do) -> Do:
    return parking._again


def _for_any_agent(right: Do) -> Do:
    """The agents of a session share what people agreed to."""
    return lambda who, digest: digest


def _time_goes_back(right: Do) -> Do:
    return lambda store, now: now


# ---- ends of effects ----


def _with(**fixed: Any) -> Callable[[Do], Do]:
    """It is called with these words, whatever it was called with."""
    return lambda right: lambda *args, **more: right(*args, **more | fixed)


def _nothing_back(right: Do) -> Do:
    return lambda kernel, step, held, used, body, **more: right(kernel, step, held, {}, body, **more)


def _all_back(right: Do) -> Do:
    """Whatever was used is given back."""

    def settle(kernel: Kernel, step: Any, held: Any, used: Any, body: Any, **more: Any) -> Any:
        return right(kernel, step, held, {each[3]: 0 for each in held.listed}, body, **more)

    return settle


def _spent(right: Do) -> Do:
    """What did not happen is spent."""

    def release(kernel: Kernel, step: Any, held: Any, body: Any, kind: str = "failed") -> Any:
        return settling.settle(kernel, step, held, {}, body, ok=False)

    return release


def _doubt_gives_back(right: Do) -> Do:
    """The effect stays in doubt, but what it holds does not."""

    def doubtful(this: Any, error: Exception) -> Any:
        outcome = right(this, error)
        held, core = this.held, this.way.gate.kernel
        with this.way.step() as step:
            none = {each[3]: 0 for each in held.listed}
            cells = core.settle(held.charges, none, False, held.since, step.now, step.view.nums)
            step.append("told", {}, cells=cells)
        return outcome

    return doubtful


def _the_other_way(right: Do) -> Do:
    return lambda this, seq, *, happened, why="": right(this, seq, happened=not happened, why=why)


def _always(right: Do) -> Do:
    return lambda *args: True


def _at_the_answer(right: Do) -> Do:
    """What a tool answers is as young as the answer."""
    return lambda this, effect, since: right(this, effect, this.gate.clock())


# ---- reads of the gate's own ----


def _reads_nothing(right: Do) -> Do:
    return lambda *args: ()


def _reads_what_is_known(right: Do) -> Do:
    """As if no record were known."""
    return lambda policy, parts, scopes, groups, now, view: right(policy, parts, scopes, groups, now, View({}, {}, {}))


def _reads_undecided(right: Do) -> Do:
    """Its own reads are permitted, whatever the policy says of them."""

    def decide(this: Any, step: Any, parts: Any) -> Any:
        verdict = right(this, step, parts)
        if not this.fetches or verdict.is_Permitted:
            return verdict
        return this.gate.kernel.decide((), this.scopes, this.groups, step.now + 1, step.now, step.seen, step.view)

    return decide


# ---- agents ----


def _other_child(right: Do) -> Do:
    """What the policy decides on names another agent than the one that begins: what it carries is lost."""

    def init(this: Any, on_its_way: Any) -> None:
        right(this, on_its_way)
        this.child = f"{this.child}x" if this.child else ""

    return init


def _handoff_forgets(right: Do) -> Do:
    """What an agent holds while it is at work is not held for the one that takes its place."""

    def changes(this: Any, held: Any, step: Any) -> dict[str, Any]:
        found: dict[str, Any] = right(this, held, step)
        if not isinstance(this.action, Handoff) or not found:
            return found
        gone, (name, begun) = found["agents"]
        return found | {"agents": [gone, (name, replace(begun, held=[]))]}

    return changes


def _after_a_crash(right: Do) -> Do:
    """Agents go on when the process has died."""
    return lambda this, step, gone, why: None if why == "crash" else right(this, step, gone, why)


# ---- the journal ----


def _forgets(*kinds: str) -> Callable[[Do], Do]:
    """Whoever reads the journal leaves out what records of these kinds say."""
    return lambda right: lambda this, record, data: None if record.kind in kinds else right(this, record, data)


def _never_happened(right: Do) -> Do:
    """What was under way as the process died is taken for undone."""

    def doubt(step: Any, seq: int, body: dict[str, Any]) -> None:
        step.land(seq)
        step.append("failed", {"intent": seq, **body})

    return doubt


FAULTS: dict[str, Fault] = {
    "a person votes twice": Fault(Kernel, "vote", _voting_twice, asking_tree),
    "a refusal is a vote": Fault(Kernel, "refuse", _refusal_is_a_vote, asking_tree),
    "a request is good again": Fault(way.Way, "_use", _stays_open),
    "a used request is listed": Fault(way.Way, "_use", _stays_listed),
    "a refusal is answered as if people were still asked": Fault(parking, "_refused", _asked_again, asking_tree),
    "whoever holds no role may vote": Fault(approving, "objection", lambda right: lambda *args: ""),
    "a request is good for the session's other agents": Fault(way, "asked_digest", _for_any_agent, asking_tree),
    "time goes back": Fault(Store, "_time", _time_goes_back),
    "what is not used stays spent": Fault(ending, "settle", _nothing_back, spending_tree),
    "what was used is given back": Fault(ending, "settle", _all_back, spending_tree),
    "what did not happen is spent": Fault(ending, "release", _spent, spending_tree),
    "failure is success": Fault(ending, "settle", _with(ok=True), order_tree),
    "what is in doubt is given back": Fault(ending.Ending, "doubtful", _doubt_gives_back, spending_tree),
    "what was found out is turned round": Fault(gate.Gate, "resolve", _the_other_way, spending_tree),
    "what is in doubt is done again": Fault(way, "is_repeatable", _always),
    "records are as young as the answer": Fault(ending, "told_by", _at_the_answer, forgetting_tree),
    "no record is fetched": Fault(way, "missing", _reads_nothing, records_tree),
    "what is known is fetched": Fault(fetching, "fetches", _reads_what_is_known, records_tree),
    "what is fetched is not decided on": Fault(way.Way, "_decide", _reads_undecided, records_tree),
    "what runs at once stays": Fault(ending, "settle", _with(stays=True)),
    "labels are not carried to an agent that is started": Fault(family.Among, "__init__", _other_child, family_tree),
    "an agent that has reported goes on": Fault(family.Among, "after", _nothing, family_tree),
    "a handoff forgets what is held": Fault(family.Among, "changes", _handoff_forgets, asking_tree),
    "the end of an agent gives nothing back": Fault(family, "returned", lambda right: lambda *args: [], asking_tree),
    "agents outlive the process": Fault(gate, "end_all", _after_a_crash, family_tree, dies=True),
    "nobody is told": Fault(ending.Ending, "notify", _nothing),
    "what was under way did not happen": Fault(gate, "doubt", _never_happened, spending_tree, dies=True),
    "votes are not read from the journal": Fault(Replay, "_take", _forgets("vote"), dies=True),
    "requests are not read from the journal": Fault(Replay, "_take", _forgets("pending"), dies=True),
    "what was given back is not read from the journal": Fault(
        Replay, "_take", _forgets("outcome", "failed"), spending_tree, dies=True
    ),
    "what the host said is not read from the journal": Fault(
        Replay, "_take", _forgets("recorded", "told"), records_tree, dies=True
    ),
    "labels of the host are not read from the journal": Fault(
        Replay, "_take", _forgets("told"), sticking_tree, dies=True
    ),
}
