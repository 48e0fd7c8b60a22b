"""`Act`: from a model's text to one performed action, and on along the edge of its outcome."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pocketflow
import pytest

from havocproof.gate import Denied, Failed, Gate, Malformed, Pending, Performed
from havocproof.pocketflow import Act, AsyncAct, contain, label
from tests.pocketflow.support import Shared, written

READ = '{"action": "file.read", "args": {"path": "/desk/%s"}}'
TEXTS: dict[str, tuple[str, type]] = {
    "performed": ("Sure.\n```yaml\naction: file.write\nargs: {path: /desk/a, content: hello}\n```\n", Performed),
    "denied": (READ % "secret/key", Denied),
    "pending": ("action: file.delete\nargs: {path: /desk/a}\n", Pending),
    "failed": (READ % "missing", Failed),
    "malformed": ("```yaml\naction: file.read\n```\n```yaml\naction: file.read\n```", Malformed),
}


class Reached(pocketflow.Node):
    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def post(self, shared: Shared, prep_res: Any, exec_res: Any) -> None:
        shared["reached"] = self.name


def routed(act: pocketflow.Node) -> pocketflow.Node:
    for name in TEXTS:
        act - name >> Reached(name)
    return act


@pytest.mark.parametrize("name", TEXTS)
def test_each_outcome_takes_its_edge(gate: Gate, desk: Path, name: str) -> None:
    text, kind = TEXTS[name]
    shared: Shared = {"text": text}
    contain(pocketflow.Flow(start=routed(Act())), gate).run(shared)
    assert shared["reached"] == name
    assert isinstance(shared["outcome"], kind)
    assert label(shared["outcome"]) == name
    assert shared["outcomes"] == [shared["outcome"].to_model()]
    assert written(desk) == (["a"] if name == "performed" else [])
    json.dumps(shared["outcomes"])


@pytest.mark.parametrize("name", TEXTS)
async def test_the_asynchronous_one_does_the_same(gate: Gate, desk: Path, name: str) -> None:
    text, kind = TEXTS[name]
    shared: Shared = {"said": text}
    act = routed(AsyncAct(reads="said", writes="came", log=""))
    await contain(pocketflow.AsyncFlow(start=act), gate).run_async(shared)
    assert shared["reached"] == name
    assert isinstance(shared["came"], kind)
    assert "outcomes" not in shared
    assert written(desk) == (["a"] if name == "performed" else [])


@pytest.mark.parametrize("text", [None, "", "   ", b"\xff", "x" * 2_000_000, "no action at all", "[1, 2]", "action: 7"])
def test_text_that_is_no_action_is_an_outcome_and_the_flow_goes_on(gate: Gate, desk: Path, text: Any) -> None:
    shared: Shared = {"text": text}
    contain(pocketflow.Flow(start=routed(Act())), gate).run(shared)
    assert shared["reached"] == "malformed"
    assert written(desk) == []


def test_without_text_there_is_no_action(gate: Gate) -> None:
    shared: Shared = {}
    contain(pocketflow.Flow(start=routed(Act())), gate).run(shared)
    assert shared["reached"] == "malformed"


def test_an_outcome_is_logged_after_the_others(gate: Gate) -> None:
    first, second = Act(reads="one"), Act(reads="two")
    first - "performed" >> second
    second - "denied" >> Reached("end")
    shared: Shared = {"one": TEXTS["performed"][0], "two": TEXTS["denied"][0]}
    contain(pocketflow.Flow(start=first), gate).run(shared)
    assert [outcome["status"] for outcome in shared["outcomes"]] == ["performed", "denied"]
