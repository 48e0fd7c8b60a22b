"""The messages port: `message.send`, by the channels that the operator set up.

    MessagesPort({"email": SmtpChannel("mail.desk.example", sender="desk@desk.example"),
                  "outbox": OutboxChannel("outbox.jsonl")})

Result: {"message_id", "state", "channel", "recipients"}; `state` is `accepted` (a mail server took the message for all
of them) or `waiting` (it stands in an outbox). `recipients` is their number.

The message's id is made of the permit, as the journal knows it: the first 32 digits of the intent's `permit`. So
whoever has to find out about a delivery in doubt can look for it in the mail server's log, or in the outbox.

A message goes to all of its recipients or to none. All of them are told in `To`.

Known limits. That a mail server accepted a message does not say that anybody got it: it may come back later, to the
sender's address. What the server, or a rule of a recipient, forwards cannot be seen. There are no attachments.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol, runtime_checkable

from havocproof.actions import Action, Part, Send
from havocproof.actions.scalars import GrammarError, check_name
from havocproof.errors import ConfigError, PortError, PortRefused
from havocproof.ports.base import Effect, Permit


@runtime_checkable
class Channel(Protocol):
    """One way for messages. Safe to call from several threads."""

    def deliver(self, action: Send, mark: str, at_ms: int) -> tuple[dict[str, Any], dict[str, Any]]:
        """Delivers to all recipients or to none. Gives `message_id` and `state` for the result, and a journal's note.

        mark: 32 hexadecimal digits that name this delivery. at_ms: now. PortError: nobody gets it. InDoubt.
        """
        ...


class MessagesPort:
    """Serves `message.send`. channels: by the name that actions and policies give them. clock: ms since the epoch.

    ConfigError.
    """

    verbs = frozenset({"message.send"})

    def __init__(self, channels: Mapping[str, Channel], *, clock: Callable[[], int] | None = None) -> None:
        for name, channel in channels.items():
            try:
                check_name(name)
            except GrammarError as fault:
                raise ConfigError(f"a channel has a name that {fault.problem}", fault.remedy) from None
            if not isinstance(channel, Channel):
                raise ConfigError(f"{name} is no channel", "Give an SmtpChannel or an OutboxChannel.")
        if not channels:
            raise ConfigError("there are no channels", "Give at least one, by its name.")
        self.channels = dict(channels)
        self._clock = clock or (lambda: time.time_ns() // 1_000_000)

    def prepare(self, action: Action) -> PreparedMessage:
        """Finds the channel. PortRefused if there is none of that name."""
        if not isinstance(action, Send):
            raise PortRefused(f"The messages port does not serve {action.verb}", "Register the port that does")
        parts = action.parts()
        channel = self.channels.get(action.channel)
        if channel is None:
            raise PortRefused("There is no channel of this name", f"Use one of {', '.join(sorted(self.channels))}")
        return PreparedMessage(action, parts, channel, self._clock)

    def close(self) -> None:
        """Nothing is held between messages."""


class PreparedMessage:
    """One message, ready to be delivered once."""

    def __init__(self, action: Send, parts: tuple[Part, ...], channel: Channel, clock: Callable[[], int]) -> None:
        self.parts = parts
        self._action: Send | None = action
        self._channel = channel
        self._clock = clock

    def perform(self, permit: Permit) -> Effect:
        permit.check()
        action, self._action = self._action, None
        if action is None:
            raise PortError("this message was sent or closed before", "Prepare the action again.")
        mark = hashlib.sha256(permit.token.encode()).hexdigest()[:32]
        told, note = self._channel.deliver(action, mark, self._clock())
        return Effect({**told, "channel": action.channel, "recipients": len(action.recipients)}, note=note)

    def close(self) -> None:
        self._action = None
