"""Messages to people."""

from __future__ import annotations

from typing import Annotated, ClassVar, final

from pydantic import AfterValidator, PlainSerializer, PlainValidator

from havocproof.actions.base import Action, Atom, Name, OptionalName, Part
from havocproof.actions.hosts import email_segments
from havocproof.actions.scalars import GrammarError, check_text
from havocproof.actions.values import thaw

MAX_RECIPIENTS = 100
"""What every mail server takes in one message (RFC 5321, 4.5.3.1.8)."""


def _recipient(value: object, at: str) -> str:
    if type(value) is not str:
        raise GrammarError("must be text", "Send name@domain", (at,))
    try:
        email_segments(value)
    except GrammarError as fault:
        raise GrammarError(fault.problem, fault.remedy, (at,)) from None
    return value


def _recipients(value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not 1 <= len(value) <= MAX_RECIPIENTS:
        raise GrammarError(f"must be a list of 1 to {MAX_RECIPIENTS} mail addresses", "Send [name@domain, ...]")
    found: list[str] = []
    for at, item in enumerate(value):
        if _recipient(item, str(at)) in found:
            raise GrammarError("is given twice", "Name each recipient once", (str(at),))
        found.append(item)
    return tuple(sorted(found))  # who gets it has no order


def _body(text: str) -> str:
    if "\r" in text:
        raise GrammarError("holds a carriage return", "End lines with \\n alone, the one line end of a message")
    return check_text(text)


@final
class Send(Action):
    """One message with `subject` (one line, "" for none) and `body` to all `recipients`: mail addresses, no order.

    `channel` names the way it goes, as the messages port knows it: `email`, an outbox. An atom for each recipient.
    Measures: `recipients`, and `bytes_out`: subject, body and addresses in UTF-8, counted once.
    """

    verb: ClassVar[str] = "message.send"
    channel: Name
    recipients: Annotated[tuple[str, ...], PlainValidator(_recipients), PlainSerializer(thaw)]
    subject: OptionalName = ""
    body: Annotated[str, AfterValidator(_body)]

    def _cut(self) -> tuple[Part, ...]:
        size = sum(len(text.encode()) for text in (self.subject, self.body, *self.recipients))
        ints = {"bytes_out": size, "recipients": len(self.recipients), "count": 1, "at_once": 1}
        return (Part(self.verb, ints, tuple(self._atom(recipient) for recipient in self.recipients)),)

    def _atom(self, recipient: str) -> Atom:
        names = {"channel": self.channel, "recipient": recipient, "via": ""}
        return Atom(names, {"recipient": email_segments(recipient)})
