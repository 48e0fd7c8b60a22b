"""The strict reader: every scalar is text with a place, and what could be read in two ways is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from havocproof.errors import PolicyError, Problem
from havocproof.policy import loads_policy, reader
from havocproof.policy.problems import Problems
from havocproof.policy.reader import decode, read
from havocproof.policy.tree import Items, Mapping, Text, render


def parse(text: str) -> tuple[Mapping | None, list[tuple[int, int, str]]]:
    problems = Problems("f")
    root = read(text, problems)
    return root, [(each.line, each.column, each.message) for each in sorted(problems.found)]


@pytest.fixture(params=["libyaml", "python"])
def either_parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both parsers that PyYAML may bring."""
    if request.param == "python":
        import yaml

        monkeypatch.setattr(reader, "_PARSER", yaml.SafeLoader)


@pytest.mark.usefixtures("either_parser")
class TestBothParsers:
    def test_every_scalar_is_text(self) -> None:
        root, found = parse("a: NO\nb: on\nc: 1.10\nd: 2026-11-23\ne: 0x1F\nf: ~\ng: 'null'\nh: 1e3\n")
        assert found == []
        assert root is not None
        values = {key.value: node.value for key, node in root if isinstance(node, Text)}
        expected = {
            "a": "NO",
            "b": "on",
            "c": "1.10",
            "d": "2026-11-23",
            "e": "0x1F",
            "f": "~",
            "g": "null",
            "h": "1e3",
        }
        assert values == expected

    def test_positions_count_from_one(self) -> None:
        root, _ = parse("a: 1\nb:\n  - x\n  - {c: y}\n")
        assert root is not None
        items = root.fields["b"]
        assert isinstance(items, Items)
        first, second = items.items
        assert isinstance(second, Mapping)
        assert (root.keys["b"].line, root.keys["b"].column) == (2, 1)
        assert (first.line, first.column) == (3, 5)
        assert (second.fields["c"].line, second.fields["c"].column) == (4, 9)
        assert render(items) == "[x, {c: y}]"

    @pytest.mark.parametrize(
        ("text", "place", "words"),
        [
            ("a: &x 1\n", (1, 4), "anchor"),
            ("a: &x [1]\n", (1, 4), "anchor"),
            ("a: *x\n", (1, 4), "alias"),
            ("host: *.example.com\n", (1, 8), "alias"),
            ("a: !!str 1\n", (1, 4), "tag"),
            ("a: ! 1\n", (1, 4), "tag"),
            ("a: !mine [1]\n", (1, 4), "tag"),
            ("<<: {b: 1}\n", (1, 1), "merge"),
            ("a:\tb\n", (1, 3), "tab"),
            ("a: 1 # x\ty\n", (1, 9), "tab"),
            ("a: []\n", (1, 4), "empty list"),
            ("a: {}\n", (1, 4), "empty mapping"),
            ("a: {b: {c: []}}\n", (1, 12), "empty list"),
            ("a:\n", (1, 1), "no value"),
            ("a: {b}\n", (1, 5), "no value"),
            ("a:\n  - 1\n  -\n", (3, 4), "without a value"),
            ("a: 1\n---\nb: 2\n", (2, 1), "second document"),
            ("%TAG ! tag:x,2000:\n---\na: 1\n", (1, 1), "TAG"),
            ("%YAML 1.1\n---\na: 1\n", (1, 1), "1.2"),
            ("a: 'x\u202ey'\n", (1, 6), "U+202E"),
            ("a: x\u2028y\n", (1, 5), "U+2028"),
            ("\ufeffa: 1\n", (1, 1), "U+FEFF"),
            ("a: \x00\n", (1, 4), "U+0000"),
            ("a: \ud800\n", (1, 4), "surrogate"),
            ("[1, 2]: 3\n", (1, 1), "key"),
            ("- 1\n", (1, 1), "no mapping"),
            ("a: [1\n", (2, 1), "no YAML"),
            ("a: 1\n b: 2\n", (2, 3), "no YAML"),
        ],
    )
    def test_refused(self, text: str, place: tuple[int, int], words: str) -> None:
        _, found = parse(text)
        assert len(found) == 1, found
        line, column, message = found[0]
        assert line == place[0]
        assert words in message
        if "no YAML" not in words:  # where a broken text breaks, the two parsers say differently
            assert column == place[1]

    def test_duplicate_keys_name_both_lines(self) -> None:
        root, found = parse("a: 1\nb: 2\na: 3\n")
        assert found == [(3, 1, "`a` was given at line 1")]
        assert root is not None
        assert render(root.fields["a"]) == "1"

    def test_everything_is_told_at_once(self) -> None:
        _, found = parse("a: &x 1\na: 2\nb: []\nc: !t 1\n")
        assert [line for line, _, _ in found] == [1, 2, 3, 4]

    def test_nothing_empty_is_left_in_the_tree(self) -> None:
        root, found = parse("a: {b: [], c: {d: {}}}\ne: [[], 1]\nf: {g: }\n")
        assert root is not None
        assert list(root.fields) == ["e"]
        assert render(root.fields["e"]) == "[1]"
        assert [message for _, _, message in found] == [
            "an empty list",
            "an empty mapping",
            "an empty list",
            "`g` has no value",
        ]

    @pytest.mark.parametrize("text", ["", "# only a comment\n", "---\n"])
    def test_empty_files(self, text: str) -> None:
        root, found = parse(text)
        assert root is None
        assert len(found) == 1

    def test_depth_is_bounded(self) -> None:
        inside = "a: " + "[" * 31 + "1" + "]" * 31
        assert parse(inside)[1] == []
        _, found = parse("a: " + "[" * 100_000)
        assert [message for _, _, message in found] == ["nested deeper than 32 levels"]

    def test_explicit_document_and_version_are_read(self) -> None:
        root, found = parse("%YAML 1.2\n---\na: 1\n...\n")
        assert found == []
        assert root is not None


def test_length_is_bounded() -> None:
    text, data = Problems("f"), Problems("f")
    assert read("#" + "x" * reader.MAX_BYTES, text) is None
    assert decode(b"#" * (reader.MAX_BYTES + 1), data) is None
    assert ["bytes" in each.message for each in (*text.found, *data.found)] == [True, True]


def test_bytes_that_are_not_utf8_have_a_place() -> None:
    problems = Problems("f")
    assert decode(b"a: 1\nb: \xff\n", problems) is None
    assert (problems.found[0].line, problems.found[0].column) == (2, 4)


_PIECES = st.sampled_from(
    [
        *(
            "havocproof",
            "policy",
            "rules",
            "sets",
            "tools",
            "budgets",
            "examples",
            "approvals",
            "permit",
            "ask",
            "forbid",
        ),
        *("where", "unless", "needs", "why", "file.read", "path", "/a/**", "any", "none", "$s", "is", "effect", "args"),
        *(
            "g",
            "id",
            "1",
            "name",
            "of",
            "per",
            "count",
            "do",
            "expect",
            "not",
            "min",
            "host",
            "int",
            "list",
            "max",
            "map",
        ),
    ]
)
_TREES = st.recursive(
    st.one_of(_PIECES, st.text(max_size=8)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(_PIECES, inner, max_size=4)),
    max_leaves=25,
)


def _write(tree: object) -> str:
    if isinstance(tree, dict):
        return "{" + ", ".join(f'"{key}": {_write(value)}' for key, value in tree.items()) + "}"
    if isinstance(tree, list):
        return "[" + ", ".join(map(_write, tree)) + "]"
    return '"' + "".join(f"\\U{ord(sign):08x}" if not sign.isalnum() else sign for sign in str(tree)) + '"'


@settings(max_examples=300)
@given(st.text(max_size=200))
def test_any_text_loads_or_says_why(text: str) -> None:
    _loads_or_says_why(text)


@settings(max_examples=300)
@given(st.text(alphabet="ab:-[]{}&*!|>'\"%@#,? \n", max_size=60))
def test_any_signs_load_or_say_why(text: str) -> None:
    _loads_or_says_why(text)


@settings(max_examples=500)
@given(st.dictionaries(_PIECES, _TREES, max_size=6))
def test_any_tree_of_known_words_loads_or_says_why(tree: dict[str, object]) -> None:
    body = {"havocproof": "1", "policy": "p"} | tree
    _loads_or_says_why(_write(body))


def faults(text: str) -> list[Problem]:
    """What is wrong with a policy; nothing if it loads. Nothing but `PolicyError` may come out."""
    try:
        loads_policy(text)
    except PolicyError as error:
        return error.problems
    return []


def _loads_or_says_why(text: str) -> None:
    found = faults(text)
    assert found == sorted(found)
    assert all(each.message for each in found)


class _Slow(reader._Builder):
    """The builder without its short ways: every event is taken one by one."""

    def events(self, get: Callable[[], Any]) -> bool:
        while True:
            event = get()
            if isinstance(event, yaml.StreamEndEvent):
                return True
            if not self.take(event):
                return False


def _told(node: object) -> object:
    """A tree with all of its places."""
    if isinstance(node, Text):
        return ("text", node.value, node.plain, node.line, node.column)
    if isinstance(node, Items):
        return ("items", node.line, node.column, [_told(item) for item in node.items])
    assert isinstance(node, Mapping)
    pairs = [(key.value, key.line, key.column, _told(value)) for key, value in node]
    return ("mapping", node.line, node.column, pairs, list(node.fields))


_MARKS = st.sampled_from(
    ["a: ", "b: ", "- ", "  ", "\n", "{", "}", "[", "]", ", ", ": ", "? ", "x", "'y'", '""', "<<: ", "&a ", "*a", "!t "]
)


@settings(max_examples=600)
@given(st.lists(_MARKS, max_size=24).map("".join))
def test_the_short_ways_of_the_reader_give_the_same_tree(text: str) -> None:
    found = []
    for kind in (reader._Builder, _Slow):
        problems = Problems("f")
        built = kind(problems, "")
        root = built.build(text)
        found.append((root is not None and _told(root), sorted(problems.found)))
    assert found[0] == found[1]


@pytest.mark.parametrize(
    "text",
    ["{? [a] : b, c: {d: 1}}\n", "{? {a: 1} : b, c: [d]}\n", "a: {<<: {b: 1}, c: 2}\n", "a: {b: 1, b: {c: 2}, d: 3}\n"],
)
def test_odd_keys_do_not_lead_the_short_ways_astray(text: str) -> None:
    trees = []
    for kind in (reader._Builder, _Slow):
        problems = Problems("f")
        trees.append((_told(kind(problems, "").build(text)), sorted(problems.found)))
        assert problems.found
    assert trees[0] == trees[1]
