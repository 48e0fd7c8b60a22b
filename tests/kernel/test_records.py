"""Records: how each test answers about what was said, which record is meant, and what a new saying leaves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havocproof.kernel import bridge
from havocproof.kernel.source import (
    RECORD,
    Compared,
    Held,
    HeldIn,
    Kept,
    Key,
    Listed,
    Range,
    Record,
    Ref,
    Rule,
    Test,
    View,
)
from tests.kernel.support import ALL, ANY_PAY, NOW, PAY, SCOPES, load, pay


def at(record: str, of: str = "r", run: str = "r") -> Key:
    """Where a record is kept; one without key is kept under its run's name."""
    return (RECORD, record, run, of, run, run, 0)


ORDER = Record(
    NOW - 100,
    {"payees": frozenset({"a", "b"}), "state": frozenset({"open"})},
    {"state": "open", "buyer": "b"},
    {"most": 5},
)
RECORDS = {
    at("order"): ORDER,
    at("payee", "a"): Record(NOW - 100, {"kind": frozenset({"firm"})}, {"kind": "firm"}, {"most": 7}),
    at("payee", "b"): Record(NOW - 10, {"kind": frozenset({"person"})}, {"kind": "person"}, {"most": 1}),
}
PAYEES, STATE, MOST = Ref("order", None, "payees"), Ref("order", None, "state"), Ref("order", None, "most")
OF_PAYEE = Ref("payee", "payee", "kind")
OF_BUYER = Ref("payee", ("order", "buyer"), "kind")
ABSENT = Ref("basket", None, "payees")
FIRM, PERSON = frozenset({"firm"}), frozenset({"person"})


def answer(test: Test, payee: str = "a", amount: int = 5, scopes: dict[str, str] = SCOPES, now: int = NOW) -> str:
    part = pay(payee, amount)
    scene = bridge.scene(scopes, ALL, now, View({}, RECORDS, {}))
    return load(ANY_PAY).kernel.test(test, part, part.atoms[0], scene)


CASES: list[tuple[Test, str]] = [
    (Listed("payee", PAYEES), "yes"),
    (Listed("currency", PAYEES), "no"),
    (Listed("owner", PAYEES), "unknown"),  # the axis is not there
    (Listed("payee", ABSENT), "unknown"),  # the record is not there
    (Listed("payee", Ref("order", None, "owners")), "unknown"),  # the field is not there
    (Held(STATE, frozenset({"open", "new"})), "yes"),
    (Held(PAYEES, frozenset({"b", "c"})), "yes"),
    (Held(STATE, frozenset({"closed"})), "no"),
    (Held(STATE, frozenset()), "no"),
    (Held(ABSENT, frozenset({"open"})), "unknown"),
    (Held(MOST, frozenset({"5"})), "unknown"),  # an integer is no name
    (HeldIn(MOST, (Range(None, 4), Range(5, 5))), "yes"),
    (HeldIn(MOST, (Range(6, None),)), "no"),
    (HeldIn(MOST, (Range(None, 4),)), "no"),
    (HeldIn(MOST, ()), "no"),
    (HeldIn(STATE, (Range(0, None),)), "unknown"),
    (HeldIn(ABSENT, (Range(0, None),)), "unknown"),
    (Compared("amount", MOST), "yes"),
    (Compared("count", MOST), "yes"),
    (Compared("amount", MOST, exact=True), "yes"),
    (Compared("count", MOST, exact=True), "no"),
    (Compared("amount", Ref("payee", ("order", "buyer"), "most")), "no"),
    (Compared("bytes", MOST), "unknown"),
    (Compared("amount", STATE), "unknown"),
    (Compared("amount", ABSENT), "unknown"),
    (Kept(STATE), "yes"),
    (Kept(Ref("order", None, "owners")), "yes"),  # the record is there, whatever its fields
    (Kept(ABSENT), "no"),
    (Kept(OF_PAYEE), "yes"),
    (Kept(Ref("payee", "currency", "kind")), "no"),
    (Kept(Ref("payee", "owner", "kind")), "unknown"),
    (Kept(OF_BUYER), "yes"),
    (Kept(Ref("payee", ("basket", "buyer"), "kind")), "no"),  # the chain breaks at a record that is not there
    (Kept(Ref("payee", ("order", "seller"), "kind")), "no"),  # ... and at a field that is not there
    (Kept(Ref("payee", ("order", "payees"), "kind")), "no"),  # ... and at a field of many values
    (Held(OF_PAYEE, FIRM), "yes"),
    (Held(OF_PAYEE, PERSON), "no"),
    (Held(OF_BUYER, PERSON), "yes"),
    (Held(OF_BUYER, FIRM), "no"),
    (Held(Ref("payee", ("basket", "buyer"), "kind"), FIRM), "unknown"),
    (Held(Ref("basket", ("order", "buyer"), "kind"), FIRM), "unknown"),
]


@pytest.mark.parametrize(("test", "said"), CASES, ids=[f"{type(t).__name__}-{i}" for i, (t, _) in enumerate(CASES)])
def test_each_test_answers_yes_no_or_unknown(test: Test, said: str) -> None:
    assert answer(test) == said
    contrary = type(test)(**{**{name: getattr(test, name) for name in test.__slots__}, "want": False})
    assert answer(contrary) == {"yes": "no", "no": "yes", "unknown": "unknown"}[said]


def test_the_key_is_the_value_of_the_axis() -> None:
    assert answer(Held(OF_PAYEE, PERSON), payee="b") == "yes"
    assert answer(Held(OF_PAYEE, PERSON), payee="c") == "unknown"
    assert answer(Kept(OF_PAYEE), payee="c") == "no"


def test_records_belong_to_the_run() -> None:
    other = {**SCOPES, "run": "r2"}
    none = {scope: name for scope, name in SCOPES.items() if scope != "run"}
    for scopes in (other, none):
        assert answer(Held(STATE, frozenset({"open"})), scopes=scopes) == "unknown"
        assert answer(Kept(STATE), scopes=scopes) == "no"


@pytest.mark.parametrize(("lasts", "said"), [(0, "yes"), (101, "yes"), (100, "unknown"), (1, "unknown")])
def test_a_record_is_forgotten(lasts: int, said: str) -> None:
    assert answer(Held(Ref("order", None, "state", lasts), frozenset({"open"}))) == said
    assert answer(Kept(Ref("order", None, "state", lasts))) == ("yes" if said == "yes" else "no")
    # the record on the way, and the record that it leads to
    assert answer(Held(Ref("payee", ("order", "buyer"), "kind", 0, lasts), PERSON)) == said
    assert answer(Held(Ref("payee", ("order", "buyer"), "kind", lasts), PERSON)) == ("yes" if lasts != 1 else "unknown")


def test_rules_on_records_decide() -> None:
    session = load(
        Rule("listed", "permit", PAY, (Listed("payee", PAYEES),)),
        Rule("closed", "forbid", PAY, (Held(STATE, frozenset({"closed"})),)),
        Rule("large", "require", PAY, (Compared("amount", MOST, want=False),), needs="boss"),
    )
    assert session.decide(pay("a")).rule == "closed"  # nothing is known: what restricts counts
    session.records.update(RECORDS)
    assert session.decide(pay("a", 5)).rule == "listed"
    assert session.decide(pay("c", 5)).is_Unpermitted
    assert bridge.needs(session.decide(pay("a", 6))) == {"boss"}
    session.records[at("order")] = ORDER._replace(names={**ORDER.names, "state": frozenset({"closed"})})
    assert session.decide(pay("a", 5)).rule == "closed"


# ---- learning ----

SAID = Record(NOW, {"payees": frozenset({"c"}), "new": frozenset({"x"})}, {"state": "closed"}, {"most": 9, "least": 1})


def test_the_latest_saying_replaces_all() -> None:
    assert load(ANY_PAY).kernel.learn(ORDER, SAID, "latest") == SAID


def test_the_first_saying_stays() -> None:
    assert load(ANY_PAY).kernel.learn(ORDER, SAID, "once") == ORDER


def test_sayings_are_collected() -> None:
    assert load(ANY_PAY).kernel.learn(ORDER, SAID, "collect") == Record(
        NOW,
        {"payees": frozenset({"a", "b", "c"}), "state": frozenset({"open"}), "new": frozenset({"x"})},
        {"state": "closed", "buyer": "b"},
        {"most": 9, "least": 1},
    )


def test_what_is_learned_can_be_tested_again() -> None:
    session = load(Rule("listed", "permit", PAY, (Listed("payee", PAYEES),)))
    for said in ("a", "b"):
        new = Record(NOW, {"payees": frozenset({said})}, {}, {})
        session.records[at("order")] = session.kernel.learn(session.records.get(at("order")), new, "collect")
    assert [session.decide(pay(payee)).is_Permitted for payee in "abc"] == [True, True, False]


NAMES = st.text("ab", min_size=1, max_size=1)
SAYINGS = st.builds(
    Record,
    st.integers(0, 9),
    st.dictionaries(NAMES, st.frozensets(NAMES, max_size=2), max_size=2),
    st.dictionaries(NAMES, NAMES, max_size=2),
    st.dictionaries(NAMES, st.integers(0, 3), max_size=2),
)


@given(known=st.none() | SAYINGS, said=SAYINGS)
def test_learning_as_defined(known: Record | None, said: Record) -> None:
    learn = load(ANY_PAY).kernel.learn
    assert learn(known, said, "latest") == said
    assert learn(known, said, "once") == (said if known is None else known)
    old = known if known is not None else Record(0, {}, {}, {})
    names = {
        name: old.names.get(name, frozenset()) | said.names.get(name, frozenset()) for name in {*old.names, *said.names}
    }
    assert learn(known, said, "collect") == Record(said.at, names, old.ones | said.ones, old.ints | said.ints)
