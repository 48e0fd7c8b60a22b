"""Histories that go through the gate can fail: every gate that is wrong on purpose is told from the right one."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from random import Random

import pytest

from havocproof.errors import JournalError
from tests.differential.gate_life import live
from tests.differential.gate_world import GateWorld
from tests.differential.loading import Loaded, loaded
from tests.differential.mutants_gate import FAULTS, Make

MOST = 400
"""Histories; most faults are noticed in one of the first twenty."""


@cache
def policy(make: Make, seed: int) -> Loaded:
    """The same in every run."""
    return loaded(make(Random(seed)))


def difference(make: Make, seed: int, journal: Path | None) -> str | None:
    """What is wrong in one history, None if nothing is. What no fault explains is raised."""
    rng = Random(seed)
    world: GateWorld | None = None
    try:
        world = GateWorld(policy(make, seed), journal, rng)
        live(world, rng, 20)
    except (AssertionError, JournalError) as error:
        return str(error)
    finally:
        if world is not None:
            world.gate.close()
    return None


@pytest.mark.parametrize("name", FAULTS)
def test_a_wrong_gate_is_noticed(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    place, word, wrong, make, dies = FAULTS[name]
    monkeypatch.setattr(place, word, wrong(getattr(place, word)))
    journals = (tmp_path / f"{seed}.journal" if dies else None for seed in range(MOST))
    assert any(difference(make, seed, journal) for seed, journal in enumerate(journals))


@pytest.mark.parametrize("dies", [False, True])
def test_the_gate_itself_is_right_in_these_histories(dies: bool, tmp_path: Path) -> None:
    for make in {fault.make for fault in FAULTS.values() if fault.dies or not dies}:
        for seed in range(6):
            assert difference(make, seed, tmp_path / f"{make.__name__}{seed}" if dies else None) is None
