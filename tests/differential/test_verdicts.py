"""What the product decides on an action without a history is what the oracle decides."""

from __future__ import annotations

from hypothesis import event, given, note
from hypothesis import strategies as st

from tests.differential.generators import policies, text_of
from tests.differential.near_misses import actions
from tests.differential.oracle import decide, read
from tests.differential.product import NOON, SCOPES, Product, loaded, without_dead
from tests.differential.profile import examples


@examples(350)
@given(st.data())
def test_the_product_decides_as_the_prose_says(data: st.DataObject) -> None:
    tree, _ = without_dead(data.draw(policies()))
    plain, policy = loaded(tree)
    note(text_of(tree))
    for _ in range(8):
        action = data.draw(actions(tree))
        expected = decide(plain, action, [], SCOPES, NOON)
        found, _ = Product(policy).decide(action, SCOPES, NOON)
        event(" ".join([expected.kind, *sorted(expected.reasons)]))
        assert expected.allows(found), f"{action}\noracle: {expected}\nproduct: {found}"


@examples(150)
@given(st.data())
def test_rules_called_dead_change_no_verdict(data: st.DataObject) -> None:
    whole = data.draw(policies())
    tree, dead = without_dead(whole)
    event(f"{len(dead)} dead")
    # Which rules these are is the loader's word; that they do not matter is the oracle's.
    for _ in range(8 if dead else 0):
        action = data.draw(actions(whole))
        with_them = decide(read(text_of(whole)), action, [], SCOPES, NOON)
        without = decide(read(text_of(tree)), action, [], SCOPES, NOON)
        assert with_them == without, (whole, dead, action)
