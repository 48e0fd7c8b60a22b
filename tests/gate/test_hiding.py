"""What the policy hides, from whom; and what it obliges to with what it permits."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, ClassVar

import pytest

from havocproof.errors import ConfigError
from havocproof.gate import Failed, Gate, Pending, Performed, Session
from havocproof.policy import Policy, loads_policy
from havocproof.ports.base import Effect, Permit
from havocproof.ports.sql import SqlPort
from havocproof.ports.tools import ToolPort
from havocproof.stores import read, verify
from tests.gate.world import Clock, Prepared, ScriptedPort, kinds, records

SECRET = "hunter2-hunter2"
TEXT = """
havocproof: 1
policy: hiding
version: "1"
approvals: {boss: {role: boss, people: 1, within: 1d}}
tools:
  set_password: {effect: change, args: {user: name, password: name}}
  ask_password: {effect: change, args: {user: name, password: name}}
  look_up: {effect: read, args: {user: name}}
rules:
  all:
    - {permit: [set_password, look_up]}
    - {id: asked, ask: ask_password, needs: boss, why: The boss agrees.}
    - {id: notes, permit: file.write, where: {path: /desk/**}}
redact:
  - {of: [set_password, ask_password], fields: password, for: [journal, approver], show: digest}
  - {of: look_up, result: [/email, "/cards/*/number"], for: [model, journal], show: last4}
  - {of: file.write, fields: [content], for: journal}
"""


@pytest.fixture(scope="module")
def policy() -> Policy:
    return loads_policy(TEXT)


class Directory:
    """What the tools act on."""

    def __init__(self) -> None:
        self.passwords: dict[str, str] = {}

    def set_password(self, user: str, password: str) -> Any:
        self.passwords[user] = password
        return {"done": True}

    def look_up(self, user: str) -> Any:
        cards = [{"number": "4000123412341234", "kind": "debit"}, {"number": "12", "kind": "gift"}]
        return {"name": user, "email": "ada@mail.example", "cards": cards}


def opened(policy: Policy, directory: Directory, journal: Path | None, clock: Clock, **more: Any) -> Gate:
    tools = {
        "set_password": directory.set_password,
        "ask_password": directory.set_password,
        "look_up": directory.look_up,
    }
    return Gate.open(
        policy,
        ports=[ToolPort(tools), ScriptedPort("file.write")],
        journal=journal,
        clock=clock,
        people={"bea": ["boss"]},
        **more,
    )


def act(session: Session, action: str, **args: Any) -> Any:
    return session.perform({"action": action, "args": args})


def test_a_hidden_argument_is_performed_and_not_written(policy: Policy, clock: Clock, tmp_path: Path) -> None:
    directory, path = Directory(), tmp_path / "journal"
    with opened(policy, directory, path, clock) as gate:
        session = gate.session(user="ada")
        assert act(session, "set_password", user="ada", password=SECRET).ok
        assert act(session, "file.write", path="/desk/a", content=SECRET).ok
        asked = act(session, "ask_password", user="bob", password=SECRET)
        assert isinstance(asked, Pending)
        (request,) = gate.requests
        digest = hashlib.sha256(SECRET.encode()).hexdigest()[:16]
        assert request.action["args"] == {"user": "bob", "password": f"(hidden, sha256 {digest})"}
        assert request.digest == asked.action.digest()
        gate.approve(request.id, "bea", "boss")
        assert session.retry(request.id).ok, "the session holds the true value"
    assert directory.passwords["bob"] == SECRET
    assert SECRET.encode() not in path.read_bytes()
    for record in read(path):
        assert SECRET not in record.body
    verify(path).require()


def test_the_model_sees_of_a_result_what_it_may(policy: Policy, clock: Clock) -> None:
    with opened(policy, Directory(), None, clock) as gate:
        outcome = act(gate.session(), "look_up", user="ada")
        assert isinstance(outcome, Performed)
        assert outcome.result["email"] == "ada@mail.example", "code of the host has the result as it is"
        shown = outcome.to_model()["result"]
        assert shown == {
            "name": "ada",
            "email": "(hidden, ends in mple)",
            "cards": [{"number": "(hidden, ends in 1234)", "kind": "debit"}, {"number": "(hidden)", "kind": "gift"}],
        }
        # The journal's hash is of what it may know: a guess at the hidden value cannot be checked against it.
        text = json.dumps(shown, sort_keys=True, separators=(",", ":")).encode()
        assert records(gate, "outcome")[0].data["result"]["sha256"] == hashlib.sha256(text).hexdigest()


def test_what_is_not_hidden_is_the_same(policy: Policy, clock: Clock) -> None:
    with opened(policy, Directory(), None, clock) as gate:
        outcome = act(gate.session(), "set_password", user="ada", password=SECRET)
        assert outcome.to_model()["result"] == {"done": True}
        intent = records(gate, "intent")[0].data
        assert intent["action"]["args"]["user"] == "ada"


# ---- obligations ----

DUTIES = """
havocproof: 1
policy: duties
version: "1"
tools:
  small: {effect: read, args: {n: int}}
  told: {effect: read, args: {n: int}}
  quick: {effect: read, args: {n: int}}
rules:
  all:
    - {permit: small, where: {n: any}, then: {max_result: 1 KiB}}
    - {permit: small, where: {n: {min: 100}}, then: {max_result: 20 B}}
    - {permit: told, where: {n: any}, then: {notify: ops}}
    - {permit: told, where: {n: {min: 100}}, then: {notify: nobody}}
    - {permit: quick, where: {n: any}, then: {timeout: 30s, journal: flush}}
    - {permit: sql.read, where: {table: d.main.people, column: [name]}}
    - {permit: sql.read, where: {table: d.main.people, column: [email]}, then: {mask: empty}}
    - {permit: sql.read, where: {table: d.main.people, column: [card]}, then: {mask: last4}}
    - {permit: sql.read, where: {table: d.main.people, column: [number]}, then: {mask: hash}}
budgets:
  reads: {count: 100, of: [small, told, quick], per: [tenant]}
"""


@pytest.fixture(scope="module")
def duties() -> Policy:
    return loads_policy(DUTIES)


def echo(prepared: Prepared, permit: Permit) -> Effect:
    permit.check()
    prepared.port.done.append(prepared.action)
    return Effect("x" * int(prepared.action.canonical()["args"]["n"]))


def test_a_result_above_its_bound_is_withheld(duties: Policy, clock: Clock) -> None:
    port = ScriptedPort("small")
    port.script = echo
    with Gate.open(duties, ports=[port], clock=clock) as gate:
        session = gate.session()
        assert act(session, "small", n=50).result == "x" * 50
        tight = act(session, "small", n=100)
        assert tight.result == {"withheld": "the result has 102 bytes, and at most 20 are told"}
        assert tight.to_model()["result"] == tight.result
        assert len(port.done) == 2, "it happened; what is bounded is what comes back"


def test_a_channel_is_told_before_the_effect_or_nothing_happens(duties: Policy, clock: Clock) -> None:
    port, told = ScriptedPort("told"), []

    def ops(record: dict[str, Any]) -> None:
        told.append((record, len(port.done)))
        if record["action"]["args"]["n"] == 7:
            raise ConnectionError("nobody listens")

    with Gate.open(duties, ports=[port], clock=clock, notify={"ops": ops}) as gate:
        session = gate.session()
        assert act(session, "told", n=1).ok
        (record, before), *_ = told
        assert (record["action"], record["rule"], before) == ({"action": "told", "args": {"n": 1}}, "all.3", 0)
        assert record["seq"] == records(gate, "intent")[0].seq
        unheard = act(session, "told", n=7)
        assert isinstance(unheard, Failed)
        assert not unheard.in_doubt
        assert "ops could not be told: ConnectionError" in unheard.error.message
        assert len(port.done) == 1
        assert kinds(gate)[-2:] == ["intent", "failed"]
        before_records = len(kinds(gate))
        unknown = act(session, "told", n=100)
        assert isinstance(unknown, Failed)
        assert "nobody here can" in unknown.error.message
        assert kinds(gate)[before_records:] == ["failed"], "nothing was reserved for it"
        assert len(told) == 2
    with pytest.raises(ConfigError, match="cannot be called"):
        Gate.open(duties, ports=[port], clock=clock, notify={"ops": 7})  # type: ignore[dict-item]


class Obliging(Prepared):
    """Takes on what it is asked, or does not."""

    answer: Any = True
    seen: ClassVar[list[tuple[str, Any, Any]]] = []

    def oblige(self, duty: str, value: Any, atoms: Any) -> Any:
        Obliging.seen.append((duty, value, atoms))
        return self.answer


@pytest.mark.parametrize("answer", [True, False, None, 1])
def test_what_a_port_cannot_keep_to_is_refused(
    duties: Policy, clock: Clock, answer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = ScriptedPort("quick")
    with Gate.open(duties, ports=[port], clock=clock) as gate:
        refused = act(gate.session(), "quick", n=1)
        assert isinstance(refused, Failed)
        assert "keep to `timeout: 30000`" in refused.error.message
        assert port.done == []
        monkeypatch.setattr(Obliging, "answer", answer)
        monkeypatch.setattr(Obliging, "seen", [])
        monkeypatch.setattr(port, "prepare", lambda action: Obliging(port, action, ()))
        assert act(gate.session(), "quick", n=1).ok is (answer is True)
        assert Obliging.seen == [("timeout", 30_000, frozenset())]


def test_an_obliged_flush_reaches_the_disk(
    duties: Policy, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = ScriptedPort("quick", "small")
    monkeypatch.setattr(Obliging, "answer", True)
    with Gate.open(duties, ports=[port], journal=tmp_path / "journal", clock=clock) as gate:
        monkeypatch.setattr(port, "prepare", lambda action: Obliging(port, action, ()))
        flushed: list[bool] = []
        real = gate.store._commit
        monkeypatch.setattr(gate.store, "_commit", lambda step: (flushed.append(step.flush), real(step)))
        assert act(gate.session(), "small", n=1).ok
        assert flushed == [False, False, False]
        del flushed[:]
        assert act(gate.session(), "quick", n=1).ok
        assert flushed == [False, True, False]


def test_masked_columns_come_back_empty_and_others_do_not(duties: Policy, clock: Clock, tmp_path: Path) -> None:
    """Through the real engine: what a rule with a mask permits is read as NULL, in conditions, too."""
    path = tmp_path / "d.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            "CREATE TABLE people (name TEXT, email TEXT, card TEXT, number INT, secret TEXT);"
            "INSERT INTO people VALUES ('ada', 'ada@x.example', '4000123412345678', 7, '9');"
        )
    with Gate.open(duties, ports=[SqlPort({"d": path})], clock=clock) as gate:
        session = gate.session()

        def rows(statement: str) -> Any:
            outcome = act(session, "sql.query", database="d", statement=statement)
            assert isinstance(outcome, Performed), outcome
            return outcome.result["rows"]

        assert rows("SELECT name FROM people") == [["ada"]]
        assert rows("SELECT name, email FROM people") == [["ada", None]]
        assert rows("SELECT name FROM people WHERE email = 'ada@x.example'") == []
        assert not act(session, "sql.query", database="d", statement="SELECT secret FROM people").ok
        assert rows("SELECT card, email FROM people") == [["****5678", None]]
        assert rows("SELECT name FROM people WHERE card = '4000123412345678' OR card > '4'") == []
        [[digest, card]] = rows("SELECT number, card FROM people")
        assert (digest[0], len(digest), card) == ("#", 17, "****5678")
        assert rows("SELECT name FROM people WHERE number = 7") == []
        around = act(session, "sql.query", database="d", statement="SELECT card FROM main.people")
        assert isinstance(around, Failed)
        assert "people.card is read masked" in around.to_model()["error"]
        told = str([record.body for record in records(gate, "outcome", "failed")])
        assert "****" not in told
        assert "5678" not in told.replace("'4000123412345678'", ""), "results are not kept, masked or not"
