"""The one bridge between Python values and the generated kernel. It converts and calls; it decides nothing.

What the kernel gets at run time are plain values that generated code uses only by `in`, `[]`, `len` and attribute:
`dict` where Dafny says `map`, `tuple` where it says `seq`, the named tuples of `source` where it says `Part`, `Atom`.
`tests/kernel/test_generated_shapes.py` reads the generated code and fails if it ever does anything else with them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import _dafny

import havocproof.kernel.generated.module_ as _module  # first: the generated modules import each other through it
from havocproof.errors import ConfigError
from havocproof.kernel import constructors
from havocproof.kernel import source as src
from havocproof.kernel.generated import (
    AgentCode,
    ApprovalCode,
    BuildCode,
    CheckCode,
    MemoryCode,
    RecordCode,
    Requests,
    Scenes,
    Trees,
    Verdicts,
)
from havocproof.kernel.generated import Kernel as Code
from havocproof.kernel.lowered import to_mark, to_policy, to_test
from havocproof.kernel.source import Agent, Atom, Grant, Key, Part, Record, View

GENERATED_MODULES = tuple(
    value for value in vars(_module).values() if getattr(value, "__package__", "") == Code.__package__
)
"""Every generated module but the one that imports them all."""
constructors.settle(GENERATED_MODULES)

Verdict = Any
Charges = Any

_decide = Code.default__.Decide
_judge = Code.default__.Judge
_settle = Code.default__.Settle
_request = Requests.Request_Request
_scene = Scenes.Scene_Scene
_NO_WRITES = Verdicts.Writes_NoWrites()
_NO_KEYS: frozenset[Key] = frozenset()
_MODES = {"latest": 0, "once": 1, "collect": 2}
NOTHING = View({}, {}, {})
"""A session that remembers nothing."""


def load(source: src.Source) -> Kernel:
    """Load a policy's core. Raises `ConfigError` naming the rule that is not well-formed."""
    loaded = Code.default__.Load(to_policy(source))
    if loaded.is_Invalid:
        raise ConfigError(
            f"rule or policy {loaded.rule} is not well-formed",
            "A permit has no `unless`; a charge names a declared budget; a rate has a period of 1 ms or more; "
            "a quorum asks for people; "
            "a child agent has no group that its parent lacks",
        )
    return Kernel(loaded.plan)


class Kernel:
    """A loaded policy. Every method is total, changes nothing and calls generated code for the decision."""

    __slots__ = ("_plan",)

    def __init__(self, plan: Any) -> None:
        self._plan = plan

    def decide(
        self,
        parts: tuple[Part, ...],
        scopes: dict[str, str],
        groups: frozenset[str],
        month_end: int,
        now: int,
        seen: int,
        view: View,
        digest: str = "",
    ) -> Verdict:
        """The verdict on an action at `now`, which must not be before `seen`; times in ms since the epoch.

        `scopes` must hold "" for unused slots. `groups`: those that the acting agent uses. `view`: what is remembered,
        or any part of it that holds what the request touches. `digest`: the action's, when a grant may be used.
        """
        if view.grants:
            view = self._granted(scopes, digest, view)
        return _decide(
            self._plan, _scene(_request(parts, scopes, digest, month_end), groups, now, view, _NO_KEYS), seen
        )

    def judge(
        self,
        parts: tuple[Part, ...],
        scopes: dict[str, str],
        groups: frozenset[str],
        month_end: int,
        now: int,
        view: View,
    ) -> Verdict:
        """What the rules say, before budgets, rates and approvals are looked at; `touched` names the cells."""
        return _judge(self._plan, _scene(_request(parts, scopes, "", month_end), groups, now, view, _NO_KEYS))

    def _granted(self, scopes: dict[str, str], digest: str, view: View) -> View:
        """The view with the one grant that this request could use, in the kernel's own form; none without a digest."""
        if digest and self._plan.session in scopes:
            key = self.grant_key(scopes, digest)
            grant = view.grants.get(key)
            if grant is not None:
                return View(view.nums, view.records, {key: _grant(grant)})
        return View(view.nums, view.records, {})

    def settle(
        self, charges: Charges, used: dict[str, int], ok: bool, since: int, now: int, nums: Mapping[Key, int]
    ) -> list[tuple[Key, int]]:
        """New contents of the cells of a permit once `used` of it stays; a measure that `used` lacks stays whole.

        `ok`: the effect succeeded; `since`: when it was decided.
        """
        return _written(_settle(charges, used, ok, since, now, nums, _NO_WRITES))

    # ---- what the host says, and what a store may drop ----

    def tell(self, key: Key, now: int, nums: Mapping[Key, int]) -> list[tuple[Key, int]]:
        """New contents after the host set a mark: a label, or that a fact was begun or is done."""
        return _written(Code.default__.Tell(key, now, nums, _NO_WRITES))

    def dead(self, key: Key, now: int) -> bool:
        """Whether no later decision can tell the cell from an empty one."""
        return bool(Code.default__.Dead(key, now))

    def learn(self, known: Record | None, said: Record, mode: str) -> Record:
        """The record after something was said: `mode` is "latest", "once" (the first stays) or "collect"."""
        before = _record(known if known is not None else said)
        made = RecordCode.default__.Learned(known is not None, before, _record(said), _MODES[mode])
        names = {field: frozenset(values) for field, values in dict.items(made.names)}
        return Record(made.at, names, dict(dict.items(made.ones)), dict(dict.items(made.ints)))

    # ---- people ----

    def grant_key(self, scopes: dict[str, str], digest: str) -> Key:
        """Where the request to people for this action of this session is kept, under this policy."""
        key: Key = Code.default__.GrantKey(self._plan, _request((), scopes, digest, 0))
        return key

    def ask(self, needs: Iterable[str], asker: str, now: int, most: int) -> Grant:
        """A new request to people; it ends after the shortest time of its approvals, and `most` ms at the latest."""
        within = Code.default__.Within(self._plan.quorums, _needs(needs), most)
        return _plain(ApprovalCode.default__.Opened(now + within, asker))

    def live(self, grant: Grant, now: int) -> bool:
        """Whether the request still waits or may be used: not used, not refused, not over."""
        return bool(ApprovalCode.default__.Live(_grant(grant), now))

    def vote(self, grant: Grant, person: str, role: str, now: int) -> Grant | None:
        """The request with one more vote; None if this person's vote in this role does not count."""
        if not ApprovalCode.default__.MayVote(_grant(grant), person, role, self._plan.self, now):
            return None
        return _plain(ApprovalCode.default__.Voted(_grant(grant), person, role))

    def refuse(self, grant: Grant, person: str, role: str, now: int) -> Grant | None:
        """The request, closed by somebody who could have voted; None if this person could not."""
        if not ApprovalCode.default__.MayVote(_grant(grant), person, role, self._plan.self, now):
            return None
        return _plain(ApprovalCode.default__.Closed(_grant(grant)))

    def enough(self, needs: Iterable[str], grant: Grant, now: int) -> bool:
        """Whether all who are needed approved, in time."""
        live = ApprovalCode.default__.Live(_grant(grant), now)
        return bool(live and Code.default__.Enough(self._plan.quorums, _needs(needs), _grant(grant)))

    def used(self, grant: Grant) -> Grant:
        """The request after the action that it was for was permitted under it."""
        return _plain(ApprovalCode.default__.Closed(_grant(grant)))

    # ---- agents ----

    def root(self, kind: str) -> Agent:
        """An agent that the host opens: it has all groups of its kind. ConfigError if there is no such kind."""
        if kind not in self._plan.agents:
            raise ConfigError(f"the policy has no agent {kind}", f"Open one of {', '.join(sorted(self._plan.agents))}.")
        return _agent(AgentCode.default__.Rooted(kind, self._plan.agents[kind]))

    def spawn(self, parent: Agent, kind: str, uses: frozenset[str], passes: frozenset[str]) -> Agent | None:
        """A child of an agent at work, with these groups; None if the policy or the parent's groups forbid it."""
        of = Scenes.Agent_Agent(parent.kind, _dafny.Set(parent.uses), _dafny.Set(parent.passes))
        mine, more = _dafny.Set(uses), _dafny.Set(passes)
        if not AgentCode.default__.MayStart(self._plan.agents, of, kind, mine, more):
            return None
        return Agent(kind, frozenset(uses), frozenset(passes))

    # ---- explanations ----

    def test(self, test: src.Test, part: Part, atom: Atom, scene: Any = None) -> str:
        """How one test answers for one atom: "yes", "no" or "unknown". `scene`: see `scene`."""
        checks = BuildCode.default__.Compile(to_test(test), Trees.Checks_Pass())
        return _answer(checks, scene if scene is not None else EMPTY_SCENE, part, atom)

    def reads(self, rule: src.Rule, part: Part, atom: Atom, scene: Any = None) -> str:
        """Whether one rule speaks about one atom: "yes", "no" or "unknown"; for explanations."""
        scene = scene if scene is not None else EMPTY_SCENE
        if part.verb not in rule.verbs:
            return "no"
        no_axes = Trees.Axes_NoAxes()
        for conjunction in rule.unless:
            unless = BuildCode.default__.CompileAll(tuple(map(to_test, conjunction)), 0, no_axes)
            if conjunction and CheckCode.default__.Holds(unless, scene, part, atom, False):
                return "no"
        tests = BuildCode.default__.CompileAll(tuple(map(to_test, rule.tests)), 0, no_axes)
        return _answer(tests, scene, part, atom)


def scene(scopes: dict[str, str], groups: frozenset[str], now: int, view: View) -> Any:
    """What `Kernel.test` and `Kernel.reads` look at beside the atom."""
    return _scene(_request((), scopes, "", 0), groups, now, view, _NO_KEYS)


EMPTY_SCENE = scene({"": ""}, frozenset(), 0, NOTHING)


def mark_key(mark: src.Mark, scopes: dict[str, str], names: dict[str, str]) -> Key | None:
    """The cell of a mark; None if something that it is kept by is in neither `scopes` nor `names`."""
    found = MemoryCode.default__.MarkKey(to_mark(mark), _request((), scopes, "", 0), Atom(names, {}))
    return found.value if found.is_Found else None


def _answer(checks: Any, scene: Any, part: Part, atom: Atom) -> str:
    if CheckCode.default__.Holds(checks, scene, part, atom, False):
        return "yes"
    return "unknown" if CheckCode.default__.Holds(checks, scene, part, atom, True) else "no"


def _grant(grant: Grant) -> Any:
    return Scenes.Grant_Grant(grant.until, grant.asker, _dafny.Map(grant.votes), grant.open)


def _plain(grant: Any) -> Grant:
    return Grant(grant.until, grant.asker, dict(dict.items(grant.votes)), grant.open_)


def _agent(agent: Any) -> Agent:
    return Agent(agent.kind, frozenset(agent.uses), frozenset(agent.passes))


def _record(record: Record) -> Any:
    names = {field: _dafny.Set(values) for field, values in record.names.items()}
    return Scenes.Record_Record(record.at, _dafny.Map(names), _dafny.Map(record.ones), _dafny.Map(record.ints))


def _needs(names: Iterable[str]) -> Any:
    out = Verdicts.Needs_NoNeeds()
    for name in sorted(names):
        out = Verdicts.Needs_Need(name, out)
    return out


def _written(writes: Any) -> list[tuple[Key, int]]:
    out = []
    while writes.is_Write:
        out.append((writes.key, writes.n))
        writes = writes.more
    return out


def writes(verdict: Verdict) -> list[tuple[Key, int]]:
    """What a permitted verdict leaves in the cells that it touches."""
    return _written(verdict.writes)


def duties(verdict: Verdict) -> frozenset[str]:
    """The obligations that a permitted verdict carries."""
    return frozenset(key[1] for key, _, _, _ in _owed(verdict.charges) if key[0] == src.DUTY)


def charges(judged: Verdict) -> Charges:
    """What a judged request that is not refused would count, once a key."""
    return Verdicts.default__.Total(judged)


def touched(judged: Verdict) -> list[Key]:
    """The cells that a judged request touches; none if it is refused already."""
    return [key for key, _, _, _ in _owed(charges(judged))] if judged.is_Clear else []


def needs(verdict: Verdict) -> frozenset[str]:
    """The approvals that an asked verdict waits for."""
    out, rest = [], verdict.needs
    while rest.is_Need:
        out.append(rest.name)
        rest = rest.more
    return frozenset(out)


def _owed(rest: Charges) -> list[tuple[Key, int, int, str]]:
    out = []
    while rest.is_Owed:
        out.append((rest.key, rest.amount, rest.limit, rest.measure))
        rest = rest.more
    return out


def charges_to_json(owed: Charges) -> list[list[Any]]:
    """Charges as JSON types: `[key as a list, amount, limit, measure]` each."""
    return [[list(key), amount, limit, measure] for key, amount, limit, measure in _owed(owed)]


def charges_from_json(items: Iterable[list[Any]]) -> Charges:
    """The inverse of `charges_to_json`."""
    out = Verdicts.Charges_NoCharges()
    for key, amount, limit, measure in reversed(list(items)):
        out = Verdicts.Charges_Owed(tuple(key), amount, limit, measure, out)
    return out
