"""The comparison can fail: every decision that is wrong on purpose is told from the right one."""

from __future__ import annotations

from random import Random

import pytest

from havocproof.policy import Policy
from tests.differential.generators import policy_tree
from tests.differential.histories import History, Step, play, scopes, script, spending_tree
from tests.differential.mutants import NAMES, wrong
from tests.differential.near_misses import action_for
from tests.differential.oracle_events import PolicyText
from tests.differential.product import Product, loaded

World = tuple[PolicyText, Policy, list[Step]]


@pytest.fixture(scope="module")
def worlds() -> list[World]:
    """Policies with what is done under each, the same in every run: some with single acts, some with histories."""
    found: list[World] = []
    for seed in range(600):
        rng = Random(seed)
        tree, _, plain, policy = loaded(policy_tree(rng) if seed % 3 else spending_tree(rng))
        acts: list[Step] = [("act", action_for(rng, tree), scopes(rng)) for _ in range(8)] if seed % 3 else []
        found.append((plain, policy, acts or script(rng, tree)))
    return found


def test_the_product_itself_is_right_in_these_worlds(worlds: list[World]) -> None:
    assert [play(History(plain, Product(policy)), steps) for plain, policy, steps in worlds] == [None] * len(worlds)


@pytest.mark.parametrize("name", NAMES)
def test_a_wrong_decision_is_noticed(worlds: list[World], name: str) -> None:
    noticed = (play(History(plain, wrong(name, policy)), steps) for plain, policy, steps in worlds)
    assert any(noticed)
