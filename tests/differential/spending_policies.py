"""Random policies that permit nearly all of one or two families, under one to three budgets."""

from __future__ import annotations

from random import Random

from tests.differential.alphabet import FAMILIES, distinct
from tests.differential.generators import PolicyTree, budgets_of, rule_of, tools_of
from tests.differential.session_policies import permissive


def spending_tree(rng: Random) -> PolicyTree:
    families = distinct(rng, sorted(FAMILIES), 1, 2)
    tools = tools_of(rng)
    policy: PolicyTree = {"havocproof": "1", "policy": "generated", "version": "1"}
    policy["approvals"] = {name: {"role": name, "people": "1", "within": "1h"} for name in ("ann", "bob", "cid")}
    policy |= {"tools": tools} if tools else {}
    policy["rules"] = permissive(rng, families, tools)
    if rng.choice((False, True)):
        policy["rules"]["g4"] = [{"id": "x0"} | rule_of(rng, "forbid", families, tools, {})]
    return policy | {"budgets": budgets_of(rng, 1, families, tools, {})}
