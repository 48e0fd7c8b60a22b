"""The one tree of errors. Refusals are values (`havocproof.gate.Denied`); what stands here are faults.

    HavocproofError
    ├── ActionError        model text or an action that is not in the typed action space
    ├── PolicyError        a policy that does not load; carries every problem of the file
    ├── ConfigError        wrong use of the library: a missing port, a bad argument
    ├── PortError          the effect failed and is known not to have happened
    │   └── PortRefused    the port itself refused: an escape, a private address, a row bound
    ├── InDoubt            the effect may have happened; its reservation stays
    ├── StoreError         the store or the journal failed; nothing was performed
    │   └── JournalError   the journal does not verify
    └── KernelError        the installed kernel is not the one that was proved; it was not imported

`Contained` stands outside: it is a `BaseException`, so that retries and `except Exception` cannot undo a denial.
"""

from __future__ import annotations

from dataclasses import dataclass


class HavocproofError(Exception):
    """Base of all faults. `remedy` says what to do about it."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message}. {self.remedy}" if self.remedy else self.message


class ActionError(HavocproofError):
    """Input that is no typed action. `field` is a dotted path such as `args.amount`; nothing has been performed."""

    def __init__(self, field: str, problem: str, remedy: str = "") -> None:
        super().__init__(f"{field}: {problem}" if field else problem, remedy)
        self.field = field
        self.problem = problem


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong with a policy file. Lines and columns count from 1; 0 means the file as a whole."""

    file: str
    line: int
    column: int
    code: str
    message: str
    remedy: str = ""

    @property
    def is_warning(self) -> bool:
        return self.code.startswith("W-")

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        text = f"{where}: {self.code}: {self.message}"
        return f"{text}\n    {self.remedy}" if self.remedy else text


class PolicyError(HavocproofError):
    """A policy that does not load. `problems` holds everything that is wrong, in the order of the file."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class ConfigError(HavocproofError):
    """The library was used in a way that cannot work. Nothing has been performed."""


class PortError(HavocproofError):
    """The effect failed and is known not to have happened: its reservation is released."""


class PortRefused(PortError):
    """The port itself refused the effect, for a reason that no policy can lift."""


class InDoubt(HavocproofError):
    """The effect may have happened. It stays reserved and is never silently repeated."""


class StoreError(HavocproofError):
    """The store failed. Every decision that needed it is a denial."""


class JournalError(StoreError):
    """The journal does not verify, or could not be written."""


class KernelError(HavocproofError, ImportError):
    """The kernel or its certificate is not as it was proved and generated. No module of the kernel was imported."""


class Contained(BaseException):
    """Ends a contained run after a denial. Not an `Exception`: retries and fallbacks of a framework must not undo it.

    `outcome` is the refusal that the session remembers.
    """

    def __init__(self, outcome: object) -> None:
        super().__init__(str(outcome))
        self.outcome = outcome
