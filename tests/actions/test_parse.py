"""From model text to one action: fences, JSON and YAML, and everything that is refused instead of guessed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from havocproof.actions import FileWrite, ToolCall, parse_action
from havocproof.errors import ActionError

YAML = "action: file.read\nargs:\n  path: /desk/a\n"
JSON = '{"action": "file.read", "args": {"path": "/desk/a"}}'


def arguments(text: str) -> Any:
    """The arguments of the tool call in `text`, which are given as YAML under `a:`."""
    action = parse_action(f"action: t\nargs:\n  a: {text}\n")
    assert isinstance(action, ToolCall)
    return action.plain_arguments()["a"]


@pytest.mark.parametrize(
    "text",
    [
        YAML,
        JSON,
        YAML.encode(),
        f"\n\n{JSON}\n",
        YAML.replace("\n", "\r\n"),
        f"```\n{YAML}```",
        f"```yaml\n{YAML}```\n",
        f"```json\n{JSON}\n```",
        f"```json\r\n{JSON}\r\n```\r\n",
        f"I will read the file.\n\n```yaml\n{YAML}```\nThen I go on with `x`, not ```y```.",
        f"---\n{YAML}",
        f"# a comment\n{YAML}",
        'action: "file.read"\nargs: {path: /desk/a}',
        "'action': file.read\n'args':\n  'path': '/desk/a'",
    ],
)
def test_the_ways_to_write_one_action(text: str | bytes) -> None:
    assert parse_action(text).canonical()["args"]["path"] == "/desk/a"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "empty"),
        ("   \n", "empty"),
        ("# nothing", "empty"),
        ("```\n```", "empty"),
        (f"```yaml\n{YAML}", "not closed"),
        (f"```yaml\n{YAML}``", "not closed"),
        (f"```yaml\n{YAML}```x", "not closed by a line"),
        (f"```yaml\n{YAML} ```\n", "line of"),
        (f"```yaml\n{YAML}```\n```yaml\n{YAML}```", "more than one"),
        (f"```yaml\n{YAML}```\n```", "more than one"),
        (
            "```yaml\naction: file.write\nargs:\n  path: /a\n  content: |\n    ```\n    x\n    ```\n```",
            "line of|more than one",
        ),
        (f"```YAML\n{YAML}```", "fence that is not"),
        (f"```python\n{YAML}```", "fence that is not"),
        (f"````\n{YAML}````", "fence that is not"),
        (f"  ```yaml\n{YAML}  ```", "fence that is not"),
        (f"```json\n{YAML}```", "marked as json"),
        ("\ufeff" + YAML, "byte order mark"),
        (b"\xef\xbb\xbf" + YAML.encode(), "byte order mark"),
        (b"\xff" + YAML.encode(), "not UTF-8"),
        (YAML.encode("utf-16"), "not UTF-8"),
        (YAML + "\0", "NUL"),
        (YAML + "\ud800", "lone surrogate"),
        (b"\xed\xa0\x80", "not UTF-8"),
        ("x" * (2**20 + 1), "longer than"),
        ("é" * 2**19 + "x", "longer than"),
        (b"x" * (2**20 + 1), "longer than"),
        (7, "must be str or bytes"),
        (None, "must be str or bytes"),
        ("Sure, I will do that.", "must be an object"),
        ("- action: x\n  args: {}", "must be an object"),
        ("7", "must be an object"),
        ("[1]", "must be an object"),
    ],
)
def test_texts_that_hold_no_action(text: Any, problem: str) -> None:
    with pytest.raises(ActionError, match=problem):
        parse_action(text)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"action": "x", "args": {}, "args": {}}', "args: is given twice"),
        ('{"action": "x", "args": {"a": 1, "a": 1}}', "a: is given twice"),
        ('{"action": "x", "args": {"a": NaN}}', "NaN is no number"),
        ('{"action": "x", "args": {"a": -Infinity}}', "-Infinity is no number"),
        ('{"action": "x", "args": {"a": 1e999}}', "too large|digits"),
        ('{"action": "x", "args": {"a": 1e9999999999}}', "digits"),
        ('{"action": "x", "args": {"a": ' + "1" * 41 + "}}", "more than 40 digits"),
        ('{"action": "x", "args": {"a": ' + "1" * 5000 + "}}", "more than 40 digits"),
        ('{"action": "x", "args": {"a": 0.' + "1" * 5000 + "}}", "digits"),
        ('{"action": "x", "args": {"a": "\\ud800"}}', "lone surrogate"),
        ('{"action": "x", "args": {"a": "\\u0000"}}', "NUL"),
        ('{"action": "x", "args": {"a\\u0000": 1}}', "control"),
        ('{"action": "x", "args": {"a": "x\ny"}}', "line 1: not JSON"),
        ('{"action": "x", "args": {"a": 01}}', "line 1: not JSON"),
        ('{"action": "x",\n "args": {"a": .5}}', "line 2: not JSON"),
        ('{"action": "x", "args": {"a": 1,}}', "not JSON"),
        ('{"action": "x", "args": {}} {}', "not JSON"),
        ('{"action": "x", "args": {}} // done', "not JSON"),
        ("{action: x, args: {}}", "not JSON"),
        ("{'action': 'x', 'args': {}}", "not JSON"),
        ('{"action": "x", "args": {', "not JSON"),
        ('{"action": "x", "args": {"a": "', "not JSON"),
        ('{"a": ' + "[" * 32 + "]" * 32 + "}", "deeper than 32"),
        ('{"a":' * 100_000, "deeper than 32"),
        ('{"a": "' + '\\"' * 100_000, "not JSON"),
        ('{"action": "file.read", "args": {"path": "/a", "max_bytes": 7.0}}', "args.max_bytes: must be an integer"),
        ('{"action": "file.read", "args": {"path": "/a", "max_bytes": 1e3}}', "args.max_bytes: must be an integer"),
        ('{"action": "file.read", "args": {"path": "/a", "max_bytes": "7"}}', "args.max_bytes: must be an integer"),
        ('{"action": "file.read", "args": {"path": "/a", "max_bytes": true}}', "args.max_bytes: must be an integer"),
        ('{"action": "file.read", "args": {"path": null}}', "args.path: must be text"),
    ],
)
def test_json_that_is_refused(text: str, problem: str) -> None:
    with pytest.raises(ActionError, match=problem):
        parse_action(text)


def test_numbers_in_json_keep_their_digits() -> None:
    action = parse_action(
        '{"action": "t", "args": {"a": 0.1, "b": 12345678901234567890.5, "c": 1e2, "d": -0, "e": 1.0}}'
    )
    assert isinstance(action, ToolCall)
    found = action.plain_arguments()
    assert found == {"a": Decimal("0.1"), "b": Decimal("12345678901234567890.5"), "c": 100, "d": 0, "e": 1}
    assert [type(found[key]) for key in "abcde"] == [Decimal, Decimal, Decimal, int, Decimal]


@pytest.mark.parametrize(
    "text",
    [
        "no",
        "off",
        "yes",
        "on",
        "y",
        "n",
        "~",
        "Null",
        "NULL",
        "True",
        "FALSE",
        "010",
        "0o7",
        "0x1F",
        "1_000",
        "1,000",
        "+1",
        "12:30",
        "1:2:3",
    ],
)
def test_plain_scalars_of_yaml_are_text(text: str) -> None:
    assert arguments(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "1e3",
        "1.5",
        ".5",
        ".nan",
        ".inf",
        "-.inf",
        "2026-11-23",
        "2026-11-23T10:00:00Z",
        "=",
        "x=y",
        "<x>",
        "a#b",
        "0b1",
    ],
)
def test_more_plain_scalars_of_yaml_are_text(text: str) -> None:
    assert arguments(text) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("-7", -7),
        ("0", 0),
        ("true", True),
        ("false", False),
        ("null", None),
        ('"12"', "12"),
        ("'true'", "true"),
        ('"null"', "null"),
        ('""', ""),
        ("''", ""),
        ("[1, a, [true]]", [1, "a", [True]]),
        ("{b: 1, c: {d: no}}", {"b": 1, "c": {"d": "no"}}),
        ("[]", []),
        ("{}", {}),
        ("{1: x, true: y, null: z}", {"1": "x", "true": "y", "null": "z"}),
        ('"\\x41\\u00e9\\U0001F600"', "Aé\U0001f600"),
        ("'it''s'", "it's"),
        ("two\n   words", "two words"),
        ("|\n    x\n     y\n", "x\n y\n"),
        ("|-\n    x\n", "x"),
        (">\n    x\n    y\n", "x y\n"),
        ("|\n    all:\n    \techo\n", "all:\n\techo\n"),
        ('"a\\tb"', "a\tb"),
        ("'<<'", "<<"),
    ],
)
def test_other_values_of_yaml(text: str, value: object) -> None:
    found = arguments(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (YAML + "action: file.delete\n", "action: line 4: is given twice"),
        (YAML + '"action": file.delete\n', "action: line 4: is given twice"),
        (YAML + "  path: /b\n", "args.path: line 4: is given twice"),
        ("action: t\nargs: &x {a: 1}\n", "line 2: an anchor"),
        ("action: t\nargs: {a: &x 1}\n", "line 2: an anchor"),
        ("action: t\nargs: {&x a: 1}\n", "line 2: an anchor"),
        ("action: t\nargs: *x\n", "line 2: an alias"),
        ("action: t\nargs:\n  <<: {a: 1}\n", "line 3: a merge key"),
        ("action: !!str t\nargs: {}\n", "line 1: a tag"),
        ("action: ! t\nargs: {}\n", "line 1: a tag"),
        ("action: t\nargs: !!python/object/apply:os.system [id]\n", "line 2: a tag"),
        ("%YAML 1.2\n---\naction: t\nargs: {}\n", "directive"),
        ("%TAG ! tag:x,2000:\n---\naction: t\nargs: {}\n", "directive"),
        (f"{YAML}---\n{YAML}", "line 4: a second document"),
        (f"{YAML}...\n---\n{YAML}", "a second document"),
        ("action: t\nargs:\n", "args: line 2: no value"),
        ("action:\nargs: {}\n", "action: line 1: no value|no value"),
        ("action: t\nargs: {a: }\n", "no value"),
        ("action: t\nargs: {'a': 1, ? : 2}\n", "empty key"),
        ("action: t\nargs:\n  ? [a]\n  : b\n", "line 3: a key that is no text"),
        ("action: t\nargs:\n  {a: b}: c\n", "a key that is no text"),
        ("action: t\nargs:\n\ta: 1\n", "line 3: a tab"),
        ("action:\tt\nargs: {}\n", "line 1: a tab"),
        ("action: t\nargs: {a: x\ty}\n", "line 2: a tab"),
        ('action: t\nargs: {a: "x\ty"}\n', "line 2: a tab"),
        ("action: t\nargs:\n  a: >\n    x\ty\n", "line 4: a tab"),
        ("action: t\nargs:\n  a: |\t\n    x\n", "line 3: a tab"),
        ("action: t\nargs:\n  a: |\n    \tx\n  b: x\ty\n", "line 5: a tab"),
        ("action: t\nargs: {a: x\x85y}\n", "line 2: an unusual line end"),
        ("action: t\nargs: {a: 'x\u2028y'}\n", "line 2: an unusual line end"),
        ("action: t\rargs: {}\r", "line 1: an unusual line end"),
        ("action: t\nargs: {a: \x07}\n", "unreadable"),
        ('action: t\nargs: {a: "\\UFFFFFFFF"}\n', "unreadable"),
        ('action: t\nargs: {a: "\\ud83d\\ude00"}\n', "lone surrogate"),
        ('action: t\nargs: {a: "\\0"}\n', "NUL"),
        ("action: t\nargs: {a: " + "1" * 41 + "}\n", "more than 40 digits"),
        ("action: t\nargs:\n  a: b: c\n", "line 3: not YAML"),
        ("action: t\nargs: [\n", "line 3: not YAML"),
        ("action: t\n args: {}\n", "line 2: not YAML"),
        ("[" * 1000, "deeper than 32"),
        ("- " * 100_000, "deeper than 32"),
        ("a: {" * 1000, "deeper than 32|not YAML"),
        ("action: t\nargs:\n  a: [" + "1," * 20_000 + "]\n", "more than 10000 values"),
        ("action: file.read\nargs:\n  path: /a\n  max_bytes: yes\n", r"args\.max_bytes: must be an integer \(line 4\)"),
        ("action: file.read\nargs:\n  path: 7\n", r"args\.path: must be text \(line 3\)"),
        ("action: file.read\nargs:\n  path: /a\n\n  mode: r\n", r"args\.mode: is unknown \(line 5\)"),
        ("action: file.read\nargs: {}\n", r"args\.path: is missing \(line 2\)"),
        ("action: no\nargs: {}\nwhy: x\n", r"why: is unknown \(line 3\)"),
        ("Here you are:\n```yaml\naction: file.read\nargs:\n  path: a\n```\n", r"args\.path: .* \(line 5\)"),
        ("Here you are:\n```yaml\naction: t\nargs: *x\n```\n", "line 4: an alias"),
        ('Here you are:\n```json\n{"action": "t",\n "args": }\n```\n', "line 4: not JSON"),
    ],
)
def test_yaml_that_is_refused(text: str, problem: str) -> None:
    with pytest.raises(ActionError, match=problem) as caught:
        parse_action(text)
    assert caught.value.remedy


def test_a_bomb_of_aliases_is_refused_before_it_grows() -> None:
    levels = "\n".join(f"  l{n}: [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 9))
    with pytest.raises(ActionError, match="an anchor"):
        parse_action(f"action: t\nargs:\n  l0: &l0 [x]\n{levels}\n")


def test_a_text_with_fences_goes_into_json() -> None:
    note = FileWrite(path="/desk/a.md", content="```python\nx = 1\n```\n")
    for text in (note.to_json(), f"```json\n{note.to_json()}\n```", note.to_yaml(), f"```yaml\n{note.to_yaml()}```"):
        assert parse_action(text) == note


def test_the_reason_stands_beside_the_arguments() -> None:
    action = parse_action(f"{YAML}reason: The lead asked for it.\n")
    assert action.reason == "The lead asked for it."
    assert "reason" not in action.canonical()


@pytest.mark.parametrize(
    "text",
    [
        '{"action": "file.read", "args": {"path": "/a", "\\ud800": 1}}',
        'action: file.read\nargs: {path: /a, "\\ud800": 1}',
        '{"action": "file.read", "args": {"\\udfff": 1}}',
    ],
)
def test_a_name_that_is_no_unicode_text_is_a_fault_of_the_action(text: str) -> None:
    with pytest.raises(ActionError) as caught:
        parse_action(text)
    assert caught.value.field == "args"
