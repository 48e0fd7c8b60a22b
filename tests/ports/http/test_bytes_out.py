"""What a budget of `bytes_out` counts is what a real server gets: not a byte leaves that was not charged."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from havocproof.actions import HttpRequest
from havocproof.gate import Gate
from havocproof.policy import loads_policy
from havocproof.ports.http import HttpPort
from tests.actions import strategies
from tests.ports.http.server import Names, Server, allowed, answer, local, send
from tests.ports.worlds import Leave

POLICY = """
havocproof: 1
policy: sending
version: "1"
rules:
  web: [{permit: http.request, where: {host: 127.0.0.1, path: any, method: any, scheme: any, port: any}}]
budgets:
  out: {bytes_out: %d B, of: all.send, per: [tenant]}
""".replace("host: 127.0.0.1", 'host: "ip:127.0.0.1"')

REQUESTS = [
    {},
    {"method": "HEAD", "path": "/a/b/c"},
    {"path": "/caf%C3%A9", "query": {"q": "a b&c", "e": "é"}},
    {"method": "POST", "body": "hé\n" * 100},
    {"method": "POST"},
    {"method": "PUT"},
    {"method": "PATCH", "body": "x" * 12345},
    {"method": "DELETE"},
    {"method": "DELETE", "body": "why"},
    {"method": "OPTIONS", "headers": {"x-a": "1", "x-longer-name": "value of it"}},
    {"headers": {"user-agent": "mine", "accept": "text/html"}},
    {"headers": {"content-type": "text/plain"}, "method": "POST", "body": "1"},
]


@pytest.mark.parametrize("more", REQUESTS)
def test_the_action_counts_what_the_server_gets(more: dict[str, object]) -> None:
    with Server(answer("ok")) as server:
        request = local(server, **more)
        send(allowed(server), request)
        [part] = request.parts()
        assert part.ints["bytes_out"] == len(server.requests[0])


def test_a_name_and_a_port_count_as_they_stand_in_the_request() -> None:
    with Server(answer()) as server:
        port = allowed(server, "news.example", resolver=Names(news_example=[["127.0.0.1"]]))
        request = local(server, host="news.example")
        send(port, request)
        assert request.parts()[0].ints["bytes_out"] == len(server.requests[0])


def test_credentials_count_where_the_port_adds_them() -> None:
    with Server(answer()) as server:
        origin = f"http://127.0.0.1:{server.port}"
        secrets = {origin: {"authorization": "Bearer 0123456789", "x-key": "abcdefgh"}}
        port = HttpPort({("127.0.0.1", server.port)}, credentials=secrets)
        request = local(server, method="POST", body="b")
        prepared = port.prepare(request)
        prepared.perform(Leave())
        [part], [alone] = prepared.parts, request.parts()
        assert part.ints["bytes_out"] == len(server.requests[0])
        assert part.ints["bytes_out"] - alone.ints["bytes_out"] == len(
            "authorization: Bearer 0123456789\r\nx-key: abcdefgh\r\n"
        )


@settings(max_examples=60, deadline=None)
@given(strategies.http_requests())
def test_no_request_sends_more_than_it_counts(drawn: HttpRequest) -> None:
    with Server(answer()) as server:
        request = drawn.model_copy(update={"scheme": "http", "host": "127.0.0.1", "port": server.port})
        send(allowed(server), request)
        assert request.parts()[0].ints["bytes_out"] == len(server.requests[0])


def test_what_the_kernel_charges_is_what_leaves_until_nothing_does(tmp_path: Path) -> None:
    """A path of the agent's own choice carries data: it is charged, and ends with the budget."""
    limit = 2000
    with Server(answer("ok")) as server:
        port = HttpPort(
            {("127.0.0.1", server.port)},
            credentials={f"http://127.0.0.1:{server.port}": {"x-key": "0123456789abcdef"}},
        )
        with Gate.open(loads_policy(POLICY % limit), ports=[port], tenant="acme") as gate:
            session, outcomes = gate.session(user="ada"), []
            for n in range(20):
                outcomes.append(
                    session.perform(local(server, path=f"/{n}/{'secret' * n}", query={"k" * n or "k": "v"}))
                )
            sent = sum(map(len, server.requests))
            [charged] = [content for key, content in gate.store.view.nums.items() if key[1] == "out"]
            assert sent == charged <= limit
            assert [outcome.ok for outcome in outcomes].count(True) == len(server.requests) < 20
            denied = next(outcome for outcome in outcomes if not outcome.ok)
            assert (denied.to_model()["kind"], denied.to_model()["facts"]["measure"]) == ("later", "bytes_out")
