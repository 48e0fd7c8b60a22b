"""Histories to be: acts, ends, votes, waits and words of the host, biased to what just misses. They name no result."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.differential.alphabet import distinct
from tests.differential.generators import PolicyTree
from tests.differential.histories import Together
from tests.differential.language import action_patterns
from tests.differential.loading import ACTS, FILES
from tests.differential.near_misses import action_for
from tests.differential.oracle import decide
from tests.differential.oracle_events import Scopes
from tests.differential.oracle_grants import quorum
from tests.differential.oracle_layers import approvals
from tests.differential.product import SCOPES, Wire, month_end
from tests.differential.results import Step, Words, words_for
from tests.differential.tools import call_of

SPANS = (1_000, 3_000, 30_000, 3_600_000)
DAY = 86_400_000


def whole(tree: PolicyTree) -> PolicyTree:
    """The policy with what its vocabularies bring, and with a rule for every action pattern: actions drawn for it are
    likely to be of one.
    """
    others = list(tree.get(FILES, {}).values())
    rules = [rule for one in [tree, *others] for group in one.get("rules", {}).values() for rule in group]
    for layer in [tree, *others]:
        for section, keys in (
            ("budgets", ["of"]),
            ("rates", ["of"]),
            ("facts", ["by", "until"]),
            ("labels", ["from", "cleared"]),
        ):
            for spec in layer.get(section, {}).values():
                for verbs, where in [pattern for key in keys if key in spec for pattern in action_patterns(spec[key])]:
                    names = [verbs] if isinstance(verbs, str) else verbs
                    named = [name for name in names if not name.startswith("all.") and name != "host"]
                    rules += [{"permit": name, "where": where} for name in named]
    shared = {
        section: {name: spec for one in [tree, *others] for name, spec in one.get(section, {}).items()}
        for section in ("tools", "sets", "records")
    }
    return tree | {"rules": {"g": rules}} | {section: found for section, found in shared.items() if found}


def counted(tree: PolicyTree) -> PolicyTree:
    """The policy, with rules only on what its budgets count: actions drawn for it are likely to be counted."""
    rules = []
    for budget in tree["budgets"].values():
        for verbs, where in action_patterns(budget["of"]):
            names = [verbs] if isinstance(verbs, str) else verbs
            rules += [{"permit": name, "where": where} for name in names if not name.startswith("all.")]
    return whole(tree) | ({"rules": {"g": rules}} if rules else {})


def scopes(rng: Random, tree: PolicyTree) -> Scopes:
    """Who acts: a session that the host opened."""
    session = rng.choice("ssz")
    kind = rng.choice(["lead"] * 7 + sorted(tree["agents"])) if "agents" in tree else "main"
    session += f"-{kind}" if kind not in ("lead", "main") else ""  # a session is of one kind
    return SCOPES | {
        "user": rng.choice("uuv"),
        "run": rng.choice("rrq"),
        "session": session,
        "agent": kind,
        "self": session,
        "agent.0": session,
    }


def among(rng: Random, tree: PolicyTree) -> Wire:
    """What agents do among each other."""
    specs = tree["agents"]
    verb = rng.choice(["agent.spawn", "agent.spawn", "agent.report", "agent.report", "agent.handoff"])
    kind = rng.choice(["hand", *sorted(specs)])  # a policy that has lost rules may have lost `hand`, too
    spec = specs.get(kind, {})
    if verb == "agent.report":
        return {"action": verb, "args": {"fields": {}}}
    args: dict[str, Any] = {"agent": kind}
    if verb == "agent.spawn" and rng.randint(0, 3) == 0:
        args["uses"] = sorted(distinct(rng, spec.get("uses", []) or ["g1"], 0, 2))
    if verb == "agent.spawn" and "share" in spec and rng.randint(0, 1):
        [(name, limit)] = spec["share"].items()
        args["share"] = {name: rng.randint(0, int(limit) + 1)}
    return {"action": verb, "args": args}


def along(rng: Random, tree: PolicyTree, kind: str) -> Wire:
    """What an agent of this kind may do among agents: along an edge of the tree, or a report."""
    spec = tree["agents"][kind]
    kinds = {"agent.spawn": spec.get("starts"), "agent.handoff": spec.get("hands_to")}
    acts = [{"action": verb, "args": {"agent": one}} for verb, found in kinds.items() for one in found or []]
    return rng.choice([*acts, *acts, {"action": "agent.report", "args": {"fields": {}}}])


def script(rng: Random, tree: PolicyTree, rounds: int = 4) -> list[Step]:
    """A few actions again and again, by few agents, with what happens between them."""
    seen = whole(tree) if rng.randint(0, 1) or "budgets" not in tree else counted(tree)
    drawn = tree[ACTS] if ACTS in tree else [action_for(rng, seen) for _ in range(rng.randint(2, 4))]
    people = [scopes(rng, tree) for _ in range(2)]
    words = words_for(whole(tree))
    steps: list[Step] = []
    if "agents" in tree:
        steps += [Step("act", (among(rng, tree), rng.choice(people), at)) for at in range(3)]
    for _ in range(rounds * 3 if ACTS in tree else rounds):
        who, agent = rng.choice(people), rng.randint(0, 3)
        fresh = ACTS not in tree and rng.randint(0, 9) == 0
        some = [action_for(rng, seen) if fresh else rng.choice(drawn) for _ in range(2)]
        if "agents" in tree and rng.randint(0, 2) == 0:
            some[0] = among(rng, tree)
        if "agents" in tree and ACTS in tree:
            steps.append(Step("family", (who, rng.randint(0, 5), rng.randint(0, 10**6))))
        for _ in range(rng.randint(1, 4)):
            one = rng.choice(some)
            whole_way = Step("perform", (one, who, agent, 100, rng.randint(0, 10**6)))
            steps.append(whole_way if rng.randint(0, 2) == 0 else Step("act", (one, who, agent)))
        if words.records:
            steps += reading(rng, tree, who, agent)
        steps += between(rng, tree, words, who)
        if rng.randint(0, 1):
            steps.append(Step("act", (rng.choice(some), who, agent)))
    return steps


def reading(rng: Random, tree: PolicyTree, who: Scopes, agent: int) -> list[Step]:
    """Reads whose answers are recorded, and calls that look at them."""
    steps = []
    for _ in range(rng.randint(0, 2)):
        call = call_of(rng, rng.choice(["look", "look", "rows", "who"]))
        steps.append(Step("perform", (call, who, agent, 100, rng.randint(0, 10**6))))
    fits = [Step("fit", (rng.randint(0, 10**6), who, agent)) for _ in range(rng.randint(1, 3))]
    return steps + (fits if ACTS not in tree else [])


def between(rng: Random, tree: PolicyTree, words: Words, who: Scopes) -> list[Step]:
    """What can happen between acts."""
    steps: list[Step] = []
    for _ in range(rng.randint(0, 3)):
        how = rng.choice(["released", "failed", 0, 25, 50, 100, 100, "untold"])
        steps.append(Step("end", (rng.randint(0, 9), how, rng.randint(0, 10**6))))
    if rng.randint(0, 1):
        steps += votes(rng)
    if rng.randint(0, 2) == 0:
        steps.append(waiting(rng))
    if rng.randint(0, 3) == 0 or words.records:
        steps.append(words.told(rng, who))
    return steps


def waiting(rng: Random) -> Step:
    """A wait: a little, to just around the end of something that began before, or to the end of a window."""
    span = rng.choice(SPANS)
    if rng.randint(0, 2):
        return Step("until", (rng.randint(0, 9), span, rng.choice([-1, 0, 1])))
    return Step("wait", (rng.choice([1, 1, 500, span, "day", "month", "month"]),))


def votes(rng: Random) -> list[Step]:
    """Votes on one request: all that are needed and the action again, or any."""
    at = rng.randint(0, 9)
    if rng.randint(0, 2):
        return [Step("approve", (at, rng.choice([0, 0, 0, 1]))), *[Step("again", (at,))] * rng.randint(1, 2)]
    return [
        Step(
            "vote",
            (
                at,
                rng.choice("aab") if rng.randint(0, 3) else "user",
                rng.choice(["m", "m", "t", "session-user"]),
                bool(rng.randint(0, 5)),
            ),
        )
        for _ in range(rng.randint(1, 3))
    ]


class Player:
    """Plays steps on a history. Each function gives the difference of oracle and product, None if there is none."""

    def __init__(self, history: Together, words: Words, tree: PolicyTree) -> None:
        self.history = history
        self.words = words
        self.tree = tree

    def play(self, steps: list[Step]) -> str | None:
        for step in steps:
            difference: str | None = getattr(self, step.kind)(*step.args)
            if difference is not None:
                return difference
        return None

    def act(self, action: Wire, who: Scopes, agent: int) -> str | None:
        mine = self.among(who, agent)
        return self.history.act(_told(action, mine), mine)

    def perform(self, action: Wire, who: Scopes, agent: int, how: int, seed: int) -> str | None:
        """An action that ends at once, if it is permitted."""
        under_way = len(self.history.open)
        difference = self.act(action, who, agent)
        if len(self.history.open) > under_way:
            self.end(-1, how, seed)
        return difference

    def family(self, who: Scopes, agent: int, seed: int) -> str | None:
        """An agent does among agents what its kind may do."""
        mine = self.among(who, agent)
        return self.history.act(_told(along(Random(seed), self.tree, mine["agent"]), mine), mine)

    def fit(self, seed: int, who: Scopes, agent: int) -> str | None:
        """One of a few calls that look at records, if there is one the first that the oracle does not plainly deny; now
        and then with another value in it.
        """
        rng = Random(seed)
        mine = self.among(who, agent)
        calls = [call_of(rng, rng.choice(["use", "use", "many"])) for _ in range(12)]
        fitting = (
            call
            for call in calls
            if "unpermitted" not in self.says(call, mine) and "never" not in self.says(call, mine)
        )
        call = next(fitting, calls[0])
        if rng.randint(0, 2) == 0:
            name = rng.choice(sorted(call["args"]))
            other = call_of(rng, call["action"])["args"]
            call = call | {"args": call["args"] | {name: other.get(name, call["args"][name])}}
        return self.history.act(call, mine)

    def says(self, action: Wire, who: Scopes) -> frozenset[str]:
        return decide(self.history.plain, action, self.history.history, who, self.history.now).reasons

    def among(self, who: Scopes, agent: int) -> Scopes:
        """The root of a session, or one of the agents that were started in it."""
        mine = [who, *(one for one in self.history.started.values() if one["session"] == who["session"])]
        return mine[agent % len(mine)]

    def again(self, at: int) -> str | None:
        """What people were asked about is tried again."""
        if not self.history.asked:
            return None
        asked = self.history.asked[at % len(self.history.asked)]
        return self.history.act(asked.action, asked.scopes)

    def vote(self, at: int, person: str, role: str, agrees: bool) -> str | None:
        return self.history.vote(at, person, role, agrees) if self.history.asked else None

    def approve(self, at: int, missing: int) -> str | None:
        """All who are needed agree, but for so many of them."""
        if not self.history.asked:
            return None
        asked = self.history.asked[at % len(self.history.asked)]
        known = approvals(self.history.plain)
        due: dict[str, int] = {}
        for need in asked.needs:
            for role, people in quorum(known[need]).items():
                due[role] = max(people, due.get(role, 0))
        roles = [role for role, people in sorted(due.items()) for _ in range(people)]
        for number, role in enumerate(roles[: len(roles) - missing]):
            person = "user" if role == "session-user" else "abcde"[number]
            difference = self.history.vote(at, person, role, True)
            if difference is not None:
                return difference
        return None

    def end(self, at: int, how: str | int, seed: int) -> None:
        if self.history.open:
            action = self.history.open[at % len(self.history.open)].event.action
            self.history.end(at, how, self.words.result(Random(seed), action))

    def wait(self, span: int | str) -> None:
        now = self.history.now
        edges = {"day": now // DAY * DAY + DAY, "month": month_end(now)}
        self.history.now = edges[span] if isinstance(span, str) else now + span

    def until(self, at: int, span: int, beside: int) -> None:
        """To so long after something that happened, or a millisecond beside it; never back."""
        if self.history.history:
            moment = self.history.history[-1 - at % len(self.history.history)].time + span + beside
            self.history.now = max(self.history.now, moment)

    def prompt(self, who: Scopes, text: str) -> None:
        self.history.prompt(who, text)

    def note(self, who: Scopes, record: str, key: str, fields: dict[str, Any]) -> None:
        self.history.note(who, record, key, fields)

    def tell(self, who: Scopes, what: str, name: str, key: tuple[str, ...]) -> None:
        self.history.tell(who, what, name, key)

    def nothing(self) -> None:
        """The host has nothing to say."""


def _told(action: Wire, who: Scopes) -> Wire:
    """A report, with what the oracle has to know about it: who reports to whom."""
    if action["action"] != "agent.report":
        return action
    depth = sum(name.startswith("agent.") for name in who)
    parent = who[f"agent.{depth - 2}"] if depth > 1 else ""
    return action | {"args": action["args"] | {"agent": who["agent"], "parent": parent}}


__all__ = ["Player", "Step", "script", "whole"]
