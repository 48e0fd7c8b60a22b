"""The catalogue of errors: for each code the line, the column, what is wrong and what to do about it."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from havocproof.errors import PolicyError
from havocproof.policy import load_policy, loads_policy
from tests.policy.support import APPROVALS, problem, problems
from tests.policy.test_reader import _TREES, _write, faults

PAY = "where: {account: any, payee: any, amount: "


def rule(*lines: str) -> str:
    """One rule: its first line is line 5, its keys stand in column 7."""
    return "rules:\n  g:\n    - " + "\n      ".join(lines) + "\n"


READ = rule("permit: file.read", "where: {path: /a/**}")
CASES = [
    ("about: *x\n", "E-YAML", 3, 8, "`*` begins a YAML alias", "quotes"),
    (READ + "sets: {a: {name: x}}\nsets: {b: {name: y}}\n", "E-DUP", 8, 1, "`sets` was given at line 7", "Merge"),
    (rule("permit: dir.list", "wher: {path: /a}", "where: {path: any}"), "E-KEY", 6, 7, "`wher` in a rule", "`where`"),
    ("ruls: {g: x}\n", "E-KEY", 3, 1, "unknown key `ruls`", "`rules`"),
    (rule("permit: file.reed", "where: {path: any}"), "E-VERB", 5, 15, "`file.reed`", "`file.read`"),
    (rule("permit: all.send"), "E-VERB", 5, 15, "class", "Name the verbs"),
    (rule("permit: file.move"), "E-VERB", 5, 15, "`file.move`", "`file.delete` of the source"),
    (rule("permit: file.read", "where: {pth: /a, path: any}"), "E-AXIS", 6, 15, "no axis `pth`", "`path`"),
    (rule("permit: http.request", "where: {host: a.b, path: any}"), "E-AXIS", 5, 7, "say `method`", "`method: any`"),
    (rule("permit: http.request"), "E-AXIS", 5, 7, "must say `host`, `path`, `method`", "`host: any`"),
    (rule("permit: model.call", "where: {model: none}"), "E-AXIS", 6, 22, "always given", "{is: none}"),
    (rule("permit: file.read", "where: {path: $ps}") + "sets: {p: {path: /a}}\n", "E-REF", 6, 21, "`$ps`", "(line 7)"),
    (
        rule("ask: dir.list", "where: {path: any}", "needs: bos", "why: x") + APPROVALS,
        "E-REF",
        7,
        14,
        "`bos`",
        "`boss`",
    ),
    (rule("permit: file.read", "where: {path: /arch*/**}"), "E-PAT", 6, 21, "star beside other", "one whole segment"),
    (rule("permit: file.read", "where: {path: /a/../b}"), "E-PAT", 6, 21, "..", "Write the path"),
    (rule("permit: file.read", "where: {path: /a/**/b}"), "E-PAT", 6, 21, "has ** inside", "last segment"),
    (rule("forbid: http.request", "where: {host: a.**.b}", "why: x"), "E-PAT", 6, 21, "has ** inside", "first label"),
    (rule("forbid: http.request", "where: {host: Exa.COM}", "why: x"), "E-PAT", 6, 21, "normal form", "lower-case"),
    (rule("permit: file.read", 'where: {path: "/*/*/*/a"}'), "E-PAT", 6, 21, "more than 2 single stars", "**"),
    (rule("permit: money.payment", PAY + "{max: 500.0 USD}}"), "E-INT", 6, 55, "decimals", "500.00 USD"),
    (
        rule("permit: money.payment", PAY + "{min: 9.00 USD, max: 3.00 USD}}"),
        "E-INT",
        6,
        49,
        "leave nothing",
        "Correct",
    ),
    (rule("permit: model.call", "where: {model: any, tokens: {max: 1e3}}"), "E-INT", 6, 41, "no integer", "digits"),
    (
        rule("permit: file.read", "where: {path: {not: /a}}"),
        "E-NOT",
        6,
        21,
        "every path that you did not",
        "add a forbid",
    ),
    (
        READ + "    - {id: b, forbid: file.read, why: x}\n",
        "E-DEAD",
        5,
        1,
        "the forbid at line 7 covers it",
        "Remove one",
    ),
    (rule("permit: file.read", "where: {path: any}", "when: {after: x}"), "E-REF", 7, 21, "no fact `x`", "facts:"),
    ("sets: {a: {name: [x, $b]}, b: {name: [$a]}}\n", "E-REF", 3, 39, "a -> b -> a", "Take one"),
    ("budgets: {b: {count: 3, of: file.read}}\n", "E-KEY", 3, 11, "`per`", "per: [user]"),
]


@pytest.mark.parametrize(("body", "code", "line", "column", "message", "remedy"), CASES)
def test_catalogue(body: str, code: str, line: int, column: int, message: str, remedy: str) -> None:
    found = problem(body)
    assert (found.code, found.line, found.column) == (code, line, column), found
    assert message in found.message
    assert remedy in found.remedy


def test_all_problems_of_a_file_at_once_in_the_order_of_its_lines() -> None:
    found = problems(
        """\
        rules:
          g:
            - permit: file.reed
              where: {path: any}
            - ask: dir.list
              where: {path: /a*}
            - forbid: http.request
              where: {hosts: a.example, port: 0}
        sets:
          s: {hosts: [a.example]}
        budgets:
          b: {count: 0, of: [dir.list], per: [usr]}
        nonsense: 1
        """
    )
    assert [each.line for each in found] == sorted(each.line for each in found)
    assert [(each.line, each.code) for each in found] == [
        (5, "E-VERB"),
        (7, "E-KEY"),  # needs
        (7, "E-KEY"),  # why
        (8, "E-PAT"),
        (9, "E-KEY"),  # why
        (10, "E-AXIS"),
        (10, "E-INT"),  # the port
        (12, "E-KEY"),
        (14, "E-INT"),
        (15, "E-KEY"),
    ]


def test_a_message_shows_file_line_column_code_and_remedy() -> None:
    with pytest.raises(PolicyError) as caught:
        loads_policy("havocproof: 1\npolicy: p\nrules: {g: [{permit: file.reed}]}\n", name="desk.yaml")
    text = str(caught.value)
    assert "desk.yaml:3:22: E-VERB: no verb, program or tool `file.reed`\n    Did you mean `file.read`?" in text


def test_a_file_that_cannot_be_read_is_a_problem(tmp_path: Any) -> None:
    with pytest.raises(PolicyError, match="cannot be read"):
        load_policy(tmp_path / "absent.yaml")
    with pytest.raises(PolicyError, match="cannot be read"):
        load_policy(tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("policy: p\n", "`havocproof`"),
        ("havocproof: 1\n", "`policy`"),
        ("havocproof: 2\npolicy: p\n", "no language version `2`"),
        ("havocproof: 1\npolicy: [p]\n", "`policy` is a list"),
        ("havocproof: 1\npolicy: p\nkind: gard\n", "no kind `gard`"),
    ],
)
def test_the_head_of_a_file(text: str, message: str) -> None:
    with pytest.raises(PolicyError) as caught:
        loads_policy(text)
    assert message in str(caught.value)


def test_a_thousand_problems_are_told_and_no_more() -> None:
    body = "rules:\n  g:\n" + "".join(f"    - permit: x{number}.y\n" for number in range(3000))
    assert len(problems(body)) == 1000


RICH: dict[str, Any] = {
    "havocproof": "1",
    "policy": "rich",
    "version": "1",
    "about": "everything that is built",
    "owner": "me",
    "sets": {
        "names": {"name": ["a", "b", {"is": "any"}, "$more"]},
        "more": {"name": ["c"]},
        "hosts": {"host": ["**.example.com", "ip:203.0.113.7", "*.net.example"]},
        "places": {"path": ["/a/**", "/b/*/c"]},
    },
    "tools": {
        "pay": {
            "is": "money.payment",
            "args": {"to": "name", "sum": {"decimal": "EUR"}, "day": "date"},
            "optional": {"memo": "text", "times": {"int": {"min": "1", "max": "9"}}},
            "map": {"account": {"const": "main"}, "payee": "to", "amount": "sum"},
        },
        "both": {
            "is": ["file.read", "http.request"],
            "args": {"file": {"path": "/a"}, "link": "url"},
            "map": {"file.read": {"path": "file"}, "http.request": {"method": {"const": "GET"}}},
        },
        "code/tag": {
            "effect": "send",
            "args": {
                "refs": {"list": {"segments": "/"}, "max": "5"},
                "on": {"list": "name", "max": "5"},
                "x": ["p", "q"],
            },
            "optional": {"deep": {"object": {"a": "name", "b": {"object": {"c": "int"}}}}, "yes": "bool"},
            "pairs": ["refs", "on"],
        },
    },
    "approvals": {
        "boss": {
            "role": "boss",
            "people": "1",
            "within": "1d",
            "may_widen": {"same": ["payee"], "uses": "3", "amount": "30.00 EUR", "for": "30d"},
        },
        "two": {"all_of": [{"role": "a", "people": "1"}, {"role": "b", "people": "2"}], "within": "4h"},
    },
    "facts": {
        "seen": {"by": ["file.read", "host"], "until": {"any": ["file.write"], "where": {"path": "/a/**"}}},
        "paid": {"by": {"money.payment": {"payee": "$names"}}, "per": ["payee"], "lasts": "30d"},
    },
    "labels": {
        "private": {
            "from": [{"file.read": {"path": "/p/**"}}, "host"],
            "guards": ["all.send", "pay"],
            "cleared": [{"code/tag": {"yes": "true"}}],
            "otherwise": "two",
            "why": "private",
        },
        "odd": {"from": "dir.list"},
    },
    "rules": {
        "g": [
            {"forbid": "dir.make", "when": {"carries": ["private", "odd"], "agent": {"not": "main"}}, "why": "no"},
            {"ask": "dir.list", "where": {"path": "/z"}, "when": {"after": "seen"}, "needs": "two", "why": "no"},
            {"forbid": "money.payment", "when": {"never_after": "paid"}, "unless": {"payee": ["a", "b"]}, "why": "no"},
            {"permit": ["file.read", "dir.list"], "where": {"path": ["$places", "/c"], "within": "d"}},
            {
                "permit": "http.request",
                "where": {"host": "$hosts", "path": "any", "method": {"not": "POST"}, "port": "any"},
            },
            {
                "permit": "pay",
                "where": {"account": "main", "payee": "$names", "amount": {"max": "5.00 EUR"}, "times": ["none", "3"]},
            },
            {
                "id": "big",
                "ask": "pay",
                "where": {
                    "account": "any",
                    "payee": {"not": "x"},
                    "amount": {"above": "5.00 EUR", "below": "9.00 EUR"},
                },
                "needs": "boss",
                "why": "large",
                "remedy": "wait",
            },
            {"forbid": "all.destroy", "why": "no"},
            {"forbid": "code/tag", "where": {"deep.b.c": {"min": "2"}, "refs.count": "3"}, "needs": "two", "why": "no"},
        ]
    },
    "budgets": {
        "day": {
            "amount": "50.00 EUR",
            "of": ["pay", {"money.payment": {"account": "main"}}],
            "per": ["user", "payee"],
            "every": "1d",
        },
        "all": {"bytes_out": "1 MiB", "of": {"any": ["all.send"]}, "per": "run", "every": "month"},
        "soft": {
            "count": "9",
            "of": "file.read",
            "per": ["agent"],
            "soft": {"above": "3", "needs": "boss"},
        },
        "few": {"at_once": "2", "of": "all.send", "per": ["tenant"]},
    },
    "rates": {"calls": {"of": ["http.request"], "burst": "3", "every": "2s", "per": ["session", "method"]}},
    "examples": [
        {"do": {"pay": {"to": "a", "sum": "4.00 EUR", "day": "2026-11-23"}}, "expect": "permit"},
        {"do": {"file.read": {"path": "/a/x", "max_bytes": "5"}}, "expect": "deny unpermitted"},
        {"do": {"sql.read": {"table": "a.b.c", "column": "d", "rows": "5"}}, "expect": "deny"},
    ],
}


def test_the_rich_policy_loads() -> None:
    assert loads_policy(_write(RICH)).name == "rich"


def _paths(tree: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    return [here, *(path for key, value in inner for path in _paths(value, (*here, key)))]


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_any_change_of_a_policy_loads_or_says_why(data: st.DataObject) -> None:
    tree = copy.deepcopy(RICH)
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from([path for path in _paths(tree) if path]))
        parent = tree
        for step in path[:-1]:
            parent = parent[step]
        match data.draw(st.sampled_from(["replace", "delete", "rename", "wrap", "unwrap"])):
            case "replace":
                parent[path[-1]] = data.draw(_TREES)
            case "delete":
                del parent[path[-1]]
            case "rename" if isinstance(parent, dict):
                parent[data.draw(st.sampled_from(["x", "path", "any", "of", "is", "not"]))] = parent.pop(path[-1])
            case "wrap":
                parent[path[-1]] = [parent[path[-1]]]
            case "unwrap" if isinstance(parent[path[-1]], list) and parent[path[-1]]:
                parent[path[-1]] = parent[path[-1]][0]
    found = faults(_write(tree))
    assert found == sorted(found)
