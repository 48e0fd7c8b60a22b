"""Actions and small nodes that the tests of the drop-in share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pocketflow

from havocproof.actions import FileRead, FileWrite
from havocproof.gate import Gate
from havocproof.pocketflow import perform

Shared = dict[str, Any]

FORBIDDEN = FileRead(path="/desk/secret/key")


def write(name: str, content: str = "x") -> FileWrite:
    return FileWrite(path=f"/desk/{name}", content=content)


def written(desk: Path) -> list[str]:
    """The names of the files that were written, in order of the alphabet."""
    return sorted(path.name for path in desk.iterdir() if path.is_file())


def kinds(gate: Gate) -> list[str]:
    """The kinds of the journal's records about actions, oldest first."""
    about = ("intent", "outcome", "failed", "denied", "pending", "malformed")
    return [record.kind for record in gate.store.records() if record.kind in about]


def bare(step: Callable[[], Any]) -> None:
    """Does it, and swallows whatever comes of it."""
    try:  # noqa: SIM105
        step()
    except:  # noqa: E722
        pass


class Write(pocketflow.Node):
    """Writes one file and notes that it ran."""

    def __init__(self, name: str, **options: Any) -> None:
        super().__init__(**options)
        self.name = name

    def prep(self, shared: Shared) -> Shared:
        return shared

    def exec(self, prep_res: Shared) -> bool:
        return perform(write(self.name)).ok

    def post(self, shared: Shared, prep_res: Any, exec_res: bool) -> None:
        shared.setdefault("ran", []).append((self.name, exec_res))
