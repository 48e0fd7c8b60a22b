"""The way of a user's pipeline: the shell lines of action.yml and of the GitLab template, run in a git repository."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]

# Every name of the examples is one that the documentation invents: a desk, its files, its vendor.
HOLE = """havocproof: 1
policy: desk
approvals: {boss: {role: boss, people: 1, within: 1d}}
rules:
  files:
    - {id: notes, permit: file.read, where: {path: /desk/**}}
  pay:
    - {id: small, permit: money.payment, where: {account: costs, payee: "acct:a", amount: {max: 50.00 USD}}}
    - {id: large, ask: money.payment, where: {account: costs, payee: "acct:a", amount: {above: 50.00 USD}}, needs: boss,
       why: Large payments need the boss.}
prove:
  - {id: keys-stay, never: file.read, where: {within: .ssh}}
  - {id: boss-sees, never: money.payment, where: {amount: {above: 50.00 USD}}, unless_approved: boss}
"""
CLOSED = HOLE.replace(
    "  pay:\n", "    - {id: keys, forbid: file.read, where: {within: .ssh}, why: Keys are not for agents.}\n  pay:\n"
)
WIDER = CLOSED.replace("{id: notes, permit: file.read,", "{id: notes, permit: [file.read, file.write],")


@dataclass
class Done:
    """A step that has run. `out`: what it printed, standard error too."""

    code: int
    out: str


class Repository:
    """A git repository, and beside it what a runner has: the command on its path, a summary, a folder to work in."""

    def __init__(self, folder: Path) -> None:
        self.work = folder / "work"
        self.work.mkdir()
        self.summary = folder / "summary.md"
        self.bin = folder / "bin"
        self.bin.mkdir()
        command = self.bin / "havocproof"
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m havocproof.cli.main "$@"\n')
        command.chmod(0o755)
        self.env = {
            **os.environ,
            "PATH": f"{self.bin}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT / "python"),
            "HOME": str(folder),
            "XDG_CACHE_HOME": str(folder / "cache"),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GITHUB_STEP_SUMMARY": str(self.summary),
        }
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str) -> str:
        who = ("-c", "user.name=Desk", "-c", "user.email=desk@example.com")
        command = ["git", *who, *arguments]
        return subprocess.run(
            command, cwd=self.work, env=self.env, capture_output=True, text=True, check=True
        ).stdout.strip()

    def commit(self, text: str, name: str = "policy.yaml") -> str:
        """Writes the policy, and gives the commit."""
        path = self.work / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "policy")
        return self.git("rev-parse", "HEAD")

    def run(self, script: str, **env: str) -> Done:
        """A script as a runner of GitHub runs it."""
        file = self.work.parent / "step.sh"
        file.write_text(script)
        command = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(file)]
        done = subprocess.run(
            command,
            cwd=self.work,
            env={**self.env, **env},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return Done(done.returncode, done.stdout)


def action() -> dict[str, Any]:
    found = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def step(name: str) -> dict[str, Any]:
    (found,) = [each for each in action()["runs"]["steps"] if name in each.get("name", "")]
    assert isinstance(found, dict)
    return found


def environment(each: dict[str, Any], **inputs: str) -> dict[str, str]:
    """The environment of a step for these inputs; the others have their defaults."""
    known = {name: str(value.get("default", "")) for name, value in action()["inputs"].items()}
    assert inputs.keys() <= known.keys()
    values = {**known, **inputs}
    found = {}
    for name, text in each["env"].items():
        match = re.fullmatch(r"\$\{\{ inputs\.([\w-]+) \}\}", text)
        assert match is not None, text
        found[name] = values[match[1]]
    return found


def as_action(repository: Repository, **inputs: str) -> tuple[Done, Done | None]:
    """The step that proves, and the one that compares, if there is something to compare with."""
    inputs = {"policy": "policy.yaml", "since": "", **{name.replace("_", "-"): text for name, text in inputs.items()}}
    prove, diff = step("Prove"), step("newly permits")
    proved = repository.run(prove["run"], **environment(prove, **inputs))
    compared = repository.run(diff["run"], **environment(diff, **inputs)) if inputs["since"] else None
    return proved, compared
