"""Two policies' agents, compared: groups that they use and pass on, whom they may start, shares, and what they drop."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from havocproof.policy import Policy
from havocproof.policy.agentspec import MAIN, AgentSpec
from havocproof.policy.problems import listed
from havocproof.proving.changed_shape import shape
from havocproof.proving.results import Change

_GIVEN: tuple[tuple[str, Callable[[AgentSpec], frozenset[str]]], ...] = (
    ("uses the groups", lambda spec: spec.uses),
    ("may pass on the groups", lambda spec: spec.delegates),
    ("may start", lambda spec: spec.starts),
    ("may hand over to", lambda spec: spec.hands_to),
    ("drops the labels", lambda spec: spec.drops),
)


def agents(old: Policy, new: Policy) -> Iterator[Change]:
    """What each kind of agent was given or lost. A policy without the section has one agent that uses every group: what
    that one may do, regions tell.
    """
    befores, afters = old.agents.specs, new.agents.specs
    if set(befores) == set(afters) == {MAIN} and not (befores[MAIN].line or afters[MAIN].line):
        return
    for name in sorted({*befores, *afters}):
        before, after = befores.get(name), afters.get(name)
        if before is None and after is not None:
            text = f"agent `{name}` is new, and uses {_groups(after.uses)}"
            yield Change("agent", name, text, "wider", "", after.line)
        elif after is None and before is not None:
            yield Change("agent", name, f"agent `{name}` is gone", "narrower", "", before.line)
        elif before is not None and after is not None:
            yield from _compared(before, after, name in old.agents.roots, name in new.agents.roots)


def _compared(before: AgentSpec, after: AgentSpec, was_root: bool, is_root: bool) -> Iterator[Change]:
    name, line = after.name, after.line
    for words, given in _GIVEN:
        more, less = given(after) - given(before), given(before) - given(after)
        if more:
            yield Change("agent", name, f"agent `{name}` {words} {listed(more)}, too", "wider", "", line)
        if less:
            text = f"agent `{name}` {words} {listed(less)} no longer"
            yield Change("agent", name, text, "narrower", "", line)
    if was_root != is_root:
        text = f"a host {'may' if is_root else 'may no longer'} open sessions of agent `{name}`"
        yield Change("agent", name, text, "wider" if is_root else "narrower", "", line)
    for budget in sorted({*before.share, *after.share}):
        was, now = before.share.get(budget), after.share.get(budget)
        if was is not None and (now is None or now.limit > was.limit):
            instead = f"is {now.shown} instead of {was.shown}" if now is not None else f"({was.shown}) is gone"
            text = f"the share of budget `{budget}` of each `{name}` {instead}"
            yield Change("agent", name, text, "wider", "", line)
        elif now is not None and (was is None or now.limit < was.limit):
            instead = f"instead of {was.shown}" if was is not None else "at most"
            text = f"the share of budget `{budget}` of each `{name}` is {now.shown} {instead}"
            yield Change("agent", name, text, "narrower", "", line)
    if shape(before.returns) != shape(after.returns):
        text = f"agent `{name}` reports other fields than before"
        yield Change("agent", name, text, "changed", "", line)


def _groups(names: frozenset[str]) -> str:
    return f"the groups {listed(names)}" if names else "no group"
