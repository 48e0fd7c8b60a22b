"""Strict labels: the way that a flow takes is one that its author has drawn.

PocketFlow looks any value up among a node's edges: what is false takes the default edge, what is not found ends the
flow, and the last label within a nested flow becomes a label of the flow around it. A model that writes labels thereby
chooses among all of them. In a strict run

* a label is None or an exact `str`, and not empty;
* a node that has edges takes one of them: None the one called "default". An edge to None is an end that is declared;
* a label leaves a nested flow only if the flow's `exits` name it, or its own `post` says so; else the flow's is None.

A label that is none of these stops the run.
"""

from __future__ import annotations

from typing import Any

from havocproof.errors import ActionError
from havocproof.pocketflow.context import Here, names

_SHOWN = 12
"""Edges that a message names."""


def next_node(here: Here, base: Any, flow: Any, node: Any, label: Any) -> Any:
    """What follows the node, or `Contained`."""
    if label is not None and (type(label) is not str or not label):
        problem = f"is {'an empty text' if label == '' else 'a ' + type(label).__name__}"
        _refuse(here, node, problem, "Return None or the name of an edge from post")
    edges = node.successors
    if edges:
        key = "default" if label is None else label
        if any(type(known) is not str for known in edges):
            _refuse(here, node, "is looked up among edges of which one is no text", "Use text for all of them")
        if key not in edges:
            listed = ", ".join(sorted(str(known) for known in edges)[:_SHOWN])
            _refuse(here, node, "is no edge of the node", f"Its edges are {listed}; one to None is an end")
        if edges[key] is None:
            return None  # PocketFlow would warn of it
    return base.get_next_node(flow, node, label)


def mapped(here: Here | None, flow: Any, label: Any) -> Any:
    """The label of a flow without a `post` of its own, from the last one within."""
    if here is None or not here[0].strict or not here[2][1]:
        return label  # of the outermost flow it is no label, but what the caller gets
    return label if type(label) is str and label in getattr(flow, "exits", ()) else None


def _refuse(here: Here, node: Any, problem: str, remedy: str) -> None:
    from havocproof.pocketflow.naming import name_of

    where = "/".join((*names(here), name_of(node)))
    here[0].session.halt(ActionError("label", f"of {where} {problem}", remedy))
