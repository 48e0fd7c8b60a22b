"""The part of the JSON Schema that says which files a policy is made of, and what it starts, serves and claims."""

from __future__ import annotations

from typing import Any

from havocproof.policy import invariants, programs, servers
from havocproof.policy.verbs import EFFECTS

_Schema = dict[str, Any]
_TEXT: _Schema = {"type": "string"}
_DIGEST: _Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_FILES: _Schema = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT, "minItems": 1}]}
_PLACES: _Schema = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT, "minItems": 1}]}


def files(about: str) -> _Schema:
    """Names of files, each perhaps with a pin."""
    return {**_FILES, "description": about}


def program() -> _Schema:
    properties: dict[str, _Schema] = {
        "exe": {**_TEXT, "description": "The file that is started."},
        "sha256": _DIGEST,
        "argv": {"anyOf": [_TEXT, {"type": "array", "items": {}, "minItems": 1}]},
        "args": {"type": "object", "additionalProperties": {"$ref": "#/$defs/type"}, "minProperties": 1},
        "box": {
            "type": "object",
            "properties": {**dict.fromkeys(programs.ACCESS, _PLACES), "net": {"enum": list(programs.NETS)}},
            "additionalProperties": False,
            "minProperties": 1,
        },
        "effect": {"enum": list(EFFECTS)},
    }
    assert set(properties) == set(programs.KEYS)
    return {
        "type": "object",
        "description": "A program that may be started, with typed arguments, and what its box lets it do.",
        "properties": properties,
        "required": ["exe", "sha256", "box"],
        "additionalProperties": False,
    }


def server() -> _Schema:
    properties = {"url": _TEXT, "command": _TEXT, "sha256": _DIGEST, "tools_lock": _TEXT}
    assert set(properties) == set(servers.KEYS)
    return {
        "type": "object",
        "description": "Where tools named <server>/<tool> come from.",
        "properties": properties,
        "additionalProperties": False,
        "oneOf": [{"required": ["url"]}, {"required": ["command", "sha256"]}],
    }


def invariant() -> _Schema:
    verbs, tests = {"$ref": "#/$defs/verbs"}, {"$ref": "#/$defs/tests"}
    pattern: _Schema = {"$ref": "#/$defs/pattern"}
    patterns = {"anyOf": [pattern, {"type": "array", "items": pattern, "minItems": 1}]}
    properties: dict[str, _Schema] = {
        "id": {**_TEXT, "description": "What reports call it."},
        "never": {**verbs, "description": "Nothing of this is ever permitted, approved or not, but what is excused."},
        "always": {**verbs, "description": "All of this is permitted in every state, without asking."},
        "some": {**verbs, "description": "Something of this is permitted, or asked."},
        "at_most": {"type": "object", "description": "A measure with its limit, `of`, `per` and perhaps `every`."},
        "narrower_than": {**_TEXT, "description": "Another policy file: nothing is permitted that it does not permit."},
        "where": tests,
        "when": {"$ref": "#/$defs/when"},
        "unless": {"anyOf": [tests, patterns], "description": "What is excused: tests, or a list of action patterns."},
        "unless_approved": {**_TEXT, "description": "What this approval is asked for is excused."},
        "after": {**patterns, "description": "The claim begins when one of these was permitted."},
        "until": {**patterns, "description": "It ends when one of these has succeeded."},
    }
    assert set(properties) == set(invariants.KEYS)
    return {
        "type": "object",
        "description": "A claim about the policy, proved by `havocproof prove`.",
        "properties": properties,
        "additionalProperties": False,
        "oneOf": [{"required": [claim]} for claim in invariants.CLAIMS],
    }
