"""The kernel's rules that leave marks, as few as say the same."""

from __future__ import annotations

from havocproof.kernel.source import Mark, Rule, Test
from havocproof.policy.lower import Conjunction
from havocproof.policy.rules import Lowered, RuleText

_Key = tuple[str, Mark, tuple[Test, ...], tuple[Conjunction, ...]]


class Leaving:
    """Collects what leaves marks. Parts of several verbs that leave one mark under equal tests are one rule.

    `section`: the section that the rules come from; `kind`: what their ids begin with, as in `fact:tested`.
    """

    def __init__(self, section: str, kind: str) -> None:
        self.section = section
        self.kind = kind
        self._found: dict[_Key, tuple[set[str], tuple[str, ...], int]] = {}

    def add(
        self,
        name: str,
        line: int,
        mark: Mark,
        verbs: frozenset[str],
        tests: tuple[Test, ...],
        axes: tuple[str, ...] = (),
        unless: tuple[Conjunction, ...] = (),
    ) -> None:
        """`axes` as in `Lowered`; none if nothing will ask."""
        if verbs:
            named = axes or ("",) * len(tests)
            self._found.setdefault((name, mark, tests, unless), (set(), named, line))[0].update(verbs)

    def rules(self) -> list[Lowered]:
        """The rules, in the order in which they were added."""
        made = []
        for (name, mark, tests, unless), (verbs, axes, line) in self._found.items():
            label = f"{self.kind}:{name}"
            rule = Rule(label, "leave", frozenset(verbs), tests, unless, mark=mark)
            lifting = tuple(("",) * len(conjunction) for conjunction in unless)
            made.append(Lowered(rule, axes, lifting, RuleText(label, self.section, "leave", "", "", "", line)))
        return made
