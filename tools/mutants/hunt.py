"""Tries proofs on mutants, the likeliest first, until each is caught or every proof that sees it has gone through."""

from __future__ import annotations

import re
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from mutants import crowds
from mutants import slices as sheets
from mutants.crowds import crowd
from mutants.dafny import Outcome, Workplace
from mutants.hidden import Eyes
from mutants.mutant import Mutant, reach
from mutants.program import Program
from mutants.slices import Sheet, Slice, between, sheet
from mutants.statements_of import SAYS_LESS
from mutants.store import CAUGHT, EXHAUSTED, STILLBORN, SURVIVED, Key, Store, Verdict, judged
from project import ToolError

Work = TypeVar("Work")
Result = TypeVar("Result")
ROUNDS = (2, 8, 40)
"""How many proofs are tried at once on a mutant in each round, beside its own; the last round tries all the others."""
APART = 20
"""How many of the likeliest proofs are tried once more on what is left, each mutant in a copy of its own."""
QUICK = (1, 3, 6)
"""The rounds that catch most of what is caught, for a small part of the time."""
SLICES = 40
"""Mutants in one file, at most."""
UNITS = 60_000_000
"""Resource units that the proofs of one file take, at most, as far as the table of resources tells."""
WITNESSES = ("W_", "X_", "On_")
WITNESS = 2.0
"""How many steps nearer a witness or a counterexample is taken to be: what it says of a small case is known."""
_UNKNOWN = 200_000


class Hunt:
    """One search over many mutants.

    `units` are the resource units of each proof, by its name. `known` says which proof caught a mutant before: it is
    tried first. After `deadline` (of time.monotonic) nothing new is begun. `quick`: what the likeliest proofs do not
    catch is left without a verdict.
    """

    def __init__(
        self,
        program: Program,
        store: Store,
        units: Mapping[str, int],
        places: Sequence[Workplace],
        known: Mapping[Key, str] | None = None,
        deadline: float = float("inf"),
        *,
        quick: bool = False,
    ) -> None:
        self.program = program
        self.known = known or {}
        self.deadline = deadline
        self.quick = quick
        self.store = store
        self.units = units
        self._eyes = Eyes(program)
        self.places = list(places)
        self._hits: dict[str, Counter[str]] = defaultdict(Counter)
        # By declaration, proof, and whether apart: whether the proof goes through where nothing is changed.
        self._controlled: dict[tuple[str, str, bool], bool] = {}
        self._tried: dict[Mutant, set[str]] = defaultdict(set)
        self._ran_out: dict[Mutant, str] = {}
        self._lock = threading.Lock()
        self.done = 0
        for (symbol, *_), proof in self.known.items():
            self._learn(symbol, proof)

    # ---- the order of proofs ----
    def _learn(self, symbol: str, proof: str) -> None:
        self._hits[symbol][proof] += 1
        self._hits[symbol.rpartition(".")[0]][proof] += 1

    def order(self, mutant: Mutant) -> list[str]:
        """Every proof that the change can make fail, the likeliest first. Functions of which nothing was ever to be
        proved are left out, but not the declaration itself."""
        program, symbol = self.program, mutant.symbol
        home = symbol.rpartition(".")[0]
        onto, far_away = self._eyes.onto(symbol), reach(mutant, program)
        steps = {name: step for name, step in onto.items() if name in far_away}
        proofs = [n for n in steps if n == symbol or program.declarations[n].is_lemma or n in self.units]
        spread = {m: len(between(program, home, [m])) for m in {n.rpartition(".")[0] for n in proofs}}

        def far(name: str) -> tuple[float, str]:
            module, _, lemma = name.rpartition(".")
            known = 3.0 * (self._hits[symbol][name] > 0) + min(2.0, 0.5 * self._hits[home][name])
            small = WITNESS * (mutant.kind != "code" and lemma.startswith(WITNESSES))
            return steps[name] + 0.3 * spread[module] - known - small, name

        # A theorem that says less, or that nothing meets, is proved as before: others have to notice.
        first, last = (symbol, "") if mutant.operator not in SAYS_LESS else ("", symbol)
        return sorted(proofs, key=lambda name: (name == last, name != first, far(name)))

    # ---- the search ----
    def run(self, mutants: Iterable[Mutant], told: Callable[[Verdict], None] = lambda verdict: None) -> None:
        """Judges every mutant that has no valid verdict; the verdicts go into the store and to `told` as they come."""
        homes: dict[str, list[Mutant]] = defaultdict(list)
        for mutant in mutants:
            if not self.store.valid(mutant):
                homes[mutant.symbol.rpartition(".")[0]].append(mutant)
        self._told = told
        groups = [group[at : at + 2 * SLICES] for group in homes.values() for at in range(0, len(group), 2 * SLICES)]
        with ThreadPoolExecutor(len(self.places)) as pool:
            left = [mutant for several in pool.map(self._placed(self._easy), groups) for mutant in several]
            if not self.quick:
                # What is left is dear: all proofs that see it. One mutant a run, so that a stop loses little, and first
                # those that few proofs see.
                left.sort(key=lambda mutant: len(self.order(mutant)))
                list(pool.map(self._placed(self._hard), left))

    def _placed(self, work: Callable[[Workplace, Work], Result]) -> Callable[[Work], Result]:
        """The work, at a place that nobody else is at."""

        def at_a_place(what: Work) -> Result:
            with self._lock:
                place = self.places.pop()
            try:
                return work(place, what)
            except BaseException:
                self.deadline = 0.0  # the other places stop as well, so that the error is told soon
                raise
            finally:
                with self._lock:
                    self.places.append(place)

        return at_a_place

    def _easy(self, place: Workplace, group: list[Mutant]) -> list[Mutant]:
        # What a proof caught before was a program.
        fresh = [mutant for mutant in group if mutant.key not in self.known]
        programs = set(self._sift(place, fresh))
        left = [mutant for mutant in group if mutant in programs or mutant.key in self.known]
        for size in (0, *(QUICK if self.quick else ROUNDS)):
            left = self._round(place, left, size)
        return left

    @property
    def late(self) -> bool:
        return time.monotonic() > self.deadline

    @property
    def doubted(self) -> list[Mutant]:
        """Those that some proof let through and that have no verdict: the deadline came, or the search was quick."""
        return [mutant for mutant, proofs in self._tried.items() if proofs and not self.store.valid(mutant)]

    def _hard(self, place: Workplace, mutant: Mutant) -> None:
        if self.late:
            return
        self._tried[mutant].difference_update(self.order(mutant)[:APART])
        left = self._round(place, [mutant], len(self.program.declarations), apart=True)
        # Without a proof that can be tried, as after the deadline, there is no verdict.
        if left and self._tried[mutant]:
            ran_out = self._ran_out.get(mutant, "")
            self._decide(mutant, EXHAUSTED if ran_out else SURVIVED, ran_out)

    def _sift(self, place: Workplace, group: list[Mutant]) -> list[Mutant]:
        """The mutants that are programs."""
        while group:
            page = sheet(self.program, [Slice(mutant.symbol, mutant, ()) for mutant in group])
            outcome = place.resolve(page.text)
            if not outcome.broken:
                break
            group = self._without_broken(group, page, outcome)
        return group

    def _without_broken(self, group: list[Mutant], page: Sheet, outcome: Outcome) -> list[Mutant]:
        bad = {page.owner(line) for line, _ in outcome.broken} - {None}
        if not bad or not bad <= set(range(len(group))):
            line, what = outcome.broken[0]
            raise ToolError(f"a copy of unchanged modules is no program: {what}: {page.text.splitlines()[line - 1]}")
        for number in bad:
            assert number is not None
            self._decide(group[number], STILLBORN, "")
        return [mutant for number, mutant in enumerate(group) if number not in bad]

    def _round(self, place: Workplace, group: list[Mutant], size: int, *, apart: bool = False) -> list[Mutant]:
        """Tries the next proofs on each, or with size 0 the one that is known to catch it; the mutants still alive."""
        left = list(group)
        alive: list[Mutant] = []
        while left and not self.late:
            page, weight = list[Slice](), 0
            while left and len(page) < SLICES and (not page or weight < UNITS):
                mutant = left.pop(0)
                proofs = self._next(mutant, size, apart)
                weight += sum(self.units.get(name, _UNKNOWN) for name in proofs)
                page.append(Slice(mutant.symbol, mutant, proofs))
            alive += self._prove(place, [one for one in page if one.proofs], apart=apart)
            alive += [one.mutant for one in page if not one.proofs and one.mutant]
        return alive + left

    def _next(self, mutant: Mutant, size: int, apart: bool) -> tuple[str, ...]:
        if not size:
            known = self.known.get(mutant.key, "")
            return (known,) if known in self.program.declarations else ()
        with self._lock:
            fit = [n for n in self.order(mutant) if n not in self._tried[mutant]]
        fit = [name for name in fit if self._controlled.get((mutant.symbol, name, apart), True)]
        own = fit[:1] == [mutant.symbol]
        return tuple(fit[: size + own])

    def _prove(self, place: Workplace, slices: list[Slice], *, apart: bool = False) -> list[Mutant]:
        """Tries each slice's proofs; the mutants still alive. Together in one copy, or `apart`."""
        if not slices:
            return []
        # Beside the mutants, each proof on an unchanged copy: what fails there shows nothing.
        fresh: dict[str, set[str]] = defaultdict(set)
        for one in slices:
            fresh[one.symbol] |= {name for name in one.proofs if (one.symbol, name, apart) not in self._controlled}
        controls = [Slice(symbol, None, tuple(sorted(names))) for symbol, names in fresh.items() if names]
        page = (sheet if apart else crowd)(self.program, [*slices, *controls])
        outcome = place.prove(page.text)
        if outcome.broken and not apart:
            return self._prove(place, slices, apart=True)
        if outcome.broken:
            group = [one.mutant for one in slices if one.mutant]
            alive = set(self._without_broken(group, page, outcome))
            return self._prove(place, [one for one in slices if one.mutant in alive], apart=True)
        pattern = sheets.RESULT if apart else crowds.RESULT
        failed, out = _by_slice(outcome.failed, pattern), _by_slice(outcome.exhausted, pattern)
        for number, control in enumerate(controls, len(slices)):
            for name in control.proofs:
                self._controlled[control.symbol, name, apart] = name not in failed[number] | out[number]
        return [
            mutant
            for number, one in enumerate(slices)
            if (
                mutant := self._judge(
                    one, self._shown(one, failed[number], apart), self._shown(one, out[number], apart)
                )
            )
        ]

    def _shown(self, one: Slice, names: set[str], apart: bool) -> set[str]:
        """Of these proofs, those that go through where nothing is changed. A changed statement that means nothing any
        more fails under its own name, whether its proof is tried or not."""
        return {name for name in names if self._controlled.get((one.symbol, name, apart), name == one.symbol)}

    def _judge(self, one: Slice, failed: set[str], out: set[str]) -> Mutant | None:
        """The mutant, where it is still alive."""
        assert one.mutant
        self._tried[one.mutant] |= set(one.proofs)
        for name in (*one.proofs, one.symbol):
            if name in failed:
                self._decide(one.mutant, CAUGHT, name)
                return None
        if ran_out := [name for name in one.proofs if name in out]:
            if one.mutant in self._ran_out:
                self._decide(one.mutant, EXHAUSTED, self._ran_out[one.mutant])
                return None
            self._ran_out[one.mutant] = ran_out[0]
        return one.mutant

    def _decide(self, mutant: Mutant, verdict: str, by: str) -> None:
        found = judged(mutant, verdict, by, self.program)
        self.store.add([found])
        with self._lock:
            self.done += 1
            if verdict == CAUGHT:
                self._learn(mutant.symbol, by)
        self._told(found)


def _by_slice(names: Iterable[str], pattern: re.Pattern[str]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for full in names:
        match = pattern.fullmatch(full)
        if not match:
            raise ToolError(f"Dafny speaks of {full}, which is in no copy")
        found[int(match["number"])].add(f"{match['module']}.{match['name']}")
    return found
