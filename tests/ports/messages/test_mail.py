"""Messages over a real SMTP exchange: what arrives, who gets it, and what is known when something breaks."""

from __future__ import annotations

import email
import email.policy
import hashlib
import re
import socket
import ssl
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from havocproof.actions import FileRead, Send
from havocproof.errors import ConfigError, InDoubt, PortError, PortRefused
from havocproof.ports.base import Port, Prepared
from havocproof.ports.mail import SmtpChannel, compose
from havocproof.ports.messages import Channel, MessagesPort
from tests.actions import strategies as some
from tests.ports.messages.server import HANG_UP, SILENCE, MailServer, deliver
from tests.ports.worlds import Leave

CERTIFICATE = Path(__file__).parents[1] / "http" / "good.test.pem"
NOW = 1_700_000_000_000
MARK = hashlib.sha256(b"permit-1").hexdigest()[:32]
MESSAGE = Send(
    channel="email",
    recipients=("ben@desk.example", "ann@desk.example"),
    subject="Weekly",
    body="Hé.\n.\n..two dots\nFrom here\n",
)


def port_for(server: MailServer, **options: Any) -> MessagesPort:
    given = {"sender": "desk@firm.example", "security": "none", "port": server.port, "timeout": 5.0, **options}
    return MessagesPort({"email": SmtpChannel(given.pop("host", "127.0.0.1"), **given)}, clock=lambda: NOW)


def read(data: bytes) -> EmailMessage:
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


def text_of(message: EmailMessage) -> str:
    """The text, whose lines end in CRLF on the way."""
    return str(message.get_content()).replace("\r\n", "\n")


@pytest.fixture(scope="module")
def tls() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


# ---- what arrives ----


def test_a_message_arrives_whole_and_once() -> None:
    with MailServer() as server:
        port = port_for(server)
        assert isinstance(port, Port)
        effect = deliver(port, MESSAGE)
        (mail,) = server.seen.mails
    assert mail.sender == "desk@firm.example"
    assert mail.recipients == ["ann@desk.example", "ben@desk.example"]
    message = read(mail.data)
    assert message["Subject"] == "Weekly"
    assert message["From"] == "desk@firm.example"
    assert [address.addr_spec for address in message["To"].addresses] == mail.recipients
    assert message["Date"].datetime.timestamp() * 1000 == NOW
    assert text_of(message) == MESSAGE.body
    assert effect.result == {
        "message_id": f"<{MARK}@firm.example>",
        "state": "accepted",
        "channel": "email",
        "recipients": 2,
    }
    assert message["Message-ID"] == effect.result["message_id"]
    assert effect.used == {}  # a message that left counts in full
    assert effect.note == {"server": "127.0.0.1", "reply": "queued as 7"}


@settings(max_examples=200)
@given(some.messages())
def test_what_is_composed_reads_back(message: Send) -> None:
    data = compose(message, "desk@firm.example", "<1@firm.example>", NOW)
    assert max(map(len, data.split(b"\r\n"))) <= 998
    assert data.isascii()
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)|\0", data)
    found = read(data)
    assert (found["Subject"] or "") == message.subject
    assert [address.addr_spec for address in found["To"].addresses] == list(message.recipients)
    body = message.body if message.body.endswith("\n") else message.body + "\n"
    assert text_of(found) == body
    assert set(found) <= {
        *("Date", "From", "To", "Subject", "Message-ID", "Auto-Submitted"),
        *("MIME-Version", "Content-Type", "Content-Transfer-Encoding"),
    }


@pytest.mark.parametrize(
    "subject",
    ["a=b", "=?utf-8?b?eA==?=", "x" * 256, "é" * 256, "名" * 256, "a  b", "Re: [x] (y)", "\U0001f600" * 200, ":", "="],
)
def test_subjects_that_are_hard_to_write(subject: str) -> None:
    found = read(compose(Send(channel="e", recipients=("a@b.test",), subject=subject, body=""), "s@t.test", "<1@t>", 0))
    assert found["Subject"] == subject


def test_no_body_can_end_the_exchange() -> None:
    """The text that ends a message, and a second one after it, arrive as text."""
    body = "x\n.\nMAIL FROM:<evil@x.test>\nRCPT TO:<victim@x.test>\nDATA\n.\nQUIT\n"
    with MailServer() as server:
        deliver(port_for(server), MESSAGE.model_copy(update={"body": body}))
        (mail,) = server.seen.mails
        assert text_of(read(mail.data)) == body
        assert [line for line in server.seen.commands if "x.test" in line] == []


# ---- all or nobody ----


def test_one_refused_recipient_and_nobody_gets_it() -> None:
    with MailServer({"RCPT ben@desk.example": "550 unknown"}) as server:
        with pytest.raises(PortRefused, match=r"refused the recipient ben@desk\.example \(550\); nobody") as caught:
            deliver(port_for(server), MESSAGE)
        assert server.seen.texts == 0
        assert "DATA" not in server.seen.commands
    assert "unknown" not in str(caught.value)


@pytest.mark.parametrize(
    ("answers", "problem"),
    [
        ({"GREETING": "421 busy"}, "does not serve now"),
        ({"GREETING": HANG_UP}, "no exchange"),
        ({"GREETING": SILENCE}, "not within"),
        ({"EHLO": HANG_UP}, "no exchange"),
        ({"MAIL": "451 later"}, "refused the sender"),
        ({"MAIL": HANG_UP}, "no exchange"),
        ({"RCPT ann@desk.example": "450 greylisted"}, "refused the recipient"),
        ({"RCPT ann@desk.example": HANG_UP}, "no exchange"),
        ({"RCPT ann@desk.example": "hello"}, "refused|no exchange"),
        ({"DATA": "554 no"}, "refused the message"),
        ({"DATA": "250 what"}, "refused the message"),
        ({"DATA": HANG_UP}, "no exchange"),
        ({"DATA": SILENCE}, "not within"),
        ({"TEXT": "554 spam"}, "refused the message"),
        ({"TEXT": "452 full"}, "refused the message"),
    ],
)
def test_before_the_servers_yes_it_is_known_that_nobody_got_it(answers: dict[str, str], problem: str) -> None:
    with MailServer(answers) as server:
        with pytest.raises(PortError, match=problem):
            deliver(port_for(server, timeout=0.5), MESSAGE)
        assert server.seen.mails == []


@pytest.mark.parametrize("answer", [HANG_UP, SILENCE, "199 hm", "354 more", "gibberish"])
def test_a_text_that_was_sent_and_not_answered_is_in_doubt(answer: str) -> None:
    with MailServer({"TEXT": answer}) as server:
        with pytest.raises(InDoubt, match="after the message was sent"):
            deliver(port_for(server, timeout=0.5), MESSAGE)
        assert server.seen.texts == 1


def test_what_comes_after_the_yes_changes_nothing() -> None:
    with MailServer({"QUIT": HANG_UP}) as server:
        assert deliver(port_for(server), MESSAGE).result["state"] == "accepted"


def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    channel = SmtpChannel("127.0.0.1", "a@b.test", "none", port)
    with pytest.raises(PortError, match="connection refused"):
        deliver(MessagesPort({"email": channel}), MESSAGE)


# ---- TLS and credentials ----


def test_starttls_then_the_credentials(tls: ssl.SSLContext) -> None:
    with MailServer(tls=tls) as server:
        port = port_for(
            server,
            host="good.test",
            address="127.0.0.1",
            security="starttls",
            ca_file=CERTIFICATE,
            credentials=("desk", "secret-7"),
        )
        effect = deliver(port, MESSAGE)
        assert effect.result["state"] == "accepted"
        assert server.seen.logins == ["\0desk\0secret-7"]
        # Nothing but greetings before TLS, and EHLO anew behind it.
        assert [line.split()[0] for line in server.seen.commands[:4]] == ["ehlo", "STARTTLS", "ehlo", "AUTH"]
    assert "secret-7" not in repr(effect)
    assert "secret-7" not in repr(port.channels)


def test_tls_from_the_first_byte(tls: ssl.SSLContext) -> None:
    with MailServer(tls=tls, wrapped=True) as server:
        port = port_for(server, host="good.test", address="127.0.0.1", security="tls", ca_file=CERTIFICATE)
        assert deliver(port, MESSAGE).result["state"] == "accepted"
        assert len(server.seen.mails) == 1


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize(("host", "trusted"), [("good.test", False), ("evil.test", True)])
def test_a_wrong_certificate_gets_nothing(tls: ssl.SSLContext, security: str, host: str, trusted: bool) -> None:
    with MailServer(tls=tls, wrapped=security == "tls") as server:
        port = port_for(
            server,
            host=host,
            address="127.0.0.1",
            security=security,
            ca_file=CERTIFICATE if trusted else None,
            credentials=("desk", "secret-7"),
        )
        with pytest.raises(PortRefused, match="certificate is not valid"):
            deliver(port, MESSAGE)
        assert server.seen.logins == []
        assert server.seen.texts == 0
        assert not [line for line in server.seen.commands if line.startswith(("AUTH", "mail"))]


def test_a_server_without_starttls_gets_nothing() -> None:
    with MailServer() as server:
        port = port_for(server, host="good.test", address="127.0.0.1", security="starttls", credentials=("a", "b"))
        with pytest.raises(PortRefused, match="no STARTTLS"):
            deliver(port, MESSAGE)
        assert server.seen.logins == []
        assert len(server.seen.commands) == 1


def test_answers_never_tell_the_password() -> None:
    answers = {"AUTH": "535 wrong: secret-7"}
    with MailServer(answers) as server:
        with pytest.raises(PortError, match=r"did not take the credentials \(535\)") as caught:
            deliver(port_for(server, credentials=("desk", "secret-7")), MESSAGE)
        assert server.seen.texts == 0
    assert "secret-7" not in f"{caught.value}{caught.value.__cause__}"
    with MailServer({"TEXT": "250 for secret-7"}) as server:
        effect = deliver(port_for(server, credentials=("desk", "secret-7")), MESSAGE)
    assert effect.note["reply"] == "for ***"


# ---- the port's two halves ----


def test_nothing_leaves_before_the_permit_and_only_once() -> None:
    with MailServer() as server:
        port = port_for(server)
        prepared = port.prepare(MESSAGE)
        assert isinstance(prepared, Prepared)
        assert prepared.parts == MESSAGE.parts()
        assert server.seen.commands == []
        permit = Leave()
        prepared.perform(permit)
        assert permit.checks == 1
        with pytest.raises(PortError, match="sent or closed before"):
            prepared.perform(Leave())
        closed = port.prepare(MESSAGE)
        closed.close()
        with pytest.raises(PortError, match="sent or closed before"):
            closed.perform(Leave())
        assert len(server.seen.mails) == 1
        port.close()


def test_other_actions_and_unknown_channels_are_refused() -> None:
    with MailServer() as server:
        port = port_for(server)
        assert port.verbs == {"message.send"}
        with pytest.raises(PortRefused, match="does not serve"):
            port.prepare(FileRead(path="/a"))
        with pytest.raises(PortRefused, match="no channel of this name"):
            port.prepare(MESSAGE.model_copy(update={"channel": "sms"}))
        assert server.seen.commands == []


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"host": "Mail.test"}, "no host"),
        ({"sender": "Desk <d@x.test>"}, "no mail address"),
        ({"sender": "d@x.test\r\nRCPT TO:<e@x.test>"}, "no mail address"),
        ({"security": "none"}, "in the clear"),
        ({"security": "ssl"}, "security"),
        ({"timeout": 0.0}, "timeout"),
        ({"ca_file": "/does/not/exist.pem"}, "exist"),
    ],
)
def test_a_channel_that_cannot_be(options: dict[str, Any], problem: str) -> None:
    with pytest.raises(ConfigError, match=problem):
        SmtpChannel(**{"host": "mail.test", "sender": "d@x.test", **options})


def test_a_port_needs_channels() -> None:
    channel = SmtpChannel("mail.test", "d@x.test")
    assert isinstance(channel, Channel)
    wrong: list[Any] = [{}, {"": channel}, {"email": object()}, {" email": channel}]
    for channels in wrong:
        with pytest.raises(ConfigError):
            MessagesPort(channels)
