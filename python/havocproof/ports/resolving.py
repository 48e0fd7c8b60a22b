"""Where a connection may lead: a host's addresses, asked for once and classified, before anything is connected.

`Reach` is what ports that connect have in common. One address that is not of the public internet refuses all; inside
ones (loopback, private, shared, link-local) only where the operator allowed that host and port. The name is resolved
after the permit, because a question to the DNS carries it out. Who connects, connects to these addresses only.
"""

from __future__ import annotations

import contextvars
import ipaddress
import queue
import socket
import threading
from collections.abc import Callable, Iterable

from havocproof.errors import ConfigError, PortError, PortRefused
from havocproof.ports.addresses import INSIDE, Address, classify, literal
from havocproof.ports.pinned import Deadline

Resolver = Callable[[str, int], Iterable[str]]
"""Host and port to the IP addresses of the host, as text. Called once a request, in a thread of its own."""

_MOST_ADDRESSES = 16


def system_resolver(host: str, port: int) -> list[str]:
    """The addresses that the operating system finds for the host."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Reach:
    """allow_private: (host, port) pairs that may have inside addresses. resolver: the system's if not given.

    Raises ConfigError.
    """

    def __init__(self, allow_private: Iterable[tuple[str, int]] = (), resolver: Resolver | None = None) -> None:
        self.allow_private = frozenset(allow_private)
        for pair in self.allow_private:
            if not (isinstance(pair, tuple) and len(pair) == 2 and type(pair[0]) is str and type(pair[1]) is int):
                raise ConfigError(
                    f"allow_private holds {pair!r}", 'Give pairs of host and port, as ("127.0.0.1", 8080).'
                )
        self._resolver = resolver or system_resolver

    def check(self, host: str, port: int) -> None:
        """What can be refused without a question to the DNS. Raises PortRefused."""
        address = literal(host)
        if address is not None:
            self._require_outside(host, port, address)

    def addresses(self, host: str, port: int, deadline: Deadline) -> tuple[str, ...]:
        """The addresses that may be connected to. PortError, PortRefused."""
        if literal(host) is not None:
            found: tuple[str, ...] = (host,)
        else:
            found = tuple(dict.fromkeys(self._in_time(host, port, deadline)))
        if not found or len(found) > _MOST_ADDRESSES:
            raise PortError(f"{host} has {len(found)} addresses", f"Use a host with 1 to {_MOST_ADDRESSES}.")
        for text in found:
            try:
                address = ipaddress.ip_address(text)
            except ValueError:
                raise PortError(f"{host}: the resolver answered no IP address", "Correct the resolver.") from None
            self._require_outside(host, port, address)
        return found

    def _require_outside(self, host: str, port: int, address: Address) -> None:
        kind = classify(address)
        if kind == "global" or (kind in INSIDE and (host, port) in self.allow_private):
            return
        raise PortRefused(
            f"{host}:{port} has a {kind} address",
            "Only addresses of the public internet are used; the operator can allow an inside one with allow_private.",
        )

    def _in_time(self, host: str, port: int, deadline: Deadline) -> list[str]:
        """The resolver's answer within the deadline. It cannot be interrupted, so it has a thread that may be left
        behind."""
        box: queue.SimpleQueue[list[str] | BaseException] = queue.SimpleQueue()
        context = contextvars.copy_context()  # whoever watches effects by context sees whose question it is

        def ask() -> None:
            try:
                box.put(list(context.run(self._resolver, host, port)))
            except BaseException as fault:
                box.put(fault)

        threading.Thread(target=ask, name="havocproof-resolve", daemon=True).start()
        try:
            answer = box.get(timeout=max(deadline.left(), 0.001))
        except queue.Empty:
            raise PortError(f"{host}: no address within {deadline.seconds:g} s", "Try again later.") from None
        if isinstance(answer, BaseException):
            reason = answer.strerror if isinstance(answer, OSError) and answer.strerror else type(answer).__name__
            raise PortError(f"{host} has no address: {reason}", "Correct the host, or try again later.")
        return answer
