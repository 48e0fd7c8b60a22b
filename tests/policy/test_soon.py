"""What is not built yet is refused with an error that says so, at every place that uses it."""

from __future__ import annotations

import pytest

from tests.policy.support import load, problems


@pytest.mark.parametrize(
    "declared",
    [
        "{list: int, max: 3}",
        "{list: {decimal: EUR}, max: 3}",
        "{list: text, max: 3}",
        "{list: url, max: 3}",
        "{object: {a: url}}",
    ],
)
def test_types_that_are_not_built_yet(declared: str) -> None:
    found = problems(f"tools: {{t: {{effect: read, args: {{x: {declared}}}}}}}\n")
    assert [each.code for each in found] == ["E-SOON"]


def test_via_none_and_any_are_read_and_bound_nothing() -> None:
    policy = load(
        "rules: {g: [{permit: dir.list, where: {path: /a, via: none}},"
        " {permit: dir.make, where: {path: /a, via: any}}]}\n"
    )
    assert [len(rule.tests) for rule in policy.source.rules] == [1, 1]
    found = problems("rules: {g: [{permit: dir.list, where: {path: /a, via: pytest}}]}\n")
    assert [each.code for each in found] == ["E-REF"]
