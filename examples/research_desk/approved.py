"""The second act: what people have approved since the run happens, once. Everything else goes on waiting.

No agent and no model is needed for it: the gate holds what was asked, word for word, and decides on it again.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from examples.research_desk.world import PEOPLE, POLICY
from havocproof.actions import Payment, TradeOrder
from havocproof.errors import ConfigError
from havocproof.gate import Gate, Outcome, Performed, Request
from havocproof.ports.ledger import Ledger
from havocproof.ports.payments import LedgerPort
from havocproof.stores import Head, Report, verify


@dataclass(frozen=True, slots=True)
class Followed:
    """What came of it.

    done:    the approved requests, and the outcome of each
    waiting: the requests that still wait
    moved:   by (holder, unit) what has changed on the ledger, in minor units or pieces
    ledger:  what does not add up on it
    """

    root: Path
    done: tuple[tuple[Request, Outcome], ...]
    waiting: tuple[Request, ...]
    moved: dict[tuple[str, str], int]
    ledger: tuple[str, ...]
    journal: Report
    head: Head


def follow(root: Path) -> Followed:
    """Performs what was approved of the run in `root`. ConfigError if there was none; StoreError, JournalError."""
    root = root.resolve()
    if not (root / "journal.db").is_file():
        raise ConfigError(f"{root} holds no run of the desk", "Name the directory that the run was made in.")
    ledger = Ledger(root / "ledger.sqlite")
    before = ledger.balances()
    with Gate.open(POLICY, ports=[LedgerPort(ledger)], journal=root / "journal.db", people=PEOPLE) as gate:
        approved = [request for request in gate.requests if request.state == "approved"]
        done = tuple((request, gate.resume(request.id)) for request in approved)
        waiting = tuple(request for request in gate.requests if request.state == "waiting")
        store = gate.store
    after = ledger.balances()
    moved = {place: after[place] - before.get(place, 0) for place in after if after[place] != before.get(place, 0)}
    report = verify(root / "journal.db", store.head)
    return Followed(root, done, waiting, moved, tuple(ledger.check()), report, store.head)


def problems(followed: Followed) -> list[str]:
    """Everything that is not as it must be: what moved is exactly what was approved and performed, once each."""
    due: dict[tuple[str, str], int] = {}
    for _, outcome in followed.done:
        if isinstance(outcome, Performed) and not outcome.result["repeated"]:
            for place, amount in legs(outcome):
                due[place] = due.get(place, 0) + amount
    found = [
        f"ledger: {' in '.join(place)} moved by {followed.moved.get(place, 0)}, not {due.get(place, 0)}"
        for place in sorted(due.keys() | followed.moved.keys())
        if due.get(place, 0) != followed.moved.get(place, 0)
    ]
    found += [
        f"{request.id} was approved and did not happen: {outcome}"
        for request, outcome in followed.done
        if not outcome.ok
    ]
    found += [f"journal: {fault}" for fault in followed.journal.faults]
    return found + [f"ledger: {fault}" for fault in followed.ledger]


def legs(outcome: Performed) -> list[tuple[tuple[str, str], int]]:
    """What one payment or order moves on the ledger."""
    action = outcome.action
    if isinstance(action, Payment):
        minor, currency = action.money
        return [((action.account, currency), -minor), ((action.payee, currency), minor)]
    assert isinstance(action, TradeOrder)
    minor, currency = action.money
    sign, pieces, venue = (1 if action.side == "buy" else -1), f"symbol:{action.symbol}", outcome.result["venue"]
    return [
        ((action.account, currency), -sign * minor),
        ((venue, currency), sign * minor),
        ((action.account, pieces), sign * action.quantity),
        ((venue, pieces), -sign * action.quantity),
    ]


def told(followed: Followed) -> str:
    """What happened, for a terminal."""
    lines = [f"{request.id}  {_words(request)}  {_became(request, outcome)}" for request, outcome in followed.done]
    lines += [f"{request.id}  {_words(request)}  waits for {_missing(request)}" for request in followed.waiting]
    if not lines:
        lines = ["Nothing waits for people."]
    elif not followed.done:
        lines += ["", "Nothing was approved, so nothing happened.", *how_to_approve(followed.root)]
    report = "verified" if followed.journal.ok else "DOES NOT VERIFY"
    ledger = "adds up" if not followed.ledger else "DOES NOT ADD UP"
    return "\n".join([*lines, "", f"journal   {report}: {followed.journal.records} records", f"ledger    {ledger}"])


def how_to_approve(root: Path) -> list[str]:
    """The commands by which people agree, and by which it then happens."""
    journal = root / "journal.db"
    return [
        f"  havocproof approvals list {journal}",
        f"  havocproof approvals approve {journal} REQUEST --as PERSON --role ROLE     (who: people.yaml)",
        f"  python examples/research_desk/run.py --resume {root}",
    ]


def _words(request: Request) -> str:
    args = request.action["args"]
    if request.action["action"] == "money.payment":
        return f"pay {args['amount']} to {args['payee']}"
    return f"{args['side']} {args['quantity']} {args['symbol']} for {args['amount']}"


def _became(request: Request, outcome: Outcome) -> str:
    by = " and ".join(sorted(request.votes))
    if isinstance(outcome, Performed):
        return f"approved by {by}, booked as {outcome.result['receipt']}"
    return f"approved by {by}, and not performed: {outcome.to_model()}"


def _missing(request: Request) -> str:
    return " and ".join(f"{people} {role}" for role, people in request.missing.items())
