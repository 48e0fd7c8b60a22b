"""Agents among each other: starting one, handing over to one, reporting back.

What these mean depends on who acts and on the policy's section `agents`: `policy.agents` says their parts.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Never, final

from pydantic import AfterValidator, Field, PlainSerializer, PlainValidator

from havocproof.actions.amounts import parse_amount
from havocproof.actions.base import KIB, Action, Name
from havocproof.actions.scalars import MEASURE_LIMIT, GrammarError, check_name, check_text
from havocproof.actions.values import freeze, thaw
from havocproof.errors import ActionError

MAX_GRANT = 256
Share = int | str
"""What a child may spend of a budget: an integer, or for a budget of money an amount as `"50.00 USD"`."""

Words = Annotated[str, AfterValidator(lambda text: check_text(text, 64 * KIB))]


def _groups(value: object) -> tuple[str, ...] | None:
    if value is None:
        return None
    if not isinstance(value, list | tuple) or len(value) > MAX_GRANT:
        raise GrammarError(
            f"must be a list of at most {MAX_GRANT} groups", "Name groups of the policy, or leave it out"
        )
    for at, item in enumerate(value):
        if type(item) is not str:
            raise GrammarError("must be text", "Name a group of the policy", (str(at),))
        try:
            check_name(item)
        except GrammarError as fault:
            raise GrammarError(fault.problem, fault.remedy, (str(at),)) from None
        if item in value[:at]:
            raise GrammarError("is given twice", "Name each group once", (str(at),))
    return tuple(sorted(value))


def _limit(value: object, at: str) -> Share:
    if type(value) is str:
        try:
            parse_amount(value)
        except GrammarError as fault:
            raise GrammarError(fault.problem, fault.remedy, (at,)) from None
        return value
    if type(value) is not int:
        raise GrammarError("must be an integer or an amount", "Send digits without quotes, or 50.00 USD", (at,))
    if not 0 <= value < MEASURE_LIMIT:
        raise GrammarError("is out of its range", "Shares are 0 or more, and below 10**15", (at,))
    return value


def _shares(value: object) -> Mapping[str, Share]:
    if not isinstance(value, dict | MappingProxyType) or len(value) > MAX_GRANT:
        raise GrammarError("must be an object of budgets", 'Send {"tokens": 1000}, or leave it out')
    items: dict[str, Share] = {}
    for name in value:
        if type(name) is not str:
            raise GrammarError("has a key that is not text", "Name budgets of the policy")
        try:
            check_name(name)
        except GrammarError as fault:
            raise GrammarError(f"has a key that {fault.problem}", fault.remedy) from None
        items[name] = _limit(value[name], name)
    return MappingProxyType({name: items[name] for name in sorted(items)})


def _fields(value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict | MappingProxyType):
        raise GrammarError("must be an object", "Send the returned fields by name")
    # Levels 1 and 2 are the wire form and its arguments, so that what can be built can also be written and read.
    frozen = freeze(value, depth=3)
    if not isinstance(frozen, Mapping):
        raise GrammarError("must be an object", "Send the returned fields by name")
    return frozen


class _Among(Action):
    def parts(self) -> Never:
        """Raises `ActionError`: the section `agents`, and who acts, say what this is."""
        self._require_validation()
        raise ActionError(
            "action", "the parts of this action depend on who acts", "Ask the policy: policy.agents.parts(action, who)"
        )


@final
class Spawn(_Among):
    """Start an agent of the kind `agent`. It gets never more than its kind and its parent have.

    `uses`, `delegates`: the groups of rules that it uses and may pass on, fewer than its kind has; None for all of
    these. `share`: what it may spend, by budget, where that is less than the policy's share. `objective`: what it is to
    do, beside the policy's own words.
    """

    verb: ClassVar[str] = "agent.spawn"
    agent: Name
    objective: Words = ""
    uses: Annotated[tuple[str, ...] | None, PlainValidator(_groups), PlainSerializer(thaw)] = None
    delegates: Annotated[tuple[str, ...] | None, PlainValidator(_groups), PlainSerializer(thaw)] = None
    share: Annotated[Mapping[str, Share], PlainValidator(_shares), PlainSerializer(thaw)] = Field(
        default_factory=lambda: MappingProxyType({})
    )


@final
class Handoff(_Among):
    """Hand the work over to an agent of the kind `agent`, with a `message`. Who hands over has ended."""

    verb: ClassVar[str] = "agent.handoff"
    agent: Name
    message: Words = ""


@final
class Report(_Among):
    """Tell the agent that started this one what came out, and end: `fields`, typed by the policy's `returns`."""

    verb: ClassVar[str] = "agent.report"
    fields: Annotated[Mapping[str, Any], PlainValidator(_fields), PlainSerializer(thaw)] = Field(
        default_factory=lambda: MappingProxyType({})
    )

    def plain_fields(self) -> dict[str, Any]:
        """A fresh, ordinary copy of the fields, with `Decimal` for numbers that have a fraction."""
        return thaw(self.fields)  # type: ignore[return-value]
