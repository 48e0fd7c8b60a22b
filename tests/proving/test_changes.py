"""What two policies declare differently: told for each kind, as wider where it is, and not where nothing changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from havocproof.policy import load_policy, loads_policy
from havocproof.proving.changes import changes

BASE = """havocproof: 1
policy: desk
approvals:
  boss: {role: boss, people: 2, within: 1d, may_widen: {same: [payee], uses: 5, for: 1d}}
  both: {all_of: [{role: boss, people: 1}, {role: risk, people: 1}], within: 1h}
tools:
  order: {effect: read, args: {id: name}}
  ship: {effect: send, args: {to: name}}
records:
  orders: {from: {tools: [order]}, fields: {state: {one: name, at: /state}}}
facts:
  tested: {by: order, until: [file.write]}
labels:
  web: {from: http.request, guards: [all.pay]}
agents:
  lead: {uses: [files, work], delegates: [pay], starts: [clerk]}
  clerk: {uses: [pay], share: {month: 5.00 USD}}
rules:
  files:
    - {id: read, permit: [file.read, file.write], where: {path: /desk/**}}
    - {id: web, permit: http.request, where: {host: a.example, path: any, method: GET}}
  work:
    - {id: order, permit: order, where: {id: any}}
    - {id: ship, permit: ship, where: {to: any}, when: {after: tested}}
  pay:
    - {id: small, permit: money.payment, where: {account: costs, payee: any, amount: {max: 5.00 USD}}}
    - {id: large, ask: money.payment, where: {account: costs, payee: any, amount: {above: 5.00 USD}}, needs: boss,
       why: L.}
    - {id: many, ask: money.refund, where: {account: costs, payee: any, amount: any}, needs: both, why: M.}
budgets:
  month: {amount: 90.00 USD, of: money.payment, per: [tenant, agent], every: month}
  calls: {count: 9, of: file.read, per: [session], soft: {above: 5, needs: both}}
rates:
  reads: {of: file.read, burst: 9, every: 3s, per: [session]}
redact:
  - {of: order, fields: [id], for: [journal], show: digest}
"""


CASES = {
    "a limit raised": (
        "90.00 USD",
        "91.00 USD",
        "wider",
        "budget `month` is raised from 90.00 USD every month to 91.00",
    ),
    "a limit lowered": ("90.00 USD", "89.00 USD", "narrower", "budget `month` is lowered"),
    "a shorter window": ("every: month", "every: 1d", "wider", "budget `month` is raised"),
    "another window": (
        "every: month",
        "every: 30d",
        "wider",
        "budget `month` is changed from 90.00 USD every month to 90",
    ),
    "windows that do not join": ("every: month", "every: 5h", "wider", "budget `month` is changed"),
    "a longer window": (
        ", every: month",
        "",
        "narrower",
        "budget `month` is lowered from 90.00 USD every month to 90.00 USD",
    ),
    "counted more finely": (
        "per: [session], soft",
        "per: [session, tenant], soft",
        "wider",
        "holds per session, tenant",
    ),
    "counted more coarsely": (
        "per: [tenant, agent], every",
        "per: [agent], every",
        "narrower",
        "budget `month` holds per",
    ),
    "counts fewer": ("of: file.read, per", "of: dir.list, per", "changed", "budget `calls` counts other actions"),
    "counts more": ("of: file.read, per", "of: [file.read, file.write], per", "narrower", "budget `calls` counts more"),
    "counts another measure": (
        "{count: 9, of: file.read, per: [session], soft: {above: 5, needs: both}}",
        "{bytes: 9 KiB, of: file.read, per: [session]}",
        "changed",
        "budget `calls` counts bytes",
    ),
    "nobody is asked": (", soft: {above: 5, needs: both}", "", "wider", "above 5 of budget `calls` nobody is asked"),
    "asked later": ("above: 5, needs", "above: 6, needs", "wider", "asks `both` above 6, before `both` above 5"),
    "asked earlier": ("above: 5, needs", "above: 4, needs", "narrower", "asks `both` above 4"),
    "another is asked": ("above: 5, needs: both", "above: 5, needs: boss", "wider", "asks `boss` above 5"),
    "a budget is gone": ("  calls: {", "  called: {", "wider", "budget `calls` (9) is gone"),
    "a budget is new": ("  calls: {", "  called: {", "narrower", "budget `called` (9) is new"),
    "a larger burst": ("burst: 9", "burst: 10", "wider", "rate `reads` is raised from 9 at once"),
    "a quicker rate": ("every: 3s", "every: 2s", "wider", "rate `reads` is raised"),
    "a burst for a pace": ("burst: 9, every: 3s", "burst: 10, every: 9s", "wider", "rate `reads` is changed"),
    "fewer people": ("people: 2", "people: 1", "wider", "approval `boss` is weakened: 1 of `boss` instead of 2"),
    "more people": ("people: 2", "people: 3", "narrower", "approval `boss` is strengthened"),
    "a role is dropped": (
        ", {role: risk, people: 1}",
        ", {role: vice, people: 1}",
        "wider",
        "approval `both` is weakened",
    ),
    "longer valid": ("within: 1h", "within: 2h", "wider", "approval `both` is waited for longer"),
    "an allowance": ("uses: 5", "uses: 6", "wider", "more or other calls of rule `large`"),
    "a smaller allowance": ("uses: 5", "uses: 4", "narrower", "fewer calls of rule `large`"),
    "no allowance": (
        ", may_widen: {same: [payee], uses: 5, for: 1d}",
        "",
        "narrower",
        "single calls of rule `large` only",
    ),
    "more groups": (
        "clerk: {uses: [pay]",
        "clerk: {uses: [pay, work]",
        "wider",
        "agent `clerk` uses the groups `work`, too",
    ),
    "fewer groups": (
        "uses: [files, work], delegates: [pay], starts: [clerk]}\n  clerk: {uses: [pay]",
        "uses: [files], delegates: [pay, work], starts: [clerk]}\n  clerk: {uses: [pay, work]",
        "narrower",
        "agent `lead` uses the groups `work` no longer",
    ),
    "passes on more": ("delegates: [pay]", "delegates: [pay, files]", "wider", "may pass on the groups `files`, too"),
    "a larger share": (
        "month: 5.00 USD",
        "month: 6.00 USD",
        "wider",
        "the share of budget `month` of each `clerk` is 6.00",
    ),
    "a smaller share": (
        "month: 5.00 USD",
        "month: 4.00 USD",
        "narrower",
        "the share of budget `month` of each `clerk` is 4.00",
    ),
    "no share": (
        ", share: {month: 5.00 USD}",
        "",
        "wider",
        "the share of budget `month` of each `clerk` (5.00 USD) is gone",
    ),
    "a new kind": ("starts: [clerk]}", "starts: [clerk, aide]}\n  aide: {uses: [pay]}", "wider", "agent `aide` is new"),
    "set by others": (
        "tested: {by: order",
        "tested: {by: ship",
        "changed",
        "fact `tested` is set or reset by other actions",
    ),
    "reset by fewer": (", until: [file.write]}", "}", "changed", "fact `tested` is set or reset by other actions"),
    "a label from fewer": (
        "web: {from: http.request",
        "web: {from: sql.read",
        "changed",
        "label `web` is set or reset",
    ),
    "a label from more": (
        "web: {from: http.request",
        "web: {from: [http.request, sql.read]",
        "narrower",
        "by more actions",
    ),
    "a label is renamed": ("  web: {from", "  net: {from", "forgets", "label `web` is gone"),
    "a record is renamed": ("  orders: {from", "  bought: {from", "forgets", "record `orders` is gone"),
    "a record from elsewhere": ("at: /state", "at: /mood", "changed", "record `orders` is filled otherwise"),
    "a tool does other things": (
        "ship: {effect: send",
        "ship: {effect: read",
        "changed",
        "tool `ship` stands for other",
    ),
    "less is hidden": ("show: digest", "show: last4", "changed", "what is hidden"),
}


@pytest.mark.parametrize(("before", "after", "effect", "text"), CASES.values(), ids=CASES.keys())
def test_a_change_is_told_for_what_it_does(before: str, after: str, effect: str, text: str) -> None:
    assert BASE.count(before) == 1
    found = changes(loads_policy(BASE), loads_policy(BASE.replace(before, after)))
    assert (effect, True) in [(each.effect, text in each.text) for each in found], found


def test_what_is_wider_one_way_is_not_narrower_the_other_way() -> None:
    for before, after, effect, _ in CASES.values():
        if effect == "narrower":
            back = changes(loads_policy(BASE.replace(before, after)), loads_policy(BASE))
            assert any(each.effect != "narrower" for each in back), (before, back)


@pytest.mark.parametrize(
    ("before", "after", "effect"),
    [
        ("1d", "month", "narrower"),
        ("12h", "1d", "narrower"),
        ("2d", "month", "wider"),
        ("3h", "5h", "wider"),
        ("5h", "3h", "wider"),
        ("2h", "1h", "wider"),
    ],
)
def test_a_window_is_narrower_only_if_it_is_made_of_whole_ones(before: str, after: str, effect: str) -> None:
    """Else a limit can be used up at the end of one window and again at the beginning of the next."""
    old, new = (loads_policy(BASE.replace("every: month", f"every: {each}")) for each in (before, after))
    (found,) = changes(old, new)
    assert found.effect == effect, found


def test_what_only_moves_is_no_change() -> None:
    moved = "# a comment\n" + BASE.replace("rules:\n", "\n\nrules:\n")
    assert changes(loads_policy(BASE), loads_policy(moved)) == ()
    assert changes(loads_policy(BASE), loads_policy(BASE)) == ()


def test_rules_alone_are_no_change_of_declarations() -> None:
    """Regions tell of rules."""
    assert changes(loads_policy(BASE), loads_policy(BASE.replace("{max: 5.00 USD}", "{max: 7.00 USD}"))) == ()


def test_a_guards_declarations_stand_in_its_file(tmp_path: Path) -> None:
    guard = """havocproof: 1
policy: firm
kind: guard
rules:
  firm:
    - {id: stays, forbid: file.read, where: {path: /desk/people/**}, why: It stays.}
budgets:
  day: {count: 9, of: file.read, per: [tenant], every: 1d}
"""
    for name, limit in (("old", 9), ("new", 10)):
        (tmp_path / name / "layers").mkdir(parents=True)
        (tmp_path / name / "layers" / "firm.yaml").write_text(guard.replace("count: 9", f"count: {limit}"))
        under = BASE.replace("policy: desk\n", "policy: desk\nunder: [layers/firm.yaml]\n")
        (tmp_path / name / "desk.yaml").write_text(under)
    (found,) = changes(*(load_policy(tmp_path / name / "desk.yaml") for name in ("old", "new")))
    assert (found.name, found.effect, found.file, found.line) == ("firm/day", "wider", "layers/firm.yaml", 8)


def test_each_change_names_its_line() -> None:
    found = changes(
        loads_policy(BASE), loads_policy(BASE.replace("90.00 USD", "91.00 USD").replace("people: 2", "people: 1"))
    )
    lines = BASE.splitlines()
    assert [lines[each.line - 1].split(":")[0].strip() for each in found] == ["month", "boss"]
