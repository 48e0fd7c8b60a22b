"""Labels: what a session takes on, what that holds back, and what the request that brings one is held to itself."""

from __future__ import annotations

from havocproof.kernel import bridge
from havocproof.kernel.source import LABEL, MARK, Key, Mark, Named, Rule, Stands
from tests.kernel.support import (
    ANY_PAY,
    ANY_READ,
    ANY_SEND,
    NOW,
    PAY,
    READ,
    SEND,
    TAINT,
    UNDER_DATA,
    Session,
    load,
    pay,
    read,
    send,
)

KEY: Key = (LABEL, "taint", "s", "s", "s", "s", 0)
SOURCE = Rule("taint", "leave", READ, (UNDER_DATA,), mark=TAINT)
STAFF = Named("recipient", frozenset({"staff"}))
GUARDS = (
    Rule("no-pay", "forbid", PAY, (Stands(TAINT),)),
    Rule("no-send", "require", SEND, (Stands(TAINT),), unless=((STAFF,),), needs="officer"),
)


def labelled() -> Session:
    return load(ANY_READ, ANY_PAY, ANY_SEND, SOURCE, *GUARDS)


def test_a_label_is_taken_on_with_the_verdict_and_holds_back() -> None:
    session = labelled()
    assert session.decide(pay("a")).is_Permitted
    session.do(read("/etc/a"))
    assert session.nums == {}
    session.do(read("/data/a"))
    assert session.nums == {KEY: NOW}
    assert session.decide(pay("a")).rule == "no-pay"
    assert bridge.needs(session.decide(send("stranger"))) == {"officer"}
    assert session.decide(send("staff")).is_Permitted
    assert session.decide(read("/data/b")).is_Permitted


def test_a_label_belongs_to_one_agent() -> None:
    session = labelled()
    session.do(read("/data/a"))
    session.scopes["self"] = "child"
    assert session.decide(pay("a")).is_Permitted


def test_a_label_that_the_request_itself_brings_holds_it_back() -> None:
    session = labelled()
    for parts in ((read("/data/a"), pay("a")), (pay("a"), read("/data/a"))):
        assert session.decide(*parts).rule == "no-pay"
    assert session.decide(read("/etc/a"), pay("a")).is_Permitted
    assert bridge.needs(session.decide(send("stranger"), read("/data/a"))) == {"officer"}
    assert session.decide(send("staff"), read("/data/a")).is_Permitted


def test_a_label_brought_by_another_atom_of_the_same_part() -> None:
    two = read("/data/a")._replace(atoms=(*read("/etc/b").atoms, *read("/data/a").atoms))
    guard = Rule("no-read", "forbid", READ, (Stands(TAINT), Named("name", frozenset({"b"}))))
    session = load(ANY_READ, SOURCE, guard)
    assert session.decide(two).rule == "no-read"
    assert session.decide(read("/etc/b")).is_Permitted
    assert session.decide(read("/data/a")).is_Permitted


def test_what_is_judged_twice_is_counted_once() -> None:
    once = labelled().do(read("/data/a"), read("/data/b"))
    assert bridge.writes(once) == [(KEY, NOW)]


def test_a_label_that_a_label_brings_is_left_too() -> None:
    child = Mark(LABEL, "taint", ("child",))
    spawn = send("x")
    spawn.atoms[0].names["child"] = "s.1"
    passes_on = Rule("pass", "leave", SEND, (Stands(TAINT),), mark=child)
    session = load(ANY_SEND, ANY_READ, SOURCE, passes_on)
    session.do(spawn)
    assert session.nums == {}
    verdict = session.do(spawn, read("/data/a"))
    assert dict(bridge.writes(verdict)) == {KEY: NOW, (LABEL, "taint", "s.1", "s.1", "s.1", "s.1", 0): NOW}


def test_a_label_sticks_to_a_place_and_comes_back_from_there() -> None:
    place = Mark(MARK, "taint@place", ("path",))
    written = Rule("stick", "leave", PAY, (Stands(TAINT),), mark=Mark(MARK, "taint@place", ("payee",)))
    again = Rule("back", "leave", READ, (Stands(place),), mark=TAINT)
    session = load(ANY_READ, ANY_PAY, SOURCE, written, again)
    session.do(pay("/srv/a"))
    assert session.nums == {}
    session.do(read("/data/a"))
    session.do(pay("/srv/a"))
    session.scopes["self"] = "other"
    session.do(read("/srv/b"))
    assert (LABEL, "taint", "other", "other", "other", "other", 0) not in session.nums
    session.do(read("/srv/a"))
    assert session.nums[(LABEL, "taint", "other", "other", "other", "other", 0)] == NOW


def test_settling_a_label_changes_nothing() -> None:
    session = labelled()
    verdict = session.do(read("/data/a"))
    assert session.kernel.settle(verdict.charges, {}, False, NOW, NOW + 1, session.nums) == []


def test_who_carries_a_label_is_unknown_without_the_scope() -> None:
    session = labelled()
    del session.scopes["self"]
    assert session.decide(pay("a")).rule == "no-pay"
    verdict = session.decide(read("/data/a"))
    assert (verdict.is_Unpayable, verdict.budget) == (True, "taint")


def test_the_host_sets_a_label() -> None:
    session = labelled()
    key = bridge.mark_key(TAINT, session.scopes, {})
    assert key == KEY
    session.nums.update(session.kernel.tell(key, NOW, session.nums))
    assert session.decide(pay("a")).rule == "no-pay"


def test_a_lapsed_label_that_the_request_brings_anew_stays_lapsed_in_its_own_decision() -> None:
    """As the specification has it: what a request brings is what its session never had (`Brings`)."""
    lapsing = Rule("no-pay", "forbid", PAY, (Stands(TAINT, lasts=10),))
    session = load(ANY_READ, ANY_PAY, SOURCE, lapsing)
    fresh = (read("/data/a"), pay("a"))
    assert session.decide(*fresh).rule == "no-pay"
    session.do(read("/data/a"))
    assert session.decide(*fresh, now=NOW + 9).rule == "no-pay"
    assert session.decide(*fresh, now=NOW + 10).is_Permitted
    session.do(read("/data/a"), now=NOW + 10)
    assert session.decide(pay("a"), now=NOW + 10).rule == "no-pay"
