"""Reads Dafny's expressions, with Dafny's precedence."""

from __future__ import annotations

from mutants.lexer import Token
from mutants.nodes import Node, Span
from mutants.reader import TokenReader, span
from project import ToolError

RELATIONS = ("==", "!=", "<", "<=", ">", ">=", "in", "!in", "!!")
_QUANTIFIERS = ("forall", "exists")
_CONSTANTS = ("true", "false", "null", "this")


class Reader(TokenReader):
    """Reads expressions into nodes."""

    _in_premise = False

    # ---- expressions, loosest first ----
    def read_expression(self) -> Node:
        return self._binary("iff", ("<==>",), self._implication)

    def _binary(self, kind: str, signs: tuple[str, ...], below: object) -> Node:
        assert callable(below)
        kids, marks = [below()], []
        while sign := self.take(*signs):
            marks.append(span(sign))
            kids.append(below())
        return self._chain(kind, kids, marks)

    def _chain(self, kind: str, kids: list[Node], marks: list[Span]) -> Node:
        if not marks:
            return kids[0]
        return Node(kind, kids[0].start, kids[-1].end, tuple(kids), tuple(marks))

    def _implication(self) -> Node:
        left = self._logical()
        if sign := self.take("==>"):
            right = self._implication()
            return Node("implies", left.start, right.end, (left, right), (span(sign),))
        if self.sees("<=="):
            return self._rest("explies", left, ("<==",))
        return left

    def _rest(self, kind: str, first: Node, signs: tuple[str, ...]) -> Node:
        kids, marks = [first], []
        while sign := self.take(*signs):
            marks.append(span(sign))
            kids.append(self._logical())
        return self._chain(kind, kids, marks)

    def _logical(self) -> Node:
        leading = self.take("&&", "||")
        first = self._relation()
        sign = leading.text if leading else self.peek().text if self.sees("&&", "||") else ""
        kids, marks = [first], []
        while sign and (found := self.take(sign)):
            marks.append(span(found))
            kids.append(self._relation())
        return self._chain("and" if sign == "&&" else "or", kids, marks)

    def _relation(self) -> Node:
        return self._binary("relation", RELATIONS, self._sum)

    def _sum(self) -> Node:
        return self._binary("sum", ("+", "-"), self._product)

    def _product(self) -> Node:
        return self._binary("product", ("*", "/", "%"), self._unary)

    def _unary(self) -> Node:
        if sign := self.take("!", "-"):
            below = self._unary()
            return Node("not" if sign.text == "!" else "minus", sign.start, below.end, (below,), (span(sign),))
        node = self._suffixes(self._primary())
        while sign := self.take("as", "is"):
            self.read_type()
            node = Node("cast", node.start, self.last, (node,), (span(sign),))
        return node

    # ---- what stands alone ----
    def _primary(self) -> Node:
        token = self.peek()
        if token.kind in ("number", "string", "char"):
            self.next()
            return Node("literal", token.start, token.end, (), (span(token),))
        if token.kind == "sign":
            return self._bracketed(token)
        if token.kind != "word":
            raise self.fault("an expression")
        self.next()
        if token.text in _QUANTIFIERS:
            return self._quantifier(token)
        if token.text in ("set", "iset") or (token.text in ("map", "imap") and not self.sees("[")):
            return self._collect(token)
        if token.text == "if":
            return self._conditional(token)
        if token.text == "match":
            return self._match(token)
        if token.text == "var" or (token.text == "ghost" and self.take("var")):
            return self._let(token)
        if token.text in ("assert", "reveal", "hide", "assume"):
            return self._after(token)
        if token.text in ("map", "multiset") and self.sees("[", "{"):
            return self._display("map", token)
        if self._is_arrow():
            return self._lambda(token)
        return Node("literal" if token.text in _CONSTANTS else "name", token.start, token.end, (), (span(token),))

    def _bracketed(self, token: Token) -> Node:
        if token.text == "(":
            if self._is_lambda():
                self.skip_pair()
                return self._lambda(token)
            self.next()
            kids = self._list(")")
            return Node("paren", token.start, self.last, tuple(kids))
        if token.text in "[{":
            return self._display("seq" if token.text == "[" else "set", None)
        if token.text == "|":
            self.next()
            inner = self.read_expression()
            self.need("|")
            return Node("card", token.start, self.last, (inner,))
        raise self.fault("an expression")

    def _is_lambda(self) -> bool:
        start = self.at
        self.skip_pair()
        found = self._is_arrow()
        self.at = start
        return found

    def _is_arrow(self) -> bool:
        """What was read are the parameters of a lambda. A clause may end like that too, with another one behind it."""
        if not self.sees("requires"):
            return not self._in_premise and self.sees("=>")
        start = self.at
        try:
            self.next()
            self._premise()
            return self.sees("=>")
        except ToolError:
            return False
        finally:
            self.at = start

    def _premise(self) -> Node:
        """What a lambda requires. The arrow behind it is the lambda's own."""
        before, self._in_premise = self._in_premise, True
        try:
            return self.read_expression()
        finally:
            self._in_premise = before

    def _lambda(self, first: Token) -> Node:
        """From behind its parameters."""
        kids = []
        if self.take("requires"):
            kids.append(self._premise())
        self.need("=>")
        kids.append(self.read_expression())
        return Node("lambda", first.start, self.last, tuple(kids))

    def _display(self, kind: str, word: Token | None) -> Node:
        start = (word or self.peek()).start
        close = "]" if self.next().text == "[" else "}"
        kids = self._list(close)
        return Node(kind, start, self.last, tuple(kids))

    def _list(self, close: str) -> list[Node]:
        """Expressions with commas, or pairs `a := b`, up to the closing bracket."""
        kids = []
        while not self.take(close):
            kids.append(self.read_expression())
            if self.take(":="):
                kids.append(self.read_expression())
            if not self.sees(close):
                self.need(",")
        return kids

    def read_bound(self) -> list[Node]:
        """The variables of a quantifier, with their ranges."""
        ranges = []
        while True:
            self.skip_attributes()
            self.word()
            if self.take(":"):
                self.read_type()
            if self.sees("<") and self.peek(1).text == "-":
                self.at += 2
                ranges.append(self.read_expression())
            self.skip_attributes()
            if not self.take(","):
                break
        if self.take("|"):
            ranges.append(self.read_expression())
        self.skip_attributes()
        return ranges

    def _quantifier(self, word: Token) -> Node:
        ranges = self.read_bound()
        sign = self.need("::")
        body = self.read_expression()
        return Node(word.text, word.start, body.end, (*ranges, body), (span(word), span(sign)))

    def _collect(self, word: Token) -> Node:
        kids = self.read_bound()
        if self.take("::"):
            kids.append(self.read_expression())
            if self.take(":="):
                kids.append(self.read_expression())
        return Node("collect", word.start, self.last, tuple(kids), (span(word),))

    def _conditional(self, word: Token) -> Node:
        test = self.read_expression()
        self.need("then")
        yes = self.read_expression()
        self.need("else")
        no = self.read_expression()
        return Node("if", word.start, no.end, (test, yes, no))

    def _match(self, word: Token) -> Node:
        kids, marks = [self.read_expression()], []
        braces = self.take("{")
        while self.take("case"):
            marks.append(self.read_pattern())
            kids.append(self.read_expression())
        if braces:
            self.need("}")
        return Node("match", word.start, self.last, tuple(kids), tuple(marks))

    def read_pattern(self) -> Span:
        """What stands between `case` and `=>`."""
        start = self.peek().start
        while not self.sees("=>"):
            if self.sees("(", "[", "{"):
                self.skip_pair()
            else:
                self.next()
        end = self.last
        self.need("=>")
        return Span(self.text[start:end], start, end)

    def _let(self, word: Token) -> Node:
        while not self.sees(":=", ":|", ":-"):
            if self.sees("("):
                self.skip_pair()
            else:
                self.next()
        self.next()
        kids = [self.read_expression()]
        while self.take(","):
            kids.append(self.read_expression())
        self.need(";")
        kids.append(self.read_expression())
        return Node("let", word.start, self.last, tuple(kids))

    def _after(self, word: Token) -> Node:
        while not self.sees(";"):
            if self.sees("(", "[", "{"):
                closing = self.peek().text == "{"
                self.skip_pair()
                if closing and not self.sees(";", "by"):
                    break
            else:
                self.next()
        self.take(";")
        body = self.read_expression()
        return Node("after", word.start, self.last, (body,))

    # ---- what follows an expression ----
    def _suffixes(self, node: Node) -> Node:
        while True:
            if self.take("."):
                node = self._member(node)
            elif self.sees("(") or self._types_follow():
                self.need("(")
                kids = self._list(")")
                node = Node("call", node.start, self.last, (node, *kids))
            elif self.take("["):
                node = self._indexed(node)
            else:
                return node

    def _types_follow(self) -> bool:
        """Passes over the types of a call such as `Step<int, Name>(x)`. Any other `<` compares."""
        start = self.at
        if not self.take("<"):
            return False
        try:
            self.read_type()
            while self.take(","):
                self.read_type()
            if self.take(">") and self.sees("("):
                return True
        except ToolError:
            pass
        self.at = start
        return False

    def _member(self, node: Node) -> Node:
        if not self.take("("):
            name = self.next()
            return Node("dot", node.start, self.last, (node,), (span(name),))
        kids, marks = [node], []
        while not self.take(")"):
            marks.append(span(self.next()))
            self.need(":=")
            kids.append(self.read_expression())
            if not self.sees(")"):
                self.need(",")
        return Node("update", node.start, self.last, tuple(kids), tuple(marks))

    def _indexed(self, node: Node) -> Node:
        kids = [node]
        kind = "index"
        if not self.sees(".."):
            kids.append(self.read_expression())
        if sign := self.take("..", ":="):
            kind = "slice" if sign.text == ".." else "put"
            if not self.sees("]"):
                kids.append(self.read_expression())
        while self.take(","):
            kids.append(self.read_expression())
        self.need("]")
        return Node(kind, node.start, self.last, tuple(kids))
