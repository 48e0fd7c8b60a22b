"""JSON values inside tool calls: normal forms of numbers, bounds, and the canonical text."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havocproof.actions import GrammarError, ToolCall, canonical_json
from havocproof.actions.values import decimal_text, freeze, thaw
from havocproof.errors import ActionError


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("1.50", "1.5"),
        ("1.0", "1.0"),
        ("1", "1.0"),
        ("0.0", "0.0"),
        ("-0.0", "0.0"),
        ("-0.10", "-0.1"),
        ("1e3", "1000.0"),
        ("1.5E+3", "1500.0"),
        ("1e-7", "0.0000001"),
        ("12345678901234567890.123456789", "12345678901234567890.123456789"),
        ("1.000000000000000000000000000000000000000000000000000", "1.0"),
    ],
)
def test_decimals_have_one_spelling(number: str, text: str) -> None:
    assert decimal_text(Decimal(number)) == text
    assert freeze(Decimal(number)) == Decimal(text)


@pytest.mark.parametrize(
    "number", ["NaN", "sNaN", "Infinity", "-Infinity", "1e41", "1e-41", "1e999999", "9" * 41, "0." + "1" * 40]
)
def test_decimals_refuse(number: str) -> None:
    with pytest.raises(GrammarError):
        decimal_text(Decimal(number))


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=9))
def test_the_value_of_a_decimal_stays(number: Decimal) -> None:
    text = decimal_text(number)
    assert Decimal(text) == number
    assert decimal_text(Decimal(text)) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_is_its_shortest_decimal_form(number: float) -> None:
    try:
        frozen = freeze(number)
    except GrammarError:
        assert abs(number) >= 1e22 or 0 < abs(number) < 1e-22
    else:
        assert isinstance(frozen, Decimal)
        assert float(frozen) == number


def test_numbers_of_different_kinds_stay_apart() -> None:
    values: list[Any] = [1, 1.0, True, "1", "1.0", "true", [1], {"1": 1}, None, "null", {}, [], ""]
    digests = {ToolCall(tool="t", arguments={"a": value}).digest() for value in values}
    assert len(digests) == len(values)


def test_the_wire_form_of_a_decimal() -> None:
    call = ToolCall(tool="t", arguments={"a": Decimal("12.50")})
    assert call.canonical() == {"action": "t", "args": {"a": {"$numberDecimal": "12.5"}}}
    assert ToolCall(tool="t", arguments={"a": {"$numberDecimal": "12.5"}}) == call
    assert call.plain_arguments() == {"a": Decimal("12.5")}


@pytest.mark.parametrize(
    "value",
    [
        {"$numberDecimal": "12.50"},
        {"$numberDecimal": "12"},
        {"$numberDecimal": "1e3"},
        {"$numberDecimal": "-0.0"},
        {"$numberDecimal": "NaN"},
        {"$numberDecimal": "0." + "1" * 100},
        {"$numberDecimal": 12},
        {"$numberDecimal": "12.5", "x": 1},
        float("nan"),
        float("inf"),
        10**40,
        -(10**40),
        {1: 2},
        {"": 1},
        {"a\n": 1},
        {None: 1},
        "\0",
        "\ud800",
        ["\0"],
        b"x",
        {1, 2},
        1j,
        object(),
    ],
)
def test_values_that_are_refused(value: object) -> None:
    with pytest.raises(ActionError) as caught:
        ToolCall(tool="t", arguments={"a": {"b": [0, value]}})
    assert caught.value.field.startswith("args.a.b.1")


def nested(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


def test_depth_is_bounded_without_recursion() -> None:
    # The wire form is level 1 and its arguments level 2, so 30 more levels reach the bound of 32.
    assert ToolCall(tool="t", arguments={"a": nested(30)}).digest()
    with pytest.raises(ActionError, match="deeper than 32"):
        ToolCall(tool="t", arguments={"a": nested(31)})
    with pytest.raises(ActionError, match="deeper than 32"):
        ToolCall(tool="t", arguments={"a": nested(100_000)})
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(ActionError, match="deeper than 32"):
        ToolCall(tool="t", arguments={"a": loop})


def test_size_is_bounded() -> None:
    with pytest.raises(ActionError, match="more than 10000 values"):
        ToolCall(tool="t", arguments={"a": [0] * 10_000})
    with pytest.raises(ActionError, match="bytes"):
        ToolCall(tool="t", arguments={"a": ["x" * 2**19, "y" * 2**19, "z"]})


def test_canonical_json() -> None:
    value = {"b": [1, True, None, "é\n"], "a": {"z": "", "B": -1}}
    assert canonical_json(value) == '{"a":{"B":-1,"z":""},"b":[1,true,null,"é\\n"]}'
    with pytest.raises(ValueError, match="JSON compliant"):
        canonical_json(float("nan"))


def test_the_digest_is_sha256_of_the_canonical_json() -> None:
    call = ToolCall(tool="t", arguments={"b": 1, "a": "é"})
    text = '{"action":"t","args":{"a":"é","b":1}}'
    assert call.canonical_json() == text
    assert call.digest() == hashlib.sha256(text.encode()).hexdigest()


def test_thaw() -> None:
    frozen = freeze({"a": [{"b": Decimal("1.5")}]})
    assert thaw(frozen) == {"a": [{"b": Decimal("1.5")}]}
    assert thaw(frozen, decimals=False) == {"a": [{"b": {"$numberDecimal": "1.5"}}]}
