"""The types of the kernel, read from its Dafny sources: datatypes, and the signatures of functions with their premises.

A type is a tuple: ("int",) ("nat",) ("bool",) ("name",) ("seq", T) ("set", T) ("map", K, V) ("tuple", T, ...)
("data", "Module.Type", T, ...) ("var", "T").
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from holes import blank
from project import DAFNY, ROOT
from tests.translation import held

Type = tuple[Any, ...]

_DECLARATION = re.compile(
    r"^[ \t]*(?:(?:ghost|opaque|static|twostate|abstract)[ \t]+)*"
    r"(module|datatype|type|function|predicate|lemma|method|const|class|trait|import)\b",
    re.MULTILINE,
)
_WORD = re.compile(r"[A-Za-z_][\w']*")


@dataclass(frozen=True, eq=False)
class Data:
    """A datatype: its type parameters, and (constructor, (name, type) of each of its fields) in order."""

    name: str
    parameters: tuple[str, ...]
    constructors: tuple[tuple[str, tuple[tuple[str, Type], ...]], ...]

    @cache  # noqa: B019 there are few of these
    def fields(self, constructor: str, of: Type) -> list[Type]:
        """The types of a constructor's fields in a datatype of type `of`."""
        variables = dict(zip(self.parameters, of[2:], strict=True))
        types = [each for _, each in dict(self.constructors)[constructor]]
        return [variables[each[1]] if each[0] == "var" else each for each in types]


@dataclass(frozen=True)
class Function:
    """A compiled function, method or constant: (name, type) of each parameter that is compiled, the result's type,
    premises as Dafny text. `ghosts`: it has parameters that are not compiled, so its premises cannot be run.
    """

    name: str
    parameters: tuple[tuple[str, Type], ...]
    result: Type
    requires: tuple[str, ...]
    constant: bool = False
    ghosts: bool = False


@dataclass(frozen=True, eq=False)
class Sources:
    """Everything that compiled modules declare: by `Module.Name`."""

    data: dict[str, Data]
    functions: dict[str, Function]

    @cache  # noqa: B019 there is one of these
    def endings(self) -> dict[str, set[str]]:
        """The constructors of each datatype with which a value can end: those that hold the least of datatypes."""
        height: dict[str, int] = {}

        def tall(fields: Iterable[tuple[str, Type]]) -> int | None:
            parts = [part for _, field in fields for part in _direct(field)]
            return max((height[part] for part in parts), default=0) + 1 if height.keys() >= set(parts) else None

        while len(height) < len(self.data):
            before = len(height)
            for data in self.data.values():
                known = [found for _, fields in data.constructors if (found := tall(fields)) is not None]
                if data.name not in height and known:
                    height[data.name] = min(known)
            assert len(height) > before, "a datatype without a value"
        return {
            data.name: {name for name, fields in data.constructors if tall(fields) == height[data.name]}
            for data in self.data.values()
        }


@cache
def read(modules: frozenset[str]) -> Sources:
    """The declarations of these modules, which must all be in dafny/."""
    found = dict(_modules())
    texts = {name: found[name] for name in modules}
    reader = _Reader(texts)
    return Sources(reader.data, reader.functions)


def _modules() -> list[tuple[str, list[tuple[str, str, str]]]]:
    """(module, its declarations as (keyword with ghost, name, text)) of every module of the sources."""
    found = []
    for path in sorted((ROOT / DAFNY).rglob("*.dfy")):
        code, broken = blank(path.read_text(encoding="utf-8"))
        assert not broken, path
        starts = list(_DECLARATION.finditer(code))
        for at, start in enumerate(starts):
            end = starts[at + 1].start() if at + 1 < len(starts) else len(code)
            text = code[start.end() : end]
            if start[1] == "module":
                found.append((_WORD.search(text)[0], []))  # type: ignore[index]
            elif found:
                ghost = "ghost " if re.search(r"\bghost\b", start[0]) else ""
                name = _WORD.search(re.sub(r"\{:[^}]*\}", "", text))
                found[-1][1].append((ghost + start[1], name[0] if name else "", text))
    return found


class _Reader:
    def __init__(self, texts: dict[str, list[tuple[str, str, str]]]) -> None:
        self.data: dict[str, Data] = {}
        self.functions: dict[str, Function] = {}
        self._aliases: dict[str, str] = {}
        self._homes: dict[str, str] = {}
        declared = [(module, *each) for module, each_of in texts.items() for each in each_of]
        for module, kind, name, text in declared:
            if kind == "type" and "=" in text:
                self._aliases[name] = text.partition("=")[2]
            elif kind == "datatype":
                assert name not in self._homes, f"two datatypes {name}: qualify them here"
                self._homes[name] = f"{module}.{name}"
        for module, kind, name, text in declared:
            if kind == "datatype":
                self.data[f"{module}.{name}"] = self._datatype(f"{module}.{name}", text)
            elif kind in ("function", "predicate", "method"):
                self.functions[f"{module}.{name}"] = self._function(f"{module}.{name}", kind, text)
            elif kind == "const":
                of = self._type(text.partition(":")[2], ())[0]
                self.functions[f"{module}.{name}"] = Function(f"{module}.{name}", (), of, (), constant=True)

    def _datatype(self, name: str, text: str) -> Data:
        head, _, body = text.partition("=")
        parameters = tuple(_WORD.findall(head.partition("<")[2]))
        constructors = []
        for part in _split(body.strip().rstrip("}").strip(), "|"):
            if part.strip():
                own, _, fields = part.partition("(")
                constructors.append((own.strip(), self._fields(fields.rpartition(")")[0], parameters)))
        return Data(name, parameters, tuple(constructors))

    def _fields(self, text: str, variables: tuple[str, ...]) -> tuple[tuple[str, Type], ...]:
        parts = [field.partition(":") for field in _split(text, ",") if field.strip()]
        return tuple((name.strip(), self._type(of, variables)[0]) for name, _, of in parts)

    def _function(self, name: str, kind: str, text: str) -> Function:
        opening = text.index("(")
        closing = _closing(text, opening)
        parameters, ghosts = [], False
        for each in _split(text[opening + 1 : closing], ","):
            own, _, of = each.partition(":")
            if own.strip().startswith("ghost "):
                ghosts = True
            elif own.strip():
                parameters.append((own.strip(), self._type(of, ())[0]))
        rest = text[closing + 1 :]
        result: Type = ("bool",)
        if kind == "function":
            result, rest = self._type(rest.lstrip().removeprefix(":"), ())
        elif kind == "method":
            out = rest.index("(")
            end = _closing(rest, out)
            result, rest = self._type(rest[out + 1 : end].partition(":")[2], ())[0], rest[end + 1 :]
        clauses = re.split(r"\b(requires|ensures|decreases|reads)\b", rest.partition("{")[0])
        requires = [clauses[at + 1].strip() for at in range(1, len(clauses), 2) if clauses[at] == "requires"]
        return Function(name, tuple(parameters), result, tuple(requires), ghosts=ghosts)

    def _type(self, text: str, variables: tuple[str, ...]) -> tuple[Type, str]:
        """The type that the text begins with, and the rest of the text."""
        text = text.lstrip()
        if text.startswith("("):
            closing = _closing(text, 0)
            parts = [self._type(part, variables)[0] for part in _split(text[1:closing], ",")]
            return (("tuple", *parts) if len(parts) > 1 else parts[0]), text[closing + 1 :]
        word = re.match(r"[A-Za-z_][\w']*", text)
        assert word is not None, f"no type: {text[:40]!r}"
        rest, arguments = text[word.end() :], []
        if rest.startswith("<"):
            closing = _closing(rest, 0)
            arguments = [self._type(part, variables)[0] for part in _split(rest[1:closing], ",")]
            rest = rest[closing + 1 :]
        name = word[0]
        if name in variables:
            return ("var", name), rest
        if name in ("int", "nat", "bool", "seq", "set", "map"):
            return (name, *arguments), rest
        if name == "Name":
            return ("name",), rest
        if name in self._aliases:
            return self._type(self._aliases[name], ())[0], rest
        return ("data", self._homes[name], *arguments), rest


def _direct(of: Type) -> list[str]:
    """The datatypes of which a value of this type holds at least one; sequences, sets and maps may be empty."""
    if of[0] == "data":
        return [of[1]]
    return [part for each in of[1:] for part in _direct(each)] if of[0] == "tuple" else []


def _split(text: str, sign: str) -> list[str]:
    """The text cut at each `sign` that stands in no bracket."""
    parts, depth, start = [], 0, 0
    for at, letter in enumerate(text):
        depth += (letter in "(<[") - (letter in ")>]")
        if letter == sign and depth == 0:
            parts.append(text[start:at])
            start = at + 1
    return [*parts, text[start:]]


def _closing(text: str, opening: int) -> int:
    depth = 0
    for at in range(opening, len(text)):
        depth += (text[at] in "(<[") - (text[at] in ")>]")
        if depth == 0:
            return at
    raise AssertionError(f"a bracket is not closed: {text[opening : opening + 40]!r}")


@cache
def premises(function: Function) -> list[str]:
    """The premises as Python expressions over the parameters, which hold values of the generated code."""
    if function.ghosts:
        return held.PREMISES[function.name]
    return [_python(part) for text in function.requires for part in re.split(r"&&(?![^(]*\))", text)]


def _python(text: str) -> str:
    code = re.sub(r"\|([\w.]+)\|", r"len(\1)", text)
    code = re.sub(r"\.(\w+)\?", r".is_\1", code)
    return code.replace("&&", " and ").replace("||", " or ").strip()
