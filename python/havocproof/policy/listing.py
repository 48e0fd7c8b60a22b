"""What an auditor reads first: for each permit and ask, the axes that it leaves free (POLICY.md 2.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from havocproof.policy.verbs import VIA

if TYPE_CHECKING:
    from havocproof.policy.policy import Policy


def free_axes(policy: Policy) -> dict[str, tuple[str, ...]]:
    """For each rule that permits or asks, by id: the axes of its verbs that no test of it bounds, in order.

    `any` says aloud that an axis is free, so it is listed too. Axes that only say what others say are left out: `port`
    where the service is tested, `name`, `ext` and `within` beside `path`, and `via`, as long as there are no programs.
    """
    found: dict[str, set[str]] = {}
    for each in policy.lowered:
        if each.rule.effect not in ("permit", "ask"):
            continue
        tested = set(each.axes)
        if "path" in tested:
            tested |= {"name", "ext", "within"}
        if "scheme" in tested:
            tested.add("port")
        free = found.setdefault(each.text.id, set())
        for verb in each.rule.verbs:
            free.update(
                name for name, axis in policy.verbs[verb].axes.items() if axis is not VIA and name not in tested
            )
    return {label: tuple(sorted(free)) for label, free in found.items()}
