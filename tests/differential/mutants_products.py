"""Wrong ways to keep what the kernel decides on: records, requests to people, agents, ends of effects."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from havocproof.errors import ActionError
from havocproof.kernel import bridge
from havocproof.kernel.source import LABEL, Key, Record
from havocproof.policy import Policy
from havocproof.records import Told
from tests.differential.oracle import Verdict
from tests.differential.product import Product, Wire

Scopes = dict[str, str]


class _FailureIsSuccess(Product):
    def settle(self, verdict: bridge.Verdict, used: dict[str, int], ok: bool, since: int, now: int) -> None:
        super().settle(verdict, used, True, since, now)


class _DoneAtTheEnd(Product):
    """What was done counts from when it ended, not from when it was decided."""

    def settle(self, verdict: bridge.Verdict, used: dict[str, int], ok: bool, since: int, now: int) -> None:
        super().settle(verdict, used, ok, max(self.seen, now), now)


class _AtOnceStays(Product):
    def settle(self, verdict: bridge.Verdict, used: dict[str, int], ok: bool, since: int, now: int) -> None:
        super().settle(verdict, {measure: one for measure, one in used.items() if measure != "at_once"}, ok, since, now)


class _RatesReturn(Product):
    """What did not happen is given back to a rate, too."""

    def settle(self, verdict: bridge.Verdict, used: dict[str, int], ok: bool, since: int, now: int) -> None:
        super().settle(verdict, used, ok, since, now)
        for key, amount, _, measure in bridge.charges_to_json(verdict.charges):
            if key[0] == 1 and used.get(measure) == 0:
                self.nums[tuple(key)] -= amount  # type: ignore[index]


class _OwnLabels(Product):
    """An action is judged as if what it brings were not there yet."""

    def __init__(self, policy: Policy) -> None:
        super().__init__(policy)
        rules = tuple(rule for rule in policy.source.rules if rule.mark is None or rule.mark.kind != LABEL)
        self.other = bridge.load(replace(policy.source, rules=rules))

    def decide(self, wire: Wire, scopes: Scopes, now: int, child: str = "new") -> tuple[Verdict, bridge.Verdict]:
        right = super().decide(wire, scopes, now, child)
        self.kernel = self.other
        wrong = super().decide(wire, scopes, now, child)
        self.kernel = None
        return right if right[0].kind == "permit" else wrong


class _Learning(Product):
    """Records are kept in a wrong way."""

    mode = ""

    def learn(self, run: str, told: Told) -> None:
        super().learn(
            run, replace(told, records=tuple(replace(each, mode=self.mode or each.mode) for each in told.records))
        )


class _OnceIsLatest(_Learning):
    mode = "latest"


class _LatestIsOnce(_Learning):
    mode = "once"


class _AllIsCollected(_Learning):
    mode = "collect"


class _NothingForgotten(Product):
    def learn(self, run: str, told: Told) -> None:
        super().learn(run, replace(told, records=tuple(each for each in told.records if each.new is not None)))


class _OneKey(Product):
    """A record is one for all keys."""

    def learn(self, run: str, told: Told) -> None:
        super().learn(run, told)
        for each in told.records:
            for key in "pqr" if each.key is not None and each.new is not None else "":
                super().learn(run, Told((replace(each, key=key),)))


class _AllRuns(Product):
    """Records are known in every run."""

    def learn(self, run: str, told: Told) -> None:
        for other in "rq":
            super().learn(other, told)


class _NeverOld(Product):
    """A record is as young as the last decision."""

    def decide(self, wire: Wire, scopes: Scopes, now: int, child: str = "new") -> tuple[Verdict, bridge.Verdict]:
        fresh: dict[Key, Record] = {key: one._replace(at=max(now, self.seen)) for key, one in self.records.items()}
        self.records = fresh
        return super().decide(wire, scopes, now, child)


class _Twice(Product):
    """A person may vote again."""

    def vote(self, wire: Wire, scopes: Scopes, person: str, role: str, agrees: bool, now: int) -> bool:
        key = self.grant(wire, scopes)
        if person in self.grants[key].votes and person != scopes.get("user"):
            person = f"{person}{len(self.grants[key].votes)}"
        return super().vote(wire, scopes, person, role, agrees, now)


class _TheRequester(Product):
    """Who asked may agree in every role."""

    def vote(self, wire: Wire, scopes: Scopes, person: str, role: str, agrees: bool, now: int) -> bool:
        if person == scopes.get("user") and role != "session-user":
            person = "somebody"
        return super().vote(wire, scopes, person, role, agrees, now)


class _AnyUser(Product):
    """Anybody may agree as the person whom the session serves."""

    def vote(self, wire: Wire, scopes: Scopes, person: str, role: str, agrees: bool, now: int) -> bool:
        return super().vote(wire, scopes, scopes["user"] if role == "session-user" else person, role, agrees, now)


class _NoRefusal(Product):
    def vote(self, wire: Wire, scopes: Scopes, person: str, role: str, agrees: bool, now: int) -> bool:
        return super().vote(wire, scopes, person, role, True, now)


class _UsedAgain(Product):
    """A request stays good after it was used."""

    def reserve(self, wire: Wire, scopes: Scopes, verdict: bridge.Verdict, child: str = "") -> None:
        known = dict(self.grants)
        super().reserve(wire, scopes, verdict, child)
        self.grants = known


class _AnyAction(Product):
    """A request is good for whatever the session does."""

    def digest(self, wire: Wire, scopes: Scopes) -> str:
        return scopes.get("self", "")


class _AnySession(Product):
    """A request is good in every session."""

    def grant(self, wire: Wire, scopes: Scopes) -> Key:
        return super().grant(wire, scopes | {"session": "s", "self": "s"})

    def decide(self, wire: Wire, scopes: Scopes, now: int, child: str = "new") -> tuple[Verdict, bridge.Verdict]:
        try:
            own, shared = super().grant(wire, scopes), self.grant(wire, scopes)
        except ActionError:
            return super().decide(wire, scopes, now, child)
        kept = self.grants
        self.grants = kept | ({own: kept[shared]} if shared in kept else {})
        found = super().decide(wire, scopes, now, child)
        self.grants = kept
        return found


class _WholeKind(Product):
    """An agent that was started has all groups of its kind, whatever it was given."""

    def started(self, wire: Wire, scopes: Scopes) -> Any:
        found = super().started(wire, scopes)
        return None if found is None else self.core.root(found.kind)


PRODUCTS: dict[str, type[Product]] = {
    "failure is success": _FailureIsSuccess,
    "done counts from the end": _DoneAtTheEnd,
    "what runs at once runs for ever": _AtOnceStays,
    "rates are given back": _RatesReturn,
    "labels that an action brings come after it": _OwnLabels,
    "once is latest": _OnceIsLatest,
    "latest is once": _LatestIsOnce,
    "all is collected": _AllIsCollected,
    "nothing is forgotten": _NothingForgotten,
    "a record is one for all keys": _OneKey,
    "records are known in all runs": _AllRuns,
    "records never grow old": _NeverOld,
    "a person votes twice": _Twice,
    "the requester agrees": _TheRequester,
    "anybody is the session's user": _AnyUser,
    "a refusal is a vote": _NoRefusal,
    "a request is good again": _UsedAgain,
    "a request is good for any action": _AnyAction,
    "a request is good in any session": _AnySession,
    "who is started has all of its kind": _WholeKind,
}
