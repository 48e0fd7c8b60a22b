"""From the kernel's verdict to what model and people are told: a kind, the rule, its `why` and `remedy`, and typed
facts.

Nothing here decides. Texts are the policy's own or fixed; nothing of an action or a result is put into them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from havocproof.actions.amounts import format_amount
from havocproof.kernel import bridge
from havocproof.kernel.bridge import Verdict
from havocproof.kernel.source import RATE, Part
from havocproof.policy.explain import explain

if TYPE_CHECKING:
    from havocproof.actions import Action
    from havocproof.gate.gate import Gate
    from havocproof.gate.session import Session
    from havocproof.policy import Policy


@dataclass(frozen=True, slots=True)
class Denial:
    """Why an action was refused (POLICY.md 2.15).

    kind: `never` a forbid; `unpermitted` nothing permits it; `fix` one argument fails in an otherwise matching rule;
          `first` something has to be done before; `later` a budget. rule: the rule's id, or the budget's name.
    facts: JSON types; see `deny` for those of each kind.
    """

    kind: str
    rule: str
    why: str
    remedy: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    def to_model(self) -> dict[str, Any]:
        """For the model."""
        return {
            "kind": self.kind,
            "rule": self.rule,
            "why": self.why,
            "remedy": self.remedy,
            "facts": dict(self.facts),
        }

    def to_journal(self) -> dict[str, Any]:
        """For the record: the texts stand in the policy, under its digest."""
        return {"kind": self.kind, "rule": self.rule, "facts": dict(self.facts)}


ENDED = Denial("first", "", "This agent has ended.", "Nothing more is performed for it; its parent goes on.")
STOPPED = Denial("first", "", "This run was stopped.", "Nothing more is performed until the host resumes the session.")


def unserved(action: Action, policy: Policy) -> Denial:
    """The policy may permit it, but this gate cannot do it."""
    if action.verb in policy.programs:
        why = f"No port starts programs, so {action.verb} cannot run."
        return Denial("unpermitted", "", why, "Do without it; asking again will not help.")
    return Denial(
        "unpermitted",
        "",
        f"No port serves {action.verb}.",
        "Do without it, or have the gate opened with a port for it.",
    )


def deny(gate: Gate, session: Session, parts: tuple[Part, ...], verdict: Verdict, now: int) -> Denial:
    """The denial that a refusing verdict of the kernel means. `now`: when it was decided, ms since the epoch.

    facts: those of `policy.explain`; of `later` also "left", as the limit is written, and "wait_s", seconds until the
    rate admits one more or the budget's window ends, or null if it has none.
    """
    who = session.who
    scene = bridge.scene(session.scopes, who.agent.uses, now, gate.store.view)
    if verdict.is_Unpermitted:
        parts, verdict = _forbidden(gate, session, parts, verdict, now)
    found = explain(gate.policy, parts, verdict, scene)
    if not verdict.is_Exhausted:
        return Denial(found.kind, found.rule, found.why, found.remedy, found.facts)
    budget = gate.policy.limit(verdict.budget)
    if verdict.key[0] == RATE:
        room: dict[str, Any] = {"wait_s": _rate_wait(gate, session, parts, verdict, now)}
    else:
        end, left = verdict.key[-1], max(verdict.left, 0)
        room = {
            "left": format_amount(left, budget.currency) if budget.currency else left,
            "wait_s": -(-(end - now) // 1000) if end else None,  # rounded up: then the window has surely ended
        }
    why = found.why or "The budget has no room for this."
    waits = room["wait_s"] is not None
    remedy = found.remedy or ("Do less, or wait." if waits else "Do less: this budget does not come back.")
    return Denial(found.kind, budget.name, why, remedy, {**found.facts, **room})


def _forbidden(
    gate: Gate, session: Session, parts: tuple[Part, ...], verdict: Verdict, now: int
) -> tuple[tuple[Part, ...], Verdict]:
    """A forbid of any effect of the action, if there is one: it matters more than that another effect is not permitted,
    whichever comes first.
    """
    if sum(len(part.atoms) for part in parts) < 2:
        return parts, verdict
    month_end = gate.months.end(now)
    for part in parts:
        for atom in part.atoms:
            alone = (Part(part.verb, part.ints, (atom,)),)
            said = gate.kernel.judge(alone, session.scopes, session.who.agent.uses, month_end, now, gate.store.view)
            if said.is_Denied:
                return alone, said
    return parts, verdict


def _rate_wait(gate: Gate, session: Session, parts: tuple[Part, ...], verdict: Verdict, now: int) -> int | None:
    """Seconds until the rate admits this, rounded up; None if it never does, being more than its burst."""
    judged = gate.kernel.judge(
        parts, session.scopes, session.who.agent.uses, gate.months.end(now), now, gate.store.view
    )
    if judged.is_Clear:
        for listed, amount, limit, _ in bridge.charges_to_json(bridge.charges(judged)):
            if tuple(listed) == verdict.key:
                # The cell holds when all that was admitted is due: it may be `limit` ms ahead of the clock.
                due = limit - verdict.left
                return None if amount > limit else -(-max(0, due + amount - limit - now) // 1000)
    return None
