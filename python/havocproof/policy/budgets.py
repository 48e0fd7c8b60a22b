"""The section `budgets`: what is counted, of which effects, per what, up to which limit (POLICY.md 2.10)."""

from __future__ import annotations

from collections.abc import Mapping as MappingType
from dataclasses import dataclass

from havocproof.kernel.source import BUDGET, FOREVER, MONTH, RATE, SOFT
from havocproof.policy import fields
from havocproof.policy.approvals import Approval, find_approval
from havocproof.policy.charges import Charges, Counted, measure
from havocproof.policy.counting import Charge, Counting, Draft
from havocproof.policy.literals import parse_duration
from havocproof.policy.problems import Problems, listed
from havocproof.policy.sets import IDENTIFIER
from havocproof.policy.tree import Mapping, Node, Text, render

KEYS = ("of", "per", "every", "soft", "why", "remedy")
MEASURES = (
    *("count", "amount", "bytes_out", "bytes_in", "bytes", "tokens", "cost", "rows", "recipients", "quantity"),
    "at_once",
)
_FORM = "{amount: 500.00 USD, of: money.payment, per: [user], every: 1d}"
_SOFT = "{above: 30.00 USD, needs: controller}"


@dataclass(frozen=True, slots=True)
class Soft:
    """Above `limit` the approval `needs` must be given; `shown` is the limit as it was written."""

    limit: int
    shown: str
    needs: str


@dataclass(frozen=True, slots=True)
class BudgetText:
    """What a budget or a rate says about itself.

    `limit` in minor units, bytes or a count; `currency` of an amount, else "". `shown` is the limit as it was written;
    `period` as in the kernel's `Budget`; `every` as written, "" for ever. `kind`: BUDGET or RATE of the kernel. A rate
    has `measure` count, its burst as `limit`, and one more each `period` ms.
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
    kind: int = BUDGET
    soft: Soft | None = None

    @property
    def is_rate(self) -> bool:
        return self.kind == RATE


class Budgets:
    """Reader of the section."""

    def __init__(
        self, problems: Problems, counting: Counting, charges: Charges, approvals: MappingType[str, Approval]
    ) -> None:
        self.problems = problems
        self.counting = counting
        self.charges = charges
        self.approvals = approvals
        self.texts: dict[str, BudgetText] = {}
        self.softs: dict[str, str] = {}  # approvals by the name of the soft budget

    def read(self, section: Node) -> None:
        root = fields.mapping(section, "`budgets`", f"budgets: {{invoices: {_FORM}}}", self.problems)
        for key, node in root or ():
            if not IDENTIFIER.fullmatch(key.value):
                self.problems.add(
                    "E-KEY", key, f"`{key.value}` is no name of a budget", "Use letters, digits, _ and -."
                )
            inner = fields.mapping(node, f"budget `{key.value}`", _FORM, self.problems)
            if inner is not None:
                self._budget(Draft(key.value, key, inner, "a budget"))

    def _budget(self, draft: Draft) -> None:
        node = draft.node
        sound = self._measure(draft)
        charges = self.counting.of(draft)
        period = read_period(node, self.problems)
        per = self.counting.per(draft, charges or [])
        soft = self._soft(draft, charges or []) if "soft" in node.fields else None
        why, remedy = fields.text(node, "why", self.problems), fields.text(node, "remedy", self.problems)
        if not sound or charges is None or period is None or per is None or draft.limit is None:
            return
        if "soft" in node.fields and soft is None:
            return
        limits = [(draft.name, BUDGET, draft.limit)]
        if soft is not None:
            limits.append((f"{draft.name}~soft", SOFT, soft.limit))
        counted = Counted(draft.name, draft.currency, period, per, tuple(limits), draft.key.line, draft.key.file)
        if not self._alike(draft, charges, counted):
            return
        every = render(node.fields["every"]) if "every" in node.fields else ""
        shown = render(node.fields[draft.measure])
        self.texts[draft.name] = BudgetText(
            name=draft.name,
            measure=draft.measure,
            limit=draft.limit,
            shown=shown,
            currency=draft.currency,
            period=period,
            every=every,
            per=per.written,
            why=why or _why(draft, shown, per.written, every),
            remedy=remedy or _remedy(draft, every),
            line=draft.key.line,
            soft=soft,
        )
        self.charges.add(counted, charges)

    def _measure(self, draft: Draft) -> bool:
        words = [key for key in draft.node.fields if key not in KEYS]
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

    def _alike(self, draft: Draft, charges: list[Charge], counted: Counted) -> bool:
        """One cell sums one measure."""
        if len({measure(charge, counted) for charge in charges}) == 1:
            return True
        message = f"`{draft.measure}` is not the same measure for all effects under `of`"
        self.problems.add("E-AXIS", draft.node.fields["of"], message, "Write two budgets.")
        return False

    def _soft(self, draft: Draft, charges: list[Charge]) -> Soft | None:
        """The limit above which somebody must approve, or None with the problem noted."""
        node = fields.mapping(draft.node.fields["soft"], "`soft`", _SOFT, self.problems)
        if node is None:
            return None
        fields.known_keys(node, ("above", "needs"), "`soft`", self.problems)
        for key in ("above", "needs"):
            if key not in node.fields:
                fields.missing(node, key, "`soft`", f"Write soft: {_SOFT}.", self.problems)
        needs = find_approval(node, "needs", self.approvals, self.problems) if "needs" in node.fields else None
        value = node.fields.get("above")
        axes = [axis for charge in charges for _, axis in charge.verbs.values()]
        if value is None or needs is None or not axes or draft.limit is None:
            return None
        found = self.counting.amount(axes[0], value, "above")
        if found is None:
            return None
        if found[1] not in ("", draft.currency):
            message = f"`{render(value)}` is not in {draft.currency}, the currency of the limit"
            self.problems.add("E-INT", value, message, f"Write it in {draft.currency}.")
            return None
        if found[0] >= draft.limit:
            shown = render(draft.node.fields[draft.measure])
            message = f"`{render(value)}` is never passed: the limit is {shown}"
            self.problems.add("E-INT", value, message, "Ask below the limit.")
            return None
        return Soft(found[0], render(value), needs)


def read_period(node: Mapping, problems: Problems) -> int | None:
    """The period under `every`, as in the kernel's `Budget`; None with the problem noted."""
    if "every" not in node.fields:
        return FOREVER
    value = node.fields["every"]
    if isinstance(value, Text) and value.value == "month":
        return MONTH
    return fields.number(node, "every", parse_duration, problems)


def _remedy(draft: Draft, every: str) -> str:
    if draft.measure == "at_once":
        return "Wait until one of those that are running has ended."
    return "Wait for the next period, or do less." if every else "Do less: it does not fill up again."


def _why(draft: Draft, shown: str, per: tuple[str, ...], every: str) -> str:
    period = {"": "", "month": " a calendar month"}.get(every, f" every {every}")
    if draft.measure == "at_once":
        return f"Budget `{draft.name}` allows {shown} at one time per {', '.join(per)}."
    return f"Budget `{draft.name}` allows {shown} of {draft.measure} per {', '.join(per)}{period}."
