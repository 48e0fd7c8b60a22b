"""Actions on files and directories. Paths are absolute and virtual: the files port maps mounts such as /desk."""

from __future__ import annotations

from typing import ClassVar, final

from havocproof.actions.base import MIB, Action, Atom, Cap, Part, Path, Text
from havocproof.actions.scalars import path_segments
from havocproof.errors import ActionError


def _part(verb: str, path: str, size: int | None = None) -> Part:
    """One part; `size` is None for directories, which have no bytes and no `ext`."""
    segments = path_segments(path)
    name = segments[-1] if segments else ""
    names = {"path": path, "name": name, "via": ""}
    if size is None:
        return Part(verb, {"count": 1, "at_once": 1}, (Atom(names, {"path": segments}),))
    names["ext"] = name.rpartition(".")[2] if "." in name else ""
    return Part(verb, {"count": 1, "at_once": 1, "bytes": size}, (Atom(names, {"path": segments}),))


def _with(part: Part, axis: str, name: str) -> Part:
    """The part with one more name on its atom."""
    ((names, places),) = part.atoms
    return Part(part.verb, part.ints, (Atom({**names, axis: name}, places),))


@final
class FileRead(Action):
    """Read a whole file as text. The port refuses files of more than `max_bytes`, and settles what was read."""

    verb: ClassVar[str] = "file.read"
    path: Path
    max_bytes: Cap = MIB

    def _cut(self) -> tuple[Part, ...]:
        return (_part(self.verb, self.path, self.max_bytes),)


@final
class FileWrite(Action):
    """Make `content` (UTF-8) the whole content of a file, new or not. Measure: its bytes."""

    verb: ClassVar[str] = "file.write"
    path: Path
    content: Text

    def _cut(self) -> tuple[Part, ...]:
        return (_part(self.verb, self.path, len(self.content.encode())),)


@final
class FileAppend(Action):
    """Put `content` (UTF-8) at the end of a file. Measure: its bytes."""

    verb: ClassVar[str] = "file.append"
    path: Path
    content: Text

    def _cut(self) -> tuple[Part, ...]:
        return (_part(self.verb, self.path, len(self.content.encode())),)


@final
class FileDelete(Action):
    """Remove one file of at most `max_bytes`. The bytes that are lost count, so a budget can bound them."""

    verb: ClassVar[str] = "file.delete"
    path: Path
    max_bytes: Cap = 16 * MIB

    def _cut(self) -> tuple[Part, ...]:
        return (_with(_part(self.verb, self.path, self.max_bytes), "moves", "no"),)


@final
class FileMove(Action):
    """Move one file of at most `max_bytes`. Decided as `file.delete` of the source and `file.write` of the target.

    What stood at the source goes on at the target, so for labels this deletion reads (its name `moves` says so).
    """

    verb: ClassVar[str] = "file.move"
    source: Path
    target: Path
    max_bytes: Cap = 16 * MIB

    def _cut(self) -> tuple[Part, ...]:
        if self.source == self.target:
            raise ActionError("args.target", "is the source", "Name another target")
        source = _with(_part("file.delete", self.source, self.max_bytes), "moves", "yes")
        return source, _part("file.write", self.target, self.max_bytes)


@final
class DirList(Action):
    """The names in a directory, one level."""

    verb: ClassVar[str] = "dir.list"
    path: Path

    def _cut(self) -> tuple[Part, ...]:
        return (_part(self.verb, self.path),)


@final
class DirMake(Action):
    """Make one directory; its parent exists."""

    verb: ClassVar[str] = "dir.make"
    path: Path

    def _cut(self) -> tuple[Part, ...]:
        return (_part(self.verb, self.path),)
