"""PocketFlow, contained: `contain(flow, gate)`, and nodes that act through the session."""

from havocproof.pocketflow.citing import Citations, Claim, check, cite
from havocproof.pocketflow.contain import contain, session_of
from havocproof.pocketflow.context import (
    aobtain,
    aperform,
    arequire,
    obtain,
    perform,
    place,
    require,
    session,
)
from havocproof.pocketflow.counting import FlowPort
from havocproof.pocketflow.delegating import (
    AsyncDelegate,
    Delegate,
    adelegate,
    ahand_over,
    brief,
    delegate,
    hand_over,
    reported,
)
from havocproof.pocketflow.diagnosing import diagnose
from havocproof.pocketflow.findings import Finding
from havocproof.pocketflow.naming import named
from havocproof.pocketflow.nodes import Act, AsyncAct, label

__all__ = [
    "Act",
    "AsyncAct",
    "AsyncDelegate",
    "Citations",
    "Claim",
    "Delegate",
    "Finding",
    "FlowPort",
    "adelegate",
    "ahand_over",
    "aobtain",
    "aperform",
    "arequire",
    "brief",
    "check",
    "cite",
    "contain",
    "delegate",
    "diagnose",
    "hand_over",
    "label",
    "named",
    "obtain",
    "perform",
    "place",
    "reported",
    "require",
    "session",
    "session_of",
]
