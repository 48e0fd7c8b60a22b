"""A slow, plain interpreter of the policy language, written from the prose of POLICY.md alone.

It decides from the policy as parsed YAML whose scalars are all text, the action in wire form, and the whole history,
which it adds up again for every decision. It has no index, no counters and no compiled form, and it shares no code with
the product: only the standard library, and PyYAML to read the file. Section numbers are those of POLICY.md; the
readings of docs/decisions 0003 and 0005 are followed too.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import yaml

from tests.differential.atoms import effects
from tests.differential.language import Answer, PolicyText, conjunction, defaults, every, listed
from tests.differential.spending import Event, charges, measure_of, spent, uncounted_currency
from tests.differential.values import Effect, Refused, Values


class Verdict(NamedTuple):
    """`kind` is permit, ask or deny; `reasons` of a denial: never, unpermitted, later, unpayable, malformed.

    An action of several atoms may have several reasons. `unsettled`: the prose leaves open whether it is refused.
    """

    kind: str
    needs: frozenset[str] = frozenset()
    reasons: frozenset[str] = frozenset()
    unsettled: bool = False

    def allows(self, other: Verdict) -> bool:
        """Whether `other`, with at most one reason, is a right answer where this one is."""
        if self.unsettled and other.reasons == {"never"}:
            return True
        return (self.kind, self.needs) == (other.kind, other.needs) and other.reasons <= self.reasons


def deny(*reasons: str) -> Verdict:
    return Verdict("deny", frozenset(), frozenset(reasons))


def read(text: str) -> PolicyText:
    """The policy file, every scalar as text (2.1)."""
    plain: PolicyText = yaml.load(text, Loader=yaml.BaseLoader)  # it makes text, lists and dicts only
    return plain


def match(policy: PolicyText, rule: dict[str, Any], kind: str, effect: Effect, atom: Values) -> Answer:
    """A rule's match: where and defaults, made no if `unless` is yes (2.5)."""
    if not listed(rule[kind], effect):
        return False
    answer = conjunction(policy, rule.get("where", {}), atom)
    if kind != "forbid":
        answer = every([answer, defaults(rule, atom)])
    if "unless" in rule and conjunction(policy, rule["unless"], atom) is True:
        return False
    return answer


def judge(policy: PolicyText, effect: Effect, atom: Values) -> Verdict:
    """One atom (2.5, steps 1, 3 and 4; without labels)."""
    granted, needs = False, set()
    rules = [rule for group in policy["rules"].values() for rule in group]
    for rule in rules:
        kind = next(kind for kind in ("permit", "ask", "forbid") if kind in rule)
        answer = match(policy, rule, kind, effect, atom)
        if answer is False:
            continue
        if kind == "forbid" and "needs" not in rule:
            return deny("never")
        if kind != "permit":
            needs.add(rule["needs"])
        granted = granted or (kind != "forbid" and answer is True)
    if uncounted_currency(policy, effect, atom):
        return deny("never")
    if not granted:
        return deny("unpermitted")
    return Verdict("ask", frozenset(needs)) if needs else Verdict("permit")


def decide(
    policy: PolicyText, action: dict[str, Any], history: list[Event], scopes: dict[str, str], now: int
) -> Verdict:
    """The verdict on an action now, given everything that was permitted before (2.5, 2.10)."""
    try:
        parts = effects(policy, action)
    except Refused:
        return deny("malformed")
    unsettled = any(uncounted_currency(policy, part, atom) is None for part in parts for atom in part.atoms)
    return decide_parts(policy, parts, history, scopes, now)._replace(unsettled=unsettled)


def decide_parts(
    policy: PolicyText, parts: list[Effect], history: list[Event], scopes: dict[str, str], now: int
) -> Verdict:
    if sum(len(part.atoms) for part in parts) > 256:
        return deny("malformed")
    verdicts = [judge(policy, part, atom) for part in parts for atom in part.atoms]
    reasons = {reason for verdict in verdicts for reason in verdict.reasons}
    if reasons:
        return deny(*reasons)
    for budget in policy.get("budgets", {}).values():
        owed = charges(policy, budget, parts, scopes, now)
        if owed is None:
            reasons.add("unpayable")
        for key, amount_owed in (owed or {}).items():
            if spent(policy, budget, key, history) + amount_owed > measure_of(budget)[1]:
                reasons.add("later")
    if reasons:
        return deny(*reasons)
    needs = frozenset[str]().union(*(verdict.needs for verdict in verdicts))
    return Verdict("ask" if needs else "permit", needs)


__all__ = ["Event", "Verdict", "decide", "decide_parts", "read"]
