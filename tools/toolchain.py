#!/usr/bin/env python3
"""Finds Dafny 4.11.0 with Z3 4.12.1, exactly, and prints the path of the Dafny launcher.

Looked for in this order:
  1. `dafny` on PATH, where its version matches
  2. HAVOCPROOF_TOOLCHAIN: an archive, a folder that holds one, or an unpacked Dafny folder
  3. the archive beside the checkout, ../shared/toolchain
  4. Dafny's public release for Linux x64
Archives are pinned by SHA-256 and unpacked once into ${XDG_CACHE_HOME:-~/.cache}/havocproof/toolchain; the unpacked
files are hashed again at each use, and the versions of Dafny and Z3 are asked for each time.

Exit codes: 0 found; 1 not found, or HAVOCPROOF_TOOLCHAIN names something unusable; 3 not found, with --quiet-missing.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import archives
from archives import Archive
from project import ROOT, ToolError, run_tool, sha256

DAFNY_VERSION = "4.11.0+fcb2042d6d043a2634f0854338c08feeaaaf4ae2"
Z3_VERSION = "4.12.1"
VARIABLE = "HAVOCPROOF_TOOLCHAIN"

BESIDE = Archive(
    name="dafny-4.11.0-linux-x64.tar.xz",
    sha256="1bb06d87c7c6ddd5f697b93985cb1e6cbed9df2d86773a61f54900652cd3c362",
    launcher="dafny-4.11.0/dafny",
)
RELEASE = Archive(
    name="dafny-4.11.0-x64-ubuntu-22.04.zip",
    sha256="a46a9ff7cdd720f7955854c78e95df13f4cfe6b80691b05f8654fe19e8267179",
    launcher="dafny/dafny",
    url="https://github.com/dafny-lang/dafny/releases/download/v4.11.0/dafny-4.11.0-x64-ubuntu-22.04.zip",
)


class ToolchainMissing(ToolError):
    """No usable Dafny. `looked` says, place by place, what was looked for and what was found instead."""

    def __init__(self, looked: list[str]) -> None:
        self.looked = looked
        lines = "\n".join(f"  {number}. {line}" for number, line in enumerate(looked, 1))
        super().__init__(
            f"no Dafny {DAFNY_VERSION} with Z3 {Z3_VERSION}. Looked for it here:\n{lines}\n"
            f"  Remedy: put that Dafny on PATH, or set {VARIABLE} to an unpacked Dafny folder or to {RELEASE.name}"
        )


@dataclass(frozen=True)
class Toolchain:
    """A Dafny and the Z3 it is to use, both with exactly the pinned versions."""

    dafny: Path
    z3: Path
    origin: str


@dataclass(frozen=True)
class Search:
    """Where to look. The defaults are the real places; tests give others."""

    env: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    root: Path = ROOT
    beside: Archive = BESIDE
    release: Archive = RELEASE
    download: bool = True

    @property
    def cache(self) -> Path:
        base = self.env.get("XDG_CACHE_HOME") or ""
        # The XDG specification: a relative path there is to be ignored.
        folder = Path(base) if base.startswith("/") else Path(self.env.get("HOME") or Path.home()) / ".cache"
        return folder / "havocproof" / "toolchain"

    def find(self) -> Toolchain:
        """The first place that holds the exact toolchain; ToolchainMissing says why each place does not."""
        looked = []
        for place in (self._on_path, self._by_variable, self._beside, self._released):
            try:
                return place()
            except _Unfit as reason:
                looked.append(str(reason))
        raise ToolchainMissing(looked)

    def _on_path(self) -> Toolchain:
        found = shutil.which("dafny", path=self.env.get("PATH", ""))
        if not found:
            raise _Unfit("dafny on PATH: there is none")
        return self._probe(Path(found), "PATH")

    def _by_variable(self) -> Toolchain:
        value = self.env.get(VARIABLE, "")
        if not value:
            raise _Unfit(f"{VARIABLE}: not set")
        # Who names a toolchain wants that one: an unusable one is a fault, not a reason to take another.
        try:
            return self._named(Path(value).expanduser())
        except ToolError as fault:
            raise ToolError(f"{VARIABLE}: {fault}\n  Remedy: correct {VARIABLE}, or unset it") from fault

    def _named(self, place: Path) -> Toolchain:
        known = {archive.name: archive for archive in (self.beside, self.release)}
        if place.is_file():
            found = sha256(place)
            by_hash = [archive for archive in known.values() if archive.sha256 == found]
            return self._unpacked(place, (by_hash or [known.get(place.name, self.beside)])[0], VARIABLE)
        for name, archive in known.items():
            if (place / name).is_file():
                return self._unpacked(place / name, archive, VARIABLE)
        for launcher in (place / "dafny", place / self.beside.launcher, place / self.release.launcher):
            if launcher.is_file():
                return self._probe(launcher, VARIABLE)
        raise _Unfit(f"{place} is no archive, and holds neither {' nor '.join(known)} nor an unpacked Dafny")

    def _beside(self) -> Toolchain:
        file = self.root.parent / "shared" / "toolchain" / self.beside.name
        return self._unpacked(file, self.beside, self.beside.name)

    def _released(self) -> Toolchain:
        return self._unpacked(None, self.release, self.release.name)

    def _unpacked(self, file: Path | None, archive: Archive, origin: str) -> Toolchain:
        """An archive's toolchain: from `file` or the cache; where `file` is None, from the cache or the network."""
        label = str(file or archive.url)
        if (machine := f"{platform.system()} {platform.machine()}") != "Linux x86_64":
            raise _Unfit(f"{label}: is for Linux x86_64, and this is {machine}")
        try:
            launcher = archives.ensure(archive, self.cache, file)
            if launcher is None and file is None and self.download:
                launcher = archives.download(archive, self.cache)
        except (ToolError, OSError) as fault:
            raise _Unfit(f"{label}: {fault}") from fault
        if launcher is None:
            raise _Unfit(f"{label}: {'there is none' if file else 'not fetched, as asked'}, nor a copy in {self.cache}")
        return self._probe(launcher, origin)

    def _probe(self, launcher: Path, origin: str) -> Toolchain:
        """Asks Dafny and its Z3 for their versions."""
        dafny = launcher.resolve()
        if (version := self._ask(dafny)) != DAFNY_VERSION:
            raise _Unfit(f"{launcher} ({origin}): says {version!r}, not {DAFNY_VERSION!r}")
        # Where Dafny's releases keep it, where the archive beside the checkout does, and whatever else is installed.
        solvers = [dafny.parent / folder / "bin" / f"z3-{Z3_VERSION}" for folder in ("z3", "lib/z3")]
        solvers += [Path(found)] if (found := shutil.which("z3", path=self.env.get("PATH", ""))) else []
        for solver in solvers:
            if solver.is_file() and self._ask(solver).startswith(f"Z3 version {Z3_VERSION} "):
                return Toolchain(dafny, solver, origin)
        raise _Unfit(f"{launcher} ({origin}): is Dafny {DAFNY_VERSION}, but no Z3 {Z3_VERSION} is with it or on PATH")

    def _ask(self, program: Path) -> str:
        try:
            reply = subprocess.run(
                [program, "--version"],
                env=environment(self.env),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=60,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as fault:
            return f"cannot be started: {fault}"
        return (reply.stdout or reply.stderr).strip()


class _Unfit(ToolError):
    """One place does not hold the toolchain; the text says what was found there."""


def environment(env: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment of a run of Dafny: no culture data are needed, and no other solver is picked up. Runs are short:
    profiles for a long life cost more than they bring."""
    quiet = {"DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1", "DOTNET_CLI_TELEMETRY_OPTOUT": "1", "DOTNET_NOLOGO": "1"}
    quiet["DOTNET_TieredPGO"] = "0"
    return {name: text for name, text in env.items() if name != "PROVER_PATH"} | quiet


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quiet-missing", action="store_true", help="where there is none, say nothing and exit with 3")
    parser.add_argument("--no-download", action="store_true", help="do not fetch the public release")
    parser.add_argument("--root", type=Path, default=ROOT, help="the checkout (default: the one this file is in)")
    options = parser.parse_args()
    try:
        toolchain = Search(root=options.root.resolve(), download=not options.no_download).find()
    except ToolchainMissing:
        if options.quiet_missing:
            return 3
        raise
    print(toolchain.dafny)
    return 0


if __name__ == "__main__":
    run_tool(main)
