"""The comparison can fail: every package that is wrong on purpose is told from the right one."""

from __future__ import annotations

import pytest

from tests.pocketflow_model.compare import differs
from tests.pocketflow_model.mutants import MUTANTS, apply, replaced

RUNS = 3000


def test_there_are_enough() -> None:
    assert len(MUTANTS) >= 60


@pytest.mark.parametrize("name", MUTANTS)
def test_a_wrong_package_is_noticed(name: str) -> None:
    code = apply(MUTANTS[name])

    def noticed(seed: int) -> bool:
        try:
            return differs(seed, "0.0.3", code) is not None
        except Exception:  # what the package did is nothing that the model has a word for
            return True

    assert any(noticed(seed) for seed in range(RUNS)), f"{name}: {RUNS} runs are like those of the right package"


def test_a_place_that_is_not_there_is_said() -> None:
    with pytest.raises(LookupError, match=r"Flow\.post has no 17"):
        apply(replaced("Flow", "post", "17", "18"))
