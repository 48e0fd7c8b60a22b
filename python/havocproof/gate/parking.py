"""Asked actions: parked once, with a name that stays the same while they wait. Granting is not built yet."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from havocproof.gate.forms import receipt_form
from havocproof.gate.outcome import Pending
from havocproof.stores import Parked, Step
from havocproof.stores.records import canonical

if TYPE_CHECKING:
    from havocproof.gate.way import Way
    from havocproof.policy import Policy, RuleText


def request_id(session: str, policy: str, digest: str, needs: frozenset[str]) -> str:
    """The name of a request: what a grant would be for, in short. 16 hex digits behind `ask-`."""
    text = canonical([session, policy, digest, sorted(needs)])
    return "ask-" + hashlib.sha256(text.encode()).hexdigest()[:16]


def park(way: Way, step: Step, rule: str, needs: frozenset[str]) -> Pending:
    """Parks the action under its request, unless it waits there already. One record either way."""
    policy = way.gate.policy
    request = request_id(way.session.id, policy.digest, way.digest, needs)
    waiting = step.parked.get(request)
    again = waiting is not None and step.now < waiting.expires_at
    if again and waiting is not None:
        expires_at = waiting.expires_at
    else:
        expires_at = step.now + min(policy.approvals[name].within_ms for name in needs)
    body = way.body(
        request=request, rule=rule, needs=sorted(needs), expires_at=expires_at, again=again, reason=way.action.reason
    )
    record = step.append("pending", body)
    if not again:
        step.park(Parked(request, record.seq, expires_at, body))
    text = _asking(policy, rule, needs)
    return Pending(
        way.action,
        request,
        way.digest,
        needs,
        text.why,
        text.remedy,
        expires_at,
        receipt_form(record, policy.digest),
    )


def _asking(policy: Policy, rule: str, needs: frozenset[str]) -> RuleText:
    """The texts of the rule that asks: the one that grants, or a forbid that waits for one of the same approvals."""
    granting = policy.rules[rule]
    if granting.effect == "ask":
        return granting
    return next((text for text in policy.rules.values() if text.effect == "forbid" and text.needs in needs), granting)
