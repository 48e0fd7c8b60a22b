"""The ports: the only code of havocproof that performs effects. Each is imported when it is first used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from havocproof.ports.base import Effect, Permit, Port, Prepared

if TYPE_CHECKING:
    from havocproof.ports.connect import ConnectPort
    from havocproof.ports.files import FilesPort
    from havocproof.ports.http import HttpPort
    from havocproof.ports.mail import SmtpChannel
    from havocproof.ports.messages import MessagesPort
    from havocproof.ports.model import ModelPort, ScriptedModel
    from havocproof.ports.outbox import OutboxChannel
    from havocproof.ports.payments import LedgerPort
    from havocproof.ports.sql import SqlPort
    from havocproof.ports.tools import ToolPort

__all__ = [
    "ConnectPort",
    "Effect",
    "FilesPort",
    "HttpPort",
    "LedgerPort",
    "MessagesPort",
    "ModelPort",
    "OutboxChannel",
    "Permit",
    "Port",
    "Prepared",
    "ScriptedModel",
    "SmtpChannel",
    "SqlPort",
    "ToolPort",
]

_HOMES = {
    "ConnectPort": "connect",
    "FilesPort": "files",
    "HttpPort": "http",
    "LedgerPort": "payments",
    "MessagesPort": "messages",
    "ModelPort": "model",
    "OutboxChannel": "outbox",
    "ScriptedModel": "model",
    "SmtpChannel": "mail",
    "SqlPort": "sql",
    "ToolPort": "tools",
}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)
