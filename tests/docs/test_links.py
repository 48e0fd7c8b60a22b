"""Every link leads somewhere, every command that is shown exists, every error code that is named is one."""

from __future__ import annotations

import re
import shlex
from itertools import product
from pathlib import Path

import pytest

from havocproof.cli.main import parser
from tests.docs.pages import ROOT, anchors, commands, label, links, pages


@pytest.mark.parametrize("page", pages(), ids=label)
def test_every_relative_link_and_anchor_resolves(page: Path) -> None:
    broken = []
    for line, target in links(page):
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        path, _, anchor = target.partition("#")
        found = (page.parent / path).resolve() if path else page
        if not found.is_relative_to(ROOT) or not found.exists():
            broken.append(f"{label(page)}:{line}: there is no {path}")
        elif anchor and (found.suffix != ".md" or anchor not in anchors(found)):
            broken.append(f"{label(page)}:{line}: {path or 'this page'} has no heading #{anchor}")
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize("page", pages(), ids=label)
def test_every_command_line_that_is_shown_exists(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = []
    for line, text in commands(page):
        for words in spellings(text):
            try:
                parser().parse_args(words)
            except SystemExit as end:
                if end.code:
                    wrong.append(f"{label(page)}:{line}: {text}\n{capsys.readouterr().err}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("text", ["run policy.yaml", "sign", "explain p.yaml", "journal sign run.db", "check -x p"])
def test_a_command_line_that_does_not_exist_would_be_seen(text: str) -> None:
    with pytest.raises(SystemExit) as end:
        parser().parse_args(spellings(f"havocproof {text}")[0])
    assert end.value.code


def spellings(text: str) -> list[list[str]]:
    """The words behind `havocproof`; a word `a|b` stands for both. A command without arguments is only named."""
    words = [word.split("|") for word in shlex.split(text)[1:]]
    if len(words) == 1 or (words[0] in (["journal"], ["approvals"]) and len(words) == 2):
        words.append(["--help"])
    return [list(each) for each in product(*words)]


def code_of_the_package() -> set[str]:
    """The codes that the code can give to a problem."""
    found: set[str] = set()
    for file in (ROOT / "python" / "havocproof").rglob("*.py"):
        found.update(re.findall(r'"([EWF]-[A-Z]+)"', file.read_text(encoding="utf-8")))
    return found


def test_the_catalogue_names_every_error_code_and_no_other() -> None:
    text = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    assert set(re.findall(r"\b[EWF]-[A-Z]{2,}\b", text)) == code_of_the_package()


@pytest.mark.parametrize("page", pages(), ids=label)
def test_no_page_names_an_error_code_that_does_not_exist(page: Path) -> None:
    assert set(re.findall(r"\b[EW]-[A-Z]{2,}\b", page.read_text(encoding="utf-8"))) <= code_of_the_package()
