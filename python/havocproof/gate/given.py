"""Allowances that were given: where they are kept, and under which of them an action is decided.

Two documents of the state, journaled like every other record of it: the terms under the allowance's name, and a list of
names under what it is for (approval, tenant, user, policy, kind of agent, values). What is found here permits nothing:
it is a name in a scope, and the kernel looks for the marks and counters under that name. The chosen time alone is
checked here; the kernel's own bound on it is the policy's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from havocproof.actions.amounts import format_amount
from havocproof.gate.approving import key_in
from havocproof.kernel import bridge
from havocproof.kernel.bridge import Verdict
from havocproof.kernel.source import BUDGET, RECORD, Key, Part, Record, View
from havocproof.policy.allowances import POLICY, amount_budget, scope, spent_rule, uses_budget
from havocproof.stores.records import canonical

if TYPE_CHECKING:
    from havocproof.gate.way import Way
    from havocproof.stores import Step

_LIST, _TERMS, _SAME = "~allowances/", "~allowance", "same/"

Entry = tuple[Key, Record | None]


@dataclass(frozen=True, slots=True)
class Allowance:
    """What people have given instead of one call. Times in ms since the epoch.

    name      its digest, over all terms; 64 hexadecimal digits
    request   the request by which it was given; `of`: the one that it was given instead of
    agent     the kind of agent
    same      by axis, the value that every use has
    amount    how much in all, in minor units; None if none is bounded, and `currency` is ""
    """

    name: str
    request: str
    of: str
    rule: str
    approval: str
    tenant: str
    user: str
    agent: str
    policy: str
    same: Mapping[str, str]
    uses: int
    amount: int | None
    currency: str
    given_at: int
    until: int
    uses_left: int
    amount_left: int | None

    @classmethod
    def read(cls, record: Record, nums: Mapping[Key, int]) -> Self:
        """From its document, and the cells that count its uses."""
        ones, ints = record.ones, record.ints
        name, rule, amount = ones["name"], ones["rule"], ints.get("amount")
        used = nums.get(_cell(uses_budget(rule), name), 0) - ints["uses held"]
        spent = nums.get(_cell(amount_budget(rule), name), 0) - ints.get("amount held", 0)
        return cls(
            **{field: ones[field] for field in _TEXTS},
            same={axis.removeprefix(_SAME): value for axis, value in ones.items() if axis.startswith(_SAME)},
            uses=ints["uses"],
            amount=amount,
            given_at=record.at,
            until=ints["until"],
            uses_left=ints["uses"] - used,
            amount_left=None if amount is None else amount - spent,
        )

    def form(self) -> dict[str, Any]:
        """For people, as JSON types."""
        found: dict[str, Any] = {
            "request": self.request,
            "of": self.of,
            "rule": self.rule,
            "approval": self.approval,
            "same": dict(self.same),
            "user": self.user,
            "agent": self.agent,
            "uses": self.uses,
            "uses_left": self.uses_left,
            "given_at": self.given_at,
            "until": self.until,
        }
        for word, amount in (("amount", self.amount), ("amount_left", self.amount_left)):
            if amount is not None:
                found[word] = format_amount(amount, self.currency)
        return found


_TEXTS = ("name", "request", "of", "rule", "approval", "tenant", "user", "agent", "policy", "currency")


def standing(view: View, policy: str, tenant: str, now: int) -> list[Allowance]:
    """The allowances under this policy (its digest) whose time is not over, used up or not, oldest first."""
    found = [Allowance.read(record, view.nums) for key, record in view.records.items() if key[1] == _TERMS]
    good = (each for each in found if (each.policy, each.tenant) == (policy, tenant) and now < each.until)
    return sorted(good, key=lambda each: (each.given_at, each.name))


def kept(view: View, allowance: Allowance, held: tuple[int, int]) -> list[Entry]:
    """What giving an allowance changes. One that was given before for the same is forgotten, and what is over.

    held: how many uses, and how much, are held back of the policy's most.
    """
    ones = {field: str(getattr(allowance, field)) for field in _TEXTS}
    ones.update({f"{_SAME}{axis}": value for axis, value in allowance.same.items()})
    ints = {"uses": allowance.uses, "uses held": held[0], "until": allowance.until}
    if allowance.amount is not None:
        ints |= {"amount": allowance.amount, "amount held": held[1]}
    place, now = _place(allowance), allowance.given_at
    names = _names(view, place)
    left = {rule: name for rule, name in names.items() if rule != allowance.rule and _until(view, name) > now}
    gone: list[Entry] = [(_document(name), None) for rule, name in names.items() if rule not in left]
    listed = Record(now, {}, {**left, allowance.rule: allowance.name}, {})
    return [*gone, (_document(allowance.name), Record(now, {}, ones, ints)), (place, listed)]


def forgotten(view: View, allowance: Allowance) -> list[Entry]:
    """What taking it back changes."""
    place = _place(allowance)
    names = {rule: name for rule, name in _names(view, place).items() if name != allowance.name}
    return [(_document(allowance.name), None), (place, Record(allowance.given_at, {}, names, {}) if names else None)]


def decided(way: Way, step: Step, parts: tuple[Part, ...], asked: Verdict, digest: str) -> Verdict:
    """What was asked, decided under the allowances that are in force for it; `asked` itself where they do not help.

    One that has no room left is left aside, as if it were not there. What people have refused stays refused.
    """
    gate = way.gate
    needs = bridge.needs(asked)
    names = _in_force(way, step, parts, needs)
    if not names or _is_refused(way, step):
        return asked
    month_end = gate.months.end(step.now)
    while names:
        scopes = {**way.scopes, POLICY: gate.policy.digest, **{scope(rule): name for rule, name in names.items()}}
        verdict = gate.kernel.decide(parts, scopes, way.groups, month_end, step.now, step.seen, step.view, digest)
        if verdict.is_Exhausted and spent_rule(verdict.budget) in names:
            del names[spent_rule(verdict.budget)]
            continue
        if verdict.is_Permitted or (verdict.is_Asked and bridge.needs(verdict) < needs):
            way.under = names
            return verdict
        break
    return asked


def _in_force(way: Way, step: Step, parts: tuple[Part, ...], needs: frozenset[str]) -> dict[str, str]:
    """The names of allowances for this action, by rule."""
    policy, who, view = way.gate.policy, way.session.who, step.view
    found: dict[str, str] = {}
    for part in parts:
        for approval, names in policy.allowances.values.get(part.verb, ()):
            most = policy.approvals[approval].widening
            if approval not in needs or most is None:
                continue
            for values in {tuple(atom.names.get(name) for name in names) for atom in part.atoms}:
                same = {axis: value for axis, value in zip(most.same, values, strict=True) if value is not None}
                place = _list(approval, who.tenant, who.user, policy.digest, who.kind, same)
                for rule, name in _names(view, place).items():
                    if step.now < _until(view, name):
                        found.setdefault(rule, name)
    return found


def _is_refused(way: Way, step: Step) -> bool:
    """People were asked for this very action, and said no."""
    key = way.gate.kernel.grant_key(way.scopes, way.asked)
    grant = step.view.grants.get(key)
    if grant is None or grant.open or grant.until <= step.now:
        return False
    return any(key_in(parked) == key for parked in step.parked.values())


# ---- keys ----


def _place(each: Allowance) -> Key:
    return _list(each.approval, each.tenant, each.user, each.policy, each.agent, each.same)


def _list(approval: str, tenant: str, user: str, policy: str, agent: str, same: Mapping[str, str]) -> Key:
    text = canonical([policy, agent, dict(same)])
    return (RECORD, f"{_LIST}{approval}", "", tenant, user, hashlib.sha256(text.encode()).hexdigest(), 0)


def _document(name: str) -> Key:
    return (RECORD, _TERMS, "", name, "", "", 0)


def _cell(budget: str, name: str) -> Key:
    return (BUDGET, budget, name, "", "", "", 0)


def _until(view: View, name: str) -> int:
    """When an allowance ends; 0 for one that is not there."""
    document = view.records.get(_document(name))
    return document.ints["until"] if document is not None else 0


def _names(view: View, place: Key) -> dict[str, str]:
    record = view.records.get(place)
    return dict(record.ones) if record is not None else {}
