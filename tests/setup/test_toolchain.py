"""Only the exact Dafny with the exact Z3 is taken, from the first place that has it, and only with the pinned hash."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import toolchain
from project import ROOT, ToolError
from toolchain import ToolchainMissing

OLD = "4.10.0+0123456789"


def executable(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


def test_the_exact_version_on_path_is_taken(fake_dafny: Any, search: Any) -> None:
    fake = fake_dafny()
    found = search(path=str(fake.folder)).find()
    assert (found.dafny, found.z3) == (fake.launcher, fake.folder / "z3" / "bin" / "z3-4.12.1")


def test_a_link_on_path_leads_to_the_folder_that_holds_z3(fake_dafny: Any, search: Any, tmp_path: Path) -> None:
    fake = fake_dafny()
    links = tmp_path / "bin"
    links.mkdir()
    (links / "dafny").symlink_to(fake.launcher)
    assert search(path=str(links)).find().dafny == fake.launcher


def test_another_version_on_path_is_passed_over(fake_dafny: Any, search: Any) -> None:
    wrong, right = fake_dafny("old", version=OLD), fake_dafny("right")
    found = search(path=str(wrong.folder), env={toolchain.VARIABLE: str(right.folder)}).find()
    assert found.dafny == right.launcher


@pytest.mark.parametrize("z3", ["4.8.12", "4.12.10", "4.14.1"])
def test_dafny_with_another_z3_is_passed_over(fake_dafny: Any, search: Any, z3: str) -> None:
    fake = fake_dafny(z3=z3)
    with pytest.raises(ToolchainMissing, match=r"no Z3 4\.12\.1 is with it or on PATH"):
        search(path=str(fake.folder)).find()


def test_a_matching_z3_on_path_will_do(fake_dafny: Any, search: Any, tmp_path: Path) -> None:
    fake = fake_dafny(z3="")
    executable(tmp_path / "bin" / "z3", "#!/bin/sh\necho 'Z3 version 4.12.1 - 64 bit'\n")
    found = search(path=f"{fake.folder}{os.pathsep}{tmp_path / 'bin'}").find()
    assert found.z3 == tmp_path / "bin" / "z3"


def test_path_comes_before_the_variable(fake_dafny: Any, search: Any) -> None:
    first, second = fake_dafny("first"), fake_dafny("second")
    assert search(path=str(first.folder), env={toolchain.VARIABLE: str(second.folder)}).find().dafny == first.launcher


def test_the_variable_may_name_an_archive_a_folder_with_it_or_an_unpacked_folder(
    fake_dafny: Any, search: Any, packed: Any, pinned: Any, tmp_path: Path
) -> None:
    fake = fake_dafny()
    file = packed(fake.folder, "given/dafny-linux.tar.xz", "dafny-4.11.0")
    beside = pinned(file, "dafny-4.11.0/dafny")
    for value in (file, file.parent, fake.folder):
        found = search(env={toolchain.VARIABLE: str(value)}, beside=beside).find()
        assert found.origin == toolchain.VARIABLE
        assert found.dafny.name == "dafny"
    renamed = file.rename(file.with_name("other-name"))
    assert search(env={toolchain.VARIABLE: str(renamed)}, beside=beside).find().dafny.is_relative_to(tmp_path / "home")


def test_a_release_zip_is_unpacked_with_programs_that_run(
    fake_dafny: Any, search: Any, packed: Any, pinned: Any
) -> None:
    file = packed(fake_dafny().folder, "release.zip", "dafny")
    found = search(env={toolchain.VARIABLE: str(file)}, release=pinned(file, "dafny/dafny")).find()
    assert os.access(found.dafny, os.X_OK)
    assert os.access(found.z3, os.X_OK)


def test_an_archive_with_another_hash_is_refused_and_nothing_of_it_is_unpacked(
    fake_dafny: Any, search: Any, packed: Any, pinned: Any, tmp_path: Path
) -> None:
    file = packed(fake_dafny().folder, "dafny.tar.xz", "dafny-4.11.0")
    beside = pinned(file, "dafny-4.11.0/dafny")
    file.write_bytes(file.read_bytes() + b"\0")
    with pytest.raises(ToolError, match=rf"dafny\.tar\.xz is refused: its SHA-256 is .*{beside.sha256}") as refusal:
        search(env={toolchain.VARIABLE: str(file)}, beside=beside).find()
    assert not isinstance(refusal.value, ToolchainMissing)
    assert not (tmp_path / "home").exists()


def test_a_variable_that_names_nothing_usable_is_a_fault_even_where_another_place_would_do(
    fake_dafny: Any, search: Any, packed: Any, pinned: Any, checkout: Path
) -> None:
    old = fake_dafny("old", version=OLD)
    for value, problem in ((str(checkout), "is no archive, and holds neither"), (str(old.folder), "not '4.11.0")):
        with pytest.raises(ToolError, match=problem) as fault:
            search(env={toolchain.VARIABLE: value}).find()
        assert "unset it" in str(fault.value)


def test_the_archive_beside_the_checkout_is_unpacked_once(
    fake_dafny: Any, search: Any, packed: Any, pinned: Any, tmp_path: Path
) -> None:
    file = packed(fake_dafny().folder, "shared/toolchain/dafny.tar.xz", "dafny-4.11.0")
    beside = pinned(file, "dafny-4.11.0/dafny")
    first = search(beside=beside).find()
    stamp = first.dafny.stat().st_mtime_ns
    file.unlink()
    again = search(beside=beside).find()
    assert again == first
    assert again.dafny.stat().st_mtime_ns == stamp
    cache = tmp_path / "home" / ".cache" / "havocproof" / "toolchain"
    assert [path.name for path in cache.iterdir()] == [beside.sha256]


def test_the_cache_follows_xdg(fake_dafny: Any, search: Any, packed: Any, pinned: Any, tmp_path: Path) -> None:
    file = packed(fake_dafny().folder, "shared/toolchain/dafny.tar.xz", "dafny-4.11.0")
    beside = pinned(file, "dafny-4.11.0/dafny")
    found = search(env={"XDG_CACHE_HOME": str(tmp_path / "xdg")}, beside=beside).find()
    assert found.dafny.is_relative_to(tmp_path / "xdg" / "havocproof" / "toolchain" / beside.sha256)


def _change(folder: Path) -> None:
    (folder / "z3" / "bin" / "z3-4.12.1").write_text("#!/bin/sh\necho 'Z3 version 4.12.1 - 64 bit' # changed\n")


def _add(folder: Path) -> None:
    (folder / "extra.dll").write_bytes(b"")


def _remove(folder: Path) -> None:
    (folder / "answers.json").unlink()


def _link(folder: Path) -> None:
    (folder / "link").symlink_to("/etc")


def _unstamp(folder: Path) -> None:
    (folder.parent / ".havocproof.json").unlink()


@pytest.mark.parametrize("damage", [_change, _add, _remove, _link, _unstamp])
def test_a_corrupted_copy_in_the_cache_is_seen_and_unpacked_again(
    fake_dafny: Any,
    search: Any,
    packed: Any,
    pinned: Any,
    capsys: pytest.CaptureFixture[str],
    damage: Callable[[Path], None],
) -> None:
    file = packed(fake_dafny().folder, "shared/toolchain/dafny.tar.xz", "dafny-4.11.0")
    beside = pinned(file, "dafny-4.11.0/dafny")
    first = search(beside=beside).find()
    damage(first.dafny.parent)
    assert search(beside=beside).find() == first
    assert "is corrupted" in capsys.readouterr().err
    damage(first.dafny.parent)
    file.unlink()
    with pytest.raises(ToolchainMissing, match="is corrupted"):
        search(beside=beside).find()


def test_where_there_is_none_every_place_is_named_in_order(fake_dafny: Any, search: Any) -> None:
    old = fake_dafny(version=OLD)
    with pytest.raises(ToolchainMissing) as missing:
        search(path=str(old.folder)).find()
    places = [OLD, toolchain.VARIABLE, "shared/toolchain", "not fetched"]
    assert [place in line for place, line in zip(places, missing.value.looked, strict=True)] == [True] * 4


def test_archives_are_for_linux_on_x86_64(search: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "aarch64")
    with pytest.raises(ToolchainMissing, match="is for Linux x86_64, and this is Linux aarch64"):
        search().find()


def _tool(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": "", "HOME": str(root / "home")}
    command = [sys.executable, str(ROOT / "tools" / "toolchain.py"), "--no-download", "--root", str(root), *arguments]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


def test_the_command_exits_with_1_and_says_where_it_looked(checkout: Path) -> None:
    done = _tool(checkout)
    assert (done.returncode, done.stdout) == (1, "")
    assert "Looked for it here:" in done.stderr
    assert "Remedy:" in done.stderr


def test_the_command_exits_with_3_and_says_nothing_when_asked(checkout: Path) -> None:
    done = _tool(checkout, "--quiet-missing")
    assert (done.returncode, done.stdout, done.stderr) == (3, "", "")
