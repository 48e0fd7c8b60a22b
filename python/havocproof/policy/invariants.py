"""The section `prove`: what its author claims about the policy (POLICY.md 2.16).

    never, always, some     actions, by subject: verbs or classes with `where` and `when`; of `never` less its excuses
    at_most                 no more than so much of a measure, in the manner of a budget
    narrower_than           this policy permits nothing that another file does not permit

Here claims are read and lowered, in the same way as rules. `havocproof.proving` decides whether they are true.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from havocproof.policy import fields
from havocproof.policy.lower import Conjunction
from havocproof.policy.problems import Problems, listed
from havocproof.policy.tree import Items, Mapping, Node, kind, render

_SUBJECT = ("where", "when")
CLAIMS = {
    "never": (*_SUBJECT, "unless", "unless_approved", "after", "until"),
    "always": _SUBJECT,
    "some": _SUBJECT,
    "at_most": (),
    "narrower_than": (),
}
KEYS = ("id", *CLAIMS, *CLAIMS["never"])
_MAPPINGS = ("where", "when", "at_most")
_FORM = "Begin each with `- never:`, `always:`, `some:`, `at_most:` or `narrower_than:`."


class Region(NamedTuple):
    """Parts of these verbs that pass the tests, but for those that surely pass one of `unless`.

    word    what the author calls them: a verb or a tool; of a class one that belongs to it
    axes    for each test the axis that was written, as in `Lowered`
    box     the program whose start is meant, because its box lets it do such a thing; "" for the thing itself
    """

    word: str
    verbs: frozenset[str]
    tests: Conjunction
    axes: tuple[str, ...]
    unless: tuple[Conjunction, ...] = ()
    box: str = ""


class Event(NamedTuple):
    """A move of a history: parts of these verbs that pass the tests. `box`: as in `Region`."""

    verbs: frozenset[str]
    tests: Conjunction
    box: str = ""


class Counted(NamedTuple):
    """What `at_most` counts: parts of these verbs that pass the tests, by the kernel's `measure`. `box`: a program that
    may do it without being counted, and then `measure` is "".
    """

    verbs: frozenset[str]
    tests: Conjunction
    measure: str
    box: str = ""


@dataclass(frozen=True, slots=True)
class Most:
    """A claimed limit. `per`: the kernel's slots, the tenant first; `period` as in the kernel's `Budget`."""

    limit: int
    shown: str
    measure: str
    currency: str
    per: tuple[str, ...]
    period: int
    counted: tuple[Counted, ...]


@dataclass(frozen=True, slots=True)
class Narrower:
    """Another policy file: its name, its text, and the folder that its own files stand in."""

    name: str
    text: str
    folder: Path


@dataclass(frozen=True, slots=True)
class Invariant:
    """One claim about a policy.

    claim     never, always, some, at_most or narrower_than
    text      the claim on one line
    guard     the guard that makes it, "" if the policy itself does
    regions   what `never`, `always` and `some` are about
    approved  the approval under which `never` allows it, "" if there is none
    after     the moves after which `never` begins, and `until` those that end it; none if it always counts
    """

    id: str
    claim: str
    line: int
    file: str
    node: Mapping
    text: str = ""
    guard: str = ""
    regions: tuple[Region, ...] = ()
    approved: str = ""
    after: tuple[Event, ...] = ()
    until: tuple[Event, ...] = ()
    most: Most | None = None
    narrower: Narrower | None = None


def read_forms(section: Node, problems: Problems) -> tuple[Invariant, ...]:
    """The claims of one file with their form checked, and nothing of what they say read yet."""
    if not isinstance(section, Items):
        problems.add("E-KEY", section, f"`prove` is {kind(section)}", _FORM)
        return ()
    found: dict[str, Invariant] = {}
    for number, item in enumerate(section.items, 1):
        made = _invariant(number, item, problems)
        first = found.get(made.id) if made is not None else None
        if made is not None and first is not None:
            place = made.node.fields.get("id", made.node)
            problems.add("E-DUP", place, f"`{made.id}` is the id of line {first.line}", "Rename one of them.")
        elif made is not None:
            found[made.id] = made
    return tuple(found.values())


def _invariant(number: int, item: Node, problems: Problems) -> Invariant | None:
    node = fields.mapping(item, "an invariant", "{never: file.delete, where: {path: /data/**}}", problems)
    if node is None:
        return None
    fields.known_keys(node, KEYS, "an invariant", problems)
    claims = [key for key in CLAIMS if key in node.fields]
    if len(claims) != 1:
        said = f"an invariant has one of {listed(CLAIMS)}" + (f", and this has {len(claims)}" if claims else "")
        problems.add("E-KEY", node, said, "Write two of them." if claims else _FORM)
        return None
    (claim,) = claims
    for key in node.fields:
        if key in KEYS and key not in ("id", claim, *CLAIMS[claim]):
            problems.add("E-KEY", node.keys[key], f"`{key}` says nothing beside `{claim}`", "Leave it out.")
    sound = True
    for key in _MAPPINGS:
        if key in node.fields:
            sound = fields.mapping(node.fields[key], f"`{key}`", f"{key}: {{...}}", problems) is not None and sound
    if "until" in node.fields and "after" not in node.fields:
        remedy = "Say what begins it: after: {file.write: {path: /src/**}}."
        problems.add("E-KEY", node.keys["until"], "`until` without `after`", remedy)
        sound = False
    label = fields.text(node, "id", problems) if "id" in node.fields else f"prove.{number}"
    return Invariant(label, claim, node.line, node.file, node, written(node)) if label and sound else None


def written(node: Mapping) -> str:
    """A claim on one line, without its id: "never: file.delete, where: {path: /data/**}"."""
    return ", ".join(f"{key}: {render(value)}" for key, value in node.fields.items() if key != "id")
