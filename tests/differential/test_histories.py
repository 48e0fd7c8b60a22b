"""What the product remembers in cells decides about every history as adding up the whole of it does."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.differential.generators import PolicyTree
from tests.differential.histories import Together
from tests.differential.loading import ACTS, shown
from tests.differential.near_misses import action_for
from tests.differential.product import Product, loaded
from tests.differential.profile import examples, randoms, seeds
from tests.differential.record_policies import records_tree
from tests.differential.results import words_for
from tests.differential.scripts import Player, among, scopes, script, votes, waiting, whole
from tests.differential.session_policies import session_tree
from tests.differential.spending_policies import spending_tree
from tests.differential.themes import THEMES

Make = Callable[[Random], PolicyTree]
KINDS: list[tuple[Make, int, dict[str, float]]] = [
    (spending_tree, 250, {"permit": 0.15, "ask": 0.03, "later": 0.05, "malformed": 0.01}),
    (session_tree, 500, {"permit": 0.15, "ask": 0.05, "granted": 0.005, "never": 0.05, "later": 0.02, "counted": 0.01}),
    (records_tree, 300, {"permit": 0.15, "ask": 0.02, "granted": 0.002, "never": 0.04, "unpermitted": 0.1}),
    *((theme, 30, {"permit": 0.05}) for theme in THEMES),
]


def player(tree: PolicyTree) -> Player:
    """A history to be, under the policy that is left when what is dead is taken out of it."""
    found, _, plain, policy = loaded(tree)
    return Player(Together(plain, Product(policy)), words_for(whole(found)), found)


@pytest.mark.parametrize(("make", "count", "least"), KINDS, ids=[make.__name__ for make, _, _ in KINDS])
def test_histories_are_decided_as_the_prose_says(make: Make, count: int, least: dict[str, float]) -> None:
    said: list[str] = []
    for seed, rng in seeds(count):
        try:
            here = player(make(rng))
            difference = here.play(script(rng, here.tree))
        except BaseException as error:
            error.add_note(seed)
            raise
        assert difference is None, f"{seed}\n{shown(here.tree)}\n{difference}"
        said += here.history.said
    # The histories are about something: no verdict is rare.
    assert {word for word, share in least.items() if said.count(word) < share * len(said)} == set()


class Sessions(RuleBasedStateMachine):
    """The same in any order of acts, ends, votes, words and waits, and made small when it fails."""

    @initialize(rng=randoms, make=st.sampled_from([spending_tree, session_tree, session_tree, records_tree, *THEMES]))
    def begin(self, rng: Random, make: Make) -> None:
        self.here = player(make(rng))
        self.seen = whole(self.here.tree)
        self.known: list[dict[str, Any]] = []

    def play(self, kind: str, *args: Any) -> None:
        difference = getattr(self.here, kind)(*args)
        assert difference is None, f"{shown(self.here.tree)}\n{difference}"

    @rule(rng=randoms, agent=st.integers(0, 3))
    def act(self, rng: Random, agent: int) -> None:
        """A new action; of agents now and then one among them."""
        is_among = "agents" in self.here.tree and rng.randint(0, 2) == 0
        drawn = rng.choice(self.here.tree[ACTS]) if ACTS in self.here.tree else action_for(rng, self.seen)
        action = among(rng, self.here.tree) if is_among else drawn
        self.known = [*self.known, action][-4:]
        self.play("act", action, scopes(rng, self.here.tree), agent)

    @rule(rng=randoms, agent=st.integers(0, 3))
    def act_again(self, rng: Random, agent: int) -> None:
        if self.known:
            self.play("act", rng.choice(self.known), scopes(rng, self.here.tree), agent)

    @precondition(lambda self: "records" in self.seen)
    @rule(rng=randoms, seed=st.integers(0, 10**6), agent=st.integers(0, 3))
    def act_on_records(self, rng: Random, seed: int, agent: int) -> None:
        self.play("fit", seed, scopes(rng, self.here.tree), agent)

    @rule(
        at=st.integers(0, 9), how=st.sampled_from(["released", "failed", 0, 30, 100, "untold"]), seed=st.integers(0, 99)
    )
    def end(self, at: int, how: str | int, seed: int) -> None:
        """An effect ends: it happened and used so much, with or without success, or it did not happen."""
        self.play("end", at, how, seed)

    @rule(rng=randoms)
    def agree(self, rng: Random) -> None:
        for step in votes(rng):
            self.play(step.kind, *step.args)

    @rule(rng=randoms)
    def tell(self, rng: Random) -> None:
        step = self.here.words.told(rng, scopes(rng, self.here.tree))
        self.play(step.kind, *step.args)

    @rule(rng=randoms)
    def wait(self, rng: Random) -> None:
        step = waiting(rng)
        self.play(step.kind, *step.args)


Sessions.TestCase.settings = examples(100, steps=30)
TestSessions = Sessions.TestCase
