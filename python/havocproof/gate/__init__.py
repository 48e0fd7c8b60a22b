"""The gate: the one way in for actions and the one way out for effects."""

from __future__ import annotations

from havocproof.gate.approving import Request
from havocproof.gate.denial import Denial
from havocproof.gate.gate import Gate
from havocproof.gate.given import Allowance
from havocproof.gate.outcome import Decision, Denied, Failed, Malformed, Outcome, Pending, Performed, Receipt
from havocproof.gate.people import People
from havocproof.gate.session import Session
from havocproof.gate.terms import Terms

__all__ = [
    "Allowance",
    "Decision",
    "Denial",
    "Denied",
    "Failed",
    "Gate",
    "Malformed",
    "Outcome",
    "Pending",
    "People",
    "Performed",
    "Receipt",
    "Request",
    "Session",
    "Terms",
]
