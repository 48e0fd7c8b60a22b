"""The proof steps pass on Dafny's verdict, and add checks of their own that each can fail."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import prooflog
import prove
from project import GENERATED, ToolError
from prove import Prover

ROW = "Decide.Judge (correctness),{outcome},00:00:00.01,{units},0"


@pytest.fixture
def fake(fake_dafny: Any) -> Any:
    return fake_dafny()


@pytest.fixture
def prover(fake: Any, search: Any, checkout: Path) -> Prover:
    return Prover(checkout, search(path=str(fake.folder)).find())


def test_verify_is_one_call_with_the_checked_z3(fake: Any, prover: Prover, checkout: Path) -> None:
    table = prover.verify()
    assert [(task.symbol, task.batches, task.units) for task in table] == [("Decide.Judge", 1, 6843)]
    calls = [call for call in fake.calls if call.startswith("verify")]
    assert len(calls) == 1
    assert calls[0].startswith(f"verify dafny/dfyconfig.toml --solver-path {prover.toolchain.z3} --cores 2 ")
    record = json.loads((checkout / "build" / "verified.json").read_text())
    assert set(record["sources"]) == {"dafny/Action/Names.dfy", "dafny/Decide/Code.dfy", "dafny/dfyconfig.toml"}


@pytest.mark.parametrize(
    ("answers", "problem"),
    [
        ({"codes": {"verify": 4}}, "do not verify"),
        ({"rows": [ROW.format(outcome="Failed", units=1)]}, r"do not verify\n    Decide\.Judge \(correctness\)"),
        ({"rows": [ROW.format(outcome="OutOfResource", units=1)]}, "do not verify"),
        ({"rows": [ROW.format(outcome="Passed", units=2_000_001)]}, r"over 2,000,000 resource units"),
        ({"rows": []}, "nothing was verified"),
        ({"rows": ["Decide.Judge (correctness),Passed"]}, r"verify\.csv:2: not a row"),
        ({"header": "Name,Outcome"}, "not a verification log"),
        ({"touches": ["dafny/Decide/Code.dfy"]}, r"changed during verification: dafny/Decide/Code\.dfy: changed"),
        ({"touches": ["dafny/New.dfy"]}, r"changed during verification: dafny/New\.dfy: not expected"),
    ],
)
def test_verify_fails(fake: Any, prover: Prover, checkout: Path, answers: dict[str, Any], problem: str) -> None:
    prover.verify()
    fake.answer(**answers)
    with pytest.raises(ToolError, match=problem):
        prover.verify()
    assert not (checkout / "build" / "verified.json").exists()


def test_batches_of_one_proof_are_counted_together() -> None:
    rows = [(f"A.B (correctness) (assertion batch {n})", n) for n in (1, 2)] + [("A.B (well-formedness)", 5)]
    table = prooflog.tasks([prooflog.Batch(name, "Passed", units) for name, units in rows])
    assert [(task.name, task.batches, task.units, task.dearest) for task in table] == [
        ("A.B (correctness)", 2, 3, 2),
        ("A.B (well-formedness)", 1, 5, 5),
    ]
    assert prooflog.summary(table)["symbols"] == 1


@pytest.mark.parametrize("name", ["A.B (correctness)", "A.M<(int, int)> (correctness)", 'A."quoted", (x)'])
def test_the_table_survives_its_csv(name: str) -> None:
    table = [prooflog.Task(name, 2, 30, 20)]
    assert prooflog.parse(prooflog.render(table), "resources.csv") == table


def test_generate_replaces_the_kernel_and_leaves_out_what_no_library_needs(prover: Prover, checkout: Path) -> None:
    (checkout / GENERATED / "Gone.py").write_text("")
    prover.generate()
    assert sorted(path.name for path in (checkout / GENERATED).iterdir()) == ["Decide.py", "__init__.py", "module_.py"]
    assert (checkout / GENERATED / "__init__.py").read_text() == prove.INIT
    prover.generate(check=True)


def test_generate_check_names_each_file_that_differs(prover: Prover, checkout: Path) -> None:
    prover.generate()
    folder = checkout / GENERATED
    (folder / "Decide.py").write_bytes((folder / "Decide.py").read_bytes()[:-1] + b" ")
    (folder / "module_.py").unlink()
    (folder / "Extra.py").write_text("")
    with pytest.raises(ToolError) as fault:
        prover.generate(check=True)
    lines = [line.strip().removeprefix(f"{GENERATED}/") for line in str(fault.value).splitlines()[1:]]
    assert lines[:3] == ["Decide.py: changed", "Extra.py: not expected", "module_.py: missing"]
    assert "make proofs" in lines[3]
    assert sorted(path.name for path in folder.iterdir()) == ["Decide.py", "Extra.py", "__init__.py"]


def test_generated_code_may_not_hold_a_path_of_the_machine(fake: Any, prover: Prover, checkout: Path) -> None:
    fake.answer(files={"Decide.py": f'raise _dafny.HaltException("{checkout}/dafny/Decide.dfy(3,4)")'})
    with pytest.raises(ToolError, match=r"Decide\.py holds a path of this machine"):
        prover.generate()


def test_a_failed_translation_leaves_the_kernel_alone(fake: Any, prover: Prover, checkout: Path) -> None:
    fake.answer(codes={"translate": 2})
    with pytest.raises(ToolError, match="dafny translate failed"):
        prover.generate()
    assert (checkout / GENERATED / "Decide.py").read_text() == "stale = True\n"


def test_the_model_is_written_with_its_origin_and_compared(fake: Any, prover: Prover, checkout: Path) -> None:
    for name, text in {"Machine": 'include "Tasks.dfy"\nmodule M {}\n', "Tasks": "module T {}\n", "Proof": ""}.items():
        path = checkout / "dafny" / "PocketFlow" / f"{name}.dfy"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    fake.answer(files={"M.py": "class default__: ...\n", "__main__.py": "", "model-py.dtr": ""})
    folder = checkout / prove.MODEL_GENERATED
    prover.model()
    assert sorted(path.name for path in folder.iterdir()) == ["M.py", "__init__.py", prove.ORIGIN]
    made_of = json.loads((folder / prove.ORIGIN).read_text())
    assert list(made_of) == ["dafny/PocketFlow/Machine.dfy", "dafny/PocketFlow/Tasks.dfy"]
    prover.model(check=True)
    (folder / "M.py").write_text("class default__: pass\n")
    (checkout / "dafny" / "PocketFlow" / "Tasks.dfy").write_text("module T2 {}\n")
    with pytest.raises(ToolError, match=r"M\.py: changed\n +origin\.json: changed"):
        prover.model(check=True)
    fake.answer(files={"M.py": f"# {checkout}"})
    with pytest.raises(ToolError, match=r"M\.py holds a path of this machine"):
        prover.model()


@pytest.mark.parametrize(
    "said", ["Dafny auditor completed with 1 findings", "", "Dafny auditor completed with 10 findings"]
)
def test_audit_fails_on_what_dafny_finds(fake: Any, prover: Prover, checkout: Path, said: str) -> None:
    fake.answer(audit=said)
    with pytest.raises(ToolError, match="dafny audit has findings"):
        prover.audit()
    assert not (checkout / "proofs" / "audit.txt").exists()


def test_audit_fails_on_what_only_the_scan_finds(prover: Prover, checkout: Path) -> None:
    (checkout / "dafny/Decide/Code.dfy").write_text("module Decide {\n  lemma {:only} L() {}\n}\n")
    with pytest.raises(ToolError, match=r"dafny/Decide/Code\.dfy:2: \{:only\}"):
        prover.audit()


def test_audit_check_compares_the_committed_report(prover: Prover, checkout: Path) -> None:
    prover.audit()
    prover.audit(check=True)
    (checkout / "dafny/New.dfy").write_text("module New {}\n")
    with pytest.raises(ToolError, match=r"proofs/audit\.txt is not what the audit says now"):
        prover.audit(check=True)


def test_resources_needs_a_verification(prover: Prover, checkout: Path) -> None:
    with pytest.raises(ToolError, match="run `make verify`"):
        prove.resources(checkout)
    prover.verify()
    prove.resources(checkout)
    assert (checkout / "proofs" / "resources.csv").read_text() == (
        "task,batches,resource_units,dearest_batch\nDecide.Judge (correctness),1,6843,6843\n"
    )


@pytest.mark.parametrize(
    ("text", "alike"),
    [
        ("import Grid as Grid\nclass default__: ...\n", True),
        ("class default__: ... # _pat_let3_0, iife7_\n", True),
        ("class default__: pass\n", False),
    ],
)
def test_what_kernel_and_analyzer_share_must_be_generated_alike(
    prover: Prover, fake: Any, monkeypatch: pytest.MonkeyPatch, text: str, alike: bool
) -> None:
    translated = Prover._translated

    def other(self: Prover, root: str, work: Path, name: str) -> Path:
        fresh = translated(self, root, work, name)
        shared = "class default__: ... # _pat_let0_0, iife1_\n" if "iife" in text else "class default__: ...\n"
        (fresh / "Decide.py").write_text(shared if name == "kernel" else text, encoding="utf-8")
        return fresh

    monkeypatch.setattr(Prover, "_translated", other)
    if alike:
        prover.generate()
    else:
        with pytest.raises(ToolError, match=r"Decide\.py is one thing for the kernel and another for the analyzer"):
            prover.generate()
