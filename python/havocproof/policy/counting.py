"""What budgets and rates share: of which effects something is counted, and per what (POLICY.md 2.10)."""

from __future__ import annotations

from dataclasses import dataclass

from havocproof.actions.scalars import GrammarError
from havocproof.kernel.source import Test
from havocproof.policy import fields
from havocproof.policy.action_patterns import ActionPatterns, Pick
from havocproof.policy.axes import Axis
from havocproof.policy.conditions import Conditions
from havocproof.policy.problems import Problems, listed
from havocproof.policy.slots import MOST_SLOTS, key_axes
from havocproof.policy.tree import Mapping, Node, Text, kind, render
from havocproof.policy.verbs import BUILT_IN, SCOPES, Verb

AGENT = "agent"


@dataclass(slots=True)
class Draft:
    """A budget or a rate while it is read. `what`: "a budget"."""

    name: str
    key: Text
    node: Mapping
    what: str
    measure: str = ""
    currency: str = ""
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Charge:
    """What one pattern of `of` counts: for each part's verb the measure there."""

    name: str
    measure: str
    verbs: dict[str, tuple[Verb, Axis]]
    tests: tuple[Test, ...]
    axes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Per:
    """What has a limit of its own. `kernel`: the cell's slots, the tenant first; `agent`: a chain of agents, too."""

    kernel: tuple[str, ...]
    written: tuple[str, ...]
    agent: bool


class Counting:
    """Reads `of` and `per`."""

    def __init__(self, problems: Problems, patterns: ActionPatterns, conditions: Conditions) -> None:
        self.problems = problems
        self.patterns = patterns
        self.conditions = conditions

    def of(self, draft: Draft) -> list[Charge] | None:
        """The charges of all patterns, or None with a problem noted."""
        if "of" not in draft.node.fields:
            fields.missing(draft.key, "of", draft.what, "Say what is counted: of: money.payment.", self.problems)
            return None
        picked = self.patterns.read(draft.node.fields["of"], boxes=False)
        if not draft.measure:
            return None
        if picked is None:
            self._unpicked(draft)
            return None
        charges: list[Charge] = []
        sound = True
        for pick in picked.picks:
            verbs = self._verbs(draft, pick)
            if verbs is None or not all(self._limit(draft, axis) for _, axis in verbs.values()):
                sound = False
                continue
            charges += [Charge(draft.name, draft.measure, verbs, piece.tests, piece.axes) for piece in pick.pieces]
        return charges if sound and charges else None

    def _unpicked(self, draft: Draft) -> None:
        """Note a limit that no effect of this measure could have, where `of` does not say which effects are meant."""
        of = next((verb for verb in BUILT_IN.values() if draft.measure in verb.measures), None)
        if of is not None:
            self._limit(draft, of.measures[draft.measure])

    def _verbs(self, draft: Draft, pick: Pick) -> dict[str, tuple[Verb, Axis]] | None:
        """The parts that count, with the measure of each. A tool of several effects counts once, not once an effect."""
        face = pick.face
        having = [verb for verb in face.verbs if draft.measure in verb.measures]
        tool = all(verb.tool == face.word for verb in face.verbs)
        lacking = [] if tool and having else [verb for verb in face.verbs if verb not in having]
        if lacking:
            verb = lacking[0]
            measures = sorted(verb.measures)
            message = f"`{verb.tool or verb.name}` has no measure `{draft.measure}`"
            if verb.tool and verb.family:
                otherwise = f"Map it: map: {{{draft.measure}: <argument>}}."
            else:
                otherwise = f"It has {listed(measures)}."
            remedy = self.problems.near(draft.measure, measures, otherwise)
            self.problems.add("E-AXIS", pick.place, message, remedy)
            return None
        if tool:
            having = having[:1]
        return {verb.name: (verb, verb.measures[draft.measure]) for verb in having}

    def _limit(self, draft: Draft, axis: Axis) -> bool:
        """Read the limit as a value of the measure. The same text means the same wherever the budget counts."""
        value = draft.node.fields.get(draft.measure)
        if value is None:  # a rate, whose limit is its burst
            return True
        found = self.amount(axis, value, draft.measure)
        if found is None:
            return False
        limit, currency = found
        currency = currency or axis.currency
        if draft.limit not in (None, limit) or draft.currency not in ("", currency):
            message = f"`{render(value)}` means different things for the effects under `of`"
            self.problems.add("E-INT", value, message, "Write two budgets.")
            return False
        draft.limit, draft.currency = limit, currency
        return True

    def amount(self, axis: Axis, value: Node, key: str) -> tuple[int, str] | None:
        """A limit of this measure, at least 1, and its currency if that is part of it."""
        if not isinstance(value, Text):
            self.problems.add("E-KEY", value, f"`{key}` is {kind(value)}", "Write one value.")
            return None
        try:
            limit, currency = self.conditions.number(axis, value.value)
            if limit < 1:
                raise GrammarError("as a limit permits nothing", "Write a forbid instead")
        except GrammarError as fault:
            self.problems.add("E-INT", value, f"`{value.value}` {fault.problem}", fault.remedy + ".")
            return None
        return limit, currency

    def per(self, draft: Draft, charges: list[Charge]) -> Per | None:
        """What has a limit of its own, or None with the problem noted."""
        if "per" not in draft.node.fields:
            remedy = "Say what each has a limit of its own: per: [user]."
            fields.missing(draft.key, "per", draft.what, remedy, self.problems)
            return None
        node = draft.node.fields["per"]
        kernel = ["tenant"]
        written = []
        sound = True
        for word in fields.texts(node, "`per`", self.problems):
            name = word.value
            written.append(name)
            if name == AGENT or name in SCOPES:
                kernel += [name] if name != "tenant" else []
            else:
                seen = self._axis(word, charges)
                sound = sound and seen is not None
                kernel += [seen] if seen else []
        if len(kernel) > MOST_SLOTS:
            message = f"counts per {len(kernel)} things, the tenant included; at most {MOST_SLOTS} are kept apart"
            self.problems.add("E-CELLS", node, message, "Leave some out.")
            return None
        return Per(tuple(kernel), tuple(written), AGENT in written) if sound else None

    def _axis(self, word: Text, charges: list[Charge]) -> str | None:
        verbs = [verb for charge in charges for verb, _ in charge.verbs.values()]
        axes = key_axes(word, verbs, (*SCOPES, AGENT), self.problems)
        if not axes:
            return None
        if len({axis.kernel for axis in axes}) > 1:
            message = f"`{word.value}` is not the same argument everywhere"
            self.problems.add("E-AXIS", word, message, "Write two budgets.")
            return None
        return axes[0].kernel
