"""The section `prove`: kept, checked in its form, and proved by nothing yet."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.policy.folder import head, opened
from tests.policy.support import load, problems


def test_they_are_kept_and_a_warning_says_that_nothing_proves_them() -> None:
    policy = load(
        """\
        prove:
          - {id: no-deletes, never: file.delete, where: {path: /data/**}, unless_approved: boss}
          - {some: send_money}
          - {at_most: {amount: 10.00 USD, of: money.trade, per: run}}
          - {always: file.write, where: {path: /a}, when: {agent: x}}
          - {never: git-commit, after: {file.write: {path: /a}}, until: pytest, unless: [x, {y: {z: w}}]}
          - {narrower_than: last.yaml}
        """
    )
    assert [(each.id, each.claim, each.line) for each in policy.invariants] == [
        ("no-deletes", "never", 4),
        ("prove.2", "some", 5),
        ("prove.3", "at_most", 6),
        ("prove.4", "always", 7),
        ("prove.5", "never", 8),
        ("prove.6", "narrower_than", 9),
    ]
    (warning,) = policy.warnings
    assert (warning.code, warning.line, warning.is_warning) == ("W-PROVE", 4, True)
    assert warning.message == "6 invariants are kept, and nothing proves them yet"
    assert warning.remedy


def test_those_of_guards_are_kept_too(tmp_path: Path) -> None:
    policy = opened(
        tmp_path,
        {
            "policy.yaml": head("p") + "under: [g.yaml]\nprove: [{id: mine, some: x}]\n",
            "g.yaml": head("g", "guard") + "prove: [{id: mine, never: all.send}]\n",
        },
    )
    assert [(each.id, each.claim, each.file) for each in policy.invariants] == [
        ("mine", "some", ""),
        ("mine", "never", "g.yaml"),
    ]
    assert {Path(each.file).name for each in policy.warnings} == {"policy.yaml", "g.yaml"}


@pytest.mark.parametrize(
    ("section", "code", "message"),
    [
        ("{never: x}", "E-KEY", "`prove` is a mapping"),
        ("[x]", "E-KEY", "an invariant is text"),
        ("[{where: {a: b}}]", "E-KEY", "an invariant has one of"),
        ("[{never: x, some: y}]", "E-KEY", "this has 2"),
        ("[{never: x, wher: {a: b}}]", "E-KEY", "unknown key `wher`"),
        ("[{some: x, unless: {a: b}}]", "E-KEY", "`unless` says nothing beside `some`"),
        ("[{at_most: {count: 1}, where: {a: b}}]", "E-KEY", "`where` says nothing beside `at_most`"),
        ("[{at_most: 3}]", "E-KEY", "`at_most` is text"),
        ("[{never: x, where: y}]", "E-KEY", "`where` is text"),
        ("[{never: x, id: [a]}]", "E-KEY", "`id` is a list"),
        ("[{never: x, id: a}, {some: y, id: a}]", "E-DUP", "`a` is the id of line 3"),
    ],
)
def test_their_form_is_checked(section: str, code: str, message: str) -> None:
    (found,) = (each for each in problems(f"prove: {section}\n") if not each.is_warning)
    assert (found.code, found.line) == (code, 3)
    assert message in found.message
    assert found.remedy
