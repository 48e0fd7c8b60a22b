"""The command line, as a user meets it: output, JSON, exit codes."""

from __future__ import annotations

import io
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from havocproof import Gate
from havocproof.cli.main import main
from havocproof.ports import FilesPort

POLICY = """
havocproof: 1
policy: desk
version: "1"
approvals: {boss: {role: boss, people: 1, within: 1d}}
rules:
  files:
    - {id: notes, permit: [file.read, file.write], where: {path: /desk/notes/**, bytes: {max: 1 KiB}}}
    - id: secrets
      forbid: file.read
      where: {within: .ssh}
      why: Keys are not for agents.
      remedy: The gate holds the keys.
  pay:
    - {id: small, permit: money.payment, where: {account: costs, payee: any, amount: {max: 5.00 USD}}}
    - id: large
      ask: money.payment
      where: {account: costs, payee: any, amount: {above: 5.00 USD}}
      needs: boss
      why: Large.
  data:
    - {id: prices, permit: sql.read, where: {table: d.main.prices, column: any}}
budgets:
  month: {amount: 7.00 USD, of: money.payment, per: [run], every: month}
examples:
  - {do: {file.read: {path: /desk/notes/a, max_bytes: 10}}, expect: permit by notes}
"""


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    path = tmp_path / "policy.yaml"
    path.write_text(POLICY)
    return path


def action(tmp_path: Path, verb: str, **args: object) -> str:
    path = tmp_path / "action.json"
    path.write_text(json.dumps({"action": verb, "args": args}))
    return str(path)


def run_json(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    main(arguments)
    return json.loads(capsys.readouterr().out)


def test_check_and_test_pass(policy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(policy)]) == 0
    shown = capsys.readouterr().out
    assert "desk 1: 5 rules, 1 budgets, 0 tools, 1 examples" in shown
    assert [line.split() for line in shown.splitlines() if line.startswith("prices")] == [
        ["prices", "22", "column,", "rows"]
    ]
    assert main(["test", str(policy)]) == 0
    assert "1 of 1 examples as expected" in capsys.readouterr().out
    policy.write_text(POLICY.partition("examples:")[0])
    assert main(["test", str(policy)]) == 0
    assert "has no examples: nothing was tested" in capsys.readouterr().out


def test_check_shows_every_problem_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(POLICY.replace("permit: sql.read", "permitt: sql.read").replace("column: any", "colum: any"))
    assert main(["check", str(path)]) == 1
    shown = capsys.readouterr().out
    line = POLICY[: POLICY.index("id: prices")].count("\n") + 1
    assert f"{path}:{line}:" in shown
    assert "permitt" in shown
    found = run_json(capsys, "check", "--json", str(path))
    assert not found["ok"]
    assert {problem["line"] for problem in found["problems"]} == {line}


def test_a_failing_example_is_shown_with_what_came(policy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    policy.write_text(POLICY.replace("expect: permit by notes", "expect: deny never"))
    assert main(["test", str(policy)]) == 1
    shown = capsys.readouterr().out
    assert "expected: deny never" in shown
    assert "got:      permit by notes" in shown


def test_explain_says_verdict_rules_and_budget(
    policy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pay = {"account": "costs", "payee": "x", "idempotency_key": "k"}
    small = action(tmp_path, "money.payment", amount="4.00 USD", **pay)
    assert main(["explain", str(policy), small]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("permit: small")
    assert "month" in shown
    found = run_json(capsys, "explain", "--json", str(policy), small)
    assert [each["rule"] for each in found["matched"]] == ["small"]
    assert [(each["needs"], each["left"]) for each in found["budgets"]] == [("4.00 USD", "7.00 USD")]
    large = action(tmp_path, "money.payment", amount="6.00 USD", **pay)
    assert run_json(capsys, "explain", "--json", str(policy), large)["verdict"] == "ask"
    over = action(tmp_path, "money.payment", amount="8.00 USD", **pay)
    assert run_json(capsys, "explain", "--json", str(policy), over)["verdict"] == "deny later"


def test_explain_names_the_nearest_rule_and_its_failing_axis(
    policy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = run_json(
        capsys,
        "explain",
        "--json",
        str(policy),
        action(tmp_path, "file.write", path="/desk/notes/a", content="x" * 2000),
    )
    assert (found["verdict"], found["nearest"], found["failing_axes"]) == ("deny fix", "notes", ["bytes"])
    secret = run_json(
        capsys, "explain", "--json", str(policy), action(tmp_path, "file.read", path="/desk/notes/.ssh/k")
    )
    assert (secret["verdict"], secret["rule"]) == ("deny never", "secrets")
    assert secret["remedy"] == "The gate holds the keys."


def test_explain_reads_standard_input_and_counters(
    policy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "desk").mkdir()
    policy.write_text(POLICY.replace("budgets:\n", "budgets:\n  reads: {count: 3, of: file.read, per: [run]}\n"))
    with Gate.open(policy, ports=[FilesPort({"/desk": tmp_path / "desk"})], journal=tmp_path / "run.db") as gate:
        session = gate.session(run="r1")
        (tmp_path / "desk" / "notes").mkdir()
        (tmp_path / "desk" / "notes" / "a").write_text("x")
        assert session.perform({"action": "file.read", "args": {"path": "/desk/notes/a", "max_bytes": 9}}).ok
    text = b"action: file.read\nargs: {path: /desk/notes/a, max_bytes: 9}\n"

    class Input:
        buffer = io.BytesIO(text)

    monkeypatch.setattr("sys.stdin", Input())
    found = run_json(
        capsys, "explain", "--json", str(policy), "-", "--journal", str(tmp_path / "run.db"), "--run", "r1"
    )
    assert [(each["budget"], each["left"]) for each in found["budgets"]] == [("reads", "2")]


def test_explain_classifies_sql_by_its_database(
    policy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with sqlite3.connect(tmp_path / "d.db") as connection:
        connection.execute("create table prices (symbol text, cents int)")
    connection.close()
    select = action(tmp_path, "sql.query", database="d", statement="select symbol from prices")
    assert main(["explain", str(policy), select]) == 2
    assert "--database d=FILE" in capsys.readouterr().err
    found = run_json(capsys, "explain", "--json", str(policy), select, "--database", f"d={tmp_path / 'd.db'}")
    assert found["verdict"] == "permit"
    assert found["parts"][0]["verb"] == "sql.read"


def test_malformed_actions_and_policies_exit_with_two(
    policy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text('{"action": "file.read", "args": {"path": 7}}')
    assert main(["explain", str(policy), str(bad)]) == 2
    assert "args.path" in capsys.readouterr().err
    assert main(["test", str(tmp_path / "none.yaml")]) == 2
    assert main(["explain", str(policy), str(tmp_path / "none.json")]) == 2
    assert "none.json" in capsys.readouterr().err


def test_journal_show_and_verify(policy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    journal = tmp_path / "run.db"
    (tmp_path / "desk" / "notes").mkdir(parents=True)
    with Gate.open(policy, ports=[FilesPort({"/desk": tmp_path / "desk"})], journal=journal) as gate:
        session = gate.session()
        assert session.perform({"action": "file.write", "args": {"path": "/desk/notes/a", "content": "x"}}).ok
        session.perform({"action": "file.read", "args": {"path": "/desk/notes/.ssh/k", "max_bytes": 1}})
    assert main(["journal", "show", str(journal)]) == 0
    shown = capsys.readouterr().out
    assert "never secrets" in shown
    assert main(["journal", "show", "--json", "--kind", "denied", str(journal)]) == 0
    assert [json.loads(line)["kind"] for line in capsys.readouterr().out.splitlines()] == ["denied"]
    report = run_json(capsys, "journal", "verify", "--json", str(journal))
    assert report["ok"]
    assert main(["journal", "verify", str(journal), "--head", report["head"]]) == 0
    assert main(["journal", "verify", str(journal), "--head", "999:" + "0" * 64]) == 1
    assert main(["journal", "verify", str(tmp_path / "none.db")]) == 2


def test_schema_is_json_schema(capsys: pytest.CaptureFixture[str]) -> None:
    schema = run_json(capsys, "schema")
    assert schema["$schema"].startswith("https://json-schema.org/")
    assert "rules" in schema["properties"]


@pytest.mark.parametrize("arguments", [[], ["check"], ["journal"], ["nonsense"]])
def test_usage_errors_exit_with_two(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2
