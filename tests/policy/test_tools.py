"""Declared tools: types, canonical arguments, the parts of a call, and what a declaration may not say."""

from __future__ import annotations

import pytest

from havocproof.actions.tools import ToolCall
from havocproof.actions.wire import action_from_wire
from havocproof.errors import ActionError
from havocproof.kernel.bridge import NOTHING
from havocproof.kernel.source import Atom, Part
from tests.policy.support import DAY, SCOPES, kind, load, problem, problems, rule_on, tool

PAY = """\
tools:
  send:
    is: money.payment
    args: {to: name, amount: {decimal: EUR}, note: text}
    optional: {times: {int: {min: 1}}}
    map: {account: {const: main}, payee: to, amount: amount}
"""


def test_a_typed_effect_has_the_axes_of_its_family_and_its_own() -> None:
    (part,) = load(PAY).tools["send"].parts({"to": "X", "amount": 12.5, "note": "héllo"})
    names = {
        "account": "main",
        "payee": "X",
        "to": "X",
        "currency": "EUR",
        "original": "",
        "via": "",
        "times.given": "no",
    }
    ints = {"count": 1, "at_once": 1, "amount": 1250, "amount:EUR": 1250, "note.size": 6}
    assert part == Part("send", ints, (Atom(names, {}),))


def test_rules_about_the_family_and_about_the_name_both_apply() -> None:
    rules = """\
rules:
  g:
    - permit: money.payment
      where: {account: main, payee: any, amount: {max: 20.00 EUR}}
    - {id: no, forbid: send, where: {to: Y}, why: x}
"""
    policy = load(PAY + rules)
    assert kind(policy, "send", to="X", amount=12.5, note="") == "permit"
    assert kind(policy, "send", to="X", amount=20.01, note="") == "fix"
    assert kind(policy, "send", to="Y", amount=12.5, note="") == "never"


def test_files_bring_name_and_extension() -> None:
    spec = tool("{is: file.read, args: {f: {path: /d}, l: {list: {path: /d}, max: 3}}, map: {path: l}}")
    (part,) = spec.parts({"f": "x", "l": ["a.tar.gz", ".env"]})
    assert part.ints == {"count": 1, "at_once": 1, "l.count": 2}
    assert [(atom.names["name"], atom.names["ext"], atom.places["path"]) for atom in part.atoms] == [
        ("a.tar.gz", "gz", ("d", "a.tar.gz")),
        (".env", "env", ("d", ".env")),
    ]


def test_lists_multiply_and_pairs_go_side_by_side() -> None:
    lists = "{effect: change, args: {a: {list: name, max: 20}, b: {list: name, max: 20}}"
    (part,) = tool(lists + "}").parts({"a": ["1", "2"], "b": ["3", "4"]})
    assert {(atom.names["a"], atom.names["b"]) for atom in part.atoms} == {
        ("1", "3"),
        ("1", "4"),
        ("2", "3"),
        ("2", "4"),
    }
    paired = tool(lists + ", pairs: [a, b]}")
    (part,) = paired.parts({"a": ["1", "2"], "b": ["3", "4"]})
    assert [(atom.names["a"], atom.names["b"]) for atom in part.atoms] == [("1", "3"), ("2", "4")]
    assert part.ints == {"count": 1, "at_once": 1, "a.count": 2, "b.count": 2}
    with pytest.raises(ActionError, match="differs in length"):
        paired.parts({"a": ["1"], "b": []})


def test_an_empty_list_is_decided_too() -> None:
    policy = load(
        "tools: {t: {effect: change, args: {l: {list: name, max: 3}}}}\nrules: {g: [{permit: t, where: {l: x}}]}\n"
    )
    assert kind(policy, "t", l=["x", "x"]) == "permit"
    assert kind(policy, "t", l=["x", "y"]) == "fix"
    assert kind(policy, "t", l=[]) == "fix"


def test_more_than_256_atoms_are_refused() -> None:
    lists = ", ".join(f"{name}: {{list: name, max: 20}}" for name in "abc")
    spec = tool(f"{{effect: read, args: {{{lists}}}}}")
    many = [str(number) for number in range(20)]
    with pytest.raises(ActionError, match="Split the call"):
        spec.parts({"a": many, "b": many, "c": many})
    (part,) = spec.parts({"a": many[:16], "b": many[:16], "c": []})
    assert len(part.atoms) == 256
    with pytest.raises(ActionError):
        spec.parts({"a": many[:16], "b": many[:17], "c": []})
    two = tool(
        "{is: [file.read, file.delete], args: {l: {list: {path: /d}, max: 256}},"
        " map: {file.read: {path: l}, file.delete: {path: l}}}"
    )
    with pytest.raises(ActionError, match="Split the call"):
        two.parts({"l": [f"f{number}" for number in range(200)]})


def test_a_url_brings_host_path_scheme_port_and_query() -> None:
    spec = tool("{is: http.request, args: {u: url}, map: {method: {const: GET}}}")
    (part,) = spec.parts({"u": "http://a.b.example:8080/x/y?k=1&l=2&k=3"})
    first, second = part.atoms
    assert first.places == {"host": ("example", "b", "a"), "path": ("x", "y")}
    assert (first.names["service"], first.names["method"], first.names["host"]) == ("http:8080", "GET", "a.b.example")
    assert [first.names["query"], second.names["query"]] == ["k", "l"]
    assert part.ints["port"] == 8080
    assert part.ints["bytes_out"] == len('{"u":"http://a.b.example:8080/x/y?k=1&l=2&k=3"}')


def test_a_request_without_a_url_is_https() -> None:
    spec = tool("{is: http.request, args: {h: host, p: {path: /}}, map: {host: h, path: p, method: {const: POST}}}")
    (part,) = spec.parts({"h": "a.example", "p": "x"})
    assert (part.atoms[0].names["service"], part.ints["port"]) == ("https", 443)
    plain = tool(
        "{is: http.request, args: {h: host},"
        " map: {host: h, path: {const: /}, method: {const: GET}, scheme: {const: http}}}"
    )
    (part,) = plain.parts({"h": "a.example"})
    assert (part.atoms[0].names["service"], part.ints["port"]) == ("http", 80)


def test_several_effects_are_several_parts() -> None:
    policy = load(
        "tools:\n"
        "  mv: {is: [file.delete, file.write], args: {a: {path: /d}, b: {path: /d}},"
        " map: {file.delete: {path: a}, file.write: {path: b}}}\n"
        "rules:\n"
        "  g:\n"
        "    - {permit: mv, where: {a: /d/**, b: /d/**}}\n"
        "    - {id: no, forbid: file.delete, where: {path: /d/keep}, why: x}\n"
    )
    first, second = policy.tools["mv"].parts({"a": "x", "b": "y"})
    assert (first.verb, second.verb) == ("mv#file.delete", "mv#file.write")
    assert first.atoms[0].places["path"] == ("d", "x")
    assert second.atoms[0].places["path"] == ("d", "y")
    assert kind(policy, "mv", a="x", b="y") == "permit"
    assert kind(policy, "mv", a="keep", b="y") == "never"
    assert kind(policy, "mv", a="x", b="keep") == "permit"
    assert kind(policy, "mv", a="x", b="/other") == "fix"


def test_messages_count_their_recipients() -> None:
    spec = tool(
        "{is: message.send, args: {to: {list: email, max: 9}, body: text},"
        " map: {channel: {const: mail}, recipient: to}}"
    )
    (part,) = spec.parts({"to": ["a@x.example", "b@y.example"], "body": "hi"})
    assert part.ints["recipients"] == 2
    assert part.ints["bytes_out"] == len('{"body":"hi","to":["a@x.example","b@y.example"]}')
    assert [atom.places["recipient"] for atom in part.atoms] == [("example", "x", "@", "a"), ("example", "y", "@", "b")]


def test_arguments_with_the_kernels_own_names_stay_apart() -> None:
    policy = load(
        "tools: {t: {is: money.payment, args: {to: name, sum: {decimal: EUR}, currency: name, count: {int: {min: 0}}},"
        " map: {account: {const: a}, payee: to, amount: sum}}}\n"
        "rules: {g: [{permit: t, where: {account: any, payee: any, amount: any, currency: x, count: 5}}]}\n"
    )
    (part,) = policy.tools["t"].parts({"to": "X", "sum": 1, "currency": "USD", "count": 5})
    assert (part.ints["count"], part.ints["count.value"]) == (1, 5)
    assert (part.atoms[0].names["currency"], part.atoms[0].names["currency.value"]) == ("EUR", "USD")
    assert kind(policy, "t", to="X", sum=1, currency="x", count=5) == "permit"
    assert kind(policy, "t", to="X", sum=1, currency="USD", count=5) == "fix"


def test_optional_arguments_that_are_missing_are_known_to_be() -> None:
    policy = load(
        "tools: {t: {effect: change, optional:"
        " {n: name, i: int, m: {decimal: EUR}, x: text, o: {object: {p: {path: /}}}}}}\n"
        "rules:\n  g:\n"
        "    - permit: t\n"
        "      where: {n: [none, a], i: [none, {max: 3}], m: [none, {max: 3.00 EUR}], x: any, o.p: [none, /a]}\n"
        "    - {id: no, forbid: t, where: {i: {min: 9}}, why: x}\n"
    )
    assert kind(policy, "t") == "permit"
    assert kind(policy, "t", n="a", i=3, m=3, o={"p": "a"}) == "permit"
    assert kind(policy, "t", n="b") == "fix"
    assert kind(policy, "t", i=4) == "fix"
    assert kind(policy, "t", m="3.01 EUR") == "fix"
    assert kind(policy, "t", o={"p": "b"}) == "fix"
    assert kind(policy, "t", i=9) == "never"


@pytest.mark.parametrize(
    ("declaration", "code", "message"),
    [
        ("{args: {x: name}}", "E-KEY", "needs one of `is` and `effect`"),
        ("{is: file.read, effect: read, args: {x: name}}", "E-KEY", "needs one of `is` and `effect`"),
        ("{effect: reed}", "E-KEY", "no effect `reed`"),
        ("{effect: read, arg: {x: name}}", "E-KEY", "unknown key `arg`"),
        ("{effect: read, args: {x: nam}}", "E-KEY", "no type `nam`"),
        ("{effect: read, args: {x: {list: name}}}", "E-KEY", "without `max`"),
        ("{effect: read, args: {x: {list: name, max: 300}}}", "E-INT", "1 to 256"),
        ("{effect: read, args: {x: {int: {min: 3, max: 2}}}}", "E-INT", "leave nothing"),
        ("{effect: read, args: {x: {decimal: EURO}}}", "E-INT", "no currency"),
        ("{effect: read, args: {x: {segments: ab}}}", "E-PAT", "no separator"),
        ("{effect: read, args: {x: {path: docs}}}", "E-PAT", "no absolute path"),
        ("{effect: read, args: {x: [a, a]}}", "E-DUP", "`a` twice"),
        ("{effect: read, args: {x: name}, optional: {x: name}}", "E-DUP", "in `args` already"),
        ("{effect: read, args: {u: url, host: name}}", "E-DUP", "both bring the axis `host`"),
        ("{effect: read, args: {a.b: name}}", "E-KEY", "no name of an argument"),
        ("{effect: read, args: {x: name}, map: {path: x}}", "E-KEY", "`map` belongs to `is`"),
        ("{effect: read, args: {x: name}, pairs: [x, x]}", "E-REF", "no list argument"),
        ("{is: file.reed}", "E-VERB", "no verb `file.reed`"),
        ("{is: file.move}", "E-VERB", "`file.move`"),
        ("{is: [file.read, file.read]}", "E-DUP", "`file.read` twice"),
        ("{is: file.read, args: {f: {path: /d}}}", "E-AXIS", "`file.read` needs `path`"),
        ("{is: file.read, args: {f: name}, map: {path: f}}", "E-AXIS", "`f` is of type name"),
        ("{is: file.read, optional: {f: {path: /d}}, map: {path: f}}", "E-AXIS", "an optional path"),
        ("{is: file.read, args: {f: {path: /d}}, map: {pth: f, path: f}}", "E-AXIS", "no axis `pth`"),
        ("{is: file.read, args: {f: {path: /d}}, map: {path: g}}", "E-REF", "no argument `g`"),
        ("{is: file.read, args: {f: {path: /d}}, map: {path: {const: d}}}", "E-PAT", "no absolute path"),
        ("{is: file.read, args: {f: {path: /d}, name: name}, map: {path: f}}", "E-AXIS", "the name of an axis"),
        ("{is: file.read, args: {f: {path: /d}, n: int}, map: {path: f, bytes: n}}", "E-AXIS", "of type int"),
        ("{is: money.payment, args: {m: {decimal: EUR}}, map: {account: {const: a}, amount: m}}", "E-AXIS", "`payee`"),
        (
            (
                "{is: money.trade, args: {s: name, m: {decimal: EUR}},"
                " map: {account: {const: a}, side: s, symbol: {const: x}, amount: m}}"
            ),
            "E-AXIS",
            "`s` is of type name",
        ),
        ("{is: model.call, map: {model: {const: m}, tokens: {const: -1}}}", "E-INT", "cannot be"),
        ("{is: http.request, args: {u: url}, map: {method: {const: get}}}", "E-PAT", "none of its values"),
        (
            "{is: http.request, args: {u: url, h: host}, map: {method: {const: GET}, host: h}}",
            "E-AXIS",
            "brings `host`",
        ),
        ("{is: http.request, optional: {u: url}, map: {method: {const: GET}}}", "E-AXIS", "may be missing"),
        ("[a]", "E-KEY", "a tool is a mapping"),
    ],
)
def test_declarations_that_are_refused(declaration: str, code: str, message: str) -> None:
    found = problems(f"tools:\n  t: {declaration}\n")
    assert any(each.code == code and message in each.message for each in found), found
    assert {each.line for each in found} == {4}
    assert all(each.remedy for each in found)


@pytest.mark.parametrize(
    "name", ["file.read", "file.magic", "agent.spawn", "process.run", "any", "all.send", "a b", "sql.query"]
)
def test_names_that_no_tool_may_have(name: str) -> None:
    assert problem(f'tools: {{"{name}": {{effect: read}}}}\n').code == "E-KEY"


def test_a_broken_tool_is_told_once() -> None:
    body = "tools: {t: {effect: reed}}\nrules: {g: [{permit: t}]}\nbudgets: {b: {count: 1, of: t, per: run}}\n"
    assert problem(body).line == 3


def test_undeclared_tools_have_no_parts() -> None:
    policy = load(PAY)
    with pytest.raises(ActionError, match="no declared tool"):
        policy.parts(ToolCall(tool="sent", arguments={}))
    with pytest.raises(ActionError, match="no declared tool"):
        policy.normalise(ToolCall(tool="sent", arguments={}))


def test_equal_calls_are_equal_once_they_are_normalised() -> None:
    policy = load(PAY)
    calls = [
        action_from_wire({"action": "send", "args": {"to": "X", "note": "", "amount": amount}})
        for amount in (12, "12.00 EUR", {"$numberDecimal": "12.0"})
    ]
    assert len({call.digest() for call in calls}) == 3
    assert len({policy.normalise(call).digest() for call in calls}) == 1
    assert len({str(policy.parts(call)) for call in calls}) == 1


def test_the_schema_of_a_tool() -> None:
    spec = tool(
        "{effect: read, args: {n: name, a: {decimal: EUR}, l: {list: [p, q], max: 3}},"
        " optional: {i: {int: {min: 0}}, u: url}}"
    )
    schema = spec.json_schema()
    assert schema["required"] == ["n", "a", "l"]
    assert schema["additionalProperties"] is False
    assert schema["properties"]["l"] == {"type": "array", "items": {"enum": ["p", "q"]}, "maxItems": 3}
    assert schema["properties"]["i"] == {"type": "integer", "minimum": 0}
    assert schema["properties"]["a"]["pattern"] == r"^(0|[1-9][0-9]*)\.[0-9]{2} EUR$"


def test_constants_may_be_zero() -> None:
    (part,) = tool("{is: model.call, map: {model: {const: m}, tokens: {const: 0}}}").parts({})
    assert part.ints == {"count": 1, "at_once": 1, "tokens": 0}


def test_the_query_of_a_url_can_be_tested() -> None:
    policy = load(
        "tools: {t: {effect: read, args: {u: url}}}\n"
        "rules: {g: [{permit: t, where: {host: a.example, query: [none, page]}}]}\n"
    )
    assert kind(policy, "t", u="https://a.example/") == "permit"
    assert kind(policy, "t", u="https://a.example/?page=2") == "permit"
    assert kind(policy, "t", u="https://a.example/?page=2&secret=1") == "fix"
    assert kind(policy, "t", u="http://a.example/") == "fix"


def test_a_permit_of_several_effects_says_what_each_of_them_must() -> None:
    def body(where: str) -> str:
        return (
            "tools: {t: {is: [file.write, money.payment], args: {f: {path: /d}, to: name, sum: {decimal: EUR}},"
            " map: {file.write: {path: f}, money.payment: {account: {const: a}, payee: to, amount: sum}}}}\n"
            f"rules: {{g: [{{permit: t, where: {{{where}}}}}]}}\n"
        )

    policy = load(body("f: /d/**, to: X, sum: {max: 5.00 EUR}"))  # the account is a constant
    assert kind(policy, "t", f="x", to="X", sum=5) == "permit"
    assert kind(policy, "t", f="x", to="Y", sum=5) == "fix"
    for less in ("to: X, sum: any", "f: any, sum: any", "f: any, to: any"):
        assert problem(body(less)).code == "E-AXIS"
    assert problem(body("f: any, to: any, sum: any, account: a")).code == "E-AXIS"  # only one of the effects has it


def test_an_argument_never_stands_for_a_scope_of_the_session() -> None:
    policy = load(
        "tools: {t: {effect: change, args: {user: name}}}\n"
        "rules: {g: [{permit: t, where: {user: [ann, bob]}}]}\n"
        "budgets: {b: {count: 1, of: all.change, per: [user]}}\n"
    )
    parts = policy.parts(ToolCall(tool="t", arguments={"user": "ann"}))
    nobody = {name: value for name, value in SCOPES.items() if name != "user"}
    assert policy.kernel.decide(parts, nobody, frozenset({"g"}), 31 * DAY, 1, 0, NOTHING).is_Unpayable
    assert rule_on(policy, parts).is_Permitted
    assert kind(policy, "t", user="cy") == "fix"


def test_a_url_does_not_fill_the_path_of_a_file() -> None:
    spec = tool(
        "{is: [file.read, http.request], args: {f: {path: /d}, u: url},"
        " map: {file.read: {path: f}, http.request: {method: {const: GET}}}}"
    )
    read, sent = spec.parts({"f": "a.txt", "u": "https://a.example/b"})
    assert (read.atoms[0].names["path"], read.atoms[0].places["path"]) == ("/d/a.txt", ("d", "a.txt"))
    assert (sent.atoms[0].names["path"], sent.atoms[0].places["path"]) == ("/b", ("b",))
