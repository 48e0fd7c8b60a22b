"""Long random histories of giving, using, waiting and taking back, against a model that is a table of what is left."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from havocproof.gate import Gate, Pending, Performed, Session, Terms
from tests.gate.allowing import PEOPLE, POLICY, VERBS, pay
from tests.gate.world import Clock, ScriptedPort, spent

USERS, PAYEES = ("eve", "mia"), ("acct:ada", "acct:bob")
AMOUNTS = (1, 99_999, 100_000, 100_001, 150_000)
SPANS = (1, 3_600_000, 86_399_999, 86_400_000, 10 * 86_400_000)
TERMS = st.builds(
    Terms,
    uses=st.integers(1, 3),
    lasts=st.sampled_from(["1ms", "1h", "1d", "30d"]),
    amount=st.sampled_from(["0.01 USD", "1000.00 USD", "2000.01 USD", "3000.00 USD"]),
)
WHO = (st.sampled_from(USERS), st.sampled_from(PAYEES))
STEPS = st.one_of(
    st.tuples(st.just("pay"), *WHO, st.sampled_from(AMOUNTS)),
    st.tuples(st.just("pay"), *WHO, st.sampled_from(AMOUNTS)),
    st.tuples(st.just("give"), *WHO, TERMS),
    st.tuples(st.just("once"), *WHO, st.sampled_from(AMOUNTS)),
    st.tuples(st.just("take back"), *WHO, st.none()),
    st.tuples(st.just("wait"), *WHO, st.sampled_from(SPANS)),
)


@dataclass
class Left:
    """What is left of an allowance, and the request by which it was given."""

    request: str
    until: int
    uses: int
    amount: int

    def covers(self, amount: int, now: int) -> bool:
        return now < self.until and self.uses > 0 and amount <= self.amount


class History:
    def __init__(self, gate: Gate, clock: Clock) -> None:
        self.gate = gate
        self.clock = clock
        self.sessions: dict[str, Session] = {user: gate.session(user=user) for user in USERS}
        self.left: dict[tuple[str, str], Left] = {}
        self.keys = count()
        self.given = 0

    def pay(self, user: str, payee: str, amount: int) -> tuple[Session, Pending | None]:
        """Pays, and sees that it is performed if the model says so, and asked if not."""
        left = self.left.get((user, payee))
        session = self.sessions[user]
        text = f"{amount // 100}.{amount % 100:02} USD"
        outcome = session.perform(pay(text, f"k{next(self.keys)}", payee))
        if left is not None and left.covers(amount, self.clock.now):
            assert isinstance(outcome, Performed), (outcome, left)
            left.uses -= 1
            left.amount -= amount
            return session, None
        assert isinstance(outcome, Pending), (outcome, left)
        return session, outcome

    def give(self, user: str, payee: str, terms: Terms) -> None:
        _, asked = self.pay(user, payee, 1)
        if asked is not None:
            request = self.gate.approve(asked.request_id, "bea", "controller", terms=terms).id
            until, minor = self.clock.now + terms.for_ms, terms.minor
            assert minor is not None
            self.left[user, payee] = Left(request, until, terms.uses, minor)
            self.given += 1

    def once(self, user: str, payee: str, amount: int) -> None:
        """An exact grant: it uses no allowance."""
        session, asked = self.pay(user, payee, amount)
        if asked is not None:
            self.gate.approve(asked.request_id, "cem", "controller")
            assert isinstance(session.retry(asked.request_id), Performed)

    def take_back(self, user: str, payee: str) -> None:
        left = self.left.get((user, payee))
        if left is not None and self.clock.now < left.until:
            self.gate.refuse(left.request, "cem", "controller")
            del self.left[user, payee]

    def step(self, word: str, user: str, payee: str, said: object) -> None:
        if word == "pay" and isinstance(said, int):
            self.pay(user, payee, said)
        elif word == "give" and isinstance(said, Terms):
            self.give(user, payee, said)
        elif word == "once" and isinstance(said, int):
            self.once(user, payee, said)
        elif word == "take back":
            self.take_back(user, payee)
        elif isinstance(said, int):
            self.clock.now += said

    def agrees(self) -> None:
        """What the gate tells of allowances is what the model has."""
        now = self.clock.now
        mine = {(*who, left.request, left.until, left.uses, left.amount) for who, left in self.left.items()}
        told = {
            (each.user, each.same["payee"], each.request, each.until, each.uses_left, each.amount_left)
            for each in self.gate.allowances
        }
        assert told == {each for each in mine if now < each[3]}


@settings(max_examples=60, deadline=None)
@given(st.lists(STEPS, min_size=5, max_size=40))
def test_what_is_performed_is_what_was_given(steps: list[tuple[str, str, str, object]]) -> None:
    clock, port = Clock(), ScriptedPort(*VERBS)
    with Gate.open(POLICY, ports=[port], clock=clock, people=PEOPLE) as gate:
        history = History(gate, clock)
        for word, user, payee, said in steps:
            history.step(word, user, payee, said)
            history.agrees()
        assert spent(gate, "~uses/large") <= 3 * history.given, "B4, whatever else happened"
        assert spent(gate, "~amount/large") <= 300_000 * history.given
