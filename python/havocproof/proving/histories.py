"""`never ... after ... until`: proved by an invariant of all histories, not by walking through them.

Let M mean: something of `after` was permitted in this session, and nothing of `until` has succeeded since. As with
facts, what ends it does not begin it, though it may match both. Candidates say what the state is like while M is on:

    the session carries a label        if every permitted move of `after` brings it; no action takes a label away
    a fact is begun                    if every permitted move of `after` begins it; nothing takes that back
    a fact is not done                 if every permitted move of `after` resets it, and nothing but `until` sets it

Each "every" and each "nothing" is a question to the engine, asked with the other candidates as known. Candidates that
fail are dropped until none fails: what is left holds whenever M is on, in every history of any length. Then the claim
is asked as if it were about one action, with that known. Theorem H3 (dafny/Analysis/Undone.dfy) says of every run what
these answers together mean; `_covered` tells whether it applies. If this does not decide the claim, a history that
breaks it is looked for and replayed by the kernel; if none is found the claim is not decided.

Labels belong to a session, and so does M: what flows from one agent to another is the labels' business. Facts belong to
the run, and what is proved by them is true of whatever any agent of the run did.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from havocproof.analysis import Answer, Broken, Holds, Undecided
from havocproof.analysis import Moment as Move
from havocproof.kernel.source import (
    DONE,
    LABEL,
    MARK,
    Holding,
    Mark,
    Named,
    Placed,
    Ranged,
    Scoped,
    Scoping,
    Since,
    Stands,
    Test,
)
from havocproof.policy.invariants import Invariant
from havocproof.proving import results
from havocproof.proving.asking import Asking, Conjunction
from havocproof.proving.impossible import unlifted
from havocproof.proving.replay import Replay, untouched
from havocproof.proving.showing import Showing

_RUN = ("run",)
_SELF = ("self",)
_NEVER = "nothing of `after` is ever permitted"
_NO_HISTORY = "no invariant of the state was found that excludes it, and no history that leads there"
_ARGUED = "that this stays so is argued (decision 0016) and tried by random runs; each question behind it was proved"
_REMEDY = "Let a label come from every action under `after`, or a fact be undone by each of them."
Search = Callable[[Invariant, Conjunction], results.Outcome]


@dataclass(frozen=True, slots=True)
class Known:
    """One candidate. `test` is what it says of the state; `text` says it in words."""

    test: Test
    kind: str
    name: str
    text: str


class Histories:
    """Decides claims with `after`. `search` asks a claim as if it were about one action, with something known."""

    def __init__(self, asking: Asking, showing: Showing, search: Search) -> None:
        self.asking = asking
        self.policy = asking.policy
        self.showing = showing
        self.search = search
        rules = self.policy.source.rules
        self.leaving = [rule for rule in rules if rule.effect == "leave" and rule.mark is not None]

    def never(self, claim: Invariant) -> results.Outcome:
        """What becomes of the claim: kind by kind of the agent whose session it is about."""
        found: list[results.Outcome] = []
        for who in self._kinds():
            outcome = self._of_kind(claim, who)
            if isinstance(outcome, results.Broken):
                return outcome
            found.append(outcome)
        for outcome in found:
            if isinstance(outcome, results.Undecided):
                return outcome
        holding = [outcome for outcome in found if isinstance(outcome, results.Holds)]
        by = tuple(dict.fromkeys(text for outcome in holding for text in outcome.by))
        vacuous = {outcome.vacuous for outcome in holding}
        argued = next((outcome.argued for outcome in holding if outcome.argued), "")
        return results.Holds(vacuous.pop() if len(vacuous) == 1 else "", by, argued=argued)

    def _kinds(self) -> list[Conjunction]:
        """Who may act, as a test; one that says nothing if there is one kind of agent."""
        agents = self.policy.source.agents
        if len(agents) < 2:
            return [()]
        return [(Scoped("agent", frozenset({kind})),) for kind in agents]

    def _of_kind(self, claim: Invariant, who: Conjunction) -> results.Outcome:
        if not any(isinstance(answer, Broken | Undecided) for answer in self.beginnings(claim, who)):
            return results.Holds(_NEVER)
        known = [each for each in self._candidates() if self._begun(claim, each, who)]
        known = self._kept(claim, known)
        found = self.search(claim, (*known_tests(known), *who))
        match found:
            case results.Holds():
                return self._held(claim, who, known, found.vacuous)
            case results.Undecided():
                return found
        assert isinstance(found, results.Broken)
        beginnings = self._failing(claim, who)
        history = Replay(self.asking, self.showing).find(claim, (*known_tests(known), *who), beginnings)
        if history is not None:
            return results.Broken("After what stands in `after`, an action like this is permitted.", history)
        rules = found.example.rules if found.example is not None else ()
        return results.Undecided(_NO_HISTORY, rules, _REMEDY)

    def _held(self, claim: Invariant, who: Conjunction, known: Sequence[Known], vacuous: str) -> results.Holds:
        """With as little as does it: nothing known (theorem A1), one mark that only grows, or all of them (H3)."""
        if isinstance(self.search(claim, who), results.Holds):
            return results.Holds(vacuous)
        for each in known:
            if isinstance(each.test, Stands) and isinstance(self.search(claim, (each.test, *who)), results.Holds):
                known = [each]
                break
        argued = "" if all(map(self._covered, known)) else _ARGUED
        return results.Holds(vacuous, tuple(each.text for each in known), argued=argued)

    def _covered(self, each: Known) -> bool:
        """Whether theorem H3 speaks of it. What brings the label asks for labels at most, and none lifts it (`Plain`);
        what notes the fact is known of every action (`Evident`), since a rule counts where its tests may be met."""
        rules = [rule for rule in self.leaving if rule.mark is not None and rule.mark.name == each.name]
        if each.kind == "label":
            return all(_grows(test) for rule in rules for test in rule.tests) and not any(
                _grows(test) and _labels(test) for rule in rules for several in rule.unless for test in several
            )
        noting = [rule for rule in rules if rule.mark is not None and rule.mark.kind == DONE]
        return each.kind == "begun" or all(_evident(test) for rule in noting for test in rule.tests)

    def beginnings(self, claim: Invariant, missing: Conjunction = (), left: Mark | None = None) -> Iterator[Answer]:
        """Whether a move of `after` is ever permitted: in a state that passes `missing`, without leaving the mark."""
        for event in claim.after:
            for verb in sorted(event.verbs):
                leaving = self._leaves(left, verb) if left is not None else ()
                unless = (*ending(claim, verb), *leaving)
                if () not in unless:
                    yield self.asking.never(verb, (*event.tests, *missing), unless)

    # ---- candidates ----

    def _candidates(self) -> Iterator[Known]:
        for name in self.policy.labels:
            carried = Stands(Mark(LABEL, name, _SELF))
            yield Known(carried, "label", name, f"afterwards that session carries the label `{name}`")
        for name, text in self.policy.facts.items():
            if text.per:
                continue  # one fact for each value: which value it is, the claim does not say
            begun, done = Mark(MARK, name, _RUN), Mark(DONE, name, _RUN)
            reset = Mark(MARK, f"{name}~reset", _RUN)
            if not text.resets:
                yield Known(Stands(begun, text.lasts), "begun", name, f"afterwards `{name}` is begun in the run")
            if text.resets and not text.host:
                test = Since(done, reset, text.lasts, False)
                yield Known(
                    test, "undone", name, f"afterwards `{name}` is not done in the run, until `{text.by}` succeeds"
                )

    def _begun(self, claim: Invariant, each: Known, who: Conjunction) -> bool:
        """Whether every permitted move of `after` makes it true: of this session for a label, else of the whole run."""
        if isinstance(each.test, Stands) and each.test.lasts:
            return False  # it is forgotten in time
        left, _ = _left(each)
        acting = who if each.kind == "label" else ()
        return all(isinstance(answer, Holds) for answer in self.beginnings(claim, acting, left))

    def _leaves(self, mark: Mark, verb: str) -> tuple[Conjunction, ...]:
        """What surely leaves the mark. A rule that something lifts is left out: that is sound."""
        rules = (rule for rule in self.leaving if rule.mark == mark and verb in rule.verbs)
        return tuple(dict.fromkeys(tests for rule in rules for tests in unlifted(rule)))

    def _failing(self, claim: Invariant, who: Conjunction) -> list[Move]:
        """Moves of `after` that leave a candidate untrue: with these a history that breaks the claim may begin."""
        found: list[Answer] = []
        for fresh in (untouched(self.policy), ()):  # what needs nothing before it makes the shorter history
            for each in self._candidates():
                left, missing = _left(each)
                found += self.beginnings(claim, (*missing, *who, *fresh), left)
            found += self.beginnings(claim, (*who, *fresh))
        return [answer.moment for answer in found if isinstance(answer, Broken)]

    # ---- what keeps them ----

    def _kept(self, claim: Invariant, known: list[Known]) -> list[Known]:
        """Those that no permitted move makes false while M stays on, with all of them known."""
        while True:
            left = [each for each in known if self._stays(claim, each, known)]
            if len(left) == len(known):
                return known
            known = left

    def _stays(self, claim: Invariant, each: Known, known: Sequence[Known]) -> bool:
        if not isinstance(each.test, Since):
            return True  # labels and what was begun only grow
        given = known_tests(other for other in known if other.kind != "label")  # it may be done by another session
        for rule in self.leaving:
            if rule.mark != each.test.done:
                continue
            for verb in sorted(rule.verbs):
                unless = ending(claim, verb)
                if () not in unless and not isinstance(self.asking.never(verb, (*rule.tests, *given), unless), Holds):
                    return False
        return True


def ending(claim: Invariant, verb: str) -> tuple[Conjunction, ...]:
    """What of the verb ends the claim."""
    return tuple(event.tests for event in claim.until if verb in event.verbs)


def _left(each: Known) -> tuple[Mark, Conjunction]:
    """The mark that makes a candidate true, and what says that it is not true already."""
    if isinstance(each.test, Stands):
        return each.test.mark, (Stands(each.test.mark, 0, False),)
    assert isinstance(each.test, Since)
    return each.test.reset, ()


def _labels(test: Test) -> bool:
    return isinstance(test, Stands) and test.mark.kind == LABEL


def _grows(test: Test) -> bool:
    """Whether it is still met where more labels are carried."""
    return not (isinstance(test, Stands) and test.mark.kind == LABEL and not test.want)


def _evident(test: Test) -> bool:
    """Whether it is known of every action whether the test is met."""
    if isinstance(test, Ranged):
        return test.axis != "cost"  # which the provider may not tell
    return isinstance(test, Named | Placed | Holding | Stands | Since | Scoped | Scoping)


def known_tests(known: Iterable[Known]) -> Conjunction:
    return tuple(each.test for each in known)
