"""Approvals: who must agree before an asked action runs (POLICY.md 2.11)."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as MappingType
from dataclasses import dataclass, field

from havocproof.actions.scalars import parse_integer
from havocproof.kernel import source
from havocproof.policy import fields
from havocproof.policy.literals import parse_duration
from havocproof.policy.problems import Problems, listed
from havocproof.policy.sets import IDENTIFIER
from havocproof.policy.tree import Items, Mapping, Node, Text
from havocproof.policy.widening import Wide, Widening, check_widening, read_widening
from havocproof.policy.words import Face

_KEYS = ("role", "people", "within", "all_of", "may_widen")
_FORM = "{role: controller, people: 1, within: 1d}"
MOST_PEOPLE = 32


@dataclass(frozen=True, slots=True)
class Quorum:
    """`people` distinct persons who act in `role`."""

    role: str
    people: int


@dataclass(frozen=True, slots=True)
class Approval:
    """Every quorum of `quorums` must agree within `within_ms` milliseconds of the request.

    `widening` is the most that people may give instead of the one action; None: only that action.
    """

    name: str
    quorums: tuple[Quorum, ...]
    within_ms: int
    line: int
    widening: Widening | None = None
    wide: Wide | None = field(default=None, repr=False, compare=False)

    @property
    def role(self) -> str:
        """The role that agrees; of several, all in order, joined by " and "."""
        return " and ".join(quorum.role for quorum in self.quorums)

    @property
    def people(self) -> int:
        """How many persons agree in all."""
        return sum(quorum.people for quorum in self.quorums)


def read_approvals(section: Node, problems: Problems) -> dict[str, Approval]:
    """The section `approvals`. One with a problem is still known by its name."""
    approvals: dict[str, Approval] = {}
    root = fields.mapping(section, "`approvals`", f"approvals: {{controller: {_FORM}}}", problems)
    for key, node in root or ():
        if not IDENTIFIER.fullmatch(key.value):
            problems.add("E-KEY", key, f"`{key.value}` is no name of an approval", "Use letters, digits, _ and -.")
        inner = fields.mapping(node, f"approval `{key.value}`", _FORM, problems)
        if inner is not None:
            approvals[key.value] = _approval(key, inner, problems)
        else:
            approvals[key.value] = Approval(key.value, (), 0, key.line)
    return approvals


def _approval(key: Text, node: Mapping, problems: Problems) -> Approval:
    fields.known_keys(node, _KEYS, "an approval", problems)
    wide = read_widening(node.fields["may_widen"], problems) if "may_widen" in node.fields else None
    within = fields.number(node, "within", parse_duration, problems)
    if "within" not in node.fields:
        fields.missing(key, "within", "an approval", f"Say how long a request waits: {_FORM}.", problems)
    quorums = []
    several = node.fields.get("all_of")
    if several is None:
        quorums.append(_quorum(key, node, problems))
    elif "role" in node.fields or "people" in node.fields:
        problems.add("E-KEY", node.keys["all_of"], "`all_of` beside `role` or `people`", "Move them into the list.")
    elif not isinstance(several, Items) or not all(isinstance(item, Mapping) for item in several.items):
        remedy = "Write all_of: [{role: treasurer, people: 2}, {role: risk-officer, people: 1}]."
        problems.add("E-KEY", several, "`all_of` is a list of roles with people", remedy)
    else:
        for item in several.items:
            if isinstance(item, Mapping):
                fields.known_keys(item, ("role", "people"), "an item of `all_of`", problems)
                quorums.append(_quorum(item, item, problems))
        roles = [quorum.role for quorum in quorums]
        if len(set(roles)) < len(roles):
            problems.add("E-DUP", several, "a role twice", "Add its people up.")
    return Approval(key.value, tuple(quorums), within or 0, key.line, wide.widening if wide is not None else None, wide)


def _quorum(place: Text | Mapping, node: Mapping, problems: Problems) -> Quorum:
    role = fields.text(node, "role", problems)
    people = fields.number(node, "people", parse_integer, problems)
    for word in ("role", "people"):
        if word not in node.fields:
            fields.missing(place, word, "an approval", f"Write {_FORM}.", problems)
    if role is not None and not IDENTIFIER.fullmatch(role):
        problems.add("E-KEY", node.fields["role"], f"`{role}` is no name of a role", "Use letters, digits, _ and -.")
    if people is not None and not 1 <= people <= MOST_PEOPLE:
        problems.add("E-INT", node.fields["people"], f"{people} people cannot agree", f"Ask 1 to {MOST_PEOPLE}.")
    elif people is not None and people > 1 and role == source.SELF:
        message = f"nobody can satisfy this: `{role}` is the one person whom the session serves"
        problems.add("E-INT", node.fields["people"], message, "Write people: 1, or name another role.")
    return Quorum(role or "", people or 0)


def find_approval(node: Mapping, key: str, approvals: MappingType[str, Approval], problems: Problems) -> str | None:
    """The name of the approval under a key, or None with the problem noted."""
    name = fields.text(node, key, problems)
    if name is not None and name not in approvals:
        known = f"Approvals are {listed(approvals)}." if approvals else "Define it under `approvals:`."
        guess = problems.guess(name, approvals)
        remedy = f"Did you mean `{guess}` (line {approvals[guess].line})?" if guess else known
        problems.add("E-REF", node.fields[key], f"no approval `{name}`", remedy)
        return None
    return name


def quorum_of(approval: Approval) -> source.Quorum:
    """The approval as the kernel counts it."""
    return source.Quorum(tuple((each.role, each.people) for each in approval.quorums), approval.within_ms)


def check_approvals(
    approvals: MappingType[str, Approval], waiting: MappingType[str, Iterable[Face]], problems: Problems
) -> None:
    """Note widenings that say what the actions that wait for the approval do not have."""
    for name, approval in approvals.items():
        if approval.wide is not None:
            check_widening(name, approval.wide, waiting.get(name, ()), problems)
