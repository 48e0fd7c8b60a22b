"""The closed list of verbs, with the axes, measures and classes of each (POLICY.md 2.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from havocproof.kernel import source
from havocproof.policy import axes
from havocproof.policy.axes import PLACE, SORTS_ON_ATOMS, Axis

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
SCHEMES = ("http", "https")
SIDES = ("buy", "sell")
EFFECTS = ("read", "change", "destroy", "send", "pay", "run")
CLASSES = frozenset(f"all.{name}" for name in (*EFFECTS, "model", "agent"))

# What each scope of `per` stands for is said by the gate; `agent` belongs to the section `agents`, not built yet.
SCOPES = ("tenant", "user", "session", "run")


@dataclass(frozen=True, slots=True, eq=False)
class Verb:
    """One kind of effect that the kernel decides on.

    name        the verb of its parts
    family      the built-in verb whose axes it has, or "" for a tool of its own
    axes        what rules may test, by name; for a tool its own arguments too
    required    what a permit or ask must say
    measures    what budgets may count, by name
    classes     the classes that contain it, such as "all.send"
    indexed     axes that every atom carries, in the order of the kernel's index
    tool        the tool whose part it is, or ""
    filled      for each required axis, the argument that a tool fills it from; "" for a constant
    """

    name: str
    family: str
    axes: Mapping[str, Axis]
    required: tuple[str, ...]
    measures: Mapping[str, Axis]
    classes: frozenset[str]
    indexed: tuple[source.Axis, ...]
    tool: str = ""
    filled: Mapping[str, str] = field(default_factory=dict)


COUNT = axes.integer("count", low=0)
AT_ONCE = axes.integer("at_once", low=0)
ALWAYS: Mapping[str, Axis] = MappingProxyType({"count": COUNT, "at_once": AT_ONCE})
"""Measures of every verb: how often, and how many of them at one time."""

_HOST = axes.place("host", "host")
_PATH = axes.place("path", "path")
_URL_PATH = axes.place("path", "url")
_METHOD = axes.enum("method", METHODS)
_SCHEME = axes.enum("scheme", SCHEMES)
_PORT = axes.integer("port", low=1, high=65535)
_QUERY = axes.name("query", optional=True)
VIA = axes.name("via", optional=True)
_BYTES_OUT = axes.size("bytes_out")
_BYTES_IN = axes.size("bytes_in")
_BYTES = axes.size("bytes")
_NAME = axes.name("name")
_EXT = axes.name("ext", optional=True)
_WITHIN = Axis("within", axes.WITHIN, kernel="path")
_TABLE = axes.place("table", "table")
_COLUMN = axes.name("column")
_FUNCTION = axes.name("function")
_ROWS = axes.integer("rows", low=0)
_ACCOUNT = axes.name("account")
_PAYEE = axes.name("payee")
_AMOUNT = axes.amount("amount", "currency")
_ORIGINAL = axes.name("original", optional=True)
_SIDE = axes.enum("side", SIDES)
_SYMBOL = axes.name("symbol")
_VENUE = axes.name("venue", optional=True)
_QUANTITY = axes.integer("quantity", low=0)
_CHANNEL = axes.name("channel")
_RECIPIENT = axes.place("recipient", "email")
_RECIPIENTS = axes.integer("recipients", low=0)
_MODEL = axes.name("model")
_TOKENS = axes.integer("tokens", low=0)
_AGENT = Axis("agent", axes.NAME, kernel="kind")  # not the scope of that name, which is who acts
_COST = axes.amount("cost", "")  # in the port's currency: a part does not say which


def _verb(
    name: str, kind: str, tested: tuple[Axis, ...], required: str, measures: tuple[Axis, ...], indexed: str
) -> Verb:
    known = {axis.name: axis for axis in (*tested, *measures)}
    return Verb(
        name,
        name,
        MappingProxyType(known),
        tuple(required.split()),
        MappingProxyType({**ALWAYS, **{axis.name: axis for axis in measures}}),
        frozenset({f"all.{kind}"}),
        index(known, tuple(indexed.split())),
    )


def index(known: Mapping[str, Axis], names: tuple[str, ...]) -> tuple[source.Axis, ...]:
    """The kernel's index on the axes of these names, which must be names or places of every atom."""
    assert all(known[name].sort in SORTS_ON_ATOMS for name in names)
    return tuple(source.Axis(known[name].kernel, known[name].sort == PLACE) for name in names)


def _table() -> dict[str, Verb]:
    http = (_HOST, _URL_PATH, _METHOD, _SCHEME, _PORT, _QUERY, VIA)
    file = (_PATH, _NAME, _EXT, _WITHIN, VIA)
    folder = (_PATH, _NAME, _WITHIN, VIA)
    pay = (_ACCOUNT, _PAYEE, _AMOUNT, _ORIGINAL)
    trade = (_ACCOUNT, _SIDE, _SYMBOL, _AMOUNT, _VENUE)
    out = (_BYTES_OUT, _BYTES_IN)
    verbs = [
        _verb("http.request", "send", http, "host path method", out, "host path"),
        _verb("net.connect", "send", (_HOST, _PORT, VIA), "host port", out, "host"),
        _verb("file.read", "read", file, "path", (_BYTES,), "path"),
        _verb("file.write", "change", file, "path", (_BYTES,), "path"),
        _verb("file.append", "change", file, "path", (_BYTES,), "path"),
        _verb("file.delete", "destroy", file, "path", (_BYTES,), "path"),
        _verb("dir.list", "read", folder, "path", (), "path"),
        _verb("dir.make", "change", folder, "path", (), "path"),
        _verb("sql.read", "read", (_TABLE, _COLUMN), "table column", (_ROWS,), "table column"),
        _verb("sql.insert", "change", (_TABLE, _COLUMN), "table", (_ROWS,), "table column"),
        _verb("sql.update", "change", (_TABLE, _COLUMN), "table", (_ROWS,), "table column"),
        _verb("sql.delete", "destroy", (_TABLE,), "table", (_ROWS,), "table"),
        _verb("sql.schema", "destroy", (_TABLE,), "table", (_ROWS,), "table"),
        _verb("sql.call", "run", (_FUNCTION,), "function", (_ROWS,), "function"),
        _verb("money.payment", "pay", pay, "account payee amount", (_AMOUNT,), "payee account"),
        _verb("money.transfer", "pay", pay, "account payee amount", (_AMOUNT,), "payee account"),
        _verb("money.refund", "pay", pay, "account payee amount", (_AMOUNT,), "payee account"),
        _verb("money.trade", "pay", trade, "account side symbol amount", (_AMOUNT, _QUANTITY), "symbol account"),
        _verb(
            "message.send", "send", (_CHANNEL, _RECIPIENT), "channel recipient", (_BYTES_OUT, _RECIPIENTS), "recipient"
        ),
        _verb("model.call", "model", (_MODEL,), "model", (_TOKENS, _COST), "model"),
        _verb("agent.spawn", "agent", (_AGENT,), "agent", (), "agent"),
        _verb("agent.handoff", "agent", (_AGENT,), "agent", (), "agent"),
        _verb("agent.report", "agent", (_AGENT,), "agent", (), "agent"),
    ]
    return {verb.name: verb for verb in verbs}


BUILT_IN: Mapping[str, Verb] = MappingProxyType(_table())

PROCESS = Verb("process.run", "", MappingProxyType({}), (), ALWAYS, frozenset(), ())
"""What stands for every program, wherever a class may stand. No part has this verb: programs have their own."""

AMONG_AGENTS = frozenset({"agent.spawn", "agent.handoff", "agent.report"})
"""What the section `agents` alone permits."""

# Actions that are decided as other verbs: writing one in a rule gets a remedy instead of a guess.
DECIDED_AS: Mapping[str, str] = MappingProxyType(
    {
        "file.move": "A move is decided as `file.delete` of the source and `file.write` of the target.",
        "sql.query": "A statement is decided as what the engine does: `sql.read`, `sql.call`.",
        "sql.change": "A statement is decided as what the engine does: `sql.insert`, `sql.update`, `sql.delete`.",
    }
)
