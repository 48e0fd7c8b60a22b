"""The section `records`: what is read, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from havocproof.errors import PolicyError
from havocproof.policy import load_policy
from havocproof.policy.listing import trusted
from havocproof.policy.recordspec import Fetch, KeySpec, RecordSpec
from tests.policy.support import load, problem, problems

TOOLS = """\
tools:
  get: {effect: read, args: {id: name}}
  number: {effect: read, args: {n: int}}
  find: {effect: read}
  two: {effect: read, args: {a: name, b: name}}
  long: {effect: read, args: {t: text}}
  change: {effect: change, args: {id: name}}
  both: {is: [file.read, file.write], args: {f: {path: /d}}, map: {file.read: {path: f}, file.write: {path: f}}}
"""


def spec(declaration: str, name: str = "r") -> RecordSpec:
    return load(f"{TOOLS}records:\n  {name}: {declaration}\n").records[name]


def test_a_record_in_full() -> None:
    found = spec(
        "{key: {id: /order_id}, from: {tools: [get, change], each: /rows/*, only: {kind: [a, b]}}, write: latest,"
        " fetch: get, lasts: 10m, fields: {status: {one: [open, closed], at: /status},"
        " items: {many: name, at: /items/*/id, only: {own: 'true'}}, total: {one: {decimal: EUR}, at: ^/total}}}"
    )
    assert (found.name, found.source, found.tools, found.mode, found.lasts) == (
        "r",
        "tools",
        ("get", "change"),
        "latest",
        600_000,
    )
    assert found.key is not None
    assert (found.key.argument, found.key.at and found.key.at.steps) == ("id", ("order_id",))
    assert found.each is not None
    assert found.each.steps == ("rows", None)
    assert found.only == (("kind", frozenset({"a", "b"})),)
    assert found.fetch == Fetch("get", "id")
    status, items, total = found.fields.values()
    assert (status.many, status.type.names, status.number) == (False, ("open", "closed"), False)
    assert (items.many, items.only, items.at and items.at.steps) == (
        True,
        (("own", frozenset({"true"})),),
        ("items", None, "id"),
    )
    assert (total.number, total.at and total.at.root) == (True, True)


@pytest.mark.parametrize(
    ("declaration", "mode"),
    [
        ("{from: prompt, fields: {p: {find: phrases}}}", "collect"),
        ("{from: prompt, write: latest, fields: {p: {find: phrases}}}", "latest"),
        ("{from: {tool: find}, fields: {p: {many: name, at: /*}}}", "collect"),
        ("{from: {tool: find}, fields: {p: {many: name, at: /a/*}, q: {one: name, at: /b}}}", "latest"),
        ('{from: {tool: find}, fields: {p: {one: name, at: ""}}}', "latest"),
        ('{from: {tool: find}, write: once, fields: {p: {one: name, at: ""}}}', "once"),
        ("{from: {tool: get}, key: {id: /id}, fields: {p: {many: name, at: /a/*}}}", "latest"),
        ("{from: {tool: get}, key: {id: /id}, write: collect, fields: {p: {many: name, at: /a/*}}}", "collect"),
        ("{from: host, fields: {p: {many: name}}}", "collect"),
        ("{from: host, key: id, fields: {p: {one: name}}}", "latest"),
    ],
)
def test_how_it_is_written(declaration: str, mode: str) -> None:
    assert spec(declaration).mode == mode


def test_records_of_the_host_name_the_argument_of_their_key() -> None:
    assert spec("{from: host, key: invoice.id, fields: {p: {one: name}}}").key == KeySpec("invoice.id")


@pytest.mark.parametrize(
    ("key", "fetch", "expected"),
    [
        ("key: {id: /id},", "get", Fetch("get", "id")),
        ("key: {whatever: /id},", "get", Fetch("get", "id")),
        ("key: {n: /n},", "number", Fetch("number", "n", True)),
        ("", "find", Fetch("find")),
    ],
)
def test_fetch(key: str, fetch: str, expected: Fetch) -> None:
    found = spec(f"{{{key} from: {{tools: [{fetch}]}}, fetch: {fetch}, fields: {{v: {{one: name, at: /v}}}}}}")
    assert found.fetch == expected


@pytest.mark.parametrize(
    ("declaration", "code", "message"),
    [
        ("x", "E-KEY", "record `r` is text"),
        ("{fields: {v: {one: name, at: /v}}}", "E-KEY", "needs `from`"),
        ("{from: prompt}", "E-KEY", "needs `fields`"),
        ("{from: promt, fields: {v: {find: int}}}", "E-KEY", "`promt`"),
        ("{from: [get], fields: {v: {one: name, at: /v}}}", "E-KEY", "a list"),
        ("{from: {each: /*}, fields: {v: {one: name, at: /v}}}", "E-KEY", "one of `tool` and `tools`"),
        ("{from: {tool: get, tools: [get]}, fields: {v: {one: name, at: /v}}}", "E-KEY", "one of `tool` and `tools`"),
        ("{from: {tool: gett}, fields: {v: {one: name, at: /v}}}", "E-REF", "no tool `gett`"),
        ("{from: {tool: file.read}, fields: {v: {one: name, at: /v}}}", "E-REF", "no tool `file.read`"),
        ("{from: {tools: [get, get]}, fields: {v: {one: name, at: /v}}}", "E-DUP", "`get` twice"),
        ("{from: {tool: get, eech: /*}, fields: {v: {many: name, at: /v}}}", "E-KEY", "unknown key `eech`"),
        ("{from: {tool: get, each: /rows}, fields: {v: {many: name, at: /v}}}", "E-KEY", "goes through elements"),
        ("{from: {tool: get, each: ^/*}, fields: {v: {many: name, at: /v}}}", "E-KEY", "goes through elements"),
        ("{from: {tool: get, each: rows/*}, fields: {v: {many: name, at: /v}}}", "E-PAT", "no JSON pointer"),
        ("{from: {tool: get, each: [/*]}, fields: {v: {many: name, at: /v}}}", "E-KEY", "a list"),
        ("{from: {tool: get, only: {a: b}}, fields: {v: {many: name, at: /v/*}}}", "E-KEY", "there is no `each`"),
        ("{from: {tool: get, each: /*, only: a}, fields: {v: {many: name, at: /v}}}", "E-KEY", "`only` is text"),
        ("{from: {tool: get, each: /*, only: {/a: b}}, fields: {v: {many: name, at: /v}}}", "E-KEY", "sibling"),
        ("{from: {tool: find, each: /*}, fields: {v: {one: name, at: /v}}}", "E-KEY", "every row"),
        ("{frm: prompt, from: prompt, fields: {v: {find: int}}}", "E-KEY", "unknown key `frm`"),
        ("{from: prompt, key: {id: /id}, fields: {v: {find: int}}}", "E-KEY", "has no key"),
        ("{from: host, key: {id: /id}, fields: {v: {one: name}}}", "E-KEY", "the host says the key"),
        ("{from: {tool: get}, key: id, fields: {v: {one: name, at: /v}}}", "E-KEY", "one key"),
        ("{from: {tool: get}, key: {a: /a, b: /b}, fields: {v: {one: name, at: /v}}}", "E-KEY", "one key"),
        ("{from: {tool: get}, key: {id: /*/id}, fields: {v: {one: name, at: /v}}}", "E-KEY", "one value"),
        ("{from: {tool: get}, key: {id: id}, fields: {v: {one: name, at: /v}}}", "E-PAT", "no JSON pointer"),
        ("{from: {tool: get}, key: {i d: /id}, fields: {v: {one: name, at: /v}}}", "E-KEY", "no name of an argument"),
        ("{from: {tool: find}, write: ones, fields: {v: {one: name, at: /v}}}", "E-KEY", "no way to write `ones`"),
        ("{from: {tool: find}, write: collect, fields: {v: {one: name, at: /v}}}", "E-KEY", "`v` holds one"),
        ("{from: {tool: find}, lasts: 10, fields: {v: {one: name, at: /v}}}", "E-INT", "no duration"),
        ("{from: {tool: find}, lasts: [1m], fields: {v: {one: name, at: /v}}}", "E-KEY", "a list"),
        ("{from: {tool: find}, fields: [v]}", "E-KEY", "`fields` is a list"),
        ("{from: {tool: find}, fields: {v: name}}", "E-KEY", "field `v` is text"),
        ("{from: {tool: find}, fields: {by: {one: name, at: /v}}}", "E-KEY", "`by` is no name of a field"),
        ("{from: {tool: find}, fields: {1v: {one: name, at: /v}}}", "E-KEY", "`1v` is no name of a field"),
        ("{from: {tool: find}, fields: {v: {at: /v}}}", "E-KEY", "one of `one`, `many` and `find`"),
        ("{from: {tool: find}, fields: {v: {one: name, many: name, at: /v}}}", "E-KEY", "one of `one`, `many`"),
        ("{from: {tool: find}, fields: {v: {one: name}}}", "E-KEY", "needs `at`"),
        ("{from: {tool: find}, fields: {v: {one: name, at: v}}}", "E-PAT", "no JSON pointer"),
        ("{from: {tool: find}, fields: {v: {one: name, at: /a~2}}}", "E-PAT", "no escape"),
        ("{from: {tool: find}, fields: {v: {one: name, at: /a*}}}", "E-PAT", "star"),
        ("{from: {tool: find}, fields: {v: {one: name, at: /*/v}}}", "E-KEY", "holds one value"),
        ("{from: {tool: find}, fields: {v: {many: name, at: /v/*, only: {a: b}}}}", "E-KEY", "siblings"),
        ('{from: {tool: find}, fields: {v: {one: name, at: "", only: {a: b}}}}', "E-KEY", "siblings"),
        ("{from: {tool: find}, fields: {v: {one: text, at: /v}}}", "E-KEY", "free text is no type of a field"),
        ("{from: {tool: find}, fields: {v: {one: url, at: /v}}}", "E-KEY", "`url` is no type of a field"),
        ("{from: {tool: find}, fields: {v: {many: {list: name, max: 3}, at: /v}}}", "E-KEY", "`list` is no type"),
        ("{from: {tool: find}, fields: {v: {one: {object: {a: name}}, at: /v}}}", "E-KEY", "`object` is no type"),
        ("{from: {tool: find}, fields: {v: {one: nmae, at: /v}}}", "E-KEY", "no type `nmae`"),
        ("{from: {tool: find}, fields: {v: {one: name, at: /v, att: /w}}}", "E-KEY", "unknown key `att`"),
        ("{from: {tool: find}, fields: {v: {find: email}}}", "E-KEY", "found in the prompt only"),
        ("{from: prompt, fields: {v: {one: name}}}", "E-KEY", "in the prompt, words are found"),
        ("{from: prompt, fields: {v: {find: phrase}}}", "E-REF", "no finder `phrase`"),
        ("{from: prompt, fields: {v: {find: email, at: /v}}}", "E-KEY", "results of tools"),
        ("{from: host, fields: {v: {one: name, at: /v}}}", "E-KEY", "results of tools"),
        ("{from: prompt, fetch: find, fields: {v: {find: int}}}", "E-KEY", "is not fetched"),
        ("{from: {tool: get}, fetch: find, fields: {v: {one: name, at: /v}}}", "E-REF", "none of the tools"),
        ("{from: {tool: get}, fetch: [get], fields: {v: {one: name, at: /v}}}", "E-KEY", "`fetch` is a list"),
        ("{from: {tool: get}, fetch: get, fields: {v: {one: name, at: /v}}}", "E-REF", "has no key"),
        ("{from: {tool: find}, key: {a: /a}, fetch: find, fields: {v: {one: name, at: /v}}}", "E-REF", "has one key"),
        ("{from: {tool: two}, key: {a: /a}, fetch: two, fields: {v: {one: name, at: /v}}}", "E-REF", "2 arguments"),
        ("{from: {tool: long}, key: {t: /t}, fetch: long, fields: {v: {one: name, at: /v}}}", "E-REF", "as text"),
        ("{from: {tool: change}, key: {id: /id}, fetch: change, fields: {v: {one: name, at: /v}}}", "E-REF", "read"),
        ("{from: {tool: both}, key: {f: /f}, fetch: both, fields: {v: {one: name, at: /v}}}", "E-REF", "read"),
    ],
)
def test_refused(declaration: str, code: str, message: str) -> None:
    found = problem(f"{TOOLS}records:\n  r: {declaration}\n")
    assert (found.code, found.line) == (code, 12), found
    assert message in found.message, found
    assert found.remedy


@pytest.mark.parametrize("name", ["after", "never_after", "carries", "agent", "facts", "spent"])
def test_words_of_the_language_are_no_names(name: str) -> None:
    found = problem(f"records: {{{name}: {{from: prompt, fields: {{v: {{find: int}}}}}}}}\n")
    assert (found.code, "word of the language" in found.message) == ("E-KEY", True)


def test_near_names_are_told() -> None:
    for declaration, remedy in (
        ("{from: {tool: gte}, fields: {v: {one: name, at: /v}}}", "Did you mean `get`?"),
        ("{from: {tool: find}, fields: {v: {one: nme, at: /v}}}", "Did you mean `name`?"),
        ("{from: prompt, fields: {v: {find: emails}}}", "Did you mean `email`?"),
        ("{from: {tool: get}, writes: once, fields: {v: {one: name, at: /v}}}", "Did you mean `write`?"),
    ):
        assert problem(f"{TOOLS}records:\n  r: {declaration}\n").remedy == remedy


def test_the_section_is_a_mapping() -> None:
    assert problem("records: [a]\n").code == "E-KEY"
    assert problem("records: {1r: {from: prompt, fields: {v: {find: int}}}}\n").code == "E-KEY"


def test_a_record_with_a_problem_brings_no_second_one() -> None:
    body = """\
        records: {r: {from: prompt, fields: {v: {find: nothing}}}}
        sets: {s: {name: $r.v}}
        rules:
          g:
            - {permit: model.call, where: {model: [$s, $r.v]}}
            - {forbid: model.call, when: {r: {v: known}}, why: x}
        """
    assert [each.message for each in problems(body)] == ["no finder `nothing`"]


def test_records_of_a_tool_with_a_problem() -> None:
    body = "tools: {t: {effect: reed}}\nrecords: {r: {from: {tool: t}, fetch: t, fields: {v: {one: name, at: /v}}}}\n"
    assert [each.code for each in problems(body)] == ["E-KEY"]


def test_a_vocabulary_brings_records(tmp_path: Path) -> None:
    record = "records: {r: {from: prompt, fields: {v: {find: phrases}}}}\n"
    (tmp_path / "names.yaml").write_text(f"havocproof: 1\npolicy: names\nkind: vocabulary\n{record}")
    body = "havocproof: 1\npolicy: p\nvocabulary: [names.yaml]\n"
    rule = "rules: {g: [{permit: model.call, where: {model: $r.v}}]}\n"
    (tmp_path / "p.yaml").write_text(body + rule)
    assert set(load_policy(tmp_path / "p.yaml").records) == {"r"}
    (tmp_path / "p.yaml").write_text(body + record + rule)
    with pytest.raises(PolicyError) as caught:
        load_policy(tmp_path / "p.yaml")
    assert [(each.code, each.line) for each in caught.value.problems] == [("E-DUP", 4)]


def test_what_is_trusted_is_listed() -> None:
    body = f"""{TOOLS}records:
  said: {{from: prompt, fields: {{mails: {{find: email}}}}}}
  desk: {{from: host, fields: {{open: {{one: bool}}}}}}
  order:
    key: {{id: /id}}
    from: {{tools: [get, change], each: /rows/*, only: {{kind: a}}}}
    fields: {{cards: {{many: name, at: /pay/*/id, only: {{source: card}}}}, total: {{one: {{decimal: EUR}}, at: /t}},
      state: {{one: [open, shut], at: /s}}}}
  whole: {{from: {{tool: find}}, fields: {{id: {{one: name, at: ""}}}}}}
"""
    assert trusted(load(body)) == {
        "said.mails": "email in what the person typed, as many: email",
        "desk.open": "what the host says, as bool",
        "order.cards": "/pay/*/id of get, change in /rows/* where kind is a where source is card, as many: name",
        "order.total": "/t of get, change in /rows/* where kind is a, as an amount EUR",
        "order.state": "/s of get, change in /rows/* where kind is a, as one of open, shut",
        "whole.id": "the whole of find, as name",
    }
