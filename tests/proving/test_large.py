"""Claims about policies of hundreds of rules, against samples: nobody can walk through all that happens under these."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pytest

from havocproof.actions import Part
from havocproof.errors import PolicyError
from havocproof.kernel.source import Key, Placed, Test
from havocproof.policy import Invariant, Policy, loads_policy
from havocproof.proving.prove import Proving
from havocproof.proving.results import Broken, Holds
from tests.proving.small import SIZES, VERBS, Small, made, states
from tests.proving.test_random import excluded, in_region

RULES = 200
PLACES = 40
SAMPLES = 1_500


@dataclass(frozen=True)
class Large(Small):
    """Rules about many folders, two of them at a time within one another."""

    def place(self) -> str:
        first, second = self.dice.randrange(PLACES), self.dice.randrange(6)
        return self.dice.choice((f"/d{first}/**", f"/d{first}/k{second}/**", f"/d{first}/*", f"/d{first}/k{second}/x"))

    def where(self, must: bool) -> str:
        tests = [f'path: "{self.place()}"']
        if self.dice.random() < 0.5:
            tests.append(f"bytes: {self.dice.choice(SIZES)}")
        return "{" + ", ".join(tests) + "}"

    def large(self, claims: int) -> str:
        """A file of RULES rules; those that another one covers are left out by trying again."""
        head = self.file(0)
        rules = "".join(f"    - {self.rule()}\n" for _ in range(RULES))
        return head.replace("prove:\n", rules + "prove:\n") + "".join(f"  - {self.claim()}\n" for _ in range(claims))


def policies(count: int) -> Iterator[Policy]:
    """So many large policies that load: a rule that others cover goes, by the line that the error names."""
    for number in range(count):
        text = Large(random.Random(number)).large(12)
        for _ in range(40):
            try:
                yield loads_policy(text)
                break
            except PolicyError as error:
                lines = text.splitlines(keepends=True)
                bad = {each.line for each in error.problems}
                if not all(lines[at - 1].startswith("    - ") for at in bad):
                    raise
                text = "".join(line for at, line in enumerate(lines, 1) if at not in bad)
        else:
            raise AssertionError("every rule is covered by another")


def places(tests: Iterable[Test]) -> tuple[str | None, ...]:
    """The segments of the first pattern."""
    return next((each.patterns[0].symbols for each in tests if isinstance(each, Placed) and each.patterns), ())


def sampled(policy: Policy, claim: Invariant, dice: random.Random) -> Iterator[tuple[Part, dict[Key, int]]]:
    """Actions in states, most of them near what some rule or the claim speaks about."""
    every = list(states(policy))
    for _ in range(SAMPLES):
        first, second = dice.randrange(PLACES), dice.randrange(7)
        path = dice.choice((f"/d{first}", f"/d{first}/k{second}", f"/d{first}/k{second}/x", f"/d{first}/k{second}/x/y"))
        if (regions := [each for each in claim.regions if each.tests]) and dice.random() < 0.8:
            near = [each for each in places(regions[0].tests) if each is not None]
            path = "/" + "/".join([*near, *dice.sample(["x", "k1", "y"], dice.randrange(3))]) if near else path
        yield made(dice.choice(VERBS), path, dice.randrange(6)), dice.choice(every)


@pytest.mark.parametrize("batch", range(2))
def test_no_sample_contradicts_an_answer(batch: int) -> None:
    seen: Counter[str] = Counter()
    inside = 0
    for policy in policies(3):
        assert len(policy.source.rules) > RULES / 2
        proving, dice = Proving(policy), random.Random(batch)
        for claim in policy.invariants:
            outcome = proving.outcome(claim)
            seen[claim.claim + type(outcome).__name__] += 1
            found = 0
            for part, cells in sampled(policy, claim, dice):
                inside += in_region(policy, claim, part, cells)
                found += excluded(policy, claim, part, cells)
            if claim.claim == "some":
                assert isinstance(outcome, Holds) or not found, (policy.text, claim.text)
            else:
                assert isinstance(outcome, Broken) or not found, (policy.text, claim.text)
    assert inside > SAMPLES
    assert {"neverHolds", "neverBroken"} <= set(seen), seen
