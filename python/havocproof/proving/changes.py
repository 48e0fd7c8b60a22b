"""What two policies declare differently: the half of a difference that no region of actions says.

A permit that is wider shows as a region. A raised budget does not, nor an approval that fewer people give, nor a label
that nothing sets any more: these are compared here, name by name. Everything that can let more happen is told; what is
told as "changed" was not shown to be wider or narrower, and is to be read by a person.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from havocproof.policy import Policy
from havocproof.proving.changed_agents import agents
from havocproof.proving.changed_limits import allowances, approvals, limits
from havocproof.proving.changed_shape import layer, shape
from havocproof.proving.results import Change


def changes(old: Policy, new: Policy) -> tuple[Change, ...]:
    """Every difference, by area and name. Equal declarations give none, wherever they stand."""
    found = [
        *limits(old, new),
        *approvals(old, new),
        *allowances(old, new),
        *agents(old, new),
        *_marks("fact", old, new, old.facts, new.facts),
        *_marks("label", old, new, old.labels, new.labels),
        *_records(old, new),
        *_declared("tool", old.tools, new.tools, "stands for other effects or arguments than before"),
        *_declared("program", old.programs, new.programs, "is started or boxed otherwise than before"),
        *_declared("server", old.servers, new.servers, "is another one than before"),
    ]
    if shape(old.redactions) != shape(new.redactions):
        text = "what is hidden from the journal, from approvers and from the model is said otherwise than before"
        found.append(Change("redaction", "redact", text, "changed", "", 0))
    return tuple(_placed(each, old, new) for each in found)


def _placed(change: Change, old: Policy, new: Policy) -> Change:
    """With the file of its guard, where its name begins with one."""
    if change.file or change.area not in ("budget", "rate", "approval", "fact"):
        return change
    return replace(change, file=layer(old if change.text.endswith("is gone") else new, change.name))


def _marks(
    area: str, old: Policy, new: Policy, befores: Mapping[str, Any], afters: Mapping[str, Any]
) -> Iterator[Change]:
    """Facts and labels: by which actions they are set and reset, and whether the host may set them."""
    for name in sorted({*befores, *afters}):
        before: Any = befores.get(name)
        after: Any = afters.get(name)
        if after is None:
            text = f"{area} `{name}` is gone, and with it what sessions hold of it"
            yield Change(area, name, text, "forgets", "", before.line)
            continue
        file = getattr(after, "file", "")
        if before is None:
            yield Change(area, name, f"{area} `{name}` is new", "narrower", file, after.line)
            continue
        was, now = _setting(old, f"{area}:{name}"), _setting(new, f"{area}:{name}")
        if was == now and before.host == after.host:
            continue
        if area == "label" and was <= now and (after.host or not before.host):  # more is held back
            yield Change(area, name, f"label `{name}` is set by more actions than before", "narrower", file, after.line)
        else:
            text = f"{area} `{name}` is set or reset by other actions than before"
            yield Change(area, name, text, "changed", file, after.line)


def _setting(policy: Policy, label: str) -> frozenset[tuple[object, ...]]:
    """The kernel's rules that leave the marks of a fact or a label, one for each verb."""
    return frozenset(
        (verb, frozenset(rule.tests), frozenset(map(frozenset, rule.unless)), rule.mark)
        for rule in policy.source.rules
        if rule.effect == "leave" and rule.id == label
        for verb in rule.verbs
    )


def _records(old: Policy, new: Policy) -> Iterator[Change]:
    for change in _declared("record", old.records, new.records, "is filled otherwise than before"):
        if change.effect == "neutral" and change.name not in new.records:
            text = f"record `{change.name}` is gone, and with it what sessions hold of it"
            yield Change("record", change.name, text, "forgets", change.file, change.line)
        else:
            yield change


def _declared(area: str, befores: Mapping[str, Any], afters: Mapping[str, Any], otherwise: str) -> Iterator[Change]:
    """Declarations of one kind. One that is new or gone lets nothing happen by itself: rules permit."""
    for name in sorted({*befores, *afters}):
        before: Any = befores.get(name)
        after: Any = afters.get(name)
        if before is None:
            yield Change(area, name, f"{area} `{name}` is new", "neutral", getattr(after, "file", ""), after.line)
        elif after is None:
            yield Change(area, name, f"{area} `{name}` is gone", "neutral", getattr(before, "file", ""), before.line)
        elif shape(before) != shape(after):
            text = f"{area} `{name}` {otherwise}"
            yield Change(area, name, text, "changed", getattr(after, "file", ""), after.line)
