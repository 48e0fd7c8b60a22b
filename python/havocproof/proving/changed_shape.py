"""What a declaration says, wherever it stands, and in which file it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from havocproof.policy import Policy
from havocproof.policy.labels import LabelText
from havocproof.policy.rules import RuleText

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


def layer(policy: Policy, name: str) -> str:
    """The file of the guard whose name stands before the slash, "" for the policy itself."""
    prefix, slash, _ = name.rpartition("/")
    texts: tuple[RuleText | LabelText, ...] = (*policy.rules.values(), *policy.labels.values())
    return next((each.file for each in texts if slash and each.file and _of(each, prefix)), "")


def _of(text: RuleText | LabelText, prefix: str) -> bool:
    name = text.id if isinstance(text, RuleText) else text.name
    return name.startswith(f"{prefix}/")
