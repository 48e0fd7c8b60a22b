"""The typed action space: everything that an agent can ask for, and nothing else.

A closed set of frozen variants, one strict way to read them from text, and for each a normal form, a digest and the
parts that the policy decides on. The grammars of single values stand in `scalars`, `hosts`, `amounts` and `urls`.
"""

from havocproof.actions.agents import Handoff, Report, Spawn
from havocproof.actions.base import Action, Atom, Part
from havocproof.actions.database import SqlChange, SqlQuery, SqlSchema
from havocproof.actions.files import DirList, DirMake, FileAppend, FileDelete, FileMove, FileRead, FileWrite
from havocproof.actions.messages import Send
from havocproof.actions.model import ModelCall
from havocproof.actions.money import Payment, Refund, TradeOrder, Transfer
from havocproof.actions.network import Connect, HttpRequest
from havocproof.actions.parse import parse_action
from havocproof.actions.scalars import GrammarError
from havocproof.actions.tools import ToolCall
from havocproof.actions.values import canonical_json
from havocproof.actions.wire import ACTION_TYPES, VERBS, action_from_wire

__all__ = [
    "ACTION_TYPES",
    "VERBS",
    "Action",
    "Atom",
    "Connect",
    "DirList",
    "DirMake",
    "FileAppend",
    "FileDelete",
    "FileMove",
    "FileRead",
    "FileWrite",
    "GrammarError",
    "Handoff",
    "HttpRequest",
    "ModelCall",
    "Part",
    "Payment",
    "Refund",
    "Report",
    "Send",
    "Spawn",
    "SqlChange",
    "SqlQuery",
    "SqlSchema",
    "ToolCall",
    "TradeOrder",
    "Transfer",
    "action_from_wire",
    "canonical_json",
    "parse_action",
]
