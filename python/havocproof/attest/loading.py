"""The kernel is loaded from the very bytes whose hashes the certificate names, or not at all.

`guard` runs when `havocproof.kernel` is imported, before any generated module is: it reads each generated file once,
compares its SHA-256 with the certificate, and puts a finder first that makes the modules from these bytes. So neither
bytecode (`__pycache__` is not looked at), nor an extension module or a folder of the same name, nor a file that changes
in between can stand in for what was checked. docs/attest.md says what this is no protection from.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, cast

from havocproof.attest.certificate import REINSTALL, parse, sha256
from havocproof.errors import KernelError

PACKAGE = "havocproof.kernel.generated"
VARIABLE = "HAVOCPROOF_KERNEL"
UNPROVED = "unproved"
IN_A_CHECKOUT = f"After a change in dafny/, run `make proofs`; to try it before that, set {VARIABLE}={UNPROVED}"

_HERE = os.path.dirname(os.path.abspath(__file__))
CERTIFICATE = os.path.join(_HERE, "certificate.json")
GENERATED = os.path.join(os.path.dirname(_HERE), "kernel", "generated")


def guard(get: Callable[[str], bytes]) -> None:
    """Lets only the proved kernel be imported. `get` reads a file of the package, as its loader does (PEP 302).

    KernelError names every file that is not as the certificate says. In a checkout, HAVOCPROOF_KERNEL=unproved loads
    what is there instead, and says so on standard error: for work on dafny/ between `make generate` and `make proofs`.
    """
    try:
        sources = checked(get, CERTIFICATE, GENERATED)
    except KernelError as fault:
        if checkout() is None:
            raise
        if not _unproved():
            raise KernelError(fault.message, IN_A_CHECKOUT) from None
        said = f"havocproof: THE KERNEL IS NOT THE ONE THAT WAS PROVED ({VARIABLE}={UNPROVED}): {fault}"
        print(said, file=sys.stderr)
        return
    if checkout() is not None and _unproved() and (new := _unlisted(sources)):
        said = f"havocproof: THE KERNEL HAS MODULES THAT WERE NOT PROVED ({VARIABLE}={UNPROVED}): {', '.join(new)}"
        print(said, file=sys.stderr)
        return
    sys.meta_path.insert(0, _Finder(sources))


def reader(loader: object) -> Callable[[str], bytes]:
    """How files beside a module of this loader are read: from the disk, or out of an archive."""
    get: Callable[[str], bytes] | None = getattr(loader, "get_data", None)
    return get if get is not None else lambda path: Path(path).read_bytes()


def checked(get: Callable[[str], bytes], certificate: str, folder: str) -> dict[str, bytes]:
    """The content of every generated file by its name, each as the certificate says. KernelError otherwise."""
    try:
        content = get(certificate)
    except OSError as fault:
        raise KernelError(f"{certificate}, which says which kernel was proved, cannot be read", REINSTALL) from fault
    sources, wrong = {}, []
    for name, digest in parse(content, certificate).kernel.items():
        try:
            sources[name] = get(os.path.join(folder, name))
        except OSError:
            wrong.append(f"{os.path.join(folder, name)} is missing")
            continue
        if sha256(sources[name]) != digest:
            wrong.append(f"{os.path.join(folder, name)} was changed")
    if wrong:
        raise KernelError(f"the kernel is not the one that was proved: {'; '.join(wrong)}", REINSTALL)
    return sources


def checkout() -> Path | None:
    """The checkout that the package is imported from, or None where it is installed."""
    root = Path(_HERE).parents[2]
    return root if (root / "dafny" / "dfyconfig.toml").is_file() and (root / "tools" / "prove.py").is_file() else None


def _unlisted(sources: dict[str, bytes]) -> list[str]:
    """Generated files that the certificate does not name: `make generate` made them, and nothing proved them yet."""
    return sorted(name for name in os.listdir(GENERATED) if name.endswith(".py") and name not in sources)


def _unproved() -> bool:
    wish = os.environ.get(VARIABLE, "")
    if wish not in ("", UNPROVED):
        raise KernelError(f"{VARIABLE} is {wish!r}", f"Leave it unset, or set it to `{UNPROVED}` in a checkout")
    return wish == UNPROVED


class _Finder:
    """Finds the modules of the generated package among the checked sources, and no others."""

    def __init__(self, sources: dict[str, bytes]) -> None:
        self._sources = sources

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != PACKAGE and not fullname.startswith(f"{PACKAGE}."):
            return None
        file = "__init__.py" if fullname == PACKAGE else f"{fullname[len(PACKAGE) + 1 :]}.py"
        if file not in self._sources:
            raise ModuleNotFoundError(f"{fullname} is no module of the kernel that was proved", name=fullname)
        origin = os.path.join(GENERATED, file)
        loader = _Loader(self._sources[file], origin)
        spec = ModuleSpec(fullname, cast("Any", loader), origin=origin, is_package=fullname == PACKAGE)
        spec.has_location = True  # sets __file__, for tracebacks
        return spec


class _Loader:
    """Makes one module from bytes that were checked. Not derived from `importlib.abc`, whose import is dear."""

    def __init__(self, source: bytes, origin: str) -> None:
        self._source = source
        self._origin = origin

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        exec(self.get_code(module.__name__), module.__dict__)

    def get_code(self, fullname: str) -> CodeType:
        return compile(self._source, self._origin, "exec", dont_inherit=True)

    def get_source(self, fullname: str) -> str:
        return self._source.decode()

    def is_package(self, fullname: str) -> bool:
        return fullname == PACKAGE
