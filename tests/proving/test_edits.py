"""The smallest edit: what is proposed can be written into the file, makes the claim true, and loses nothing."""

from __future__ import annotations

import pytest

from havocproof.policy import Policy, loads_policy
from havocproof.proving.prove import prove
from havocproof.proving.results import Broken, Edit, Result

HEAD = """\
havocproof: 1
policy: p
approvals: {boss: {role: boss, people: 1, within: 1d}}
"""


def told(text: str, label: str = "told") -> tuple[Policy, Result]:
    policy = loads_policy(text)
    (result,) = (each for each in prove(policy).results if each.id == label)
    return policy, result


def edited(text: str) -> Edit | None:
    _, result = told(text)
    assert isinstance(result.outcome, Broken)
    return result.outcome.edit


def applied(text: str, edit: Edit) -> str:
    """The file as a person would change it: the rule on its line, below it, or gone."""
    lines = text.splitlines()
    new = ["    " + line for line in edit.yaml.splitlines()]
    if edit.kind == "add":
        lines[edit.line : edit.line] = new
    else:
        lines[edit.line - 1 : edit.line] = new
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("rule", "claim", "kind", "said"),
    [
        (
            "permit: http.request, where: {host: any, path: any, method: any}",
            "never: http.request, where: {method: {not: [GET, HEAD]}}",
            "narrow",
            "method: [GET, HEAD]",
        ),
        (
            "permit: http.request, where: {host: any, path: any, method: GET}",
            'never: http.request, unless: {host: "*.example.com"}',
            "narrow",
            'host: "*.example.com"',
        ),
        (
            "permit: file.write, where: {path: /a/**, bytes: {max: 9 KiB}}",
            "never: file.write, where: {bytes: {above: 4 KiB}}",
            "narrow",
            "bytes: {max: 4 KiB}",
        ),
        (
            "permit: file.write, where: {path: /a/**, bytes: {above: 1 KiB}}",
            "never: file.write, where: {bytes: {above: 4 KiB}}",
            "narrow",
            "bytes: {above: 1 KiB, max: 4 KiB}",
        ),
        (
            "permit: file.write, where: {path: /a/**}",
            "never: file.write, where: {path: /a/b/**}, unless_approved: boss",
            "ask",
            "ask: file.write",
        ),
        (
            "permit: file.write, where: {path: /a/**}",
            "never: file.write, where: {path: /a/b/**}",
            "add",
            "forbid: file.write",
        ),
    ],
)
def test_what_is_proposed_can_be_written(rule: str, claim: str, kind: str, said: str) -> None:
    text = f"{HEAD}rules:\n  g:\n    - {{id: one, {rule}}}\nprove: [{{id: told, {claim}}}]\n"
    edit = edited(text)
    assert edit is not None
    assert edit.kind == kind
    assert said in edit.yaml
    assert edit.line == 6
    assert told(applied(text, edit))[1].status == "holds"


def test_a_narrower_test_never_widens() -> None:
    """The excuse is not written over a test that is narrower already; then a forbid is added."""
    text = f"""\
{HEAD}rules:
  g:
    - {{id: one, permit: file.write, where: {{path: [/a/**, /b/**]}}}}
prove: [{{id: told, never: file.write, unless: {{path: [/a/**, /c/**]}}}}]
"""
    edit = edited(text)
    assert edit is not None
    assert edit.kind == "add"
    assert edit.yaml == ('- forbid: file.write\n  unless: {path: ["/a/**", "/c/**"]}\n  why: told excludes it.\n')


def test_several_rules_are_answered_by_one_forbid() -> None:
    text = f"""\
{HEAD}rules:
  g:
    - {{permit: file.write, where: {{path: /a/**, bytes: {{max: 9 KiB}}}}}}
    - {{permit: file.write, where: {{path: /**, bytes: {{min: 3 KiB, max: 6 KiB}}}}}}
prove: [{{id: told, never: file.write, where: {{bytes: {{above: 4 KiB}}}}}}]
"""
    edit = edited(text)
    assert edit is not None
    assert (edit.kind, edit.text) == ("add", "add a forbid to the group `g`")


def test_what_other_claims_want_permitted_stays() -> None:
    """Removing the rule would do; a claim says that it has to work."""
    text = f"""\
{HEAD}rules:
  g:
    - {{id: one, permit: file.delete, where: {{path: /a/**}}}}
prove:
  - {{id: told, never: file.delete}}
  - {{id: works, some: file.delete}}
"""
    assert edited(text) is None


def test_what_is_always_permitted_is_permitted_or_excepted() -> None:
    text = f"""\
{HEAD}rules:
  g:
    - {{id: one, permit: file.write, where: {{path: /a/**}}}}
    - {{id: two, forbid: file.write, where: {{path: /a/b/**}}, why: so}}
prove: [{{id: told, always: file.write, where: {{path: /a/**, via: none}}}}]
"""
    edit = edited(text)
    assert edit is not None
    assert edit.text == "except it from `two` (line 7)"
    assert told(applied(text, edit))[1].status == "holds"
    other = text.replace("where: {path: /a/**, via: none}}]", "where: {path: /c/**}}]")
    edit = edited(other)
    assert edit is not None
    assert (edit.kind, edit.yaml) == ("add", '- permit: file.write\n  where: {path: "/c/**"}\n')


def test_a_limit_is_lowered_or_written() -> None:
    text = f"""\
{HEAD}rules:
  g:
    - {{permit: file.write, where: {{path: /a/**}}}}
budgets: {{b: {{bytes: 9 KiB, of: file.write, per: [run]}}}}
prove: [{{id: told, at_most: {{bytes: 4 KiB, of: file.write, per: run}}}}]
"""
    edit = edited(text)
    assert edit is not None
    assert (edit.text, edit.yaml) == (
        "lower the limit of `b` (line 7) to 4 KiB",
        "b: {bytes: 4 KiB, of: file.write, per: [run]}\n",
    )
    edit = edited(text.replace("of: file.write, per: [run]", "of: file.delete, per: [run]"))
    assert edit is not None
    assert edit.kind == "add"
    assert edit.yaml == "told: {bytes: 4 KiB, of: file.write, per: run}\n"


def test_of_what_permits_nothing_no_edit_is_proposed() -> None:
    rules = "rules: {g: [{permit: file.read, where: {path: /a/**}}]}\n"
    text = f"{HEAD}{rules}prove: [{{id: told, some: file.write}}]\n"
    _, result = told(text)
    assert isinstance(result.outcome, Broken)
    assert (result.outcome.example, result.outcome.edit) == (None, None)
    assert result.outcome.why == "Nothing like this is permitted in any state, nor asked."
