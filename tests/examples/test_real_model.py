"""The desk with an OpenAI-compatible endpoint: the same flows, over a real socket, with the key on the wire only."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from examples.research_desk import desk
from examples.research_desk.command import main
from examples.research_desk.model import from_environment
from examples.research_desk.script import act
from havocproof.errors import ConfigError
from havocproof.stores import read
from tests.examples.chat_server import chat_server

KEY = "sk-example-0123456789"


def small_model(agent: str, turn: int) -> str:
    """Honest but for one thing: each agent first reads what it may not."""
    if turn == 0:
        return act("file.read", "Let me look around.", path="/etc/passwd")
    if turn == 1 and agent.startswith("researcher-"):
        symbol = agent.removeprefix("researcher-")
        return act("file.write", path=f"/desk/notes/{symbol}.md", content=f"# {symbol}\n\nclaim: low = 1.00\n")
    return act("finish", summary=f"{agent} is done")


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("HAVOCPROOF_MODEL_KEY", KEY)
    monkeypatch.setenv("HAVOCPROOF_MODEL_NAME", "tiny-1")
    monkeypatch.setattr(desk, "_WAIT_S", 0)
    return monkeypatch


def test_the_same_flows_run_with_a_real_endpoint(
    environment: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    with chat_server(small_model) as server:
        environment.setenv("HAVOCPROOF_MODEL_URL", server.url)
        code = main(["--out", str(out), "--json"])
    printed = capsys.readouterr()
    document = json.loads(printed.out)
    assert (code, document["problems"]) == (0, [])
    assert [row["action"] for row in document["outcomes"]] == ["file.read /etc/passwd"] * 9
    assert {row["verdict"] for row in document["outcomes"]} == {"denied"}

    # 8 agents: three turns for a researcher, two for the others.
    assert len(server.asked) == 3 * 3 + 5 * 2
    assert {body["model"] for body in server.asked} == {"tiny-1"}
    assert set(server.keys) == {f"Bearer {KEY}"}
    assert set(server.paths) == {"/v1/chat/completions"}

    report = (out / "workspace" / "report" / "report.md").read_text(encoding="utf-8")
    assert "publisher is done" in report
    assert "3 claims were checked; 0 agree" in report
    assert "27.62" in report


def test_the_policy_decides_on_its_own_names_and_the_key_is_nowhere(
    environment: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    with chat_server(small_model) as server:
        environment.setenv("HAVOCPROOF_MODEL_URL", server.url)
        main(["--out", str(out)])
    printed = capsys.readouterr()
    assert KEY not in printed.out + printed.err
    assert not [path for path in out.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()]
    records = {record.seq: record for record in read(out / "journal.db")}
    calls = [
        (record.data["action"]["args"]["model"], record.seq)
        for record in records.values()
        if record.kind == "intent" and record.data["action"]["action"] == "model.call"
    ]
    assert {name for name, _ in calls} == {"desk/large", "desk/small"}
    settled = [
        record.data["used"]
        for record in records.values()
        if record.kind == "outcome" and "tokens" in record.data["used"]
    ]
    assert settled == [{"tokens": 960}] * len(calls)


def test_prompts_say_objective_format_actions_and_boundaries(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with chat_server(small_model) as server:
        environment.setenv("HAVOCPROOF_MODEL_URL", server.url)
        main(["--out", str(tmp_path / "out"), "--quiet", "--json"])
    for agent in ("lead", "researcher-BBB", "analyst", "publisher", "payables", "trader"):
        prompt = server.prompts(agent)[0]
        for word in ("Objective: ", "Boundaries: ", "exactly one action", "```yaml", "Your actions:", "finish"):
            assert word in prompt
        assert ("money.payment" in prompt.partition("Your actions:")[2]) == (agent == "payables")
    assert "/desk/notes/BBB.md" in server.prompts("researcher-BBB")[0]
    assert "lead is done" in server.prompts("analyst")[0]
    told = [body["messages"] for body in server.asked if len(body["messages"]) > 2]
    assert all(messages[-1]["role"] == "user" and messages[-1]["content"].startswith("outcome: ") for messages in told)


def test_a_model_that_never_finishes_is_ended_after_its_turns(
    environment: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with chat_server(lambda agent, turn: act("dir.list", path="/desk/notes")) as server:
        environment.setenv("HAVOCPROOF_MODEL_URL", server.url)
        assert main(["--out", str(tmp_path / "out"), "--quiet", "--json"]) == 0
    assert len(server.asked) == 8 * 24
    report = (tmp_path / "out" / "workspace" / "report" / "report.md").read_text(encoding="utf-8")
    assert "No summary was written" in report
    assert "No note could be read for AAA, BBB, CCC" in report
    assert json.loads(capsys.readouterr().out)["ok"] is True


@pytest.mark.parametrize("status", [401, 500])
def test_an_endpoint_that_fails_ends_the_desk_with_its_error(
    environment: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str], status: int
) -> None:
    with chat_server(small_model, status) as server:
        environment.setenv("HAVOCPROOF_MODEL_URL", server.url)
        assert main(["--out", str(tmp_path / "out"), "--quiet"]) == 1
    assert len(server.asked) == 3
    error = capsys.readouterr().err
    assert error.startswith("error: the model gave no answer")
    assert str(status) in error
    assert "Traceback" not in error


def test_the_environment_is_read_strictly() -> None:
    assert from_environment({}) is None
    assert from_environment({"HAVOCPROOF_MODEL_URL": "", "HAVOCPROOF_MODEL_KEY": "x"}) is None
    with pytest.raises(ConfigError, match="HAVOCPROOF_MODEL_KEY is not"):
        from_environment({"HAVOCPROOF_MODEL_URL": "https://models.example/v1"})
    with pytest.raises(ConfigError, match="HAVOCPROOF_MODEL_URL"):
        from_environment({"HAVOCPROOF_MODEL_URL": "models.example", "HAVOCPROOF_MODEL_KEY": ""})
    with pytest.raises(ConfigError, match="plain http"):
        from_environment({"HAVOCPROOF_MODEL_URL": "http://models.example/v1", "HAVOCPROOF_MODEL_KEY": "x"})
    assert from_environment({"HAVOCPROOF_MODEL_URL": "http://localhost:11434/v1", "HAVOCPROOF_MODEL_KEY": ""})
