"""The product's decision: policy text, action, kernel. With the parts and cells that the gate and the store handle."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from havocproof.actions import action_from_wire
from havocproof.errors import ActionError, PolicyError
from havocproof.kernel import bridge
from havocproof.kernel.source import Atom, Part
from havocproof.policy import Policy, loads_policy
from tests.differential.generators import PolicyTree, text_of
from tests.differential.language import PolicyText
from tests.differential.oracle import Verdict, deny, read

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
    return tuple(_reported(part) for part in wire["parts"])


def _reported(part: dict[str, Any]) -> Part:
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
    """The product with one policy, and the cells of its store."""

    policy: Policy
    cells: Cells = field(default_factory=dict)

    def decide(self, wire: dict[str, Any], scopes: dict[str, str], now: int) -> tuple[Verdict, bridge.Verdict]:
        """The verdict in the oracle's words, and as it is. Nothing is reserved."""
        try:
            parts = parts_of(self.policy, wire)
        except ActionError:
            return deny("malformed"), None
        verdict = self.policy.kernel.decide(parts, scopes | {"": ""}, month_end(now), now, self.cells)
        if verdict.is_Permitted:
            return Verdict("permit"), verdict
        if verdict.is_Asked:
            return Verdict("ask", bridge.needs(verdict)), verdict
        return deny(reason_of(verdict)), verdict

    def reserve(self, verdict: bridge.Verdict) -> None:
        self.cells.update(bridge.writes(verdict))

    def settle(self, verdict: bridge.Verdict, used: dict[str, int], now: int) -> None:
        self.cells.update(self.policy.kernel.settle(verdict.charges, used, now, self.cells))


def without_dead(tree: PolicyTree) -> tuple[PolicyTree, list[str]]:
    """The policy without the rules that the loader calls dead (E-DEAD), and their ids. Other problems are raised."""
    dead: list[str] = []
    while True:
        try:
            loads_policy(text_of(tree))
            return tree, dead
        except PolicyError as error:
            errors = [problem for problem in error.problems if not problem.is_warning]
            if {problem.code for problem in errors} != {"E-DEAD"}:
                raise
            lines = text_of(tree).splitlines()[: errors[0].line]
            dead.append(re.findall(r"\bid: (r\d+)", "\n".join(lines))[-1])
            groups = {
                group: [rule for rule in rules if rule["id"] != dead[-1]] for group, rules in tree["rules"].items()
            }
            tree = tree | {"rules": {group: rules for group, rules in groups.items() if rules}}


def loaded(tree: PolicyTree) -> tuple[PolicyText, Policy]:
    """What the oracle reads and what the product loads, from one text. Raises `PolicyError`."""
    text = text_of(tree)
    return read(text), loads_policy(text)
