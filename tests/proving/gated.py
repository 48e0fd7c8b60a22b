"""Examples and histories of proofs, performed at a real gate: what a proof shows is not only said."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from havocproof.actions import Action
from havocproof.actions.wire import action_from_wire
from havocproof.gate import Gate
from havocproof.policy import Policy
from havocproof.proving.results import Example, Step
from tests.gate.world import Clock, ScriptedPort

VERBS = ("file.read", "file.write", "file.append", "file.delete", "dir.list", "http.request", "message.send")


def performed(policy: Policy, example: Example) -> list[Any]:
    """The outcomes of the history and of the action after it, in one session of an open gate."""
    port = ScriptedPort(*VERBS, *policy.tools)
    outcomes = []
    clock = Clock()
    with Gate.open(policy, ports=[port], tenant="acme", clock=clock) as gate:
        session = gate.session(user="ada")
        for word, arguments in (*map(_step, example.history), (example.word, said(example))):
            clock.now += 1000
            outcomes.append(session.perform(_action(word, arguments)))
    return outcomes


def said(example: Example) -> dict[str, str]:
    return {each.axis: each.text for each in example.arguments}


def _step(step: Step) -> tuple[str, dict[str, str]]:
    word, *pairs = step.text.split(", ")
    return word, dict(pair.split(": ", 1) for pair in pairs)


def _action(word: str, arguments: Mapping[str, str]) -> Action | dict[str, Any]:
    """The action that a model would write for these arguments."""
    if word.startswith(("file.write", "file.append")):
        path = PurePosixPath(arguments["path"])
        return action_from_wire({"action": word, "args": {"path": str(path), "content": "x"}})
    if word.startswith(("file.", "dir.")):
        return action_from_wire({"action": word, "args": {"path": arguments["path"]}})
    if word == "http.request":
        kept = {key: arguments[key] for key in ("host", "path", "method", "scheme")}
        return action_from_wire({"action": word, "args": {**kept, "max_bytes_in": 1}})
    return {"action": word, "args": dict(arguments)}
