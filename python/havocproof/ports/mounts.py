"""Virtual paths and the directories they stand for: `/desk/notes/a.md` is `notes/a.md` below the mount `/desk`.

Of every mounted directory a handle is held from the start, so that moving or replacing the directory's own path later
changes nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from havocproof.errors import ConfigError, PortRefused
from havocproof.ports.handles import SPARE, refused
from havocproof.ports.openat2 import DIRECTORY, Way, way_of


@dataclass(frozen=True, slots=True)
class Mount:
    prefix: str
    segments: tuple[str, ...]
    handle: int
    read_only: bool
    way: Way


@dataclass(frozen=True, slots=True)
class Place:
    """A virtual path, found in its mount. `below` are the segments under the mount's directory."""

    path: str
    mount: Mount
    below: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.below[-1]


class Mounts:
    """The mounts of one port. Raises ConfigError where they cannot be."""

    def __init__(self, directories: Mapping[str, str | Path], read_only: Iterable[str]) -> None:
        frozen = frozenset(read_only)
        if unknown := sorted(frozen - set(directories)):
            raise ConfigError(f"read_only names {', '.join(unknown)}: no such mount", "Use the prefixes of `mounts`.")
        if not directories:
            raise ConfigError("mounts is empty", 'Give at least one, such as {"/desk": directory}.')
        _require_apart({prefix: os.path.realpath(directory) for prefix, directory in directories.items()})
        self._mounts: list[Mount] = []
        try:
            for prefix, directory in directories.items():
                self._mounts.append(_mount(prefix, Path(directory), prefix in frozen))
        except BaseException:
            self.close()
            raise
        self._mounts.sort(key=lambda mount: -len(mount.segments))  # the longest prefix is found first

    def __iter__(self) -> Iterator[Mount]:
        return iter(self._mounts)

    def place(self, path: str, *, change: bool = False) -> Place:
        """Finds the path. PortRefused: in no mount, below a read-only one that it would change, or a name of the port's
        own."""
        segments = _segments(path)
        for mount in self._mounts:
            depth = len(mount.segments)
            if segments[:depth] == mount.segments:
                break
        else:
            raise refused(path, "it is in no mount", "Use a path below one of the mounted directories.")
        if change and mount.read_only:
            raise refused(path, f"{mount.prefix} is mounted read-only", "Write below another mount.")
        if any(segment.startswith(SPARE) for segment in segments):
            raise refused(path, f"names beginning with {SPARE} are the port's own", "Use another name.")
        return Place(path, mount, segments[depth:])

    def close(self) -> None:
        mounts, self._mounts = self._mounts, []
        for mount in mounts:
            os.close(mount.handle)


def _segments(path: str) -> tuple[str, ...]:
    """The segments of a normal absolute path. Actions arrive so; the port does not rely on it."""
    segments = tuple(path[1:].split("/")) if path != "/" else ()
    if not path.startswith("/") or any(segment in ("", ".", "..") or "\0" in segment for segment in segments):
        raise refused(path, "it is no normal absolute path", "Write it from / without empty parts, . and ..")
    return segments


def _mount(prefix: str, directory: Path, read_only: bool) -> Mount:
    try:
        segments = _segments(prefix)
    except PortRefused:
        raise ConfigError(f"mounts: {prefix!r} is no normal absolute path", 'Write it like "/desk".') from None
    try:
        handle = os.open(directory, DIRECTORY | os.O_CLOEXEC)
    except OSError as fault:
        raise ConfigError(f"mounts: {prefix} -> {directory}: {fault.strerror}", "Give an existing directory.") from None
    try:
        return Mount(prefix, segments, handle, read_only, way_of(handle))
    except BaseException:
        os.close(handle)
        raise


def _require_apart(directories: Mapping[str, str]) -> None:
    """One file, one path: else a rule about one name of it could be passed by under the other."""
    for prefix, directory in directories.items():
        for other, further in directories.items():
            if prefix != other and os.path.commonpath([directory, further]) == directory:
                raise ConfigError(
                    f"mounts: {prefix} contains the directory of {other}", "Mount directories that are apart."
                )
