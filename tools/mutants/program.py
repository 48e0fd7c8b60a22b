"""All sources at once: what each declaration names, what its proof can see, and which proofs see a change of it.

A proof sees its own text; of a lemma that it calls, the statement; of a function, statement and body, and so on. Names
are looked up in the module and in what it imports, without types: what is found may be too much, never too little.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache, cached_property
from pathlib import Path, PurePosixPath

from mutants.files import read_file
from mutants.lexer import plain, words
from mutants.nodes import Constructor, Declaration, Module
from project import DAFNY

_INCLUDE = re.compile(r'^[ \t]*include[ \t]+"([^"\n]*)"', re.MULTILINE)


class Program:
    """The sources by file name (relative to dafny/, with `/`), parsed."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = dict(sorted(texts.items()))
        self.modules: dict[str, Module] = {}
        for file, text in self.texts.items():
            for module in read_file(text, file):
                self.modules[module.name] = module
        self.declarations = {d.full: d for module in self.modules.values() for d in module.members}
        self._named: dict[str, list[str]] = defaultdict(list)
        for full, declaration in self.declarations.items():
            self._named[declaration.name].append(full)

    @classmethod
    def of(cls, root: Path) -> Program:
        """The program in a checkout."""
        folder = root / DAFNY
        paths = (path for path in folder.rglob("*.dfy") if path.is_file())
        return cls({path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in paths})

    # ---- text ----
    def text(self, declaration: Declaration) -> str:
        return self.texts[declaration.file][declaration.start : declaration.end]

    def statement(self, declaration: Declaration) -> str:
        """What others see of a lemma or method: all but its body."""
        stop = declaration.body_at[0] if declaration.body_at[0] >= 0 else declaration.end
        return self.texts[declaration.file][declaration.start : stop]

    def visible(self, declaration: Declaration) -> str:
        """What others see: of a function its body too, but not the method that computes it."""
        if declaration.kind in ("lemma", "method"):
            return self.statement(declaration)
        stop = declaration.body_at[1] if declaration.body_at[1] >= 0 else declaration.end
        return self.texts[declaration.file][declaration.start : stop]

    # ---- who names whom ----
    def _names(self, declaration: Declaration, text: str) -> set[str]:
        near = {declaration.module, *(one.target for one in self.modules[declaration.module].imports)}
        found = set()
        for token in words(text):
            if token.kind == "word":
                for full in self._named.get(token.text, ()):
                    if full.rpartition(".")[0] in near:
                        found.add(full)
        return found - {declaration.full}

    @cached_property
    def seen(self) -> dict[str, set[str]]:
        """By declaration, what its visible part names."""
        return {full: self._names(d, self.visible(d)) for full, d in self.declarations.items()}

    @cached_property
    def named(self) -> dict[str, set[str]]:
        """By declaration, what all of it names."""
        return {full: self._names(d, self.text(d)) for full, d in self.declarations.items()}

    @cached_property
    def sight(self) -> dict[str, dict[str, int]]:
        """By declaration, everything that its proof can see, and over how many steps (itself: 0)."""
        found = {}
        for full in self.declarations:
            steps, front, step = {full: 0}, self.named[full], 1
            while front := {name for name in front if name not in steps}:
                steps.update(dict.fromkeys(front, step))
                front = {name for near in front for name in self.seen[near]}
                step += 1
            found[full] = steps
        return found

    def watchers(self, full: str) -> dict[str, int]:
        """The declarations whose proofs see this one, with the number of steps; itself among them, with 0."""
        return {name: steps[full] for name, steps in self.sight.items() if full in steps}

    def reached(self, texts: Iterable[tuple[Declaration, str]]) -> set[str]:
        """All functions that these texts mean, through bodies of functions."""
        found: set[str] = set()
        front = {name for declaration, text in texts for name in self.meant(declaration, text)}
        while front := {name for name in front if name not in found and not self.declarations[name].is_lemma}:
            found |= front
            bodies = ((self.declarations[near], self.visible(self.declarations[near])) for near in front)
            front = {name for declaration, text in bodies for name in self.meant(declaration, text)}
        return found

    def meant(self, declaration: Declaration, text: str) -> set[str]:
        """Of what a text names what it can mean: `A.name` is of the module behind A, a bare name of an open one."""
        imports = self.modules[declaration.module].imports
        aliases = {one.alias: one.target for one in imports}
        opened = {declaration.module, *(one.target for one in imports if one.opened)}
        tokens, found = words(text), set[str]()
        for place, token in enumerate(tokens):
            if token.kind != "word" or token.text not in self._named:
                continue
            before = tokens[place - 2].text if place >= 2 and tokens[place - 1].text == "." else None
            near = opened if before is None else {aliases[before]} if before in aliases else set[str]()
            found |= {full for full in self._named[token.text] if full.rpartition(".")[0] in near}
        return found - {declaration.full}

    @cached_property
    def imports(self) -> dict[str, set[str]]:
        """By module, every module that it imports, directly or through others; itself among them."""
        return _closure({name: {one.target for one in module.imports} for name, module in self.modules.items()})

    # ---- files ----
    @cached_property
    def includes(self) -> dict[str, set[str]]:
        """By file, every file that it includes, directly or through others; itself among them."""
        direct = {}
        for file, text in self.texts.items():
            near = set()
            for match in _INCLUDE.finditer(text):
                parts: list[str] = []
                for part in (PurePosixPath(file).parent / match[1]).parts:
                    if part == "..":
                        parts.pop()
                    else:
                        parts.append(part)
                near.add("/".join(parts))
            direct[file] = near
        return _closure(direct)

    @cached_property
    def seals(self) -> dict[str, str]:
        """By file, a digest of all that its proofs can see, without comments and layout: the whole file, and of what it
        includes everything but the proofs."""
        outsides = {file: plain(self._outside(file)) for file in self.texts}
        return {
            file: _digest(
                [
                    f"{near}\n{plain(text) if near == file else outsides[near]}"
                    for near, text in self.texts.items()
                    if near in self.includes[file]
                ]
            )[:16]
            for file, text in self.texts.items()
        }

    def _outside(self, file: str) -> str:
        """A file without the bodies of its lemmas and methods."""
        text, parts, at = self.texts[file], [], 0
        members = (d for module in self.modules.values() if module.file == file for d in module.members)
        for declaration in sorted(members, key=lambda d: d.start):
            parts.append(text[at : declaration.start] + self.visible(declaration))
            at = declaration.end
        return "".join(parts) + text[at:]

    # ---- datatypes ----
    @cache  # noqa: B019 (a program lives as long as the run)
    def scope(self, module: str) -> dict[str, list[list[Constructor]]]:
        """By constructor's name, the constructors of each datatype of this name that a module knows."""
        found: dict[str, list[list[Constructor]]] = defaultdict(list)
        for near in (module, *(one.target for one in self.modules[module].imports)):
            for several in self.modules[near].datatypes.values():
                for one in several:
                    found[one.name].append(several)
        return found

    # ---- marks of what a verdict rests on ----
    @cached_property
    def _types(self) -> dict[str, str]:
        """By module, a digest of its types."""
        found = {}
        for name, module in self.modules.items():
            text = self.texts[module.file]
            found[name] = _digest(plain(text[start:end]) for start, end in module.types)
        return found

    @cached_property
    def _digests(self) -> dict[str, tuple[str, str]]:
        """By declaration, digests of its visible part and of all of it, without comments and layout."""
        return {
            n: (_digest([plain(self.visible(d))]), _digest([plain(self.text(d))])) for n, d in self.declarations.items()
        }

    def seal(self, proofs: Iterable[str]) -> str:
        """A digest of all that these declarations' proofs can see: while it stays, they go as they went."""
        parts: dict[str, str] = {}
        proofs = sorted(proofs)
        for full in proofs:
            for module in self.imports[full.rpartition(".")[0]]:
                parts[module] = self._types[module]
            parts[f"{full}!"] = self._digests[full][1]
            for name in self.sight[full]:
                parts[name] = self._digests[name][0]
        return _digest(f"{name} {parts[name]}" for name in sorted(parts))[:16]


def _closure(direct: Mapping[str, set[str]]) -> dict[str, set[str]]:
    found = {}
    for name in direct:
        known, front = {name}, direct[name]
        while front := front - known:
            known |= front
            front = {far for near in front for far in direct.get(near, set())}
        found[name] = known
    return found


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
