"""`havocproof attest` names every file with one changed byte, and tells what holds in the words of the claim."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from havocproof.attest import checking, claims, loading
from havocproof.attest.certificate import parse
from project import ROOT, differences, generated
from tests.attest.copies import GENERATED, MAIN, RUN, SHIPPED, Copy, checkout, flip, installed, reseal
from toolchain import DAFNY_VERSION, Z3_VERSION

CERTIFICATE = parse(Path(loading.CERTIFICATE).read_bytes(), "the certificate")


@pytest.fixture
def alone(tmp_path: Path) -> Copy:
    return installed(tmp_path)


@pytest.fixture
def source(tmp_path: Path) -> Copy:
    return checkout(tmp_path)


def test_what_holds_is_told_in_the_words_of_the_claim(alone: Copy) -> None:
    done = alone.attest()
    assert done.returncode == 0, done.stdout + done.stderr
    said = re.sub(r"\s+", " ", done.stdout)
    assert claims.CLAIM in said
    assert claims.NOT_YET in said
    for trusted in claims.TRUSTED:
        assert trusted in said
    own = parse((alone.place / SHIPPED).read_bytes(), "its own")
    for id, lemmas in own.theorems.items():
        assert re.search(rf"^{id} ", done.stdout, re.MULTILINE)
        assert all(lemma.split(".")[1] in said for lemma in lemmas)
    assert own.seal in said
    assert f"Dafny {DAFNY_VERSION}, Z3 {Z3_VERSION}" in said
    assert "no sources here" in said


def test_every_theorem_has_words_and_every_word_a_theorem() -> None:
    assert set(claims.WORDS) == set(CERTIFICATE.theorems)


def test_the_versions_that_are_trusted_are_those_of_the_tools() -> None:
    assert f"Dafny {DAFNY_VERSION.split('+')[0]}, Boogie and Z3 {Z3_VERSION}" in claims.TRUSTED[0]
    assert CERTIFICATE.tools == {"dafny": DAFNY_VERSION, "z3": Z3_VERSION}


def test_the_json_form_says_the_same(alone: Copy) -> None:
    done = alone.attest("--json")
    said = json.loads(done.stdout)
    assert done.returncode == 0
    assert (said["ok"], said["problems"]) == (True, [])
    own = parse((alone.place / SHIPPED).read_bytes(), "its own")
    assert said["compared"] == {"generated": len(own.generated), "runtime": 2, "sources": None, "reports": None}
    assert said["claim"] == f"{claims.CLAIM} {claims.NOT_YET}"
    assert {row["id"]: tuple(row["lemmas"]) for row in said["theorems"]} == dict(own.theorems)
    assert said["trusted"] == list(claims.TRUSTED)
    assert said["certificate"]["seal"] == own.seal


@pytest.mark.parametrize(
    ("name", "problem"),
    [(f"{GENERATED}/Kernel.py", "changed"), (SHIPPED, "was changed by hand or damaged")],
)
def test_one_changed_byte_of_an_installed_package_is_told(alone: Copy, name: str, problem: str) -> None:
    for at in (1, -2):
        flip(alone.place / name, at)
        done = alone.attest()
        assert done.returncode == 1, done.stderr
        assert f"{alone.place / name}: {problem}" in done.stdout.splitlines()
        assert "DOES NOT HOLD" in done.stdout
        assert claims.CLAIM[:40] not in done.stdout
        said = json.loads(alone.attest("--json").stdout)
        assert (said["ok"], "claim" in said) == (False, False)
        assert {"file": str(alone.place / name), "problem": problem} in said["problems"]
        flip(alone.place / name, at)
    assert alone.attest().returncode == 0


def test_missing_and_added_files_are_told(alone: Copy) -> None:
    (alone.place / GENERATED / "Zones.py").unlink()
    (alone.place / GENERATED / "Extra.py").write_text("")
    said = alone.attest().stdout
    assert f"{alone.place / GENERATED}/Zones.py: missing" in said
    assert f"{alone.place / GENERATED}/Extra.py: not expected" in said
    (alone.place / SHIPPED).unlink()
    done = alone.attest()
    assert (done.returncode, done.stdout.splitlines()[0]) == (1, f"{alone.place / SHIPPED}: missing")


def test_another_runtime_of_dafny_is_told(alone: Copy) -> None:
    (alone.place / "_dafny").mkdir()
    (alone.place / "_dafny" / "__init__.py").write_text("")
    done = alone.attest()
    assert (done.returncode, done.stdout.splitlines()[0]) == (1, "_dafny/__init__.py: changed")


@pytest.mark.parametrize("name", ["dafny/Decide/Kernel.dfy", "dafny/dfyconfig.toml", "proofs/resources.csv"])
def test_one_changed_byte_of_a_source_or_a_report_is_told_in_a_checkout(source: Copy, name: str) -> None:
    assert source.root is not None
    assert source.attest().returncode == 0, source.attest().stdout
    flip(source.root / name)
    done = source.attest()
    assert (done.returncode, done.stdout.splitlines()[0]) == (1, f"{source.root / name}: changed")
    assert source.run(RUN).returncode == 0, "sources decide nothing when the kernel is imported"


def test_the_certificate_of_a_checkout_must_be_the_one_that_is_shipped(source: Copy) -> None:
    assert source.root is not None
    flip(source.root / "proofs" / "certificate.json")
    done = source.attest()
    assert done.returncode == 1
    assert f"{source.root / 'proofs' / 'certificate.json'}: is not the same as {source.place / SHIPPED}" in done.stdout


def test_an_installed_package_is_compared_with_the_sources_that_are_given(tmp_path: Path) -> None:
    alone, source = installed(tmp_path), checkout(tmp_path)
    assert source.root is not None
    (alone.place / SHIPPED).write_bytes((source.place / SHIPPED).read_bytes())
    done = alone.attest("--sources", str(source.root))
    assert done.returncode == 0, done.stdout
    assert " Dafny sources and " in done.stdout
    flip(source.root / "dafny" / "Theorems.dfy")
    assert "Theorems.dfy: changed" in alone.attest("--sources", str(source.root)).stdout


def test_a_kernel_and_a_certificate_that_were_changed_together_need_a_certificate_from_elsewhere(
    alone: Copy, tmp_path: Path
) -> None:
    kernel = alone.place / GENERATED / "Kernel.py"
    kept = tmp_path / "kept.json"
    kept.write_bytes((alone.place / SHIPPED).read_bytes())
    assert alone.attest("--certificate", str(kept)).returncode == 0
    kernel.write_text(kernel.read_text() + "# more\n")

    def with_it(said: dict[str, object]) -> None:
        table = said["generated"]
        assert isinstance(table, dict)
        table[f"python/{GENERATED}/Kernel.py"] = checking.sha256(kernel.read_bytes())

    reseal(alone.place / SHIPPED, with_it)
    assert alone.run(RUN).returncode == 0, "nothing inside of the installation can tell"
    assert alone.attest().returncode == 0
    done = alone.attest("--certificate", str(kept))
    assert (done.returncode, done.stdout.splitlines()[0]) == (1, f"{alone.place / SHIPPED}: is not the same as {kept}")


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("--sources", "nowhere"), "nowhere is no checkout of havocproof"),
        (("--certificate", "nowhere.json"), "nowhere.json cannot be read"),
    ],
)
def test_what_cannot_be_compared_with_is_no_finding(alone: Copy, arguments: tuple[str, str], problem: str) -> None:
    done = alone.attest(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert problem in done.stderr


def test_the_command_speaks_where_the_kernel_is_refused(alone: Copy) -> None:
    """`attest` and the other commands' help work; a command that decides is refused."""
    flip(alone.place / GENERATED / "Kernel.py")
    assert alone.run(MAIN, "--help").returncode == 0
    (alone.place / "p.yaml").write_text("havocproof: 1\npolicy: p\n")
    done = alone.run(MAIN, "check", "p.yaml")
    assert done.returncode == 2
    assert done.stderr.startswith("havocproof: the kernel is not the one that was proved")


def test_this_installation_runs_the_kernel_of_its_certificate() -> None:
    report = checking.attest()
    assert not [
        problem for problem in report.problems if problem[0].startswith((loading.GENERATED, "_dafny", "System_"))
    ]
    assert not differences(dict(CERTIFICATE.generated), generated(ROOT))


def test_every_damage_would_be_seen(source: Copy) -> None:
    """The undamaged copies pass, so that each test above fails for its damage alone."""
    assert source.root is not None
    checks: list[Callable[[], int]] = [lambda: source.attest().returncode, lambda: source.run(RUN).returncode]
    assert [check() for check in checks] == [0, 0]
