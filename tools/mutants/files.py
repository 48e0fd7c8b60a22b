"""Reads whole Dafny files: modules, datatypes, functions, lemmas, and the statements of compiled bodies."""

from __future__ import annotations

from mutants.lexer import Token
from mutants.nodes import Clause, Constructor, Declaration, Import, Module, Node
from mutants.statements import StatementReader

_MEMBERS = ("function", "predicate", "lemma", "method")
_MODIFIERS = ("ghost", "opaque", "static", "least", "greatest", "twostate")
_CLAUSES = ("requires", "ensures", "decreases", "reads", "modifies", "invariant")


def read_file(text: str, where: str) -> list[Module]:
    """The modules of one file; ToolError with file and line where it is not understood."""
    return FileReader(text, where).read()


class FileReader(StatementReader):
    """Reads declarations. Bodies of lemmas are passed over: they are proofs, and nothing in them is changed."""

    def read(self) -> list[Module]:
        modules = []
        while self.at < len(self.tokens):
            if self.take("include"):
                self.next()
            else:
                modules.append(self._module())
        return modules

    def _module(self) -> Module:
        self.take("abstract")
        self.need("module")
        self.skip_attributes()
        module = Module(self.word().text, self.where)
        self.need("{")
        while not self.take("}"):
            self._member_of(module)
        return module

    def _member_of(self, module: Module) -> None:
        start = self.peek().start
        if self.take("import"):
            opened = bool(self.take("opened"))
            alias = self.word().text
            target = self.word().text if self.take("=") else alias
            module.imports.append(Import(alias, target, opened))
        elif self.take("datatype"):
            self.skip_attributes()
            name = self.word().text
            self._generics()
            self.need("=")
            self.take("|")
            module.datatypes[name] = [self._constructor()]
            while self.take("|"):
                module.datatypes[name].append(self._constructor())
            module.types.append((start, self.last))
        elif self.take("type"):
            self.skip_attributes()
            self.word()
            if self.sees("("):
                self.skip_pair()
            if self.take("="):
                self.read_type()
            module.types.append((start, self.last))
        elif self.take("const"):
            module.members.append(self._constant(module.name, start))
        else:
            module.members.append(self._callable(module.name))

    def _constant(self, module: str, start: int) -> Declaration:
        """A constant is a function of nothing, for what can be changed about it."""
        self.skip_attributes()
        name = self.word()
        kind = self.read_type() if self.take(":") else ""
        self.need(":=")
        body = self.read_expression()
        place = (body.start, self.last)
        return Declaration(
            self.where,
            module,
            name.text,
            "const",
            ghost=False,
            start=start,
            end=self.last,
            header=name.end,
            params=(),
            result=kind,
            clauses=(),
            body=body,
            body_at=place,
            method=None,
            method_at=(-1, -1),
        )

    def _constructor(self) -> Constructor:
        name = self.word().text
        return Constructor(name, tuple(kind for _, kind in self._params()) if self.sees("(") else ())

    def _generics(self) -> None:
        if self.take("<"):
            while not self.take(">"):
                if self.sees("("):
                    self.skip_pair()
                else:
                    self.next()

    def _params(self) -> list[tuple[str, str]]:
        self.need("(")
        found = []
        while not self.take(")"):
            self.take("ghost")
            name = self.word().text
            self.need(":")
            found.append((name, self.read_type()))
            self.take(",")
        return found

    def _callable(self, module: str) -> Declaration:
        first, modifiers = self.peek(), set()
        while word := self.take(*_MODIFIERS):
            modifiers.add(word.text)
        kind = self.need(*_MEMBERS).text
        self.skip_attributes()
        name = self.word()
        self._generics()
        params = self._params()
        result = self._result(kind)
        clauses = self._clauses()
        body, body_at = None, (-1, -1)
        if self.sees("{"):
            body, body_at = self._body(kind)
        method, method_at = None, (-1, -1)
        if self.take("by"):
            self.need("method")
            method = self.read_block()
            method_at = (method.start, method.end)
        return Declaration(
            self.where,
            module,
            name.text,
            kind,
            "ghost" in modifiers or kind == "lemma",
            first.start,
            self.last,
            name.end,
            tuple(params),
            result,
            tuple(clauses),
            body,
            body_at,
            method,
            method_at,
        )

    def _result(self, kind: str) -> str:
        if self.take("returns"):
            return ",".join(f"{name}:{of}" for name, of in self._params())
        if not self.take(":"):
            return "bool" if kind == "predicate" else ""
        if self.sees("(") and self.peek(2).text == ":":
            return self._params()[0][1]
        return self.read_type()

    def _clauses(self) -> list[Clause]:
        found = []
        while word := self.take(*_CLAUSES):
            found.append(self._clause(word))
            while word.text in ("decreases", "reads", "modifies") and self.take(","):
                found.append(self._clause(word))
        return found

    def _clause(self, word: Token) -> Clause:
        self.skip_attributes()
        body = self.read_expression()
        return Clause(word.text, word.start, self.last, body)

    def _body(self, kind: str) -> tuple[Node | None, tuple[int, int]]:
        if kind in ("lemma", "method"):
            start = self.at
            place = self.skip_pair()
            if kind == "method":
                self.at = start
                return self.read_block(), place
            return None, place
        opening = self.need("{")
        body = self.read_expression()
        while self.take(";"):
            # What stood before was a call of a lemma.
            body = self.read_expression()
        closing = self.need("}")
        return body, (opening.start, closing.end)
