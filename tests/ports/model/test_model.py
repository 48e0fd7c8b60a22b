"""Calls of a model over real sockets and by script: what is asked, what is told, what is spent, and that the key stays
hidden."""

from __future__ import annotations

import json
import socket
import threading
from typing import Any

import pytest

from havocproof.actions import HttpRequest, ModelCall
from havocproof.errors import ConfigError, InDoubt, PortError, PortRefused
from havocproof.ports.base import Effect, Port, Prepared
from havocproof.ports.http import HttpPort
from havocproof.ports.model import ModelPort, ScriptedModel
from tests.ports.http.server import Names, Server, answer
from tests.ports.worlds import Leave

KEY = "sk-desk-0123456789"
CALL = ModelCall(model="small", messages=({"role": "user", "content": "Add 1 and 2."},), max_tokens=50)
USAGE = {"prompt_tokens": 9, "completion_tokens": 1, "total_tokens": 10}


def completion(**changes: Any) -> bytes:
    message = {"role": "assistant", "content": "3"}
    document = {"model": "small-1", "choices": [{"message": message, "finish_reason": "stop"}], "usage": USAGE}
    return answer(json.dumps(document | changes), Content_Type="application/json")


def port_for(server: Server, key: str = KEY, **options: Any) -> ModelPort:
    http = HttpPort({("127.0.0.1", server.port)}, timeout=2.0)
    return ModelPort(f"http://127.0.0.1:{server.port}/v1", key, http, **options)


def call(port: ModelPort | ScriptedModel, action: ModelCall = CALL) -> Effect:
    prepared = port.prepare(action)
    try:
        return prepared.perform(Leave())
    finally:
        prepared.close()


def test_what_is_asked_and_told() -> None:
    with Server(completion()) as server:
        port = port_for(server, options={"temperature": 0})
        assert isinstance(port, Port)
        effect = call(port)
        assert effect.result == {"text": "3", "model": "small-1", "usage": USAGE}
        assert effect.used == {"tokens": 10}
        assert effect.note == {"address": "127.0.0.1", "finish_reason": "stop"}
        assert server.head()[0] == "POST /v1/chat/completions HTTP/1.1"
        assert f"authorization: Bearer {KEY}" in server.head()
        assert json.loads(server.body()) == {
            "temperature": 0,
            "model": "small",
            "messages": [{"role": "user", "content": "Add 1 and 2."}],
            "max_tokens": 50,
            "stream": False,
        }


def test_the_action_wins_over_the_options() -> None:
    with Server(completion()) as server:
        call(port_for(server, options={"model": "large", "max_tokens": 10**6, "stream": True}))
        assert json.loads(server.body()) == json.loads(server.body()) | {
            "model": "small",
            "max_tokens": 50,
            "stream": False,
        }


def test_nothing_leaves_before_the_permit_and_only_once() -> None:
    with Server(completion()) as server:
        prepared = port_for(server).prepare(CALL)
        assert isinstance(prepared, Prepared)
        assert prepared.parts == CALL.parts()
        assert server.connections == 0
        prepared.perform(Leave())
        with pytest.raises(PortError, match="made or closed"):
            prepared.perform(Leave())
        assert server.connections == 1


def test_a_dead_permit_asks_nothing() -> None:
    class Dead:
        token = "permit-0"

        def check(self) -> None:
            raise KeyError("dead")

    model = ScriptedModel(["only"])
    with Server(completion()) as server:
        for port in (port_for(server), model):
            with pytest.raises(KeyError):
                port.prepare(CALL).perform(Dead())
        assert server.connections == 0
    assert call(model).result["text"] == "only"


def test_no_key_no_header() -> None:
    with Server(completion()) as server:
        call(port_for(server, key=""))
        assert "authorization" not in str(server.requests).lower()


def test_a_key_that_is_sent_back_is_not_told() -> None:
    echo = {"role": "assistant", "content": f"your key is {KEY}"}
    with Server(completion(model=KEY, choices=[{"message": echo, "finish_reason": KEY}])) as server:
        effect = call(port_for(server))
        assert effect.result["text"] == "your key is [key]"
        assert KEY not in repr(effect)


@pytest.mark.parametrize(
    ("status", "fault"),
    [
        ("301 Moved Permanently", PortError),
        ("400 Bad Request", PortError),
        ("401 Unauthorized", PortError),
        ("429 Too Many Requests", PortError),
        ("408 Request Timeout", InDoubt),
        ("500 Internal Server Error", InDoubt),
        ("503 Service Unavailable", InDoubt),
    ],
)
def test_refusals_of_the_server(status: str, fault: type[Exception]) -> None:
    """Their bodies are not passed on: servers quote keys in them."""
    with Server(answer(f"Incorrect API key provided: {KEY}", status)) as server:
        port = port_for(server)
        with pytest.raises(fault, match=status[:3]) as told:
            call(port)
        assert KEY not in f"{told.value!r} {told.value} {port!r} {vars(told.value)}"


@pytest.mark.parametrize(
    "response",
    [
        answer("no json"),
        answer("[]"),
        answer('{"choices": []}'),
        answer('{"choices": [{"message": {"content": 3}}]}'),
        answer('{"choices": [{"message": {"content": "3"}}], "model": 7}'),
        answer("[" * 100_000),
        answer(b"\xff\xfe"),
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + completion().partition(b"\r\n\r\n")[2],
    ],
)
def test_an_answer_in_no_known_shape_is_in_doubt(response: bytes) -> None:
    with Server(response) as server, pytest.raises(InDoubt):
        call(port_for(server))


def test_a_server_that_hangs_up_leaves_doubt_and_a_closed_one_none() -> None:
    def hang_up(stream: socket.socket, server: Server) -> None:
        """Closes without a word."""

    with Server(hang_up) as server:
        port = port_for(server)
        with pytest.raises(InDoubt):
            call(port)
    with pytest.raises(PortError):
        call(port)


@pytest.mark.parametrize(
    "usage", [None, {}, "10", {"total_tokens": 10}, USAGE | {"total_tokens": -1}, USAGE | {"total_tokens": True}]
)
def test_without_a_usage_everything_reserved_counts(usage: object) -> None:
    with Server(completion(usage=usage)) as server:
        effect = call(port_for(server))
        assert (effect.result["usage"], effect.used) == ({}, {})


def test_no_more_is_settled_than_was_reserved() -> None:
    with Server(completion(usage=USAGE | {"total_tokens": 10**9})) as server:
        assert call(port_for(server)).used == {"tokens": CALL.parts()[0][1]["tokens"]}


def test_surrogates_and_null_become_text() -> None:
    with Server(completion(choices=[{"message": {"content": "a\ud800b"}}])) as server:
        assert call(port_for(server)).result["text"] == "a\ufffdb"
        server.script = completion(choices=[{"message": {"content": None}}])
        assert call(port_for(server)).result["text"] == ""


def test_cost_is_bounded_before_and_computed_after() -> None:
    prices = {"small": (1_000_000, 2_000_000)}  # one minor unit for a token of the prompt, two for one of the answer
    bound = CALL.parts()[0][1]["tokens"] - 50 + 2 * 50
    with Server(completion()) as server:
        port = port_for(server, prices=prices)
        with pytest.raises(PortRefused, match=f"can cost {bound}"):
            port.prepare(CALL.model_copy(update={"max_cost": bound - 1}))
        with pytest.raises(PortRefused, match="price of small is not known"):
            port_for(server).prepare(CALL.model_copy(update={"max_cost": bound}))
        assert server.connections == 0
        assert call(port, CALL.model_copy(update={"max_cost": bound})).used == {"tokens": 10, "cost": 11}


def test_the_transport_is_the_pinned_one(monkeypatch: pytest.MonkeyPatch) -> None:
    with Server(completion()) as server, Server(answer("proxied")) as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
        call(port_for(server))
        assert proxy.connections == 0
        names = Names(api_test=[["127.0.0.1"]])
        with pytest.raises(PortRefused, match="loopback"):
            call(ModelPort(f"https://api.test:{server.port}", KEY, HttpPort(resolver=names)))
        with pytest.raises(PortRefused):
            ModelPort(f"https://127.0.0.1:{server.port}", KEY, HttpPort())


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://api.example/v1", KEY),
        ("https://api.example/v1?x=1", KEY),
        ("https://user:pass@api.example/v1", KEY),
        ("api.example", KEY),
        ("https://api.example/v1", "two words"),
        ("https://api.example/v1", "line\r\nbreak"),
        ("https://api.example/v1", "schlüssel"),
    ],
)
def test_options_that_cannot_be(url: str, key: str) -> None:
    with pytest.raises(ConfigError) as fault:
        ModelPort(url, key, HttpPort())
    assert key not in str(fault.value)


def test_a_script_in_order() -> None:
    model = ScriptedModel(["first", "second"])
    assert isinstance(model, Port)
    effect = call(model)
    usage = {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}
    assert effect == Effect({"text": "first", "model": "small", "usage": usage}, {"tokens": 5})
    assert call(model).result["text"] == "second"
    with pytest.raises(PortError, match="no more replies"):
        call(model)


def test_a_script_that_answers() -> None:
    model = ScriptedModel(lambda asked: f"{asked.model}: {asked.messages[-1]['content']}")
    assert call(model).result["text"] == "small: Add 1 and 2."
    bounded = CALL.model_copy(update={"max_cost": 10})
    assert call(model, bounded).used == {"tokens": 8}
    assert call(ScriptedModel(["3"], prices={"small": (1, 1)}), bounded).used == {"tokens": 4, "cost": 1}


def test_a_prepared_call_takes_no_reply() -> None:
    model = ScriptedModel(["only"])
    model.prepare(CALL).close()
    assert call(model).result["text"] == "only"


def test_a_script_is_shared_by_threads() -> None:
    model = ScriptedModel(map(str, range(200)))
    told: list[str] = []
    threads = [
        threading.Thread(target=lambda: told.extend(call(model).result["text"] for _ in range(25))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told, key=int) == [str(number) for number in range(200)]


def test_other_actions_are_not_for_a_model() -> None:
    with pytest.raises(ConfigError):
        ScriptedModel([]).prepare(HttpRequest(host="api.example"))
