"""What a host says in a history, and what tools answer: drawn from the policy's records, facts and labels."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any

from tests.differential.generators import PolicyTree
from tests.differential.loading import FILES
from tests.differential.oracle_events import Scopes

if TYPE_CHECKING:
    from tests.differential.scripts import Step


@dataclass
class Words:
    """What can be told under one policy: names of facts and labels that the host may set, and the records."""

    facts: dict[str, int] = field(default_factory=dict)
    labels: list[str] = field(default_factory=list)
    records: dict[str, Any] = field(default_factory=dict)

    def told(self, rng: Random, who: Scopes) -> Step:
        """One word of the host."""
        from tests.differential.scripts import Step

        steps = [Step("tell", (who, "label", name, ())) for name in self.labels]
        steps += [
            Step("tell", (who, "fact", name, tuple(rng.choice("pqr") for _ in range(keys))))
            for name, keys in self.facts.items()
        ]
        return rng.choice(steps or [Step("nothing", ())])

    def result(self, rng: Random, action: dict[str, Any]) -> Any:
        """What an action answers."""
        return None


def words_for(rng: Random, tree: PolicyTree) -> Words:
    words = Words()
    for layer in [tree, *tree.get(FILES, {}).values()]:
        for name, spec in layer.get("facts", {}).items():
            if spec["by"] == "host" or "host" in spec["by"]:
                words.facts[name] = 1 if "per" in spec else 0
        words.labels += [name for name, spec in layer.get("labels", {}).items() if "host" in spec["from"]]
    return words
