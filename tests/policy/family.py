"""Agents at work as the gate has them: each with its chain and groups, all over one store and one clock. And a desk
whose agents they are.
"""

from __future__ import annotations

from typing import Any

from havocproof.actions.wire import action_from_wire
from havocproof.kernel import bridge
from havocproof.kernel.source import Agent, Key, Part, Record, View
from havocproof.policy import Explanation, Policy, explain
from havocproof.policy.agentspec import Who
from tests.policy.sessions import Session
from tests.policy.support import APPROVALS, DAY

DESK = (
    APPROVALS
    + """\
sets:
  universe: {name: [AAA, BBB, CCC]}
  sites: {host: [a.example, "*.news.example"]}
labels:
  web: {from: [{http.request: {host: "*.news.example"}}], guards: [all.pay]}
  secret: {from: [{file.read: {path: /secret/**}}], guards: [all.pay]}
agents:
  lead:
    uses: [notes, pay]
    delegates: [sources]
    starts: [researcher, clerk]
    objective: Answer the client.
  researcher:
    uses: [sources, notes]
    objective: Find filings.
    boundaries: No message to anyone.
    returns: {ticker: $universe, figure: {int: {min: -9, max: 9}}, period: [q1, q2], agrees: bool}
    drops: [web]
  clerk:
    uses: [notes]
    delegates: [pay]
    hands_to: [payer]
    returns: {summary: text, count: int}
  payer: {uses: [pay], returns: {paid: bool}}
rules:
  notes: [{permit: [file.read, file.write], where: {path: any}}]
  sources: [{permit: http.request, where: {host: any, path: any, method: GET}}]
  pay: [{permit: money.payment, where: {account: a, payee: p, amount: any}}]
"""
)
GOOD: dict[str, Any] = {"ticker": "AAA", "figure": 3, "period": "q1", "agrees": True}
PAYMENT = {"account": "a", "payee": "p", "amount": "1.00 USD", "idempotency_key": "k"}


class Worker(Session):
    """One agent. Build the first one; `start` and `hand_to` give the others."""

    def __init__(
        self,
        policy: Policy,
        kind: str = "",
        cells: dict[Key, int] | None = None,
        who: Who | None = None,
        **scopes: str,
    ) -> None:
        self.who = who or Who(policy.kernel.root(kind or policy.agents.root), (scopes.get("session", "s"),))
        chain = {f"agent.{depth}": name for depth, name in enumerate(self.who.chain)}
        own = {"agent": self.who.agent.kind, "self": self.who.chain[-1], **chain}
        super().__init__(policy, cells, {**scopes, **own})
        self.groups = self.who.agent.uses
        self.outer = scopes
        self.children = 0
        self.records: dict[Key, Record] = {}

    def decide(self, parts: tuple[Part, ...]) -> Any:
        return self.policy.kernel.decide(
            parts, self.scopes, self.groups, self.now + 31 * DAY, self.now, 0, View(self.cells, self.records, {})
        )

    def explain(self, parts: tuple[Part, ...], verdict: Any) -> Explanation:
        scene = bridge.scene(self.scopes, self.groups, self.now, View(self.cells, self.records, {}))
        return explain(self.policy, parts, verdict, scene)

    def cut(self, verb: str, child: str = "", **arguments: Any) -> tuple[Part, ...]:
        """The parts of a spawn, handoff or report. ActionError."""
        action = action_from_wire({"action": verb, "args": arguments})
        return self.policy.agents.parts(action, self.who, child)

    def start(self, kind: str, ends: bool | None = True, **arguments: Any) -> Worker:
        """The child, that this one starts. `ends`: as of `Session.do`."""
        return self._next("agent.spawn", kind, ends, arguments)

    def hand_to(self, kind: str, **arguments: Any) -> Worker:
        return self._next("agent.handoff", kind, True, arguments)

    def _next(self, verb: str, kind: str, ends: bool | None, arguments: dict[str, Any]) -> Worker:
        self.children += 1
        child = f"{self.who.chain[-1]}.{self.children}"
        said = self.parts(self.cut(verb, child, agent=kind, **arguments), ends)
        assert said == "permit", said
        return self._made(verb, kind, child, arguments)

    def _made(self, verb: str, kind: str, child: str, arguments: dict[str, Any]) -> Worker:
        action: Any = action_from_wire({"action": verb, "args": {"agent": kind, **arguments}})
        agent = self.policy.kernel.spawn(self.who.agent, kind, *self.policy.agents.granted(action, self.who))
        assert isinstance(agent, Agent)
        above = self.who.chain[-1] if verb == "agent.spawn" else self.who.above
        made = Worker(self.policy, cells=self.cells, who=Who(agent, (*self.who.chain, child), above), **self.outer)
        made.now = self.now
        return made

    def tries(self, verb: str, kind: str, **arguments: Any) -> str:
        """What would become of a spawn or handoff; nothing is kept of it."""
        return self._said(self.cut(verb, "child", agent=kind, **arguments))

    def report(self, ends: bool = True, **fields: Any) -> str:
        return self.parts(self.cut("agent.report", fields=fields), ends)

    def _said(self, parts: tuple[Part, ...]) -> str:
        return self.explain(parts, self.decide(parts)).kind
