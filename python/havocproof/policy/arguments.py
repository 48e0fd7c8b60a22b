"""Arguments of a tool call: from what a model or framework sent to the one canonical value of each declared type.

Canonical values are JSON types: text, int, bool, list, object. A decimal is an amount such as "12.00 EUR", a date
"2026-11-23", a path absolute. Nothing is coerced or repaired, with the two exceptions that the language states: a
relative name stands under its declared root, and a number is read as the decimal that its digits say.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from havocproof.actions.amounts import DECIMALS, check_positive_amount, parse_amount
from havocproof.actions.hosts import check_host, email_segments
from havocproof.actions.scalars import (
    MEASURE_LIMIT,
    GrammarError,
    check_name,
    check_path,
    check_text,
    parse_integer,
)
from havocproof.actions.urls import URL_CHARS, parse_url
from havocproof.actions.values import decimal_text
from havocproof.policy.literals import parse_date
from havocproof.policy.patterns import split_segments
from havocproof.policy.tree import Items, Node, Text, kind
from havocproof.policy.tree import Mapping as MappingNode
from havocproof.policy.types import TRUTHS, ArgType

_SENT = {
    str: "text",
    int: "an integer",
    bool: "a truth value",
    float: "a number",
    Decimal: "a number",
    type(None): "null",
}


def canonical(declared: ArgType, value: object) -> Any:
    """The canonical value. Raises `GrammarError`, with the place inside the value under `at`."""
    match declared.kind:
        case "int":
            return _integer(declared, value)
        case "bool":
            if type(value) is not bool:
                raise _wrong("must be true or false", value)
            return value
        case "decimal":
            return _decimal(declared, value)
        case "list":
            return _list(declared, value)
        case "object":
            return _object(declared, value)
    if type(value) is not str:
        raise _wrong("must be text", value)
    return _text(declared, value)


def _wrong(expected: str, value: object) -> GrammarError:
    sent = _SENT.get(type(value), "a list" if isinstance(value, list | tuple) else "an object")
    return GrammarError(f"{expected}, not {sent}", "Send the declared type; nothing is converted")


def _text(declared: ArgType, text: str) -> str:
    match declared.kind:
        case "name":
            return check_name(text)
        case "text":
            return check_text(text)
        case "enum":
            if text not in declared.names:
                raise GrammarError("is none of the declared values", f"Use one of {', '.join(declared.names)}")
        case "date":
            parse_date(text)
        case "host":
            return check_host(text)
        case "email":
            email_segments(text)
        case "url":
            parse_url(text)
        case "segments":
            split_segments(text, declared.separator)
        case "path":
            return check_path(text if text.startswith("/") else f"{declared.root.rstrip('/')}/{text}")
    return text


def _integer(declared: ArgType, value: object) -> int:
    if type(value) is not int:
        raise _wrong("must be an integer", value)
    low = -MEASURE_LIMIT if declared.low is None else declared.low
    high = MEASURE_LIMIT if declared.high is None else declared.high
    if not low <= value <= high:
        raise GrammarError("is out of its range", f"Use {low} to {high}")
    return value


def _decimal(declared: ArgType, value: object) -> str:
    places = DECIMALS[declared.currency]
    if type(value) is str:
        if parse_amount(check_positive_amount(value))[1] != declared.currency:
            raise GrammarError("is in another currency", f"Send the amount in {declared.currency}")
        return value
    if type(value) is float:
        value = Decimal(repr(value))
    if type(value) is int:
        text = str(value) if abs(value) < MEASURE_LIMIT else "9" * 16  # refused below as too large
        digits = ""
    elif type(value) is Decimal:
        text, _, digits = decimal_text(value).partition(".")
        digits = digits.rstrip("0")
    else:
        raise _wrong("must be a number or an amount", value)
    if len(digits) > places:
        raise GrammarError(f"has more than {places} decimals", f"Round it to what {declared.currency} has")
    amount = f"{text}.{digits.ljust(places, '0')}" if places else text
    if text.startswith("-") or amount.strip("0.") == "":
        raise GrammarError("is no positive amount", "Send a positive amount")
    return check_positive_amount(f"{amount} {declared.currency}")


def _list(declared: ArgType, value: object) -> list[Any]:
    assert declared.inner is not None
    if not isinstance(value, list | tuple):
        raise _wrong("must be a list", value)
    if len(value) > declared.most:
        raise GrammarError(f"has more than {declared.most} elements", "Split the call")
    return [_at(str(index), declared.inner, item) for index, item in enumerate(value)]


def _object(declared: ArgType, value: object) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise _wrong("must be an object", value)
    return canonical_fields(dict(declared.fields), {}, value)


def canonical_fields(
    required: Mapping[str, ArgType], optional: Mapping[str, ArgType], value: Mapping[str, object]
) -> dict[str, Any]:
    """The canonical form of named values. Unknown and missing names are refused; optional ones may be missing."""
    known = {**required, **optional} if optional else required
    for name in value:
        if name not in known:
            raise GrammarError("is unknown", f"Known are {', '.join(sorted(known)) or 'no arguments'}", (str(name),))
    for name in required:
        if name not in value:
            raise GrammarError("is missing", "Give it", (name,))
    return {name: _at(name, known[name], value[name]) for name in sorted(value)}


def _at(step: str, declared: ArgType, value: object) -> Any:
    try:
        return canonical(declared, value)
    except GrammarError as fault:
        fault.at = (step, *fault.at)
        raise


def schema(declared: ArgType) -> dict[str, Any]:
    """The JSON Schema of a type, for the tool list of a model's prompt. What it allows may still be refused."""
    match declared.kind:
        case "name":
            return {"type": "string", "minLength": 1, "maxLength": 256}
        case "enum":
            return {"enum": list(declared.names)}
        case "int":
            low = {} if declared.low is None else {"minimum": declared.low}
            return {"type": "integer", **low, **({} if declared.high is None else {"maximum": declared.high})}
        case "bool":
            return {"type": "boolean"}
        case "date":
            return {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
        case "url":
            return {"type": "string", "pattern": "^https?://", "maxLength": URL_CHARS}
        case "decimal":
            places = DECIMALS[declared.currency]
            fraction = rf"\.[0-9]{{{places}}}" if places else ""
            return {"type": "string", "pattern": f"^(0|[1-9][0-9]*){fraction} {declared.currency}$"}
        case "path":
            return {
                "type": "string",
                "maxLength": 1024,
                "description": f"A path; relative names stand under {declared.root}.",
            }
        case "segments":
            return {"type": "string", "description": f"Names joined by {declared.separator}"}
        case "list":
            assert declared.inner is not None
            return {"type": "array", "items": schema(declared.inner), "maxItems": declared.most}
        case "object":
            return object_schema(dict(declared.fields), {})
        case _:
            return {"type": "string"}


def object_schema(required: Mapping[str, ArgType], optional: Mapping[str, ArgType]) -> dict[str, Any]:
    """The JSON Schema of named values."""
    return {
        "type": "object",
        "properties": {name: schema(declared) for name, declared in {**required, **optional}.items()},
        "required": list(required),
        "additionalProperties": False,
    }


def from_policy(declared: ArgType, node: Node) -> object:
    """A value as an example in a policy writes it, where every scalar is text: what a caller would have sent.

    Raises `GrammarError` where the text cannot be of that type at all.
    """
    if declared.kind == "list" and isinstance(node, Items):
        assert declared.inner is not None
        return [from_policy(declared.inner, item) for item in node.items]
    if declared.kind == "object" and isinstance(node, MappingNode):
        fields = dict(declared.fields)
        return {name: from_policy(fields[name], item) if name in fields else None for name, item in node.fields.items()}
    if not isinstance(node, Text):
        raise GrammarError(f"is {kind(node)} where {declared.kind} is declared", "Write the declared type")
    if declared.kind == "int":
        return parse_integer(node.value)
    if declared.kind == "bool":
        if node.value not in TRUTHS:
            raise GrammarError("is no truth value", "Write true or false")
        return node.value == "true"
    return node.value
