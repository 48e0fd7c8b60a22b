"""The JSON Schema of records, of references to their fields, and of what examples are given."""

from __future__ import annotations

from typing import Any

from havocproof.policy.records import FIELD, FROM, KEYS
from havocproof.policy.recordspec import FINDERS, HOST, MODES, PROMPT

_Schema = dict[str, Any]
_TEXT: _Schema = {"type": "string"}
_SCALAR: _Schema = {"type": ["string", "number", "boolean"]}
_NAME = "[A-Za-z][A-Za-z0-9_-]{0,63}"
_SOME: _Schema = {"anyOf": [_SCALAR, {"type": "array", "items": _SCALAR, "minItems": 1}]}
_POINTER: _Schema = {"type": "string", "description": "A JSON pointer, with * for every element and ^ for the root."}
_ONLY: _Schema = {"type": "object", "additionalProperties": _SOME, "minProperties": 1}


def reference() -> _Schema:
    """`{of: $profile.orders, by: $customer.id}`."""
    return {
        "type": "object",
        "description": "A field of a record, looked up by an argument or by another record's single value.",
        "properties": {"of": _TEXT, "by": _TEXT},
        "required": ["of", "by"],
        "additionalProperties": False,
    }


def record() -> _Schema:
    """One entry of `records`."""
    tools = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT, "minItems": 1}]}
    origin = {"tool": _TEXT, "tools": tools, "each": _POINTER, "only": _ONLY}
    assert set(origin) == set(FROM)
    properties: _Schema = {
        "key": {
            "description": "The argument by which it is looked up, and where its value stands in a result.",
            "anyOf": [_TEXT, {"type": "object", "additionalProperties": _POINTER, "minProperties": 1}],
        },
        "from": {
            "anyOf": [
                {"enum": [PROMPT, HOST]},
                {"type": "object", "properties": origin, "additionalProperties": False, "minProperties": 1},
            ]
        },
        "write": {"enum": list(MODES)},
        "fetch": {
            **_TEXT,
            "description": "The tool that the gate may call by itself when a decision needs the record.",
        },
        "lasts": {**_TEXT, "description": "A duration such as 10m; what is older is unknown."},
        "fields": {
            "type": "object",
            "patternProperties": {f"^{_NAME}$": _field()},
            "additionalProperties": False,
            "minProperties": 1,
        },
    }
    assert set(properties) == set(KEYS)
    return {
        "type": "object",
        "description": "Which values of a prompt, of a result or of the host are trusted, and as what.",
        "properties": properties,
        "required": ["from", "fields"],
        "additionalProperties": False,
    }


def _field() -> _Schema:
    declared = {"anyOf": [{"$ref": "#/$defs/type"}, {"const": "table"}]}
    properties = {"one": declared, "many": declared, "find": {"enum": list(FINDERS)}, "at": _POINTER, "only": _ONLY}
    assert set(properties) == set(FIELD)
    return {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        "oneOf": [{"required": ["one"]}, {"required": ["many"]}, {"required": ["find"]}],
    }


def given() -> _Schema:
    """`given` of an example."""
    words = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT, "minItems": 1}]}
    states = {"type": "object", "additionalProperties": {"enum": ["done", "begun"]}, "minProperties": 1}
    fields: _Schema = {"type": "object", "additionalProperties": _SOME, "minProperties": 1}
    return {
        "type": "object",
        "description": "What the session remembers: record.field, record(key): {field: value}, facts, labels ...",
        "minProperties": 1,
        "properties": {
            "facts": {"anyOf": [words, states]},
            "labels": words,
            "agent": _TEXT,
            "spent": {"type": "object", "additionalProperties": _SCALAR, "minProperties": 1},
            "approved": words,
        },
        "patternProperties": {rf"^{_NAME}(\(.+\))?\.{_NAME}$": _SOME},
        "additionalProperties": fields,
    }
