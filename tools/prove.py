#!/usr/bin/env python3
"""The proof work: everything that runs Dafny.

  verify      proves dafny/ in one call; log in build/verify.csv; fails on any error and on any batch over the limit
  generate    translates dafny/ into python/havocproof/kernel/generated; with --check compares byte for byte instead
  model       translates the machine of dafny/PocketFlow for the tests that compare it with the package; --check too
  audit       `dafny audit` and a scan of the sources: no axiom, no unverified member; writes proofs/audit.txt
  resources   writes proofs/resources.csv, what each proof costs, from the last verification
  format      indents the Dafny sources; with --check only says which are not indented

The toolchain is found by tools/toolchain.py.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import holes
import prooflog
from project import (
    ANALYSIS,
    BUILD,
    CONFIG,
    GENERATED,
    GENERATED_MODULE,
    KERNEL,
    PROOFS,
    ROOT,
    ToolError,
    differences,
    generated,
    generated_files,
    hashes,
    run_tool,
    say,
    sha256,
    sources,
    write,
    write_json,
)
from toolchain import DAFNY_VERSION, Z3_VERSION, Search, Toolchain, environment

LOG = f"{BUILD}/verify.csv"
TOOLS = {"dafny": DAFNY_VERSION, "z3": Z3_VERSION}
INIT = '"""Generated from dafny/ by `make generate`; never edited."""\n'
RUNTIME = ("_dafny", "System_")
MODULES = "module_.py"
"""Imports all modules of a translation, so the kernel's knows fewer than the analyzer's."""
MODEL = "dafny/PocketFlow/Machine.dfy"
MODEL_GENERATED = "tests/pocketflow_model/generated"
MODEL_MODULE = "tests.pocketflow_model.generated"
MODEL_INIT = '"""Generated from dafny/PocketFlow by `make generate`; never edited."""\n'
ORIGIN = "origin.json"
DEAREST = 10
_MADE_UP = re.compile(r"_pat_let\d+|\biife\d+")


def _code(path: Path) -> list[str]:
    """A generated module without what depends on the modules before it: imports, which name them all, and numbers of
    names that Dafny makes up."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("import ")]
    made: dict[str, str] = {}
    return [_MADE_UP.sub(lambda name: made.setdefault(name[0], f"_{len(made)}"), line) for line in lines]


class Prover:
    """Runs the proof steps of one checkout with one toolchain."""

    def __init__(self, root: Path, toolchain: Toolchain) -> None:
        self.root = root
        self.toolchain = toolchain

    def verify(self) -> list[prooflog.Task]:
        """Proves everything; the table of what was proved. ToolError on an error, a dear batch, or nothing proved."""
        before = sources(self.root)
        log = self.root / LOG
        log.parent.mkdir(exist_ok=True)
        for stale in (log, self.root / BUILD / "verified.json"):
            stale.unlink(missing_ok=True)
        say(f"verifying {len(before) - 1} Dafny files")
        start = time.monotonic()
        # The Z3 whose version was checked is the Z3 that is used.
        solver = ["--solver-path", str(self.toolchain.z3)]
        shape = ["--cores", "2", "--progress", "Symbol", "--log-format", f"csv;LogFileName={LOG}"]
        code = self._watch(["verify", CONFIG, *solver, *shape])
        batches = prooflog.read_batches(log) if log.is_file() else []
        _report(batches, time.monotonic() - start)
        failed = sorted({batch.task for batch in batches if batch.outcome != "Passed"})
        if code or failed:
            raise ToolError("the proofs do not verify" + "".join(f"\n    {task}" for task in failed))
        if not batches:
            raise ToolError("nothing was verified")
        if dear := [f"\n    {b.name}: {b.units:,}" for b in batches if b.units > holes.LIMIT]:
            raise ToolError(f"batches over {holes.LIMIT:,} resource units:{''.join(dear)}")
        if changed := differences(before, sources(self.root)):
            raise ToolError("sources changed during verification: " + ", ".join(changed))
        table = prooflog.tasks(batches)
        record = {"sources": before, "tools": TOOLS, "verification": prooflog.summary(table)}
        write_json(self.root / BUILD / "verified.json", record)
        return table

    def generate(self, *, check: bool = False) -> dict[str, str]:
        """Writes the generated kernel, or with `check` compares it with the committed one.

        Hashes of Dafny's runtime for it, by path under site-packages.
        """
        before = sources(self.root)
        with tempfile.TemporaryDirectory() as work:
            # The kernel and what it includes, not the proofs about it; `verify` proves them all with these options.
            fresh = self._translated(KERNEL, Path(work), "kernel")
            # The analyzer's own modules beside them. Nothing of the kernel imports them, so that a gate starts without.
            for path in sorted(self._translated(ANALYSIS, Path(work), "analysis").glob("*.py")):
                beside = fresh / path.name
                if not beside.exists():
                    shutil.copyfile(path, beside)
                elif path.name != MODULES and _code(path) != _code(beside):
                    raise ToolError(f"{path.name} is one thing for the kernel and another for the analyzer")
            write(fresh / "__init__.py", INIT)
            # Dafny's runtime is installed from PyPI; what is kept of this copy is which bytes it must have.
            parts = [path for name in RUNTIME for path in sorted((fresh / name).rglob("*.py"))]
            runtime = {path.relative_to(fresh).as_posix(): sha256(path) for path in parts}
            for name in RUNTIME:
                shutil.rmtree(fresh / name, ignore_errors=True)
            files = generated_files(fresh)
            self._without_paths(files)
            found = {f"{GENERATED}/{path.relative_to(fresh).as_posix()}": sha256(path) for path in files}
            if check:
                if changed := differences(found, generated(self.root)):
                    raise ToolError(
                        f"{GENERATED} is not what dafny/ generates:"
                        + "".join(f"\n    {line}" for line in changed)
                        + "\n  Run `make proofs`, and commit what it writes"
                    )
                say(f"generated kernel: {len(found)} files, byte for byte what dafny/ generates")
                return runtime
            target = self.root / GENERATED
            target.mkdir(parents=True, exist_ok=True)
            for path in generated_files(target):
                path.unlink()
            for path in files:
                shutil.copyfile(path, target / path.name)
        record = {"sources": before, "generated": generated(self.root), "runtime": runtime}
        write_json(self.root / BUILD / "generated.json", record)
        say(f"generated kernel: wrote {len(found)} files to {GENERATED}")
        return runtime

    def _translated(self, root: str, work: Path, name: str) -> Path:
        """The folder with the translation of one Dafny file and of all that it includes."""
        command = ["translate", "py", root, "--enforce-determinism", "--no-verify", "--include-runtime"]
        self._run([*command, "--python-module-name", GENERATED_MODULE, "--output", f"{work}/{name}"])
        fresh = work / f"{name}-py"
        # A program to start and a record for other Dafny projects: neither belongs in a library.
        for extra in (fresh / "__main__.py", *fresh.glob("*.dtr")):
            extra.unlink(missing_ok=True)
        return fresh

    def model(self, *, check: bool = False) -> None:
        """Writes the machine of PocketFlow that tests run, or with `check` compares it with the committed one.

        Beside it stands of which sources it was made, so that tests without Dafny can tell whether it is of these.
        """
        with tempfile.TemporaryDirectory() as work:
            command = ["translate", "py", MODEL, "--enforce-determinism", "--no-verify"]
            self._run([*command, "--python-module-name", MODEL_MODULE, "--output", f"{work}/model"])
            fresh = Path(work) / "model-py"
            for extra in (fresh / "__main__.py", *fresh.glob("*.dtr")):
                extra.unlink(missing_ok=True)
            write(fresh / "__init__.py", MODEL_INIT)
            write_json(fresh / ORIGIN, model_sources(self.root))
            files = generated_files(fresh)
            self._without_paths(files)
            target = self.root / MODEL_GENERATED
            if check:
                found, kept = (
                    {path.name: sha256(path) for path in generated_files(folder)} for folder in (fresh, target)
                )
                if changed := differences(found, kept):
                    raise ToolError(
                        f"{MODEL_GENERATED} is not what dafny/ generates:"
                        + "".join(f"\n    {line}" for line in changed)
                        + "\n  Run `make generate`, and commit what it writes"
                    )
                say(f"generated model: {len(files)} files, byte for byte what dafny/ generates")
                return
            target.mkdir(parents=True, exist_ok=True)
            for path in generated_files(target):
                path.unlink()
            for path in files:
                shutil.copyfile(path, target / path.name)
        say(f"generated model: wrote {len(files)} files to {MODEL_GENERATED}")

    def _without_paths(self, files: list[Path]) -> None:
        for path in files:
            if str(self.root) in path.read_text(encoding="utf-8"):
                raise ToolError(f"{path.name} holds a path of this machine; avoid `expect` in compiled Dafny")

    def audit(self, *, check: bool = False) -> None:
        """Fails on any hole; writes proofs/audit.txt, or with `check` compares it."""
        before = sources(self.root)
        if found := holes.scan(self.root):
            raise ToolError("holes in the proofs:" + "".join(f"\n    {line}" for line in found))
        said = self._run(["audit", CONFIG])
        lines = [line.strip() for line in said.splitlines() if "auditor completed" in line]
        if lines != ["Dafny auditor completed with 0 findings"]:
            raise ToolError(f"dafny audit has findings:\n{said.strip()}")
        text = (
            f"{lines[0]}\n"
            f"Dafny {DAFNY_VERSION}, {len(before) - 1} files\n"
            "Scan of the sources and the project file (tools/holes.py): 0 findings\n"
        )
        report = self.root / PROOFS / "audit.txt"
        if check:
            if not report.is_file() or report.read_text(encoding="utf-8") != text:
                raise ToolError(f"{PROOFS}/audit.txt is not what the audit says now. Run `make proofs`, and commit it")
        else:
            write(report, text)
            write_json(self.root / BUILD / "audited.json", {"sources": before})
        say("audit: 0 findings")

    def format(self, *, check: bool = False) -> None:
        self._run(["format", *(["--check"] if check else []), CONFIG])
        say("dafny format: " + ("all files are indented as they should be" if check else "done"))

    def _run(self, arguments: list[str]) -> str:
        """Runs Dafny to its end and returns what it printed; ToolError with that where it failed."""
        done = subprocess.run(
            [self.toolchain.dafny, *arguments],
            cwd=self.root,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            raise ToolError(f"dafny {arguments[0]} failed:\n{done.stdout.strip()}")
        return done.stdout

    def _watch(self, arguments: list[str]) -> int:
        """Runs Dafny, shows how far it is, passes on everything else it says, and returns its exit code."""
        shown, live = -1, sys.stdout.isatty()
        with subprocess.Popen(
            [self.toolchain.dafny, *arguments],
            cwd=self.root,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                if not (match := re.match(r"Verified (\d+)/(\d+) symbols\. Waiting for (\S+)", line)):
                    if line.strip() and not line.startswith("Results File:"):
                        print(("\r\x1b[K" if live else "") + line, end="", flush=True)
                    continue
                done, total = int(match[1]), int(match[2])
                if live:
                    print(f"\r\x1b[K  {done}/{total} {match[3][:80]}", end="", flush=True)
                elif done * 10 // total != shown:
                    shown = done * 10 // total
                    say(f"  {done}/{total} symbols")
            if live:
                print("\r\x1b[K", end="", flush=True)
        return process.returncode


def model_sources(root: Path) -> dict[str, str]:
    """Hashes of the Dafny files that the machine of PocketFlow is made of: it, and what it includes."""
    found: set[Path] = set()
    todo = [root / MODEL]
    while todo:
        path = todo.pop().resolve()
        if path not in found:
            found.add(path)
            todo += [
                path.parent / name for name in re.findall(r'^include "(.+)"', path.read_text("utf-8"), re.MULTILINE)
            ]
    return hashes(root.resolve(), found)


def resources(root: Path) -> None:
    """Writes the table of what each proof costs, from the log of the last verification."""
    if not (root / BUILD / "verified.json").is_file():
        raise ToolError("nothing was verified yet; run `make verify`")
    table = prooflog.tasks(prooflog.read_batches(root / LOG))
    write(root / PROOFS / "resources.csv", prooflog.render(table))
    say(f"wrote {PROOFS}/resources.csv: {len(table)} proofs")


def _report(batches: list[prooflog.Batch], seconds: float) -> None:
    total = sum(batch.units for batch in batches)
    say(f"{len(batches)} batches, {total:,} resource units, {seconds:.0f} s; the dearest:")
    for batch in sorted(batches, key=lambda batch: -batch.units)[:DEAREST]:
        say(f"  {batch.units:>9,}  {batch.name}" + ("" if batch.outcome == "Passed" else f"  {batch.outcome}"))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=Path, default=ROOT, help="the checkout (default: the one this file is in)")
    steps = parser.add_subparsers(dest="step", required=True, metavar="STEP")
    for name in ("verify", "resources"):
        steps.add_parser(name)
    for name in ("generate", "model", "audit", "format"):
        steps.add_parser(name).add_argument("--check", action="store_true", help="compare, and write nothing")
    options = parser.parse_args()
    root = options.root.resolve()
    if options.step == "resources":
        resources(root)
        return 0
    prover = Prover(root, Search(root=root).find())
    if options.step == "verify":
        prover.verify()
    elif options.step == "generate":
        prover.generate(check=options.check)
    elif options.step == "model":
        prover.model(check=options.check)
    elif options.step == "audit":
        prover.audit(check=options.check)
    else:
        prover.format(check=options.check)
    return 0


if __name__ == "__main__":
    run_tool(main)
