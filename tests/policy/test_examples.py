"""Examples in the policy file: how they are written, how they are decided, what is refused."""

from __future__ import annotations

import pytest

from havocproof.policy import run_examples
from tests.policy.support import APPROVALS, load, problem

POLICY = (
    APPROVALS
    + """\
tools:
  pay:
    is: money.payment
    args: {to: name, amount: {decimal: EUR}, day: date}
    optional: {urgent: bool, times: int, refs: {list: name, max: 3}, at: {object: {city: name}}}
    map: {account: {const: main}, payee: to, amount: amount}
rules:
  g:
    - {id: small, permit: pay, where: {account: any, payee: any, amount: {max: 5.00 EUR}}}
    - {ask: pay, where: {account: any, payee: any, amount: {above: 5.00 EUR}}, needs: boss, why: Large.}
    - {id: never, forbid: pay, where: {urgent: true}, why: Never urgent.}
    - {id: read, permit: file.read, where: {path: /a/**, bytes: {max: 1 KiB}}}
    - {id: rows, permit: sql.read, where: {table: d.main.t, column: any, rows: {max: 10}}}
    - {id: call, permit: model.call, where: {model: m}}
    - {id: mail, permit: message.send, where: {channel: mail, recipient: "*@x.example"}}
budgets:
  b: {count: 1, of: pay, per: run}
"""
)


@pytest.mark.parametrize(
    ("do", "expect", "passed"),
    [
        ("{pay: {to: X, amount: 5.00 EUR, day: 2026-11-23}}", "permit by small", True),
        ("{pay: {to: X, amount: 5.00 EUR, day: 2026-11-23}}", "permit", True),
        ("{pay: {to: X, amount: 5.00 EUR, day: 2026-11-23}}", "permit by g.2", False),
        ("{pay: {to: X, amount: 5.00 EUR, day: 2026-11-23}}", "ask boss", False),
        ("{pay: {to: X, amount: 5.01 EUR, day: 2026-11-23}}", "ask boss", True),
        ("{pay: {to: X, amount: 5.01 EUR, day: 2026-11-23}}", "ask boss other", False),
        ("{pay: {to: X, amount: 1.00 EUR, day: 2026-11-23, urgent: true}}", "deny never", True),
        ("{pay: {to: X, amount: 1.00 EUR, day: 2026-11-23, urgent: false, times: 3}}", "permit", True),
        ("{pay: {to: X, amount: 1.00 EUR, day: 2026-11-23, refs: [a, b], at: {city: C}}}", "permit", True),
        ("{file.read: {path: /a/b, max_bytes: 1024}}", "permit by read", True),
        ("{file.read: {path: /b, max_bytes: 1024}}", "deny unpermitted", True),
        ("{file.read: {path: /b, max_bytes: 1024}}", "deny fix", True),
        ("{file.read: {path: /b}}", "deny fix", False),
        ("{file.delete: {path: /b}}", "deny unpermitted", True),
        ("{file.delete: {path: /b}}", "deny", True),
        ("{file.delete: {path: /b}}", "deny later", False),
        ("{sql.read: {table: d.main.t, column: c, rows: 10}}", "permit by rows", True),
        ("{sql.read: {table: d.main.t, column: c, rows: 11}}", "deny", True),
        ("{message.send: {channel: mail, recipient: a@x.example}}", "permit by mail", True),
        ("{model.call: {model: m, max_tokens: 5, messages: [{role: user, content: hi}]}}", "permit by call", True),
    ],
)
def test_examples_are_decided_by_the_kernel(do: str, expect: str, passed: bool) -> None:
    policy = load(POLICY + f"examples:\n  - do: {do}\n    expect: {expect}\n")
    (result,) = run_examples(policy)
    assert result.passed == passed, result
    assert result.expected == expect
    assert (result.index, result.line) == (1, policy.examples[0].line)
    assert do.startswith("{" + result.do + ": ")


def test_each_example_starts_with_full_budgets() -> None:
    one = "  - {do: {pay: {to: X, amount: 5.00 EUR, day: 2026-11-23}}, expect: permit}\n"
    assert all(result.passed for result in run_examples(load(POLICY + "examples:\n" + one * 3)))


@pytest.mark.parametrize(
    ("example", "code", "message"),
    [
        ("{do: {dir.list: {path: /a}}}", "E-KEY", "needs `expect`"),
        ("{expect: permit}", "E-KEY", "needs `do`"),
        ("{do: {dir.list: {path: /a}}, expect: permit, gven: x}", "E-KEY", "`gven`"),
        ("{do: {dir.list: {path: /a}}, expect: allow}", "E-KEY", "`allow` is no verdict"),
        ("{do: {dir.list: {path: /a}}, expect: permit by nobody}", "E-REF", "no rule `nobody`"),
        ("{do: {dir.list: {path: /a}}, expect: ask bos}", "E-REF", "no approval `bos`"),
        ("{do: {dir.list: {path: /a}}, expect: deny nver}", "E-REF", "`nver`"),
        ("{do: {dir.list: {path: a}}, expect: deny}", "E-AXIS", "args.path"),
        ("{do: {dir.list: {pth: /a}}, expect: deny}", "E-AXIS", "args.pth"),
        ("{do: {dir.lst: {path: /a}}, expect: deny}", "E-VERB", "`dir.lst`"),
        ("{do: {sql.query: {statement: x}}, expect: deny}", "E-VERB", "`sql.query`"),
        ("{do: {sql.read: {table: d.main.t}}, expect: deny}", "E-AXIS", "lacks `column`"),
        ("{do: {sql.read: {table: t, column: c}}, expect: deny}", "E-AXIS", "on `table`"),
        ("{do: {sql.read: {table: d.main.t, column: [c]}}, expect: deny}", "E-AXIS", "a list on `column`"),
        ("{do: {sql.read: {table: d.main.t, column: c, row: 1}}, expect: deny}", "E-AXIS", "unknown axis `row`"),
        ("{do: {pay: {to: X}}, expect: deny}", "E-AXIS", "args.amount"),
        ("{do: {pay: {to: X, amount: 1.00 EUR, day: 2026-11-23, urgent: yes}}, expect: deny}", "E-AXIS", "truth value"),
        ("{do: {pay: {to: [X], amount: 1.00 EUR, day: 2026-11-23}}, expect: deny}", "E-AXIS", "a list where name"),
        ("{do: {file.read: {path: /a, max_bytes: many}}, expect: deny}", "E-AXIS", "no integer"),
        ("{do: {dir.list: {path: /a}, dir.make: {path: /a}}, expect: deny}", "E-KEY", "one action"),
        ("text", "E-KEY", "an example"),
    ],
)
def test_refused(example: str, code: str, message: str) -> None:
    found = problem(POLICY + f"examples:\n  - {example}\n")
    assert found.code == code, found
    assert message in found.message
    assert found.remedy


def test_examples_are_a_list() -> None:
    assert problem("examples: {do: x}\n").code == "E-KEY"
