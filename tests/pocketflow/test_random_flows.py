"""Random flows of all classes: contained and silent, they run as plain ones; strict, they keep to what was drawn."""

from __future__ import annotations

from typing import Any

import pocketflow
from hypothesis import HealthCheck, event, given, settings

from havocproof.errors import Contained
from havocproof.gate import Gate
from havocproof.pocketflow import FlowPort, contain, diagnose
from havocproof.pocketflow.findings import ERROR
from havocproof.policy import loads_policy
from tests.pocketflow.random_flows import Log, Plan, build, plans, play

SILENT = loads_policy("havocproof: 1\npolicy: p\nrules: {g: [{permit: dir.list, where: {path: any}}]}")
BOUNDED = loads_policy("""
havocproof: 1
policy: p
tools:
  flow/step: {effect: run, args: {place: {segments: /}}}
  flow/attempt: {effect: run, args: {node: name}}
  flow/batch: {effect: run, args: {items: {int: {min: 0}}}}
rules:
  g:
    - {permit: flow/step, where: {place: any}}
    - {permit: flow/attempt, where: {node: any}}
    - {permit: flow/batch, where: {items: any}}
budgets:
  steps: {count: 12, of: flow/step, per: [run]}
""")
ROUNDS = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@ROUNDS
@given(plans())
def test_a_contained_flow_that_emits_nothing_runs_as_the_plain_one(plan: Plan) -> None:
    """Calls in their order, results, errors, warnings, parameters, what is kept on nodes, and the shared store."""
    plain, contained = Log(), Log()
    expected = play(build(plan, plain), plain)
    with Gate.open(SILENT, ports=[]) as gate:
        assert play(contain(build(plan, contained), gate), contained) == expected
    event(f"ended by {expected[0][0]}")


@ROUNDS
@given(plans())
def test_a_budget_of_steps_ends_every_flow(plan: Plan) -> None:
    log = Log()
    with Gate.open(BOUNDED, ports=[FlowPort()]) as gate:
        try:
            play(contain(build(plan, log), gate), log)
        except Contained:
            event("ended by the budget")
        steps = [r for r in gate.store.records() if r.kind == "intent" and r.data["action"]["action"] == "flow/step"]
    begun = {name for name, what, *_ in log.events if what == "prep"}
    assert len(steps) <= 12
    nodes = [entry for entry in log.events if entry[1] == "prep" and entry[0] != "f"]
    assert len(nodes) <= 12
    assert begun


@ROUNDS
@given(plans(labels=(None, None, "default", "a", "a", "b", "b", "zzz", "")))
def test_in_a_strict_run_every_way_is_one_that_was_drawn(plan: Plan) -> None:
    """For each two nodes of one flow that run one after the other there is an edge, which the first one's label names;
    the label of a nested flow is its own post's, or None.
    """
    log = Log()
    flow = build(plan, log)
    if [finding for finding in diagnose(flow) if finding.level == ERROR]:
        event("refused")
        return
    ways: list[tuple[Any, Any, Any]] = []

    class Watched(pocketflow.Flow):
        pass

    with Gate.open(SILENT, ports=[]) as gate:
        run = contain(flow, gate, strict=True)
        for node in _flows(run):
            _watch(node, ways)
        try:
            play(run, log)
        except Contained:
            event("stopped at a label")
    for node, label, following in ways:
        if node.successors and following is not None:
            assert type(label) is str or label is None
            assert node.successors["default" if label is None else label] is following
        if isinstance(node, pocketflow.Flow):
            assert label in (None, "a")  # "a" is what a post of its own says
            assert label is None or any(
                "post" in vars(kind) for kind in type(node).__mro__ if kind.__name__ == "Scripted"
            )
    event(f"{min(len(ways), 5)} ways")


def _flows(flow: Any) -> list[Any]:
    found, todo = [], [flow]
    while todo:
        node = todo.pop()
        if id(node) in {id(each) for each in found}:
            continue
        found.append(node)
        todo += node.successors.values()
        todo += [node.start_node] if isinstance(node, pocketflow.Flow) else []
    return [node for node in found if isinstance(node, pocketflow.Flow)]


def _watch(flow: Any, ways: list[tuple[Any, Any, Any]]) -> None:
    """Notes each way that the flow takes; the attribute goes with PocketFlow's copies."""
    taken = type(flow).get_next_node

    def get_next_node(curr: Any, action: Any) -> Any:
        following = taken(flow, curr, action)
        ways.append((curr, action, following))
        return following

    flow.get_next_node = get_next_node
