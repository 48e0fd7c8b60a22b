"""What the gate has to know about kinds of effects beside the policy: which ones cannot be taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from havocproof.actions import Action, HttpRequest, Part, SqlChange, SqlQuery, SqlSchema
from havocproof.errors import ActionError
from havocproof.policy.verbs import BUILT_IN

if TYPE_CHECKING:
    from havocproof.policy import Policy

MOST_ATOMS = 256

_SQL = (SqlQuery, SqlChange, SqlSchema)
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_LASTING = frozenset({"all.send", "all.pay", "all.destroy"})


def needs_port(action: Action) -> bool:
    """Only its port can say what the effect is: a database compiles the statement."""
    return isinstance(action, _SQL)


def bounded(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """The parts. ActionError if they are cut into more than 256 atoms."""
    if sum(len(part.atoms) for part in parts) > MOST_ATOMS:
        raise ActionError("args", f"the action is cut into more than {MOST_ATOMS} effects", "Split the call")
    return parts


def classes_of(policy: Policy) -> dict[str, frozenset[str]]:
    """The classes (`all.send` and so on) of each verb that a part may have."""
    found = {name: verb.classes for name, verb in BUILT_IN.items()}
    for tool in (*policy.tools.values(), *(program.tool for program in policy.programs.values())):
        for verb in tool.verbs:
            found[verb.name] = found.get(verb.name, frozenset()) | verb.classes
    return found


def is_irreversible(parts: tuple[Part, ...], classes: Mapping[str, frozenset[str]]) -> bool:
    """Money, deletions and what is sent: the intent has to reach the disk before the effect. Unknown verbs count."""
    return any(not classes.get(verb, _LASTING).isdisjoint(_LASTING) for verb, _, _ in parts)


def is_repeatable(action: Action) -> bool:
    """Doing it twice is as good as once, so that one in doubt may be tried again."""
    return isinstance(action, HttpRequest) and action.method in _SAFE_METHODS
