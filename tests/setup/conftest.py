"""A small checkout in a temporary folder, and a stand-in for Dafny that answers as the real one does."""

from __future__ import annotations

import json
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import toolchain
from archives import Archive
from project import CONFIG, GENERATED, sha256
from toolchain import Search

HEADER = "TestResult.DisplayName,TestResult.Outcome,TestResult.Duration,TestResult.ResourceCount,RandomSeed"
ROW = "Decide.Judge (correctness),Passed,00:00:00.01,6843,0"

# What the stand-in does on each call stands in answers.json beside it, so that a test can make it fail in one way.
PROGRAM = """#!{python}
import json, pathlib, sys
here = pathlib.Path(__file__).resolve().parent
answers = json.loads((here / "answers.json").read_text())
with open(answers["calls"], "a") as calls:
    print(" ".join(sys.argv[1:]), file=calls)
step = sys.argv[1]
if step == "--version":
    print(answers["version"])
elif step == "verify":
    log = next(text.split("LogFileName=")[1] for text in sys.argv if "LogFileName=" in text)
    pathlib.Path(log).write_text("\\n".join([answers["header"], *answers["rows"]]) + "\\n")
    for path in answers["touches"]:
        pathlib.Path(path).write_text("module Changed {{}}\\n")
    print("Verified 0/1 symbols. Waiting for Decide.Judge to verify.")
    print(answers["says"])
elif step == "translate":
    out = pathlib.Path(sys.argv[sys.argv.index("--output") + 1] + "-py")
    out.mkdir()
    for name, text in answers["files"].items():
        (out / name).parent.mkdir(exist_ok=True)
        (out / name).write_text(text)
elif step == "audit":
    print(answers["audit"])
sys.exit(answers["codes"].get(step, 0))
"""


# What a translation with the runtime writes.
FILES = {
    "Decide.py": "class default__: ...\n",
    "module_.py": "",
    "__main__.py": "",
    "kernel-py.dtr": "",
    "_dafny/__init__.py": "class Map: ...\n",
    "System_/__init__.py": "",
}


class FakeDafny:
    """A Dafny folder with a launcher and a Z3 that only know their versions and what `answers` says."""

    def __init__(self, folder: Path, *, version: str = toolchain.DAFNY_VERSION, z3: str = toolchain.Z3_VERSION) -> None:
        self.folder = folder
        self.answers: dict[str, object] = {
            "version": version,
            # Outside the folder: nothing may be written into a toolchain.
            "calls": str(folder.with_suffix(".calls")),
            "header": HEADER,
            "rows": [ROW],
            "says": "Dafny program verifier finished with 1 verified, 0 errors",
            "touches": [],
            "files": FILES,
            "audit": "Dafny auditor completed with 0 findings",
            "codes": {},
        }
        self.launcher = folder / "dafny"
        executable(self.launcher, PROGRAM.format(python=sys.executable))
        if z3:
            executable(folder / "z3" / "bin" / f"z3-{toolchain.Z3_VERSION}", z3_program(z3))
        self.answer()

    def answer(self, **answers: object) -> None:
        self.answers |= answers
        (self.folder / "answers.json").write_text(json.dumps(self.answers))

    @property
    def calls(self) -> list[str]:
        path = self.folder.with_suffix(".calls")
        return path.read_text().splitlines() if path.exists() else []


def z3_program(version: str) -> str:
    return f'#!/bin/sh\necho "Z3 version {version} - 64 bit"\n'


def executable(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


@pytest.fixture
def fake_dafny(tmp_path: Path) -> Callable[..., FakeDafny]:
    def make(name: str = "fake", **versions: str) -> FakeDafny:
        return FakeDafny(tmp_path / name, **versions)

    return make


@pytest.fixture
def packed(tmp_path: Path) -> Callable[..., Path]:
    """Packs a folder into an archive, under the name of that folder within it."""

    def pack(folder: Path, name: str, inside: str) -> Path:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith(".zip"):
            with zipfile.ZipFile(file, "w") as bundle:
                for path in sorted(folder.rglob("*")):
                    bundle.write(path, f"{inside}/{path.relative_to(folder)}")
        else:
            with tarfile.open(file, "w:xz") as bundle:
                bundle.add(folder, inside)
        return file

    return pack


@pytest.fixture
def search(tmp_path: Path, checkout: Path) -> Callable[..., Search]:
    """A search that sees only the temporary folder, and has nothing to fetch from."""

    def make(*, path: str = "", env: dict[str, str] | None = None, **archives: Archive) -> Search:
        places = {"PATH": path, "HOME": str(tmp_path / "home"), **(env or {})}
        unknown = Archive("absent.tar.xz", "0" * 64, "dafny")
        return Search(
            env=places,
            root=checkout,
            beside=archives.get("beside", unknown),
            release=archives.get("release", unknown),
            download="release" in archives,
        )

    return make


def archive_of(file: Path, launcher: str, url: str = "") -> Archive:
    return Archive(file.name, sha256(file), launcher, url)


@pytest.fixture
def pinned() -> Callable[..., Archive]:
    """The pin of an archive as it is now."""
    return archive_of


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Two Dafny files, their project file and a generated kernel, as the tools expect them."""
    root = tmp_path / "checkout"
    for name, text in {
        CONFIG: 'includes = ["**/*.dfy"]\n\n[options]\nenforce-determinism = true\nresource-limit = "2e6"\n',
        "dafny/Action/Names.dfy": "module Names {\n  type {:extern} Name(==, !new)\n}\n",
        "dafny/Decide/Code.dfy": 'include "../Action/Names.dfy"\n\nmodule Decide {\n  lemma Judge() {}\n}\n',
        f"{GENERATED}/Decide.py": "stale = True\n",
        "proofs/TRUSTED.md": "Trusted code\n",
    }.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root
