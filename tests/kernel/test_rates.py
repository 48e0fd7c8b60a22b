"""Rates: bursts of `limit` at once, and one each `period` afterwards, to the millisecond."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from havocproof.kernel import bridge
from havocproof.kernel.source import RATE, Budget, Key, Rule
from tests.kernel.support import ANY_PAY, PAY, Session, load, pay

EACH = Rule("each", "charge", PAY, budget="each")
KEY: Key = (RATE, "each", "t", "", "", "", 0)


def three_each_second(burst: int = 3, period: int = 1_000) -> Session:
    return load(ANY_PAY, EACH, each=Budget("count", burst, period, ("tenant",), RATE))


def test_a_burst_and_then_one_each_period() -> None:
    session, now = three_each_second(), 10_000
    for due in (11_000, 12_000, 13_000):
        session.do(pay("a"), now=now)
        assert session.nums == {KEY: due}
    refused = session.decide(pay("a"), now=now)
    assert (refused.is_Exhausted, refused.budget, refused.key) == (True, "each", KEY)
    assert session.decide(pay("a"), now=10_999).is_Exhausted
    session.do(pay("a"), now=11_000)
    assert session.decide(pay("a"), now=11_999).is_Exhausted
    assert session.decide(pay("a"), now=12_000).is_Permitted


def test_what_is_left_says_how_long_to_wait() -> None:
    session = three_each_second()
    for _ in range(3):
        session.do(pay("a"), now=10_000)
    refused = session.decide(pay("a"), now=10_400)
    wait = 1_000 - refused.left - 10_400  # one's time less what is left of the depth beyond now
    assert session.decide(pay("a"), now=10_400 + wait).is_Permitted
    assert session.decide(pay("a"), now=10_400 + wait - 1).is_Exhausted


def test_after_a_rest_the_burst_is_whole_and_no_larger() -> None:
    session = three_each_second()
    for _ in range(3):
        session.do(pay("a"), now=10_000)
    for _ in range(3):
        session.do(pay("a"), now=10**9)
    assert session.decide(pay("a"), now=10**9).is_Exhausted


def test_several_at_once_cost_as_much_as_one_by_one() -> None:
    session = three_each_second()
    assert session.decide(pay("a", count=4), now=10_000).is_Exhausted
    assert session.decide(pay("a", count=4), now=10**9).is_Exhausted  # more than a burst never
    session.do(pay("a", count=2), now=10_000)
    assert session.decide(pay("a", count=2), now=10_999).is_Exhausted
    assert session.decide(pay("a", count=2), now=11_000).is_Permitted
    assert session.decide(pay("a"), pay("b"), now=10_999).is_Exhausted  # the parts of one action add up
    assert session.decide(pay("a"), now=10_000).is_Permitted


def test_nothing_is_given_back() -> None:
    session = three_each_second()
    verdict = session.do(pay("a"), now=10_000)
    assert session.kernel.settle(verdict.charges, {"count": 0}, False, 10_000, 10_001, session.nums) == []


def test_what_counts_none_or_a_negative_number() -> None:
    session = three_each_second()
    assert session.decide(pay("a", count=-1), now=10_000).is_Unpayable
    session.do(pay("a", count=3), now=10_000)
    assert session.decide(pay("a", count=0), now=10_000).is_Permitted


@given(
    burst=st.integers(0, 4),
    period=st.integers(1, 7),
    steps=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 5)), max_size=25),
)
@example(burst=2, period=5, steps=[(0, 1), (0, 1), (4, 1), (1, 1)])
def test_no_interval_holds_more_and_nothing_else_is_refused(
    burst: int, period: int, steps: list[tuple[int, int]]
) -> None:
    """The definition over all that was admitted: any interval up to now holds a burst and what its length adds."""
    session, now = three_each_second(burst, period), 1
    admitted: list[tuple[int, int]] = []
    for pause, count in steps:
        now += pause
        fits = count <= burst and all(
            sum(n for at, n in admitted[begin:]) * period + count * period <= burst * period + now - admitted[begin][0]
            for begin in range(len(admitted))
        )
        verdict = session.decide(pay("a", count=count), now=now)
        assert verdict.is_Permitted == fits
        if fits:
            session.nums.update(bridge.writes(verdict))
            admitted.append((now, count))
