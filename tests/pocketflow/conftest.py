from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from havocproof.gate import Gate
from havocproof.policy import loads_policy
from havocproof.ports.files import FilesPort
from havocproof.stores import verify

POLICY = """
havocproof: 1
policy: flows
version: "1"
rules:
  work:
    - {id: write, permit: [file.read, file.write], where: {path: /desk/**}}
    - {id: delete, ask: file.delete, where: {path: /desk/**}, needs: owner, why: Deleting is for the owner to allow.}
    - {id: secrets, forbid: file.read, where: {path: /desk/secret/**}, why: Secrets stay where they are.}
approvals:
  owner: {role: owner, people: 1, within: 1h}
"""


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """The directory that flows see as /desk."""
    folder = tmp_path / "desk"
    (folder / "secret").mkdir(parents=True)
    (folder / "secret" / "key").write_text("key", encoding="utf-8")
    return folder


@pytest.fixture
def gate(desk: Path, tmp_path: Path) -> Iterator[Gate]:
    """A gate on real files. Whatever a test does, its journal verifies afterwards."""
    journal = tmp_path / "journal.db"
    with Gate.open(loads_policy(POLICY), ports=[FilesPort({"/desk": desk})], journal=journal) as opened:
        yield opened
    verify(journal).require()
