"""The section `budgets`: what is counted, of which effects, per what, up to which limit (POLICY.md 2.10)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from havocproof.actions.scalars import GrammarError
from havocproof.kernel.source import FOREVER, MONTH, Budget, Named, Rule, Test
from havocproof.policy import fields
from havocproof.policy.axes import SORTS_ON_ATOMS, YES, Axis
from havocproof.policy.conditions import Conditions
from havocproof.policy.literals import parse_duration
from havocproof.policy.lower import Lowering
from havocproof.policy.problems import Problems, listed
from havocproof.policy.rules import Lowered, RuleText
from havocproof.policy.sets import IDENTIFIER
from havocproof.policy.tree import Items, Mapping, Node, Text, render
from havocproof.policy.verbs import SCOPES, Verb
from havocproof.policy.words import Face, Words

KEYS = ("of", "per", "every", "soft", "why", "remedy")
MEASURES = ("count", "amount", "bytes_out", "bytes_in", "bytes", "tokens", "cost", "rows", "recipients", "quantity")
MOST_PER = 4
MOST_ON_A_VERB = 32
_FORM = "{amount: 500.00 USD, of: money.payment, per: [user], every: 1d}"


@dataclass(frozen=True, slots=True)
class BudgetText:
    """What a budget says about itself. `limit` in minor units, bytes or a count; `currency` of an amount, else "".

    `shown` is the limit as it was written; `period` as in the kernel's `Budget`; `every` as written, "" for ever.
    """

    name: str
    measure: str
    limit: int
    shown: str
    currency: str
    period: int
    every: str
    per: tuple[str, ...]
    why: str
    remedy: str
    line: int


@dataclass(slots=True)
class _Charge:
    """What one pattern of `of` counts: `pairs` of a part's verb and the measure there."""

    budget: str
    measure: str
    verbs: dict[str, tuple[Verb, Axis]]
    tests: tuple[Test, ...]
    axes: tuple[str, ...]


@dataclass(slots=True)
class _Draft:
    name: str
    key: Text
    node: Mapping
    measure: str = ""
    currency: str = ""
    limit: int | None = None


class Budgets:
    """Reader of the section."""

    def __init__(self, problems: Problems, words: Words, lowering: Lowering, conditions: Conditions) -> None:
        self.problems = problems
        self.words = words
        self.lowering = lowering
        self.conditions = conditions
        self.texts: dict[str, BudgetText] = {}
        self.budgets: dict[str, Budget] = {}
        self.charges: list[_Charge] = []

    def read(self, section: Node) -> None:
        root = fields.mapping(section, "`budgets`", f"budgets: {{invoices: {_FORM}}}", self.problems)
        for key, node in root or ():
            if not IDENTIFIER.fullmatch(key.value):
                self.problems.add(
                    "E-KEY", key, f"`{key.value}` is no name of a budget", "Use letters, digits, _ and -."
                )
            inner = fields.mapping(node, f"budget `{key.value}`", _FORM, self.problems)
            if inner is not None:
                self._budget(_Draft(key.value, key, inner))

    def rules(self) -> list[Lowered]:
        """The charges, and the forbids that keep currencies out which no budget of an effect counts."""
        found: dict[tuple[str, str, tuple[Test, ...]], tuple[set[str], tuple[str, ...]]] = {}
        for charge in self.charges:
            text = self.texts.get(charge.budget)
            for effect, verbs, extra in self._counted(charge, text) if text is not None else ():
                axes = (*charge.axes, *(charge.measure for _ in extra))
                found.setdefault((effect, charge.budget, (*charge.tests, *extra)), (set(), axes))[0].update(verbs)
        made = []
        touched: dict[str, set[str]] = {}
        said: set[tuple[frozenset[str], tuple[Test, ...]]] = set()
        for (effect, name, tests), (all_verbs, axes) in found.items():
            counts = effect == "charge"
            if not counts:  # budgets of one currency refuse the same others: once is enough
                if (frozenset(all_verbs), tests) in said:
                    continue
                said.add((frozenset(all_verbs), tests))
            rule = Rule(f"budget:{name}", effect, frozenset(all_verbs), tests, budget=name if counts else "")
            made.append(Lowered(rule, axes, (), _rule_text(self.texts[name], effect)))
            for verb in all_verbs if counts else ():
                touched.setdefault(verb, set()).add(name)
        for verb, names in touched.items():
            if len(names) > MOST_ON_A_VERB:
                line = min(self.texts[name].line for name in names)
                message = f"{len(names)} budgets count `{verb}`; at most {MOST_ON_A_VERB} may"
                self.problems.add("E-CELLS", _Line(line), message, "Merge some of them.")
        return made

    def _counted(self, charge: _Charge, text: BudgetText) -> Iterator[tuple[str, set[str], tuple[Test, ...]]]:
        """What a charge becomes: effect, parts, and the tests beside its own.

        A charge where the measure is there and in the budget's currency; and, where the budget counts, a forbid of each
        currency that no budget of the same effects counts.
        """
        charged: dict[tuple[Test, ...], set[str]] = {}
        refused: dict[tuple[Test, ...], set[str]] = {}
        for name, (_, axis) in charge.verbs.items():
            tests: tuple[Test, ...] = (Named(axis.given, frozenset({YES})),) if axis.optional else ()
            if axis.currency_axis:
                tests += (Named(axis.currency_axis, frozenset({text.currency})),)
                foreign: Test = Named(axis.currency_axis, self._covered(name, charge), False)
                refused.setdefault((foreign,), set()).add(name)
            charged.setdefault(tests, set()).add(name)
        yield from (("charge", verbs, extra) for extra, verbs in charged.items())
        yield from (("forbid", verbs, extra) for extra, verbs in refused.items())

    def _covered(self, verb: str, charge: _Charge) -> frozenset[str]:
        found = set()
        for other in self.charges:
            same = not other.tests or set(other.tests) == set(charge.tests)
            if verb in other.verbs and same and other.verbs[verb][1].kernel == charge.verbs[verb][1].kernel:
                text = self.texts.get(other.budget)
                found |= {text.currency} if text is not None else set()
        return frozenset(found)

    # ---- one budget ----

    def _budget(self, draft: _Draft) -> None:
        node = draft.node
        sound = self._measure(draft)
        charges = self._of(draft) if "of" in node.fields else None
        if "of" not in node.fields:
            fields.missing(draft.key, "of", "a budget", "Say what is counted: of: money.payment.", self.problems)
        if "soft" in node.fields:
            self.problems.soon(node.keys["soft"], "soft limits, `soft`, are")
        period = self._period(node)
        per = self._per(draft, charges or [])
        why, remedy = fields.text(node, "why", self.problems), fields.text(node, "remedy", self.problems)
        if not sound or charges is None or period is None or per is None or draft.limit is None:
            return
        kernel = {axis.kernel for charge in charges for _, axis in charge.verbs.values()}
        if len(kernel) != 1:
            return
        every = render(node.fields["every"]) if "every" in node.fields else ""
        shown = render(node.fields[draft.measure])
        text = BudgetText(
            name=draft.name,
            measure=draft.measure,
            limit=draft.limit,
            shown=shown,
            currency=draft.currency,
            period=period,
            every=every,
            per=per[1],
            why=why or _why(draft, shown, per[1], every),
            remedy=remedy
            or ("Wait for the next period, or do less." if every else "Do less: it does not fill up again."),
            line=draft.key.line,
        )
        self.texts[draft.name] = text
        self.budgets[draft.name] = Budget(kernel.pop(), draft.limit, period, per[0])
        self.charges += charges

    def _measure(self, draft: _Draft) -> bool:
        words = [key for key in draft.node.fields if key not in KEYS]
        if "at_once" in words:
            self.problems.soon(draft.node.keys["at_once"], "limits at one time, `at_once`, are")
            return False
        if len(words) == 1:
            draft.measure = words[0]
            return True
        if not words:
            fields.missing(
                draft.key,
                "<measure>: <limit>",
                "a budget",
                f"Measures are {listed(MEASURES)}, or an integer argument.",
                self.problems,
            )
        for word in words[1:]:
            remedy = self.problems.near(word, (*KEYS, *MEASURES), "Exactly one measure is counted: write two budgets.")
            self.problems.add(
                "E-KEY",
                draft.node.keys[word],
                f"unknown key `{word}` in a budget, beside the measure `{words[0]}`",
                remedy,
            )
        return False

    def _period(self, node: Mapping) -> int | None:
        if "every" not in node.fields:
            return FOREVER
        value = node.fields["every"]
        if isinstance(value, Text) and value.value == "month":
            return MONTH
        return fields.number(node, "every", parse_duration, self.problems)

    def _of(self, draft: _Draft) -> list[_Charge] | None:
        """The charges of all patterns, or None with a problem noted."""
        node = draft.node.fields["of"]
        charges: list[_Charge] = []
        sound = True
        for words, where, place in self._patterns(node):
            for word in words:
                faces = self.words.find(word, True)
                sound = sound and bool(faces)
                for face in faces:
                    made = self._charges(draft, face, where, place)
                    sound = sound and made is not None
                    charges += made or []
        return charges if sound and charges else None

    def _patterns(self, node: Node) -> Iterator[tuple[list[Text], Mapping | None, Node]]:
        """Action patterns: a verb, `{verb: {axis: test}}`, `{any: [verbs], where: {...}}`, or a list of these."""
        for item in node.items if isinstance(node, Items) else [node]:
            if isinstance(item, Text):
                yield [item], None, item
            elif isinstance(item, Mapping) and "any" in item.fields:
                fields.known_keys(item, ("any", "where"), "an action pattern", self.problems)
                inner = item.fields.get("where")
                where = (
                    fields.mapping(inner, "`where`", "where: {path: /data/**}", self.problems)
                    if inner is not None
                    else None
                )
                yield fields.texts(item.fields["any"], "`any`", self.problems), where, item
            elif isinstance(item, Mapping) and len(item.fields) == 1:
                ((key, inner),) = item
                yield (
                    [key],
                    fields.mapping(inner, f"the tests of `{key.value}`", "{verb: {axis: test}}", self.problems),
                    item,
                )
            else:
                remedy = "Write a verb, {verb: {axis: test}}, or {any: [verbs], where: {axis: test}}."
                self.problems.add("E-KEY", item, "this is no action pattern", remedy)
                yield [], None, item

    def _charges(self, draft: _Draft, face: Face, where: Mapping | None, place: Node) -> list[_Charge] | None:
        verbs = self._verbs(draft, face, place)
        pieces = self.lowering.pieces("charge", [face], where, None, place)
        if verbs is None or pieces is None:
            return None
        if not all(self._limit(draft, axis) for _, axis in verbs.values()):
            return None
        return [_Charge(draft.name, draft.measure, verbs, piece.tests, piece.axes) for piece in pieces]

    def _verbs(self, draft: _Draft, face: Face, place: Node) -> dict[str, tuple[Verb, Axis]] | None:
        """The parts that count, with the measure of each. A tool of several effects counts once, not once an effect."""
        if not draft.measure:
            return None
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
            self.problems.add("E-AXIS", place, message, remedy)
            return None
        if tool:
            having = having[:1]
        return {verb.name: (verb, verb.measures[draft.measure]) for verb in having}

    def _limit(self, draft: _Draft, axis: Axis) -> bool:
        """Read the limit as a value of the measure. The same text means the same wherever the budget counts."""
        value = draft.node.fields[draft.measure]
        if not isinstance(value, Text):
            fields.text(draft.node, draft.measure, self.problems)
            return False
        try:
            limit, currency = self.conditions.number(axis, value.value)
            if limit < 1:
                raise GrammarError("as a limit permits nothing", "Write a forbid instead")
            currency = currency or axis.currency
            if draft.limit not in (None, limit) or draft.currency not in ("", currency):
                raise GrammarError("means different things for the effects under `of`", "Write two budgets")
        except GrammarError as fault:
            self.problems.add("E-INT", value, f"`{value.value}` {fault.problem}", fault.remedy + ".")
            return False
        draft.limit, draft.currency = limit, currency
        return True

    def _per(self, draft: _Draft, charges: list[_Charge]) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
        """What the kernel counts by, tenant first, and the same as written."""
        if "per" not in draft.node.fields:
            fields.missing(
                draft.key, "per", "a budget", "Say what each has a limit of its own: per: [user].", self.problems
            )
            return None
        node = draft.node.fields["per"]
        kernel = ["tenant"]
        written = []
        sound = True
        for word in fields.texts(node, "`per`", self.problems):
            name = word.value
            written.append(name)
            if name == "agent":
                self.problems.soon(word, "limits for each agent are")
                sound = False
            elif name in SCOPES:
                kernel += [name] if name != "tenant" else []
            else:
                seen = self._per_axis(word, charges)
                sound = sound and seen is not None
                kernel += [seen] if seen else []
        if len(kernel) > MOST_PER:
            message = f"counts per {len(kernel)} things, the tenant included; at most {MOST_PER} are kept apart"
            self.problems.add("E-CELLS", node, message, "Leave some out.")
            return None
        return (tuple(kernel), tuple(written)) if sound else None

    def _per_axis(self, word: Text, charges: list[_Charge]) -> str | None:
        name = word.value
        found = set()
        for charge in charges:
            for verb, _ in charge.verbs.values():
                axis = verb.axes.get(name)
                if axis is None or axis.sort not in SORTS_ON_ATOMS:
                    fit = [label for label, each in verb.axes.items() if each.sort in SORTS_ON_ATOMS]
                    remedy = self.problems.near(name, (*SCOPES, *fit), f"Count per {listed((*SCOPES, *fit))}.")
                    what = "no scope, and no name or place" if axis is not None else "no scope, and no axis"
                    self.problems.add("E-AXIS", word, f"`{name}` is {what} of `{verb.tool or verb.name}`", remedy)
                    return None
                found.add(axis.kernel)
        if len(found) > 1:
            self.problems.add("E-AXIS", word, f"`{name}` is not the same argument everywhere", "Write two budgets.")
            return None
        return found.pop() if found else None


@dataclass(frozen=True, slots=True)
class _Line:
    line: int
    column: int = 1


def _rule_text(text: BudgetText, effect: str) -> RuleText:
    why, remedy = text.why, text.remedy
    if effect == "forbid":
        why = f"Budget `{text.name}` counts {text.currency} only, and no budget counts this currency."
        remedy = f"Use {text.currency}."
    return RuleText(f"budget:{text.name}", "budgets", effect, why, remedy, "", text.line)


def _why(draft: _Draft, shown: str, per: tuple[str, ...], every: str) -> str:
    period = {"": "", "month": " a calendar month"}.get(every, f" every {every}")
    return f"Budget `{draft.name}` allows {shown} of {draft.measure} per {', '.join(per)}{period}."
