"""Runs of Dafny on generated files beside a copy of the sources: what was proved, what was not, what is no program."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

import holes
from mutants.program import Program
from project import ToolError
from toolchain import Toolchain, environment

_BATCH = re.compile(r"Verified \d+/\d+ of (\S+): .*? - (.*) \(time: [^,]*, resource count: (\d+)\)")
_ERROR = re.compile(r"(?P<file>[^\s(]+)\((?P<line>\d+),\d+\): Error: (?P<text>.*)")
_PROVED = "verified successfully"
_OUT = ("ran out of resources", "timed out")
_FINISHED = "Dafny program verifier"
SECONDS = 900.0
"""A run that takes longer is ended and is a fault: the resources of each proof are limited, so no run should."""


@dataclass
class Outcome:
    """What a run said. failed: not proved; exhausted: not proved within the resources. Names are those of the file.

    broken: why the file is no program: (line, what); then nothing was proved.
    """

    proved: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)
    exhausted: set[str] = field(default_factory=set)
    broken: list[tuple[int, str]] = field(default_factory=list)
    seconds: float = 0.0


class Workplace:
    """A copy of the sources, and beside them the file of the run. One run at a time."""

    def __init__(self, folder: Path, program: Program, toolchain: Toolchain) -> None:
        self.folder = folder
        self.toolchain = toolchain
        for file, text in program.texts.items():
            path = folder / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def resolve(self, text: str) -> Outcome:
        """Whether the text is a program; nothing is proved."""
        return self._run(["resolve", "--allow-warnings"], text)

    def prove(self, text: str) -> Outcome:
        """Proves the members of this text; the copy of the sources is what it may include."""
        options = ["verify", "--enforce-determinism", "--allow-warnings", "--cores", "1", "--progress", "Batch"]
        options += ["--resource-limit", str(holes.LIMIT), "--solver-path", str(self.toolchain.z3), "--error-limit", "1"]
        return self._run(options, text)

    def _run(self, options: list[str], text: str) -> Outcome:
        file = self.folder / "Mutants.dfy"
        file.write_text(text, encoding="utf-8")
        start = time.monotonic()
        process = subprocess.Popen(
            [self.toolchain.dafny, *options, file.name],
            cwd=self.folder,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            said, _ = process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired as fault:
            raise ToolError(f"Dafny took more than {SECONDS:.0f} s over one file of mutants") from fault
        finally:
            _stop(process)
        outcome = read(said, file.name)
        outcome.seconds = time.monotonic() - start
        if _FINISHED not in said and not outcome.broken:
            raise ToolError(f"Dafny said nothing that is understood:\n{said[-2000:].strip()}")
        return outcome


def read(said: str, file: str) -> Outcome:
    """What Dafny's output means."""
    outcome = Outcome()
    for line in said.splitlines():
        if match := _BATCH.match(line):
            kind = outcome.proved if match[2] == _PROVED else outcome.exhausted if match[2] in _OUT else outcome.failed
            kind.add(match[1])
        elif match := _ERROR.match(line):
            if match["file"] == file:
                outcome.broken.append((int(match["line"]), match["text"]))
            elif not outcome.proved and not outcome.failed:
                raise ToolError(f"the copied sources are no program: {line}")
    # One batch that fails makes the whole symbol fail; one that ran out leaves open what it would have come to.
    outcome.exhausted -= outcome.failed
    outcome.proved -= outcome.failed | outcome.exhausted
    if outcome.proved or outcome.failed or outcome.exhausted:
        outcome.broken.clear()
    return outcome


def _stop(process: subprocess.Popen[str]) -> None:
    """Ends Dafny and the solvers that it started: they have a group of processes of their own."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdout:
        process.stdout.close()
