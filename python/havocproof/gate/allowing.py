"""Giving an allowance: an action of its own (`approval.widen`), asked of people, decided by the kernel, journaled.

Whoever approves a request with terms asks for this action and approves it in one; whoever approves it next approves
exactly these terms, because its digest covers them. Once enough people have, the kernel decides on it like on any other
action that was asked, and what it permits leaves the marks and counters that later actions are decided by.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from havocproof.gate.acting import Who
from havocproof.gate.approving import APPROVED, Ballot, Request, key_in, objection, refused, uncounted, vote_form
from havocproof.gate.given import Allowance, forgotten, kept, standing
from havocproof.gate.parking import MOST_WAIT_MS, MOST_WAITING, request_name
from havocproof.gate.settling import listed
from havocproof.gate.terms import Terms
from havocproof.kernel import bridge
from havocproof.kernel.source import SELF
from havocproof.policy.allowances import PEOPLE, WIDEN
from havocproof.stores import Parked, Step
from havocproof.stores.records import canonical

if TYPE_CHECKING:
    from havocproof.gate.gate import Gate

_WHY = "Instead of one call: the same rule and the same values, so often, so much in all, for so long."


# ---- asking ----


def propose(gate: Gate, ballot: Ballot) -> tuple[Ballot, str]:
    """The vote on the request for what its terms say, which is made if nobody has asked for the same before; and why
    it does not count, "" if it may.
    """
    terms = ballot.terms
    assert terms is not None
    with gate.store.step(gate.clock()) as step:
        parked = step.parked.get(ballot.request)
        problem = objection(gate, step, parked, ballot)
        if problem or parked is None:
            return ballot, problem
        problem = _unfit(step, parked, terms)
        if problem:
            return ballot, problem
        who = Who.read(parked.body["who"])
        form = _form(parked, who, terms.plain())
        digest = hashlib.sha256(canonical([gate.policy.digest, form]).encode()).hexdigest()
        key = gate.kernel.grant_key(who.scopes(), digest)
        grant = step.view.grants.get(key)
        if grant is not None and step.now < grant.until:
            asked = next((each.request for each in step.parked.values() if key_in(each) == key), "")
            problem = "" if asked else "this has been given already"
            return replace(ballot, request=asked or ballot.request, digest=digest), problem
        return _ask(gate, step, ballot, parked, form, digest)


def _unfit(step: Step, parked: Parked, terms: Terms) -> str:
    """Why the request cannot be widened by these terms, "" if it can."""
    if step.now >= parked.expires_at:
        return "it has expired"
    if refused(step, parked.request):
        return "it was refused before"
    if "allowance" in parked.body:
        return "it is an allowance itself: approve it without terms, or refuse it"
    widen = parked.body.get("widen")
    if widen is None:
        return "no approval that it waits for may be widened: approve the one call"
    if "not" in widen:
        return f"only the one call can be approved: {widen['not']}"
    return terms.beyond(widen["most"])


def _form(parked: Parked, who: Who, terms: Terms) -> dict[str, Any]:
    """The action, as it is shown and as its digest covers it."""
    widen = parked.body["widen"]
    args = {"rule": widen["rule"], "approval": widen["approval"], "same": dict(widen["same"]), **terms.form()}
    args |= {"tenant": who.tenant, "user": who.user, "agent": who.kind, "instead_of": parked.request}
    return {"action": WIDEN, "args": args}


def _ask(
    gate: Gate, step: Step, ballot: Ballot, parked: Parked, form: dict[str, Any], digest: str
) -> tuple[Ballot, str]:
    kernel, who, args = gate.kernel, Who.read(parked.body["who"]), form["args"]
    key, needs = kernel.grant_key(who.scopes(), digest), frozenset({args["approval"]})
    roles = gate.policy.source.quorums[args["approval"]].roles
    if ballot.role not in {role for role, _ in roles}:
        return ballot, f"nobody asks the role {ballot.role} for more than the one call"
    fresh = kernel.ask(needs, who.user, step.now, MOST_WAIT_MS)
    if kernel.vote(fresh, ballot.person, ballot.role, step.now) is None:
        return ballot, uncounted(fresh, ballot, step.now)
    if sum(step.now < each.expires_at for each in step.parked.values()) >= MOST_WAITING:
        return ballot, f"{MOST_WAITING} requests wait for people already"
    request = request_name(step.head[0] + 1, key)
    body = {
        "action": form,
        "digest": digest,
        "session": who.name,
        "policy": gate.policy.digest,
        "request": request,
        "rule": args["rule"],
        "needs": sorted(needs),
        "asks": {args["approval"]: [list(role) for role in roles]},
        "why": _WHY,
        "remedy": "",
        "key": list(key),
        "asked_at": step.now,
        "expires_at": fresh.until,
        "again": False,
        "reason": "",
        "who": who.form(),
        "allowance": {"of": parked.request},
    }
    record = step.append("pending", body, grants=[(key, fresh)])
    step.park(Parked(request, record.seq, fresh.until, record.data))
    return replace(ballot, request=request, digest=digest), ""


# ---- giving ----


def give(gate: Gate) -> None:
    """Gives every allowance that enough people have agreed to: each in a step of its own, once."""
    for parked in gate.store.parked:
        if "allowance" in parked.body:
            with gate.store.step(gate.clock()) as step:
                if parked.request in step.parked:
                    _give(gate, step, parked)


def _give(gate: Gate, step: Step, parked: Parked) -> None:
    """Decides on it, and writes what comes of it if it is permitted under its grant. Nothing else: then it waits."""
    body, kernel, policy = parked.body, gate.kernel, gate.policy
    key = key_in(parked)
    if body["policy"] != policy.digest or key not in step.view.grants or refused(step, body["allowance"]["of"]):
        return
    who, args, digest = Who.read(body["who"]), body["action"]["args"], body["digest"]
    spec = policy.allowances.rules[args["rule"]]
    terms = Terms(args["uses"], args["for"], args["amount"])
    values = tuple(args["same"][axis] for axis in spec.most.same)
    part = spec.part(values, terms.uses, terms.minor)
    scopes = {**who.scopes(), **spec.scopes(digest, policy.digest)}
    month_end = gate.months.end(step.now)
    verdict = kernel.decide((part,), scopes, PEOPLE, month_end, step.now, step.seen, step.view, digest)
    if not verdict.is_Permitted or not verdict.used:
        return
    given = Allowance(
        name=digest,
        request=parked.request,
        of=body["allowance"]["of"],
        rule=spec.rule,
        approval=spec.approval,
        tenant=who.tenant,
        user=who.user,
        agent=who.kind,
        policy=policy.digest,
        same=dict(args["same"]),
        uses=terms.uses,
        amount=terms.minor,
        currency=spec.most.currency,
        given_at=step.now,
        until=step.now + terms.for_ms,
        uses_left=terms.uses,
        amount_left=terms.minor,
    )
    said = {name: body[name] for name in ("action", "digest", "session", "policy", "request")}
    intent = step.append(
        "intent",
        {**said, "rule": spec.rule, "charges": listed(verdict.charges)},
        cells=bridge.writes(verdict),
        grants=[(key, kernel.used(step.view.grants[key]))],
        forgets=[parked.request],
    )
    # Nothing is performed beside the state, and nothing comes back: the outcome is known in the same step.
    held = (part.ints["count"], part.ints.get(spec.measure, 0))
    step.append("outcome", {"intent": intent.seq, "used": {}, **said}, records=kept(step.view, given, held))


# ---- taking back ----


def withdraw(gate: Gate, step: Step, ballot: Ballot) -> tuple[Allowance | None, str]:
    """Takes back the allowance that was given under the request, for somebody who could have approved it: the
    allowance, None if there is no such, and why the word does not count. One record if there is one.
    """
    found = standing(step.view, gate.policy.digest, gate.tenant, step.now)
    given = next((each for each in found if each.request == ballot.request), None)
    if given is None:
        return None, ""
    roles = {role for role, _ in gate.policy.source.quorums[given.approval].roles}
    problem = ""
    if ballot.digest and ballot.digest != given.name:
        problem = "it is about another action"
    elif ballot.role not in roles:
        problem = f"nobody asks for the role {ballot.role}"
    elif ballot.person != given.user if ballot.role == SELF else not gate.people.holds(ballot.person, ballot.role):
        problem = f"{ballot.person} does not hold the role {ballot.role}"
    body = vote_form(gate, ballot, not problem)
    if problem:
        step.append("vote", {**body, "problem": problem})
    else:
        step.append("vote", {**body, "withdraws": given.name}, records=forgotten(step.view, given))
    return given, problem


def as_request(gate: Gate, given: Allowance) -> Request:
    """The request by which an allowance was given."""
    roles = gate.policy.source.quorums[given.approval].roles
    form = {"action": WIDEN, "args": given.form()}
    needs = {given.approval: tuple(roles)}
    return Request(
        given.request, APPROVED, form, given.name, given.rule, _WHY, needs, {}, given.given_at, given.until, {}
    )
