"""Messages on their whole way: a policy that knows who may get them, a real exchange, budgets, and what is in doubt."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from havocproof import Denied, Failed, Gate, Outcome, Performed
from havocproof.policy import loads_policy
from havocproof.ports import MessagesPort, OutboxChannel, SmtpChannel
from tests.ports.messages.server import HANG_UP, MailServer

POLICY = """\
havocproof: 1
policy: mail
sets: {staff: {email: ["*@desk.example", ann@firm.example]}}
rules:
  mail:
    - {permit: message.send, where: {channel: email, recipient: $staff}}
    - {permit: message.send, where: {channel: outbox, recipient: any, bytes_out: {max: 1 KiB}}}
budgets:
  out: {bytes_out: 10 KiB, of: all.send, per: [run]}
  people: {recipients: 5, of: message.send, per: [run]}
"""


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as made:
        yield made


@pytest.fixture
def gate(server: MailServer, tmp_path: Path) -> Iterator[Gate]:
    email = SmtpChannel("127.0.0.1", "desk@desk.example", "none", server.port, timeout=5.0)
    port = MessagesPort({"email": email, "outbox": OutboxChannel(tmp_path / "outbox.jsonl")})
    with Gate.open(loads_policy(POLICY), ports=[port], journal=tmp_path / "run.db") as made:
        yield made


def send(gate: Gate, *recipients: str, channel: str = "email", run: str = "r", **fields: Any) -> Outcome:
    args = {"channel": channel, "recipients": list(recipients), "body": "Hello.", **fields}
    return gate.session(run=run).perform({"action": "message.send", "args": args})


def test_who_is_known_gets_it(gate: Gate, server: MailServer) -> None:
    outcome = send(gate, "ben@desk.example", "ann@firm.example")
    assert isinstance(outcome, Performed)
    assert outcome.result["recipients"] == 2
    assert [mail.recipients for mail in server.seen.mails] == [["ann@firm.example", "ben@desk.example"]]


@pytest.mark.parametrize(
    "stranger",
    [
        "ann@firm.example.evil.test",
        "ben@firm.example",
        "ann@sub.firm.example",
        "ben@sub.desk.example",
        "ben@desk.example.evil.test",
        "ben@xdesk.example",
        "desk.example@evil.test",
    ],
)
def test_one_stranger_and_nobody_gets_it(gate: Gate, server: MailServer, stranger: str) -> None:
    outcome = send(gate, "ben@desk.example", stranger)
    assert isinstance(outcome, Denied)
    assert server.seen.commands == []


def test_another_channel_is_another_rule(gate: Gate, server: MailServer, tmp_path: Path) -> None:
    assert isinstance(send(gate, "eve@evil.test", channel="outbox"), Performed)
    assert isinstance(send(gate, "eve@evil.test", channel="outbox", body="x" * 1100), Denied)
    assert isinstance(send(gate, "ben@desk.example", channel="sms"), Denied)
    assert len(OutboxChannel(tmp_path / "outbox.jsonl").messages()) == 1
    assert server.seen.commands == []


def test_bytes_and_people_are_counted_over_all_messages(gate: Gate, server: MailServer) -> None:
    assert isinstance(send(gate, "a@desk.example", body="x" * 9000), Performed)
    refused = send(gate, "a@desk.example", body="x" * 2000)
    assert isinstance(refused, Denied)
    assert (refused.denial.kind, refused.denial.facts["budget"]) == ("later", "out")
    many = [f"{who}@desk.example" for who in "abcde"]
    refused = send(gate, *many)
    assert isinstance(refused, Denied)
    assert refused.denial.facts["budget"] == "people"
    assert isinstance(send(gate, *many[1:]), Performed)
    assert isinstance(send(gate, *many, run="another"), Performed)
    assert len(server.seen.mails) == 3


def test_what_nobody_got_is_given_back_and_what_is_in_doubt_is_not_repeated(gate: Gate, server: MailServer) -> None:
    server.answers["RCPT a@desk.example"] = "550 no"
    assert [type(send(gate, "a@desk.example", body="x" * 9000)) for _ in range(3)] == [Failed] * 3
    server.answers.clear()
    server.answers["TEXT"] = HANG_UP
    doubtful = send(gate, "a@desk.example", body="x" * 9000)
    assert isinstance(doubtful, Failed)
    assert doubtful.in_doubt
    server.answers.clear()
    # It stays counted, and the same message is not sent again while nobody knows.
    assert isinstance(send(gate, "a@desk.example", body="x" * 2000), Denied)
    again = send(gate, "a@desk.example", body="x" * 9000, run="another")
    assert isinstance(again, Failed)
    assert again.in_doubt
    assert server.seen.mails == []
    # Its id leads from the journal to the mail server's log.
    (flight,) = gate.in_doubt
    intent = next(record for record in gate.store.records() if record.seq == flight.seq)
    assert len(intent.data["permit"]) == 64
    gate.resolve(flight.seq, happened=False, why="not in the server's log")
    assert isinstance(send(gate, "a@desk.example", body="x" * 9000), Performed)
    assert f"<{_last_permit(gate)[:32]}@desk.example>".encode() in server.seen.mails[0].data


def _last_permit(gate: Gate) -> str:
    return str([record.data["permit"] for record in gate.store.records() if record.kind == "intent"][-1])
