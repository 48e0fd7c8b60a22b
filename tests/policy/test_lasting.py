"""What a policy file can write about how long something lasts, where the kernel's core can say more."""

from __future__ import annotations

from pathlib import Path

import pytest

from havocproof.kernel.source import LABEL, Stands
from havocproof.policy import load_policy, loads_policy

SHARED = Path(__file__).parent / "shared"
LABELS = """
havocproof: 1
policy: labels
version: "1"
labels:
  web:
    from: [{http.request: {host: any}}, host]
    guards: [file.write, model.call]
    cleared: [{file.write: {path: /out/**}}]
  asset: {from: [{file.read: {path: /in/**}}], guards: [all.send], otherwise: boss}
approvals: {boss: {role: boss, people: 1, within: 1d}}
rules:
  all:
    - {permit: [file.read, file.write], where: {path: any}}
    - {permit: http.request, where: {host: any, path: any, method: any}}
    - {forbid: file.delete, when: {carries: web}, why: Not after the web.}
    - {permit: model.call, where: {model: any}}
"""


def texts() -> list[str]:
    return [str(path) for path in sorted(SHARED.glob("*.yaml")) if "kind:" not in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("path", [*texts(), ""])
def test_no_test_of_a_label_lapses(path: str) -> None:
    """The kernel looks at labels that lapse in one way that would surprise (`Stands`): the language cannot write it."""
    policy = load_policy(path) if path else loads_policy(LABELS)
    tests = [test for rule in policy.source.rules for each in (rule.tests, *rule.unless) for test in each]
    labels = [test for test in tests if isinstance(test, Stands) and test.mark.kind == LABEL]
    assert labels or path
    assert all(test.lasts == 0 for test in labels)
