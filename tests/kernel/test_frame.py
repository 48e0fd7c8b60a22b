"""What a decision can depend on: the cells, records and grants that it looks at, and nothing else that is stored.

A dict that notes its look-ups finds those. With them alone, and with anything beside them, the verdict is the same.
"""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from havocproof.kernel import bridge
from havocproof.kernel.bridge import Verdict
from havocproof.kernel.source import (
    BUDGET,
    DONE,
    GRANT,
    LABEL,
    MARK,
    RATE,
    RECORD,
    SOFT,
    Budget,
    Compared,
    Grant,
    Key,
    Listed,
    Mark,
    Part,
    Quorum,
    Record,
    Ref,
    Rule,
    Since,
    Stands,
    View,
)
from tests.kernel.support import ALL, ANY_READ, MONTH, NOW, PAY, READ, SCOPES, TAINT, UNDER_DATA, load, pay, read

SEEN = Mark(MARK, "seen", ("run", "payee"))
DONE_MARK, RESET_MARK = Mark(DONE, "f", ("run",)), Mark(MARK, "f~reset", ("run",))
SESSION = load(
    ANY_READ,
    Rule("taint", "leave", READ, (UNDER_DATA,), mark=TAINT),
    Rule("does", "leave", READ, mark=DONE_MARK),
    Rule("pays", "ask", PAY, (Listed("payee", Ref("order", None, "payees")),), needs="boss"),
    Rule("pays-too", "permit", PAY, (Since(DONE_MARK, RESET_MARK, 50),)),
    Rule("no-pay", "forbid", PAY, (Stands(TAINT),), unless=((Compared("amount", Ref("payee", "payee", "most")),),)),
    Rule("once", "forbid", PAY, (Stands(SEEN, 30),)),
    Rule("seen", "leave", PAY, mark=SEEN),
    Rule("resets", "leave", PAY, mark=RESET_MARK),
    *(Rule(name, "charge", PAY, budget=name) for name in ("day", "day~soft", "each")),
    quorums={"boss": Quorum((("boss", 1),), 9_000), "day~soft": Quorum((("boss", 1),), 9_000)},
    **{
        "day": Budget("amount", 100, 600, ("tenant", "payee")),
        "day~soft": Budget("amount", 60, 600, ("tenant", "payee"), SOFT),
        "each": Budget("count", 3, 40, ("tenant",), RATE),
    },
)

SCOPE = st.sampled_from(["t", "s", "r", "a", "b", ""])
NAME = st.sampled_from(["day", "day~soft", "each", "taint", "seen", "f", "f~reset"])
KEYS = st.tuples(st.integers(0, 6), NAME, SCOPE, SCOPE, st.just(""), st.just(""), st.sampled_from([0, 600, 1_200]))
TOUCHED: list[Key] = [
    *(
        (kind, name, "t", payee, "", "", 1_200)
        for kind, name in ((BUDGET, "day"), (SOFT, "day~soft"))
        for payee in "ab"
    ),
    (RATE, "each", "t", "", "", "", 0),
    (LABEL, "taint", "s", "", "", "", 0),
    *((MARK, "seen", "r", payee, "", "", 0) for payee in "ab"),
    (DONE, "f", "r", "", "", "", 0),
    (MARK, "f~reset", "r", "", "", "", 0),
]
COUNTS = st.integers(-10, 110) | st.integers(NOW - 60, NOW + 60)
NUMS = st.dictionaries(st.sampled_from(TOUCHED) | KEYS, COUNTS, max_size=12)
RECORDS = st.dictionaries(
    st.builds(lambda of, name: (RECORD, name, "r", of, "r", "r", 0), SCOPE, st.sampled_from(["order", "payee", "x"])),
    st.builds(
        Record,
        st.integers(NOW - 60, NOW),
        st.fixed_dictionaries({"payees": st.frozensets(st.sampled_from("ab"))}),
        st.just({}),
        st.fixed_dictionaries({"most": st.integers(0, 70)}),
    ),
    max_size=4,
)
GRANTS = st.dictionaries(
    st.builds(lambda digest: (GRANT, "policy", "s", digest, digest, digest, 0), st.sampled_from(["d", "e"])),
    st.builds(
        Grant,
        st.integers(NOW, NOW + 1),
        st.just("u"),
        st.sampled_from([{}, {"eve": "boss"}]),
        st.sampled_from([True, True, False]),
    ),
    max_size=2,
)
VIEWS = st.builds(View, NUMS, RECORDS, GRANTS)
PARTS = st.lists(
    st.builds(pay, st.sampled_from("ab"), st.integers(-1, 70))
    | st.builds(read, st.sampled_from(["/data/a", "/etc/b"])),
    min_size=1,
    max_size=3,
)


class Noting(dict[Any, Any]):
    """A dict that notes every key that is looked up. It refuses to be walked."""

    def __init__(self, content: dict[Any, Any]) -> None:
        super().__init__(content)
        self.asked: set[Key] = set()

    def __contains__(self, key: object) -> bool:
        self.asked.add(key)  # type: ignore[arg-type]
        return super().__contains__(key)

    def get(self, key: Any, default: Any = None) -> Any:
        self.asked.add(key)
        return super().get(key, default)

    def __iter__(self) -> Any:
        raise AssertionError("what is stored is never walked")

    keys = values = items = __iter__

    def only(self) -> dict[Any, Any]:
        return {key: self[key] for key in self.asked if dict.__contains__(self, key)}


def decide(parts: list[Part], view: View) -> Verdict:
    return SESSION.kernel.decide(tuple(parts), SCOPES, ALL, MONTH, NOW, 0, view, "d")


@given(parts=PARTS, view=VIEWS, noise=VIEWS)
def test_what_is_not_looked_at_does_not_count(parts: list[Part], view: View, noise: View) -> None:
    noting = View(*map(Noting, view))
    verdict = decide(parts, noting)
    assert verdict == decide(parts, view)
    alone = View(*(each.only() for each in noting))
    assert decide(parts, alone) == verdict
    beside = View(
        *(
            {**{key: value for key, value in more.items() if key not in each.asked}, **only}
            for more, each, only in zip(noise, noting, alone, strict=True)
        )
    )
    assert decide(parts, beside) == verdict


@given(parts=PARTS, view=VIEWS)
def test_what_is_written_was_looked_at_and_named_by_judging(parts: list[Part], view: View) -> None:
    noting = View(*map(Noting, view))
    verdict = decide(parts, noting)
    if verdict.is_Permitted:
        written = [key for key, _ in bridge.writes(verdict)]
        assert len(written) == len(set(written))
        assert set(written) <= noting.nums.asked
        judged = SESSION.kernel.judge(tuple(parts), SCOPES, ALL, MONTH, NOW, view)
        assert set(written) <= set(bridge.touched(judged))


@given(parts=PARTS, view=VIEWS)
def test_deciding_changes_nothing_that_it_is_given(parts: list[Part], view: View) -> None:
    before = repr((parts, view))
    first = decide(parts, view)
    assert decide(parts, view) == first
    assert repr((parts, view)) == before


@given(parts=PARTS, view=VIEWS, used=st.dictionaries(st.sampled_from(["amount", "count"]), st.integers(-1, 80)))
def test_settling_writes_only_what_was_charged_and_never_more(
    parts: list[Part], view: View, used: dict[str, int]
) -> None:
    verdict = decide(parts, view)
    if verdict.is_Permitted:
        after = {**view.nums, **dict(bridge.writes(verdict))}
        charged = {tuple(key) for key, *_ in bridge.charges_to_json(verdict.charges)}
        for key, content in SESSION.kernel.settle(verdict.charges, used, True, NOW, NOW + 1, after):
            assert key in charged
            if key[0] in (BUDGET, SOFT):
                assert view.nums.get(key, 0) <= content <= after[key]
            else:
                assert (key[0], content) == (DONE, NOW)


def test_the_strategies_reach_every_verdict() -> None:
    """Else the properties above would say little."""
    order, others = (
        {(RECORD, "order", "r", "r", "r", "r", 0): Record(NOW, {"payees": frozenset(payees)}, {}, {})}
        for payees in ("ab", "b")
    )
    eve = {(GRANT, "policy", "s", "d", "d", "d", 0): Grant(NOW + 1, "u", {"eve": "boss"}, True)}
    done: dict[Key, int] = {(DONE, "f", "r", "", "", "", 0): NOW - 1}
    over: dict[Key, int] = {(BUDGET, "day", "t", "a", "", "", 1_200): 100}
    assert decide([pay("a")], View({}, {}, {})).is_Unpermitted
    assert decide([pay("a", -1)], View(done, {}, {})).is_Unpayable
    assert decide([pay("a")], View({}, order, {})).is_Asked
    assert bridge.needs(decide([pay("a", 61)], View(done, others, {}))) == {"day~soft"}
    assert decide([pay("a")], View({}, order, eve)).used
    assert decide([pay("a")], View({**done, **over}, {}, {})).is_Exhausted
    assert decide([read("/data/a"), pay("a")], View(done, {}, {})).rule == "no-pay"
    assert decide([pay("a")], View(done, others, {})).is_Permitted
