"""The smallest edit that makes a broken claim true: tried on the file, loaded, and proved on the edited policy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Protocol

from havocproof.errors import PolicyError
from havocproof.policy.invariants import Invariant
from havocproof.policy.policy import loads_policy
from havocproof.policy.problems import Problems
from havocproof.policy.reader import read
from havocproof.proving import results, writing
from havocproof.proving.asking import Asking
from havocproof.proving.candidates import Candidate, candidates
from havocproof.proving.comparing import compared
from havocproof.proving.results import Edit

if TYPE_CHECKING:
    from havocproof.policy.policy import Policy

MOST = 12
"""How many edits are tried."""
BOXES = 5_000
"""How many boxes are looked at for one question about an edited policy: an edit is a help, and not to be waited for."""


class Proves(Protocol):
    """Who proves claims of one policy."""

    asking: Asking

    def outcome(self, claim: Invariant) -> results.Outcome: ...


class Edits:
    """Edits of one policy. `proving` makes a prover of an edited one."""

    def __init__(self, policy: Policy, now: Proves, proving: Callable[[Policy], Proves]) -> None:
        self.policy = policy
        self.now = now
        self.proving = proving

    def improve(self, claim: Invariant, broken: results.Broken) -> results.Broken:
        """The result with the first edit that makes the claim true, if one of the candidates does."""
        edit = self._smallest(claim, broken)
        return replace(broken, edit=edit) if edit is not None else broken

    def _smallest(self, claim: Invariant, broken: results.Broken) -> Edit | None:
        root = read(self.policy.text, Problems(self.policy.file)) if self.policy.text else None
        if root is None:
            return None
        for candidate in islice(candidates(root, claim, broken), MOST):
            if self._does(candidate, claim):
                return candidate.edit
        return None

    def _does(self, candidate: Candidate, claim: Invariant) -> bool:
        """Whether the edited policy loads, the claim is true of it, and nothing is lost or opened by the way."""
        try:
            edited = loads_policy(writing.whole(candidate.root), self.policy.file, self.policy.folder)
        except PolicyError:
            return False
        proving = self.proving(edited)
        same = [each for each in edited.invariants if (each.id, each.guard) == (claim.id, claim.guard)]
        if not same or not isinstance(proving.outcome(same[0]), results.Holds):
            return False
        if candidate.rewrites:
            rules = (each for each in self.policy.source.rules if each.id == candidate.rewrites)
            opened = compared(edited, self.policy, BOXES, {verb for rule in rules for verb in rule.verbs})
            if opened.regions or not opened.complete:
                return False
        return all(self._kept(each, proving) for each in edited.invariants if each.claim in ("some", "always"))

    def _kept(self, other: Invariant, proving: Proves) -> bool:
        """Whether a claim that something is permitted is as true as it was before."""
        if isinstance(proving.outcome(other), results.Holds):
            return True
        before = [each for each in self.policy.invariants if (each.id, each.guard) == (other.id, other.guard)]
        return bool(before) and not isinstance(self.now.outcome(before[0]), results.Holds)
