"""Integers and free texts as text, where a rule compares them with what was recorded.

The kernel knows whether a name was recorded. `amount: $prompt.amounts` is therefore a test on the name axis
`amount.text`, which atoms carry only in policies that ask for it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType

from havocproof.actions.amounts import DECIMALS, format_amount
from havocproof.kernel.source import Atom, Part
from havocproof.policy.axes import INT, TEXT, Axis
from havocproof.policy.literals import format_date
from havocproof.policy.verbs import Verb

Worded = Mapping[str, tuple[Axis, ...]]


def worded(verbs: Iterable[Verb], asked: Iterable[Collection[Axis]]) -> Worded:
    """For each verb the axes that some rule compares as text."""
    wanted = {axis for axes in asked for axis in axes}
    if not wanted:
        return MappingProxyType({})
    found = {verb.name: tuple(axis for axis in verb.axes.values() if axis in wanted) for verb in verbs}
    return MappingProxyType({name: axes for name, axes in found.items() if axes})


def with_words(
    wanted: Worded, cost_currency: str, parts: tuple[Part, ...], texts: Mapping[str, str | None]
) -> tuple[Part, ...]:
    """The parts with the texts that rules ask for. `texts`: the free texts of a tool call, by argument."""
    if not wanted or not any(part.verb in wanted for part in parts):
        return parts
    return tuple(_part(wanted.get(part.verb, ()), cost_currency, part, texts) for part in parts)


def _part(axes: tuple[Axis, ...], cost_currency: str, part: Part, texts: Mapping[str, str | None]) -> Part:
    verb, ints, atoms = part
    return Part(verb, ints, tuple(_atom(axes, cost_currency, ints, atom, texts) for atom in atoms)) if axes else part


def _atom(
    axes: tuple[Axis, ...], cost_currency: str, ints: Mapping[str, int], atom: Atom, texts: Mapping[str, str | None]
) -> Atom:
    names = dict(atom.names)
    for axis in axes:
        text = texts.get(axis.name) if axis.sort == TEXT else _number(axis, cost_currency, ints, names)
        if text is not None:
            names[axis.text] = text
        elif axis.optional:
            names[axis.text] = ""  # not given: no value at all
    return Atom(names, atom.places)


def _number(axis: Axis, cost_currency: str, ints: Mapping[str, int], names: Mapping[str, str]) -> str | None:
    """As records of many numbers hold them. None if the part does not say the number: then the test is unknown."""
    number = ints.get(axis.kernel)
    if axis.sort != INT or number is None:
        return None
    if axis.kind == "date":
        return format_date(number)
    if axis.kind != "amount":
        return str(number)
    currency = names.get(axis.currency_axis, "") if axis.currency_axis else axis.currency or cost_currency
    return format_amount(number, currency) if currency in DECIMALS else None
