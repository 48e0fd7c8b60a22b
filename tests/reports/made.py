"""Results as a run may bring them, made by hand: every outcome, and texts that try to break out of each format."""

from __future__ import annotations

from havocproof.errors import Problem
from havocproof.kernel.source import Atom, Part
from havocproof.policy import Policy, loads_policy
from havocproof.proving.results import (
    Bound,
    Broken,
    Change,
    Difference,
    Edit,
    Example,
    Holds,
    Line,
    Mutant,
    MutantReport,
    Opened,
    Report,
    Result,
    Step,
    Undecided,
)
from havocproof.reports.proved import Compared, Proved

EVIL = "</script><img src=x onerror=alert(1)> & \"q\" 'p' ]]> `tick` | [a](http://evil.example) @all :: %0A"
"""What an attacker would write into a rule's `why`."""

POLICY = """
havocproof: 1
policy: desk
version: "7"
approvals: {boss: {role: boss, people: 1, within: 1d}}
agents:
  lead: {uses: [notes], delegates: [pay], starts: [clerk]}
  clerk: {uses: [pay]}
rules:
  notes:
    - {id: read, permit: [file.read, dir.list], where: {path: /desk/**}}
    - {id: no-keys, forbid: file.read, where: {within: .ssh}, why: "EVIL"}
  pay:
    - {id: small, permit: money.payment, where: {account: costs, payee: any, amount: {max: 5.00 USD}}}
    - {id: large, ask: money.payment, where: {account: costs, payee: any, amount: {above: 5.00 USD}}, needs: boss,
       why: Large.}
prove:
  - {id: evil, never: file.read, where: {path: /desk/secret/**}}
"""

SMALL = Line("small", "permit", "", 14)
PART = Part("money.payment", {"amount": 501, "count": 1}, (Atom({"payee": "x", "via": ""}, {"path": ("a", "b")}),))
EXAMPLE = Example(
    word="money.payment",
    arguments=(Bound("payee", EVIL), Bound("amount", "5.01 USD")),
    state=("carries `personal`",),
    agent="clerk",
    verdict="permit",
    needs=(),
    rules=(SMALL,),
    bounds=(Bound("amount", "5.01 USD and above"),),
    history=(Step("file.read, path: /desk/a", "succeeds", (Line("read", "permit", "", 11),)),),
    part=PART,
    moment=object(),
)
EDIT = Edit(
    "narrow", "narrow `small` (line 14): amount at most 5.00 USD", "- id: small\n  permit: money.payment\n", "", 14
)
RESULTS = (
    Result("fine", "never", "never: file.delete", "", 20, Holds(), boxes=3, seconds=0.25),
    Result("hollow", "never", "never: sql.read", "", 21, Holds(vacuous="no such action is permitted anyway")),
    Result("works", "some", "some: money.payment", "", 22, Holds(by=("budget `b`",), example=EXAMPLE)),
    Result(EVIL, "never", f"never: {EVIL}", "", 23, Broken(f"It is permitted. {EVIL}", EXAMPLE, EDIT), boxes=9),
    Result("none", "some", "some: sql.read", "", 24, Broken("Nothing of it is permitted.")),
    Result(
        "hard", "never", "never: all.send", "guard.yaml", 5, Undecided("Too many boxes.", (SMALL,), "Raise it."), "firm"
    ),
)
NOTICE = Problem("desk.yaml", 30, 3, "W-GAP", f"a gap {EVIL}", "Let the bounds meet.")
MUTANTS = MutantReport(
    "desk",
    "desk.yaml",
    (
        Mutant(SMALL, "without `payee`", "noticed", ("fine",)),
        Mutant(SMALL, "no bound on `amount`", "unnoticed", (), EXAMPLE),
        Mutant(Line("no-keys", "forbid", "", 12, EVIL), "removed", "same"),
    ),
    1.5,
)
DIGEST = "ab" * 32


def policy() -> Policy:
    return loads_policy(POLICY.replace("EVIL", EVIL.replace('"', '\\"')), "desk.yaml")


def report(*results: Result) -> Report:
    return Report("desk", "7", DIGEST, "desk.yaml", results or RESULTS, (NOTICE,), 12, 0.5)


def proved(*results: Result, path: str = "desk.yaml") -> Proved:
    return Proved(path, report(*results), policy=policy(), mutants=MUTANTS)


def unread(path: str = "bad.yaml") -> Proved:
    problem = Problem(path, 4, 2, "E-KEY", f"unknown key {EVIL}", "Leave it out.")
    return Proved(path, problems=(problem,))


def compared(complete: bool = True, opened: bool = True, changed: bool = True) -> Compared:
    """A difference with one region of each kind and one change of each effect."""
    regions = (
        Opened(Line("no-keys", "forbid", "", 12, EVIL), True, EXAMPLE, (Bound("payee", EVIL),)),
        Opened(Line("large", "ask", "", 15, "Large."), True, EXAMPLE, ()),
        Opened(SMALL, False, EXAMPLE, (Bound("amount", "any"),)),
    )
    changes = (
        Change("budget", "month", "budget `month` is raised from 9.00 USD to 90.00 USD", "wider", "", 40),
        Change("label", "web", "label `web` is gone, and with it what sessions hold of it", "forgets", "", 41),
        Change("fact", "done", f"fact `done` is set or reset by other actions than before {EVIL}", "changed", "", 42),
        Change("budget", "day", "budget `day` is lowered from 9 to 8", "narrower", "", 43),
        Change("tool", "t", "tool `t` is new", "neutral", "", 44),
    )
    found = Difference(
        "desk",
        "desk",
        regions if opened else (),
        complete,
        "" if complete else "Too many boxes.",
        0.1,
        changes if changed else tuple(each for each in changes if each.effect in ("narrower", "neutral")),
    )
    back = Difference("desk", "desk", (Opened(SMALL, True, EXAMPLE, ()),), True, "", 0.1)
    return Compared("old.yaml", "new.yaml", found, back, ("0" * 64, "1" * 64))
