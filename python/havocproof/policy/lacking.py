"""What has to be done before: facts that are not done, and records that are not known (POLICY.md 2.15, `first`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from havocproof.kernel.source import Atom, Compared, Held, HeldIn, Kept, Listed, Part, Ref, Rule, Since, Test

if TYPE_CHECKING:
    from havocproof.policy.policy import Policy

_ON_RECORDS = (Listed, Held, HeldIn, Compared, Kept)


@dataclass(frozen=True, slots=True)
class Lacking:
    """What is lacking, in words of the policy. `facts`: JSON types, `facts` and `records` with what brings each."""

    why: str
    remedy: str
    facts: Mapping[str, Any]


def first(policy: Policy, part: Part, atom: Atom, failing: Mapping[str, Sequence[Test]], scene: Any) -> Lacking | None:
    """What a rule that nearly grants waits for; None if anything else keeps it from granting, too."""
    tests = [test for axis in failing.values() for test in axis]
    if scene is None or not tests or not all(failing.values()):
        return None
    facts = [test for test in tests if isinstance(test, Since) and test.want]
    records = [test for test in tests if _is_unknown(policy, test, part, atom, scene)]
    if len(facts) + len(records) < len(tests):
        return None
    return _lacking(policy, facts, records)


def unknown(policy: Policy, parts: Iterable[Part], rules: Iterable[Rule], scene: Any) -> Lacking | None:
    """The records that these forbids look at and that are not known; None if one of the forbids surely matches."""
    records: list[Test] = []
    for part in parts:
        for rule in rules:
            for atom in part.atoms:
                said = policy.kernel.reads(rule, part, atom, scene)
                if said == "yes":
                    return None
                if said == "unknown":
                    records += [test for test in rule.tests if _is_unknown(policy, test, part, atom, scene)]
    return _lacking(policy, [], records) if records else None


def _is_unknown(policy: Policy, test: Test, part: Part, atom: Atom, scene: Any) -> bool:
    if not isinstance(test, _ON_RECORDS):
        return False
    if isinstance(test, Kept):
        return test.want and policy.kernel.test(test, part, atom, scene) == "no"
    return policy.kernel.test(test, part, atom, scene) == "unknown"


def _lacking(policy: Policy, facts: Sequence[Since], tests: Sequence[Test]) -> Lacking:
    names = dict.fromkeys(name for test in tests if isinstance(test, _ON_RECORDS) for name in _records(test.ref))
    done = [{"fact": test.done.name, "by": policy.facts[test.done.name].by} for test in facts]
    known = [{"record": name, **_brought(policy, name)} for name in names]
    said: dict[str, Any] = {}
    if done:
        said["facts"] = done
    if known:
        said["records"] = known
    if done and known:
        return Lacking("Something has to be done and looked up before.", "Do that first, then this again.", said)
    if done:
        return Lacking("Something has to be done before.", f"First do {done[0]['by']}, then this again.", said)
    return Lacking("Something has to be looked up before.", "Look it up first, then do this again.", said)


def _records(ref: Ref) -> tuple[str, ...]:
    """The record that a test looks at, and the one that says its key."""
    return (ref.by[0], ref.record) if isinstance(ref.by, tuple) else (ref.record,)


def _brought(policy: Policy, name: str) -> dict[str, Any]:
    spec = policy.records[name]
    return {"tools": list(spec.tools)} if spec.tools else {"from": spec.source}
