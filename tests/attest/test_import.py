"""Only the kernel that was proved is imported, whatever lies beside it."""

from __future__ import annotations

import importlib.util
import py_compile
import shutil
import sys
import zipfile
from importlib.machinery import SourceFileLoader
from pathlib import Path

import pytest

from havocproof.attest import loading
from havocproof.attest.certificate import parse
from havocproof.errors import HavocproofError, KernelError
from tests.attest.copies import GENERATED, RUN, SHIPPED, Copy, checkout, flip, installed, reseal

FILES = sorted(parse(Path(loading.CERTIFICATE).read_bytes(), "the certificate").kernel)


@pytest.fixture
def alone(tmp_path: Path) -> Copy:
    return installed(tmp_path)


def test_the_kernel_that_was_proved_is_imported(alone: Copy) -> None:
    done = alone.run(RUN)
    assert (done.returncode, done.stdout) == (0, f"imported {alone.place / GENERATED / 'Kernel.py'}\n"), done.stderr


@pytest.mark.parametrize("name", FILES)
def test_one_changed_byte_of_a_generated_file_is_refused(name: str) -> None:
    """In this process, as `guard` does it; the tests below do it to a copy that is really imported."""
    folder = Path(loading.GENERATED)
    for at in (0, (folder / name).stat().st_size // 2, -1):

        def get(path: str, at: int = at) -> bytes:
            content = bytearray(Path(path).read_bytes())
            if path == str(folder / name):
                content[at] ^= 1
            return bytes(content)

        with pytest.raises(KernelError, match=f"{name} was changed"):
            loading.checked(get, loading.CERTIFICATE, loading.GENERATED)


def test_any_changed_byte_of_the_certificate_is_refused() -> None:
    content = Path(loading.CERTIFICATE).read_bytes()
    parse(content, "it")
    for at in range(len(content)):
        changed = bytearray(content)
        changed[at] ^= 1
        with pytest.raises(KernelError, match="it was changed by hand or damaged"):
            parse(bytes(changed), "it")


def test_a_changed_byte_stops_the_import_and_the_error_names_file_and_remedy(alone: Copy) -> None:
    flip(alone.place / GENERATED / "Kernel.py")
    for code in (RUN, "from havocproof import Gate", "import havocproof.gate", "import havocproof.kernel"):
        done = alone.run(code)
        assert done.returncode == 1
        last = done.stderr.strip().splitlines()[-1]
        assert last.startswith("havocproof.errors.KernelError: the kernel is not the one that was proved: ")
        assert f"{alone.place / GENERATED / 'Kernel.py'} was changed" in last
        assert "Install havocproof again" in last


def test_all_files_that_are_wrong_are_named(alone: Copy) -> None:
    flip(alone.place / GENERATED / "Cells.py")
    (alone.place / GENERATED / "Zones.py").unlink()
    said = alone.run(RUN).stderr
    assert "Cells.py was changed" in said
    assert "Zones.py is missing" in said


@pytest.mark.parametrize("damage", [flip, Path.unlink])
def test_a_damaged_or_missing_certificate_stops_the_import(alone: Copy, damage: object) -> None:
    damage(alone.place / SHIPPED)  # type: ignore[operator]
    done = alone.run(RUN)
    assert done.returncode == 1
    assert f"KernelError: {alone.place / SHIPPED}" in done.stderr


def test_a_certificate_of_another_format_is_refused_by_name(alone: Copy) -> None:
    reseal(alone.place / SHIPPED, lambda said: said.update(format=99))
    assert "is of format 99, and this version reads 2" in alone.run(RUN).stderr


def test_it_is_an_import_error_and_one_of_ours() -> None:
    assert issubclass(KernelError, ImportError)
    assert issubclass(KernelError, HavocproofError)
    assert KernelError("said", "do").remedy == "do"


def test_bytecode_beside_an_intact_file_is_not_loaded(alone: Copy, tmp_path: Path) -> None:
    """Python takes bytecode whose header has the source's time and size. That of the kernel is never looked at."""
    source = alone.place / GENERATED / "Kernel.py"
    other = tmp_path / "other.py"
    other.write_text(source.read_text() + "\nFOOLED = True\n")
    cached = Path(importlib.util.cache_from_source(str(source)))
    py_compile.compile(str(other), str(cached), doraise=True)
    header = bytearray(cached.read_bytes())
    stat = source.stat()
    header[8:16] = (int(stat.st_mtime) & 0xFFFFFFFF).to_bytes(4, "little") + stat.st_size.to_bytes(4, "little")
    cached.write_bytes(header)
    fooled = SourceFileLoader("Kernel", str(source)).get_code("Kernel")
    assert fooled is not None
    assert "FOOLED" in fooled.co_names, "Python would load this bytecode: it is worth looking at"

    done = alone.run(RUN + "; print(hasattr(bridge.Code, 'FOOLED'))")
    assert done.stdout.splitlines() == [f"imported {source}", "False"], done.stderr


def test_no_bytecode_of_the_kernel_is_written(alone: Copy) -> None:
    assert alone.run(RUN, PYTHONDONTWRITEBYTECODE="").returncode == 0
    assert (alone.place / "havocproof" / "kernel" / "__pycache__").is_dir()
    assert not (alone.place / GENERATED / "__pycache__").exists()


def test_nothing_of_the_same_name_comes_before_a_checked_file(alone: Copy) -> None:
    """A folder, and an extension module, come before `Kernel.py` in Python's own order."""
    folder = alone.place / GENERATED / "Kernel"
    folder.mkdir()
    (folder / "__init__.py").write_text("raise SystemExit('the folder was imported')\n")
    suffix = importlib.machinery.EXTENSION_SUFFIXES[0]
    (alone.place / GENERATED / f"Judging{suffix}").write_bytes(b"no library")
    done = alone.run(RUN)
    assert done.returncode == 0, done.stderr


def test_a_module_that_was_not_proved_cannot_be_imported(alone: Copy) -> None:
    (alone.place / GENERATED / "Extra.py").write_text("")
    done = alone.run("import havocproof.kernel.generated.Extra")
    assert "Extra is no module of the kernel that was proved" in done.stderr


def test_a_file_that_changes_after_the_check_is_not_what_is_run(alone: Copy) -> None:
    code = (
        "import pathlib, havocproof.kernel as kernel\n"
        "path = pathlib.Path(kernel.__file__).parent / 'generated' / 'Kernel.py'\n"
        "path.write_text('raise SystemExit(9)')\n" + RUN
    )
    assert alone.run(code).returncode == 0


def test_tracebacks_and_inspect_show_the_generated_source(alone: Copy) -> None:
    code = "import inspect; from havocproof.kernel import bridge; print(inspect.getsource(bridge._decide))"
    assert "def Decide(plan, sc, seen):" in alone.run(code).stdout


def test_it_works_out_of_an_archive(alone: Copy, tmp_path: Path) -> None:
    archive = tmp_path / "site.zip"
    for good in (True, False):
        with zipfile.ZipFile(archive, "w") as bundle:
            for path in sorted(alone.place.rglob("*")):
                bundle.write(path, path.relative_to(alone.place))
        code = f"import sys; sys.path.insert(0, {str(archive)!r}); " + RUN
        done = Copy(tmp_path).run(code, PYTHONPATH="")
        assert done.returncode == int(not good), done.stderr
        assert str(archive) in (done.stdout if good else done.stderr.splitlines()[-1])
        flip(alone.place / GENERATED / "Kernel.py")


# Work on the proofs: between `make generate` and `make proofs` the kernel is none that was proved.


def test_in_a_checkout_it_can_be_loaded_by_wish_and_says_so(tmp_path: Path) -> None:
    copy = checkout(tmp_path)
    kernel = copy.place / GENERATED / "Kernel.py"
    kernel.write_text(kernel.read_text() + "# generated anew\n")
    assert "run `make proofs`; to try it before that, set HAVOCPROOF_KERNEL=unproved" in copy.run(RUN).stderr
    done = copy.run(RUN, HAVOCPROOF_KERNEL="unproved")
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith("havocproof: THE KERNEL IS NOT THE ONE THAT WAS PROVED (HAVOCPROOF_KERNEL=unproved)")
    attested = copy.attest(HAVOCPROOF_KERNEL="unproved")
    assert attested.returncode == 1
    assert "Kernel.py: changed" in attested.stdout


def test_where_it_is_installed_no_wish_helps(alone: Copy) -> None:
    flip(alone.place / GENERATED / "Kernel.py")
    assert alone.run(RUN, HAVOCPROOF_KERNEL="unproved").returncode == 1


def test_a_wish_that_is_not_known_is_an_error(tmp_path: Path) -> None:
    copy = checkout(tmp_path)
    flip(copy.place / GENERATED / "Kernel.py")
    assert "HAVOCPROOF_KERNEL is 'any'" in copy.run(RUN, HAVOCPROOF_KERNEL="any").stderr


def test_this_very_process_runs_the_checked_kernel() -> None:
    from havocproof.analysis import code
    from havocproof.kernel import bridge

    names = [name for name in sys.modules if name.startswith(loading.PACKAGE)]
    assert len(names) == len(FILES)
    assert {type(sys.modules[name].__loader__) for name in names} == {loading._Loader}
    assert bridge.Code.__spec__ is not None
    assert code.Prover.__spec__ is not None


def test_the_copies_are_whole(tmp_path: Path) -> None:
    """The damaged copies above fail for their damage alone."""
    assert checkout(tmp_path).run(RUN).returncode == 0
    shutil.rmtree(tmp_path / "checkout")
