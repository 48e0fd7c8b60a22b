"""Small random policies as files, and everything that can happen under them: for answers by brute force."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from havocproof.actions import Atom, Part
from havocproof.kernel import bridge
from havocproof.kernel.source import Key, View
from havocproof.policy import Policy
from tests.policy.support import DAY, NOW, SCOPES

VERBS = ("file.read", "file.write", "file.delete")
PLACES = ("/a/**", "/a/x", "/a/*/y", "/b/**", "/a/x/*", "/**")
PATHS = ("/a", "/b", "/c", "/a/x", "/a/z", "/b/x", "/a/x/y", "/a/z/y", "/a/x/z", "/a/x/y/z", "/b/.env")
SIZES = ("{max: 2 B}", "{above: 2 B}", "{min: 2 B, max: 3 B}", "{min: 4 B}")
BYTES = (0, 1, 2, 3, 4, 5)
HEAD = """\
havocproof: 1
policy: p
approvals: {boss: {role: boss, people: 1, within: 1d}, chief: {role: chief, people: 1, within: 1d}}
"""


@dataclass(frozen=True)
class Small:
    """A random source of files. The same number gives the same file."""

    dice: random.Random

    def where(self, must: bool) -> str:
        """Tests of the action, at least of the path if `must`."""
        tests = [f'path: "{self.dice.choice(PLACES)}"'] if must or self.dice.random() < 0.7 else []
        if self.dice.random() < 0.4:
            tests.append(f"bytes: {self.dice.choice(SIZES)}")
        if self.dice.random() < 0.15:
            tests.append("name: x")
        return "{" + ", ".join(tests) + "}" if tests else ""

    def verbs(self) -> str:
        return "[" + ", ".join(self.dice.sample(VERBS, self.dice.choice((1, 1, 2)))) + "]"

    def when(self, effect: str) -> str:
        known = ["after: done", "never_after: tried"]
        if effect != "permit":
            known.append("carries: seen")
        return self.dice.choice(known) if self.dice.random() < 0.3 else ""

    def rule(self) -> str:
        effect = self.dice.choice(("permit", "permit", "permit", "ask", "forbid", "forbid"))
        said = [f"{effect}: {self.verbs()}"]
        where = self.where(effect != "forbid")
        if where:
            said.append(f"where: {where}")
        when = self.when(effect)
        if when:
            said.append(f"when: {{{when}}}")
        if effect != "permit":
            said.append("why: so")
            if effect == "ask" or self.dice.random() < 0.3:
                said.append(f"needs: {self.dice.choice(('boss', 'chief'))}")
            if self.dice.random() < 0.3:
                said.append(f"unless: {self.where(True)}")
        return "{" + ", ".join(said) + "}"

    def claim(self) -> str:
        word = self.dice.choice(("never", "never", "never", "always", "some"))
        said = [f"{word}: {self.verbs()}"]
        where = self.where(word == "always")
        if where:
            said.append(f"where: {where}")
        if word == "never":
            if self.dice.random() < 0.3:
                said.append(f"unless: {self.where(True)}")
            if self.dice.random() < 0.3:
                said.append("unless_approved: boss")
        if self.dice.random() < 0.2:
            said.append("when: {carries: seen}")
        return "{" + ", ".join(said) + "}"

    def history(self) -> str:
        """A claim with `after`."""
        said = [f"never: {self.verbs()}", f"where: {self.where(True)}"]
        said.append(f"after: {self.event()}")
        if self.dice.random() < 0.4:
            said.append(f"until: {self.event()}")
        return "{" + ", ".join(said) + "}"

    def event(self) -> str:
        return f"{{{self.dice.choice(VERBS)}: {{path: {self.dice.choice(('/a/**', '/b/**', '/a/x'))}}}}}"

    def file(self, claims: int, histories: int = 0) -> str:
        lines = [HEAD]
        until = f", until: {self.event()}" if self.dice.random() < 0.7 else ""
        lines.append(f"facts: {{done: {{by: {self.event()}{until}}}, tried: {{by: {self.event()}}}}}\n")
        lines.append(f"labels: {{seen: {{from: [{self.event()}], guards: [{self.dice.choice(VERBS)}]}}}}\n")
        lines.append("rules:\n  g:\n")
        lines += [f"    - {self.rule()}\n" for _ in range(self.dice.randint(2, 6))]
        lines.append("prove:\n")
        lines += [f"  - {self.claim()}\n" for _ in range(claims)]
        lines += [f"  - {self.history()}\n" for _ in range(histories)]
        return "".join(lines)


def parts() -> Iterator[Part]:
    """Every action that is tried."""
    for verb, path, size in product(VERBS, PATHS, BYTES):
        yield made(verb, path, size)


def made(verb: str, path: str, size: int = 1) -> Part:
    segments = tuple(path[1:].split("/"))
    name = segments[-1]
    names = {
        "path": path,
        "name": name,
        "ext": name.rpartition(".")[2] if "." in name else "",
        "via": "",
        "moves": "no",
    }
    return Part(verb, {"count": 1, "at_once": 1, "bytes": size}, (Atom(names, {"path": segments}),))


def states(policy: Policy) -> Iterator[dict[Key, int]]:
    """Every combination of the label, the facts, and what undoes one."""
    marks = [policy.labels["seen"].mark, policy.facts["done"].done, policy.facts["tried"].begun]
    keys = [bridge.mark_key(mark, SCOPES, {}) for mark in marks]
    for bits in product((False, True), repeat=len(keys)):
        yield {key: NOW - 5 for key, bit in zip(keys, bits, strict=True) if bit and key is not None}


def verdict(policy: Policy, part: Part, cells: dict[Key, int], now: int = NOW) -> bridge.Verdict:
    groups = policy.source.agents["main"].uses
    return policy.kernel.decide((part,), SCOPES, groups, now + 31 * DAY, now, 0, View(cells, {}, {}))
