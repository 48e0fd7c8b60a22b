"""Random actions, biased to what the rules of a policy just permit or just miss."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tests.differential import alphabet as abc
from tests.differential.alphabet import AXES, FAMILIES, Axis
from tests.differential.generators import Draw, PolicyTree
from tests.differential.tools import TOOLS, calls, tool_axes

Wire = dict[str, Any]


def _witness(draw: Draw, test: Any, axis: Axis, sets: PolicyTree) -> Any:
    """A value at the test: one that it admits, or the next one beside a bound."""
    if isinstance(test, list):
        return _witness(draw, draw(st.sampled_from(test)), axis, sets)
    if isinstance(test, str) and test.startswith("$"):
        [members] = sets[test[1:]].values()
        return _witness(draw, members, axis, sets)
    if test in ("any", "none") or (isinstance(test, dict) and "not" in test):
        return draw(abc.values(axis))
    literal = draw(st.sampled_from(sorted(test.values()))) if isinstance(test, dict) else test
    if axis.sort in ("text", "date", "email"):
        return draw(abc.values(axis))
    if axis.sort == "amount":
        number, currency = literal.split(" ")
        minor = int(number.replace(".", "")) + draw(st.integers(-1, 1))
        return abc.money(minor, currency)
    if axis.sort in ("int", "size"):
        return int(literal.removesuffix(" B")) + (0 if axis.base == 443 else draw(st.integers(-1, 1)))
    if axis.sort in ("name", "enum"):
        return literal
    return _placed(draw, literal, axis)


def _placed(draw: Draw, pattern: str, axis: Axis) -> str:
    """A place inside a pattern, or one segment beside it."""
    if pattern.startswith("ip:"):
        return pattern.removeprefix("ip:")
    label = st.sampled_from(abc.LABELS[axis.sort])
    parts = pattern.strip("/").split("." if axis.sort in ("host", "table") else "/")
    parts = [part for part in (reversed(parts) if axis.sort == "host" else parts) if part]
    if parts and parts[-1] == "**":
        parts[-1:] = draw(st.lists(label, max_size=2))
    if axis.sort == "table":
        parts = [*parts, "a", "b", "a"][:3]
    elif draw(st.integers(0, 3)) == 0:  # one segment more or less
        parts = parts[:-1] if draw(st.booleans()) else [*parts, draw(label)]
    parts = [draw(label) if part == "*" else part for part in parts]
    return abc.written(axis.sort, parts or ([] if axis.sort == "path" else ["a"]))


def _tests_on(words: list[str], policy: PolicyTree) -> list[PolicyTree]:
    """What the rules on one of these verbs or tools test; twice what grants."""
    found = []
    for rule in (rule for group in policy["rules"].values() for rule in group):
        effect = next(effect for effect in ("permit", "ask", "forbid") if effect in rule)
        if any(word in rule[effect] for word in words):
            found += [rule.get("where", {})] * (1 if effect == "forbid" else 2)
            found += [rule["unless"]] if "unless" in rule else []
    return found


def _values(draw: Draw, verb: str, policy: PolicyTree) -> dict[str, Any]:
    """A value for each axis: most from one rule on the verb, some at random."""
    axes = AXES[verb]
    found = {axis: draw(abc.values(axes[axis])) for axis in axes if axis not in ("name", "ext", "within")}
    tests = _tests_on([verb], policy)
    if tests and draw(st.integers(0, 9)) > 0:
        for axis, test in draw(st.sampled_from(tests)).items():
            if axis in found:
                found[axis] = _witness(draw, test, axes[axis], policy.get("sets", {}))
    if draw(st.integers(0, 3)) == 0:
        axis = draw(st.sampled_from(sorted(found)))
        found[axis] = draw(abc.values(axes[axis]))
    return found


def _args(draw: Draw, verb: str, found: dict[str, Any]) -> dict[str, Any]:
    """The arguments of the action whose axes have these values."""
    if verb == "http.request":
        keys = draw(st.lists(st.sampled_from(["p", "q", "p"]), max_size=2))
        body = "x" * max(0, found["bytes_out"] - len("&".join(f"{key}=1" for key in keys)))
        request = {axis: found[axis] for axis in ("host", "path", "method", "scheme", "port")}
        if draw(st.booleans()):
            request |= {"scheme": "https", "port": 443}
        if draw(st.integers(0, 3)) == 0:
            del request["port"]
        if request["method"] != "GET":
            request["body"] = body
        elif body:
            request["headers"] = {"x-data": body}
        return request | {"query": [[key, "1"] for key in keys], "max_bytes_in": found["bytes_in"]}
    if verb in ("file.write", "file.append"):
        return {"path": found["path"], "content": "x" * max(0, found["bytes"])}
    if verb.startswith("file."):
        return {"path": found["path"], "max_bytes": max(0, found["bytes"])}
    if verb.startswith("dir."):
        return {"path": found["path"]}
    if verb == "model.call":
        # 16 for the frame of the message, 16 for that of the call, and one byte.
        asked = {"max_tokens": max(1, found["tokens"] - 33), "messages": [{"role": "user", "content": "x"}]}
        costs = draw(st.sampled_from([{}, {"max_cost": 5_000}, {"max_cost": 10_000}]))
        return {"model": found["model"], **asked, **costs}
    paid = {axis: one for axis, one in found.items() if axis != "venue"} | {"idempotency_key": "k1"}
    if "quantity" in paid:
        paid["quantity"] = max(1, paid["quantity"])
        paid |= draw(st.sampled_from([{}, {"venue": found["venue"]}]))
    return paid


def _call(draw: Draw, name: str, policy: PolicyTree) -> Wire:
    """A call of a tool; some of its plain arguments stand at the tests of one rule on it."""
    call: Wire = draw(calls(name))
    spec = TOOLS[name]
    axes = tool_axes(spec)
    tests = _tests_on([name, str(spec.get("is", name))], policy)
    for axis, test in (draw(st.sampled_from(tests)) if tests else {}).items():
        source = spec.get("map", {}).get(axis, axis)
        kind = spec["args"].get(source) if isinstance(source, str) else None
        known = axes.get(axis)
        if known is None or not (kind in ("name", "host") or isinstance(kind, dict)) or draw(st.integers(0, 4)) == 0:
            continue
        found = _witness(draw, test, known, policy.get("sets", {}))
        if known.sort == "amount":
            number, currency = found.split(" ")
            if currency == kind["decimal"]:
                call["args"][source] = Decimal(number) if "." in number else int(number)
        elif isinstance(kind, dict) and "list" in kind and call["args"][source]:
            call["args"][source][-1] = found
        elif not isinstance(kind, dict) or set(kind) & {"path", "segments", "int"}:
            call["args"][source] = found
    return call


def _sql(draw: Draw, verb: str, found: dict[str, Any]) -> Wire:
    """What the port reports of a statement: the parts, which here stand for the action."""
    atom = {axis: one for axis, one in found.items() if axis != "rows"}
    atoms = [atom] + [atom | {"column": draw(abc.values(abc.NAME))}] * ("column" in atom and draw(st.booleans()))
    parts = [{"verb": verb, "rows": max(0, found["rows"]), "atoms": atoms}]
    if draw(st.integers(0, 2)) == 0:
        parts.append({"verb": "sql.call", "rows": max(0, found["rows"]), "atoms": [{"function": "p"}]})
    return {"action": "sql", "parts": parts}


@st.composite
def actions(draw: Draw, policy: PolicyTree) -> Wire:
    """One action in wire form; for SQL `{"action": "sql", "parts": [...]}`, since only the port can tell its parts."""
    named = str(policy["rules"])
    families = [family for family, verbs in FAMILIES.items() if any(verb in named for verb in verbs)]
    kinds = families * 4 + list(policy.get("tools", {})) * 4 + [draw(st.sampled_from([*FAMILIES, *sorted(TOOLS)]))]
    kind = draw(st.sampled_from(kinds))
    if kind in TOOLS:
        return _call(draw, kind, policy)
    known = [verb for verb in FAMILIES[kind] if verb in named] or FAMILIES[kind]
    verb = draw(st.sampled_from(known))
    found = _values(draw, verb, policy)
    if kind == "sql":
        return _sql(draw, verb, found)
    if verb in ("file.delete", "file.write") and draw(st.booleans()):
        other = _values(draw, "file.write" if verb == "file.delete" else "file.delete", policy)
        pair = [found["path"], other["path"]]
        source, target = pair if verb == "file.delete" else reversed(pair)
        target = target if target != source else f"{target}/a".replace("//", "/")
        args = {"source": source, "target": target, "max_bytes": max(0, found["bytes"])}
        return {"action": "file.move", "args": args}
    return {"action": verb, "args": _args(draw, verb, found)}
