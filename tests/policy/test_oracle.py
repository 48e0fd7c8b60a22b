"""Whole policies against an oracle that knows only the prose of the language, never the lowering."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from havocproof.actions import FileRead
from havocproof.kernel import bridge
from havocproof.policy import loads_policy
from tests.policy.support import rule_on
from tests.policy.test_reader import _write, faults

NAMES = ["a", "b", "c"]
_SEGMENT = st.sampled_from([*NAMES, "*"])
_PATTERN = st.tuples(st.lists(_SEGMENT, max_size=3), st.booleans()).map(
    lambda made: "/" + "/".join([*made[0], *(["**"] if made[1] else [])])
)
_PATTERNS = _PATTERN.filter(lambda text: text.split("/").count("*") <= 2)
_NAME = st.sampled_from([*NAMES, "$set"])


def _alternatives(one: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    several = st.lists(one, min_size=1, max_size=2)
    return st.one_of(one, several, st.fixed_dictionaries({"not": several}), st.just("any"))


def _tests(granting: bool) -> st.SearchStrategy[dict[str, Any]]:
    path = _alternatives(_PATTERNS)
    others = {"name": _alternatives(_NAME), "within": _alternatives(st.sampled_from(NAMES)), "bytes": _bounds()}
    return (
        st.fixed_dictionaries({"path": path}, optional=others)
        if granting
        else st.fixed_dictionaries({}, optional={"path": path, **others})
    )


def _bounds() -> st.SearchStrategy[Any]:
    bound = st.dictionaries(
        st.sampled_from(["min", "above", "max", "below"]), st.integers(0, 4), min_size=1, max_size=2
    )
    return st.one_of(bound, st.integers(0, 4), st.lists(bound, min_size=1, max_size=2), st.just("any"))


def _without_not(tests: dict[str, Any]) -> bool:
    return not any(isinstance(test, dict) and "not" in test for test in tests.values())


_PERMIT = st.fixed_dictionaries({"permit": st.just("file.read"), "where": _tests(True).filter(_without_not)})
_ASK = st.fixed_dictionaries(
    {"ask": st.just("file.read"), "where": _tests(True), "needs": st.sampled_from(["x", "y"]), "why": st.just("w")},
    optional={"unless": _tests(False).filter(bool)},
)
_FORBID = st.fixed_dictionaries(
    {"forbid": st.sampled_from(["file.read", "all.read"]), "why": st.just("w")},
    optional={
        "where": _tests(False).filter(bool),
        "unless": _tests(False).filter(bool),
        "needs": st.sampled_from(["x", "y"]),
    },
).filter(lambda rule: rule["forbid"] == "file.read" or not {"where", "unless"} & set(rule))


def _place(pattern: str, path: list[str]) -> bool:
    words = [word for word in pattern.split("/") if word]
    if words and words[-1] == "**":
        words, path = words[:-1], path[: len(words) - 1] if len(path) >= len(words) - 1 else [*path, "too short"] * 9
    return len(words) == len(path) and all(word in ("*", step) for word, step in zip(words, path, strict=True))


def _holds(axis: str, test: Any, path: list[str], size: int) -> bool:
    if test == "any":
        return True
    if isinstance(test, list):
        return any(_holds(axis, each, path, size) for each in test)
    if isinstance(test, dict) and "not" in test:
        return not _holds(axis, test["not"], path, size)
    if axis == "path":
        return _place(test, path)
    if axis == "within":
        return test in path
    if axis == "name":
        return (path[-1] if path else "") in (["a", "c"] if test == "$set" else [test])
    if isinstance(test, dict):
        compare = {"min": size.__ge__, "above": size.__gt__, "max": size.__le__, "below": size.__lt__}
        return all(compare[word](bound) for word, bound in test.items())
    return bool(size == test)


def _matches(rule: dict[str, Any], path: list[str], size: int) -> bool:
    def all_hold(tests: dict[str, Any]) -> bool:
        return all(_holds(axis, test, path, size) for axis, test in tests.items())

    return all_hold(rule.get("where", {})) and not ("unless" in rule and all_hold(rule["unless"]))


def verdict(rules: list[dict[str, Any]], path: list[str], size: int) -> set[str] | None:
    """None: denied. Else who must approve."""
    matching = [rule for rule in rules if _matches(rule, path, size)]
    if any("forbid" in rule and "needs" not in rule for rule in matching):
        return None
    if not any("permit" in rule or "ask" in rule for rule in matching):
        return None
    return {rule["needs"] for rule in matching if "needs" in rule}


def _sized(rule: Any) -> Any:
    """The rule as it is written: sizes have a unit."""
    if isinstance(rule, dict):
        return {key: _unit(value) if key == "bytes" else _sized(value) for key, value in rule.items()}
    return rule


def _unit(test: Any) -> Any:
    if isinstance(test, dict):
        return {word: _unit(bound) for word, bound in test.items()}
    return [_unit(each) for each in test] if isinstance(test, list) else test if test == "any" else f"{test} B"


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(
    rules=st.lists(st.one_of(_PERMIT, _ASK, _FORBID), min_size=1, max_size=5),
    paths=st.lists(st.lists(st.sampled_from(NAMES), max_size=4), min_size=1, max_size=8),
)
def test_policies_mean_what_the_prose_says(rules: list[dict[str, Any]], paths: list[list[str]]) -> None:
    people = {name: {"role": name, "people": "1", "within": "1d"} for name in ("x", "y")}
    tree = {
        "havocproof": "1",
        "policy": "p",
        "sets": {"set": {"name": ["a", "c"]}},
        "approvals": people,
        "rules": {"g": [_sized(rule) for rule in rules]},
    }
    text = _write(tree)
    found = faults(text)
    # The generator also writes bounds that leave nothing, and rules that can never matter.
    assert {each.code for each in found} <= {"E-INT", "E-DEAD", "W-GAP"}, [str(each) for each in found]
    for each in found:
        _surely_dead(each.code, each.message, rules)
    assume(not found)
    policy = loads_policy(text)
    for path in paths:
        for size in range(6):
            parts = policy.parts(FileRead(path="/" + "/".join(path), max_bytes=size))
            said = rule_on(policy, parts)
            expected = verdict(rules, path, size)
            if expected is None:
                assert said.is_Denied or said.is_Unpermitted, (path, size)
            elif expected:
                assert said.is_Asked, (path, size)
                assert bridge.needs(said) == expected
            else:
                assert said.is_Permitted, (path, size)


def _surely_dead(code: str, message: str, rules: list[dict[str, Any]]) -> None:
    """What is called dead may be left out: no verdict changes."""
    if code != "E-DEAD" or "never matters" not in message:
        return
    number = int(message.partition("g.")[2].partition("`")[0])
    fewer = rules[: number - 1] + rules[number:]
    for depth in range(4):
        for steps in range(3**depth):
            path = [NAMES[steps // 3**level % 3] for level in range(depth)]
            for size in range(6):
                before, after = verdict(rules, path, size), verdict(fewer, path, size)
                assert before == after
