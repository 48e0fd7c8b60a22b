"""What a proof of a policy comes to: values that reports render. Nothing here computes.

    report = prove(policy)
    for result in report.results:
        match result.outcome:
            case Holds(): ...
            case Broken(example=example, edit=edit): ...
            case Undecided(why=why): ...

Lines count from 1. `file` is as it was given to `load_policy`, or relative to it for guards; "" is the policy itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from havocproof.errors import Problem
from havocproof.kernel.source import Part

ClaimKind = Literal["never", "always", "some", "at_most", "narrower_than"]


@dataclass(frozen=True, slots=True)
class Line:
    """Where something stands. `id`: of a rule, a budget or a claim; `effect`: permit, ask, forbid, budget or label."""

    id: str
    effect: str
    file: str
    line: int
    why: str = ""


@dataclass(frozen=True, slots=True)
class Bound:
    """One narrowed coordinate of a region, in the user's words: `amount`, `501.00 USD and above`."""

    axis: str
    text: str


@dataclass(frozen=True, slots=True)
class Step:
    """One move of a history. `text`: the action on one line; `outcome`: succeeds, or is attempted.

    `part`, `scopes` and `kind` are what was given to the kernel.
    """

    text: str
    outcome: Literal["succeeds", "is attempted"]
    rules: tuple[Line, ...]
    part: Part | None = None
    scopes: Mapping[str, str] = field(default_factory=dict)
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """An action in a state, on which the kernel gave this verdict.

    word       what the user calls the action: a verb, a tool or a program
    arguments  what was asked, one entry an argument
    state      what the session remembers, in words: "carries `personal`", "`order` is known: status pending"
    agent      the kind of the acting agent, "" if the policy declares none
    verdict    "permit", or "ask" with `needs`, the approvals that are waited for; "deny" with the rules that deny
    rules      the rules that matched
    bounds     how far the action can be changed so that every action there is as bad; proved, not guessed
    history    the moves that lead there, of claims with `after`
    part       what the kernel decided on, `moment` the engine's own value of it
    """

    word: str
    arguments: tuple[Bound, ...]
    state: tuple[str, ...]
    agent: str
    verdict: Literal["permit", "ask", "deny"]
    needs: tuple[str, ...]
    rules: tuple[Line, ...]
    bounds: tuple[Bound, ...]
    history: tuple[Step, ...] = ()
    part: Part | None = None
    moment: object = None


@dataclass(frozen=True, slots=True)
class Edit:
    """The smallest change of the file that was found to make the claim true, and proved on the edited policy.

    text   one line: "narrow `pay` (line 12): amount at most 500.00 USD"
    yaml   what to write: the whole new rule, or the rule to add; "" if the rule is to be removed
    file, line   where: the line of the rule that changes, or of the section that gets a rule
    kind   what happens there
    """

    kind: Literal["add", "narrow", "ask", "remove"]
    text: str
    yaml: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Holds:
    """The claim is true of every action and state.

    vacuous   "" or why the claim says nothing: no action like this is permitted anyway
    by        what it rests on where that is not the search: the budget of `at_most`, the invariant of a history
    example   of `some`: an action that is permitted
    argued    "" or the step from what was proved to the claim that no theorem covers
    """

    vacuous: str = ""
    by: tuple[str, ...] = ()
    example: Example | None = None
    argued: str = ""


@dataclass(frozen=True, slots=True)
class Broken:
    """The claim is false, and this shows it. `example` is None where no single action does: of `some` and `at_most`.

    `why`: one sentence on what is wrong. `edit`: None if no single change was found that makes the claim true.
    """

    why: str
    example: Example | None = None
    edit: Edit | None = None


@dataclass(frozen=True, slots=True)
class Undecided:
    """Neither was proved. `rules`: those that meet there; `why` and `remedy` in one sentence each."""

    why: str
    rules: tuple[Line, ...] = ()
    remedy: str = ""


Outcome = Holds | Broken | Undecided


@dataclass(frozen=True, slots=True)
class Result:
    """One claim. `text`: the claim on one line, as written. `guard`: of which guard it is, "" if of the policy itself.

    `boxes`: how many boxes were looked at; the same at every run. `seconds`: how long it took.
    """

    id: str
    kind: ClaimKind
    text: str
    file: str
    line: int
    outcome: Outcome
    guard: str = ""
    boxes: int = 0
    seconds: float = 0.0

    @property
    def status(self) -> Literal["holds", "broken", "undecided"]:
        match self.outcome:
            case Holds():
                return "holds"
            case Broken():
                return "broken"
        return "undecided"


@dataclass(frozen=True, slots=True)
class Report:
    """All claims of a policy, and what is checked without being written.

    results    in the order of the file, those of guards after them
    notices    dead rules, gaps, forbids that a box cannot honour and the like: problems of the loader and W-DEAD
    """

    policy: str
    version: str
    digest: str
    file: str
    results: tuple[Result, ...]
    notices: tuple[Problem, ...]
    boxes: int
    seconds: float

    @property
    def held(self) -> bool:
        """Whether every claim was proved."""
        return all(result.status == "holds" for result in self.results)


@dataclass(frozen=True, slots=True)
class Mutant:
    """One widening of one rule: what a hurried hand might do to the file.

    rule      the rule that is widened
    change    what is done to it: "without `host`", "permits instead of asking", "removed", "no bound on `amount`"
    noticed   ids of the claims that fail, or can no longer be decided, once it is done
    outcome   "noticed"; "unnoticed": it permits more and no claim says so; "same": it permits nothing more;
              "undecided": whether it permits more was not decided
    example   of an unnoticed one: an action that it newly permits
    """

    rule: Line
    change: str
    outcome: Literal["noticed", "unnoticed", "same", "undecided"]
    noticed: tuple[str, ...] = ()
    example: Example | None = None


@dataclass(frozen=True, slots=True)
class MutantReport:
    """All widenings of a policy, in the order of the file."""

    policy: str
    file: str
    mutants: tuple[Mutant, ...]
    seconds: float

    def count(self, outcome: str) -> int:
        return sum(mutant.outcome == outcome for mutant in self.mutants)


@dataclass(frozen=True, slots=True)
class Opened:
    """A region that a new policy permits and the old one did not: named by the line that the user wrote.

    cause   the old forbid or ask that no longer holds back (`gone`), or the new grant that opened it
    """

    cause: Line
    gone: bool
    example: Example
    bounds: tuple[Bound, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A difference of what two policies declare: budgets, approvals, agents, what is remembered, what tools stand for.

    No region of actions says these: a raised budget permits no new action, and yet more of them.

    area     budget, rate, approval, allowance, agent, fact, label, record, tool, program, server or redaction
    text     one sentence: "budget `month` is raised from 900.00 USD to 1500.00 USD"
    effect   "wider": more can happen; "forgets": what was remembered under this name is not carried over, which may
             let more happen; "changed": not shown to be narrower, so it may be wider; "narrower"; "neutral": new or
             gone, and nothing can happen by it without a rule that permits it
    """

    area: str
    name: str
    text: str
    effect: Literal["wider", "forgets", "changed", "narrower", "neutral"]
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Difference:
    """What a new policy newly permits. `complete`: whether nothing is newly permitted outside these regions.

    `changes`: what `proving.changes` finds. `why`: what was not decided, "" if complete.
    """

    old: str
    new: str
    opened: tuple[Opened, ...]
    complete: bool
    why: str
    seconds: float
    changes: tuple[Change, ...] = ()
