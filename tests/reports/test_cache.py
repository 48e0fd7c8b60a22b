"""The cache: what it gives back is what was put in; everything else is nothing."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from havocproof.proving.results import Broken, Holds, MutantReport, Report
from havocproof.reports import cache
from havocproof.reports.cache import Cache, default_folder, key
from havocproof.reports.codec import Unreadable, decode, encode
from tests.reports.made import DIGEST, EXAMPLE, MUTANTS, RESULTS, report

NAME = key(DIGEST, {"budget": 1}, {})


def without_moments(found: Report) -> Report:
    """The engine's own value is not kept."""
    results = []
    for each in found.results:
        outcome = each.outcome
        if isinstance(outcome, Broken | Holds) and outcome.example is not None:
            outcome = replace(outcome, example=replace(outcome.example, moment=None))
        results.append(replace(each, outcome=outcome))
    return replace(found, results=tuple(results))


@pytest.fixture
def kept(tmp_path: Path) -> tuple[Cache, Path]:
    """A cache with one entry, and the entry's file."""
    found = Cache(tmp_path / "cache")
    found.put(NAME, report())
    (file,) = (tmp_path / "cache").iterdir()
    return found, file


def test_a_report_comes_back_as_it_was(kept: tuple[Cache, Path]) -> None:
    assert kept[0].get(NAME, Report) == without_moments(report())
    assert kept[0].get(NAME, Report) != without_moments(report(RESULTS[0]))


def test_a_report_of_widenings_comes_back_and_is_no_report_of_claims(tmp_path: Path) -> None:
    found = Cache(tmp_path)
    found.put(NAME, MUTANTS)
    read = found.get(NAME, MutantReport)
    assert read is not None
    assert [each.outcome for each in read.mutants] == [each.outcome for each in MUTANTS.mutants]
    assert found.get(NAME, Report) is None


def test_without_a_name_nothing_is_kept(tmp_path: Path) -> None:
    found = Cache(tmp_path / "cache")
    found.put("", report())
    assert not (tmp_path / "cache").exists()
    assert found.get("", Report) is None


def test_every_outcome_keeps_its_class() -> None:
    for result in RESULTS:
        read = decode(type(result), json.loads(json.dumps(encode(result))))
        assert type(read.outcome) is type(result.outcome)


def test_no_cut_and_no_changed_byte_is_believed(kept: tuple[Cache, Path]) -> None:
    found, file = kept
    whole = file.read_bytes()
    for at in range(0, len(whole), 97):
        file.write_bytes(whole[:at])
        assert found.get(NAME, Report) is None
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        changed = found.get(NAME, Report)
        assert changed is None, whole[max(0, at - 20) : at + 20]
    file.write_bytes(whole)
    assert found.get(NAME, Report) is not None


def forged(entry: dict[str, Any]) -> None:
    entry["report"]["results"][3]["outcome"] = entry["report"]["results"][0]["outcome"]


def renamed(entry: dict[str, Any]) -> None:
    entry["key"] = key("00" * 32, {}, {})


def reformed(entry: dict[str, Any]) -> None:
    entry["format"] = "havocproof proofs 0"


def extended(entry: dict[str, Any]) -> None:
    entry["report"]["more"] = 1


@pytest.mark.parametrize("change", [forged, renamed, reformed, extended])
def test_an_entry_that_says_something_else_is_not_believed(
    kept: tuple[Cache, Path], change: Callable[[dict[str, Any]], None]
) -> None:
    found, file = kept
    entry = json.loads(file.read_bytes())
    change(entry)
    file.write_text(json.dumps(entry))
    assert found.get(NAME, Report) is None


def test_an_entry_of_another_policy_is_not_believed(kept: tuple[Cache, Path]) -> None:
    found, file = kept
    other = key("cd" * 32, {"budget": 1}, {})
    file.rename(file.with_name(f"{other}.json"))
    assert found.get(other, Report) is None


def test_an_entry_whose_digest_is_right_and_form_is_wrong_is_not_believed(kept: tuple[Cache, Path]) -> None:
    found, file = kept
    entry = json.loads(file.read_bytes())
    entry["report"]["boxes"] = "12"
    entry["sha256"] = cache._digest(entry["report"], NAME)
    file.write_text(json.dumps(entry))
    assert found.get(NAME, Report) is None


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", "1", '"x"', "[" * 100_000, "\xff"])
def test_what_is_no_entry_is_none(kept: tuple[Cache, Path], text: str) -> None:
    found, file = kept
    file.write_text(text, encoding="latin-1")
    assert found.get(NAME, Report) is None


def test_what_others_may_write_is_not_believed(kept: tuple[Cache, Path]) -> None:
    found, file = kept
    file.chmod(0o666)
    assert found.get(NAME, Report) is None
    file.chmod(0o600)
    assert found.get(NAME, Report) is not None
    file.parent.chmod(0o777)
    assert found.get(NAME, Report) is None
    found.put("00", report())
    assert not file.with_name("00.json").exists()


def test_links_and_folders_are_no_entries(kept: tuple[Cache, Path]) -> None:
    found, file = kept
    moved = file.rename(file.parent.parent / "elsewhere.json")
    file.symlink_to(moved)
    assert found.get(NAME, Report) is None
    file.unlink()
    file.mkdir()
    assert found.get(NAME, Report) is None


def test_a_folder_that_cannot_be_made_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    found = Cache(tmp_path / "file" / "cache")
    found.put(NAME, report())
    assert found.get(NAME, Report) is None


def test_without_a_folder_nothing_is_kept() -> None:
    found = Cache(None)
    found.put(NAME, report())
    assert found.get(NAME, Report) is None


def test_the_key_is_of_everything_that_the_answer_depends_on(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = {
        NAME,
        key("00" * 32, {"budget": 1}, {}),
        key(DIGEST, {"budget": 2}, {}),
        key(DIGEST, {"budget": 1}, {"last.yaml": "ee" * 32}),
    }
    monkeypatch.setattr(cache, "product", lambda: "another version")
    keys.add(key(DIGEST, {"budget": 1}, {}))
    assert len(keys) == 5


def test_the_product_is_every_file_of_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "havocproof"
    (package / "kernel").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "kernel" / "rules.py").write_text("a = 1")
    (package / "certificate.json").write_text("{}")
    monkeypatch.setattr("havocproof.__file__", str(package / "__init__.py"))
    before = cache.product.__wrapped__()
    (package / "kernel" / "rules.py").write_text("a = 2")
    changed = cache.product.__wrapped__()
    (package / "certificate.json").write_text("{ }")
    assert len({before, changed, cache.product.__wrapped__()}) == 3


def test_where_entries_are_kept() -> None:
    assert default_folder({"HOME": "/home/x"}) == Path("/home/x/.cache/havocproof/proofs")
    assert default_folder({"HOME": "/home/x", "XDG_CACHE_HOME": "/c"}) == Path("/c/havocproof/proofs")
    assert default_folder({}) is None
    assert default_folder({"XDG_CACHE_HOME": "relative"}) is None


def test_entries_are_for_this_user_alone(kept: tuple[Cache, Path]) -> None:
    _, file = kept
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert os.listdir(file.parent) == [file.name]


# ---- the codec ----


@pytest.mark.parametrize("value", [object(), {1, 2}, b"x"])
def test_only_what_can_be_read_back_is_written(value: object) -> None:
    with pytest.raises(TypeError):
        encode(value)


def test_reading_is_strict() -> None:
    told = encode(replace(EXAMPLE, moment=None))
    assert decode(type(EXAMPLE), told) == replace(EXAMPLE, moment=None)
    for wrong in (
        {**told, "verdict": "maybe"},
        {**told, "agent": None},
        {**told, "_": "Step"},
        {**told, "needs": "boss"},
        {**told, "part": {**told["part"], "ints": [1]}},
        {name: value for name, value in told.items() if name != "rules"},
        [told],
    ):
        with pytest.raises(Unreadable):
            decode(type(EXAMPLE), wrong)
