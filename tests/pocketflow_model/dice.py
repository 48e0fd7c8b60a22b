"""What user code draws: values, items of batches, labels, attributes."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.pocketflow_model.plain import Sub, Thing

BATCH_NODES = {"BatchNode", "AsyncBatchNode", "AsyncParallelBatchNode"}
BATCH_FLOWS = {"BatchFlow", "AsyncBatchFlow", "AsyncParallelBatchFlow"}
FLOWS = BATCH_FLOWS | {"Flow", "AsyncFlow"}
SYNC = ["BaseNode", "Node", "BatchNode", "Flow", "BatchFlow"]
KINDS = [
    *SYNC,
    "AsyncNode",
    "AsyncBatchNode",
    "AsyncParallelBatchNode",
    "AsyncFlow",
    "AsyncBatchFlow",
    "AsyncParallelBatchFlow",
]
KEYS = ["default", "default", "default", "a", "b", "ab", True, 1, 1.0, 0, False, 0.5, None, ""]
TIDY = ["default", "default", "a", "b", "ab"]
LABELS = [None, "", "default", "a", "b", "zzz", 0, False, True, 1, 1.0, 0.0, 0.5, [], {}]


class Dice(Random):
    """wild: how often user code does what the package has no use for."""

    wild = 0.0
    tidy = False  # edges and labels are mostly those of strict mode

    def key(self) -> Any:
        if self.tidy and self.random() < 0.97:
            return self.choice(TIDY)
        return self.choice(KEYS) if self.random() < 0.95 else self.sub()

    def sub(self) -> Sub:
        return Sub(self.choice(["a", "zzz", "", "default"]), self.choice(["a", "b", "default", "zzz"]))

    def scalar(self) -> Any:
        if self.random() < 0.05:
            return self.sub()
        plain = [None, None, True, False, 0, 1, 2, 0.0, 1.0, 0.5, "", "a", "b", "ab", "default", "0"]
        return self.choice([*plain, Thing(self.randrange(3))])

    def dictionary(self) -> dict[str, Any]:
        return {self.choice("xyz"): self.choice([0, 1, "q", None]) for _ in range(self.randrange(3))}

    def value(self) -> Any:
        x = self.random()
        if x < 0.7:
            return self.scalar()
        return [self.scalar() for _ in range(self.randrange(3))] if x < 0.85 else self.dictionary()

    def item(self, kind: str) -> Any:
        """One item of a batch."""
        return self.dictionary() if kind in BATCH_FLOWS and self.random() >= self.wild / 3 else self.scalar()

    def prepared(self, kind: str) -> Any:
        """What prep gives: mostly what the class can use."""
        if kind in BATCH_NODES and self.random() < 0.1:
            return self.choice(["ab", self.sub(), self.dictionary(), None, 0, ""])
        if kind in BATCH_NODES | BATCH_FLOWS and self.random() >= self.wild:
            return [self.item(kind) for _ in range(self.randrange(4))]
        return self.value()

    def label(self, edges: list[Any]) -> Any:
        if self.tidy and not edges and self.random() < 0.8:
            return self.choice([*TIDY, None])
        if self.random() < (0.85 if self.tidy else 0.55) and edges:
            return self.choice(edges)
        if self.random() >= self.wild:
            return self.choice(LABELS)
        if self.random() < 0.3:
            return self.choice([["a"], {"a": 1}])
        return self.value()

    def attempts(self) -> int:
        return self.choice([1, 1, 2, 2, 3, 3, 0, -1])

    def wait(self) -> int:
        return self.choice([0, 0, 1, 1, -1])
