"""A policy with every kind of record, and calls of its tools against what is recorded."""

from __future__ import annotations

from typing import Any

from havocproof.actions.wire import action_from_wire
from havocproof.kernel.source import Key, Record, Ref, View
from havocproof.policy import Policy
from tests.policy.support import APPROVALS, NOW, load, rule_on

HEAD = (
    APPROVALS
    + """\
tools:
  get: {effect: read, args: {id: name}}
  who: {effect: read}
  pay:
    effect: pay
    args: {id: name, card: name, amount: {decimal: EUR}, items: {list: name, max: 3}, note: text}
    optional: {gift: name, times: int, day: date, host: host, file: {path: /d}, mail: email, how: [a, b]}
  close: {effect: change, args: {n: int}}
  other: {effect: change, args: {id: name, card: name}}
  plain: {effect: change, args: {card: name}}
records:
  said: {from: prompt, fields: {phrases: {find: phrases}, amounts: {find: amount}, numbers: {find: int},
    days: {find: date}, hosts: {find: host}, paths: {find: path}, mails: {find: email}, ibans: {find: iban}}}
  customer: {from: {tool: who}, write: once, lasts: 1h, fields: {id: {one: name, at: ""}}}
  profile: {key: {user: /id}, from: {tool: get}, fields: {orders: {many: name, at: /o/*},
    cards: {many: name, at: /c/*}}}
  order:
    key: {id: /id}
    from: {tool: get}
    lasts: 10m
    fields:
      state: {one: [open, shut, gone], at: /s}
      items: {many: name, at: /i/*}
      cards: {many: name, at: /c/*}
      total: {one: {decimal: EUR}, at: /t}
      count: {one: int, at: /n}
      tags: {many: [x, y, z], at: /g/*}
      sizes: {many: int, at: /z/*}
      host: {one: host, at: /h}
      day: {one: date, at: /d}
  ticket: {key: {n: /n}, from: {tool: get}, fields: {state: {one: [open, shut], at: /s}}}
"""
)
ORDER = Ref("order", "id", lasts=600_000)


def ref(field: str, by: str | tuple[str, str] | None = "id", record: str = "order", lasts: int = 600_000) -> Ref:
    return Ref(record, by, field, lasts, 3_600_000 if isinstance(by, tuple) else 0)


def said(field: str) -> Ref:
    return Ref("said", None, field)


def policy(*lines: str, before: str = "") -> Policy:
    body = "".join(f"    - {line}\n" for line in lines)
    return load(f"{HEAD}{before}rules:\n  look: [{{permit: [get, who]}}]\n  g:\n{body}")


def record(at: int = NOW, **fields: Any) -> Record:
    """Sets are names, texts single names, integers integers."""
    names = {
        name: frozenset([value] if isinstance(value, str) else value)
        for name, value in fields.items()
        if not isinstance(value, int)
    }
    ones = {name: value for name, value in fields.items() if isinstance(value, str)}
    return Record(at, names, ones, {name: value for name, value in fields.items() if isinstance(value, int)})


def verdict(found: Policy, records: dict[Key, Record], tool: str = "pay", now: int = NOW, **change: Any) -> str:
    """permitted, asked or denied, for one call."""
    call: dict[str, Any] = {"id": "W1", "card": "c1", "amount": "5.00 EUR", "items": ["a"], "note": "hi"}
    call = {**call, **change} if tool == "pay" else change
    parts = found.parts(action_from_wire({"action": tool, "args": call}))
    said_ = rule_on(found, parts, now=now, view=View({}, records, {}))
    return "permitted" if said_.is_Permitted else "asked" if said_.is_Asked else "denied"
