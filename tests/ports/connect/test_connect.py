"""Plain connections: to decided addresses only, metered both ways, and over when a cap or the time is reached."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from havocproof.actions import Connect, FileRead
from havocproof.errors import ConfigError, InDoubt, PortError, PortRefused
from havocproof.gate import Gate
from havocproof.policy import loads_policy
from havocproof.ports import ConnectPort
from havocproof.ports.base import Effect
from havocproof.ports.connect import Connection, Ended, Speaker
from tests.ports.http.server import Names
from tests.ports.worlds import Leave, Listener


class Peer:
    """A TCP server on loopback: one function for each connection; what came in is recorded."""

    def __init__(self, talk: Callable[[socket.socket], None]) -> None:
        self.talk = talk
        self.got: list[bytes] = []
        self._listener = Listener(self._serve)
        self.port = self._listener.port
        self.close = self._listener.close

    @property
    def connections(self) -> int:
        return self._listener.connections

    def _serve(self, connection: socket.socket) -> None:
        self.talk(connection)
        while piece := connection.recv(65536):
            self.got.append(piece)


@pytest.fixture
def peer() -> Iterator[Callable[..., Peer]]:
    peers: list[Peer] = []

    def made(talk: Callable[[socket.socket], None] = lambda connection: None) -> Peer:
        peers.append(Peer(talk))
        return peers[-1]

    yield made
    for each in peers:
        each.close()


def connect(peer: Peer, speaker: Speaker, timeout: float = 5.0, **caps: int) -> Effect:
    port = ConnectPort({("127.0.0.1", peer.port): speaker}, {("127.0.0.1", peer.port)}, timeout=timeout)
    prepared = port.prepare(Connect(host="127.0.0.1", port=peer.port, **caps))
    try:
        return prepared.perform(Leave())
    finally:
        prepared.close()


def greet(connection: Connection) -> Any:
    connection.send(b"hello")
    return connection.receive().decode()


def test_what_goes_each_way_is_counted_and_told(peer: Callable[..., Peer]) -> None:
    server = peer(lambda connection: connection.sendall(b"welcome"))
    effect = connect(server, greet)
    server.close()
    assert effect.result == {"bytes_out": 5, "bytes_in": 7, "end": "complete", "said": "welcome"}
    assert (dict(effect.used), effect.note, effect.ok) == (
        {"bytes_out": 5, "bytes_in": 7},
        {"address": "127.0.0.1"},
        True,
    )
    assert b"".join(server.got) == b"hello"


def test_nothing_leaves_above_the_cap(peer: Callable[..., Peer]) -> None:
    server = peer()

    def chatty(connection: Connection) -> None:
        while True:
            connection.send(b"x" * 40)

    effect = connect(server, chatty, max_bytes_out=100)
    server.close()
    assert effect.result == {"bytes_out": 80, "bytes_in": 0, "end": "cap", "said": None}
    assert not effect.ok
    assert len(b"".join(server.got)) == 80


@pytest.mark.parametrize(("most", "end", "told"), [(7, "complete", "welcome"), (6, "cap", None), (0, "cap", None)])
def test_no_more_comes_in_than_the_cap(peer: Callable[..., Peer], most: int, end: str, told: str | None) -> None:
    def talk(connection: socket.socket) -> None:
        connection.sendall(b"welcome")
        connection.shutdown(socket.SHUT_WR)

    def read_all(connection: Connection) -> str:
        data = b""
        while piece := connection.receive():
            data += piece
        return data.decode()

    effect = connect(peer(talk), read_all, max_bytes_in=most)
    assert effect.result == {"bytes_out": 0, "bytes_in": min(most, 7), "end": end, "said": told}


def test_time_ends_a_connection(peer: Callable[..., Peer]) -> None:
    effect = connect(peer(), lambda connection: connection.receive().decode(), timeout=0.05)
    assert effect.result["end"] == "deadline"


def test_a_policy_s_time_ends_it_too(peer: Callable[..., Peer]) -> None:
    server = peer()
    port = ConnectPort({("127.0.0.1", server.port): greet}, {("127.0.0.1", server.port)})
    prepared = port.prepare(Connect(host="127.0.0.1", port=server.port))
    assert prepared.oblige("timeout", 50, frozenset())
    assert not prepared.oblige("mask", "empty", frozenset())
    assert prepared.perform(Leave()).result["end"] == "deadline"
    with pytest.raises(PortError, match="made or closed before"):
        prepared.perform(Leave())


def test_a_connection_that_is_over_stays_over(peer: Callable[..., Peer]) -> None:
    kept: list[Connection] = []

    def stubborn(connection: Connection) -> str:
        kept.append(connection)
        for _ in range(3):
            with pytest.raises(Ended):
                connection.send(b"x" * 9)
        return "went on"

    server = peer()
    effect = connect(server, stubborn, max_bytes_out=8)
    assert effect.result == {"bytes_out": 0, "bytes_in": 0, "end": "cap", "said": "went on"}
    assert not effect.ok
    quiet: list[Connection] = []
    assert connect(server, quiet.append).ok
    with pytest.raises(Ended, match="lost"):
        quiet[0].send(b"after the permit")
    server.close()
    assert server.got == []


@pytest.mark.parametrize("said", [object(), float("nan"), "x" * (2 << 20), {1: 2}])
def test_what_is_no_json_is_in_doubt(peer: Callable[..., Peer], said: object) -> None:
    with pytest.raises(InDoubt, match="broke off with ValueError"):
        connect(peer(), lambda connection: said)


def test_a_function_that_breaks_off_is_in_doubt(peer: Callable[..., Peer]) -> None:
    def breaks(connection: Connection) -> None:
        connection.send(b"half")
        raise KeyError("protocol")

    with pytest.raises(InDoubt, match="KeyError, after 4 bytes"):
        connect(peer(), breaks)


def test_inside_addresses_are_closed_unless_the_operator_opened_them(peer: Callable[..., Peer]) -> None:
    server = peer()
    closed = ConnectPort({("127.0.0.1", server.port): greet})
    with pytest.raises(PortRefused, match="loopback"):
        closed.prepare(Connect(host="127.0.0.1", port=server.port))
    names = Names(inside_example=[["127.0.0.1"]], two_example=[["93.184.216.34", "10.0.0.1"]])
    for host, kind in (("inside.example", "loopback"), ("two.example", "private")):
        port = ConnectPort({(host, server.port): greet}, resolver=names)
        with pytest.raises(PortRefused, match=kind):
            port.prepare(Connect(host=host, port=server.port)).perform(Leave())
    assert server.connections == 0


def test_a_name_is_asked_for_once_and_after_the_permit(peer: Callable[..., Peer]) -> None:
    """A second answer, that leads elsewhere, is never asked for."""
    server = peer(lambda connection: connection.sendall(b"!"))
    names = Names(git_example=[["127.0.0.1"], ["127.0.0.2"]])
    place = ("git.example", server.port)
    prepared = ConnectPort({place: greet}, {place}, names).prepare(Connect(host="git.example", port=server.port))
    assert names.asked == []
    assert prepared.perform(Leave()).note == {"address": "127.0.0.1"}
    assert names.asked == ["git.example"]


def test_no_connection_is_a_known_failure(peer: Callable[..., Peer]) -> None:
    server = peer()
    server.close()
    with pytest.raises(PortError, match="no connection") as raised:
        connect(server, greet)
    assert not isinstance(raised.value, InDoubt)
    port = ConnectPort({("nowhere.example", 1): greet}, resolver=Names())
    with pytest.raises(PortError, match="no address"):
        port.prepare(Connect(host="nowhere.example", port=1)).perform(Leave())


def test_where_nobody_speaks_it_is_refused() -> None:
    port = ConnectPort({("git.example", 22): greet})
    for host, number in (("git.example", 23), ("other.example", 22)):
        with pytest.raises(PortRefused, match="Nobody here speaks to"):
            port.prepare(Connect(host=host, port=number))
    with pytest.raises(ConfigError, match=r"does not serve file\.read"):
        port.prepare(FileRead(path="/a"))


@pytest.mark.parametrize(
    ("speakers", "options", "says"),
    [
        ({"git.example": greet}, {}, "speakers holds"),
        ({("Git.example", 22): greet}, {}, "Git.example"),
        ({("git.example", 22): 7}, {}, "cannot be called"),
        ({}, {"timeout": 0}, "timeout"),
        ({}, {"allow_private": ["127.0.0.1"]}, "allow_private"),
    ],
)
def test_a_port_that_cannot_be_is_refused(speakers: Any, options: Any, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        ConnectPort(speakers, **options)


POLICY = """
havocproof: 1
policy: connecting
version: "1"
rules:
  net: [{permit: net.connect, where: {host: "ip:127.0.0.1", port: any}}]
budgets:
  out: {bytes_out: 1 KiB, of: all.send, per: [tenant]}
"""


def test_budgets_count_what_really_left(peer: Callable[..., Peer]) -> None:
    server = peer(lambda connection: connection.sendall(b"welcome"))
    place = ("127.0.0.1", server.port)
    port = ConnectPort({place: greet}, {place})
    wire = {"action": "net.connect", "args": {"host": "127.0.0.1", "port": server.port, "max_bytes_out": 1020}}
    with Gate.open(loads_policy(POLICY), ports=[port], tenant="acme") as gate:
        session = gate.session(user="ada")
        first = session.perform(wire)
        assert first.ok
        assert first.to_model()["result"]["said"] == "welcome"
        second = session.perform(wire)
        assert (second.ok, second.to_model()["kind"]) == (False, "later"), "1020 and the 5 that left are above 1 KiB"
        assert list(gate.store.view.nums.values()) == [5]
        elsewhere = session.perform({"action": "net.connect", "args": {"host": "127.0.0.1", "port": 1}})
        assert not elsewhere.ok
        wire["args"]["max_bytes_out"] = 1019
        assert session.perform(wire).ok
