"""Two policies side by side: `narrower_than`, and what a new policy permits that the old one did not."""

from __future__ import annotations

from pathlib import Path

import pytest

from havocproof.policy import Policy, load_policy
from havocproof.proving.narrowing import difference
from havocproof.proving.prove import prove
from havocproof.proving.results import Broken, Holds, Outcome, Undecided
from tests.policy.folder import head, put

OLD = """\
approvals: {boss: {role: boss, people: 1, within: 1d}}
labels: {seen: {from: [{file.read: {path: /private/**}}], guards: [http.request]}}
rules:
  g:
    - {id: read, permit: file.read, where: {path: [/data/**, /private/**]}}
    - {id: get, permit: http.request, where: {host: a.example, path: any, method: GET}}
    - {id: pay, ask: money.payment, where: {account: a, payee: any, amount: {max: 9.00 USD}}, needs: boss, why: so}
    - {id: no, forbid: file.read, where: {path: /data/secret/**}, why: so}
budgets: {b: {count: 5, of: file.read, per: [run]}}
"""


def told(folder: Path, *edits: tuple[str, str]) -> Outcome:
    """What becomes of the claim after some edits of the old policy."""
    new = OLD
    for old, by in edits:
        assert old in new
        new = new.replace(old, by)
    path = put(
        folder, {"policy.yaml": head("p") + new + "prove: [{narrower_than: last.yaml}]\n", "last.yaml": head("p") + OLD}
    )
    (result,) = prove(load_policy(path), edits=False).results
    return result.outcome


@pytest.mark.parametrize(
    "edit",
    [
        ("path: [/data/**, /private/**]", "path: [/data/**, /private/a/**]"),
        ("method: GET}}", "method: GET, bytes_out: {max: 1 KiB}}}"),
        ("    - {id: no,", "    - {forbid: file.read, where: {path: /data/x}, why: so}\n    - {id: no,"),
        ("amount: {max: 9.00 USD}", "amount: {max: 8.00 USD}"),
        ("count: 5", "count: 4"),
        ("from: [{file.read: {path: /private/**}}]", "from: [{file.read: {path: /private/**}}, file.write]"),
    ],
)
def test_what_is_narrower(tmp_path: Path, edit: tuple[str, str]) -> None:
    outcome = told(tmp_path, edit)
    assert isinstance(outcome, Holds), outcome
    assert outcome.by == ("every action that this permits, `last.yaml` permits",)


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (("path: [/data/**, /private/**]", "path: any"), "`read` at line 7 permits what `last.yaml` does not permit."),
        (
            ("    - {id: no, forbid: file.read, where: {path: /data/secret/**}, why: so}\n", ""),
            "The forbid `no` at line 10 of last.yaml no longer holds this back.",
        ),
        (
            ("{id: pay, ask: money.payment,", "{id: pay, permit: money.payment,"),
            "The ask `pay` at line 9 of last.yaml no longer holds this back.",
        ),
        (("count: 5", "count: 6"), "Budget `b` is raised from 5 to 6. So more can happen than under `last.yaml`."),
    ],
)
def test_what_is_wider(tmp_path: Path, edit: tuple[str, str], why: str) -> None:
    edits = [edit]
    if "permit: money.payment" in edit[1]:
        edits.append((", needs: boss, why: so}\n    - {id: no", "}\n    - {id: no"))
    outcome = told(tmp_path, *edits)
    assert isinstance(outcome, Broken)
    assert outcome.why == why
    assert (outcome.example is None) == ("Budget" in why)
    if outcome.example is not None:
        assert outcome.example.verdict in ("permit", "ask")


def test_what_remembers_less_is_not_taken_for_narrower(tmp_path: Path) -> None:
    outcome = told(tmp_path, ("from: [{file.read: {path: /private/**}}]", "from: [{file.read: {path: /private/a/**}}]"))
    assert isinstance(outcome, Undecided)
    assert "`seen`" in outcome.why


def test_a_file_that_does_not_load_decides_nothing(tmp_path: Path) -> None:
    files = {"policy.yaml": head("p") + "prove: [{narrower_than: last.yaml}]\n", "last.yaml": head("p") + "rulez: {}\n"}
    (result,) = prove(load_policy(put(tmp_path, files))).results
    assert isinstance(result.outcome, Undecided)
    assert result.outcome.why.startswith("`last.yaml` does not load: ")


def test_a_file_is_narrower_than_itself(tmp_path: Path) -> None:
    files = {"policy.yaml": head("p") + OLD + "prove: [{narrower_than: policy.yaml}]\n"}
    (result,) = prove(load_policy(put(tmp_path, files))).results
    assert isinstance(result.outcome, Holds)


def policies(folder: Path, old: str, new: str) -> tuple[Policy, Policy]:
    (folder / "old.yaml").write_text(head("p") + old)
    (folder / "new.yaml").write_text(head("p") + new)
    return load_policy(folder / "old.yaml"), load_policy(folder / "new.yaml")


def test_each_region_bears_the_line_that_the_user_wrote(tmp_path: Path) -> None:
    new = OLD.replace("path: [/data/**, /private/**]", "path: [/data/**, /private/**, /more/**]")
    new = new.replace("    - {id: no, forbid: file.read, where: {path: /data/secret/**}, why: so}\n", "")
    old_policy, new_policy = policies(tmp_path, OLD, new)
    found = difference(old_policy, new_policy)
    assert found.complete
    assert found.why == ""
    assert {(each.cause.id, each.cause.effect, each.gone, each.cause.line) for each in found.opened} == {
        ("no", "forbid", True, 10),
        ("read", "permit", False, 7),
    }
    for each in found.opened:
        assert each.example.verdict == "permit"
        assert each.bounds
    back = difference(new_policy, old_policy)
    assert (back.opened, back.complete) == ((), True)


def test_a_policy_beside_itself_opens_nothing(tmp_path: Path) -> None:
    old, new = policies(tmp_path, OLD, OLD.replace("id: read", "id: reading"))
    found = difference(old, new)
    assert (found.opened, found.complete, found.changes) == ((), True, ())
