"""What comes back for an action. Refusals are values; every outcome can be shown to the model with `to_model()`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from havocproof.errors import ActionError, HavocproofError
from havocproof.gate.denial import Denial

if TYPE_CHECKING:
    from havocproof.actions import Action
    from havocproof.gate.session import Session

Receipt = Mapping[str, Any]
"""Where the journal speaks about it; JSON types only. Always `seq` and `hash` of the record that ended the action,
and `policy`, the policy's digest. A performed action also has `intent` (seq and hash), `token`, `rule`, and
`outside_proof: true` for tools."""


WHOLE: Any = object()
"""Nothing of the result is hidden from the model."""


@dataclass(frozen=True, slots=True)
class Performed:
    """The effect happened and its outcome is in the journal. `result`: JSON types, as the port documents it.

    child: the session of the agent that a spawn or handoff has started. shown: the result as the model may see it,
    where the policy hides parts of it.
    """

    action: Action
    result: Any
    receipt: Receipt
    rule: str
    child: Session | None = field(default=None, compare=False, repr=False)
    shown: Any = field(default=WHOLE, compare=False, repr=False)

    @property
    def ok(self) -> bool:
        return True

    def to_model(self) -> dict[str, Any]:
        result = self.result if self.shown is WHOLE else self.shown
        return {"status": "performed", "action": self.action.verb, "result": result}


@dataclass(frozen=True, slots=True)
class Denied:
    """The policy does not permit it; nothing happened and nothing is reserved."""

    action: Action
    denial: Denial
    receipt: Receipt = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return False

    def to_model(self) -> dict[str, Any]:
        return {"status": "denied", "action": self.action.verb, **self.denial.to_model()}


@dataclass(frozen=True, slots=True)
class Pending:
    """People have to agree first; nothing happened and nothing is reserved. `expires_at`: ms since the epoch.

    The same action asked again before it expires is the same request.
    """

    action: Action
    request_id: str
    digest: str
    needs: frozenset[str]
    why: str
    remedy: str
    expires_at: int
    receipt: Receipt = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return False

    def to_model(self) -> dict[str, Any]:
        return {
            "status": "pending",
            "action": self.action.verb,
            "request": self.request_id,
            "needs": sorted(self.needs),
            "why": self.why,
            "remedy": self.remedy,
            "expires_at": self.expires_at,
        }


@dataclass(frozen=True, slots=True)
class Failed:
    """It was permitted and failed. `in_doubt`: the effect may have happened, and its reservation stays; else it did
    not happen.
    """

    action: Action
    error: HavocproofError
    in_doubt: bool
    receipt: Receipt = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return False

    def to_model(self) -> dict[str, Any]:
        return {
            "status": "in_doubt" if self.in_doubt else "failed",
            "action": self.action.verb,
            "error": self.error.message,
            "remedy": self.error.remedy,
        }


@dataclass(frozen=True, slots=True)
class Malformed:
    """What was sent is no typed action; nothing happened."""

    error: ActionError
    receipt: Receipt = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return False

    def to_model(self) -> dict[str, Any]:
        error = self.error
        return {"status": "malformed", "field": error.field, "problem": error.problem, "remedy": error.remedy}


Outcome = Performed | Denied | Pending | Failed | Malformed


@dataclass(frozen=True, slots=True)
class Decision:
    """What would come of an action now; nothing was reserved, parked or journaled.

    verdict: `permit`, `ask` or `deny`. rule: the rule that grants or refuses, or the budget. denial: for `deny`.
    """

    action: Action
    verdict: str
    rule: str
    needs: frozenset[str] = frozenset()
    denial: Denial | None = None
