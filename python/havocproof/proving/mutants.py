"""Widenings that no claim notices: how much of a policy its claims hold fast (POLICY.md 2.16)."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from havocproof.analysis import Region, widened
from havocproof.policy.invariants import Invariant
from havocproof.proving import results
from havocproof.proving.altering import bounded
from havocproof.proving.asking import Asking
from havocproof.proving.prove import BOXES, Proving
from havocproof.proving.results import Example, Mutant, MutantReport
from havocproof.proving.widenings import Widening, widenings

if TYPE_CHECKING:
    from havocproof.policy.policy import Policy


def mutants(policy: Policy, *, boxes: int = BOXES, progress: Callable[[str], None] | None = None) -> MutantReport:
    """Widens each rule in turn, and asks the claims that hold of the policy whether they still do.

    `progress` is called with each widening before it is tried. Nothing is written.
    """
    started = time.perf_counter()
    proving = Proving(policy, boxes)
    holding = [claim for claim in policy.invariants if isinstance(proving.outcome(claim), results.Holds)]
    found = []
    for widening in widenings(policy):
        if progress is not None:
            progress(f"{widening.rule.id}: {widening.change}")
        found.append(_mutant(policy, widening, holding, proving, boxes))
    return MutantReport(policy.name, policy.file, tuple(found), time.perf_counter() - started)


def _mutant(policy: Policy, widening: Widening, holding: list[Invariant], before: Proving, boxes: int) -> Mutant:
    now = Proving(widening.policy, boxes)
    noticed = tuple(
        claim.id for claim in holding if _speaks(claim, widening) and not isinstance(now.outcome(claim), results.Holds)
    )
    if noticed:
        return Mutant(widening.rule, widening.change, "noticed", noticed)
    if widening.remembers:
        return Mutant(widening.rule, widening.change, "unnoticed")
    return _unnoticed(widening, now, before, boxes)


def _unnoticed(widening: Widening, now: Proving, before: Proving, boxes: int) -> Mutant:
    """Whether it permits anything more at all, and what."""
    found = widened(now.asking.engine, before.asking.engine, boxes, widening.verbs)
    if found.regions and all(_example(region, now).verdict == "deny" for region in found.regions):
        # The rules permit more, and no budget has room for the example: ask about what budgets leave.
        new, old = (Asking(bounded(proving.policy, widening.verbs), boxes).engine for proving in (now, before))
        found = widened(new, old, boxes, widening.verbs)
    for region in found.regions:
        return Mutant(widening.rule, widening.change, "unnoticed", (), _example(region, now))
    return Mutant(widening.rule, widening.change, "same" if found.complete else "undecided")


def _example(region: Region, now: Proving) -> Example:
    return now.showing.example(now.asking.aliases.filled(region.moment))


def _speaks(claim: Invariant, widening: Widening) -> bool:
    """Whether the claim can notice: it speaks of a verb that is widened, or looks at more than verdicts."""
    if claim.after or claim.claim == "narrower_than":
        return True
    if claim.most is not None:
        return any(counted.verbs & widening.verbs for counted in claim.most.counted)
    return any(region.verbs & widening.verbs for region in claim.regions)
