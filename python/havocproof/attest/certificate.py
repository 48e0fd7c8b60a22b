"""The certificate as the package carries it: read, checked against its own seal, and compared with files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from havocproof.errors import KernelError

FORMAT = 2
REINSTALL = "Install havocproof again from a source that you trust; after a change in dafny/, run `make proofs`"
PREFIX = "python/havocproof/kernel/generated/"
"""Where the generated kernel stands in the repository; the certificate names its files by this."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """What was proved and what was generated from it. Tables hold SHA-256 (64 hex digits) by path in the repository.

    `runtime`: by path under site-packages. `theorems`: lemmas by the theorem's id. `verification`: counts of the run.
    """

    seal: str
    tools: Mapping[str, str]
    sources: Mapping[str, str]
    generated: Mapping[str, str]
    runtime: Mapping[str, str]
    reports: Mapping[str, str]
    theorems: Mapping[str, tuple[str, ...]]
    verification: Mapping[str, Any]

    @property
    def kernel(self) -> dict[str, str]:
        """Hashes of the generated files by their names in the package's folder."""
        return {name.removeprefix(PREFIX): digest for name, digest in self.generated.items()}


def parse(content: bytes, name: str) -> Certificate:
    """The certificate in these bytes. KernelError where a byte of it is not as it was written."""
    try:
        said: dict[str, Any] = json.loads(content)
        # The seal is over every other byte of the file as it stands: over all of it but the seal's own line.
        own = f'  "seal": "{said["seal"]}",\n'.encode()
        whole = content.count(own) == 1 and sha256(content.replace(own, b"")) == said["seal"]
        if whole and said["format"] != FORMAT:
            raise KernelError(
                f"{name} is of format {said['format']}, and this version reads {FORMAT}",
                "Use the version of havocproof that it was made for",
            )
        if whole:
            tables = ("tools", "sources", "generated", "runtime", "reports")
            return Certificate(
                seal=said["seal"],
                theorems={id: tuple(lemmas) for id, lemmas in said["theorems"].items()},
                verification=said["verification"],
                **{table: dict(said[table]) for table in tables},
            )
    except (ValueError, KeyError, TypeError, AttributeError):
        pass
    raise KernelError(f"{name} was changed by hand or damaged", REINSTALL)


def sha256(content: bytes) -> str:
    """SHA-256, 64 hex digits."""
    return hashlib.sha256(content).hexdigest()


def differences(expected: Mapping[str, str], found: Mapping[str, str]) -> list[tuple[str, str]]:
    """(file, what is wrong with it) for each that is changed, missing or not expected, by name."""
    lines = []
    for name in sorted(expected.keys() | found.keys()):
        if name not in found:
            lines.append((name, "missing"))
        elif name not in expected:
            lines.append((name, "not expected"))
        elif expected[name] != found[name]:
            lines.append((name, "changed"))
    return lines
