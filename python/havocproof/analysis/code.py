"""The generated code of the analyzer. Imported by this package alone: a gate that starts does not load it.

`dafny/Analysis` is proved; what hands it tables, boxes and moments is not, and nothing of what is proved rests on it:
tables are checked, and moments confirmed, by the code that is called here.
"""

from __future__ import annotations

from typing import Any

import _dafny

import havocproof.kernel.bridge  # first: it settles the kernel's modules
import havocproof.kernel.generated.module_  # noqa: F401
from havocproof.errors import ConfigError
from havocproof.kernel import constructors
from havocproof.kernel import source as src
from havocproof.kernel.generated import (
    Confirm,
    Coords,
    Grid,
    Idle,
    Kernel,
    Lower,
    MemoryCode,
    Moments,
    Policies,
    Prover,
    Reads,
    Requests,
    Scenes,
)
from havocproof.kernel.lowered import to_policy

GENERATED_MODULES = (Confirm, Coords, Grid, Idle, Lower, Moments, Prover, Reads)
"""The generated modules that nothing but the analyzer uses."""
constructors.settle(GENERATED_MODULES)

__all__ = [
    "Confirm", "Coords", "Grid", "Idle", "Lower", "MemoryCode", "Moments", "Policies", "Prover", "Reads", "Requests",
    "Scenes", "load", "moment", "question",
]  # fmt: skip

_CLAIMS = {
    "never": Moments.Claim_Never(),
    "always": Moments.Claim_Always(),
    "some": Moments.Claim_Sometimes(),
}


def load(source: src.Source) -> tuple[Any, Any]:
    """A policy as the proofs speak of it, and the kernel's plan of that same policy."""
    policy = to_policy(source)
    loaded = Kernel.default__.Load(policy)
    if loaded.is_Invalid:
        raise ConfigError(f"rule or policy {loaded.rule} is not well-formed", "Load it with `load_policy` first")
    return policy, loaded.plan


def question(claim: str, region: tuple[Any, ...], unless: tuple[Any, ...], approved: tuple[str, ...]) -> Any:
    """A question of converted tests."""
    return Moments.Question_Question(_CLAIMS[claim], region, unless, approved)


def moment(
    part: src.Part, scopes: dict[str, str], groups: frozenset[str], now: int, month_end: int, view: src.View
) -> Any:
    """A moment of the part's only atom. The values are looked into and never changed."""
    request = Requests.Request_Request((part,), scopes, "", month_end)
    scene = Scenes.Scene_Scene(request, groups, now, view, _dafny.Set(()))
    return Moments.Moment_Moment(scene, part, part.atoms[0])
