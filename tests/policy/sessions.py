"""A session as the kernel sees it: cells that decisions read and write, a clock that the test turns, outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from havocproof.actions.wire import action_from_wire
from havocproof.kernel import bridge
from havocproof.kernel.source import Key, Mark, Part, View
from havocproof.policy import Explanation, Policy, explain
from tests.policy.support import DAY, NOW, SCOPES


class Session:
    """One run under a policy. Sessions that share `cells` share a store."""

    def __init__(
        self, policy: Policy, cells: dict[Key, int] | None = None, scopes: Mapping[str, str] | None = None
    ) -> None:
        self.policy = policy
        self.cells = cells if cells is not None else {}
        self.scopes = {**SCOPES, **(scopes or {})}
        self.now = NOW
        self.groups = policy.source.agents[self.scopes["agent"]].uses
        self.open: list[tuple[Any, int]] = []

    def do(self, verb: str, ends: bool | None = True, **arguments: Any) -> str:
        """What becomes of an action. `ends`: it succeeds, or fails; None: it goes on until `end`."""
        return self.parts(self.policy.parts(action_from_wire({"action": verb, "args": arguments})), ends)

    def parts(self, parts: tuple[Part, ...], ends: bool | None = True) -> str:
        """As `do`, for effects that are given by their parts."""
        self.now += 1
        verdict = self.decide(parts)
        if not verdict.is_Permitted:
            said = self.explain(parts, verdict)
            needs = " ".join(said.facts["needs"]) if said.kind == "ask" else said.rule
            return f"{said.kind} {needs}".strip()
        self.cells.update(bridge.writes(verdict))
        self.open.append((verdict.charges, self.now))
        if ends is not None:
            self.end(ends)
        return "permit"

    def end(self, succeeded: bool = True, used: Mapping[str, int] | None = None) -> None:
        """The last action that goes on ends. What failed gives everything back."""
        charges, since = self.open.pop()
        stays = {"at_once": 0, **(used or {})}
        if not succeeded:
            stays = {measure: 0 for _, _, _, measure in bridge.charges_to_json(charges)}
        self.cells.update(self.policy.kernel.settle(charges, stays, succeeded, since, self.now, self.cells))

    def tell(self, mark: Mark, **names: str) -> None:
        """The host sets a mark."""
        key = bridge.mark_key(mark, self.scopes, names)
        assert key is not None
        self.cells.update(self.policy.kernel.tell(key, self.now, self.cells))

    def decide(self, parts: tuple[Part, ...]) -> Any:
        view = View(self.cells, {}, {})
        return self.policy.kernel.decide(parts, self.scopes, self.groups, self.now + 31 * DAY, self.now, 0, view)

    def explain(self, parts: tuple[Part, ...], verdict: Any) -> Explanation:
        scene = bridge.scene(self.scopes, self.groups, self.now, View(self.cells, {}, {}))
        return explain(self.policy, parts, verdict, scene)

    def told(self, verb: str, **arguments: Any) -> Explanation:
        """The explanation of what would become of an action now."""
        parts = self.policy.parts(action_from_wire({"action": verb, "args": arguments}))
        return self.explain(parts, self.decide(parts))

    def carries(self, label: str) -> bool:
        key = bridge.mark_key(self.policy.labels[label].mark, self.scopes, {})
        return key is not None and self.cells.get(key, 0) > 0
