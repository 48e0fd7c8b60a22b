"""The certificate binds sources, proof and generated kernel: no byte of any of them can change unseen."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import certificate
import prooflog
import prove
import recheck
from project import GENERATED, ROOT, ToolError
from prove import Prover
from tests.setup.conftest import FILES
from toolchain import Search

BOUND = [
    "dafny/Action/Names.dfy",
    "dafny/Decide/Code.dfy",
    "dafny/dfyconfig.toml",
    f"{GENERATED}/Decide.py",
    f"{GENERATED}/__init__.py",
    "proofs/audit.txt",
    "proofs/resources.csv",
]


@pytest.fixture
def fake(fake_dafny: Any) -> Any:
    return fake_dafny()


@pytest.fixture
def prover(fake: Any, search: Any, checkout: Path) -> Prover:
    """A checkout that has been through every step of `make proofs`."""
    prover = Prover(checkout, search(path=str(fake.folder)).find())
    prover.verify()
    prover.generate()
    prover.audit()
    prove.resources(checkout)
    certificate.put(checkout)
    return prover


@pytest.fixture
def proved(prover: Prover) -> Path:
    return prover.root


def flip(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


def test_what_was_proved_passes(proved: Path) -> None:
    said = certificate.check(proved)
    assert [*said["sources"], *said["generated"], *said["reports"]] == [
        *BOUND[:5],
        f"{GENERATED}/module_.py",
        *BOUND[5:],
    ]
    assert (said["verification"]["symbols"], said["verification"]["resource_units"]) == (1, 6843)


def test_writing_again_gives_the_same_bytes_without_a_path_of_the_machine(proved: Path, tmp_path: Path) -> None:
    first = (proved / certificate.CERTIFICATE).read_bytes()
    certificate.put(proved)
    assert (proved / certificate.CERTIFICATE).read_bytes() == first
    assert str(tmp_path).encode() not in first


@pytest.mark.parametrize("name", BOUND)
def test_one_changed_byte_is_reported_by_the_name_of_its_file(proved: Path, name: str) -> None:
    for at in (0, -1):
        flip(proved / name, at)
        with pytest.raises(ToolError, match="make proofs") as fault:
            certificate.check(proved)
        assert f"    {name}: changed" in str(fault.value).splitlines()
        flip(proved / name, at)
    certificate.check(proved)


def test_the_copy_in_the_package_is_byte_for_byte_the_same(proved: Path) -> None:
    copy = proved / certificate.SHIPPED
    assert copy.read_bytes() == (proved / certificate.CERTIFICATE).read_bytes()
    for damage in (lambda: flip(copy, 5), copy.unlink):
        damage()
        with pytest.raises(ToolError, match=r"attest/certificate\.json, which the package carries, is not the same"):
            certificate.check(proved)


def test_every_report_is_bound_and_no_page(proved: Path) -> None:
    (proved / "proofs" / "mutants.csv").write_text("operator,killed\n")
    with pytest.raises(ToolError, match=r"    proofs/mutants\.csv: not expected"):
        certificate.check(proved)
    certificate.put(proved)
    assert "proofs/mutants.csv" in certificate.check(proved)["reports"]
    (proved / "proofs" / "TRUSTED.md").write_text("Other words\n")
    certificate.check(proved)


def test_the_headline_lemmas_are_those_that_were_verified() -> None:
    names = ["Theorems.B1_Ask", "Theorems.B1_Decision", "SessionTheorems.S1_Egress", "Traces.B2_Help", "Theorems.Voted"]
    table = [prooflog.Task(f"{name} (correctness)", 1, 2, 2) for name in names]
    assert certificate.theorems(table) == {
        "B1": ["Theorems.B1_Ask", "Theorems.B1_Decision"],
        "S1": ["SessionTheorems.S1_Egress"],
    }


def test_the_runtime_that_the_kernel_needs_is_bound_and_not_kept(proved: Path) -> None:
    assert sorted(certificate.check(proved)["runtime"]) == ["System_/__init__.py", "_dafny/__init__.py"]
    assert not (proved / GENERATED / "_dafny").exists()


def test_any_changed_byte_of_the_certificate_itself_is_reported(proved: Path) -> None:
    path = proved / certificate.CERTIFICATE
    for at in range(len(path.read_bytes())):
        flip(path, at)
        with pytest.raises(ToolError, match=r"proofs/certificate\.json was changed by hand or damaged"):
            certificate.check(proved)
        flip(path, at)
    certificate.check(proved)


@pytest.mark.parametrize("name", BOUND)
def test_a_missing_file_is_reported(proved: Path, name: str) -> None:
    (proved / name).unlink()
    with pytest.raises(ToolError, match=name.rsplit("/", maxsplit=1)[-1]):
        certificate.check(proved)


@pytest.mark.parametrize("name", ["dafny/Kinds/New.dfy", f"{GENERATED}/New.py", f"{GENERATED}/data.json"])
def test_an_added_file_is_reported(proved: Path, name: str) -> None:
    (proved / name).parent.mkdir(exist_ok=True)
    (proved / name).write_text("")
    with pytest.raises(ToolError, match=f"    {name}: not expected"):
        certificate.check(proved)


def test_bytecode_beside_the_generated_kernel_does_not_matter(proved: Path) -> None:
    (proved / GENERATED / "__pycache__").mkdir()
    (proved / GENERATED / "__pycache__" / "Decide.cpython-311.pyc").write_bytes(b"\0")
    certificate.check(proved)


def test_a_missing_certificate_is_reported(checkout: Path) -> None:
    with pytest.raises(ToolError, match=r"proofs/certificate\.json is missing"):
        certificate.check(checkout)


def _edit_source(root: Path) -> None:
    flip(root / "dafny/Decide/Code.dfy", -2)


def _edit_generated(root: Path) -> None:
    (root / GENERATED / "Decide.py").write_text("")


def _edit_table(root: Path) -> None:
    path = root / "proofs" / "resources.csv"
    path.write_text(path.read_text().replace("Decide.Judge", "Decide.Other"))


def _forget(step: str) -> Callable[[Path], None]:
    def forget(root: Path) -> None:
        (root / "build" / f"{step}.json").unlink()

    forget.__name__ = f"forget_{step}"
    return forget


def _older_tools(root: Path) -> None:
    (root / "build" / "generated.json").write_text('{"sources": {}, "generated": {}}')


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (_older_tools, r"generated\.json is of another version of the tools"),
        (_edit_source, r"not those that were verified:\n    dafny/Decide/Code\.dfy: changed"),
        (_edit_generated, r"is not what was generated:\n    .*Decide\.py: changed"),
        (_edit_table, r"resources\.csv is not the table of this verification"),
        (_forget("verified"), "nothing was verified"),
        (lambda root: (root / "proofs" / "audit.txt").unlink(), r"proofs/audit\.txt is missing"),
        (_forget("generated"), "nothing was generated"),
        (_forget("audited"), "nothing was audited"),
    ],
)
def test_it_is_not_written_for_anything_but_what_was_proved(
    proved: Path, change: Callable[[Path], None], problem: str
) -> None:
    change(proved)
    with pytest.raises(ToolError, match=problem):
        certificate.put(proved)


def test_the_command_names_the_file_and_exits_with_1(proved: Path) -> None:
    command = [sys.executable, str(ROOT / "tools" / "certificate.py"), "check", "--root", str(proved)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    flip(proved / BOUND[1], 0)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"{BOUND[1]}: changed" in done.stderr


# What `make test` does with the proofs.


def test_with_dafny_the_proofs_are_run_again(prover: Prover, fake: Any, search: Any) -> None:
    before = len(fake.calls)
    assert "passed: " in recheck.recheck(search(path=str(fake.folder), env={"CI": "true"}))
    steps = [call.split()[0] for call in fake.calls[before:]]
    assert steps == ["--version", "audit", "format", "translate", "translate", "verify"]


@pytest.mark.parametrize(
    ("answers", "problem"),
    [
        ({"codes": {"verify": 4}}, "do not verify"),
        ({"codes": {"format": 1}}, "dafny format failed"),
        ({"audit": "Dafny auditor completed with 2 findings"}, "audit has findings"),
        ({"files": {"Decide.py": "other = 1\n"}}, "is not what dafny/ generates"),
        ({"files": {**FILES, "_dafny/__init__.py": "other = 1\n"}}, "runtime is not the one of"),
        ({"rows": ["Decide.Other (correctness),Passed,00:00:00.01,6843,0"]}, "what was proved is not what"),
    ],
)
def test_with_dafny_any_difference_fails(
    prover: Prover, fake: Any, search: Any, answers: dict[str, Any], problem: str
) -> None:
    fake.answer(**answers)
    with pytest.raises(ToolError, match=problem):
        recheck.recheck(search(path=str(fake.folder)))


def test_without_dafny_it_passes_loudly(proved: Path, search: Any, capsys: pytest.CaptureFixture[str]) -> None:
    closing = recheck.recheck(search())
    assert "THE PROOFS WERE NOT RE-RUN" in closing
    said = capsys.readouterr().out
    assert "Not re-run: verification of 2 Dafny files" in said
    assert "dafny on PATH: there is none" in said


@pytest.mark.parametrize("env", [{"CI": "true"}, {"CI": "1"}, {recheck.VARIABLE: "required"}])
def test_without_dafny_it_fails_where_the_proofs_are_required(proved: Path, search: Any, env: dict[str, str]) -> None:
    with pytest.raises(ToolError, match="must be re-run here"):
        recheck.recheck(search(env=env))


def test_an_unknown_wish_is_refused(proved: Path, search: Callable[..., Search]) -> None:
    with pytest.raises(ToolError, match="HAVOCPROOF_PROOFS is 'off'"):
        recheck.recheck(search(env={recheck.VARIABLE: "off"}))
