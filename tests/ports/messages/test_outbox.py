"""The outbox: whole messages or none, whoever writes beside, and whatever a crash or a full disk leaves."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from havocproof.actions import Send
from havocproof.errors import ConfigError, InDoubt, PortError
from havocproof.ports import outbox
from havocproof.ports.messages import Channel, MessagesPort
from havocproof.ports.outbox import OutboxChannel
from tests.ports.messages.server import deliver

MESSAGE = Send(channel="outbox", recipients=("b@desk.example", "a@desk.example"), subject="S", body="Hé\u2028\x85\n")
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
PROGRAM = """
import sys
from havocproof.actions import Send
from havocproof.ports.outbox import OutboxChannel
channel = OutboxChannel(sys.argv[1])
for number in range(100_000):
    message = Send(channel="outbox", recipients=("a@b.test",), body="x" * 5000 + str(number))
    print(channel.deliver(message, str(number), 0)[0]["message_id"], flush=True)
"""


def port_for(path: Path) -> MessagesPort:
    return MessagesPort({"outbox": OutboxChannel(path)}, clock=lambda: 7)


def test_a_message_waits_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "outbox.jsonl"
    channel = OutboxChannel(path)
    assert isinstance(channel, Channel)
    assert channel.messages() == []
    first = deliver(port_for(path), MESSAGE)
    deliver(port_for(path), MESSAGE.model_copy(update={"body": ""}))
    assert first.result["state"] == "waiting"
    assert first.note == {"outbox": "outbox.jsonl"}
    one, two = channel.messages()
    assert one == {
        "message_id": first.result["message_id"],
        "at_ms": 7,
        "channel": "outbox",
        "recipients": ["a@desk.example", "b@desk.example"],
        "subject": "S",
        "body": "Hé\u2028\x85\n",
    }
    assert two["body"] == ""
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("torn", [b"{", b'{"body":"', b"x" * 200_000])
def test_a_torn_line_is_no_message_and_goes_away(tmp_path: Path, torn: bytes) -> None:
    path = tmp_path / "outbox.jsonl"
    deliver(port_for(path), MESSAGE)
    whole = path.read_bytes()
    path.write_bytes(whole + torn)
    assert len(OutboxChannel(path).messages()) == 1
    deliver(port_for(path), MESSAGE)
    assert path.read_bytes() == whole * 2
    path.write_bytes(torn)
    deliver(port_for(path), MESSAGE)
    assert path.read_bytes() == whole


def test_a_writer_that_is_killed_leaves_whole_messages(tmp_path: Path) -> None:
    path = tmp_path / "outbox.jsonl"
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(path)], stdout=subprocess.PIPE, text=True, env=ENVIRONMENT
    ) as process:
        assert process.stdout is not None
        heard = [process.stdout.readline().strip() for _ in range(20)]
        process.kill()
        heard += process.stdout.read().split()
        assert process.wait() == -signal.SIGKILL
    found = [message["message_id"] for message in OutboxChannel(path).messages()]
    # Whatever was told is there; at most the one that was under way had not been told.
    assert found[: len(heard)] == heard
    assert len(found) - len(heard) in (0, 1)


def test_many_writers_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "outbox.jsonl"

    def work(who: int) -> None:
        for number in range(20):
            deliver(port_for(path), MESSAGE.model_copy(update={"subject": f"{who}-{number}"}))

    threads = [threading.Thread(target=work, args=(who,)) for who in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    subjects = [message["subject"] for message in OutboxChannel(path).messages()]
    assert sorted(subjects) == sorted(f"{who}-{number}" for who in range(4) for number in range(20))
    assert all(subjects.index(f"{who}-0") < subjects.index(f"{who}-19") for who in range(4))


def test_a_full_disk_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "outbox.jsonl"
    deliver(port_for(path), MESSAGE)
    before = path.read_bytes()
    plain, calls = os.pwrite, 0

    def full(handle: int, data: Any, at: int) -> int:
        nonlocal calls
        calls += 1
        if calls > 1:
            raise OSError(28, "No space left on device")
        return plain(handle, bytes(data)[:10], at)

    monkeypatch.setattr(outbox.os, "pwrite", full)
    with pytest.raises(PortError, match="No space left"):
        deliver(port_for(path), MESSAGE)
    monkeypatch.undo()
    assert path.read_bytes() == before


def test_a_disk_that_fails_at_the_end_is_in_doubt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(handle: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(outbox.os, "fsync", failing)
    with pytest.raises(InDoubt, match="Input/output"):
        deliver(port_for(tmp_path / "outbox.jsonl"), MESSAGE)


def test_links_and_directories_are_no_outbox(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("mine\n")
    (tmp_path / "link").symlink_to(elsewhere)
    with pytest.raises(PortError, match="cannot be written"):
        deliver(port_for(tmp_path / "link"), MESSAGE)
    assert elsewhere.read_text() == "mine\n"
    for path in (tmp_path, tmp_path / "missing" / "outbox.jsonl"):
        with pytest.raises(ConfigError):
            OutboxChannel(path)
