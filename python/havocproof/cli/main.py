"""`havocproof`: the entry point. Exit codes: 0 all is well, 1 something was found, 2 the command could not do it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

from havocproof.cli import approvals, attest, graph, journals, policies
from havocproof.errors import HavocproofError

_EPILOG = "Exit codes: 0 all is well; 1 something was found; 2 the command could not do its work."


def _version() -> str:
    try:
        return version("havocproof")
    except PackageNotFoundError:
        return "not installed"


def parser() -> argparse.ArgumentParser:
    """The command line, with every command's help."""
    top = argparse.ArgumentParser(
        prog="havocproof", description="Contain AI agents by a proved policy.", epilog=_EPILOG
    )
    top.add_argument("--version", action="version", version=f"%(prog)s {_version()}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    policies.add(commands)
    journals.add(commands)
    approvals.add(commands)
    graph.add(commands)
    attest.add(commands)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and gives its exit code."""
    options = parser().parse_args(arguments)
    try:
        return int(options.go(options))
    except HavocproofError as error:
        print(f"havocproof: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # somebody closed the pipe: `havocproof journal show run.db | head`
        sys.stderr.close()
        return 0


if __name__ == "__main__":
    sys.exit(main())
