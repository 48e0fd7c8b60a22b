"""Each variant: the parts that it is cut into, with their values, and its normal form."""

from __future__ import annotations

from typing import Any

import pytest

from havocproof.actions import (
    ACTION_TYPES,
    VERBS,
    Connect,
    DirList,
    FileDelete,
    FileMove,
    FileRead,
    FileWrite,
    Handoff,
    HttpRequest,
    ModelCall,
    Payment,
    Refund,
    Report,
    Send,
    Spawn,
    ToolCall,
    TradeOrder,
    Transfer,
)
from havocproof.errors import ActionError
from tests.actions.samples import MESSAGE, MESSAGES, PAYMENT, SPAWN


def test_http_request_parts() -> None:
    request = HttpRequest(
        method="POST",
        host="api.prices.example",
        port=8443,
        path="/v2/caf%C3%A9/",
        query=(("day", "1"), ("page", "2"), ("day", "3")),
        headers={"accept": "text/html"},
        body="é",
        max_bytes_in=10,
    )
    ((verb, ints, atoms),) = request.parts()
    assert verb == "http.request"
    sent = (
        "POST /v2/caf%C3%A9/?day=1&page=2&day=3 HTTP/1.1\r\nhost: api.prices.example:8443\r\naccept: text/html\r\n"
        "accept-encoding: identity\r\nconnection: close\r\nuser-agent: havocproof\r\ncontent-length: 2\r\n\r\né"
    )
    assert ints == {"port": 8443, "bytes_out": len(sent.encode()), "bytes_in": 10, "count": 1, "at_once": 1}
    names = {
        "method": "POST",
        "scheme": "https",
        "service": "https:8443",
        "via": "",
        "host": "api.prices.example",
        "path": "/v2/café",
    }
    places = {"host": ("example", "prices", "api"), "path": ("v2", "café")}
    assert atoms == ((names | {"query": "day"}, places), (names | {"query": "page"}, places))


@pytest.mark.parametrize(
    ("scheme", "port", "service"),
    [("https", 443, "https"), ("http", 80, "http"), ("http", 443, "http:443"), ("https", 80, "https:80")],
)
def test_the_service_names_scheme_and_port(scheme: Any, port: int, service: str) -> None:
    request = HttpRequest(scheme=scheme, host="a.test", port=port)
    names, _ = request.parts()[0][2][0]
    assert names["service"] == service
    assert names["query"] == ""


def test_an_address_is_one_segment() -> None:
    names, places = HttpRequest(host="2001:db8::1").parts()[0][2][0]
    assert places["host"] == ("ip:2001:db8::1",)
    assert names["host"] == "2001:db8::1"


def test_the_default_cap_of_an_answer() -> None:
    assert HttpRequest(host="a.test").parts()[0][1]["bytes_in"] == 2**20


@pytest.mark.parametrize(
    ("path", "name", "ext", "segments"),
    [
        ("/desk/notes/a.tar.gz", "a.tar.gz", "gz", ("desk", "notes", "a.tar.gz")),
        ("/desk/.env", ".env", "env", ("desk", ".env")),
        ("/desk/Makefile", "Makefile", "", ("desk", "Makefile")),
        ("/desk/a.", "a.", "", ("desk", "a.")),
        ("/", "", "", ()),
    ],
)
def test_file_parts(path: str, name: str, ext: str, segments: tuple[str, ...]) -> None:
    names = {"path": path, "name": name, "ext": ext, "via": ""}
    assert FileRead(path=path, max_bytes=5).parts() == (
        ("file.read", {"count": 1, "at_once": 1, "bytes": 5}, ((names, {"path": segments}),)),
    )
    assert FileWrite(path=path, content="é\n").parts() == (
        ("file.write", {"count": 1, "at_once": 1, "bytes": 3}, ((names, {"path": segments}),)),
    )
    del names["ext"]
    assert DirList(path=path).parts() == (("dir.list", {"count": 1, "at_once": 1}, ((names, {"path": segments}),)),)


def test_a_move_deletes_and_writes() -> None:
    source, target = FileMove(source="/a/x.py", target="/b/y", max_bytes=7).parts()
    (deleted,) = FileDelete(path="/a/x.py", max_bytes=7).parts()
    ((names, places),) = deleted.atoms
    assert names["moves"] == "no"
    assert source == (deleted.verb, deleted.ints, (({**names, "moves": "yes"}, places),))
    assert target == (
        "file.write",
        source[1],
        (({"path": "/b/y", "name": "y", "ext": "", "via": ""}, {"path": ("b", "y")}),),
    )
    assert FileMove(source="/a", target="/b").parts()[0][1]["bytes"] == 16 * 2**20


def test_money_parts() -> None:
    names = {"account": "research-costs", "payee": "acct:prices-ltd", "currency": "USD", "original": "", "via": ""}
    ints = {"amount": 12050, "amount:USD": 12050, "count": 1, "at_once": 1}
    assert Payment(**PAYMENT).parts() == (("money.payment", ints, ((names, {}),)),)
    assert Transfer(**PAYMENT).parts() == (("money.transfer", ints, ((names, {}),)),)
    refund = Refund(**PAYMENT, original="receipt-3")
    assert refund.parts() == (("money.refund", ints, ((names | {"original": "receipt-3"}, {}),)),)
    order = TradeOrder(
        account="model", side="buy", symbol="ACME", quantity=3, amount="10 JPY", idempotency_key="o", venue="X"
    )
    names = {"account": "model", "side": "buy", "symbol": "ACME", "currency": "JPY", "venue": "X", "via": ""}
    ints = {"amount": 10, "amount:JPY": 10, "quantity": 3, "count": 1, "at_once": 1}
    assert order.parts() == (("money.trade", ints, ((names, {}),)),)


def test_message_parts() -> None:
    message = Send(**MESSAGE, subject="Weekly")
    size = len("Weekly") + len("hé\n".encode()) + 2 * len("a@desk.example")
    atoms = tuple(
        (
            {"channel": "email", "recipient": f"{who}@desk.example", "via": ""},
            {"recipient": ("example", "desk", "@", who)},
        )
        for who in ("a", "b")
    )
    assert message.parts() == (("message.send", {"bytes_out": size, "recipients": 2, "count": 1, "at_once": 1}, atoms),)


def test_the_domain_of_a_recipient_comes_first() -> None:
    """Near misses in the address lie far apart as places: the domain is what a pattern fixes."""
    near = ["a@desk.example", "a@desk.example.evil.test", "a@evil-desk.example", "desk.example@evil.test"]
    atoms = Send(channel="email", recipients=tuple(near), body="").parts()[0].atoms
    found = {atom.names["recipient"]: atom.places["recipient"] for atom in atoms}
    assert found["a@desk.example"] == ("example", "desk", "@", "a")
    assert found["a@desk.example.evil.test"] == ("test", "evil", "example", "desk", "@", "a")
    assert found["a@evil-desk.example"] == ("example", "evil-desk", "@", "a")
    assert found["desk.example@evil.test"] == ("test", "evil", "@", "desk.example")


def test_connection_parts() -> None:
    names = {"host": "git.example.com", "via": ""}
    ints = {"port": 443, "bytes_out": 2**20, "bytes_in": 5, "count": 1, "at_once": 1}
    assert Connect(host="git.example.com", port=443, max_bytes_in=5).parts() == (
        ("net.connect", ints, ((names, {"host": ("com", "example", "git")}),)),
    )


def test_what_agents_do_among_each_other_has_no_parts_by_itself() -> None:
    for action in (Spawn(**SPAWN), Handoff(agent="closer"), Report(fields={"a": 1})):
        with pytest.raises(ActionError, match="depend on who acts"):
            action.parts()


def test_a_spawn_in_its_normal_form() -> None:
    spawn = Spawn(agent="r", uses=("b", "a"), share={"tokens": 5, "costs": "1.00 USD"})
    assert spawn.canonical()["args"] == {
        "agent": "r",
        "objective": "",
        "uses": ["a", "b"],
        "delegates": None,
        "share": {"costs": "1.00 USD", "tokens": 5},
    }
    assert spawn == Spawn(agent="r", uses=("a", "b"), share={"costs": "1.00 USD", "tokens": 5})
    # No groups at all is something else than all that there are.
    assert Spawn(agent="r", uses=()) != Spawn(agent="r")
    with pytest.raises(TypeError):
        spawn.share["tokens"] = 6  # type: ignore[index]


def test_a_report_holds_values_as_a_tool_call_does() -> None:
    fields: dict[str, Any] = {"b": [1, {"c": "d"}], "a": 1.5}
    report = Report(fields=fields)
    fields["b"].append(2)
    assert report.canonical()["args"] == {"fields": {"a": {"$numberDecimal": "1.5"}, "b": [1, {"c": "d"}]}}
    assert report.plain_fields()["b"] == [1, {"c": "d"}]
    assert Report() == Report(fields={})


def test_model_parts_bound_prompt_and_answer() -> None:
    call = ModelCall(model="firm/large", messages=MESSAGES, max_tokens=100)
    ((verb, ints, atoms),) = call.parts()
    assert verb == "model.call"
    assert ints == {"tokens": 3 + 2 * 16 + 100, "count": 1, "at_once": 1}
    assert atoms == (({"model": "firm/large", "via": ""}, {}),)
    capped = ModelCall(model="firm/large", messages=MESSAGES, max_tokens=100, max_cost=0)
    assert capped.parts()[0][1]["cost"] == 0


def test_the_closed_set() -> None:
    assert set(VERBS) == {
        "http.request",
        "net.connect",
        "file.read",
        "file.write",
        "file.append",
        "file.delete",
        "file.move",
        "dir.list",
        "dir.make",
        "sql.query",
        "sql.change",
        "sql.schema",
        "money.payment",
        "money.transfer",
        "money.refund",
        "money.trade",
        "message.send",
        "model.call",
        "agent.spawn",
        "agent.handoff",
        "agent.report",
    }
    assert {*VERBS.values(), ToolCall} == ACTION_TYPES
    assert all(VERBS[variant.verb] is variant for variant in VERBS.values())
