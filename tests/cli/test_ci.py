"""What users put into their pipelines: from a policy with a hole to a red run with a readable reason, then to green."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import pytest
import yaml

from havocproof.cli.main import parser
from tests.cli.ci import CLOSED, HOLE, ROOT, WIDER, Repository, action, as_action, environment, step
from tests.docs.pages import blocks, table

GITLAB = ROOT / "examples" / "ci" / "gitlab.yml"
HOOKS = ROOT / ".pre-commit-hooks.yaml"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


# ---- the action ----


def test_a_hole_is_red_and_the_reason_can_be_read(repository: Repository) -> None:
    repository.commit(HOLE)
    proved, compared = as_action(repository)
    assert proved.code == 4
    assert compared is None
    assert re.search(r"^FALSE +keys-stay  policy\.yaml:12$", proved.out, re.MULTILINE)
    assert re.search(r"^ +verdict +permit$", proved.out, re.MULTILINE)
    assert re.search(r"^ +rules +permit `notes` \[policy\.yaml:6\]$", proved.out, re.MULTILINE)
    assert re.search(
        r"^::error file=policy\.yaml,line=12,title=F-PROVE%3A keys-stay is false", proved.out, re.MULTILINE
    )
    summary = repository.summary.read_text()
    assert "❌ **false**" in summary
    assert "/desk" in summary


def test_what_the_edit_says_makes_it_green(repository: Repository) -> None:
    repository.commit(HOLE)
    as_action(repository)
    repository.commit(CLOSED)
    proved, _ = as_action(repository)
    assert (proved.code, proved.out.count("::error")) == (0, 0), proved.out
    assert "policy.yaml: 2 of 2 invariants hold" in proved.out


def test_every_report_is_written_green_or_red(repository: Repository) -> None:
    for text, results in ((HOLE, 1), (CLOSED, 0)):
        since = repository.commit(text)
        as_action(repository, since=since, report="out/here")
        files = repository.work / "out" / "here"
        names = ["diff.html", "diff.md", "diff.sarif", "diff.xml", "prove.html", "prove.md", "prove.sarif", "prove.xml"]
        assert sorted(path.name for path in files.iterdir()) == names
        (run,) = json.loads((files / "prove.sarif").read_text())["runs"]
        assert len(run["results"]) == results
        assert Xml.parse(files / "prove.xml").getroot().get("failures") == str(results)


def test_a_pull_request_is_told_what_it_newly_permits(repository: Repository) -> None:
    before = repository.commit(CLOSED)
    repository.commit(WIDER)
    proved, compared = as_action(repository, since=before)
    assert compared is not None
    assert (proved.code, compared.code) == (0, 0)
    assert "**This change newly permits 1 region of actions:**" in repository.summary.read_text()
    assert "::error" not in compared.out
    proved, compared = as_action(repository, since=before, fail_on_wider="true")
    assert compared is not None
    assert (proved.code, compared.code) == (0, 4)
    assert "::error file=policy.yaml,line=6,title=F-WIDER" in compared.out


def test_a_change_that_permits_nothing_passes(repository: Repository) -> None:
    before = repository.commit(CLOSED)
    repository.commit(CLOSED.replace("policy: desk", "policy: desk\nabout: The same."))
    _, compared = as_action(repository, since=before, fail_on_wider="true")
    assert compared is not None
    assert compared.code == 0, compared.out
    assert "**This change newly permits nothing.**" in repository.summary.read_text()


def test_several_policies_one_a_line(repository: Repository) -> None:
    repository.commit(CLOSED)
    repository.commit(HOLE, "other desk/policy.yaml")
    proved, _ = as_action(repository, policy="  policy.yaml\n\nother desk/policy.yaml  \n")
    assert proved.code == 4
    assert "policy.yaml: 2 of 2 invariants hold" in proved.out
    assert "other desk/policy.yaml: 1 of 2 invariants hold, 1 false" in proved.out


def test_strict_and_cache_are_passed_on(repository: Repository) -> None:
    repository.commit(CLOSED)
    as_action(repository, strict="true", cache="kept")
    proved, _ = as_action(repository, strict="true", cache="kept")
    assert "as found by an earlier run" in proved.out
    as_action(repository)
    assert "earlier" not in as_action(repository)[0].out


@pytest.mark.parametrize("name", ["$(touch pwned).yaml", "a;touch pwned", "--json", "`touch pwned`"])
def test_names_are_words_and_no_commands(repository: Repository, name: str) -> None:
    repository.commit(CLOSED)
    proved, _ = as_action(repository, policy=name)
    assert proved.code == 2
    assert "does not load" in proved.out
    assert not (repository.work / "pwned").exists()


def test_a_base_that_is_not_there_is_fetched(repository: Repository, tmp_path: Path) -> None:
    before = repository.commit(CLOSED)
    repository.commit(WIDER)
    repository.git("clone", "--quiet", "--depth=1", f"file://{repository.work}", str(tmp_path / "clone"))
    repository.git("config", "uploadpack.allowReachableSHA1InWant", "true")
    repository.work = tmp_path / "clone"
    _, compared = as_action(repository, since=before)
    assert compared is not None
    assert compared.code == 0, compared.out
    assert "1 region" in repository.summary.read_text()


def test_the_action_is_well_formed_pinned_and_gives_no_text_to_a_shell() -> None:
    found = action()
    assert {"name", "description", "inputs", "runs"} == found.keys()
    assert all(each["description"] for each in found["inputs"].values())
    for each in found["runs"]["steps"]:
        assert ("uses" in each) != ("run" in each)
        if "uses" in each:
            assert re.fullmatch(r"[\w-]+/[\w-]+@v\d+\.\d+\.\d+", each["uses"])
        else:
            assert each["shell"] == "bash"
            assert "${{" not in each["run"]
            assert "env" not in each or environment(each)


def test_the_install_step_takes_the_version_of_the_action_and_checks_its_kernel(repository: Repository) -> None:
    tool = '#!/bin/sh\necho "$0 $@" >> "$CALLS"\ncase "$*" in \'-m venv\'*) mkdir -p "$3/bin"; cp "$0" "$3/bin/python";'
    tool += ' cp "$0" "$3/bin/havocproof";; esac\n'
    (repository.bin / "python").write_text(tool)
    (repository.bin / "python").chmod(0o755)
    calls, path = repository.work.parent / "calls", repository.work.parent / "path"
    done = repository.run(
        step("Install")["run"],
        CALLS=str(calls),
        RUNNER_TEMP=str(repository.work.parent),
        GITHUB_ACTION_PATH=str(ROOT),
        GITHUB_PATH=str(path),
    )
    assert done.code == 0, done.out
    last = [line.split(" ", 1)[1] for line in calls.read_text().splitlines()][1:]
    assert last == [f"-m pip install --quiet --disable-pip-version-check {ROOT}", "attest"]
    assert path.read_text() == f"{repository.work.parent}/havocproof/bin\n"


# ---- GitLab, pre-commit ----


def gitlab() -> dict[str, Any]:
    (job,) = yaml.safe_load(GITLAB.read_text(encoding="utf-8")).values()
    assert isinstance(job, dict)
    return job


def as_gitlab(repository: Repository, **env: str) -> tuple[int, str]:
    """The job's script, in one shell as a runner has it; what pip would do is left out."""
    lines = [line for line in gitlab()["script"] if "pip install" not in line and "attest" not in line]
    assert len(lines) == len(gitlab()["script"]) - 2
    done = repository.run("\n".join(lines), **{**gitlab()["variables"], **env})
    return done.code, done.out


def test_gitlab_is_red_for_a_hole_and_green_without(repository: Repository) -> None:
    repository.commit(HOLE)
    code, out = as_gitlab(repository)
    assert (code, "FALSE" in out) == (4, True)
    before = repository.commit(CLOSED)
    assert as_gitlab(repository)[0] == 0
    repository.commit(WIDER)
    code, out = as_gitlab(repository, CI_MERGE_REQUEST_DIFF_BASE_SHA=before)
    assert (code, "permits what nothing permitted" in out) == (0, True)
    assert as_gitlab(repository, CI_MERGE_REQUEST_DIFF_BASE_SHA=before, HAVOCPROOF_FAIL_ON_WIDER="true")[0] == 4
    for name in [
        gitlab()["artifacts"]["reports"]["junit"],
        "havocproof-report/prove.html",
        "havocproof-report/diff.md",
    ]:
        assert (repository.work / name).is_file()


def test_hooks_run_commands_that_exist(repository: Repository) -> None:
    repository.commit(CLOSED)
    (repository.work / "policy.yaml").write_text(WIDER)
    hooks = yaml.safe_load(HOOKS.read_text(encoding="utf-8"))
    assert [hook["id"] for hook in hooks] == ["havocproof-prove", "havocproof-diff"]
    codes = []
    for hook in hooks:
        assert hook["language"] == "python"
        assert re.search(hook["files"], "desk/policy.yaml")
        assert not re.search(hook["files"], "policy.py")
        parser().parse_args([*hook["entry"].split()[1:], "policy.yaml"])
        codes.append(repository.run(f"{hook['entry']} policy.yaml").code)
    assert codes == [0, 0]
    assert repository.run(f"{hooks[1]['entry']} --fail-on-wider policy.yaml").code == 4


def test_the_shell_lines_have_no_error_of_syntax() -> None:

    for script in [
        *(each["run"] for each in action()["runs"]["steps"] if "run" in each),
        "\n".join(gitlab()["script"]),
    ]:
        subprocess.run(["bash", "-n", "-c", script], check=True, capture_output=True)


# ---- what the page shows ----


def shown(page: str, language: str) -> list[str]:
    return [block.text for block in blocks(ROOT / "docs" / page) if block.language == language]


def test_the_workflow_of_the_page_uses_inputs_that_there_are_and_asks_for_no_rights() -> None:
    workflow = yaml.load(shown("ci.md", "yml")[0], yaml.BaseLoader)
    assert workflow["permissions"] == {"contents": "read"}
    assert "pull_request" in workflow["on"]
    checkout, ours = workflow["jobs"]["policy"]["steps"]
    assert checkout["uses"].startswith("actions/checkout@")
    assert ours["uses"] == "OWNER/havocproof@v0.1.0"
    assert ours["with"].keys() <= action()["inputs"].keys()
    required = {name for name, value in action()["inputs"].items() if value.get("required")}
    assert required <= ours["with"].keys()


def test_the_table_of_inputs_is_that_of_the_action() -> None:
    rows = table(ROOT / "docs" / "ci.md", "input", "default", "meaning")
    assert [row[0].strip("`") for row in rows] == list(action()["inputs"])
    for row in rows:
        default = str(action()["inputs"][row[0].strip("`")].get("default", ""))
        if row[1].startswith("`"):
            assert row[1].strip("`") == default
        else:
            assert default == "" or default.startswith("${{")


def test_the_other_blocks_name_what_is_there() -> None:
    files = yaml.safe_load(shown("ci.md", "yml")[2])
    assert (ROOT / files["include"][0]["file"].lstrip("/")).is_file()
    assert files["variables"].keys() == gitlab()["variables"].keys()
    known = {hook["id"] for hook in yaml.safe_load(HOOKS.read_text(encoding="utf-8"))}
    (repo,) = yaml.safe_load(shown("ci.md", "yml")[3])["repos"]
    for hook in [*repo["hooks"], *yaml.safe_load(shown("ci.md", "yml")[4])]:
        assert hook["id"] in known


def test_each_is_shown_in_about_ten_lines() -> None:
    lengths = [len([line for line in text.splitlines() if line]) for text in shown("ci.md", "yml")]
    assert lengths == [10, 6, 8, 7, 4]
