"""The names of a guard's rules, limits, labels and approvals: `<guard>/<name>` (POLICY.md 2.14).

Always, and not only where two layers use one name: else a policy could take a guard's name for a budget of its own, the
guard's budget would count under another name from then on, and what was spent would be forgotten.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol, TypeVar

from havocproof.kernel.source import Mark, Rule, Since, Stands, Test
from havocproof.policy.rules import Lowered, RuleText


class _Named(Protocol):
    @property
    def name(self) -> str: ...


_T = TypeVar("_T")
_N = TypeVar("_N", bound=_Named)


class Qualifier:
    """Puts a layer's name before the names that it defines. `layer`: "" for the policy itself, which keeps its own."""

    def __init__(self, layer: str) -> None:
        self.prefix = f"{layer}/" if layer else ""

    def name(self, name: str) -> str:
        """`risk` -> `firm-guard/risk`, `budget:trades` -> `budget:firm-guard/trades`; "" stays."""
        kind, colon, rest = name.partition(":")
        if colon:
            return f"{kind}:{self.prefix}{rest}"
        return f"{self.prefix}{name}" if name else ""

    def keys(self, found: Mapping[str, _T]) -> dict[str, _T]:
        """Values by qualified names."""
        return {self.name(name): value for name, value in found.items()}

    def named(self, found: Mapping[str, _N]) -> dict[str, _N]:
        """Values by qualified names, which they also have as `name`."""
        if not self.prefix:
            return dict(found)
        return {self.name(name): replace(value, name=self.name(name)) for name, value in found.items()}  # type: ignore[type-var]

    def texts(self, found: Mapping[str, RuleText]) -> dict[str, RuleText]:
        return {self.name(label): self.text(text) for label, text in found.items()}

    def text(self, text: RuleText) -> RuleText:
        """The text of a rule, under its qualified id."""
        return text._replace(id=self.name(text.id), needs=self.name(text.needs)) if self.prefix else text

    def lowered(self, each: Lowered) -> Lowered:
        return each._replace(rule=self.rule(each.rule), text=self.text(each.text)) if self.prefix else each

    def rule(self, rule: Rule) -> Rule:
        """One rule of the kernel: what it is called, what it needs, counts and leaves, and which marks it looks at."""
        return replace(
            rule,
            id=self.name(rule.id),
            needs=self.name(rule.needs),
            budget=self.name(rule.budget),
            mark=self.mark(rule.mark) if rule.mark is not None else None,
            tests=tuple(map(self.test, rule.tests)),
            unless=tuple(tuple(map(self.test, each)) for each in rule.unless),
        )

    def mark(self, mark: Mark) -> Mark:
        return replace(mark, name=f"{self.prefix}{mark.name}")

    def test(self, test: Test) -> Test:
        if isinstance(test, Stands):
            return replace(test, mark=self.mark(test.mark))
        if isinstance(test, Since):
            return replace(test, done=self.mark(test.done), reset=self.mark(test.reset))
        return test
