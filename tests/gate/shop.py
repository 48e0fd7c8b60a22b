"""What the tests of memory share: a shop with its tools, a policy for it, and a gate."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from havocproof.errors import PortError
from havocproof.gate import Denied, Gate, Outcome, Session
from havocproof.policy import Policy, loads_policy
from havocproof.ports.tools import ToolPort
from havocproof.stores import verify
from tests.gate.world import Clock, ScriptedPort

MINUTE = 60_000
TEXT = """
havocproof: 1
policy: shop
version: "1"
approvals: {yes: {role: session-user, people: 1, within: 15m}}
tools:
  find_customer: {effect: read, args: {email: email}}
  get_profile: {effect: read, args: {user_id: name}}
  get_order: {effect: read, args: {order_id: name}}
  cancel_order: {effect: pay, args: {order_id: name}}
  refund: {effect: pay, args: {order_id: name, method: name, amount: {decimal: USD}}}
  build: {effect: run, args: {target: name}}
  publish: {effect: send, args: {target: name}}
records:
  prompt: {from: prompt, fields: {phrases: {find: phrases}}}
  customer: {from: {tools: [find_customer]}, write: once, fields: {id: {one: name, at: /id}}}
  profile:
    key: {user_id: /user_id}
    from: {tools: [get_profile]}
    fetch: get_profile
    fields: {orders: {many: name, at: /orders/*}}
  order:
    key: {order_id: /order_id}
    from: {tools: [get_order, cancel_order]}
    fetch: get_order
    lasts: 10m
    fields:
      status: {one: [pending, delivered, cancelled], at: /status}
      paid_with: {many: name, at: "/paid_with/*"}
      total: {one: {decimal: USD}, at: /total}
  invoice: {key: invoice, from: host, fields: {payee: {one: name}}}
sets:
  own_orders: {name: [{of: $profile.orders, by: $customer.id}]}
facts:
  built: {by: build, until: file.write}
  reviewed: {by: host, per: target}
labels:
  private: {from: [{file.read: {path: /desk/private/**}}], guards: [all.send], why: Private things stay here.}
  seen: {from: host, guards: [all.send]}
rules:
  look:
    - {permit: find_customer}
    - {id: own-profile, permit: get_profile, where: {user_id: $customer.id}}
    - {id: own-orders, permit: get_order, where: {order_id: $own_orders}}
  change:
    - id: cancel
      ask: cancel_order
      where: {order_id: $own_orders}
      when: {order: {status: pending}}
      needs: yes
      why: The customer confirms.
    - id: refund
      permit: refund
      where: {order_id: $own_orders, method: $order.paid_with, amount: {max: $order.total}}
  release:
    - {permit: build}
    - {permit: [file.read, file.write], where: {path: /desk/**}}
    - {id: publish, permit: publish, where: {target: $prompt.phrases}, when: {after: built}}
budgets:
  reads: {count: 20, of: [get_order, get_profile], per: [session]}
"""


class Shop:
    """The world behind the tools. `calls`: what reached it, in order."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.status = {"o1": "pending", "o2": "delivered"}
        self.broken: set[str] = set()
        self.odd: Any = None

    def functions(self) -> dict[str, Callable[..., Any]]:
        names = ("find_customer", "get_profile", "get_order", "cancel_order", "refund", "build", "publish")
        return {name: getattr(self, name) for name in names}

    def _called(self, name: str, *values: str) -> None:
        self.calls.append(" ".join((name, *values)))
        if name in self.broken:
            raise PortError("the shop is closed")

    def find_customer(self, email: str) -> Any:
        self._called("find_customer", email)
        return {"id": email.partition("@")[0]}

    def get_profile(self, user_id: str) -> Any:
        self._called("get_profile", user_id)
        return {
            "user_id": user_id,
            "orders": ["o1", "o2"] if user_id == "ada" else ["x1"],
            "email": "secret@ada.example",
        }

    def get_order(self, order_id: str) -> Any:
        self._called("get_order", order_id)
        if self.odd is not None:
            return self.odd
        return {"order_id": order_id, "status": self.status[order_id], "paid_with": ["card-1"], "total": "40.00 USD"}

    def cancel_order(self, order_id: str) -> Any:
        self._called("cancel_order", order_id)
        self.status[order_id] = "cancelled"
        return self.get_order(order_id)

    def refund(self, order_id: str, method: str, amount: str) -> Any:
        self._called("refund", order_id, method)
        return {}

    def build(self, target: str) -> Any:
        self._called("build", target)
        return {}

    def publish(self, target: str) -> Any:
        self._called("publish", target)
        return {}


@pytest.fixture(scope="module")
def policy() -> Policy:
    return loads_policy(TEXT)


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def gate(policy: Policy, shop: Shop, clock: Clock, journal: Path | None) -> Iterator[Gate]:
    ports = [ToolPort(shop.functions()), ScriptedPort("file.read", "file.write")]
    opened = Gate.open(policy, ports=ports, journal=journal, clock=clock)
    yield opened
    opened.close()
    if journal is not None:
        verify(journal).require()


@pytest.fixture
def known(gate: Gate, session: Session) -> Session:
    """A session that knows its customer."""
    assert call(session, "find_customer", email="ada@shop.example").ok
    return session


def call(session: Session, tool: str, **args: Any) -> Outcome:
    return session.perform({"action": tool, "args": args})


def denial(outcome: Outcome) -> Any:
    assert isinstance(outcome, Denied), outcome
    return outcome.denial
