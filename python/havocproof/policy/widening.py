"""`may_widen` of an approval: how far an approver may go beyond the one action that was asked (POLICY.md 2.11).

What is read here bounds the allowances that people may give; `allowances` says how the kernel holds them to it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from havocproof.actions.amounts import parse_amount
from havocproof.actions.scalars import GrammarError, parse_integer
from havocproof.policy import fields
from havocproof.policy.axes import SORTS_ON_ATOMS, Axis
from havocproof.policy.literals import parse_duration
from havocproof.policy.problems import Problems, listed
from havocproof.policy.slots import same_values
from havocproof.policy.tree import Mapping, Node, Text
from havocproof.policy.verbs import Verb
from havocproof.policy.words import Face

_KEYS = ("same", "uses", "amount", "for")
_FORM = "{same: [payee], uses: 3, amount: 3000.00 USD, for: 30d}"
MOST_USES = 1000
MOST_SAME = 3
"""A cell's key has four slots; the allowance's own name takes one."""


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
    """The axes and the amount belong to every rule that asks for the approval `name`, and mean the same there."""
    if len(wide.same) > MOST_SAME:
        message = f"`same` names {len(wide.same)} axes; at most {MOST_SAME} are kept apart"
        problems.add("E-CELLS", wide.same[MOST_SAME], message, "Name those that matter most.")
        return
    axes: dict[str, Axis] = {}
    amounts: dict[str, str] = {}
    for face in asking:
        fit = [label for label, axis in face.axes.items() if axis.sort in SORTS_ON_ATOMS]
        for word in wide.same:
            if word.value not in fit:
                remedy = problems.near(word.value, fit, f"It has {listed(fit)}.")
                message = f"`{face.word}`, which asks for `{name}`, has no name or place `{word.value}`"
                problems.add("E-AXIS", word, message, remedy)
                return
            axis = face.axes[word.value]
            if not same_values(axes.setdefault(word.value, axis), axis):
                message = f"`{word.value}` is not the same argument everywhere that `{name}` is asked for"
                problems.add("E-AXIS", word, message, "Write an approval for each.")
                return
        if wide.amount is None:
            continue
        if not _moves(face):
            message = f"`{face.word}`, which asks for `{name}`, moves no amount"
            problems.add("E-AXIS", wide.amount, message, "Leave `amount` out.")
            return
        measure = _counted(face, wide.widening.currency)
        if measure is None:
            message = f"`{face.word}`, which asks for `{name}`, moves no single amount in {wide.widening.currency}"
            problems.add("E-AXIS", wide.amount, message, "Leave `amount` out, or ask by another approval.")
            return
        amounts[measure] = face.word
    if len(amounts) > 1:
        message = f"{listed(amounts.values())}, which ask for `{name}`, count their amounts under different names"
        problems.add("E-AXIS", wide.amount, message, "Write an approval for each.")


def _moves(face: Face) -> bool:
    return any(axis.kind == "amount" for axis in face.axes.values())


def _counted(face: Face, currency: str) -> str | None:
    """The one measure of all parts of the face that sums up in this currency."""
    found = {amount_measure(verb, currency) for verb in face.verbs}
    return found.pop() if len(found) == 1 else None


def amount_measure(verb: Verb, currency: str) -> str | None:
    """The kernel's measure of what a part moves in this currency: its `amount`, or its only amount."""
    known = {
        label: axis
        for label, axis in verb.measures.items()
        if axis.kind == "amount" and (axis.currency_axis or axis.currency == currency)
    }
    if "amount" in known:
        return f"{known['amount'].kernel}:{currency}"
    return f"{next(iter(known.values())).kernel}:{currency}" if len(known) == 1 else None
