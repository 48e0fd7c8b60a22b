"""The constants that stand in for generated constructor tests are these tests' own answers."""

from __future__ import annotations

import ast
from pathlib import Path
from types import ModuleType

import pytest

import havocproof.kernel.generated
from havocproof.analysis import code
from havocproof.kernel import bridge, constructors

MODULES = (*bridge.GENERATED_MODULES, *code.GENERATED_MODULES)
GENERATED = Path(havocproof.kernel.generated.__file__).parent
FOUND = {f"{datatype.__module__}.{datatype.__name__}": datatype for datatype in constructors.datatypes(MODULES)}


def generated_tests() -> list[tuple[str, str, str]]:
    """Each property of the generated source: its module and class, its name, the expression that it returns."""
    found = []
    for path in sorted(GENERATED.glob("*.py")):
        for node in ast.parse(path.read_text()).body:
            for each in node.body if isinstance(node, ast.ClassDef) else []:
                if isinstance(each, ast.FunctionDef) and each.name.startswith("is_"):
                    (returned,) = each.body
                    assert isinstance(returned, ast.Return)
                    assert returned.value is not None
                    where = f"{havocproof.kernel.generated.__name__}.{path.stem}.{node.name}"
                    found.append((where, each.name, ast.unparse(returned.value)))
    return found


def test_every_generated_test_looks_at_the_class_alone() -> None:
    tests = generated_tests()
    assert len(tests) > 50
    for where, name, expression in tests:
        assert expression == f"isinstance(self, {where.rsplit('.', 1)[1]}_{name.removeprefix('is_')})"


def test_every_datatype_of_the_source_is_settled() -> None:
    assert {where for where, _, _ in generated_tests()} == set(FOUND)


@pytest.mark.parametrize("where", sorted(FOUND))
def test_constants_are_what_the_properties_say(where: str) -> None:
    datatype = FOUND[where]
    tests = constructors.tests(datatype)
    assert len(datatype.__subclasses__()) == len(tests)
    for constructor in datatype.__subclasses__():
        assert not constructor.__subclasses__()
        value = tuple.__new__(constructor)
        for name, test in tests.items():
            assert vars(constructor)[name] is getattr(value, name) is test.fget(value)
        (own,) = [name for name in tests if getattr(value, name)]
        assert constructor.__name__ == f"{datatype.__name__}_{own.removeprefix('is_')}"


class Kind:
    @property
    def is_One(self) -> bool:  # noqa: N802  as Dafny names it
        return isinstance(self, KindOne)


class KindOne(Kind, tuple[()]):
    pass


class KindTwo(Kind, tuple[()]):
    pass


def test_each_constructor_keeps_its_own_answer() -> None:
    module = ModuleType(__name__)
    module.Kind = Kind  # type: ignore[attr-defined]
    assert constructors.settle([module]) == 2
    assert KindOne().is_One is True
    assert KindTwo().is_One is False
    assert isinstance(vars(Kind)["is_One"], property)
