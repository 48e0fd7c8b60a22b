"""The repository's own set-up: targets, pins, and one version of Dafny everywhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from mutants.program import Program
from project import ROOT
from toolchain import DAFNY_VERSION

TARGETS = ["help", "demo", "patterns", "cookbook", "safety", "test", "prose", "differential", "verify", "generate"]
TARGETS += ["audit", "vacuity", "stability", "mutants", "bench", "proofs", "fmt", "lint", "clean"]


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def make(*arguments: str) -> str:
    # `make test` runs this file: its own flags are not meant for the make in here.
    env = {name: text for name, text in os.environ.items() if not name.startswith("MAKE") and name != "MFLAGS"}
    return subprocess.run(["make", *arguments], cwd=ROOT, env=env, capture_output=True, text=True, check=True).stdout


def test_help_is_the_default_and_lists_every_target() -> None:
    listed = re.findall(r"^ +make (\w+) +\S", make(), re.MULTILINE)
    assert sorted(listed) == sorted(TARGETS)


@pytest.mark.parametrize("target", TARGETS)
def test_every_file_that_a_target_runs_is_there(target: str) -> None:
    for name in re.findall(r"(?:tools|tests|examples)/\S+\.py", make("-n", target)):
        assert (ROOT / name).is_file(), f"make {target} runs {name}"


def test_every_requirement_of_development_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    lines = (ROOT / "tools" / "constraints.txt").read_text().splitlines()
    pins = dict(line.split("==") for line in lines if line and not line.startswith("#"))
    pinned = {normal(name) for name in pins}
    assert {normal(re.split(r"[<>=]", text)[0]) for text in wanted} <= pinned


def test_the_kernel_runs_on_the_runtime_of_the_dafny_that_generated_it() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert f"DafnyRuntimePython=={DAFNY_VERSION.split('+')[0]}" in project["dependencies"]


@pytest.mark.parametrize("name", ["toolchain", "prove", "certificate", "recheck"])
def test_every_tool_explains_itself(name: str, tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "tools" / f"{name}.py"), "--help"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "usage:" in done.stdout


def test_every_dafny_file_includes_what_it_imports() -> None:
    """A file can be verified by itself, and what its proofs can see is known from what it includes."""
    program = Program.of(ROOT)
    assert len(program.modules) > 100
    lacking = [
        f"{module.file} imports {one.target} and does not include {program.modules[one.target].file}"
        for module in program.modules.values()
        for one in module.imports
        if program.modules[one.target].file not in program.includes[module.file]
    ]
    assert lacking == []
