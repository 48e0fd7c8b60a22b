"""What a command found out about its policies, and which exit code says it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from havocproof.errors import Problem
from havocproof.policy import Policy
from havocproof.proving.results import Change, Difference, MutantReport, Opened, Report


class Exit(IntEnum):
    """Exit codes of `prove` and `diff`. docs/prove.md promises them."""

    HOLDS = 0
    FOUND = 1  # with --strict: a warning, or a widening that no invariant notices
    FAILED = 2  # a file that does not load, a wrong use of the command
    FALSE = 4  # an invariant is false; with --fail-on-wider: something is newly permitted
    UNDECIDED = 5  # neither was proved
    INTERRUPTED = 130


@dataclass(frozen=True)
class Proved:
    """One policy file. `report` is None if it does not load: then `problems` says why. `path` as it was given.

    policy   None if the file does not load
    cached   the report is one of an earlier run on the same bytes
    """

    path: str
    report: Report | None = None
    problems: tuple[Problem, ...] = ()
    policy: Policy | None = None
    mutants: MutantReport | None = None
    cached: bool = False

    @property
    def broken(self) -> int:
        return _count(self.report, "broken")

    @property
    def undecided(self) -> int:
        return _count(self.report, "undecided")

    @property
    def held(self) -> int:
        return _count(self.report, "holds")

    @property
    def left_out(self) -> int:
        """How many of the policy's claims were not asked for (`--only`)."""
        if self.policy is None or self.report is None:
            return 0
        return max(0, len(self.policy.invariants) - len(self.report.results))


@dataclass(frozen=True)
class Compared:
    """Two versions of a policy. `old` and `new` as they were given; `closed`: the difference from new to old, which is
    what became narrower; `digests`: the identities of old and new.
    """

    old: str
    new: str
    difference: Difference
    closed: Difference | None = None
    digests: tuple[str, str] = ("", "")

    def at(self, change: Change) -> str:
        """Where a declaration stands, in the old file if it is gone; "" if it stands in no line."""
        path = self.old if change.text.endswith("is gone") or change.effect == "forgets" else self.new
        return where(path, change.file, change.line) if change.line else ""

    @property
    def narrower(self) -> tuple[Opened, ...]:
        """Regions that were permitted before."""
        return self.closed.opened if self.closed is not None else ()

    @property
    def wider(self) -> bool:
        """Something is newly permitted, or declared so that more can happen, or may be."""
        told = ("wider", "forgets", "changed")
        return bool(self.difference.opened) or any(each.effect in told for each in self.difference.changes)


def where(path: str, file: str, line: int) -> str:
    """`path` is the policy's file, `file` "" for the policy itself."""
    name = path_of(path, file)
    return f"{name}:{line}" if line else name


def path_of(path: str, file: str) -> str:
    """The path of a file of a policy, from where the command runs: layers stand beside the policy, or below."""
    if not file or file == path:
        return path
    folder, slash, _ = path.rpartition("/")
    return f"{folder}{slash}{file}"


def code_of_proofs(every: Iterable[Proved], strict: bool = False) -> Exit:
    """False beats what could not be done, which beats what is not decided: a red run says the worst that is sure."""
    proved = list(every)
    if any(each.broken for each in proved):
        return Exit.FALSE
    if any(each.report is None for each in proved):
        return Exit.FAILED
    if any(each.undecided for each in proved):
        return Exit.UNDECIDED
    if strict and any(_noticed(each) for each in proved):
        return Exit.FOUND
    return Exit.HOLDS


def code_of_difference(compared: Compared, fail_on_wider: bool) -> Exit:
    if fail_on_wider and compared.wider:
        return Exit.FALSE
    if fail_on_wider and not compared.difference.complete:
        return Exit.UNDECIDED
    return Exit.HOLDS


def _noticed(proved: Proved) -> bool:
    notices = proved.report.notices if proved.report is not None else ()
    unnoticed = proved.mutants.count("unnoticed") if proved.mutants is not None else 0
    return bool(notices or unnoticed)


def _count(report: Report | None, status: str) -> int:
    return sum(result.status == status for result in report.results) if report is not None else 0
