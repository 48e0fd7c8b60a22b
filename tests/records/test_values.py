"""Values of results: the types of fields, pointers to them, and how many there may be."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from havocproof.kernel.source import Record
from havocproof.records import MAX_VALUES
from tests.records.support import IDS, LINES, NOW, fault, only, stored, told

# ---- types ----


@pytest.mark.parametrize(
    ("declared", "value", "expected"),
    [
        ("int", 7, 7),
        ("int", -7, -7),
        ("{int: {min: 1, max: 9}}", 9, 9),
        ("{decimal: EUR}", 12, 1200),
        ("{decimal: EUR}", 12.5, 1250),
        ("{decimal: EUR}", Decimal("0.10"), 10),
        ("{decimal: EUR}", "12.50 EUR", 1250),
        ("{decimal: EUR}", "12.50", 1250),
        ("{decimal: EUR}", 0, 0),
        ("{decimal: EUR}", 0.0, 0),
        ("{decimal: JPY}", 500, 500),
        ("date", "1970-01-02", 1),
    ],
)
def test_numbers(declared: str, value: object, expected: int) -> None:
    body = f'r: {{from: {{tools: [t]}}, fields: {{v: {{one: {declared}, at: ""}}}}}}'
    assert only(told(body, value)) == Record(NOW, {}, {}, {"v": expected})


@pytest.mark.parametrize(
    ("declared", "value", "expected"),
    [
        ("name", "a b", "a b"),
        ("bool", True, "true"),
        ("host", "a.example", "a.example"),
        ("host", "203.0.113.7", "203.0.113.7"),
        ("email", "a@b.example", "a@b.example"),
        ("table", "a.b.c", "a.b.c"),
        ("{path: /docs}", "x/y", "/docs/x/y"),
        ("{path: /docs}", "/etc", "/etc"),
        ("{segments: /}", "a/b", "a/b"),
    ],
)
def test_texts(declared: str, value: object, expected: str) -> None:
    body = f'r: {{from: {{tools: [t]}}, fields: {{v: {{one: {declared}, at: ""}}}}}}'
    assert only(told(body, value)).ones == {"v": expected}


@pytest.mark.parametrize(
    ("declared", "value"),
    [
        ("int", 7.0),
        ("int", "7"),
        ("int", True),
        ("int", 10**15 + 1),
        ("{int: {min: 1, max: 9}}", 10),
        ("{decimal: EUR}", -1),
        ("{decimal: EUR}", 12.345),
        ("{decimal: EUR}", "12.50 USD"),
        ("{decimal: EUR}", "12.5"),
        ("{decimal: EUR}", "1,250.00"),
        ("{decimal: EUR}", "-1.00"),
        ("{decimal: EUR}", ""),
        ("{decimal: EUR}", True),
        ("{decimal: EUR}", float("nan")),
        ("{decimal: EUR}", float("inf")),
        ("{decimal: EUR}", 10**40),
        ("{decimal: EUR}", Decimal("NaN")),
        ("date", "2026-02-30"),
        ("bool", "true"),
        ("bool", 1),
        ("host", "A.example"),
        ("host", "127.1"),
        ("email", "A@b.example"),
        ("table", "a.b"),
        ("table", 3),
        ("{path: /docs}", "../etc"),
        ("{segments: /}", "a//b"),
        ("name", 5),
        ("name", b"x"),
        ("name", "\ud800"),
        ("name", None),
    ],
)
def test_nothing_is_converted(declared: str, value: object) -> None:
    body = f'r: {{from: {{tools: [t]}}, fields: {{v: {{one: {declared}, at: ""}}}}}}'
    found = told(body, value)
    assert stored(found) == {("r", None): None}
    assert fault(found).at == ""


def test_many_numbers_are_kept_as_the_texts_that_rules_compare() -> None:
    body = """r: {from: {tools: [t]}, fields: {n: {many: int, at: /n/*}, m: {many: {decimal: EUR}, at: /m/*},
        d: {many: date, at: /d/*}}}"""
    found = only(told(body, {"n": [1, 1, -2], "m": [1, 2.5], "d": ["2026-11-23"]}))
    assert found.names == {
        "n": frozenset({"1", "-2"}),
        "m": frozenset({"1.00 EUR", "2.50 EUR"}),
        "d": frozenset({"2026-11-23"}),
    }


def test_exactly_one_element_is_chosen() -> None:
    body = "r: {from: {tools: [t]}, fields: {v: {one: name, at: /m/*/id, only: {main: 'true'}}}}"
    methods = {"m": [{"id": "a", "main": False}, {"id": "b", "main": True}]}
    assert only(told(body, methods)).ones == {"v": "b"}
    methods["m"][0]["main"] = True
    assert "2 values" in fault(told(body, methods)).problem
    assert "0 values" in fault(told(body, {"m": []})).problem


# ---- pointers ----


@pytest.mark.parametrize(
    ("pointer", "result"),
    [
        ("/a~1b/~0c", {"a/b": {"~c": "v"}}),
        ("/0", ["v"]),
        ("/0", {"0": "v"}),
        ("/x/1/y", {"x": [0, {"y": "v"}]}),
        ('"/"', {"": "v"}),
        ("^/a", {"a": "v"}),
    ],
)
def test_pointers_lead_to_values(pointer: str, result: Any) -> None:
    body = f"r: {{from: {{tools: [t]}}, fields: {{v: {{one: name, at: {pointer}}}}}}}"
    assert only(told(body, result)).ones == {"v": "v"}


@pytest.mark.parametrize(
    ("pointer", "result"),
    [
        ("/1", ["v"]),
        ("/01", ["v", "v"]),
        ("/-1", ["v"]),
        ("/-", ["v"]),
        ("/٠", ["v"]),
        ("/99999999999999999999", ["v"]),
        ("/a/b", {"a": "v"}),
        ("/0", "v"),
        ("/a", None),
    ],
)
def test_pointers_that_lead_nowhere(pointer: str, result: Any) -> None:
    body = f"r: {{from: {{tools: [t]}}, fields: {{v: {{one: name, at: {pointer}}}}}}}"
    assert fault(told(body, result)).problem == "is missing"


# ---- bounds ----


def test_a_thousand_values_and_no_more() -> None:
    ids = [f"n{number}" for number in range(MAX_VALUES)]
    assert len(only(told(IDS, ids)).names["ids"]) == MAX_VALUES
    assert len(only(told(IDS, ids * 3)).names["ids"]) == MAX_VALUES
    found = told(IDS, [*ids, "more"])
    assert found.records == ()
    assert fault(found).problem == "has 1001 values in `ids`; at most 1000 are recorded"


def test_faults_are_told_up_to_a_number_and_hold_no_text_of_the_result() -> None:
    rows = [{"id": f"k{number}", "tag": "EVIL"} for number in range(500)]
    found = told(LINES, {"owner": {"name": "o"}, "rows": rows})
    assert len(found.faults) == 21
    assert found.faults[-1].problem == "480 more faults of this result are not told"
    assert not any("EVIL" in str(each.form()) for each in found.faults)
    assert len(found.records) == 501  # each key, and the one that was asked about
    assert all(each.new is None for each in found.records)


def test_keys_of_one_result() -> None:
    rows = [{"id": f"k{number}", "tag": "a"} for number in range(10_001)]
    found = told(LINES, {"owner": {"name": "o"}, "rows": rows})
    assert stored(found) == {("line", "K"): None}
    assert fault(found).problem == "brings 10001 rows; a run holds at most 10000 keys"


def test_rows_times_what_stands_beside_them() -> None:
    """A result of 200 KB must not become a hundred million values."""
    body = """r: {key: {id: /id}, from: {tool: t, each: /rows/*}, fields: {own: {many: name, at: ^/own/*}}}"""
    rows = [{"id": f"k{number}"} for number in range(10_000)]
    found = told(body, {"own": [f"n{number}" for number in range(10_000)], "rows": rows})
    assert fault(found).problem == "brings more than 100000 values"
    assert len(told(body, {"own": ["a"] * 10, "rows": rows}, id="k1").records) == 10_000


def test_more_values_than_are_looked_at() -> None:
    body = "r: {from: {tools: [t]}, fields: {ids: {many: name, at: /*/*}}}"
    assert "100000 values" in fault(told(body, [[0] * 400] * 400)).problem
