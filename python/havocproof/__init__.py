"""havocproof: a formally verified containment layer for AI agents.

    with Gate.open("policy.yaml", ports=[FilesPort({"/desk": folder})], journal="run.db") as gate:
        outcome = gate.session(user="ann").emit(model_text)

`Gate` and `Session` are the way in; outcomes are values; `havocproof.actions` is the typed action space,
`havocproof.ports` what performs effects, `havocproof.pocketflow` the drop-in for PocketFlow.

Names are imported when they are first asked for, so that `havocproof attest` can speak of a kernel that is refused.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from havocproof.actions import parse_action
    from havocproof.errors import (
        ActionError,
        ConfigError,
        Contained,
        HavocproofError,
        InDoubt,
        JournalError,
        KernelError,
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
    "KernelError",
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

if not TYPE_CHECKING:

    def __getattr__(name):
        from importlib import import_module

        if name in __all__:
            for home in ("errors", "actions", "policy", "gate"):
                value = getattr(import_module(f"{__name__}.{home}"), name, None)
                if value is not None:
                    globals()[name] = value
                    return value
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__():
        return sorted({*globals(), *__all__})
