"""Copies of the package in temporary folders, to be damaged and asked about in a process of their own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import certificate
from project import ROOT, generated, render_json, sources

GENERATED = "havocproof/kernel/generated"
SHIPPED = "havocproof/attest/certificate.json"
RUN = "from havocproof.kernel import bridge; print('imported', bridge._decide.__code__.co_filename)"
MAIN = "import sys; from havocproof.cli.main import main; sys.exit(main(sys.argv[1:]))"


@dataclass(frozen=True)
class Copy:
    """A package under `place`; `root` is the checkout around it, or None where it stands alone as an installed one."""

    place: Path
    root: Path | None = None
    python: str = sys.executable

    def run(self, code: str, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        """Runs Python code that sees this copy first."""
        outer = {name: text for name, text in os.environ.items() if not name.startswith(("HAVOCPROOF", "PYTHON"))}
        return subprocess.run(
            [self.python, "-c", code, *arguments],
            cwd=self.place,
            env={**outer, "PYTHONPATH": str(self.place), "PYTHONDONTWRITEBYTECODE": "1", **env},
            capture_output=True,
            text=True,
            check=False,
        )

    def attest(self, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        return self.run(MAIN, "attest", *arguments, **env)


def flip(path: Path, at: int = -2) -> None:
    """Changes one byte."""
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


def reseal(path: Path, change: Callable[[dict[str, object]], None]) -> None:
    """Changes a certificate as somebody would who knows how it is sealed."""
    said = json.loads(path.read_text())
    said.pop("seal")
    change(said)
    path.write_text(render_json(said | {"seal": certificate._seal(said)}))


def installed(folder: Path) -> Copy:
    """The package alone, as `pip install` leaves it, with a certificate of exactly the kernel in it."""
    _copy(ROOT / "python" / "havocproof", folder / "site" / "havocproof")
    reseal(folder / "site" / SHIPPED, lambda said: said.update(generated=generated(ROOT)))
    return Copy(folder / "site")


def checkout(folder: Path) -> Copy:
    """A checkout whose certificate is of exactly the files in it."""
    root = folder / "checkout"
    for name in ("python/havocproof", "dafny", "proofs"):
        _copy(ROOT / name, root / name)
    (root / "tools").mkdir()
    shutil.copyfile(ROOT / "tools" / "prove.py", root / "tools" / "prove.py")

    def now(said: dict[str, object]) -> None:
        said |= {"sources": sources(root), "generated": generated(root), "reports": certificate.reports(root)}

    reseal(root / certificate.SHIPPED, now)
    shutil.copyfile(root / certificate.SHIPPED, root / certificate.CERTIFICATE)
    return Copy(root / "python", root)


def _copy(source: Path, target: Path) -> None:
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", ".*"))
