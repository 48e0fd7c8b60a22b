"""`havocproof`: the entry point. Exit codes: 0 all is well, 1 something was found, 2 the command could not do it.

`prove` and `diff` also know 4, what was claimed is false, and 5, it is not decided. 130: interrupted.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from havocproof.cli import approvals, attest, differing, graph, journals, policies, proving
from havocproof.cli.version import version
from havocproof.errors import HavocproofError

_EPILOG = (
    "Exit codes: 0 all is well; 1 something was found; 2 the command could not do its work; of prove and diff 4 what"
    " was claimed is false, 5 it is not decided; 130 interrupted."
)


def parser() -> argparse.ArgumentParser:
    """The command line, with every command's help."""
    top = argparse.ArgumentParser(
        prog="havocproof", description="Contain AI agents by a proved policy.", epilog=_EPILOG
    )
    top.add_argument("--version", action="version", version=f"%(prog)s {version()}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    policies.add(commands)
    proving.add(commands)
    differing.add(commands)
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
    except KeyboardInterrupt:
        print("havocproof: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:  # somebody closed the pipe: `havocproof journal show run.db | head`
        sys.stderr.close()
        return 0


if __name__ == "__main__":
    sys.exit(main())
