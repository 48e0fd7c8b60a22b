"""The product's decision: policy text, action, kernel. With the state that the gate and the store keep."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from havocproof.actions import action_from_wire
from havocproof.actions.agents import Handoff, Report, Spawn
from havocproof.errors import ActionError
from havocproof.kernel import bridge
from havocproof.kernel.source import Agent, Atom, Grant, Key, Mark, Part, Record, View
from havocproof.policy import Policy
from havocproof.policy.agentspec import Who
from havocproof.records import Told, from_host, from_prompt, from_result, record_key
from tests.differential.loading import Loaded, loaded
from tests.differential.oracle import Verdict, deny

SCOPES = {"tenant": "t", "user": "u", "session": "s", "run": "r"}
NOON = 1_795_694_400_000  # 2026-11-26 12:00 UTC
LONG = 366 * 86_400_000
AMONG = (Spawn, Handoff, Report)
Wire = dict[str, Any]


def month_end(now: int) -> int:
    """The first moment of the next month in UTC, in ms."""
    moment = datetime.fromtimestamp(now // 1000, UTC)
    year, month = (moment.year, moment.month + 1) if moment.month < 12 else (moment.year + 1, 1)
    return int(datetime(year, month, 1, tzinfo=UTC).timestamp()) * 1000


def reported(part: dict[str, Any]) -> Part:
    atoms = []
    for given in part["atoms"]:
        places = {"table": tuple(given["table"].split("."))} if "table" in given else {}
        atoms.append(Atom(given | {"via": ""}, places))
    return Part(part["verb"], {"rows": part["rows"], "count": 1, "at_once": 1}, tuple(atoms))


def parts_of(policy: Policy, wire: Wire) -> tuple[Part, ...]:
    """The parts of an action that is not about agents; those of SQL are given, as its port reports them."""
    if wire["action"] != "sql":
        return policy.parts(action_from_wire(wire))
    return policy.worded(tuple(reported(part) for part in wire["parts"]))


def reason_of(verdict: bridge.Verdict) -> str:
    """The oracle's word for a verdict that is no permit and no ask."""
    if verdict.is_Denied:
        return "never"
    if verdict.is_Unpermitted:
        return "unpermitted"
    if verdict.is_Unpayable:
        return "unpayable"
    return "later" if verdict.is_Exhausted else "malformed"


def above(scopes: dict[str, str]) -> str:
    """The agent that one reports to: in these histories always the one before it in its chain, "" for a root."""
    depth = max((int(name.partition(".")[2]) for name in scopes if name.startswith("agent.")), default=0)
    return scopes[f"agent.{depth - 1}"] if depth else ""


@dataclass
class Product:
    """The product with one policy, and what its store holds.

    `kernel` and `view` are for those who want a wrong one on purpose: a kernel of another source, and what of an
    action's parts it gets to see.
    """

    policy: Policy
    kernel: bridge.Kernel | None = None
    view: Callable[[tuple[Part, ...]], tuple[Part, ...]] = tuple
    nums: dict[Key, int] = field(default_factory=dict)
    records: dict[Key, Record] = field(default_factory=dict)
    grants: dict[Key, Grant] = field(default_factory=dict)
    agents: dict[str, Agent] = field(default_factory=dict)
    seen: int = 0

    @property
    def core(self) -> bridge.Kernel:
        return self.kernel or self.policy.kernel

    def whole(self, scopes: dict[str, str]) -> dict[str, str]:
        """The scopes as the gate has them: of a root, if they do not say who acts."""
        root = {"": "", "agent": self.policy.agents.root, "self": scopes["session"]}
        return root | ({} if "self" in scopes else {"agent.0": scopes["session"]}) | scopes

    def agent(self, scopes: dict[str, str]) -> Agent:
        """The agent that acts; one that nobody started is opened by the host."""
        scopes = self.whole(scopes)
        return self.agents.get(scopes["self"]) or self.core.root(scopes["agent"])

    def parts(self, wire: Wire, scopes: dict[str, str], child: str) -> tuple[Part, ...]:
        """The parts as the gate has them. ActionError."""
        if not wire["action"].startswith("agent."):
            return self.view(parts_of(self.policy, wire))
        chain = tuple(scopes[f"agent.{depth}"] for depth in range(8) if f"agent.{depth}" in scopes)
        return self.policy.agents.parts(self.typed(wire), Who(self.agent(scopes), chain, above(scopes)), child)

    def typed(self, wire: Wire) -> Any:
        """The action itself. What the oracle alone has to know about a report is left out."""
        args = wire["args"]
        return action_from_wire(
            wire | {"args": {"fields": args["fields"]} if wire["action"] == "agent.report" else args}
        )

    def digest(self, wire: Wire, scopes: dict[str, str]) -> str:
        """What a request is for: one agent's very action. SQL has no normal form here: its parts stand for it."""
        what = str(wire["parts"]) if wire["action"] == "sql" else self.policy.normalise(self.typed(wire)).digest()
        return f"{scopes.get('self', '')} {what}"

    def decide(
        self, wire: Wire, scopes: dict[str, str], now: int, child: str = "new"
    ) -> tuple[Verdict, bridge.Verdict]:
        """The verdict in the oracle's words, and as it is. Nothing is reserved."""
        self.seen = max(self.seen, now)
        scopes = self.whole(scopes)
        try:
            parts, digest = self.parts(wire, scopes, child), self.digest(wire, scopes)
        except ActionError:
            return deny("malformed"), None
        known = View(self.nums, self.records, self.grants)
        groups, end = self.agent(scopes).uses, month_end(self.seen)
        verdict = self.core.decide(parts, scopes, groups, end, self.seen, self.seen, known, digest)
        opens = wire["action"] in ("agent.spawn", "agent.handoff")
        if verdict.is_Permitted and opens and self.started(wire, scopes) is None:
            return deny("unpermitted"), None
        if verdict.is_Permitted:
            return Verdict("permit", duties=bridge.duties(verdict)), verdict
        if verdict.is_Asked:
            return Verdict("ask", frozenset(self.policy.approval(need).name for need in bridge.needs(verdict))), verdict
        return deny(reason_of(verdict)), verdict

    def started(self, wire: Wire, scopes: dict[str, str]) -> Agent | None:
        """The agent that a spawn or a handoff begins."""
        action, parent = self.typed(wire), self.agent(scopes)
        uses, passes = self.policy.agents.granted(action, Who(parent, (), ""))
        return self.core.spawn(parent, action.agent, uses, passes)

    def reserve(self, wire: Wire, scopes: dict[str, str], verdict: bridge.Verdict, child: str = "") -> None:
        self.nums.update(bridge.writes(verdict))
        if verdict.used:
            key = self.grant(wire, scopes)
            self.grants[key] = self.core.used(self.grants[key])
        if child:
            begun = self.started(wire, scopes)
            assert begun is not None
            self.agents[child] = begun

    def settle(self, verdict: bridge.Verdict, used: dict[str, int], ok: bool, since: int, now: int) -> None:
        """So much of it stays used; `ok`: it succeeded, having been decided at `since`."""
        self.seen = max(self.seen, now)
        self.nums.update(self.core.settle(verdict.charges, used, ok, since, self.seen, self.nums))

    # ---- what is told ----

    def learn(self, run: str, told: Told) -> None:
        for each in told.records:
            key = record_key(each.record, run, each.key)
            if each.new is None:
                self.records.pop(key, None)
            else:
                self.records[key] = self.core.learn(self.records.get(key), each.new, each.mode)

    def answered(self, wire: Wire, run: str, result: Any, since: int) -> None:
        """The result of a tool call that has succeeded."""
        action = self.policy.normalise(self.typed(wire))
        self.learn(run, from_result(self.policy.records, wire["action"], action.plain_arguments(), result, since))  # type: ignore[attr-defined]

    def prompt(self, run: str, text: str, now: int) -> None:
        self.seen = max(self.seen, now)
        self.learn(run, from_prompt(self.policy.records, text, self.seen))

    def by_hand(self, run: str, record: str, key: str, values: dict[str, Any], now: int) -> None:
        self.seen = max(self.seen, now)
        self.learn(run, from_host(self.policy.records, record, key or None, values, self.seen))

    def tell(self, mark: Mark, scopes: dict[str, str], names: dict[str, str], now: int) -> None:
        """The host sets a fact's mark, or a label."""
        self.seen = max(self.seen, now)
        key = bridge.mark_key(mark, self.whole(scopes), names)
        assert key is not None
        self.nums.update(self.core.tell(key, self.seen, self.nums))

    # ---- people ----

    def grant(self, wire: Wire, scopes: dict[str, str]) -> Key:
        return self.core.grant_key(self.whole(scopes), self.digest(wire, self.whole(scopes)))

    def ask(self, wire: Wire, scopes: dict[str, str], verdict: bridge.Verdict, now: int) -> bool:
        """Asks people, unless they are asked already."""
        self.seen = max(self.seen, now)
        key = self.grant(wire, scopes)
        if key in self.grants and self.core.live(self.grants[key], self.seen):
            return False
        self.grants[key] = self.core.ask(bridge.needs(verdict), scopes.get("user", ""), self.seen, LONG)
        return True

    def vote(self, wire: Wire, scopes: dict[str, str], person: str, role: str, agrees: bool, now: int) -> bool:
        """Whether a vote is counted."""
        self.seen = max(self.seen, now)
        key = self.grant(wire, scopes)
        word = self.core.vote if agrees else self.core.refuse
        changed = word(self.grants[key], person, role, self.seen)
        if changed is not None:
            self.grants[key] = changed
        return changed is not None


__all__ = ["NOON", "SCOPES", "Loaded", "Product", "loaded", "month_end", "parts_of", "reason_of", "reported"]
