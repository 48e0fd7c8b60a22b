"""Review by a person: a subagent drafts, a person agrees to exactly that text, and then it is sent.

    Draft (subagent) -> Send -> pending: end of the flow ... the editor's vote ... Resume -> sent

The flow does not wait: it ends with a request, and whoever runs it goes on when the person has answered, in the same
session. What the person saw is what is sent, once; another text is another request.
"""

from __future__ import annotations

from typing import Any

import pocketflow

from examples.patterns.kit import Desk, Models, Shared, agent_flow, answer_text, digest, opened, says
from havocproof.actions import FileRead, ToolCall
from havocproof.gate import Gate, Outcome, Pending
from havocproof.pocketflow import Claim, Delegate, contain, label, obtain, perform, session

_DRAFT = "/desk/drafts/letter.md"
PEOPLE = {"eve": ["editor"]}


class Send(pocketflow.Node):
    """Asks for the letter to be sent: it waits for the editor."""

    def exec(self, prep_res: Any) -> Outcome:
        text = answer_text([Claim(str(obtain(FileRead(path=_DRAFT))["content"]), ())]).strip()
        return perform(ToolCall(tool="answer", arguments={"text": text, "digest": digest(text)}))

    def post(self, shared: Shared, prep_res: Any, exec_res: Outcome) -> str:
        shared["asked"] = exec_res
        return label(exec_res)


class Resume(pocketflow.Node):
    """Goes on with what the editor was asked; it is decided again, with their vote."""

    def prep(self, shared: Shared) -> Pending:
        asked: Pending = shared["asked"]
        return asked

    def exec(self, prep_res: Pending) -> Outcome:
        return session().retry(prep_res.request_id)

    def post(self, shared: Shared, prep_res: Any, exec_res: Outcome) -> str:
        shared["sent"] = exec_res
        return label(exec_res)


def flow(models: Models) -> pocketflow.Flow:
    draft, send = Delegate("writer", agent_flow(models, "writer"), strict=True), Send()
    draft - "performed" >> send
    for ends in ("denied", "pending", "failed", "malformed", "unreported"):
        draft.next(None, ends)
    return pocketflow.Flow(start=draft)


def vote(gate: Gate, request: str, *, agrees: bool) -> None:
    """The editor's answer, from their own screen."""
    if agrees:
        gate.approve(request, "eve", "editor", why="Reads well.")
    else:
        gate.refuse(request, "eve", "editor", why="Not like this.")


def main(desk: Desk, *, agrees: bool = True) -> Shared:
    letter = says("file.write", path=_DRAFT, content="Dear client, all is well.")
    unseen = says("answer", text="sent by the writer", digest=digest("sent by the writer"))
    models = Models({"writer": (letter, unseen, says("agent.report", fields={"done": True}))})
    desk.write("drafts/.keep", "")
    store: Shared = {"task": "Write to the client."}
    with opened("review", desk, PEOPLE) as gate:
        work = gate.session(user="ann")
        contain(flow(models), session=work, strict=True).run(store)
        store["before"] = list(desk.sent)
        vote(gate, store["asked"].request_id, agrees=agrees)
        contain(pocketflow.Flow(start=Resume()), session=work, strict=True).run(store)
    return {**store, "briefs": models.heard}
