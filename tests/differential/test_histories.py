"""The product's cells say about every history what adding up the whole of it says."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.differential.generators import text_of
from tests.differential.histories import History, counted, end, moments, play, scopes, script, spending_tree
from tests.differential.near_misses import action_for
from tests.differential.product import Product, loaded
from tests.differential.profile import examples, randoms, seeds


def test_histories_are_decided_as_the_prose_says() -> None:
    said: list[str] = []
    for seed, rng in seeds(800):
        tree, _, plain, policy = loaded(spending_tree(rng))
        history = History(plain, Product(policy))
        difference = play(history, script(rng, tree))
        assert difference is None, f"{seed}\n{text_of(tree)}\n{difference}"
        said += history.said
    least = {"permit": 0.15, "ask": 0.03, "later": 0.1, "malformed": 0.01}
    assert {word for word, share in least.items() if said.count(word) < share * len(said)} == set()


class Together(RuleBasedStateMachine):
    """The same in any order of acts, ends and waits, and made small when it fails."""

    @initialize(rng=randoms)
    def begin(self, rng: Random) -> None:
        self.tree, _, plain, policy = loaded(spending_tree(rng))
        self.history = History(plain, Product(policy))
        self.known: list[dict[str, Any]] = []

    @rule(rng=randoms)
    def act(self, rng: Random) -> None:
        if len(self.known) < 3:
            self.known.append(action_for(rng, counted(self.tree)))
        self.compare(self.known[-1], scopes(rng))

    @rule(rng=randoms)
    def act_again(self, rng: Random) -> None:
        if self.known:
            self.compare(rng.choice(self.known), scopes(rng))

    def compare(self, action: dict[str, Any], who: dict[str, str]) -> None:
        expected, found = self.history.act(action, who)
        assert expected.allows(found), f"{text_of(self.tree)}\n{action} by {who}\noracle: {expected}\nproduct: {found}"

    @rule(at=st.integers(0, 9), how=st.sampled_from(["released", 0, 30, 100, "untold"]))
    def end(self, at: int, how: str | int) -> None:
        """An effect ends: it happened and used so much, or it did not happen. Others stay open."""
        end(self.history, at, how)

    @rule(at=st.integers(0, 8))
    def wait(self, at: int) -> None:
        self.history.now = moments(self.history.now)[at]


Together.TestCase.settings = examples(150, steps=25)
TestTogether = Together.TestCase
