"""The committed tables and the reasons: nothing in them can be wrong, missing or left over without being told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mutants import gate, survivors, table
from mutants.program import Program
from mutants.sites import mutants
from mutants.store import judged
from project import DAFNY, ToolError
from tests.mutants.small import SPEC, TEXTS, program

REASON = "A reason that is long enough to be judged by somebody else."


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A checkout in which every mutant was caught, but for one that survived and has a reason."""
    for file, text in TEXTS.items():
        (tmp_path / DAFNY).mkdir(exist_ok=True)
        (tmp_path / DAFNY / file).write_text(text)
    found = program()
    several = mutants(found)
    ends = {
        m.key: judged(m, "caught", "Theorems.Uses" if m.symbol.startswith("Spec.") else m.symbol, found)
        for m in several
    }
    ends[several[0].key] = judged(several[0], "survived", "", found)
    (tmp_path / "proofs").mkdir()
    entry = survivors.template(several[0].key).replace('reason = ""', f'reason = "{REASON}"')
    (tmp_path / survivors.FILE).write_text(entry)
    table.put(tmp_path, table.rows(several, ends), survivors.reasons(tmp_path), 0)
    return tmp_path


def test_a_complete_table_passes(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gate.check(root)
    said = capsys.readouterr().out
    assert "1 survived" in said
    assert "out of date" not in said


def test_counts_say_what_became_of_the_mutants(root: Path) -> None:
    said = json.loads((root / table.COUNTS).read_text())
    total = len(mutants(program()))
    assert said["mutants"] == {"caught": total - 1, "exhausted": 0, "survived": 1, "stillborn": 0, "untried": 0}
    for part in ("by_kind", "by_operator", "by_module"):
        assert sum(n for ends in said[part].values() for n in ends.values()) == total
    assert [entry["reason"] for entry in said["survivors"]] == [REASON]


def test_rows_come_back_as_they_were(root: Path) -> None:
    text = (root / table.ROWS).read_text()
    assert table.render(table.parse(text)) == text


def test_a_changed_source_is_told(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / DAFNY / "Spec.dfy").write_text(SPEC.replace("if a <= b then a else b", "if a < b then a else b"))
    gate.check(root)
    said = capsys.readouterr().out
    assert "out of date since the last whole run" in said
    assert " gone" in said


def test_a_comment_changes_nothing(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / DAFNY / "Spec.dfy").write_text("// One more comment.\n" + SPEC)
    gate.check(root)
    assert "out of date" not in capsys.readouterr().out


def test_a_survivor_without_reason_fails(root: Path) -> None:
    (root / survivors.FILE).unlink()
    found = Program.of(root)
    rows = table.read(root)
    table.put(root, rows, {}, 0)
    with pytest.raises(ToolError, match="no proof notices"):
        table.check(root, found, mutants(found), survivors.reasons(root))


def test_a_reason_may_wait_for_the_verdict(root: Path) -> None:
    """Where the proofs have changed, a survivor has to be tried again: its reason is not lost until then."""
    found = Program.of(root)
    table.put(root, [row for row in table.read(root) if row.verdict.verdict != "survived"], {}, 1)
    assert table.check(root, found, mutants(found), survivors.reasons(root)).idle == []


def test_a_reason_without_survivor_fails(root: Path) -> None:
    more = 'symbol = "Spec.Fair"\noperator = "conjunct"\nwas = "a"\nbecomes = "b"\n'
    with (root / survivors.FILE).open("a") as file:
        file.write(f'\n[[survivor]]\n{more}reason = "{REASON}"\n')
    with pytest.raises(ToolError, match="that are no survivors"):
        gate.check(root)


def test_counts_cannot_be_edited(root: Path) -> None:
    path = root / table.COUNTS
    path.write_text(path.read_text().replace('"survived": 1', '"survived": 0', 1))
    with pytest.raises(ToolError, match="is not the sum of"):
        gate.check(root)


@pytest.mark.parametrize("old", ["kind,symbol", "caught", ",1,"])
def test_a_damaged_row_names_its_line(root: Path, old: str) -> None:
    path = root / table.ROWS
    path.write_text(path.read_text().replace(old, "x", 1))
    with pytest.raises(ToolError, match=r"mutants\.csv:\d+: "):
        gate.check(root)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (REASON, "short", "at least 30 characters"),
        ("operator =", "operators =", "unknown: operators"),
        ('symbol = "', 'nth = 0\nsymbol = "', "nth must be a number from 1"),
        ("[[survivor]]", "[survivor]", r"entries begin with \[\[survivor\]\]"),
        ('reason = "', "reason = ", "is no TOML"),
        ('reason = "', 'because = "x"\nreason = "', "one of reason and because"),
        ('reason = "', 'because = "', "does not stand under"),
        ("[[survivor]]", f'[reasons]\nfree = "{REASON}"\n[[survivor]]', "nothing survives because of free"),
    ],
)
def test_a_faulty_reason_is_named(root: Path, old: str, new: str, message: str) -> None:
    path = root / survivors.FILE
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(ToolError, match=message):
        gate.check(root)


def test_several_survivors_share_a_reason(root: Path) -> None:
    path = root / survivors.FILE
    before = survivors.reasons(root)
    own = path.read_text()
    path.write_text(f'[reasons]\nshared = "{REASON}"\n\n' + own.replace(f'reason = "{REASON}"', 'because = "shared"'))
    assert survivors.reasons(root) == before


def test_one_reason_twice_is_named(root: Path) -> None:
    path = root / survivors.FILE
    path.write_text(path.read_text() + "\n\n" + path.read_text())
    with pytest.raises(ToolError, match=r"survivor 2: .* has this entry twice"):
        gate.check(root)


@pytest.mark.parametrize(("value", "expected"), [("7", 7), ("20261123", 20261123)])
def test_the_seed_can_be_set(value: str, expected: int) -> None:
    assert gate.seed({gate.VARIABLE: value}) == expected


def test_the_seed_is_the_day() -> None:
    assert 20_000_000 < gate.seed({}) < 100_000_000


def test_a_seed_that_is_no_number_is_refused() -> None:
    with pytest.raises(ToolError, match="must be a whole number"):
        gate.seed({gate.VARIABLE: "today"})


def test_the_list_shows_kind_symbol_and_change(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gate.show(root, ["Spec.Fair"])
    said = capsys.readouterr().out
    assert "specification  Spec.Fair: conjunct: 0 <= n && n <= limit  ->  0 <= n && true" in said
    with pytest.raises(ToolError, match="no mutants of Nothing"):
        gate.show(root, ["Nothing"])
