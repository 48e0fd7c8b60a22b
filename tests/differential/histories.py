"""A product and the oracle that go through one history together: acts, ends, votes, words of the host, time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from havocproof.kernel import bridge
from tests.differential.oracle import Verdict, decide
from tests.differential.oracle_events import Asked, Ended, Event, History, Noted, PolicyText, Said, Scopes, Told, Vote
from tests.differential.oracle_grants import is_open, takes
from tests.differential.oracle_layers import approvals, layers
from tests.differential.product import NOON, Product, Wire

OPENED = ("agent.spawn", "agent.handoff")


@dataclass
class Under:
    """An effect under way: what the history says, and the permit that the product gave."""

    event: Event
    verdict: bridge.Verdict


class Together:
    """The history itself, for the oracle, and the state that the product makes of it."""

    def __init__(self, plain: PolicyText, product: Product) -> None:
        self.plain = plain
        self.product = product
        self.now = NOON
        self.history: History = []
        self.said: list[str] = []
        self.open: list[Under] = []
        self.asked: list[Asked] = []
        self.started: dict[str, Scopes] = {}

    def act(self, action: Wire, who: Scopes) -> str | None:
        """Both decide; what both permit begins. The difference, if there is one."""
        opens = f"{who['session']}/{len(self.started) + 1}" if action["action"] in OPENED else ""
        expected = decide(self.plain, action, self.history, who, self.now)
        found, verdict = self.product.decide(action, who, self.now, opens or "new")
        fitting = [one for one in (expected, *expected.others) if one.allows(found)]
        if found.kind == "permit":
            fitting.sort(key=lambda one: ((one.request is not None) != verdict.used, not _obliges(one, found)))
        right = fitting[0] if fitting else None
        self.said += [found.kind, *found.reasons, *(["granted"] if right and right.request else [])]
        if right is None:
            return f"{action} by {who} at {self.now}: oracle {expected}, product {found}"
        if found.kind == "permit":
            used = right.request if right is not None else None
            if verdict.used != (used is not None):
                return f"{action} by {who} at {self.now}: oracle uses {used}, product {verdict.used}"
            if right is not None and not _obliges(right, found):
                return f"{action} by {who} at {self.now}: oracle obliges {right.duties}, product {found.duties}"
            self._begin(action, who, verdict, opens, used)
        elif found.kind == "ask":
            return self._ask(action, who, verdict, found)
        return None

    def _begin(self, action: Wire, who: Scopes, verdict: bridge.Verdict, opens: str, used: Asked | None) -> None:
        self.product.reserve(action, who, verdict, opens)
        if used is not None:
            used.used = True
        event = Event(self.product.seen, action, who, child=opens, request=used)
        self.history.append(event)
        self.open.append(Under(event, verdict))
        if action["action"].startswith("agent."):  # these have no port: they end with the step that begins them
            self.end(-1, "untold")
        if opens:
            depth = sum(name.startswith("agent.") for name in who)
            self.started[opens] = who | {"agent": action["args"]["agent"], "self": opens, f"agent.{depth}": opens}

    def _ask(self, action: Wire, who: Scopes, verdict: bridge.Verdict, found: Verdict) -> str | None:
        known = approvals(self.plain)
        mine = [one for one in self.asked if one.action == action and _same(one.scopes, who)]
        waits = any(is_open(known, one, self.product.seen) for one in mine)
        if self.product.ask(action, who, verdict, self.now) == waits:
            return f"{action} by {who} at {self.now}: oracle {waits}, product {not waits} that people are asked already"
        if not waits:
            asked = Asked(self.product.seen, action, who, found.needs)
            self.history.append(asked)
            self.asked.append(asked)
        return None

    def vote(self, at: int, person: str, role: str, agrees: bool) -> str | None:
        """Somebody votes on one of the requests, the latest for its action; both say whether it counts."""
        asked = self.asked[at % len(self.asked)]
        latest = [one for one in self.asked if one.action == asked.action and _same(one.scopes, asked.scopes)][-1]
        if person == "user":
            person = latest.scopes.get("user", "")
        vote = Vote(max(self.now, self.product.seen), person, role, agrees)
        expected = takes(approvals(self.plain), latest, vote)
        found = self.product.vote(latest.action, latest.scopes, person, role, agrees, self.now)
        latest.votes.append(vote)
        self.said.append("counted" if found else "not counted")
        return None if found == expected else f"{vote} on {latest}: oracle {expected}, product {found}"

    # ---- how effects end ----

    def reserved(self, at: int) -> dict[str, int]:
        """What the effect `at` holds at most under one key, by measure."""
        most: dict[str, int] = {}
        for _, amount, _, measure in bridge.charges_to_json(self.open[at].verdict.charges):
            most[measure] = max(most.get(measure, 0), amount)
        return most

    def end(self, at: int, how: str | int, result: Any = None) -> None:
        """An effect ends: `released`, `failed` after it happened, or settled with so many percent or `untold` used."""
        if not self.open:
            return
        at %= len(self.open)
        reserved = self.reserved(at)
        under = self.open.pop(at)
        event = under.event
        lasts = event.child != ""  # an agent that was started goes on
        if how == "released":
            used = dict.fromkeys(reserved, 0)
            event.outcome = "released"
        else:
            share = how if isinstance(how, int) else 100
            told = {} if how == "untold" else {measure: amount * share // 100 for measure, amount in reserved.items()}
            event.used = {measure.partition(":")[0]: amount for measure, amount in told.items() if measure != "at_once"}
            used = {measure: amount for measure, amount in told.items() if measure != "at_once"}
            used |= {} if lasts else {"at_once": 0}
            event.outcome = "failed" if how == "failed" else "lasts" if lasts else "settled"
        since = max(self.now, self.product.seen)
        self.product.settle(under.verdict, used, event.outcome in ("settled", "lasts"), event.time, self.now)
        if event.outcome in ("settled", "lasts"):
            self.history.append(Ended(since, event, result))
            if event.action["action"] in self.product.policy.tools:
                self.product.answered(event.action, event.scopes["run"], result, event.time)

    # ---- what the host says ----

    def prompt(self, who: Scopes, text: str) -> None:
        self.product.prompt(who["run"], text, self.now)
        self.history.append(Said(self.product.seen, who, text))

    def note(self, who: Scopes, record: str, key: str, fields: dict[str, Any]) -> None:
        self.product.by_hand(who["run"], record, key, fields, self.now)
        self.history.append(Noted(self.product.seen, who, record, key, fields))

    def tell(self, who: Scopes, what: str, name: str, key: tuple[str, ...]) -> None:
        """The host sets a label, or a fact, of whatever layer has that name."""
        policy = self.product.policy
        layer = next(layer for layer in layers(self.plain) if name in layer.get(f"{what}s", {}))
        known = name if layer is self.plain else f"{layer['policy']}/{name}"
        if what == "label":
            self.product.tell(policy.labels[known].mark, who, {}, self.now)
        else:
            names = dict(zip(policy.facts[known].per, key, strict=True))
            for mark in (policy.facts[known].begun, policy.facts[known].done):
                self.product.tell(mark, who, names, self.now)
        self.history.append(Told(self.product.seen, who, what, name, key))


def _obliges(one: Verdict, found: Verdict) -> bool:
    """Whether what the product obliges to is right in this reading."""
    return one.duties <= found.duties <= one.duties | one.more


def _same(one: Scopes, other: Scopes) -> bool:
    return (one["session"], one.get("self")) == (other["session"], other.get("self"))
