"""What an auditor reads first: which values are trusted, whoever wrote them (POLICY.md 2.7), and the axes that permits
and asks leave free (2.2).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from havocproof.policy.recordspec import HOST, PROMPT, FieldSpec, Only, RecordSpec
from havocproof.policy.verbs import VIA

if TYPE_CHECKING:
    from havocproof.policy.policy import Policy


def trusted(policy: Policy) -> dict[str, str]:
    """For each field of a record, as `order.status`: where its values come from and what they are.

    An attacker reads this first: who can write there chooses what the policy compares with.
    """
    return {
        f"{record.name}.{field.name}": f"{_origin(record, field)}, as {_type(field)}"
        for record in policy.records.values()
        for field in record.fields.values()
    }


def _origin(record: RecordSpec, field: FieldSpec) -> str:
    if record.source == PROMPT:
        return f"{field.find} in what the person typed"
    if record.source == HOST:
        return "what the host says"
    rows = "" if record.each is None else f" in {record.each.text}{_only(record.only)}"
    at = field.at.text if field.at is not None else ""
    return f"{at or 'the whole'} of {', '.join(record.tools)}{rows}{_only(field.only)}"


def _only(only: Only) -> str:
    return "".join(f" where {key} is {' or '.join(sorted(texts))}" for key, texts in only)


def _type(field: FieldSpec) -> str:
    declared = field.type
    words = {"enum": f"one of {', '.join(declared.names)}", "decimal": f"an amount {declared.currency}".strip()}
    return f"{'many: ' if field.many else ''}{words.get(declared.kind, declared.kind)}"


def free_axes(policy: Policy) -> dict[str, tuple[str, ...]]:
    """For each rule that permits or asks, by id: the axes of its verbs that no test of it bounds, in order.

    `any` says aloud that an axis is free, so it is listed too. Axes that only say what others say are left out: `port`
    where the service is tested, `name`, `ext` and `within` beside `path`, and `via`, as long as there are no programs.
    """
    found: dict[str, set[str]] = {}
    for each in policy.lowered:
        if each.rule.effect not in ("permit", "ask") or each.text.id.startswith("agents:"):
            continue
        tested = set(each.axes)
        if "path" in tested:
            tested |= {"name", "ext", "within"}
        if "scheme" in tested:
            tested.add("port")
        free = found.setdefault(each.text.id, set())
        for verb in each.rule.verbs:
            free.update(
                name
                for name, axis in policy.verbs[verb].axes.items()
                if name not in tested and (axis is not VIA or policy.programs)
            )
    return {label: tuple(sorted(free)) for label, free in found.items()}
