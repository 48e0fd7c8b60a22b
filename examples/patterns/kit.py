"""What the six patterns share: a scripted model, the flow that every agent runs, and the citation step.

A pattern is a flow of flows. Each subagent's objective, boundaries and form of report stand in the policy's section
`agents`, and so do its grant and its share of the budgets: the flow only says who is asked when.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pocketflow

from havocproof import Gate
from havocproof.actions import Report, ToolCall
from havocproof.gate import Outcome, Performed
from havocproof.pocketflow import Act, Citations, Claim, check, cite, contain, perform, session
from havocproof.ports import FilesPort, Port, ToolPort

Shared = dict[str, Any]
Line = str | Callable[[list[dict[str, Any]]], str]
"""What a model says: a text, or a function of what it was told so far."""

HERE = Path(__file__).resolve().parent


@dataclass
class Models:
    """Scripted models, one for each agent by name; each begins its lines anew with each brief. heard: all briefs."""

    lines: Mapping[str, Sequence[Line]]
    heard: list[str] = field(default_factory=list)

    def speaker(self, agent: str, brief: str) -> Iterator[Line]:
        self.heard.append(brief)
        return iter(self.lines[agent])


class Ask(pocketflow.Node):
    """The agent's model: says its next line. Goes to `silent` when it has no more."""

    def __init__(self, models: Models, agent: str) -> None:
        super().__init__()
        self.models, self.agent = models, agent

    def prep(self, shared: Shared) -> Shared:
        shared.setdefault("outcomes", [])
        if "speaker" not in shared:
            shared["speaker"] = self.models.speaker(self.agent, shared["brief"])
        return shared

    def exec(self, prep_res: Shared) -> str | None:
        line = next(prep_res["speaker"], None)
        return line(prep_res["outcomes"]) if callable(line) else line

    def post(self, shared: Shared, prep_res: Any, exec_res: str | None) -> str:
        shared["text"] = exec_res
        return "silent" if exec_res is None else "said"


class Do(Act):
    """Does what the model said; each performed action is told with its citation. Goes to `over` after a report."""

    def post(self, shared: Shared, prep_res: Any, exec_res: Outcome) -> str:
        super().post(shared, prep_res, exec_res)
        if isinstance(exec_res, Performed):
            shared["outcomes"][-1]["cite"] = cite(exec_res)
            if isinstance(exec_res.action, Report):
                return "over"
        return "next"


def agent_flow(models: Models, agent: str) -> pocketflow.Flow:
    """What every agent runs: its model speaks, what it says is done, until it has reported or is silent."""
    ask, do = Ask(models, agent), Do()
    ask - "said" >> do
    ask.next(None, "silent")
    do - "next" >> ask
    do.next(None, "over")
    return pocketflow.Flow(start=ask)


def says(action: str, **args: Any) -> str:
    """A model's text with one action."""
    return json.dumps({"action": action, "args": args})


# ---- the citation step ----


class CheckCitations(pocketflow.Node):
    """Every claim of the answer cites a record of this run; else it goes back, as `refused`.

    reads `answer`: a list of {"text", "cites", "quotes"}; and `results`: by citation, what the cited actions gave. An
    answer that stands is noted as a fact under its digest, and nothing else is let out by the policy.
    """

    def prep(self, shared: Shared) -> tuple[list[Claim], dict[str, Any]]:
        claims = [Claim(each["text"], tuple(each["cites"]), each.get("quotes", {})) for each in shared["answer"]]
        return claims, shared.get("results", {})

    def exec(self, prep_res: tuple[list[Claim], dict[str, Any]]) -> Citations:
        found = check(session(), *prep_res)
        if found.ok:
            session().note("cited", digest(answer_text(found.claims)))
        return found

    def post(self, shared: Shared, prep_res: Any, exec_res: Citations) -> str:
        shared["checked"] = exec_res
        shared.setdefault("refused", []).extend((each.mark, each.why) for each in exec_res.refused)
        return "cited" if exec_res.ok else "refused"


class Tell(pocketflow.Node):
    """Gives the answer to the client. The policy lets out what was cited, word for word."""

    def prep(self, shared: Shared) -> str:
        return answer_text([Claim(each["text"], tuple(each["cites"])) for each in shared["answer"]])

    def exec(self, prep_res: str) -> Outcome:
        return perform(ToolCall(tool="answer", arguments={"text": prep_res, "digest": digest(prep_res)}))

    def post(self, shared: Shared, prep_res: Any, exec_res: Outcome) -> None:
        shared["sent"] = exec_res


def answer_text(claims: Sequence[Claim]) -> str:
    return "\n".join(f"{claim.text} {' '.join(claim.cites)}" for claim in claims)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


# ---- running a pattern ----


@dataclass
class Desk:
    """A folder that agents see as /desk, and what was sent to the client."""

    folder: Path
    sent: list[str] = field(default_factory=list)

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def answer(self, text: str, digest: str) -> dict[str, int]:
        """The tool: it sends the text that has this digest, and no other."""
        if hashlib.sha256(text.encode()).hexdigest() != digest:
            raise ValueError("another text than was checked")
        self.sent.append(text)
        return {"sent": len(self.sent)}


@contextmanager
def opened(
    pattern: str, desk: Desk, people: Mapping[str, list[str]] | None = None, more: Sequence[Port] = ()
) -> Iterator[Gate]:
    """The pattern's gate: files of the desk, and the tool that answers the client."""
    desk.folder.mkdir(parents=True, exist_ok=True)
    ports: list[Port] = [FilesPort({"/desk": desk.folder}), ToolPort({"answer": desk.answer}), *more]
    with Gate.open(HERE / f"{pattern}.yaml", ports=ports, people=people) as gate:
        yield gate


def run(flow: pocketflow.Flow, gate: Gate, **shared: Any) -> Shared:
    """One strict run of a pattern's flow for the client ann. Gives its store."""
    store: Shared = dict(shared)
    contain(flow, gate, user="ann", strict=True).run(store)
    return store
