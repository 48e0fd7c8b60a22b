"""Does the generated Python mean what the Dafny code means? Nothing proves Dafny's Python back end, so it is tested
against another one: every compiled function, on random inputs that meet its premises, in Python and in JavaScript.

The two back ends share Dafny's front end and nothing of what they write or of the runtime under it. What is compared
are whole results. A function without inputs, or a line of the kernel that no input reaches, fails here.
"""

from __future__ import annotations

import ast
import os
import re
from pathlib import Path
from typing import Any

import pytest

from recheck import required
from tests.differential.profile import FACTOR
from tests.kernel.test_generated_shapes import DECIDING
from tests.translation import backend
from tests.translation.cases import Case, Inputs, call, python
from tests.translation.lines import Lines
from tests.translation.signatures import Sources, read
from tests.translation.values import module

GENERATED = Path(backend.ROOT) / "python" / "havocproof" / "kernel" / "generated"
MODULES = frozenset(re.findall(r"^import \S+\.generated\.(\w+)", (GENERATED / "module_.py").read_text(), re.M)) - {
    "module_"
}
"""The kernel's modules, which its translation lists. The analyzer's are not among them: tests/analysis compares what it
answers with a reading of its own."""
COUNT = 30 * FACTOR
MORE = {"Kernel": 5, "Judging": 5, "Cells": 5, "CheckCode": 3, "MemoryCode": 3, "RecordCode": 3}
"""How many times as many inputs the functions of a module get that decide."""
ROUNDS = 20
"""How often more inputs are drawn for functions with lines that none has reached."""
SEED = int(os.environ.get("HAVOCPROOF_SEED", "1"))


def compiled() -> list[str]:
    """Every function of the generated Python, as the files have them."""
    found = []
    for name in sorted(MODULES):
        for node in ast.parse((GENERATED / f"{name}.py").read_text()).body:
            if isinstance(node, ast.ClassDef) and node.name == "default__":
                found += [f"{name}.{each.name}" for each in node.body if isinstance(each, ast.FunctionDef)]
    return [name for name in found if not name.endswith(".__init__")]


FUNCTIONS = compiled()


@pytest.fixture(scope="module")
def sources() -> Sources:
    return read(MODULES)


@pytest.fixture(scope="module")
def lines(sources: Sources) -> Lines:
    return Lines({name: call(sources.functions[name]) for name in FUNCTIONS})


@pytest.fixture(scope="module")
def cases(sources: Sources, lines: Lines) -> dict[str, list[Case]]:
    """Inputs by function, each with what Python gives; more of them for functions with lines that none has reached."""
    found: dict[str, list[Case]] = {}
    inputs = {name: Inputs(sources, SEED * 10_000 + at) for at, name in enumerate(FUNCTIONS)}

    def more(name: str, count: int) -> None:
        drawn = [inputs[name].case(sources.functions[name]) for _ in range(count)]
        lines.follow(lambda: [python(sources, sources.functions[name], case.arguments) for case in drawn])
        found.setdefault(name, []).extend(drawn)

    for name in FUNCTIONS:
        more(name, COUNT * MORE.get(name.partition(".")[0], 1))
    for _ in range(ROUNDS):
        for name in lines.missed():
            more(name, 5 * COUNT)
    return found


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    try:
        return backend.translate(tmp_path_factory.mktemp("javascript"))
    except backend.Missing as missing:
        if required(os.environ):
            pytest.fail(f"the translation must be tested here, and cannot be: {missing}")
        pytest.skip(f"the kernel in JavaScript was not made: {missing}")


@pytest.fixture(scope="module")
def javascript(kernel: Path, sources: Sources, cases: dict[str, list[Case]]) -> dict[str, list[dict[str, Any]]]:
    """What JavaScript gives for each of the same inputs."""
    every = [case for name in FUNCTIONS for case in cases[name]]
    results = iter(backend.evaluate(kernel, sources, every))
    return {name: [next(results) for _ in cases[name]] for name in FUNCTIONS}


def test_every_compiled_function_has_a_signature_in_the_sources(sources: Sources) -> None:
    assert FUNCTIONS
    assert [name for name in FUNCTIONS if name not in sources.functions] == []
    for name in FUNCTIONS:
        if sources.functions[name].constant:
            continue
        taken = call(sources.functions[name]).__code__.co_argcount
        assert taken == len(sources.functions[name].parameters), name


def test_every_datatype_of_the_generated_code_has_its_declaration(sources: Sources) -> None:
    for name in sorted(MODULES):
        made = {
            each for each in vars(module(name)) if "_" in each.strip("_") and isinstance(vars(module(name))[each], type)
        }
        own = {each for each in made if vars(module(name))[each].__module__.endswith(f".{name}")}
        declared = {
            f"{data.name.partition('.')[2]}_{constructor}"
            for data in sources.data.values()
            if data.name.startswith(f"{name}.")
            for constructor, _ in data.constructors
        }
        assert own == declared, name


@pytest.mark.parametrize("name", FUNCTIONS)
def test_python_and_javascript_agree(
    name: str, cases: dict[str, list[Case]], javascript: dict[str, list[dict[str, Any]]]
) -> None:
    assert cases[name]
    for case, other in zip(cases[name], javascript[name], strict=True):
        assert other == {"result": case.result}, f"HAVOCPROOF_SEED={SEED}: {case}"


@pytest.mark.parametrize("name", sorted(f"{home}.{each}" for home, names in DECIDING.items() for each in names))
def test_what_decides_gives_the_same_on_the_values_of_the_bridge(
    name: str, sources: Sources, cases: dict[str, list[Case]]
) -> None:
    """On `dict`, `tuple` and `frozenset` for Dafny's maps, sequences and sets. `Voters` gets converted values alone."""
    for case in cases[name]:
        assert python(sources, sources.functions[name], case.arguments, native=True) == case.result, str(case)


def test_the_inputs_reach_every_line_of_the_kernel(lines: Lines, cases: dict[str, list[Case]]) -> None:
    assert cases
    assert lines.missed() == {}


# The comparison can fail: a back end that is wrong in one place is seen.


@pytest.mark.parametrize(
    ("right", "wrong", "function"),
    [
        ("dtor_limit).isLessThan(_6_sum)", "dtor_limit).isLessThanOrEqualTo(_6_sum)", "Kernel.SpendAll"),
        ("((_dafny.ZERO).isLessThan(_8_n))", "((_dafny.ZERO).isLessThanOrEqualTo(_8_n))", "MemoryCode.Marked"),
        ("Kernel.Loaded.create_Invalid((p).dtor_id)", "Kernel.Loaded.create_Invalid((p).dtor_self)", "Kernel.Load"),
    ],
)
def test_a_wrong_translation_would_be_seen(
    right: str, wrong: str, function: str, kernel: Path, sources: Sources
) -> None:
    text = kernel.read_text()
    assert text.count(right) >= 1, f"the JavaScript has no {right}: choose another place"
    other = kernel.with_name("wrong.js")
    other.write_text(text.replace(right, wrong))
    inputs = Inputs(sources, SEED)
    cases = [inputs.case(sources.functions[function]) for _ in range(2000)]
    results = backend.evaluate(other, sources, cases)
    assert [case for case, said in zip(cases, results, strict=True) if said != {"result": case.result}]
