"""havocproof: a formally verified containment layer for AI agents.

    with Gate.open("policy.yaml", ports=[FilesPort({"/desk": folder})], journal="run.db") as gate:
        outcome = gate.session(user="ann").emit(model_text)

`Gate` and `Session` are the way in; outcomes are values; `havocproof.actions` is the typed action space,
`havocproof.ports` what performs effects, `havocproof.pocketflow` the drop-in for PocketFlow.
"""

from havocproof.actions import parse_action
from havocproof.errors import (
    ActionError,
    ConfigError,
    Contained,
    HavocproofError,
    InDoubt,
    JournalError,
    PolicyError,
    PortError,
    PortRefused,
    Problem,
    StoreError,
)
from havocproof.gate import Denial, Denied, Failed, Gate, Malformed, Outcome, Pending, Performed, Session
from havocproof.policy import Policy, load_policy

__all__ = [
    "ActionError",
    "ConfigError",
    "Contained",
    "Denial",
    "Denied",
    "Failed",
    "Gate",
    "HavocproofError",
    "InDoubt",
    "JournalError",
    "Malformed",
    "Outcome",
    "Pending",
    "Performed",
    "Policy",
    "PolicyError",
    "PortError",
    "PortRefused",
    "Problem",
    "Session",
    "StoreError",
    "load_policy",
    "parse_action",
]
