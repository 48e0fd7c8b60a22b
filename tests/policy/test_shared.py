"""The eight files that the language was designed with: each loads, its examples hold, and it says what it should."""

from __future__ import annotations

from pathlib import Path

import pytest

from havocproof.errors import PolicyError
from havocproof.policy import Policy, load_policy, run_examples
from havocproof.policy.extent import extent

SHARED = Path(__file__).parent / "shared"
POLICIES = ("banking-assistant", "coding-agent", "mcp-proxy", "research-desk", "retail-support", "sql-analyst")
LAYERS = {"firm-guard": "guard", "firm-vocabulary": "vocabulary"}


def shared(name: str) -> Policy:
    return load_policy(SHARED / f"{name}.yaml")


def test_these_are_all() -> None:
    assert {path.stem for path in SHARED.glob("*.yaml")} == {*POLICIES, *LAYERS}


@pytest.mark.parametrize("name", POLICIES)
def test_it_loads_and_its_examples_hold(name: str) -> None:
    policy = shared(name)
    assert policy.name == name
    failed = [result for result in run_examples(policy) if not result.passed]
    assert failed == []
    assert policy.source.rules
    assert policy.kernel is policy.kernel
    assert policy.invariants


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_loads_with_what_stands_under_it(name: str) -> None:
    with pytest.raises(PolicyError) as caught:
        shared(name)
    assert [each.code for each in caught.value.problems if not each.is_warning] == ["E-KEY"]
    assert "does not load alone" in str(caught.value)
    desk = shared("research-desk")
    assert any(label.startswith("firm-guard/") for label in desk.rules) is True
    assert "firm-guard/firm-trades" in desk.source.budgets


@pytest.mark.parametrize("name", POLICIES)
def test_only_what_is_meant_is_warned_about(name: str) -> None:
    codes = {each.code for each in shared(name).warnings}
    assert codes == ({"W-BOX"} if name in ("coding-agent", "research-desk") else set())


@pytest.mark.parametrize("name", POLICIES)
def test_one_atom_reaches_little(name: str) -> None:
    found = extent(shared(name).source)
    assert found.width[0] <= 16
    assert found.guards[0] <= 32
    assert found.nodes[0] <= 32


def test_no_two_are_the_same_policy() -> None:
    assert len({shared(name).source.id for name in POLICIES}) == len(POLICIES)
