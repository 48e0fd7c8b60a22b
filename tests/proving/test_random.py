"""Claims about small random policies against brute force, and histories against random walks by the kernel."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator

import pytest

from havocproof.errors import PolicyError
from havocproof.kernel import bridge
from havocproof.kernel.source import Key, Part, View
from havocproof.policy import Invariant, Policy, loads_policy
from havocproof.proving.prove import Proving
from havocproof.proving.results import Broken, Holds, Outcome
from tests.policy.support import DAY, NOW, SCOPES
from tests.proving.small import PATHS, VERBS, Small, made, parts, states, verdict

CLAIMS = 60
HISTORIES = 48


def policies(start: int, count: int, claims: int, histories: int = 0) -> Iterator[Policy]:
    """So many random policies that load."""
    found = 0
    for number in range(start, start + 50 * count):
        text = Small(random.Random(number)).file(claims, histories)
        try:
            policy = loads_policy(text)
        except PolicyError as error:  # a rule that another one covers, and nothing else
            if any(each.code != "E-DEAD" for each in error.problems):
                raise
            continue
        yield policy
        found += 1
        if found == count:
            return


def in_region(policy: Policy, claim: Invariant, part: Part, cells: dict[Key, int]) -> bool:
    """Whether the claim is about this, by the kernel's own tests."""
    scene = bridge.scene(SCOPES, frozenset(), NOW, View(cells, {}, {}))

    def passes(tests: tuple[object, ...]) -> bool:
        return all(policy.kernel.test(test, part, part.atoms[0], scene) == "yes" for test in tests)  # type: ignore[arg-type]

    return any(
        part.verb in region.verbs and passes(region.tests) and not any(map(passes, region.unless))
        for region in claim.regions
    )


def excluded(policy: Policy, claim: Invariant, part: Part, cells: dict[Key, int]) -> bool:
    """Whether this action in this state is what the claim excludes; of `some`, what it wants."""
    if not in_region(policy, claim, part, cells):
        return False
    said = verdict(policy, part, cells)
    if claim.claim == "always":
        return not said.is_Permitted
    needs = bridge.needs(said) if said.is_Asked else frozenset()
    return bool(said.is_Permitted or (said.is_Asked and claim.approved not in needs))


def agrees(policy: Policy, claim: Invariant, outcome: Outcome) -> str:
    """Looks at every action in every state; gives the status."""
    found = [(part, cells) for cells in states(policy) for part in parts() if excluded(policy, claim, part, cells)]
    if claim.claim == "some":
        assert isinstance(outcome, Holds if found else Holds | Broken), policy.text
        return type(outcome).__name__
    if isinstance(outcome, Holds):
        assert not found, (policy.text, claim.text, found[0])
    else:
        assert isinstance(outcome, Broken), (policy.text, claim.text, outcome)
        assert outcome.example is not None
        moment = outcome.example.moment
        assert outcome.example.verdict == ("permit" if claim.claim == "never" else outcome.example.verdict) or (
            claim.approved not in outcome.example.needs
        )
        assert moment is not None
    return type(outcome).__name__


@pytest.mark.parametrize("batch", range(4))
def test_answers_agree_with_brute_force(batch: int) -> None:
    seen: Counter[str] = Counter()
    for policy in policies(batch * 10_000, CLAIMS // 4, 4):
        proving = Proving(policy)
        for claim in policy.invariants:
            seen[claim.claim + agrees(policy, claim, proving.outcome(claim))] += 1
    assert {"neverHolds", "neverBroken", "alwaysBroken", "someHolds"} <= set(seen)


@pytest.mark.parametrize("batch", range(4))
def test_no_walk_breaks_a_history_that_is_proved(batch: int) -> None:
    seen: Counter[str] = Counter()
    for policy in policies(500_000 + batch * 10_000, HISTORIES // 4, 0, 2):
        proving = Proving(policy)
        for claim in policy.invariants:
            outcome = proving.outcome(claim)
            seen[type(outcome).__name__] += 1
            walked = walk(policy, claim, random.Random(batch))
            if isinstance(outcome, Holds):
                assert walked is None, (policy.text, claim.text, walked)
            if isinstance(outcome, Broken):
                assert outcome.example is not None
                assert replayed(policy, outcome), (policy.text, claim.text)
            assert walked is None or isinstance(outcome, Broken), (policy.text, claim.text, walked)
    assert seen["Holds"] > 5
    assert seen["Broken"] > 1
    assert seen["Undecided"] * 8 < seen.total()


def walk(policy: Policy, claim: Invariant, dice: random.Random, steps: int = 60) -> list[Part] | None:
    """Random actions, decided and settled by the kernel, until what the claim excludes is permitted."""
    for _ in range(4):
        cells: dict[Key, int] = {}
        on, taken = False, list[Part]()
        for now in range(NOW, NOW + steps):
            part = made(dice.choice(VERBS), dice.choice(PATHS), dice.choice((1, 3, 5)))
            said = verdict(policy, part, cells, now)
            if on and said.is_Permitted and in_region(policy, claim, part, cells):
                return [*taken, part]
            if not said.is_Permitted:
                continue
            taken.append(part)
            cells.update(bridge.writes(said))
            ended = dice.random() < 0.9
            if ended:
                cells.update(policy.kernel.settle(said.charges, {"at_once": 0}, True, now, now, cells))
            ends = any(matches(policy, part, event.verbs, event.tests) for event in claim.until)
            begins = any(matches(policy, part, event.verbs, event.tests) for event in claim.after)
            on = (on and not (ends and ended)) or (begins and not ends)
    return None


def matches(policy: Policy, part: Part, verbs: frozenset[str], tests: tuple[object, ...]) -> bool:
    return part.verb in verbs and all(policy.kernel.test(test, part, part.atoms[0]) == "yes" for test in tests)  # type: ignore[arg-type]


def replayed(policy: Policy, outcome: Broken) -> bool:
    """The steps once more: each is permitted, or asked, and then the action is."""
    example = outcome.example
    assert example is not None
    assert example.part is not None
    assert example.history
    cells: dict[Key, int] = {}
    for now, step in enumerate(example.history, NOW):
        assert step.part is not None
        said = verdict(policy, step.part, cells, now)
        if said.is_Asked:
            return True  # people are asked: the proof took their yes, and this test has nobody
        if not said.is_Permitted:
            return False
        cells.update(bridge.writes(said))
        cells.update(policy.kernel.settle(said.charges, {"at_once": 0}, True, now, now, cells))
    said = verdict(policy, example.part, cells, NOW + DAY)
    return bool(said.is_Permitted or said.is_Asked)
