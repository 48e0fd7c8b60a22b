"""Calls of the user's own tools, by name, with JSON arguments that the policy's declaration types."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Never, final

from pydantic import AfterValidator, PlainSerializer, PlainValidator

from havocproof.actions.base import Action
from havocproof.actions.scalars import GrammarError
from havocproof.actions.values import Frozen, freeze, thaw
from havocproof.errors import ActionError

FAMILIES = frozenset({"http", "net", "file", "dir", "sql", "money", "message", "model", "agent", "process", "all"})
"""The families of the policy's own verbs. `file.anything` is never a tool, so no tool can pass for an effect."""

_TOOL = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*(?:[./:][A-Za-z0-9_-]+)*")


def check_tool_name(text: str) -> str:
    """A tool's name, as code/create_issue: parts of letters, digits, _ and -, joined by . / or :, 128 characters."""
    if len(text) > 128 or not _TOOL.fullmatch(text):
        raise GrammarError("is no name of an action or tool", "Use letters, digits, _ and -, joined by . / or :")
    family, dot, _ = text.partition(".")
    if dot and family in FAMILIES:
        raise GrammarError(
            f"is no action, and {family}. begins no tool's name", "Use an action that exists, or rename the tool"
        )
    return text


def _freeze_arguments(value: object) -> Frozen:
    if not isinstance(value, dict | MappingProxyType):
        raise GrammarError("must be an object", "Send the arguments by name")
    # Level 1 is the wire form itself, so that what can be built can also be written and read.
    frozen = freeze(value, depth=2)
    if not isinstance(frozen, Mapping):
        raise GrammarError("must be an object", "Send the arguments by name")
    return frozen


@final
class ToolCall(Action):
    """Call `tool` with `arguments`: JSON values, deeply frozen; use `plain_arguments()` for an ordinary dict.

    Whether the tool exists, and what its arguments must be, the policy says: `policy.parts(action)`.
    """

    tool: Annotated[str, AfterValidator(check_tool_name)]
    arguments: Annotated[Mapping[str, Any], PlainValidator(_freeze_arguments), PlainSerializer(thaw)]
    _outside: ClassVar[dict[int | str, str]] = {"tool": "action", "arguments": "args", "reason": "reason"}

    @property
    def verb(self) -> str:  # type: ignore[override]
        """The tool's name."""
        return self.tool

    def _arguments(self) -> dict[str, object]:
        return thaw(self.arguments, decimals=False)  # type: ignore[return-value]

    def plain_arguments(self) -> dict[str, Any]:
        """A fresh, ordinary copy of the arguments, with `Decimal` for numbers that have a fraction."""
        return thaw(self.arguments)  # type: ignore[return-value]

    def parts(self) -> Never:
        """Raises `ActionError`: only the tool's declaration says what its arguments mean."""
        self._require_validation()
        raise ActionError("action", "a tool call has no parts by itself", "Ask the policy: policy.parts(action)")
