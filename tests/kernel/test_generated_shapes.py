"""The bridge passes `dict` for `map`, `tuple` for `seq`, `frozenset` for `set`, and named tuples for datatypes. That is
right only while the generated code that decides does nothing with them but `in`, `[]`, `len`, `isdisjoint` and reading
a field. This test reads that code.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import havocproof.kernel
from havocproof.kernel import bridge, source
from havocproof.kernel.generated import Requests, Scenes

GENERATED = Path(havocproof.kernel.__file__).parent / "generated"

# What the bridge calls with native values.
ENTRIES = {("Kernel", name) for name in ("Decide", "Judge", "Settle", "Tell", "Dead", "GrantKey", "Enough")} | {
    ("CheckCode", "Holds"),
    ("MemoryCode", "MarkKey"),
    ("ApprovalCode", "Live"),
    ("Verdicts", "Total"),
}
# Every function that runs in a decision or a settlement, in an explanation, or for the host.
DECIDING = {
    "Kernel": {
        "Decide", "Judge", "Fresh", "Brought", "Reserve", "SpendAll", "Softly", "Approved", "GrantKey", "Enough",
        "Settle", "Stays", "Tell", "Dead",
    },
    "Judging": {
        "JudgeParts", "JudgePart", "JudgeAtoms", "Next", "Enter", "Find", "WeighCell", "Weigh", "WithNeed", "Owe",
        "Leave", "Short", "End",
    },
    "CheckCode": {"Holds", "Lifted", "InRange", "SomeIn"},
    "MemoryCode": {
        "Answers", "Marked", "MarkKey", "Scope", "IsSince", "Lasting", "Recall", "KeyOf", "RecordKey", "Fetch",
        "InSome",
    },
    "Zones": {"In"},
    "Verdicts": {"Has", "HasNeed", "Add", "AddAll", "Total"},
    "Cells": {"Get", "Open", "Counting", "Marking"},
    "ApprovalCode": {"Live", "Filled", "Voters"},
}  # fmt: skip
# Fields of requests, scenes, views and records, and the parameters through which their values are handed on. Votes are
# not among them: the bridge converts the one grant that a request could use, and `Voters` walks them.
NATIVE_FIELDS = {
    "names", "places", "ints", "ones", "atoms", "parts", "scopes", "groups", "own", "nums", "records", "grants",
}  # fmt: skip
NATIVE_PARAMETERS = {"place", "names", "nums", "used", "s"}
CONVERTED = {("ApprovalCode", "Voters")}


def functions(module: str) -> dict[str, ast.FunctionDef]:
    tree = ast.parse((GENERATED / f"{module}.py").read_text())
    (default,) = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "default__"]
    return {node.name: node for node in default.body if isinstance(node, ast.FunctionDef) and node.name != "__init__"}


def target(module: str, called: ast.expr) -> tuple[str, str] | None:
    """(module, function) of a call of a static function of the generated code, None for another call."""
    if not isinstance(called, ast.Attribute):
        return None
    owner = ast.unparse(called.value)
    if owner == "default__":
        return module, called.attr
    return (owner.removesuffix(".default__"), called.attr) if owner.endswith(".default__") else None


def native(node: ast.AST, local: set[str]) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr in NATIVE_FIELDS
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Attribute):
        of = node.value  # a place out of `places`; a set of names out of a record's
        return of.attr == "places" or (of.attr == "names" and isinstance(of.value, ast.Attribute))
    return isinstance(node, ast.Name) and node.id in local


def offences(module: str, function: ast.FunctionDef) -> list[str]:
    local = {argument.arg for argument in function.args.args} & NATIVE_PARAMETERS
    for node in ast.walk(function):  # assignments are in order in generated code, and types never change
        if isinstance(node, ast.Assign) and native(node.value, local):
            local |= {to.id for to in node.targets if isinstance(to, ast.Name)}
    parents = {child: node for node in ast.walk(function) for child in ast.iter_child_nodes(node)}
    wrong = []
    for node in ast.walk(function):
        if not native(node, local) or not isinstance(getattr(node, "ctx", None), ast.Load):
            continue
        parent = parents[node]
        fine = (
            (isinstance(parent, ast.Compare) and node is not parent.left and _only_in(parent))
            or (isinstance(parent, ast.Subscript) and parent.value is node)
            or (isinstance(parent, ast.Assign) and parent.value is node)
            or (isinstance(parent, ast.Attribute) and parent.attr == "isdisjoint")
            or (isinstance(parent, ast.Call) and node in parent.args and _fine_call(module, parent, node))
        )
        if not fine:
            wrong.append(f"{function.name}:{node.lineno}: {ast.unparse(parent)}")
    return wrong


def _only_in(compare: ast.Compare) -> bool:
    return all(isinstance(op, ast.In) for op in compare.ops)


def _fine_call(module: str, call: ast.Call, argument: ast.AST) -> bool:
    """`len`, `isdisjoint`, a scene made of another, or a function that is checked itself and knows the parameter."""
    if isinstance(call.func, ast.Name):
        return call.func.id == "len"
    if isinstance(call.func, ast.Attribute) and call.func.attr in ("isdisjoint", "Scene_Scene"):
        return True
    to = target(module, call.func)
    if to is None or to[1] not in DECIDING.get(to[0], ()):
        return False
    taken = functions(to[0])[to[1]].args.args[call.args.index(argument)].arg  # type: ignore[arg-type]
    return taken in NATIVE_PARAMETERS


@pytest.mark.parametrize("module", sorted(DECIDING))
def test_native_values_are_only_looked_into(module: str) -> None:
    found = functions(module)
    assert DECIDING[module] <= set(found), "a deciding function was renamed: name it here"
    checked = sorted(name for name in DECIDING[module] if (module, name) not in CONVERTED)
    assert not [offence for name in checked for offence in offences(module, found[name])]


def test_everything_that_a_decision_calls_is_on_the_list_and_nothing_else() -> None:
    reached: set[tuple[str, str]] = set()
    todo = list(ENTRIES)
    while todo:
        module, name = todo.pop()
        if (module, name) in reached:
            continue
        reached.add((module, name))
        calls = (node.func for node in ast.walk(functions(module)[name]) if isinstance(node, ast.Call))
        todo += [to for to in (target(module, call) for call in calls) if to is not None]
    assert reached == {(module, name) for module, names in DECIDING.items() for name in names}


def test_the_bridge_calls_nothing_else_with_native_values() -> None:
    """What it calls beside the entries gets converted values alone: at loading, for people, agents and records."""
    tree = ast.parse(Path(bridge.__file__).read_text())
    modules = {"Code": "Kernel"}
    called = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            owner = ast.unparse(node.value)
            if owner.endswith(".default__"):
                module = owner.removesuffix(".default__")
                called.add((modules.get(module, module), node.attr))
    converted = {
        ("Kernel", "Load"),
        ("Kernel", "Within"),
        ("BuildCode", "Compile"),
        ("BuildCode", "CompileAll"),
        ("RecordCode", "Learned"),
        ("ApprovalCode", "Opened"),
        ("ApprovalCode", "MayVote"),
        ("ApprovalCode", "Voted"),
        ("ApprovalCode", "Closed"),
        ("AgentCode", "Rooted"),
        ("AgentCode", "MayStart"),
    }
    assert called - converted == ENTRIES


@pytest.mark.parametrize(
    ("native_type", "generated"),
    [
        (source.Atom, Requests.Atom_Atom),
        (source.Part, Requests.Part_Part),
        (source.View, Scenes.View_View),
        (source.Record, Scenes.Record_Record),
    ],
)
def test_named_tuples_have_the_fields_of_their_datatypes(native_type: type, generated: type) -> None:
    assert native_type._fields == generated._fields  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "body",
    [
        "x = n.names\n    for k in x:\n        pass",
        "return n.names.keys",
        "return n.view.nums == other",
        "return n.scopes | {}",
        "return len(n.value.names['f'].Elements)",
        "return n.value.names['f'] in other",
        "return other.default__.Get(n.nums)",
        "return Zones.default__.In(z, 1, n.nums)",
        "return _dafny.Set(n.groups)",
        "return place.set(1, 2)",
        "return {k: used for k in used}",
    ],
)
def test_the_check_notices_other_uses(body: str) -> None:
    bad = ast.parse(f"def F(place, used, n, z, other):\n    {body}\n").body[0]
    assert isinstance(bad, ast.FunctionDef)
    assert offences("Kernel", bad)


@pytest.mark.parametrize(
    "body",
    [
        "x = n.view.nums\n    return k in x and x[k] < len(place)",
        "return t.names.isdisjoint(r.value.names[f]) or s in r.value.names[f]",
        "return Cells.default__.Get(n.view.nums, k) + used[k]",
    ],
)
def test_the_check_lets_looking_pass(body: str) -> None:
    good = ast.parse(f"def F(place, used, n, k, t, r, f):\n    {body}\n").body[0]
    assert isinstance(good, ast.FunctionDef)
    assert not offences("Kernel", good)
