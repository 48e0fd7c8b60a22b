"""The whole way, `Session.perform` with a clock and a port of the test: outcomes are those of the oracle's history."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.differential.gate_life import Life, live
from tests.differential.gate_world import GateWorld
from tests.differential.generators import PolicyTree, policy_tree
from tests.differential.loading import loaded
from tests.differential.profile import examples, randoms, seeds
from tests.differential.record_policies import records_tree
from tests.differential.session_policies import session_tree
from tests.differential.spending_policies import spending_tree
from tests.differential.themes import THEMES, asking_tree

Make = Callable[[Random], PolicyTree]
KINDS: list[tuple[Make, int]] = [
    (policy_tree, 30),
    (spending_tree, 30),
    (session_tree, 60),
    (records_tree, 40),
    *((theme, 12) for theme in (*THEMES, asking_tree)),
]
MAKES = [make for make, _ in KINDS]
NAMES = [make.__name__ for make in MAKES]


@pytest.mark.parametrize(("make", "count"), KINDS, ids=NAMES)
def test_the_gate_decides_as_the_prose_says(make: Make, count: int) -> None:
    said: list[str] = []
    for seed, rng in seeds(count):
        try:
            world = GateWorld(loaded(make(rng)), None, rng)
            live(world, rng, 20)
            world.gate.close()
        except BaseException as error:
            error.add_note(seed)
            raise
        said += world.said
    assert said.count("Performed") > len(said) // 200  # some effects come about; in 30 random policies few may do


@pytest.mark.parametrize("make", MAKES, ids=NAMES)
def test_the_gate_decides_so_from_its_journal_too(tmp_path: Path, make: Make) -> None:
    """The process dies again and again, or ends in order: the journal tells the next gate what happened."""
    for seed, rng in seeds(5):
        try:
            world = GateWorld(loaded(make(rng)), tmp_path / f"{seed}.journal", rng)
            live(world, rng, 25)
            world.gate.close()
        except BaseException as error:
            error.add_note(seed)
            raise


class Gates(RuleBasedStateMachine):
    """The same in any order, and made small when it fails."""

    @initialize(rng=randoms, make=st.sampled_from(MAKES))
    def begin(self, rng: Random, make: Make) -> None:
        self.folder = TemporaryDirectory()
        self.world = GateWorld(loaded(make(rng)), Path(self.folder.name) / "journal", rng)
        self.life = Life(self.world, rng)

    @rule(rng=randoms)
    def act(self, rng: Random) -> None:
        self.play("act", rng)

    @rule(rng=randoms, word=st.sampled_from(["wait", "tell", "stop", "end"]))
    def meanwhile(self, rng: Random, word: str) -> None:
        self.play(word, rng)

    @precondition(lambda self: self.world.past.asked)
    @rule(rng=randoms, word=st.sampled_from(["agree", "vote"]))
    def people(self, rng: Random, word: str) -> None:
        self.play(word, rng)

    @precondition(lambda self: self.world.past.doubts)
    @rule(rng=randoms)
    def find_out(self, rng: Random) -> None:
        self.play("resolve", rng)

    def play(self, word: str, rng: Random) -> None:
        self.world.rng = rng
        getattr(self.life, word)(rng)

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.world.gate.close()
        if hasattr(self, "folder"):
            self.folder.cleanup()


Gates.TestCase.settings = examples(40, steps=25)
TestGates = Gates.TestCase
