"""What the tools share: where things stand in the repository, hashes of its files, and how a fault reaches the user."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DAFNY = "dafny"
CONFIG = "dafny/dfyconfig.toml"
KERNEL = "dafny/Decide/Kernel.dfy"
ANALYSIS = "dafny/Analysis/Idle.dfy"
GENERATED = "python/havocproof/kernel/generated"
GENERATED_MODULE = "havocproof.kernel.generated"
PROOFS = "proofs"
BUILD = "build"


class ToolError(Exception):
    """A check that failed or a step that cannot run. The text names the file and what to do."""


def sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, 64 hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hashes(root: Path, paths: Iterable[Path]) -> dict[str, str]:
    """SHA-256 by path relative to `root`, with `/`, in the order of the paths' names."""
    return {name: sha256(root / name) for name in sorted(path.relative_to(root).as_posix() for path in paths)}


def sources(root: Path) -> dict[str, str]:
    """Hashes of everything that the proofs are made of: each Dafny file and the Dafny project file."""
    files = [path for path in (root / DAFNY).rglob("*.dfy") if path.is_file()]
    if not files or not (root / CONFIG).is_file():
        raise ToolError(f"no Dafny sources: {CONFIG} or dafny/**/*.dfy is missing under {root}")
    return hashes(root, [*files, root / CONFIG])


def generated(root: Path) -> dict[str, str]:
    """Hashes of every file of the committed generated kernel, bytecode left out."""
    return hashes(root, generated_files(root / GENERATED))


def generated_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)


def differences(expected: dict[str, str], found: dict[str, str]) -> list[str]:
    """What differs between two tables of hashes, one line a file."""
    lines = []
    for name in sorted(expected.keys() | found.keys()):
        if name not in found:
            lines.append(f"{name}: missing")
        elif name not in expected:
            lines.append(f"{name}: not expected")
        elif expected[name] != found[name]:
            lines.append(f"{name}: changed")
    return lines


def write(path: Path, text: str) -> None:
    """Writes a whole file or nothing: a reader never sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)


def write_json(path: Path, value: object) -> None:
    write(path, render_json(value))


def render_json(value: object) -> str:
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=True) + "\n"


def say(text: str) -> None:
    print(text, flush=True)


def run_tool(work: Callable[[], int]) -> None:
    """Runs a tool's work and leaves with its exit code; a ToolError becomes a message on stderr and exit code 1."""
    try:
        code = work()
    except ToolError as fault:
        sys.stdout.flush()
        print(f"error: {fault}", file=sys.stderr)
        code = 1
    except KeyboardInterrupt:
        code = 130
    except BrokenPipeError:  # whoever read the output has seen enough; nothing may be written at the exit either
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 141
    sys.exit(code)
