"""`when`: what a rule asks of the session (POLICY.md 2.4, 2.7, 2.8, 2.9). Part of the oracle: see `oracle.py`."""

from __future__ import annotations

from typing import Any

from tests.differential.language import Answer, every, holds, some
from tests.differential.oracle_events import Scene
from tests.differential.oracle_facts import begun, done
from tests.differential.oracle_labels import carried_alone
from tests.differential.oracle_records import field_at
from tests.differential.values import Value, Values


def negated(answer: Answer) -> Answer:
    return None if answer is None else not answer


def when(scene: Scene, tests: dict[str, Any], atom: Values) -> Answer:
    """The conjunction under `when`."""
    answers: list[Answer] = []
    for word, test in tests.items():
        names = test if isinstance(test, list) else [test]
        if word == "after":
            answers += [done(scene, name, atom) for name in names]
        elif word == "never_after":
            answers += [negated(begun(scene, name, atom)) for name in names]
        elif word == "carries":
            answers.append(any(carries(scene, name) for name in names))
        elif word == "agent":
            answers.append(holds(scene, test, scene.scopes.get("agent", "main")))
        else:
            answers += [
                field(scene, f"{word}.{name}", one, test.get("by"), atom) for name, one in test.items() if name != "by"
            ]
    return every(answers)


def carries(scene: Scene, label: str) -> bool:
    """Whether the session carries a label; whether what the action itself brings counts here, the prose leaves open."""
    return label in carried_alone(scene) or (label in scene.bringing and scene.reading("carries"))


def field(scene: Scene, reference: str, test: Any, by: str | None, atom: Values) -> Answer:
    """A test on a field of a record: some recorded value passes it; `known` and `unknown` ask whether it is there."""
    found = field_at(scene, reference, by, atom)
    if test in ("known", "unknown"):
        return (found is not None) is (test == "known")
    return None if found is None else of_many(scene, test, found, atom)


def of_many(scene: Scene, test: Any, found: list[Value], atom: Values) -> Answer:
    if isinstance(test, list):
        return some([of_many(scene, one, found, atom) for one in test])
    if isinstance(test, dict) and "not" in test:
        return negated(of_many(scene, test["not"], found, atom))
    return some([holds(scene, test, value, atom) for value in found])
