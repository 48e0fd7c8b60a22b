"""What the analyzer answers about small policies is what walking through all moments finds."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from hypothesis import given

from havocproof.analysis import Broken, Holds, Question, Undecided, widened
from havocproof.kernel import source as src
from tests.analysis.plain import World, judged, surely, worlds
from tests.analysis.small import analyzer, question, rule, some_rules
from tests.differential.profile import examples, randoms, seeds


def wrong(asked: Question, rules: list[src.Rule], world: World) -> bool:
    """Whether the claim excludes the moment; of `some`: whether it is one that is looked for."""
    if asked.kinds is not None and world.kind not in asked.kinds:
        return False
    if not surely(asked.region, world) or any(surely(tests, world) for tests in asked.unless):
        return False
    needs = judged(rules, world)
    if asked.claim == "always":
        return needs is None or bool(needs)
    return needs is not None and needs.isdisjoint(asked.approved)


def open_corner(rules: list[src.Rule], more: Sequence[src.Test]) -> bool:
    """Where the search may believe in states that nobody is in: what is said of two integers at once, and of several
    sets of segments beyond the depth that is told apart."""
    tests = [*more, *(test for each in rules for test in _tests(each))]
    held = {test.names for test in tests if isinstance(test, src.Holding)}
    return any(isinstance(test, src.Compared) for test in tests) or len(held) > 1


def compare(rng: Random) -> str:
    """One policy and one question; the word for the answer."""
    sorts, rules = some_rules(rng)
    asked = question(rng, sorts)
    known = [test for tests in (asked.region, *asked.unless) for test in tests]
    bad = any(wrong(asked, rules, world) for world in worlds(rules, known))
    said = analyzer(rules).ask(asked)
    about = f"{rules}\n{asked}\n{said}"
    if isinstance(said, Undecided):
        assert asked.claim == "some" or bad or open_corner(rules, known), (
            f"nothing is wrong, and that was not seen\n{about}"
        )
        return "undecided"
    found = isinstance(said, Broken) if asked.claim != "some" else isinstance(said, Holds)
    assert found == bad, about
    if isinstance(said, Broken) and asked.claim != "some":
        granted = said.verdict.is_Permitted or said.verdict.is_Asked
        assert granted or asked.claim == "always", about
    return f"{asked.claim} {'broken' if bad else 'holds'}"


def test_answers_are_those_of_walking_through_all_moments() -> None:
    said: list[str] = []
    for seed, rng in seeds(1500):
        try:
            said.append(compare(rng))
        except BaseException as error:
            error.add_note(seed)
            raise
    # No answer is rare, and hardly any question is left open.
    for word in ("never broken", "never holds", "always broken", "always holds", "some broken", "some holds"):
        assert said.count(word) >= 0.02 * len(said), (word, said.count(word))
    assert said.count("undecided") <= 0.05 * len(said), said.count("undecided")  # of `some`, where there is no moment


@examples(40)
@given(randoms)
def test_answers_are_those_of_walking_and_a_failure_is_made_small(rng: Random) -> None:
    compare(rng)


def edited(rng: Random, sorts: tuple[str, ...], rules: list[src.Rule]) -> list[src.Rule]:
    """The rules after an edit: one dropped, one more, or one changed."""
    at = rng.randrange(len(rules))
    match rng.choice(("drop", "add", "change")):
        case "drop":
            return rules[:at] + rules[at + 1 :]
        case "add":
            return [*rules, rule(rng, len(rules), sorts)]
    return [*rules[:at], rule(rng, at, sorts), *rules[at + 1 :]]


def wider(new: list[src.Rule], old: list[src.Rule], world: World) -> bool:
    now, before = judged(new, world), judged(old, world)
    return now is not None and (before is None or not before <= now)


def test_what_is_newly_permitted_is_told_and_nothing_else() -> None:
    told = silent = whole = 0
    for seed, rng in seeds(600):
        sorts, old = some_rules(rng)
        new = edited(rng, sorts, old)
        found = widened(analyzer(new), analyzer(old))
        bad = any(wider(new, old, world) for world in worlds([*old, *new], ()))
        about = f"{seed}\n{old}\n{new}\n{found}"
        assert bool(found.regions) <= bad, about
        if found.complete:
            assert bool(found.regions) == bad, about
        told, silent, whole = told + bad, silent + (not bad), whole + found.complete
    assert min(told, silent) > 60
    assert whole > 0.97 * (told + silent)


def test_dead_rules_change_no_verdict_and_the_others_change_one() -> None:
    dead = alive = 0
    for seed, rng in seeds(400):
        _, rules = some_rules(rng)
        said = {each.rule for each in analyzer(rules).dead()}
        every = list(worlds(rules, ()))
        for each in rules:
            rest = [other for other in rules if other.id != each.id]
            differs = any(judged(rules, world) != judged(rest, world) for world in every)
            assert not (differs and each.id in said), (seed, each, rules)
            dead, alive = dead + (each.id in said), alive + differs
            # What is not called dead makes a difference, but for states that only the search believes in.
            missed = not differs and each.id not in said
            assert not missed or open_corner(rules, ()), (seed, each, rules)
    assert min(dead, alive) > 60


def _tests(each: src.Rule) -> list[src.Test]:
    return [test for tests in (each.tests, *each.unless) for test in tests]
