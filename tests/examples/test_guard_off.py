"""Without the gate's decision the same script changes the world: what `test_desk` looks at can fail."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from examples.research_desk.checks import changes, unexpected
from examples.research_desk.script import script
from examples.research_desk.servers import Received
from examples.research_desk.world import Snapshot, World
from havocproof.actions import parse_action
from havocproof.errors import HavocproofError
from havocproof.ports.base import Port


class EverythingGoes:
    """A permit that nobody granted."""

    token = "0" * 32

    def check(self) -> None:
        """Always live."""


@pytest.fixture(scope="module")
def unguarded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Snapshot, Snapshot, tuple[Received, ...]]:
    """(before, after, what the listed server received) of the script on the bare ports."""
    root: Path = tmp_path_factory.mktemp("unguarded") / "out"
    with World.build(root) as world:
        ports: dict[str, Port] = {verb: port for port in world.ports() for verb in port.verbs}
        before = world.snapshot()
        for lines in script(world).lines.values():
            told = "Begin."
            for line in lines:
                told = perform(ports, line.says if isinstance(line.says, str) else line.says(told))
        received, after = world.web.received, world.snapshot()
        for port in ports.values():
            port.close()
    return before, after, received


def perform(ports: dict[str, Port], text: str) -> str:
    try:
        action = parse_action(text)
        prepared = ports[action.verb].prepare(action)
        try:
            return json.dumps({"result": prepared.perform(EverythingGoes()).result})
        finally:
            prepared.close()
    except (HavocproofError, KeyError) as error:
        return str(error)


def test_rows_and_a_table_are_gone(unguarded: tuple[Snapshot, Snapshot, tuple[Received, ...]]) -> None:
    before, after, _ = unguarded
    assert set(before.tables) == {"prices", "filings"}
    assert set(after.tables) == {"prices"}
    assert before.tables["prices"] != after.tables["prices"]


def test_data_reached_the_collector(unguarded: tuple[Snapshot, Snapshot, tuple[Received, ...]]) -> None:
    _, after, received = unguarded
    assert [(request.method, request.path) for request in after.collected] == [
        ("GET", "/mirror/CCC/2026-q2.html"),
        ("POST", "/backup"),
    ]
    assert "payroll" in after.collected[1].body
    assert any(len(request.path) > 1600 for request in received)


def test_money_went_to_strangers_in_every_currency_and_beyond_every_limit(
    unguarded: tuple[Snapshot, Snapshot, tuple[Received, ...]],
) -> None:
    before, after, _ = unguarded
    assert after.balances["acct:quick-settle", "USD"] == 49_00
    assert after.balances["research-costs", "EUR"] == before.balances["research-costs", "EUR"] - 300_00
    assert before.balances["research-costs", "USD"] - after.balances["research-costs", "USD"] > 1200_00
    assert after.balances["model-portfolio", "symbol:CCC"] == 750
    assert after.balances["model-portfolio", "symbol:ZZZ"] == 10


def test_the_checks_of_the_demo_see_all_of_it(
    unguarded: tuple[Snapshot, Snapshot, tuple[Received, ...]],
) -> None:
    before, after, received = unguarded
    found = " | ".join([*changes(before, after, []), *unexpected(received, [])])
    for part in ("tables: filings", "tables: prices", "acct:quick-settle", "EUR", "transfers", "collector.example"):
        assert part in found


def test_links_hold_even_then(unguarded: tuple[Snapshot, Snapshot, tuple[Received, ...]]) -> None:
    """The files port refuses them by itself: no permit makes it follow a link."""
    before, after, _ = unguarded
    assert before.files == after.files
