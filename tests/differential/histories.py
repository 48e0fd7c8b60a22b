"""A product and the oracle that go through one history together: decide, reserve, settle or release, time passes."""

from __future__ import annotations

from random import Random
from typing import Any

from havocproof.kernel import bridge
from tests.differential.alphabet import FAMILIES, REQUIRED, distinct
from tests.differential.generators import PolicyTree, budgets_of, rule_of, tools_of
from tests.differential.near_misses import action_for
from tests.differential.oracle import Event, Verdict, decide
from tests.differential.oracle_events import PolicyText
from tests.differential.product import NOON, SCOPES, Product, month_end
from tests.differential.spending import action_patterns
from tests.differential.tools import tool_required

SECOND, DAY = 1_000, 86_400_000


def spending_tree(rng: Random) -> PolicyTree:
    """Policies that permit nearly all of one or two families, under one to three budgets."""
    families = distinct(rng, sorted(FAMILIES), 1, 2)
    tools = tools_of(rng)
    rules: list[PolicyTree] = []
    for verb in [verb for family in families for verb in FAMILIES[family]]:
        where = dict.fromkeys(REQUIRED[verb], "any")
        where |= {"port": "any", "scheme": "any"} if "host" in where else {}
        asked = {"ask": verb, "where": where, "needs": "ann", "why": "Somebody looks."}
        rules.append({"permit": verb, "where": where} if rng.randint(0, 5) else asked)
    for name, spec in tools.items():
        where = dict.fromkeys(tool_required(spec), "any")
        rules.append({"permit": name} | ({"where": where} if where else {}))
    if rng.choice((False, True)):
        rules.append(rule_of(rng, "forbid", families, tools, {}))
    policy: PolicyTree = {"havocproof": "1", "policy": "generated", "version": "1"}
    policy["approvals"] = {name: {"role": name, "people": "1", "within": "1h"} for name in ("ann", "bob", "cid")}
    policy |= {"tools": tools} if tools else {}
    policy["rules"] = {"g": [{"id": f"r{at}"} | rule for at, rule in enumerate(rules)]}
    return policy | {"budgets": budgets_of(rng, 1, families, tools, {})}


def scopes(rng: Random) -> dict[str, str]:
    return SCOPES | {"user": rng.choice("uv"), "run": rng.choice("rs")}


def moments(now: int) -> list[int]:
    """Later moments: a little later, at the edges of windows, in the next month."""
    end = month_end(now)
    edges = [now, now + 1, now + SECOND, now + 30 * SECOND, now + DAY, now // DAY * DAY + DAY]
    return [*edges, now // SECOND * SECOND + SECOND - 1, end - 1, end, end + 1]


class History:
    """The history itself, for the oracle, and the cells that the product makes of it."""

    def __init__(self, plain: PolicyText, product: Product) -> None:
        self.plain = plain
        self.product = product
        self.now = NOON
        self.events: list[Event] = []
        self.said: list[str] = []
        self.open: list[tuple[Event, bridge.Verdict]] = []

    def act(self, action: dict[str, Any], who: dict[str, str]) -> tuple[Verdict, Verdict]:
        """(what the oracle says, what the product says); a permit of both is reserved."""
        expected = decide(self.plain, action, self.events, who, self.now)
        found, verdict = self.product.decide(action, who, self.now)
        self.said += [expected.kind, *expected.reasons]
        if expected.allows(found) and found.kind == "permit":
            self.product.reserve(verdict)
            self.events.append(Event(self.now, action, who))
            self.open.append((self.events[-1], verdict))
        return expected, found

    def reserved(self, at: int) -> dict[str, int]:
        """What the open permit `at` holds at most under one key, by measure."""
        most: dict[str, int] = {}
        for _, amount, _, measure in bridge.charges_to_json(self.open[at][1].charges):
            most[measure] = max(most.get(measure, 0), amount)
        return most

    def settle(self, at: int, used: dict[str, int]) -> None:
        event, verdict = self.open.pop(at)
        event.outcome, event.used = "settled", used
        self.product.settle(verdict, used, self.now)

    def release(self, at: int) -> None:
        event, verdict = self.open[at]
        none = dict.fromkeys(self.reserved(at), 0)
        del self.open[at]
        event.outcome = "released"
        self.product.settle(verdict, none, self.now)


Step = tuple[str, Any, Any]


def counted(tree: PolicyTree) -> PolicyTree:
    """The policy, with rules only on what its budgets count: actions drawn for it are likely to be counted."""
    rules = []
    for budget in tree["budgets"].values():
        for verbs, where in action_patterns(budget["of"]):
            names = [verbs] if isinstance(verbs, str) else verbs
            rules += [{"permit": name, "where": where} for name in names if not name.startswith("all.")]
    return tree | {"rules": {"g": rules}} if rules else tree


def script(rng: Random, tree: PolicyTree) -> list[Step]:
    """A history to be: a few actions again and again, ends of effects under way, waits. It names no result."""
    focus = counted(tree)
    known = [action_for(rng, focus) for _ in range(2)]
    people = [scopes(rng) for _ in range(2)]
    steps: list[Step] = []
    for _ in range(3):
        act = ("act", rng.choice(known), rng.choice(people))
        steps += [act] * rng.randint(1, 4)
        for _ in range(rng.randint(0, 3)):
            how = rng.choice(["released", 0, 25, 50, 100, "untold"])
            steps.append(("end", rng.randint(0, 9), how))
        if rng.randint(0, 2) == 0:
            most = len(moments(NOON)) - 1
            steps.append(("wait", rng.choice([rng.randint(0, most), most]), None))
        steps += [act] * rng.randint(0, 2)
    return steps


def end(history: History, at: int, how: str | int) -> None:
    """An open effect ends, if there is one: `released`, or settled with so many percent used, or with nothing told."""
    if not history.open:
        return
    at %= len(history.open)
    if how == "released":
        history.release(at)
    else:
        most = history.reserved(at).items()
        history.settle(at, {measure: amount * how // 100 for measure, amount in most} if isinstance(how, int) else {})


def play(history: History, steps: list[Step]) -> str | None:
    """The first disagreement of oracle and product in a history, in words."""
    for kind, what, how in steps:
        if kind == "wait":
            history.now = moments(history.now)[what]
        elif kind == "end":
            end(history, what, how)
        else:
            expected, found = history.act(what, how)
            if not expected.allows(found):
                return f"{what} by {how}: oracle {expected}, product {found}"
    return None
