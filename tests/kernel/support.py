"""What the tests of the kernel share: small sources, requests, and a session whose cells are kept in a dict.

They test what the bridge hands to the kernel and what comes back. Whether a policy file decides as its text says is
tested against the oracle in tests/differential.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from havocproof.kernel import bridge
from havocproof.kernel.bridge import Kernel, Verdict
from havocproof.kernel.source import (
    LABEL,
    AgentKind,
    Atom,
    Axis,
    Budget,
    Grant,
    Key,
    Mark,
    Part,
    Pattern,
    Placed,
    Quorum,
    Record,
    Rule,
    Source,
    View,
)

SCOPES = {"": "", "tenant": "t", "user": "u", "session": "s", "run": "r", "agent": "main", "self": "s", "agent.0": "s"}
ALL = frozenset({""})
READ, PAY, SEND = frozenset({"file.read"}), frozenset({"money.payment"}), frozenset({"message.send"})
NOW, MONTH = 1_000, 9_000
AXES = {
    "file.read": (Axis("path", True),),
    "money.payment": (Axis("payee", False),),
    "message.send": (Axis("recipient", False),),
}
UNDER_DATA = Placed("path", (Pattern(("data",), open=True),))
ANY_READ, ANY_PAY, ANY_SEND = (
    Rule(f"any-{of}", "permit", verbs) for of, verbs in zip("rps", (READ, PAY, SEND), strict=True)
)
TAINT = Mark(LABEL, "taint", ("self",))


def source(
    *rules: Rule,
    quorums: dict[str, Quorum] | None = None,
    agents: dict[str, AgentKind] | None = None,
    policy: str = "policy",
    **budgets: Budget,
) -> Source:
    return Source(AXES, rules, budgets, quorums or {}, agents or {}, policy)


def read(path: str, **ints: int) -> Part:
    segments = tuple(path.strip("/").split("/"))
    return Part("file.read", {"count": 1, **ints}, (Atom({"path": path, "name": segments[-1]}, {"path": segments}),))


def pay(payee: str, amount: int = 1, count: int = 1) -> Part:
    return Part("money.payment", {"count": count, "amount": amount}, (Atom({"payee": payee, "currency": "USD"}, {}),))


def send(recipient: str) -> Part:
    return Part("message.send", {"count": 1}, (Atom({"recipient": recipient}, {}),))


@dataclass
class Session:
    """A kernel, and what a store would remember for it."""

    kernel: Kernel
    nums: dict[Key, int] = field(default_factory=dict)
    records: dict[Key, Record] = field(default_factory=dict)
    grants: dict[Key, Grant] = field(default_factory=dict)
    scopes: dict[str, str] = field(default_factory=lambda: dict(SCOPES))

    @property
    def view(self) -> View:
        return View(self.nums, self.records, self.grants)

    def decide(
        self, *parts: Part, now: int = NOW, seen: int = 0, groups: Iterable[str] = ALL, digest: str = ""
    ) -> Verdict:
        return self.kernel.decide(parts, self.scopes, frozenset(groups), MONTH, now, seen, self.view, digest)

    def do(self, *parts: Part, now: int = NOW, digest: str = "") -> Verdict:
        """Decides, which must permit, and writes what the verdict leaves."""
        verdict = self.decide(*parts, now=now, digest=digest)
        assert verdict.is_Permitted, verdict
        self.nums.update(bridge.writes(verdict))
        return verdict

    def settle(
        self, verdict: Verdict, used: dict[str, int] | None = None, *, ok: bool = True, since: int = NOW, now: int = NOW
    ) -> None:
        self.nums.update(self.kernel.settle(verdict.charges, used or {}, ok, since, now, self.nums))


def load(*rules: Rule, quorums: dict[str, Quorum] | None = None, policy: str = "policy", **budgets: Budget) -> Session:
    """A session of a policy with these rules that remembers nothing."""
    return Session(bridge.load(source(*rules, quorums=quorums, policy=policy, **budgets)))
