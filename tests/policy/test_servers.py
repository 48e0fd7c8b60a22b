"""The section `servers`: locks that type the tools of a server, or hold what is declared to them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from havocproof.policy import Policy
from havocproof.policy.types import ArgType
from tests.policy.folder import head, only_wrong, opened, wrong
from tests.policy.support import kind, problems

NAME = {"type": "string", "minLength": 1, "maxLength": 256}
URL = "https://mcp.code.example/"
SERVERS = f"servers: {{code: {{url: {URL}, tools_lock: code.lock.json}}}}\n"


def lock(arguments: dict[str, Any], needed: list[str] | None = None, **more: Any) -> str:
    """A lock of one tool, `make`. All arguments are required if it is not said which."""
    required = list(arguments) if needed is None else needed
    schema = {"type": "object", "properties": arguments, "required": required, **more}
    return json.dumps({"lock": 1, "server": {"url": URL}, "tools": {"make": {"inputSchema": schema}}})


def files(tool: str, locked: str, servers: str = SERVERS) -> dict[str, str]:
    own = head("p") + servers + f"tools:\n  code/make: {tool}\nrules: {{g: [{{permit: code/make}}]}}\n"
    return {"policy.yaml": own, "code.lock.json": locked}


def typed(folder: Path, schema: dict[str, Any]) -> ArgType:
    """The type that a lock gives to the argument `x`."""
    return opened(folder, files("{effect: read}", lock({"x": schema}))).tools["code/make"].required["x"]


class TestTypesFromALock:
    @pytest.mark.parametrize(
        ("schema", "declared"),
        [
            ({"type": "string"}, ArgType("text")),
            ({"type": "string", "title": "X", "description": "d", "default": "a", "examples": ["b"]}, ArgType("text")),
            (NAME, ArgType("name")),
            ({"type": "string", "format": "date"}, ArgType("date")),
            ({"type": "string", "format": "email"}, ArgType("email")),
            ({"type": "string", "format": "hostname"}, ArgType("host")),
            ({"type": "string", "enum": ["a", "b"]}, ArgType("enum", names=("a", "b"))),
            ({"const": "a"}, ArgType("enum", names=("a",))),
            ({"type": "boolean"}, ArgType("bool")),
            ({"type": "integer"}, ArgType("int")),
            ({"type": "integer", "minimum": 1, "maximum": 9}, ArgType("int", low=1, high=9)),
            ({"type": "integer", "exclusiveMinimum": 0, "minimum": -5}, ArgType("int", low=1)),
            ({"type": "array", "items": NAME, "maxItems": 5}, ArgType("list", inner=ArgType("name"), most=5)),
            (
                {"type": "object", "properties": {"a": NAME}, "required": ["a"], "additionalProperties": False},
                ArgType("object", fields=(("a", ArgType("name")),)),
            ),
        ],
    )
    def test_the_subset_that_means_one_of_our_types(
        self, tmp_path: Path, schema: dict[str, Any], declared: ArgType
    ) -> None:
        assert typed(tmp_path, schema) == declared

    def test_optional_and_nullable_arguments(self, tmp_path: Path) -> None:
        null = {"type": "null"}
        properties = {"a": NAME, "b": {"anyOf": [NAME, null], "default": None}, "c": {"type": ["integer", "null"]}}
        tool = opened(tmp_path, files("{effect: read}", lock(properties, ["a"]))).tools["code/make"]
        assert set(tool.required) == {"a"}
        assert tool.optional == {"b": ArgType("name"), "c": ArgType("int")}

    def test_definitions_are_followed(self, tmp_path: Path) -> None:
        owner = {"type": "object", "properties": {"name": NAME}, "required": ["name"]}
        locked = lock({"owner": {"$ref": "#/$defs/Owner"}}, **{"$defs": {"Owner": owner}})
        policy = opened(tmp_path, files("{effect: read}", locked))
        assert kind(policy, "code/make", owner={"name": "acme"}) == "permit"
        assert set(policy.verbs["code/make"].axes) == {"owner.name"}

    def test_rules_speak_of_what_the_lock_says(self, tmp_path: Path) -> None:
        found = files("{effect: send}", lock({"owner": NAME, "page": {"type": "integer"}}, ["owner"]))
        found["policy.yaml"] = found["policy.yaml"].replace(
            "permit: code/make", "permit: code/make, where: {owner: acme, page: [none, {max: 3}]}"
        )
        policy = opened(tmp_path, found)
        assert kind(policy, "code/make", owner="acme") == "permit"
        assert kind(policy, "code/make", owner="acme", page=3) == "permit"
        assert kind(policy, "code/make", owner="acme", page=4) == "fix"
        assert kind(policy, "code/make", owner="other") == "fix"

    @pytest.mark.parametrize(
        ("schema", "path"),
        [
            ({"type": "number"}, "properties/x/type"),
            ({"type": "string", "pattern": "^a$"}, "properties/x/pattern"),
            ({"type": "string", "format": "uuid"}, "properties/x/format"),
            ({"type": "string", "maxLength": 20}, "properties/x/maxLength"),
            ({"enum": [1, 2]}, "properties/x/enum"),
            ({"enum": []}, "properties/x/enum"),
            ({"type": "array", "items": NAME}, "properties/x of code.lock.json has no maxItems"),
            ({"type": "array", "items": NAME, "maxItems": 1000}, "properties/x/maxItems"),
            ({"type": "array", "items": {"type": "integer"}, "maxItems": 3}, "properties/x/items"),
            ({"type": "array", "maxItems": 3}, "properties/x/items"),
            ({"type": "object", "properties": {"a": NAME}}, "properties/x/required"),
            ({"type": "object", "additionalProperties": NAME}, "properties/x/additionalProperties"),
            ({"type": "object"}, "properties/x of code.lock.json is an object without properties"),
            ({"anyOf": [NAME, {"type": "integer"}]}, "properties/x"),
            ({"oneOf": [NAME]}, "properties/x"),
            ({"type": ["string", "null"]}, "properties/x of code.lock.json must be given"),
            ({"type": "integer", "multipleOf": 2}, "properties/x/multipleOf"),
            ({"type": "integer", "minimum": 1.5}, "properties/x/minimum"),
            ({"type": "integer", "minimum": 3, "maximum": 2}, "properties/x of code.lock.json leaves no integer"),
            ({"$ref": "#/$defs/Loop"}, "properties/x"),
            ({"$ref": "https://example.com/x"}, "properties/x/$ref"),
            ({}, "properties/x of code.lock.json is none of"),
            (True, "properties/x of code.lock.json is no schema"),
        ],
    )
    def test_anything_else_is_an_error_with_its_path(self, tmp_path: Path, schema: Any, path: str) -> None:
        locked = lock({"x": schema}, **{"$defs": {"Loop": {"$ref": "#/$defs/Loop"}}})
        found = only_wrong(tmp_path, files("{effect: read}", locked))
        assert (found.code, found.line, found.column) == ("E-LOCK", 5, 3)
        assert f"`code/make`: tools/make/inputSchema/{path}" in found.message
        assert " of code.lock.json " in found.message
        assert found.remedy

    @pytest.mark.parametrize(
        "more", [{"type": "array"}, {"required": ["y"]}, {"properties": []}, {"oneOf": [{}]}, {"required": "x"}]
    )
    def test_what_an_input_schema_is(self, tmp_path: Path, more: dict[str, Any]) -> None:
        found = only_wrong(tmp_path, files("{effect: read}", lock({"x": NAME}, **more)))
        assert found.code == "E-LOCK"
        assert "tools/make/inputSchema/" in found.message


class TestDeclaredBesideALock:
    @pytest.mark.parametrize(
        ("declared", "schema"),
        [
            ("name", {"type": "string", "pattern": "^[a-z]+$"}),
            ("text", {"type": "string"}),
            ("{segments: /}", {"type": "string"}),
            ("{path: /srv}", {"type": "string", "maxLength": 50}),
            ("{decimal: EUR}", {"type": "number"}),
            ("{decimal: EUR}", {"type": "string"}),
            ("int", {"type": "number"}),
            ("{int: {min: 0}}", {"type": ["integer", "null"]}),
            ("[a, b]", {"enum": ["a", "b", "c"]}),
            ("name", {"anyOf": [{"type": "integer"}, {"type": "string"}]}),
            ("bool", {"type": "boolean"}),
            ("{list: name, max: 3}", {"type": "array", "items": {"type": "string"}}),
            ("{object: {a: name}}", {"type": "object", "properties": {"a": NAME, "b": NAME}, "required": ["a"]}),
            ("name", {}),
        ],
    )
    def test_what_the_lock_takes(self, tmp_path: Path, declared: str, schema: dict[str, Any]) -> None:
        tool = f"{{effect: read, args: {{x: {declared}}}}}"
        assert opened(tmp_path, files(tool, lock({"x": schema}))).name == "p"

    @pytest.mark.parametrize(
        ("declared", "schema", "message"),
        [
            ("name", {"type": "integer"}, "takes for `x` integer, not string"),
            ("int", {"type": "string"}, "takes for `x` string, not integer"),
            ("bool", {"type": "string"}, "takes for `x` string, not boolean"),
            ("name", {"enum": ["a", "b"]}, "takes for `x` one of a, b"),
            ("[a, c]", {"enum": ["a", "b"]}, "takes for `x` one of a, b"),
            ("[a, c]", {"const": "a"}, "takes for `x` one of a"),
            ("{list: name, max: 3}", {"type": "array", "items": {"type": "integer"}}, "takes for `x` integer"),
            ("{list: name, max: 3}", {"type": "string"}, "takes for `x` string, not array"),
            (
                "{object: {a: name}}",
                {"type": "object", "properties": {"a": NAME, "b": NAME}, "required": ["a", "b"]},
                "gained an argument `x.b`",
            ),
            ("{object: {c: name}}", {"type": "object", "properties": {"a": NAME}}, "has no argument `x.c`"),
        ],
    )
    def test_types_that_disagree(self, tmp_path: Path, declared: str, schema: dict[str, Any], message: str) -> None:
        tool = f"{{effect: read, args: {{x: {declared}}}}}"
        found = only_wrong(tmp_path, files(tool, lock({"x": schema})))
        assert (found.code, found.line) == ("E-LOCK", 5)
        assert message in found.message
        assert found.remedy

    @pytest.mark.parametrize(
        ("tool", "message"),
        [
            ("{effect: read, args: {owner: name}}", "gained an argument `assignee`"),
            (
                "{effect: read, args: {owner: name}, optional: {assignee: name}}",
                "requires `assignee`, which is optional",
            ),
            ("{effect: read, args: {owner: name, assignee: name, repo: name}}", "has no argument `repo`"),
        ],
    )
    def test_arguments_that_came_or_went(self, tmp_path: Path, tool: str, message: str) -> None:
        locked = lock({"owner": NAME, "assignee": NAME, "labels": {"type": "string"}}, ["owner", "assignee"])
        found = only_wrong(tmp_path, files(tool, locked))
        assert found.code == "E-LOCK"
        assert message in found.message

    def test_a_fault_in_the_declaration_is_told_alone(self, tmp_path: Path) -> None:
        found = only_wrong(tmp_path, files("{effect: read, args: {owner: nmae}}", lock({"owner": NAME})))
        assert found.code == "E-KEY"


class TestLocks:
    def served(self, folder: Path, locked: str) -> Policy:
        return opened(folder, files("{effect: read}", locked))

    def test_the_lock_is_part_of_the_identity(self, tmp_path: Path) -> None:
        one = self.served(tmp_path, lock({"x": NAME}))
        two = self.served(tmp_path, lock({"x": NAME}) + "\n")
        assert one.digest != two.digest
        assert one.servers["code"].tools == {"make": json.loads(lock({"x": NAME}))["tools"]["make"]["inputSchema"]}
        assert (one.servers["code"].url, one.servers["code"].lock) == (URL, "code.lock.json")

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"server": {"url": "https://other.example/"}}, "of another server"),
            ({"server": {"url": URL, "command": "/bin/x"}}, "of another server"),
            ({"lock": 2}, "no lock of version 1"),
            ({"more": 1}, "no lock of version 1"),
            ({"tools": []}, "lack their `inputSchema`"),
            ({"tools": {"make": {}}}, "lack their `inputSchema`"),
        ],
    )
    def test_a_lock_that_is_none(self, tmp_path: Path, change: dict[str, Any], message: str) -> None:
        locked = {**json.loads(lock({"x": NAME})), **change}
        found = only_wrong(tmp_path, files("{effect: read}", json.dumps(locked)))
        assert (found.code, found.file) == ("E-LOCK", "code.lock.json")
        assert message in found.message

    @pytest.mark.parametrize("text", ["", "{", '{"lock": 1, "lock": 1}', "[" * 100, "NaN"])
    def test_a_lock_that_is_no_json(self, tmp_path: Path, text: str) -> None:
        found = only_wrong(tmp_path, files("{effect: read}", text))
        assert (found.code, found.file) == ("E-LOCK", "code.lock.json")

    def test_a_tool_that_the_lock_lacks(self, tmp_path: Path) -> None:
        found = files("{effect: read}", lock({"x": NAME}))
        found["policy.yaml"] = found["policy.yaml"].replace("code/make", "code/mak")
        told = only_wrong(tmp_path, found)
        assert (told.code, told.line, told.remedy) == ("E-LOCK", 5, "Did you mean `make`?")

    def test_a_server_that_is_not_there(self, tmp_path: Path) -> None:
        found = files("{effect: read}", lock({"x": NAME}))
        found["policy.yaml"] = found["policy.yaml"].replace("code/make", "cod/make")
        told = only_wrong(tmp_path, found)
        assert (told.code, told.line, told.remedy) == ("E-REF", 5, "Did you mean `code`?")

    def test_without_servers_a_slash_is_a_letter_of_the_name(self, tmp_path: Path) -> None:
        assert opened(tmp_path, files("{effect: read}", "", "")).tools["code/make"].name == "code/make"

    def test_without_a_lock_the_declaration_stands_alone(self, tmp_path: Path) -> None:
        sha = "0" * 64
        servers = f"servers: {{code: {{command: /opt/code, sha256: '{sha}'}}}}\n"
        policy = opened(tmp_path, files("{effect: read, args: {q: text}}", "", servers))
        assert kind(policy, "code/make", q="x") == "permit"
        assert (policy.servers["code"].command, policy.servers["code"].tools) == ("/opt/code", None)

    def test_a_server_of_a_vocabulary(self, tmp_path: Path) -> None:
        policy = opened(
            tmp_path,
            {
                "policy.yaml": head("p") + "vocabulary: [sub/v.yaml]\nrules: {g: [{permit: code/make}]}\n",
                "sub/v.yaml": head("v", "vocabulary") + SERVERS + "tools: {code/make: {effect: read}}\n",
                "sub/code.lock.json": lock({"x": NAME}),
            },
        )
        assert kind(policy, "code/make", x="a") == "permit"


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("{ur: x}", "E-KEY", "unknown key `ur`"),
        ("{url: 'https://a.example/', command: /bin/a, sha256: '" + "0" * 64 + "'}", "E-KEY", "one of"),
        ("{command: /bin/a}", "E-KEY", "needs `sha256`"),
        ("{command: /bin/a, sha256: abc}", "E-KEY", "no SHA-256"),
        ("{command: bin/a, sha256: '" + "0" * 64 + "'}", "E-PAT", "absolute"),
        ("{url: 'ftp://a.example/'}", "E-PAT", "ftp"),
        ("{url: 'https://a.example/', sha256: '" + "0" * 64 + "'}", "E-KEY", "belongs to `command`"),
        ("{url: 'https://a.example/', port: 1}", "E-KEY", "unknown key `port`"),
        ("{url: 'https://a.example/', tools_lock: a.json}", "E-REF", "no folder"),
    ],
)
def test_what_a_server_may_not_say(text: str, code: str, message: str) -> None:
    found = next(each for each in problems(f"servers:\n  s: {text}\n") if message in each.message)
    assert (found.code, found.line) == (code, 4)
    assert found.remedy


def test_a_name_twice(tmp_path: Path) -> None:
    vocabulary = head("v", "vocabulary") + "servers: {code: {url: 'https://a.example/'}}\n"
    found = files("{effect: read}", lock({"x": NAME}))
    found["policy.yaml"] = found["policy.yaml"].replace("tools:", "vocabulary: [v.yaml]\ntools:", 1)
    told = wrong(tmp_path, {**found, "v.yaml": vocabulary})
    assert ("E-DUP", 3) in {(each.code, each.line) for each in told}
