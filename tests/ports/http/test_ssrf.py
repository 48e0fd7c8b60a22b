"""A request reaches the addresses that were decided and nothing else; each guard is shown to be what stops it."""

from __future__ import annotations

import socket
import threading

import httpx
import pytest

from havocproof.actions import FileRead, HttpRequest
from havocproof.errors import ConfigError, PortError, PortRefused
from havocproof.ports import http, pinned
from havocproof.ports.base import Port, Prepared
from havocproof.ports.http import HttpPort
from havocproof.ports.pinned import Deadline, Outgoing, exchange, parsed
from tests.ports.http.server import Names, Server, allowed, answer, local, send
from tests.ports.worlds import Leave


def test_it_is_a_port() -> None:
    port = HttpPort()
    assert isinstance(port, Port)
    request = HttpRequest(host="api.example", path="/v2", query=(("day", "1"),))
    prepared = port.prepare(request)
    assert isinstance(prepared, Prepared)
    assert prepared.parts == request.parts()
    prepared.close()
    with pytest.raises(PortError, match="sent or closed"):
        prepared.perform(Leave())
    with pytest.raises(ConfigError):
        port.prepare(FileRead(path="/a"))
    port.close()


def test_a_private_literal_is_refused_before_anything_else() -> None:
    with Server(answer("inside")) as server:
        with pytest.raises(PortRefused, match="loopback"):
            HttpPort().prepare(local(server))
        assert server.connections == 0
        # The same request, where the operator allows the place: so it is the class of the address that stopped it.
        assert send(allowed(server), local(server)).result["body"] == "inside"


@pytest.mark.parametrize(
    "host", ["10.0.0.1", "169.254.169.254", "0.0.0.0", "::1", "64:ff9b::7f00:1", "ff02::1", "2002:7f00:1::"]
)
def test_literals_that_lead_inside(host: str) -> None:
    with pytest.raises(PortRefused):
        HttpPort().prepare(HttpRequest(host=host))


def test_what_is_no_server_cannot_be_allowed() -> None:
    for host in ("0.0.0.0", "224.0.0.1", "255.255.255.255"):
        with pytest.raises(PortRefused):
            HttpPort(allow_private={(host, 443)}).prepare(HttpRequest(host=host))


def test_a_name_with_a_private_address() -> None:
    with Server(answer("inside")) as server:
        names = Names(good_test=[["127.0.0.1"]])
        with pytest.raises(PortRefused, match=r"good\.test:[0-9]+ has a loopback address"):
            send(HttpPort(resolver=names), local(server, host="good.test"))
        assert server.connections == 0
        assert (
            send(allowed(server, "good.test", resolver=names), local(server, host="good.test")).result["status"] == 200
        )
        assert server.head()[1] == f"Host: good.test:{server.port}"


def test_a_place_that_is_allowed_is_host_and_port_together() -> None:
    with Server(answer("inside")) as server, Server(answer("other")) as other:
        names = Names(good_test=[["127.0.0.1"]], evil_test=[["127.0.0.1"]])
        port = allowed(server, "good.test", resolver=names)
        for request in (local(server, host="evil.test"), local(other, host="good.test")):
            with pytest.raises(PortRefused):
                send(port, request)
        assert server.connections + other.connections == 0


def test_one_bad_address_refuses_all(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []
    monkeypatch.setattr(pinned, "connect", lambda address, port, timeout: tried.append(address))
    names = Names(mixed_test=[["93.184.216.34", "10.0.0.1"]])
    with pytest.raises(PortRefused, match="private"):
        send(HttpPort(resolver=names), HttpRequest(host="mixed.test"))
    assert tried == []


@pytest.mark.parametrize("answers", [[], [str(n) + ".1.1.1" for n in range(20, 40)], ["good.test"], ["8.8.8.8 "]])
def test_answers_of_a_resolver_that_are_none(answers: list[str]) -> None:
    with pytest.raises(PortError):
        send(HttpPort(resolver=Names(odd_test=[answers])), HttpRequest(host="odd.test"))


def test_rebinding_public_then_private(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is asked for once, and the address of that answer is the only one that is tried."""
    tried: list[str] = []

    def connect(address: str, port: int, timeout: float) -> socket.socket:
        tried.append(address)
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr(pinned, "connect", connect)
    names = Names(rebind_test=[["93.184.216.34"], ["127.0.0.1"]])
    with pytest.raises(PortError, match="no connection: connection refused"):
        send(HttpPort(resolver=names), HttpRequest(host="rebind.test"))
    assert tried == ["93.184.216.34"]
    assert names.asked == ["rebind.test"]


def test_rebinding_over_real_sockets() -> None:
    """127.0.0.2 plays the decided server, 127.0.0.3 on the same port the internal one that the second answer names."""
    with (
        Server(answer("decided"), "127.0.0.2") as decided,
        Server(answer("internal"), "127.0.0.3", decided.port) as internal,
    ):
        names = Names(rebind_test=[["127.0.0.2"], ["127.0.0.3"]])
        port = allowed(decided, "rebind.test", resolver=names)
        assert send(port, local(decided, host="rebind.test")).result["body"] == "decided"
        assert (names.asked, internal.connections) == (["rebind.test"], 0)
        # The next request is a new decision on a new answer: no connection outlives its own.
        assert send(port, local(decided, host="rebind.test")).result["body"] == "internal"


def test_the_pin_is_what_stops_another_origin() -> None:
    """Whatever httpcore asked of the backend, only the decided origin is connected."""
    with Server(answer("inside")) as server:
        outgoing = Outgoing("GET", "http", "good.test", server.port, "/", (), b"", 100)
        backend = pinned.PinnedBackend(outgoing, ("127.0.0.1",), Deadline(5), pinned._Traffic())
        for host, port in (("evil.test", server.port), ("good.test", 1), ("127.0.0.1", server.port)):
            with pytest.raises(PortRefused, match="decided"):
                backend.connect_tcp(host, port)
        with pytest.raises(PortRefused):
            backend.connect_unix_socket("/run/socket")
        backend.connect_tcp("good.test", server.port).close()


def test_no_question_leaves_before_the_permit() -> None:
    names = Names(data_in_the_name_test=[["93.184.216.34"]])

    class Dead:
        token = "permit-0"

        def check(self) -> None:
            raise KeyError("dead")

    prepared = HttpPort(resolver=names).prepare(HttpRequest(host="data.in.the.name.test"))
    with pytest.raises(KeyError):
        prepared.perform(Dead())
    prepared.close()
    assert names.asked == []


def test_a_redirect_is_an_answer() -> None:
    with Server(answer("secret")) as internal:
        location = f"http://127.0.0.1:{internal.port}/inside"
        with Server(answer("", "302 Found", Location=location)) as server:
            effect = send(allowed(server), local(server))
            assert (effect.result["status"], effect.result["headers"]["location"]) == (302, location)
            assert internal.connections == 0
            followed = local(server).redirect(location)
            with pytest.raises(PortRefused):
                send(allowed(server), followed)
            assert send(allowed(internal), followed).result["body"] == "secret"


def test_proxies_of_the_environment_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    with Server(answer("proxied")) as proxy, Server(answer("direct")) as server:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "HTTPS_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert send(allowed(server), local(server)).result["body"] == "direct"
        assert proxy.connections == 0


def test_netrc_is_ignored(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    netrc = tmp_path_factory.mktemp("home") / ".netrc"
    netrc.write_text("default login desk password secret")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HOME", str(netrc.parent))
    with Server(answer("ok")) as server:
        send(allowed(server), local(server))
        assert not [line for line in server.head() if "authorization" in line.lower()]


@pytest.mark.parametrize(
    ("host", "target"),
    [
        ("evil.test\\@good.test", "/"),
        ("good.test@evil.test", "/"),
        ("user:pass@evil.test", "/"),
        ("good.test#", "/"),
        ("good.test/evil", "/"),
        ("GOOD.test", "/"),
        ("good.test:81", "/"),
        ("①②⑦.⓪.⓪.①", "/"),
        ("127。0。0。1", "/"),
        ("ev\til.test", "/"),
        ("0177.0.0.1", "/"),
        ("[::1]", "/"),
        ("", "/"),
        ("good.test", "/a b"),
        ("good.test", "/a/../b"),
        ("good.test", "/a\r\nX: y"),
        ("good.test", "/é"),
        ("good.test", "/a\\b"),
        ("good.test", "/%zz"),
        ("a%41.test", "/"),
        ("good.test", "/a#b"),
        ("good.test", "@evil.test/"),
        ("good.test", ""),
    ],
)
def test_urls_that_are_read_in_two_ways_are_not_sent(host: str, target: str) -> None:
    """Actions cannot say these; the port does not rely on it."""
    with pytest.raises(PortRefused, match="does not stand for its parts"):
        parsed(Outgoing("GET", "http", host, 80, target, (), b"", 100))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("http:", "https:"),
        ("good.test", "evil.test"),
        ("good.test", "good.test:81"),
        ("/a", "/b"),
        ("/a", "/a?b"),
        ("//", "//u@"),
    ],
)
def test_a_client_that_reads_another_url_is_not_used(monkeypatch: pytest.MonkeyPatch, written: str, read: str) -> None:
    """As if httpx read one part of the URL differently from the way it was written."""
    outgoing = Outgoing("GET", "http", "good.test", 80, "/a", (), b"", 100)
    assert parsed(outgoing).url.host == "good.test"
    url = httpx.URL
    monkeypatch.setattr(httpx, "URL", lambda text: url(text.replace(written, read, 1)))
    with pytest.raises(PortRefused, match="does not stand for its parts"):
        parsed(outgoing)


def test_every_path_and_query_that_an_action_can_say_is_read_as_it_is() -> None:
    every = "".join(map(chr, range(32, 127))) + "é€😀"
    paths = ["/", "/a/", "/a-._~!$&'()*+,=:@b", "/Caf%C3%A9", "/%22%3C%3E%5B%5D%5E%60%7B%7C%7D%20x"]
    for path in paths:
        request = HttpRequest(host="good.test", path=path, query=((every.strip(), every), ("k", "")))
        assert parsed(http._outgoing(request)).url.raw_path.decode() == request.target
    assert parsed(http._outgoing(HttpRequest(host="2001:db8::1", port=8443))).headers["host"] == "[2001:db8::1]:8443"


def test_header_injection() -> None:
    with Server(answer("ok")) as server:
        port = allowed(server)
        for headers in (
            (("x-a", "b\r\nhost: evil.test"),),
            (("x-a\r\nhost", "b"),),
            (("x a", "b"),),
            (("x-a", "b\0"),),
            (("", "b"),),
        ):
            outgoing = Outgoing("GET", "http", "127.0.0.1", server.port, "/", headers, b"", 100)
            with pytest.raises(PortRefused, match="grammar of HTTP"):
                port.check(outgoing)
            # Should it get past the port, the protocol's own checks stop it before a byte is sent.
            with pytest.raises(PortError):
                exchange(outgoing, ("127.0.0.1",), None, Deadline(5))
        assert server.requests in ([], [b""] * len(server.requests))
        with pytest.raises(PortRefused):
            port.prepare(local(server, headers={"accept-encoding": "br"}))


def test_what_is_sent_is_what_the_action_says() -> None:
    with Server(answer("ok")) as server:
        request = local(server, method="POST", path="/a/b", query=[["k", "v w"]], headers={"x-desk": "1"}, body="naïve")
        send(allowed(server), request)
        assert server.head() == [
            "POST /a/b?k=v%20w HTTP/1.1",
            f"Host: 127.0.0.1:{server.port}",
            "x-desk: 1",
            "accept-encoding: identity",
            "connection: close",
            "user-agent: havocproof",
            "accept: */*",
            "Content-Length: 6",
        ]
        assert server.body() == "naïve".encode()


def test_many_threads_share_a_port() -> None:
    with Server(answer("ok")) as server:
        port, told = allowed(server), []
        threads = [
            threading.Thread(target=lambda: told.append(send(port, local(server)).result["body"])) for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert told == ["ok"] * 8


def test_options_that_cannot_be() -> None:
    with pytest.raises(ConfigError):
        HttpPort(timeout=0)
    with pytest.raises(ConfigError, match="allow_private"):
        HttpPort(allow_private={"127.0.0.1:80"})  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="ca_file"):
        HttpPort(ca_file="missing.pem")
