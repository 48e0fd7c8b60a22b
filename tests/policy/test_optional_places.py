"""An optional place that was not given lies in no pattern, however wide: only `none` and `any` speak of it."""

from __future__ import annotations

import pytest

from havocproof.actions import ToolCall
from havocproof.policy import loads_policy
from tests.policy.support import rule_on

HEAD = """havocproof: 1
policy: optional
version: "1"
tools: {t: {effect: read, args: {a: name}, optional: {p: {path: /}}}}
rules:
  g:
"""


@pytest.mark.parametrize(
    ("rules", "absent", "one", "two"),
    [
        ("- {permit: t}", True, True, True),
        ('- {permit: t, where: {p: "/*"}}', False, True, False),
        ("- {permit: t, where: {p: /**}}", False, True, True),
        ("- {permit: t, where: {p: [none, /y/**]}}", True, False, False),
        ("- {permit: t}\n    - {forbid: t, unless: {p: /**}, why: w}", False, True, True),
        ('- {permit: t}\n    - {forbid: t, where: {p: {not: "/*"}}, why: w}', False, True, False),
        ('- {permit: t}\n    - {forbid: t, where: {p: {not: [none, "/*"]}}, why: w}', True, True, False),
    ],
)
def test_a_star_does_not_take_what_was_not_given(rules: str, absent: bool, one: bool, two: bool) -> None:
    policy = loads_policy(f"{HEAD}    {rules}\n")
    for given, permitted in ((None, absent), ("/x", one), ("/x/y", two)):
        arguments = {"a": "x"} if given is None else {"a": "x", "p": given}
        parts = policy.parts(ToolCall(tool="t", arguments=arguments))
        verdict = rule_on(policy, parts)
        assert verdict.is_Permitted is permitted, (given, verdict)
