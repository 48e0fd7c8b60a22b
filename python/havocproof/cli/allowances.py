"""Of `havocproof approvals`: more than the one call, and `allowances`, which lists what people have given."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from havocproof.cli.output import as_json, table
from havocproof.errors import ConfigError

if TYPE_CHECKING:
    from havocproof.gate.approving import Request
    from havocproof.gate.given import Allowance
    from havocproof.gate.terms import Terms

_COLUMNS = ("request", "rule", "same", "for", "left", "until (UTC)")


def add_terms(command: argparse.ArgumentParser) -> None:
    """The options by which an approval goes beyond the one call."""
    more = command.add_argument_group(
        "more than the one call", "the same rule with the same values, where the policy lets people widen it"
    )
    more.add_argument("--uses", type=int, metavar="N", help="how often")
    more.add_argument("--for", dest="lasts", metavar="TIME", help="for how long from then on: 30d, 12h")
    more.add_argument("--amount", default="", metavar="AMOUNT", help="how much in all: '3000.00 USD'")


def terms(options: argparse.Namespace) -> Terms | None:
    """What is approved instead of the one call, None for that call. ConfigError if only half of it is said."""
    from havocproof.gate.terms import Terms

    if "uses" not in options or (options.uses is None and options.lasts is None and not options.amount):
        return None
    if options.uses is None or options.lasts is None:
        raise ConfigError("more than the one call needs --uses and --for", "Write --uses 3 --for 30d.")
    return Terms(options.uses, options.lasts, options.amount)


def beyond(request: Request, said: Terms) -> str:
    """Why the request cannot be widened by these terms; "" if it can."""
    if "allowance" in request.body:
        return "it is an allowance itself: approve it without terms, or refuse it"
    widen = request.body.get("widen")
    if widen is None:
        return "no approval that it waits for may be widened: approve the one call"
    return f"only the one call can be approved: {widen['not']}" if "not" in widen else said.beyond(widen["most"])


def most(request: Request) -> str:
    """What may be given instead of the one call, in one line; "" if nothing may."""
    widen = request.body.get("widen")
    if widen is None:
        return ""
    if "not" in widen:
        return f"only the one call: {widen['not']}"
    bound = widen["most"]
    amount = f", {bound['amount']} in all" if bound["amount"] else ""
    return f"{widen['rule']} with {_same(widen['same'])}: at most {bound['uses']} uses{amount}, for {bound['for']}"


def given(journal: Path) -> list[Allowance]:
    """The allowances under the journal's last policy whose time is not over, oldest first."""
    from havocproof.gate.clock import system_clock
    from havocproof.gate.given import standing
    from havocproof.stores import read, schema
    from havocproof.stores.journal import reading

    policies = [record.data for record in read(journal) if record.kind == "policy"]
    with reading(journal) as connection:
        schema.check(connection)
        view = schema.state(connection).view
    last = policies[-1] if policies else {"digest": "", "tenant": ""}
    return standing(view, last["digest"], last["tenant"], system_clock())


def listing(options: argparse.Namespace) -> int:
    """`havocproof approvals allowances`."""
    found = given(options.journal)
    if options.json:
        as_json([each.form() for each in found])
        return 0
    print(table([_row(each) for each in found], _COLUMNS) if found else "no allowance is in force")
    return 0


def _row(each: Allowance) -> tuple[str, ...]:
    left = f"{each.uses_left} of {each.uses}"
    if each.amount is not None:
        form = each.form()
        left += f", {form['amount_left']} of {form['amount']}"
    until = datetime.fromtimestamp(each.until / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")
    return each.request, each.rule, _same(each.same), each.user, left, until


def _same(same: Any) -> str:
    return ", ".join(f"{axis} {value}" for axis, value in same.items())
