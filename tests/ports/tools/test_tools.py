"""Tools: what goes in, what comes out, and how a failure is read."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from havocproof.actions import FileRead, ToolCall
from havocproof.errors import ActionError, ConfigError, Contained, InDoubt, PortRefused
from havocproof.ports.base import Effect
from havocproof.ports.tools import OUTSIDE_THE_PROOF, ToolPort
from tests.ports.worlds import Leave


def call(function: Callable[..., Any], arguments: dict[str, Any] | None = None, **options: Any) -> Effect:
    port = ToolPort({"tool": function}, **options)
    prepared = port.prepare(ToolCall(tool="tool", arguments=arguments or {}))
    try:
        return prepared.perform(Leave())
    finally:
        prepared.close()
        port.close()


def test_the_function_gets_its_arguments_and_the_model_its_result() -> None:
    def quote(symbol: str, days: list[int], options: dict[str, Any]) -> dict[str, Any]:
        return {"symbol": symbol, "days": days, "options": options, "price": 12.5, "ok": True, "none": None}

    arguments = {"symbol": "ACME", "days": [1, 2], "options": {"deep": ["x"]}}
    effect = call(quote, arguments)
    assert effect.result == {**arguments, "price": 12.5, "ok": True, "none": None}
    assert effect.used == {}
    assert effect.note == {"proof": OUTSIDE_THE_PROOF}


def test_arguments_and_results_are_copies() -> None:
    kept: list[list[str]] = []

    def spoil(items: list[str]) -> list[str]:
        items.append("spoiled")
        kept.append(items)
        return items

    action = ToolCall(tool="tool", arguments={"items": ["a"]})
    port = ToolPort({"tool": spoil})
    first = port.prepare(action).perform(Leave())
    kept[0].append("later")
    assert first.result == ["a", "spoiled"]
    assert port.prepare(action).perform(Leave()).result == ["a", "spoiled"]
    assert action.plain_arguments() == {"items": ["a"]}


def test_a_tool_that_says_nothing_happened() -> None:
    def refuse() -> None:
        raise PortRefused("Closed today", "Come back")

    with pytest.raises(PortRefused, match="Closed today"):
        call(refuse)


def test_any_other_failure_is_in_doubt() -> None:
    for error in (ValueError("no such customer"), ActionError("x", "y"), ConfigError("z"), KeyError(1)):

        def fail(error: Exception = error) -> None:
            raise error

        with pytest.raises(InDoubt, match=type(error).__name__) as caught:
            call(fail)
        assert caught.value.__cause__ is error

    def long_winded() -> None:
        raise ValueError("x" * 100_000)

    with pytest.raises(InDoubt) as caught:
        call(long_winded)
    assert len(caught.value.message) <= 600


def test_in_doubt_and_what_ends_a_run_pass_through() -> None:
    for error in (InDoubt("maybe"), Contained("denied"), KeyboardInterrupt()):

        def fail(error: BaseException = error) -> None:
            raise error

        with pytest.raises(type(error)) as caught:
            call(fail)
        assert caught.value is error


class Text(str):
    """A text that could change between two looks."""


def nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (object(), "result is a object"),
        ({"a": [1, {2}]}, r"result\.a\[1\] is a set"),
        ((1, 2), "is a tuple"),
        (b"x", "is a bytes"),
        ({1: "x"}, "key of type int"),
        ({Text("x"): 1}, "key of type Text"),
        ([Text("x")], "is a Text"),
        (math.nan, "no number"),
        ({"a": math.inf}, "no number"),
        ("\ud800", "no valid Unicode"),
        pytest.param(10**5000, "too long to write", id="long number"),
        ("x" * 1000, "has 1002 bytes"),
        (nested(70), "nested too deeply"),
    ],
)
def test_a_result_that_cannot_be_used_is_in_doubt(value: object, problem: str) -> None:
    with pytest.raises(InDoubt, match=problem):
        call(lambda: value, max_result_bytes=1000)


def test_a_result_that_contains_itself() -> None:
    value: list[Any] = []
    value.append(value)
    with pytest.raises(InDoubt, match="nested too deeply"):
        call(lambda: value)


def test_a_result_of_just_the_size() -> None:
    assert call(lambda: "x" * 998, max_result_bytes=1000).result == "x" * 998


def test_arguments_that_do_not_fit_are_refused_before_the_call() -> None:
    def one(symbol: str) -> str:
        return symbol

    port = ToolPort({"one": one})
    for arguments in ({}, {"symbol": "A", "more": 1}, {"other": 1}):
        with pytest.raises(PortRefused, match="does not take"):
            port.prepare(ToolCall(tool="one", arguments=arguments))


def test_a_function_without_signature_is_called_anyway() -> None:
    assert call(dict, {"a": 1}).result == {"a": 1}


def test_the_permit_comes_before_the_call() -> None:
    calls: list[int] = []
    permit = Leave()
    prepared = ToolPort({"tool": lambda: calls.append(1)}).prepare(ToolCall(tool="tool", arguments={}))
    prepared.perform(permit)
    with pytest.raises(RuntimeError, match="used twice"):
        prepared.perform(permit)
    assert calls == [1]


def test_names_and_wrong_set_up() -> None:
    async def later() -> None: ...

    def many() -> Any:
        yield 1

    port = ToolPort({"code/search": len, "tool": len})
    assert port.verbs == {"code/search", "tool"}
    for wrong in (later, many, 7):
        with pytest.raises(ConfigError):
            ToolPort({"tool": wrong})  # type: ignore[dict-item]
    for action in (ToolCall(tool="other", arguments={}), FileRead(path="/a")):
        with pytest.raises(PortRefused, match="no tool"):
            port.prepare(action)


def test_the_parts_are_left_to_the_policy() -> None:
    assert ToolPort({"tool": lambda: 1}).prepare(ToolCall(tool="tool", arguments={})).parts == ()
