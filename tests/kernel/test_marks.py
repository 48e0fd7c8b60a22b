"""Marks, facts and duties: what a permit leaves, what success leaves, what takes it back, and what the host may say."""

from __future__ import annotations

import json

import pytest

from havocproof.kernel import bridge
from havocproof.kernel.source import (
    BUDGET,
    DONE,
    DUTY,
    GRANT,
    LABEL,
    MARK,
    RATE,
    RECORD,
    SOFT,
    Key,
    Mark,
    Named,
    Rule,
    Since,
    Stands,
)
from tests.kernel.support import ANY_PAY, ANY_READ, NOW, PAY, READ, UNDER_DATA, Session, load, pay, read

SEEN = Mark(MARK, "seen", ("run", "payee"))


def key(mark: Mark, *per: str) -> Key:
    s0, s1, s2, s3 = (*per, "", "", "", "")[:4]
    return (mark.kind, mark.name, s0, s1, s2, s3, 0)


# ---- marks ----


def test_a_mark_is_set_when_its_request_is_permitted_and_stays() -> None:
    never_twice = Rule("twice", "forbid", PAY, (Stands(SEEN),))
    session = load(ANY_PAY, Rule("leave", "leave", PAY, mark=SEEN), never_twice)
    verdict = session.do(pay("a"))
    assert session.nums == {key(SEEN, "r", "a"): NOW}
    assert session.decide(pay("a")).rule == "twice"
    assert session.decide(pay("b")).is_Permitted
    session.settle(verdict, ok=False)
    assert session.decide(pay("a")).rule == "twice"  # the attempt counts
    session.scopes["run"] = "another"
    assert session.decide(pay("a")).is_Permitted


def test_a_mark_that_the_request_leaves_does_not_speak_about_itself() -> None:
    never = Rule("after", "forbid", READ, (Stands(Mark(MARK, "paid", ("run",))),))
    session = load(ANY_PAY, ANY_READ, Rule("leave", "leave", PAY, mark=Mark(MARK, "paid", ("run",))), never)
    session.do(pay("a"), read("/a"))
    assert session.decide(read("/a")).rule == "after"


@pytest.mark.parametrize(("lasts", "later", "stands"), [(0, 10**9, True), (100, 99, True), (100, 100, False)])
def test_a_mark_lasts(lasts: int, later: int, stands: bool) -> None:
    guard = Rule("again", "forbid", PAY, (Stands(SEEN, lasts),))
    permitted = Rule("again", "permit", READ, (Stands(Mark(MARK, "seen", ("run",)), lasts),))
    session = load(ANY_PAY, Rule("leave", "leave", PAY, mark=SEEN), guard, permitted)
    session.do(pay("a"))
    session.nums[key(SEEN, "r")] = NOW
    assert session.decide(pay("a"), now=NOW + later).is_Permitted != stands
    assert session.decide(read("/a"), now=NOW + later).is_Permitted == stands


def test_a_mark_is_renewed() -> None:
    session = load(ANY_PAY, Rule("leave", "leave", PAY, mark=SEEN))
    session.do(pay("a"))
    session.do(pay("a"), now=NOW + 7)
    assert session.nums == {key(SEEN, "r", "a"): NOW + 7}


def test_what_cannot_be_kept_is_refused() -> None:
    by_owner = Rule("leave", "leave", READ, mark=Mark(MARK, "of", ("run", "owner")))
    verdict = load(ANY_READ, by_owner).decide(read("/a"))
    assert (verdict.is_Unpayable, verdict.budget) == (True, "leave")
    session = load(ANY_PAY, Rule("leave", "leave", PAY, mark=SEEN))
    assert session.decide(pay("a"), now=0).is_Exhausted  # a mark of time 0 would be no mark


def test_a_mark_is_left_where_it_may_be_meant() -> None:
    maybe = Rule("leave", "leave", READ, (Named("owner", frozenset({"root"})),), mark=Mark(MARK, "m", ("run",)))
    lifted = Rule("leave", "leave", READ, unless=((UNDER_DATA,),), mark=Mark(MARK, "m", ("run",)))
    assert len(bridge.writes(load(ANY_READ, maybe).decide(read("/a")))) == 1
    assert len(bridge.writes(load(ANY_READ, lifted).decide(read("/a")))) == 1
    assert bridge.writes(load(ANY_READ, lifted).decide(read("/data/a"))) == []


# ---- facts ----

CHECKED, RESET = Mark(DONE, "checked", ("run", "payee")), Mark(MARK, "checked~reset", ("run", "payee"))


def checked(lasts: int = 0) -> Session:
    """`file.read /<payee>` checks, `money.payment` needs that; `message.send` would reset, which tests do by hand."""
    done = Mark(DONE, "checked", ("run", "name"))
    return load(
        ANY_READ,
        Rule("checks", "leave", READ, mark=done),
        Rule("pays", "permit", PAY, (Since(CHECKED, RESET, lasts),)),
    )


def test_a_fact_needs_success_and_stands_for_its_key() -> None:
    session = checked()
    assert session.decide(pay("a")).is_Unpermitted
    verdict = session.do(read("/a"))
    assert session.nums == {}
    session.settle(verdict, ok=False, since=NOW, now=NOW + 5)
    assert session.decide(pay("a"), now=NOW + 9).is_Unpermitted
    session.settle(verdict, ok=True, since=NOW, now=NOW + 5)
    assert session.nums == {key(CHECKED, "r", "a"): NOW}  # as of the decision, not of the end
    assert session.decide(pay("a"), now=NOW + 9).is_Permitted
    assert session.decide(pay("b"), now=NOW + 9).is_Unpermitted


def test_a_fact_is_settled_from_json_too() -> None:
    session = checked()
    listed = json.loads(json.dumps(bridge.charges_to_json(session.do(read("/a")).charges)))
    assert listed == [[[DONE, "checked", "r", "a", "", "", 0], 0, 0, "checked"]]
    charges = bridge.charges_from_json(listed)
    assert session.kernel.settle(charges, {}, True, NOW, NOW, {}) == [(key(CHECKED, "r", "a"), NOW)]


def test_an_older_success_does_not_undo_a_later_one() -> None:
    session = checked()
    verdict = session.do(read("/a"))
    session.settle(verdict, since=NOW + 4)
    assert session.kernel.settle(verdict.charges, {}, True, NOW + 3, NOW + 9, session.nums) == []
    assert session.kernel.settle(verdict.charges, {}, True, NOW + 4, NOW + 9, session.nums) == []


@pytest.mark.parametrize(("reset", "stands"), [(NOW - 1, True), (NOW, False), (NOW + 1, False)])
def test_a_fact_must_be_decided_strictly_later_than_its_reset(reset: int, stands: bool) -> None:
    session = checked()
    session.settle(session.do(read("/a")), since=NOW)
    session.nums[key(RESET, "r", "a")] = reset
    assert session.decide(pay("a"), now=NOW + 9).is_Permitted == stands
    assert session.decide(pay("a"), now=NOW + 9).is_Unpermitted != stands


def test_a_success_that_was_decided_before_the_reset_comes_too_late() -> None:
    session = checked()
    verdict = session.do(read("/a"), now=NOW)
    session.nums[key(RESET, "r", "a")] = NOW + 1
    session.settle(verdict, since=NOW, now=NOW + 5)
    assert session.decide(pay("a"), now=NOW + 9).is_Unpermitted
    session.settle(session.do(read("/a"), now=NOW + 2), since=NOW + 2, now=NOW + 6)
    assert session.decide(pay("a"), now=NOW + 9).is_Permitted


def test_a_fact_lasts_from_the_decision_on() -> None:
    session = checked(lasts=100)
    session.settle(session.do(read("/a")), since=NOW, now=NOW + 50)
    assert session.decide(pay("a"), now=NOW + 99).is_Permitted
    assert session.decide(pay("a"), now=NOW + 100).is_Unpermitted


def test_a_fact_whose_key_is_not_there_permits_nothing_and_forbids() -> None:
    owner = Mark(DONE, "f", ("run", "owner"))
    reset = Mark(MARK, "f~reset", ("run", "owner"))
    for want in (True, False):
        assert load(Rule("p", "permit", READ, (Since(owner, reset, 0, want),))).decide(read("/a")).is_Unpermitted
        forbid = Rule("no", "forbid", READ, (Since(owner, reset, 0, want),))
        assert load(ANY_READ, forbid).decide(read("/a")).rule == "no"


# ---- duties ----


def test_a_duty_is_told_and_holds_nothing() -> None:
    duties = [
        Rule(name, "leave", PAY, (Named("payee", frozenset({payee})),), mark=Mark(DUTY, name, ()))
        for name, payee in (("receipt", "a"), ("call-back", "a"), ("other", "b"))
    ]
    session = load(ANY_PAY, *duties)
    verdict = session.do(pay("a"), pay("a"))
    assert bridge.duties(verdict) == {"receipt", "call-back"}
    assert bridge.writes(verdict) == []
    assert session.kernel.settle(verdict.charges, {}, True, NOW, NOW, {}) == []
    assert bridge.duties(load(ANY_PAY).decide(pay("a"))) == frozenset()


# ---- the host, and what a store may drop ----


@pytest.mark.parametrize("kind", [LABEL, MARK])
def test_the_host_sets_a_mark_at_its_time(kind: int) -> None:
    kernel, of = load(ANY_READ).kernel, key(Mark(kind, "m", ("run",)), "r")
    assert kernel.tell(of, NOW, {}) == [(of, NOW)]
    assert kernel.tell(of, NOW + 1, {of: NOW}) == [(of, NOW + 1)]
    assert kernel.tell(of, 0, {}) == []


def test_the_host_says_that_a_fact_is_done_but_never_earlier() -> None:
    kernel, of = load(ANY_READ).kernel, key(CHECKED, "r", "a")
    assert kernel.tell(of, NOW, {}) == [(of, NOW)]
    assert kernel.tell(of, NOW, {of: NOW - 1}) == [(of, NOW)]
    assert kernel.tell(of, NOW, {of: NOW}) == []
    assert kernel.tell(of, NOW, {of: NOW + 1}) == []


@pytest.mark.parametrize("kind", [BUDGET, RATE, SOFT, DUTY, GRANT, RECORD])
def test_the_host_sets_nothing_else(kind: int) -> None:
    assert load(ANY_READ).kernel.tell((kind, "m", "r", "", "", "", 0), NOW, {}) == []


def test_the_cell_of_a_mark() -> None:
    mark = Mark(MARK, "m", ("run", "payee"))
    assert bridge.mark_key(mark, {"": "", "run": "r"}, {"payee": "a"}) == key(mark, "r", "a")
    assert bridge.mark_key(mark, {"": "", "run": "r", "payee": "scope"}, {"payee": "a"}) == key(mark, "r", "scope")
    assert bridge.mark_key(mark, {"": "", "run": "r"}, {}) is None
    assert bridge.mark_key(mark, {"": ""}, {"payee": "a"}) is None


@pytest.mark.parametrize(
    ("kind", "end", "dead"),
    [
        (BUDGET, NOW, True),
        (BUDGET, NOW + 1, False),
        (BUDGET, 0, False),
        (SOFT, NOW, True),
        (SOFT, NOW + 1, False),
        (RATE, 0, False),
        (LABEL, 0, False),
        (MARK, 0, False),
        (DONE, 0, False),
    ],
)
def test_a_cell_is_dead_once_its_window_is_over(kind: int, end: int, dead: bool) -> None:
    assert load(ANY_READ).kernel.dead((kind, "b", "t", "", "", "", end), NOW) is dead
