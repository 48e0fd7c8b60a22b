"""A flow as boxes and edges, with what each node may do: what the drawings are made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pocketflow

from havocproof.pocketflow.naming import following, walk
from havocproof.pocketflow.reach import ASK, DENY, acts, agent_of, may

if TYPE_CHECKING:
    from havocproof.policy import Policy

MODEL, NOTHING = "model", "nothing"
"""Tones beside `permit`, `ask` and `deny`: it does what a model says; it does nothing by itself."""

_PARALLEL = (pocketflow.AsyncParallelBatchNode, pocketflow.AsyncParallelBatchFlow)
_BATCH = (pocketflow.BatchNode, pocketflow.BatchFlow)


@dataclass
class Box:
    """One node, or a flow with its nodes in `inside`. tags: async, batch, parallel, attempts. lines: what it may do.

    agent: the kind of agent that a flow runs as, where that is another one than around it.
    """

    id: str
    name: str
    is_flow: bool
    tags: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    tone: str = NOTHING
    agent: str = ""
    inside: list[Box] = field(default_factory=list)

    def every(self) -> Iterator[Box]:
        yield self
        for box in self.inside:
            yield from box.every()


@dataclass(frozen=True, slots=True)
class Edge:
    """source and target: ids of boxes; target "" for an end that is declared. label: "" for the default edge; edges
    between the same two are one.
    """

    source: str
    target: str
    label: str
    starts: bool = False  # the node starts an agent that runs the flow


@dataclass
class Picture:
    boxes: list[Box]
    edges: list[Edge]

    def every(self) -> Iterator[Box]:
        for box in self.boxes:
            yield from box.every()


def picture(flow: pocketflow.BaseNode, policy: Policy | None = None, agent: str = "") -> Picture:
    """The graph below `flow`. policy: what each node may do under it, as an agent of this kind. ConfigError.

    A node that has an attribute `flow`, and the name of an agent in `agent`, as `Delegate`, starts that agent: its flow
    is drawn beside, with the grants of that agent.
    """
    found = Picture([], [])
    _draw(found, flow, policy, agent if policy is None else agent_of(policy, agent), "", set())
    return found


def _draw(
    found: Picture, flow: Any, policy: Policy | None, agent: str, shown: str, above: set[int], source: str = ""
) -> None:
    boxes: dict[int, Box] = {}
    places: dict[tuple[str, ...], Box] = {}
    number = sum(1 for _ in found.every())
    nodes = list(walk(flow))
    for node, place in nodes:
        number += 1
        box = _box(f"n{number}", node, place[-1], policy, agent)
        boxes[id(node)] = places[place] = box
        (places[place[:-1]].inside if place[:-1] in places else found.boxes).append(box)
    boxes[id(flow)].agent = shown
    if source:
        found.edges.append(Edge(source, boxes[id(flow)].id, "", True))
    ways: dict[tuple[str, str], list[str]] = {}
    for node, _ in nodes:
        for label, end in following(node).items():
            target = boxes[id(end)].id if id(end) in boxes else ""
            ways.setdefault((boxes[id(node)].id, target), []).append(str(label))
    for (start, target), labels in ways.items():
        found.edges.append(Edge(start, target, "" if labels == ["default"] else ", ".join(labels)))
    for node, _ in nodes:
        inner, kind = getattr(node, "flow", None), getattr(node, "agent", None)
        if isinstance(inner, pocketflow.BaseNode) and isinstance(kind, str) and id(inner) not in above:
            other = agent_of(policy, kind) if policy is not None else kind
            _draw(found, inner, policy, other, kind, above | {id(flow)}, boxes[id(node)].id)


def _box(name_id: str, node: Any, name: str, policy: Policy | None, agent: str) -> Box:
    is_flow = isinstance(node, pocketflow.Flow)
    attempts = getattr(node, "max_retries", 1)
    tags = [
        *(["parallel"] if isinstance(node, _PARALLEL) else ["batch"] if isinstance(node, _BATCH) else []),
        *(["async"] if isinstance(node, pocketflow.AsyncNode) and not isinstance(node, _PARALLEL) else []),
        *([f"{attempts} attempts"] if not is_flow and isinstance(attempts, int) and attempts > 1 else []),
    ]
    box = Box(name_id, name, is_flow, tuple(tags))
    if policy is None:
        return box
    named = acts(node, policy.tools)
    inner, kind = getattr(node, "flow", None), getattr(node, "agent", None)
    if isinstance(inner, pocketflow.BaseNode) and isinstance(kind, str):
        named = frozenset({"agent.spawn"}) | (named or frozenset())
    allowed = may(policy, agent, named)
    box.lines = tuple(str(each) for each in allowed)
    if named is None:
        box.lines = (f"anything that {agent} may:", *box.lines)
        box.tone = MODEL
    elif allowed:
        verdicts = {each.verdict for each in allowed}
        box.tone = DENY if DENY in verdicts else ASK if ASK in verdicts else "permit"
    return box
