"""What cells are kept by: scopes of the session, and arguments that are names or places.

A cell's key has four slots; most sections take the first one themselves (the tenant, the run).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from havocproof.policy.axes import ENUM, NAME, SORTS_ON_ATOMS, Axis
from havocproof.policy.problems import Problems, listed
from havocproof.policy.tree import Text
from havocproof.policy.verbs import Verb

MOST_SLOTS = 4


def key_axes(word: Text, verbs: Iterable[Verb], scopes: Sequence[str], problems: Problems) -> list[Axis] | None:
    """The axes that one word of `per` names, one for each verb, or None with the problem noted.

    Their values are comparable. `scopes`: words that might have been meant instead.
    """
    name = word.value
    found: list[Axis] = []
    for verb in verbs:
        axis = verb.axes.get(name)
        if axis is None or axis.sort not in SORTS_ON_ATOMS:
            fit = [*scopes, *(label for label, each in verb.axes.items() if each.sort in SORTS_ON_ATOMS)]
            remedy = problems.near(name, fit, f"Count per {listed(fit)}." if fit else "Leave `per` out.")
            scope = "no scope, and " if scopes else ""
            what = f"{scope}no name or place" if axis is not None else f"{scope}no axis"
            problems.add("E-AXIS", word, f"`{name}` is {what} of `{verb.tool or verb.name}`", remedy)
            return None
        if found and not same_values(found[0], axis):
            problems.add("E-AXIS", word, f"`{name}` is not the same argument everywhere", "Write two of them.")
            return None
        found.append(axis)
    return found


def same_values(one: Axis, other: Axis) -> bool:
    """Whether equal texts on both axes mean the same."""
    names = (NAME, ENUM)
    return (one.sort in names and other.sort in names) or (one.sort == other.sort and one.kind == other.kind)
