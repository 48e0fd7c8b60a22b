"""What `havocproof explain` finds out: the kernel's verdict on one action, and what led to it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

from havocproof.actions import Action, SqlChange, SqlQuery, SqlSchema, parse_action
from havocproof.actions.amounts import format_amount
from havocproof.cli.amending import amendments
from havocproof.errors import ConfigError
from havocproof.gate.acting import Who
from havocproof.gate.clock import month_end, system_clock
from havocproof.gate.family import AMONG, policy_who
from havocproof.kernel import bridge
from havocproof.kernel.source import BUDGET, RATE, SOFT, Key, Part, View
from havocproof.policy import Policy, explain
from havocproof.policy.charges import written_name
from havocproof.stores.contents import key_of


def explained(
    policy: Policy,
    text: bytes,
    journal: Path | None = None,
    databases: Mapping[str, str] | None = None,
    scopes: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The verdict on the action in `text`, as JSON types. Nothing is performed, reserved or recorded.

    journal: whose state is used; none: nothing has been spent, and nothing is remembered. databases: SQLite files for
    SQL actions. scopes: tenant, user, session, run; "default" where not given; agent: the kind of the acting agent, ""
    for the one that nobody starts. What a single call decides is said: nothing is fetched for it.
    """
    action = policy.normalise(parse_action(text))
    now = system_clock()
    seen, view = _state(journal)
    now = max(now, seen)
    who = _who(policy, scopes or {})
    given, groups = who.scopes(), who.agent.uses
    with ExitStack() as stack:
        parts = _parts(policy, action, who, databases or {}, stack)
    kernel, end = policy.kernel, month_end(now)
    judged = kernel.judge(parts, given, groups, end, now, view)
    verdict = kernel.decide(parts, given, groups, end, now, seen, view, action.digest())
    scene = bridge.scene(given, groups, now, view)
    said = explain(policy, parts, verdict, scene)
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
        "matched": _matched(policy, parts, scene),
        "budgets": _budgets(policy, judged, view.nums, now),
        "change": [asdict(each) for each in amendments(policy, parts, verdict, scene)],
    }


def _who(policy: Policy, scopes: Mapping[str, str]) -> Who:
    kind = scopes.get("agent") or policy.agents.root
    if not kind:
        raise ConfigError("which agent acts is not said", f"Give --agent, one of {', '.join(policy.agents.roots)}.")
    tenant, user, session, run = (scopes.get(name, "default") for name in ("tenant", "user", "session", "run"))
    return Who(policy.kernel.root(kind), session, run, user, tenant, (session,))


def _parts(
    policy: Policy, action: Action, who: Who, databases: Mapping[str, str], stack: ExitStack
) -> tuple[Part, ...]:
    if isinstance(action, AMONG):
        return policy.agents.parts(action, policy_who(who), "new")
    if not isinstance(action, SqlChange | SqlQuery | SqlSchema):
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
    return policy.worded(prepared.parts)


def _state(journal: Path | None) -> tuple[int, View]:
    """When the journal's last step was, and what is remembered."""
    if journal is None:
        return 0, bridge.NOTHING
    from havocproof.stores import schema
    from havocproof.stores.journal import reading

    with reading(journal) as connection:
        schema.check(connection)
        last = schema.last_record(connection)
        return last.at_ms if last is not None else 0, schema.state(connection).view


def _atom(atom: Any) -> dict[str, Any]:
    return {"names": atom.names, "places": {axis: list(place) for axis, place in atom.places.items()}}


def _matched(policy: Policy, parts: tuple[Part, ...], scene: Any) -> list[dict[str, Any]]:
    """Every written rule that the kernel reads as speaking about some atom, in the order of the file."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for part in parts:
        for rule in policy.source.rules:
            text = policy.rules.get(rule.id)
            if rule.effect in ("charge", "leave") or text is None or part.verb not in rule.verbs:
                continue
            if rule.effect in ("permit", "ask") and rule.group not in scene.groups:
                continue
            answers = {policy.kernel.reads(rule, part, atom, scene) for atom in part.atoms} - {"no"}
            if answers:
                found[(part.verb, rule.id)] = {
                    "rule": rule.id,
                    "effect": text.effect,
                    "matches": "yes" if "yes" in answers else "unknown",
                    "line": text.line,
                    "part": part.verb,
                }
    return sorted(found.values(), key=lambda each: (each["line"], each["rule"]))


def _budgets(policy: Policy, judged: Any, cells: Mapping[Key, int], now: int) -> list[dict[str, str]]:
    """What budgets and rates would count, and what is left of them."""
    if not judged.is_Clear:
        return []
    found = []
    for listed, amount, limit, measure in bridge.charges_to_json(bridge.charges(judged)):
        key = key_of(listed)
        text = policy.budgets.get(written_name(key[1]))
        if key[0] not in (BUDGET, RATE, SOFT) or text is None:
            continue
        if key[0] == RATE:  # of a rate everything is a time: what one costs, and how far ahead of the clock it may be
            step = max(1, text.period)
            needs, left = str(amount // step), str((limit - max(0, cells.get(key, 0) - now)) // step)
        else:
            unit = (lambda n, currency=text.currency: format_amount(n, currency)) if text.currency else str
            needs, left = unit(amount), unit(max(0, limit - cells.get(key, 0)))
        found.append(
            {
                "budget": key[1],
                "measure": measure,
                "needs": needs,
                "left": left,
                "limit": text.soft.shown if key[0] == SOFT and text.soft is not None else text.shown,
                "per": ", ".join(text.per) + (f" every {text.every}" if text.every else ""),
            }
        )
    return found
