"""Laws without an oracle: what may not matter does not, and what restricts never permits more (POLICY.md 0, 2.5)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given

from havocproof.errors import ActionError, PolicyError
from havocproof.kernel import bridge
from havocproof.kernel.source import Part, Source
from havocproof.policy import Policy, loads_policy
from tests.differential.alphabet import FAMILIES
from tests.differential.generators import PolicyTree, policy_tree, rule_of, text_of
from tests.differential.histories import Together
from tests.differential.loading import load, shown
from tests.differential.near_misses import action_for
from tests.differential.oracle import Verdict
from tests.differential.oracle_events import PolicyText
from tests.differential.product import NOON, SCOPES, Product, loaded, parts_of
from tests.differential.profile import examples, randoms, seeds
from tests.differential.results import words_for
from tests.differential.scripts import Player, script, whole
from tests.differential.session_policies import World, layers, session_tree
from tests.differential.spending_policies import spending_tree


def shuffled(rng: Random, tree: Any) -> Any:
    """The same with every list and every mapping in another order."""
    if isinstance(tree, dict):
        return {key: shuffled(rng, tree[key]) for key in rng.sample(list(tree), len(tree))}
    if isinstance(tree, list):
        return [shuffled(rng, one) for one in rng.sample(tree, len(tree))]
    return tree


def one_group(rng: Random, tree: PolicyTree) -> PolicyTree:
    return tree | {"rules": {"all": [rule for rules in tree["rules"].values() for rule in rules]}}


def alternatives_apart(rng: Random, tree: PolicyTree) -> PolicyTree:
    """A list in one test of a rule becomes one rule for each element."""
    rules = []
    for rule in (rule for group in tree["rules"].values() for rule in group):
        lists = [axis for axis, test in rule.get("where", {}).items() if isinstance(test, list)]
        if not lists:
            rules.append(rule)
            continue
        axis = rng.choice(lists)
        for at, one in enumerate(rule["where"][axis]):
            rules.append(rule | {"id": f"{rule['id']}-{at}", "where": rule["where"] | {axis: one}})
    return tree | {"rules": {"g": rules}}


def verbs_apart(rng: Random, tree: PolicyTree) -> PolicyTree:
    """A rule on several verbs becomes one rule for each."""
    rules = []
    for rule in (rule for group in tree["rules"].values() for rule in group):
        effect = next(effect for effect in ("permit", "ask", "forbid") if effect in rule)
        verbs = rule[effect] if isinstance(rule[effect], list) else [rule[effect]]
        rules += [rule | {"id": f"{rule['id']}-{at}", effect: verb} for at, verb in enumerate(verbs)]
    return tree | {"rules": {"g": rules}}


def sets_spelled_out(rng: Random, tree: PolicyTree) -> PolicyTree:
    """Each `$name` becomes the members of the set."""

    def spelled(test: Any) -> Any:
        if isinstance(test, list):
            flat: list[Any] = []
            for one in map(spelled, test):
                flat += [new for new in (one if isinstance(one, list) else [one]) if new not in flat]
            return flat
        if isinstance(test, dict):
            return {key: spelled(one) for key, one in test.items()}
        if isinstance(test, str) and test.startswith("$"):
            [members] = tree["sets"][test[1:]].values()
            return spelled(members)
        return test

    return {key: one if key == "sets" else spelled(one) for key, one in tree.items()}


REWRITES: dict[str, Callable[[Random, PolicyTree], PolicyTree]] = {
    "any order": shuffled,
    "one group": one_group,
    "alternatives apart": alternatives_apart,
    "verbs apart": verbs_apart,
    "sets spelled out": sets_spelled_out,
}


def same_through_a_history(rng: Random, tree: PolicyTree, plain: PolicyText, one: Product, other: Product) -> None:
    """One history: both decide alike all the way, and what is remembered is the same."""
    steps = script(rng, tree)
    told = []
    for product in (one, other):
        history = Together(plain, product)
        difference = Player(history, words_for(whole(tree)), tree).play(steps)
        told.append((history.said, difference))
    assert told[0] == told[1], f"{shown(tree)}\n{told[0]}\n{told[1]}"


def rewritten(rng: Random, name: str) -> bool:
    makes = [policy_tree, policy_tree, spending_tree] + (
        [session_tree] * 3 if name in ("any order", "sets spelled out") else []
    )
    tree, _, plain, policy = loaded(rng.choice(makes)(rng))
    try:
        _, other = load(REWRITES[name](rng, tree))
    except PolicyError as error:
        codes = {problem.code for problem in error.problems if not problem.is_warning}
        # A part of a rule may be dead where the rule is not, and of rules that say the same the later one is dead.
        if codes != {"E-DEAD"}:
            raise
        return False
    same_through_a_history(rng, tree, plain, Product(policy), Product(other))
    return True


@pytest.mark.parametrize("name", REWRITES)
def test_writing_it_in_another_way_changes_no_verdict(name: str) -> None:
    loaded_ones = [rewritten(rng, name) for _, rng in seeds(80)]
    assert sum(loaded_ones) > 40


@examples(30)
@given(randoms)
def test_no_order_changes_a_verdict_and_a_failure_is_made_small(rng: Random) -> None:
    rewritten(rng, "any order")


def test_repeating_rules_changes_nothing() -> None:
    for _, rng in seeds(100):
        tree, _, plain, policy = loaded(rng.choice([policy_tree, spending_tree, session_tree])(rng))
        twice = replace(policy.source, rules=policy.source.rules * 2)
        same_through_a_history(rng, tree, plain, Product(policy), Product(policy, kernel=bridge.load(twice)))


def narrower(new: Verdict, old: Verdict) -> bool:
    """Deny < Ask(more needs) < Ask(fewer) < Permit (2.5)."""
    if new.kind == "deny" or old.kind == "permit":
        return True
    return new.kind == old.kind == "ask" and old.needs <= new.needs


def with_forbid(rng: Random, tree: PolicyTree, policy: Policy) -> Source:
    """The policy's source and one more forbid, with or without `needs`; joined here, since the loader may call it dead
    or call others dead for it."""
    families = rng.sample(sorted(FAMILIES), 2)
    rule = {"id": "new"} | rule_of(rng, "forbid", families, tree.get("tools", {}), {})
    more = loads_policy(text_of({key: one for key, one in tree.items() if key != "budgets"} | {"rules": {"g": [rule]}}))
    return replace(policy.source, rules=(*more.source.rules, *policy.source.rules))


def test_a_forbid_more_never_permits_more() -> None:
    changed = 0
    for seed, rng in seeds(330):
        tree, _, _, policy = loaded(policy_tree(rng))
        more = Product(policy, kernel=bridge.load(with_forbid(rng, tree, policy)))
        for _ in range(6):
            action = action_for(rng, tree)
            old, new = Product(policy).decide(action, SCOPES, NOON)[0], more.decide(action, SCOPES, NOON)[0]
            assert narrower(new, old), f"{seed}\n{text_of(tree)}\n{action}\nbefore: {old}\nafter: {new}"
            changed += old.kind != new.kind
    assert changed > 20


def test_a_guard_more_never_permits_more() -> None:
    changed = 0
    for seed, rng in seeds(200):
        tree, _, _, policy = loaded(policy_tree(rng))
        families = [family for family, verbs in FAMILIES.items() if any(verb in str(tree["rules"]) for verb in verbs)]
        above = tree | layers(World(rng, families or ["files"], {}), dict(tree))
        if "vocabulary" in above:
            continue
        try:
            _, guarded = load(above)
        except PolicyError:
            continue
        for _ in range(6):
            action = action_for(rng, tree)
            old, new = Product(policy).decide(action, SCOPES, NOON)[0], Product(guarded).decide(action, SCOPES, NOON)[0]
            assert narrower(new, old), f"{seed}\n{shown(above)}\n{action}\nbefore: {old}\nafter: {new}"
            changed += old.kind != new.kind
    assert changed > 20


def forgetting(rng: Random, policy: Policy) -> Callable[[tuple[Part, ...]], tuple[Part, ...]]:
    """Parts of which one value is not known: a name that is not indexed, or a measure."""

    def view(parts: tuple[Part, ...]) -> tuple[Part, ...]:
        at = rng.randrange(len(parts))
        part = parts[at]
        indexed = {axis.name for axis in policy.source.axes[part.verb]}
        names = sorted(set(part.atoms[0].names) - indexed)
        axis = rng.choice([*names, *sorted(part.ints)])
        atoms = tuple(
            atom._replace(names={name: one for name, one in atom.names.items() if name != axis or name in indexed})
            for atom in part.atoms
        )
        ints = {name: one for name, one in part.ints.items() if name != axis}
        return (*parts[:at], part._replace(atoms=atoms, ints=ints), *parts[at + 1 :])

    return view


def asks_without_unless(tree: PolicyTree) -> PolicyTree:
    """An ask whose `unless` is unknown asks (2.5: it is made no only if `unless` is yes), where one whose `unless` is
    yes denies. That is the one case where an unknown leads to people instead of to a denial; never to a permit."""
    rules = {
        group: [rule if "ask" not in rule else {key: rule[key] for key in rule if key != "unless"} for rule in members]
        for group, members in tree["rules"].items()
    }
    return tree | {"rules": rules}


def test_what_is_not_known_is_permitted_only_if_it_always_is() -> None:
    for seed, rng in seeds(200):
        tree, _, _, policy = loaded(policy_tree(rng))
        less = Product(policy, view=forgetting(rng, policy))
        for _ in range(6):
            action = action_for(rng, tree)
            unknown = less.decide(action, SCOPES, NOON)[0] if parts_or_none(policy, action) else None
            if unknown and unknown.kind == "permit":
                known = Product(policy).decide(action, SCOPES, NOON)[0]
                assert known.kind == "permit", f"{seed}\n{text_of(tree)}\n{action}\nknown: {known}"


def parts_or_none(policy: Policy, action: dict[str, Any]) -> tuple[Part, ...] | None:
    try:
        return parts_of(policy, action)
    except ActionError:
        return None


def test_what_is_not_known_never_helps() -> None:
    changed = 0
    for seed, rng in seeds(250):
        tree, _, _, policy = loaded(asks_without_unless(policy_tree(rng)))
        less = Product(policy, view=forgetting(rng, policy))
        for _ in range(6):
            action = action_for(rng, tree)
            if parts_or_none(policy, action) is None:
                continue
            known, unknown = Product(policy).decide(action, SCOPES, NOON)[0], less.decide(action, SCOPES, NOON)[0]
            assert narrower(unknown, known), f"{seed}\n{text_of(tree)}\n{action}\nknown: {known}\nunknown: {unknown}"
            changed += known.kind != unknown.kind
    assert changed > 20
