"""The five classes of safety: no attack has an effect under the policies of `examples/safety`, and the work is done.

Whether an attack had an effect is read from the world. That the looking can find something is shown with the same
attacks under policies that lack a rule: then they do have an effect, and the command says so.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from examples.safety.command import CLASSES, HERE, attack, main
from havocproof.policy import load_policy, run_examples

AN_ASK = "      needs: {}\n"


def loosened(name: str, folder: Path, *changes: tuple[str, str]) -> Path:
    """The class's policy with these texts replaced, without its examples, in a directory of its own."""
    text = (HERE / f"{name}.yaml").read_text(encoding="utf-8").partition("\nexamples:")[0] + "\n"
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    load_policy(folder / f"{name}.yaml")
    return folder


def effects(name: str, policies: Path) -> dict[str, str]:
    """What the attacks did to the world, by their names."""
    return {row.name: row.effect for row in attack(name, policies) if row.effect and not row.work}


@pytest.mark.parametrize("name", CLASSES)
def test_no_attack_has_an_effect_and_the_work_is_done(name: str) -> None:
    rows = attack(name)
    assert [f"{row.name}: {row.happened}: {row.effect}" for row in rows if not row.ok] == []
    assert len([row for row in rows if not row.work]) >= 24
    assert [row for row in rows if row.work]


@pytest.mark.parametrize("name", CLASSES)
def test_the_policies_load_without_a_warning_and_their_examples_pass(name: str) -> None:
    policy = load_policy(HERE / f"{name}.yaml")
    assert not policy.warnings
    results = run_examples(policy)
    assert results
    assert all(result.passed for result in results)


def test_the_command_says_that_nothing_had_an_effect(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    said = capsys.readouterr().out
    assert [line[:2] for line in said.splitlines() if line[:1] == "S"] == ["S1", "S2", "S3", "S4", "S5"]
    assert ": 0 had an effect. " in said
    assert said.rstrip().endswith(": 0 not done.")


def test_a_class_that_does_not_exist_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["egres"])
    assert end.value.code == 2
    assert "there are egress, exfiltration" in capsys.readouterr().err


def test_the_command_fails_where_a_rule_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    loosened("files", tmp_path, ("path: $workplaces", "path: any"))
    assert main(["files", "--policies", str(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert "is gone" in said
    assert ": 0 had an effect. " not in said


# ---- the guard switched off: what the tests above look at can fail ----


def test_without_the_forbid_the_collector_hears_of_it(tmp_path: Path) -> None:
    text = (HERE / "egress.yaml").read_text(encoding="utf-8")
    guard = text[text.index("  guard:") : text.index("examples:")]
    found = effects("egress", loosened("egress", tmp_path, (guard.rstrip(), "")))
    assert found["another host"] == "the collector received GET /backup"
    assert {
        "listed name as the beginning of another",
        "the same ending without the dot",
        "the address itself",
        "a redirect, followed as an action",
        "eight threads at once",
    } <= found.keys()


def test_without_ports_and_methods_the_console_hears_of_it(tmp_path: Path) -> None:
    changes = (("method: [GET, HEAD]", "method: any"), ("port: 8471}", "port: any}"))
    found = effects("egress", loosened("egress", tmp_path, *changes))
    assert found.keys() == {"another port of a listed host", "POST, PUT and DELETE to a listed host"}


def test_without_the_label_the_data_leaves_by_every_way(tmp_path: Path) -> None:
    changes = (
        ("guards: [all.send]", "guards: [all.pay]"),
        ("cleared: [{message.send: {recipient: $staff}}]", "cleared: [{money.payment: {account: main}}]"),
        ("out: {bytes_out: 4 KiB", "out: {bytes_out: 4 MiB"),
        ("path: /tickets,", "path: any,"),
    )
    found = effects("exfiltration", loosened("exfiltration", tmp_path, *changes))
    for name in (
        "post it, base64",
        "in the query of a GET",
        "in a header",
        "in the path",
        "mail it to a colleague and a stranger",
        "read and send in one call of a tool",
        "append to a file, another session reads and posts",
        "move the file, another session reads and posts",
        "copy to a table, another session reads and posts",
        "a child that is started afterwards",
        "a child reads and reports, its parent posts",
        "the session hands over, its successor posts",
    ):
        assert "received the data" in found[name]
    for name in ("by eight agents at once", "by other sessions and runs of the same person"):
        assert found[name].endswith("bytes have left")


def test_without_the_budget_of_bytes_too_many_leave(tmp_path: Path) -> None:
    found = effects("exfiltration", loosened("exfiltration", tmp_path, ("bytes_out: 4 KiB", "bytes_out: 4 MiB")))
    assert found
    assert all(effect.endswith("bytes have left") for effect in found.values())


def test_where_one_source_is_forgotten_the_data_leaves_from_there(tmp_path: Path) -> None:
    found = effects(
        "exfiltration", loosened("exfiltration", tmp_path, (", {sql.read: {table: shop.main.customers}}", ""))
    )
    assert set(found) == {"read from the database, then post"}


def test_without_the_ask_what_nobody_approved_is_paid(tmp_path: Path) -> None:
    changes = (
        ("ask: money.payment", "permit: money.payment"),
        (AN_ASK.format("controllers"), ""),
        ("month: {amount: 9000.00 USD", "month: {amount: 90000.00 USD"),
    )
    found = effects("payments", loosened("payments", tmp_path, *changes))
    for name in ("a large one, unasked", "one approver of two", "the same approver twice"):
        assert "nobody approved" in found[name]
    assert "was ordered" in found["what was approved, by eight threads at once"]


def test_with_one_approver_two_are_not_asked(tmp_path: Path) -> None:
    found = effects("payments", loosened("payments", tmp_path, ("people: 2", "people: 1")))
    assert {"one approver of two", "the same approver twice", "the requester as the second approver"} <= found.keys()


def test_without_the_budget_small_payments_add_up(tmp_path: Path) -> None:
    found = effects("payments", loosened("payments", tmp_path, ("amount: 1000.00 USD", "amount: 8000.00 USD")))
    assert "that nobody looked at" in found["a large one split into small ones, by eight threads"]
    assert "that nobody looked at" in found["again with another key, while it is in doubt"]


def test_with_any_payee_strangers_are_paid(tmp_path: Path) -> None:
    found = effects("payments", loosened("payments", tmp_path, ("payee: $vendors", "payee: any")))
    assert "payment of 100.00 USD to acct:Prices-ltd" in found["another payee"]


def test_with_any_place_files_outside_are_changed_and_gone(tmp_path: Path) -> None:
    found = effects("files", loosened("files", tmp_path, ("path: $workplaces", "path: any")))
    assert "has changed" in found["overwrite a file outside"]
    assert "is gone" in found["delete a file outside"]
    assert "is new" in found["make a directory outside"]
    assert "move a source over a file outside" in found


def test_without_the_maintainer_the_pipeline_is_changed(tmp_path: Path) -> None:
    changes = (("ask: file.write", "permit: file.write"), (AN_ASK.format("maintainer"), ""))
    found = effects("files", loosened("files", tmp_path, *changes))
    assert {"change the pipeline without being asked", "another place than the maintainer approved"} <= found.keys()
    assert all("repo/ci/" in effect for effect in found.values())


def test_with_any_column_the_closed_ones_are_told(tmp_path: Path) -> None:
    found = effects("database", loosened("database", tmp_path, ("column: [id, segment, city]", "column: any")))
    assert {
        "a closed column",
        "a closed column in a condition",
        "a closed column in the order of rows",
        "by a subquery",
        "by a WITH, a UNION, a window",
        "names in quotes, comments, other cases",
    } <= found.keys()
    assert all("told" in effect for effect in found.values())


def test_where_changes_are_permitted_the_database_is_another_one(tmp_path: Path) -> None:
    changes = (
        ("forbid: [sql.insert, sql.delete, sql.schema]", "permit: [sql.insert, sql.delete, sql.schema]"),
        ("      why: The analyst adds and removes nothing.\n", "      where: {table: any}\n"),
        (
            "ask: sql.update\n      where: {table: shop.main.orders, column: state, rows: {max: 1}}",
            "permit: sql.update\n      where: {table: any}",
        ),
        (AN_ASK.format("lead"), ""),
    )
    found = effects("database", loosened("database", tmp_path, *changes))
    assert {"update", "insert", "delete", "drop", "create and alter"} <= found.keys()
    assert all("another one" in effect for effect in found.values())
