"""Requests to people: who may vote, when it is enough, for which action it is good, and that it is good once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havocproof.kernel import bridge
from havocproof.kernel.source import GRANT, SELF, Budget, Grant, Quorum, Rule
from tests.kernel.support import ANY_PAY, NOW, PAY, Session, load, pay, read

HOUR = 3_600_000
QUORUMS = {
    "boss": Quorum((("boss", 1),), HOUR),
    "two": Quorum((("boss", 2),), HOUR // 2),
    "both": Quorum((("boss", 1), ("risk", 2)), HOUR * 2),
    "self": Quorum(((SELF, 1),), HOUR),
}


def asking(*needs: str, policy: str = "policy") -> Session:
    rules = [Rule(f"ask-{need}", "ask", PAY, needs=need) for need in needs]
    return load(*rules, quorums=QUORUMS, policy=policy)


def voted(session: Session, needs: set[str], *votes: tuple[str, str], now: int = NOW) -> Grant:
    """A request of the session's user with these votes, all of which count."""
    grant = session.kernel.ask(needs, "u", now, 10 * HOUR)
    for person, role in votes:
        after = session.kernel.vote(grant, person, role, now)
        assert after is not None, (person, role)
        grant = after
    return grant


def keep(session: Session, grant: Grant, digest: str = "d") -> None:
    session.grants[session.kernel.grant_key(session.scopes, digest)] = grant


def test_asked_approved_used() -> None:
    session = asking("boss")
    asked = session.decide(pay("a"), digest="d")
    assert (asked.is_Asked, asked.rule, bridge.needs(asked)) == (True, "ask-boss", {"boss"})
    keep(session, session.kernel.ask({"boss"}, "u", NOW, 10 * HOUR))
    assert session.decide(pay("a"), digest="d").is_Asked
    grant = voted(session, {"boss"}, ("eve", "boss"))
    keep(session, grant)
    verdict = session.decide(pay("a"), digest="d")
    assert (verdict.is_Permitted, verdict.rule, verdict.used) == (True, "ask-boss", True)
    keep(session, session.kernel.used(grant))
    assert session.decide(pay("a"), digest="d").is_Asked


def test_no_grant_is_used_where_none_is_needed() -> None:
    session = load(ANY_PAY, quorums=QUORUMS)
    keep(session, voted(session, {"boss"}, ("eve", "boss")))
    assert not session.decide(pay("a"), digest="d").used


def test_a_grant_is_good_for_one_action_of_one_session_under_one_policy() -> None:
    session = asking("boss")
    grant = voted(session, {"boss"}, ("eve", "boss"))
    keep(session, grant)
    assert session.kernel.grant_key(session.scopes, "d") == (GRANT, "policy", "s", "d", "d", "d", 0)
    assert session.decide(pay("a"), digest="d").is_Permitted
    assert session.decide(pay("a"), digest="e").is_Asked
    assert session.decide(pay("a")).is_Asked
    other = Session(session.kernel, grants=session.grants, scopes={**session.scopes, "session": "s2"})
    assert other.decide(pay("a"), digest="d").is_Asked
    newer = Session(asking("boss", policy="newer").kernel, grants=session.grants)
    assert newer.decide(pay("a"), digest="d").is_Asked


def test_a_grant_lifts_no_forbid_and_no_budget() -> None:
    ask = Rule("ask", "ask", PAY, needs="boss")
    keep(forbidden := load(ask, Rule("no", "forbid", PAY), quorums=QUORUMS), voted(forbidden, {"boss"}, ("e", "boss")))
    assert forbidden.decide(pay("a"), digest="d").rule == "no"
    budget = Budget("amount", 10, 0, ("tenant",))
    spent = load(ask, Rule("b", "charge", PAY, budget="b"), quorums=QUORUMS, b=budget)
    keep(spent, voted(spent, {"boss"}, ("e", "boss")))
    assert spent.decide(pay("a", 10), digest="d").is_Permitted
    assert spent.decide(pay("a", 11), digest="d").is_Exhausted


def test_the_time_is_the_shortest_and_at_most_what_the_gate_allows() -> None:
    kernel = asking().kernel
    assert kernel.ask({"both"}, "u", NOW, 10 * HOUR).until == NOW + 2 * HOUR
    assert kernel.ask({"both", "two", "boss"}, "u", NOW, 10 * HOUR).until == NOW + HOUR // 2
    assert kernel.ask({"both", "two", "boss"}, "u", NOW, 7).until == NOW + 7
    assert kernel.ask({"both", "none"}, "u", NOW, HOUR).until == NOW  # what nobody can approve is over at once
    assert kernel.ask({"boss"}, "u", NOW, HOUR) == Grant(NOW + HOUR, "u", {}, True)


@pytest.mark.parametrize(("later", "good"), [(0, True), (HOUR - 1, True), (HOUR, False), (HOUR + 1, False)])
def test_a_request_ends(later: int, good: bool) -> None:
    session = asking("boss")
    grant = voted(session, {"boss"}, ("eve", "boss"))
    keep(session, grant)
    now = NOW + later
    assert session.kernel.live(grant, now) is good
    assert session.kernel.enough({"boss"}, grant, now) is good
    assert (session.kernel.vote(grant, "max", "boss", now) is not None) is good
    assert (session.kernel.refuse(grant, "max", "boss", now) is not None) is good
    assert session.decide(pay("a"), now=now, digest="d").is_Permitted is good


# ---- who may vote ----


def test_one_person_has_one_vote() -> None:
    session = asking("two")
    grant = voted(session, {"two"}, ("eve", "boss"))
    assert session.kernel.vote(grant, "eve", "boss", NOW) is None
    assert session.kernel.vote(grant, "eve", "risk", NOW) is None
    assert session.kernel.refuse(grant, "eve", "boss", NOW) is None  # who approved cannot take it back
    assert not session.kernel.enough({"two"}, grant, NOW)
    assert session.kernel.enough({"two"}, voted(session, {"two"}, ("eve", "boss"), ("max", "boss")), NOW)


def test_the_user_of_the_session_approves_only_as_that() -> None:
    kernel = asking().kernel
    grant = kernel.ask({"boss", "self"}, "u", NOW, HOUR)
    assert kernel.vote(grant, "u", "boss", NOW) is None
    assert kernel.refuse(grant, "u", "boss", NOW) is None
    assert kernel.vote(grant, "eve", SELF, NOW) is None
    assert kernel.refuse(grant, "eve", SELF, NOW) is None
    own = kernel.vote(grant, "u", SELF, NOW)
    assert own == Grant(NOW + HOUR, "u", {"u": SELF}, True)
    assert kernel.enough({"self"}, own, NOW)
    assert not kernel.enough({"boss"}, own, NOW)


def test_every_role_of_every_need_must_be_filled() -> None:
    session = asking("both", "two")
    votes = [("a", "boss"), ("b", "risk"), ("c", "risk"), ("d", "boss")]
    enough = [session.kernel.enough({"both"}, voted(session, {"both"}, *votes[:n]), NOW) for n in range(5)]
    assert enough == [False, False, False, True, True]
    keep(session, voted(session, {"both", "two"}, *votes[:3]))
    assert bridge.needs(session.decide(pay("a"), digest="d")) == {"both", "two"}
    keep(session, voted(session, {"both", "two"}, *votes))
    assert session.decide(pay("a"), digest="d").is_Permitted


def test_votes_in_roles_that_nobody_asked_for_do_not_help() -> None:
    session = asking("two")
    assert not session.kernel.enough({"two"}, voted(session, {"two"}, ("a", "risk"), ("b", "risk")), NOW)


def test_a_need_that_the_policy_does_not_know_is_never_met() -> None:
    session = load(Rule("ask", "ask", PAY, needs="nobody"), quorums=QUORUMS)
    assert not session.kernel.enough({"nobody"}, voted(session, {"boss"}, ("a", "boss")), NOW)
    keep(session, voted(session, {"boss"}, ("a", "boss")))
    assert session.decide(pay("a"), digest="d").is_Asked


def test_a_refusal_closes_the_request() -> None:
    session = asking("two")
    grant = voted(session, {"two"}, ("a", "boss"))
    closed = session.kernel.refuse(grant, "b", "boss", NOW)
    assert closed == grant._replace(open=False)
    assert not session.kernel.live(closed, NOW)
    assert session.kernel.vote(closed, "c", "boss", NOW) is None
    full = voted(session, {"two"}, ("a", "boss"), ("b", "boss"))
    refused = session.kernel.refuse(full, "c", "boss", NOW)
    assert refused is not None
    assert not session.kernel.enough({"two"}, refused, NOW)
    keep(session, refused)
    assert session.decide(pay("a"), digest="d").is_Asked


def test_what_does_not_ask_is_not_looked_at() -> None:
    """Votes are converted only for the request that an action could use: others stay as the store holds them."""
    session = asking("boss")
    session.grants[(GRANT, "policy", "s", "x", "x", "x", 0)] = Grant(0, "", {"a": "boss"}, True)
    assert session.decide(pay("a"), digest="d").is_Asked
    assert session.decide(read("/a"), digest="d").is_Unpermitted


def test_without_a_digest_or_a_session_no_grant_is_used() -> None:
    session = asking("boss")
    keep(session, voted(session, {"boss"}, ("eve", "boss")))
    keep(session, voted(session, {"boss"}, ("eve", "boss")), digest="")
    assert session.decide(pay("a")).is_Asked
    del session.scopes["session"]
    assert session.decide(pay("a"), digest="d").is_Asked
    assert session.decide(pay("a")).is_Asked


PEOPLE, ROLES = ["u", "a", "b", "c"], ["boss", "risk", SELF]


@given(votes=st.lists(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(ROLES)), max_size=8))
def test_enough_is_so_many_distinct_people_in_their_roles(votes: list[tuple[str, str]]) -> None:
    kernel = asking().kernel
    grant, counted = kernel.ask(set(QUORUMS), "u", NOW, HOUR), dict[str, str]()
    for person, role in votes:
        may = person not in counted and (role == SELF) == (person == "u")
        after = kernel.vote(grant, person, role, NOW)
        assert (after is not None) == may
        if after is not None:
            grant = after
            counted[person] = role
    assert grant.votes == counted
    for need, quorum in QUORUMS.items():
        filled = all(list(counted.values()).count(role) >= people for role, people in quorum.roles)
        assert kernel.enough({need}, grant, NOW) == filled
