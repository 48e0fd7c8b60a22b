"""No path leads out of a mount, and nothing but plain single-link files is touched; each guard is shown to be what
stops it."""

from __future__ import annotations

import errno
import os
import socket
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

from havocproof.actions import (
    Action,
    DirList,
    DirMake,
    FileAppend,
    FileDelete,
    FileMove,
    FileRead,
    FileWrite,
)
from havocproof.errors import ActionError, PortError, PortRefused
from havocproof.ports import files, handles, openat2
from havocproof.ports.files import FilesPort
from havocproof.ports.openat2 import DIRECTORY, RENAME_EXCHANGE, Way, open_beneath, rename
from tests.ports.files.world import SECRET, World
from tests.ports.worlds import Leave


def every_change(path: str) -> list[Action]:
    """One action of each verb that has this path as its object."""
    return [
        FileWrite(path=path, content="mine"),
        FileAppend(path=path, content="mine"),
        FileDelete(path=path),
        FileMove(source=path, target="/desk/taken.txt"),
    ]


def refuse_all(world: World, path: str) -> None:
    for action in [FileRead(path=path), *every_change(path)]:
        with pytest.raises(PortRefused):
            world.do(action)
    assert (world.neighbour / "secret.txt").read_text() == SECRET


def test_symlink_as_last_component(world: World) -> None:
    (world.desk / "link.txt").symlink_to(world.neighbour / "secret.txt")
    refuse_all(world, "/desk/link.txt")
    assert (world.desk / "link.txt").is_symlink()


def test_symlink_in_the_middle(world: World) -> None:
    (world.desk / "out").symlink_to(world.neighbour)
    refuse_all(world, "/desk/out/secret.txt")
    with pytest.raises(PortRefused):
        world.do(DirMake(path="/desk/out/new"))
    with pytest.raises(PortRefused):
        world.do(DirList(path="/desk/out"))
    with pytest.raises(PortRefused):
        world.do(FileWrite(path="/desk/out/new.txt", content="mine"))
    assert sorted(os.listdir(world.neighbour)) == ["secret.txt"]


def test_symlink_further_up(world: World) -> None:
    (world.neighbour / "deep" / "deeper").mkdir(parents=True)
    (world.neighbour / "deep" / "deeper" / "a.txt").write_text("theirs")
    (world.desk / "out").symlink_to(world.neighbour)
    refuse_all(world, "/desk/out/deep/deeper/a.txt")
    with pytest.raises(PortRefused):
        world.do(DirList(path="/desk/out/deep/deeper"))
    assert (world.neighbour / "deep" / "deeper" / "a.txt").read_text() == "theirs"


def test_what_was_looked_at_is_what_is_opened(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is swapped between the look at the file and its opening, for one that nobody looked at."""
    opened: list[tuple[str, ...]] = []

    def open_and_swap(directory: int, segments: tuple[str, ...], flags: int, *, way: Way) -> int:
        opened.append(segments)
        if len(opened) == 3:
            os.rename(world.desk / "a.txt", world.desk / "aside")
            os.link(world.neighbour / "secret.txt", world.desk / "a.txt")
        return open_beneath(directory, segments, flags, way=way)

    (world.desk / "a.txt").write_text("looked at")
    monkeypatch.setattr(files, "open_beneath", open_and_swap)
    with pytest.raises(PortError, match="no longer the file"):
        world.do(FileRead(path="/desk/a.txt"))
    assert opened == [(), ("a.txt",), ("a.txt",)]


def test_symlink_that_stays_inside_is_refused_too(world: World) -> None:
    (world.desk / "real").mkdir()
    (world.desk / "real" / "a.txt").write_text("a")
    (world.desk / "alias").symlink_to("real")
    refuse_all(world, "/desk/alias/a.txt")
    assert world.do(FileRead(path="/desk/real/a.txt")).result["content"] == "a"


def test_dangling_symlink_is_no_free_name(world: World) -> None:
    (world.desk / "later.txt").symlink_to(world.neighbour / "later.txt")
    with pytest.raises(PortRefused):
        world.do(FileWrite(path="/desk/later.txt", content="mine"))
    assert not (world.neighbour / "later.txt").exists()


def test_magic_links(tmp_path: Path) -> None:
    """/proc/self/fd/N leads to whatever is open: neither as a symlink nor across the mount does it open."""
    port = FilesPort({"/all": "/"})
    for path in ("/all/proc/self/fd/0", "/all/proc/self/root/etc/passwd"):
        prepared = port.prepare(FileRead(path=path))
        with pytest.raises(PortRefused):
            prepared.perform(Leave())
    port.close()


@pytest.mark.parametrize("way", ["openat2", "walk"])
def test_other_mounts_inside_the_mount(way: Way) -> None:
    port = FilesPort({"/all": "/"})
    World.confine(port, way)
    prepared = port.prepare(FileRead(path="/all/proc/version"))
    with pytest.raises(PortRefused, match="out of its mount"):
        prepared.perform(Leave())
    port.close()


def test_hard_link_to_a_file_outside(world: World) -> None:
    os.link(world.neighbour / "secret.txt", world.desk / "hard.txt")
    refuse_all(world, "/desk/hard.txt")


def test_the_link_count_is_what_stops_a_hard_link(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    os.link(world.neighbour / "secret.txt", world.desk / "hard.txt")
    monkeypatch.setattr(handles, "require_plain", lambda status, path: None)
    assert world.do(FileRead(path="/desk/hard.txt")).result["content"] == SECRET


def test_the_flags_of_openat2_are_what_stops_a_symlink(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path, "openat2")
    (world.desk / "out").symlink_to(world.neighbour)
    monkeypatch.setattr(openat2, "CONFINED", 0)
    assert world.do(FileRead(path="/desk/out/secret.txt")).result["content"] == SECRET
    monkeypatch.undo()
    with pytest.raises(PortRefused):
        world.do(FileRead(path="/desk/out/secret.txt"))
    world.port.close()


def test_fifo_and_socket_are_no_files(world: World) -> None:
    os.mkfifo(world.desk / "fifo")
    refuse_all(world, "/desk/fifo")
    with socket.socket(socket.AF_UNIX) as server:
        here = os.open(world.desk, os.O_PATH)
        server.bind(f"/proc/self/fd/{here}/sock")  # the short way, since a socket's path has 108 bytes at most
        os.close(here)
        refuse_all(world, "/desk/sock")
    with pytest.raises(PortError):
        world.do(DirList(path="/desk/fifo"))


def test_directories_are_no_files(world: World) -> None:
    (world.desk / "dir").mkdir()
    refuse_all(world, "/desk/dir")
    refuse_all(world, "/desk")
    assert (world.desk / "dir").is_dir()


@pytest.mark.parametrize(
    "path", ["/desk/../neighbour/secret.txt", "/desk/a/../../x", "desk/a", "/desk//a", "/desk/.", ""]
)
def test_actions_cannot_say_such_paths(path: str) -> None:
    with pytest.raises(ActionError):
        FileRead(path=path)


@pytest.mark.parametrize("way", ["openat2", "walk"])
@pytest.mark.parametrize(
    "segments", [("..",), ("a", ".."), (".",), ("",), ("a/../../neighbour/secret.txt",), ("/etc/passwd",), ("a\0b",)]
)
def test_even_if_they_could_nothing_opens(world: World, way: Way, segments: tuple[str, ...]) -> None:
    directory = os.open(world.desk, DIRECTORY)
    with pytest.raises(OSError, match="not a bare name"):
        open_beneath(directory, segments, os.O_RDONLY, way=way)
    os.close(directory)


def test_the_kernel_refuses_what_leads_out(world: World) -> None:
    """RESOLVE_BENEATH without our own check of the segments in front of it."""
    directory = os.open(world.desk, DIRECTORY)
    for path in ("..", "../neighbour/secret.txt", "/etc/passwd", str(world.neighbour / "secret.txt")):
        with pytest.raises(OSError, match=os.strerror(errno.EXDEV)):
            openat2._openat2(directory, path, os.O_RDONLY, 0)
    os.close(directory)


def test_a_place_outside_all_mounts(world: World) -> None:
    for path in ("/", "/etc/passwd", "/desktop/a", "/des"):
        with pytest.raises(PortRefused, match="in no mount"):
            world.port.prepare(FileRead(path=path))


def test_refusals_name_virtual_paths_only(world: World, tmp_path: Path) -> None:
    (world.desk / "out").symlink_to(world.neighbour)
    os.link(world.neighbour / "secret.txt", world.desk / "hard.txt")
    (world.desk / "dir").mkdir()
    told = []
    for name in ("out/x", "hard.txt", "none", "none/x", "dir", "n" * 256, "hard.txt/x"):
        path = f"/desk/{name}"
        for action in [FileRead(path=path), *every_change(path), DirList(path=path)]:
            try:
                world.do(action)
            except PortError as fault:
                told.append("".join(traceback.format_exception_only(fault)) + fault.remedy)
                told.append(str(None if fault.__suppress_context__ else fault.__context__))
    assert len(told) > 60
    assert not [text for text in told if str(tmp_path) in text]


def race(world: World, act: Callable[[], object], seconds: float = 0.4) -> tuple[int, int]:
    """Runs `act` while a thread swaps /desk/slot between a directory and a symlink out. Returns (done, refused)."""
    (world.desk / "slot").mkdir()
    (world.desk / "slot" / "secret.txt").write_text("public")
    (world.desk / "evil").symlink_to(world.neighbour)
    here = os.open(world.desk, DIRECTORY)
    stop = threading.Event()

    def swap() -> None:
        while not stop.is_set():
            rename(here, "slot", here, "evil", RENAME_EXCHANGE)

    attacker = threading.Thread(target=swap)
    attacker.start()
    done = refused = 0
    end = time.monotonic() + seconds
    try:
        while time.monotonic() < end or not (done and refused):
            try:
                act()
                done += 1
            except PortError:
                refused += 1
            if time.monotonic() > end + 10:
                break
    finally:
        stop.set()
        attacker.join()
        os.close(here)
    return done, refused


def test_race_of_a_read(world: World) -> None:
    seen: set[str] = set()

    def act() -> None:
        seen.add(world.do(FileRead(path="/desk/slot/secret.txt")).result["content"])

    done, refused = race(world, act)
    assert done
    assert refused
    assert seen == {"public"}


def test_race_of_a_write(world: World) -> None:
    done, refused = race(world, lambda: world.do(FileWrite(path="/desk/slot/secret.txt", content="mine")))
    assert done
    assert refused
    assert (world.neighbour / "secret.txt").read_text() == SECRET
    assert os.listdir(world.neighbour) == ["secret.txt"]
