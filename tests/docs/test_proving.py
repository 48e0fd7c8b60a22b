"""docs/prove.md tells every option, exit code, claim and format as the code has them."""

from __future__ import annotations

import argparse

from havocproof.cli.main import parser
from havocproof.policy.invariants import CLAIMS
from havocproof.reports.codes import CODES
from havocproof.reports.proved import Exit
from havocproof.reports.story import STATUS
from tests.docs.pages import ROOT, codes, table

PAGE = ROOT / "docs" / "prove.md"
TEXT = PAGE.read_text(encoding="utf-8")


def options(command: str) -> set[str]:
    """The options of a command, without --help."""
    (commands,) = [each for each in parser()._actions if isinstance(each, argparse._SubParsersAction)]
    named = {text for each in commands.choices[command]._actions for text in each.option_strings}
    return named - {"-h", "--help"}


def test_every_option_of_prove_is_in_the_table() -> None:
    rows = table(PAGE, "option", "what it does")
    assert {code.split()[0] for row in rows for code in codes(row[0])} == options("prove")


def test_every_option_of_diff_is_told() -> None:
    assert {name for name in options("diff") if name not in TEXT} == set()
    assert {"--since", "--fail-on-wider"} <= options("diff")


def test_the_exit_codes_are_those_of_the_code() -> None:
    rows = table(PAGE, "code", "of `prove`", "of `diff`")
    assert [int(row[0]) for row in rows] == [int(code) for code in Exit]
    told = {code for row in rows for cell in row for code in codes(cell) if code in CODES}
    assert told == {"F-PROVE", "F-OPEN", "F-WIDER"}


def test_the_claims_are_those_of_the_language_and_each_is_shown() -> None:
    rows = table(PAGE, "claim", "true if")
    assert [codes(row[0])[0] for row in rows] == list(CLAIMS)
    for claim, keys in CLAIMS.items():
        assert all(f"{key}:" in TEXT or f"`{key}`" in TEXT for key in (claim, *keys))


def test_the_answers_are_those_that_are_printed() -> None:
    rows = table(PAGE, "answer", "what it means")
    assert {row[0] for row in rows} == {*STATUS.values(), "holds (vacuous)", "holds (argued)"}
