"""The files port: FileRead, FileWrite, FileAppend, FileDelete, FileMove, DirList and DirMake in mounted directories.

An action names a virtual path ("/desk/notes/a.md"); the mount with the longest prefix gives the real directory, of
which the port holds a handle from the start. `prepare` opens the object beneath that handle (see `openat2`), or the
directory in which a new one will stand, and `perform` works on those handles only (see `handles`). What `prepare` finds
out, a missing file or a link, is raised by `perform`, so that a denied action learns nothing about the disk. Only plain
paths of the operator's own set-up are refused at once.

Results (`Effect.result`), sizes in bytes:

    file.read    {"path", "encoding": "utf-8" | "base64", "content", "bytes"}
    file.write   {"path", "bytes", "created": bool}
    file.append  {"path", "bytes", "created": bool, "size": size afterwards}
    file.delete  {"path", "bytes"}
    file.move    {"source", "target", "bytes"}
    dir.list     {"path", "entries": [{"name", "kind": "file" | "dir" | "link" | "other"}], "unnamed": count}
    dir.make     {"path"}

`content` is UTF-8 text if the file is that, else base64. `bytes` in `used` is the file's size, for a
move twice that: it is a deletion and a write.
Entries are sorted by name. `unnamed` counts those whose names no action can say: not UTF-8, with control characters,
the port's own spare files. Refusals and errors name virtual paths only.

Known holes. A directory that somebody else moves out of the mount between `prepare` and `perform` takes the held handle
with it. On a file system that folds case (or Unicode forms) one file has several paths, which a policy sees as
different: mount case-sensitive directories. The access time of a file that is read changes. `handles` and `openat2`
name theirs.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from havocproof.actions import (
    Action,
    DirList,
    DirMake,
    FileAppend,
    FileDelete,
    FileMove,
    FileRead,
    FileWrite,
    Part,
)
from havocproof.actions.scalars import GrammarError, check_segment
from havocproof.errors import ConfigError, PortError, PortRefused
from havocproof.ports import handles
from havocproof.ports.base import Effect, Permit
from havocproof.ports.mounts import Mounts, Place
from havocproof.ports.openat2 import DIRECTORY, Way, identity, open_beneath

LIST_LIMIT = 10_000
FILE_LIMIT = 64 << 20
_QUIET = os.O_NONBLOCK | os.O_NOCTTY  # should a device slip under a name after it was looked at


_Work = Callable[[], Effect]


class PreparedFile:
    """One effect on files with the handles it needs. Not for use by two threads at once."""

    def __init__(self, parts: tuple[Part, ...]) -> None:
        self.parts = parts
        self._held: list[int] = []
        self._work: _Work | None = None
        self._fault: PortError | None = None

    def attempt(self, take: Callable[[], _Work]) -> None:
        """Opens what is needed; a fault is kept for `perform`."""
        try:
            self._work = take()
        except PortError as fault:
            self._fault = fault
            self.close()
        except BaseException:
            self.close()
            raise

    def perform(self, permit: Permit) -> Effect:
        permit.check()
        if self._fault is not None:
            raise self._fault
        work, self._work = self._work, None
        if work is None:
            raise PortError("this effect was performed or closed before", "Prepare the action again.")
        return work()

    def close(self) -> None:
        self._work = None
        held, self._held = self._held, []
        for handle in held:
            os.close(handle)

    def directory(self, place: Place) -> int:
        """Holds the directory in which the place's last name stands."""
        if not place.below:
            raise handles.refused(place.path, "it is a mounted directory", "Name something in it.")
        return self._open(place.path, place.mount.handle, place.below[:-1], DIRECTORY, place.mount.way)

    def listing(self, place: Place) -> int:
        return self._open(place.path, place.mount.handle, place.below, os.O_RDONLY | os.O_DIRECTORY, place.mount.way)

    def file(self, parent: int, place: Place, flags: int | None) -> int:
        """Holds the plain file of the place: looked at first, opened for use only if it is one (flags None: not at
        all)."""
        look = self._open(place.path, parent, (place.name,), os.O_PATH, place.mount.way)
        handles.require_plain(os.fstat(look), place.path)
        if flags is None:
            return look
        handle = self._open(place.path, parent, (place.name,), flags | _QUIET, place.mount.way)
        if identity(os.fstat(handle)) != identity(os.fstat(look)):
            raise handles.changed(place.path)
        return handle

    def _open(self, path: str, directory: int, segments: tuple[str, ...], flags: int, way: Way) -> int:
        try:
            handle = open_beneath(directory, segments, flags, way=way)
        except OSError as fault:
            raise handles.translate(fault, path) from None
        self._held.append(handle)
        return handle


class FilesPort:
    """Files in mounted directories.

    mounts: virtual prefix ("/desk") to an existing directory. The directories must not contain each other: one file,
            one path. read_only: the prefixes below which nothing may change. max_file_bytes: no write or append makes a
            file larger than this.

    Raises ConfigError.
    """

    verbs = frozenset({"file.read", "file.write", "file.append", "file.delete", "file.move", "dir.list", "dir.make"})

    def __init__(
        self,
        mounts: Mapping[str, str | Path],
        read_only: Iterable[str] = (),
        *,
        max_file_bytes: int = FILE_LIMIT,
    ) -> None:
        self._mounts = Mounts(mounts, read_only)
        self._limit = max_file_bytes

    @property
    def confinement(self) -> dict[str, str]:
        """How each mount is confined on this machine: "openat2" or "walk"."""
        return {mount.prefix: mount.way for mount in self._mounts}

    def close(self) -> None:
        self._mounts.close()

    def prepare(self, action: Action) -> PreparedFile:
        """Takes hold of the file or directory. PortRefused: a path in no mount, or a change below a read-only one."""
        prepared = PreparedFile(action.parts())
        match action:
            case FileRead():
                take = self._read(prepared, action)
            case FileWrite():
                take = self._write(prepared, action)
            case FileAppend():
                take = self._append(prepared, action)
            case FileDelete():
                take = self._delete(prepared, action)
            case FileMove():
                take = self._move(prepared, action)
            case DirList():
                take = self._list(prepared, action)
            case DirMake():
                take = self._make(prepared, action)
            case _:
                raise ConfigError(f"the files port does not serve {action.verb}", "Give the gate a port for it.")
        prepared.attempt(take)
        return prepared

    def _read(self, prepared: PreparedFile, action: FileRead) -> Callable[[], _Work]:
        place = self._mounts.place(action.path)

        def take() -> _Work:
            handle = prepared.file(prepared.directory(place), place, os.O_RDONLY)
            return lambda: _read(handle, action)

        return take

    def _write(self, prepared: PreparedFile, action: FileWrite) -> Callable[[], _Work]:
        place, data = self._mounts.place(action.path, change=True), action.content.encode()
        if len(data) > self._limit:
            raise _too_large(action.path, len(data), self._limit)

        def take() -> _Work:
            parent = prepared.directory(place)
            old = _existing(prepared, parent, place, os.O_WRONLY)
            return lambda: _publish(parent, place, data, old)

        return take

    def _append(self, prepared: PreparedFile, action: FileAppend) -> Callable[[], _Work]:
        place, data = self._mounts.place(action.path, change=True), action.content.encode()
        if len(data) > self._limit:
            raise _too_large(action.path, len(data), self._limit)

        def take() -> _Work:
            parent = prepared.directory(place)
            old = _existing(prepared, parent, place, os.O_WRONLY | os.O_APPEND)
            return lambda: _append(parent, place, data, old, self._limit)

        return take

    def _delete(self, prepared: PreparedFile, action: FileDelete) -> Callable[[], _Work]:
        place = self._mounts.place(action.path, change=True)

        def take() -> _Work:
            parent = prepared.directory(place)
            handle = prepared.file(parent, place, None)
            return lambda: _delete(parent, place, handle, action.max_bytes)

        return take

    def _move(self, prepared: PreparedFile, action: FileMove) -> Callable[[], _Work]:
        source, target = self._mounts.place(action.source, change=True), self._mounts.place(action.target, change=True)
        if source.mount is not target.mount:
            raise handles.refused(
                action.source, f"{action.target} is in another mount", "Read, write and delete in three actions."
            )

        def take() -> _Work:
            here, there = prepared.directory(source), prepared.directory(target)
            handle = prepared.file(here, source, None)
            return lambda: _move(here, source, handle, there, target, action.max_bytes)

        return take

    def _list(self, prepared: PreparedFile, action: DirList) -> Callable[[], _Work]:
        place = self._mounts.place(action.path)

        def take() -> _Work:
            handle = prepared.listing(place)
            return lambda: _list(handle, action.path)

        return take

    def _make(self, prepared: PreparedFile, action: DirMake) -> Callable[[], _Work]:
        place = self._mounts.place(action.path, change=True)

        def take() -> _Work:
            parent = prepared.directory(place)
            return lambda: _make(parent, place)

        return take


def _existing(prepared: PreparedFile, parent: int, place: Place, flags: int) -> int | None:
    """The file's handle; None if there is nothing of that name, and only then."""
    if handles.is_free(parent, place.name, place.path):
        return None
    return prepared.file(parent, place, flags)


def _read(handle: int, action: FileRead) -> Effect:
    try:
        data = handles.read(handle, action.max_bytes)
    except OSError as fault:
        raise handles.translate(fault, action.path) from None
    if len(data) > action.max_bytes:
        raise _too_large(action.path, os.fstat(handle).st_size, action.max_bytes)
    try:
        encoding, content = "utf-8", data.decode("utf-8")
    except UnicodeDecodeError:
        encoding, content = "base64", base64.b64encode(data).decode("ascii")
    result = {"path": action.path, "encoding": encoding, "content": content, "bytes": len(data)}
    return Effect(result, {"bytes": len(data)}, _note(handle))


def _publish(parent: int, place: Place, data: bytes, old: int | None) -> Effect:
    handles.publish(parent, place.name, data, old, place.path)
    result = {"path": place.path, "bytes": len(data), "created": old is None}
    return Effect(result, {"bytes": len(data)}, {} if old is None else {"replaced": _note(old)})


def _append(parent: int, place: Place, data: bytes, old: int | None, limit: int) -> Effect:
    if old is None:
        handles.publish(parent, place.name, data, None, place.path)
        size = len(data)
    else:
        size = handles.append(parent, place.name, old, data, limit, place.path)
    result = {"path": place.path, "bytes": len(data), "created": old is None, "size": size}
    return Effect(result, {"bytes": len(data)}, {} if old is None else _note(old))


def _delete(parent: int, place: Place, handle: int, limit: int) -> Effect:
    note = _note(handle)
    if note["size"] > limit:
        raise _too_large(place.path, note["size"], limit)
    handles.remove(parent, place.name, handle, place.path)
    return Effect({"path": place.path, "bytes": note["size"]}, {"bytes": note["size"]}, note)


def _move(here: int, source: Place, handle: int, there: int, target: Place, limit: int) -> Effect:
    note = _note(handle)
    if note["size"] > limit:
        raise _too_large(source.path, note["size"], limit)
    handles.move(here, source.name, handle, there, target.name, source.path)
    result = {"source": source.path, "target": target.path, "bytes": note["size"]}
    # Two effects, a deletion and a write: under one key of a budget they count together, so together they are told.
    return Effect(result, {"bytes": 2 * note["size"]}, note)


def _make(parent: int, place: Place) -> Effect:
    handles.make_directory(parent, place.name, place.path)
    return Effect({"path": place.path})


def _list(handle: int, path: str) -> Effect:
    entries: list[dict[str, str]] = []
    unnamed = 0
    try:
        with os.scandir(handle) as found:
            for entry in found:
                if len(entries) + unnamed == LIST_LIMIT:
                    raise handles.refused(
                        path, f"it has more than {LIST_LIMIT:,} entries", "List its subdirectories one by one."
                    )
                if _sayable(entry.name):
                    entries.append({"name": entry.name, "kind": _kind(entry)})
                else:
                    unnamed += 1
    except OSError as fault:
        raise handles.translate(fault, path) from None
    entries.sort(key=lambda entry: entry["name"])
    return Effect({"path": path, "entries": entries, "unnamed": unnamed})


def _kind(entry: os.DirEntry[str]) -> str:
    if entry.is_symlink():
        return "link"
    if entry.is_dir(follow_symlinks=False):
        return "dir"
    return "file" if entry.is_file(follow_symlinks=False) else "other"


def _sayable(name: str) -> bool:
    """Whether an action could name it. os.scandir gives undecodable bytes as lone surrogates, which are no name."""
    try:
        check_segment(name)
    except GrammarError:
        return False
    return not name.startswith(handles.SPARE)


def _note(handle: int) -> dict[str, Any]:
    status = os.fstat(handle)
    return {"device": status.st_dev, "inode": status.st_ino, "size": status.st_size}


def _too_large(path: str, size: int, limit: int) -> PortRefused:
    return handles.refused(
        path, f"it has {size} bytes, above the limit of {limit}", "Raise the limit, or use a smaller file."
    )
