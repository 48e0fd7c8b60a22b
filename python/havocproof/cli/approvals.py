"""`havocproof approvals list | show | approve | deny`: what waits for people, and their word on it.

A vote is left in the inbox of the journal's file. The gate that has the journal open counts it at its next step; if
none has, the next gate that opens the journal does. So there is one place where votes are counted, by the kernel, under
the policy and the table of people that the gate was opened with.
"""

from __future__ import annotations

import argparse
import getpass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from havocproof.cli import allowances
from havocproof.cli.output import as_json, plain, table
from havocproof.errors import ConfigError

if TYPE_CHECKING:
    from havocproof.gate.approving import Request
    from havocproof.gate.terms import Terms
    from havocproof.stores import Letter

_COLUMNS = ("request", "state", "expires (UTC)", "missing", "action")


def add(commands: Any) -> None:
    """Adds the commands to the command line."""
    approvals = commands.add_parser("approvals", help="see what agents ask people for, and approve or deny it")
    actions = approvals.add_subparsers(dest="action", metavar="ACTION", required=True)

    listing = _command(actions, "list", _list, "list the requests that stand in a journal")
    listing.add_argument("--all", action="store_true", help="refused and expired ones, too")

    show = _command(actions, "show", _show, "show one request: the action, who asks, by which rule, and the votes")
    show.add_argument("request", help="the request's name, as ask-0123456789abcdef")

    for name, go, text in (
        ("approve", _approve, "approve a request, in one role"),
        ("deny", _deny, "refuse a request, which ends it"),
    ):
        vote = _command(actions, name, go, text)
        vote.add_argument("request", help="the request's name")
        vote.add_argument("--as", dest="person", required=True, metavar="PERSON", help="who says so")
        vote.add_argument("--role", required=True, help="the role in which PERSON acts; one a person and request")
        vote.add_argument("--why", default="", metavar="TEXT", help="a reason, for the journal")
        vote.add_argument(
            "--people", type=Path, metavar="FILE", help="refuse at once who does not hold the role in this table"
        )
        if name == "approve":
            allowances.add_terms(vote)

    _command(actions, "allowances", allowances.listing, "list what people have given instead of one call")


def _command(actions: Any, name: str, go: Any, text: str) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = actions.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
    made.add_argument("journal", type=Path, help="the journal's file, of a gate that runs or has ended")
    made.add_argument("--json", action="store_true", help="print JSON")
    made.set_defaults(go=go)
    return made


# ---- reading ----


def _standing(journal: Path) -> tuple[list[Request], tuple[Letter, ...]]:
    """The requests as they stand now, oldest first, and the votes that no gate has counted yet."""
    from havocproof.gate.approving import key_in, standing
    from havocproof.gate.clock import system_clock
    from havocproof.stores import schema
    from havocproof.stores.journal import reading

    with reading(journal) as connection:
        schema.check(connection)
        parked = sorted(schema.parked(connection).values(), key=lambda each: each.seq)
        grants, letters = schema.grants(connection), schema.letters(connection)
    now = system_clock()
    return [standing(each, grants.get(key_in(each)), now) for each in parked], letters


def _find(journal: Path, name: str) -> tuple[Request, list[Letter]]:
    found, letters = _standing(journal)
    for request in found:
        if request.id == name:
            return request, [letter for letter in letters if letter.body.get("request") == name]
    raise ConfigError(f"no request {plain(name)} waits in {journal}", _used(journal, name))


def _used(journal: Path, name: str) -> str:
    """What became of a request that waits no longer, as far as the journal tells."""
    from havocproof.stores import read

    for record in read(journal):
        data = record.data
        if record.kind == "intent" and data.get("request") == name:
            return f"It was approved, and performed under record {record.seq}."
        if record.kind == "intent" and data.get("instead_of") == name:
            return f"It was performed under an allowance, by record {record.seq}."
        if name in data.get("forgets", ()):
            return f"It was over at record {record.seq}."
    return "See `havocproof approvals list`."


def _list(options: argparse.Namespace) -> int:
    found, letters = _standing(options.journal)
    shown = [each for each in found if options.all or each.state in ("waiting", "approved")]
    if options.json:
        as_json(
            [_form(each, [letter for letter in letters if letter.body.get("request") == each.id]) for each in shown]
        )
        return 0
    if not shown:
        print("nothing waits for people")
        return 0
    print(table([_row(each) for each in shown], _COLUMNS))
    uncounted = len(letters)
    if uncounted:
        print(f"\n{uncounted} {'vote waits' if uncounted == 1 else 'votes wait'} for the gate to count")
    return 0


def _row(request: Request) -> tuple[str, str, str, str, str]:
    missing = ", ".join(f"{count} {role}" for role, count in request.missing.items())
    return request.id, request.state, _time(request.expires_at), missing or "-", _brief(request)


def _brief(request: Request) -> str:
    """The action in one line."""
    from havocproof.stores.records import canonical

    args = request.action.get("args", {})
    given = {name: value for name, value in args.items() if value not in ("", None, [], {})}
    said = ", ".join(f"{name} {value if isinstance(value, str) else canonical(value)}" for name, value in given.items())
    text = f"{request.action.get('action', '')}: {said}"
    return text if len(text) <= 200 else f"{text[:197]}..."


def _show(options: argparse.Namespace) -> int:
    request, letters = _find(options.journal, options.request)
    if options.json:
        as_json(_form(request, letters))
        return 0
    body = request.body
    who = body["who"]
    needs = "; ".join(
        f"{name}: {' and '.join(f'{people} {role}' for role, people in roles)}" for name, roles in request.needs.items()
    )
    lines = [
        ("request", request.id),
        ("state", request.state),
        ("asked", f"{_time(request.asked_at)} UTC by {who['agent']['kind']} {who['chain'][-1]}"),
        ("for", who["user"] or "(no user is known)"),
        ("expires", f"{_time(request.expires_at)} UTC"),
        ("rule", f"{request.rule}: {request.why}" if request.why else request.rule),
        ("needs", needs),
        ("votes", ", ".join(f"{person} ({role})" for person, role in request.votes.items()) or "none"),
        ("uncounted", ", ".join(f"{each.body.get('person')} ({each.body.get('role')})" for each in letters)),
        ("widen", allowances.most(request)),
        ("reason", f"{body['reason']}  [the agent's own words]" if body["reason"] else ""),
        ("digest", request.digest),
        ("policy", body["policy"]),
    ]
    print("\n".join(f"{name:<10} {plain(text)}" for name, text in lines if text))
    print("\naction")
    as_json(request.action, safe=True)
    return 0


def _form(request: Request, letters: list[Letter]) -> dict[str, Any]:
    body = request.body
    return {
        "request": request.id,
        "state": request.state,
        "action": request.action,
        "digest": request.digest,
        "policy": body["policy"],
        "rule": request.rule,
        "why": request.why,
        "reason": body["reason"],
        "widen": body.get("widen"),
        "agent": body["who"]["agent"]["kind"],
        "session": body["who"]["session"],
        "user": body["who"]["user"],
        "needs": {
            name: [{"role": role, "people": people} for role, people in roles] for name, roles in request.needs.items()
        },
        "missing": request.missing,
        "votes": [{"person": person, "role": role} for person, role in request.votes.items()],
        "uncounted": [{"person": each.body.get("person"), "role": each.body.get("role")} for each in letters],
        "asked_at": request.asked_at,
        "expires_at": request.expires_at,
    }


def _time(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")


# ---- voting ----


def _approve(options: argparse.Namespace) -> int:
    return _vote(options, True)


def _deny(options: argparse.Namespace) -> int:
    return _vote(options, False)


def _vote(options: argparse.Namespace, approves: bool) -> int:
    """Leaves the vote. Exit code 1, and nothing left, if it is plain already that it would not count."""
    from havocproof.gate.approving import MOST_WHY
    from havocproof.gate.clock import system_clock
    from havocproof.gate.people import is_name
    from havocproof.kernel.source import SELF
    from havocproof.stores import deposit
    from havocproof.stores.locking import is_locked

    for name in (options.person, options.role):
        if not is_name(name):
            raise ConfigError("a person and a role are printable text of 1 to 256 characters")
    if len(options.why) > MOST_WHY:
        raise ConfigError(f"the reason has {len(options.why)} characters", f"Write at most {MOST_WHY}.")
    terms = allowances.terms(options)
    name, digest, problem = _meant(options, approves, terms)
    runs = is_locked(options.journal)
    unheld = options.role != SELF and _nobody_holds_roles(options.journal)
    if not problem and runs and unheld:
        problem = "the gate that runs was opened without `people=`: in it nobody holds a role"
    if not problem:
        body = {
            "request": name,
            "digest": digest,
            "person": options.person,
            "role": options.role,
            "approves": approves,
            "why": options.why,
            "login": getpass.getuser(),
            **({"terms": terms.form()} if terms is not None else {}),
        }
        deposit(options.journal, system_clock(), body)
    when = "the gate that runs counts it at its next step" if runs else "the next gate that opens the journal counts it"
    if options.json:
        as_json({"request": name, "left": not problem, "problem": problem, "running": runs})
    elif problem:
        print(f"not left: {problem}")
    else:
        word = "approval" if approves else "refusal"
        word = f"{word} of an allowance instead" if terms is not None else word
        print(f"{word} of {name} by {options.person} as {options.role} is left: {when}")
        if unheld:
            print("The last one was opened without `people=`: only one that knows who holds the role can count it.")
    return int(bool(problem))


def _nobody_holds_roles(journal: Path) -> bool:
    """Whether the gate that opened the journal last was told of nobody who holds a role."""
    from havocproof.stores import read

    opened = [record for record in read(journal) if record.kind == "opened"]
    return not opened[-1].data["people"]


def _meant(options: argparse.Namespace, approves: bool, terms: Terms | None) -> tuple[str, str, str]:
    """The request that is meant, its digest, and why the vote would not count, "" if it may. A refusal may also mean an
    allowance that was given.
    """
    if not approves:
        for allowance in allowances.given(options.journal):
            if allowance.request == options.request:
                return allowance.request, allowance.name, ""
    request, letters = _find(options.journal, options.request)
    return request.id, request.digest, _vain(request, letters, options, terms)


def _vain(request: Request, letters: list[Letter], options: argparse.Namespace, terms: Terms | None) -> str:
    """Why the vote would not count, as far as can be told without the gate; "" if it may."""
    if request.state in ("refused", "expired"):
        return f"the request is {request.state}"
    roles = sorted({role for quorums in request.needs.values() for role, _ in quorums})
    if options.role not in roles:
        return f"nobody asks for the role {options.role}: {', '.join(roles)}"
    if terms is not None:
        problem = allowances.beyond(request, terms)
        if problem:
            return problem
    elif options.person in request.votes or any(each.body.get("person") == options.person for each in letters):
        return f"{options.person} has voted already"
    if options.people is not None:
        from havocproof.gate.people import People
        from havocproof.kernel.source import SELF

        if options.role != SELF and not People.load(options.people).holds(options.person, options.role):
            return f"{options.person} does not hold the role {options.role}"
    return ""
