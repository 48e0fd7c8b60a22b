"""What is no action: each kind of bad argument and of bad wire form, with the field it names; and what is one value."""

from __future__ import annotations

from typing import Any

import pytest

from havocproof.actions import (
    VERBS,
    Action,
    HttpRequest,
    Payment,
    SqlQuery,
    action_from_wire,
)
from havocproof.errors import ActionError
from tests.actions.samples import MESSAGE, MESSAGES, PAYMENT, SPAWN

BAD_ARGUMENTS: list[tuple[str, dict[str, Any], str]] = [
    # wrong types
    ("file.read", {"path": "/a", "max_bytes": True}, "args.max_bytes"),
    ("file.read", {"path": "/a", "max_bytes": "7"}, "args.max_bytes"),
    ("file.read", {"path": "/a", "max_bytes": 7.0}, "args.max_bytes"),
    ("file.read", {"path": "/a", "max_bytes": float("nan")}, "args.max_bytes"),
    ("file.read", {"path": "/a", "max_bytes": None}, "args.max_bytes"),
    ("file.read", {"path": 7}, "args.path"),
    ("file.read", {"path": ["/a"]}, "args.path"),
    ("file.read", {"path": b"/a"}, "args.path"),
    # bounds, presence, surplus
    ("file.read", {"path": "/a", "max_bytes": -1}, "args.max_bytes"),
    ("file.read", {"path": "/a", "max_bytes": 2**30 + 1}, "args.max_bytes"),
    ("file.read", {}, "args.path"),
    ("file.read", {"path": "/a", "mode": "r"}, "args.mode"),
    ("file.read", {"path": "/a", "reason": "x"}, "args.reason"),
    ("file.read", {"path": "/a", "verb": "file.write"}, "args.verb"),
    ("file.read", {"path": "/a", "_sealed": ()}, "args._sealed"),
    # characters
    ("file.read", {"path": "/a\0"}, "args.path"),
    ("file.read", {"path": "/a\ud800"}, "args.path"),
    ("file.read", {"path": "/a/../b"}, "args.path"),
    ("file.write", {"path": "/a", "content": "x\0"}, "args.content"),
    ("file.write", {"path": "/a", "content": "\udfff"}, "args.content"),
    ("file.write", {"path": "/a", "content": "x" * (2**20 + 1)}, "args.content"),
    ("file.move", {"source": "/a", "target": "/a"}, "args.target"),
    # requests
    ("http.request", {}, "args.host"),
    ("http.request", {"host": "A.test"}, "args.host"),
    ("http.request", {"host": "a.test", "method": "get"}, "args.method"),
    ("http.request", {"host": "a.test", "method": "TRACE"}, "args.method"),
    ("http.request", {"host": "a.test", "method": "CONNECT"}, "args.method"),
    ("http.request", {"host": "a.test", "method": ["GET"]}, "args.method"),
    ("http.request", {"host": "a.test", "scheme": "ftp"}, "args.scheme"),
    ("http.request", {"host": "a.test", "scheme": []}, "args.scheme"),
    ("http.request", {"host": "a.test", "port": 0}, "args.port"),
    ("http.request", {"host": "a.test", "port": 65536}, "args.port"),
    ("http.request", {"host": "a.test", "port": "443"}, "args.port"),
    ("http.request", {"host": "a.test", "port": True}, "args.port"),
    ("http.request", {"host": "a.test", "path": "x"}, "args.path"),
    ("http.request", {"host": "a.test", "path": "/x?y=1"}, "args.path"),
    ("http.request", {"host": "a.test", "path": "/x y"}, "args.path"),
    ("http.request", {"host": "a.test", "path": "/x\r\n"}, "args.path"),
    ("http.request", {"host": "a.test", "body": "x"}, "args.body"),
    ("http.request", {"host": "a.test", "method": "HEAD", "body": "x"}, "args.body"),
    ("http.request", {"host": "a.test", "query": "a=1"}, "args.query"),
    ("http.request", {"host": "a.test", "query": {"a": 1}}, "args.query.0"),
    ("http.request", {"host": "a.test", "query": [["a"]]}, "args.query.0"),
    ("http.request", {"host": "a.test", "query": [["a", "1"], ["b", "1", "2"]]}, "args.query.1"),
    ("http.request", {"host": "a.test", "query": ["ab"]}, "args.query.0"),
    ("http.request", {"host": "a.test", "query": {"": "1"}}, "args.query.0"),
    ("http.request", {"host": "a.test", "query": {"a": "\0"}}, "args.query.0"),
    ("http.request", {"host": "a.test", "query": {"a": "x" * 9000}}, "args.query"),
    ("http.request", {"host": "a.test", "query": [["a", ""]] * 257}, "args.query"),
    ("http.request", {"host": "a.test", "headers": [["a", "b"]]}, "args.headers"),
    ("http.request", {"host": "a.test", "headers": {"Accept": "x"}}, "args.headers"),
    ("http.request", {"host": "a.test", "headers": {"a b": "x"}}, "args.headers"),
    ("http.request", {"host": "a.test", "headers": {"a:b": "x"}}, "args.headers"),
    ("http.request", {"host": "a.test", "headers": {"a_b": "x"}}, "args.headers"),
    ("http.request", {"host": "a.test", "headers": {1: "x"}}, "args.headers"),
    ("http.request", {"host": "a.test", "headers": {"accept": 1}}, "args.headers.accept"),
    ("http.request", {"host": "a.test", "headers": {"accept": ""}}, "args.headers.accept"),
    ("http.request", {"host": "a.test", "headers": {"accept": " x"}}, "args.headers.accept"),
    ("http.request", {"host": "a.test", "headers": {"accept": "é"}}, "args.headers.accept"),
    ("http.request", {"host": "a.test", "headers": {"accept": "x\r\nhost: b"}}, "args.headers.accept"),
    ("http.request", {"host": "a.test", "headers": {"accept": "x\n"}}, "args.headers.accept"),
    ("http.request", {"host": "a.test", "headers": {"accept": "x" * 20000}}, "args.headers"),
    # statements
    ("sql.query", {"database": "Desk", "statement": "select 1"}, "args.database"),
    ("sql.query", {"database": "desk", "statement": " \n"}, "args.statement"),
    ("sql.query", {"database": "desk", "statement": "select '\0'"}, "args.statement"),
    ("sql.query", {"database": "desk", "statement": "x" * 70000}, "args.statement"),
    ("sql.query", {"database": "desk", "statement": "select ?", "parameters": "x"}, "args.parameters"),
    ("sql.query", {"database": "desk", "statement": "select ?", "parameters": [True]}, "args.parameters.0"),
    ("sql.query", {"database": "desk", "statement": "select ?", "parameters": [1, 1.5]}, "args.parameters.1"),
    ("sql.query", {"database": "desk", "statement": "select ?", "parameters": [2**63]}, "args.parameters.0"),
    ("sql.query", {"database": "desk", "statement": "select ?", "parameters": [[]]}, "args.parameters.0"),
    ("sql.query", {"database": "desk", "statement": "select ?", "parameters": ["\0"]}, "args.parameters.0"),
    ("sql.query", {"database": "desk", "statement": "select ?", "parameters": {"a": b""}}, "args.parameters.a"),
    ("sql.query", {"database": "desk", "statement": "select ?", "parameters": {"a b": 1}}, "args.parameters"),
    ("sql.query", {"database": "desk", "statement": "select ?", "parameters": {1: 1}}, "args.parameters"),
    ("sql.query", {"database": "desk", "statement": "select ?", "parameters": [1] * 1000}, "args.parameters"),
    ("sql.change", {"database": "desk", "statement": "x", "max_rows": 1_000_001}, "args.max_rows"),
    ("sql.schema", {"database": "desk", "statement": "x", "max_rows": True}, "args.max_rows"),
    # money
    ("money.payment", PAYMENT | {"amount": 120}, "args.amount"),
    ("money.payment", PAYMENT | {"amount": 120.5}, "args.amount"),
    ("money.payment", PAYMENT | {"amount": "120.5 USD"}, "args.amount"),
    ("money.payment", PAYMENT | {"amount": "-1.00 USD"}, "args.amount"),
    ("money.payment", PAYMENT | {"amount": "0.00 USD"}, "args.amount"),
    ("money.payment", PAYMENT | {"amount": "10000000000000.00 USD"}, "args.amount"),
    ("money.payment", PAYMENT | {"payee": ""}, "args.payee"),
    ("money.payment", PAYMENT | {"payee": "acct:prices\u2010ltd\u200b"}, "args.payee"),
    ("money.payment", PAYMENT | {"account": " research-costs"}, "args.account"),
    ("money.payment", PAYMENT | {"idempotency_key": "a b"}, "args.idempotency_key"),
    ("money.payment", PAYMENT | {"memo": "x" * 4097}, "args.memo"),
    ("money.trade", {"side": "hold"}, "args.account"),
    ("money.transfer", PAYMENT | {"payee": "research-costs"}, "args.payee"),
    ("money.transfer", PAYMENT | {"original": "x"}, "args.original"),
    ("money.payment", PAYMENT | {"original": "x"}, "args.original"),
    ("money.refund", PAYMENT, "args.original"),
    ("money.refund", PAYMENT | {"original": ""}, "args.original"),
    # connections
    ("net.connect", {"host": "a.test"}, "args.port"),
    ("net.connect", {"host": "a.test", "port": 0}, "args.port"),
    ("net.connect", {"host": "a.test", "port": "22"}, "args.port"),
    ("net.connect", {"host": "A.test", "port": 22}, "args.host"),
    ("net.connect", {"host": "a.test", "port": 22, "max_bytes_out": 2**30 + 1}, "args.max_bytes_out"),
    ("net.connect", {"host": "a.test", "port": 22, "scheme": "ssh"}, "args.scheme"),
    # messages
    ("message.send", MESSAGE | {"recipients": []}, "args.recipients"),
    ("message.send", MESSAGE | {"recipients": "a@desk.example"}, "args.recipients"),
    ("message.send", MESSAGE | {"recipients": {"a@desk.example": 1}}, "args.recipients"),
    ("message.send", MESSAGE | {"recipients": [f"a{n}@x.test" for n in range(101)]}, "args.recipients"),
    ("message.send", MESSAGE | {"recipients": ["a@x.test", "a@x.test"]}, "args.recipients.1"),
    ("message.send", MESSAGE | {"recipients": ["a@x.test", 7]}, "args.recipients.1"),
    ("message.send", MESSAGE | {"recipients": ["A@x.test"]}, "args.recipients.0"),
    ("message.send", MESSAGE | {"recipients": ["a@X.test"]}, "args.recipients.0"),
    ("message.send", MESSAGE | {"recipients": ["Ann <a@x.test>"]}, "args.recipients.0"),
    ("message.send", MESSAGE | {"recipients": ["a@x.test, b@x.test"]}, "args.recipients.0"),
    ("message.send", MESSAGE | {"recipients": ["a@x.test\r\nRCPT TO:<b@x.test>"]}, "args.recipients.0"),
    ("message.send", MESSAGE | {"recipients": ['"a b"@x.test']}, "args.recipients.0"),
    ("message.send", MESSAGE | {"recipients": ["a@b@x.test"]}, "args.recipients.0"),
    ("message.send", MESSAGE | {"recipients": ["a@[127.0.0.1]"]}, "args.recipients.0"),
    ("message.send", MESSAGE | {"recipients": ["a@127.0.0.1"]}, "args.recipients.0"),
    ("message.send", MESSAGE | {"recipients": ["a@x.test."]}, "args.recipients.0"),
    ("message.send", MESSAGE | {"recipients": ["é@x.test"]}, "args.recipients.0"),
    ("message.send", MESSAGE | {"recipients": ["a(b)@x.test"]}, "args.recipients.0"),
    ("message.send", MESSAGE | {"recipients": ["*@x.test@"]}, "args.recipients.0"),
    ("message.send", MESSAGE | {"recipients": ["desk"]}, "args.recipients.0"),
    ("message.send", MESSAGE | {"subject": "a\nBcc: b@x.test"}, "args.subject"),
    ("message.send", MESSAGE | {"subject": "a\r"}, "args.subject"),
    ("message.send", MESSAGE | {"subject": " a"}, "args.subject"),
    ("message.send", MESSAGE | {"subject": "\u202egpj.exe"}, "args.subject"),
    ("message.send", MESSAGE | {"subject": "x" * 257}, "args.subject"),
    ("message.send", MESSAGE | {"body": "a\r\n.\r\nMAIL FROM:<b@x.test>"}, "args.body"),
    ("message.send", MESSAGE | {"body": "a\0"}, "args.body"),
    ("message.send", MESSAGE | {"body": None}, "args.body"),
    ("message.send", MESSAGE | {"channel": ""}, "args.channel"),
    ("message.send", MESSAGE | {"cc": ["a@x.test"]}, "args.cc"),
    ("message.send", MESSAGE | {"attachments": []}, "args.attachments"),
    # agents
    ("agent.spawn", {}, "args.agent"),
    ("agent.spawn", SPAWN | {"agent": 1}, "args.agent"),
    ("agent.spawn", SPAWN | {"uses": "notes"}, "args.uses"),
    ("agent.spawn", SPAWN | {"uses": ["a", "a"]}, "args.uses.1"),
    ("agent.spawn", SPAWN | {"uses": ["a", ""]}, "args.uses.1"),
    ("agent.spawn", SPAWN | {"delegates": [1]}, "args.delegates.0"),
    ("agent.spawn", SPAWN | {"share": []}, "args.share"),
    ("agent.spawn", SPAWN | {"share": {"tokens": -1}}, "args.share.tokens"),
    ("agent.spawn", SPAWN | {"share": {"tokens": 10**15}}, "args.share.tokens"),
    ("agent.spawn", SPAWN | {"share": {"tokens": True}}, "args.share.tokens"),
    ("agent.spawn", SPAWN | {"share": {"tokens": 1.5}}, "args.share.tokens"),
    ("agent.spawn", SPAWN | {"share": {"tokens": "5"}}, "args.share.tokens"),
    ("agent.spawn", SPAWN | {"share": {"costs": "1.0 USD"}}, "args.share.costs"),
    ("agent.spawn", SPAWN | {"share": {"": 1}}, "args.share"),
    ("agent.spawn", SPAWN | {"share": {1: 1}}, "args.share"),
    ("agent.spawn", SPAWN | {"objective": "x" * 65537}, "args.objective"),
    ("agent.spawn", SPAWN | {"passes": ["trading"]}, "args.passes"),
    ("agent.spawn", SPAWN | {"child": "me"}, "args.child"),
    ("agent.handoff", {"agent": "a", "message": "\0"}, "args.message"),
    ("agent.handoff", {"agent": "a", "uses": []}, "args.uses"),
    ("agent.report", {"fields": []}, "args.fields"),
    ("agent.report", {"fields": {"a": float("nan")}}, "args.fields.a"),
    ("agent.report", {"fields": {"a b\0": 1}}, "args.fields"),
    ("agent.report", {"fields": {}, "to": "lead"}, "args.to"),
    # models
    ("model.call", {"model": "m", "messages": [], "max_tokens": 1}, "args.messages"),
    ("model.call", {"model": "m", "messages": "hi", "max_tokens": 1}, "args.messages"),
    ("model.call", {"model": "m", "messages": MESSAGES * 1001, "max_tokens": 1}, "args.messages"),
    ("model.call", {"model": "m", "messages": ["hi"], "max_tokens": 1}, "args.messages.0"),
    ("model.call", {"model": "m", "messages": [{"role": "user"}], "max_tokens": 1}, "args.messages.0"),
    ("model.call", {"model": "m", "messages": [MESSAGES[0] | {"name": "x"}], "max_tokens": 1}, "args.messages.0"),
    (
        "model.call",
        {"model": "m", "messages": [{"role": "tool", "content": ""}], "max_tokens": 1},
        "args.messages.0.role",
    ),
    (
        "model.call",
        {"model": "m", "messages": [{"role": "user", "content": 1}], "max_tokens": 1},
        "args.messages.0.content",
    ),
    (
        "model.call",
        {"model": "m", "messages": [{"role": "user", "content": "\0"}], "max_tokens": 1},
        "args.messages.0.content",
    ),
    ("model.call", {"model": "m", "messages": MESSAGES, "max_tokens": 0}, "args.max_tokens"),
    ("model.call", {"model": "m", "messages": MESSAGES, "max_tokens": 1, "max_cost": -1}, "args.max_cost"),
]


@pytest.mark.parametrize(("verb", "args", "field"), BAD_ARGUMENTS)
def test_bad_arguments_are_refused_both_ways(verb: str, args: dict[str, Any], field: str) -> None:
    with pytest.raises(ActionError) as wired:
        action_from_wire({"action": verb, "args": args})
    assert wired.value.field == field
    assert wired.value.remedy
    if "reason" in args:
        return  # the one name that means something in Python and not inside `args`
    with pytest.raises(ActionError) as built:
        VERBS[verb](**args)
    assert str(built.value) == str(wired.value)
    assert built.value.__context__ is None


@pytest.mark.parametrize(
    "name",
    [
        "host",
        "content-length",
        "transfer-encoding",
        "connection",
        "keep-alive",
        "te",
        "trailer",
        "upgrade",
        "expect",
        "http2-settings",
        "authorization",
        "cookie",
        "proxy-authorization",
        "proxy-connection",
        "x-http-method-override",
        "x-original-url",
        "x-forwarded-host",
        "forwarded",
    ],
)
def test_headers_that_are_not_for_actions(name: str) -> None:
    with pytest.raises(ActionError) as caught:
        HttpRequest(host="a.test", headers={name: "x"})
    assert caught.value.field == f"args.headers.{name}"


def test_all_problems_are_told_and_no_value_is_repeated() -> None:
    with pytest.raises(ActionError) as caught:
        Payment(account="", payee=7, amount="secret", surplus=1)  # type: ignore[call-arg, arg-type]
    text = str(caught.value)
    assert caught.value.field == "args.account"
    for field in ("account", "payee", "amount", "idempotency_key", "surplus"):
        assert f"args.{field}" in text
    assert "secret" not in text


def test_a_strange_key_is_cut_and_quoted() -> None:
    with pytest.raises(ActionError) as caught:
        action_from_wire({"action": "file.read", "args": {"path": "/a", "\u202e\n" + "x" * 99999: 1}})
    assert str(caught.value).isascii()
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    ("wire", "field"),
    [
        (None, ""),
        ("file.read", ""),
        ([], ""),
        ({}, "action"),
        ({"action": "file.read"}, "args"),
        ({"args": {}}, "action"),
        ({"action": 1, "args": {}}, "action"),
        ({"action": None, "args": {}}, "action"),
        ({"action": "", "args": {}}, "action"),
        ({"action": "file.chmod", "args": {}}, "action"),
        ({"action": "sql.read", "args": {}}, "action"),
        ({"action": "net.listen", "args": {}}, "action"),
        ({"action": "agent.share", "args": {}}, "action"),
        ({"action": "agent.kill", "args": {}}, "action"),
        ({"action": "all.send", "args": {}}, "action"),
        ({"action": "a b", "args": {}}, "action"),
        ({"action": "a..b", "args": {}}, "action"),
        ({"action": "../x", "args": {}}, "action"),
        ({"action": "x" * 129, "args": {}}, "action"),
        ({"action": "t", "args": []}, "args"),
        ({"action": "t", "args": None}, "args"),
        ({"action": "t", "args": {}, "why": "x"}, "why"),
        ({"action": "t", "args": {}, "reason": 1}, "reason"),
        ({"action": "t", "args": {}, "reason": None}, "reason"),
        ({"action": "t", "args": {}, "reason": "x" * 4097}, "reason"),
        ({"action": "t", "args": {}, "reason": "\0"}, "reason"),
        ({1: "t"}, "1"),
        ({"action": "file.read", "args": {1: "t"}}, "args.1"),
    ],
)
def test_bad_wire_forms(wire: object, field: str) -> None:
    with pytest.raises(ActionError) as caught:
        action_from_wire(wire)
    assert caught.value.field == field
    assert caught.value.remedy


def test_an_unknown_action_of_a_family_names_those_that_exist() -> None:
    with pytest.raises(ActionError, match=r"Use one of dir\.list, dir\.make"):
        action_from_wire({"action": "dir.remove", "args": {}})


def test_no_parameters_have_one_spelling() -> None:
    spellings: list[Any] = [[], (), {}]
    digests = {SqlQuery(database="desk", statement="select 1", parameters=value).digest() for value in spellings}
    assert len(digests) == 1
    assert SqlQuery(database="desk", statement="select 1").digest() in digests


def test_a_query_object_and_its_pairs_are_one_value() -> None:
    wire: dict[str, Any] = {"action": "http.request", "args": {"host": "a.test", "query": {"b": "1", "a": "2"}}}
    one: Action = action_from_wire(wire)
    wire["args"]["query"] = [["b", "1"], ["a", "2"]]
    assert action_from_wire(wire) == one
    wire["args"]["query"] = [["a", "2"], ["b", "1"]]
    assert action_from_wire(wire) != one


def test_the_order_of_headers_means_nothing() -> None:
    one = HttpRequest(host="a.test", headers={"accept": "x", "range": "y"})
    assert one == HttpRequest(host="a.test", headers={"range": "y", "accept": "x"})
