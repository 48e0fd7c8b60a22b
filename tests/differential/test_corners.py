"""Cases written by hand that random ones meet rarely: each is decided by both, and as it says here."""

from __future__ import annotations

from typing import Any

import pytest

from havocproof.policy import loads_policy
from tests.differential.oracle import decide, read
from tests.differential.product import NOON, SCOPES, Product

HEAD = """
havocproof: 1
policy: corners
version: "1"
approvals: {ann: {role: ann, people: 1, within: 1d}}
tools:
  pairs_up: {effect: change, args: {a: {list: name, max: 20}, b: {list: name, max: 20}}}
  many: {is: [file.read, file.write], args: {to: {list: name, max: 200}, p: {path: /}},
         map: {file.read: {path: p}, file.write: {path: p}}}
  shift: {effect: change, args: {by: int}, optional: {note: text, tag: name}}
  reach: {effect: send, args: {at: host, to: email}}
"""
ASK = {"role": "user", "content": "x"}


def call(action: str, **args: Any) -> dict[str, Any]:
    return {"action": action, "args": args}


def get(host: str, **more: Any) -> dict[str, Any]:
    return call("http.request", host=host, **more)


CASES: list[tuple[str, dict[str, Any], str]] = [
    # 256 atoms are an action, one more is not (2.5).
    ("permit: pairs_up", call("pairs_up", a=["x"] * 16, b=["x"] * 16), "permit"),
    ("permit: pairs_up", call("pairs_up", a=["x"] * 16, b=["x"] * 17), "malformed"),
    ("permit: many, where: {p: any}", call("many", to=["x"] * 128, p="a"), "permit"),
    ("permit: many, where: {p: any}", call("many", to=["x"] * 129, p="a"), "malformed"),
    # An empty list passes no test but `none` and `any`.
    ("permit: pairs_up, where: {a: x}", call("pairs_up", a=[], b=["x"]), "unpermitted"),
    ("permit: pairs_up, where: {a: [x, none]}", call("pairs_up", a=[], b=["x"]), "permit"),
    ("permit: pairs_up, where: {a: x}", call("pairs_up", a=["x", "y"], b=[]), "unpermitted"),
    # Words of the language as values.
    ("permit: shift, where: {tag: {is: none}}", call("shift", by=0, tag="none"), "permit"),
    ("permit: shift, where: {tag: {is: none}}", call("shift", by=0), "unpermitted"),
    ("permit: shift, where: {tag: none}", call("shift", by=0, tag="none"), "unpermitted"),
    ('permit: shift, where: {tag: ["no", "1.10"]}', call("shift", by=0, tag="no"), "permit"),
    # Integers below zero; empty text is given, and small.
    ("permit: shift, where: {by: {min: -5, below: 0}}", call("shift", by=-5), "permit"),
    ("permit: shift, where: {by: {min: -5, below: 0}}", call("shift", by=0), "unpermitted"),
    ("permit: shift, where: {note: {max: 1 B}}", call("shift", by=0, note=""), "permit"),
    ("permit: shift, where: {note: none}", call("shift", by=0, note=""), "unpermitted"),
    ("permit: shift", call("shift", by=True), "malformed"),
    ("permit: shift", call("shift", by="7"), "malformed"),
    ("permit: shift", call("shift", by=1, extra=1), "malformed"),
    ("permit: unheard, where: {by: 1}", call("unheard", by=1), "malformed"),
    # An address is exact: no star takes it.
    ("permit: http.request, where: {host: any, path: any, method: GET}", get("203.0.113.7"), "permit"),
    ("permit: http.request, where: {host: '*.*', path: any, method: GET}", get("203.0.113.7"), "unpermitted"),
    ("permit: http.request, where: {host: '**.a', path: any, method: GET}", get("203.0.113.7"), "unpermitted"),
    ("permit: http.request, where: {host: ip:203.0.113.7, path: any, method: GET}", get("203.0.113.7"), "permit"),
    ("permit: http.request, where: {host: ip:203.0.113.7, path: any, method: GET}", get("203.0.113.8"), "unpermitted"),
    # Schemes have their own ports.
    ("permit: http.request, where: {host: a.b, path: any, method: GET}", get("a.b", scheme="http"), "unpermitted"),
    ("permit: http.request, where: {host: a.b, path: any, method: GET}", get("a.b", port=8443), "unpermitted"),
    (
        "permit: http.request, where: {host: a.b, path: any, method: GET, scheme: any}",
        get("a.b", port=80),
        "unpermitted",
    ),
    (
        "permit: http.request, where: {host: a.b, path: any, method: GET, scheme: http}",
        get("a.b", scheme="http"),
        "permit",
    ),
    ("permit: http.request, where: {host: a.b, path: any, method: GET, port: 80}", get("a.b", port=80), "permit"),
    # Every key of a query is looked at.
    ("permit: http.request, where: {host: a.b, path: any, method: GET, query: [k, none]}", get("a.b"), "permit"),
    (
        "permit: http.request, where: {host: a.b, path: any, method: GET, query: k}",
        get("a.b", query=[["k", "1"], ["l", "2"]]),
        "unpermitted",
    ),
    # A mail address: the domain, then the local part.
    ("permit: reach, where: {to: '*@a.b'}", call("reach", at="x", to="u@a.b"), "permit"),
    ("permit: reach, where: {to: '*@*.b'}", call("reach", at="x", to="u@b"), "unpermitted"),
    # What a call costs is known only if it says so; unknown never helps, and bounds that hold all costs do not either.
    (
        "permit: model.call, where: {model: m, cost: {max: 1.00 USD}}",
        call("model.call", model="m", messages=[ASK], max_tokens=1),
        "unpermitted",
    ),
    (
        "permit: model.call, where: {model: m, cost: [{max: 1.00 USD}, {above: 1.00 USD}]}",
        call("model.call", model="m", messages=[ASK], max_tokens=1),
        "unpermitted",
    ),
    (
        "permit: model.call, where: {model: m, cost: [{max: 1.00 USD}, {above: 1.00 USD}]}",
        call("model.call", model="m", messages=[ASK], max_tokens=1, max_cost=5),
        "permit",
    ),
    # Derived axes.
    ("permit: file.read, where: {path: any, ext: gz}", call("file.read", path="/a/b.tar.gz"), "permit"),
    ("permit: file.read, where: {path: any, ext: env}", call("file.read", path="/a/.env"), "permit"),
    ("permit: file.read, where: {path: any, ext: none}", call("file.read", path="/a/b."), "permit"),
    ("permit: file.read, where: {path: any, within: a}", call("file.read", path="/b/a"), "permit"),
    ("permit: file.read, where: {path: any, within: a}", call("file.read", path="/"), "unpermitted"),
]


@pytest.mark.parametrize(("rule", "action", "expected"), CASES)
def test_a_corner_is_decided_by_both_as_it_says(rule: str, action: dict[str, Any], expected: str) -> None:
    text = f"{HEAD}rules: {{g: [{{{rule}}}]}}\n"
    if "unheard" in rule:
        text = text.replace(rule, "permit: shift")
    by_oracle = decide(read(text), action, [], SCOPES, NOON)
    by_product = Product(loads_policy(text)).decide(action, SCOPES, NOON)[0]
    assert {by_oracle.kind, *by_oracle.reasons} - {"deny"} == {expected}
    assert {by_product.kind, *by_product.reasons} - {"deny"} == {expected}
