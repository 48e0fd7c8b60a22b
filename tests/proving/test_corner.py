"""A corner that the search cannot decide: told with the rules that meet there, within the budget, never waited for."""

from __future__ import annotations

import tracemalloc
from typing import Any

import pytest

from havocproof.analysis.code import Idle
from havocproof.analysis.idle import share
from havocproof.policy import loads_policy
from havocproof.proving.prove import Proving, prove
from havocproof.proving.results import Holds, Undecided

PAIRS = 28


def corner(pairs: int) -> str:
    """Pairs of arguments that forbids keep apart, each in a choice of two ways, and one pair that they leave no way.
    Nothing is permitted; who does not look at the last pair first goes through two to the power of the pairs."""
    names = [f"{letter}{number:02d}" for number in range(pairs + 1) for letter in "ab"]
    lines = ["havocproof: 1", "policy: corner", "tools:"]
    lines.append(f"  act: {{effect: change, args: {{{', '.join(f'{name}: bool' for name in names)}}}}}")
    lines += ["rules:", "  all:"]
    lines.append(f"    - {{id: act, permit: act, where: {{{', '.join(f'{name}: any' for name in names)}}}}}")
    both = ((one, two) for one in ("true", "false") for two in ("true", "false"))
    ways = [(f"{number:02d}", way) for number in range(pairs) for way in (("true", "true"), ("false", "false"))]
    for number, (one, two) in [*ways, *((f"{pairs:02d}", way) for way in both)]:
        where = f"{{a{number}: {one}, b{number}: {two}}}"
        lines.append(f"    - {{id: n{number}{one[0]}{two[0]}, forbid: act, why: so, where: {where}}}")
    return "\n".join([*lines, "prove:", "  - {id: nothing, never: act}", ""])


def test_a_corner_beyond_the_budget_is_not_decided_and_names_who_meets_there() -> None:
    policy = loads_policy(corner(PAIRS))
    outcome = Proving(policy, boxes=3_000).outcome(policy.invariants[0])
    assert isinstance(outcome, Undecided)
    assert outcome.why == "the budget of 3000 boxes was used up"
    assert {each.id for each in outcome.rules} >= {"act", "n00tt", f"n{PAIRS:02d}ff"}


def test_the_same_corner_with_fewer_pairs_is_decided() -> None:
    policy = loads_policy(corner(6))
    assert isinstance(Proving(policy, boxes=3_000).outcome(policy.invariants[0]), Holds)


@pytest.mark.parametrize(
    ("budget", "rules", "each"), [(50_000, 61, 819), (50_000, 1, 50_000), (3_000, 61, 500), (7, 61, 7)]
)
def test_rules_share_the_budget_of_a_question_that_nobody_asked(budget: int, rules: int, each: int) -> None:
    assert share(budget, rules) == each


def test_whether_rules_are_dead_is_asked_with_their_share(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of each of sixty rules; what is not decided is not told."""
    policy, lives, given = loads_policy(corner(PAIRS)), Idle.default__.Lives, list[tuple[int, int]]()

    def spied(table: Any, code: Any, ids: Any, places: Any, key: int, boxes: int) -> Any:
        given.append((len(ids), boxes))
        return lives(table, code, ids, places, key, boxes)

    monkeypatch.setattr(Idle.default__, "Lives", staticmethod(spied))
    report = prove(policy, boxes=3_000)
    assert not any(each.code == "W-DEAD" for each in report.notices)
    assert given == [(len(policy.source.rules), share(3_000, len(policy.source.rules)))]


def test_a_larger_budget_takes_no_more_memory() -> None:
    policy = loads_policy(corner(PAIRS))
    peaks = []
    for boxes in (500, 4_000):
        proving = Proving(policy, boxes=boxes)
        tracemalloc.start()
        proving.outcome(policy.invariants[0])
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0], peaks
