"""The package under test: a fresh module of the installed `pocketflow`, or of its source changed by syntax tree."""

from __future__ import annotations

import ast
import inspect
import types
from functools import cache
from typing import Any

import pocketflow

SEMANTICS = ("0.0.3", "main")


@cache
def source() -> str:
    """The installed package's source, with `\\n` at the ends of its lines."""
    return inspect.getsource(pocketflow).replace("\r", "").rstrip("\n") + "\n"


@cache
def main_source() -> str:
    """Upstream's main branch: the attempts of an async node are counted on the node itself.

    Made from the installed source by replacing the loop's variable where the syntax tree has it; the result is known by
    its hash to be upstream's file.
    """
    function = method(ast.parse(source()), "AsyncNode", "_exec")
    lines = source().splitlines(keepends=True)
    names = [node for node in ast.walk(function) if isinstance(node, ast.Name) and node.id == "i"]
    for name in sorted(names, key=lambda node: (node.lineno, node.col_offset), reverse=True):
        line = lines[name.lineno - 1]
        lines[name.lineno - 1] = f"{line[: name.col_offset]}self.cur_retry{line[name.end_col_offset :]}"
    return "".join(lines)


def text(semantics: str) -> str:
    return {"0.0.3": source, "main": main_source}[semantics]()


@cache
def compiled(semantics: str) -> types.CodeType:
    return compile(text(semantics), "pocketflow", "exec")


def module(code: types.CodeType) -> Any:
    """A new module of that source; what it imports is replaced by shims for each run."""
    made = types.ModuleType("pocketflow")
    exec(code, made.__dict__)
    return made


def method(tree: ast.Module, owner: str, name: str) -> ast.FunctionDef | ast.AsyncFunctionDef:
    """The method of a class. LookupError where the source has none."""
    for kind in tree.body:
        if isinstance(kind, ast.ClassDef) and kind.name == owner:
            for member in kind.body:
                if isinstance(member, ast.FunctionDef | ast.AsyncFunctionDef) and member.name == name:
                    return member
    raise LookupError(f"pocketflow has no {owner}.{name}")
