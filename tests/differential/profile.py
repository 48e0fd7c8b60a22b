"""How many examples the differential tests run, and whether they are the same every time.

In CI (`CI` is set) the examples are derived from the tests, so that a run can be repeated; elsewhere they are new every
time, and a failure prints how to get it back. `HAVOCPROOF_EXAMPLES=20` runs twenty times as many, for long runs.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings

FACTOR = max(1, int(os.environ.get("HAVOCPROOF_EXAMPLES", "1")))
REPEATABLE = os.environ.get("CI", "") not in ("", "0", "false")
PHASES = [Phase.explicit, Phase.generate, Phase.shrink]
_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def examples(count: int, steps: int = 50) -> settings:
    """Settings for a test that runs `count` examples in CI; `steps` is the length of a state machine's runs."""
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


def corpus(count: int) -> settings:
    """Settings for collecting `count` examples, the same every time."""
    return settings(examples(count), derandomize=True, phases=[Phase.generate])
