"""Packages that are wrong on purpose: the installed source, changed at one place of its syntax tree.

Each says in its name what it does wrong. A place is found by what stands there, in the method that is named; where the
installed source has no such place, `apply` says so, and the test fails.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from types import CodeType
from typing import Any, TypeVar

from tests.pocketflow_model.package import method, source

Change = Callable[[ast.Module], None]
Member = ast.FunctionDef | ast.AsyncFunctionDef
N = TypeVar("N", bound=ast.AST)


def apply(change: Change) -> CodeType:
    """The changed package. LookupError where the place is not there."""
    tree = ast.parse(source())
    change(tree)
    return compile(ast.fix_missing_locations(tree), "pocketflow", "exec")


# ---- finding places ----
def _said(node: ast.AST) -> str:
    return ast.unparse(node).replace(" ", "")


def _find(member: ast.AST, kind: type[N], text: str = "") -> N:
    for node in ast.walk(member):
        if isinstance(node, kind) and text in _said(node):
            return node
    raise LookupError(f"no {kind.__name__} with {text!r}")


def _swap(member: ast.AST, old: ast.AST, new: ast.AST) -> None:
    """Puts `new` where `old` stands."""

    class Swap(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> Any:
            return new if node is old else super().visit(node)

    Swap().visit(member)


def _expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _statements(text: str) -> list[ast.stmt]:
    return ast.parse(text).body


# ---- kinds of changes ----
def replaced(owner: str, name: str, old: str, new: str) -> Change:
    """One expression of the method, found by its text, is another one."""

    def change(tree: ast.Module) -> None:
        member = method(tree, owner, name)
        want = _said(_expression(old))
        for node in ast.walk(member):
            if isinstance(node, ast.expr) and _said(node) == want:
                _swap(member, node, _expression(new))
                return
        raise LookupError(f"{owner}.{name} has no {old}")

    return change


def rewritten(owner: str, name: str, *body: str) -> Change:
    """The whole method does something else."""

    def change(tree: ast.Module) -> None:
        prefix = "async def" if isinstance(method(tree, owner, name), ast.AsyncFunctionDef) else "def"
        text = "\n    ".join(body)
        made = _statements(f"{prefix} made():\n    {text}")[0]
        assert isinstance(made, ast.FunctionDef | ast.AsyncFunctionDef)
        method(tree, owner, name).body = made.body

    return change


def caught(owner: str, name: str, kind: str) -> Change:
    """The handler of the method catches another class."""

    def change(tree: ast.Module) -> None:
        _find(method(tree, owner, name), ast.ExceptHandler).type = _expression(kind)

    return change


def dropped(owner: str, name: str, kind: type[ast.stmt], text: str) -> Change:
    """A statement of the method is not there."""

    def change(tree: ast.Module) -> None:
        member = method(tree, owner, name)
        gone = _find(member, kind, text)
        _swap(member, gone, ast.Pass())

    return change


def removed(owner: str, name: str) -> Change:
    """The method is not there: what the class inherits answers."""

    def change(tree: ast.Module) -> None:
        member = method(tree, owner, name)
        for kind in tree.body:
            if isinstance(kind, ast.ClassDef) and member in kind.body:
                kind.body = [one for one in kind.body if one is not member] or [ast.Pass()]

    return change


# ---- the list ----
MUTANTS: dict[str, Change] = {
    # edges and labels
    "only None takes the default edge": replaced(
        "Flow", "get_next_node", "action or 'default'", "'default' if action is None else action"
    ),
    "an unknown label takes the default edge": replaced(
        "Flow",
        "get_next_node",
        "curr.successors.get(action or 'default')",
        "curr.successors.get(action or 'default', curr.successors.get('default'))",
    ),
    "labels are stripped of their type": replaced(
        "Flow",
        "get_next_node",
        "curr.successors.get(action or 'default')",
        "curr.successors.get(str(action) if action else 'default')",
    ),
    "successors are looked up on the flow": replaced(
        "Flow",
        "get_next_node",
        "curr.successors.get(action or 'default')",
        "self.successors.get(action or 'default')",
    ),
    "no warning at the end": dropped("Flow", "get_next_node", ast.If, "warnings.warn"),
    "a warning without any successors": replaced("Flow", "get_next_node", "not nxt and curr.successors", "not nxt"),
    "a warning only where the label is unknown": replaced(
        "Flow",
        "get_next_node",
        "not nxt and curr.successors",
        "(action or 'default') not in curr.successors and curr.successors",
    ),
    "the flow's last label is lost": replaced("Flow", "_orch", "last_action", "None"),
    # copies and params
    "the start node is not copied": replaced("Flow", "_orch", "copy.copy(self.start_node)", "self.start_node"),
    "the next node is not copied": replaced(
        "Flow",
        "_orch",
        "copy.copy(self.get_next_node(curr, last_action))",
        "self.get_next_node(curr, last_action)",
    ),
    "nodes get the flow's own params": replaced("Flow", "_orch", "{**self.params}", "self.params"),
    "each node gets params of its own": replaced("Flow", "_orch", "curr.set_params(p)", "curr.set_params({**p})"),
    "nodes keep their own params": replaced("Flow", "_orch", "curr.set_params(p)", "None"),
    "async nodes get the flow's own params": replaced("AsyncFlow", "_orch_async", "{**self.params}", "self.params"),
    "async: the next node is not copied": replaced(
        "AsyncFlow",
        "_orch_async",
        "copy.copy(self.get_next_node(curr, last_action))",
        "self.get_next_node(curr, last_action)",
    ),
    "a batch's params lose to the flow's": replaced(
        "BatchFlow", "_run", "{**self.params, **bp}", "{**bp, **self.params}"
    ),
    "async: a batch's params lose to the flow's": replaced(
        "AsyncBatchFlow", "_run_async", "{**self.params, **bp}", "{**bp, **self.params}"
    ),
    "parallel: a batch's params lose to the flow's": replaced(
        "AsyncParallelBatchFlow", "_run_async", "{**self.params, **bp}", "{**bp, **self.params}"
    ),
    "a batch's params are only its own": replaced("BatchFlow", "_run", "{**self.params, **bp}", "bp"),
    # attempts
    "retries catch BaseException": caught("Node", "_exec", "BaseException"),
    "async: retries catch BaseException": caught("AsyncNode", "_exec", "BaseException"),
    "retries catch nothing of the builtin kind": caught("Node", "_exec", "(RuntimeError, ValueError)"),
    "one attempt more": replaced("Node", "_exec", "range(self.max_retries)", "range(self.max_retries + 1)"),
    "async: one attempt more": replaced("AsyncNode", "_exec", "range(self.max_retries)", "range(self.max_retries + 1)"),
    "no attempts becomes one": replaced("Node", "_exec", "range(self.max_retries)", "range(max(1, self.max_retries))"),
    "the attempts are counted from one": replaced(
        "Node", "_exec", "range(self.max_retries)", "range(1, self.max_retries + 1)"
    ),
    "the fallback comes at the first failure": replaced("Node", "_exec", "self.max_retries - 1", "self.cur_retry"),
    "async: the fallback comes at the first failure": replaced("AsyncNode", "_exec", "self.max_retries - 1", "i"),
    "async: the fallback never comes": replaced("AsyncNode", "_exec", "self.max_retries - 1", "-1"),
    "async: the fallback comes at the first attempt only": replaced(
        "AsyncNode", "_exec", "i == self.max_retries - 1", "i == 0"
    ),
    "no wait between attempts": dropped("Node", "_exec", ast.If, "time.sleep"),
    "async: no wait between attempts": dropped("AsyncNode", "_exec", ast.If, "asyncio.sleep"),
    "a wait of nothing is waited": replaced("Node", "_exec", "self.wait > 0", "self.wait >= 0"),
    "async: the wait blocks": replaced("AsyncNode", "_exec", "await asyncio.sleep(self.wait)", "time.sleep(self.wait)"),
    "the fallback is swallowed": rewritten("Node", "exec_fallback", "return None"),
    "async: the fallback is swallowed": rewritten("AsyncNode", "exec_fallback_async", "return None"),
    "the fallback gets no exception": replaced(
        "Node", "_exec", "self.exec_fallback(prep_res, e)", "self.exec_fallback(prep_res, None)"
    ),
    # one node
    "post is skipped where exec gave None": replaced(
        "BaseNode", "_run", "self.post(shared, p, e)", "None if e is None else self.post(shared, p, e)"
    ),
    "post gets exec's result as prep's": replaced(
        "BaseNode", "_run", "self.post(shared, p, e)", "self.post(shared, e, e)"
    ),
    "async: post gets prep's result as exec's": replaced(
        "AsyncNode", "_run_async", "self.post_async(shared, p, e)", "self.post_async(shared, p, p)"
    ),
    "no warning for successors that do not run": dropped("BaseNode", "run", ast.If, "warnings.warn"),
    "async: no warning for successors that do not run": dropped("AsyncNode", "run_async", ast.If, "warnings.warn"),
    "an async node in a sync flow is passed over": rewritten("AsyncNode", "_run", "return None"),
    # batches
    "None is no empty batch": replaced("BatchNode", "_exec", "items or []", "items"),
    "None items are skipped": replaced(
        "BatchNode", "_exec", "items or []", "[i for i in items or [] if i is not None]"
    ),
    "a batch is listed before it runs": replaced("BatchNode", "_exec", "items or []", "list(items or [])"),
    "the results are reversed": replaced(
        "BatchNode",
        "_exec",
        "[super(BatchNode, self)._exec(i) for i in items or []]",
        "[super(BatchNode, self)._exec(i) for i in items or []][::-1]",
    ),
    "async: None is an empty batch": rewritten(
        "AsyncBatchNode", "_exec", "return [await super(AsyncBatchNode, self)._exec(i) for i in items or []]"
    ),
    "a parallel batch keeps what fails": rewritten(
        "AsyncParallelBatchNode",
        "_exec",
        "made = (super(AsyncParallelBatchNode, self)._exec(i) for i in items)",
        "return await asyncio.gather(*made, return_exceptions=True)",
    ),
    "a parallel batch runs one by one": rewritten(
        "AsyncParallelBatchNode",
        "_exec",
        "return [await super(AsyncParallelBatchNode, self)._exec(i) for i in items]",
    ),
    # batch flows
    "post of a batch flow gets a label": rewritten(
        "BatchFlow",
        "_run",
        "pr, o = self.prep(shared) or [], None",
        "for bp in pr: o = self._orch(shared, {**self.params, **bp})",
        "return self.post(shared, pr, o)",
    ),
    "post of a batch flow gets what prep gave": rewritten(
        "BatchFlow",
        "_run",
        "pr = self.prep(shared)",
        "for bp in pr or []: self._orch(shared, {**self.params, **bp})",
        "return self.post(shared, pr, None)",
    ),
    "a batch flow ends at the first empty item": rewritten(
        "BatchFlow",
        "_run",
        "pr = self.prep(shared) or []",
        "for bp in pr:",
        "    if not bp: break",
        "    self._orch(shared, {**self.params, **bp})",
        "return self.post(shared, pr, None)",
    ),
    "async: a batch flow runs its items together": rewritten(
        "AsyncBatchFlow",
        "_run_async",
        "pr = await self.prep_async(shared) or []",
        "await asyncio.gather(*(self._orch_async(shared, {**self.params, **bp}) for bp in pr))",
        "return await self.post_async(shared, pr, None)",
    ),
    "async: post of a batch flow gets a label": rewritten(
        "AsyncBatchFlow",
        "_run_async",
        "pr, o = await self.prep_async(shared) or [], None",
        "for bp in pr: o = await self._orch_async(shared, {**self.params, **bp})",
        "return await self.post_async(shared, pr, o)",
    ),
    "a parallel flow runs one by one": rewritten(
        "AsyncParallelBatchFlow",
        "_run_async",
        "pr = await self.prep_async(shared) or []",
        "for bp in pr: await self._orch_async(shared, {**self.params, **bp})",
        "return await self.post_async(shared, pr, None)",
    ),
    "a parallel flow keeps what fails": rewritten(
        "AsyncParallelBatchFlow",
        "_run_async",
        "pr = await self.prep_async(shared) or []",
        "made = (self._orch_async(shared, {**self.params, **bp}) for bp in pr)",
        "await asyncio.gather(*made, return_exceptions=True)",
        "return await self.post_async(shared, pr, None)",
    ),
    # flows
    "a flow's post is told nothing": replaced("Flow", "_run", "self.post(shared, p, o)", "self.post(shared, p, None)"),
    "a flow says nothing of its own": rewritten("Flow", "post", "return None"),
    "async: a flow says nothing of its own": rewritten("AsyncFlow", "post_async", "return None"),
    "a flow has no prep": replaced("Flow", "_run", "self.prep(shared)", "None"),
    "an async flow runs every node sync": replaced(
        "AsyncFlow",
        "_orch_async",
        "await curr._run_async(shared) if isinstance(curr, AsyncNode) else curr._run(shared)",
        "curr._run(shared)",
    ),
    "async: the last label is lost": rewritten(
        "AsyncFlow",
        "_run_async",
        "p = await self.prep_async(shared)",
        "await self._orch_async(shared)",
        "return await self.post_async(shared, p, None)",
    ),
}
