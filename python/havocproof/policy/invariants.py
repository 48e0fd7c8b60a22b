"""The section `prove`: invariants, which this version keeps and does not prove (POLICY.md 2.16).

Their form is checked: keys that are known, one claim each, ids that stand once. What they say of verbs, sets and the
session is not read yet, and a warning says so.
"""

from __future__ import annotations

from dataclasses import dataclass

from havocproof.policy import fields
from havocproof.policy.problems import Problems, listed
from havocproof.policy.tree import Items, Mapping, Node, kind

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


@dataclass(frozen=True, slots=True)
class Invariant:
    """One claim about a policy, as it stands in the file. `claim`: never, always, some, at_most or narrower_than."""

    id: str
    claim: str
    line: int
    file: str
    node: Mapping


def read_invariants(section: Node, problems: Problems) -> tuple[Invariant, ...]:
    """The invariants of one file. That nothing proves them is noted as a warning."""
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
    message = f"{len(section.items)} invariants are kept, and nothing proves them yet"
    problems.add("W-PROVE", section, message, "Do not rely on them: only their form is checked.")
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
    for key in _MAPPINGS:
        if key in node.fields:
            fields.mapping(node.fields[key], f"`{key}`", f"{key}: {{...}}", problems)
    label = fields.text(node, "id", problems) if "id" in node.fields else f"prove.{number}"
    return Invariant(label, claim, node.line, node.file, node) if label else None
