"""Agents: what one may use and pass on is never more than what those before it had."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havocproof.errors import ConfigError
from havocproof.kernel import bridge
from havocproof.kernel.bridge import Kernel
from havocproof.kernel.source import Agent, AgentKind
from tests.kernel.support import ANY_READ, source

NONE: frozenset[str] = frozenset()
LOW, HIGH, BOTH = frozenset({"low"}), frozenset({"high"}), frozenset({"low", "high"})
KINDS = {
    "lead": AgentKind(LOW, HIGH, frozenset({"helper", "lead", "stranger"})),
    "helper": AgentKind(BOTH, LOW, frozenset({"leaf"})),
    "leaf": AgentKind(LOW, NONE, NONE),
}


def kernel() -> Kernel:
    return bridge.load(source(ANY_READ, agents=KINDS))


def test_a_root_has_all_of_its_kind() -> None:
    assert kernel().root("lead") == Agent("lead", LOW, HIGH)
    with pytest.raises(ConfigError, match="boss") as said:
        kernel().root("boss")
    assert "helper, lead, leaf" in str(said.value)


@pytest.mark.parametrize(
    ("kind", "uses", "passes", "may"),
    [
        ("helper", BOTH, LOW, True),  # what the parent passes on and what it uses itself
        ("helper", HIGH, NONE, True),  # less is always possible
        ("helper", NONE, NONE, True),
        ("helper", BOTH, HIGH, False),  # the kind may not pass that on
        ("lead", HIGH, NONE, False),  # the kind does not use that
        ("lead", LOW, HIGH, True),
        ("leaf", LOW, NONE, False),  # lead does not start it
        ("stranger", NONE, NONE, False),  # no kind of the policy
        ("helper", LOW | {"root"}, NONE, False),
    ],
)
def test_a_child_has_no_more_than_its_kind_and_its_parent(
    kind: str, uses: frozenset[str], passes: frozenset[str], may: bool
) -> None:
    loaded = kernel()
    child = loaded.spawn(loaded.root("lead"), kind, uses, passes)
    assert child == (Agent(kind, uses, passes) if may else None)


def test_what_was_not_passed_is_not_there_to_be_passed_on() -> None:
    loaded = kernel()
    helper = loaded.spawn(loaded.root("lead"), "helper", HIGH, NONE)
    assert helper is not None
    assert loaded.spawn(helper, "leaf", LOW, NONE) is None
    assert loaded.spawn(helper, "leaf", NONE, NONE) == Agent("leaf", NONE, NONE)


def test_an_agent_of_no_kind_starts_nobody() -> None:
    assert kernel().spawn(Agent("gone", BOTH, BOTH), "leaf", NONE, NONE) is None


GROUPS = st.frozensets(st.sampled_from(["low", "high", "root"]))


@given(chain=st.lists(st.tuples(st.sampled_from(sorted(KINDS)), GROUPS, GROUPS), max_size=6))
def test_no_chain_of_spawns_gains_anything(chain: list[tuple[str, frozenset[str], frozenset[str]]]) -> None:
    loaded = kernel()
    parent = loaded.root("lead")
    for kind, uses, passes in chain:
        child = loaded.spawn(parent, kind, uses, passes)
        had = parent.uses | parent.passes
        of = KINDS[kind]
        allowed = kind in KINDS[parent.kind].starts and uses <= had & of.uses and passes <= had & of.passes
        assert (child is not None) == allowed
        if child is not None:
            assert child.uses | child.passes <= had
            parent = child
