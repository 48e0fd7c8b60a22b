"""What the analyzer says of policies as users write them is what an interpreter of the prose says of single actions."""

from __future__ import annotations

from random import Random
from typing import Any

from havocproof.analysis import Analyzer, Broken, Holds, Question, widened
from tests.differential.generators import policy_tree, text_of
from tests.differential.loading import loaded
from tests.differential.near_misses import action_for
from tests.differential.oracle import decide
from tests.differential.product import NOON, SCOPES, parts_of
from tests.differential.profile import seeds


def verbs_of(policy: Any, action: dict[str, Any]) -> set[str]:
    """The verbs of an action's parts; none for one that has no parts."""
    try:
        return {part.verb for part in parts_of(policy, action)}
    except Exception:  # malformed actions are among the examples
        return set()


def test_what_never_happens_is_never_permitted_and_what_may_happen_is_shown() -> None:
    held = broken = asked = 0
    for seed, rng in seeds(150):
        tree, _, plain, policy = loaded(policy_tree(rng))
        analyzer = Analyzer(policy)
        answers = {verb: analyzer.ask(Question("never", verb, ())) for verb in policy.source.axes}
        for verb, said in answers.items():
            if isinstance(said, Broken):
                broken += 1
                by_rules = said.verdict.is_Permitted or said.verdict.is_Asked or said.verdict.is_Exhausted
                assert by_rules, (seed, verb, text_of(tree), said)
                asked += said.verdict.is_Asked
            held += isinstance(said, Holds)
        for _ in range(8):
            action = action_for(rng, tree)
            verdict = decide(plain, action, [], SCOPES, NOON)
            if verdict.kind in ("permit", "ask"):
                for verb in verbs_of(policy, action):
                    assert not isinstance(answers[verb], Holds), (seed, verb, text_of(tree), action)
    assert min(held, broken, asked) > 50


def dropped(rng: Random, tree: dict[str, Any]) -> dict[str, Any] | None:
    """The policy without one of its rules, or None if it has but one."""
    places = [(group, at) for group, rules in tree.get("rules", {}).items() for at in range(len(rules))]
    if len(places) < 2:
        return None
    gone, where = rng.choice(places)
    rules = {
        group: [each for at, each in enumerate(rules) if (group, at) != (gone, where)]
        for group, rules in tree["rules"].items()
    }
    return {**tree, "rules": {group: rules for group, rules in rules.items() if rules}}


def test_what_becomes_permitted_lies_in_a_region_and_an_unchanged_policy_has_none() -> None:
    regions = 0
    for seed, rng in seeds(120):
        tree, _, plain, policy = loaded(policy_tree(rng))
        edited = dropped(rng, tree)
        if edited is None:
            continue
        try:
            _, _, other_plain, other = loaded(edited)
        except Exception:  # some edits leave what no policy may hold
            continue
        old, new = Analyzer(policy), Analyzer(other)
        assert not widened(old, old).regions
        found = widened(new, old)
        regions += len(found.regions)
        told = {region.verb for region in found.regions}
        for _ in range(12):
            action = action_for(rng, tree)
            before, after = (decide(text, action, [], SCOPES, NOON) for text in (plain, other_plain))
            if after.kind in ("permit", "ask") and before.kind == "deny":
                wider = verbs_of(other, action)
                assert not found.complete or wider & told, (seed, text_of(tree), text_of(edited), action)
    assert regions > 3
