"""The kernel in JavaScript, by Dafny's other back end: translated when a test asks for it, and run by node."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from project import KERNEL, ROOT, ToolError
from recheck import required
from tests.translation.cases import Case
from tests.translation.signatures import Sources
from toolchain import Search, ToolchainMissing, environment

_HERE = Path(__file__).resolve().parent


class Missing(Exception):
    """Something that the second back end needs is not here."""


def translate(folder: Path, env: Mapping[str, str] = os.environ) -> Path:
    """The kernel's JavaScript, with what its runtime needs beside it. Missing says what is not here."""
    must = required(env)
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            raise Missing(f"{program} is not on PATH")
    try:
        dafny = Search(download=must).find().dafny
    except ToolchainMissing as fault:
        raise Missing("no Dafny (tools/toolchain.py says where it was looked for)") from fault
    _run([str(dafny), "translate", "js", str(ROOT / KERNEL), *_OPTIONS, "--output", str(folder / "kernel")])
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(_HERE / name, folder / name)
    # Exactly what the lock file names by its hash, out of npm's cache where it is there; no script of it is run.
    try:
        _run(["npm", "ci", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund"], folder)
    except ToolError as fault:
        raise Missing(f"npm cannot get what tests/translation/package-lock.json names: {fault}") from fault
    return folder / "kernel.js"


_OPTIONS = ("--no-verify", "--enforce-determinism", "--include-runtime")


def evaluate(kernel: Path, sources: Sources, cases: list[Case]) -> list[dict[str, Any]]:
    """What the JavaScript gives for each case: {"result": form} or {"error": text}."""
    types = kernel.with_name("types.json")
    data = {name: dataclasses.asdict(each) for name, each in sources.data.items()}
    functions = {
        name: {"parameters": [of for _, of in each.parameters], "result": each.result}
        for name, each in sources.functions.items()
        if name in {case.function for case in cases}
    }
    types.write_text(json.dumps({"data": data, "functions": functions}))
    lines = [json.dumps({"function": case.function, "arguments": case.arguments}) for case in cases]
    # Recursion in the kernel is as deep as its values, and node's stack holds more than Python's.
    said = _run(["node", str(_HERE / "evaluate.js"), str(kernel), str(types)], given="\n".join(lines) + "\n")
    return [json.loads(line) for line in said.splitlines()]


def _run(command: list[str], folder: Path | None = None, given: str = "") -> str:
    done = subprocess.run(
        command, cwd=folder or ROOT, env=environment(), input=given, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ToolError(f"{Path(command[0]).name} failed: {(done.stderr or done.stdout).strip()[-2000:]}")
    return done.stdout
