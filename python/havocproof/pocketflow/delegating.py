"""Subagents: a flow of its own, run as an agent of the policy's section `agents`, with that agent's grant and budget.

The flow runs in the child's session. Whatever its nodes do is decided for that agent, counted against its share, and
stopped without stopping the agent above. It ends with `agent.report`, typed by the policy's `returns`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pocketflow

from havocproof.actions import Handoff, Report, Spawn
from havocproof.errors import ConfigError, Contained
from havocproof.gate.outcome import Outcome, Performed
from havocproof.pocketflow.contain import contain
from havocproof.pocketflow.context import HERE, aperform, perform, session
from havocproof.pocketflow.nodes import label

if TYPE_CHECKING:
    from havocproof.gate import Session
    from havocproof.policy import Policy

Shared = dict[str, Any]


def brief(policy: Policy, agent: str, task: str = "") -> str:
    """What an agent is told first: its objective, its boundaries and the form of its report, as the policy says them,
    and the task. ConfigError for an agent that the policy does not have.
    """
    spec = policy.agents.specs.get(agent)
    if spec is None:
        raise ConfigError(f"the policy has no agent {agent}", f"It has {', '.join(sorted(policy.agents.specs))}.")
    fields = "\n".join(f"  {field.name}: {field.shown}" for field in spec.returns.fields.values())
    said = (
        ("Objective", spec.objective),
        ("Boundaries", spec.boundaries),
        ("Task", task),
        ("Report with agent.report, these fields and no other", f"\n{fields}" if fields else "none"),
    )
    return f"You are {agent}.\n" + "\n".join(f"{name}: {text}" for name, text in said if text) + "\n"


def delegate(
    agent: str,
    flow: pocketflow.BaseNode,
    task: str = "",
    *,
    share: Mapping[str, int | str] | None = None,
    shared: Shared | None = None,
    strict: bool | None = None,
) -> Outcome:
    """Starts an agent of this kind and runs `flow` as that agent. From a node of a contained run.

    shared: the flow's own store; `brief` and `task` are put into it. share: what the agent may spend, where that is
    less than the policy's share. The flow ends with a report, left in its store under "outcome", as `Act` does.
    strict: as in `contain`; as the run around it if it is None.

    Returns the report as performed (`result["fields"]`), or what came instead: the refusal to start it, what stopped
    it, or its last outcome that was no report. An agent that has not ended by then is ended. ConfigError: the flow is
    asynchronous, and needs `adelegate`.
    """
    _synchronous(flow, "adelegate")
    return _run(perform(_spawn(agent, task, share)), agent, flow, task, shared, strict)


async def adelegate(
    agent: str,
    flow: pocketflow.BaseNode,
    task: str = "",
    *,
    share: Mapping[str, int | str] | None = None,
    shared: Shared | None = None,
    strict: bool | None = None,
) -> Outcome:
    """As `delegate`, for asynchronous nodes. A flow that is not asynchronous runs in a worker thread."""
    return await _run_async(await aperform(_spawn(agent, task, share)), agent, flow, task, shared, strict)


def hand_over(
    agent: str,
    flow: pocketflow.BaseNode,
    message: str = "",
    *,
    shared: Shared | None = None,
    strict: bool | None = None,
) -> Outcome:
    """Hands the work over to an agent of this kind, and runs `flow` as that agent. The agent that hands over has ended:
    nothing more is performed for it. Otherwise as `delegate`.
    """
    _synchronous(flow, "ahand_over")
    return _run(perform(Handoff(agent=agent, message=message)), agent, flow, message, shared, strict)


async def ahand_over(
    agent: str,
    flow: pocketflow.BaseNode,
    message: str = "",
    *,
    shared: Shared | None = None,
    strict: bool | None = None,
) -> Outcome:
    """As `hand_over`, for asynchronous nodes."""
    started = await aperform(Handoff(agent=agent, message=message))
    return await _run_async(started, agent, flow, message, shared, strict)


def _spawn(agent: str, task: str, share: Mapping[str, int | str] | None) -> Spawn:
    return Spawn(agent=agent, objective=task, share=dict(share or {}))


def _synchronous(flow: pocketflow.BaseNode, other: str) -> None:
    if isinstance(flow, pocketflow.AsyncNode):
        raise ConfigError("the subagent's flow is asynchronous", f"Call {other} from an asynchronous node.")


def _run(started: Outcome, agent: str, flow: Any, task: str, shared: Shared | None, strict: bool | None) -> Outcome:
    if not isinstance(started, Performed):
        return started
    child, run, own = _prepared(started, agent, flow, task, shared, strict)
    try:
        run.run(own)
    except Contained as stop:
        return _stopped(child, stop)
    finally:
        _end(child)
    return _last(own, started)


async def _run_async(
    started: Outcome, agent: str, flow: Any, task: str, shared: Shared | None, strict: bool | None
) -> Outcome:
    if not isinstance(started, Performed):
        return started
    child, run, own = _prepared(started, agent, flow, task, shared, strict)
    try:
        if isinstance(flow, pocketflow.AsyncNode):
            await run.run_async(own)
        else:
            await asyncio.to_thread(run.run, own)
    except Contained as stop:
        return _stopped(child, stop)
    finally:
        _end(child)
    return _last(own, started)


def _prepared(
    started: Performed, agent: str, flow: Any, task: str, shared: Shared | None, strict: bool | None
) -> tuple[Session, Any, Shared]:
    """The child's session, its flow contained, and the flow's store."""
    child, here = started.child, HERE.get()
    assert child is not None
    assert here is not None  # there is a session, so there is a run
    own: Shared = {} if shared is None else shared
    own.pop("outcome", None)  # of whoever had the store before
    own |= {"brief": brief(child.gate.policy, agent, task), "task": task}
    try:
        return child, contain(flow, session=child, strict=here[0].strict if strict is None else strict), own
    except BaseException:
        _end(child)
        raise


def _end(child: Session) -> None:
    if not child.ended:
        child.end("the flow is over")


def _last(own: Shared, started: Performed) -> Outcome:
    last = own.get("outcome")
    return last if isinstance(last, Outcome) else started


def _stopped(child: Session, stop: Contained) -> Outcome:
    """What stopped the child, if it was the child that was stopped; what stopped those above goes on upwards."""
    assert isinstance(stop.outcome, Outcome)
    if stop.outcome is not child.stopped or session().stopped is not None:
        raise stop
    return stop.outcome


class _Subagent(pocketflow.Node):
    """What the two nodes share: the agent, its flow, and where task and report stand."""

    def __init__(
        self,
        agent: str,
        flow: pocketflow.BaseNode,
        *,
        reads: str = "task",
        writes: str = "report",
        outcome: str = "outcome",
        share: Mapping[str, int | str] | None = None,
        strict: bool | None = None,
    ) -> None:
        super().__init__(max_retries=1)
        self.agent, self.flow, self.share, self.strict = agent, flow, share, strict
        self.reads, self.writes, self.outcome = reads, writes, outcome

    def task(self, shared: Shared) -> str:
        return str(shared.get(self.reads, ""))

    def keep(self, shared: Shared, outcome: Outcome) -> str:
        """Notes what came of it; gives the edge."""
        shared[self.outcome] = outcome
        shared[self.writes] = reported(outcome)
        return "unreported" if outcome.ok and shared[self.writes] is None else label(outcome)


class Delegate(_Subagent):
    """Runs a flow as an agent of the policy, and routes on what came of it: with the edges of `Act`, where `performed`
    means that it has reported, and `unreported`, where it ended without. In an asynchronous flow: `AsyncDelegate`.

    reads: the key of the shared store that holds the task. writes: the key that receives the report's fields, None if
    there was no report. outcome: the key that receives the outcome. share, strict: as in `delegate`.
    """

    def prep(self, shared: Shared) -> str:
        return self.task(shared)

    def exec(self, prep_res: str) -> Outcome:
        return delegate(self.agent, self.flow, prep_res, share=self.share, strict=self.strict)

    def post(self, shared: Shared, prep_res: str, exec_res: Outcome) -> str:
        return self.keep(shared, exec_res)


class AsyncDelegate(_Subagent, pocketflow.AsyncNode):
    """`Delegate` for asynchronous flows; the subagent's flow may be of either kind."""

    async def prep_async(self, shared: Shared) -> str:
        return self.task(shared)

    async def exec_async(self, prep_res: str) -> Outcome:
        return await adelegate(self.agent, self.flow, prep_res, share=self.share, strict=self.strict)

    async def post_async(self, shared: Shared, prep_res: str, exec_res: Outcome) -> str:
        return self.keep(shared, exec_res)


def reported(outcome: Outcome) -> dict[str, Any] | None:
    """The fields of a report, None if the outcome is no report that was accepted."""
    if isinstance(outcome, Performed) and isinstance(outcome.action, Report):
        return dict(outcome.result["fields"])
    return None
