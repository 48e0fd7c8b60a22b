"""A model that is not PocketFlow's is noticed, too: the theorems would hold of it, so nothing else says so."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from random import Random

import pytest

from tests.pocketflow_model.compare import difference
from tests.pocketflow_model.model_mutants import Mutant, mutants, put
from tests.pocketflow_model.real import run
from tests.pocketflow_model.world import World

RUNS = 900
SAMPLE = 50
PATIENCE = 5.0
"""Seconds for one replay, which takes milliseconds."""
SEED = int(os.environ.get("HAVOCPROOF_MUTANTS_SEED", "1"))
# Where every function of the machine is total, but what the package does reaches a part of it only: names of objects,
# tasks and dictionaries are those that there are. A change of what happens to the others changes nothing.
GUARDS = {
    *("Def", "At", "Cell", "With", "Tail", "First", "Last", "Without", "SetParam", "Self", "Tweak", "Results", "React"),
    *("CanRun", "Assign", "Halted"),
}
# Noticed in some thousands of runs, for they take two rare things at once: a counter that is shared while an attempt
# fails, a cancellation between attempts, params that change between a batch and its items, an exit of a strict flow.
RARE = {
    *("Framework.Try-3-always", "Framework.Try-3-never", "Framework.Tried-2-never", "Framework.Tried-7-connective"),
    *("Framework.Again-8-never", "Framework.Again-31-turned", "Framework.ResumeNode-80-never"),
    *("Framework.StartWork-75-always", "Framework.BatchNext-280-constant", "Framework.Really-68-always"),
    *("Framework.Really-277-never", "FlowTasks.Notify-276-never", "FlowGraph.Leaves-7-connective"),
    *("FlowGraph.Leaves-11-connective", "FlowGraph.Leaves-16-turned", "FlowGraph.Drawn-42-turned"),
    "FlowMachine.Kept-33-constant",
}
# Nothing to notice: an outcome that is no exception is a value; a flow that takes its items one by one has none in hand
# when the generator ends; flows have a prep of their own here; what is true by falling through; an object's first cell
# and number of attempts, which are set before they are read.
ALIKE = {
    *("Framework.ResumeFlow-58-always", "Framework.ResumeFlow-69-always", "Framework.FlowPulled-20-always"),
    *("Framework.Really-2-never", "Framework.Really-7-connective", "Framework.Really-43-never"),
    *("Framework.Really-71-never", "Framework.Really-112-always", "FlowTasks.Notify-24-turned"),
    *("PyValues.Truthy-34-never", "PyValues.Truthy-34-always", "PyValues.Truthy-140-constant"),
    "FlowTasks.Begun-87-constant",
}


@pytest.fixture(autouse=True)
def alarmed() -> Iterator[None]:
    """A loop that does not end is interrupted."""

    def interrupt(number: int, frame: object) -> None:
        raise TimeoutError

    kept = signal.signal(signal.SIGALRM, interrupt)
    yield
    signal.signal(signal.SIGALRM, kept)


@pytest.fixture(scope="module")
def runs() -> list[World]:
    return [run(seed, "main" if seed % 3 == 0 else "0.0.3") for seed in range(RUNS)]


def sample() -> list[Mutant]:
    """Some of those that these runs notice; others with another seed."""
    left = [mutant for mutant in mutants() if mutant.function not in GUARDS and str(mutant) not in RARE | ALIKE]
    return Random(SEED).sample(left, SAMPLE)


@pytest.mark.parametrize("mutant", sample(), ids=str)
def test_a_wrong_model_is_noticed(mutant: Mutant, runs: list[World]) -> None:
    def noticed(world: World) -> bool:
        signal.setitimer(signal.ITIMER_REAL, PATIENCE)
        try:
            return difference(world) is not None
        except Exception:  # the machine fell, or does not come back
            return True
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)

    with put(mutant):
        assert any(map(noticed, runs)), f"{mutant}: {RUNS} runs are like those of the right model"


def test_the_right_model_is_put_back(runs: list[World]) -> None:
    assert all(difference(world) is None for world in runs[:40])
