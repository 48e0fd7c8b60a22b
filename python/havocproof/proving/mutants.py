"""Widenings that no claim notices: how much of a policy its claims hold fast (POLICY.md 2.16)."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from havocproof.analysis import Region, widened
from havocproof.policy.invariants import Invariant
from havocproof.proving import results
from havocproof.proving.altering import bounded
from havocproof.proving.comparing import engine, excluded, fixed
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
    trial = _Trial(policy, boxes)
    found = []
    for widening in widenings(policy):
        if progress is not None:
            progress(f"{widening.rule.id}: {widening.change}")
        found.append(trial.of(widening))
    return MutantReport(policy.name, policy.file, tuple(found), time.perf_counter() - started)


class _Trial:
    """What all widenings of one policy are held against."""

    def __init__(self, policy: Policy, boxes: int) -> None:
        self.boxes = boxes
        self.policy = policy
        proving = Proving(policy, boxes)
        self.holding = [claim for claim in policy.invariants if isinstance(proving.outcome(claim), results.Holds)]
        self.excluded = (excluded(policy), fixed(policy, policy))  # a widening has no test that the policy has not
        self.before = engine(policy, boxes, *self.excluded)

    def of(self, widening: Widening) -> Mutant:
        """What becomes of one widening."""
        now = Proving(widening.policy, self.boxes)
        noticed = tuple(
            claim.id
            for claim in self.holding
            if _speaks(claim, widening) and not isinstance(now.outcome(claim), results.Holds)
        )
        if noticed:
            return Mutant(widening.rule, widening.change, "noticed", noticed)
        if widening.remembers:
            return Mutant(widening.rule, widening.change, "unnoticed")
        return self._unnoticed(widening, now)

    def _unnoticed(self, widening: Widening, now: Proving) -> Mutant:
        """Whether it permits anything more at all, and what."""
        new = engine(widening.policy, self.boxes, *self.excluded)
        found = widened(new, self.before, self.boxes, widening.verbs)
        if found.regions and all(_example(region, now).verdict == "deny" for region in found.regions):
            # The rules permit more, and no budget has room for the example: ask about what budgets leave.
            left, was = (bounded(each, widening.verbs) for each in (widening.policy, self.policy))
            new, old = (engine(each, self.boxes, *self.excluded) for each in (left, was))
            found = widened(new, old, self.boxes, widening.verbs)
        for region in found.regions:
            return Mutant(widening.rule, widening.change, "unnoticed", (), _example(region, now))
        return Mutant(widening.rule, widening.change, "same" if found.complete else "undecided")


def _example(region: Region, now: Proving) -> Example:
    return now.showing.example(now.showing.aliases.filled(region.moment))


def _speaks(claim: Invariant, widening: Widening) -> bool:
    """Whether the claim can notice: it speaks of a verb that is widened, or looks at more than verdicts."""
    if claim.after or claim.claim == "narrower_than":
        return True
    if claim.most is not None:
        return any(counted.verbs & widening.verbs for counted in claim.most.counted)
    return any(region.verbs & widening.verbs for region in claim.regions)
