"""Archives of the Dafny toolchain: checked by SHA-256, unpacked once into a cache, checked again at every use."""

from __future__ import annotations

import hashlib
import json
import lzma
import os
import shutil
import stat
import sys
import tarfile
import tempfile
import urllib.error
import urllib.request
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from project import ToolError, sha256, write_json

STAMP = ".havocproof.json"
PROGRAMS = ("dafny", "z3", "z3-4.12.1", "z3-4.14.1")
CHUNK = 1 << 20
SILENCE_SECONDS = 30


@dataclass(frozen=True)
class Archive:
    """One archive of the toolchain. `launcher` is the path inside it of the program to start."""

    name: str
    sha256: str
    launcher: str
    url: str = ""


class Corrupted(ToolError):
    """The unpacked copy in the cache is not what was unpacked."""


def cached(archive: Archive, cache: Path) -> Path | None:
    """The launcher of an unpacked archive, None where it is not in the cache; raises Corrupted where it was changed."""
    folder = cache / archive.sha256
    if not folder.exists():
        return None
    try:
        stamp = json.loads((folder / STAMP).read_text(encoding="utf-8"))
        sound = stamp == {"archive": archive.sha256, "tree": tree_digest(folder)}
    except (OSError, ValueError, ToolError):
        sound = False
    if not sound:
        raise Corrupted(f"the unpacked copy in {folder} is corrupted: its files are not those of {archive.name}")
    return folder / archive.launcher


def ensure(archive: Archive, cache: Path, file: Path | None) -> Path | None:
    """The launcher from the cache, unpacked from `file` where needed and possible; None where there is neither."""
    if file is not None and file.is_file():
        check(file, archive)
        try:
            return cached(archive, cache) or unpack(file, archive, cache)
        except Corrupted as fault:
            print(f"note: {fault}; it is unpacked again", file=sys.stderr)
            return unpack(file, archive, cache)
    return cached(archive, cache)


def check(file: Path, archive: Archive) -> None:
    """Refuses a file that is not the pinned archive."""
    if (found := sha256(file)) != archive.sha256:
        raise ToolError(f"{file} is refused: its SHA-256 is {found}, and that of {archive.name} is {archive.sha256}")


def unpack(file: Path, archive: Archive, cache: Path) -> Path:
    """Checks the archive's hash, unpacks it into the cache, and returns the launcher. A corrupted copy is replaced."""
    check(file, archive)
    folder = cache / archive.sha256
    with _work_folder(cache) as work:
        fresh = work / "fresh"
        fresh.mkdir()
        _extract(file, fresh)
        if not (fresh / archive.launcher).is_file():
            raise ToolError(f"{file} holds no {archive.launcher}")
        write_json(fresh / STAMP, {"archive": archive.sha256, "tree": tree_digest(fresh)})
        if folder.exists():
            folder.rename(work / "old")
        try:
            fresh.rename(folder)
        except OSError:
            # Another run was quicker. Its copy is as good as ours where it stands the check.
            if cached(archive, cache) is None:
                raise
    return folder / archive.launcher


def download(archive: Archive, cache: Path) -> Path:
    """Fetches the archive from its public address, unpacks it, and returns the launcher. Progress goes to stderr."""
    with _work_folder(cache) as work:
        file = work / archive.name
        try:
            with urllib.request.urlopen(archive.url, timeout=SILENCE_SECONDS) as reply, file.open("wb") as out:
                _copy(reply, out, int(reply.headers.get("Content-Length") or 0), archive.name)
        except (OSError, urllib.error.URLError, ValueError) as fault:
            raise ToolError(f"could not be fetched: {fault}") from fault
        return unpack(file, archive, cache)


def tree_digest(folder: Path) -> str:
    """SHA-256 over path, permission to execute and content of every file below `folder`, the stamp left out."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        mode = path.lstat().st_mode
        if stat.S_ISDIR(mode) or path == folder / STAMP:
            continue
        if not stat.S_ISREG(mode):
            raise ToolError(f"{path} is no regular file")
        run = "x" if mode & stat.S_IXUSR else "-"
        digest.update(f"{path.relative_to(folder).as_posix()}\0{run}\0{sha256(path)}\n".encode())
    return digest.hexdigest()


@contextmanager
def _work_folder(cache: Path) -> Iterator[Path]:
    # Beside the final place, so that the last step is one rename on one file system.
    cache.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=".unpack-", dir=cache))
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _extract(file: Path, target: Path) -> None:
    try:
        if zipfile.is_zipfile(file):
            with zipfile.ZipFile(file) as packed:
                for entry in packed.infolist():
                    mode = entry.external_attr >> 16
                    if entry.is_dir():
                        _place(target, entry.filename).mkdir(parents=True, exist_ok=True)
                    elif stat.S_IFMT(mode) in (0, stat.S_IFREG):
                        with packed.open(entry) as content:
                            _store(content, _place(target, entry.filename), mode)
                    else:
                        raise ToolError(f"{file.name} is refused: {entry.filename} is no regular file")
        else:
            with tarfile.open(file) as bundle:
                for member in bundle:
                    if member.isdir():
                        _place(target, member.name).mkdir(parents=True, exist_ok=True)
                    elif member.isreg() and (data := bundle.extractfile(member)):
                        _store(data, _place(target, member.name), member.mode)
                    else:
                        raise ToolError(f"{file.name} is refused: {member.name} is no regular file")
    except (tarfile.TarError, lzma.LZMAError, zipfile.BadZipFile, zlib.error, EOFError) as fault:
        raise ToolError(f"{file} cannot be unpacked: {fault}") from fault


def _place(target: Path, name: str) -> Path:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or "\0" in name:
        raise ToolError(f"the archive is refused: the path {name!r} leads out of it")
    return target / path


def _store(content: IO[bytes], path: Path, mode: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as out:
        shutil.copyfileobj(content, out, CHUNK)
    # Some zip files carry no permissions: what is started by name must be executable.
    os.chmod(path, 0o755 if mode & 0o100 or path.name in PROGRAMS else 0o644)


def _copy(reply: IO[bytes], out: IO[bytes], size: int, name: str) -> None:
    done, shown = 0, -1
    while chunk := reply.read(CHUNK):
        out.write(chunk)
        done += len(chunk)
        percent = done * 100 // size if size else 0
        if percent // 10 != shown:
            shown = percent // 10
            print(f"  {name}: {done >> 20} MB" + (f" ({percent} %)" if size else ""), file=sys.stderr, flush=True)
