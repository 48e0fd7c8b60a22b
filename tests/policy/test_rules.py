"""Rules: what they may say, what they lower to, and what the kernel then decides."""

from __future__ import annotations

import pytest

from havocproof.kernel.source import Named, Range, Ranged
from havocproof.policy.listing import free_axes
from tests.policy.support import APPROVALS, decide, judge, kind, load, only, part, problem, problems, rules

GET = {"host": "a.example", "path": "/x", "method": "GET"}


def http(**tests: str) -> str:
    body = ", ".join(f"{axis}: {test}" for axis, test in tests.items())
    return f"rules: {{g: [{{permit: http.request, where: {{host: a.example, path: any, method: GET, {body}}}}}]}}\n"


class TestService:
    """In a permit or ask the scheme is https with its own port, unless they say otherwise."""

    @pytest.mark.parametrize(
        ("tests", "permitted"),
        [
            ({}, {"https:443"}),
            ({"scheme": "https"}, {"https:443"}),
            ({"scheme": "http"}, {"http:80"}),
            ({"scheme": "[http, https]"}, {"http:80", "https:443"}),
            ({"scheme": "any"}, {"http:80", "https:443"}),
            ({"scheme": "{not: http}"}, {"https:443"}),
            ({"port": "8443"}, {"https:8443"}),
            ({"port": "any"}, {"https:443", "https:8443", "https:80"}),
            ({"scheme": "any", "port": "8443"}, {"https:8443", "http:8443"}),
            ({"scheme": "http", "port": "[80, 8443]"}, {"http:80", "http:8443"}),
            (
                {"scheme": "any", "port": "any"},
                {"https:443", "https:8443", "https:80", "http:80", "http:8443", "http:443"},
            ),
        ],
    )
    def test_defaults(self, tests: dict[str, str], permitted: set[str]) -> None:
        policy = load(http(**tests))
        for scheme in ("http", "https"):
            for port in (80, 443, 8443):
                verdict = decide(policy, "http.request", {}, **GET, scheme=scheme, port=port)
                assert verdict.is_Permitted == (f"{scheme}:{port}" in permitted), (scheme, port)

    def test_a_forbid_has_no_defaults(self) -> None:
        policy = load("rules: {g: [{forbid: http.request, where: {host: a.example}, why: x}]}\n")
        assert kind(policy, "http.request", **GET, scheme="http", port=8080) == "never"

    def test_unless_has_no_defaults(self) -> None:
        body = (
            "rules: {g: [{ask: http.request, where: {host: any, path: any, method: any, scheme: any, port: any},"
            " unless: {host: a.example}, needs: boss, why: x},"
            " {permit: http.request, where: {host: any, path: any, method: any, scheme: any, port: any}}]}\n"
        )
        policy = load(APPROVALS + body)
        assert kind(policy, "http.request", **GET, scheme="http", port=8080) == "permit"
        assert kind(policy, "http.request", **(GET | {"host": "b.example"})) == "ask"


def test_forbid_beats_ask_beats_permit_whatever_the_order() -> None:
    lines = [
        "{permit: dir.list, where: {path: /a/**}}",
        "{ask: dir.list, where: {path: /a/b/**}, needs: boss, why: x}",
        "{forbid: dir.list, where: {path: /a/b/c/**}, why: x}",
        "{forbid: dir.list, where: {path: /a/d}, needs: other, why: x}",
    ]
    for ordered in (lines, lines[::-1]):
        policy = load(APPROVALS + "rules: {g: [" + ", ".join(ordered) + "]}\n")
        said = {path: kind(policy, "dir.list", path=path) for path in ("/a", "/a/b", "/a/b/c", "/a/d", "/e")}
        assert said == {"/a": "permit", "/a/b": "ask", "/a/b/c": "never", "/a/d": "ask", "/e": "fix"}
    assert only(policy, "g.1").effect == "require"


def test_a_move_needs_both_of_its_halves() -> None:
    policy = load(
        "rules: {g: [{permit: file.delete, where: {path: /a/**}}, {permit: file.write, where: {path: /b/**}}]}\n"
    )
    assert kind(policy, "file.move", source="/a/x", target="/b/x") == "permit"
    assert kind(policy, "file.move", source="/a/x", target="/a/y") == "fix"


def test_classes_contain_built_in_verbs_and_tools() -> None:
    policy = load(
        "tools: {drop: {effect: destroy, args: {x: name}}, keep: {effect: change},"
        " wipe: {is: file.delete, args: {f: {path: /}}, map: {path: f}}}\n"
        "rules: {g: [{forbid: all.destroy, why: x}]}\n"
    )
    assert only(policy, "g.1").verbs == {"drop", "wipe", "file.delete", "sql.delete", "sql.schema"}


def test_a_class_is_tested_only_on_what_all_of_it_has() -> None:
    found = problems("rules: {g: [{forbid: all.send, where: {host: a.example}, why: x}]}\n")
    assert [each.code for each in found] == ["E-AXIS"]
    assert "`message.send` has no axis `host`" in found[0].message


def test_verbs_that_see_an_axis_differently_become_kernel_rules_of_one_id() -> None:
    policy = load(
        "tools: {t: {effect: pay, args: {amount: {decimal: EUR}, account: name, payee: name}}}\n"
        "rules: {g: [{permit: [money.payment, t], where: {account: any, payee: any, amount: {max: 5.00 EUR}}}]}\n"
    )
    first, second = rules(policy, "g.1")
    assert first.tests == (Named("currency", frozenset({"EUR"})), Ranged("amount", (Range(None, 500),)))
    assert second.tests == (Ranged("amount", (Range(None, 500),)),)
    assert (set(first.verbs), set(second.verbs)) == ({"money.payment"}, {"t"})


def test_verbs_that_see_it_alike_stay_one_rule() -> None:
    policy = load("rules: {g: [{permit: [file.read, dir.list, dir.make], where: {path: /a/**}}]}\n")
    assert only(policy, "g.1").verbs == {"file.read", "dir.list", "dir.make"}


def test_ids_and_texts() -> None:
    policy = load(
        """\
        approvals: {boss: {role: boss, people: 1, within: 1d}}
        rules:
          g:
            - permit: dir.list
              where: {path: /a}
              remedy: Look elsewhere.
            - id: mine
              ask: dir.list
              where: {path: /b}
              needs: boss
              why: Because.
            - {permit: dir.list, where: {path: /c}}
        """
    )
    assert list(policy.rules) == ["g.1", "mine", "g.3"]
    mine = policy.rules["mine"]
    assert (mine.group, mine.effect, mine.needs, mine.why, mine.remedy, mine.line) == (
        "g",
        "ask",
        "boss",
        "Because.",
        "",
        9,
    )
    assert policy.rules["g.1"].remedy == "Look elsewhere."


@pytest.mark.parametrize(
    ("rule", "code", "message"),
    [
        ("{where: {path: /a}}", "E-KEY", "a rule has one of"),
        ("{permit: dir.list, forbid: dir.list, where: {path: /a}, why: x}", "E-KEY", "and this has 2"),
        ("{forbid: dir.list}", "E-KEY", "a forbid needs `why`"),
        ("{ask: dir.list, where: {path: /a}, why: x}", "E-KEY", "an ask needs `needs`"),
        ("{ask: dir.list, where: {path: /a}, needs: boss}", "E-KEY", "an ask needs `why`"),
        ("{permit: dir.list, where: {path: /a}, needs: boss}", "E-KEY", "a permit needs nobody"),
        ("{permit: dir.list, where: {path: /a}, unless: {path: /a}}", "E-KEY", "a permit has no `unless`"),
        ("{forbid: dir.list, unless: {path: any}, why: x}", "E-DEAD", "always holds"),
        ("{permit: dir.list, where: [a]}", "E-KEY", "`where` is a list"),
        ("{permit: {dir.list: {path: /a}}}", "E-KEY", "a verb list is one word"),
        ("{permit: [dir.list, dir.list], where: {path: /a}}", "E-DUP", "`dir.list` twice"),
        ("{id: a b, permit: dir.list, where: {path: /a}}", "E-KEY", "is no id"),
        ("{id: [a], permit: dir.list, where: {path: /a}}", "E-KEY", "`id` is a list"),
        ("just text", "E-KEY", "a rule is a mapping"),
        ("{permit: sql.query, where: {table: any}}", "E-VERB", "`sql.query`"),
        ("{permit: nothing}", "E-VERB", "`nothing`"),
    ],
)
def test_refused(rule: str, code: str, message: str) -> None:
    found = problem(APPROVALS + f"rules: {{g: [{rule}]}}\n")
    assert (found.code, found.line) == (code, 4)
    assert message in found.message


def test_an_id_is_given_once() -> None:
    found = problem(
        "rules: {g: [{id: a, permit: dir.list, where: {path: /a}}, {id: a, permit: dir.list, where: {path: /b}}]}\n"
    )
    assert (found.code, found.message) == ("E-DUP", "`a` is the id of the rule at line 3")


def test_groups_are_lists() -> None:
    assert problem("rules: {g: {permit: dir.list}}\n").code == "E-KEY"
    assert problem("rules: [a]\n").code == "E-KEY"


def test_unless_lifts_a_forbid_in_each_of_its_cases() -> None:
    policy = load(
        "rules: {g: [{permit: money.payment, where: {account: any, payee: any, amount: any}},"
        " {id: f, forbid: money.payment, unless: {payee: [a, b], amount: {max: 5.00 USD}}, why: x}]}\n"
    )
    pay = {"account": "m", "payee": "a", "amount": "5.00 USD", "idempotency_key": "k"}
    assert kind(policy, "money.payment", **pay) == "permit"
    assert kind(policy, "money.payment", **(pay | {"payee": "c"})) == "never"
    assert kind(policy, "money.payment", **(pay | {"amount": "5.00 EUR"})) == "never"
    policy = load(
        "rules: {g: [{permit: money.payment, where: {account: any, payee: any, amount: any}},"
        " {id: f, forbid: money.payment, unless: {amount: [{max: 5.00 USD}, {max: 4.00 EUR}]}, why: x}]}\n"
    )
    assert len(only(policy, "f").unless) == 2
    said = {money: kind(policy, "money.payment", **(pay | {"amount": money})) for money in ("5.00 USD", "4.00 EUR")}
    assert set(said.values()) == {"permit"}
    for money in ("5.01 USD", "4.01 EUR", "1.00 GBP"):
        assert kind(policy, "money.payment", **(pay | {"amount": money})) == "never"


def test_alternatives_multiply_up_to_a_limit() -> None:
    optional = ", ".join(f"i{number}: int" for number in range(7))
    tests = ", ".join(f"i{number}: [none, 1]" for number in range(7))
    tool = f"tools: {{t: {{effect: read, optional: {{{optional}}}}}}}\n"
    assert problem(tool + f"rules: {{g: [{{permit: t, where: {{{tests}}}}}]}}\n").code == "E-CELLS"
    fewer = tests.rsplit(", i6", 1)[0]
    assert len(rules(load(tool + f"rules: {{g: [{{permit: t, where: {{{fewer}}}}}]}}\n"), "g.1")) == 64


def test_the_index_stays_small() -> None:
    hosts = ", ".join(f"h{number}.example" for number in range(3000))
    paths = ", ".join(f"/p{number}" for number in range(900))
    body = f"rules: {{g: [{{permit: http.request, where: {{host: [{hosts}], path: [{paths}], method: GET}}}}]}}\n"
    assert problem(body).code == "E-CELLS"


def test_unknown_never_helps_and_counts_against_permission() -> None:
    policy = load(
        "tools: {r: {is: file.read, args: {f: {path: /}}, map: {path: f}}}\n"
        "rules: {g: [{id: p, permit: file.read, where: {path: /a/**, bytes: {max: 1 KiB}}},"
        " {id: f, forbid: file.read, where: {path: /b/**, bytes: {above: 1 KiB}}, why: x},"
        " {permit: r, where: {path: /b/**}}]}\n"
    )
    assert kind(policy, "file.read", path="/a/x", max_bytes=10) == "permit"
    assert kind(policy, "r", f="/a/x") != "permit"  # the tool says nothing of bytes
    assert kind(policy, "r", f="/b/x") == "never"


def test_sql_is_decided_on_what_the_engine_says() -> None:
    policy = load(
        "rules: {g: [{permit: sql.read, where: {table: d.main.t, column: [a, b], rows: {max: 10}}},"
        " {permit: sql.call, where: {function: count}}, {forbid: sql.read, where: {column: secret}, why: x}]}\n"
    )
    place = {"table": ("d", "main", "t")}
    names = {"table": "d.main.t", "via": ""}
    assert judge(policy, part("sql.read", names | {"column": "a"}, place, rows=10)) == "permit"
    assert judge(policy, part("sql.read", names | {"column": "a"}, place, rows=11)) == "fix"
    assert judge(policy, part("sql.read", names | {"column": "secret"}, place, rows=1)) == "never"
    assert judge(policy, part("sql.call", {"function": "load"}, rows=1)) == "fix"


def test_free_axes_are_listed() -> None:
    policy = load(
        "rules: {g: [{permit: http.request, where: {host: a.example, path: any, method: GET}},"
        " {permit: file.read, where: {path: /a}}, {forbid: dir.list, why: x}]}\n"
    )
    assert free_axes(policy) == {"g.1": ("bytes_in", "bytes_out", "path", "query"), "g.2": ("bytes",)}


def test_a_file_of_too_many_rules_is_not_read_to_its_end() -> None:
    rule = "  - {permit: dir.list, where: {path: /a}}\n"
    found = problem("rules:\n g:\n" + rule * 30_000 + " h:\n" + rule * 30_000 + "nonsense: [1, 2\n")
    assert (found.code, found.line) == ("E-CELLS", 50_006)
    assert "more than 50000 rules" in found.message
    assert "sets" in found.remedy
