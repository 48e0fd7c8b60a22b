"""`havocproof journal show | verify`: what happened, and that nobody changed it."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from havocproof.cli.output import as_json, table

if TYPE_CHECKING:
    from havocproof.stores import Record


def add(commands: Any) -> None:
    """Adds the commands to the command line."""
    journal = commands.add_parser("journal", help="read a gate's journal")
    actions = journal.add_subparsers(dest="action", metavar="ACTION", required=True)

    show = actions.add_parser("show", help="print the records")
    show.add_argument("journal", type=Path, help="the journal's file")
    show.add_argument("--since", type=int, default=1, metavar="SEQ", help="begin with this record")
    show.add_argument("--kind", action="append", help="only records of this kind (may be given several times)")
    show.add_argument("--json", action="store_true", help="print one JSON object a line")
    show.set_defaults(go=_show)

    verify = actions.add_parser("verify", help="check the chain of records and that the counters add up")
    verify.add_argument("journal", type=Path, help="the journal's file")
    verify.add_argument("--head", metavar="SEQ:HASH", help="a head that was noted elsewhere: finds a dropped tail too")
    verify.add_argument("--json", action="store_true", help="print JSON")
    verify.set_defaults(go=_verify)


def _show(options: argparse.Namespace) -> int:
    import json

    from havocproof.stores import read

    kinds = set(options.kind or ())
    chosen = (record for record in read(options.journal, options.since) if not kinds or record.kind in kinds)
    if options.json:
        for record in chosen:
            print(json.dumps(form(record), ensure_ascii=False))
        return 0
    print(table([_row(record) for record in chosen], ("seq", "time (UTC)", "kind", "action", "said")))
    return 0


def form(record: Record) -> dict[str, Any]:
    """A record as JSON types."""
    return {
        "seq": record.seq,
        "at_ms": record.at_ms,
        "kind": record.kind,
        "body": record.data,
        "prev": record.prev.hex(),
        "hash": record.hash.hex(),
    }


def _row(record: Record) -> tuple[str, str, str, str, str]:
    body = record.data
    action = body.get("action")
    at = datetime.fromtimestamp(record.at_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")
    verb = action["action"] if isinstance(action, dict) else ""
    return str(record.seq), at, record.kind, verb, _said(body)


def _said(body: dict[str, Any]) -> str:
    """The one thing that a reader of the list wants to know."""
    denial = body.get("denial")
    if isinstance(denial, dict):
        return " ".join(str(denial[key]) for key in ("kind", "rule", "why") if denial.get(key))
    error = body.get("error")
    if isinstance(error, dict):
        return str(error.get("message") or error.get("kind"))
    if "person" in body:
        said = f"{body['person']} {'approves' if body['approves'] else 'refuses'} {body['request']} as {body['role']}"
        return said if body["counted"] else f"{said}, not counted: {body['problem']}"
    if "ended" in body:
        return f"{body['why']} {' '.join(body['ended'])}"
    for key in ("problem", "request", "rule", "intent", "fact", "label", "record", "strength", "name", "from"):
        if body.get(key) not in (None, ""):
            return f"{key} {body[key]}"
    return ""


def _verify(options: argparse.Namespace) -> int:
    from havocproof.stores import Head, verify

    report = verify(options.journal, Head.parse(options.head) if options.head else None)
    if options.json:
        as_json(
            {
                "ok": report.ok,
                "records": report.records,
                "head": str(report.head),
                "faults": [str(fault) for fault in report.faults],
                "unfinished": list(report.unfinished),
                "in_doubt": list(report.in_doubt),
            }
        )
        return int(not report.ok)
    for fault in report.faults:
        print(fault)
    if report.in_doubt:
        print(f"in doubt: the effects of records {', '.join(map(str, report.in_doubt))} may have happened")
    if report.unfinished:
        print(f"unfinished: records {', '.join(map(str, report.unfinished))}")
    verdict = "verified" if report.ok else "DOES NOT VERIFY"
    print(f"{verdict}: {report.records} records, head {report.head}")
    return int(not report.ok)
