"""The kernel's rules that count, and its budgets: from what the sections `budgets` and `rates` say.

`per: [agent]` means each instance and all its ancestors: then there is one budget for each depth of the chain, named
`<name>@0` for the root, and a rule of its own that counts where the chain is so deep. A soft limit is a second budget,
`<name>~soft`, that counts the same.

An amount is counted in the budget's own currency (the measure `amount:USD`). A payment in another one cannot be
counted and is refused, unless another budget of the same effects counts that currency.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from havocproof.kernel.source import Budget, Named, Rule, Scoping, Test
from havocproof.policy.axes import YES, Axis
from havocproof.policy.counting import AGENT, Charge, Per
from havocproof.policy.problems import Problems
from havocproof.policy.rules import Lowered, RuleText

MOST_ON_A_VERB = 32


def written_name(name: str) -> str:
    """The name that a budget has in the file: `tokens` for the kernel's `tokens@1` and `tokens~soft`."""
    return name.partition("@")[0].partition("~")[0]


@dataclass(frozen=True, slots=True)
class Counted:
    """One budget or rate as it is read. `limits`: the kernel's name of each of its budgets, its kind and its limit."""

    name: str
    currency: str
    period: int
    per: Per
    limits: tuple[tuple[str, int, int], ...]
    line: int
    file: str = ""


@dataclass(slots=True)
class Charges:
    """Everything that counts. `depth`: how deep the agents' tree is, at least 1."""

    depth: int = 1
    counted: dict[str, Counted] = field(default_factory=dict)
    charges: list[Charge] = field(default_factory=list)

    def add(self, counted: Counted, charges: list[Charge]) -> None:
        self.counted[counted.name] = counted
        self.charges += charges

    def budgets(self) -> dict[str, Budget]:
        """The kernel's budgets by name."""
        measures = {charge.name: measure(charge, counted) for charge, counted in self._pairs()}
        found = {}
        for name, counted in self.counted.items():
            for kernel, slot in self._chain(counted):
                per = tuple(slot if each == AGENT else each for each in counted.per.kernel)
                for label, kind, limit in counted.limits:
                    found[f"{label}{kernel}"] = Budget(measures[name], limit, counted.period, per, kind)
        return found

    def rules(self) -> list[Lowered]:
        """The rules that count."""
        found: dict[tuple[str, tuple[Test, ...]], tuple[set[str], tuple[str, ...], Counted]] = {}
        for charge, counted in self._pairs():
            for verbs, extra in self._where(charge, counted):
                axes = (*charge.axes, *(charge.measure for _ in extra))
                for kernel, slot in self._chain(counted):
                    chain = (Scoping(slot),) if counted.per.agent else ()
                    for label, _, _ in counted.limits:
                        key = (f"{label}{kernel}", (*charge.tests, *extra, *chain))
                        entry = found.setdefault(key, (set(), (*axes, *(AGENT for _ in chain)), counted))
                        entry[0].update(verbs)
        made = []
        for (name, tests), (verbs, axes, counted) in found.items():
            label = f"budget:{counted.name}"
            text = RuleText(label, "budgets", "charge", "", "", "", counted.line, counted.file)
            made.append(Lowered(Rule(label, "charge", frozenset(verbs), tests, budget=name), axes, (), text))
        return made

    def _pairs(self) -> Iterator[tuple[Charge, Counted]]:
        return ((charge, self.counted[charge.name]) for charge in self.charges)

    def _chain(self, counted: Counted) -> list[tuple[str, str]]:
        """For each depth what is put behind the name, and the scope of the agent there."""
        if not counted.per.agent:
            return [("", AGENT)]
        return [(f"@{at}", f"{AGENT}.{at}") for at in range(self.depth)]

    def _where(self, charge: Charge, counted: Counted) -> Iterator[tuple[set[str], tuple[Test, ...]]]:
        """The parts that are counted, and the tests beside the pattern's own: where the measure is there."""
        groups: dict[tuple[Test, ...], set[str]] = {}
        for name, (_, axis) in charge.verbs.items():
            tests: tuple[Test, ...] = (Named(axis.given, frozenset({YES})),) if axis.optional else ()
            others = self._covered(name, axis, charge) - {counted.currency} if axis.currency_axis else frozenset()
            if others:
                tests += (Named(axis.currency_axis, others, False),)
            groups.setdefault(tests, set()).add(name)
        yield from ((verbs, tests) for tests, verbs in groups.items())

    def _covered(self, verb: str, axis: Axis, charge: Charge) -> frozenset[str]:
        """The currencies that some budget of the same effects counts."""
        return frozenset(
            counted.currency
            for other, counted in self._pairs()
            if verb in other.verbs
            and other.verbs[verb][1].kernel == axis.kernel
            and (not other.tests or set(other.tests) == set(charge.tests))
        )


def measure(charge: Charge, counted: Counted) -> str:
    """What the kernel calls the measure."""
    return measured(next(iter(charge.verbs.values()))[1], counted.currency)


def measured(axis: Axis, currency: str) -> str:
    """What the kernel calls a measure that is counted in this currency."""
    return f"{axis.kernel}:{currency}" if axis.currency_axis or axis.currency else axis.kernel


def check_charges(lowered: Iterable[Lowered], problems: Problems) -> None:
    """Note verbs that too many budgets count, of all layers together."""
    touched: dict[str, dict[str, RuleText]] = defaultdict(dict)
    for each in lowered:
        if each.rule.effect == "charge":
            for verb in each.rule.verbs:
                touched[verb][each.rule.budget] = each.text
    for verb, budgets in touched.items():
        if len(budgets) > MOST_ON_A_VERB:
            first = min(budgets.values(), key=lambda text: (text.file, text.line))
            message = f"{len(budgets)} budgets and rates count `{verb}`; at most {MOST_ON_A_VERB} may"
            problems.add("E-CELLS", _Line(first.line, 1, first.file), message, "Merge some of them.")


@dataclass(frozen=True, slots=True)
class _Line:
    line: int
    column: int = 1
    file: str = ""
