"""What is being done, for a person who waits: one line on standard error that is taken back. Elsewhere nothing."""

from __future__ import annotations

import shutil
import sys
from types import TracebackType
from typing import Self, TextIO

from havocproof.reports.escape import plain


class Progress:
    """`with Progress() as shown: shown("desk.yaml: no-large-payment")`. Silent unless the stream is a terminal."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream if stream is not None else sys.stderr
        self.shows = self.stream.isatty()
        self._length = 0

    def __call__(self, text: str) -> None:
        if not self.shows:
            return
        width = max(20, shutil.get_terminal_size((80, 24)).columns) - 1
        line = plain(text)[:width]
        self.stream.write("\r" + line.ljust(self._length))
        self.stream.flush()
        self._length = len(line)

    def clear(self) -> None:
        """Takes the line back, so that something else can be printed."""
        if self._length:
            self.stream.write("\r" + " " * self._length + "\r")
            self.stream.flush()
            self._length = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.clear()
