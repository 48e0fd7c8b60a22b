"""What a declaration says, wherever it stands in its file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

_PLACES = frozenset({"line", "column", "file"})  # moving a declaration changes nothing


def shape(value: Any) -> Any:
    """What a declaration says, wherever it stands: equal shapes are declared alike."""
    if is_dataclass(value) and not isinstance(value, type):
        told = (each.name for each in fields(value) if each.name not in _PLACES)
        return (type(value).__name__, *(shape(getattr(value, name)) for name in told))
    if isinstance(value, Mapping):
        return tuple(sorted((str(key), shape(each)) for key, each in value.items()))
    if isinstance(value, frozenset | set):
        return tuple(sorted(repr(shape(each)) for each in value))
    if isinstance(value, tuple | list):
        return tuple(map(shape, value))
    return repr(value)
