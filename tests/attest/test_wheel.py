"""The wheel that users install: it carries the certificate, and one changed byte in the installation is told."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from project import ROOT
from tests.attest.copies import GENERATED, MAIN, RUN, SHIPPED, Copy, flip


def required() -> bool:
    return os.environ.get("HAVOCPROOF_PROOFS") == "required" or os.environ.get("CI", "").lower() in ("true", "1")


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """A new virtual environment with the built wheel; what the package depends on comes from the one of these tests."""
    folder = tmp_path_factory.mktemp("wheel")
    tree = folder / "tree"
    tree.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copyfile(ROOT / name, tree / name)
    ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
    shutil.copytree(ROOT / "python", tree / "python", ignore=ignored)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    built = subprocess.run(
        [*pip, "wheel", "--no-deps", "-w", folder, tree], capture_output=True, text=True, check=False
    )
    if built.returncode and not required():
        pytest.skip(f"the wheel cannot be built here: {built.stderr.strip().splitlines()[-1]}")
    assert built.returncode == 0, built.stderr
    (wheel,) = folder.glob("*.whl")
    place = folder / "venv"
    venv.create(place, symlinks=True)
    python = place / "bin" / "python"
    subprocess.run([*pip, "--python", python, "install", "--no-deps", "--no-index", wheel], check=True)
    (site,) = (place / "lib").glob("python*/site-packages")
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return Copy(site, python=str(python))


@pytest.mark.parametrize("name", [f"{GENERATED}/Kernel.py", f"{GENERATED}/__init__.py", SHIPPED])
def test_one_changed_byte_in_the_installation_is_told_by_the_command_and_at_import(
    environment: Copy, name: str
) -> None:
    command = [Path(environment.python).parent / "havocproof", "attest"]
    env = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
    sound = subprocess.run(command, cwd="/", env=env, capture_output=True, text=True, check=False)
    assert sound.returncode == 0, sound.stdout + sound.stderr
    assert "no sources here" in sound.stdout
    assert environment.run(RUN).stdout == f"imported {environment.place / GENERATED / 'Kernel.py'}\n"
    flip(environment.place / name)
    try:
        told = subprocess.run(command, cwd="/", env=env, capture_output=True, text=True, check=False)
        assert told.returncode == 1
        assert str(environment.place / name) in told.stdout
        assert environment.run(RUN).returncode == 1
        assert environment.run(MAIN, "schema").returncode == 2
    finally:
        flip(environment.place / name)
