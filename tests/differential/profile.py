"""How many examples the differential tests run, and whether they are the same every time.

In CI (`CI` is set) the examples are the same in every run; elsewhere they are new every time, and a failure prints how
to get it back. `HAVOCPROOF_EXAMPLES=20` runs twenty times as many, for long runs.

Most examples come from seeds, because that is fast; Hypothesis runs fewer of the same, and makes what fails small.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from random import Random, SystemRandom

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

FACTOR = max(1, int(os.environ.get("HAVOCPROOF_EXAMPLES", "1")))
REPEATABLE = os.environ.get("CI", "") not in ("", "0", "false")
PHASES = [Phase.explicit, Phase.generate, Phase.shrink]
_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
_START = int(os.environ.get("HAVOCPROOF_SEED", "1" if REPEATABLE else str(SystemRandom().randrange(10**12))))

randoms = st.randoms(use_true_random=False)


def examples(count: int, steps: int = 50) -> settings:
    """Settings for a property that runs `count` examples in CI; `steps` is the length of a state machine's runs."""
    return settings(
        max_examples=count * FACTOR,
        stateful_step_count=steps,
        derandomize=REPEATABLE,
        deadline=None,
        database=None,
        print_blob=True,
        phases=PHASES,
        suppress_health_check=_SLOW,
    )


def seeds(count: int) -> Iterator[tuple[str, Random]]:
    """`count` sources of examples in CI, each with how to have it alone: HAVOCPROOF_SEED."""
    for seed in range(_START, _START + count * FACTOR):
        yield f"HAVOCPROOF_SEED={seed}", Random(seed)
