"""Nothing happens before the permit, nothing by halves, and what cannot be known is in doubt."""

from __future__ import annotations

import contextlib
import os
import resource
from collections.abc import Iterator

import pytest

from havocproof.actions import Action, FileAppend, FileDelete, FileMove, FileWrite
from havocproof.errors import InDoubt, PortError
from havocproof.ports import handles
from havocproof.ports.openat2 import rename
from tests.ports.files.world import World, every_action
from tests.ports.worlds import Leave


class Refused(Exception):
    """What a permit says that is not live."""


class Dead:
    token = "permit-0"

    def check(self) -> None:
        raise Refused


def test_without_a_live_permit_nothing_changes_and_nothing_is_told(world: World) -> None:
    """Prepared and dropped, or performed with a dead permit: the disk is as it was, and faults of the disk stay
    untold."""
    (world.desk / "a.txt").write_text("old")
    (world.desk / "link.txt").symlink_to(world.neighbour)
    before = [(path.name, path.lstat().st_mtime_ns, path.lstat().st_ino) for path in sorted(world.desk.iterdir())]
    handles_before = sorted(os.listdir("/proc/self/fd"))
    for action in every_action():
        prepared = world.port.prepare(action)
        with pytest.raises(Refused):
            prepared.perform(Dead())
        prepared.close()
    assert before == [
        (path.name, path.lstat().st_mtime_ns, path.lstat().st_ino) for path in sorted(world.desk.iterdir())
    ]
    assert (world.desk / "a.txt").read_text() == "old"
    assert sorted(os.listdir("/proc/self/fd")) == handles_before


def test_the_permit_is_used_once_and_so_is_the_effect(world: World) -> None:
    permit = Leave()
    prepared = world.port.prepare(FileAppend(path="/desk/log", content="x"))
    prepared.perform(permit)
    assert permit.checks == 1
    with pytest.raises(PortError, match="performed or closed"):
        prepared.perform(Leave())
    prepared.close()
    assert (world.desk / "log").read_text() == "x"


def test_every_effect_gives_its_handles_back(world: World) -> None:
    (world.desk / "a.txt").write_text("old")
    (world.desk / "link.txt").symlink_to(world.neighbour)
    before = sorted(os.listdir("/proc/self/fd"))
    for action in every_action():
        with contextlib.suppress(PortError):
            world.do(action)
    assert sorted(os.listdir("/proc/self/fd")) == before


@pytest.fixture
def small_disk() -> Iterator[None]:
    """No file of this process grows above 4096 bytes: a write beyond is cut and then fails with EFBIG."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.usefixtures("small_disk")
def test_a_write_that_fails_in_the_middle_has_not_happened(world: World) -> None:
    (world.desk / "a.txt").write_text("old")
    for path in ("/desk/a.txt", "/desk/new.txt"):
        with pytest.raises(PortError, match="too large for the file system"):
            world.do(FileWrite(path=path, content="x" * 10_000))
    assert world.names() == ["a.txt"]
    assert (world.desk / "a.txt").read_text() == "old"


@pytest.mark.usefixtures("small_disk")
def test_an_append_that_fails_in_the_middle_is_taken_back(world: World) -> None:
    (world.desk / "log").write_text("old")
    with pytest.raises(PortError, match="too large for the file system"):
        world.do(FileAppend(path="/desk/log", content="x" * 10_000))
    assert (world.desk / "log").read_text() == "old"


@pytest.mark.usefixtures("small_disk")
def test_an_append_that_cannot_be_taken_back_is_in_doubt(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(handle: int, size: int) -> None:
        raise OSError(5, "Input/output error")

    (world.desk / "log").write_text("old")
    monkeypatch.setattr(os, "ftruncate", broken)
    with pytest.raises(InDoubt, match="only 4093 bytes"):
        world.do(FileAppend(path="/desk/log", content="x" * 10_000))


def test_an_append_is_not_taken_back_over_what_others_wrote(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is full after ten bytes, and somebody else's line already stands behind them."""
    write, calls = os.write, []

    def full(handle: int, data: memoryview) -> int:
        calls.append(handle)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        write(handle, data[:10])
        with (world.desk / "log").open("a") as other:
            other.write("theirs")
        return 10

    (world.desk / "log").write_text("old")
    monkeypatch.setattr(os, "write", full)
    with pytest.raises(InDoubt, match="only 10 bytes"):
        world.do(FileAppend(path="/desk/log", content="x" * 100))
    assert (world.desk / "log").read_text() == "old" + "x" * 10 + "theirs"


def test_a_disk_that_cannot_sync_leaves_an_append_in_doubt_and_a_write_undone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(handle: int) -> None:
        raise OSError(5, "Input/output error")

    (world.desk / "log").write_text("old")
    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(PortError, match="input/output error"):
        world.do(FileWrite(path="/desk/log", content="new"))
    assert (world.desk / "log").read_text() == "old"
    assert world.names() == ["log"]
    with pytest.raises(InDoubt, match="could not be synced"):
        world.do(FileAppend(path="/desk/log", content="new"))


def swapped_before(world: World, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """The next renameat2 finds another file under the name: somebody was faster, between the comparison and the
    call."""

    def late(here: int, source: str, there: int, target: str, how: int) -> None:
        monkeypatch.setattr(handles, "rename", rename)
        os.rename(world.desk / name, world.desk / "aside")
        (world.desk / name).write_text("theirs")
        rename(here, source, there, target, how)

    monkeypatch.setattr(handles, "rename", late)


def test_a_file_swapped_at_the_last_moment_is_put_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    (world.desk / "a.txt").write_text("decided")
    swapped_before(world, monkeypatch, "a.txt")
    with pytest.raises(InDoubt, match="put back"):
        world.do(FileWrite(path="/desk/a.txt", content="mine"))
    assert (world.desk / "a.txt").read_text() == "theirs"
    assert (world.desk / "aside").read_text() == "decided"
    assert world.names() == ["a.txt", "aside"]


def test_a_move_of_a_file_swapped_at_the_last_moment_is_put_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    (world.desk / "a.txt").write_text("decided")
    swapped_before(world, monkeypatch, "a.txt")
    with pytest.raises(InDoubt):
        world.do(FileMove(source="/desk/a.txt", target="/desk/b.txt"))
    assert (world.desk / "a.txt").read_text() == "theirs"
    assert world.names() == ["a.txt", "aside"]


def test_a_file_swapped_at_the_last_moment_of_a_delete_is_noticed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(name: str, *, dir_fd: int) -> None:
        monkeypatch.undo()
        os.rename(world.desk / name, world.desk / "aside")
        (world.desk / name).write_text("theirs")
        os.unlink(name, dir_fd=dir_fd)

    (world.desk / "a.txt").write_text("decided")
    monkeypatch.setattr(os, "unlink", late)
    with pytest.raises(InDoubt):
        world.do(FileDelete(path="/desk/a.txt"))
    assert (world.desk / "aside").read_text() == "decided"


@pytest.mark.parametrize("action", every_action()[1:7], ids=lambda action: type(action).__name__)
def test_what_changed_since_the_decision_is_left_alone(world: World, action: Action) -> None:
    """A file that stands under the name when the permit comes, and did not when it was decided, is nobody's to
    change."""
    (world.desk / "a.txt").write_text("decided")
    prepared = world.port.prepare(action)
    os.rename(world.desk / "a.txt", world.desk / "aside")
    (world.desk / "a.txt").write_text("theirs")
    (world.desk / "new.txt").write_text("theirs")
    with pytest.raises(PortError):
        prepared.perform(Leave())
    prepared.close()
    assert world.names() == ["a.txt", "aside", "new.txt"]
    assert [path.read_text() for path in sorted(world.desk.iterdir())] == ["theirs", "decided", "theirs"]


def test_a_leftover_of_a_crash_is_not_in_the_way(world: World) -> None:
    (world.desk / f"{handles.SPARE}0123").write_text("half")
    (world.desk / "a.txt").write_text("old")
    world.do(FileWrite(path="/desk/a.txt", content="new"))
    assert (world.desk / "a.txt").read_text() == "new"
    assert world.names() == [f"{handles.SPARE}0123", "a.txt"]
