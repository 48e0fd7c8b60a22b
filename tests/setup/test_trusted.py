"""proofs/TRUSTED.md tells the size of everything that is trusted, and the sizes are those that are counted."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

import trusted
from project import ROOT
from recheck import required

PAGE = ROOT / "proofs" / "TRUSTED.md"
_SIZE = re.compile(r"`([^`]+)` ([\d,]+) (lines|MB)")


def told(unit: str) -> dict[str, int]:
    """The sizes of the page in this unit, by name."""
    sizes = _SIZE.findall(PAGE.read_text(encoding="utf-8"))
    assert len({name for name, _, _ in sizes}) == len(sizes), "a size stands twice"
    return {name: int(count.replace(",", "")) for name, count, of in sizes if of == unit}


def close(said: dict[str, int], counted: dict[str, int]) -> list[str]:
    """What is more than 15 % off (and 1, for what is small)."""
    return [
        f"{name}: {said[name]:,} is told, {count:,} counted"
        for name, count in counted.items()
        if abs(said[name] - count) > max(1, 0.15 * count)
    ]


def test_every_part_is_told_with_its_size() -> None:
    counted = {**trusted.repository(), **trusted.runtime()}
    assert set(told("lines")) == set(counted)
    assert close(told("lines"), counted) == []


def test_the_tools_are_told_with_their_sizes() -> None:
    counted = trusted.tools(download=required(os.environ))
    if not counted:
        pytest.skip("no Dafny (tools/toolchain.py says where it was looked for)")
    assert set(told("MB")) == set(counted)
    assert close(told("MB"), counted) == []


def test_every_folder_of_the_package_is_counted() -> None:
    folders = {path.parent.name for path in (ROOT / trusted.PACKAGE).glob("*/__init__.py")}
    assert folders == {*trusted.PARTS, "kernel"}


def test_blank_lines_and_comments_are_not_counted(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("# why\n\nx = 1  # one\n    # more\ny = 2\n")
    (tmp_path / "a.dfy").write_text("// why\nmodule A {\n  /* long\n  comment */\n}\n")
    assert (trusted.lines([tmp_path / "a.py"]), trusted.lines([tmp_path / "a.dfy"])) == (2, 2)
    assert close({"a": 85}, {"a": 100}) == []
    assert close({"a": 84}, {"a": 100}) == ["a: 84 is told, 100 counted"]


def test_every_test_that_stands_in_is_there() -> None:
    named = set(re.findall(r"`(tests/[\w/.]+?)/?`", PAGE.read_text(encoding="utf-8")))
    assert named
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []
