"""TLS fails closed, and a credential goes to its origin only."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from havocproof.errors import ConfigError, PortError, PortRefused
from havocproof.ports.http import HttpPort
from tests.ports.http.server import Names, Server, allowed, answer, local, send

CERTIFICATE = Path(__file__).with_name("good.test.pem")


@pytest.fixture(scope="module")
def tls() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


def port_for(server: Server, timeout: float = 5.0, ca_file: Path | None = None) -> HttpPort:
    places = {(host, server.port) for host in ("good.test", "evil.test", "127.0.0.1")}
    names = Names(good_test=[["127.0.0.1"]], evil_test=[["127.0.0.1"]])
    return HttpPort(places, names, timeout, ca_file=ca_file)


def test_a_self_signed_server_gets_nothing(tls: ssl.SSLContext) -> None:
    with Server(answer("secret"), tls=tls) as server:
        with pytest.raises(PortRefused, match="certificate is not valid"):
            send(port_for(server), local(server, scheme="https", host="good.test"))
        assert server.requests == []


def test_verification_is_what_stopped_it(tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
    with Server(answer("secret"), tls=tls) as server:
        port = port_for(server, ca_file=CERTIFICATE)
        assert send(port, local(server, scheme="https", host="good.test")).result["body"] == "secret"
        assert server.head()[1] == f"Host: good.test:{server.port}"
    assert not (tmp_path / "keys").exists()


def test_the_environment_cannot_add_an_authority(tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    with Server(answer("secret"), tls=tls) as server, pytest.raises(PortRefused):
        send(port_for(server), local(server, scheme="https", host="good.test"))


@pytest.mark.parametrize("host", ["evil.test", "127.0.0.1"])
def test_the_certificate_is_for_the_logical_host(tls: ssl.SSLContext, host: str) -> None:
    with Server(answer("secret"), tls=tls) as server:
        with pytest.raises(PortRefused, match="certificate is not valid"):
            send(port_for(server, ca_file=CERTIFICATE), local(server, scheme="https", host=host))
        assert server.requests == []


def test_a_server_without_tls() -> None:
    with Server(answer("secret")) as server, pytest.raises(PortError, match="no TLS connection"):
        send(port_for(server, timeout=0.2), local(server, scheme="https", host="good.test"))


def test_credentials_go_to_their_origin_and_come_back_as_stars() -> None:
    secret = "Bearer desk-key-0123456789"

    def echo(server: Server) -> bytes:
        return answer(f"you sent {secret} and desk-key-0123456789", X_Echo=secret)

    with Server(b"") as server, Server(answer("ok")) as other:
        server.script = echo(server)
        places = {("127.0.0.1", server.port), ("127.0.0.1", other.port)}
        port = HttpPort(places, credentials={f"http://127.0.0.1:{server.port}": {"authorization": secret}})
        effect = send(port, local(server))
        assert f"authorization: {secret}" in server.head()
        assert effect.result["body"] == "you sent *** and ***"
        assert "desk-key" not in repr(effect)
        send(port, local(other))
        assert "desk-key" not in str(other.requests)
        send(allowed(server), local(server))
        assert "authorization" not in str(server.requests[-1])


@pytest.mark.parametrize("cap", range(len("you sent Bearer desk-key-0123456789")))
def test_a_cap_within_a_credential_shows_none_of_it(cap: int) -> None:
    secret = "Bearer desk-key-0123456789"
    with Server(answer(f"you sent {secret}")) as server:
        port = HttpPort(
            {("127.0.0.1", server.port)}, credentials={f"http://127.0.0.1:{server.port}": {"authorization": secret}}
        )
        body = send(port, local(server, max_bytes_in=cap)).result["body"]
    assert "Bear" not in body
    assert "desk" not in body


@pytest.mark.parametrize(
    ("origin", "headers"),
    [
        ("http://api.example", {"authorization": "Bearer 012345"}),
        ("https://api.example/v2", {"authorization": "Bearer 012345"}),
        ("api.example", {"authorization": "Bearer 012345"}),
        ("https://api.example", {"host": "evil.example"}),
        ("https://api.example", {"authorization": "Bearer 01\r\nX: y"}),
        ("https://api.example", {"authorization": "short"}),
    ],
)
def test_credentials_that_cannot_be(origin: str, headers: dict[str, str]) -> None:
    with pytest.raises(ConfigError) as fault:
        HttpPort(credentials={origin: headers})
    assert "0123" not in str(fault.value)
