"""What `havocproof explain` finds out: the kernel's verdict on one action, and what led to it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from havocproof.actions import Action, SqlChange, SqlQuery, SqlSchema, parse_action
from havocproof.actions.amounts import format_amount
from havocproof.errors import ConfigError
from havocproof.gate.clock import month_end, system_clock
from havocproof.kernel import bridge
from havocproof.kernel.source import Part
from havocproof.policy import Policy, explain
from havocproof.stores import Key


def explained(
    policy: Policy,
    text: bytes,
    journal: Path | None = None,
    databases: Mapping[str, str] | None = None,
    scopes: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The verdict on the action in `text`, as JSON types. Nothing is performed, reserved or recorded.

    journal: whose counters are used; none: nothing has been spent. databases: SQLite files for SQL actions.
    scopes: tenant, user, session, run; "default" where not given.
    """
    action = policy.normalise(parse_action(text))
    now = system_clock()
    cells = _cells(journal)
    with ExitStack() as stack:
        parts = _parts(policy, action, databases or {}, stack)
    given = {"": "", **dict.fromkeys(("tenant", "user", "session", "run"), "default"), **(scopes or {})}
    judged = policy.kernel.judge(parts, given, month_end(now), now)
    verdict = policy.kernel.reserve(judged, now, cells)
    said = explain(policy, parts, verdict)
    return {
        "action": action.canonical(),
        "digest": action.digest(),
        "policy": policy.digest,
        "verdict": said.kind if said.kind in ("permit", "ask") else f"deny {said.kind}",
        "rule": said.rule,
        "why": said.why,
        "remedy": said.remedy,
        "nearest": said.nearest,
        "failing_axes": list(said.failing_axes),
        "facts": said.facts,
        "parts": [
            {"verb": part.verb, "ints": part.ints, "atoms": [_atom(atom) for atom in part.atoms]} for part in parts
        ],
        "matched": _matched(policy, parts),
        "budgets": _budgets(policy, judged, cells),
    }


def _parts(policy: Policy, action: Action, databases: Mapping[str, str], stack: ExitStack) -> tuple[Part, ...]:
    if not isinstance(action, SqlQuery | SqlChange | SqlSchema):
        return policy.parts(action)
    if action.database not in databases:
        raise ConfigError(
            f"what a statement does, only its database can say, and {action.database} was not given",
            f"Give it: --database {action.database}=FILE",
        )
    from havocproof.ports.sql import SqlPort

    port = SqlPort(databases)
    stack.callback(port.close)
    prepared = port.prepare(action)
    stack.callback(prepared.close)
    return prepared.parts


def _cells(journal: Path | None) -> dict[Key, int]:
    if journal is None:
        return {}
    from havocproof.stores import schema
    from havocproof.stores.journal import reading

    with reading(journal) as connection:
        schema.check(connection)
        return schema.cells(connection)


def _atom(atom: Any) -> dict[str, Any]:
    return {"names": atom.names, "places": {axis: list(place) for axis, place in atom.places.items()}}


def _matched(policy: Policy, parts: tuple[Part, ...]) -> list[dict[str, Any]]:
    """Every rule that the kernel reads as speaking about some atom, in the order of the file."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for part in parts:
        for rule in policy.source.rules:
            if rule.effect == "charge" or part.verb not in rule.verbs:
                continue
            answers = {policy.kernel.reads(rule, part, atom) for atom in part.atoms} - {"no"}
            if answers:
                text = policy.rules[rule.id]
                found[(part.verb, rule.id)] = {
                    "rule": rule.id,
                    "effect": text.effect,
                    "matches": "yes" if "yes" in answers else "unknown",
                    "line": text.line,
                    "part": part.verb,
                }
    return sorted(found.values(), key=lambda each: (each["line"], each["rule"]))


def _budgets(policy: Policy, judged: Any, cells: Mapping[Key, int]) -> list[dict[str, str]]:
    if not judged.is_Clear:
        return []
    found = []
    for key, amount, limit, measure in bridge.charges_to_json(bridge.charges(judged)):
        text = policy.budgets[key[1]]
        unit = (lambda n, currency=text.currency: format_amount(n, currency)) if text.currency else str
        found.append(
            {
                "budget": text.name,
                "measure": measure,
                "needs": unit(amount),
                "left": unit(max(0, limit - cells.get(tuple(key), 0))),
                "limit": text.shown,
                "per": ", ".join(text.per) + (f" every {text.every}" if text.every else ""),
            }
        )
    return found
