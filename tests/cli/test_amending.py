"""The lines that `explain` names are those that keep an action from being permitted: the kernel agrees, both ways."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from havocproof.cli.explaining import explained
from havocproof.cli.main import main
from havocproof.kernel.source import Rule
from havocproof.policy import Policy, loads_policy

POLICY = """havocproof: 1
policy: desk
approvals:
  boss: {role: boss, people: 1, within: 1d}
  risk: {role: risk, people: 1, within: 1d}
rules:
  files:
    - {id: notes, permit: [file.read, file.write], where: {path: /desk/notes/**, bytes: {max: 1 KiB}}}
    - {id: keys, forbid: [file.read, file.write], where: {within: .ssh}, why: Keys are not for agents.}
    - {id: hidden, forbid: file.read, where: {name: .env}, why: Settings are not for agents.}
    - {id: archive, forbid: file.write, where: {path: /desk/notes/old/**}, needs: risk, why: Old notes are kept.}
  pay:
    - {id: small, permit: money.payment, where: {account: costs, payee: "acct:a", amount: {max: 5.00 USD}}}
    - {id: large, ask: money.payment, where: {account: costs, payee: any, amount: {above: 5.00 USD, max: 90.00 USD}},
       needs: boss, why: Large.}
    - {id: strangers, forbid: money.payment, unless: {payee: "acct:a"}, needs: risk, why: Only a.}
budgets:
  month: {amount: 50.00 USD, of: money.payment, per: [run], soft: {above: 20.00 USD, needs: boss}}
"""


@pytest.fixture(scope="module")
def policy() -> Policy:
    return loads_policy(POLICY)


def read(path: str, most: int = 9) -> dict[str, Any]:
    return {"action": "file.read", "args": {"path": path, "max_bytes": most}}


def write(path: str) -> dict[str, Any]:
    return {"action": "file.write", "args": {"path": path, "content": "x"}}


def pay(payee: str, amount: str) -> dict[str, Any]:
    args = {"account": "costs", "payee": payee, "amount": f"{amount} USD", "idempotency_key": "k"}
    return {"action": "money.payment", "args": args}


def said(policy: Policy, action: dict[str, Any]) -> dict[str, Any]:
    return explained(policy, json.dumps(action).encode())


def amended(policy: Policy, changes: Collection[dict[str, Any]]) -> Policy:
    """The policy with its lines changed as they are said to have to be."""
    rules = list(policy.source.rules)
    for change in changes:
        rules = [each for rule in rules for each in _changed(policy, rule, change)]
    return replace(policy, source=replace(policy.source, rules=tuple(rules)))


def _changed(policy: Policy, rule: Rule, change: dict[str, Any]) -> list[Rule]:
    if rule.id != change["rule"] or rule.effect in ("charge", "leave"):
        return [rule]
    if change["effect"] == "forbid":
        return []
    if "admits another" in change["how"]:
        lowered = next(each for each in policy.lowered if each.rule == rule)
        kept = tuple(
            test for test, axis in zip(rule.tests, lowered.axes, strict=True) if f"another {axis}" not in change["how"]
        )
        rule = replace(rule, tests=kept, unless=())
    if "instead of asking" in change["how"]:
        rule = replace(rule, effect="permit", needs="")
    return [rule]


CASES = {
    "nothing is near": (write("/elsewhere"), ["notes"]),
    "one forbid": (read("/desk/notes/.ssh"), ["keys"]),
    "two forbids": (read("/desk/notes/.ssh/.env"), ["keys", "hidden"]),
    "forbids and a miss": (read("/desk/.ssh/.env"), ["notes", "keys", "hidden"]),
    "two axes": (read("/desk", 9999), ["notes"]),
    "a forbid that waits": (write("/desk/notes/old/a"), ["archive"]),
    "an ask": (pay("acct:a", "9.00"), ["large"]),
    "an ask and a forbid that waits": (pay("acct:b", "9.00"), ["large", "strangers"]),
    "a miss and a forbid that waits": (pay("acct:b", "99.00"), ["large", "strangers"]),
}


@pytest.mark.parametrize(("action", "rules"), CASES.values(), ids=CASES.keys())
def test_the_lines_that_are_named_are_enough_and_each_is_needed(
    policy: Policy, action: dict[str, Any], rules: list[str]
) -> None:
    found = said(policy, action)
    assert found["verdict"] != "permit"
    assert [each["rule"] for each in found["change"]] == rules
    free = replace(policy, source=replace(policy.source, rules=tuple(_uncounted(policy))))
    assert said(amended(free, found["change"]), action)["verdict"] == "permit"
    for some in combinations(found["change"], len(rules) - 1):
        assert said(amended(free, some), action)["verdict"] != "permit"


def _uncounted(policy: Policy) -> list[Rule]:
    """The rules without those that count: what budgets say is told, and nothing here changes them."""
    return [rule for rule in policy.source.rules if rule.effect != "charge"]


def test_of_a_permitted_action_no_line_is_named(policy: Policy) -> None:
    assert said(policy, read("/desk/notes/a"))["change"] == []
    assert said(policy, pay("acct:a", "4.00"))["change"] == []


def test_budgets_are_named_where_they_refuse_or_ask(policy: Policy) -> None:
    wide = loads_policy(
        POLICY.replace("{max: 5.00 USD}", "{max: 90.00 USD}")
        .replace("    - {id: large", "    - {id: large2")
        .replace("payee: any, amount: {above: 5.00 USD, max: 90.00 USD}", "payee: any, amount: {above: 95.00 USD}")
    )
    soft = said(wide, pay("acct:a", "30.00"))
    assert soft["verdict"] == "ask"
    assert [(each["rule"], each["how"]) for each in soft["change"]] == [
        ("month", "does not ask above 20.00 USD any more")
    ]
    hard = said(wide, pay("acct:a", "60.00"))
    assert hard["verdict"] == "deny later"
    assert ("month", "has more room: 50.00 USD") in [(each["rule"], each["how"]) for each in hard["change"]]


def test_where_nothing_is_near_a_new_rule_is_named(policy: Policy) -> None:
    (only,) = said(policy, {"action": "dir.list", "args": {"path": "/desk"}})["change"]
    assert (only["rule"], only["line"]) == ("", 0)
    assert "permits dir.list" in only["how"]


def test_the_command_tells_rule_line_and_what_it_would_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("p.yaml").write_text(POLICY)
    Path("a.json").write_text(json.dumps(read("/desk/.ssh")))
    assert main(["explain", "p.yaml", "a.json"]) == 0
    head = "lines that would have to change for this to be permitted, all of them:\n"
    assert capsys.readouterr().out.partition(head)[2].splitlines() == [
        "rule   line      so that it",
        "notes  p.yaml:8  admits another path (now /desk/notes/**)",
        "keys   p.yaml:9  does not forbid this any more",
    ]
