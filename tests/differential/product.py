"""The product's decision: policy text, action, kernel. With the parts and cells that the gate and the store handle."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from havocproof.actions import action_from_wire
from havocproof.errors import ActionError, PolicyError
from havocproof.kernel import bridge
from havocproof.kernel.source import Atom, Part
from havocproof.policy import Policy, loads_policy
from tests.differential.generators import PolicyTree, text_of
from tests.differential.oracle import Verdict, deny, read
from tests.differential.oracle_events import PolicyText

SCOPES = {"tenant": "t", "user": "u", "session": "s", "run": "r"}
NOON = 1_795_694_400_000  # 2026-11-26 12:00 UTC
Cells = dict[bridge.Key, int]


def month_end(now: int) -> int:
    """The first moment of the next month in UTC, in ms."""
    moment = datetime.fromtimestamp(now // 1000, UTC)
    year, month = (moment.year, moment.month + 1) if moment.month < 12 else (moment.year + 1, 1)
    return int(datetime(year, month, 1, tzinfo=UTC).timestamp()) * 1000


def parts_of(policy: Policy, wire: dict[str, Any]) -> tuple[Part, ...]:
    """The parts of an action; those of SQL are given, as its port reports them."""
    if wire["action"] != "sql":
        return policy.parts(action_from_wire(wire))
    return tuple(reported(part) for part in wire["parts"])


def reported(part: dict[str, Any]) -> Part:
    atoms = []
    for given in part["atoms"]:
        places = {"table": tuple(given["table"].split("."))} if "table" in given else {}
        atoms.append(Atom(given | {"via": ""}, places))
    return Part(part["verb"], {"rows": part["rows"], "count": 1}, tuple(atoms))


def reason_of(verdict: bridge.Verdict) -> str:
    """The oracle's word for a verdict that is no permit and no ask."""
    if verdict.is_Denied:
        return "never"
    if verdict.is_Unpermitted:
        return "unpermitted"
    if verdict.is_Unpayable:
        return "unpayable"
    return "later" if verdict.is_Exhausted else "malformed"


@dataclass
class Product:
    """The product with one policy, and the cells of its store.

    `kernel` and `view` are for those who want a wrong one on purpose: a kernel of another source, and what of an
    action's parts it gets to see.
    """

    policy: Policy
    kernel: bridge.Kernel | None = None
    view: Callable[[tuple[Part, ...]], tuple[Part, ...]] = tuple
    cells: Cells = field(default_factory=dict)

    @property
    def core(self) -> bridge.Kernel:
        return self.kernel or self.policy.kernel

    def decide(self, wire: dict[str, Any], scopes: dict[str, str], now: int) -> tuple[Verdict, bridge.Verdict]:
        """The verdict in the oracle's words, and as it is. Nothing is reserved."""
        try:
            parts = self.view(parts_of(self.policy, wire))
        except ActionError:
            return deny("malformed"), None
        verdict = self.core.decide(parts, scopes | {"": ""}, month_end(now), now, self.cells)
        if verdict.is_Permitted:
            return Verdict("permit"), verdict
        if verdict.is_Asked:
            return Verdict("ask", bridge.needs(verdict)), verdict
        return deny(reason_of(verdict)), verdict

    def reserve(self, verdict: bridge.Verdict) -> None:
        self.cells.update(bridge.writes(verdict))

    def settle(self, verdict: bridge.Verdict, used: dict[str, int], now: int) -> None:
        self.cells.update(self.core.settle(verdict.charges, used, now, self.cells))


class Loaded(NamedTuple):
    """One text as the product loads it and as the oracle reads it. `tree` made the text, without its `dead` rules."""

    tree: PolicyTree
    dead: list[str]
    plain: PolicyText
    policy: Policy


def loaded(tree: PolicyTree) -> Loaded:
    """Load a policy; rules that the loader calls dead (E-DEAD) are taken out first. Other problems are raised."""
    dead: list[str] = []
    while True:
        text = text_of(tree)
        try:
            return Loaded(tree, dead, read(text), loads_policy(text))
        except PolicyError as error:
            errors = [problem for problem in error.problems if not problem.is_warning]
            if {problem.code for problem in errors} != {"E-DEAD"}:
                raise
            lines = text.splitlines()
            for problem in errors:
                dead.append(re.findall(r"\bid: (r\d+)", "\n".join(lines[: problem.line]))[-1])
            groups = {
                group: [rule for rule in rules if rule["id"] not in dead] for group, rules in tree["rules"].items()
            }
            tree = tree | {"rules": {group: rules for group, rules in groups.items() if rules}}
