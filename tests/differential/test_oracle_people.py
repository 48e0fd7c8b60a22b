"""The oracle on records, people, agents and layers (POLICY.md 2.7, 2.11 to 2.14), on histories made by hand."""

from __future__ import annotations

from typing import Any

import pytest

from havocproof.policy import loads_policy
from tests.differential.oracle import Event, Verdict, decide, read
from tests.differential.oracle_agents import Agent, may_start
from tests.differential.oracle_events import Asked, Ended, History, Noted, Said, Scopes, Vote
from tests.differential.oracle_records import finds
from tests.differential.product import NOON, SCOPES
from tests.differential.test_oracle_session import call, did, fetch, get, says
from tests.differential.values import Amount, Place

HOUR = 3_600_000


def came(time: int, action: dict[str, Any], result: Any, scopes: Scopes | None = None) -> History:
    event = did(time, action, scopes=scopes)
    return [event, Ended(time, event, result)]


RECORDS = """
tools:
  who: {effect: read, args: {mail: name}}
  order: {effect: read, args: {id: name}}
  rows: {effect: read}
  cancel: {effect: pay, args: {id: name, to: name, sum: {decimal: USD}}}
records:
  prompt: {from: prompt, fields: {phrases: {find: phrases}}}
  customer: {from: {tool: who}, write: once, fields: {id: {one: name, at: ""}}}
  order:
    key: {id: /id}
    from: {tools: [order]}
    lasts: 10m
    fields: {state: {one: [open, done], at: /state}, total: {one: {decimal: USD}, at: /total}}
  mine: {key: id, from: host, fields: {orders: {many: name}}}
  paid: {from: {tool: rows, each: /*, only: {sender: me}}, fields: {payees: {many: name, at: /to}}}
sets:
  own: {name: [{of: $mine.orders, by: $customer.id}]}
  known: {name: [$prompt.phrases, $paid.payees]}
approvals: {ann: {role: ann, people: 1, within: 1h}}
rules:
  g:
    - {permit: [who, order, rows]}
    - permit: cancel
      where: {to: $known, sum: {max: $order.total}}
      when: {order: {state: open}}
    - {forbid: cancel, where: {id: {not: $own}}, why: Not yours.}
"""


def known(extra: History | None = None) -> History:
    return [
        *came(NOON - 9, call("who", mail="m"), "c1"),
        *came(NOON - 8, call("order", id="o1"), {"id": "o1", "state": "open", "total": "5.00"}),
        Noted(NOON - 7, SCOPES, "mine", "c1", {"orders": ["o1", "o2"]}),
        Said(NOON - 6, SCOPES, "Send it to Ann Lee, please."),
        *(extra or []),
    ]


def cancel(sum: str = "5.00", **more: str) -> dict[str, Any]:
    return call("cancel", **{"id": "o1", "to": "Ann Lee", "sum": sum} | more)


def test_values_come_from_records() -> None:
    assert says(RECORDS, cancel(), known()) == "permit"
    assert says(RECORDS, cancel("5.01"), known()) == "unpermitted"
    assert says(RECORDS, cancel(to="Ann"), known()) == "permit"
    assert says(RECORDS, cancel(to="Bob"), known()) == "unpermitted"
    paid = came(NOON - 5, call("rows"), [{"sender": "me", "to": "Bob"}, {"sender": "you", "to": "Eve"}])
    assert says(RECORDS, cancel(to="Bob"), known(paid)) == "permit"
    assert says(RECORDS, cancel(to="Eve"), known(paid)) == "unpermitted"
    assert says(RECORDS, cancel(id="o3"), known()) == "never"


def test_what_is_not_recorded_never_helps() -> None:
    assert says(RECORDS, cancel(), []) == "never"
    assert says(RECORDS, cancel(id="o2"), known()) == "unpermitted"
    assert says(RECORDS, cancel(), known(), NOON - 8 + 600_000 - 1) == "permit"
    assert says(RECORDS, cancel(), known(), NOON - 8 + 600_000) == "unpermitted"
    assert says(RECORDS, cancel(), known(), scopes=SCOPES | {"run": "other"}) == "never"


def test_once_latest_and_collected() -> None:
    later = came(NOON - 5, call("who", mail="n"), "c2")
    assert says(RECORDS, cancel(), known(later)) == "permit"
    closed = came(NOON - 5, call("order", id="o1"), {"id": "o1", "state": "done", "total": "5.00"})
    assert says(RECORDS, cancel(), known(closed)) == "unpermitted"
    more: History = [Said(NOON - 5, SCOPES, "Or to Bob.")]
    assert says(RECORDS, cancel(), known(more)) == "permit"
    assert says(RECORDS, cancel(to="Bob"), known(more)) == "permit"
    assert (
        says(RECORDS, cancel(id="o2"), known([Noted(NOON - 5, SCOPES, "mine", "c1", {"orders": ["o2"]})]))
        == "unpermitted"
    )
    assert says(RECORDS, cancel(), known([Noted(NOON - 5, SCOPES, "mine", "c1", {"orders": ["o2"]})])) == "never"


@pytest.mark.parametrize(
    "result", [None, {}, {"id": "o1", "state": "lost", "total": "5.00"}, {"id": 1, "state": "done"}]
)
def test_a_wrong_type_stores_nothing_and_what_was_known_is_forgotten(result: Any) -> None:
    wrong = came(NOON - 5, call("order", id="o1"), result)
    assert says(RECORDS, cancel(), known(wrong)) == "unpermitted"
    again = came(NOON - 4, call("order", id="o1"), {"id": "o1", "state": "open", "total": "5.00"})
    assert says(RECORDS, cancel(), known([*wrong, *again])) == "permit"
    assert says(RECORDS, cancel(), known(came(NOON - 5, call("who", mail="m"), result))) == "permit"


def test_rows_with_keys_stand_alone_and_rows_without_stand_together() -> None:
    rows = RECORDS.replace("from: {tools: [order]}", "from: {tools: [rows], each: /*}")
    good, bad = {"id": "o1", "state": "open", "total": "5.00"}, {"id": "o2", "state": "lost", "total": "5.00"}
    told = [*known(), *came(NOON - 5, call("rows"), [good, bad])]
    assert says(rows, cancel(), told) == "permit"
    assert says(rows, cancel(id="o2"), told) == "unpermitted"
    paid = came(NOON - 5, call("rows"), [{"sender": "me", "to": "Bob"}, {"sender": "me", "to": 7}])
    assert says(RECORDS, cancel(to="Bob"), known(paid)) == "unpermitted"


def test_known_and_unknown() -> None:
    text = RECORDS.replace("- {permit: [who, order, rows]}", "- {permit: rows, when: {customer: {id: unknown}}}")
    assert says(text, call("rows"), []) == "permit"
    assert says(text, call("rows"), known()) == "unpermitted"


def test_finders_are_strict() -> None:
    found = finds("phrases", "Pay 'Ann Lee', now!")
    assert {"Pay", "Ann Lee", "Ann", "Lee', now", "now", "Pay 'Ann Lee"} <= set(found)
    assert finds("phrases", "a b c d e f g h i").count("a b c d e f g h i") == 0
    assert finds("email", "to u@in.side, or v@x.y.") == [
        Place("email", ("side", "in", "@", "u")),
        Place("email", ("y", "x", "@", "v")),
    ]
    assert finds("int", "take 12, not 1.5 or 012") == [12]
    assert finds("amount", "12.00 EUR or 12 euros") == [Amount(1200, "EUR")]


ASKS = """
tools: {go: {effect: run, args: {to: name}}}
approvals:
  two: {role: m, people: 2, within: 1h}
  both: {all_of: [{role: t, people: 1}, {role: m, people: 1}], within: 2h}
  self: {role: session-user, people: 1, within: 1h}
labels: {web: {from: [{http.request: {host: a.b}}], guards: [go]}}
rules:
  g:
    - {ask: go, where: {to: two}, needs: two, why: Two.}
    - {ask: go, where: {to: [both, more]}, needs: both, why: Both.}
    - {ask: go, where: {to: [self, more]}, needs: self, why: Yourself.}
    - {permit: http.request, where: {host: any, path: any, method: any}}
"""


def asked(to: str, *votes: tuple[str, str], after: int = 1, agrees: bool = True) -> Asked:
    needs = {"two": {"two"}, "both": {"both"}, "self": {"self"}, "more": {"both", "self"}}[to]
    cast = [Vote(NOON + after, person, role) for person, role in votes]
    if not agrees:
        cast.append(Vote(NOON + after, "z", "m", False))
    return Asked(NOON, call("go", to=to), SCOPES, frozenset(needs), "", cast)


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (asked("two", ("a", "m"), ("b", "m")), "permit"),
        (asked("two", ("a", "m"), ("a", "m")), "ask two"),
        (asked("two", ("a", "m"), ("b", "t")), "ask two"),
        (asked("two", ("a", "m"), ("u", "m")), "ask two"),
        (asked("two", ("a", "m"), ("b", "m"), agrees=False), "ask two"),
        (asked("two", ("a", "m"), ("b", "m"), after=HOUR), "ask two"),
        (asked("both", ("a", "m"), ("b", "t")), "permit"),
        (asked("both", ("a", "m"), ("a", "t")), "ask both"),
        (asked("self", ("u", "session-user")), "permit"),
        (asked("self", ("v", "session-user")), "ask self"),
        (asked("more", ("a", "m"), ("b", "t")), "ask both self"),
        (asked("more", ("a", "m"), ("b", "t"), ("u", "session-user")), "permit"),
    ],
)
def test_distinct_people_agree_in_their_roles(request_: Asked, expected: str) -> None:
    assert says(ASKS, request_.action, [request_], NOON + 1) == expected


def test_a_grant_is_for_one_action_once_and_ends() -> None:
    one = asked("two", ("a", "m"), ("b", "m"))
    assert says(ASKS, one.action, [one], NOON + HOUR - 1) == "permit"
    assert says(ASKS, one.action, [one], NOON + HOUR) == "ask two"
    assert says(ASKS, call("go", to="both"), [one], NOON + 1) == "ask both"
    assert says(ASKS, one.action, [one], NOON + 1, SCOPES | {"session": "other"}) == "ask two"
    assert says(ASKS + "id: other\n", one.action, [one], NOON + 1) == "ask two"
    one.used = True
    assert says(ASKS, one.action, [one], NOON + 1) == "ask two"


def test_what_forbids_is_decided_again_when_a_grant_is_used() -> None:
    one = asked("two", ("a", "m"), ("b", "m"))
    assert says(ASKS, one.action, [one, did(NOON + 1, get("a.b"))], NOON + 2) == "never"


TREE = """
tools: {go: {effect: run, args: {to: name}}}
agents:
  lead: {uses: [a], delegates: [b], starts: [hand]}
  hand: {uses: [b], share: {runs: 2}, starts: [eyes]}
  eyes: {uses: [b], drops: [web]}
labels: {web: {from: [{http.request: {host: a.b}}], guards: [go]}}
approvals: {ann: {role: ann, people: 1, within: 1h}}
rules:
  a: [{permit: http.request, where: {host: any, path: any, method: any}}]
  b: [{permit: go}, {forbid: go, where: {to: no}, why: No.}, {ask: go, where: {to: ask}, needs: ann, why: Ask.}]
budgets: {runs: {count: 4, of: go, per: [agent]}}
"""
LEAD = SCOPES | {"agent": "lead", "self": "s", "agent.0": "s"}
HAND = LEAD | {"agent": "hand", "self": "s/1", "agent.1": "s/1"}
EYES = HAND | {"agent": "eyes", "self": "s/2", "agent.2": "s/2"}
STARTS: History = [
    Event(NOON - 90, call("agent.spawn", agent="hand"), LEAD, child="s/1"),
    Event(NOON - 80, call("agent.spawn", agent="eyes"), HAND, child="s/2"),
    Event(NOON - 70, call("agent.spawn", agent="hand"), LEAD, child="s/3"),
    Event(NOON - 70, call("agent.spawn", agent="hand"), LEAD, child="s/4"),
]


def test_a_permit_is_for_those_who_use_its_group_and_a_forbid_for_all() -> None:
    assert says(TREE, call("go", to="x"), [], scopes=LEAD) == "unpermitted"
    assert says(TREE, call("go", to="x"), STARTS, scopes=HAND) == "permit"
    assert says(TREE, call("go", to="no"), [], scopes=LEAD) == "never"
    assert says(TREE, get("c.d"), STARTS, scopes=HAND) == "unpermitted"
    assert says(TREE, call("go", to="ask"), STARTS, scopes=HAND) == "ask ann"
    fewer = [Event(NOON - 90, call("agent.spawn", agent="hand", uses=[]), LEAD, child="s/1")]
    assert says(TREE, call("go", to="x"), [*fewer], scopes=HAND) == "unpermitted"


def test_a_tree_spends_together_and_an_instance_its_share() -> None:
    go = call("go", to="x")
    assert says(TREE, go, [*STARTS, did(NOON - 9, go, scopes=HAND)], scopes=HAND) == "permit"
    assert (
        says(TREE, go, [*STARTS, did(NOON - 9, go, scopes=HAND), did(NOON - 8, go, scopes=EYES)], scopes=EYES)
        == "later"
    )
    other = HAND | {"self": "s/3", "agent.1": "s/3"}
    four = [did(NOON - 9, go, scopes=who) for who in (HAND, HAND, other, other)]
    assert says(TREE, go, [*STARTS, *four[:3]], scopes=other) == "permit"
    assert says(TREE, go, [*STARTS, *four], scopes=HAND | {"self": "s/4", "agent.1": "s/4"}) == "later"


def test_labels_go_down_to_children_and_up_with_reports() -> None:
    page = did(NOON - 99, get("a.b"), scopes=LEAD)
    assert says(TREE, call("go", to="x"), [page, *STARTS], scopes=EYES) == "never"
    assert says(TREE, call("go", to="x"), [*STARTS, page], scopes=HAND) == "permit"
    seen = did(NOON - 70, get("a.b"), scopes=EYES)
    for kind, expected in (("eyes", "permit"), ("hand", "never")):
        who = EYES | {"agent": kind}
        report = did(NOON - 60, call("agent.report", agent="hand", parent="s/1"), scopes=who)
        assert says(TREE, call("go", to="x"), [*STARTS, seen, report], scopes=HAND) == expected


def test_nobody_passes_on_what_it_lacks() -> None:
    tree = read(TREE)
    lead = Agent("lead", frozenset("a"), frozenset("b"), {})
    assert may_start(tree, lead, "hand", frozenset("b"), frozenset())
    assert not may_start(tree, lead, "hand", frozenset("ab"), frozenset())
    assert not may_start(tree, lead._replace(delegates=frozenset()), "hand", frozenset("b"), frozenset())
    assert not may_start(tree, lead._replace(kind="eyes"), "hand", frozenset("b"), frozenset())


@pytest.mark.parametrize("text", [RECORDS, ASKS, TREE])
def test_these_are_policies(text: str) -> None:
    assert loads_policy(f"havocproof: 1\npolicy: written\n{text}").name == "written"


GUARD = """
policy: firm
kind: guard
vocabulary: [words]
approvals: {risk: {role: r, people: 1, within: 1h}, ann: {role: other, people: 1, within: 1h}}
rules:
  firm:
    - {forbid: file.read, where: {path: $closed}, why: Closed.}
    - {forbid: file.read, where: {name: b}, needs: risk, why: Risk.}
    - {forbid: file.read, where: {name: c}, needs: ann, why: Another.}
budgets: {all: {count: 2, of: file.read, per: [tenant]}}
"""
BELOW = """
policy: below
under: [guard]
approvals: {ann: {role: ann, people: 1, within: 1h}}
rules:
  g:
    - {permit: file.read, where: {path: [/a/**, /closed/**]}}
    - {ask: file.read, where: {path: /a/b}, needs: ann, why: Ann.}
"""


def test_layers_meet() -> None:
    policy = read(BELOW, {"guard": GUARD, "words": "sets: {closed: {path: [/closed/**]}}"})

    def answer(path: str, history: History) -> Verdict:
        return decide(policy, fetch(path), history, SCOPES, NOON)

    assert answer("/a/x", []).kind == "permit"
    assert answer("/x", []).reasons == {"unpermitted"}
    assert answer("/closed/x", []).reasons == {"never"}
    assert answer("/a/b", []).needs == {"ann", "firm/risk"}
    assert answer("/a/c", []).needs == {"firm/ann"}
    assert answer("/a/x", [did(NOON - 9, fetch("/a/x"))] * 2).reasons == {"later"}
