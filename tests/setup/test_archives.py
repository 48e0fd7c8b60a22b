"""Archives are unpacked within their folder or not at all, and what is fetched is checked like any other file."""

from __future__ import annotations

import io
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

import archives
from archives import Archive
from project import ToolError, sha256
from toolchain import ToolchainMissing


def tar_with(file: Path, member: tarfile.TarInfo, content: bytes = b"x") -> Archive:
    with tarfile.open(file, "w:xz") as bundle:
        member.size = len(content) if member.isreg() else 0
        bundle.addfile(member, io.BytesIO(content))
    return Archive(file.name, sha256(file), "dafny/dafny")


def member(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = kind, target
    return entry


@pytest.mark.parametrize(
    "entry",
    [
        member("../out"),
        member("dafny/../../out"),
        member("/out"),
        member("dafny\\out"),
        member("dafny/link", tarfile.SYMTYPE, "/etc"),
        member("dafny/link", tarfile.LNKTYPE, "dafny/dafny"),
        member("dafny/pipe", tarfile.FIFOTYPE),
        member("dafny/device", tarfile.CHRTYPE),
    ],
    ids=lambda entry: f"{entry.name}-{entry.type.decode()}",
)
def test_a_tar_that_leads_out_or_holds_more_than_files_is_refused(tmp_path: Path, entry: tarfile.TarInfo) -> None:
    archive = tar_with(tmp_path / "bad.tar.xz", entry)
    with pytest.raises(ToolError, match="is refused"):
        archives.unpack(tmp_path / "bad.tar.xz", archive, tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("name", "mode"), [("../out", 0o100644), ("/out", 0o100644), ("dafny/link", 0o120777)])
def test_a_zip_that_leads_out_or_holds_a_link_is_refused(tmp_path: Path, name: str, mode: int) -> None:
    file = tmp_path / "bad.zip"
    entry = zipfile.ZipInfo(name)
    entry.external_attr = mode << 16
    with zipfile.ZipFile(file, "w") as bundle:
        bundle.writestr(entry, "/etc/passwd")
    with pytest.raises(ToolError, match="is refused"):
        archives.unpack(file, Archive(file.name, sha256(file), "dafny/dafny"), tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []
    assert not (tmp_path / "out").exists()


def test_an_archive_without_the_launcher_is_refused(tmp_path: Path) -> None:
    archive = tar_with(tmp_path / "other.tar.xz", member("other"))
    with pytest.raises(ToolError, match="holds no dafny/dafny"):
        archives.unpack(tmp_path / "other.tar.xz", archive, tmp_path / "cache")


@pytest.mark.parametrize("share", [0.0, 0.4, 0.8])
@pytest.mark.parametrize("name", ["cut.tar.xz", "cut.zip"])
def test_an_archive_that_is_cut_short_is_refused(
    fake_dafny: Any, packed: Any, tmp_path: Path, name: str, share: float
) -> None:
    file = packed(fake_dafny().folder, name, "dafny")
    content = file.read_bytes()
    file.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(ToolError, match="cannot be unpacked"):
        archives.unpack(file, Archive(name, sha256(file), "dafny/dafny"), tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None: ...


@pytest.fixture
def address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server on loopback for the files in tmp_path/www."""
    (tmp_path / "www").mkdir()
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=tmp_path / "www")) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_the_release_is_fetched_checked_and_kept(
    fake_dafny: Any, search: Any, packed: Any, pinned: Any, address: str
) -> None:
    file = packed(fake_dafny().folder, "www/release.zip", "dafny")
    release = pinned(file, "dafny/dafny", f"{address}/release.zip")
    first = search(release=release).find()
    assert first.origin == "release.zip"
    file.unlink()
    assert search(release=release).find() == first


def test_a_release_with_another_hash_is_refused(
    fake_dafny: Any, search: Any, packed: Any, pinned: Any, address: str, tmp_path: Path
) -> None:
    file = packed(fake_dafny().folder, "www/release.zip", "dafny")
    release = pinned(file, "dafny/dafny", f"{address}/release.zip")
    file.write_bytes(file.read_bytes() + b"\0")
    with pytest.raises(ToolchainMissing, match="is refused: its SHA-256 is"):
        search(release=release).find()
    assert list((tmp_path / "home" / ".cache" / "havocproof" / "toolchain").iterdir()) == []


def test_a_release_that_cannot_be_fetched_is_told_with_its_address(search: Any, address: str) -> None:
    release = Archive("release.zip", "0" * 64, "dafny/dafny", f"{address}/absent.zip")
    with pytest.raises(ToolchainMissing, match=rf"{address}/absent\.zip: could not be fetched: HTTP Error 404"):
        search(release=release).find()
