"""Random inputs of every compiled function, each with what the generated Python makes of it."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass
from random import Random
from typing import Any

from tests.translation import held
from tests.translation.desks import POLICY, SCENE, Desk
from tests.translation.signatures import Function, Sources, Type, premises
from tests.translation.values import Drawing, Form, Made, key, module, plain

_ROUNDS = 4
_TRIES = 400
_PLAN: Type = ("data", "Kernel.Plan")
_LOADED: Type = ("data", "Kernel.Loaded")
_VERDICT: Type = ("data", "Verdicts.Verdict")
_HELD: Type = ("map", ("int",), ("data", "Trees.Tree"))
_VERBS: Type = ("map", ("name",), ("data", "Judging.Root"))


@dataclass(frozen=True)
class Case:
    """One input of a function in its plain form, and the result of the generated Python."""

    function: str
    arguments: list[Form]
    result: Form

    def __str__(self) -> str:
        return f"{self.function}({', '.join(map(str, self.arguments))})"


def call(function: Function) -> Any:
    """The generated Python of a function; of a constant, a function that gives it."""
    home, _, name = function.name.partition(".")
    default = module(home).default__
    return vars(default)[name].__func__ if not function.constant else lambda: getattr(default, name)


class Inputs:
    """Draws inputs that meet the premises of functions."""

    def __init__(self, sources: Sources, seed: int) -> None:
        self._sources = sources
        self._random = Random(seed)
        self._drawing = Drawing(sources, self._random)

    def case(self, function: Function) -> Case:
        """One input, and what it gives. What the function looks for in a map and does not find is put in, sometimes."""
        arguments = self._drawn(function)
        for round in range(_ROUNDS):
            # A copy, into which missed keys may be put; what was drawn is kept for a premise that it breaks.
            trial, made = copy.deepcopy(arguments), Made(self._sources)
            values = [made.make(of, form) for (_, of), form in zip(function.parameters, trial, strict=True)]
            result = plain(self._sources, function.result, call(function)(*values))
            more = round + 1 < _ROUNDS and self._random.random() < 0.8
            if not (more and self._widened(made) and self._met(function, trial, premises(function))):
                break
            arguments = trial
        return Case(function.name, arguments, result)

    def _drawn(self, function: Function) -> list[Form]:
        """Arguments that meet the premises: what a premise speaks of is drawn until it is met."""
        drawing = self._drawing = Drawing(self._sources, self._random)
        likely = self._likely(drawing, function) if self._random.random() < 0.8 else {}
        arguments = [likely.get(of) or drawing.draw(of) for _, of in function.parameters]
        if _HELD in [of for _, of in function.parameters]:
            tree = lambda: drawing.draw(_HELD[2], 4)  # noqa: E731
            given = held.drawn(self._random, drawing.names, tree, function.name.partition(".")[2])
            arguments = [given[name] for name, _ in function.parameters]
        texts = premises(function)
        for last, text in enumerate(texts):
            spoken = [at for at, (name, _) in enumerate(function.parameters) if re.search(rf"\b{name}\b", text)]
            for _ in range(_TRIES):
                if self._met(function, arguments, texts[: last + 1]):
                    break
                at = self._random.choice(spoken)
                arguments[at] = drawing.draw(function.parameters[at][1])
        return arguments if self._met(function, arguments, texts) else self._drawn(function)

    def _likely(self, drawing: Drawing, function: Function) -> dict[Type, Form]:
        """By type, arguments that belong together: a policy, its plan, a scene of it, and how the plan judges it."""
        types = {of for _, of in function.parameters}
        if not types & {_PLAN, _VERBS, POLICY}:
            return {}
        desk = Desk(self._sources, drawing)
        kernel, made = module("Kernel").default__, Made(self._sources)
        loaded = kernel.Load(made.make(POLICY, desk.policy))
        if loaded.is_Invalid:
            return {POLICY: desk.policy}
        plan = plain(self._sources, _LOADED, loaded)["Loaded"][0]
        judged = plain(self._sources, _VERDICT, kernel.Judge(loaded.plan, made.make(SCENE, desk.scene)))
        found = {POLICY: desk.policy, _PLAN: plan, _VERBS: plan["Plan"][0], SCENE: desk.scene}
        return found if "Clear" not in judged else {**found, _VERDICT: judged}

    def _met(self, function: Function, arguments: list[Form], texts: list[str]) -> bool:
        """Whether the premises hold; one that stands behind another may need it to have a meaning."""
        made, spoken = Made(self._sources), set(re.findall(r"\w+", " ".join(texts)))
        given = zip(function.parameters, arguments, strict=True)
        names = {name: made.make(of, form) for (name, of), form in given if name in spoken}
        return all(eval(text, held.HELPERS | names) for text in texts)

    def _widened(self, made: Made) -> bool:
        """Puts some of the missed keys into their maps; whether there were any."""
        added = False
        for pairs, (_, of_key, of_value), missed in made.missed:
            form = plain(self._sources, of_key, missed)
            if self._random.random() < 0.5 and form not in [known for known, _ in pairs]:
                pairs.append([form, self._drawing.draw(of_value, 2)])
                pairs.sort(key=lambda pair: key(pair[0]))
                added = True
        return added


def python(sources: Sources, function: Function, arguments: list[Form], native: bool = False) -> Form:
    """What the generated Python gives."""
    made = Made(sources, native)
    values = [made.make(of, form) for (_, of), form in zip(function.parameters, arguments, strict=True)]
    return plain(sources, function.result, call(function)(*values))
