"""What is odd about a flow before it runs: PocketFlow's ways that surprise people, found by looking at the graph.

Nothing here is checked while a flow runs, and nothing is changed: PocketFlow's ways are kept. An error cannot be meant,
and a strict flow is refused for it; a warning may be meant.
"""

from __future__ import annotations

import dis
import inspect
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pocketflow

from havocproof.pocketflow.counting import BATCH, STEP
from havocproof.pocketflow.findings import Finding, finding
from havocproof.pocketflow.naming import following, walk
from havocproof.pocketflow.openings import SESSION
from havocproof.pocketflow.release import SHARED_RETRIES, release

if TYPE_CHECKING:
    from havocproof.policy import Policy

_ACTING = frozenset({"perform", "aperform", "require", "arequire", "obtain", "aobtain", "emit", "aemit"})
_MACHINERY = ("_run", "_exec", "_orch", "_run_async", "_orch_async", "get_next_node")
_SYNC_HOOKS, _ASYNC_HOOKS = ("prep", "exec", "exec_fallback", "post"), ("prep_async", "exec_async", "post_async")


def diagnose(flow: pocketflow.BaseNode, policy: Policy | None = None) -> tuple[Finding, ...]:
    """What is odd about a flow, its nodes in the order of `walk`, each code once a node.

    policy: with it, loops and widths that the policy does not count are found, too; a contained flow after its run
    knows its own.
    """
    if policy is None and (session := getattr(flow, SESSION, None)) is not None:
        policy = session.gate.policy
    found = [finding(code, "") for code in _package()]
    nodes = list(walk(flow))
    places = {id(node): "/".join(place) for node, place in nodes}
    for node, place in nodes:
        found += [finding(code, "/".join(place)) for code, test in _NODES.items() if test(node)]
    for around, _ in nodes:
        if isinstance(around, pocketflow.Flow):
            inside = list(_inside(around))
            found += [finding(code, places[id(node)]) for code, node in _between(around, inside)]
    if policy is not None:
        if STEP not in policy.tools:
            found += [finding("PF-LOOP", places[id(node)]) for node in _loops(nodes)]
        if BATCH not in policy.tools:
            wide = (pocketflow.AsyncParallelBatchNode, pocketflow.AsyncParallelBatchFlow)
            found += [finding("PF-WIDTH", places[id(node)]) for node, _ in nodes if isinstance(node, wide)]
    return tuple(dict.fromkeys(found))


def _package() -> Iterator[str]:
    known = release()
    if known is None:
        yield "PF-RELEASE"
    elif known == SHARED_RETRIES:
        yield "PF-RETRIES"


# ---- one node ----


def _own(node: Any, hook: str) -> Any:
    """The hook as the user's class has it; None if it is PocketFlow's, a drop-in's border, or not there."""
    for kind in type(node).__mro__:
        if hook in vars(kind) and not kind.__dict__.get("_havocproof_kind"):
            return None if kind.__module__.partition(".")[0] == "pocketflow" else vars(kind)[hook]
    return None


def _plain(hook: Any) -> Any:
    return getattr(hook, "__func__", hook)


def _unready(node: Any) -> bool:
    return not (hasattr(node, "successors") and hasattr(node, "params"))


def _without_start(node: Any) -> bool:
    return isinstance(node, pocketflow.Flow) and getattr(node, "start_node", None) is None


def _false(node: Any) -> bool:
    try:
        return not node
    except Exception:
        return True


def _odd_label(node: Any) -> bool:
    return any(type(label) is not str for label in following(node))


def _no_attempts(node: Any) -> bool:
    # A flow is a node without attempts: what it holds there is never looked at.
    if not isinstance(node, pocketflow.Node) or isinstance(node, pocketflow.Flow) or _unready(node):
        return False
    most = getattr(node, "max_retries", 0)
    return type(most) is not int or most < 1


def _repeats(node: Any) -> bool:
    most: Any = getattr(node, "max_retries", None)
    if isinstance(node, pocketflow.Flow) or not isinstance(most, int) or most < 2:
        return False
    hook = _own(node, "exec_async" if isinstance(node, pocketflow.AsyncNode) else "exec")
    code = getattr(_plain(hook), "__code__", None)
    return code is not None and not _ACTING.isdisjoint(code.co_names)


def _loses(node: Any) -> bool:
    """Whether a hook has `self.x = ...`. Of a flow the copy that is set is the one that runs: that can be meant."""
    hooks = () if isinstance(node, pocketflow.Flow) else (*_SYNC_HOOKS, *_ASYNC_HOOKS, "exec_fallback_async")
    for hook in hooks:
        code = getattr(_own(node, hook), "__code__", None)  # static and class methods have no node
        if code is None or not code.co_argcount:
            continue
        before: Any = None
        for step in dis.get_instructions(code):
            if step.opname == "STORE_ATTR" and before == code.co_varnames[0]:
                return True
            loaded = step.argval if step.opname.startswith("LOAD_FAST") else None
            before = loaded[-1] if isinstance(loaded, tuple) else loaded
    return False


def _ignored(node: Any) -> bool:
    # An AsyncFlow that runs by run() does call prep and post: PF-SKIPS speaks of it.
    is_node = isinstance(node, pocketflow.AsyncNode) and not isinstance(node, pocketflow.Flow)
    return is_node and any(_own(node, hook) is not None for hook in _SYNC_HOOKS)


def _wrong_kind(node: Any) -> bool:
    coroutine: Callable[[Any], bool] = inspect.iscoroutinefunction
    if isinstance(node, pocketflow.AsyncNode):
        hooks = [_own(node, hook) for hook in _ASYNC_HOOKS]
        # What is callable and no function may well return something to await.
        return any(
            inspect.isfunction(_plain(hook)) and not _awaited(_plain(hook)) for hook in hooks if hook is not None
        )
    return any(coroutine(_plain(_own(node, hook))) for hook in _SYNC_HOOKS)


def _awaited(hook: Any) -> bool:
    """Whether what the function returns can be awaited, as far as it can be told without calling it."""
    return (
        inspect.iscoroutinefunction(hook)
        or "Await" in str(hook.__annotations__.get("return", ""))
        or bool(getattr(hook, "__wrapped__", None))
    )


def _machinery(node: Any) -> bool:
    return any(_own(node, method) is not None for method in _MACHINERY)


_NODES: dict[str, Callable[[Any], bool]] = {
    "PF-INIT": _unready,
    "PF-START": _without_start,
    "PF-FALSE": _false,
    "PF-LABEL": _odd_label,
    "PF-END": lambda node: None in following(node).values(),
    "PF-ATTEMPTS": _no_attempts,
    "PF-REPEATS": _repeats,
    "PF-LOST": _loses,
    "PF-IGNORED": _ignored,
    "PF-AWAIT": _wrong_kind,
    "PF-MACHINERY": _machinery,
}


# ---- nodes among each other ----


def _inside(flow: Any) -> Iterator[Any]:
    """The nodes that stand in the flow itself, not in one below it."""
    todo, met = [getattr(flow, "start_node", None)], set[int]()
    while todo:
        node = todo.pop(0)
        if not isinstance(node, pocketflow.BaseNode) or id(node) in met:
            continue
        met.add(id(node))
        yield node
        todo += following(node).values()


def _between(around: Any, inside: list[Any]) -> Iterator[tuple[str, Any]]:
    is_async = isinstance(around, pocketflow.AsyncFlow)
    for node in inside:
        if isinstance(node, pocketflow.AsyncNode) and not is_async:
            yield ("PF-SKIPS" if isinstance(node, pocketflow.Flow) else "PF-ASYNC"), node
        if is_async and not isinstance(node, pocketflow.AsyncNode) and getattr(node, "wait", None):
            yield "PF-BLOCKS", node
        if isinstance(node, pocketflow.Flow):
            post = "post_async" if is_async and isinstance(node, pocketflow.AsyncNode) else "post"
            if _own(node, post) is None and len(following(node)) > 1 and not hasattr(node, "exits"):
                yield "PF-ESCAPE", node
            if _holds(node, around):
                yield "PF-ITSELF", node


def _holds(flow: Any, wanted: Any) -> bool:
    todo, met = [flow], set[int]()
    while todo:
        each = todo.pop()
        if each is wanted:
            return True
        if id(each) not in met and isinstance(each, pocketflow.Flow):
            met.add(id(each))
            todo += _inside(each)
    return False


def _loops(nodes: list[tuple[Any, tuple[str, ...]]]) -> Iterator[Any]:
    """The nodes that an edge leads back to, one for each loop that a search in depth closes."""
    state: dict[int, int] = {}
    for first, _ in nodes:
        if id(first) in state:
            continue
        state[id(first)] = 1
        stack = [(first, iter(list(following(first).values())))]
        while stack:
            node, ends = stack[-1]
            for end in ends:
                if not isinstance(end, pocketflow.BaseNode):
                    continue
                if state.get(id(end)) == 1:
                    yield end
                elif id(end) not in state:
                    state[id(end)] = 1
                    stack.append((end, iter(list(following(end).values()))))
                    break
            else:
                state[id(node)] = 2
                stack.pop()
