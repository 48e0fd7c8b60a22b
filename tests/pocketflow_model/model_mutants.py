"""Models that are wrong on purpose: the generated machine, changed at one place of its syntax tree.

The theorems hold of any framework, so a proof would not notice a model that is not PocketFlow's; the comparison does.
"""

from __future__ import annotations

import ast
import copy
import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from tests.pocketflow_model.generated import FlowGraph, FlowMachine, FlowTasks, Framework, PyValues

MODULES = {
    module.__name__.rpartition(".")[2]: module for module in (PyValues, FlowGraph, Framework, FlowTasks, FlowMachine)
}

_TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}


@dataclass(frozen=True)
class Mutant:
    """The change `how` at the node number `at` of a function, counted as `ast.walk` does."""

    module: str
    function: str
    at: int
    how: str

    def __str__(self) -> str:
        return f"{self.module}.{self.function}-{self.at}-{self.how}"


def mutants() -> list[Mutant]:
    """All of them, in the order of the modules and their functions."""
    found = []
    for name, module in MODULES.items():
        for function in _functions(module):
            for at, node in enumerate(ast.walk(_tree(module, function))):
                found += [Mutant(name, function, at, how) for how in _ways(node)]
    return found


@contextmanager
def put(mutant: Mutant) -> Iterator[None]:
    """The mutant is the model, as long as the block lasts."""
    module = MODULES[mutant.module]
    tree = _tree(module, mutant.function)
    for at, node in enumerate(ast.walk(tree)):
        if at == mutant.at:
            _change(node, mutant.how)
            break
    space = dict(vars(module))
    exec(compile(ast.fix_missing_locations(ast.Module([tree], [])), mutant.module, "exec"), space)
    kept = inspect.getattr_static(module.default__, mutant.function)
    setattr(module.default__, mutant.function, space[mutant.function])
    try:
        yield
    finally:
        setattr(module.default__, mutant.function, kept)


def shown(mutant: Mutant) -> str:
    """The changed place, as it was."""
    tree = _tree(MODULES[mutant.module], mutant.function)
    return ast.unparse(list(ast.walk(tree))[mutant.at])[:160]


def _functions(module: ModuleType) -> list[str]:
    return [name for name in vars(module.default__) if not name.startswith("_") and name not in ("Run", "PlainRun")]


_trees: dict[tuple[str, str], ast.FunctionDef] = {}


def _tree(module: ModuleType, function: str) -> ast.FunctionDef:
    key = (module.__name__, function)
    if key not in _trees:
        for kind in ast.parse(inspect.getsource(module)).body:
            if isinstance(kind, ast.ClassDef) and kind.name == "default__":
                for member in kind.body:
                    if isinstance(member, ast.FunctionDef):
                        _trees[module.__name__, member.name] = member
    return copy.deepcopy(_trees[key])


def _constant(node: Any) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, bool)


def _ways(node: ast.AST) -> list[str]:
    if isinstance(node, ast.If | ast.IfExp | ast.While) and not _constant(node.test):
        return ["never", "always"]
    if isinstance(node, ast.BoolOp):
        return ["connective"]
    if isinstance(node, ast.Compare) and type(node.ops[0]) in _TURNED:
        return ["turned"]
    if isinstance(node, ast.Constant) and type(node.value) is int:
        return ["constant"]
    return []


def _change(node: Any, how: str) -> None:
    if how in ("never", "always"):
        node.test = ast.Constant(how == "always")
    elif how == "connective":
        node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    elif how == "turned":
        node.ops[0] = _TURNED[type(node.ops[0])]()
    else:
        node.value += 1
