"""`havocproof diff`: regions named by the lines of the user, what is declared otherwise, and versions out of git."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest

from havocproof.cli.history import as_of
from havocproof.cli.main import main
from havocproof.errors import ConfigError
from tests.cli.ci import Repository
from tests.reports.test_page import Strict

OLD = """havocproof: 1
policy: desk
approvals: {boss: {role: boss, people: 2, within: 1d}}
rules:
  files:
    - {id: notes, permit: file.read, where: {path: /desk/**}}
    - {id: personal, forbid: file.read, where: {path: /desk/people/**}, why: Personal data.}
  pay:
    - {id: small, permit: money.payment, where: {account: costs, payee: "acct:a", amount: {max: 5.00 USD}}}
    - {id: large, ask: money.payment, where: {account: costs, payee: "acct:a", amount: {above: 5.00 USD}}, needs: boss,
       why: Large.}
budgets:
  month: {amount: 900.00 USD, of: money.payment, per: [tenant], every: month}
"""
NEW = (
    OLD.replace("people: 2", "people: 1")
    .replace("    - {id: personal, forbid: file.read, where: {path: /desk/people/**}, why: Personal data.}\n", "")
    .replace("max: 5.00", "max: 50.00")
    .replace("above: 5.00", "above: 50.00")
    .replace("  pay:\n", "    - {id: write, permit: file.write, where: {path: /desk/notes/**}}\n  pay:\n")
    .replace("900.00", "1900.00")
)


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("old.yaml").write_text(OLD)
    Path("new.yaml").write_text(NEW)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    capsys.readouterr()
    code = main(["diff", *arguments])
    return code, capsys.readouterr().out


@pytest.mark.usefixtures("files")
def test_each_region_is_named_by_the_line_that_was_written(capsys: pytest.CaptureFixture[str]) -> None:
    code, out = run(capsys, "old.yaml", "new.yaml")
    assert code == 0
    regions = sorted(re.sub(r"^\d\. ", "", line) for line in out.splitlines() if re.match(r"\d\. ", line))
    assert [region.split(": ")[0] for region in regions] == [
        "new.yaml:7 (permit write) permits what nothing permitted",
        "old.yaml:10 (ask large, “Large.”) asked, and new.yaml:9 (permit small) now permits",
        "old.yaml:7 (forbid personal, “Personal data.”) no longer stops",
    ]
    assert regions[2].split(": ", 1)[1].startswith("file.read, path: /desk/people")
    assert "amount: 5.01 USD" in regions[1]
    assert "more can happen: budget `month` is raised from 900.00 USD every month to 1900.00 USD every month" in out
    assert "more can happen: approval `boss` is weakened: 1 of `boss` instead of 2 of `boss` [new.yaml:3]" in out
    assert out.splitlines()[-1].startswith("Complete: ")


@pytest.mark.usefixtures("files")
def test_the_other_way_round_it_is_narrower(capsys: pytest.CaptureFixture[str]) -> None:
    code, out = run(capsys, "--fail-on-wider", "new.yaml", "old.yaml")
    assert code == 0
    assert out.startswith("Nothing is newly permitted.\n")
    assert "narrower: old.yaml:7 (forbid personal, “Personal data.”) now holds back what was permitted" in out
    assert "narrower: new.yaml:7 (permit write) no longer permits all that it did" in out
    assert "narrower: budget `month` is lowered" in out


@pytest.mark.usefixtures("files")
def test_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "--fail-on-wider", "old.yaml", "new.yaml")[0] == 4
    assert run(capsys, "--fail-on-wider", "old.yaml", "old.yaml")[0] == 0
    assert run(capsys, "--fail-on-wider", "--budget", "1", "new.yaml", "old.yaml")[0] == 5
    assert run(capsys, "old.yaml", "none.yaml")[0] == 2
    assert run(capsys, "old.yaml")[0] == 2
    assert run(capsys, "old.yaml", "new.yaml", "old.yaml")[0] == 2


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("900.00 USD", "1900.00 USD"),
        ("every: month", "every: 1d"),
        ("people: 2", "people: 1"),
        ("within: 1d", "within: 9d"),
        (
            "  month: {amount: 900.00 USD, of: money.payment, per: [tenant], every: month}\n",
            "  other: {count: 9, of: money.payment, per: [tenant]}\n",
        ),
    ],
)
@pytest.mark.usefixtures("files")
def test_what_no_region_shows_makes_it_wider_too(capsys: pytest.CaptureFixture[str], before: str, after: str) -> None:
    assert before in OLD
    Path("new.yaml").write_text(OLD.replace(before, after))
    code, out = run(capsys, "--fail-on-wider", "old.yaml", "new.yaml")
    assert (code, "Nothing is newly permitted." in out) == (4, True)
    assert "more can happen: " in out


@pytest.mark.usefixtures("files")
def test_files_are_written(capsys: pytest.CaptureFixture[str]) -> None:
    names = ("sarif", "junit", "html", "markdown")
    options = [text for name in names for text in (f"--{name}", f"d.{name}")]
    run(capsys, *options, "old.yaml", "new.yaml")
    assert Xml.parse("d.junit").getroot().get("skipped") == "5"
    assert "newly permits 3 regions" in Strict(Path("d.html").read_text()).words()
    results = json.loads(Path("d.sarif").read_text())["runs"][0]["results"]
    assert [each["ruleId"] for each in results] == ["F-WIDER"] * 5
    assert "**This change newly permits 3 regions of actions:**" in Path("d.markdown").read_text()
    found = json.loads(run(capsys, "--json", "old.yaml", "new.yaml")[1])["differences"][0]
    assert (len(found["opened"]), found["complete"], found["wider"]) == (3, True, True)


# ---- versions out of git ----


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    found = Repository(tmp_path)
    monkeypatch.chdir(found.work)
    for name, value in found.env.items():
        monkeypatch.setenv(name, value)
    return found


def test_since_compares_with_the_commit(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    repository.commit(OLD)
    Path("policy.yaml").write_text(NEW)
    code, out = run(capsys, "--since", "main", "--fail-on-wider", "policy.yaml")
    assert code == 4
    assert out.startswith("policy.yaml since main:\n")
    assert "main:./policy.yaml:7 (forbid personal, “Personal data.”) no longer stops" in out
    repository.git("commit", "--all", "--quiet", "--message", "wider")
    assert run(capsys, "--since", "HEAD", "--fail-on-wider", "policy.yaml")[0] == 0
    assert run(capsys, "--since", "HEAD~1", "--fail-on-wider", "policy.yaml")[0] == 4


GUARD = """havocproof: 1
policy: firm
kind: guard
rules:
  firm:
    - {id: stays, forbid: file.read, where: {path: /desk/people/**}, why: It stays.}
"""


def test_layers_are_those_of_the_commit(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    under = OLD.replace("policy: desk\n", "policy: desk\nunder: [layers/firm.yaml]\n").replace(
        "    - {id: personal, forbid: file.read, where: {path: /desk/people/**}, why: Personal data.}\n", ""
    )
    repository.commit(GUARD, "desk/layers/firm.yaml")
    repository.commit(under, "desk/policy.yaml")
    Path("desk/layers/firm.yaml").write_text(GUARD.replace("/desk/people/**", "/desk/people/x/**"))
    code, out = run(capsys, "--since", "HEAD", "--fail-on-wider", "desk/policy.yaml")
    assert code == 4
    assert "HEAD:./desk/layers/firm.yaml:6 (forbid firm/stays, “It stays.”) no longer stops" in out


def test_a_new_file_permits_what_nothing_permitted(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    repository.commit(OLD, "other.yaml")
    Path("policy.yaml").write_text(OLD)
    code, out = run(capsys, "--since", "HEAD", "--fail-on-wider", "policy.yaml")
    assert code == 4
    assert "policy.yaml:6 (permit notes) permits what nothing permitted" in out
    assert "no longer stops" not in out


def test_several_policies_are_each_compared(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    repository.commit(OLD)
    repository.commit(OLD, "other.yaml")
    Path("other.yaml").write_text(NEW)
    code, out = run(capsys, "--since", "HEAD", "--fail-on-wider", "policy.yaml", "other.yaml")
    assert code == 4
    assert "policy.yaml since HEAD:\nNothing is newly permitted.\n" in out
    assert "other.yaml since HEAD:\n1. " in out


@pytest.mark.parametrize("name", ["nowhere", "--upload-pack=touch pwned", "HEAD:policy.yaml", ""])
def test_what_is_no_commit_is_refused(repository: Repository, capsys: pytest.CaptureFixture[str], name: str) -> None:
    repository.commit(OLD)
    assert main(["diff", f"--since={name}", "policy.yaml"]) == 2
    assert "commit" in capsys.readouterr().err
    assert not Path("pwned").exists()


def test_outside_of_a_repository_both_files_are_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    (tmp_path / "policy.yaml").write_text(OLD)
    assert main(["diff", "--since", "HEAD", str(tmp_path / "policy.yaml")]) == 2
    assert "Give both files" in capsys.readouterr().err


def test_only_what_a_policy_may_name_is_unpacked(repository: Repository) -> None:
    Path("link.yaml").symlink_to("/etc/passwd")
    Path("secret.txt").write_text("not named")
    Path("lists").mkdir()
    Path("lists/hosts.txt").write_text("a.example\n")
    repository.commit("# lists/hosts.txt link.yaml\n" + OLD)
    with as_of("HEAD", Path("policy.yaml")) as found:
        assert found is not None
        names = sorted(path.relative_to(found.parent).as_posix() for path in found.parent.rglob("*") if path.is_file())
        assert names == ["lists/hosts.txt", "policy.yaml"]
        folder = found.parent
    assert not folder.exists()


def test_an_old_version_that_does_not_load_is_named_by_its_commit(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.commit(OLD.replace("permit:", "permitt:"))
    Path("policy.yaml").write_text(OLD)
    assert main(["diff", "--since", "HEAD", "policy.yaml"]) == 2
    err = capsys.readouterr().err
    assert "HEAD:./policy.yaml:6:" in err
    with pytest.raises(ConfigError, match="is no commit"), as_of("-x", Path("policy.yaml")):
        pass


REGIONS = {
    "amounts": ("max: 5.00", "max: 9.00", "amount: 5.01 USD to 9.00 USD"),
    "places": (
        "permit: file.read, where: {path: /desk/**}",
        "permit: file.read, where: {path: [/desk/**, /a/*/c]}",
        "path: /a/*/c",
    ),
    "segments": (
        "{path: /desk/people/**}, why",
        "{within: .ssh}, why",
        "path: /desk/people/**, no segment after segment 2 is `.ssh`",
    ),
    "anything but": ('payee: "acct:a", amount: {max', "payee: any, amount: {max", "payee: any that no rule names"),
}


@pytest.mark.parametrize(("before", "after", "region"), REGIONS.values(), ids=REGIONS.keys())
@pytest.mark.usefixtures("files")
def test_a_region_is_told_in_the_words_of_the_file(
    capsys: pytest.CaptureFixture[str], before: str, after: str, region: str
) -> None:
    assert before in OLD
    Path("new.yaml").write_text(OLD.replace(before, after).replace("above: 5.00", "above: 9.00"))
    _, out = run(capsys, "old.yaml", "new.yaml")
    told = [line.strip() for line in out.splitlines()]
    assert any(line.removeprefix("everywhere").removeprefix("|").strip() == region for line in told), out
    assert "~" not in out
