"""Reports as JSON and back: what the cache keeps. Reading is strict, and says no to all that writing did not write.

Each value of ours is an object with its class's name under `_`, so that no outcome can be read as another one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

TAG = "_"
_SCALARS = (str, int, bool, float)
T = TypeVar("T")


class Unreadable(Exception):
    """What was read is nothing that `encode` writes."""


def encode(value: Any) -> Any:
    """JSON types. Fields of type `object` are not kept."""
    if is_dataclass(value) and not isinstance(value, type):
        hints = _hints(type(value))
        kept = {name: encode(getattr(value, name)) for name in hints if hints[name] is not object}
        return {TAG: type(value).__name__, **kept}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {TAG: type(value).__name__, **{name: encode(each) for name, each in value._asdict().items()}}
    if isinstance(value, tuple):
        return [encode(each) for each in value]
    if isinstance(value, Mapping):
        return {key: encode(each) for key, each in value.items()}
    if value is None or isinstance(value, _SCALARS):
        return value
    raise TypeError(f"{type(value).__name__} is not kept")


def decode(kind: type[T], value: Any) -> T:
    """The value of this class. Raises `Unreadable`."""
    found: T = _read(kind, value)
    return found


def _read(kind: Any, value: Any) -> Any:
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        return _read(_member(get_args(kind), value), value)
    if origin is Literal:
        _want(any(type(value) is type(each) and value == each for each in get_args(kind)))
        return value
    if origin is tuple:
        inner = get_args(kind)
        _want(isinstance(value, list) and len(inner) == 2 and inner[1] is Ellipsis)
        return tuple(_read(inner[0], each) for each in value)
    if origin is not None and issubclass(origin, Mapping):
        _want(isinstance(value, dict))
        return {key: _read(get_args(kind)[1], each) for key, each in value.items()}
    if kind is NoneType:
        _want(value is None)
        return None
    if kind is float and type(value) is int:
        return float(value)
    if kind in _SCALARS:
        _want(type(value) is kind)
        return value
    return _object(kind, value)


def _object(kind: Any, value: Any) -> Any:
    hints = {name: hint for name, hint in _hints(kind).items() if hint is not object}
    _want(isinstance(value, dict) and value.keys() == {TAG, *hints} and value[TAG] == kind.__name__)
    return kind(**{name: _read(hint, value[name]) for name, hint in hints.items()})


def _member(kinds: tuple[Any, ...], value: Any) -> Any:
    """Which of the members of a union this is, told by its tag."""
    if value is None:
        _want(NoneType in kinds)
        return NoneType
    named = value.get(TAG) if isinstance(value, dict) else None
    for each in kinds:
        if each is not NoneType and (each is type(value) or (named and named == getattr(each, "__name__", ""))):
            return each
    raise Unreadable


@cache
def _hints(kind: Any) -> dict[str, Any]:
    """The types of the fields that a value is made of, in order."""
    hints = get_type_hints(kind)
    names = [each.name for each in fields(kind)] if is_dataclass(kind) else list(getattr(kind, "_fields", ()))
    _want(bool(names))
    return {name: hints[name] for name in names}


def _want(holds: bool) -> None:
    if not holds:
        raise Unreadable
