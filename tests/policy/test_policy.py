"""The loaded policy: its identity, its approvals, what is checked of whole rules, and the schema for editors."""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from havocproof.actions.wire import action_from_wire
from havocproof.errors import ActionError
from havocproof.policy import load_policy, loads_policy
from havocproof.policy.documents import KEYS
from havocproof.policy.schema import policy_schema
from havocproof.policy.verbs import BUILT_IN
from tests.policy.support import APPROVALS, HEAD, load, problem, problems, rule_on
from tests.policy.test_errors import RICH


class TestIdentity:
    def test_it_is_of_the_bytes(self) -> None:
        assert load("").digest == load("").digest
        assert load("# a comment\n").digest != load("").digest
        assert len(load("").digest) == 64

    def test_name_and_folder_do_not_matter(self, tmp_path: Path) -> None:
        path = tmp_path / "p.yaml"
        path.write_text(HEAD)
        assert load_policy(path).digest == load_policy(str(path)).digest == loads_policy(HEAD, name="other").digest


def test_what_the_head_says() -> None:
    policy = loads_policy(
        "havocproof: 1\npolicy: desk\nversion: 1.10\nabout: >\n  Two\n  lines.\nowner: me\nkind: policy\n"
    )
    assert (policy.name, policy.version, policy.about) == ("desk", "1.10", "Two lines.")
    assert policy.warnings == ()
    assert set(BUILT_IN) <= set(policy.source.axes)


def test_a_policy_without_rules_denies_everything() -> None:
    policy = load("")
    action = action_from_wire({"action": "dir.list", "args": {"path": "/"}})
    parts = policy.parts(action)
    assert rule_on(policy, parts).is_Unpermitted
    assert policy.normalise(action) is action


def test_sql_has_no_parts_without_its_port() -> None:
    action = action_from_wire({"action": "sql.query", "args": {"database": "d", "statement": "SELECT 1"}})
    with pytest.raises(ActionError):
        load("").parts(action)


class TestDeadRules:
    def test_a_rule_that_says_what_another_says(self) -> None:
        found = problem(
            "rules:\n  g:\n"
            "    - {permit: [file.read, dir.list], where: {path: [/a, /b]}}\n"
            "    - {permit: dir.list, where: {path: [/a, /b]}}\n"
        )
        assert (found.code, found.line) == ("E-DEAD", 6)
        assert "line 5" in found.message

    def test_permits_and_asks_under_a_forbid(self) -> None:
        rules = (
            "rules:\n  g:\n"
            "    - {permit: [file.read, file.write], where: {path: /a/**, ext: py}}\n"
            "    - {ask: file.read, where: {path: /a/**, ext: md}, needs: boss, why: x}\n"
            "    - {forbid: [file.read, file.write, file.append], where: {path: /a/**}, why: x}\n"
        )
        assert [(each.code, each.line) for each in problems(APPROVALS + rules)] == [("E-DEAD", 6), ("E-DEAD", 7)]

    @pytest.mark.parametrize(
        "forbid",
        [
            "{forbid: file.read, where: {path: /a/**}, why: x}",
            "{forbid: [file.read, file.write], where: {path: /a/**}, unless: {ext: py}, why: x}",
            "{forbid: [file.read, file.write], where: {path: /a/**}, needs: boss, why: x}",
            "{forbid: [file.read, file.write], where: {path: /a/**, name: x}, why: x}",
            "{forbid: [file.read, file.write], where: {path: /a}, why: x}",
        ],
    )
    def test_what_is_not_surely_dead_loads(self, forbid: str) -> None:
        load(APPROVALS + f"rules: {{g: [{{permit: [file.read, file.write], where: {{path: /a/**}}}}, {forbid}]}}\n")

    def test_one_forbid_among_many_is_found(self) -> None:
        many = "".join(f"    - {{forbid: file.read, where: {{path: /f{number}}}, why: x}}\n" for number in range(40))
        dead = "    - {permit: file.read, where: {path: /f7, name: a, ext: b, bytes: {max: 1 B}}}\n"
        alive = "    - {permit: file.read, where: {path: /other, name: a, ext: b}}\n"
        assert [each.line for each in problems("rules:\n  g:\n" + many + dead + alive)] == [45]

    def test_rules_that_differ_in_anything_are_no_copies(self) -> None:
        load(
            APPROVALS + "rules: {g: [{permit: dir.list, where: {path: [/a, /b]}},"
            " {ask: dir.list, where: {path: /a}, needs: boss, why: x},"
            " {ask: dir.list, where: {path: /a}, unless: {name: a}, needs: other, why: x}]}\n"
        )


class TestGaps:
    def test_a_gap_between_bounds_is_a_warning(self) -> None:
        policy = load(
            APPROVALS + "rules:\n  g:\n"
            "    - {permit: money.payment, where: {account: a, payee: any, amount: {max: 500.00 USD}}}\n"
            "    - ask: money.payment\n"
            "      where: {account: a, payee: any, amount: {above: 5000.00 USD, max: 9000.00 USD}}\n"
            "      needs: boss\n"
            "      why: Large.\n"
        )
        (warning,) = policy.warnings
        assert (warning.code, warning.line, warning.is_warning) == ("W-GAP", 7, True)
        expected = "between line 6 and line 7 `amount` of 500.01 USD to 5000.00 USD is denied. Intended?"
        assert warning.message == expected

    @pytest.mark.parametrize(
        "second",
        [
            "{above: 500.00 USD, max: 9000.00 USD}}",
            "{above: 5000.00 EUR, max: 9000.00 EUR}}",
            "{above: 5000.00 USD}, original: x}",
        ],
    )
    def test_no_gap(self, second: str) -> None:
        policy = load(
            "rules:\n  g:\n"
            "    - {permit: money.payment, where: {account: a, payee: any, amount: {max: 500.00 USD}}}\n"
            f"    - {{permit: money.payment, where: {{account: a, payee: any, amount: {second}}}\n"
        )
        assert policy.warnings == ()

    def test_gaps_of_integers_and_dates(self) -> None:
        policy = load(
            "tools: {t: {effect: read, args: {i: int, d: date}}}\n"
            "rules: {g: [{permit: t, where: {i: [{max: 3}, {min: 7}]}},"
            " {permit: t, where: {d: {max: 2026-01-01}}}, {permit: t, where: {d: {min: 2026-02-01}}}]}\n"
        )
        assert [each.message for each in policy.warnings] == [
            "between line 4 and line 4 `d` of 2026-01-02 to 2026-01-31 is denied. Intended?"
        ]


def test_ten_thousand_rules_load() -> None:
    lines = [
        f"    - {{id: r{number}, permit: http.request,"
        f" where: {{host: h{number}.example, path: /v{number}/**, method: [GET, HEAD]}}}}\n"
        for number in range(10_000)
    ]
    running = gc.isenabled()
    policy = load("rules:\n  g:\n" + "".join(lines))
    assert len(policy.source.rules) == len(policy.rules) == 10_000
    assert gc.isenabled() == running


class TestSchema:
    """A small validator of JSON Schema, enough for what the schema uses."""

    def valid(self, schema: Any, value: Any, root: Any) -> bool:
        if "$ref" in schema and not self.valid(root["$defs"][schema["$ref"].rpartition("/")[2]], value, root):
            return False
        checks: dict[str, Callable[[Any], bool]] = {
            "pattern": lambda said: not isinstance(value, str) or re.search(said, value) is not None,
            "const": lambda said: str(value) == str(said),
            "enum": lambda said: value in said,
            "type": lambda said: self.typed(said, value),
            "anyOf": lambda said: any(self.valid(each, value, root) for each in said),
            "oneOf": lambda said: sum(self.valid(each, value, root) for each in said) == 1,
            "not": lambda said: not self.valid(said, value, root),
            "required": lambda said: not isinstance(value, dict) or set(said) <= set(value),
            "minItems": lambda said: not isinstance(value, list) or len(value) >= said,
            "items": lambda said: not isinstance(value, list) or all(self.valid(said, each, root) for each in value),
            "minProperties": lambda said: not isinstance(value, dict) or len(value) >= said,
        }
        if not all(check(schema[word]) for word, check in checks.items() if word in schema):
            return False
        if isinstance(value, dict) and ("properties" in schema or "additionalProperties" in schema):
            return all(self.entry(schema, key, each, root) for key, each in value.items())
        return True

    def entry(self, schema: Any, key: str, value: Any, root: Any) -> bool:
        inner = schema.get("properties", {}).get(key)
        if inner is None and "patternProperties" in schema:
            (inner,) = schema["patternProperties"].values()
        if inner is None:
            inner = schema.get("additionalProperties", True)
        return inner if isinstance(inner, bool) else self.valid(inner, value, root)

    @staticmethod
    def typed(said: Any, value: Any) -> bool:
        known = {"string": str, "object": dict, "array": list, "boolean": bool, "number": int}
        words = said if isinstance(said, list) else [said]
        if "integer" in words:  # the tree of these tests holds text only
            return str(value).lstrip("-").isdecimal()
        return any(isinstance(value, known[word]) for word in words)

    def test_it_is_json_and_knows_every_section_that_is_built(self) -> None:
        schema = json.loads(json.dumps(policy_schema()))
        assert set(schema["properties"]) == set(KEYS["policy"])

    def test_it_takes_what_loads(self) -> None:
        schema = policy_schema()
        assert self.valid(schema, RICH, schema)

    @pytest.mark.parametrize(
        "change",
        [
            {"nonsense": "x"},
            {"records": {"r": "x"}},
            {"rules": {"g": [{"permit": "x", "wher": {}}]}},
            {"rules": {"g": [{"forbid": "dir.list"}]}},
            {"rules": {"g": [{"permit": "dir.list", "needs": "boss"}]}},
            {"rules": {"g": []}},
            {"tools": {"t": {"args": {"x": "name"}}}},
            {"tools": {"t": {"effect": "reed"}}},
            {"budgets": {"b": {"count": "3", "of": "x"}}},
            {"examples": [{"do": {"x": {}}, "expect": "allow"}]},
        ],
    )
    def test_it_refuses_what_does_not(self, change: dict[str, Any]) -> None:
        schema = policy_schema()
        assert not self.valid(schema, RICH | change, schema)
