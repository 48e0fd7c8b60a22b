"""Random actions, biased to what the rules of a policy just permit or just miss."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any

from tests.differential import alphabet as abc
from tests.differential.alphabet import AXES, FAMILIES
from tests.differential.atoms import http
from tests.differential.generators import PolicyTree
from tests.differential.tools import KNOWN, TOOLS, call_of, tool_axes
from tests.differential.witness import pick

Wire = dict[str, Any]
DERIVED = ("name", "ext", "within")


def _tests_on(words: list[str], policy: PolicyTree) -> list[PolicyTree]:
    """What the rules on one of these verbs or tools test; twice what grants."""
    found = []
    for rule in (rule for group in policy["rules"].values() for rule in group):
        effect = next(effect for effect in ("permit", "ask", "forbid") if effect in rule)
        if any(word in rule[effect] for word in words):
            found += [rule.get("where", {})] * (1 if effect == "forbid" else 2)
            found += [rule["unless"]] if "unless" in rule else []
    return found


def _values(rng: Random, verb: str, policy: PolicyTree) -> dict[str, Any]:
    """A value for each axis: most from one rule on the verb, one of them perhaps beside what the rule admits."""
    axes = AXES[verb]
    found = {axis: abc.value(rng, axes[axis]) for axis in axes if axis not in DERIVED}
    if verb == "http.request" and rng.randint(0, 3):
        found |= {"scheme": "https", "port": 443}
    every = _tests_on([verb], policy)
    tests = rng.choice(every) if every and rng.randint(0, 9) else {}
    missed = rng.choice([*sorted(tests), "", "", ""])
    for axis, test in tests.items():
        value = pick(rng, test, axes[axis], policy.get("sets", {}), axis == missed)
        if axis in found:
            found[axis] = value
        elif axis == "ext":
            found["path"] = f"{found['path']}/a.{value}".replace("//", "/")
        else:
            found["path"] = f"{found['path'].rpartition('/')[0]}/{value}"
    return found


def _filling(request: Wire, missing: int) -> Wire:
    """What makes the request so many bytes longer, if it can be."""
    if request["method"] == "GET":
        missing -= len("x-data: \r\n")
        return {"headers": {"x-data": "x" * missing}} if missing > 0 else {}
    missing -= missing > 10  # the second digit of its length
    return {"body": "x" * missing} if missing > 0 else {}


def _args(rng: Random, verb: str, found: dict[str, Any]) -> dict[str, Any]:
    """The arguments of the action whose axes have these values."""
    if verb == "http.request":
        keys = abc.several(rng, ["p", "q"], 0, 2)
        request = {axis: found[axis] for axis in ("host", "path", "method", "scheme", "port")}
        if rng.randint(0, 3) == 0:
            del request["port"]
        request |= {"query": [[key, "1"] for key in keys], "max_bytes_in": found["bytes_in"]}
        return request | _filling(request, found["bytes_out"] - http(request).measures["bytes_out"])
    if verb in ("file.write", "file.append"):
        return {"path": found["path"], "content": "x" * max(0, found["bytes"])}
    if verb.startswith("file."):
        return {"path": found["path"], "max_bytes": max(0, found["bytes"])}
    if verb.startswith("dir."):
        return {"path": found["path"]}
    if verb == "model.call":
        # 16 for the frame of the message, 16 for that of the call, and one byte.
        asked = {"max_tokens": max(1, found["tokens"] - 33), "messages": [{"role": "user", "content": "x"}]}
        costs = rng.choice([{}, {"max_cost": found["cost"]}, {"max_cost": 10_000}])
        return {"model": found["model"], **asked, **costs}
    paid = {axis: one for axis, one in found.items() if axis != "venue"} | {"idempotency_key": "k1"}
    if "quantity" in paid:
        paid["quantity"] = max(1, paid["quantity"])
        paid |= rng.choice([{}, {"venue": found["venue"]}])
    return paid


def _call(rng: Random, name: str, policy: PolicyTree) -> Wire:
    """A call of a tool; some of its plain arguments stand at the tests of one rule on it."""
    call: Wire = call_of(rng, name)
    spec = KNOWN[name]
    axes = tool_axes(spec)
    tests = _tests_on([name, str(spec.get("is", name))], policy)
    chosen = rng.choice(tests) if tests else {}
    missed = rng.choice([*sorted(chosen), "", "", ""])
    for axis, test in chosen.items():
        source = spec.get("map", {}).get(axis, axis)
        kind = spec.get("args", {}).get(source) if isinstance(source, str) else None
        known = axes.get(axis)
        if known is None or not (kind in ("name", "host") or isinstance(kind, dict)):
            continue
        found = pick(rng, test, known, policy.get("sets", {}), axis == missed)
        if known.sort == "amount":
            number, currency = found.split(" ")
            if currency == kind["decimal"]:
                call["args"][source] = Decimal(number) if "." in number else int(number)
        elif isinstance(kind, dict) and "list" in kind and call["args"][source]:
            call["args"][source][-1] = found
        elif not isinstance(kind, dict) or set(kind) & {"path", "segments", "int"}:
            call["args"][source] = found
    return call


def _sql(rng: Random, verb: str, found: dict[str, Any]) -> Wire:
    """What the port reports of a statement: the parts, which here stand for the action."""
    atom = {axis: one for axis, one in found.items() if axis != "rows"}
    atoms = [atom] + [atom | {"column": abc.value(rng, abc.NAME)}] * ("column" in atom and rng.choice((False, True)))
    parts = [{"verb": verb, "rows": max(0, found["rows"]), "atoms": atoms}]
    if rng.randint(0, 2) == 0:
        parts.append({"verb": "sql.call", "rows": max(0, found["rows"]), "atoms": [{"function": "p"}]})
    return {"action": "sql", "parts": parts}


def action_for(rng: Random, policy: PolicyTree) -> Wire:
    """One action in wire form; for SQL `{"action": "sql", "parts": [...]}`, since only the port can tell its parts."""
    named = str(policy["rules"])
    families = [family for family, verbs in FAMILIES.items() if any(verb in named for verb in verbs)]
    kinds = [*(family for family in families if family != "messages"), *policy.get("tools", {})]
    if not kinds or rng.randint(0, 19) == 19:  # what the policy says nothing about
        kinds = ["http", "files", *sorted(TOOLS)]
    kind = rng.choice(kinds)
    if kind in KNOWN:
        return _call(rng, kind, policy)
    direct = [verb for verb in FAMILIES[kind] if verb not in abc.BY_TOOLS]
    verb = rng.choice([verb for verb in direct if verb in named] or direct)
    found = _values(rng, verb, policy)
    if kind == "sql":
        return _sql(rng, verb, found)
    if verb in ("file.delete", "file.write") and rng.choice((False, True)):
        other = _values(rng, "file.write" if verb == "file.delete" else "file.delete", policy)
        pair = [found["path"], other["path"]]
        source, target = pair if verb == "file.delete" else reversed(pair)
        target = target if target != source else f"{target}/a".replace("//", "/")
        args = {"source": source, "target": target, "max_bytes": max(0, found["bytes"])}
        return {"action": "file.move", "args": args}
    return {"action": verb, "args": _args(rng, verb, found)}
