"""`may_widen` of an approval: how far an approver may go beyond the one action that was asked (POLICY.md 2.11).

What is read here is kept in the approval's text for people to see. Grants themselves are exact: one action, once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from havocproof.actions.amounts import parse_amount
from havocproof.actions.scalars import GrammarError, parse_integer
from havocproof.policy import fields
from havocproof.policy.axes import SORTS_ON_ATOMS
from havocproof.policy.literals import parse_duration
from havocproof.policy.problems import Problems, listed
from havocproof.policy.tree import Mapping, Node, Text
from havocproof.policy.words import Face

_KEYS = ("same", "uses", "amount", "for")
_FORM = "{same: [payee], uses: 3, amount: 3000.00 USD, for: 30d}"
MOST_USES = 1000


@dataclass(frozen=True, slots=True)
class Widening:
    """The same rule with the same values of the axes `same`, `uses` times, up to `amount` in all, for `for_ms`.

    `amount` is in minor units of `currency`; None and "" if none is said.
    """

    same: tuple[str, ...]
    uses: int
    amount: int | None
    currency: str
    for_ms: int


@dataclass(frozen=True, slots=True)
class Wide:
    """A widening beside the nodes that its axes and its amount were read from."""

    widening: Widening
    same: tuple[Text, ...]
    amount: Node | None


def read_widening(node: Node, problems: Problems) -> Wide | None:
    """What stands under `may_widen`, or None with the problem noted."""
    root = fields.mapping(node, "`may_widen`", _FORM, problems)
    if root is None:
        return None
    fields.known_keys(root, _KEYS, "`may_widen`", problems)
    for key in ("same", "uses", "for"):
        if key not in root.fields:
            fields.missing(root, key, "`may_widen`", f"Write {_FORM}.", problems)
    same = tuple(fields.texts(root.fields["same"], "`same`", problems)) if "same" in root.fields else ()
    uses = fields.number(root, "uses", parse_integer, problems)
    if uses is not None and not 1 <= uses <= MOST_USES:
        problems.add("E-INT", root.fields["uses"], f"{uses} uses", f"Allow 1 to {MOST_USES}.")
    span = fields.number(root, "for", parse_duration, problems)
    amount = _amount(root, problems) if "amount" in root.fields else (None, "")
    if not same or uses is None or span is None or amount is None:
        return None
    names = tuple(word.value for word in same)
    return Wide(Widening(names, uses, amount[0], amount[1], span), same, root.fields.get("amount"))


def _amount(root: Mapping, problems: Problems) -> tuple[int | None, str] | None:
    said = fields.text(root, "amount", problems)
    if said is None:
        return None
    try:
        found = parse_amount(said)
    except GrammarError as fault:
        problems.add("E-INT", root.fields["amount"], f"`{said}` {fault.problem}", fault.remedy + ".")
        return None
    if found[0] < 1:
        problems.add("E-INT", root.fields["amount"], f"`{said}` allows nothing", "Say how much may be spent in all.")
    return found


def check_widening(name: str, wide: Wide, asking: Iterable[Face], problems: Problems) -> None:
    """The axes and the amount belong to every rule that asks for the approval `name`."""
    for face in asking:
        fit = [label for label, axis in face.axes.items() if axis.sort in SORTS_ON_ATOMS]
        for word in wide.same:
            if word.value not in fit:
                remedy = problems.near(word.value, fit, f"It has {listed(fit)}.")
                message = f"`{face.word}`, which asks for `{name}`, has no name or place `{word.value}`"
                problems.add("E-AXIS", word, message, remedy)
                return
        if wide.amount is not None and not any(axis.kind == "amount" for axis in face.axes.values()):
            message = f"`{face.word}`, which asks for `{name}`, moves no amount"
            problems.add("E-AXIS", wide.amount, message, "Leave `amount` out.")
            return
