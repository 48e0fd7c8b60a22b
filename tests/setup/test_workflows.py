"""The workflows of a public host: they are well formed, may do little, and run what is there."""

from __future__ import annotations

import re
import shlex
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from project import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.y*ml"))
PINNED = re.compile(r"[\w-]+/[\w-]+@(v\d+\.\d+\.\d+|[0-9a-f]{40})")


class _Loader(yaml.SafeLoader):
    """YAML as the host reads it: `on` is a key and no truth value, and a key stands once."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key) for key, _ in node.value]
        assert len(keys) == len(set(keys)), f"{node.start_mark}: a key stands twice in {keys}"
        return super().construct_mapping(node, deep)


_Loader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool" or letter in "tTfF"]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def load(path: Path) -> dict[str, Any]:
    found = yaml.load(path.read_text(encoding="utf-8"), _Loader)
    assert isinstance(found, dict)
    return found


def steps(path: Path) -> list[dict[str, Any]]:
    return [step for job in load(path)["jobs"].values() for step in job["steps"]]


def commands(path: Path) -> list[str]:
    return [line.strip() for step in steps(path) for line in step.get("run", "").splitlines() if line.strip()]


def problem(command: str) -> str:
    """Why this command line cannot run in a checkout, or "". Only what these workflows use is known."""
    words = shlex.split(command)
    if words[0] == "make":
        done = subprocess.run(["make", "-n", *words[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
        return done.stderr.strip()
    if words[0] == ".venv/bin/havocproof":
        scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
        return "" if "havocproof" in scripts else "no such script"
    if words[0] not in ("python3", ".venv/bin/python"):
        return f"{words[0]} is not known here"
    if words[1] == "-m":
        paths = [word for word in words[3:] if word.startswith("tests")]
        return "" if words[2] == "pytest" and all((ROOT / path).exists() for path in paths) else "no such tests"
    return "" if (ROOT / words[1]).is_file() else f"there is no {words[1]}"


def test_there_are_workflows_for_proofs_tests_and_mutants() -> None:
    assert [path.name for path in WORKFLOWS] == ["mutants.yml", "test.yml", "verify.yml"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_may_only_read(path: Path) -> None:
    found = load(path)
    assert found["permissions"] == {"contents": "read"}
    assert all("permissions" not in job for job in found["jobs"].values())
    assert "pull_request_target" not in found["on"]
    assert "secrets." not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_jobs_end_and_machines_and_actions_are_pinned(path: Path) -> None:
    for job in load(path)["jobs"].values():
        assert 0 < job["timeout-minutes"] <= 120
        assert re.fullmatch(r"ubuntu-\d\d\.\d\d", job["runs-on"])
    for step in steps(path):
        assert ("uses" in step) != ("run" in step)
        if "uses" in step:
            assert PINNED.fullmatch(step["uses"]), step["uses"]
            if step["uses"].startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_every_command_runs_something_that_is_there(path: Path) -> None:
    assert commands(path)
    assert {command: problem(command) for command in commands(path) if problem(command)} == {}


@pytest.mark.parametrize(
    "command", ["make nothing", "python3 tools/none.py", "npm test", ".venv/bin/python -m pytest tests/none"]
)
def test_a_command_that_is_not_there_would_be_seen(command: str) -> None:
    assert problem(command)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_no_text_of_strangers_reaches_a_shell(path: Path) -> None:
    assert all("${{" not in command for command in commands(path))


def test_the_certificate_is_kept_as_an_artefact_and_is_there() -> None:
    (upload,) = [step for step in steps(WORKFLOWS[-1]) if "upload-artifact" in step.get("uses", "")]
    kept = upload["with"]["path"].split()
    assert "proofs/certificate.json" in kept
    assert all((ROOT / name).is_file() for name in kept)


def test_the_proofs_are_required_wherever_they_are_needed() -> None:
    for path in WORKFLOWS:
        assert all(job["env"]["HAVOCPROOF_PROOFS"] == "required" for job in load(path)["jobs"].values())


def test_every_python_that_is_supported_is_tested() -> None:
    classifiers = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["classifiers"]
    supported = [text.rsplit(" ", 1)[1] for text in classifiers if re.search(r":: 3\.\d+$", text)]
    (job,) = load(ROOT / ".github" / "workflows" / "test.yml")["jobs"].values()
    assert job["strategy"]["matrix"]["python"] == supported


def test_the_cache_is_where_the_tools_unpack_dafny() -> None:
    from toolchain import Search

    cache = Search(env={"HOME": "/home/somebody"}).cache
    used = {
        step["with"]["path"] for path in WORKFLOWS for step in steps(path) if "actions/cache@" in step.get("uses", "")
    }
    assert used == {"~/" + cache.relative_to("/home/somebody").as_posix()}
