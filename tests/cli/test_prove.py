"""`havocproof prove`: what is printed and written, exit codes, the cache, and a clean end when interrupted."""

from __future__ import annotations

import io
import json
import os
import pty
import signal
import subprocess
import sys
import time
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import pytest

from havocproof.cli.main import main
from havocproof.cli.progress import Progress
from tests.cli.ci import CLOSED, HOLE, ROOT

HOPELESS = CLOSED.replace("prove:\n", "prove:\n  - {id: reads, some: file.delete}\n")


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder of its own, with a cache of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def policy(text: str, name: str = "policy.yaml") -> str:
    Path(name).write_text(text)
    return name


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    capsys.readouterr()
    code = main(arguments)
    return code, capsys.readouterr().out


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    return json.loads(run(capsys, "prove", "--json", *arguments)[1])


def test_what_holds_is_a_line_each_and_a_summary(capsys: pytest.CaptureFixture[str]) -> None:
    code, out = run(capsys, "prove", policy(CLOSED))
    assert code == 0
    assert out.splitlines() == [
        "holds           keys-stay  policy.yaml:13",
        "holds           boss-sees  policy.yaml:14",
        "policy.yaml: 2 of 2 invariants hold",
    ]


def test_a_false_one_is_shown_with_action_state_verdict_rules_bounds_and_edit(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out = run(capsys, "prove", policy(HOLE))
    assert code == 4
    labels = [line.split()[0] for line in out.splitlines() if line.startswith("    ")]
    for label in ("claim", "why", "action", "state", "verdict", "rules", "edit", "write"):
        assert label in labels
    assert "file.read, path: /desk/" in out
    assert "permit `notes` [policy.yaml:6]" in out


def test_the_edit_that_is_shown_makes_it_true(capsys: pytest.CaptureFixture[str]) -> None:
    """What is written there is put where it says, and proved."""
    (false,) = [each for each in told(capsys, policy(HOLE))["policies"][0]["results"] if each["status"] == "broken"]
    edit = false["edit"]
    assert edit["kind"] == "add"
    lines = HOLE.splitlines()
    rule = [f"    {line}" for line in edit["yaml"].rstrip("\n").splitlines()]
    edited = [*lines[: edit["line"]], *rule, *lines[edit["line"] :]]
    assert run(capsys, "prove", policy("\n".join(edited)))[0] == 0


def test_exit_codes_say_what_was_found(capsys: pytest.CaptureFixture[str]) -> None:
    policy(CLOSED)
    policy(HOLE, "hole.yaml")
    policy("havocproof: 1\nrules: 3\n", "bad.yaml")
    assert run(capsys, "prove", "policy.yaml")[0] == 0
    assert run(capsys, "prove", "policy.yaml", "bad.yaml")[0] == 2
    assert run(capsys, "prove", "policy.yaml", "hole.yaml", "bad.yaml")[0] == 4
    assert run(capsys, "prove", "none.yaml")[0] == 2
    _, out = run(capsys, "prove", "bad.yaml", "policy.yaml")
    assert "bad.yaml: does not load" in out
    assert "2 of 2 invariants hold" in out, "the others are proved all the same"


def test_without_a_budget_nothing_is_decided(capsys: pytest.CaptureFixture[str]) -> None:
    several = CLOSED.replace("within: .ssh}, why", "path: [/desk/a/**, /desk/b/**, /desk/*/c]}, why")
    several = several.replace("where: {within: .ssh}}", "where: {path: [/desk/a/**, /desk/b/**, /desk/*/c]}}")
    assert run(capsys, "prove", policy(several))[0] == 0
    code, out = run(capsys, "prove", "--budget", "1", "policy.yaml")
    assert code == 5
    assert "not decided     keys-stay" in out
    assert run(capsys, "prove", "--budget", "0", "policy.yaml")[0] == 2


def test_strict_counts_warnings_and_widenings_that_nothing_notices(capsys: pytest.CaptureFixture[str]) -> None:
    policy(CLOSED)
    assert run(capsys, "prove", "--strict", "policy.yaml")[0] == 0
    code, out = run(capsys, "prove", "--mutants", "policy.yaml")
    assert code == 0
    assert "NOT NOTICED" in out
    assert run(capsys, "prove", "--strict", "--mutants", "policy.yaml")[0] == 1
    gap = CLOSED.replace("above: 50.00 USD}}, needs", "above: 90.00 USD}}, needs")
    code, out = run(capsys, "prove", "--strict", policy(gap))
    assert (code, "W-GAP" in out) == (1, True)


def test_a_policy_without_invariants_says_that_nothing_was_proved(capsys: pytest.CaptureFixture[str]) -> None:
    code, out = run(capsys, "prove", policy(CLOSED.partition("prove:")[0]))
    assert code == 0
    assert out == "policy.yaml: no invariants, so nothing was proved. Write some under `prove:`.\n"


def test_only_proves_what_was_asked_and_knows_every_id(capsys: pytest.CaptureFixture[str]) -> None:
    policy(HOLE)
    code, out = run(capsys, "prove", "--only", "boss-sees", "policy.yaml")
    assert (code, "keys-stay" in out) == (0, False)
    assert out.endswith("policy.yaml: 1 of 1 invariants hold, 1 more not asked for\n")
    assert main(["prove", "--only", "boss-see", "policy.yaml"]) == 2
    assert "no invariant has the id boss-see. Did you mean boss-sees?" in capsys.readouterr().err


def test_json_is_one_document_with_every_outcome(capsys: pytest.CaptureFixture[str]) -> None:
    found = told(capsys, policy(HOPELESS), policy(HOLE, "hole.yaml"))
    assert (found["exit_code"], found["ok"]) == (4, False)
    first, second = found["policies"]
    assert [each["status"] for each in first["results"]] == ["broken", "holds", "holds"]
    assert first["results"][0]["example"] is None
    assert second["results"][0]["example"]["part"]["verb"] == "file.read"
    assert len(first["digest"]) == 64


def test_every_file_is_written_whole(capsys: pytest.CaptureFixture[str]) -> None:
    files = {name: Path(f"out.{name}") for name in ("sarif", "junit", "html", "markdown")}
    arguments = [text for name, path in files.items() for text in (f"--{name}", str(path))]
    assert run(capsys, "prove", *arguments, policy(HOLE))[0] == 4
    assert json.loads(files["sarif"].read_text())["runs"][0]["results"][0]["ruleId"] == "F-PROVE"
    assert Xml.parse(files["junit"]).getroot().get("failures") == "1"
    HTMLParser().feed(files["html"].read_text())
    assert "keys-stay" in files["html"].read_text()
    assert "is false" in files["markdown"].read_text()
    assert sorted(path.name for path in Path().iterdir() if path.name.startswith(".")) == []


def test_a_file_that_cannot_be_written_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prove", "--sarif", "none/out.sarif", policy(CLOSED)]) == 2
    assert "none/out.sarif cannot be written" in capsys.readouterr().err


def test_an_unchanged_policy_is_not_proved_again(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = run(capsys, "prove", "--mutants", policy(HOLE))

    def never(*_: object, **__: object) -> None:
        raise AssertionError("it was proved again")

    monkeypatch.setattr("havocproof.proving.prove.Proving.outcome", never)
    again = run(capsys, "prove", "--mutants", "policy.yaml")
    assert again[0] == first[0] == 4
    assert again[1] == first[1].rstrip("\n") + "; as found by an earlier run on the same bytes\n"
    for arguments in (["--no-cache"], ["--budget", "40000"], ["--only", "keys-stay"], ["--cache", "elsewhere"]):
        with pytest.raises(AssertionError, match="proved again"):
            main(["prove", *arguments, "policy.yaml"])
    policy(HOLE + "\n")
    with pytest.raises(AssertionError, match="proved again"):
        main(["prove", "policy.yaml"])


def test_a_policy_that_it_is_compared_with_is_part_of_the_key(capsys: pytest.CaptureFixture[str]) -> None:
    last = CLOSED.partition("prove:")[0]
    policy(last, "last.yaml")
    policy(last + "prove:\n  - {id: narrower, narrower_than: last.yaml}\n")
    assert run(capsys, "prove", "policy.yaml")[0] == 0
    assert "earlier run" in run(capsys, "prove", "policy.yaml")[1]
    policy(last.replace("permit: file.read", "permit: dir.list"), "last.yaml")
    code, out = run(capsys, "prove", "policy.yaml")
    assert (code, "earlier run" in out) == (4, False)


def test_a_forged_entry_is_proved_anew(capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "prove", "--cache", "kept", policy(HOLE))
    (entry,) = Path("kept").iterdir()
    entry.write_text(entry.read_text().replace('"Broken"', '"Holds"'))
    code, out = run(capsys, "prove", "--cache", "kept", "policy.yaml")
    assert (code, "earlier run" in out) == (4, False)


# ---- progress and interruption ----


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_one_line_that_is_taken_back() -> None:
    stream = Terminal()
    with Progress(stream) as shown:
        shown("proving 1 of 9: a\x1b[31m long name")
        shown("proving 2 of 9: b")
    lines = stream.getvalue().split("\r")
    assert "\n" not in stream.getvalue()
    assert "\x1b" not in stream.getvalue()
    assert len(lines[2]) == len(lines[1]), "what was there is covered"
    assert lines[-1] == ""
    assert lines[-2].strip() == ""


def test_elsewhere_progress_says_nothing() -> None:
    stream = io.StringIO()
    with Progress(stream) as shown:
        shown("proving")
    assert stream.getvalue() == ""


def test_on_a_terminal_it_says_what_it_does_and_elsewhere_the_output_is_the_same() -> None:
    Path("policy.yaml").write_text(CLOSED)
    command = [sys.executable, "-m", "havocproof.cli.main", "prove", "--no-cache", "policy.yaml"]
    env = {**os.environ, "PYTHONPATH": str(ROOT / "python")}
    ours, theirs = pty.openpty()
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=theirs, text=True) as process:
        os.close(theirs)
        said = b""
        while piece := _read(ours):
            said += piece
        assert process.stdout is not None
        out = process.stdout.read()
    os.close(ours)
    plain = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    assert out == plain.stdout
    for step in (
        b"policy.yaml: proving 1 of 2: keys-stay",
        b"policy.yaml: proving 2 of 2: boss-sees",
        b"looking at rules",
    ):
        assert step in said
        assert step.decode() not in plain.stderr
    assert said.rstrip(b" ").endswith(b"\r"), "the line is taken back"


def _read(terminal: int) -> bytes:
    """What the other side wrote, nothing when it is gone."""
    try:
        return os.read(terminal, 4096)
    except OSError:
        return b""


def slow(rules: int) -> str:
    """A policy whose widenings take a while."""
    more = "".join(
        f"    - {{id: r{n}, permit: file.read, where: {{path: /d{n}/**, name: [a{n}, b{n}]}}}}\n" for n in range(rules)
    )
    return CLOSED.replace("  pay:\n", more + "  pay:\n")


def test_an_interruption_ends_it_with_130_and_no_traceback(tmp_path: Path) -> None:
    Path("policy.yaml").write_text(slow(60))
    command = [
        sys.executable,
        "-m",
        "havocproof.cli.main",
        "prove",
        "--mutants",
        "--no-cache",
        "--html",
        "out.html",
        "policy.yaml",
    ]
    env = {**os.environ, "PYTHONPATH": str(ROOT / "python"), "PYTHONUNBUFFERED": "1"}
    # Where these tests run in the background SIGINT is ignored, which a child would inherit.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        proving = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    finally:
        signal.signal(signal.SIGINT, before)
    with proving as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("holds"), "the first claim is told before all is done"
        process.send_signal(signal.SIGINT)
        started = time.monotonic()
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert time.monotonic() - started < 30
    assert "Traceback" not in err
    assert "havocproof: interrupted" in err
    assert "invariants hold" not in out
    assert not (tmp_path / "out.html").exists()
