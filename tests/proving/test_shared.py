"""The eight files that the language was designed with: their 42 claims hold, and what their claims hold fast."""

from __future__ import annotations

import pytest

from havocproof.policy import Policy
from havocproof.proving.mutants import mutants
from havocproof.proving.prove import prove
from havocproof.proving.results import Holds, MutantReport
from tests.policy.test_shared import POLICIES, shared

CLAIMS = {
    "banking-assistant": 6,
    "coding-agent": 9,
    "mcp-proxy": 5,
    "research-desk": 10,
    "retail-support": 6,
    "sql-analyst": 6,
}
WIDENED = {  # noticed, not noticed, permits nothing more
    "banking-assistant": (6, 3, 8),
    "coding-agent": (15, 14, 2),
    "mcp-proxy": (8, 18, 2),
    "research-desk": (10, 37, 4),
    "retail-support": (19, 15, 0),
    "sql-analyst": (6, 16, 2),
}


def test_there_are_42() -> None:
    assert {name: len(shared(name).invariants) for name in POLICIES} == CLAIMS
    assert sum(CLAIMS.values()) == 42


@pytest.mark.parametrize("name", POLICIES)
def test_they_hold(name: str) -> None:
    report = prove(shared(name))
    assert [(each.id, each.outcome) for each in report.results if each.status != "holds"] == []
    assert len(report.results) == CLAIMS[name]
    assert report.boxes < 1000
    assert report.held
    assert {each.code for each in report.notices} <= {"W-BOX"}


def test_only_one_says_nothing() -> None:
    """Nobody at the research desk may read what the guard's label is about."""
    found = {
        each.id: each.outcome.vacuous
        for name in POLICIES
        for each in prove(shared(name)).results
        if isinstance(each.outcome, Holds) and each.outcome.vacuous
    }
    assert found == {"restricted-material-stays": "nothing of `after` is ever permitted"}


def test_what_rests_on_more_than_verdicts_says_on_what() -> None:
    def by(name: str, label: str) -> tuple[str, ...]:
        (result,) = prove(shared(name), only={label}).results
        assert isinstance(result.outcome, Holds)
        return result.outcome.by

    assert by("research-desk", "run-spends-at-most") == ("budget `orders` of 100000.00 USD",)
    assert by("retail-support", "returned-once") == ("budget `back-once` of 1",)
    assert by("mcp-proxy", "private-code-stays-inside") == ("afterwards that session carries the label `inside`",)
    assert by("coding-agent", "no-commit-after-an-edit-without-tests") == (
        "afterwards `tests_passed` is not done in the run, until `pytest` succeeds",
    )


@pytest.fixture(scope="module", params=POLICIES)
def widened(request: pytest.FixtureRequest) -> tuple[str, Policy, MutantReport]:
    policy = shared(request.param)
    return request.param, policy, mutants(policy)


def test_of_their_widenings_so_many_are_noticed(widened: tuple[str, Policy, MutantReport]) -> None:
    name, _, report = widened
    assert tuple(report.count(outcome) for outcome in ("noticed", "unnoticed", "same")) == WIDENED[name]
    assert sum(WIDENED[name]) == len(report.mutants)


def test_what_nobody_notices_is_shown(widened: tuple[str, Policy, MutantReport]) -> None:
    _, policy, report = widened
    for mutant in report.mutants:
        if mutant.outcome == "noticed":
            assert set(mutant.noticed) <= {claim.id for claim in policy.invariants}
        elif mutant.outcome == "unnoticed" and mutant.rule.effect in ("permit", "ask", "forbid"):
            assert mutant.example is not None
            assert mutant.example.verdict != "deny", mutant
