"""What the tests of allowances share: a policy whose approvals may be widened, who may approve, and a way to ask."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from havocproof.actions import Action, Payment, ToolCall
from havocproof.gate import Gate, Pending, Performed, Request, Session, Terms
from havocproof.kernel.source import Rule
from havocproof.policy import Policy, loads_policy
from havocproof.stores import verify
from tests.gate.world import Clock, ScriptedPort

DAY = 86_400_000
TEXT = """
havocproof: 1
policy: allowances
version: "1"
tools:
  tell: {effect: send, args: {to: {list: name, max: 20}}}
  charge: {effect: pay, args: {card: name, sum: {decimal: USD}}}
  seal: {effect: change, args: {box: name, how: [wax, wire]}}
approvals:
  controller:
    {role: controller, people: 1, within: 1d, may_widen: {same: [payee], uses: 3, amount: 3000.00 USD, for: 30d}}
  two: {role: manager, people: 2, within: 4h, may_widen: {same: [to], uses: 5, for: 10d}}
  risk: {role: risk, people: 1, within: 4h}
  card: {role: controller, people: 1, within: 1d, may_widen: {same: card, uses: 2, amount: 100.00 USD, for: 1d}}
  seals: {role: controller, people: 1, within: 1d, may_widen: {same: [box, how], uses: 2, for: 1d}}
  yes: {role: session-user, people: 1, within: 15m, may_widen: {same: [path], uses: 2, for: 1h}}
rules:
  pay:
    - id: large
      ask: money.payment
      where: {account: main, payee: any, amount: {max: 2000.00 USD}}
      needs: controller
      why: The controller agrees.
    - id: other
      ask: money.payment
      where: {account: other, payee: any, amount: {max: 2000.00 USD}}
      needs: controller
      why: The controller agrees to the other account, too.
    - id: euros
      ask: money.payment
      where: {account: main, payee: any, amount: {max: 2000.00 EUR}}
      needs: controller
      why: The controller agrees to euros.
    - id: risky
      forbid: money.payment
      where: {amount: {above: 1500.00 USD}}
      needs: risk
      why: Above 1500 the risk officer agrees.
    - id: tell
      ask: tell
      where: {to: any}
      needs: two
      why: Two managers agree.
    - id: charge
      ask: charge
      where: {card: any}
      needs: card
      why: Cards are watched.
    - id: seal
      ask: seal
      unless: {box: [b1, b2], how: wire}
      needs: seals
      why: Seals are watched.
    - id: drop
      ask: file.delete
      where: {path: /desk/**}
      needs: yes
      why: The user says yes.
"""
PEOPLE = {
    "bea": ["controller", "manager"],
    "cem": ["controller", "manager"],
    "dan": ["manager", "risk"],
    "ada": ["controller", "manager"],
}
VERBS = ("money.payment", "file.delete", "tell", "charge", "seal")
THREE = Terms(uses=3, lasts="30d", amount="3000.00 USD")


def pay(amount: str = "100.00 USD", key: str = "k", payee: str = "acct:ada", account: str = "main") -> Payment:
    return Payment(account=account, payee=payee, amount=amount, idempotency_key=key)


def tell(*to: str) -> ToolCall:
    return ToolCall(tool="tell", arguments={"to": list(to)})


def call(tool: str, **arguments: Any) -> ToolCall:
    return ToolCall(tool=tool, arguments=arguments)


def asked(session: Session, action: Any) -> str:
    outcome = session.perform(action)
    assert isinstance(outcome, Pending), outcome
    return outcome.request_id


def performed(session: Session, action: Any) -> bool:
    """Whether it happened at once; else it was asked."""
    outcome = session.perform(action)
    assert isinstance(outcome, Performed | Pending), outcome
    return isinstance(outcome, Performed)


def given(gate: Gate, session: Session, terms: Terms = THREE, action: Any = None) -> Request:
    """A controller gives an allowance for what the session asks. The request for it, as it stood then."""
    request = asked(session, action or pay(key="first"))
    standing = gate.approve(request, "bea", "controller", terms=terms)
    assert standing.state == "approved"
    return standing


def policy_text(version: str = "1") -> str:
    return TEXT.replace('version: "1"', f'version: "{version}"')


POLICY = loads_policy(TEXT)

Guard = Callable[[Rule], Rule | None]


@dataclass
class World:
    """One journal, and gates on it, one after the other. `weaken`: what is off in the kernel's rules."""

    path: Path
    port: ScriptedPort
    clock: Clock
    weaken: Guard = lambda rule: rule
    name: str = ""
    gates: list[Gate] = field(default_factory=list)

    def open(self, policy: Policy = POLICY, tenant: str = "acme") -> Gate:
        if self.gates:
            self.gates[-1].close()
        rules = tuple(kept for rule in policy.source.rules if (kept := self.weaken(rule)) is not None)
        policy = replace(policy, source=replace(policy.source, rules=rules))
        opened = Gate.open(policy, ports=[self.port], journal=self.path, tenant=tenant, clock=self.clock, people=PEOPLE)
        self.gates.append(opened)
        return opened

    def given(self, terms: Terms = THREE, action: Action | None = None, role: str = "controller") -> Gate:
        """A gate where eve has an allowance, whose name the broken gate will tell for everything."""
        gate = self.open()
        request = asked(gate.session(user="eve"), action or pay(key="first"))
        for person in ("bea", "cem") if role == "manager" else ("bea",):
            gate.approve(request, person, role, terms=terms)
        (allowance,) = gate.allowances
        self.name = allowance.name
        return gate


@pytest.fixture
def world(tmp_path: Path, clock: Clock) -> Iterator[World]:
    made = World(tmp_path / "journal", ScriptedPort(*VERBS), clock)
    yield made
    for gate in made.gates:
        gate.close()
    verify(made.path).require()
