"""Policies of several files: written into a folder, loaded from there, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

from havocproof.errors import PolicyError, Problem
from havocproof.policy import Policy, load_policy

NAME = "policy.yaml"


def head(name: str, kind: str = "") -> str:
    """Two lines, or three with a kind."""
    return f"havocproof: 1\npolicy: {name}\n" + (f"kind: {kind}\n" if kind else "")


def put(folder: Path, files: Mapping[str, str]) -> Path:
    """Writes files of dedented text; gives the path of the policy."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
    return folder / NAME


def opened(folder: Path, files: Mapping[str, str]) -> Policy:
    return load_policy(put(folder, files))


def wrong(folder: Path, files: Mapping[str, str]) -> list[Problem]:
    """Everything that is wrong; at least one error."""
    try:
        opened(folder, files)
    except PolicyError as error:
        return [problem for problem in error.problems if not problem.is_warning]
    raise AssertionError("the policy loads")


def only_wrong(folder: Path, files: Mapping[str, str]) -> Problem:
    found = wrong(folder, files)
    assert len(found) == 1, [str(each) for each in found]
    return found[0]
