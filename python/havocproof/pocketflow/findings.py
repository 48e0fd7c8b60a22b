"""The findings of `diagnose`: what each code means and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass

from havocproof.pocketflow.counting import BATCH, STEP

ERROR, WARNING = "error", "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One odd thing. node: its place, as `Flow/Ask`; "" for what concerns all of them. what: the way that PocketFlow
    takes. remedy: what to do.
    """

    code: str
    level: str
    node: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.code} {self.node}: {self.what}" if self.node else f"{self.code} {self.what}"


CODES: dict[str, tuple[str, str, str]] = {
    "PF-RELEASE": (
        WARNING,
        "This pocketflow is none of those that the containment was compared with.",
        "Install pocketflow 0.0.3, or run the tests of tests/pocketflow with yours.",
    ),
    "PF-RETRIES": (
        WARNING,
        "In this pocketflow the elements of a parallel batch share one counter of attempts: a failure can be lost.",
        "Install pocketflow 0.0.3, or give the node one attempt.",
    ),
    "PF-INIT": (
        ERROR,
        "Its class did not call super().__init__(): it has no edges, and fails when it runs.",
        "Call super().__init__() in its __init__.",
    ),
    "PF-START": (
        ERROR,
        "The flow has no start: it does nothing and ends as if all had been well.",
        "Give it start=, the first node; the value of `a >> b` is b.",
    ),
    "PF-FALSE": (
        ERROR,
        "The node counts as false (it has a __len__ or __bool__ that says so): the flow ends before it.",
        "Let its __bool__ return True.",
    ),
    "PF-LABEL": (
        ERROR,
        "An edge has a label that is no text: True finds the edge 1, and a list cannot be looked up.",
        "Use text as labels, and return text or None from post.",
    ),
    "PF-END": (
        WARNING,
        "An edge leads to None: outside of strict runs PocketFlow warns there that the edge is not found.",
        "Run it strictly, or let a node without edges be the end.",
    ),
    "PF-ATTEMPTS": (
        ERROR,
        "max_retries is no integer above 0: exec never runs, its result is None, and post goes on with that.",
        "max_retries counts all attempts: give it 1 or more.",
    ),
    "PF-REPEATS": (
        WARNING,
        "Its exec acts and has several attempts: each attempt acts again.",
        "Give the action an idempotency key, or bound it by a budget, or act in a node with one attempt.",
    ),
    "PF-ASYNC": (
        ERROR,
        "An asynchronous node stands in a flow that is not: it raises RuntimeError, after others have acted.",
        "Use an AsyncFlow around it.",
    ),
    "PF-SKIPS": (
        ERROR,
        "An asynchronous flow stands in one that is not: its prep_async and post_async are skipped.",
        "Use an AsyncFlow around it.",
    ),
    "PF-IGNORED": (
        WARNING,
        "An asynchronous node has hooks that are never called, as it has their asynchronous kinds.",
        "Name them prep_async, exec_async and post_async.",
    ),
    "PF-AWAIT": (
        ERROR,
        "A hook is of the wrong kind: a coroutine that nobody awaits, or a function that is awaited after it acted.",
        "Write `async def` in asynchronous nodes, and `def` in the others.",
    ),
    "PF-LOST": (
        WARNING,
        "A hook sets an attribute of its node: PocketFlow runs a copy each time, and the attribute is gone with it.",
        "Keep it in the shared store, or in something that the attribute holds, such as a list.",
    ),
    "PF-BLOCKS": (
        WARNING,
        "A node that is not asynchronous waits between attempts, and all tasks wait with it.",
        "Make it an AsyncNode, or set wait=0.",
    ),
    "PF-ESCAPE": (
        WARNING,
        "The nested flow has no post of its own and several ways on: a label within it, maybe a model's, chooses.",
        "Run it strictly and name its `exits`, or write its post.",
    ),
    "PF-ITSELF": (
        ERROR,
        "The flow contains itself: it ends with RecursionError.",
        "Lead an edge back instead.",
    ),
    "PF-LOOP": (
        WARNING,
        f"The graph has a loop, and the policy counts no {STEP}: nothing but the model ends it.",
        f"Declare {STEP} in the policy and give it a budget per run.",
    ),
    "PF-WIDTH": (
        WARNING,
        f"All elements start at once, however many there are, and the policy counts no {BATCH}.",
        f"Declare {BATCH} in the policy and bound its items.",
    ),
    "PF-MACHINERY": (
        WARNING,
        "The class overrides what runs its hooks: borders stand around that, not within.",
        "Override hooks; the session refuses what a stopped run tries, in any case.",
    ),
}
"""Level, what, remedy of each code."""


def finding(code: str, node: str) -> Finding:
    """The finding of this code about the node at this place."""
    level, what, remedy = CODES[code]
    return Finding(code, level, node, what, remedy)
