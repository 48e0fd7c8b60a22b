"""The product's cells say about every history what adding up the whole of it says."""

from __future__ import annotations

from hypothesis import event, note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.differential.generators import PolicyTree, text_of
from tests.differential.histories import History, moments, scopes, spending_policies
from tests.differential.near_misses import actions
from tests.differential.product import Product, loaded, without_dead
from tests.differential.profile import examples


class Together(RuleBasedStateMachine):
    """Any order of acts, endings and passing time."""

    @initialize(tree=spending_policies())
    def begin(self, tree: PolicyTree) -> None:
        self.tree, _ = without_dead(tree)
        note(text_of(self.tree))
        plain, policy = loaded(self.tree)
        self.history = History(plain, Product(policy))
        # A few actions again and again, so that limits are reached.
        self.known: list[dict[str, object]] = []

    @rule(data=st.data(), who=scopes())
    def act(self, data: st.DataObject, who: dict[str, str]) -> None:
        self.known.append(data.draw(actions(self.tree)))
        self.compare(self.known[-1], who)

    @rule(data=st.data(), who=scopes())
    def act_again(self, data: st.DataObject, who: dict[str, str]) -> None:
        if self.known:
            self.compare(data.draw(st.sampled_from(self.known)), who)

    def compare(self, action: dict[str, object], who: dict[str, str]) -> None:
        expected, found = self.history.act(action, who)
        event(" ".join([expected.kind, *sorted(expected.reasons)]))
        assert expected.allows(found), f"{action} by {who}\noracle: {expected}\nproduct: {found}"

    @rule(data=st.data(), happened=st.booleans())
    def end(self, data: st.DataObject, happened: bool) -> None:
        """An effect ends: it happened and used so much, or it did not happen. Others stay open."""
        if not self.history.open:
            return
        at = data.draw(st.integers(0, len(self.history.open) - 1))
        if not happened:
            self.history.release(at)
            return
        most = self.history.reserved(at)
        used = {measure: data.draw(st.integers(0, amount)) for measure, amount in most.items()}
        untold = data.draw(st.sets(st.sampled_from(sorted(most)))) if most else set()
        self.history.settle(at, {measure: amount for measure, amount in used.items() if measure not in untold})

    @rule(data=st.data())
    def wait(self, data: st.DataObject) -> None:
        self.history.now = data.draw(moments(self.history.now))


Together.TestCase.settings = examples(120, steps=25)
TestTogether = Together.TestCase
