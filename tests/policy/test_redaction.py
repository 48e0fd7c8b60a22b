"""The sections `redact` and `then`: what they may say, and what hiding does to a value."""

from __future__ import annotations

from typing import Any

import pytest

from havocproof.errors import PolicyError
from havocproof.kernel.source import DUTY
from havocproof.policy import loads_policy
from havocproof.policy.redaction import hidden, hide_arguments, hide_result

HEAD = """
havocproof: 1
policy: p
tools:
  t:
    effect: change
    args: {user: name, address: {object: {street: name, city: name}}}
    optional: {tags: {list: name, max: 3}}
rules:
  g:
    - {id: t, permit: t}
    - {id: read, permit: sql.read, where: {table: d.main.t, column: any}}
"""


def codes(text: str) -> list[str]:
    with pytest.raises(PolicyError) as caught:
        loads_policy(HEAD + text)
    return [problem.code for problem in caught.value.problems]


def then(text: str, rule: str = "permit: dir.list, where: {path: /a}") -> Any:
    return loads_policy(HEAD + f"    - {{id: r, {rule}, then: {text}}}\n")


ARGUMENTS = {"user": "ada", "address": {"street": "Long Lane 7", "city": "Oslo"}, "tags": ["a", "b"]}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("user", {**ARGUMENTS, "user": "(hidden)"}),
        ("[user, tags]", {**ARGUMENTS, "user": "(hidden)", "tags": "(hidden)"}),
        ("address.city", {**ARGUMENTS, "address": {"street": "Long Lane 7", "city": "(hidden)"}}),
        ("address", {**ARGUMENTS, "address": "(hidden)"}),
    ],
)
def test_arguments_are_hidden_by_name(fields: str, expected: Any) -> None:
    policy = loads_policy(HEAD + f"redact: [{{of: t, fields: {fields}}}]\n")
    for audience in ("journal", "approver", "model"):
        assert hide_arguments(policy.redactions, "t", ARGUMENTS, [audience]) == expected
    assert hide_arguments(policy.redactions, "other", ARGUMENTS, ["journal"]) == ARGUMENTS
    assert ARGUMENTS["address"] == {"street": "Long Lane 7", "city": "Oslo"}, "nothing that was given is changed"


def test_only_from_whom_it_says() -> None:
    policy = loads_policy(HEAD + "redact: [{of: t, fields: user, for: approver}]\n")
    assert hide_arguments(policy.redactions, "t", ARGUMENTS, ["journal"]) == ARGUMENTS
    assert hide_arguments(policy.redactions, "t", ARGUMENTS, ["journal", "approver"])["user"] == "(hidden)"


@pytest.mark.parametrize(
    ("pointer", "value", "expected"),
    [
        ("/a", {"a": 1, "b": 2}, {"a": "(hidden)", "b": 2}),
        ("/a/b", {"a": {"b": None}}, {"a": {"b": None}}),
        ("/*/n", [{"n": 1}, {"m": 2}], [{"n": "(hidden)"}, {"m": 2}]),
        ("/1", ["x", "y"], ["x", "(hidden)"]),
        ("/a", [{"a": 1}, {"a": 2}], [{"a": "(hidden)"}, {"a": "(hidden)"}]),
        ("/a/b", {"a": 7}, {"a": 7}),
        ("''", {"a": 1}, "(hidden)"),
        ("/x", "text", "text"),
    ],
)
def test_results_are_hidden_by_pointers(pointer: str, value: Any, expected: Any) -> None:
    policy = loads_policy(HEAD + f"redact: [{{of: t, result: {pointer}}}]\n")
    assert hide_result(policy.redactions, "t", value, ["model"]) == expected


def test_what_is_left_to_see() -> None:
    assert hidden("12345678", "last4") == "(hidden, ends in 5678)"
    assert hidden("1234567", "last4") == "(hidden)"
    assert hidden({"a": "12345678"}, "last4") == "(hidden)"
    assert hidden("a", "digest") == hidden("a", "digest") != hidden("b", "digest")
    assert hidden(12345678, "last4") == "(hidden, ends in 5678)"
    assert hidden(None, "digest") is None


def test_an_effect_stands_for_the_actions_that_have_it() -> None:
    policy = loads_policy(HEAD + "redact: [{of: sql.read, fields: statement, for: journal}]\n")
    (redaction,) = policy.redactions
    assert redaction.of == {"sql.query", "sql.change"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("redact: {of: t}", "E-KEY"),
        ("redact: [t]", "E-KEY"),
        ("redact: [{fields: user}]", "E-KEY"),
        ("redact: [{of: t}]", "E-KEY"),
        ("redact: [{of: nobody, fields: user}]", "E-VERB"),
        ("redact: [{of: all.send, fields: user}]", "E-VERB"),
        ("redact: [{of: t, fields: usr}]", "E-AXIS"),
        ("redact: [{of: file.write, fields: [path, reason]}]", "E-AXIS"),
        ("redact: [{of: t, result: email}]", "E-PAT"),
        ("redact: [{of: t, fields: user, for: [world]}]", "E-KEY"),
        ("redact: [{of: t, fields: user, show: half}]", "E-KEY"),
        ("redact: [{of: t, fields: user, why: x}]", "E-KEY"),
    ],
)
def test_what_says_nothing_is_refused(text: str, code: str) -> None:
    assert codes(f"{text}\n") == [code]


def test_obligations_are_marks_that_hold_nothing() -> None:
    policy = then("{max_result: 1 MiB, timeout: 30s, journal: flush, notify: ops}")
    left = {rule.mark.name for rule in policy.source.rules if rule.effect == "leave" and rule.mark}
    assert left == {"max_result:1048576", "timeout:30000", "journal:flush", "notify:ops"}
    assert {rule.mark.kind for rule in policy.source.rules if rule.mark} == {DUTY}


@pytest.mark.parametrize(
    ("text", "rule", "code"),
    [
        ("{max_result: lots}", "permit: dir.list, where: {path: /a}", "E-INT"),
        ("{timeout: 0s}", "permit: dir.list, where: {path: /a}", "E-INT"),
        ("{journal: yes}", "permit: dir.list, where: {path: /a}", "E-KEY"),
        ("{mask: empty}", "permit: dir.list, where: {path: /a}", "E-KEY"),
        ("{mask: black}", "permit: sql.read, where: {table: d.main.u, column: any}", "E-KEY"),
        ("{notify: 'a b'}", "permit: dir.list, where: {path: /a}", "E-KEY"),
        ("{retry: 3}", "permit: dir.list, where: {path: /a}", "E-KEY"),
        ("{journal: flush}", "forbid: dir.list, why: no", "E-KEY"),
        ("flush", "permit: dir.list, where: {path: /a}", "E-KEY"),
    ],
)
def test_obligations_that_nobody_knows_are_refused(text: str, rule: str, code: str) -> None:
    with pytest.raises(PolicyError) as caught:
        then(text, rule)
    assert code in [problem.code for problem in caught.value.problems]
