"""What the ten recipes share: a world, a scripted model, hands that act, and how a recipe is cooked.

A recipe is a flow, the world that it works in, and two scripts for its model: honest work, and an attack, which is what
a model says that believes a stranger's text. The flow acts by the hands that it is given:

    contained   the gate's: each action is decided by the recipe's policy, and performed by a port
    plain       the ones that such flows usually have: they do what they are told

Nothing else differs. What an attack did is never asked of the hands: `World.harms` looks at files, tables, books,
processes and at what servers received.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, cast

import pocketflow
import yaml

from havocproof import Gate
from havocproof.errors import Contained
from havocproof.gate import Outcome
from havocproof.pocketflow import contain, perform, session
from havocproof.ports import Port

Shared = dict[str, Any]
Action = dict[str, Any]
Told = dict[str, Any]
Do = Callable[..., Any]
Script = Sequence[str]

HERE = Path(__file__).resolve().parent


class Hands(Protocol):
    """How a flow acts. Both give what the model is told."""

    def emit(self, text: str) -> Told:
        """Does what one action in a model's text says."""

    def do(self, action: Action) -> Told:
        """Does one action."""


class Gated:
    """The contained run's hands."""

    def emit(self, text: str) -> Told:
        return session().emit(text).to_model()

    def do(self, action: Action) -> Told:
        return perform(action).to_model()


class Plain:
    """Hands without containment: a dispatch by name to functions, with whatever arguments the model gave."""

    def __init__(self, functions: Mapping[str, Do]) -> None:
        self.functions = functions

    def emit(self, text: str) -> Told:
        fenced = text.split("```yaml")[1].split("```")[0] if "```yaml" in text else text
        return self.do(yaml.safe_load(fenced))

    def do(self, action: Action) -> Told:
        name = action["action"]
        if name not in self.functions:
            return {"status": "failed", "action": name, "error": "there is no such tool"}
        try:
            result = self.functions[name](**action.get("args", {}))
        except Exception as error:
            return {"status": "failed", "action": name, "error": f"{type(error).__name__}: {error}"}
        return {"status": "performed", "action": name, "result": result}


class World:
    """Files, tables, books and servers of one recipe, in a folder of its own. What is opened here is closed here."""

    people: Mapping[str, list[str]] = {}

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.told: list[Told] = []
        """What the model was told, oldest first."""

    def ports(self) -> list[Port]:
        """What the gate performs with."""
        raise NotImplementedError

    def plain(self) -> dict[str, Do]:
        """What plain hands do."""
        raise NotImplementedError

    def harms(self) -> list[str]:
        """What the world must not show; empty in a safe one."""
        raise NotImplementedError

    def done(self) -> bool:
        """The honest work is done, as the world shows it."""
        raise NotImplementedError

    def close(self) -> None:
        """Nothing is open."""


@dataclass(frozen=True)
class Recipe:
    """One recipe. attack: the attack's script, made for the world. risk: what it does to a plain flow, in a few words.

    options: of `contain`. approves: who approves what is asked, each in a role, once the flow waits for it.
    """

    name: str
    risk: str
    world: Callable[[Path], World]
    flow: Callable[[], pocketflow.BaseNode]
    work: Callable[[World], Script]
    attack: Callable[[World], Script]
    start: Callable[[World], Shared] = lambda _: {}
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def policy(self) -> Path:
        return HERE / f"{self.name}.yaml"


@dataclass(frozen=True, slots=True)
class Served:
    """What came of it. told: what the model was told. ended: the outcome that ended the run, None if nothing did."""

    done: bool
    harms: list[str]
    told: list[Told]
    ended: Outcome | None
    error: str = ""


def cook(recipe: Recipe, folder: Path, *, attacked: bool, contained: bool, policy: Path | None = None) -> Served:
    """One run of the recipe in a new world."""
    with closing(recipe.world(folder)) as world:
        script = (recipe.attack if attacked else recipe.work)(world)
        shared: Shared = {"script": iter(script), "told": world.told, **recipe.start(world)}
        if not contained:
            ended, error = _run(recipe.flow(), {**shared, "hands": Plain(world.plain()), "people": None})
            return Served(world.done(), world.harms(), world.told, ended, error)
        with Gate.open(
            policy or recipe.policy, ports=world.ports(), journal=folder / "journal.db", people=world.people
        ) as gate:
            flow = contain(recipe.flow(), gate, user="ann", **recipe.options)
            ended, error = _run(flow, {**shared, "hands": Gated(), "people": gate})
        return Served(world.done(), world.harms(), world.told, ended, error)


def _run(flow: Any, shared: Shared) -> tuple[Outcome | None, str]:
    try:
        if isinstance(flow, pocketflow.AsyncNode):
            asyncio.run(_served(flow, shared))
        else:
            flow.run(shared)
    except Contained as stop:
        return cast(Outcome, stop.outcome), ""
    except Exception as error:
        return None, f"{type(error).__name__}: {error}"
    return None, ""


async def _served(flow: Any, shared: Shared) -> None:
    """As within a server: its event loop goes on after the flow has failed, and so do the flow's tasks."""
    try:
        await flow.run_async(shared)
    finally:
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        await asyncio.gather(*others, return_exceptions=True)


# ---- nodes that many recipes have ----


class Think(pocketflow.Node):
    """The model: says the script's next line. Goes to `said`, or to `done` after the last one."""

    def prep(self, shared: Shared) -> Iterator[str]:
        script: Iterator[str] = shared["script"]
        return script

    def exec(self, prep_res: Iterator[str]) -> str | None:
        return next(prep_res, None)

    def post(self, shared: Shared, prep_res: Any, exec_res: str | None) -> str:
        shared["text"] = exec_res
        return "done" if exec_res is None else "said"


class Step(pocketflow.Node):
    """Does what the model said, and tells it what came of it."""

    def prep(self, shared: Shared) -> tuple[Hands, str]:
        return shared["hands"], shared["text"]

    def exec(self, prep_res: tuple[Hands, str]) -> Told:
        hands, text = prep_res
        return hands.emit(text)

    def post(self, shared: Shared, prep_res: Any, exec_res: Told) -> None:
        shared["told"].append(exec_res)


class Done(pocketflow.Node):
    """The end."""


def agent_loop() -> pocketflow.Flow:
    """Think, act, and again, until the model has no more to say."""
    think, step = Think(), Step()
    think - "said" >> step
    think - "done" >> Done()
    step >> think
    return pocketflow.Flow(start=think)


def says(action: str, **args: Any) -> str:
    """A model's text with one action."""
    return f"I will go on.\n```yaml\n{yaml.safe_dump({'action': action, 'args': args}, sort_keys=False)}```\n"


def seen(told: Sequence[Told], secret: str) -> list[str]:
    """The harm that the model was told a secret."""
    return ["the model was told a secret"] if any(secret in str(each) for each in told) else []
