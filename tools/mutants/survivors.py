"""Reasons for mutants that no proof notices: proofs/survivors.toml, written by people and read at review."""

from __future__ import annotations

import tomllib
from pathlib import Path

from mutants.store import Key
from project import PROOFS, ToolError

FILE = f"{PROOFS}/survivors.toml"
_TEXTS = ("symbol", "operator", "was", "becomes", "reason")
_SHORTEST = 30
"""Characters: a reason is a sentence that a stranger can judge."""


def reasons(root: Path) -> dict[Key, str]:
    """The reason of each survivor, by the mutant's name; ToolError names the entry that cannot be read."""
    path = root / FILE
    if not path.is_file():
        return {}
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8")).get("survivor", [])
    except tomllib.TOMLDecodeError as fault:
        raise ToolError(f"{FILE}: is no TOML: {fault}") from fault
    if not isinstance(entries, list):
        raise ToolError(f"{FILE}: entries begin with [[survivor]]")
    found: dict[Key, str] = {}
    for number, entry in enumerate(entries, 1):
        key, reason = _read(f"{FILE}: survivor {number}", entry)
        if key in found:
            raise ToolError(f"{FILE}: survivor {number}: {key[0]} has this entry twice")
        found[key] = reason
    return found


def _read(where: str, entry: object) -> tuple[Key, str]:
    if not isinstance(entry, dict):
        raise ToolError(f"{where}: must be a table with {', '.join(_TEXTS)}")
    if extra := entry.keys() - {*_TEXTS, "nth"}:
        raise ToolError(f"{where}: unknown: {', '.join(sorted(extra))}")
    texts = [entry.get(name) for name in _TEXTS]
    for name, text in zip(_TEXTS, texts, strict=True):
        if not isinstance(text, str) or not text.strip():
            raise ToolError(f"{where}: {name} must be text")
    nth = entry.get("nth", 1)
    if type(nth) is not int or nth < 1:
        raise ToolError(f"{where}: nth must be a number from 1")
    symbol, operator, was, becomes, reason = (str(text) for text in texts)
    if len(reason.strip()) < _SHORTEST:
        raise ToolError(f"{where}: the reason must be a sentence, at least {_SHORTEST} characters")
    return (symbol, operator, was, becomes, nth), " ".join(reason.split())


def template(key: Key) -> str:
    """The entry to be filled in for a survivor without a reason."""
    symbol, operator, was, becomes, nth = key
    lines = ["[[survivor]]", f"symbol = {_quoted(symbol)}", f"operator = {_quoted(operator)}"]
    lines += [f"was = {_quoted(was)}", f"becomes = {_quoted(becomes)}"]
    lines += [f"nth = {nth}"] if nth > 1 else []
    return "\n".join([*lines, 'reason = ""'])


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
