"""docs/proofs.md tells every headline lemma, beside the file that has it, and quotes Dafny as it stands there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from havocproof.attest.claims import CLAIM, NOT_YET, WORDS
from holes import blank
from tests.docs.pages import ROOT, blocks, prose, table

PAGE = ROOT / "docs" / "proofs.md"
HEADLINES = [
    ROOT / "dafny" / f"{name}.dfy"
    for name in ("Theorems", "SessionTheorems", "PocketFlow/Theorems", "Analysis/Theorems")
]
_TOLD = re.compile(r"\[([A-Z]\w*_\w+)\]\(([^)]+\.dfy)\)")


def lemmas(path: Path) -> list[str]:
    """The lemmas that a file states, in order; comments say nothing."""
    return re.findall(r"\blemma\s+(?:\{[^}]*\}\s*)*([\w']+)", blank(path.read_text(encoding="utf-8"))[0])


def told() -> list[tuple[str, Path]]:
    """(lemma, file) of every link of the page whose text is the name of a lemma."""
    return [
        (name, (PAGE.parent / target).resolve()) for line in prose(PAGE) for name, target in _TOLD.findall(line.text)
    ]


def rows() -> list[list[str]]:
    """The rows of all tables of lemmas."""
    found = []
    for line in prose(PAGE):
        cells = [cell.strip() for cell in line.text.strip().strip("|").split("|")]
        if len(cells) == 2 and _TOLD.fullmatch(cells[0]):
            found.append(cells)
    return found


@pytest.mark.parametrize(("name", "path"), told(), ids=lambda each: each if isinstance(each, str) else "")
def test_each_named_lemma_is_stated_in_the_file_of_its_link(name: str, path: Path) -> None:
    assert name in lemmas(path)


def test_every_headline_lemma_is_told_once_in_words() -> None:
    headlines = sorted(name for path in HEADLINES for name in lemmas(path))
    names = []
    for cell, words in rows():
        match = _TOLD.fullmatch(cell)
        assert match is not None
        names.append(match[1])
        assert len(words.split()) > 5, name_of(cell)
    assert headlines
    assert sorted(names) == headlines


def name_of(cell: str) -> str:
    return cell.partition("]")[0].strip("[")


def test_every_theorem_that_is_told_is_one_that_attest_tells() -> None:
    assert {name_of(cell).split("_")[0] for cell, _ in rows()} == set(WORDS)


def test_each_section_of_theorems_names_a_witness_and_a_counterexample() -> None:
    text = PAGE.read_text(encoding="utf-8")
    sections = re.split(r"^### ", text[text.index("## The theorems") : text.index("## What is not proved")], flags=re.M)
    for section in sections[1:]:
        assert "[W_" in section, section.splitlines()[0]
        assert "[X_" in section, section.splitlines()[0]


def test_dafny_is_quoted_as_it_stands() -> None:
    quoted = [block.text for block in blocks(PAGE) if block.language == "dafny"]
    assert quoted
    every = [re.sub(r"\s+", " ", path.read_text(encoding="utf-8")) for path in HEADLINES]
    for text in quoted:
        assert any(re.sub(r"\s+", " ", text).strip() in source for source in every), text


def test_the_claim_is_word_for_word() -> None:
    text = re.sub(r"\s+", " ", re.sub(r"^> ?", "", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE))
    assert CLAIM in text
    assert NOT_YET in text


def test_attest_is_told_with_all_that_can_change() -> None:
    page = ROOT / "docs" / "attest.md"
    heads = ("one byte changes in", "importing havocproof", "`havocproof attest`", "`make test`, CI")
    assert len(table(page, *heads)) == 7
