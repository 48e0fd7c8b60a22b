"""Questions about one policy, asked and answered: tables and examples are made here, and proved code decides."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from havocproof.analysis import code
from havocproof.analysis.assumed import Assumed, assumed
from havocproof.analysis.building import NOW, Builder, Unbuildable
from havocproof.analysis.code import Coords, Grid, Lower, Prover, Reads
from havocproof.analysis.idle import dead_rules
from havocproof.analysis.questions import Answer, Broken, DeadRule, Holds, Moment, Question, Undecided
from havocproof.analysis.remembered import carried
from havocproof.analysis.tables import Needs, Table, needs_of, table_of
from havocproof.analysis.wording import Wording
from havocproof.errors import ConfigError
from havocproof.kernel import bridge
from havocproof.kernel import source as src
from havocproof.kernel.lowered import to_test
from havocproof.policy import Policy

BUDGET = 50_000
"""Boxes that one question may look at."""
TRIES = 40
"""Boxes that are skipped because no example fits them, before a question is given up."""
MONTH_END = NOW + 20 * 86_400_000


class Analyzer:
    """Answers questions about one policy. It keeps what it has made for a verb; answers do not depend on the order."""

    def __init__(self, policy: Policy, *, budget: int = BUDGET) -> None:
        self.policy = policy
        self.budget = budget
        self.code, self.plan = code.load(policy.source)
        self._needs: dict[str, tuple[Assumed, Needs]] = {}

    @cached_property
    def verbs(self) -> tuple[str, ...]:
        """Every verb that some rule speaks about."""
        return tuple(dict.fromkeys(verb for rule in self.policy.source.rules for verb in sorted(rule.verbs)))

    def ask(self, question: Question) -> Answer:
        """The answer. ConfigError for a verb that the policy does not have."""
        if question.verb not in self.policy.source.axes:
            raise ConfigError(f"the policy has no verb {question.verb}", "Ask about one of policy.source.axes")
        region = tuple(map(to_test, question.region))
        unless = tuple(tuple(map(to_test, tests)) for tests in question.unless)
        unless += self._allowed(question)
        table = self.table(question.verb, (region, *unless), question.kinds)
        asked = code.question(question.claim, region, unless, tuple(sorted(question.approved)))
        result, left, made = self._prove(table, asked, self.code, self.plan)
        boxes = self.budget - left
        if result.is_Holds__:
            if question.claim == "some":
                return self._nothing(table, asked, boxes)
            return Holds(boxes, self._vacuous(question, table, region, unless))
        if result.is_Broken:
            return self._broken(question, table, result, made, boxes)
        return self._undecided(table, asked, result, boxes)

    def dead(self) -> tuple[DeadRule, ...]:
        """Rules that change no verdict of any moment, in the policy's order. Rules that share an id are one."""
        return dead_rules(self)

    # ---- parts of an answer ----

    def _prove(self, table: Table, asked: Any, policy: Any, plan: Any) -> tuple[Any, int, list[Moment]]:
        """The result of the proved code, the budget that is left, and the moments that were tried, in order."""
        builder = Maker(self, table)
        result, left = Prover.default__.Prove(table.value, policy, plan, asked, self.budget, TRIES, builder.make)
        if result.is_Malformed:
            raise ConfigError("the analyzer's table was refused by its own check", "Report this: it is a fault")
        return result, left, builder.tried

    def _broken(self, question: Question, table: Table, result: Any, made: list[Moment], boxes: int) -> Answer:
        moment = made[-1]
        bounds = Wording(table, self.policy.cost_currency).bounds(result.box)
        if question.claim == "some":
            return Holds(boxes, False, moment, bounds)
        return Broken(moment, self.decide(moment), self.matching(moment), bounds, boxes)

    def _nothing(self, table: Table, asked: Any, boxes: int) -> Answer:
        """Of `some`: that nothing is permitted is a broken claim without a moment; told by a moment that is refused."""
        denied = code.question("always", asked.region, asked.unless, ())
        result, left, made = self._prove(table, denied, self.code, self.plan)
        boxes += self.budget - left
        if result.is_Broken:
            moment = made[-1]
            bounds = Wording(table, self.policy.cost_currency).bounds(result.box)
            return Broken(moment, self.decide(moment), self.matching(moment), bounds, boxes)
        return Undecided(boxes, (), "no action lies in this region")

    def _vacuous(self, question: Question, table: Table, region: Any, unless: Any) -> bool:
        """Whether the claim is true for want of anything to be wrong about."""
        if question.claim == "never" and (unless or question.approved):
            asked = code.question("some", region, (), ())
            return bool(self._prove(table, asked, self.code, self.plan)[0].is_Holds__)
        asked = code.question("always", region, unless, ())
        return bool(self._prove(table, asked, self._empty[0], self._empty[1])[0].is_Holds__)

    def somewhere(self, table: Table, asked: Any) -> Moment | None:
        """A moment of the region, whatever the policy says of it; None if there is none, or none was found.

        `asked`: an `always` of no approvals, which the policy that permits nothing breaks everywhere.
        """
        result, _, made = self._prove(table, asked, self._empty[0], self._empty[1])
        return made[-1] if result.is_Broken else None

    def _undecided(self, table: Table, asked: Any, result: Any, boxes: int) -> Undecided:
        if result.is_TooLong__:
            met = self._meeting(table, Lower.default__.AskedF(table.value, asked))
            return Undecided(boxes, met, f"the budget of {self.budget} boxes was used up")
        wording = Wording(table, self.policy.cost_currency)
        where = "; ".join(f"{bound.axis}: {bound.text}" for bound in wording.bounds(result.boxes[0]))
        met = self._meeting(table, Prover.default__.BoxF(result.boxes[0]))
        return Undecided(boxes, met, f"no example could be made where {where}")

    def _meeting(self, table: Table, region: Any) -> tuple[str, ...]:
        """Ids of the rules that may speak within the region, as far as the plainest look tells, in order."""
        lower, first, wide = Lower.default__, Grid.default__.First0, Coords.default__.Dom(table.value)
        found: dict[str, None] = {}
        for rule in self.code.rules:
            if not Lower.default__.Judging(rule) or table.value.verb not in rule.verbs:
                continue
            meeting = lower.Both(region, lower.MaybeF(table.value, rule))
            if not first(meeting, wide, Grid.F_T(), Grid.F_E()).is_Gone:
                found[rule.id_] = None
        return tuple(found)

    # ---- what questions share ----

    def needs(self, verb: str) -> tuple[Assumed, Needs]:
        """What the policy's rules about the verb need of a table, and what is assumed of its moments."""
        found = self._needs.get(verb)
        if found is None:
            rests_on = assumed((self.policy,), verb)
            found = self._needs[verb] = rests_on, needs_of(self.code.rules, verb, rests_on)
        return found

    def table(self, verb: str, conjunctions: Iterable[Iterable[Any]], kinds: frozenset[str] | None) -> Table:
        """The table for the policy's rules about the verb and for these tests."""
        rests_on, known = self.needs(verb)
        needs = known.copy()
        for tests in conjunctions:
            for test in tests:
                needs.add(test, rests_on)
        return table_of(verb, needs, rests_on, kinds)

    def _allowed(self, question: Question) -> tuple[tuple[Any, ...], ...]:
        """Excuses for what an allowance permits: people approved it by what it widens (docs/decisions/0013)."""
        if not question.approved:
            return ()
        found = []
        for rule in self.code.rules:
            if not rule.effect.is_Permit or question.verb not in rule.verbs:
                continue
            names = [
                test.scope
                for test in rule.tests
                if test.is_Scoping and test.scope.startswith("~allowed/") and test.want
            ]
            widened = {self._needed(name.partition("/")[2]) for name in names}
            if widened & question.approved:
                found.append(tuple(rule.tests))
        return tuple(found)

    def _needed(self, rule: str) -> str:
        return next((each.needs for each in self.policy.source.rules if each.id == rule and each.effect == "ask"), "")

    @cached_property
    def _empty(self) -> tuple[Any, Any]:
        """The policy that permits nothing."""
        return code.load(src.Source({}, (), {}))

    # ---- moments, as the kernel sees them ----

    def decide(self, moment: Moment) -> Any:
        """The kernel's verdict on the request that has nothing but this part."""
        return self.policy.kernel.decide(
            (moment.part,), dict(moment.scopes), moment.groups, MONTH_END, moment.now, 0, moment.view
        )

    def matching(self, moment: Moment) -> tuple[str, ...]:
        """Ids of the rules that decide the moment: grants that match, forbids and needs that do or may."""
        value = as_code(moment)
        found = []
        for rule in self.code.rules:
            effect = rule.effect
            if effect.is_Charge or effect.is_Leave or moment.part.verb not in rule.verbs:
                continue
            said = Reads.default__.IsYes if effect.is_Permit else Reads.default__.IsMaybe
            if said(rule, value):
                found.append(rule.id_)
        return tuple(dict.fromkeys(found))


def as_code(moment: Moment) -> Any:
    """The moment as the generated code takes it."""
    return code.moment(moment.part, dict(moment.scopes), moment.groups, moment.now, MONTH_END, moment.view)


class Maker:
    """Makes moments for the proved search, and remembers which."""

    def __init__(self, analyzer: Analyzer, table: Table) -> None:
        self._analyzer = analyzer
        self._builder = Builder(analyzer.policy, table, table.value.verb)
        self.tried: list[Moment] = []
        self.by_atom: dict[int, Moment] = {}

    def make(self, box: Any) -> Any:
        """Dafny's `build`: a moment for the box, or nothing."""
        try:
            moment = self._builder.build(box)
        except Unbuildable:
            return Prover.Made_Nothing()
        moment = self._carrying(moment)
        self.tried.append(moment)
        self.by_atom[id(moment.part.atoms[0])] = moment
        return Prover.Made_Made(as_code(moment))

    def _carrying(self, moment: Moment) -> Moment:
        """The same in a session that carries the labels which the action brings."""
        judged = self._analyzer.policy.kernel.judge(
            (moment.part,), dict(moment.scopes), moment.groups, MONTH_END, moment.now, moment.view
        )
        keys = bridge.touched(judged)
        nums = carried(keys, moment.view.nums, moment.now)
        view = src.View(nums, moment.view.records, moment.view.grants)
        return Moment(moment.part, moment.scopes, moment.groups, view, moment.kind, moment.now)
