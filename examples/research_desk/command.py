"""The command behind run.py: its options, its progress, and what it prints at the end."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from examples.research_desk import approved
from examples.research_desk.board import Event
from examples.research_desk.checks import ending, problems
from examples.research_desk.desk import Run, run_desk
from examples.research_desk.model import from_environment
from examples.research_desk.nodes import ModelUnavailableError
from examples.research_desk.table import as_json, brief, render
from havocproof.actions import ModelCall
from havocproof.errors import HavocproofError
from havocproof.gate import Malformed, Pending

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: Sequence[str] | None = None) -> int:
    """The command. Returns the exit code."""
    options = _options(arguments)
    if options.resume is not None:
        return _resume(options)
    started = time.monotonic()
    try:
        model = from_environment(os.environ)
        root = options.out or fresh_directory(ROOT)
        if not options.quiet:
            said = "the scripted model" if model is None else f"the model at {os.environ['HAVOCPROOF_MODEL_URL']}"
            _tell(f"The desk runs in {root} with {said}.")
        run = run_desk(root, notify=(lambda event: None) if options.quiet else progress, model=model)
    except HavocproofError as error:
        _tell(f"error: {error}")
        return 2
    except ModelUnavailableError as error:
        _tell(f"error: the model gave no answer: {error}")
        return 1
    found = problems(run)
    if options.json:
        print(json.dumps(_document(run, found), indent=2, ensure_ascii=False))
    else:
        print(render(run, shutil.get_terminal_size((100, 24)).columns))
        print(f"\n{_closing(run, found, time.monotonic() - started)}")
    return 1 if found else 0


def _resume(options: argparse.Namespace) -> int:
    """The second act. Returns the exit code."""
    try:
        followed = approved.follow(options.resume)
    except HavocproofError as error:
        _tell(f"error: {error}")
        return 2
    found = approved.problems(followed)
    if options.json:
        document = {
            "ok": not found,
            "problems": found,
            "done": [{"request": request.id, **outcome.to_model()} for request, outcome in followed.done],
            "waiting": [request.id for request in followed.waiting],
            "journal": {
                "verified": followed.journal.ok,
                "head": {"seq": followed.head.seq, "hash": followed.head.hash},
            },
        }
        print(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        print("\n".join([approved.told(followed), *(f"- {problem}" for problem in found)]))
    return 1 if found else 0


def progress(event: Event) -> None:
    """One line on stderr for each thing that an agent did; calls of the model itself are not shown."""
    outcome = event.outcome
    if isinstance(outcome, Malformed):
        what = "(text that is no action)"
    elif isinstance(outcome.action, ModelCall) and outcome.ok:
        return
    else:
        what = " ".join(brief(outcome.action).split())
    _tell(f"{event.seq:>5}  {event.agent:<15} {ending(outcome):<10} {what[:66]}")


def fresh_directory(root: Path) -> Path:
    """build/research_desk in the checkout, or research_desk-out here if there is none; numbered if that is taken."""
    in_checkout = (root / "pyproject.toml").is_file() and os.access(root, os.W_OK)
    first = root / "build" / "research_desk" if in_checkout else Path.cwd() / "research_desk-out"
    found, number = first, 1
    while found.exists():
        number += 1
        found = first.with_name(f"{first.name}-{number}")
    return found


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="run.py",
        description="Runs the research desk under its policy and shows what was permitted, denied and asked.",
        epilog="With HAVOCPROOF_MODEL_URL and HAVOCPROOF_MODEL_KEY set (and HAVOCPROOF_MODEL_NAME, if the endpoint has"
        " its own name for the model), a real model is asked; offline, a script.",
    )
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="an empty or new directory for all files of the run (default: build/research_desk in the checkout, or"
        " ./research_desk-out; numbered if taken)",
    )
    parser.add_argument(
        "--resume",
        type=Path,
        metavar="DIR",
        help="the second act: perform what people have approved of the run in DIR, and nothing else",
    )
    parser.add_argument("--quiet", action="store_true", help="no progress on stderr")
    parser.add_argument("--json", action="store_true", help="print the outcome as JSON instead of tables")
    return parser.parse_args(arguments)


def _closing(run: Run, found: list[str], seconds: float) -> str:
    journal = "verified" if run.journal.ok else "DOES NOT VERIFY"
    ledger = "adds up" if not run.ledger else "DOES NOT ADD UP"
    transfers, postings = run.after.transfers - run.before.transfers, run.after.postings - run.before.postings
    facts = {
        "report": str(run.report),
        "chart": str(run.chart),
        "journal": str(run.journal_path),
        "": f"{journal}: {run.journal.records} records, {len(run.journal.in_doubt)} in doubt, head {run.head.hash}",
        "ledger": f"{ledger}: {transfers} payments booked in {postings} postings",
        "web": f"{len(run.received)} requests at the listed sources, {len(run.after.collected)} at the collector",
        "time": f"{seconds:.1f} s",
    }
    lines = [f"{name:<9} {text}" for name, text in facts.items()]
    if found:
        lines += ["", f"NOT CONTAINED: {len(found)}", *(f"- {problem}" for problem in found)]
    else:
        lines += ["", "Every misbehaviour was stopped. Outside of the workspace nothing has changed but what was paid."]
    if any(isinstance(event.outcome, Pending) for event in run.board.events):
        lines += ["", "What was asked happens once people agree:", *approved.how_to_approve(run.root)]
    return "\n".join(lines)


def _document(run: Run, found: list[str]) -> dict[str, object]:
    return {
        "ok": not found,
        "problems": found,
        "report": str(run.report),
        "chart": str(run.chart),
        "journal": {
            "path": str(run.journal_path),
            "verified": run.journal.ok,
            "records": run.journal.records,
            "head": {"seq": run.head.seq, "hash": run.head.hash},
            "in_doubt": list(run.journal.in_doubt),
        },
        "ledger": {"problems": list(run.ledger), "payments": run.after.transfers - run.before.transfers},
        **as_json(run),
    }


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
