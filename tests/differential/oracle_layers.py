"""Reading policy files, and the layers that they stand in (POLICY.md 2.1, 2.14). Part of the oracle."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from tests.differential.oracle_events import PolicyText

SHARED = ("sets", "tools", "programs", "servers", "records")


def read(text: str, files: Mapping[str, str] | None = None) -> PolicyText:
    """A policy file, every scalar as text (2.1). `files` are the texts of the files that it names.

    Names of a vocabulary stand in the policy as if they were its own. `under` holds the guards themselves.
    """
    plain: PolicyText = yaml.load(text, Loader=yaml.BaseLoader)  # it makes text, lists and dicts only
    for name in plain.pop("vocabulary", []):
        words = read((files or {})[name.partition("@")[0]], files)
        for section in SHARED:
            if section in words:
                plain[section] = {**plain.get(section, {}), **words[section]}
    plain["under"] = [read((files or {})[name.partition("@")[0]], files) for name in plain.get("under", [])]
    return plain


def layers(policy: PolicyText) -> list[PolicyText]:
    """The policy and every guard above it."""
    return [policy, *(layer for guard in policy.get("under", []) for layer in layers(guard))]


def is_guard(layer: PolicyText) -> bool:
    return layer.get("kind") == "guard"


def approvals(policy: PolicyText) -> dict[str, Any]:
    """The approvals of all layers by their names."""
    return {name_in(layer, name): one for layer in layers(policy) for name, one in layer.get("approvals", {}).items()}


def name_in(layer: PolicyText, name: str) -> str:
    """The name of an approval of a layer, as the whole of the layers knows it: a guard's stands behind its own."""
    return f"{layer['policy']}/{name}" if is_guard(layer) else name
