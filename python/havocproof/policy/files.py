"""The files that a policy names: layers, vocabularies, lists and locks, each beside the file that names it or below.

A name may carry a pin, `firm-guard.yaml@sha256:<64 hexadecimal digits>`: then only exactly these bytes are read.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from havocproof.policy.problems import Problems
from havocproof.policy.reader import MAX_BYTES
from havocproof.policy.tree import Text

SHA256 = re.compile(r"[0-9a-f]{64}")
_PIN = "@sha256:"


@dataclass(frozen=True, slots=True)
class File:
    """One file. `name` is its path from the policy's folder; it stands in messages and in the policy's identity."""

    name: str
    text: str


class Files:
    """Reads the files that stand beside one file of a policy, or below.

    `folder` is that of the policy, None if the policy was given as text alone; `here` leads from it to the file that
    names others. `digests` has the SHA-256 of every file that was read, by name; all files of a policy share it.
    """

    def __init__(
        self, folder: Path | None, here: PurePosixPath | None = None, digests: dict[str, str] | None = None
    ) -> None:
        self.folder = folder
        self.here = here or PurePosixPath()
        self.digests: dict[str, str] = {} if digests is None else digests

    def beside(self, file: File) -> Files:
        """Reads what stands beside `file`."""
        return Files(self.folder, PurePosixPath(file.name).parent, self.digests)

    def read(self, node: Text, problems: Problems) -> File | None:
        """The file that a text names, or None with the problem noted."""
        written, pinned, digest = node.value.partition(_PIN)
        name = PurePosixPath(written)
        if pinned and not SHA256.fullmatch(digest):
            remedy = "Write name@sha256: and the 64 digits that `sha256sum` prints."
            problems.add("E-REF", node, f"`{node.value}` has a pin that is no SHA-256", remedy)
            return None
        if self.folder is None:
            problems.add(
                "E-REF", node, "a policy given as text has no folder to read files from", "Load it from a file."
            )
            return None
        if name.is_absolute() or ".." in name.parts or "\\" in written or "\0" in written:
            remedy = "Put the file beside the one that names it."
            problems.add("E-REF", node, f"`{written}` leaves the folder of the policy", remedy)
            return None
        name = self.here / name
        data = self._bytes(name, written, node, problems)
        if data is None:
            return None
        found = hashlib.sha256(data).hexdigest()
        if pinned and found != digest:
            remedy = f"Look at what changed; then pin {_PIN}{found}."
            problems.add("E-LOCK", node, f"`{written}` is not the file that was pinned", remedy)
            return None
        self.digests[name.as_posix()] = found
        try:
            return File(name.as_posix(), data.decode("utf-8"))
        except UnicodeDecodeError:
            problems.add("E-REF", node, f"`{written}` is not UTF-8", "Save it as UTF-8.")
            return None

    def _bytes(self, name: PurePosixPath, written: str, node: Text, problems: Problems) -> bytes | None:
        assert self.folder is not None
        try:
            with (self.folder / name).open("rb") as file:
                data = file.read(MAX_BYTES + 1)
        except OSError as error:
            remedy = "Put it beside the file that names it."
            problems.add("E-REF", node, f"`{written}` cannot be read: {error.strerror}", remedy)
            return None
        if len(data) > MAX_BYTES:
            problems.add("E-REF", node, f"`{written}` is larger than {MAX_BYTES} bytes", "Split it.")
            return None
        return data
