"""Everything that a page shows is true: policies load, actions parse, code runs and prints what is written there."""

from __future__ import annotations

import doctest
import io
import re
import tokenize
from pathlib import Path
from typing import Any

import pytest

from havocproof.actions import parse_action
from havocproof.cli.main import main
from havocproof.errors import PolicyError
from havocproof.policy import loads_policy, run_examples
from havocproof.policy.documents import KEYS
from tests.docs.pages import Block, blocks, guides, label

HEAD = "havocproof: 1\npolicy: shown\n"
SHOWN = [block for page in guides() for block in blocks(page) if block.language in ("yaml", "json")]
RUN = [page for page in guides() if any(block.mark == "runs" for block in blocks(page))]


@pytest.mark.parametrize("block", SHOWN, ids=str)
def test_every_policy_loads_and_every_action_parses(block: Block, tmp_path: Path) -> None:
    if block.first.startswith(("action:", "{")):
        parse_action(block.text)
        return
    section = block.first.partition(":")[0]
    assert section in KEYS["policy"], f"{block} is no policy, no part of one and no action"
    text = block.text if section == "havocproof" else HEAD + block.text
    for each in blocks(block.page):  # what it may stand under, or take names from
        if each.file:
            (tmp_path / each.file).write_text(each.text, encoding="utf-8")
    layer = re.search(r"^kind: (guard|vocabulary)\b", text, re.MULTILINE)
    if layer is not None:  # it loads with a policy of the page that names it
        key = "under" if layer[1] == "guard" else "vocabulary"
        assert any(f"\n{key}: [{block.file}]\n" in each.text for each in SHOWN if each.page == block.page)
        return
    try:
        policy = loads_policy(text, str(block), tmp_path)
    except PolicyError as error:
        pytest.fail(str(error))
    assert not policy.warnings
    assert [result for result in run_examples(policy) if not result.passed] == []


def test_the_pages_hold_whole_policies_parts_and_actions() -> None:
    firsts = [block.first.partition(":")[0] for block in SHOWN]
    assert {"havocproof", "action", "approvals", "tools", "budgets"} <= set(firsts)


@pytest.mark.parametrize("page", RUN, ids=label)
def test_what_is_marked_as_running_runs(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))  # what an earlier run proved is not printed here
    names: dict[str, Any] = {"__name__": "page"}
    for block in blocks(page):
        if block.file:
            (tmp_path / block.file).write_text(block.text, encoding="utf-8")
        if block.mark != "runs":
            continue
        if block.language == "python":
            # Behind as many empty lines as stand above it, so that a traceback names the page's own line.
            code = compile("\n" * (block.line - 1) + block.text, str(page), "exec")
            exec(code, names)
            agree(capsys.readouterr().out, "".join(printed(block.text)), str(block))
        else:
            assert block.language == "console", f"{block}: only python and console blocks run"
            for command, wanted in typed(block.text):
                main(command)
                agree(capsys.readouterr().out, wanted, f"{block}: {' '.join(command)}")


def test_only_blocks_that_can_run_are_marked() -> None:
    marks = [(block.mark, block.language) for page in guides() for block in blocks(page) if block.mark]
    assert set(marks) <= {("runs", "python"), ("runs", "console")}
    assert marks


@pytest.mark.parametrize("page", guides(), ids=label)
def test_python_that_does_not_run_is_at_least_python(page: Path) -> None:
    for block in blocks(page):
        if block.language == "python":
            compile(block.text, str(block), "exec")


def agree(got: str, wanted: str, where: str) -> None:
    """The output is as written: blanks count as one, and `...` is any text."""
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    assert doctest.OutputChecker().check_output(wanted, got, flags), f"{where}\nprinted:\n{got}\nwritten:\n{wanted}"


def printed(text: str) -> list[str]:
    """What a python block says that it prints: the comment in the line where each `print(...)` ends, `...` without."""
    found: list[str] = []
    printing = depth = 0
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.NAME and token.string == "print":
            printing = 1
            found.append("...\n")
        elif token.type == tokenize.OP and token.string in "([{":
            depth += 1
        elif token.type == tokenize.OP and token.string in ")]}":
            depth -= 1
        elif token.type == tokenize.COMMENT and printing and not depth:
            found[-1] = token.string.removeprefix("#").strip() + "\n"
        elif token.type == tokenize.NEWLINE:
            printing = 0
    return found


def typed(text: str) -> list[tuple[list[str], str]]:
    """(words behind `havocproof`, what is printed) for each `$ havocproof ...`."""
    found = []
    for part in re.split(r"^\$ havocproof ", text, flags=re.MULTILINE)[1:]:
        command, _, wanted = part.partition("\n")
        found.append((command.split(), wanted))
    return found
