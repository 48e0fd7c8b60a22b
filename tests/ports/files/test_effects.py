"""What each action does to the files, what it answers."""

from __future__ import annotations

import contextlib
import os
import stat
import struct
import threading
from pathlib import Path

import pytest

from havocproof.actions import (
    DirList,
    DirMake,
    FileAppend,
    FileDelete,
    FileMove,
    FileRead,
    FileWrite,
    HttpRequest,
)
from havocproof.errors import ConfigError, PortError, PortRefused
from havocproof.ports import files
from havocproof.ports.base import Port, Prepared
from havocproof.ports.files import FilesPort
from tests.ports.files.world import World
from tests.ports.worlds import Leave


def test_it_is_a_port(world: World) -> None:
    assert isinstance(world.port, Port)
    prepared = world.port.prepare(DirList(path="/desk"))
    assert isinstance(prepared, Prepared)
    assert prepared.parts == DirList(path="/desk").parts()
    prepared.close()
    prepared.close()
    with pytest.raises(ConfigError):
        world.port.prepare(HttpRequest(host="api.example"))


def test_read_gives_text_or_base64(world: World) -> None:
    (world.desk / "a.md").write_text("naïve\n")
    effect = world.do(FileRead(path="/desk/a.md"))
    assert effect.result == {"path": "/desk/a.md", "encoding": "utf-8", "content": "naïve\n", "bytes": 7}
    assert effect.used == {"bytes": 7}
    (world.desk / "b.bin").write_bytes(b"\xff\x00")
    assert world.do(FileRead(path="/desk/b.bin")).result["content"] == "/wA="
    assert world.do(FileRead(path="/desk/b.bin")).result["encoding"] == "base64"


def test_read_up_to_the_bound_and_not_above(world: World) -> None:
    (world.desk / "a.txt").write_text("x" * 100)
    assert world.do(FileRead(path="/desk/a.txt", max_bytes=100)).used == {"bytes": 100}
    with pytest.raises(PortRefused, match="100 bytes, above the limit of 99"):
        world.do(FileRead(path="/desk/a.txt", max_bytes=99))


def test_a_file_that_grew_since_it_was_opened_is_held_to_the_bound(world: World) -> None:
    (world.desk / "a.txt").write_text("x")
    prepared = world.port.prepare(FileRead(path="/desk/a.txt", max_bytes=10))
    (world.desk / "a.txt").write_text("x" * 11)
    with pytest.raises(PortRefused):
        prepared.perform(Leave())
    prepared.close()


def test_what_was_opened_is_what_is_read(world: World) -> None:
    """The name means another file by the time the permit comes."""
    (world.desk / "a.txt").write_text("decided")
    prepared = world.port.prepare(FileRead(path="/desk/a.txt"))
    (world.desk / "other").write_text("swapped in")
    os.rename(world.desk / "other", world.desk / "a.txt")
    assert prepared.perform(Leave()).result["content"] == "decided"
    prepared.close()


def test_write_makes_and_replaces(world: World) -> None:
    effect = world.do(FileWrite(path="/desk/a.md", content="naïve"))
    assert effect.result == {"path": "/desk/a.md", "bytes": 6, "created": True}
    assert effect.used == {"bytes": 6}
    effect = world.do(FileWrite(path="/desk/a.md", content=""))
    assert effect.result == {"path": "/desk/a.md", "bytes": 0, "created": False}
    assert (world.desk / "a.md").read_bytes() == b""
    assert world.names() == ["a.md"]


def test_replacing_keeps_mode_owner_and_attributes(world: World) -> None:
    path = world.desk / "a.sh"
    path.write_text("old")
    path.chmod(0o4751)
    with contextlib.suppress(OSError):  # where the file system has no such attributes, there are none to keep
        os.setxattr(path, "user.origin", b"desk")
    with contextlib.suppress(OSError):  # and a default access list, which new files get and this one does not have
        entries = ((1, 7, -1), (2, 7, 1234), (4, 7, -1), (16, 7, -1), (32, 0, -1))
        packed = b"".join(struct.pack("<HHi", *entry) for entry in entries)
        os.setxattr(world.desk, "system.posix_acl_default", struct.pack("<I", 2) + packed)
    with contextlib.suppress(PermissionError):  # only a privileged process can give a file away
        os.chown(path, 4711, 4712)
    path.chmod(0o4751)
    before, attributes = path.stat(), os.listxattr(path)
    world.do(FileWrite(path="/desk/a.sh", content="new"))
    after = path.stat()
    assert stat.S_IMODE(after.st_mode) == 0o751  # setuid is dropped, as the kernel does on a write
    assert (after.st_uid, after.st_gid) == (before.st_uid, before.st_gid)
    assert os.listxattr(path) == attributes
    assert after.st_ino != before.st_ino


def test_new_files_follow_the_umask(world: World) -> None:
    before = os.umask(0o027)
    try:
        world.do(FileWrite(path="/desk/a.txt", content="a"))
        world.do(DirMake(path="/desk/dir"))
    finally:
        os.umask(before)
    assert stat.S_IMODE((world.desk / "a.txt").stat().st_mode) == 0o640
    assert stat.S_IMODE((world.desk / "dir").stat().st_mode) == 0o750


def test_readers_never_see_half_a_write(world: World) -> None:
    contents = {letter * 300_000 for letter in "ab"}
    world.do(FileWrite(path="/desk/a.txt", content="a" * 300_000))
    seen: set[str] = set()
    stop = threading.Event()

    def look() -> None:
        while not stop.is_set():
            seen.add((world.desk / "a.txt").read_text())

    reader = threading.Thread(target=look)
    reader.start()
    for letter in "ba" * 10:
        world.do(FileWrite(path="/desk/a.txt", content=letter * 300_000))
    stop.set()
    reader.join()
    assert seen <= contents


def test_append_to_old_and_new(world: World) -> None:
    effect = world.do(FileAppend(path="/desk/log", content="one\n"))
    assert effect.result == {"path": "/desk/log", "bytes": 4, "created": True, "size": 4}
    effect = world.do(FileAppend(path="/desk/log", content="two\n"))
    assert effect.result == {"path": "/desk/log", "bytes": 4, "created": False, "size": 8}
    assert effect.used == {"bytes": 4}
    assert (world.desk / "log").read_text() == "one\ntwo\n"


def test_no_file_grows_above_the_ports_bound(world: World) -> None:
    port = FilesPort({"/desk": world.desk}, max_file_bytes=10)
    world.do(FileWrite(path="/desk/a", content="12345678"))
    prepared = port.prepare(FileAppend(path="/desk/a", content="345"))
    with pytest.raises(PortRefused, match="11 bytes, above the 10"):
        prepared.perform(Leave())
    prepared.close()
    with pytest.raises(PortRefused):
        port.prepare(FileWrite(path="/desk/a", content="x" * 11))
    port.close()
    assert (world.desk / "a").read_text() == "12345678"


def test_delete(world: World) -> None:
    (world.desk / "a.txt").write_text("12345")
    with pytest.raises(PortRefused):
        world.do(FileDelete(path="/desk/a.txt", max_bytes=4))
    effect = world.do(FileDelete(path="/desk/a.txt"))
    assert effect.result == {"path": "/desk/a.txt", "bytes": 5}
    assert effect.used == {"bytes": 5}
    assert world.names() == []


def test_move_only_to_a_free_name_in_the_same_mount(world: World, tmp_path: Path) -> None:
    (world.desk / "a.txt").write_text("a")
    (world.desk / "b.txt").write_text("b")
    (world.desk / "dir").mkdir()
    with pytest.raises(PortError, match="exists already"):
        world.do(FileMove(source="/desk/a.txt", target="/desk/b.txt"))
    with pytest.raises(PortRefused):
        world.do(FileMove(source="/desk/dir", target="/desk/other"))
    with pytest.raises(PortRefused):
        world.do(FileMove(source="/desk/a.txt", target="/desk/c.txt", max_bytes=0))
    effect = world.do(FileMove(source="/desk/a.txt", target="/desk/dir/c.txt"))
    assert effect.result == {"source": "/desk/a.txt", "target": "/desk/dir/c.txt", "bytes": 1}
    assert effect.used == {"bytes": 2}  # a deletion and a write
    assert world.names() == ["b.txt", "dir", "dir/c.txt"]
    assert (world.desk / "b.txt").read_text() == "b"
    (tmp_path / "second").mkdir()
    port = FilesPort({"/desk": world.desk, "/second": tmp_path / "second"})
    with pytest.raises(PortRefused, match="another mount"):
        port.prepare(FileMove(source="/desk/b.txt", target="/second/b.txt"))
    port.close()


def test_list_names_kinds_and_counts_what_no_action_can_say(world: World) -> None:
    (world.desk / "b.txt").write_text("b")
    (world.desk / "a").mkdir()
    (world.desk / "c").symlink_to(world.neighbour)
    os.mkfifo(world.desk / "d")
    for unsayable in (b"\xff\xfe", b"line\nbreak", b".havocproof-spare", "e\u0301".encode()):
        Path(os.fsdecode(os.fsencode(world.desk) + b"/" + unsayable)).write_text("")
    assert world.do(DirList(path="/desk")).result == {
        "path": "/desk",
        "entries": [
            {"name": "a", "kind": "dir"},
            {"name": "b.txt", "kind": "file"},
            {"name": "c", "kind": "link"},
            {"name": "d", "kind": "other"},
        ],
        "unnamed": 4,
    }


def test_list_is_bounded(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LIST_LIMIT", 3)
    for name in "abc":
        (world.desk / name).touch()
    assert len(world.do(DirList(path="/desk")).result["entries"]) == 3
    (world.desk / "d").touch()
    with pytest.raises(PortRefused, match="more than 3 entries"):
        world.do(DirList(path="/desk"))


def test_make_one_level(world: World) -> None:
    assert world.do(DirMake(path="/desk/a")).result == {"path": "/desk/a"}
    with pytest.raises(PortError, match="exists already"):
        world.do(DirMake(path="/desk/a"))
    with pytest.raises(PortError, match="no such file or directory"):
        world.do(DirMake(path="/desk/b/c"))
    assert world.names() == ["a"]


def test_the_ports_own_names_are_not_for_actions(world: World) -> None:
    with pytest.raises(PortRefused, match="port's own"):
        world.port.prepare(FileWrite(path="/desk/.havocproof-1", content=""))
