"""The bridge passes `dict` for `map` and `tuple` for `seq`. That is right only while the generated code that decides
does nothing with them but `in`, `[]` and `len`. This test reads that code.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import havocproof.kernel

GENERATED = Path(havocproof.kernel.__file__).parent / "generated"

# Every function that runs in a decision or a settlement, and the parameters that hold native values.
DECIDING = {
    "Kernel": {"Judge", "Reserve", "SpendAll", "Decide", "Settle", "Kept"},
    "Judging": {
        "Owe",
        "Weigh",
        "WeighCell",
        "Enter",
        "Find",
        "JudgeAtoms",
        "JudgePart",
        "JudgeParts",
        "Short",
        "WithNeed",
        "Next",
        "End",
    },
    "CheckCode": {"Holds", "InRange", "SomeIn"},
    "Zones": {"In"},
    "Verdicts": {"Has", "HasNeed", "Add", "AddAll", "Total"},
}
NATIVE_FIELDS = {"names", "places", "ints", "scopes", "atoms", "parts"}
NATIVE_PARAMETERS = {"place", "cells", "used"}


def functions(module: str) -> dict[str, ast.FunctionDef]:
    tree = ast.parse((GENERATED / f"{module}.py").read_text())
    (default,) = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "default__"]
    return {node.name: node for node in default.body if isinstance(node, ast.FunctionDef) and node.name != "__init__"}


def native(node: ast.AST, local: set[str]) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr in NATIVE_FIELDS
    if isinstance(node, ast.Subscript):  # a place out of `places`
        return isinstance(node.value, ast.Attribute) and node.value.attr == "places"
    return isinstance(node, ast.Name) and node.id in local


def offences(function: ast.FunctionDef) -> list[str]:
    local = {argument.arg for argument in function.args.args} & NATIVE_PARAMETERS
    for node in ast.walk(function):  # assignments are in order in generated code, and types never change
        if isinstance(node, ast.Assign) and native(node.value, local):
            local |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    parents = {child: node for node in ast.walk(function) for child in ast.iter_child_nodes(node)}
    wrong = []
    for node in ast.walk(function):
        if not native(node, local) or not isinstance(getattr(node, "ctx", None), ast.Load):
            continue
        parent = parents[node]
        fine = (
            (
                isinstance(parent, ast.Compare)
                and all(isinstance(op, ast.In) for op in parent.ops)
                and node in parent.comparators
            )
            or (isinstance(parent, ast.Subscript) and parent.value is node)
            or (isinstance(parent, ast.Assign) and parent.value is node)
            or (isinstance(parent, ast.AnnAssign) and parent.annotation is not node)
            or (isinstance(parent, ast.Call) and node in parent.args and _fine_call(parent.func))
        )
        if not fine:
            wrong.append(f"{function.name}:{node.lineno}: {ast.unparse(parent)}")
    return wrong


def _fine_call(function: ast.expr) -> bool:
    """`len`, or a static function of the generated code that is checked itself."""
    if isinstance(function, ast.Name):
        return function.id == "len"
    checked = set().union(*DECIDING.values())
    return (
        isinstance(function, ast.Attribute)
        and function.attr in checked
        and ast.unparse(function).endswith(f"default__.{function.attr}")
    )


@pytest.mark.parametrize("module", sorted(DECIDING))
def test_native_values_are_only_looked_into(module: str) -> None:
    found = functions(module)
    assert DECIDING[module] <= set(found), "a deciding function was renamed: name it here"
    assert not [offence for name in sorted(DECIDING[module]) for offence in offences(found[name])]


def test_everything_that_a_decision_calls_is_on_the_list() -> None:
    checked = set().union(*DECIDING.values())
    called = set()
    for module, names in DECIDING.items():
        for name in names:
            for node in ast.walk(functions(module)[name]):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Attribute)
                    and "default__" in ast.unparse(node.func.value)
                ):
                    called.add(node.func.attr)
    assert called - checked <= {"Open"}, "a function of a decision is not checked"


def test_the_check_notices_other_uses() -> None:
    bad = ast.parse("def F(place, n):\n    x = n.names\n    for k in x:\n        pass\n    return x.keys\n").body[0]
    assert isinstance(bad, ast.FunctionDef)
    assert len(offences(bad)) == 2
