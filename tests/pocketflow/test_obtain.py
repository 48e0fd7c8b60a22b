"""A refusal as a value, or as an error of the node's choice: the node decides which."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pocketflow
import pytest

from havocproof.errors import ActionError, Contained
from havocproof.gate import Denied, Gate, Pending
from havocproof.pocketflow import aobtain, aperform, arequire, contain, obtain, perform
from tests.pocketflow.support import FORBIDDEN, Shared, write, written

DELETE = {"action": "file.delete", "args": {"path": "/desk/a"}}


def run(node: pocketflow.Node, gate: Gate) -> Shared:
    shared: Shared = {}
    contain(pocketflow.Flow(start=node), gate).run(shared)
    return shared


class Keeps(pocketflow.Node):
    def post(self, shared: Shared, prep_res: Any, exec_res: Any) -> None:
        shared["result"] = exec_res


def test_a_performed_action_gives_its_result(gate: Gate, desk: Path) -> None:
    class Writes(Keeps):
        def exec(self, prep_res: Any) -> Any:
            return obtain(write("a", "abc"))

    assert run(Writes(), gate)["result"] == {"path": "/desk/a", "bytes": 3, "created": True}


def test_a_refusal_is_the_librarys_own_error_and_goes_into_the_repair_loop(gate: Gate, desk: Path) -> None:
    class Repairs(Keeps):
        def exec(self, prep_res: Any) -> Any:
            try:
                return obtain(FORBIDDEN, sqlite3.OperationalError)
            except sqlite3.Error as error:
                return str(error), error.outcome, perform(write("a")).ok  # type: ignore[attr-defined]

    said, outcome, went_on = run(Repairs(), gate)["result"]
    assert isinstance(outcome, Denied)
    assert said.startswith("Secrets stay where they are.")
    assert went_on
    assert written(desk) == ["a"]


def test_retries_and_fallback_see_it_as_any_error(gate: Gate, desk: Path) -> None:
    tried: list[int] = []

    class Insists(Keeps):
        def exec(self, prep_res: Any) -> Any:
            tried.append(self.cur_retry)
            return obtain(FORBIDDEN)

        def exec_fallback(self, prep_res: Any, exc: Exception) -> str:
            return type(exc).__name__

    assert run(Insists(max_retries=3), gate)["result"] == "PermissionError"
    assert tried == [0, 1, 2]


@pytest.mark.parametrize(("action", "kind"), [(DELETE, Pending), ({"action": "file.read"}, None)])
def test_whatever_came_instead_is_carried(gate: Gate, desk: Path, action: Any, kind: Any) -> None:
    (desk / "a").touch()

    class Tries(Keeps):
        def exec(self, prep_res: Any) -> Any:
            try:
                obtain(action)
            except PermissionError as error:
                return error

    error = run(Tries(), gate)["result"]
    assert str(error)
    if kind is None:
        assert isinstance(error.outcome.error, ActionError)
    else:
        assert isinstance(error.outcome, kind)


async def test_the_asynchronous_kinds(gate: Gate, desk: Path) -> None:
    class Acts(pocketflow.AsyncNode):
        async def exec_async(self, prep_res: Any) -> list[Any]:
            found = [(await aperform(write("a"))).ok, await aobtain(write("b")), await arequire(write("c"))]
            try:
                await aobtain(FORBIDDEN, LookupError)
            except LookupError as error:
                found.append(str(error))
            await arequire(FORBIDDEN)
            return found

    with pytest.raises(Contained):
        await contain(pocketflow.AsyncFlow(start=Acts()), gate).run_async({})
    assert written(desk) == ["a", "b", "c"]
