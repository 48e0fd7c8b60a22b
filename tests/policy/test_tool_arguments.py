"""Arguments of tools: each type has one canonical form, and what is not of its type is refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havocproof.errors import ActionError
from havocproof.policy import Policy
from tests.policy.support import load, tool


def one(declared: str, value: object) -> Any:
    """The canonical value of one argument of this type."""
    return tool(f"{{effect: read, args: {{x: {declared}}}}}").normalise({"x": value})["x"]


@pytest.mark.parametrize(
    ("declared", "value", "canonical"),
    [
        ("name", "a b", "a b"),
        ("text", "a\nb", "a\nb"),
        ("int", -7, -7),
        ("{int: {min: 1, max: 3}}", 3, 3),
        ("bool", True, True),
        ("date", "2026-11-23", "2026-11-23"),
        ("host", "api.example", "api.example"),
        ("email", "a@b.example", "a@b.example"),
        ("url", "https://a.example:8443/x?k=v", "https://a.example:8443/x?k=v"),
        ("[p, q r]", "q r", "q r"),
        ("{path: /docs}", "a/b.txt", "/docs/a/b.txt"),
        ("{path: /docs}", "/other", "/other"),
        ("{path: /}", "a", "/a"),
        ("{segments: /}", "agent/x", "agent/x"),
        ("{segments: ':'}", "a:b/c", None),
        ("{decimal: EUR}", "12.00 EUR", "12.00 EUR"),
        ("{decimal: EUR}", 12, "12.00 EUR"),
        ("{decimal: EUR}", 12.5, "12.50 EUR"),
        ("{decimal: EUR}", Decimal("12.50"), "12.50 EUR"),
        ("{decimal: EUR}", 1e2, "100.00 EUR"),
        ("{decimal: JPY}", 12, "12 JPY"),
        ("{decimal: KWD}", 0.125, "0.125 KWD"),
        ("{list: name, max: 2}", ["a", "a"], ["a", "a"]),
        ("{list: {path: /r}, max: 2}", ("x",), ["/r/x"]),
        ("{object: {a: name, b: {object: {c: int}}}}", {"b": {"c": 1}, "a": "x"}, {"a": "x", "b": {"c": 1}}),
    ],
)
def test_canonical(declared: str, value: object, canonical: object) -> None:
    if canonical is None:
        with pytest.raises(ActionError):
            one(declared, value)
        return
    found = one(declared, value)
    assert found == canonical
    assert type(found) is type(canonical)
    assert one(declared, found) == canonical  # canonical values stay what they are


@pytest.mark.parametrize(
    ("declared", "value"),
    [
        ("name", ""),
        ("name", 5),
        ("name", True),
        ("name", None),
        ("name", "a\nb"),
        ("text", "a\0"),
        ("text", "\ud800"),
        ("int", "7"),
        ("int", True),
        ("int", 7.0),
        ("int", Decimal(7)),
        ("int", 10**16),
        ("{int: {min: 1, max: 3}}", 4),
        ("bool", 1),
        ("bool", "true"),
        ("date", "2026-2-3"),
        ("host", "A.example"),
        ("email", "a@B.example"),
        ("url", "https://user@a.example/"),
        ("url", "ftp://a.example/"),
        ("[p, q]", "r"),
        ("{path: /docs}", "../a"),
        ("{path: /docs}", "a//b"),
        ("{path: /docs}", ""),
        ("{segments: /}", "a/../b"),
        ("{decimal: EUR}", "12.00"),
        ("{decimal: EUR}", "12.00 USD"),
        ("{decimal: EUR}", 12.505),
        ("{decimal: EUR}", -1),
        ("{decimal: EUR}", 0),
        ("{decimal: EUR}", float("nan")),
        ("{decimal: EUR}", True),
        ("{decimal: EUR}", 10**15),
        ("{decimal: JPY}", 12.5),
        ("{list: name, max: 2}", ["a", "b", "c"]),
        ("{list: name, max: 2}", "a"),
        ("{list: name, max: 2}", {"a": 1}),
        ("{object: {a: name}}", {}),
        ("{object: {a: name}}", {"a": "x", "b": "y"}),
        ("{object: {a: name}}", ["a"]),
    ],
)
def test_nothing_is_converted_or_repaired(declared: str, value: object) -> None:
    with pytest.raises(ActionError) as caught:
        one(declared, value)
    assert caught.value.field == "args.x" or caught.value.field.startswith("args.x.")
    assert caught.value.remedy


def test_faults_name_the_place() -> None:
    spec = tool("{effect: read, args: {o: {object: {l: {list: name, max: 9}}}}, optional: {y: int}}")
    for arguments, field in (
        ({"o": {"l": ["a", ""]}}, "args.o.l.1"),
        ({"o": {"m": 1}}, "args.o.m"),
        ({}, "args.o"),
        ({"o": {"l": []}, "z": 1}, "args.z"),
        ({"o": {"l": []}, "y": None}, "args.y"),
    ):
        with pytest.raises(ActionError) as caught:
            spec.normalise(arguments)
        assert caught.value.field == field


@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.decimals()),
        lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=3)),
        max_leaves=8,
    ),
    st.sampled_from(["n", "i", "m", "l", "o", "u", "p", "b", "d", "x"]),
)
def test_any_argument_is_canonical_or_refused(any_policy: Policy, value: object, name: str) -> None:
    spec = any_policy.tools["t"]
    try:
        found = spec.normalise({name: value})
        parts = spec.parts({name: value})
    except ActionError:
        return
    assert spec.normalise(found) == found
    assert spec.parts(found) == parts


@pytest.fixture(scope="module")
def any_policy() -> Policy:
    return load(
        "tools: {t: {effect: send, optional: {n: name, i: int, m: {decimal: EUR}, l: {list: host, max: 3},"
        " o: {object: {a: name, c: {list: bool, max: 3}}}, u: url, p: {path: /r}, b: bool, d: date, x: text}}}\n"
    )
