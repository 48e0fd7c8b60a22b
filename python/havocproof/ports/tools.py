"""The tools port: functions of the user's own, called with typed, canonical arguments.

    port = ToolPort({"quote": quote})            # def quote(symbol: str, at: str) -> {"price": "12.50"}

What a tool is (`is:`, `effect:`), its argument types and its parts are declared in the policy; the gate gives this port
the action with canonical arguments and takes the parts from `policy.parts(action)`. **What the function does is outside
the proof**; every effect's note says so.

The function gets its arguments by keyword, as fresh copies, and returns a JSON value of at most `max_result_bytes`
(text, integers, floats that are numbers, booleans, null, lists, objects with text keys); the port copies that, too.

How a failure is read:
* the function raises `PortError` (or `PortRefused`): it says that nothing happened; the reservation is released.
* it raises anything else, or returns something that is no such value: it ran, and nobody knows what it did, so this is
  `InDoubt`; the reservation stays. A tool that only reads loses nothing but its budget by that.
* arguments that do not fit the function's signature are refused before the call.

Known holes: there is no time limit (a thread cannot be stopped in Python; let the function bound itself), and the
function runs with all rights of the process.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping
from typing import Any

from havocproof.actions import Action, Part, ToolCall
from havocproof.errors import ConfigError, Contained, InDoubt, PortError, PortRefused
from havocproof.ports.base import Effect, Permit

OUTSIDE_THE_PROOF = "outside the proof: what the tool's function does is the word of its author"

_MAX_DEPTH = 64


class ToolPort:
    """Serves the named tools.

    functions:        tool name -> function; neither `async` nor a generator
    max_result_bytes: of the result as JSON

    Raises ConfigError for what cannot be called.
    """

    def __init__(self, functions: Mapping[str, Callable[..., Any]], *, max_result_bytes: int = 1024 * 1024) -> None:
        for name, function in functions.items():
            if not callable(function):
                raise ConfigError(f"functions.{name} cannot be called", "Give a function")
            if inspect.iscoroutinefunction(function) or inspect.isgeneratorfunction(function):
                raise ConfigError(f"functions.{name} is no plain function", "Give one that returns its result")
        self._functions = dict(functions)
        self._max_result_bytes = max_result_bytes

    @property
    def verbs(self) -> frozenset[str]:
        """The tools' names."""
        return frozenset(self._functions)

    def prepare(self, action: Action) -> PreparedTool:
        """Checks that the arguments fit the function. Raises PortRefused."""
        if not isinstance(action, ToolCall) or action.tool not in self._functions:
            raise PortRefused(f"There is no tool {action.verb}", "Use a tool that the gate was opened with")
        function = self._functions[action.tool]
        arguments: dict[str, Any] = action.canonical()["args"]  # a fresh copy, which the function may change
        try:
            inspect.signature(function).bind(**arguments)
        except TypeError as error:
            raise PortRefused(
                f"The function of {action.tool} does not take these arguments: {error}",
                "Make the tool's declaration and its function agree",
            ) from error
        except ValueError:
            pass  # some built-in functions have no signature; the call itself will tell
        return PreparedTool(action.tool, function, arguments, self._max_result_bytes)

    def close(self) -> None:
        """Nothing is held."""


class PreparedTool:
    """One call of one tool."""

    parts: tuple[Part, ...] = ()
    """Empty: a tool's parts come from its declaration, `policy.parts(action)`."""

    def __init__(self, tool: str, function: Callable[..., Any], arguments: dict[str, Any], max_bytes: int) -> None:
        self._tool = tool
        self._function = function
        self._arguments = arguments
        self._max_bytes = max_bytes

    def close(self) -> None:
        """Nothing is held."""

    def perform(self, permit: Permit) -> Effect:
        permit.check()
        try:
            value = self._function(**self._arguments)
        except (PortError, InDoubt, Contained):
            raise
        except Exception as error:
            raise InDoubt(
                f"The tool {self._tool} failed, and nobody knows how far it came: {type(error).__name__}: {error}"[
                    :600
                ],
                "Raise PortError in the tool where nothing has happened",
            ) from error
        return Effect(self._checked(value), {}, {"proof": OUTSIDE_THE_PROOF})

    def _checked(self, value: object) -> Any:
        """A copy of the result, if it is a bounded JSON value."""
        try:
            return json_copy(value, self._max_bytes)
        except ValueError as problem:
            raise InDoubt(
                f"The tool {self._tool} ran, but its result cannot be used: {problem}", "Return a small JSON value"
            ) from None


def json_copy(value: object, most: int) -> Any:
    """A copy of a JSON value of at most so many bytes. ValueError for anything else, in words."""
    problem = _not_json(value, "result", _MAX_DEPTH)
    if problem is not None:
        raise ValueError(problem)
    try:
        text = json.dumps(value, ensure_ascii=False)
        size = len(text.encode("utf-8"))
    except ValueError:  # lone surrogates, and integers of thousands of digits
        raise ValueError("result holds text that is no valid Unicode, or a number too long to write") from None
    if size > most:
        raise ValueError(f"result has {size} bytes, at most {most} are taken")
    return json.loads(text)


def _not_json(value: object, where: str, depth: int) -> str | None:
    """What is no JSON value in `value`, or None. Exact types only: a subclass may change between two looks."""
    if depth == 0:
        return f"{where} is nested too deeply"
    kind = type(value)
    if value is None or kind in (str, bool, int):
        return None
    if isinstance(value, float) and kind is float:
        return None if value - value == 0 else f"{where} is no number"
    if isinstance(value, list) and kind is list:
        items = [(f"{where}[{index}]", item) for index, item in enumerate(value)]
    elif isinstance(value, dict) and kind is dict:
        odd = next((key for key in value if type(key) is not str), None)
        if odd is not None:
            return f"{where} has a key of type {type(odd).__name__}"
        items = [(f"{where}.{key}", item) for key, item in value.items()]
    else:
        return f"{where} is a {kind.__name__}"
    return next((problem for name, item in items if (problem := _not_json(item, name, depth - 1))), None)
