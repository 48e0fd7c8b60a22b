"""A product and the oracle that go through one history together: decide, reserve, settle or release, time passes."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from havocproof.kernel import bridge
from tests.differential.alphabet import FAMILIES, REQUIRED
from tests.differential.generators import Draw, PolicyTree, budgets_of, rule_of, tools_of
from tests.differential.language import PolicyText
from tests.differential.oracle import Event, Verdict, decide
from tests.differential.product import NOON, SCOPES, Product, month_end
from tests.differential.tools import tool_required

SECOND, DAY = 1_000, 86_400_000


@st.composite
def spending_policies(draw: Draw) -> PolicyTree:
    """Policies that permit nearly all of one or two families, under one to three budgets."""
    families = draw(st.lists(st.sampled_from(sorted(FAMILIES)), min_size=1, max_size=2, unique=True))
    tools = tools_of(draw)
    rules: list[PolicyTree] = []
    for verb in [verb for family in families for verb in FAMILIES[family]]:
        where = dict.fromkeys(REQUIRED[verb], "any")
        where |= {"port": "any", "scheme": "any"} if "host" in where else {}
        asked = {"ask": verb, "where": where, "needs": "ann", "why": "Somebody looks."}
        rules.append({"permit": verb, "where": where} if draw(st.integers(0, 5)) else asked)
    for name, spec in tools.items():
        where = dict.fromkeys(tool_required(spec), "any")
        rules.append({"permit": name} | ({"where": where} if where else {}))
    if draw(st.booleans()):
        rules.append(rule_of(draw, "forbid", families, tools, {}))
    policy: PolicyTree = {"havocproof": "1", "policy": "generated", "version": "1"}
    policy["approvals"] = {name: {"role": name, "people": "1", "within": "1h"} for name in ("ann", "bob", "cid")}
    policy |= {"tools": tools} if tools else {}
    policy["rules"] = {"g": [{"id": f"r{at}"} | rule for at, rule in enumerate(rules)]}
    return policy | {"budgets": budgets_of(draw, 1, families, tools, {})}


def scopes() -> st.SearchStrategy[dict[str, str]]:
    who = st.fixed_dictionaries({"user": st.sampled_from("uv"), "run": st.sampled_from("rs")})
    return who.map(lambda those: SCOPES | those)


def moments(now: int) -> st.SearchStrategy[int]:
    """A later moment: a little later, at the edges of windows, in the next month."""
    end = month_end(now)
    edges = [now, now + 1, now + SECOND, now + 30 * SECOND, now + DAY, now // DAY * DAY + DAY]
    return st.sampled_from([*edges, now // SECOND * SECOND + SECOND - 1, end - 1, end, end + 1])


class History:
    """The history itself, for the oracle, and the cells that the product makes of it."""

    def __init__(self, plain: PolicyText, product: Product) -> None:
        self.plain = plain
        self.product = product
        self.now = NOON
        self.events: list[Event] = []
        self.open: list[tuple[Event, bridge.Verdict]] = []

    def act(self, action: dict[str, Any], who: dict[str, str]) -> tuple[Verdict, Verdict]:
        """(what the oracle says, what the product says); a permit of both is reserved."""
        expected = decide(self.plain, action, self.events, who, self.now)
        found, verdict = self.product.decide(action, who, self.now)
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
