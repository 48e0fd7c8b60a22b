"""The benchmark's policies and actions, and the same decisions written by hand.

A policy of n rules: an equal share for each kind of action, each rule about one value (a host, a directory, a payee)
with one bound. Actions: half are permitted, half are near misses.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from havocproof.actions import (
    Action,
    FileRead,
    FileWrite,
    HttpRequest,
    ModelCall,
    Payment,
    ToolCall,
    TradeOrder,
)
from havocproof.kernel.source import Atom, Part
from havocproof.policy import Policy, loads_policy

HEAD = """havocproof: 1
policy: bench
version: "1"
tools:
  lookup: {effect: read, args: {shelf: name, page: {int: {min: 0, max: 1000000}}}}
"""
RULES: dict[str, str] = {
    "http.request": "{{permit: http.request, where: {{host: api{i}.example.com, path: /v1/**, method: GET}}}}",
    "file.read": "{{permit: file.read, where: {{path: /srv/data/team{i}/**, bytes: {{max: 4 KiB}}}}}}",
    "file.write": "{{permit: file.write, where: {{path: /srv/out/team{i}/**, bytes: {{max: 4 KiB}}}}}}",
    "sql.read": "{{permit: sql.read, where: {{table: shop.main.t{i}, column: [id, name], rows: {{max: 100}}}}}}",
    "money.payment": "{{permit: money.payment, where: {{account: main, payee: vendor{i}, "
    "amount: {{max: 100.00 USD}}}}}}",
    "money.trade": "{{permit: money.trade, where: {{account: main, side: buy, symbol: S{i}, "
    "amount: {{max: 100.00 USD}}}}}}",
    "model.call": "{{permit: model.call, where: {{model: lab/m{i}, tokens: {{max: 8000}}}}}}",
    "tool.call": "{{permit: lookup, where: {{shelf: s{i}, page: {{max: 500}}}}}}",
}
BUDGETS = """budgets:
  spent: {amount: 90000000000.00 USD, of: money.payment, per: [payee]}
  day: {amount: 90000000000.00 USD, of: money.payment, per: [user], every: 1d}
  runs: {count: 9000000000, of: money.payment, per: [run]}
"""


STATE = """rates:
  flow: {of: money.payment, burst: 10, every: 1s, per: [run]}
labels:
  personal: {from: {file.read: {path: /srv/data/team0/**}}, guards: all.pay}
  outside:
    from: {http.request: {host: api0.example.com}}
    guards: all.pay
    cleared: {money.payment: {account: main}}
"""


def policy(rules: int, budgets: bool = False, state: bool = False) -> Policy:
    """A policy of about `rules` rules, all kinds alike. `budgets`: three of payments; `state`: these, one rate of
    payments, and two labels that hold payments back, one of them cleared for the account that is paid from.
    """
    share = max(1, rules // len(RULES))
    lines = [HEAD, "rules:\n"]
    for number, line in enumerate(RULES.values()):
        lines.append(f"  g{number}:\n")
        lines += [f"    - {line.format(i=i)}\n" for i in range(share)]
    return loads_policy("".join(lines) + (BUDGETS if budgets or state else "") + (STATE if state else ""))


@dataclass(frozen=True)
class Case:
    """An action, the parts that its port gives where the action has none by itself, and whether it is permitted."""

    action: Action | None
    parts: tuple[Part, ...] | None
    permitted: bool


def _http(i: int, good: bool) -> Action:
    return HttpRequest(method="GET", host=f"api{i}.example.{'com' if good else 'org'}", path=f"/v1/items/{i}")


def _payment(i: int, good: bool) -> Action:
    return Payment(
        account="main", payee=f"vendor{i}", amount="99.00 USD" if good else "100.01 USD", idempotency_key="k"
    )


def _trade(i: int, good: bool) -> Action:
    side = "buy" if good else "sell"
    return TradeOrder(account="main", side=side, symbol=f"S{i}", quantity=3, amount="99.00 USD", idempotency_key="k")


MAKE: dict[str, Callable[[int, bool], Action]] = {
    "http.request": _http,
    "file.read": lambda i, good: FileRead(path=f"/srv/data/team{i}/a/b.csv", max_bytes=4096 if good else 4097),
    "file.write": lambda i, good: FileWrite(path=f"/srv/out/{'team' if good else 'tean'}{i}/b.csv", content="x" * 64),
    "money.payment": _payment,
    "money.trade": _trade,
    "model.call": lambda i, good: ModelCall(
        model=f"lab/m{i}", messages=[{"role": "user", "content": "hello"}], max_tokens=500 if good else 9000
    ),
    "tool.call": lambda i, good: ToolCall(tool="lookup", arguments={"shelf": f"s{i}", "page": 500 if good else 501}),
}


def _sql(i: int, good: bool) -> tuple[Part, ...]:
    table = ("shop", "main", f"t{i}")
    atoms = tuple(
        Atom({"table": ".".join(table), "column": column, "via": ""}, {"table": table})
        for column in ("id", "name" if good else "secret")
    )
    return (Part("sql.read", {"count": 1, "rows": 100}, atoms),)


def cases(kind: str, rules: int, count: int = 200) -> list[Case]:
    """Actions of one kind against `policy(rules)`, in a fixed random order."""
    share, random_ = max(1, rules // len(RULES)), random.Random(7)
    made = []
    for number in range(count):
        i, good = random_.randrange(share), number % 2 == 0
        if kind == "sql.read":
            made.append(Case(None, _sql(i, good), good))
        else:
            made.append(Case(MAKE[kind](i, good), None, good))
    return made


# ---- the same decisions by hand: what somebody would write who has only this policy ----


def by_hand(kind: str, rules: int) -> Callable[[Any], bool]:
    """The policy's decision on one kind of action, as plain Python over the same typed action (SQL: its parts)."""
    share = range(max(1, rules // len(RULES)))
    hosts = {f"api{i}.example.com" for i in share}
    reads, writes = {f"team{i}" for i in share}, {f"team{i}" for i in share}
    payees, symbols = {f"vendor{i}": 10_000 for i in share}, {f"S{i}": 10_000 for i in share}
    models, shelves, tables = {f"lab/m{i}" for i in share}, {f"s{i}" for i in share}, {f"t{i}" for i in share}

    def http(a: Any) -> bool:
        return (
            a.host in hosts
            and a.method == "GET"
            and a.scheme == "https"
            and a.port == 443
            and a.path.startswith("/v1/")
        )

    def file_read(a: Any) -> bool:
        at = a.path.split("/")
        return len(at) > 3 and at[1] == "srv" and at[2] == "data" and at[3] in reads and a.max_bytes <= 4096

    def file_write(a: Any) -> bool:
        at = a.path.split("/")
        return len(at) > 3 and at[1] == "srv" and at[2] == "out" and at[3] in writes and len(a.content.encode()) <= 4096

    def money(a: Any) -> bool:
        minor, currency = a.money
        return a.account == "main" and currency == "USD" and minor <= payees.get(a.payee, -1)

    def trade(a: Any) -> bool:
        minor, currency = a.money
        return a.account == "main" and a.side == "buy" and currency == "USD" and minor <= symbols.get(a.symbol, -1)

    def model(a: Any) -> bool:
        return a.model in models and a.parts()[0].ints["tokens"] <= 8000

    def tool(a: Any) -> bool:
        page = a.arguments["page"]
        return a.arguments["shelf"] in shelves and type(page) is int and page <= 500

    def sql(parts: Any) -> bool:
        (part,) = parts
        return part.ints["rows"] <= 100 and all(
            atom.places["table"][2] in tables and atom.names["column"] in ("id", "name") for atom in part.atoms
        )

    return {
        "http.request": http,
        "file.read": file_read,
        "file.write": file_write,
        "money.payment": money,
        "money.trade": trade,
        "model.call": model,
        "tool.call": tool,
        "sql.read": sql,
    }[kind]
