"""What stands between the analyzer's untrusted half and its answers: each check notices what it is there for."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import _dafny
import pytest

from havocproof.analysis import Broken, Holds, Question, Undecided
from havocproof.analysis.analyzer import Analyzer, Maker, as_code
from havocproof.analysis.code import Coords, Grid, Idle, Prover
from havocproof.analysis.code import question as coded
from havocproof.analysis.tables import Table
from havocproof.errors import ConfigError
from havocproof.kernel import source as src
from havocproof.kernel.lowered import to_test
from tests.analysis.plain import KINDS, VERB
from tests.analysis.small import analyzer

IN_U = src.Placed("p", (src.Pattern(("u",), True),))
IS_X = src.Named("a", frozenset({"x"}))
SMALL = src.Ranged("n", (src.Range(None, 2),))
RULES = [
    src.Rule("may", "permit", frozenset({VERB}), (IN_U, IS_X, SMALL), group="g"),
    src.Rule("not", "forbid", frozenset({VERB}), (src.Named("a", frozenset({"y"})),)),
]
NEVER = coded("never", (to_test(IN_U),), (), ())


def small() -> tuple[Analyzer, Table]:
    asked = analyzer(RULES)
    return asked, asked.table(VERB, ((to_test(IN_U),),), None)


def answer(table: Any, build: Callable[[Any], Any], question: Any = NEVER, tries: int = 5) -> Any:
    asked, _ = small()
    result, _ = Prover.default__.Prove(table, asked.code, asked.plan, question, 1000, tries, build)
    return result


def nothing(box: Any) -> Any:
    return Prover.Made_Nothing()


def without(mapping: Any, key: Any) -> Any:
    return _dafny.Map({each: value for each, value in dict.items(mapping) if each != key})


def test_a_table_as_it_is_made_is_accepted() -> None:
    asked, table = small()
    assert answer(table.value, Maker(asked, table).make).is_Broken


def _index(table: Any) -> dict[str, int]:
    return dict(dict.items(table.index))


BAD = {
    "a literal is not in the alphabet": lambda t: t._replace(index=without(t.index, "x")),
    "two names share a place": lambda t: t._replace(index=_dafny.Map({**_index(t), "x": _index(t)["y"]})),
    "a coordinate is lacking": lambda t: t._replace(where=without(t.where, Coords.Coord_CName("a"))),
    "a coordinate is another one": lambda t: t._replace(
        where=_dafny.Map({**dict(dict.items(t.where)), Coords.Coord_CName("a"): 0})
    ),
    "a set has no spans": lambda t: t._replace(spans=without(t.spans, _dafny.Set({"x"}))),
    "a set has too many names": lambda t: t._replace(
        spans=_dafny.Map({**dict(dict.items(t.spans)), _dafny.Set({"x"}): (Grid.Iv_Iv(0, len(t.lits)),)})
    ),
    "a place is told apart less deeply than patterns go": lambda t: t._replace(depths=_dafny.Map({"p": 0})),
    "an integer is cut off where a rule looks": lambda t: t._replace(
        clamps=_dafny.Map({Coords.Coord_CInt("n"): Grid.Iv_Iv(0, 2)})
    ),
    "a coordinate has no values": lambda t: t._replace(
        clamps=_dafny.Map({Coords.Coord_CInt("n"): Grid.Iv_Iv(2, 2)})
    ),
    "a group is not told apart": lambda t: t._replace(where=without(t.where, Coords.Coord_CGroup("g"))),
    "the kind of an agent is no name": lambda t: t._replace(index=without(t.index, "main")),
    "a relation is about nothing": lambda t: t._replace(
        facts=(Coords.Fact_Low("missing"),)
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", BAD)
def test_a_table_with_a_fault_is_refused(fault: str) -> None:
    asked, table = small()
    bad = BAD[fault](table.value)
    assert answer(bad, Maker(asked, table).make).is_Malformed
    lives = Idle.default__.Lives(bad, asked.code, ("may", "not"), _dafny.Map({"may": 0, "not": 1}), 0, 100)
    assert len(lives) == 0
    found, whole, _ = Prover.default__.Widened(bad, asked.code, asked.plan, asked.code, 100, 5, nothing)
    assert (len(found), whole) == (0, False)


def test_ids_that_leave_out_a_rule_are_refused() -> None:
    asked, table = small()
    lives = Idle.default__.Lives(table.value, asked.code, ("may",), _dafny.Map({"may": 0}), 0, 100)
    assert len(lives) == 0


def test_a_made_up_counterexample_is_not_shown() -> None:
    asked, table = small()
    real = Maker(asked, table)
    assert answer(table.value, real.make).is_Broken
    (moment,) = real.tried
    part = moment.part._replace(ints={**moment.part.ints, "n": 3})  # the permit says at most 2
    faked = as_code(type(moment)(part, moment.scopes, moment.groups, moment.view, moment.kind, moment.now))
    assert answer(table.value, lambda box: Prover.Made_Made(faked)).is_Doubtful


def test_an_example_outside_of_the_region_is_not_shown() -> None:
    asked, table = small()
    real = Maker(asked, table)
    answer(table.value, real.make)
    faked = as_code(real.tried[0])
    outside = coded("never", (to_test(src.Placed("p", (src.Pattern(("u",), True),), False)),), (), ())
    assert not answer(table.value, lambda box: Prover.Made_Made(faked), outside).is_Broken


def test_where_no_example_can_be_made_it_is_not_said_to_hold() -> None:
    _, table = small()
    result = answer(table.value, nothing)
    assert result.is_Doubtful
    assert len(result.boxes) >= 1


def test_a_budget_that_is_used_up_is_said() -> None:
    rules = [
        src.Rule(f"r{at}", "forbid", frozenset({VERB}), (src.Ranged("n", (src.Range(at % 4, at % 4),)),))
        for at in range(4)
    ]
    may = src.Rule("may", "permit", frozenset({VERB}), (src.Ranged("n", (src.Range(0, 3),)),), group="")
    assert isinstance(analyzer([may, *rules]).ask(Question("never", VERB, ())), Holds)
    said = analyzer([may, *rules], budget=1).ask(Question("never", VERB, ()))
    assert isinstance(said, Undecided)
    assert "budget" in said.why
    assert said.rules == ("may", "r0", "r1", "r2", "r3")


def test_an_unknown_verb_is_refused() -> None:
    with pytest.raises(ConfigError, match="no verb"):
        analyzer(RULES).ask(Question("never", "undo", ()))


def test_kinds_narrow_who_may_act() -> None:
    rules = [src.Rule("may", "permit", frozenset({VERB}), (), group="h")]
    assert "h" not in KINDS["aide"]
    assert isinstance(analyzer(rules).ask(Question("never", VERB, (), kinds=frozenset({"aide"}))), Holds)
    assert isinstance(analyzer(rules).ask(Question("never", VERB, (), kinds=frozenset({"main"}))), Broken)


def test_the_gate_does_not_load_the_analyzer() -> None:
    loaded = "[name for name in sys.modules if 'analysis' in name or name.endswith('.Prover')]"
    code = f"import sys, havocproof.gate; print({loaded})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
