"""Generated policies that the loader refuses are made smaller until it takes them."""

from __future__ import annotations

import pytest

from havocproof.errors import PolicyError
from tests.differential.generators import PolicyTree
from tests.differential.loading import loaded

HEAD: PolicyTree = {"havocproof": "1", "policy": "generated", "version": "1"}
TOOLS: PolicyTree = {"use": {"effect": "change", "args": {"to": "name", "n": "int"}}}


def asking(at: int, **where: object) -> PolicyTree:
    return {"id": f"r{at}", "ask": "use", "where": where, "needs": "ann", "why": "Somebody looks."}


def tree(rules: list[PolicyTree]) -> PolicyTree:
    approvals: PolicyTree = {"ann": {"role": "m", "people": "1", "within": "1h"}}
    return HEAD | {"tools": TOOLS, "approvals": approvals, "rules": {"g1": rules}}


def test_of_too_many_rules_in_one_cell_some_go() -> None:
    """One rule that looks at each integer apart; all of them are about every payee."""
    rules = [asking(at, n=str(at)) for at in range(67)]
    smaller, gone, plain, _ = loaded(tree(rules))
    assert len(gone) == 3
    assert {rule["id"] for rule in smaller["rules"]["g1"]} == {rule["id"] for rule in rules} - {*gone}
    assert len(plain["rules"]["g1"]) == 64


def test_dead_rules_go() -> None:
    rules = [{"id": "r0", "permit": "use"}, {"id": "r1", "forbid": "use", "why": "No."}]
    assert loaded(tree(rules)).dead == ["r0"]


def test_what_is_no_fault_of_a_rule_is_raised() -> None:
    with pytest.raises(PolicyError, match="nobody"):
        loaded(tree([asking(0) | {"needs": "nobody"}]))
