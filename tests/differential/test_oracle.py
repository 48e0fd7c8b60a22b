"""The oracle itself: sentences of POLICY.md, and the examples that the research desk's policy carries."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.differential.language import fits, holds
from tests.differential.oracle import Event, Verdict, decide, read
from tests.differential.oracle_events import Scene
from tests.differential.product import NOON, SCOPES
from tests.differential.spending import window
from tests.differential.values import Amount, Place, Text, segments

DESK = (Path(__file__).parents[2] / "examples" / "research_desk" / "policy.yaml").read_text(encoding="utf-8")
EXAMPLES: list[dict[str, Any]] = yaml.load(DESK, Loader=yaml.BaseLoader)["examples"]


def typed(args: dict[str, Any]) -> dict[str, Any]:
    return {key: int(one) if key == "quantity" else one for key, one in args.items()}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["expect"])
def test_the_desks_examples_are_decided_as_they_expect(example: dict[str, Any]) -> None:
    [(verb, args)] = example["do"].items()
    verdict = decide(read(DESK), {"action": verb, "args": typed(args)}, [], SCOPES, NOON)
    kind, *rest = example["expect"].split()
    assert verdict.kind == kind
    if kind == "ask":
        assert verdict.needs == set(rest)
    elif kind == "deny" and rest:
        # `fix` names the one argument that is wrong.
        assert {"fix": "unpermitted"}.get(rest[0], rest[0]) in verdict.reasons


@pytest.mark.parametrize(
    ("pattern", "inside", "outside"),
    [
        ("*.example.com", ["a.example.com"], ["example.com", "a.b.example.com", "a.example.org"]),
        ("**.example.com", ["example.com", "a.example.com", "a.b.example.com"], ["example.org", "com"]),
        ("ip:203.0.113.7", ["ip:203.0.113.7"], ["203.0.113.7.com"]),
    ],
)
def test_hosts_are_read_from_right_to_left(pattern: str, inside: list[str], outside: list[str]) -> None:
    found = {host: fits(segments("host", pattern), segments("host", host)) for host in inside + outside}
    assert found == dict.fromkeys(inside, True) | dict.fromkeys(outside, False)


@pytest.mark.parametrize(
    ("pattern", "inside", "outside"),
    [
        ("/data/**", ["/data", "/data/a", "/data/a/b"], ["/", "/dat", "/database"]),
        ("/data/*/**", ["/data/a", "/data/a/b"], ["/data"]),
        ("/data/*", ["/data/a"], ["/data", "/data/a/b"]),
        ("/**", ["/", "/a"], []),
    ],
)
def test_paths_are_read_from_left_to_right(pattern: str, inside: list[str], outside: list[str]) -> None:
    found = {path: fits(segments("path", pattern), segments("path", path)) for path in inside + outside}
    assert found == dict.fromkeys(inside, True) | dict.fromkeys(outside, False)


@pytest.mark.parametrize(
    ("test", "value", "answer"),
    [
        ("any", None, True),
        ("none", None, True),
        ("none", "x", False),
        ({"is": "any"}, "any", True),
        ({"is": "any"}, "x", False),
        (["x", "none"], None, True),
        ({"not": ["x", "y"]}, "z", True),
        ({"not": "x"}, "x", False),
        ("$s", "x", True),
        ({"above": "500.00 USD", "max": "600.00 USD"}, Amount(50_001, "USD"), True),
        ({"above": "500.00 USD"}, Amount(50_000, "USD"), False),
        ({"above": "500.00 USD"}, Amount(50_001, "EUR"), False),
        ({"max": "4 KiB"}, Text("x" * 4096), True),
        ({"max": "4 KiB"}, Text("é" * 2049), False),
        ({"min": "2026-11-23", "below": "2026-11-25"}, 739_944, True),
        ("a@*.b", Place("email", ("b", "c", "@", "a")), True),
    ],
)
def test_a_test_answers_as_section_2_2_says(test: Any, value: Any, answer: bool) -> None:
    policy = {"sets": {"s": {"name": ["$t", "y"]}, "t": {"name": ["x"]}}}
    assert holds(Scene(policy, policy, [], SCOPES, NOON), test, value) is answer


BUDGET = """
rules: {g: [{permit: [file.read, file.delete, file.write], where: {path: any}}]}
budgets: {b: {bytes: 10 B, of: [file.delete, file.write], per: [run], every: month}}
"""


def test_budgets_are_added_up() -> None:
    move = {"action": "file.move", "args": {"source": "/a", "target": "/b", "max_bytes": 4}}
    event = Event(NOON, move, SCOPES)
    assert decide(read(BUDGET), move, [], SCOPES, NOON) == Verdict("permit")  # a deletion and a write: 8
    assert decide(read(BUDGET), move, [event], SCOPES, NOON).reasons == {"later"}
    event.outcome, event.used = "settled", {"bytes": 2}
    assert decide(read(BUDGET), move, [event], SCOPES, NOON).kind == "permit"
    event.used = {"count": 1}  # what is not told was used whole
    assert decide(read(BUDGET), move, [event], SCOPES, NOON).kind == "deny"
    assert decide(read(BUDGET), move, [event], SCOPES | {"run": "other"}, NOON).kind == "permit"
    assert decide(read(BUDGET), move, [event], SCOPES, NOON + 30 * 86_400_000).kind == "permit"
    event.outcome = "released"
    assert decide(read(BUDGET), move, [event], SCOPES, NOON).kind == "permit"


def test_windows_are_aligned() -> None:
    assert window("1d", 86_400_000 - 1) != window("1d", 86_400_000)
    assert window("90s", 90_000) == window("90s", 179_999)
    assert window("month", 1_796_083_199_999) == (2026, 11)
    assert window("month", 1_796_083_200_000) == (2026, 12)
    assert window(None, 0) == window(None, 10**15)
