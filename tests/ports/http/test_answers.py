"""What comes back is bounded and told as it was; what may have happened is in doubt."""

from __future__ import annotations

import gzip
import socket
import threading
import time
import tracemalloc
from collections.abc import Callable

import pytest

from havocproof.actions import HttpRequest
from havocproof.errors import InDoubt, PortError
from havocproof.ports.http import HttpPort
from tests.ports.http.server import Names, Server, allowed, answer, local, send


def test_shape_of_text_and_bytes() -> None:
    with Server(answer("naïve", Content_Type="text/plain", X_Two="a") + b"") as server:
        effect = send(allowed(server), local(server))
        assert effect.result == {
            "status": 200,
            "headers": {"content-length": "6", "content-type": "text/plain", "x-two": "a"},
            "encoding": "utf-8",
            "body": "naïve",
            "bytes": 6,
            "end": "complete",
        }
        assert effect.used == {"bytes_in": 6}
        assert effect.note == {"address": "127.0.0.1"}
        server.script = answer(b"\xff\x00")
        assert send(allowed(server), local(server)).result["body"] == "/wA="


def test_cookies_are_neither_told_nor_kept() -> None:
    with Server(answer("ok", Set_Cookie="session=1")) as server:
        port = allowed(server)
        assert "set-cookie" not in send(port, local(server)).result["headers"]
        send(port, local(server))
        assert not [line for line in server.head() if line.lower().startswith("cookie")]


def test_head_has_no_body() -> None:
    with Server(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n") as server:
        result = send(allowed(server), local(server, method="HEAD")).result
        assert (result["bytes"], result["end"]) == (0, "complete")


@pytest.mark.parametrize(("cap", "end", "body"), [(5, "complete", "12345"), (4, "cap", "1234"), (0, "cap", "")])
def test_the_cap(cap: int, end: str, body: str) -> None:
    with Server(answer("12345")) as server:
        effect = send(allowed(server), local(server, max_bytes_in=cap))
        assert (effect.result["end"], effect.result["body"], effect.used) == (end, body, {"bytes_in": len(body)})


def test_a_cut_inside_a_character_leaves_text() -> None:
    with Server(answer("ab€")) as server:
        result = send(allowed(server), local(server, max_bytes_in=4)).result
        assert (result["encoding"], result["body"], result["bytes"]) == ("utf-8", "ab", 4)


def test_an_endless_body_ends_at_the_cap() -> None:
    def endless(stream: socket.socket, server: Server) -> None:
        stream.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while not server.stopped.is_set():
            stream.sendall(b"1000\r\n" + b"x" * 4096 + b"\r\n")

    with Server(endless) as server:
        result = send(allowed(server), local(server, max_bytes_in=100_000)).result
        assert (result["end"], result["bytes"]) == ("cap", 100_000)


def test_gzip_is_undone() -> None:
    with Server(answer(gzip.compress(b"plain"), Content_Encoding="gzip")) as server:
        result = send(allowed(server), local(server)).result
        assert (result["body"], result["end"]) == ("plain", "complete")
        assert "content-encoding" not in result["headers"]
        server.script = answer(gzip.compress(b"plain")[:-4], Content_Encoding="gzip")
        assert send(allowed(server), local(server)).result["end"] == "lost"
        server.script = answer(b"no gzip", Content_Encoding="gzip")
        assert send(allowed(server), local(server)).result["end"] == "lost"
        server.script = answer(b"other", Content_Encoding="br")
        assert send(allowed(server), local(server)).result["headers"]["content-encoding"] == "br"


def test_a_gzip_bomb_unfolds_to_the_cap_and_no_further() -> None:
    bomb = gzip.compress(bytes(64 << 20))
    assert len(bomb) < 70_000
    with Server(answer(bomb, Content_Encoding="gzip")) as server:
        port, request = allowed(server), local(server, max_bytes_in=1 << 20)
        tracemalloc.start()
        try:
            result = send(port, request).result
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert (result["end"], result["bytes"]) == ("cap", 1 << 20)
    assert peak < 16 << 20


def test_a_refused_connection_was_not_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(PortError, match="connection refused"):
        send(HttpPort({("127.0.0.1", port)}), HttpRequest(scheme="http", host="127.0.0.1", port=port))


def test_the_second_address_is_tried_when_the_first_refuses() -> None:
    with Server(answer("ok"), "127.0.0.2") as server:
        names = Names(two_test=[["127.0.0.3", "127.0.0.2"]])
        effect = send(allowed(server, "two.test", resolver=names), local(server, host="two.test"))
        assert effect.note == {"address": "127.0.0.2"}


def test_a_name_without_address_was_not_sent() -> None:
    with pytest.raises(PortError, match="Name or service not known"):
        send(HttpPort(resolver=Names()), HttpRequest(host="missing.test"))


def hang_up(stream: socket.socket, server: Server) -> None:
    """Closes without a word."""


def garbage(stream: socket.socket, server: Server) -> None:
    stream.sendall(b"\x00\x01 nonsense\r\n\r\n")


def half_a_head(stream: socket.socket, server: Server) -> None:
    stream.sendall(b"HTTP/1.1 200 OK\r\nContent-Le")


def endless_head(stream: socket.socket, server: Server) -> None:
    stream.sendall(b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 20_000)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("script", [hang_up, garbage, half_a_head, endless_head])
def test_sent_and_not_answered_is_in_doubt_for_every_method(
    method: str, script: Callable[[socket.socket, Server], None]
) -> None:
    with Server(script) as server:
        with pytest.raises(InDoubt, match=f"after {method} was sent"):
            send(allowed(server), local(server, method=method))
        assert len(server.requests) == 1


def test_an_answer_before_the_whole_body_was_sent_is_an_answer() -> None:
    def early(stream: socket.socket, server: Server) -> None:
        stream.sendall(answer("too much", "413 Content Too Large"))

    with Server(early) as server:
        assert send(allowed(server), local(server, method="POST", body="x")).result["status"] == 413


def test_a_body_that_breaks_off_is_an_answer_that_says_so() -> None:
    with Server(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf") as server:
        effect = send(allowed(server), local(server, method="POST"))
        assert (effect.result["status"], effect.result["body"], effect.result["end"]) == (200, "half", "lost")
        assert effect.used == {"bytes_in": 4}


def silent(stream: socket.socket, server: Server) -> None:
    server.stopped.wait(5)


def slow_head(stream: socket.socket, server: Server) -> None:
    """A byte at a time: no single read is ever late, only the whole is."""
    stream.sendall(b"HTTP/1.1 200 OK\r\nX-A: ")
    while not server.stopped.wait(0.02):
        stream.sendall(b"a")


def slow_body(stream: socket.socket, server: Server) -> None:
    stream.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while not server.stopped.wait(0.02):
        stream.sendall(b"a")


def endless_hints(stream: socket.socket, server: Server) -> None:
    while not server.stopped.wait(0.001):
        stream.sendall(b"HTTP/1.1 103 Early Hints\r\n\r\n")


@pytest.mark.parametrize("script", [silent, slow_head, endless_hints])
def test_one_deadline_for_the_whole_exchange(script: Callable[[socket.socket, Server], None]) -> None:
    with Server(script) as server:
        begun = time.monotonic()
        with pytest.raises(InDoubt, match=r"no answer within 0\.2 s"):
            send(allowed(server, timeout=0.2), local(server))
        assert time.monotonic() - begun < 2


def test_a_slow_body_is_cut_at_the_deadline() -> None:
    with Server(slow_body) as server:
        result = send(allowed(server, timeout=0.2), local(server)).result
        assert (result["status"], result["end"]) == (200, "deadline")
        assert set(result["body"]) == {"a"}


def test_a_server_that_does_not_read_is_given_up_at_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:  # connections wait in its backlog
        request = HttpRequest(
            scheme="http", host="127.0.0.1", port=listener.getsockname()[1], method="POST", body="x" * (1 << 20)
        )
        with pytest.raises(InDoubt, match="after POST was sent"):
            send(HttpPort({listener.getsockname()}, timeout=0.2), request)


def test_a_resolver_that_hangs_is_given_up_at_the_deadline() -> None:
    free = threading.Event()

    def hang(host: str, port: int) -> list[str]:
        free.wait(5)
        return ["93.184.216.34"]

    try:
        with pytest.raises(PortError, match=r"no address within 0\.1 s"):
            send(HttpPort(resolver=hang, timeout=0.1), HttpRequest(host="slow.test"))
    finally:
        free.set()


def test_an_address_that_is_silent_leaves_time_for_the_next() -> None:
    """A full backlog: the kernel answers no further connection to the first address."""
    with socket.socket() as full, Server(answer("ok"), "127.0.0.2") as server:
        full.bind(("127.0.0.3", server.port))  # nobody else is there, nor calls from there
        full.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        names = Names(two_test=[["127.0.0.3", "127.0.0.2"]])
        port = allowed(server, "two.test", resolver=names, timeout=1.0)
        try:
            assert send(port, local(server, host="two.test")).note == {"address": "127.0.0.2"}
        finally:
            for one in waiting:
                one.close()
