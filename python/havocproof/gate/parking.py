"""Asked actions: parked with a request to people, under a name that stays the same while they wait.

One grant a request (POLICY.md 2.11): for this action of this agent under this policy, until it is used or refused, or
its time is over. An action that people refused is answered from here until then, and nobody is asked again.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from havocproof.errors import ConfigError
from havocproof.gate.acting import Who
from havocproof.gate.approving import key_in
from havocproof.gate.denial import Denial
from havocproof.gate.forms import receipt_form
from havocproof.gate.offering import offer
from havocproof.gate.outcome import Denied, Pending
from havocproof.kernel import bridge
from havocproof.kernel.bridge import Verdict
from havocproof.kernel.source import Grant, Key, Part
from havocproof.policy.explain import Explanation, explain
from havocproof.policy.redaction import APPROVER, JOURNAL
from havocproof.stores import Parked, Step
from havocproof.stores.records import canonical

if TYPE_CHECKING:
    from havocproof.gate.way import Way
    from havocproof.policy import Policy

MOST_WAITING = 1000
MOST_WAIT_MS = 366 * 86_400_000
"""No request waits longer, whatever its approvals say."""


def asked_digest(who: Who, digest: str) -> str:
    """What a grant is for: the action's digest; below the session's first agent, with the agent's name in it, because a
    grant is for the agent that asked.
    """
    return digest if who.is_first else hashlib.sha256(canonical([who.name, digest]).encode()).hexdigest()


def park(way: Way, step: Step, parts: tuple[Part, ...], verdict: Verdict) -> Pending | Denied:
    """Parks an action that was asked, unless it waits already or was refused. One record in any case."""
    gate, kernel = way.gate, way.gate.kernel
    needs = bridge.needs(verdict)
    key = kernel.grant_key(way.scopes, way.asked)
    grant = step.view.grants.get(key)
    waiting = _standing(step, key, grant)
    if way.request and (waiting is None or waiting.request != way.request):
        raise ConfigError(
            f"the request {way.request} is no longer open", "It was used, or its time is over: the agent asks again."
        )
    if waiting is not None and grant is not None:
        if not grant.open:
            return _refused(way, step, waiting)
        if needs <= set(waiting.body["needs"]):
            return _again(way, step, waiting)
    if sum(step.now < parked.expires_at for parked in step.parked.values()) >= MOST_WAITING:
        return way.denied(step, _too_many())
    fresh = kernel.ask(needs, way.session.user, step.now, MOST_WAIT_MS)
    said = _said(way, step, parts, verdict)
    request = request_name(step.head[0] + 1, key)
    ended = [] if waiting is None else [waiting]
    ended += [parked for parked in step.parked.values() if parked.expires_at <= step.now]
    over = [(old, None) for old, kept in step.view.grants.items() if kept.until <= step.now and old != key]
    body = way.body(
        (JOURNAL, APPROVER),
        request=request,
        rule=said.rule,
        needs=sorted(needs),
        asks=_asks(gate.policy, needs),
        why=said.why,
        remedy=said.remedy,
        key=list(key),
        asked_at=step.now,
        expires_at=fresh.until,
        again=False,
        reason=way.action.reason,
        who=way.session.who.form(),
        **offer(way, step, parts, needs),
    )
    forgets = [parked.request for parked in ended]
    record = step.append("pending", body, grants=[*over, (key, fresh)], forgets=forgets)
    parked = Parked(request, record.seq, fresh.until, record.data)
    step.park(parked)
    return _outcome(way, parked, receipt_form(record, gate.policy.digest))


def _standing(step: Step, key: Key, grant: Grant | None) -> Parked | None:
    """The request that stands under the key: not over, and not used."""
    if grant is None or grant.until <= step.now:
        return None
    return next((parked for parked in step.parked.values() if key_in(parked) == key), None)


def request_name(seq: int, key: Key) -> str:
    """The name of a request: no other record of this journal gives the same. `ask-` and 16 hex digits."""
    return "ask-" + hashlib.sha256(canonical([seq, *key]).encode()).hexdigest()[:16]


def _said(way: Way, step: Step, parts: tuple[Part, ...], verdict: Verdict) -> Explanation:
    """What asks, in words of the policy."""
    return explain(way.gate.policy, parts, verdict, bridge.scene(way.scopes, way.groups, step.now, step.view))


def _asks(policy: Policy, needs: frozenset[str]) -> dict[str, list[list[str | int]]]:
    """How many people in which roles, by the approvals' written names."""
    quorums = policy.source.quorums
    return {policy.approval(name).name: [list(role) for role in quorums[name].roles] for name in sorted(needs)}


def _again(way: Way, step: Step, parked: Parked) -> Pending:
    told = {name: parked.body[name] for name in ("request", "rule", "needs", "expires_at")}
    record = step.append("pending", way.body(**told, again=True))
    return _outcome(way, parked, receipt_form(record, way.gate.policy.digest))


def _outcome(way: Way, parked: Parked, receipt: dict[str, object]) -> Pending:
    body = parked.body
    way.session.remember_asked(parked.request, way.action, owns=Who.read(body["who"]) == way.session.who)
    needs = frozenset(body["asks"])
    return Pending(
        way.action, parked.request, way.digest, needs, body["why"], body["remedy"], parked.expires_at, receipt
    )


def _refused(way: Way, step: Step, parked: Parked) -> Denied:
    denial = Denial(
        "later",
        parked.body["rule"],
        "The people who were asked have refused this very action.",
        "Do not ask for it again; go on with other work.",
        {"request": parked.request, "refused": True, "wait_s": -(-(parked.expires_at - step.now) // 1000)},
    )
    return way.denied(step, denial)


def _too_many() -> Denial:
    return Denial(
        "later",
        "",
        f"{MOST_WAITING} requests wait for people already.",
        "Go on with work that needs nobody's approval.",
        {"wait_s": None},
    )
