"""From the text of a model to one typed action, or to an error that says what to change. Nothing is guessed."""

from __future__ import annotations

from havocproof.actions.base import Action
from havocproof.actions.reading import Lines, read_json, read_yaml
from havocproof.actions.wire import action_from_wire
from havocproof.errors import ActionError

MAX_TEXT_BYTES = 1 << 20
_FENCE = "```"
_BLANKS = " \t\r\n"


def parse_action(text: str | bytes) -> Action:
    """The one action in a model's text of at most 1 MiB UTF-8.

    The text is JSON (if it begins with `{`) or YAML, or holds exactly one block of these between lines of ``` (or
    ```yaml, ```json, then ```); what is said around the block is not read. Raises `ActionError`, and nothing else.
    """
    whole = _decode(text)
    body, skipped, language = _unfence(whole)
    if not body.strip(_BLANKS):
        raise ActionError("", "the text is empty", "Send one action as YAML or JSON, with the keys action and args")
    if body.lstrip(_BLANKS).startswith("{"):
        return action_from_wire(read_json("\n" * skipped + body))
    if language == "json":
        raise ActionError("", "the block is marked as json and does not begin with {", "Send one JSON object")
    value, lines = read_yaml("\n" * skipped + body)
    try:
        return action_from_wire(value)
    except ActionError as fault:
        line = _line(lines, fault.field)
        if not line:
            raise
        raise ActionError(fault.field, f"{fault.problem} (line {line})", fault.remedy) from None


def _decode(text: str | bytes) -> str:
    if isinstance(text, str):
        if len(text) > MAX_TEXT_BYTES:
            raise _too_long()
        try:
            data = text.encode()
        except UnicodeEncodeError:
            raise ActionError("", "the text holds a lone surrogate", "Send whole characters") from None
    elif isinstance(text, bytes):
        data = text
    else:
        raise ActionError("", "the text must be str or bytes", "Pass the model's answer as it came")
    if len(data) > MAX_TEXT_BYTES:
        raise _too_long()
    try:
        whole = data.decode()
    except UnicodeDecodeError:
        raise ActionError("", "the text is not UTF-8", "Send UTF-8") from None
    if "\0" in whole:
        raise ActionError("", "the text holds a NUL character", "Remove it")
    if whole.startswith("\ufeff"):
        raise ActionError("", "the text begins with a byte order mark", "Remove it")
    return whole


def _too_long() -> ActionError:
    return ActionError("", f"the text is longer than {MAX_TEXT_BYTES} bytes", "Split the work into several actions")


def _unfence(text: str) -> tuple[str, int, str]:
    """(the text to read, the lines before it, the language of its fence)."""
    lines = text.split("\n")
    fences = [at for at, line in enumerate(lines) if line.lstrip(" \t").startswith(_FENCE)]
    if not fences:
        return text, 0, ""
    first = fences[0]
    opening = lines[first].rstrip(_BLANKS)
    if opening not in (_FENCE, f"{_FENCE}yaml", f"{_FENCE}json"):
        problem = f"line {first + 1}: a fence that is not ```, ```yaml or ```json at the beginning of its line"
        raise ActionError("", problem, "Put the action between ```yaml and ```")
    if len(fences) == 1:
        raise ActionError("", f"line {first + 1}: the fence is not closed", "End the block with a line of ```")
    if len(fences) > 2:
        remedy = "Send one action in one block. A text that holds fences goes into JSON, with \\n for its line ends"
        raise ActionError("", f"line {fences[2] + 1}: more than one fenced block", remedy)
    last = fences[1]
    if lines[last].rstrip(_BLANKS) != _FENCE:
        raise ActionError("", f"line {last + 1}: the fence is not closed by a line of ```", "End the block with ```")
    return "\n".join(lines[first + 1 : last]), first + 1, opening.removeprefix(_FENCE)


def _line(lines: Lines, field: str) -> int:
    """The line of the field, or of what holds it."""
    path = field.split(".")
    return next((lines[key] for size in range(len(path), 0, -1) if (key := ".".join(path[:size])) in lines), 0)
