"""What a host says in a history, and what tools answer: drawn from the policy's records, facts and labels."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any, NamedTuple

from tests.differential.generators import PolicyTree
from tests.differential.loading import FILES
from tests.differential.oracle_events import Scopes
from tests.differential.record_policies import answer, person_says, row


class Step(NamedTuple):
    """`kind` is the name of a function of `Player`, `args` are what it takes."""

    kind: str
    args: tuple[Any, ...]


@dataclass
class Words:
    """What can be told under one policy: facts and labels that the host may set, and what it may record."""

    facts: dict[str, int] = field(default_factory=dict)
    labels: list[str] = field(default_factory=list)
    records: PolicyTree = field(default_factory=dict)

    def told(self, rng: Random, who: Scopes) -> Step:
        """One word of the host, or of the person."""
        keys = [tuple(rng.choice("pqr") for _ in range(number)) for number in self.facts.values()]
        steps = [Step("tell", (who, "label", name, ())) for name in self.labels]
        steps += [Step("tell", (who, "fact", name, key)) for name, key in zip(self.facts, keys, strict=True)]
        for name, spec in self.records.items():
            if spec["from"] == "prompt":
                steps += [Step("prompt", (who, person_says(rng)))] * 2
            elif spec["from"] == "host":
                steps += [Step("note", (who, name, rng.choice("pqr") if "key" in spec else "", noted(rng, spec)))] * 2
        return rng.choice(steps or [Step("nothing", ())])

    def result(self, rng: Random, action: dict[str, Any]) -> Any:
        """What an action answers."""
        return answer(rng, action)


def noted(rng: Random, spec: PolicyTree) -> dict[str, Any]:
    """Values of all fields of a record, of their types: the host makes no mistakes, which would be refused aloud."""
    while True:
        found = row(rng)
        values = {name: found.get(name) for name in spec["fields"]}
        values |= {"ys": ["p"]} if "ys" in values else {}
        if all(_sound(name, one) for name, one in values.items()):
            return values


def _sound(name: str, value: Any) -> bool:
    if name in ("xs", "ys", "m"):
        known = ("u@a.b", "v@a.b") if name == "m" else ("p", "q", "r")
        return isinstance(value, list) and all(one in known for one in value)
    if name == "n":
        return type(value) is int
    if name == "t":
        return isinstance(value, str) and value.removesuffix(" USD").startswith(("99.", "100."))
    return value in (("p", "q") if name == "s" else ("p", "q", "r"))


def words_for(tree: PolicyTree) -> Words:
    words = Words(records=tree.get("records", {}))
    for layer in [tree, *tree.get(FILES, {}).values()]:
        for name, spec in layer.get("facts", {}).items():
            if spec["by"] == "host" or "host" in spec["by"]:
                words.facts[name] = 1 if "per" in spec else 0
        words.labels += [name for name, spec in layer.get("labels", {}).items() if "host" in spec["from"]]
    return words
