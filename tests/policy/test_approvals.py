"""Approvals: who must agree and for how long; how far a grant might go; what cannot be satisfied."""

from __future__ import annotations

import pytest

from havocproof.kernel.source import SELF, Grant, Quorum
from havocproof.policy import Policy, Widening
from tests.policy.support import NOW, load, problem

TOOLS = (
    "tools: {pay: {effect: pay, args: {to: name, sum: {decimal: USD}}},"
    " drop: {effect: destroy, args: {file: {path: /}}}}\n"
)
DESK = (
    TOOLS
    + """\
approvals:
  controller: {role: controller, people: 1, within: 1d, may_widen: {same: [to], uses: 3, amount: 3000.00 USD, for: 30d}}
  both: {all_of: [{role: treasurer, people: 2}, {role: risk-officer, people: 1}], within: 4h}
  yes: {role: session-user, people: 1, within: 15m}
rules:
  g:
    - {ask: pay, needs: controller, why: x}
    - {ask: drop, needs: both, why: x}
    - {forbid: drop, where: {file: /home/**}, needs: yes, why: x}
"""
)


@pytest.fixture(scope="module")
def desk() -> Policy:
    return load(DESK)


def test_what_the_kernel_counts(desk: Policy) -> None:
    assert desk.source.quorums == {
        "controller": Quorum((("controller", 1),), 86_400_000),
        "both": Quorum((("treasurer", 2), ("risk-officer", 1)), 14_400_000),
        "yes": Quorum(((SELF, 1),), 900_000),
    }
    both = desk.approvals["both"]
    assert (both.role, both.people, both.within_ms, both.line) == ("treasurer and risk-officer", 3, 14_400_000, 6)


def vote(policy: Policy, grant: Grant, *votes: tuple[str, str]) -> Grant:
    for person, role in votes:
        made = policy.kernel.vote(grant, person, role, NOW)
        assert made is not None, (person, role)
        grant = made
    return grant


def test_each_role_needs_its_people(desk: Policy) -> None:
    kernel = desk.kernel
    fresh = kernel.ask({"both"}, "uma", NOW, 10**12)
    assert fresh.until == NOW + 14_400_000
    grant = vote(desk, fresh, ("ann", "treasurer"), ("bob", "treasurer"))
    assert not kernel.enough({"both"}, grant, NOW)
    grant = vote(desk, grant, ("cid", "risk-officer"))
    assert kernel.enough({"both"}, grant, NOW)
    assert not kernel.enough({"both"}, grant, fresh.until)
    assert not kernel.enough({"both", "controller"}, grant, NOW)


def test_nobody_votes_twice_or_for_oneself(desk: Policy) -> None:
    kernel = desk.kernel
    fresh = kernel.ask({"both", "yes"}, "uma", NOW, 10**12)
    assert fresh.until == NOW + 900_000  # the shortest time of all that are needed
    grant = vote(desk, fresh, ("ann", "treasurer"))
    assert kernel.vote(grant, "ann", "risk-officer", NOW) is None
    assert kernel.vote(grant, "uma", "treasurer", NOW) is None
    assert kernel.vote(grant, "eve", SELF, NOW) is None
    assert kernel.vote(grant, "uma", SELF, NOW) is not None


def test_the_words_of_an_approval_say_how_far_a_grant_might_go(desk: Policy) -> None:
    assert desk.approvals["controller"].widening == Widening(("to",), 3, 300_000, "USD", 2_592_000_000)
    assert desk.approvals["both"].widening is None
    without = load(DESK.replace(", amount: 3000.00 USD", "")).approvals["controller"].widening
    assert without is not None
    assert (without.amount, without.currency) == (None, "")


@pytest.mark.parametrize(
    ("approval", "code", "message", "remedy"),
    [
        ("{role: a, people: 1}", "E-KEY", "needs `within`", "within: 1d"),
        ("{role: a, within: 1d}", "E-KEY", "needs `people`", "people: 1"),
        ("{people: 1, within: 1d}", "E-KEY", "needs `role`", "role: controller"),
        ("{role: a, people: one, within: 1d}", "E-INT", "no integer", "digits"),
        ("{role: a, people: 1, within: 999999999999d}", "E-INT", "too long", "century"),
        ("{role: a, people: 1, within: 1d, whithin: 1d}", "E-KEY", "`whithin`", "`within`"),
        ("{all_of: {role: a, people: 1}, within: 1d}", "E-KEY", "a list of roles", "all_of: ["),
        ("boss", "E-KEY", "is text", "{role: controller"),
        ("{role: a, people: 0, within: 1d}", "E-INT", "0 people cannot agree", "1 to 32"),
        ("{role: a, people: 33, within: 1d}", "E-INT", "33 people cannot agree", "1 to 32"),
        ("{role: session-user, people: 2, within: 1d}", "E-INT", "nobody can satisfy this", "people: 1"),
        (
            "{all_of: [{role: a, people: 1}, {role: session-user, people: 2}], within: 1d}",
            "E-INT",
            "nobody can satisfy this",
            "another role",
        ),
        ("{all_of: [{role: a, people: 1}, {role: a, people: 2}], within: 1d}", "E-DUP", "a role twice", "Add"),
        ("{all_of: [a], within: 1d}", "E-KEY", "list of roles", "all_of: [{role: treasurer"),
        ("{role: a, people: 1, within: 1d, all_of: [{role: b, people: 1}]}", "E-KEY", "beside `role`", "into the list"),
        ("{role: a, people: 1, within: tomorrow}", "E-INT", "no duration", "30s"),
        ("{role: a b, people: 1, within: 1d}", "E-KEY", "no name of a role", "letters"),
        ("{role: a, people: 1, within: 1d, widen: {uses: 3}}", "E-KEY", "`widen` in an approval", "`may_widen`"),
    ],
)
def test_refused(approval: str, code: str, message: str, remedy: str) -> None:
    found = problem(f"approvals:\n  a: {approval}\n")
    assert (found.code, found.line) == (code, 4), found
    assert message in found.message
    assert remedy in found.remedy


@pytest.mark.parametrize(
    ("widen", "code", "message", "remedy"),
    [
        ("{uses: 3, for: 30d}", "E-KEY", "needs `same`", "same: [payee]"),
        ("{same: [to], for: 30d}", "E-KEY", "needs `uses`", "uses: 3"),
        ("{same: [to], uses: 3}", "E-KEY", "needs `for`", "for: 30d"),
        ("{same: [to], uses: 0, for: 30d}", "E-INT", "0 uses", "1 to 1000"),
        ("{same: [to], uses: 3, for: long}", "E-INT", "no duration", "30s"),
        ("{same: [to], uses: 3, for: 30d, amount: 5 USD}", "E-INT", "`5 USD`", "500.00 USD"),
        ("{same: [to], uses: 3, for: 30d, amount: 0.00 USD}", "E-INT", "allows nothing", "in all"),
        ("{same: [too], uses: 3, for: 30d}", "E-AXIS", "`pay`, which asks for `a`", "`to`"),
        ("{same: [sum], uses: 3, for: 30d}", "E-AXIS", "no name or place `sum`", "`to`"),
        ("{same: [to, to], uses: 3, for: 30d}", "E-DUP", "`to` twice", "Remove"),
        ("{same: [to], uses: 3, for: 30d, who: me}", "E-KEY", "`who` in `may_widen`", "Keys are"),
        ("3", "E-KEY", "`may_widen` is text", "{same: [payee]"),
    ],
)
def test_widening_refused(widen: str, code: str, message: str, remedy: str) -> None:
    found = problem(
        TOOLS + f"approvals:\n  a: {{role: a, people: 1, within: 1d, may_widen: {widen}}}\n"
        "rules: {g: [{ask: pay, needs: a, why: x}]}\n"
    )
    assert (found.code, found.line) == (code, 5), found
    assert message in found.message
    assert remedy in found.remedy


def test_an_amount_belongs_to_what_moves_one() -> None:
    found = problem(DESK.replace("{ask: drop, needs: both", "{ask: drop, needs: controller").replace("[to]", "[file]"))
    assert (found.code, found.line) == ("E-AXIS", 5)
    found = problem(
        TOOLS + "approvals:\n  a: {role: a, people: 1, within: 1d, may_widen: {same: file, uses: 1, amount: 1.00 USD,"
        " for: 1d}}\nrules: {g: [{ask: drop, needs: a, why: x}]}\n"
    )
    assert (found.code, found.message) == ("E-AXIS", "`drop`, which asks for `a`, moves no amount")
