"""Reasons for mutants that no proof notices: proofs/survivors.toml, written by people and read at review.

A `[[survivor]]` gives its own `reason`, or says `because` of one under `[reasons]` that it shares with others.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from mutants.store import Key
from project import PROOFS, ToolError

FILE = f"{PROOFS}/survivors.toml"
_TEXTS = ("symbol", "operator", "was", "becomes")
_SHORTEST = 30
"""Characters: a reason is a sentence that a stranger can judge."""


def reasons(root: Path) -> dict[Key, str]:
    """The reason of each survivor, by the mutant's name; ToolError names the entry that cannot be read."""
    path = root / FILE
    if not path.is_file():
        return {}
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as fault:
        raise ToolError(f"{FILE}: is no TOML: {fault}") from fault
    entries, shared = document.get("survivor", []), document.get("reasons", {})
    if not isinstance(entries, list) or not isinstance(shared, dict):
        raise ToolError(f"{FILE}: entries begin with [[survivor]], reasons of several stand under [reasons]")
    told = {name: _sentence(f"{FILE}: reasons: {name}", reason) for name, reason in shared.items()}
    found: dict[Key, str] = {}
    unused = set(told)
    for number, entry in enumerate(entries, 1):
        key, reason = _read(f"{FILE}: survivor {number}", entry, told)
        unused.discard(str(entry.get("because", "")))
        if key in found:
            raise ToolError(f"{FILE}: survivor {number}: {key[0]} has this entry twice")
        found[key] = reason
    if unused:
        raise ToolError(f"{FILE}: reasons: nothing survives because of {', '.join(sorted(unused))}")
    return found


def _read(where: str, entry: object, shared: Mapping[str, str]) -> tuple[Key, str]:
    if not isinstance(entry, dict):
        raise ToolError(f"{where}: must be a table with {', '.join(_TEXTS)}, and reason or because")
    if extra := entry.keys() - {*_TEXTS, "nth", "reason", "because"}:
        raise ToolError(f"{where}: unknown: {', '.join(sorted(extra))}")
    if ("reason" in entry) == ("because" in entry):
        raise ToolError(f"{where}: must have one of reason and because")
    if "because" in entry and entry["because"] not in shared:
        raise ToolError(f"{where}: because: {entry['because']!r} does not stand under [reasons]")
    texts = [entry.get(name) for name in _TEXTS]
    for name, text in zip(_TEXTS, texts, strict=True):
        if not isinstance(text, str) or not text.strip():
            raise ToolError(f"{where}: {name} must be text")
    nth = entry.get("nth", 1)
    if type(nth) is not int or nth < 1:
        raise ToolError(f"{where}: nth must be a number from 1")
    symbol, operator, was, becomes = (str(text) for text in texts)
    reason = shared[entry["because"]] if "because" in entry else _sentence(where, entry["reason"])
    return (symbol, operator, was, becomes, nth), reason


def _sentence(where: str, reason: object) -> str:
    if not isinstance(reason, str) or len(reason.strip()) < _SHORTEST:
        raise ToolError(f"{where}: the reason must be a sentence, at least {_SHORTEST} characters")
    return " ".join(reason.split())


def template(key: Key) -> str:
    """The entry to be filled in for a survivor without a reason."""
    symbol, operator, was, becomes, nth = key
    lines = ["[[survivor]]", f"symbol = {_quoted(symbol)}", f"operator = {_quoted(operator)}"]
    lines += [f"was = {_quoted(was)}", f"becomes = {_quoted(becomes)}"]
    lines += [f"nth = {nth}"] if nth > 1 else []
    return "\n".join([*lines, 'reason = ""'])


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
