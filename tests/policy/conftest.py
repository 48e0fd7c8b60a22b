"""The desk of agents that several files look at."""

from __future__ import annotations

import pytest

from havocproof.policy import Policy
from tests.policy.family import DESK, Worker
from tests.policy.support import load


@pytest.fixture(scope="session")
def desk() -> Policy:
    return load(DESK)


@pytest.fixture
def lead(desk: Policy) -> Worker:
    return Worker(desk)
