from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from havocproof.gate import Gate, Session
from havocproof.policy import Policy
from havocproof.stores import verify
from tests.gate import world


@pytest.fixture(scope="session")
def policy() -> Policy:
    return world.policy()


@pytest.fixture
def clock() -> world.Clock:
    return world.Clock()


@pytest.fixture
def port() -> world.ScriptedPort:
    return world.ScriptedPort()


@pytest.fixture(params=["memory", "file"])
def journal(request: pytest.FixtureRequest, tmp_path: Path) -> Path | None:
    return None if request.param == "memory" else tmp_path / "journal"


@pytest.fixture
def people() -> dict[str, list[str]]:
    """Who may approve: nobody, unless a file of tests says so."""
    return {}


@pytest.fixture
def gate(
    policy: Policy,
    port: world.ScriptedPort,
    clock: world.Clock,
    journal: Path | None,
    people: dict[str, list[str]],
) -> Iterator[Gate]:
    """An open gate on either store. Whatever a test did to it, its journal verifies afterwards."""
    ports = [port, world.ScriptedPort("lookup")]
    opened = Gate.open(policy, ports=ports, journal=journal, tenant="acme", clock=clock, people=people)
    yield opened
    opened.close()
    if journal is not None:
        verify(journal).require()


@pytest.fixture
def session(gate: Gate) -> Session:
    return gate.session(user="ada", run="r1", session="s1")
