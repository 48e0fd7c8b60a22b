"""How actions, results and errors stand in the journal: JSON types, no secrets, no text of unbounded size from
strangers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from havocproof.errors import ActionError, HavocproofError
from havocproof.policy.redaction import JOURNAL, Redaction, hide_arguments
from havocproof.stores.records import Record, canonical

if TYPE_CHECKING:
    from havocproof.actions import Action

HIDDEN = "(hidden)"
MOST_TEXT = 500

# Headers that carry credentials. The record's digest covers the action with them.
_SECRET_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie", "authentication", "x-auth"})
_SECRET_ENDINGS = ("-key", "-token", "-secret", "-password", "apikey")


def is_secret_header(name: str) -> bool:
    """The header's value is a credential, as far as its name tells."""
    low = name.lower()
    return low in _SECRET_HEADERS or low.endswith(_SECRET_ENDINGS)


def action_form(
    action: Action, redactions: Iterable[Redaction] = (), audiences: Iterable[str] = (JOURNAL,)
) -> dict[str, Any]:
    """The action's canonical form, without the values of secret headers and what `audiences` are not to see."""
    form = action.canonical()
    form["args"] = hide_arguments(redactions, action.verb, form["args"], audiences)
    headers = form["args"].get("headers") if action.verb == "http.request" else None
    if not headers:
        return form
    if isinstance(headers, Mapping):
        safe: Any = {name: HIDDEN if is_secret_header(name) else value for name, value in headers.items()}
    else:
        safe = [[name, HIDDEN if is_secret_header(name) else value] for name, value in headers]
    return {**form, "args": {**form["args"], "headers": safe}}


def result_form(result: Any) -> dict[str, Any]:
    """What binds a record to a result without holding it: size in bytes and SHA-256 of its canonical text."""
    try:
        text = canonical(result).encode()
    except (TypeError, ValueError, RecursionError):
        return {"not_json": type(result).__name__}
    return {"bytes": len(text), "sha256": hashlib.sha256(text).hexdigest()}


def note_form(note: Mapping[str, Any]) -> dict[str, Any]:
    """A port's note, if it is what it must be."""
    try:
        form = dict(note)
        canonical(form)
    except (TypeError, ValueError, RecursionError):
        return {"not_json": type(note).__name__}
    return form


def error_form(error: BaseException) -> dict[str, str]:
    """An error's class and, for our own errors, its message. Others may quote anything: of them only the class."""
    form = {"kind": type(error).__name__}
    if isinstance(error, HavocproofError):
        form["message"] = error.message[:MOST_TEXT]
    return form


def malformed_form(error: ActionError, text: str | bytes | None) -> dict[str, Any]:
    """What was wrong with an input; of the input itself only size and SHA-256."""
    form: dict[str, Any] = {"field": error.field[:MOST_TEXT], "problem": error.problem[:MOST_TEXT]}
    if isinstance(text, str | bytes):  # anything else was refused for its type, and is no text to count
        raw = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
        form["input"] = {"bytes": len(raw), "sha256": hashlib.sha256(raw).hexdigest()}
    return form


def mark(token: str) -> str:
    """What stands for a permit's token in the journal: whoever holds the token can find its record, not the reverse."""
    return hashlib.sha256(token.encode()).hexdigest()


def receipt_form(record: Record, policy: str, **more: Any) -> dict[str, Any]:
    """A receipt: where in the journal the action ended, and under which policy."""
    return {"seq": record.seq, "hash": record.hash.hex(), "policy": policy, **more}
