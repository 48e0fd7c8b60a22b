"""PocketFlow, contained: `contain(flow, gate)`, and nodes that act through the session."""

from havocproof.pocketflow.contain import contain, session_of
from havocproof.pocketflow.context import perform, place, require, session
from havocproof.pocketflow.nodes import Act, AsyncAct, label

__all__ = ["Act", "AsyncAct", "contain", "label", "perform", "place", "require", "session", "session_of"]
