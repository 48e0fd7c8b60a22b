"""What the tests of the files port share: a mounted directory, a forbidden neighbour, a permit."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from havocproof.actions import Action
from havocproof.ports.base import Effect
from havocproof.ports.files import FilesPort
from havocproof.ports.mounts import Mount
from havocproof.ports.openat2 import Way

SECRET = "the neighbour's secret"


class Leave:
    """A permit that counts its use."""

    token = "permit-1"

    def __init__(self) -> None:
        self.checks = 0

    def check(self) -> None:
        self.checks += 1
        if self.checks > 1:
            raise AssertionError("a permit was used twice")


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
