"""What stands under which path: mounts, their prefixes, and those that cannot be."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from havocproof.actions import DirMake, FileRead, FileWrite
from havocproof.errors import ConfigError, PortRefused
from havocproof.ports.files import FilesPort
from havocproof.ports.openat2 import RENAME_EXCHANGE, rename
from tests.ports.files.world import World, every_action
from tests.ports.worlds import Leave


def test_read_only_mounts(world: World, tmp_path: Path) -> None:
    (world.desk / "a.txt").write_text("old")
    port = FilesPort({"/desk": world.desk}, read_only={"/desk"})
    for action in every_action()[1:7]:
        with pytest.raises(PortRefused, match="read-only"):
            port.prepare(action)
    with pytest.raises(PortRefused, match="read-only"):
        port.prepare(DirMake(path="/desk/dir"))
    prepared = port.prepare(FileRead(path="/desk/a.txt"))
    assert prepared.perform(Leave()).result["content"] == "old"
    prepared.close()
    port.close()
    assert world.do(FileWrite(path="/desk/a.txt", content="new")).result["created"] is False


def test_the_longest_prefix_is_the_mount(tmp_path: Path) -> None:
    for name in ("outer", "inner"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.txt").write_text(name)
    port = FilesPort({"/desk": tmp_path / "outer", "/desk/in": tmp_path / "inner"})
    told = []
    for path in ("/desk/a.txt", "/desk/in/a.txt"):
        prepared = port.prepare(FileRead(path=path))
        told.append(prepared.perform(Leave()).result["content"])
        prepared.close()
    port.close()
    assert told == ["outer", "inner"]


def test_mounts_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "alias").symlink_to("in")
    (tmp_path / "file").write_text("")
    wrong: list[dict[str, Path]] = [
        {},
        {"desk": tmp_path},
        {"/desk/": tmp_path},
        {"/desk/../x": tmp_path},
        {"/desk": tmp_path / "missing"},
        {"/desk": tmp_path / "file"},
        {"/desk": tmp_path, "/in": tmp_path / "in"},
        {"/in": tmp_path / "in", "/again": tmp_path / "alias"},
    ]
    before = sorted(os.listdir("/proc/self/fd"))
    for mounts in wrong:
        with pytest.raises(ConfigError):
            FilesPort(mounts)
    with pytest.raises(ConfigError, match="no such mount"):
        FilesPort({"/desk": tmp_path}, read_only={"/disk"})
    assert sorted(os.listdir("/proc/self/fd")) == before


def test_the_mounted_directory_is_held_not_its_name(world: World, tmp_path: Path) -> None:
    (world.desk / "a.txt").write_text("decided")
    os.rename(world.desk, tmp_path / "elsewhere")
    (tmp_path / "desk").symlink_to(world.neighbour)
    assert world.do(FileRead(path="/desk/a.txt")).result["content"] == "decided"


def test_exchange_is_atomic_on_this_file_system(tmp_path: Path) -> None:
    """What the port relies on; elsewhere it refuses to replace files."""
    (tmp_path / "a").write_text("a")
    (tmp_path / "b").write_text("b")
    here = os.open(tmp_path, os.O_PATH)
    rename(here, "a", here, "b", RENAME_EXCHANGE)
    os.close(here)
    assert (tmp_path / "a").read_text() + (tmp_path / "b").read_text() == "ba"
