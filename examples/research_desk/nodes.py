"""The nodes every agent is made of: Think asks the model, Step does what it said, Leave hands over.

An agent never touches the world by itself. What the model says becomes one typed action, the session performs it or
refuses it, and whatever came of it is the next thing that the model is told.
"""

from __future__ import annotations

import json
from typing import Any

import pocketflow

from examples.research_desk.agents import Agent
from examples.research_desk.board import Board, Shared
from havocproof.actions import ModelCall, ToolCall
from havocproof.gate import Failed, Performed
from havocproof.pocketflow import Act, perform

_ANSWER_TOKENS = 1_500
_PROMPT_BYTES = 20_000
_OUTCOME_CHARACTERS = 4_000


class ModelUnavailableError(Exception):
    """The model gave no answer. PocketFlow tries again; after the last attempt it ends the desk."""


class Think(pocketflow.Node):
    """Asks the model what to do next. Goes to `said`, or to `stuck` after too many turns or with no tokens left."""

    def __init__(self, agent: Agent, *, attempts: int = 1, wait: float = 0) -> None:
        super().__init__(max_retries=attempts, wait=wait)
        self.agent = agent

    def prep(self, shared: Shared) -> tuple[Board, str, list[dict[str, str]], bool]:
        board: Board = shared["board"]
        symbol = self.params.get("symbol", "")
        system = {"role": "system", "content": self.agent.prompt(symbol, board.sources, board.summaries)}
        shared["turns"] += 1
        return board, shared["agent"], [system, *recent(shared["talk"])], shared["turns"] > self.agent.max_turns

    def exec(self, prep_res: tuple[Board, str, list[dict[str, str]], bool]) -> str | None:
        board, name, messages, spent = prep_res
        if spent:
            return None
        outcome = perform(ModelCall(model=self.agent.model, messages=tuple(messages), max_tokens=_ANSWER_TOKENS))
        board.note(name, outcome)
        if isinstance(outcome, Failed):
            raise ModelUnavailableError(str(outcome.error))
        # Denied: the policy's own limit on tokens or models. Trying again would only repeat it.
        return str(outcome.result["text"]) if isinstance(outcome, Performed) else None

    def post(self, shared: Shared, prep_res: Any, exec_res: str | None) -> str:
        if exec_res is None:
            return "stuck"
        shared["text"] = exec_res
        return "said"


class Step(Act):
    """`Act`, and what came of it is told to the model. Goes to `finished` once the tool finish was performed."""

    def __init__(self) -> None:
        super().__init__(log="")

    def post(self, shared: Shared, prep_res: Any, exec_res: Any) -> str:
        label = super().post(shared, prep_res, exec_res)
        board: Board = shared["board"]
        board.note(shared["agent"], exec_res, shared["text"])
        told = json.dumps(exec_res.to_model(), ensure_ascii=False)
        shared["talk"] += [
            {"role": "assistant", "content": shared["text"] or "(nothing)"},
            {"role": "user", "content": f"outcome: {told[:_OUTCOME_CHARACTERS]}"},
        ]
        if isinstance(exec_res, Performed) and isinstance(exec_res.action, ToolCall):
            board.summaries[shared["agent"]] = str(exec_res.result["summary"])
            return "finished"
        return label


class Leave(pocketflow.Node):
    """The end of an agent: the one node without a way on."""


class AgentFlow(pocketflow.Flow):
    """One agent: Think, Step, and again until it finishes. `then` are nodes of code that follow when it has left."""

    def __init__(self, agent: Agent, *then: pocketflow.BaseNode, attempts: int = 1, wait: float = 0) -> None:
        think, step, leave = Think(agent, attempts=attempts, wait=wait), Step(), Leave()
        super().__init__(start=think)
        self.agent = agent
        think - "said" >> step
        think - "stuck" >> leave
        for label in ("performed", "denied", "pending", "failed", "malformed"):
            step - label >> think
        step - "finished" >> leave
        last: pocketflow.BaseNode = leave
        for node in then:
            last = last >> node

    def prep(self, shared: Shared) -> None:
        shared["agent"] = self.agent.called(self.params.get("symbol", ""))
        shared["talk"], shared["turns"] = [], 0

    def post(self, shared: Shared, prep_res: Any, exec_res: Any) -> None:
        """The default edge, whatever the last label within was: no model chooses the way of the desk."""


def recent(talk: list[dict[str, str]]) -> list[dict[str, str]]:
    """The end of a conversation that fits into a prompt, beginning with the model's own words; never empty."""
    kept: list[dict[str, str]] = []
    size = 0
    for said, told in zip(reversed(talk[0::2]), reversed(talk[1::2]), strict=True):
        size += len(said["content"].encode()) + len(told["content"].encode())
        if kept and size > _PROMPT_BYTES:
            break
        kept[:0] = [said, told]
    return [{"role": "user", "content": "Begin."}, *kept]
