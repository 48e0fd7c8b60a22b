"""Who may act in which role: the table of the deployment."""

from __future__ import annotations

from pathlib import Path

import pytest

from havocproof.errors import ConfigError
from havocproof.gate.people import People

TABLE = """
people:
  ann: [controller, portfolio-manager]   # two roles
  ben: portfolio-manager
  NO: [controller]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "people.yaml"


def test_a_table_says_who_holds_what(file: Path) -> None:
    file.write_text(TABLE)
    people = People.load(file)
    assert people.holds("ann", "controller")
    assert people.holds("ben", "portfolio-manager")
    assert people.holds("NO", "controller"), "every scalar is text"
    assert not people.holds("ben", "controller")
    assert not people.holds("Ann", "controller")
    assert not people.holds("", "")


def test_nobody_holds_a_role_without_one() -> None:
    assert not People().holds("ann", "controller")
    assert People().digest == ""


def test_the_same_table_has_the_same_digest(file: Path) -> None:
    file.write_text(TABLE)
    same = People({"ben": "portfolio-manager", "NO": ["controller"], "ann": ["portfolio-manager", "controller"]})
    assert People.load(file).digest == same.digest
    assert same.digest != People({"ben": ["portfolio-manager"]}).digest


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("ann: [controller]\n", "2:1|unknown key|no `people`"),
        ("people: [ann]\n", "people"),
        ("people:\n  ann: {role: controller}\n", "2:8"),
        ("people:\n  ann: []\n", "2:"),
        ("people:\n  ann: a\n  ann: b\n", "3:3"),
        ("people: &x\n  ann: a\n", "1:"),
        ("people:\n  ann: [session-user]\n", "session-user"),
        ("people:\n  'a\\n': x\n  \"b\\n\": x\n", "is no name"),
        ("people:\n  ' ann': x\n", "is no name"),
        ("", "people"),
    ],
)
def test_a_table_that_is_none_is_refused(file: Path, text: str, says: str) -> None:
    file.write_text(text)
    with pytest.raises(ConfigError, match=says):
        People.load(file)


def test_a_file_that_cannot_be_read(file: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        People.load(file)
