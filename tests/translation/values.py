"""Values of Dafny's types in a plain form, drawn at random, and turned into values of the generated Python and back.

The plain form is what both back ends are compared in, and JSON: an integer as decimal text, a name as text, a sequence
or tuple as a list, a set as a sorted list, a map as a sorted list of pairs, a datatype as {constructor: [fields]}.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Iterable
from functools import cache
from random import Random
from typing import Any

import _dafny

from tests.translation.signatures import Sources, Type

PACKAGE = "havocproof.kernel.generated"
Form = Any

_NAMES = ("", "a", "b", "c", "é\N{SNOWMAN}")
_CONVERTED = "Scenes.Grant"
"""What the bridge makes a value of the runtime even while deciding: votes are walked, not only looked into."""
_DEEP = 4
_LONG = 3


@cache
def module(name: str) -> Any:
    """A module of the generated kernel."""
    importlib.import_module(f"{PACKAGE}.module_")
    return importlib.import_module(f"{PACKAGE}.{name}")


class Drawing:
    """Draws values of a type. Few names and small integers: what is looked for is often there, but not always."""

    def __init__(self, sources: Sources, random: Random) -> None:
        self.random = random
        self._sources = sources
        self.names = random.sample(_NAMES, random.randint(2, 4))
        self._seen: dict[Type, list[Form]] = {}
        self._last = sources.endings()

    def draw(self, of: Type, depth: int = 0) -> Form:
        """A value of this type in its plain form. Some are drawn once more: equal values meet."""
        seen = self._seen.setdefault(of, [])
        if seen and of[0] in ("tuple", "data") and self.random.random() < 0.3:
            return self.random.choice(seen)
        form = self._draw(of, depth)
        seen.append(form)
        return form

    def keep(self, of: Type, form: Form) -> None:
        """Makes this value one of those that are drawn once more."""
        self._seen.setdefault(of, []).append(form)

    def _draw(self, of: Type, depth: int) -> Form:
        kind, random = of[0], self.random
        if kind in ("int", "nat"):
            number = self._integer()
            return str(abs(number) if kind == "nat" else number)
        if kind == "bool":
            return random.random() < 0.5
        if kind == "name":
            return random.choice(self.names)
        if kind == "tuple":
            return [self.draw(part, depth) for part in of[1:]]
        if kind in ("seq", "set", "map"):
            size = random.randint(0, _LONG if depth < _DEEP else 1)
            if kind == "map":
                return pairs({key(self.draw(of[1], depth + 1)): self.draw(of[2], depth + 1) for _ in range(size)})
            items = [self.draw(of[1], depth + 1) for _ in range(size)]
            return items if kind == "seq" else unique(items)
        return self._datatype(of, depth)

    def _integer(self) -> int:
        """Small ones, of which many are kinds; some beyond any machine's word; bounds of others, and beside them."""
        random, chance = self.random, self.random.random()
        if chance < 0.04:
            return random.choice([-1, 1]) * 2 ** random.randint(40, 80) + random.randint(-2, 2)
        if chance < 0.3 and (seen := self._seen.get(("int",))):
            one, other = int(random.choice(seen)), int(random.choice(seen))
            return random.choice([one, one - other, one + other]) + random.choice([-1, 0, 0, 1])
        return random.choice(
            [random.randint(0, 5), random.randint(0, 5), random.randint(-1, 8), random.randint(-4, 60)]
        )

    def _datatype(self, of: Type, depth: int) -> Form:
        data = self._sources.data[of[1]]
        names = [name for name, _ in data.constructors if depth < 2 * _DEEP or name in self._last[of[1]]]
        name = self.random.choice(names)
        return {name: [self.draw(field, depth + 1) for field in data.fields(name, of)]}


def key(form: Form) -> str:
    """What sets and maps are ordered by."""
    return json.dumps(form, sort_keys=True)


def unique(items: Iterable[Form]) -> list[Form]:
    """The items of a set, each once, in order."""
    return [json.loads(text) for text in sorted({key(item) for item in items})]


def pairs(content: dict[str, Form]) -> list[Form]:
    """The pairs of a map, in the order of their keys; `content` by the JSON text of the key."""
    return [[json.loads(text), content[text]] for text in sorted(content)]


class Made:
    """Makes values of the generated code. `missed`: (list of a map's pairs, type, key) for each key not found in one.

    `native`: plain dicts, tuples and frozensets for maps, sequences and sets, as the bridge hands them over.
    """

    def __init__(self, sources: Sources, native: bool = False) -> None:
        self._sources = sources
        self._native = native
        self.missed: list[tuple[list[Form], Type, Any]] = []

    def make(self, of: Type, form: Form) -> Any:
        kind = of[0]
        if kind in ("int", "nat"):
            return int(form)
        if kind in ("bool", "name"):
            return form
        if kind == "tuple":
            return tuple(self.make(part, each) for part, each in zip(of[1:], form, strict=True))
        if kind == "seq":
            items = tuple(self.make(of[1], each) for each in form)
            return items if self._native else _dafny.Seq(items)
        if kind == "set":
            return (frozenset if self._native else _dafny.Set)(self.make(of[1], each) for each in form)
        if kind == "map":
            content = {self.make(of[1], each): self.make(of[2], value) for each, value in form}
            if self._native:
                return content
            return _Watched(content, lambda asked: self.missed.append((form, of, asked)))
        if of[1] == _CONVERTED and self._native:
            return Made(self._sources).make(of, form)
        home, _, name = of[1].partition(".")
        data = self._sources.data[of[1]]
        ((made, values),) = form.items()
        parts = [self.make(field, value) for field, value in zip(data.fields(made, of), values, strict=True)]
        return getattr(module(home), f"{name}_{made}")(*parts)


class _Watched(_dafny.Map):  # type: ignore[misc]
    """A map of the runtime that tells which keys were looked for and not found."""

    def __init__(self, content: dict[Any, Any], missed: Callable[[Any], None]) -> None:
        super().__init__(content)
        object.__setattr__(self, "_missed", missed)  # the runtime's maps cannot be changed

    def __contains__(self, key: object) -> bool:
        found = super().__contains__(key)
        if not found:
            self._missed(key)
        return found


def plain(sources: Sources, of: Type, value: Any) -> Form:
    """The plain form of a value of the generated code."""
    kind = of[0]
    if kind in ("int", "nat"):
        assert type(value) is int, f"{value!r} is no integer"
        return str(value)
    if kind == "bool":
        assert type(value) is bool, f"{value!r} is no truth value"
        return value
    if kind == "name":
        assert isinstance(value, str), f"{value!r} is no name"
        return value
    if kind == "tuple":
        return [plain(sources, part, each) for part, each in zip(of[1:], value, strict=True)]
    if kind == "seq":
        return [plain(sources, of[1], value[at]) for at in range(len(value))]
    if kind == "set":
        return unique(plain(sources, of[1], each) for each in frozenset(value))
    if kind == "map":
        return pairs({key(plain(sources, of[1], k)): plain(sources, of[2], v) for k, v in dict.items(value)})
    data = sources.data[of[1]]
    name = of[1].partition(".")[2]
    made = type(value).__name__.removeprefix(f"{name}_")
    fields = zip(data.fields(made, of), tuple(value), strict=True)
    return {made: [plain(sources, field, each) for field, each in fields]}
