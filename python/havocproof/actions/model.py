"""Calls of language models."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, ClassVar, final

from pydantic import Field, PlainSerializer, PlainValidator

from havocproof.actions.base import Action, Atom, Name, Part
from havocproof.actions.scalars import MEASURE_LIMIT, TEXT_BYTES, GrammarError, check_text
from havocproof.actions.values import thaw

MAX_MESSAGES = 1000
MAX_TOKENS = 10_000_000
ROLES = ("system", "developer", "user", "assistant")
MARKUP_TOKENS = 16
"""An upper bound of what a chat template adds to each message, and once to the call."""

Message = Mapping[str, str]


def _message(value: object) -> Message:
    if not isinstance(value, dict | MappingProxyType) or value.keys() != {"role", "content"}:
        raise GrammarError(
            "must be an object with role and content, and nothing else", 'Send {"role": ..., "content": ...}'
        )
    role, content = value["role"], value["content"]
    if type(role) is not str or role not in ROLES:
        raise GrammarError("is no role", f"Use one of {', '.join(ROLES)}", ("role",))
    if type(content) is not str:
        raise GrammarError("must be text", "Send text; quote it in YAML and JSON", ("content",))
    try:
        check_text(content)
    except GrammarError as fault:
        fault.at = ("content",)
        raise
    return MappingProxyType({"role": role, "content": content})


def _messages(value: object) -> tuple[Message, ...]:
    if not isinstance(value, list | tuple) or not 1 <= len(value) <= MAX_MESSAGES:
        raise GrammarError(f"must be a list of 1 to {MAX_MESSAGES} messages", "Send the messages in their order")
    messages = []
    for at, item in enumerate(value):
        try:
            messages.append(_message(item))
        except GrammarError as fault:
            fault.at = (str(at), *fault.at)
            raise
    if sum(len(message["content"].encode()) for message in messages) > TEXT_BYTES:
        raise GrammarError(f"hold more than {TEXT_BYTES} bytes", "Shorten the conversation")
    return tuple(messages)


@final
class ModelCall(Action):
    """One completion. `max_tokens` bounds the answer; `max_cost`, in minor units of the port's currency, the price.

    Measure `tokens`: an upper bound of prompt and answer together, so that a settled budget never exceeds its limit; a
    token is at least one byte of text. Measure `cost` exists only when `max_cost` was given: without it a rule or a
    budget on cost denies.
    """

    verb: ClassVar[str] = "model.call"
    model: Name
    messages: Annotated[tuple[Message, ...], PlainValidator(_messages), PlainSerializer(thaw)]
    max_tokens: Annotated[int, Field(ge=1, le=MAX_TOKENS)]
    max_cost: Annotated[int, Field(ge=0, le=MEASURE_LIMIT - 1)] | None = None

    def _cut(self) -> tuple[Part, ...]:
        prompt = sum(len(message["content"].encode()) + MARKUP_TOKENS for message in self.messages) + MARKUP_TOKENS
        ints = {"tokens": prompt + self.max_tokens, "count": 1, "at_once": 1}
        if self.max_cost is not None:
            ints["cost"] = self.max_cost
        return (Part(self.verb, ints, (Atom({"model": self.model, "via": ""}, {}),)),)
