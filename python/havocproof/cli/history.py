"""A policy as it was in an earlier commit, with the files that it names, for `havocproof diff --since`.

Only git's objects are read: nothing is checked out, no hook and no filter of the repository runs.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import NamedTuple

from havocproof.errors import ConfigError
from havocproof.policy.reader import MAX_BYTES

_FILES = ("100644", "100755")  # no links, no submodules: a policy's files lie beside it


class _Blob(NamedTuple):
    name: str
    size: int


@contextmanager
def as_of(reference: str, path: Path) -> Iterator[Path | None]:
    """The policy file of a commit in a folder of its own, beside the files that it names; None if there is none.

    `path`: where the file lies now. ConfigError if there is no such commit, or no repository.
    """
    folder = path.resolve().parent
    if reference.startswith("-"):
        raise ConfigError(f"{reference} is no commit", "Name a branch, a tag or a commit.")
    try:
        _git(folder, "rev-parse", "--show-toplevel")
    except ConfigError as fault:
        raise ConfigError(
            f"{path} is in no git repository ({fault.message})", "Give both files: diff OLD NEW."
        ) from None
    try:
        commit = _git(folder, "rev-parse", "--verify", "--quiet", f"{reference}^{{commit}}").decode().strip()
    except ConfigError:
        remedy = "Name a branch, a tag or a commit; in CI, fetch it first (git fetch origin, or fetch-depth: 0)."
        raise ConfigError(f"the repository of {path} has no commit {reference}", remedy) from None
    blobs = _tree(folder, commit)
    if path.name not in blobs:
        yield None
        return
    with TemporaryDirectory(prefix="havocproof-") as made:
        _unpack(folder, blobs, path.name, Path(made))
        yield Path(made) / path.name


def _tree(folder: Path, commit: str) -> dict[str, _Blob]:
    """The files below the folder in the commit, by their names from there."""
    found = {}
    for line in _git(folder, "ls-tree", "-r", "-l", "-z", commit).split(b"\0"):
        about, _, name = line.partition(b"\t")
        words = about.decode().split()
        if len(words) == 4 and words[0] in _FILES and int(words[3]) <= MAX_BYTES:
            found[name.decode(errors="surrogateescape")] = _Blob(words[2], int(words[3]))
    return found


def _unpack(folder: Path, blobs: dict[str, _Blob], first: str, into: Path) -> None:
    """Writes a file and, as long as there are any, files whose names stand in what was written."""
    waiting, done = [first], {first}
    while waiting:
        name = waiting.pop()
        data = _git(folder, "cat-file", "blob", blobs[name].name)
        target = into / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        text = data.decode(errors="surrogateescape")
        named = [each for each in blobs if each not in done and PurePosixPath(each).name in text]
        done.update(named)
        waiting += named


def _git(folder: Path, *arguments: str) -> bytes:
    command = ["git", "-C", str(folder), "--literal-pathspecs", *arguments]
    try:
        done = subprocess.run(command, capture_output=True, check=False, stdin=subprocess.DEVNULL)
    except OSError as error:
        raise ConfigError(f"git cannot be run: {error.strerror}", "Install git, or give both files.") from None
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().removeprefix("fatal: ").split("\n")[0]
        raise ConfigError(f"git {arguments[0]} failed: {said}", "Look at the repository.")
    return done.stdout
