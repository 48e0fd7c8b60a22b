"""What the gate's tests stand on: a real policy and kernel, a port that does what a test tells it, and a clock."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from havocproof.actions import Action, FileRead, FileWrite, HttpRequest, Part, Payment, SqlQuery, ToolCall
from havocproof.gate import Gate
from havocproof.kernel.bridge import charges_to_json
from havocproof.policy import Policy, loads_policy
from havocproof.ports.base import Effect, Permit
from havocproof.stores import Record

NOON = 1_795_694_400_000  # 2026-11-26 12:00 UTC
MONTH_END = 1_796_083_200_000  # 2026-12-01 00:00 UTC

POLICY = """
havocproof: 1
policy: gate-tests
version: "1"
approvals:
  controller: {role: controller, people: 1, within: 1d}
tools:
  lookup: {effect: read, args: {term: name}}
rules:
  desk:
    - id: notes
      permit: [file.read, file.write, file.delete]
      where: {path: /desk/**}
    - id: secrets
      forbid: file.read
      where: {path: /desk/secret/**}
      why: Secrets stay closed.
      remedy: Work without them.
    - id: small
      permit: money.payment
      where: {account: main, payee: acct:ada, amount: {max: 500.00 USD}}
    - id: large
      ask: money.payment
      where: {account: main, payee: acct:ada, amount: {above: 500.00 USD, max: 5000.00 USD}}
      needs: controller
      why: The controller approves payments above 500.
      remedy: Go on with other work.
    - id: fetch
      permit: http.request
      where: {host: api.example, path: any, method: [GET, POST]}
    - id: look
      permit: lookup
      where: {term: any}
    - id: query
      permit: sql.read
      where: {table: desk.main.prices, column: any}
budgets:
  spend: {amount: 1000.00 USD, of: money.payment, per: [tenant], every: month}
  written: {bytes: 1 KiB, of: file.write, per: [run]}
  fetches: {count: 3, of: http.request, per: [user], every: 1d, why: Three fetches a day are enough.}
"""


def policy(more: str = "") -> Policy:
    return loads_policy(POLICY + more)


READ = FileRead(path="/desk/a.md")
SECRET = FileRead(path="/desk/secret/key")
OUTSIDE = FileRead(path="/etc/passwd")
LOOK = ToolCall(tool="lookup", arguments={"term": "tea"})
QUERY = SqlQuery(database="desk", statement="SELECT close FROM prices")


def pay(amount: str, key: str = "k1") -> Payment:
    return Payment(account="main", payee="acct:ada", amount=amount, idempotency_key=key)


def write(content: str, name: str = "a.md") -> FileWrite:
    return FileWrite(path=f"/desk/{name}", content=content)


def fetch(method: str = "GET", **more: Any) -> HttpRequest:
    return HttpRequest(**{"host": "api.example", "path": "/v1", "method": method, **more})


class Clock:
    """Tells what it is told to."""

    def __init__(self, now: int = NOON) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now


class Prepared:
    def __init__(self, port: ScriptedPort, action: Action, parts: tuple[Part, ...]) -> None:
        self.port = port
        self.action = action
        self.parts = parts

    def perform(self, permit: Permit) -> Effect:
        return self.port.script(self, permit)

    def close(self) -> None:
        self.port.closed.append(self.action)


def _parts(action: Action) -> tuple[Part, ...]:
    return () if isinstance(action, ToolCall) else action.parts()


class ScriptedPort:
    """Keeps the rules of a port unless a test says otherwise, and remembers what reached it.

    done: the actions whose effect happened. script: what `perform` does.
    """

    def __init__(self, *verbs: str) -> None:
        self.verbs = frozenset(verbs or ("file.read", "file.write", "file.delete", "money.payment", "http.request"))
        self.parts: Callable[[Action], tuple[Part, ...]] = _parts
        self.prepared: list[Action] = []
        self.done: list[Action] = []
        self.closed: list[Action] = []
        self.shut = 0
        self.refusal: BaseException | None = None
        self.script: Callable[[Prepared, Permit], Effect] = self.honest

    def prepare(self, action: Action) -> Prepared:
        self.prepared.append(action)
        if self.refusal is not None:
            raise self.refusal
        return Prepared(self, action, self.parts(action))

    def honest(self, prepared: Prepared, permit: Permit) -> Effect:
        permit.check()
        self.done.append(prepared.action)
        return Effect({"done": prepared.action.verb})

    def used(self, **used: Any) -> None:
        """From now on effects happen and use this much."""

        def script(prepared: Prepared, permit: Permit) -> Effect:
            return Effect(self.honest(prepared, permit).result, used)

        self.script = script

    def raises(self, error: BaseException, *, after: bool = False) -> None:
        """From now on `perform` raises, before the effect or after it."""

        def script(prepared: Prepared, permit: Permit) -> Effect:
            if after:
                self.honest(prepared, permit)
            raise error

        self.script = script

    def waits(self) -> tuple[threading.Event, threading.Event]:
        """From now on effects wait: the first event says that one has begun, the second lets them end."""
        begun, go = threading.Event(), threading.Event()

        def script(prepared: Prepared, permit: Permit) -> Effect:
            permit.check()
            begun.set()
            assert go.wait(30)
            self.done.append(prepared.action)
            return Effect(None)

        self.script = script
        return begun, go

    def close(self) -> None:
        self.shut += 1


def records(gate: Gate, *kinds: str) -> list[Record]:
    """The journal so far; without what every gate and session begins with, unless it is asked for."""
    wanted = kinds or ("intent", "outcome", "failed", "in_doubt", "released", "denied", "pending", "malformed")
    return [record for record in gate.store.records() if record.kind in wanted]


def kinds(gate: Gate) -> list[str]:
    return [record.kind for record in records(gate)]


def spent(gate: Gate, budget: str) -> int:
    """What stands in the cells of a budget, over all its scopes and windows."""
    with gate.store.step(0) as step:
        return sum(value for key, value in step.view.nums.items() if key[1] == budget)


def listed(verdict: Any) -> list[list[Any]]:
    """A permitted verdict's charges."""
    return charges_to_json(verdict.charges)
