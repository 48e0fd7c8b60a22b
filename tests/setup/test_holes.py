"""The scan for holes sees what weakens a proof, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

import holes
from project import CONFIG

CODE = "dafny/Decide/Code.dfy"


def put(root: Path, body: str, name: str = CODE) -> None:
    (root / name).write_text("module Decide {\n" + body + "\n}\n")


def test_a_clean_checkout_has_no_finding(checkout: Path) -> None:
    assert holes.scan(checkout) == []


@pytest.mark.parametrize(
    "hole",
    [
        "assume x == 1;",
        "assume {:axiom} x == 1;",
        "lemma {:axiom} L()",
        "lemma { : axiom } L()",
        "@Axiom lemma L()",
        "lemma {:verify false} L() {}",
        "@Verify(false) lemma L() {}",
        "lemma {:only} L() {}",
        "@VerifyOnly lemma L() {}",
        "method {:extern} M()",
        'method {:extern "other", "M"} M()',
        "type {:extern} Other(==, !new)",
        '{:options "--allow-warnings"} module M {}',
        '@Options("--allow-warnings") module M {}',
        "ghost var {:assumption} a: bool;",
        "trait {:termination false} T {}",
        "method M() decreases * {}",
        "/* /* nested */ */ assume x;",
        "const c := '\"'; assume x; const d := '\"';",
        "var x' := y'; assume x;",
    ],
)
def test_a_hole_is_found_with_its_file_and_line(checkout: Path, hole: str) -> None:
    put(checkout, f"\n{hole}")
    found = holes.scan(checkout)
    assert found
    assert all(line.startswith(f"{CODE}:3: ") for line in found)


@pytest.mark.parametrize(
    "text",
    [
        "// we assume nothing, and {:axiom} is not used",
        "/* assume /* {:verify false} */ decreases * */",
        'const c := "assume {:axiom}";',
        'const c := @"assume ""{:axiom}""";',
        "lemma assumed() {}",
        "const assume' := 1;",
        "lemma {:induction false} L() {}",
        "method M(n: nat) decreases n {}",
    ],
)
def test_what_is_no_hole_is_left_alone(checkout: Path, text: str) -> None:
    put(checkout, text)
    assert holes.scan(checkout) == []


@pytest.mark.parametrize("text", ["/* never closed", "/* /* */", 'const c := "never closed'])
def test_a_comment_or_string_that_does_not_end_hides_nothing(checkout: Path, text: str) -> None:
    (checkout / CODE).write_text(f"module Decide {{\n{text}")
    assert holes.scan(checkout) == [f"{CODE}:2: a comment or string that does not end"]


def test_the_type_of_names_may_stand_once_and_nowhere_else(checkout: Path) -> None:
    (checkout / CODE).write_text((checkout / "dafny/Action/Names.dfy").read_text())
    assert holes.scan(checkout) == [f"{CODE}:2: {{:extern}}"]
    (checkout / CODE).rename(checkout / "dafny/Decide/Names.dfy")
    assert holes.scan(checkout) == ["dafny: 2 types of names are extern, and one is allowed"]


def test_an_include_must_stay_within_the_verified_folder(checkout: Path) -> None:
    outside = 'include "../../elsewhere/Lemmas.dfy"'
    (checkout / CODE).write_text(f"{outside}\nmodule Decide {{}}\n")
    assert holes.scan(checkout) == [f"{CODE}:1: {outside}"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('includes = ["Decide/*.dfy"]', "includes must be"),
        ('includes = ["**/*.dfy"]\nexcludes = ["Decide/*"]', "'excludes' is not allowed"),
        ('includes = ["**/*.dfy"]\nbase = ["../other.toml"]', "'base' is not allowed"),
        ("[options]\nallow-warnings = true", "'allow-warnings' is not allowed"),
        ('[options]\nfilter-symbol = "Decide"', "'filter-symbol' is not allowed"),
        ("[options]\nenforce-determinism = false", "enforce-determinism must be true"),
        ('[options]\nresource-limit = "3e6"', "resource-limit must be"),
        ('[options]\nresource-limit = "0"', "resource-limit must be"),
        ('[options]\nresource-limit = "nan"', "resource-limit must be"),
        ("[options", "cannot be read"),
    ],
)
def test_a_setting_that_weakens_the_proofs_is_found(checkout: Path, text: str, problem: str) -> None:
    (checkout / CONFIG).write_text(text + "\n")
    assert any(line.startswith(f"{CONFIG}: ") and problem in line for line in holes.scan(checkout))
