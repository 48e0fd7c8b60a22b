"""Rules that change no verdict of any moment."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import _dafny

from havocproof.analysis import code
from havocproof.analysis.code import Coords, Idle
from havocproof.analysis.questions import DeadRule
from havocproof.analysis.tables import Table

if TYPE_CHECKING:
    from havocproof.analysis.analyzer import Analyzer

LEAST = 500
"""Boxes for each rule, at least, as far as the budget goes."""


def share(budget: int, rules: int) -> int:
    """Boxes for each of so many rules: they share the budget of one question, since nobody asked about them."""
    return min(budget, max(LEAST, budget // rules))


def dead_rules(analyzer: Analyzer) -> tuple[DeadRule, ...]:
    """Rules all of whose verbs were decided: the policy without them says the same of every moment."""
    pieces: dict[str, list[Any]] = {}
    by_verb: dict[str, dict[str, list[Any]]] = {}
    for rule in analyzer.code.rules:
        if not (rule.effect.is_Charge or rule.effect.is_Leave):
            pieces.setdefault(rule.id_, []).append(rule)
            for verb in rule.verbs:
                by_verb.setdefault(verb, {}).setdefault(rule.id_, []).append(rule)
    alive: set[str] = set()
    for verb in sorted(by_verb):
        table = analyzer.table(verb, (), None)
        key, ids = _ordered(table, by_verb[verb])
        places = _dafny.Map({rule: at for at, rule in enumerate(ids)})
        lives = Idle.default__.Lives(table.value, analyzer.code, ids, places, key, share(analyzer.budget, len(ids)))
        alive |= {rule for rule, life in zip(ids, lives, strict=True) if not life.is_Dead}
    return tuple(DeadRule(rule, _hiding(analyzer, rule, mine)) for rule, mine in pieces.items() if rule not in alive)


def _ordered(table: Table, rules: dict[str, list[Any]]) -> tuple[int, tuple[str, ...]]:
    """The coordinate that tells most rules apart, and the ids in its order. Any choice is right; speed differs."""
    values: dict[str, dict[int, int]] = {rule: _fixed(table, pieces[0]) for rule, pieces in rules.items()}
    told: Counter[int] = Counter()
    for coord, _ in {(coord, at) for fixed in values.values() for coord, at in fixed.items()}:
        told[coord] += 1
    if not told:
        return len(table.coords), tuple(rules)
    key = max(told, key=lambda coord: (told[coord], -coord))
    last = len(table.literals)
    return key, tuple(sorted(rules, key=lambda rule: values[rule].get(key, last)))


def _fixed(table: Table, rule: Any) -> dict[int, int]:
    """The coordinates on which a rule asks for one name, with the name's place in the alphabet."""
    found = {}
    for test in rule.tests:
        if test.is_Named and test.want and len(test.names) == 1:
            found[table.where[Coords.Coord_CName(test.axis)]] = _place(table, next(iter(test.names)))
        elif test.is_Placed and test.want and len(test.patterns) == 1:
            for at, symbol in enumerate(test.patterns[0].syms):
                if symbol.is_Lit:
                    found[table.where[Coords.Coord_CSeg(test.axis, at)]] = _place(table, symbol.name)
    return found


def _place(table: Table, name: str) -> int:
    return int(table.index[name])


def _hiding(analyzer: Analyzer, rule: str, pieces: list[Any]) -> tuple[str, ...]:
    """The rules that decide where this one speaks: those that match at one moment of each of its pieces."""
    found: dict[str, None] = {}
    for piece in pieces:
        for verb in sorted(piece.verbs):
            asked = code.question("always", tuple(piece.tests), tuple(piece.unless), ())
            moment = analyzer.somewhere(analyzer.table(verb, (), None), asked)
            if moment is not None:
                found.update(dict.fromkeys(each for each in analyzer.matching(moment) if each != rule))
    return tuple(found)
