"""The JSON Schema of the policy file, for editors: completion, hover texts and a first check while one types.

It is wider than the loader: what it accepts may still be refused, with a line and a remedy, by `load_policy`.
"""

from __future__ import annotations

from typing import Any

from havocproof.policy import (
    budgets,
    facts,
    labels,
    obligations,
    rates,
    redaction,
    rules,
    schema_agents,
    schema_layers,
    schema_records,
)
from havocproof.policy.declare import KEYS as TOOL_KEYS
from havocproof.policy.documents import KEYS
from havocproof.policy.documents import KINDS as FILE_KINDS
from havocproof.policy.explain import KINDS
from havocproof.policy.sets import KINDS as SET_KINDS
from havocproof.policy.types import PLAIN
from havocproof.policy.verbs import BUILT_IN, CLASSES, EFFECTS, SCOPES

_Schema = dict[str, Any]
_TEXT: _Schema = {"type": "string"}
# Editors read YAML with types of their own, so that 12 and 2026-11-23 are numbers and dates to them.
_SCALAR: _Schema = {"type": ["string", "number", "boolean"]}
_NAME = "^[A-Za-z][A-Za-z0-9_-]{0,63}$"
_BOUNDS = ("min", "max", "above", "below")


def policy_schema() -> _Schema:
    """The schema, as JSON types. Draft 2020-12."""
    sections = {
        "havocproof": {"const": 1, "description": "Version of the language."},
        "policy": {**_TEXT, "description": "The policy's name."},
        "version": _SCALAR,
        "about": _TEXT,
        "owner": _TEXT,
        "kind": {"enum": list(FILE_KINDS)},
        "under": schema_layers.files("The guards above this policy."),
        "vocabulary": schema_layers.files("Files of shared names."),
        "sets": _named(_set(), "Named sets: one kind, then values."),
        "tools": {"type": "object", "additionalProperties": {"$ref": "#/$defs/tool"}, "minProperties": 1},
        "programs": {"type": "object", "additionalProperties": {"$ref": "#/$defs/program"}, "minProperties": 1},
        "servers": _named({"$ref": "#/$defs/server"}, "Where tools come from."),
        "records": _named({"$ref": "#/$defs/record"}, "What a session remembers of prompts, results and the host."),
        "approvals": _named({"$ref": "#/$defs/approval"}, "Who must agree."),
        "rules": _named(_many({"$ref": "#/$defs/rule"}), "Groups of rules. Nothing said means denied."),
        "budgets": _named({"$ref": "#/$defs/budget"}, "Limits on sums and counts."),
        "rates": _named({"$ref": "#/$defs/rate"}, "So many at once, and one more after each while."),
        "facts": _named({"$ref": "#/$defs/fact"}, "What was done, and what undoes it."),
        "labels": _named({"$ref": "#/$defs/label"}, "What a session has seen, and what it may therefore not do."),
        "agents": _named({"$ref": "#/$defs/agent"}, "Who may start whom, with which groups, shares and returns."),
        "redact": _many({"$ref": "#/$defs/redaction"}),
        "prove": _many({"$ref": "#/$defs/invariant"}),
        "examples": _many({"$ref": "#/$defs/example"}),
    }
    assert set(sections) == set(KEYS["policy"])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "havocproof policy",
        "type": "object",
        "properties": sections,
        "required": ["havocproof", "policy"],
        "additionalProperties": False,
        "$defs": {
            "test": _test(),
            "tests": _tests("Tests of axes; all must hold."),
            "verbs": _verbs(),
            "type": _type(),
            "tool": _tool(),
            "approval": _approval(),
            "pattern": _pattern(),
            "rule": _rule(),
            "then": _then(),
            "redaction": _redaction(),
            "budget": _budget(),
            "rate": _rate(),
            "fact": _fact(),
            "label": _label(),
            "when": _when(),
            "record": schema_records.record(),
            "reference": schema_records.reference(),
            "agent": schema_agents.agent(),
            "program": schema_layers.program(),
            "server": schema_layers.server(),
            "invariant": schema_layers.invariant(),
            "example": _example(),
        },
    }


def _named(inner: _Schema, about: str) -> _Schema:
    return {
        "type": "object",
        "description": about,
        "minProperties": 1,
        "patternProperties": {_NAME: inner},
        "additionalProperties": False,
    }


def _many(inner: _Schema) -> _Schema:
    return {"type": "array", "items": inner, "minItems": 1}


def _closed(properties: dict[str, _Schema], required: tuple[str, ...] = (), about: str = "") -> _Schema:
    shape: _Schema = {"type": "object", "properties": properties, "additionalProperties": False, "minProperties": 1}
    if required:
        shape["required"] = list(required)
    return {**shape, "description": about} if about else shape


def _one_or_many(inner: _Schema) -> _Schema:
    return {"anyOf": [inner, _many(inner)]}


def _tests(about: str) -> _Schema:
    axes = sorted({name for verb in BUILT_IN.values() for name in verb.axes})
    shown = {name: {"$ref": "#/$defs/test"} for name in axes}
    return {
        "type": "object",
        "description": about,
        "minProperties": 1,
        "properties": shown,
        "additionalProperties": {"$ref": "#/$defs/test"},
    }


def _test() -> _Schema:
    looked_up = {"$ref": "#/$defs/reference"}
    bound = {"anyOf": [_SCALAR, looked_up]}
    bounds = _closed(dict.fromkeys(_BOUNDS, bound), about="Bounds of an integer, amount or size.")
    literal = _closed({"is": _SCALAR}, ("is",), "The literal text, whatever it looks like.")
    alternative = {"anyOf": [_SCALAR, literal, bounds, looked_up]}
    excluded = _closed({"not": _one_or_many(alternative)}, ("not",), "Everything else. Not in a permit, but for enums.")
    return {
        "description": "A value, a list of alternatives, $set, $record.field, any, none, bounds, or not.",
        **_one_or_many({"anyOf": [_SCALAR, literal, bounds, looked_up, excluded]}),
    }


def _verbs() -> _Schema:
    known = {"enum": [*BUILT_IN, *sorted(CLASSES)]}
    return {"description": "A verb, a tool, or a list of them.", **_one_or_many({"anyOf": [known, _TEXT]})}


def _set() -> _Schema:
    file = _closed({"file": _TEXT}, ("file",), "One value a line, in a file beside the policy.")
    literal, looked_up = _closed({"is": _SCALAR}, ("is",)), {"$ref": "#/$defs/reference"}
    values = {"anyOf": [file, _one_or_many({"anyOf": [_SCALAR, literal, looked_up]})]}
    return {**_closed(dict.fromkeys(SET_KINDS, values)), "maxProperties": 1}


def _type() -> _Schema:
    inner = {"$ref": "#/$defs/type"}
    bounds = _closed({"min": {"type": "integer"}, "max": {"type": "integer"}})
    return {
        "description": "The type of an argument.",
        "anyOf": [
            {"enum": list(PLAIN)},
            {**_many(_SCALAR), "description": "A closed list of values."},
            _closed({"decimal": _TEXT}, ("decimal",), "An exact amount in this currency."),
            _closed({"path": _TEXT}, ("path",), "A path; relative names stand under this one."),
            _closed({"segments": _TEXT}, ("segments",), "Names joined by this sign."),
            _closed({"int": bounds}, ("int",)),
            _closed({"list": inner, "max": {"type": "integer"}}, ("list", "max")),
            _closed({"object": {"type": "object", "additionalProperties": inner, "minProperties": 1}}, ("object",)),
        ],
    }


def _tool() -> _Schema:
    arguments = {"type": "object", "additionalProperties": {"$ref": "#/$defs/type"}, "minProperties": 1}
    properties: dict[str, _Schema] = {
        "is": _one_or_many({"enum": list(BUILT_IN)}),
        "effect": {"enum": list(EFFECTS)},
        "args": arguments,
        "optional": arguments,
        "map": {"type": "object", "minProperties": 1},
        "pairs": {**_many(_TEXT), "minItems": 2, "maxItems": 2},
    }
    assert set(properties) == set(TOOL_KEYS)
    shape = _closed(properties, about="A typed tool: what it takes, and which effects it has.")
    return {**shape, "oneOf": [{"required": ["is"]}, {"required": ["effect"]}]}


def _approval() -> _Schema:
    people = {"role": _TEXT, "people": {"type": "integer", "minimum": 1}}
    quorum = _closed(people, ("role", "people"))
    wide = {"same": _one_or_many(_TEXT), "uses": {"type": "integer", "minimum": 1}, "amount": _SCALAR, "for": _TEXT}
    widening = _closed(wide, ("same", "uses", "for"), "How far people may go instead of one call.")
    return _closed({**people, "all_of": _many(quorum), "within": _TEXT, "may_widen": widening}, ("within",))


def _then() -> _Schema:
    properties: dict[str, _Schema] = {
        "journal": {"const": "flush", "description": "The record is on the disk before the effect begins."},
        "notify": {**_TEXT, "description": "A channel that is told before the effect begins."},
        "max_result": {**_TEXT, "description": "A size as 1 MiB: of a larger result nothing is told."},
        "timeout": {**_TEXT, "description": "A duration as 30s."},
        "mask": {"enum": list(obligations.MASKS), "description": "How the columns of the rule are told."},
    }
    assert set(properties) == set(obligations.KEYS)
    return {**_closed(properties), "minProperties": 1}


def _redaction() -> _Schema:
    properties: dict[str, _Schema] = {
        "of": _one_or_many(_TEXT),
        "fields": _one_or_many(_TEXT),
        "result": _one_or_many({**_TEXT, "description": "A JSON pointer into the result, as /email."}),
        "for": _one_or_many({"enum": list(redaction.AUDIENCES)}),
        "show": {"enum": list(redaction.SHOWS)},
    }
    assert set(properties) == set(redaction.KEYS)
    return _closed(properties, ("of",), "What is hidden of an action, and from whom.")


def _rule() -> _Schema:
    properties: dict[str, _Schema] = {
        "id": _TEXT,
        "permit": {"$ref": "#/$defs/verbs"},
        "ask": {"$ref": "#/$defs/verbs"},
        "forbid": {"$ref": "#/$defs/verbs"},
        "where": {"$ref": "#/$defs/tests"},
        "when": {"$ref": "#/$defs/when"},
        "unless": {"$ref": "#/$defs/tests"},
        "needs": {**_TEXT, "description": "The approval that must be given."},
        "why": {**_TEXT, "description": "Shown on denial. Required for ask and forbid."},
        "remedy": {**_TEXT, "description": "What to do instead."},
        "then": {"$ref": "#/$defs/then"},
    }
    assert set(properties) == set(rules.KEYS)
    shape = _closed(properties)
    return {
        **shape,
        "oneOf": [
            {"required": ["permit"], "not": {"anyOf": [{"required": ["needs"]}, {"required": ["unless"]}]}},
            {"required": ["ask", "needs", "why"]},
            {"required": ["forbid", "why"]},
        ],
    }


def _pattern() -> _Schema:
    word = {"anyOf": [{"enum": [*BUILT_IN, *sorted(CLASSES)]}, _TEXT]}
    several = _closed({"any": {"$ref": "#/$defs/verbs"}, "where": {"$ref": "#/$defs/tests"}}, ("any",))
    single = {
        "type": "object",
        "additionalProperties": {"$ref": "#/$defs/tests"},
        "minProperties": 1,
        "maxProperties": 1,
    }
    return {"anyOf": [word, several, single]}


def _budget() -> _Schema:
    scope = {"anyOf": [{"enum": [*SCOPES, "agent"]}, _TEXT]}
    properties: dict[str, _Schema] = {
        "of": _one_or_many({"$ref": "#/$defs/pattern"}),
        "per": _one_or_many(scope),
        "every": {**_TEXT, "description": "A duration such as 1d, or month. Without it the limit holds for ever."},
        "soft": _closed({"above": _SCALAR, "needs": _TEXT}, ("above", "needs"), "Above this somebody must agree."),
        "why": _TEXT,
        "remedy": _TEXT,
        **dict.fromkeys(budgets.MEASURES, _SCALAR),
    }
    return {
        "type": "object",
        "description": "Exactly one measure, of which effects, per what.",
        "properties": properties,
        "required": ["of", "per"],
        "additionalProperties": _SCALAR,
        "minProperties": 3,
    }


def _rate() -> _Schema:
    properties: dict[str, _Schema] = {
        "of": _one_or_many({"$ref": "#/$defs/pattern"}),
        "burst": {"type": "integer", "minimum": 1, "description": "How many at once."},
        "every": {**_TEXT, "description": "One more after each such while: 3s."},
        "per": _one_or_many({"anyOf": [{"enum": [*SCOPES, "agent"]}, _TEXT]}),
        "why": _TEXT,
        "remedy": _TEXT,
    }
    assert set(properties) == set(rates.KEYS)
    return _closed(properties, ("of", "burst", "every", "per"))


def _fact() -> _Schema:
    several = _one_or_many({"$ref": "#/$defs/pattern"})
    properties: dict[str, _Schema] = {
        "by": {**several, "description": "The action that sets it, or `host`."},
        "until": {**several, "description": "The action that undoes it."},
        "per": {**_one_or_many(_TEXT), "description": "Arguments of the action: one fact for each value."},
        "lasts": {**_TEXT, "description": "A duration, after which it is forgotten."},
    }
    assert set(properties) == set(facts.KEYS)
    return _closed(properties, ("by",))


def _label() -> _Schema:
    several = _one_or_many({"$ref": "#/$defs/pattern"})
    properties: dict[str, _Schema] = {
        "from": {**several, "description": "What brings the label: action patterns, or `host`."},
        "guards": {"$ref": "#/$defs/verbs"},
        "cleared": {**several, "description": "What may be done in spite of it."},
        "otherwise": {**_TEXT, "description": "The approval that lets the rest pass; without it: denied."},
        "why": _TEXT,
        "remedy": _TEXT,
    }
    assert set(properties) == set(labels.KEYS)
    return _closed(properties, ("from",))


def _when() -> _Schema:
    names = {"not": _one_or_many(_TEXT)}
    properties: dict[str, _Schema] = {
        "after": {**_TEXT, "description": "A fact that is done."},
        "never_after": {**_TEXT, "description": "A fact that was not even begun."},
        "carries": _one_or_many(_TEXT),
        "agent": {"anyOf": [_one_or_many(_TEXT), _closed(names, ("not",))]},
    }
    record = {"type": "object", "description": "Fields of a record, and `by` which argument it is looked up."}
    about = "What must hold of the session."
    return {
        "type": "object",
        "description": about,
        "minProperties": 1,
        "properties": properties,
        "additionalProperties": record,
    }


def _example() -> _Schema:
    verdicts = ["permit", "ask", "deny", *(f"deny {kind}" for kind in KINDS)]
    action = {"type": "object", "minProperties": 1, "maxProperties": 1}
    expect = {"anyOf": [{"enum": verdicts}, {"type": "string", "pattern": "^(permit by|ask) "}]}
    properties = {"do": {"anyOf": [_TEXT, action]}, "given": schema_records.given(), "expect": expect}
    return _closed(properties, ("do", "expect"))
