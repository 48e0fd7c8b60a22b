"""What the policy counts of a run: steps, attempts and batches, as calls of three tools that it declares.

    tools:
      flow/step:    {effect: run, args: {node: name, ms: {int: {min: 0}}}}
      flow/attempt: {effect: run, args: {node: name}}
      flow/batch:   {effect: run, args: {node: name, items: {int: {min: 0}}}}

PocketFlow has no limits of its own, and the language has budgets already: so each step is an action, decided, counted
and recorded as any other, by rules and budgets that name it. What the policy does not declare is not counted, and
costs nothing. A refusal ends the run: the tool call is required.

| argument | of | what |
|---|---|---|
| `node` | all | the node's name, stable through copies |
| `place` | all | the names from the outermost flow down, as `Flow/Flow/Ask`; of type `{segments: /}` |
| `ms` | all | milliseconds since the last call of this tool in the run, or since its begin: they add up to its time |
| `items` | batch | elements of the batch, or sub-flows of the batch flow |

A call carries those arguments that the policy declares. Python cannot stop code that is running: time is looked at when
the next of these calls is made.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sized
from typing import TYPE_CHECKING, Any

from havocproof.actions import ToolCall
from havocproof.errors import ConfigError
from havocproof.pocketflow.context import Here, names
from havocproof.ports.tools import ToolPort

if TYPE_CHECKING:
    from havocproof.gate import Gate, Session
    from havocproof.policy import Policy

STEP, ATTEMPT, BATCH = "flow/step", "flow/attempt", "flow/batch"
_ARGUMENTS = {
    STEP: frozenset({"node", "place", "ms"}),
    ATTEMPT: frozenset({"node", "place", "ms"}),
    BATCH: frozenset({"node", "place", "ms", "items"}),
}


class FlowPort(ToolPort):
    """Serves `flow/step`, `flow/attempt` and `flow/batch`. Their effect is that the flow goes on."""

    def __init__(self) -> None:
        super().__init__(dict.fromkeys(_ARGUMENTS, _goes_on))


def _goes_on(**_arguments: Any) -> None:
    return None


def counted(policy: Policy) -> dict[str, frozenset[str]]:
    """The tools of these that the policy declares, each with its arguments. ConfigError for arguments unknown here."""
    found: dict[str, frozenset[str]] = {}
    for tool, known in _ARGUMENTS.items():
        spec = policy.tools.get(tool)
        if spec is None:
            continue
        given = frozenset((*spec.required, *spec.optional))
        if given - known:
            raise ConfigError(
                f"the policy gives {tool} arguments that no flow has: {', '.join(sorted(given - known))}",
                f"Declare some of {', '.join(sorted(known))}.",
            )
        found[tool] = given
    return found


def served(gate: Gate) -> dict[str, frozenset[str]]:
    """What `counted` says of the gate's policy. ConfigError if no port of the gate serves one of them."""
    found = counted(gate.policy)
    missing = sorted(found.keys() - gate.ports.keys())
    if missing:
        raise ConfigError(
            f"the policy counts {', '.join(missing)}, and no port serves it", "Open the gate with a FlowPort() as well."
        )
    return found


class Count:
    """Counts for one run. Safe for several threads."""

    def __init__(self, session: Session, tools: Mapping[str, frozenset[str]]) -> None:
        self._session = session
        self._tools = tools
        self._last = dict.fromkeys(tools, time.monotonic_ns() // 1_000_000)
        self._turn = threading.Lock()

    def step(self, here: Here) -> None:
        """A node or a nested flow begins."""
        if STEP in self._tools:
            self._call(STEP, here)

    def attempt(self, here: Here) -> None:
        """An attempt of `exec` begins; of a batch, one for an element."""
        if ATTEMPT in self._tools:
            self._call(ATTEMPT, here)

    def batch(self, here: Here, items: Any, at_once: bool = False) -> Any:
        """The elements, counted: together if they have a number, else one by one as they are drawn.

        at_once: PocketFlow draws all of them before the first begins, so that they can be drawn here.
        """
        if BATCH not in self._tools or items is None:
            return items
        if at_once and not isinstance(items, Sized) and isinstance(items, Iterable):
            items = list(items)
        if isinstance(items, Sized):
            if len(items):
                self._call(BATCH, here, len(items))
            return items
        return self._drawn(here, items) if isinstance(items, Iterable) else items

    def _drawn(self, here: Here, items: Iterable[Any]) -> Iterator[Any]:
        for item in items:
            self._call(BATCH, here, 1)
            yield item

    def _call(self, tool: str, here: Here, items: int = 1) -> None:
        declared = self._tools[tool]
        arguments: dict[str, Any] = {}
        if "node" in declared:
            arguments["node"] = here[1]
        if "place" in declared:
            arguments["place"] = "/".join(names(here))
        if "items" in declared:
            arguments["items"] = items
        if "ms" in declared:
            arguments["ms"] = self._since(tool)
        self._session.require(ToolCall(tool=tool, arguments=arguments))

    def _since(self, tool: str) -> int:
        with self._turn:
            now = time.monotonic_ns() // 1_000_000
            passed, self._last[tool] = now - self._last[tool], now
        return passed
