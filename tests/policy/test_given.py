"""`given` in examples: what the session remembers when the example is decided."""

from __future__ import annotations

import pytest

from havocproof.policy import run_examples
from tests.policy.support import load, problem, problems

POLICY = """\
tools:
  get: {effect: read, args: {id: name}}
  pay: {effect: pay, args: {id: name, card: name, amount: {decimal: EUR}, note: text}, optional: {flag: bool}}
  close: {effect: change, args: {n: int}}
  check: {effect: read}
  look: {effect: read}
  tell: {effect: send}
  raise: {effect: change, args: {repo: name}}
  merge: {effect: change, args: {repo: name}}
records:
  said: {from: prompt, fields: {phrases: {find: phrases}, amounts: {find: amount}, days: {find: date}}}
  desk: {from: host, fields: {open: {one: bool}, from: {one: host}}}
  order:
    key: {id: /id}
    from: {tool: get}
    fields:
      state: {one: [open, shut], at: /s}
      cards: {many: name, at: /c/*}
      total: {one: {decimal: EUR}, at: /t}
      tries: {one: int, at: /n}
      sizes: {many: int, at: /z/*}
facts:
  checked: {by: check}
  raised: {by: raise, per: repo}
labels:
  seen: {from: look, guards: tell}
approvals:
  boss: {role: boss, people: 2, within: 1d}
  self: {role: session-user, people: 1, within: 1h}
  both: {all_of: [{role: boss, people: 1}, {role: risk, people: 2}], within: 4h}
agents:
  lead: {uses: [low], delegates: [high], starts: [helper]}
  helper: {uses: [high]}
rules:
  low:
    - {permit: [get, look, check, raise, tell]}
    - id: small
      permit: pay
      where: {card: $order.cards, amount: {max: $order.total}}
      when: {order: {state: open}, desk: {open: true}}
    - {id: said, permit: pay, where: {note: $said.phrases, amount: $said.amounts}}
    - {id: large, ask: pay, where: {card: big}, needs: both, why: Large.}
    - {id: own, ask: pay, where: {card: own}, needs: self, why: Yours.}
    - {id: two, ask: pay, where: {card: two}, needs: boss, why: Two.}
    - {id: merge, permit: merge, when: {after: raised}}
    - {id: never, forbid: close, when: {never_after: checked}, why: Check first.}
  high:
    - {id: close, permit: close}
    - {id: few, forbid: close, when: {order: {tries: {above: 3}, by: n}}, why: Often.}
budgets:
  money: {amount: 100.00 EUR, of: pay, per: [user], every: 1d}
  calls: {count: 3, of: look, per: [run, agent]}
rates:
  slow: {of: check, burst: 1, every: 1s, per: [run]}
"""
PAY = "{pay: {id: W1, card: c1, amount: 5.00 EUR, note: hi}}"
ORDER = "order(W1): {state: open, cards: [c1, c2], total: 5.00 EUR}"
OPEN = "desk.open: true"


def result(do: str, given: str, expect: str = "permit") -> str:
    policy = load(f"{POLICY}examples:\n  - do: {do}\n    given: {{{given}}}\n    expect: {expect}\n")
    (found,) = run_examples(policy)
    return found.got


@pytest.mark.parametrize(
    ("do", "given", "got"),
    [
        (PAY, f"{ORDER}, {OPEN}", "permit by small"),
        (PAY, f"{ORDER}", "deny first"),
        (PAY, f"order(W2): {{state: open, cards: c1, total: 5.00 EUR}}, {OPEN}", "deny fix"),
        (PAY, f"order(W1).state: open, order(W1).cards: c1, order(W1).total: 6.00 EUR, {OPEN}", "permit by small"),
        (PAY, f"order(W1): {{state: shut, cards: c1, total: 5.00 EUR}}, {OPEN}", "deny unpermitted"),
        (PAY, f"order(W1): {{state: open, cards: c1, total: 4.99 EUR}}, {OPEN}", "deny fix"),
        (PAY, f"order(W1): {{state: open, cards: c2, total: 5.00 EUR}}, {OPEN}", "deny fix"),
        (PAY, "said: {phrases: [hi, ho], amounts: 5.00 EUR}", "permit by said"),
        (PAY, "said.phrases: hi, said.amounts: [6.00 EUR]", "deny fix"),
        (PAY, "said.phrases: [hi]", "deny first"),
        ("{merge: {repo: a}}", "facts: [raised(a)]", "permit by merge"),
        ("{merge: {repo: a}}", "facts: {raised(a): done}", "permit by merge"),
        ("{merge: {repo: a}}", "facts: {raised(a): begun}", "deny first"),
        ("{merge: {repo: a}}", "facts: [raised(b)]", "deny first"),
        ("{close: {n: 1}}", "agent: helper, facts: [checked]", "deny first"),
        ("{close: {n: 1}}", "agent: helper, facts: [checked], order(1).tries: 3", "permit by close"),
        ("{close: {n: 1}}", "agent: helper, facts: [checked], order(1).tries: 4", "deny never"),
        ("{close: {n: 1}}", "agent: helper, order(1).tries: 3", "deny never"),
        ("{close: {n: 1}}", "facts: [checked], order(1).tries: 3", "deny unpermitted"),
        ("tell", "facts: [checked]", "permit by low.1"),
        ("tell", "labels: [seen]", "deny never"),
        ("tell", "labels: seen", "deny never"),
        ("look", "spent: {calls: 2}", "permit by low.1"),
        ("look", "spent: {calls: 3}", "deny later"),
        (PAY, f"{ORDER}, {OPEN}, spent: {{money: 95.00 EUR}}", "permit by small"),
        (PAY, f"{ORDER}, {OPEN}, spent: {{money: 95.01 EUR}}", "deny later"),
        (PAY.replace("c1", "big"), "facts: [checked]", "ask both"),
        (PAY.replace("c1", "big"), "approved: [both]", "permit by large"),
        (PAY.replace("c1", "big"), "approved: [boss]", "ask both"),
        (PAY.replace("c1", "own"), "approved: self", "permit by own"),
        (PAY.replace("c1", "own"), "approved: [boss, both]", "ask self"),
        (PAY.replace("c1", "two"), "approved: [boss]", "permit by two"),
    ],
)
def test_what_is_given_is_remembered(do: str, given: str, got: str) -> None:
    assert result(do, given) == got


def test_each_example_has_a_session_of_its_own() -> None:
    policy = load(
        f"{POLICY}examples:\n"
        f"  - {{do: tell, given: {{labels: [seen]}}, expect: deny never}}\n"
        f"  - {{do: tell, expect: permit}}\n"
        f"  - {{do: look, given: {{spent: {{calls: 3}}}}, expect: deny later}}\n"
        f"  - {{do: look, expect: permit}}\n"
    )
    assert [each.passed for each in run_examples(policy)] == [True] * 4


@pytest.mark.parametrize(
    ("given", "code", "message"),
    [
        ("x", "E-KEY", "`given` is text"),
        ("{ordr(W1): {state: open}}", "E-REF", "`given` knows no `ordr(W1)`"),
        ("{order: {state: open}}", "E-KEY", "the record `order` has a key"),
        ("{order.state: open}", "E-KEY", "the record `order` has a key"),
        ("{said(W1): {phrases: a}}", "E-KEY", "the record `said` has no key"),
        ("{order(): {state: open}}", "E-PAT", "the key of `order` is empty"),
        ("{order(W1): open}", "E-KEY", "`order(W1)` is text"),
        ("{order(W1).stat: open}", "E-REF", "no field `stat`"),
        ("{order(W1): {stat: open}}", "E-REF", "no field `stat`"),
        ("{order(W1): {state: opn}}", "E-REF", "`opn` is none of the declared values"),
        ("{order(W1): {state: [open]}}", "E-KEY", "`state` holds one value"),
        ("{order(W1): {cards: {a: b}}}", "E-REF", "is a mapping where a value stands"),
        ("{order(W1): {total: 5 EUR}}", "E-REF", "decimals"),
        ("{order(W1): {total: 5.00 USD}}", "E-REF", "another currency"),
        ("{order(W1): {tries: x}}", "E-REF", "no integer"),
        ("{order(W1).state: open, order(W1): {state: shut}}", "E-DUP", "given already"),
        ("{said.amounts: 5}", "E-REF", "no amount"),
        ("{said.days: 2026-02-30}", "E-REF", "no date"),
        ("{desk.open: yes}", "E-REF", "no truth value"),
        ("{desk.from: A.example}", "E-REF", "normal form"),
        ("{facts: [chekd]}", "E-REF", "no fact `chekd`"),
        ("{facts: [raised]}", "E-KEY", "kept per repo"),
        ("{facts: [checked(a)]}", "E-KEY", "the run alone"),
        ("{facts: {checked: maybe}}", "E-KEY", "`done` or `begun`"),
        ("{labels: [sen]}", "E-REF", "no label `sen`"),
        ("{agent: trader}", "E-REF", "no agent `trader`"),
        ("{agent: [lead]}", "E-KEY", "`agent` is a list"),
        ("{spent: [money]}", "E-KEY", "`spent` is a list"),
        ("{spent: {mony: 1.00 EUR}}", "E-REF", "no budget `mony`"),
        ("{spent: {money: 1.00 USD}}", "E-INT", "another currency"),
        ("{spent: {money: 1}}", "E-INT", "no amount"),
        ("{spent: {calls: -1}}", "E-INT", "below zero"),
        ("{spent: {calls: [1]}}", "E-INT", "no integer"),
        ("{spent: {slow: 1}}", "E-INT", "of a rate"),
        ("{approved: [bos]}", "E-REF", "no approval `bos`"),
    ],
)
def test_refused(given: str, code: str, message: str) -> None:
    found = problem(f"{POLICY}examples:\n  - do: look\n    given: {given}\n    expect: permit\n")
    assert found.code == code, found
    assert message in found.message, found
    assert found.remedy


def test_numbers_of_records_with_many_of_them() -> None:
    policy = load(f"{POLICY}examples:\n  - {{do: look, given: {{order(W1).sizes: [1, -2]}}, expect: permit}}\n")
    (record,) = policy.examples[0].given.records.values()
    assert record.names == {"sizes": frozenset({"1", "-2"})}


def test_a_record_with_a_problem_brings_no_second_one() -> None:
    body = "records: {r: {from: prompt, fields: {v: {find: x}}}}\nrules: {g: [{permit: dir.list, where: {path: /a}}]}\n"
    example = "examples: [{do: {dir.list: {path: /a}}, given: {r.v: a}, expect: permit}]\n"
    assert [each.code for each in problems(body + example)] == ["E-REF"]
