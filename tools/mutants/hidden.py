"""What a proof looks into: its own text, and the bodies of functions that it does not hide.

A lemma that says `hide Step`, or does not `reveal` an opaque function, cannot fail by a change of that body, nor of
what only that body names. So it is not tried. (Were it wrong to leave one out, a mutant would be taken for a survivor
that is none: never for one that is caught.)
"""

from __future__ import annotations

from collections import defaultdict

from mutants.lexer import words
from mutants.nodes import Declaration
from mutants.program import Program

EVERYTHING = "*"


class Eyes:
    """Of each declaration, the declarations whose proofs look into it, with the number of steps between."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._bodies = {full: program.meant(d, program.visible(d)) for full, d in program.declarations.items()}
        self._opaque = {full for full, d in program.declarations.items() if _is_opaque(program.text(d))}
        self._onto: dict[str, dict[str, int]] = defaultdict(dict)
        for full, declaration in program.declarations.items():
            for name, steps in self._looks(declaration).items():
                self._onto[name][full] = steps

    def onto(self, full: str) -> dict[str, int]:
        """The declarations whose proofs look into this one; itself among them, with 0."""
        return self._onto[full]

    def _looks(self, declaration: Declaration) -> dict[str, int]:
        program = self.program
        text = program.text(declaration)
        hides = _after("hide", text)
        shown = {name for part in _after("reveal", text) for name in program.meant(declaration, part)}
        hidden = {name for part in hides for name in program.meant(declaration, part)}
        everything = any(EVERYTHING in part for part in hides)
        steps, step = {declaration.full: 0}, 1
        front = program.meant(declaration, text)
        while front := {name for name in front if name not in steps and self._open(name, hidden, shown, everything)}:
            steps.update(dict.fromkeys(front, step))
            front = {name for near in front for name in self._bodies[near]}
            step += 1
        return steps

    def _open(self, name: str, hidden: set[str], shown: set[str], everything: bool) -> bool:
        if name in shown or self.program.declarations[name].kind in ("lemma", "method"):
            return True
        return not (everything or name in hidden or name in self._opaque)


def _is_opaque(text: str) -> bool:
    heads = [token.text for token in words(text)[:4]]
    return "opaque" in heads


def _after(word: str, text: str) -> list[str]:
    """What stands between this word and the next semicolon, at each place."""
    found, start = list[str](), None
    for token in words(text):
        if token.text == word and start is None:
            start = token.end
        elif token.text == ";" and start is not None:
            found.append(text[start : token.start])
            start = None
    return found
