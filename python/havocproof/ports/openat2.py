"""Race-free path confinement: openat2(2) and renameat2(2) by ctypes, and an O_NOFOLLOW walk where openat2 is missing.

A check of a path followed by an open of the path loses to whoever swaps a component for a symlink in between: about one
try in a thousand. So no path is ever checked here. The kernel resolves beneath a directory handle and refuses to leave
it, and everything after that speaks about handles and bare names.

The walk differs from openat2 in one point that is known: a bind mount of the same file system inside the tree is not
noticed (other mounts are, by their device number).

Sources: openat2(2), renameat2(2), open(2) of the Linux manual pages. Linux only.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import stat
import struct
from typing import Literal

RESOLVE_NO_XDEV, RESOLVE_NO_MAGICLINKS, RESOLVE_NO_SYMLINKS, RESOLVE_BENEATH = 1, 2, 4, 8
CONFINED = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV
RENAME_NOREPLACE, RENAME_EXCHANGE = 1, 2

DIRECTORY = os.O_PATH | os.O_DIRECTORY
_SYS_OPENAT2 = 437  # the same number on every architecture but alpha
_SYS_RENAMEAT2 = {
    "x86_64": 316,
    "i686": 353,
    "aarch64": 276,
    "riscv64": 276,
    "armv7l": 382,
    "ppc64le": 357,
    "s390x": 347,
}
_RETRIES = 64

_libc = ctypes.CDLL(None, use_errno=True)
_syscall = _libc.syscall
_syscall.restype = ctypes.c_long

Way = Literal["openat2", "walk"]


def way_of(directory: int) -> Way:
    """How paths beneath this directory handle can be resolved on this machine.

    EPERM counts as missing: seccomp profiles older than openat2 answer so for calls that they do not know.
    """
    try:
        os.close(_openat2(directory, ".", DIRECTORY, 0))
    except OSError as fault:
        if fault.errno in (errno.ENOSYS, errno.EPERM):
            return "walk"
        raise
    return "openat2"


def open_beneath(directory: int, segments: tuple[str, ...], flags: int, *, mode: int = 0, way: Way = "openat2") -> int:
    """Opens what the segments name below the directory handle, following no symlink and crossing no mount. () is the
    directory.

    Raises OSError: EXDEV for an escape or another mount, ELOOP for a symlink, EINVAL for a segment that is no bare
    name.
    """
    for segment in segments:
        if segment in ("", ".", "..") or "/" in segment or "\0" in segment:
            raise OSError(errno.EINVAL, "not a bare name")
    if not segments:
        return os.open(".", flags | os.O_CLOEXEC, dir_fd=directory)
    if way == "openat2":
        return _openat2(directory, "/".join(segments), flags, mode)
    return _walk(directory, segments, flags, mode)


def _openat2(directory: int, path: str, flags: int, mode: int) -> int:
    how = ctypes.create_string_buffer(struct.pack("QQQ", flags | os.O_CLOEXEC, mode, CONFINED), 24)
    encoded = os.fsencode(path)
    for _ in range(_RETRIES):
        handle: int = _syscall(
            ctypes.c_long(_SYS_OPENAT2), ctypes.c_int(directory), ctypes.c_char_p(encoded), how, ctypes.c_size_t(24)
        )
        if handle >= 0:
            return handle
        code = ctypes.get_errno()
        if code not in (errno.EAGAIN, errno.EINTR):  # EAGAIN: a rename or mount came between; resolve again
            raise OSError(code, os.strerror(code))
    raise OSError(errno.EAGAIN, "the path kept changing")


def _walk(directory: int, segments: tuple[str, ...], flags: int, mode: int) -> int:
    device = os.fstat(directory).st_dev
    here = os.dup(directory)
    try:
        for segment in segments[:-1]:
            deeper = os.open(segment, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=here)
            os.close(here)
            here = deeper
            _only(here, device, directory_wanted=True)
        handle = _open_last(here, segments[-1], flags | os.O_NOFOLLOW | os.O_CLOEXEC, mode)
    finally:
        os.close(here)
    try:
        _only(handle, device, directory_wanted=False)
    except OSError:
        os.close(handle)
        raise
    return handle


def _open_last(here: int, name: str, flags: int, mode: int) -> int:
    try:
        return os.open(name, flags, mode, dir_fd=here)
    except NotADirectoryError:  # what O_DIRECTORY with O_NOFOLLOW says of a symlink too
        if stat.S_ISLNK(os.stat(name, dir_fd=here, follow_symlinks=False).st_mode):
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP)) from None
        raise


def _only(handle: int, device: int, *, directory_wanted: bool) -> None:
    """Says with openat2's words what the walk may not pass: O_PATH opens a symlink itself instead of failing."""
    status = os.fstat(handle)
    if stat.S_ISLNK(status.st_mode):
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    if status.st_dev != device:
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
    if directory_wanted and not stat.S_ISDIR(status.st_mode):
        raise OSError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))


def rename(source_dir: int, source: str, target_dir: int, target: str, how: int) -> None:
    """renameat2 of bare names. `how`: RENAME_NOREPLACE (EEXIST if the target is there) or RENAME_EXCHANGE (atomic
    swap).

    Raises OSError; EINVAL where the file system cannot do it. There is no plain rename: it destroys what it did not
    look at.
    """
    number = _SYS_RENAMEAT2.get(platform.machine())
    if number is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    if _syscall(
        ctypes.c_long(number),
        ctypes.c_int(source_dir),
        ctypes.c_char_p(os.fsencode(source)),
        ctypes.c_int(target_dir),
        ctypes.c_char_p(os.fsencode(target)),
        ctypes.c_uint(how),
    ):
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def identity(status: os.stat_result) -> tuple[int, int]:
    """Which object this is. Unique only while a handle keeps the object alive, since inode numbers are used again."""
    return status.st_dev, status.st_ino


def named(directory: int, name: str) -> tuple[int, int] | None:
    """The identity of what the bare name means now, symlinks not followed; None if nothing."""
    try:
        return identity(os.stat(name, dir_fd=directory, follow_symlinks=False))
    except FileNotFoundError:
        return None
