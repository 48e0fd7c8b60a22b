"""What a session remembers by word of the host or by a tool's result: facts, labels, records (POLICY.md 2.7 to 2.9).

What the kernel sets by itself when it decides and settles is not here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from havocproof.actions import ToolCall
from havocproof.errors import ConfigError
from havocproof.gate.acting import Who
from havocproof.gate.people import is_name
from havocproof.kernel import bridge
from havocproof.kernel.source import Key, Mark
from havocproof.kernel.source import Record as Kept
from havocproof.ports.base import Effect
from havocproof.records import MAX_KEYS, Told, fits, from_host, from_prompt, from_result, record_key
from havocproof.stores import Record, Step

if TYPE_CHECKING:
    from havocproof.gate.gate import Gate
    from havocproof.gate.session import Session
    from havocproof.gate.way import Way

MOST_PROMPT = 1 << 20


def told_by(way: Way, effect: Effect, since: int) -> Told | None:
    """What the policy trusts of a tool's result; None if nothing of this tool's is recorded.

    It counts from the decision on, not from the answer: a record is never taken for younger than it is.
    """
    action, records = way.action, way.gate.policy.records
    if not records or not isinstance(action, ToolCall):
        return None
    told = from_result(records, action.tool, action.plain_arguments(), effect.result, since)
    return told if told.records or told.faults else None


def learn(gate: Gate, step: Step, who: Who, told: Told) -> tuple[list[tuple[Key, Kept | None]], list[dict[str, Any]]]:
    """The records as they are after all that was told, and what was not stored."""
    specs, known = gate.policy.records, step.view.records
    changed: dict[Key, Kept | None] = {}
    faults = [fault.form() for fault in told.faults]
    for each in told.records:
        key = record_key(each.record, who.run, each.key)
        before = changed[key] if key in changed else known.get(key)
        if each.new is None:
            if before is not None:
                changed[key] = None
            continue
        after = gate.kernel.learn(before, each.new, each.mode)
        fault = fits(specs, each.record, after)
        if fault is None and before is None and _keys(gate, step, who.run, changed) >= MAX_KEYS:
            fault_form = {"record": each.record, "field": "", "at": "", "problem": f"a run has {MAX_KEYS} keys already"}
            faults.append(fault_form)
        elif fault is not None:
            faults.append(fault.form())
        elif after != before:
            changed[key] = after
    return list(changed.items()), faults


def _keys(gate: Gate, step: Step, run: str, changed: dict[Key, Kept | None]) -> int:
    """How many records the run has."""
    new = sum(record is not None and key not in step.view.records for key, record in changed.items())
    return step.kept(run) + new


def prompt(session: Session, text: str) -> Record:
    """What the person typed. The text itself is not kept: only what the policy's finders found, and its SHA-256."""
    gate = session.gate
    if not isinstance(text, str) or len(text) > MOST_PROMPT:
        raise ConfigError(f"a prompt is text of at most {MOST_PROMPT} characters", "Pass what the person typed.")
    raw = text.encode("utf-8", "surrogatepass")
    body = {"session": session.id, "from": "prompt", "bytes": len(raw), "sha256": hashlib.sha256(raw).hexdigest()}
    with gate.working(), gate.step() as step:
        return _record(session, step, from_prompt(gate.policy.records, text, step.now), body)


def by_hand(session: Session, name: str, key: str | None, values: dict[str, Any]) -> Record:
    """A record by the host's word. ConfigError: the policy has none of that name for the host, or a wrong value."""
    gate = session.gate
    body = {"session": session.id, "from": "host", "record": name}
    with gate.working(), gate.step() as step:
        told = from_host(gate.policy.records, name, key, values, step.now)
        return _record(session, step, told, body)


def _record(session: Session, step: Step, told: Told, body: dict[str, Any]) -> Record:
    records, faults = learn(session.gate, step, session.who, told)
    return step.append("recorded", {**body, **({"unrecorded": faults} if faults else {})}, records=records)


def note(session: Session, fact: str, key: Sequence[str]) -> Record:
    """A fact by the host's word. ConfigError: the policy has no such fact for the host, or other keys."""
    gate = session.gate
    spec = gate.policy.facts.get(fact)
    if spec is None or not spec.host:
        named = ", ".join(name for name, each in gate.policy.facts.items() if each.host) or "none"
        raise ConfigError(f"the host cannot set a fact {fact}", f"Facts with `by: host`: {named}.")
    if len(key) != len(spec.per) or not all(is_name(value) for value in key):
        raise ConfigError(f"the fact {fact} is kept by {', '.join(spec.per) or 'the run'}", "Give one text for each.")
    names = dict(zip(spec.per, key, strict=True))
    return _tell(session, (spec.begun, spec.done), names, {"fact": fact, "key": list(key)})


def label(session: Session, name: str) -> Record:
    """A label by the host's word. ConfigError: the policy has no such label."""
    spec = session.gate.policy.labels.get(name)
    if spec is None:
        named = ", ".join(session.gate.policy.labels) or "none"
        raise ConfigError(f"the policy has no label {name}", f"Labels: {named}.")
    return _tell(session, (spec.mark,), {}, {"label": name})


def _tell(session: Session, marks: tuple[Mark, ...], names: dict[str, str], body: dict[str, Any]) -> Record:
    gate = session.gate
    keys = [bridge.mark_key(mark, session.scopes, names) for mark in marks]
    with gate.working(), gate.step() as step:
        cells = [
            written for key in keys if key is not None for written in gate.kernel.tell(key, step.now, step.view.nums)
        ]
        return step.append("told", {"session": session.id, "by": "host", **body}, cells=cells)
