"""What the product decides on an action without a history is what the oracle decides."""

from __future__ import annotations

from random import Random

from hypothesis import given

from tests.differential.generators import policy_tree, text_of
from tests.differential.near_misses import action_for
from tests.differential.oracle import decide, read
from tests.differential.product import NOON, SCOPES, Product, loaded
from tests.differential.profile import examples, randoms, seeds


def compare(rng: Random) -> list[str]:
    """One policy and eight actions. Returns what the oracle said."""
    tree, _, plain, policy = loaded(policy_tree(rng))
    said = []
    for _ in range(8):
        action = action_for(rng, tree)
        expected = decide(plain, action, [], SCOPES, NOON)
        found, _ = Product(policy).decide(action, SCOPES, NOON)
        assert expected.allows(found), f"{text_of(tree)}\n{action}\noracle: {expected}\nproduct: {found}"
        said += [expected.kind, *expected.reasons]
    return said


def test_the_product_decides_as_the_prose_says() -> None:
    said: list[str] = []
    for seed, rng in seeds(900):
        try:
            said += compare(rng)
        except BaseException as error:
            error.add_note(seed)
            raise
    # The examples are about something: no verdict is rare.
    least = {"permit": 0.06, "ask": 0.05, "never": 0.05, "unpermitted": 0.2, "malformed": 0.01}
    assert {word for word, share in least.items() if said.count(word) < share * len(said)} == set()


@examples(40)
@given(randoms)
def test_the_product_decides_as_the_prose_says_and_a_failure_is_made_small(rng: Random) -> None:
    compare(rng)


def test_rules_called_dead_change_no_verdict() -> None:
    dead_rules = 0
    for seed, rng in seeds(240):
        whole = policy_tree(rng)
        tree, dead, _, _ = loaded(whole)
        dead_rules += len(dead)
        # Which rules these are is the loader's word; that they do not matter is the oracle's.
        for _ in range(8 if dead else 0):
            action = action_for(rng, whole)
            with_them = decide(read(text_of(whole)), action, [], SCOPES, NOON)
            without = decide(read(text_of(tree)), action, [], SCOPES, NOON)
            assert with_them == without, (seed, dead, text_of(whole), action)
    assert dead_rules > 20
