"""Attacks on allowances. In most of them the gate is broken on purpose: it names an allowance for everything that is
asked. What holds then is the kernel, by its marks and budgets; each attack succeeds once the guard it meets is off.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from havocproof.errors import ConfigError
from havocproof.gate import Malformed, Pending, Terms, given
from havocproof.kernel.source import Mark, Rule, Stands, Test
from havocproof.policy import loads_policy
from havocproof.policy.allowances import PEOPLE as GIVING
from tests.gate.allowing import DAY, POLICY, THREE, Guard, World, asked, pay, performed, policy_text, tell, world
from tests.gate.allowing import given as give_one

__all__ = ["world"]


@pytest.fixture
def broken(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """The gate names the one allowance that was given, whoever asks for whatever."""

    def everything(way: Any, *_: object) -> dict[str, str]:
        return dict.fromkeys(way.gate.policy.allowances.rules, world.name) if world.name else {}

    monkeypatch.setattr(given, "_in_force", everything)
    return world


# ---- the attacks: each gives whether the action was performed without anybody being asked ----


def other_payee(world: World) -> bool:
    return performed(world.given().session(user="eve"), pay(payee="acct:eve"))


def other_payee_in_one_call(world: World) -> bool:
    gate = world.given(Terms(5, "10d"), tell("joe"), "manager")
    return performed(gate.session(user="eve"), tell("joe", "jim"))


def other_user(world: World) -> bool:
    return performed(world.given().session(user="mia"), pay())


def other_tenant(world: World) -> bool:
    world.given()
    return performed(world.open(tenant="rivals").session(user="eve"), pay())


def other_policy(world: World) -> bool:
    world.given()
    return performed(world.open(loads_policy(policy_text("2"))).session(user="eve"), pay())


def other_rule(world: World) -> bool:
    return performed(world.given().session(user="eve"), pay(account="other"))


def once_more(world: World) -> bool:
    session = world.given(Terms(2, "30d", "3000.00 USD")).session(user="eve")
    assert performed(session, pay(key="a"))
    assert performed(session, pay(key="b"))
    return performed(session, pay(key="c"))


def more_in_all(world: World) -> bool:
    session = world.given(Terms(3, "30d", "1000.00 USD")).session(user="eve")
    assert performed(session, pay("999.00 USD", "a"))
    return performed(session, pay("1.01 USD", "b"))


def after_its_time(world: World) -> bool:
    session = world.given().session(user="eve")
    world.clock.now += 30 * DAY
    return performed(session, pay())


def made_up(world: World) -> bool:
    session = world.given().session(user="mia")
    world.name = "0" * 64
    return performed(session, pay(payee="acct:eve"))


# ---- the guards ----


def _tests(change: Callable[[Test], Test | None]) -> Guard:
    """Changes the tests of every rule, also those under which it is lifted."""

    def changed(tests: tuple[Test, ...]) -> tuple[Test, ...]:
        return tuple(kept for test in tests if (kept := change(test)) is not None)

    return lambda rule: replace(rule, tests=changed(rule.tests), unless=tuple(map(changed, rule.unless)))


def _without_mark(*begins: str) -> Guard:
    return _tests(lambda test: None if isinstance(test, Stands) and test.mark.name.startswith(begins) else test)


def _without_budget(begin: str) -> Guard:
    return lambda rule: None if rule.budget.startswith(begin) else rule


def _for_ever(test: Test) -> Test:
    return replace(test, lasts=0) if isinstance(test, Stands) else test


def _any_rule(rule: Rule) -> Rule:
    """The marks do not say which rule they are for."""

    def named(mark: Mark) -> Mark:
        return replace(mark, name=mark.name.partition("/")[0])

    made = _tests(lambda test: replace(test, mark=named(test.mark)) if isinstance(test, Stands) else test)(rule)
    assert made is not None
    return replace(made, mark=named(made.mark)) if made.mark is not None else made


ATTACKS: list[tuple[Callable[[World], bool], Guard]] = [
    (other_payee, _without_mark("~same/")),
    (other_payee_in_one_call, _without_mark("~same/")),
    (other_user, _without_mark("~whom/")),
    (other_tenant, _without_mark("~whom/")),
    (other_policy, _without_mark("~whom/")),
    (other_rule, _any_rule),
    (once_more, _without_budget("~uses/")),
    (more_in_all, _without_budget("~amount/")),
    (after_its_time, _tests(_for_ever)),
    (made_up, _without_mark("~same/", "~whom/")),
]
NAMES = [attack.__name__ for attack, _ in ATTACKS]


@pytest.mark.parametrize("attack", [attack for attack, _ in ATTACKS], ids=NAMES)
def test_the_gate_asks(world: World, attack: Callable[[World], bool]) -> None:
    assert not attack(world)


@pytest.mark.parametrize("attack", [attack for attack, _ in ATTACKS], ids=NAMES)
def test_the_kernel_holds_whatever_the_gate_names(broken: World, attack: Callable[[World], bool]) -> None:
    assert not attack(broken)


@pytest.mark.parametrize(("attack", "guard"), ATTACKS, ids=NAMES)
def test_without_its_guard_the_attack_succeeds(broken: World, attack: Callable[[World], bool], guard: Guard) -> None:
    broken.weaken = guard
    assert attack(broken)


def test_a_scope_that_the_application_forges_is_no_allowance(world: World) -> None:
    gate = world.given()
    for user, action in (("mia", pay()), ("eve", pay(payee="acct:eve")), ("eve", pay(account="other"))):
        session = gate.session(user=user)
        forged = {f"~allowed/{rule}": world.name for rule in POLICY.allowances.rules}
        session.scopes.update({**forged, "~policy": gate.policy.digest})
        assert not performed(session, action)
    tool = gate.session(user="mia").perform({"action": "tell", "args": {"to": ["joe"], "~allowed/tell": world.name}})
    assert isinstance(tool, Malformed)


def test_the_chosen_time_is_the_gates_and_the_policys_is_the_kernels(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = world.given(Terms(3, "1d", "3000.00 USD")).session(user="eve")
    world.clock.now += DAY
    assert not performed(session, pay(key="a"))
    monkeypatch.setattr(given, "_in_force", lambda *_: {"large": world.name})
    assert performed(session, pay(key="b")), "what a broken gate could add ends with the policy's time"
    world.clock.now += 29 * DAY
    assert not performed(session, pay(key="c"))


def test_no_agent_can_give_itself_an_allowance(world: World) -> None:
    gate = world.given()
    session = gate.session(user="eve")
    spec = gate.policy.allowances.rules["large"]
    form = {"action": "approval.widen", "args": {"rule": "large", "same": {"payee": "acct:eve"}}}
    assert isinstance(session.perform(form), Malformed)
    part = spec.part(("acct:eve",), 3, 300_000)
    scopes = {**session.scopes, **spec.scopes("x", gate.policy.digest)}
    with gate.store.step(gate.clock()) as step:
        decide = gate.kernel.decide
        now, end = (step.now, step.seen, step.view), gate.months.end(step.now)
        assert decide((part,), scopes, session.who.agent.uses, end, *now).is_Unpermitted
        assert decide((part,), scopes, GIVING, end, *now).is_Asked
        assert decide((part,), scopes, GIVING, end, *now, world.name).is_Asked, "that grant is used up"
        over = spec.part(("acct:eve",), 4, 300_000)
        assert decide((over,), scopes, GIVING, end, *now).is_Unpayable, "less than nothing cannot be held back"


def test_uses_at_the_same_time_are_as_many_as_were_given(world: World) -> None:
    gate = world.given(Terms(3, "30d", "3000.00 USD"))
    start, done = threading.Barrier(8), []

    def work(number: int) -> None:
        session = gate.session(user="eve")
        start.wait(30)
        done.append(performed(session, pay("10.00 USD", f"k{number}")))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(done) == [False] * 5 + [True] * 3
    assert len(world.port.done) == 3


def test_the_same_call_at_the_same_time_happens_under_the_grant_or_under_the_allowance_once_each(world: World) -> None:
    """Nobody can use the request for the one call while it is performed under the allowance."""
    gate = world.given(Terms(1, "30d", "3000.00 USD"))
    session = gate.session(user="eve")
    begun, go = world.port.waits()
    thread = threading.Thread(target=lambda: performed(session, pay(key="slow")))
    thread.start()
    assert begun.wait(30)
    (waiting,) = gate.requests
    assert waiting.action["args"]["idempotency_key"] == "first"
    assert not performed(session, pay(key="slow"))
    go.set()
    thread.join(60)
    assert len(world.port.done) == 1


def test_the_sessions_user_cannot_give(world: World) -> None:
    gate = world.open()
    session = gate.session(user="ada")
    request = asked(session, pay())
    with pytest.raises(ConfigError, match="is the session's user"):
        gate.approve(request, "ada", "controller", terms=THREE)
    assert (gate.allowances, len(gate.requests)) == ((), 1)
    told = asked(session, tell("joe"))
    widened = gate.approve(told, "bea", "manager", terms=Terms(2, "1d")).id
    with pytest.raises(ConfigError, match="is the session's user"):
        gate.approve(widened, "ada", "manager")
    with pytest.raises(ConfigError, match="does not hold"):
        gate.approve(widened, "eve", "manager")
    assert gate.allowances == ()


def test_another_kind_of_agent_has_its_own(world: World) -> None:
    text = policy_text() + "agents:\n  lead: {root: true, uses: [pay]}\n  clerk: {root: true, uses: [pay]}\n"
    gate = world.open(loads_policy(text))
    give_one(gate, gate.session(user="eve", agent="lead"))
    assert performed(gate.session(user="eve", agent="lead"), pay(key="a"))
    assert not performed(gate.session(user="eve", agent="clerk"), pay(key="a"))


def test_two_allowances_do_not_cover_one_call_with_both_values(world: World) -> None:
    gate = world.open()
    session = gate.session(user="eve")
    for to in ("joe", "jim"):
        request = asked(session, tell(to))
        for person in ("bea", "cem"):
            gate.approve(request, person, "manager", terms=Terms(2, "1d"))
    assert len(gate.allowances) == 2
    assert performed(session, tell("joe"))
    assert performed(session, tell("jim"))
    assert not performed(session, tell("joe", "jim"))


def test_an_allowance_is_for_its_policy_and_stands_again_with_it(world: World) -> None:
    before = world.given().allowances
    gate = world.open(loads_policy(policy_text("2")))
    assert gate.allowances == ()
    with pytest.raises(ConfigError, match="no such request"):
        gate.refuse(before[0].request, "bea", "controller")
    gate = world.open()
    assert gate.allowances == before
    assert performed(gate.session(user="eve"), pay(key="a"))


def test_a_request_for_an_allowance_ends_with_its_time_and_its_policy(world: World) -> None:
    gate = world.open()
    first = asked(gate.session(user="eve"), tell("joe"))
    request = gate.approve(first, "bea", "manager", terms=Terms(2, "1d")).id
    gate = world.open(loads_policy(policy_text("2")))
    with pytest.raises(ConfigError, match="another policy"):
        gate.approve(request, "cem", "manager")
    gate = world.open()
    world.clock.now += DAY
    with pytest.raises(ConfigError, match="has expired"):
        gate.approve(request, "cem", "manager")
    with pytest.raises(ConfigError, match="has expired"):
        gate.approve(first, "cem", "manager", terms=Terms(2, "1d"))
    assert gate.allowances == ()
    assert isinstance(gate.session(user="eve").perform(tell("joe")), Pending)


def test_the_name_of_an_allowance_covers_what_it_is_given_instead_of(world: World) -> None:
    """The same terms for another request are another allowance, which does not bring the first one's uses back."""
    gate = world.open()
    session = gate.session(user="eve")
    names = set()
    for key in ("a", "b"):
        gate.approve(asked(session, pay(key=key)), "bea", "controller", terms=Terms(1, "30d", "3000.00 USD"))
        (allowance,) = gate.allowances
        names.add(allowance.name)
        assert performed(session, pay(key=key))
        assert not performed(session, pay(key="more"))
    assert len(names) == 2
