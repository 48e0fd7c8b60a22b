"""Single tests and single rules, asked about one atom: what explanations are made of."""

from __future__ import annotations

import pytest

from havocproof.kernel import bridge
from havocproof.kernel.source import (
    DONE,
    LABEL,
    MARK,
    Holding,
    Mark,
    Named,
    Pattern,
    Placed,
    Range,
    Ranged,
    Rule,
    Scoped,
    Scoping,
    Since,
    Stands,
    Test,
    View,
)
from tests.kernel.support import ALL, ANY_READ, NOW, PAY, READ, SCOPES, TAINT, UNDER_DATA, load, pay, read

DONE_MARK, RESET_MARK = Mark(DONE, "f", ("run", "name")), Mark(MARK, "f~reset", ("run", "name"))
NUMS = {
    (LABEL, "taint", "s", "s", "s", "s", 0): NOW - 100,
    (DONE, "f", "r", "a", "", "", 0): NOW - 50,
    (MARK, "f~reset", "r", "a", "", "", 0): NOW - 51,
}
PART = read("/data/a")
MAIN, U = frozenset({"main"}), frozenset({"u"})

CASES: list[tuple[Test, str]] = [
    (UNDER_DATA, "yes"),
    (Placed("path", (Pattern(("data",)),)), "no"),
    (Placed("path", ()), "no"),
    (Ranged("bytes", (Range(1, 2),)), "unknown"),
    (Ranged("count", (Range(5, None), Range(1, 1))), "yes"),
    (Ranged("count", (Range(None, 0),)), "no"),
    (Named("name", frozenset({"b"})), "no"),
    (Named("owner", frozenset({"b"})), "unknown"),
    (Holding("path", frozenset({"a"})), "yes"),
    (Holding("path", frozenset({"b"})), "no"),
    (Holding("host", frozenset({"a"})), "unknown"),
    (Scoped("agent", MAIN), "yes"),
    (Scoped("user", MAIN), "no"),
    (Scoped("agent.1", MAIN), "no"),  # a scope that is not there is none of them, surely
    (Scoping("agent.0"), "yes"),
    (Scoping("agent.1"), "no"),
    (Stands(TAINT), "yes"),
    (Stands(TAINT, 101), "yes"),
    (Stands(TAINT, 100), "no"),
    (Stands(Mark(LABEL, "other", ("self",))), "no"),
    (Stands(Mark(LABEL, "taint", ("child",))), "unknown"),
    (Since(DONE_MARK, RESET_MARK), "yes"),
    (Since(DONE_MARK, RESET_MARK, 51), "yes"),
    (Since(DONE_MARK, RESET_MARK, 50), "no"),
    (Since(DONE_MARK, Mark(MARK, "f~reset", ("child",))), "unknown"),
    (Since(Mark(DONE, "f", ("child",)), RESET_MARK), "unknown"),
    (Since(Mark(DONE, "g", ("run", "name")), RESET_MARK), "no"),
]


@pytest.mark.parametrize(("test", "said"), CASES, ids=[f"{type(t).__name__}-{i}" for i, (t, _) in enumerate(CASES)])
def test_each_test_answers_yes_no_or_unknown(test: Test, said: str) -> None:
    kernel, scene = load(ANY_READ).kernel, bridge.scene(SCOPES, ALL, NOW, View(NUMS, {}, {}))
    assert kernel.test(test, PART, PART.atoms[0], scene) == said
    contrary = type(test)(**{**{name: getattr(test, name) for name in test.__slots__}, "want": False})
    opposite = {"yes": "no", "no": "yes", "unknown": "unknown"}[said]
    assert kernel.test(contrary, PART, PART.atoms[0], scene) == opposite


def test_without_a_scene_nothing_is_remembered_and_nobody_acts() -> None:
    kernel = load(ANY_READ).kernel
    assert kernel.test(UNDER_DATA, PART, PART.atoms[0]) == "yes"
    assert kernel.test(Scoped("user", U), PART, PART.atoms[0]) == "no"
    assert kernel.test(Stands(TAINT), PART, PART.atoms[0]) == "unknown"
    assert kernel.reads(Rule("r", "forbid", READ, (Stands(TAINT),)), PART, PART.atoms[0]) == "unknown"


@pytest.mark.parametrize(
    ("tests", "unless", "said"),
    [
        ((), (), "yes"),
        ((UNDER_DATA, Scoped("user", U)), (), "yes"),
        ((UNDER_DATA, Ranged("bytes", (Range(1, 2),))), (), "unknown"),
        ((Ranged("bytes", (Range(1, 2),)), Scoping("agent.1")), (), "no"),
        ((), ((UNDER_DATA, Scoped("user", MAIN)), (UNDER_DATA,)), "no"),
        ((), ((UNDER_DATA, Scoped("user", MAIN)),), "yes"),
        ((), ((Ranged("bytes", (Range(1, 2),)),), ()), "yes"),  # only what is surely met lifts
    ],
)
def test_a_rule_reads_an_atom(tests: tuple[Test, ...], unless: tuple[tuple[Test, ...], ...], said: str) -> None:
    kernel, scene = load(ANY_READ).kernel, bridge.scene(SCOPES, ALL, NOW, View(NUMS, {}, {}))
    rule = Rule("r", "forbid", READ | PAY, tests, unless)
    assert kernel.reads(rule, PART, PART.atoms[0], scene) == said
    other = pay("a")._replace(verb="file.write")
    assert kernel.reads(rule, other, other.atoms[0], scene) == "no"
