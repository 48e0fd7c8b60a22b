"""Which records a decision lacks, and the reads by which the policy lets the gate fill them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from havocproof.kernel import bridge
from havocproof.kernel.source import Atom, Kept, Part, Rule, View
from havocproof.policy.fetches import looked_up
from havocproof.policy.recorded import record_key
from havocproof.policy.recordspec import RecordSpec

if TYPE_CHECKING:
    from havocproof.policy.policy import Policy

_DIGITS = 15


@dataclass(frozen=True, slots=True)
class Wanted:
    """A read that would fill a record: call `tool` with `arguments`. `key`: None if there is one of it in a run."""

    record: str
    key: str | None
    tool: str
    arguments: tuple[tuple[str, str | int], ...]

    def call(self) -> dict[str, Any]:
        """The wire form of the call."""
        return {"action": self.tool, "args": dict(self.arguments)}


def fetches(
    policy: Policy,
    parts: tuple[Part, ...],
    scopes: Mapping[str, str],
    groups: frozenset[str],
    now: int,
    view: View,
) -> tuple[Wanted, ...]:
    """The reads that could change the verdict on these parts, each once, in the order of the policy.

    A read is wanted if a rule looks at a record that is missing or too old, has a `fetch`, and no other test of the
    rule answers no. After a round of reads there may be more: a record whose key stood in one that was missing. The
    caller reads nothing twice for one decision.
    """
    if not policy.fetched:
        return ()
    scene = bridge.scene(dict(scopes), groups, now, view)
    found: dict[Wanted, None] = {}
    for part in parts:
        for rule in policy.fetched.get(part.verb, ()):
            if rule.effect in ("permit", "ask") and rule.group not in groups:
                continue
            for atom in part.atoms:
                wanted = list(_missing(policy.records, rule, atom, scopes["run"], now, view))
                if any(each not in found for each in wanted) and _open(policy, rule, part, atom, scene):
                    found |= dict.fromkeys(wanted)
    return tuple(found)


def _missing(
    specs: Mapping[str, RecordSpec], rule: Rule, atom: Atom, run: str, now: int, view: View
) -> Iterable[Wanted]:
    """The reads for all records that the rule looks at and the session does not hold."""
    for ref in looked_up(rule):
        key: str | None = None
        if isinstance(ref.by, str):
            key = atom.names.get(ref.by, "")
            if not key:
                continue
        elif ref.by is not None:
            record, field = ref.by
            known = view.records.get(record_key(record, run))
            if known is None or (ref.by_lasts and now - known.at >= ref.by_lasts):
                yield from _read(specs, record, None)
                continue
            if field not in known.ones:
                continue
            key = known.ones[field]
        held = view.records.get(record_key(ref.record, run, key))
        if held is None or (ref.lasts and now - held.at >= ref.lasts):
            yield from _read(specs, ref.record, key)


def _read(specs: Mapping[str, RecordSpec], record: str, key: str | None) -> Iterable[Wanted]:
    fetch = specs[record].fetch
    if fetch is None:
        return
    if key is None:
        yield Wanted(record, None, fetch.tool, ())
        return
    digits = key.removeprefix("-")
    if fetch.whole and not (digits.isascii() and digits.isdecimal() and len(digits) <= _DIGITS):
        return
    yield Wanted(record, key, fetch.tool, ((fetch.argument, int(key) if fetch.whole else key),))


def _open(policy: Policy, rule: Rule, part: Part, atom: Atom, scene: Any) -> bool:
    """Whether what is missing could decide about the rule: no other test of it answers no, and it is not lifted."""
    test = policy.kernel.test
    if any(not isinstance(each, Kept) and test(each, part, atom, scene) == "no" for each in rule.tests):
        return False
    return not any(
        conjunction and all(test(each, part, atom, scene) == "yes" for each in conjunction)
        for conjunction in rule.unless
    )
