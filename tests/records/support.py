"""Records as a policy declares them, and what is taken for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from havocproof.kernel.source import Record
from havocproof.policy.recordspec import RecordSpec
from havocproof.records import Fault, Told, from_result
from tests.policy.support import load

NOW = 1_764_000_000_000
LINES = """line: {key: {id: /id}, from: {tool: t, each: /rows/*}, fields: {
    owner: {one: name, at: ^/owner/name}, tag: {one: [a, b], at: /tag}}}"""
IDS = "r: {from: {tools: [t]}, fields: {ids: {many: name, at: /*}}}"
TOOLS = "tools: {t: {effect: read, args: {id: name}}, u: {effect: change, args: {id: name}}, all: {effect: read}}\n"


def specs(records: str) -> Mapping[str, RecordSpec]:
    """The records of a section in flow style; the tools `t`, `u` (by `id`) and `all` can fill them."""
    return load(f"{TOOLS}records: {{{records}}}\n").records


def told(records: str, result: Any, tool: str = "t", **arguments: Any) -> Told:
    """What a call of a tool tells."""
    return from_result(specs(records), tool, arguments or {"id": "K"}, result, NOW)


def stored(found: Told) -> dict[tuple[str, str | None], Record | None]:
    """New records by name and key; None for what is forgotten."""
    return {(each.record, each.key): each.new for each in found.records}


def only(found: Told) -> Record:
    """The one record that was told, without a fault."""
    assert found.faults == (), found.faults
    (each,) = found.records
    assert each.new is not None
    return each.new


def fault(found: Told) -> Fault:
    """The one fault."""
    (each,) = found.faults
    return each
