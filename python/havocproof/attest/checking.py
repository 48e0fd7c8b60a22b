"""Compares what is installed with the certificate. Nothing here imports the kernel: it may be what is wrong."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.machinery import PathFinder
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from havocproof.attest.certificate import Certificate, differences, parse, sha256
from havocproof.attest.loading import CERTIFICATE, GENERATED, checkout
from havocproof.errors import ConfigError, KernelError

RUNTIME = "DafnyRuntimePython"


@dataclass(frozen=True, slots=True)
class Report:
    """What was found. `problems`: (file, what is wrong). `compared`: how many files of each part, None: not there."""

    certificate: Certificate | None
    problems: tuple[tuple[str, str], ...]
    compared: Mapping[str, int | None]
    versions: Mapping[str, str]

    @property
    def ok(self) -> bool:
        return self.certificate is not None and not self.problems


def attest(sources: Path | None = None, other: Path | None = None) -> Report:
    """Checks the installed package; the Dafny sources and proof reports too, where there are any.

    `sources`: a checkout to compare with (default: the one that the package is imported from, if any). `other`: a
    certificate from elsewhere, which the installed one must equal byte for byte. ConfigError if these cannot be read.
    """
    root = sources if sources is not None else checkout()
    if sources is not None and not (sources / "dafny" / "dfyconfig.toml").is_file():
        raise ConfigError(f"{sources} is no checkout of havocproof: dafny/dfyconfig.toml is not there")
    problems: list[tuple[str, str]] = []
    compared: dict[str, int | None] = {"generated": 0, "runtime": 0, "sources": None, "reports": None}
    found: Certificate | None = None
    try:
        content = Path(CERTIFICATE).read_bytes()
        if other is not None and content != _read(other):
            problems.append((CERTIFICATE, f"is not the same as {other}"))
        found = parse(content, CERTIFICATE)
    except OSError:
        problems.append((CERTIFICATE, "missing"))
    except KernelError as fault:
        problems.append((CERTIFICATE, fault.message.removeprefix(CERTIFICATE).strip()))
    if found is not None:
        problems += _compare(compared, "generated", found.kernel, _files(Path(GENERATED)), f"{GENERATED}/")
        problems += _compare(compared, "runtime", found.runtime, _runtime(found.runtime), "")
        if root is not None:
            problems += _checkout(root, found, content, compared)
    return Report(found, tuple(problems), compared, _versions())


def _checkout(root: Path, said: Certificate, content: bytes, compared: dict[str, int | None]) -> list[tuple[str, str]]:
    """Compares sources and reports of a checkout, and its own copy of the certificate."""
    dafny = {f"dafny/{name}": digest for name, digest in _files(root / "dafny", "**/*.dfy").items()}
    dafny["dafny/dfyconfig.toml"] = sha256(_read(root / "dafny" / "dfyconfig.toml"))
    # What else is in proofs/ may be younger than the certificate: `tools/certificate.py check` asks for all of it.
    there = [name for name in said.reports if (root / name).is_file()]
    reports = {name: sha256(_read(root / name)) for name in there}
    problems = _compare(compared, "sources", said.sources, dafny, f"{root}/")
    problems += _compare(compared, "reports", said.reports, reports, f"{root}/")
    own = root / "proofs" / "certificate.json"
    if not own.is_file() or own.read_bytes() != content:
        problems.append((str(own), f"is not the same as {CERTIFICATE}" if own.is_file() else "missing"))
    return problems


def _compare(
    compared: dict[str, int | None], part: str, expected: Mapping[str, str], found: Mapping[str, str], where: str
) -> list[tuple[str, str]]:
    compared[part] = len(expected)
    return [(f"{where}{name}", wrong) for name, wrong in differences(expected, found)]


def _files(folder: Path, pattern: str = "**/*") -> dict[str, str]:
    """Hashes of the files in a folder by their names relative to it. Bytecode is left out: it is never loaded."""
    files = [path for path in folder.glob(pattern) if path.is_file() and "__pycache__" not in path.parts]
    return {path.relative_to(folder).as_posix(): sha256(path.read_bytes()) for path in files}


def _runtime(names: Mapping[str, str]) -> dict[str, str]:
    """Hashes of the files of Dafny's runtime that `import` would find, by the names of the certificate."""
    found = {}
    for name in names:
        spec = PathFinder.find_spec(name.split("/")[0])
        if spec is not None and spec.origin is not None:
            path = Path(spec.origin).parents[name.count("/") - 1] / name.partition("/")[2]
            if path.is_file():
                found[name] = sha256(path.read_bytes())
    return found


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        raise ConfigError(f"{path} cannot be read: {fault.strerror}") from fault


def _versions() -> dict[str, str]:
    return {
        "havocproof": _version("havocproof"),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        RUNTIME: _version(RUNTIME),
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
