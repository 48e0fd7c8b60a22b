"""What is said about a verdict, whoever finds the words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

KINDS = ("never", "unpermitted", "fix", "first", "later")


@dataclass(frozen=True, slots=True)
class Explanation:
    """A verdict in words. `kind`: permit, ask, or one of `KINDS`.

    rule            the id of the rule that decided, "" if none did
    nearest         of `unpermitted` and `fix`: the rule that comes nearest to permitting
    failing_axes    the axes that kept it from doing so
    facts           typed facts of the kind, JSON types, all from the policy and its counters
    """

    kind: str
    rule: str = ""
    why: str = ""
    remedy: str = ""
    nearest: str = ""
    failing_axes: tuple[str, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)
