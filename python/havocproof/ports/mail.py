"""Mail: a message in the form of RFC 5322, and one SMTP exchange that hands it to a server, whole or not at all.

    SmtpChannel("mail.desk.example", sender="desk@desk.example", credentials=("desk", "secret"))

Everybody whom the action names is accepted by the server, or nobody gets it: at the first recipient that the server
refuses, the exchange ends before the text of the message is sent. What happened is known by how far it came: before the
text, nothing was sent (`PortError`); the server's last answer says yes or no; without that answer it is in doubt.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import re
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any, Literal, NoReturn

from havocproof.actions import Send
from havocproof.actions.hosts import check_host, email_segments
from havocproof.actions.scalars import GrammarError
from havocproof.errors import ConfigError, InDoubt, PortError, PortRefused
from havocproof.ports.pinned import Deadline, tls_context

Security = Literal["starttls", "tls", "none"]
PORTS: dict[Security, int] = {"starttls": 587, "tls": 465, "none": 25}
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})
_PLAIN_SUBJECT = re.compile(r"[!-<>-~](?:[ -<>-~]{0,68}[!-<>-~])?")  # without "=", which begins an encoded word
_WORD_BYTES = 39  # as base64 these are 52 characters, and a line with one encoded word stays below 76
_LINE_START_DOT = re.compile(rb"^\.", re.MULTILINE)
_LATER = "Try again later; nothing was sent."


def compose(action: Send, sender: str, message_id: str, at_ms: int) -> bytes:
    """The message as it is sent: ASCII, lines of at most 998 characters that end in CRLF.

    The text is the action's body in quoted-printable UTF-8; a line end is put behind it if it has none.
    """
    lines = [
        f"Date: {format_datetime(datetime.fromtimestamp(at_ms / 1000, UTC))}",
        f"From: {sender}",
        "To: " + ",\r\n ".join(action.recipients),
        *([f"Subject: {_subject(action.subject)}"] if action.subject else []),
        f"Message-ID: {message_id}",
        "Auto-Submitted: auto-generated",  # answering machines do not answer it
        "MIME-Version: 1.0",
        'Content-Type: text/plain; charset="utf-8"',
        "Content-Transfer-Encoding: quoted-printable",
        "",
        "",
    ]
    body = action.body if action.body.endswith("\n") else action.body + "\n"
    text = binascii.b2a_qp(body.encode(), istext=True)
    return "\r\n".join(lines).encode("ascii") + text.replace(b"\n", b"\r\n")


def _subject(text: str) -> str:
    """As it is if it is short ASCII, else in encoded words (RFC 2047), split between characters."""
    if _PLAIN_SUBJECT.fullmatch(text):
        return text
    words = [b""]
    for character in text:
        piece = character.encode()
        if len(words[-1]) + len(piece) > _WORD_BYTES:
            words.append(b"")
        words[-1] += piece
    return "\r\n ".join(f"=?utf-8?b?{base64.b64encode(word).decode()}?=" for word in words)


@dataclass(frozen=True)
class SmtpChannel:
    """A mail server that takes messages from one sender.

    host:        its name, which its certificate must be for. address: where to connect, if not to what the name
                 resolves to.
    sender:      the mail address that all messages come from
    security:    "starttls" (port 587), "tls" from the first byte (465), or "none" (25), on this machine only.
                 Certificates are always verified. port: another one.
    credentials: (user, password). They are in no result, error or record.
    ca_file:     PEM file of certificate authorities that are trusted beside certifi's
    timeout:     seconds for a whole exchange; a server that sends an answer in drips can take longer

    ConfigError.
    """

    host: str
    sender: str
    security: Security = "starttls"
    port: int = 0
    credentials: tuple[str, str] | None = None
    address: str = ""
    ca_file: str | Path | None = None
    timeout: float = 30.0

    def __post_init__(self) -> None:
        try:
            check_host(self.host)
            email_segments(self.sender)
        except GrammarError as fault:
            raise ConfigError(f"the mail server or its sender {fault.problem}", fault.remedy) from None
        if self.security not in PORTS:
            raise ConfigError(f"security is {self.security!r}", f"Use one of {', '.join(PORTS)}.")
        if self.security == "none" and (self.address or self.host) not in _HERE:
            raise ConfigError(f"mail to {self.host} would go in the clear", "Use starttls or tls.")
        if not self.timeout > 0:
            raise ConfigError(f"timeout is {self.timeout}", "Give seconds above 0.")
        if self.security != "none":
            tls_context(self._ca)  # a file that cannot be read is found now

    @property
    def _ca(self) -> str | None:
        return None if self.ca_file is None else str(self.ca_file)

    def deliver(self, action: Send, mark: str, at_ms: int) -> tuple[dict[str, Any], dict[str, Any]]:
        """Hands the message to the server. Gives what a result tells of it, and a note for the journal.

        mark: names this delivery; it becomes the message's id. PortError, PortRefused: nobody gets it. InDoubt.
        """
        message_id = f"<{mark}@{self.sender.rpartition('@')[2]}>"
        data = compose(action, self.sender, message_id, at_ms)
        with _Exchange(self) as exchange:
            exchange.begin(len(data), action.recipients)
            reply = exchange.send(data)
        return {"message_id": message_id, "state": "accepted"}, {"server": self.host, "reply": reply}

    def __repr__(self) -> str:
        return f"SmtpChannel({self.host!r}, sender={self.sender!r})"


class _Client(smtplib.SMTP):
    """Connects where the channel says."""

    def __init__(self, channel: SmtpChannel, deadline: Deadline) -> None:
        self._channel = channel
        # Without a name of its own it would ask the DNS for this machine's.
        name = channel.sender.rpartition("@")[2]
        super().__init__(channel.host, channel.port or PORTS[channel.security], name, max(deadline.left(), 0.001))

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        connection = socket.create_connection((self._channel.address or host, port), timeout)
        if self._channel.security != "tls":
            return connection
        try:
            return tls_context(self._channel._ca).wrap_socket(connection, server_hostname=host)
        except BaseException:
            connection.close()
            raise


class _Exchange:
    """One connection, from its beginning to its end."""

    def __init__(self, channel: SmtpChannel) -> None:
        self._channel = channel
        self._deadline = Deadline(channel.timeout)
        with self._unsent():
            self._client = _Client(channel, self._deadline)

    def __enter__(self) -> _Exchange:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def begin(self, size: int, recipients: tuple[str, ...]) -> None:
        """Everything up to the text: TLS, credentials, sender, recipients. Nothing was sent when it raises."""
        channel, client = self._channel, self._client
        with self._unsent():
            self._in_time().ehlo_or_helo_if_needed()
            if channel.security == "starttls":
                if not client.has_extn("starttls"):
                    raise PortRefused(f"{channel.host} offers no STARTTLS", "Use tls, or another server.")
                self._in_time().starttls(context=tls_context(channel._ca))
                self._in_time().ehlo_or_helo_if_needed()
            if channel.credentials is not None:
                self._in_time().login(*channel.credentials)
            options = [f"size={size}"] if client.has_extn("size") else []
            self._require(self._in_time().mail(channel.sender, options), "the sender", (250,))
            for recipient in recipients:
                self._require(self._in_time().rcpt(recipient), f"the recipient {recipient}", (250, 251))
            self._require(self._in_time().docmd("DATA"), "the message", (354,))

    def send(self, data: bytes) -> str:
        """Sends the text and waits for the server's word. InDoubt, or PortRefused if the word is no."""
        with self._unsent():
            client = self._in_time()
        try:
            client.send(_LINE_START_DOT.sub(b"..", data) + b".\r\n")
            code, reply = self._in_time().getreply()
        except OSError as fault:
            raise self._doubt(f"no answer: {self._words(fault)}") from None
        if 400 <= code < 600:
            self._refused("the message", code)
        if code != 250:
            raise self._doubt(f"an answer that is neither yes nor no ({code})")
        with contextlib.suppress(OSError):
            self._in_time().quit()
        secret = self._channel.credentials[1].encode() if self._channel.credentials else b""
        return (reply.replace(secret, b"***") if secret else reply).decode("ascii", "replace")[:200]

    def _in_time(self) -> smtplib.SMTP:
        """The client, whose next step ends at the deadline."""
        left = self._deadline.left()
        if left <= 0:
            raise TimeoutError
        if self._client.sock is not None:
            self._client.sock.settimeout(left)
        return self._client

    def _require(self, answer: tuple[int, bytes], what: str, codes: tuple[int, ...]) -> None:
        if answer[0] not in codes:
            self._refused(what, answer[0])

    def _refused(self, what: str, code: int) -> NoReturn:
        text = f"{self._channel.host} refused {what} ({code}); nobody gets the message"
        if 400 <= code < 500:  # for now, says the server
            raise PortError(text, "Try again later.")
        raise PortRefused(text, "Change the message, or have the server take it.")

    @contextmanager
    def _unsent(self) -> Iterator[None]:
        """What goes wrong inside happened before the text."""
        host = self._channel.host
        try:
            yield
        except ssl.SSLCertVerificationError as fault:
            problem = f"{host}: the server's certificate is not valid for it: {fault.verify_message}"
            raise PortRefused(problem, "Correct the host or the server; verification cannot be switched off.") from None
        except smtplib.SMTPAuthenticationError as fault:
            raise PortError(f"{host} did not take the credentials ({fault.smtp_code})", "Correct them.") from None
        except smtplib.SMTPResponseException as fault:
            raise PortError(f"{host} does not serve now ({fault.smtp_code})", _LATER) from None
        except (OSError, ValueError) as fault:  # smtplib's own errors are OSErrors
            raise PortError(f"{host}: no exchange: {self._words(fault)}", _LATER) from None

    def _doubt(self, problem: str) -> InDoubt:
        return InDoubt(
            f"{self._channel.host}: {problem}, after the message was sent",
            "Look for its message id in the server's log before sending it again.",
        )

    def _words(self, fault: BaseException) -> str:
        """Never what the server said: it could say the credentials back."""
        if isinstance(fault, TimeoutError) or isinstance(fault.__context__, TimeoutError):
            return f"not within {self._channel.timeout:g} s"
        if isinstance(fault, smtplib.SMTPException):
            return type(fault).__name__
        if isinstance(fault, OSError) and fault.strerror:
            return fault.strerror.lower()
        return type(fault).__name__
