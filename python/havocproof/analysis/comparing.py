"""What one policy permits beyond another: region by region, each named by the line that made the difference."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Literal

from havocproof.analysis.analyzer import BUDGET, Analyzer, Maker
from havocproof.analysis.assumed import assumed
from havocproof.analysis.code import Prover
from havocproof.analysis.questions import Region, Widening
from havocproof.analysis.tables import needs_of, table_of
from havocproof.analysis.wording import Wording

MOST_REGIONS = 100
"""Regions of one verb that are told."""


def widened(new: Analyzer, old: Analyzer, budget: int = BUDGET, verbs: Collection[str] | None = None) -> Widening:
    """All that `new` permits and `old` does not, or not without asking. `budget`: boxes for each verb.

    `verbs`: those that are looked at; None: all that some rule of `new` speaks about.
    """
    regions: list[Region] = []
    whole, boxes, why = True, 0, ""
    for verb in new.verbs:
        if verb not in new.policy.source.axes or (verbs is not None and verb not in verbs):
            continue
        found, complete, used = _of_verb(new, old, verb, budget)
        regions += found
        boxes += used
        if not complete:
            whole = False
            why = why or f"`{verb}` was not decided within {budget} boxes, or an example of it could not be made"
    return Widening(tuple(regions), whole, boxes, why)


def _of_verb(new: Analyzer, old: Analyzer, verb: str, budget: int) -> tuple[list[Region], bool, int]:
    rests_on = assumed((new.policy, old.policy), verb)
    needs = needs_of((*new.code.rules, *old.code.rules), verb, rests_on)
    table = table_of(verb, needs, rests_on, None)
    maker = Maker(new, table)
    found, whole, left = Prover.default__.Widened(
        table.value, new.code, new.plan, old.code, budget, MOST_REGIONS, maker.make
    )
    wording = Wording(table, new.policy.cost_currency)
    regions = []
    for each in found:
        cause, rule = _cause(each.cause, new, old)
        moment = maker.by_atom[id(each.x.atom)]
        regions.append(Region(verb, cause, rule, moment, wording.bounds(each.box)))
    return regions, bool(whole), budget - left


def _cause(cause: Any, new: Analyzer, old: Analyzer) -> tuple[Literal["forbid", "ask", "permit"], str]:
    if cause.is_Unforbidden:
        return "forbid", old.policy.source.rules[cause.old__].id
    if cause.is_Unasked:
        return "ask", old.policy.source.rules[cause.old__].id
    return "permit", new.policy.source.rules[cause.new__].id
