"""From what pydantic and the grammars report to the one error that users see.

`ActionError.field` is the place in the wire form, whichever way the action was built: `args.amount`, `action`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from havocproof.actions.scalars import GrammarError
from havocproof.errors import ActionError

_PLAIN = re.compile(r"[A-Za-z0-9_$-]{1,64}")
_SHOWN = 8


def show_key(key: object) -> str:
    """A key of the input as it appears in a field's path: as it is if it is plain, else quoted and cut."""
    text = str(key)
    return text if _PLAIN.fullmatch(text) else ascii(text[:40])


def show_path(parts: Iterable[object]) -> str:
    """A dotted path."""
    return ".".join(show_key(part) for part in parts)


def _describe(kind: str, message: str, context: Mapping[str, Any], takes: str) -> tuple[str, str]:
    fault = context.get("error")
    if isinstance(fault, GrammarError):
        return fault.problem, fault.remedy
    match kind:
        case "missing":
            return "is missing", "Give it"
        case "extra_forbidden":
            return "is unknown", f"Leave it out: {takes}"
        case "string_type" | "string_sub_type" | "string_unicode":
            return "must be text", "Send text; quote it in YAML and JSON"
        case "int_type" | "int_from_float" | "int_parsing" | "int_parsing_size":
            return "must be an integer", "Send digits without quotes, fraction or exponent"
        case "greater_than_equal":
            return f"is below {context['ge']}", f"Use {context['ge']} or more"
        case "less_than_equal":
            return f"is above {context['le']}", f"Use {context['le']} or less"
        case "literal_error":
            return "is none of the allowed words", f"Use one of {context['expected']}"
        case _:
            return message[:1].lower() + message[1:], "Correct it"


def _place(location: tuple[int | str, ...], context: Mapping[str, Any], outside: Mapping[int | str, str]) -> str:
    if not location:  # pydantic cannot say where: a name that is no Unicode text
        return "args"
    field, *rest = location
    fault = context.get("error")
    inner = fault.at if isinstance(fault, GrammarError) else ()
    head = [outside[field]] if field in outside else ["args", field]
    return show_path([*head, *rest, *inner])


def action_error(problems: list[Any], takes: str, outside: Mapping[int | str, str]) -> ActionError:
    """The `ActionError` for pydantic's list of problems: the first is the field, all are told.

    `takes` says which arguments the action has; `outside` maps the fields that do not stand under `args` to their key.
    """
    told = []
    for problem in problems:
        context = problem.get("ctx", {})
        what, remedy = _describe(problem["type"], problem["msg"], context, takes)
        told.append((_place(problem["loc"], context, outside), what, remedy))
    field, what, remedy = told[0]
    others = [f"{place} {other} ({hint})" for place, other, hint in told[1:_SHOWN]]
    if len(told) > _SHOWN:
        others.append(f"{len(told) - _SHOWN} more")
    return ActionError(field, "; ".join([what, *others]), remedy)
