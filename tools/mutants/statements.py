"""Reads the statements of compiled code: the bodies of methods and of functions `by method`."""

from __future__ import annotations

from mutants.expressions import Reader
from mutants.nodes import Node, Span
from mutants.reader import span


class StatementReader(Reader):
    """Every statement becomes a node whose range includes its closing `;` or brace."""

    def read_block(self) -> Node:
        opening = self.need("{")
        kids = []
        while not self.sees("}"):
            kids.append(self.read_statement())
        self.need("}")
        return Node("block", opening.start, self.last, tuple(kids))

    def read_statement(self) -> Node:
        first = self.peek()
        if self.sees("{"):
            return self.read_block()
        if self.take("if"):
            return self._choose(first.start)
        if self.take("while"):
            return self._loop("while", first.start, [self.read_expression()])
        if self.take("for"):
            return self._for(first.start)
        if self.take("match"):
            return self._switch(first.start)
        if self.take("forall"):
            return self._each(first.start)
        if self.sees("assert", "reveal", "hide", "assume", "calc"):
            return self._hint(first.start)
        if self.take("return"):
            kids = [] if self.sees(";") else self._several()
            self.need(";")
            return Node("return", first.start, self.last, tuple(kids))
        if self.take("break", "continue"):
            self.need(";")
            return Node("jump", first.start, self.last)
        return self._assign(first.start)

    def _choose(self, start: int) -> Node:
        kids = [self.read_expression(), self.read_block()]
        if self.take("else"):
            kids.append(self.read_statement() if self.sees("if") else self.read_block())
        return Node("choose", start, self.last, tuple(kids))

    def _loop(self, kind: str, start: int, kids: list[Node]) -> Node:
        while self.take("invariant", "decreases", "modifies"):
            self.skip_attributes()
            self.read_expression()
            while self.take(","):
                self.read_expression()
        kids.append(self.read_block())
        return Node(kind, start, self.last, tuple(kids))

    def _for(self, start: int) -> Node:
        self.word()
        if self.take(":"):
            self.read_type()
        self.need(":=")
        kids = [self.read_expression()]
        self.need("to", "downto")
        kids.append(self.read_expression())
        return self._loop("for", start, kids)

    def _switch(self, start: int) -> Node:
        kids, marks = [self.read_expression()], []
        braces = self.take("{")
        while self.take("case"):
            marks.append(self.read_pattern())
            begin, body = self.peek().start, []
            while not self.sees("case", "}"):
                body.append(self.read_statement())
            kids.append(Node("block", begin, self.last, tuple(body)))
        if braces:
            self.need("}")
        return Node("switch", start, self.last, tuple(kids), tuple(marks))

    def _each(self, start: int) -> Node:
        self.read_bound()
        while self.take("ensures"):
            self.read_expression()
        if self.sees("{"):
            self.skip_pair()
        return Node("each", start, self.last)

    def _hint(self, start: int) -> Node:
        """assert, reveal, hide, calc: proof, passed over."""
        word = self.next()
        while not self.take(";"):
            if self.sees("{"):
                self.skip_pair()
                if word.text == "calc" or not self.sees(";"):
                    break
            else:
                self.next()
        return Node("hint", start, self.last)

    def _assign(self, start: int) -> Node:
        ghost = bool(self.take("ghost"))
        fresh = bool(self.take("var"))
        targets: list[Span] = []
        first: Node | None = None
        while not self.sees(":=", ":|", ":-", ";"):
            if fresh:
                targets.append(span(self.word()))
                if self.take(":"):
                    self.read_type()
            else:
                first = self.read_expression()
                targets.append(Span(self.text[first.start : first.end], first.start, first.end))
            self.take(",")
        if self.take(";"):
            return Node("var" if fresh else "do", start, self.last, (first,) if first else (), tuple(targets))
        self.next()
        kids = self._several()
        self.need(";")
        return Node("hint" if ghost else "var" if fresh else "assign", start, self.last, tuple(kids), tuple(targets))

    def _several(self) -> list[Node]:
        kids = [self.read_expression()]
        while self.take(","):
            kids.append(self.read_expression())
        return kids
