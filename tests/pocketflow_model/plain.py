"""Values in runs: those that user code throws at the package, and their plain form, which log and model share.

A plain form is a tuple that begins with the value's kind: `("int", 1)`, `("list", (...))`. Exceptions have one too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

Plain = tuple[Any, ...]

NONE: Plain = ("none",)


class Err(Exception):
    """What a hook raises when it fails."""

    def __init__(self, number: int) -> None:
        self.number = number


class Base(BaseException):
    """What leaves every handler of the package."""

    def __init__(self, number: int) -> None:
        self.number = number


class Stop(BaseException):
    """The step budget is spent."""


class Stray(BaseException):
    """A label that strict mode does not let through."""


class Thing:
    """Any other object."""

    def __init__(self, number: int) -> None:
        self.number = number


class Sub(str):
    """A str that hashes and compares as another one."""

    like: str

    def __new__(cls, text: str, like: str) -> Sub:
        made = super().__new__(cls, text)
        made.like = like
        return made

    def __hash__(self) -> int:
        return hash(self.like)

    def __eq__(self, other: object) -> bool:
        return (other.like if isinstance(other, Sub) else other) == self.like

    def __ne__(self, other: object) -> bool:
        return not self == other


class Lazy:
    """An iterator whose items user code makes up when it is asked."""

    def __init__(self, number: int, ask: Callable[[], Any]) -> None:
        self.number, self.ask = number, ask

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        return self.ask()


def plain(value: Any) -> Plain:
    kind = type(value)
    if value is None:
        return NONE
    if kind in (bool, int, str):
        return (kind.__name__, value)
    if kind is float:
        return ("float", value.as_integer_ratio())
    if kind is Sub:
        return ("sub", str.__str__(value), value.like)
    if kind is list:
        return ("list", tuple(map(plain, value)))
    if kind is dict:
        return ("dict", tuple((plain(key), plain(item)) for key, item in value.items()))
    if kind is Lazy:
        return ("gen", value.number)
    if kind is Thing:
        return ("obj", value.number)
    return ("alien", kind.__name__)


_NAMED = {
    TypeError: "TypeError",
    RuntimeError: "RuntimeError",
    UserWarning: "UserWarning",
    Stop: "Stopped",
    Stray: "Stray",
}


def plain_exception(fault: BaseException) -> Plain:
    kind = type(fault)
    if isinstance(fault, Err):
        return ("user", fault.number)
    if isinstance(fault, Base):
        return ("base", fault.number)
    if kind in _NAMED:
        return (_NAMED[kind],)
    if isinstance(fault, asyncio.CancelledError):
        return ("Cancelled",)
    return ("alien", repr(fault))
