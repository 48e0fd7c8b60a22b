"""Generated policies as files that the product loads, and as the oracle reads them."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from havocproof.errors import PolicyError, Problem
from havocproof.policy import Policy, loads_policy
from tests.differential.generators import PolicyTree, text_of
from tests.differential.oracle import read
from tests.differential.oracle_events import PolicyText

FILES = "files"
"""The key of a tree under which the trees of guards and vocabularies stand, by the names of their files."""

ACTS = "acts"
"""The key under which a tree has the actions that its histories are made of, if they are to be these only."""


class Loaded(NamedTuple):
    """One text as the product loads it and as the oracle reads it. `tree` made the text, without its `dead` rules."""

    tree: PolicyTree
    dead: list[str]
    plain: PolicyText
    policy: Policy


def texts_of(tree: PolicyTree) -> tuple[str, dict[str, str]]:
    """The text of a policy, and those of the files that it names."""
    own = {key: one for key, one in tree.items() if key not in (FILES, ACTS)}
    return text_of(own), {name: text_of(other) for name, other in tree.get(FILES, {}).items()}


def shown(tree: PolicyTree) -> str:
    """All of it, for messages."""
    text, files = texts_of(tree)
    return "\n".join([text, *(f"--- {name}\n{other}" for name, other in files.items())])


def load(tree: PolicyTree) -> tuple[PolicyText, Policy]:
    """PolicyError: the product does not take it."""
    text, files = texts_of(tree)
    if not files:
        return read(text), loads_policy(text)
    with TemporaryDirectory() as folder:
        for name, other in files.items():
            (Path(folder) / name).write_text(other, encoding="utf-8")
        return read(text, files), loads_policy(text, folder=folder)


def loaded(tree: PolicyTree) -> Loaded:
    """Load a policy; rules that the loader calls dead (E-DEAD), of too many cases (E-CELLS), or too many in one cell
    (E-WIDTH: one of them), are taken out first.

    Other problems are raised.
    """
    dead: list[str] = []
    while True:
        try:
            return Loaded(tree, dead, *load(tree))
        except PolicyError as error:
            found = _lost_rules(tree, [problem for problem in error.problems if not problem.is_warning])
            if not found or set(found) & set(dead):
                raise
            dead += found
            tree = without(tree, found)


def _lost_rules(tree: PolicyTree, problems: list[Problem]) -> list[str]:
    """The rules that the problems are about, if all of them are about rules that are dead or too wide; else none."""
    text, files = texts_of(tree)
    whole = shown(tree)
    found = []
    for problem in problems:
        lines = files.get(Path(problem.file).name, text).splitlines()[: problem.line]
        ids = re.findall(r"\bid: (\w+)", "\n".join(lines))
        if problem.code == "E-WIDTH":  # its line may be a budget's; the message names rules, those of a guard with it
            named = re.findall(r"`(?:firm/)?(\w+)`", problem.message)
            ids = [name for name in named if re.search(rf"\bid: {name}\b", whole)]
        elif problem.code not in ("E-DEAD", "E-CELLS") or "\nrules:" not in "\n" + "\n".join(lines):
            return []
        if not ids:
            return []
        found.append(ids[-1])
    return found


def without(tree: PolicyTree, ids: list[str]) -> PolicyTree:
    """The policy and its files without some rules; a group that is left empty goes, and no agent has it any more."""
    rest = dict(tree)
    if "rules" in tree:
        groups = {group: [rule for rule in rules if rule["id"] not in ids] for group, rules in tree["rules"].items()}
        rest["rules"] = {group: rules for group, rules in groups.items() if rules}
        gone = set(tree["rules"]) - set(rest["rules"])
        if gone and "agents" in tree:
            rest["agents"] = _agents_without(tree["agents"], gone)
            if not rest["agents"]:
                del rest["agents"]
    if FILES in tree:
        rest[FILES] = {name: without(other, ids) for name, other in tree[FILES].items()}
    return rest


def _agents_without(agents: PolicyTree, gone: set[str]) -> PolicyTree:
    """The tree without some groups or kinds; what is left empty goes, too, up to kinds of which nothing is left."""
    lists = ("uses", "delegates", "starts", "hands_to")
    found: PolicyTree = {}
    for kind, spec in agents.items():
        kept = {key: [one for one in spec[key] if one not in gone] for key in lists if key in spec}
        found[kind] = {key: kept.get(key, one) for key, one in spec.items() if kept.get(key, one)}
    empty = {kind for kind, spec in found.items() if not set(spec) & set(lists)}
    if not empty:
        return found
    return _agents_without({kind: spec for kind, spec in found.items() if kind not in empty}, empty)
