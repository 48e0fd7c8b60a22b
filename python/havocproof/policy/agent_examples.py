"""Examples of what agents do among each other, as a policy writes them: every scalar is text there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from havocproof.actions.scalars import GrammarError, parse_integer
from havocproof.actions.wire import action_from_wire
from havocproof.kernel.source import Agent, Part
from havocproof.policy.agentspec import Agents, Who
from havocproof.policy.arguments import from_policy
from havocproof.policy.tree import Items, Node, Text, kind
from havocproof.policy.tree import Mapping as MappingNode


def agent_example(agents: Agents, acting: str, name: str, arguments: Mapping[str, Node]) -> tuple[Part, ...]:
    """The parts of a spawn, handoff or report by an agent of the kind `acting`, which has all groups of its kind.

    Raises `ActionError`, and `GrammarError` to follow "the example".
    """
    spec = agents.specs[acting]
    sent = {
        key: _fields(agents, acting, node) if key == "fields" else _plain(key, node) for key, node in arguments.items()
    }
    action = action_from_wire({"action": name, "args": sent})
    chain = tuple(f"agent-{depth}" for depth in range(spec.depth + 1))
    who = Who(Agent(acting, spec.kernel.uses, spec.kernel.passes), chain, chain[-2] if spec.depth else "")
    return agents.parts(action, who, f"agent-{spec.depth + 1}")


def _plain(key: str, node: Node) -> Any:
    if isinstance(node, Items):
        return [_plain("", item) for item in node.items]
    if isinstance(node, MappingNode):
        return {name: _plain(key, item) for name, item in node.fields.items()}
    return parse_integer(node.value) if key == "share" and " " not in node.value else node.value


def _fields(agents: Agents, acting: str, node: Node) -> dict[str, Any]:
    """The fields of a report, each read as its type."""
    if not isinstance(node, MappingNode):
        raise GrammarError(f"has {kind(node)} as fields", "Write {fields: {figure: 1}}")
    known = agents.specs[acting].returns.fields
    return {
        name: from_policy(known[name].type, item) if name in known and known[name].type.kind != "table" else _text(item)
        for name, item in node.fields.items()
    }


def _text(node: Node) -> str:
    return node.value if isinstance(node, Text) else ""
