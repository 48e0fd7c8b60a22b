"""Laws that hold for every action: one normal form, one digest, texts that read back, parts with exactly their axes."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havocproof.actions import (
    ACTION_TYPES,
    VERBS,
    Action,
    Handoff,
    HttpRequest,
    Report,
    Send,
    Spawn,
    SqlChange,
    SqlQuery,
    SqlSchema,
    ToolCall,
    action_from_wire,
    parse_action,
)
from havocproof.actions.hosts import host_segments
from havocproof.actions.scalars import path_segments
from havocproof.errors import ActionError
from tests.actions import strategies as some

FILE = ({"path", "name", "ext", "via"}, {"path"}, {"count", "bytes"})
DIRECTORY = ({"path", "name", "via"}, {"path"}, {"count"})
MONEY: tuple[set[str], set[str], set[str]] = (
    {"account", "payee", "currency", "original", "via"},
    set(),
    {"amount", "count"},
)
AXES = {
    "http.request": (
        {"method", "scheme", "service", "via", "host", "path", "query"},
        {"host", "path"},
        {"port", "bytes_out", "bytes_in", "count"},
    ),
    "file.read": FILE,
    "file.write": FILE,
    "file.append": FILE,
    "file.delete": (FILE[0] | {"moves"}, *FILE[1:]),
    "dir.list": DIRECTORY,
    "dir.make": DIRECTORY,
    "net.connect": ({"host", "via"}, {"host"}, {"port", "bytes_out", "bytes_in", "count"}),
    "money.payment": MONEY,
    "money.transfer": MONEY,
    "money.refund": MONEY,
    "message.send": ({"channel", "recipient", "via"}, {"recipient"}, {"bytes_out", "recipients", "count"}),
    "money.trade": (
        {"account", "side", "symbol", "currency", "venue", "via"},
        set(),
        {"amount", "quantity", "count"},
    ),
    "model.call": ({"model", "via"}, set(), {"tokens", "count"}),
}


@given(some.actions())
def test_the_normal_form_is_idempotent(action: Action) -> None:
    again = action_from_wire(action.canonical())
    assert again == action
    assert type(again) is type(action)
    assert again.digest() == action.digest()
    assert again.canonical_json() == action.canonical_json()
    assert hash(again) == hash(action)


@given(some.actions())
def test_the_canonical_text_is_json_types_without_floats(action: Action) -> None:
    def refuse(digits: str) -> None:
        raise AssertionError(digits)

    text = json.dumps(action.canonical(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert text == action.canonical_json()
    assert json.loads(text, parse_float=refuse) == action.canonical()
    assert set(action.canonical()) == {"action", "args"}


@given(some.actions(), some.actions())
def test_digests_agree_exactly_for_equal_actions(one: Action, other: Action) -> None:
    assert (one == other) == (one.digest() == other.digest()) == (one.canonical() == other.canonical())


@given(some.actions())
def test_json_and_yaml_read_back(action: Action) -> None:
    for text in (action.to_json(), action.to_yaml(), json.dumps(action.to_wire())):
        again = parse_action(text)
        assert again == action
        assert again.reason == action.reason
        assert parse_action(text.encode()) == action
        # The action's own texts may hold ``` only inside quotes, never at the beginning of a line.
        assert parse_action(f"I will do this:\n```\n{text}\n```\nDone.") == action


@given(some.actions())
def test_copies_and_pickles_are_the_same_action(action: Action) -> None:
    assert copy.copy(action) == action
    assert copy.deepcopy(action) == action
    assert action.model_copy() is action
    assert pickle.loads(pickle.dumps(action)) == action


@given(some.actions())
def test_the_reason_is_no_part_of_the_identity(action: Action) -> None:
    other = action.model_copy(update={"reason": "because"})
    assert other == action
    assert other.digest() == action.digest()
    assert other.to_wire()["reason"] == "because"


@given(some.actions())
def test_parts_carry_exactly_the_axes_of_their_verb(action: Action) -> None:
    if isinstance(action, ToolCall | SqlQuery | SqlChange | SqlSchema | Spawn | Handoff | Report):
        with pytest.raises(ActionError, match=r"has no parts by itself|depend on who acts"):
            action.parts()
        return
    parts = action.parts()
    expected = ["file.delete", "file.write"] if action.verb == "file.move" else [action.verb]
    assert [verb for verb, _, _ in parts] == expected
    for verb, ints, atoms in parts:
        names, places, measures = AXES[verb]
        if verb == "model.call" and action.canonical()["args"]["max_cost"] is not None:
            measures = {*measures, "cost"}
        if verb.startswith("money."):
            # An amount counts under its own currency too, and under no other.
            currency = atoms[0][0]["currency"]
            measures = {*measures, f"amount:{currency}"}
            assert ints[f"amount:{currency}"] == ints["amount"]
        assert set(ints) == {*measures, "at_once"}
        assert ints["count"] == ints["at_once"] == 1
        assert all(type(value) is int and value >= 0 for value in ints.values())
        assert atoms
        for atom_names, atom_places in atoms:
            assert set(atom_names) == names
            assert set(atom_places) == places
            assert all(type(value) is str for value in atom_names.values())
            assert all(isinstance(value, tuple) for value in atom_places.values())


@given(some.http_requests())
def test_a_url_is_read_back_to_the_same_request(request: HttpRequest) -> None:
    again = HttpRequest.from_url(
        request.url,
        method=request.method,
        headers=request.headers,
        body=request.body,
        max_bytes_in=request.max_bytes_in,
    )
    assert again == request


@given(some.http_requests())
def test_one_atom_stands_for_each_query_key(request: HttpRequest) -> None:
    atoms = request.parts()[0][2]
    assert [names["query"] for names, _ in atoms] == list(dict(request.query)) or [""]
    assert len(atoms) == max(1, len(dict(request.query)))


@given(some.messages(), st.randoms(use_true_random=False))
def test_recipients_have_no_order_and_one_atom_each(message: Send, random: Random) -> None:
    mixed = list(message.recipients)
    random.shuffle(mixed)
    again = message.model_copy(update={"recipients": mixed})
    assert again == message
    assert again.recipients == message.recipients
    ((_, ints, atoms),) = message.parts()
    assert ints["recipients"] == len(atoms) == len(set(message.recipients))
    assert [names["recipient"] for names, _ in atoms] == sorted(mixed)
    for names, places in atoms:
        at = places["recipient"].index("@")
        domain, local = places["recipient"][:at], places["recipient"][at + 1 :]
        assert names["recipient"] == f"{'.'.join(local)}@{'.'.join(reversed(domain))}"


@given(some.paths())
def test_paths_and_segments_are_one_to_one(path: str) -> None:
    assert "/" + "/".join(path_segments(path)) == path


@given(some.hosts())
def test_hosts_and_segments_are_one_to_one(host: str) -> None:
    segments = host_segments(host)
    assert host == (segments[0][3:] if segments[0].startswith("ip:") else ".".join(reversed(segments)))


def outcome(read: Callable[[Any], Action], value: object) -> Action | ActionError:
    """What came of it; any other exception fails the test."""
    try:
        return read(value)
    except ActionError as fault:
        return fault


@given(st.text() | st.binary())
def test_arbitrary_text_is_an_action_or_an_action_error(text: str | bytes) -> None:
    assert type(outcome(parse_action, text)) in {*ACTION_TYPES, ActionError}


_YAML = (
    r"""action:|args:|- |{|}|[|]|"|'|||>|&a |*a|!!str |? |: |<<: |---|...|%YAML 1.2|#|\x|\U7fffffff|```|```yaml|1|x"""
)
_YAML_PIECES = st.sampled_from([*_YAML.split("|"), "|", "\n", "\n", "\n  ", "  ", "\t", "\r", "\x85"])


@given(st.lists(_YAML_PIECES | st.text(max_size=3), max_size=25).map("".join))
def test_text_that_looks_like_yaml_is_an_action_or_an_action_error(text: str) -> None:
    assert type(outcome(parse_action, text)) in {*ACTION_TYPES, ActionError}


@given(some.json_values())
def test_any_json_object_is_an_action_or_an_action_error(value: object) -> None:
    shapes = [value, {"action": "x", "args": value}, {"action": value, "args": {}}]
    for wire in [*shapes, *({"action": verb, "args": value} for verb in VERBS)]:
        assert type(outcome(action_from_wire, wire)) in {*ACTION_TYPES, ActionError}


@given(some.actions(), st.data())
def test_no_argument_takes_a_value_of_another_type(action: Action, data: st.DataObject) -> None:
    """A bool for an integer, digits for a number, a number for digits: each is refused with its field."""
    if isinstance(action, ToolCall):
        return
    wire = action.canonical()
    field = data.draw(st.sampled_from(sorted(wire["args"])))
    value = wire["args"][field]
    wrong: list[object] = [1.0, float("nan"), object(), b"x"]
    if isinstance(value, int):
        wrong += [True, str(value)]
    elif isinstance(value, str):
        wrong += [1, True, None]
    wire["args"][field] = data.draw(st.sampled_from(wrong))
    with pytest.raises(ActionError) as caught:
        action_from_wire(wire)
    assert caught.value.field == f"args.{field}"
