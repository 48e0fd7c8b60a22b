"""What the kernel refuses to load, with the rule or the policy named."""

from __future__ import annotations

import pytest

from havocproof.errors import ConfigError
from havocproof.kernel import bridge
from havocproof.kernel.source import (
    BUDGET,
    DONE,
    DUTY,
    GRANT,
    LABEL,
    MARK,
    RATE,
    RECORD,
    SOFT,
    AgentKind,
    Budget,
    Mark,
    Quorum,
    Rule,
    Source,
    Stands,
)
from tests.kernel.support import ANY_READ, READ, UNDER_DATA, source

NONE: frozenset[str] = frozenset()


def refused(loaded: Source, named: str) -> None:
    with pytest.raises(ConfigError, match=f"rule or policy {named} is not well-formed"):
        bridge.load(loaded)


def test_rules() -> None:
    refused(source(ANY_READ, Rule("bad", "charge", READ, budget="none")), "bad")
    refused(source(ANY_READ, Rule("bad", "permit", READ, unless=((UNDER_DATA,),))), "bad")
    refused(source(ANY_READ, Rule("bad", "permit", READ, unless=((),))), "bad")
    bridge.load(source(Rule("fine", "forbid", READ, unless=((UNDER_DATA,),))))


@pytest.mark.parametrize("kind", [BUDGET, RATE, SOFT, GRANT, RECORD, -1, 9])
def test_marks_of_other_kinds(kind: int) -> None:
    refused(source(Rule("bad", "leave", READ, mark=Mark(kind, "m", ()))), "bad")


@pytest.mark.parametrize("kind", [LABEL, MARK, DONE, DUTY])
def test_marks(kind: int) -> None:
    bridge.load(source(Rule("fine", "leave", READ, mark=Mark(kind, "m", ()))))


@pytest.mark.parametrize("kind", [LABEL, MARK, DONE, DUTY, GRANT, RECORD, -1])
def test_budgets_of_other_kinds(kind: int) -> None:
    refused(source(ANY_READ, b=Budget("count", 1, 1, (), kind)), "policy")


def test_a_rate_takes_time() -> None:
    for period in (0, -1):
        refused(source(ANY_READ, b=Budget("count", 1, period, (), RATE)), "policy")
        for kind in (BUDGET, SOFT):
            bridge.load(source(ANY_READ, b=Budget("count", 1, period, (), kind)))
    bridge.load(source(ANY_READ, b=Budget("count", 1, 1, (), RATE)))


@pytest.mark.parametrize("roles", [(), (("boss", 0),), (("boss", 1), ("risk", 0)), (("boss", -1),)])
def test_approvals_that_ask_nobody(roles: tuple[tuple[str, int], ...]) -> None:
    refused(source(ANY_READ, quorums={"q": Quorum(roles, 1)}), "policy")
    bridge.load(source(ANY_READ, quorums={"q": Quorum((("boss", 1),), 1)}))


def test_agents_that_start_more_than_they_are() -> None:
    low, high = frozenset({"low"}), frozenset({"high"})

    def kinds(uses: frozenset[str], passes: frozenset[str]) -> Source:
        agents = {"a": AgentKind(low, NONE, frozenset({"b"})), "b": AgentKind(uses, passes, NONE)}
        return source(ANY_READ, agents=agents)

    refused(kinds(high, NONE), "policy")
    refused(kinds(NONE, high), "policy")
    refused(kinds(low | high, NONE), "policy")
    bridge.load(kinds(low, low))
    bridge.load(kinds(NONE, NONE))


def test_nothing_is_kept_by_more_than_four_things() -> None:
    five = ("tenant", "user", "session", "run", "self")
    rule = Rule("r", "forbid", READ, (Stands(Mark(MARK, "m", five)),))
    for loaded, named in (
        (source(rule), "m"),
        (source(Rule("r", "leave", READ, mark=Mark(MARK, "m", five))), "m"),
        (source(ANY_READ, b=Budget("count", 1, 0, five)), "budget b"),
    ):
        with pytest.raises(ConfigError, match=f"{named} is kept by 5 things"):
            bridge.load(loaded)
    bridge.load(source(ANY_READ, b=Budget("count", 1, 0, five[:4])))
