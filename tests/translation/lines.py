"""Which lines of a function have run."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any


class Lines:
    """The lines of functions by their names, and of the functions in them. Lines behind a `return` are not compiled."""

    def __init__(self, functions: dict[str, Callable[..., Any]]) -> None:
        self._codes = {code: name for name, each in functions.items() for code in _codes(each.__code__)}
        self._missed = {
            (code, line)
            for code in self._codes
            for _, _, line in code.co_lines()
            if line is not None and line > code.co_firstlineno
        }

    def missed(self) -> dict[str, list[int]]:
        """By function, the numbers of the lines that have not run yet; functions without such lines are left out."""
        found: dict[str, set[int]] = {}
        for code, line in self._missed:
            found.setdefault(self._codes[code], set()).add(line)
        return {name: sorted(lines) for name, lines in sorted(found.items())}

    def follow(self, run: Callable[[], object]) -> None:
        """Runs something and notes the lines that it reaches."""
        outer = sys.gettrace()
        sys.settrace(self._enter)
        try:
            run()
        finally:
            sys.settrace(outer)

    def _enter(self, frame: FrameType, event: str, _: object) -> Any:
        return self._line if frame.f_code in self._codes else None

    def _line(self, frame: FrameType, event: str, _: object) -> Any:
        if event == "line":
            self._missed.discard((frame.f_code, frame.f_lineno))
        return self._line


def _codes(code: CodeType) -> list[CodeType]:
    inner = [each for constant in code.co_consts if isinstance(constant, CodeType) for each in _codes(constant)]
    return [code, *inner]
