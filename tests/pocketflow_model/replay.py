"""The model's run: the inputs of a log, played to the machine that Dafny generated, and what it shows for them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, NamedTuple

import _dafny

from tests.pocketflow_model.generated import FlowGraph as Graph
from tests.pocketflow_model.generated import FlowMachine as Machine
from tests.pocketflow_model.generated import FlowTasks as Tasks
from tests.pocketflow_model.generated import Framework
from tests.pocketflow_model.generated import PyValues as Values
from tests.pocketflow_model.plain import NONE, Plain
from tests.pocketflow_model.world import World

Entry = tuple[Any, ...]

_seq = _dafny.SeqWithoutIsStrInference
KINDS = {
    "BaseNode": Graph.Kind_KBase,
    "Node": Graph.Kind_KNode,
    "BatchNode": Graph.Kind_KBatchNode,
    "Flow": Graph.Kind_KFlow,
    "BatchFlow": Graph.Kind_KBatchFlow,
    "AsyncNode": Graph.Kind_KAsyncNode,
    "AsyncBatchNode": Graph.Kind_KAsyncBatchNode,
    "AsyncParallelBatchNode": Graph.Kind_KAsyncParBatchNode,
    "AsyncFlow": Graph.Kind_KAsyncFlow,
    "AsyncBatchFlow": Graph.Kind_KAsyncBatchFlow,
    "AsyncParallelBatchFlow": Graph.Kind_KAsyncParBatchFlow,
}
EXCEPTIONS = {
    "TypeError": Framework.Exn_TypeErr,
    "RuntimeError": Framework.Exn_RuntimeErr,
    "UserWarning": Framework.Exn_WarnErr,
    "StopIter": Framework.Exn_StopIter,
    "Cancelled": Framework.Exn_Cancelled,
    "Stopped": Framework.Exn_Stopped,
    "Stray": Framework.Exn_Stray,
}


# ---- plain forms to the model's values, and back ----
def text(string: str) -> Any:
    return _seq(map(_dafny.CodePoint, string))


def option(value: Any) -> Any:
    return Values.Option_None() if value is None else Values.Option_Some(value)


def value(form: Plain) -> Any:
    kind, *rest = form
    if kind == "none":
        return Values.Val_VNone()
    if kind == "bool":
        return Values.Val_VBool(rest[0])
    if kind == "int":
        return Values.Val_VInt(rest[0])
    if kind == "float":
        return Values.Val_VFloat(_dafny.BigRational(Fraction(*rest[0])))
    if kind == "str":
        return Values.Val_VStr(text(rest[0]))
    if kind == "sub":
        return Values.Val_VSub(text(rest[0]), text(rest[1]))
    if kind == "list":
        return Values.Val_VList(_seq(list(map(value, rest[0]))))
    if kind == "dict":
        return Values.Val_VDict(_seq([(value(key), value(item)) for key, item in rest[0]]))
    return {"gen": Values.Val_VGen, "obj": Values.Val_VObj}[kind](rest[0])


def form(found: Any) -> Plain:
    if found.is_VNone:
        return NONE
    if found.is_VBool:
        return ("bool", found.b)
    if found.is_VInt:
        return ("int", found.n)
    if found.is_VFloat:
        return ("float", (found.r.numerator, found.r.denominator))
    if found.is_VStr:
        return ("str", "".join(found.s))
    if found.is_VSub:
        return ("sub", "".join(found.s), "".join(found.like))
    if found.is_VList:
        return ("list", tuple(map(form, found.xs)))
    if found.is_VDict:
        return ("dict", tuple((form(key), form(item)) for key, item in found.kv))
    return ("gen" if found.is_VGen else "obj", found.id_)


def exception(form: Plain) -> Any:
    if form[0] in ("user", "base"):
        return (Framework.Exn_User if form[0] == "user" else Framework.Exn_UserBase)(form[1])
    return EXCEPTIONS[form[0]]()


def exception_form(found: Any) -> Plain:
    if found.is_User or found.is_UserBase:
        return ("user" if found.is_User else "base", found.id_)
    return (next(name for name, kind in EXCEPTIONS.items() if isinstance(found, kind)),)


def outcome(found: Any) -> Plain:
    return ("ret", form(found.v)) if found.is_Ret else ("exc", exception_form(found.e))


# ---- inputs ----
def _attribute(what: str, to: Any) -> Any:
    if what == "start":
        return Tasks.Attr_Begins(option(to))
    if what == "params":
        return Tasks.Attr_Has(value(to))
    return {"retries": Tasks.Attr_Retries, "wait": Tasks.Attr_Pause}[what](to)


_CONTROL = {
    "start": lambda t: Tasks.Act_FStart(t),
    "wake": lambda t: Tasks.Act_FWake(t),
    "ret": lambda t, v: Tasks.Act_FRet(t, value(v)),
    "raise": lambda t, e: Tasks.Act_FRaise(t, exception(e)),
    "cancel": lambda t, hard: Tasks.Act_FCancel(t, hard),
    "run": lambda t, n, sync: Tasks.Act_FRun(t, n, sync),
    "setparam": lambda t, key, v: Tasks.Act_FSetParam(t, value(("str", key)), value(v)),
    "assign": lambda t, what, to: Tasks.Act_FAssign(t, _attribute(what, to)),
    "assignto": lambda n, what, to: Tasks.Act_FAssignTo(n, _attribute(what, to)),
    "rewire": lambda n, key, to: Tasks.Act_FRewire(n, value(key), option(to)),
}


def _input(kind: str, *rest: Any) -> Any:
    if kind == "outside":
        return Machine.Input_Outside(*rest)
    if kind in ("ask", "act"):
        return (Machine.Input_Ask if kind == "ask" else Machine.Input_Act)(*rest)
    return Machine.Input_Control(_CONTROL[kind](*rest))


# ---- events ----
def _hook(frame: Any) -> str:
    at = frame.at if frame.is_NodeF else frame.fat
    for name, hook in (
        ("Prep", "prep"),
        ("FPrep", "prep"),
        ("Pull", "next"),
        ("FPull", "next"),
        ("Exec", "exec"),
        ("Fallback", "fallback"),
    ):
        if getattr(at, f"is_{name}", False):
            return hook
    return "post"


def _called(event: Any, world: World) -> Entry:
    frame, hook = event.f, _hook(event.f)
    at = frame.at if frame.is_NodeF else frame.fat
    kind = world.specs[frame.n].kind
    counts = kind in ("Node", "BatchNode") or (kind.startswith("Async") and world.semantics == "main")
    tries = event.tries if counts else None
    args: Entry = ()
    if hook == "exec":
        args = (form(at.todo[0]), tries)
    elif hook == "fallback":
        args = (form(at.todo[0]), exception_form(at.e), tries)
    elif hook == "post":
        args = (form(at.p), form(at.r))
    return ("called", event.t, frame.n, hook, None if hook == "next" else frame.sync, form(event.params), args)


def _note(task: int, note: Any) -> Entry:
    if note.is_Warned:
        return ("warned", task, note.ends)
    if note.is_Slept:
        return ("slept", task, note.wait)
    if note.is_Strayed:
        return ("strayed", task, note.flow, note.cur, form(note.a))
    edges = tuple(map(form, note.edges))
    if note.is_Took:
        return ("took", task, note.flow, note.cur, form(note.a), edges, note.to)
    return ("ended", task, note.flow, note.cur, form(note.a), edges)


def _event(event: Any, world: World) -> Entry | None:
    if event.is_Called:
        return _called(event, world)
    if event.is_Noted:
        return _note(event.t, event.note)
    if event.is_Returned or event.is_Finished:
        return ("returned" if event.is_Returned else "finished", event.t, outcome(event.o))
    if event.is_Spawned:
        return ("spawned", event.t, event.count)
    if event.is_Granted or event.is_Performed:
        return ("granted" if event.is_Granted else "performed", event.t, event.h, event.q)
    if event.is_Changed:
        return ("changed", event.i)
    if event.is_Denied:
        return ("denied", event.t, event.q)
    if event.is_Refused:
        return ("refused", event.t, event.h)
    return ("stopping", event.t) if event.is_Stopping else None


# ---- runs ----
def begun(world: World) -> Any:
    """The flow as it was before the run."""
    nodes = [
        Tasks.Given_Given(
            KINDS[spec.kind](),
            Graph.Hooks_Hooks(*(hook not in spec.skipped for hook in ("prep", "exec", "fallback", "post"))),
            _seq([(value(key), option(to)) for key, to in spec.succ]),
            spec.truthy,
            _seq(list(map(text, spec.exits))),
            spec.retries,
            spec.wait,
            option(spec.start),
            value(spec.params),
        )
        for spec in world.specs
    ]
    main = world.semantics == "main"
    return Tasks.default__.Begun(_seq(nodes), 0, world.sync, world.raising, main, world.strict)


class Policy(NamedTuple):
    """What the gate of a run remembers: the sum so far, the limit, the policies so far, and each answer's policy."""

    spent: int
    limit: int | None
    version: int = 0
    given: tuple[int, ...] = ()

    def ask(self, amount: int) -> tuple[Policy, bool]:
        if self.limit is not None and self.spent + amount > self.limit:
            return self, False
        return self._replace(spent=self.spent + amount, given=(*self.given, self.version)), True

    def act(self, handle: int) -> tuple[Policy, bool]:
        return self, self.given[handle] == self.version

    def change(self, limit: int | None) -> Policy:
        return self._replace(limit=limit, version=self.version + 1)


def replay(world: World, *, contained: bool) -> tuple[list[Entry], list[int]]:
    """What the contained machine, or the plain one, makes of the log's inputs: its log, and its effects."""
    state: Any
    if contained:
        answers = Machine.Gate_Gate(Policy.ask, Policy.act, Policy.change)
        state = Machine.default__.Start(begun(world), Policy(0, world.limit0), world.budget, world.patience)
    else:
        state = Machine.default__.PlainStart(begun(world))
    log: list[Entry] = []
    for entry in world.log:
        if entry[0] != "in":
            continue
        log.append(entry)
        todo = [_input(*entry[1:])]
        while todo:
            if contained:
                state, events = Machine.default__.Step(answers, state, todo.pop())
            else:
                state, events = Machine.default__.PlainStep(state, todo.pop())
            for event in events:
                if event.is_Called and _hook(event.f) in world.specs[event.f.n].skipped:
                    # The package's own hook: it does what it does, whatever the input says.
                    todo.append(Machine.Input_Control(Tasks.Act_FRaise(event.t, Framework.Exn_UserBase(0))))
                elif (shown := _event(event, world)) is not None:
                    log.append(("ev", *shown))
    return log, list(state.world)
