"""The comparison can fail: every decision that is wrong on purpose is told from the right one."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from random import Random
from typing import NamedTuple

import pytest

from havocproof.errors import PolicyError
from havocproof.kernel import bridge
from havocproof.policy import Policy
from tests.differential.generators import PolicyTree, policy_tree
from tests.differential.histories import Together
from tests.differential.mutants import NAMES, wrong
from tests.differential.mutants_products import PRODUCTS
from tests.differential.mutants_session import SESSION
from tests.differential.near_misses import action_for
from tests.differential.oracle_events import PolicyText
from tests.differential.product import Product, loaded
from tests.differential.record_policies import records_tree
from tests.differential.results import Step, words_for
from tests.differential.scripts import Player, scopes, script, whole
from tests.differential.session_policies import session_tree
from tests.differential.spending_policies import spending_tree
from tests.differential.themes import THEMES, month_tree


class World(NamedTuple):
    """A policy with what is done under it."""

    tree: PolicyTree
    plain: PolicyText
    policy: Policy
    steps: list[Step]

    def play(self, product: Product) -> str | None:
        return Player(Together(self.plain, product), words_for(whole(self.tree)), self.tree).play(self.steps)


@cache
def world(seed: int, *makes: Callable[[Random], PolicyTree]) -> World:
    """The same in every run."""
    rng = Random(seed)
    make = makes[seed % len(makes)]
    try:
        tree, _, plain, policy = loaded(make(rng))
    except PolicyError:
        return world(seed + 10_000 * len(makes), *makes)
    if make is policy_tree:
        steps = [Step("act", (action_for(rng, tree), scopes(rng, tree), 0)) for _ in range(8)]
    else:
        steps = script(rng, tree)
    return World(tree, plain, policy, steps)


PLAIN = (policy_tree, spending_tree, policy_tree, month_tree)
SESSIONS = (session_tree, session_tree, records_tree, *THEMES)


@pytest.mark.parametrize("makes", [PLAIN, SESSIONS], ids=["plain", "sessions"])
def test_the_product_itself_is_right_in_these_worlds(makes: tuple[Callable[[Random], PolicyTree], ...]) -> None:
    here = [world(seed, *makes) for seed in range(150)]
    assert [each.play(Product(each.policy)) for each in here] == [None] * 150


@pytest.mark.parametrize("name", NAMES)
def test_a_wrong_decision_is_noticed(name: str) -> None:
    worlds = (world(seed, *PLAIN) for seed in range(600))
    assert any(each.play(wrong(name, each.policy)) for each in worlds)


@pytest.mark.parametrize("name", [*SESSION, *PRODUCTS])
def test_a_wrong_decision_about_the_session_is_noticed(name: str) -> None:
    for seed in range(1500):
        here = world(seed, *SESSIONS)
        if name in PRODUCTS:
            product: Product | None = PRODUCTS[name](here.policy)
        else:
            changed = SESSION[name](here.policy.source)
            product = None if changed == here.policy.source else Product(here.policy, kernel=bridge.load(changed))
        if product is not None and here.play(product):
            return
    pytest.fail("nothing was noticed")
