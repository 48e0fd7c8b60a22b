"""Widenings that no claim notices: how much of a policy its claims hold fast (POLICY.md 2.16)."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from havocproof.analysis import Analyzer, Region, widened
from havocproof.kernel.source import DONE
from havocproof.policy.invariants import Invariant
from havocproof.proving import results
from havocproof.proving.altering import about, bounded
from havocproof.proving.comparing import engine, excluded, fixed
from havocproof.proving.prove import BOXES, Proving
from havocproof.proving.results import Example, Mutant, MutantReport
from havocproof.proving.showing import Showing
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
        done = [rule for rule in policy.source.rules if rule.mark is not None and rule.mark.kind == DONE]
        self.doing = frozenset(verb for rule in done for verb in rule.verbs)
        self.excluded = (excluded(policy), fixed(policy, policy))  # a widening has no test that the policy has not
        self._before: dict[frozenset[str], Analyzer] = {}

    def of(self, widening: Widening) -> Mutant:
        """What becomes of one widening."""
        noticed = self._noticed(widening)
        if noticed:
            return Mutant(widening.rule, widening.change, "noticed", noticed)
        if widening.remembers:
            return Mutant(widening.rule, widening.change, "unnoticed")
        return self._unnoticed(widening)

    def _noticed(self, widening: Widening) -> tuple[str, ...]:
        """The claims that are not true any more. About one action only the rules about its verb say something."""
        verbs = widening.verbs
        whole: Proving | None = None
        part: Proving | None = None
        found = []
        for claim in self.holding:
            if claim.after or claim.most is not None or claim.narrower is not None:
                if self._speaks(claim, widening):
                    whole = whole or Proving(widening.policy, self.boxes)
                    if not isinstance(whole.outcome(claim), results.Holds):
                        found.append(claim.id)
                continue
            regions = tuple(
                region._replace(verbs=region.verbs & verbs) for region in claim.regions if region.verbs & verbs
            )
            if regions and claim.claim == "never":  # of the others a widening makes none false
                part = part or Proving(about(widening.policy, verbs), self.boxes)
                if not isinstance(part.outcome(replace(claim, regions=regions)), results.Holds):
                    found.append(claim.id)
        return tuple(found)

    def _speaks(self, claim: Invariant, widening: Widening) -> bool:
        """Whether a claim that looks at more than one action can notice."""
        verbs = widening.verbs
        if claim.most is not None:
            return any(counted.verbs & verbs for counted in claim.most.counted)
        if widening.remembers or not claim.after:
            return True
        spoken = frozenset(verb for each in claim.regions for verb in each.verbs)
        spoken |= frozenset(verb for event in claim.after for verb in event.verbs)
        return bool((spoken | self.doing) & verbs)

    def _unnoticed(self, widening: Widening) -> Mutant:
        """Whether it permits anything more at all, and what."""
        verbs, now = widening.verbs, Showing(widening.policy)
        new = engine(about(widening.policy, verbs), self.boxes, *self.excluded)
        found = widened(new, self._engine(verbs), self.boxes, verbs)
        if found.regions and all(_example(region, now).verdict == "deny" for region in found.regions):
            # The rules permit more, and no budget has room for the example: ask about what budgets leave.
            left, was = (bounded(about(each, verbs), verbs) for each in (widening.policy, self.policy))
            new, old = (engine(each, self.boxes, *self.excluded) for each in (left, was))
            found = widened(new, old, self.boxes, verbs)
        for region in found.regions:
            return Mutant(widening.rule, widening.change, "unnoticed", (), _example(region, now))
        return Mutant(widening.rule, widening.change, "same" if found.complete else "undecided")

    def _engine(self, verbs: frozenset[str]) -> Analyzer:
        """An engine for what the policy itself says of these verbs."""
        if verbs not in self._before:
            self._before[verbs] = engine(about(self.policy, verbs), self.boxes, *self.excluded)
        return self._before[verbs]


def _example(region: Region, now: Showing) -> Example:
    return now.example(now.aliases.filled(region.moment))
