"""Which rule decides: precedence, what grants and what restricts, `unless`, groups, and the clock."""

from __future__ import annotations

import pytest

from havocproof.kernel import bridge
from havocproof.kernel.source import Atom, Holding, Named, Part, Pattern, Placed, Range, Ranged, Rule
from tests.kernel.support import ANY_READ, NOW, READ, UNDER_DATA, load, pay, read

DATA = Rule("data", "permit", READ, (UNDER_DATA,))


def test_default_is_deny_and_a_permit_names_its_rule() -> None:
    session = load(DATA)
    assert session.decide(read("/data/a")).rule == "data"
    assert session.decide(read("/data")).is_Permitted
    assert session.decide(read("/date/a")).is_Unpermitted
    assert session.decide().is_Unpermitted
    assert session.decide(Part("file.read", {}, ())).is_Unpermitted
    assert session.decide(Part("unknown", {}, (Atom({}, {}),))).is_Unpermitted


def test_what_is_not_permitted_is_named_by_part_and_atom() -> None:
    both = Part("file.read", {"count": 1}, (*read("/data/a").atoms, *read("/etc/b").atoms))
    verdict = load(DATA).decide(read("/data/a"), both)
    assert (verdict.is_Unpermitted, verdict.part, verdict.atom) == (True, 1, 1)


def test_forbid_beats_ask_beats_permit() -> None:
    ask = Rule("ask", "ask", READ, (UNDER_DATA, Holding("path", frozenset({"b"}))), needs="boss")
    forbid = Rule("no", "forbid", READ, (Holding("path", frozenset({".ssh"})),))
    session = load(DATA, ask, forbid)
    verdict = session.decide(read("/data/b"))
    assert verdict.is_Asked
    assert bridge.needs(verdict) == {"boss"}
    assert session.decide(read("/data/b/.ssh")).rule == "no"


def test_an_ask_grants_and_a_require_does_not() -> None:
    alone = Rule("r", "require", READ, needs="boss")
    assert load(alone).decide(read("/a")).is_Unpermitted
    assert bridge.needs(load(alone, ANY_READ).decide(read("/a"))) == {"boss"}
    assert bridge.needs(load(Rule("a", "ask", READ, needs="boss")).decide(read("/a"))) == {"boss"}


def test_needs_of_all_atoms_and_parts_are_collected_once() -> None:
    asks = [
        Rule(of, "ask", READ, (Named("name", frozenset({of})),), needs=needs)
        for of, needs in (("a", "boss"), ("b", "risk"), ("c", "boss"))
    ]
    verdict = load(*asks).decide(read("/a"), read("/b"), read("/c"))
    assert bridge.needs(verdict) == {"boss", "risk"}


def test_stars_are_segments() -> None:
    session = load(Rule("r", "permit", READ, (Placed("path", (Pattern(("a", None, "c")),)),)))
    assert session.decide(read("/a/b/c")).is_Permitted
    for path in ("/a/c", "/a/b/b/c", "/a/b/c/d", "/b/b/c"):
        assert session.decide(read(path)).is_Unpermitted, path


def test_an_axis_that_is_not_carried_never_helps() -> None:
    bounded = Rule("small", "permit", READ, (UNDER_DATA, Ranged("bytes", (Range(None, 10),))))
    secret = Rule("secret", "forbid", READ, (Named("owner", frozenset({"root"})),))
    held_back = Rule("held", "require", READ, (Named("owner", frozenset({"root"})),), needs="boss")
    assert load(bounded).decide(read("/data/a")).is_Unpermitted
    assert load(bounded).decide(read("/data/a", bytes=10)).is_Permitted
    assert load(DATA, secret).decide(read("/data/a")).rule == "secret"
    assert load(DATA, held_back).decide(read("/data/a")).is_Asked


def test_an_effect_that_is_not_known_restricts() -> None:
    assert load(DATA, Rule("odd", "allow", READ)).decide(read("/data/a")).rule == "odd"
    assert load(DATA, Rule("odd", "leave", READ)).decide(read("/data/a")).rule == "odd"  # and leaves no mark


# ---- unless ----

BIG = Ranged("bytes", (Range(100, None),))
NAMED_A, NAMED_B = (Named("name", frozenset({name})) for name in "ab")


@pytest.mark.parametrize(
    ("path", "size", "lifted"),
    [
        ("/data/a", 100, True),  # all of the first conjunction
        ("/data/a", 99, False),  # one test of it alone
        ("/etc/b", 1, True),  # all of the second
        ("/data/b", 1, True),
        ("/data/c", 100, False),  # neither
    ],
)
def test_a_rule_is_lifted_by_all_tests_of_one_conjunction(path: str, size: int, lifted: bool) -> None:
    session = load(ANY_READ, Rule("no", "forbid", READ, unless=((NAMED_A, BIG), (NAMED_B,))))
    verdict = session.decide(read(path, bytes=size))
    assert verdict.is_Permitted if lifted else verdict.rule == "no"


def test_what_is_unknown_or_empty_lifts_nothing() -> None:
    forbid = Rule("no", "forbid", READ, unless=((NAMED_A, BIG), ()))
    assert load(ANY_READ, forbid).decide(read("/data/a")).rule == "no"
    assert load(ANY_READ, forbid).decide(read("/data/a", bytes=100)).is_Permitted


@pytest.mark.parametrize("effect", ["ask", "require", "forbid"])
def test_every_effect_but_a_permit_can_be_lifted(effect: str) -> None:
    session = load(ANY_READ, Rule("r", effect, READ, unless=((NAMED_A,),), needs="boss"))
    assert session.decide(read("/a")).is_Permitted
    assert not session.decide(read("/b")).is_Permitted


# ---- groups ----


def test_what_grants_speaks_only_to_those_who_use_its_group() -> None:
    permit = Rule("p", "permit", READ, group="low")
    ask = Rule("a", "ask", READ, group="high", needs="boss")
    session = load(permit, ask)
    assert session.decide(read("/a"), groups={"low"}).rule == "p"
    assert session.decide(read("/a"), groups={"high"}).is_Asked
    assert session.decide(read("/a"), groups={"low", "high"}).is_Asked
    assert session.decide(read("/a"), groups={"other"}).is_Unpermitted
    assert session.decide(read("/a"), groups=()).is_Unpermitted


def test_what_restricts_speaks_to_everyone() -> None:
    for effect in ("forbid", "require"):
        rule = Rule("r", effect, READ, needs="boss", group="unused")
        assert not load(ANY_READ, rule).decide(read("/a")).is_Permitted, effect


# ---- the clock ----


def test_a_decision_before_what_was_decided_is_late() -> None:
    session = load(ANY_READ)
    late = session.decide(read("/a"), now=NOW - 1, seen=NOW)
    assert (late.is_Late, late.seen) == (True, NOW)
    assert session.decide(read("/a"), now=NOW, seen=NOW).is_Permitted
    assert session.decide(pay("a"), now=NOW - 1, seen=NOW).is_Late  # before anything else is said
