"""Moments that the engine found in the words of the policy: what is asked, in which state, and what the kernel says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from havocproof.actions.amounts import DECIMALS, format_amount
from havocproof.analysis import Broken, Moment
from havocproof.analysis.analyzer import MONTH_END
from havocproof.kernel import bridge
from havocproof.kernel.source import DONE, LABEL, MARK, RECORD, Named, Part, Pattern, Placed, Ranged, Record, Test
from havocproof.policy.axes import INT, PLACE, TEXT, WITHIN, YES, Axis
from havocproof.policy.charges import written_name
from havocproof.policy.literals import format_date
from havocproof.policy.patterns import written
from havocproof.policy.rules import RuleText
from havocproof.policy.verbs import Verb
from havocproof.proving.aliases import Aliases
from havocproof.proving.calls import siblings, whole
from havocproof.proving.results import Bound, Example, Line

if TYPE_CHECKING:
    from havocproof.policy.policy import Policy

_DERIVED = {"name": "path", "ext": "path"}  # said by the path already
_GRANTING = ("permit", "ask")


class Showing:
    """Puts moments of one policy into words."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.aliases = Aliases(policy)
        self._lines = {each.text.id: each.text for each in policy.lowered}

    def example(self, moment: Moment, bounds: Iterable[Bound] = ()) -> Example:
        """The moment with the kernel's verdict on it: asked now, by the policy as it is."""
        policy, part = self.policy, moment.part
        verdict = self.decide(moment)
        needs: tuple[str, ...] = ()
        word = "deny"
        if verdict.is_Permitted:
            word = "permit"
        elif verdict.is_Asked:
            word = "ask"
            needs = tuple(sorted({policy.approval(need).name for need in bridge.needs(verdict)}))
        return Example(
            word=self.word(part.verb),
            arguments=tuple(self.arguments(part)),
            state=tuple(self.state(moment)),
            agent=moment.kind if len(policy.source.agents) > 1 else "",
            verdict=word,  # type: ignore[arg-type]
            needs=needs,
            rules=self.matched(moment, word),
            bounds=tuple(bounds),
            part=part,
            moment=moment,
        )

    def bounds(self, answer: Broken) -> tuple[Bound, ...]:
        """The engine's bounds by the user's names for the axes, without what every call of the tool has."""
        verb = answer.moment.part.verb
        constant = {axis for test in self.aliases.constants(verb) if (axis := _fixed(test))}
        own = {family: argument for argument, family in self.aliases.renamed(verb).items()}
        return tuple(
            Bound(own.get(each.axis, each.axis), each.text) for each in answer.bounds if each.axis not in constant
        )

    def decide(self, moment: Moment) -> bridge.Verdict:
        """What the kernel says, budgets included: of a session that has spent nothing yet."""
        return self.decided(moment, (moment.part,))

    def decided(self, moment: Moment, parts: tuple[Part, ...]) -> bridge.Verdict:
        """What it says of other parts in the same state."""
        return self.policy.kernel.decide(
            parts, dict(moment.scopes), moment.groups, MONTH_END, moment.now, moment.now, moment.view
        )

    def passes(self, tests: Iterable[Test], moment: Moment) -> bool:
        """Whether the moment surely passes all tests, by the kernel."""
        scene = bridge.scene(dict(moment.scopes), moment.groups, moment.now, moment.view)
        part = moment.part
        return all(self.policy.kernel.test(test, part, part.atoms[0], scene) == "yes" for test in tests)

    def whole(self, moment: Moment) -> bool:
        """Whether the call that the moment is an effect of passes as a whole, or once people approve."""
        if not siblings(self.policy, moment.part.verb):
            return True
        parts = whole(self.policy, moment)
        said = self.decided(moment, parts) if parts else None
        return said is not None and bool(said.is_Permitted or said.is_Asked)

    # ---- rules ----

    def line(self, label: str) -> Line:
        """Where a rule stands, by its id; also `label:x`, `budget:x` and the rules of the section `agents`."""
        text = self.policy.rules.get(label) or self._lines.get(label)
        if text is None:
            return Line(label, "", "", 0)
        return line_of(text)

    def matched(self, moment: Moment, verdict: str) -> tuple[Line, ...]:
        """The rules that speak about the moment. Of a permit what holds nothing back is left out."""
        scene = bridge.scene(dict(moment.scopes), moment.groups, moment.now, moment.view)
        part = moment.part
        found: dict[str, Line] = {}
        for each in self.policy.lowered:
            rule = each.rule
            if part.verb not in rule.verbs or rule.effect in ("charge", "leave"):
                continue
            if rule.group and rule.group not in moment.groups:
                continue
            said = [self.policy.kernel.reads(rule, part, atom, scene) for atom in part.atoms]
            if "yes" in said or ("unknown" in said and rule.effect not in _GRANTING):
                found.setdefault(each.text.id, line_of(each.text))
        return tuple(found.values())

    # ---- the action ----

    def word(self, verb: str) -> str:
        """What the user calls an action of this verb."""
        known = self.policy.verbs.get(verb)
        return known.tool or known.name if known is not None else verb

    def arguments(self, part: Part) -> Iterator[Bound]:
        """What was asked for, by the names that the user has for it."""
        verb = self.policy.verbs.get(part.verb)
        if verb is None or not part.atoms:
            return
        atom = part.atoms[0]
        own = self._own(verb)
        for name, axis in verb.axes.items():
            if (own and name not in own) or axis.sort == WITHIN or _DERIVED.get(name, name) != name:
                continue
            if axis.sort in (INT, TEXT):
                if axis.optional and atom.names.get(axis.given) != YES:
                    continue
                value = part.ints.get(axis.kernel)
                if value is not None:
                    yield Bound(name, number(axis, value, self._currency(axis, atom.names)))
            elif axis.sort == PLACE:
                if axis.kernel in atom.places:
                    shown = written(Pattern(atom.places[axis.kernel]), axis.kind, axis.separator)
                    if shown != "none":
                        yield Bound(name, shown)
            elif atom.names.get(axis.kernel):
                yield Bound(name, atom.names[axis.kernel])

    def _own(self, verb: Verb) -> frozenset[str]:
        """The arguments of a tool or program: what its family calls them is said by these."""
        spec = self.policy.tools.get(verb.tool)
        if spec is None and verb.tool in self.policy.programs:
            spec = self.policy.programs[verb.tool].tool
        if spec is None:
            return frozenset()
        return frozenset(leaf.name for leaf in spec.leaves)

    def _currency(self, axis: Axis, names: dict[str, str]) -> str:
        if axis.kind != "amount":
            return ""
        return axis.currency or names.get(axis.currency_axis, "") or self.policy.cost_currency

    # ---- the state ----

    def state(self, moment: Moment) -> Iterator[str]:
        """What the session remembers."""
        for key in sorted(moment.view.nums, key=str):
            kind, name, value = key[0], key[1], moment.view.nums[key]
            shown = written_name(name)
            if kind == LABEL:
                yield f"the session carries the label `{shown}`"
            elif kind == DONE:
                if value > moment.view.nums.get((MARK, f"{name}~reset", *key[2:]), -1):
                    yield f"`{shown}` is done{_kept(key)}"
                else:
                    yield f"`{shown}` was done{_kept(key)}, and undone since"
            elif kind == MARK and not name.endswith("~reset") and shown in self.policy.facts:
                yield f"`{shown}` was begun{_kept(key)}"
            elif kind == MARK and name.startswith("~whom/"):
                yield f"people gave an allowance for `{name.partition('/')[2]}`"
            elif kind == MARK and "@" in name:
                yield f"what stands there carries the label `{name.partition('@')[0]}`"
        for key, record in sorted(moment.view.records.items(), key=lambda item: str(item[0])):
            if key[0] == RECORD:
                keyed = "" if key[3] == key[2] else f" for {key[3]}"
                yield f"the record `{key[1]}`{keyed} is known: {_fields(record)}"


def _kept(key: tuple[int, str, str, str, str, str, int]) -> str:
    """By what a fact is kept, beside its run."""
    values = [value for value in key[3:6] if value and value != key[2]]
    return f" for {', '.join(values)}" if values else ""


def _fields(record: Record) -> str:
    said = [f"{name} {value}" for name, value in sorted(record.ones.items())]
    said += [f"{name} {value}" for name, value in sorted(record.ints.items())]
    said += [
        f"{name} {', '.join(sorted(values)) or 'none'}"
        for name, values in sorted(record.names.items())
        if name not in record.ones
    ]
    return "; ".join(said) or "nothing of it"


def _fixed(test: Test) -> str:
    """The axis of which a test leaves one value, "" if it leaves several."""
    if isinstance(test, Named) and len(test.names) == 1:
        return test.axis
    if isinstance(test, Placed):
        return test.axis
    if isinstance(test, Ranged) and all(each.lo == each.hi for each in test.ranges):
        return test.axis
    return ""


def line_of(text: RuleText) -> Line:
    """Where a rule stands."""
    return Line(text.id, text.effect, text.file, text.line, text.why)


def number(axis: Axis, value: int, currency: str = "") -> str:
    """An integer as the user writes it."""
    if axis.kind == "amount" and currency in DECIMALS and value >= 0:
        return format_amount(value, currency)
    if axis.kind == "date":
        try:
            return format_date(value)
        except (ValueError, OverflowError):
            return str(value)
    return str(value)
