"""What the files port does to files, in terms of handles and bare names only. No path is resolved here.

Nothing is ever half done for a reader: content is written to a spare name in the same directory, synced, and then takes
the place of the name in one step. Two questions decide how that step looks.

- *A new file* is put in place with RENAME_NOREPLACE: if something has appeared under the name since the decision,
  nothing happens.
- *An existing file* was opened and checked before the decision, and its handle is still open, so that its inode number
  cannot have been given to another file. The step is RENAME_EXCHANGE: afterwards the spare name holds what was
  replaced, whatever it was, and is compared with the handle. The same: it is removed. Another: both are exchanged back
  and the effect is in doubt, because readers may have seen the new content in between. Nothing that was not decided on
  is ever destroyed.

Removal and moving compare just before (refusing, nothing done) and just after (in doubt). Between the comparison before
and the system call somebody with write access to the same directory can still swap the name; the comparison after
always shows it.

Errors: every fault before the step is a PortError, and the spare file is gone. InDoubt is kept for what cannot be
        known: a swap during the step, a directory that could not be synced after it, an append that could not be taken
        back. Owner, group, the permission bits (not setuid, setgid, sticky) and extended attributes with access lists
        are carried over.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat

from havocproof.errors import InDoubt, PortError, PortRefused
from havocproof.ports.openat2 import RENAME_EXCHANGE, RENAME_NOREPLACE, identity, named, rename

SPARE = ".havocproof-"  # names that the port keeps for itself; actions cannot name them
_ACCESS_LIST = "system.posix_acl_access"
_DROPPED_ATTRIBUTES = ("security.capability", "security.ima", "security.evm")  # as the kernel itself does on a write

_REFUSALS = {
    errno.EXDEV: "it leads out of its mount",
    errno.ELOOP: "it goes through a symbolic link",
    errno.ENXIO: "it is no regular file",
    errno.ENODEV: "it is no regular file",
    errno.EMLINK: "it has more than one hard link",
}
_REASONS = {
    errno.ENOENT: ("there is no such file or directory", "Make the directory first, or correct the path."),
    errno.ENOTDIR: ("a part of the path is no directory", "Correct the path."),
    errno.EISDIR: ("it is a directory", "Use dir.list for directories."),
    errno.EEXIST: ("it exists already", "Choose another name, or delete it first."),
    errno.ENOTEMPTY: ("it exists already", "Choose another name, or delete it first."),
    errno.EACCES: ("the operating system denies it", "Give the process the rights it needs on the mounted directory."),
    errno.EPERM: ("the operating system denies it", "Give the process the rights it needs on the mounted directory."),
    errno.EROFS: ("the file system is read-only", "Mount a directory that can be written."),
    errno.ENOSPC: ("the file system is full", "Free some space."),
    errno.EDQUOT: ("the disk quota is used up", "Free some space."),
    errno.EFBIG: ("it would be too large for the file system", "Write less."),
    errno.ENAMETOOLONG: ("a name in it is too long", "Use shorter names."),
    errno.EMFILE: ("the process has too many files open", "Raise the limit of open files."),
    errno.EINVAL: (
        "the file system cannot exchange or place files atomically",
        "Mount a directory of a local file system.",
    ),
    errno.ENOSYS: ("this system has no renameat2", "Run on Linux with one of the known architectures."),
}


def refused(path: str, reason: str, remedy: str = "Use a plain file inside the mount.") -> PortRefused:
    return PortRefused(f"{path} is refused: {reason}", remedy)


def translate(fault: OSError, path: str) -> PortError:
    """The error of a system call that changed nothing. Names the virtual path only, never the real directory."""
    code = fault.errno or 0
    if code in _REFUSALS:
        return refused(path, _REFUSALS[code])
    reason, remedy = _REASONS.get(code, (os.strerror(code).lower() if code else "it failed", ""))
    return PortError(f"{path}: {reason}", remedy)


def changed(path: str) -> PortError:
    return PortError(f"{path} is no longer the file that was decided on", "Look again and send a new action.")


def require_plain(status: os.stat_result, path: str) -> None:
    """A regular file with one hard link. A second link could be the name of a file outside the mount."""
    if stat.S_ISLNK(status.st_mode):
        raise refused(path, _REFUSALS[errno.ELOOP])
    if stat.S_ISDIR(status.st_mode):
        raise refused(path, "it is a directory", "Name a file in it.")
    if not stat.S_ISREG(status.st_mode):
        raise refused(path, _REFUSALS[errno.ENXIO])
    if status.st_nlink != 1:
        raise refused(path, _REFUSALS[errno.EMLINK] if status.st_nlink else "it has been removed")


def _means(directory: int, name: str, status: os.stat_result) -> bool:
    """Whether the bare name is the object of this status. What cannot be looked at is not."""
    try:
        return named(directory, name) == identity(status)
    except OSError:
        return False


def is_free(directory: int, name: str, path: str) -> bool:
    """Whether nothing has this name now, not even a dangling link."""
    try:
        return named(directory, name) is None
    except OSError as fault:
        raise translate(fault, path) from None


def read(handle: int, limit: int) -> bytes:
    """Up to `limit` + 1 bytes from the start: one more than the limit shows that there is more."""
    pieces, at = [], 0
    while at <= limit:
        piece = os.pread(handle, min(limit + 1 - at, 1 << 20), at)
        if not piece:
            break
        pieces.append(piece)
        at += len(piece)
    return b"".join(pieces)


def publish(parent: int, name: str, data: bytes, old: int | None, path: str) -> None:
    """Makes `data` the content of the name, as the module says. `old` is the open handle of the file it replaces, None
    for a new one."""
    spare = SPARE + secrets.token_hex(16)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        fresh = os.open(spare, flags, 0o666 if old is None else 0o600, dir_fd=parent)
    except OSError as fault:
        raise translate(fault, path) from None
    try:
        try:
            _write_all(fresh, data)
            if old is not None:
                _carry_over(old, fresh)
            os.fsync(fresh)
            if old is None:
                rename(parent, spare, parent, name, RENAME_NOREPLACE)
            else:
                if not _means(parent, name, os.fstat(old)):
                    raise changed(path)
                rename(parent, spare, parent, name, RENAME_EXCHANGE)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(spare, dir_fd=parent)
            raise
    except OSError as fault:
        raise translate(fault, path) from None
    finally:
        os.close(fresh)
    if old is not None:
        _drop_replaced(parent, name, spare, old, path)
    _sync_directory(parent, path)


def _drop_replaced(parent: int, name: str, spare: str, old: int, path: str) -> None:
    try:
        if named(parent, spare) == identity(os.fstat(old)):
            os.unlink(spare, dir_fd=parent)
            return
        rename(parent, spare, parent, name, RENAME_EXCHANGE)
        os.unlink(spare, dir_fd=parent)
    except OSError as fault:
        raise InDoubt(
            f"{path} was replaced, but what stood there before could not be removed: {os.strerror(fault.errno or 0)}",
            f"Look for a file whose name begins with {SPARE} beside it.",
        ) from None
    raise InDoubt(
        f"{path} was exchanged for another file while it was being replaced; that file was put back",
        "Find out who else writes to this directory, then send a new action.",
    )


def _write_all(handle: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(handle, rest) :]


def _carry_over(old: int, fresh: int) -> None:
    """Owner, mode and attributes, in this order: a change of owner clears bits, and an access list sets the group's
    bits."""
    was, now = os.fstat(old), os.fstat(fresh)
    if (was.st_uid, was.st_gid) != (now.st_uid, now.st_gid):
        os.fchown(fresh, was.st_uid, was.st_gid)
    wanted = _attributes(old)
    if _ACCESS_LIST in _attributes(fresh) and _ACCESS_LIST not in wanted:
        os.removexattr(fresh, _ACCESS_LIST)  # from the directory's default; it would let in whom the old file did not
    os.fchmod(fresh, stat.S_IMODE(was.st_mode) & 0o777)
    for attribute in wanted:
        if attribute not in _DROPPED_ATTRIBUTES:
            os.setxattr(fresh, attribute, os.getxattr(old, attribute))


def _attributes(handle: int) -> list[str]:
    try:
        return os.listxattr(handle)
    except OSError as fault:
        if fault.errno == errno.ENOTSUP:
            return []
        raise


def append(parent: int, name: str, handle: int, data: bytes, limit: int, path: str) -> int:
    """Adds to the end, in place. Returns the new size. A failed append is taken back where nobody else wrote meanwhile.

    Unlike `publish`, a reader can see a part of a long append, and a power cut can leave a part.
    """
    before = os.fstat(handle)
    require_plain(before, path)
    if before.st_size + len(data) > limit:
        raise refused(
            path,
            f"it would have {before.st_size + len(data)} bytes, above the {limit} of this port",
            "Write to a new file.",
        )
    if not _means(parent, name, before):
        raise changed(path)
    written = 0
    rest = memoryview(data)
    try:
        while rest:
            count = os.write(handle, rest)
            written, rest = written + count, rest[count:]
    except OSError as fault:
        if written:
            _take_back(handle, before.st_size, written, path)
        raise translate(fault, path) from None
    try:
        os.fsync(handle)
    except OSError as fault:
        raise InDoubt(
            f"{path}: {written} bytes were added but could not be synced: {os.strerror(fault.errno or 0)}",
            "Read the file before adding to it again.",
        ) from None
    return os.fstat(handle).st_size


def _take_back(handle: int, size: int, written: int, path: str) -> None:
    try:
        if os.fstat(handle).st_size == size + written:
            os.ftruncate(handle, size)
            return
    except OSError:
        pass
    raise InDoubt(
        f"{path}: only {written} bytes could be added, and they could not be taken back",
        "Read the file before adding to it again.",
    )


def remove(parent: int, name: str, handle: int, path: str) -> None:
    """Removes the name if it still means the file of the handle."""
    status = os.fstat(handle)
    require_plain(status, path)
    if not _means(parent, name, status):
        raise changed(path)
    try:
        os.unlink(name, dir_fd=parent)
    except OSError as fault:
        raise translate(fault, path) from None
    if os.fstat(handle).st_nlink != 0:
        raise InDoubt(
            f"{path} was exchanged for another file while it was being deleted",
            "Find out who else writes to this directory.",
        )
    _sync_directory(parent, path)


def move(source_dir: int, source: str, handle: int, target_dir: int, target: str, path: str) -> None:
    """Moves the file of the handle to a name that is free."""
    status = os.fstat(handle)
    require_plain(status, path)
    if not _means(source_dir, source, status):
        raise changed(path)
    try:
        rename(source_dir, source, target_dir, target, RENAME_NOREPLACE)
    except OSError as fault:
        raise translate(fault, path) from None
    if not _means(target_dir, target, status):
        with contextlib.suppress(OSError):
            rename(target_dir, target, source_dir, source, RENAME_NOREPLACE)
        raise InDoubt(
            f"{path} was exchanged for another file while it was being moved",
            "Find out who else writes to these directories.",
        )
    _sync_directory(source_dir, path)
    _sync_directory(target_dir, path)


def make_directory(parent: int, name: str, path: str) -> None:
    try:
        os.mkdir(name, 0o777, dir_fd=parent)
    except OSError as fault:
        raise translate(fault, path) from None
    _sync_directory(parent, path)


def _sync_directory(parent: int, path: str) -> None:
    """Makes the new name durable. The handle is O_PATH and cannot be synced itself; without the right to read, it is
    left to the system."""
    try:
        handle = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=parent)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError as fault:
        if fault.errno != errno.EINVAL:
            raise InDoubt(
                f"{path} was changed, but its directory could not be synced: {os.strerror(fault.errno or 0)}"
            ) from None
    finally:
        os.close(handle)
