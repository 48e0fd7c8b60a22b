"""The part of the JSON Schema that describes agents."""

from __future__ import annotations

from typing import Any

from havocproof.policy.agent_tree import KEYS

_Schema = dict[str, Any]
_TEXT: _Schema = {"type": "string"}
_WORDS: _Schema = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT, "minItems": 1}]}


def agent() -> _Schema:
    """One kind of agent."""
    properties: dict[str, _Schema] = {
        "uses": {**_WORDS, "description": "Groups of rules that it uses."},
        "delegates": {**_WORDS, "description": "Groups that it may pass on without using them."},
        "starts": {**_WORDS, "description": "Agents that it may start."},
        "hands_to": {**_WORDS, "description": "Agents that it may hand its work over to."},
        "root": {
            "const": True,
            "description": "A host opens sessions for it; only where several are started by nobody.",
        },
        "objective": {**_TEXT, "description": "For the model and the auditor."},
        "boundaries": {**_TEXT, "description": "For the model and the auditor."},
        "share": {
            "type": "object",
            "description": "What one instance may spend of the budgets of these names.",
            "additionalProperties": {"type": ["string", "number"]},
            "minProperties": 1,
        },
        "returns": {
            "type": "object",
            "description": "The fields of its report: types, or members of a $set or $record.field.",
            "additionalProperties": {"anyOf": [{"$ref": "#/$defs/type"}, _TEXT, {"$ref": "#/$defs/reference"}]},
            "minProperties": 1,
        },
        "drops": {**_WORDS, "description": "Labels that its report does not carry on. Every field must be closed."},
    }
    assert set(properties) == set(KEYS)
    return {"type": "object", "properties": properties, "additionalProperties": False, "minProperties": 1}
