"""What the tests of the files port share: a mounted directory, a forbidden neighbour, a permit."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from havocproof.actions import Action, DirList, DirMake, FileAppend, FileDelete, FileMove, FileRead, FileWrite
from havocproof.ports.base import Effect
from havocproof.ports.files import FilesPort
from havocproof.ports.mounts import Mount
from havocproof.ports.openat2 import Way
from tests.ports.worlds import Leave

SECRET = "the neighbour's secret"


class World:
    """`desk` is mounted as /desk, `neighbour` is not mounted."""

    def __init__(self, base: Path, way: Way) -> None:
        self.desk = base / "desk"
        self.neighbour = base / "neighbour"
        self.desk.mkdir()
        self.neighbour.mkdir()
        (self.neighbour / "secret.txt").write_text(SECRET)
        self.port = FilesPort({"/desk": self.desk})
        self.confine(self.port, way)

    @staticmethod
    def confine(port: FilesPort, way: Way) -> None:
        """Makes the port resolve paths in the given way, as it would on a machine that has only that."""
        mounts: Any = port._mounts
        mounts._mounts = [dataclasses.replace(mount, way=way) for mount in mounts if isinstance(mount, Mount)]

    def do(self, action: Action, permit: Leave | None = None) -> Effect:
        prepared = self.port.prepare(action)
        try:
            return prepared.perform(permit or Leave())
        finally:
            prepared.close()

    def names(self) -> list[str]:
        """Everything below the mounted directory, spare files included."""
        return sorted(str(path.relative_to(self.desk)) for path in self.desk.rglob("*"))


def every_action() -> list[Action]:
    """One action of each kind; those from the second to the seventh change files."""
    return [
        FileRead(path="/desk/a.txt"),
        FileWrite(path="/desk/a.txt", content="new"),
        FileWrite(path="/desk/new.txt", content="new"),
        FileAppend(path="/desk/a.txt", content="new"),
        FileAppend(path="/desk/new.txt", content="new"),
        FileDelete(path="/desk/a.txt"),
        FileMove(source="/desk/a.txt", target="/desk/moved.txt"),
        DirList(path="/desk"),
        DirMake(path="/desk/dir"),
        FileRead(path="/desk/missing.txt"),
        FileDelete(path="/desk/link.txt"),
    ]
