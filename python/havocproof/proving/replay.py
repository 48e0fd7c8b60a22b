"""Histories that break a claim with `after`: put together from moments, and believed once the kernel replayed them.

A history is: what sets the facts that the forbidden action needs, a move of `after`, the forbidden action; or the move
first, and then what sets the facts. Each step is decided by the kernel in the state that the steps before it left; an
ask is taken as approved. Records are told by tools and the host at any time, so that each step may find its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from havocproof.analysis import Broken, Moment
from havocproof.analysis.analyzer import MONTH_END
from havocproof.kernel import bridge
from havocproof.kernel.source import DONE, MARK, SELF, Grant, Key, Mark, Since, View
from havocproof.policy.invariants import Event, Invariant, Region
from havocproof.proving.asking import Asking, Conjunction, each_verb
from havocproof.proving.results import Example, Step
from havocproof.proving.showing import Showing

if TYPE_CHECKING:
    from havocproof.policy.policy import Policy

_MOST_BEGINNINGS = 24
_DEEP = 3  # facts that need facts
_DIGEST = "replayed"
_MOST_ASKED = 400 * 86_400_000
_RUN = ("run",)
_SHARED = ("tenant", "user", "session", "run")


class Replay:
    """Looks for histories under one policy."""

    def __init__(self, asking: Asking, showing: Showing) -> None:
        self.asking = asking
        self.policy = asking.policy
        self.showing = showing

    def find(self, claim: Invariant, known: Conjunction, first: Sequence[Moment]) -> Example | None:
        """A history after which the kernel permits what the claim excludes. `first`: moves to begin with."""
        beginnings = first[:_MOST_BEGINNINGS]
        for region, verb in each_verb(claim.regions):
            for fresh in (untouched(self.policy), ()):
                answer = self.asking.of_claim(claim, region, verb, (*known, *fresh))
                if isinstance(answer, Broken):
                    found = self._after(claim, beginnings, answer.moment, region)
                    if found is not None:
                        return found
        return None

    def _after(self, claim: Invariant, beginnings: Sequence[Moment], last: Moment, region: Region) -> Example | None:
        """A history that ends in this moment."""
        helping = self._helping(last)
        for begin in beginnings:
            before = self._helping(begin)
            for moves in ([*before, *helping, begin], [*before, begin, *helping]):
                found = self._replayed(claim, moves, begin, last, region)
                if found is not None:
                    return found
        return None

    def repeats(self, moment: Moment) -> bool:
        """Whether the kernel permits the moment again and again: three times, and the second left nothing new."""
        cells: dict[Key, int] = {}
        kept: list[frozenset[Key]] = []
        cells.update(moment.view.nums)
        for times in range(1, 4):
            verdict = self._permitted(_at(moment, moment, cells, moment.now + times))
            if verdict is None:
                return False
            self._settle(verdict, cells, moment.now + times)
            kept.append(frozenset(cells))
        return kept[0] == kept[1]

    def _settle(self, verdict: bridge.Verdict, cells: dict[Key, int], now: int) -> None:
        """What a permitted step leaves once it succeeded."""
        cells.update(bridge.writes(verdict))
        cells.update(self.policy.kernel.settle(verdict.charges, {}, True, now, now, cells))

    def _helping(self, moment: Moment, depth: int = 0) -> list[Moment]:
        """Moves that set the facts which a moment finds done, those first that the others need."""
        found: list[Moment] = []
        for key in sorted(moment.view.nums, key=str):
            if key[0] == DONE and depth < _DEEP:
                setting = self._setting(key[1])
                if setting is not None:
                    found += [*self._helping(setting, depth + 1), setting]
        return found

    def _setting(self, fact: str) -> Moment | None:
        """A move that sets a fact, one that needs nothing before it if there is one."""
        for fresh in (untouched(self.policy), ()):
            for rule in self.policy.source.rules:
                if (
                    rule.effect == "leave"
                    and rule.mark is not None
                    and (rule.mark.kind, rule.mark.name) == (DONE, fact)
                ):
                    for verb in sorted(rule.verbs):
                        answer = self.asking.never(verb, (*rule.tests, *fresh))
                        if isinstance(answer, Broken):
                            return answer.moment
        return None

    # ---- replaying ----

    def _replayed(
        self, claim: Invariant, moves: Sequence[Moment], begin: Moment, last: Moment, region: Region
    ) -> Example | None:
        """The example at the end of the moves, if the kernel permits each step and the last one is what is excluded."""
        cells: dict[Key, int] = {}
        steps: list[Step] = []
        on, now = False, last.now
        for move in moves:
            now += 1
            moment = _at(move, last, cells, now)
            verdict = self._permitted(moment)
            if verdict is None:
                return None
            self._settle(verdict, cells, now)
            if on and any(self._is(event, moment) for event in claim.until):
                return None
            on = on or move is begin
            shown = self.showing.example(moment)
            text = ", ".join([shown.word, *(f"{each.axis}: {each.text}" for each in shown.arguments)])
            steps.append(Step(text, "succeeds", shown.rules, moment.part, moment.scopes, moment.kind))
        moment = _at(last, last, cells, now + 1)
        example = self.showing.example(moment)
        approving = self._needs(moment) if example.verdict == "ask" else frozenset()
        excluded = example.verdict != "deny" and claim.approved not in approving
        about = self.showing.passes(region.tests, moment) and not any(
            self.showing.passes(tests, moment) for tests in region.unless
        )
        if not on or not excluded or not about or not self.showing.whole(moment):
            return None
        return replace(example, history=tuple(steps))

    def _needs(self, moment: Moment) -> frozenset[str]:
        return bridge.needs(self.showing.decide(moment))

    def _permitted(self, moment: Moment) -> bridge.Verdict | None:
        """The kernel's permit, with what it asks for approved; None if it refuses."""
        verdict = self.showing.decide(moment)
        if verdict.is_Asked:
            kernel, scopes = self.policy.kernel, dict(moment.scopes)
            grant = self._grant(bridge.needs(verdict), scopes, moment.now)
            view = View(moment.view.nums, moment.view.records, {kernel.grant_key(scopes, _DIGEST): grant})
            verdict = kernel.decide(
                (moment.part,), scopes, moment.groups, MONTH_END, moment.now, moment.now, view, _DIGEST
            )
        return verdict if verdict.is_Permitted and self.showing.whole(moment) else None

    def _grant(self, needs: frozenset[str], scopes: dict[str, str], now: int) -> Grant:
        """A request that everybody who is needed has approved."""
        kernel, user = self.policy.kernel, scopes.get("user", "")
        grant = kernel.ask(needs, user, now, _MOST_ASKED)
        for name in sorted(needs):
            for role, people in self.policy.source.quorums[name].roles:
                for number in range(people):
                    person = user if role == SELF else f"{role}-{number}"
                    grant = kernel.vote(grant, person, role, now) or grant
        return grant

    def _is(self, event: Event, moment: Moment) -> bool:
        return moment.part.verb in event.verbs and self.showing.passes(event.tests, moment)


def untouched(policy: Policy) -> Conjunction:
    """What is true of a session in which nothing was done yet: no fact is done."""
    return tuple(
        Since(Mark(DONE, name, _RUN), Mark(MARK, f"{name}~reset", _RUN), text.lasts, False)
        for name, text in policy.facts.items()
        if not text.per
    )


def _at(moment: Moment, last: Moment, cells: dict[Key, int], now: int) -> Moment:
    """The moment in the run of the last one, in the state that was reached."""
    scopes = {**moment.scopes, **{name: last.scopes[name] for name in _SHARED if name in last.scopes}}
    if moment.kind == last.kind:
        scopes = {**scopes, "self": last.scopes.get("self", "")}
    return replace(moment, scopes=scopes, now=now, view=View(dict(cells), moment.view.records, {}))
