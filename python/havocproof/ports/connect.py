"""The connect port: `net.connect`, one TCP connection to decided addresses, metered, and used by the host's own code.

    def fetch_refs(connection: Connection) -> list[str]:     # speaks the protocol; its result is told
        connection.send(b"...")
        return parse(connection.receive())

    ConnectPort({("git.example.com", 9418): fetch_refs})

The action names host, port and two caps, and holds no data: what is said on the connection is the business of the
function that serves this host and port. Without one there is nobody to speak, and the port refuses. **What the function
says is outside the proof**; where it says it, how much, and for how long is this port's doing:

* The host is resolved once, after the permit; every address is classified (`resolving`), and only these are connected.
* `send` and `receive` stop at `max_bytes_out` and `max_bytes_in`, and after `timeout` seconds, or the policy's, in all:
  then the connection is closed, and they raise `Ended`. `used` is what went each way.
* When the function returns, or raises, the connection is closed.

Result: {"bytes_out": int, "bytes_in": int, "end": "complete" | "cap" | "deadline" | "lost", "said": what the function
returned, null if it ended by `Ended`}. The effect is `ok` only if it is complete.

Errors. PortRefused, PortError: no connection was made. InDoubt: the function raised something of its own, or returned
what is no JSON, after it had the connection.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from havocproof.actions import Action, Connect, Part
from havocproof.actions.hosts import check_host
from havocproof.actions.scalars import GrammarError
from havocproof.errors import ConfigError, InDoubt, PortError, PortRefused
from havocproof.ports.base import Effect, Permit
from havocproof.ports.pinned import Deadline, dial
from havocproof.ports.resolving import Reach, Resolver
from havocproof.ports.tools import json_copy

_PIECE = 1 << 16
_MOST_TOLD = 1 << 20  # bytes of what a function returns, as JSON


class Ended(ConnectionError):
    """The connection is over: `end` is "cap", "deadline" or "lost". A function may let it pass."""

    def __init__(self, end: str) -> None:
        super().__init__(f"the connection ended: {end}")
        self.end = end


class Connection:
    """One open connection. `sent` and `received` are bytes so far; `address` is the one that was connected to."""

    def __init__(self, opened: socket.socket, address: str, most_out: int, most_in: int, deadline: Deadline) -> None:
        self._socket = opened
        self.address = address
        self._most_out = most_out
        self._most_in = most_in
        self._deadline = deadline
        self.sent = 0
        self.received = 0
        self.end = "complete"

    def send(self, data: bytes) -> None:
        """Sends all of it, or nothing if it is more than may still leave. Raises Ended."""
        rest = memoryview(bytes(data))
        self._wait()
        if len(rest) > self._most_out - self.sent:
            raise self._over("cap")
        while rest:
            self._wait()
            try:
                count = self._socket.send(rest[:_PIECE])
            except TimeoutError:
                raise self._over("deadline") from None
            except OSError:
                raise self._over("lost") from None
            self.sent += count
            rest = rest[count:]

    def receive(self, most: int = _PIECE) -> bytes:
        """The next bytes, at most so many; b"" if the other side has ended. Raises Ended where more came than may."""
        self._wait()
        room = self._most_in - self.received
        try:
            # At the cap, one byte tells whether there is more. It is read from the socket and told to nobody.
            data = self._socket.recv(max(1, min(most, room, _PIECE)))
        except TimeoutError:
            raise self._over("deadline") from None
        except OSError:
            raise self._over("lost") from None
        if len(data) > room:
            raise self._over("cap")
        self.received += len(data)
        return data

    def close(self) -> None:
        """May be called twice."""
        self._socket.close()

    def _wait(self) -> None:
        if self._socket.fileno() < 0:
            raise Ended(self.end if self.end != "complete" else "lost")
        left = self._deadline.left()
        if left <= 0:
            raise self._over("deadline")
        self._socket.settimeout(left)

    def _over(self, end: str) -> Ended:
        self.end = end
        self._socket.close()
        return Ended(end)


Speaker = Callable[[Connection], Any]
"""Uses a connection; returns JSON types."""


class ConnectPort:
    """Connections to the hosts and ports that have a function.

    speakers: (host, port) to the function that uses a connection there. allow_private, resolver: see `resolving`.
    timeout: seconds for a whole connection, resolving and connecting included.

    Raises ConfigError.
    """

    verbs = frozenset({"net.connect"})

    def __init__(
        self,
        speakers: Mapping[tuple[str, int], Speaker],
        allow_private: Iterable[tuple[str, int]] = (),
        resolver: Resolver | None = None,
        timeout: float = 30.0,
    ) -> None:
        if not timeout > 0:
            raise ConfigError(f"timeout is {timeout}", "Give seconds above 0.")
        for place, speaker in speakers.items():
            if not (isinstance(place, tuple) and len(place) == 2 and type(place[0]) is str and type(place[1]) is int):
                raise ConfigError(f"speakers holds {place!r}", 'Give pairs of host and port, as ("git.example", 9418).')
            try:
                check_host(place[0])
            except GrammarError as fault:
                raise ConfigError(f"speakers: {place[0]!r} {fault.problem}", fault.remedy) from None
            if not callable(speaker):
                raise ConfigError(f"the speaker of {place[0]}:{place[1]} cannot be called", "Give a function.")
        self._speakers = dict(speakers)
        self._reach = Reach(allow_private, resolver)
        self._timeout = timeout

    def prepare(self, action: Action) -> PreparedConnection:
        """PortRefused: what no network is needed to see."""
        if not isinstance(action, Connect):
            raise ConfigError(f"the connect port does not serve {action.verb}", "Give the gate a port for it.")
        parts = action.parts()  # refuses what never passed validation, before a field of it is used
        speaker = self._speakers.get((action.host, action.port))
        if speaker is None:
            raise PortRefused(
                f"Nobody here speaks to {action.host}:{action.port}",
                "The operator can give the connect port a function for it.",
            )
        self._reach.check(action.host, action.port)
        return PreparedConnection(self._reach, action, parts, speaker, self._timeout)

    def close(self) -> None:
        """Nothing outlives a connection."""


class PreparedConnection:
    """One connection, ready to be made once."""

    def __init__(
        self, reach: Reach, action: Connect, parts: tuple[Part, ...], speaker: Speaker, timeout: float
    ) -> None:
        self.parts = parts
        self._reach = reach
        self._action: Connect | None = action
        self._speaker = speaker
        self._timeout = timeout

    def oblige(self, duty: str, value: str | int, columns: frozenset[tuple[str, str]]) -> bool:
        """Takes on `timeout`, in ms: the whole connection lasts no longer."""
        if duty != "timeout" or not isinstance(value, int):
            return False
        self._timeout = min(self._timeout, value / 1000)
        return True

    def perform(self, permit: Permit) -> Effect:
        permit.check()
        action, self._action = self._action, None
        if action is None:
            raise PortError("this connection was made or closed before", "Prepare the action again.")
        deadline = Deadline(self._timeout)
        addresses = self._reach.addresses(action.host, action.port, deadline)
        opened, address = dial(f"{action.host}:{action.port}", addresses, action.port, deadline)
        connection = Connection(opened, address, action.max_bytes_out, action.max_bytes_in, deadline)
        try:
            said = json_copy(self._speaker(connection), _MOST_TOLD)
        except Ended:
            said = None
        except Exception as error:
            raise InDoubt(
                f"{action.host}:{action.port}: the function broke off with {type(error).__name__}, after "
                f"{connection.sent} bytes were sent",
                "Find out from the other side what came of it.",
            ) from error
        finally:
            connection.close()
        used = {"bytes_out": connection.sent, "bytes_in": connection.received}
        result = {**used, "end": connection.end, "said": said}
        return Effect(result, used, {"address": address}, ok=connection.end == "complete")

    def close(self) -> None:
        self._action = None
