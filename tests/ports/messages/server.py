"""A mail server on loopback that keeps what it is sent, and misbehaves where a test tells it to.

It reads commands and dots by itself, from the words of RFC 5321, and shares no code with the port.
"""

from __future__ import annotations

import base64
import contextlib
import socket
import ssl
from dataclasses import dataclass, field
from typing import Self

from havocproof.actions import Send
from havocproof.ports.base import Effect
from havocproof.ports.messages import MessagesPort
from tests.ports.worlds import Leave, Listener

HANG_UP = "hang up"
SILENCE = "silence"


@dataclass
class Mail:
    """One message as it came: the envelope, and the text with its dots undone."""

    sender: str
    recipients: list[str]
    data: bytes


@dataclass
class Seen:
    commands: list[str] = field(default_factory=list)
    mails: list[Mail] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    texts: int = 0
    """How often a whole text came in, whatever was answered to it."""


class MailServer:
    """`answers`: by the beginning of a command (GREETING and TEXT are two more), what is said instead of yes; `HANG_UP`
    ends the connection there, `SILENCE` says nothing. `tls`: the context for STARTTLS; `wrapped`: TLS at once."""

    def __init__(
        self, answers: dict[str, str] | None = None, tls: ssl.SSLContext | None = None, wrapped: bool = False
    ) -> None:
        self.answers = answers or {}
        self.tls = tls
        self.wrapped = wrapped
        self.seen = Seen()
        self._listener = Listener(self._serve)
        self.port, self.stopped = self._listener.port, self._listener.stopped

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            connection.settimeout(5)
            if self.wrapped and self.tls is not None:
                connection = self.tls.wrap_socket(connection, server_side=True)
            talk = _Talk(self, connection)
            try:
                talk.run()
            finally:
                talk.stream.close()


class _End(Exception):
    """The connection ends here."""


class _Talk:
    """One connection."""

    def __init__(self, server: MailServer, stream: socket.socket) -> None:
        self.server = server
        self.stream = stream
        self.left = b""
        self.secure = server.wrapped
        self.mail = Mail("", [], b"")

    def run(self) -> None:
        with contextlib.suppress(_End):
            self.say("GREETING", "220 mail.test ESMTP")
            while True:
                line = self.line().decode("ascii")
                self.server.seen.commands.append(line)
                self.obey(line, line.upper())

    def obey(self, line: str, word: str) -> None:
        if word.startswith("EHLO"):
            self.say("EHLO", "\r\n".join(self.features()))
        elif word == "STARTTLS":
            self.say("STARTTLS", "220 go ahead")
            assert self.server.tls is not None
            self.stream = self.server.tls.wrap_socket(self.stream, server_side=True)
            self.secure, self.left = True, b""
        elif word.startswith("AUTH PLAIN"):
            self.server.seen.logins.append(base64.b64decode(line.split()[2]).decode())
            self.say("AUTH", "235 welcome")
        elif word.startswith("MAIL FROM:"):
            self.mail = Mail(line[11:].partition(">")[0], [], b"")
            self.say("MAIL", "250 sender ok")
        elif word.startswith("RCPT TO:"):
            recipient = line[9:].partition(">")[0]
            if self.say(f"RCPT {recipient}", "250 recipient ok"):
                self.mail.recipients.append(recipient)
        elif word == "DATA":
            if self.say("DATA", "354 go ahead"):
                self.text()
        elif word == "QUIT":
            self.say("QUIT", "221 bye")
            raise _End
        else:
            self.say(word, "500 what?")

    def features(self) -> list[str]:
        more = ["250-AUTH PLAIN"] if self.secure or self.server.tls is None else []
        if self.server.tls is not None and not self.secure:
            more.append("250-STARTTLS")
        return ["250-mail.test", *more, "250 SIZE 1000000"]

    def text(self) -> None:
        lines = []
        while (line := self.line()) != b".":
            lines.append(line.removeprefix(b".") if line.startswith(b".") else line)
        self.server.seen.texts += 1
        self.mail.data = b"".join(line + b"\r\n" for line in lines)
        if self.say("TEXT", "250 queued as 7"):
            self.server.seen.mails.append(self.mail)

    def say(self, key: str, usual: str) -> bool:
        """Whether the answer was yes."""
        answer = self.server.answers.get(key, usual)
        if answer == HANG_UP:
            raise _End
        if answer == SILENCE:
            self.server.stopped.wait(5)
            raise _End
        self.stream.sendall(answer.encode() + b"\r\n")
        return answer[0] in "23"

    def line(self) -> bytes:
        while b"\r\n" not in self.left:
            piece = self.stream.recv(65536)
            if not piece:
                raise _End
            self.left += piece
        line, _, self.left = self.left.partition(b"\r\n")
        return line


def deliver(port: MessagesPort, message: Send) -> Effect:
    prepared = port.prepare(message)
    try:
        return prepared.perform(Leave())
    finally:
        prepared.close()
