"""The oracle's own reading of an action: which effects it has, and which combinations of values each of them touches.

Written from POLICY.md 2.3 and 2.5 and from the measures named in DESIGN.md 5. Part of the oracle: see `oracle.py`.
"""

from __future__ import annotations

from typing import Any

from tests.differential.oracle_events import Event, PolicyText
from tests.differential.tool_calls import tool
from tests.differential.values import (
    CLASSES,
    Amount,
    Choices,
    Effect,
    Place,
    Refused,
    Value,
    Values,
    amount,
    host,
    path_axes,
    segments,
)

MIB = 1 << 20


def optional(text: str) -> Value:
    return text or None


def effect(verb: str, measures: dict[str, int], atoms: Choices, currency: str = "") -> Effect:
    for atom in atoms:
        atom |= dict(measures) | {"via": None}
        if currency:
            atom["amount"] = Amount(measures["amount"], currency)
    return Effect(frozenset([verb]), CLASSES[verb], dict(measures), atoms)


def request_text(fixed: Values, query: str, args: dict[str, Any]) -> str:
    """The request as it stands on the wire; for paths and queries that need no percent signs."""
    own = {"accept": "*/*", "accept-encoding": "identity", "connection": "close", "user-agent": "havocproof"}
    host = str(args["host"])
    if fixed["port"] != {"https": 443, "http": 80}[str(fixed["scheme"])]:
        host += f":{fixed['port']}"
    body = str(args.get("body", ""))
    if body or fixed["method"] in ("POST", "PUT", "PATCH"):
        own["content-length"] = str(len(body.encode()))
    headers = own | args.get("headers", {}) | {"host": host}
    target = args.get("path", "/") + (f"?{query}" if query else "")
    lines = [f"{fixed['method']} {target} HTTP/1.1", *(f"{name}: {text}" for name, text in headers.items())]
    return "\r\n".join([*lines, "", body])


def http(args: dict[str, Any]) -> Effect:
    query = args.get("query", {})
    pairs = list(query.items()) if isinstance(query, dict) else [tuple(pair) for pair in query]
    scheme = args.get("scheme", "https")
    fixed: Values = {
        "host": host(args["host"]),
        "path": Place("path", segments("path", args.get("path", "/"))),
        "method": args.get("method", "GET"),
        "scheme": scheme,
        "port": args.get("port", 80 if scheme == "http" else 443),
    }
    sent = len(request_text(fixed, "&".join(f"{key}={text}" for key, text in pairs), args).encode())
    keys = sorted({key for key, _ in pairs})
    atoms: Choices = [fixed | {"query": key} for key in keys] or [fixed | {"query": None}]
    return effect("http.request", {"count": 1, "bytes_out": sent, "bytes_in": args.get("max_bytes_in", MIB)}, atoms)


def money(verb: str, args: dict[str, Any]) -> Effect:
    paid = amount(args["amount"])
    if verb == "money.payment":
        atom: Values = {"account": args["account"], "payee": args["payee"], "original": None}
        return effect(verb, {"count": 1, "amount": paid.minor}, [atom], paid.currency)
    atom = {key: args[key] for key in ("account", "side", "symbol")} | {"venue": optional(args.get("venue", ""))}
    measures = {"count": 1, "amount": paid.minor, "quantity": args["quantity"]}
    return effect(verb, measures, [atom], paid.currency)


def model(args: dict[str, Any]) -> Effect:
    # An upper bound: every byte a token, and 16 for the frame of each message and of the call.
    prompt = 16 + sum(16 + len(message["content"].encode()) for message in args["messages"])
    measures = {"count": 1, "tokens": prompt + args["max_tokens"]}
    if args.get("max_cost") is not None:
        measures["cost"] = args["max_cost"]
    return effect("model.call", measures, [{"model": args["model"]}])


def files(verb: str, args: dict[str, Any]) -> list[Effect]:
    if verb == "file.move":
        size = args.get("max_bytes", 16 * MIB)
        moved = {"file.delete": args["source"], "file.write": args["target"]}
        return [effect(part, {"count": 1, "bytes": size}, [path_axes(path, part)]) for part, path in moved.items()]
    if verb in ("file.write", "file.append"):
        size = len(args["content"].encode())
    else:
        size = args.get("max_bytes", MIB if verb == "file.read" else 16 * MIB)
    measures = {"count": 1} if verb.startswith("dir.") else {"count": 1, "bytes": size}
    return [effect(verb, measures, [path_axes(args["path"], verb)])]


def sql(part: dict[str, Any]) -> Effect:
    """A part of a statement, as the engine tells it (2.3): there is no reading of statements here."""
    atoms: Choices = []
    for given in part["atoms"]:
        tables: Values = {"table": Place("table", segments("table", given["table"]))} if "table" in given else {}
        atoms.append({axis: one for axis, one in given.items() if axis != "table"} | tables)
    return effect(part["verb"], {"count": 1, "rows": part["rows"]}, atoms)


def agents(verb: str, args: dict[str, Any]) -> Effect:
    """Starting an agent, handing over to one, and reporting back (2.12): the axis is the kind of the other agent."""
    atom: Values = {"agent": args.get("agent")}
    return effect(verb, {"count": 1, "at_once": 1}, [atom])


def parts_of_event(policy: PolicyText, event: Event) -> list[Effect]:
    """The effects of what was permitted, read once."""
    if event.parts is None:
        event.parts = effects(policy, event.action)
    return event.parts


def effects(policy: dict[str, Any], action: dict[str, Any]) -> list[Effect]:
    """The effects of an action in wire form. Raises `Refused` for what no declaration covers."""
    if action["action"] == "sql":
        return [sql(part) for part in action["parts"]]
    verb, args = action["action"], action["args"]
    if verb == "http.request":
        return [http(args)]
    if verb.startswith(("file.", "dir.")):
        return files(verb, args)
    if verb.startswith("money."):
        return [money(verb, args)]
    if verb == "model.call":
        return [model(args)]
    if verb.startswith("agent."):
        return [agents(verb, args)]
    spec = policy.get("tools", {}).get(verb)
    if spec is None:
        raise Refused
    return tool(verb, spec, args)
