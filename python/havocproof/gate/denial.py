"""From the kernel's verdict to what model and people are told: a kind, the rule, its `why` and `remedy`, and typed
facts.

Nothing here decides. Texts are the policy's own or fixed; nothing of an action or a result is put into them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from havocproof.actions.amounts import format_amount
from havocproof.kernel.bridge import Verdict
from havocproof.kernel.source import Part
from havocproof.policy.explain import explain

if TYPE_CHECKING:
    from havocproof.actions import Action
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


STOPPED = Denial("first", "", "This run was stopped.", "Nothing more is performed until the host resumes the session.")


def unserved(action: Action) -> Denial:
    """The policy may permit it, but this gate cannot do it."""
    return Denial(
        "unpermitted",
        "",
        f"No port serves {action.verb}.",
        "Do without it, or have the gate opened with a port for it.",
    )


def deny(policy: Policy, parts: tuple[Part, ...], verdict: Verdict, now: int) -> Denial:
    """The denial that a refusing verdict of the kernel means. `now`: when it was decided, ms since the epoch.

    facts: those of `policy.explain`; of `later` also "left", as the limit is written, and "wait_s", seconds until the
    budget's window ends, or null if it has none.
    """
    found = explain(policy, parts, verdict)
    if not verdict.is_Exhausted:
        return Denial(found.kind, found.rule, found.why, found.remedy, found.facts)
    end, left = verdict.key[-1], max(verdict.left, 0)
    currency = policy.budgets[verdict.budget].currency
    room = {
        "left": format_amount(left, currency) if currency else left,
        "wait_s": -(-(end - now) // 1000) if end else None,  # rounded up: then the window has surely ended
    }
    why = found.why or "The budget has no room for this."
    remedy = found.remedy or ("Do less, or wait." if end else "Do less: this budget does not come back.")
    return Denial(found.kind, verdict.budget, why, remedy, {**found.facts, **room})
