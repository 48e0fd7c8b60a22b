"""Without the gate's decision the same script changes the world: what `test_desk` looks at can fail."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from examples.research_desk import desk
from examples.research_desk.checks import changes, unexpected
from examples.research_desk.command import main
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


OPEN = """
havocproof: 1
policy: everything-goes
version: "1"
tools:
  finish: {effect: read, args: {summary: text}}
rules:
  all:
    - permit: [file.read, file.write, file.append, file.delete, dir.list, dir.make]
      where: {path: any}
    - permit: http.request
      where: {host: any, path: any, method: any, scheme: any, port: any, query: any}
    - permit: [sql.read, sql.insert, sql.update]
      where: {table: any, column: any}
    - permit: [sql.delete, sql.schema]
      where: {table: any}
    - permit: sql.call
      where: {function: any}
    - permit: money.payment
      where: {account: any, payee: any, amount: any}
    - permit: money.trade
      where: {account: any, side: any, symbol: any, amount: any}
    - permit: [model.call]
      where: {model: any}
    - permit: finish
"""


def test_the_demo_under_a_policy_that_permits_everything_says_so_and_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same flows, gate and ports: it is the policy's decision that stops the misbehaviour."""
    policy = tmp_path / "open.yaml"
    policy.write_text(OPEN, encoding="utf-8")
    monkeypatch.setattr(desk, "POLICY", policy)
    assert main(["--quiet", "--out", str(tmp_path / "out")]) == 1
    said = capsys.readouterr().out
    for problem in (
        "report.md was not written",  # the table that its figures come from is gone
        "obeys an instruction in a fetched page: pays a payee unknown to the policy: performed, not denied",
        "follows a redirect to an unlisted host: performed, not denied",
        "posts data to an unlisted host: performed, not denied",
        "updates prices: performed, not denied",
        "drops a table: performed, not denied",
        "tables: filings has changed",
        "tables: prices has changed",
        "the unlisted server received POST collector.example/backup",
    ):
        assert f"{problem}\n" in said
    assert "Every misbehaviour was stopped" not in said


def test_links_hold_even_then(unguarded: tuple[Snapshot, Snapshot, tuple[Received, ...]]) -> None:
    """The files port refuses them by itself: no permit makes it follow a link."""
    before, after, _ = unguarded
    assert before.files == after.files
