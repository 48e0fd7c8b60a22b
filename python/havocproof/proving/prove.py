"""Proves the claims of a policy, one by one (POLICY.md 2.16)."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from havocproof.analysis import Answer, Broken, Holds, Moment, Undecided
from havocproof.policy.invariants import Invariant, Region
from havocproof.proving import results
from havocproof.proving.asking import Asking, Conjunction, each_verb
from havocproof.proving.calls import siblings
from havocproof.proving.edits import BOXES as EDIT_BOXES
from havocproof.proving.edits import Edits
from havocproof.proving.histories import Histories
from havocproof.proving.limits import at_most
from havocproof.proving.narrowing import narrower
from havocproof.proving.notices import notices
from havocproof.proving.results import Report, Result
from havocproof.proving.showing import Showing

if TYPE_CHECKING:
    from havocproof.policy.policy import Policy

BOXES = 50_000
"""How many boxes the engine looks at for one question, at most. The same question always looks at the same boxes."""


def prove(
    policy: Policy,
    *,
    boxes: int = BOXES,
    edits: bool = True,
    only: Collection[str] | None = None,
    progress: Callable[[Result], None] | None = None,
) -> Report:
    """Every claim of a policy and of the guards above it, and what is checked without being written.

    `boxes`: beyond so many a question is not decided. `edits`: look for the smallest edit that makes a broken claim
    true. `only`: the ids of the claims that are wanted. `progress` is called with each result as it is there.
    Raises nothing for what the policy says; `KeyboardInterrupt` leaves nothing behind.
    """
    started = time.perf_counter()
    proving = Proving(policy, boxes)
    found = []
    for claim in policy.invariants:
        if only is None or claim.id in only:
            result = proving.result(claim, edits)
            found.append(result)
            if progress is not None:
                progress(result)
    told = notices(policy, proving.asking) if only is None else ()
    return Report(
        policy.name,
        policy.version,
        policy.digest,
        policy.file,
        tuple(found),
        told,
        proving.asking.boxes,
        time.perf_counter() - started,
    )


class Proving:
    """Proves claims of one policy, all with one engine."""

    def __init__(self, policy: Policy, boxes: int = BOXES) -> None:
        self.policy = policy
        self.boxes = boxes
        self.asking = Asking(policy, boxes)
        self.showing = Showing(policy)

    def result(self, claim: Invariant, edits: bool = False) -> Result:
        """One claim. `edits`: with the smallest edit that makes it true, if it is broken."""
        started, before = time.perf_counter(), self.asking.boxes
        outcome = self.outcome(claim)
        if edits and isinstance(outcome, results.Broken):
            outcome = Edits(self.policy, self, self._edited).improve(claim, outcome)
        return Result(
            claim.id,
            claim.claim,  # type: ignore[arg-type]
            claim.text,
            claim.file,
            claim.line,
            outcome,
            claim.guard,
            self.asking.boxes - before,
            time.perf_counter() - started,
        )

    def _edited(self, policy: Policy) -> Proving:
        return Proving(policy, min(self.boxes, EDIT_BOXES))

    def outcome(self, claim: Invariant) -> results.Outcome:
        """What becomes of a claim, without an edit."""
        match claim.claim:
            case "some":
                return self._some(claim)
            case "at_most":
                return at_most(claim, self.asking, self.showing)
            case "narrower_than":
                return narrower(claim, self.policy, self.showing, self.boxes)
        if claim.after:
            return Histories(self.asking, self.showing, self.search).never(claim)
        return self.search(claim)

    def search(self, claim: Invariant, more: Conjunction = ()) -> results.Outcome:
        """`never` and `always`, verb by verb. `more`: what is known of the state."""
        vacuous = True
        open_: tuple[Undecided, str] | None = None
        for region, verb in each_verb(claim.regions):
            answer, example = self._asked(claim, region, verb, more)
            if example is not None:
                return results.Broken(_why(claim, region, example), example)
            if isinstance(answer, Undecided):
                open_ = open_ or (answer, verb)
            vacuous = vacuous and isinstance(answer, Holds) and answer.vacuous
        if open_ is not None:
            return self.undecided(*open_)
        return results.Holds(_VACUOUS.get(claim.claim, "") if vacuous and _may_be_vacuous(claim) else "")

    def _asked(
        self, claim: Invariant, region: Region, verb: str, more: Conjunction = ()
    ) -> tuple[Answer, results.Example | None]:
        """The engine's answer in one region, and the example that breaks the claim, or shows `some`.

        What the kernel refuses only because no budget has room for it is no example, but of `always`.
        """
        answer = self.asking.of_claim(claim, region, verb, more)
        for room in (False, True):
            if room:
                answer = self.asking.with_room(claim, region, verb, more)
            if isinstance(answer, Broken):
                example = self.showing.example(answer.moment, self.showing.bounds(answer))
                if not self._about(region, more, answer.moment):
                    return Undecided(answer.boxes, answer.rules, _ELSEWHERE), None
                if claim.claim == "always" and example.verdict != "permit":
                    return answer, example
                if claim.claim != "always" and example.verdict != "deny":
                    return (answer, example) if self.showing.whole(answer.moment) else (self._apart(verb, answer), None)
            if isinstance(answer, Holds) or claim.claim == "always":
                return answer, None
        if isinstance(answer, Broken):
            answer = Undecided(answer.boxes, answer.rules, _UNCOUNTED)
        return answer, None

    def _about(self, region: Region, more: Conjunction, moment: Moment) -> bool:
        """Whether the moment is what the claim is about, by the kernel's own tests."""
        return self.showing.passes((*region.tests, *more), moment) and not any(
            self.showing.passes(tests, moment) for tests in region.unless
        )

    def _apart(self, verb: str, answer: Broken) -> Holds | Undecided:
        """An effect that passes by itself, and whose call did not: it never does if another effect of it never does."""
        for other in siblings(self.policy, verb):
            if isinstance(self.asking.never(other, ()), Holds):
                return Holds(answer.boxes)
        return Undecided(answer.boxes, answer.rules, _APART)

    def undecided(self, answer: Undecided, verb: str) -> results.Undecided:
        """What was not decided, with the rules that meet there."""
        rules = [self.showing.line(label) for label in answer.rules] or self._meeting(verb)
        return results.Undecided(answer.why, tuple(rules), _REMEDY)

    def _meeting(self, verb: str) -> list[results.Line]:
        """The first rules about a verb, where the engine names none."""
        found = dict.fromkeys(
            each.text.id
            for each in self.policy.lowered
            if verb in each.rule.verbs and each.rule.effect in ("permit", "ask", "forbid", "require")
        )
        return [self.showing.line(label) for label in list(found)[:_FEW]]

    def _some(self, claim: Invariant) -> results.Outcome:
        """Something is permitted, or asked: the contrary of `never`."""
        open_: tuple[Undecided, str] | None = None
        for region, verb in each_verb(claim.regions):
            answer, example = self._asked(claim, region, verb)
            if example is not None:
                return results.Holds(example=example)
            if isinstance(answer, Undecided):
                open_ = open_ or (answer, verb)
        if open_ is not None:
            return self.undecided(*open_)
        return results.Broken("Nothing like this is permitted in any state, nor asked.")


_FEW = 10
_REMEDY = "Ask about less under `where`, or let the rules that meet there differ in fewer tests."
_APART = "this effect passes by itself, and no call was found in which the other effects of its tool pass as well"
_ELSEWHERE = "what was found is not what the claim is about, once it is put as an action"
_UNCOUNTED = "the rules permit it, and the kernel refuses what it cannot count, so that no real action was found"


_VACUOUS = {
    "never": "nothing that it speaks of is ever permitted, excused or not",
    "always": "there is no such action",
}


def _may_be_vacuous(claim: Invariant) -> bool:
    """That nothing at all is permitted is what `never` says where it excuses nothing."""
    return claim.claim != "never" or bool(claim.approved) or any(region.unless for region in claim.regions)


def _why(claim: Invariant, region: Region, example: results.Example) -> str:
    """One sentence on what is wrong."""
    if claim.claim == "always":
        word = {"ask": "is asked", "deny": "is refused"}.get(example.verdict, "is not permitted")
        return f"An action like this {word}."
    does = "is permitted" if example.verdict == "permit" else f"is permitted once {_people(example)} approved"
    if region.box:
        return f"Starting `{region.box}` {does}, and its box lets it do this: `{region.word}`."
    return f"An action like this {does}."


def _people(example: results.Example) -> str:
    return " and ".join(f"`{need}`" for need in example.needs) or "somebody"
