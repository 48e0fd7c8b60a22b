"""The wire form: {"action": verb or tool, "args": {...}, "reason": "..."}, and the closed set of variants."""

from __future__ import annotations

from havocproof.actions.agents import Handoff, Report, Spawn
from havocproof.actions.base import Action
from havocproof.actions.database import SqlChange, SqlQuery, SqlSchema
from havocproof.actions.faults import show_key
from havocproof.actions.files import DirList, DirMake, FileAppend, FileDelete, FileMove, FileRead, FileWrite
from havocproof.actions.messages import Send
from havocproof.actions.model import ModelCall
from havocproof.actions.money import Payment, Refund, TradeOrder, Transfer
from havocproof.actions.network import Connect, HttpRequest
from havocproof.actions.tools import ToolCall
from havocproof.errors import ActionError

_VARIANTS: tuple[type[Action], ...] = (
    HttpRequest,
    Connect,
    FileRead,
    FileWrite,
    FileAppend,
    FileDelete,
    FileMove,
    DirList,
    DirMake,
    SqlQuery,
    SqlChange,
    SqlSchema,
    Payment,
    Transfer,
    Refund,
    TradeOrder,
    Send,
    ModelCall,
    Spawn,
    Handoff,
    Report,
)
VERBS: dict[str, type[Action]] = {variant.verb: variant for variant in _VARIANTS}
"""Wire verb -> variant; every other name is a tool."""

ACTION_TYPES: frozenset[type[Action]] = frozenset({*_VARIANTS, ToolCall})
"""All variants. Ask `type(action) in ACTION_TYPES`, not `isinstance`: only these are known to be what they say."""

_SHAPE = 'Send {"action": ..., "args": {...}} and, if you like, "reason"'


def action_from_wire(obj: object) -> Action:
    """The action that already parsed JSON types describe. Raises `ActionError` with the field and the remedy."""
    if not isinstance(obj, dict):
        raise ActionError("", "an action must be an object", _SHAPE)
    for key in obj:
        if type(key) is not str or key not in ("action", "args", "reason"):
            raise ActionError(show_key(key), "is unknown", _SHAPE)
    for key in ("action", "args"):
        if key not in obj:
            raise ActionError(key, "is missing", _SHAPE)
    verb, args = obj["action"], obj["args"]
    if type(verb) is not str:
        raise ActionError("action", "must be text", "Name an action or a tool")
    if not isinstance(args, dict):
        raise ActionError("args", "must be an object", "Send the arguments by name")
    reason = {"reason": obj["reason"]} if "reason" in obj else {}
    variant = VERBS.get(verb)
    if variant is None:
        family = verb.partition(".")[0] + "."
        known = [name for name in VERBS if name.startswith(family)]
        if known:
            raise ActionError("action", "is no action", f"Use one of {', '.join(known)}")
        return ToolCall(tool=verb, arguments=args, **reason)
    for key in args:
        if type(key) is not str or key == "reason":
            raise ActionError(f"args.{show_key(key)}", "is unknown", f"Leave it out: {variant._takes()}")
    return variant(**args, **reason)
