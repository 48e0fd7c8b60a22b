"""A slow, plain interpreter of the policy language, written from the prose of POLICY.md alone.

It decides from the policy as parsed YAML whose scalars are all text, the action in wire form, and the whole history,
which it adds up again for every decision. It has no index, no counters and no compiled form, and it shares no code with
the product: only the standard library, and PyYAML to read the file. Section numbers are those of POLICY.md; the
readings of docs/decisions are followed too.

Values and tests: `values`, `language`. Actions: `atoms`, `tool_calls`. What is remembered: `oracle_records`,
`oracle_facts`, `oracle_labels`, `spending`. Who: `oracle_agents`, `oracle_grants`. Files: `oracle_layers`.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Any, NamedTuple

from tests.differential import spending
from tests.differential.atoms import effects
from tests.differential.language import Answer, conjunction, defaults, every, listed, number
from tests.differential.oracle_agents import ENDS, acting, has_ended, is_below, kind_of, may_give, may_start
from tests.differential.oracle_events import Asked, Event, History, PolicyText, Scene, Scopes
from tests.differential.oracle_grants import granted
from tests.differential.oracle_labels import brings, carried_alone, carried_for, held_back
from tests.differential.oracle_layers import approvals, is_guard, layers, name_in, read
from tests.differential.oracle_records import duration
from tests.differential.oracle_when import when
from tests.differential.values import Effect, Refused, Values


class Verdict(NamedTuple):
    """`kind` is permit, ask or deny; `reasons` of a denial: never, unpermitted, later, unpayable, malformed.

    An action of several atoms may have several reasons. `unsettled`: the prose leaves open whether it is refused.
    `others`: verdicts that are right, too, where the prose can be read in two ways. `duties`: the obligations of a
    permit, and `more` those of rules that speak about it perhaps, or to other agents. `request`: what people agreed to
    and this permit uses up.
    """

    kind: str
    needs: frozenset[str] = frozenset()
    reasons: frozenset[str] = frozenset()
    unsettled: bool = False
    others: tuple[Verdict, ...] = ()
    duties: frozenset[str] = frozenset()
    more: frozenset[str] = frozenset()
    request: Asked | None = None

    def allows(self, other: Verdict) -> bool:
        """Whether `other`, with at most one reason, is a right answer where this one is."""
        if self.unsettled and other.reasons == {"unpayable"}:
            return True
        same = (self.kind, self.needs) == (other.kind, other.needs) and other.reasons <= self.reasons
        return same or any(one.allows(other) for one in self.others)


def deny(*reasons: str) -> Verdict:
    return Verdict("deny", frozenset(), frozenset(reasons))


def match(scene: Scene, rule: dict[str, Any], kind: str, effect: Effect, atom: Values) -> Answer:
    """A rule's match: where, when and defaults, made no if `unless` is yes (2.5)."""
    if not listed(rule[kind], effect):
        return False
    answer = every([conjunction(scene, rule.get("where", {}), atom), when(scene, rule.get("when", {}), atom)])
    if kind != "forbid":
        answer = every([answer, defaults(rule, atom)])
    if "unless" in rule and conjunction(scene, rule["unless"], atom) is True:
        return False
    return answer


def judge(scene: Scene, effect: Effect, atom: Values, labels: frozenset[str]) -> Verdict:
    """One atom in one layer (2.5, steps 1 to 4). `labels` are those that count for it."""
    may, needs, duties, more = False, set(), set(), set()
    groups = acting(scene).uses
    for group, rules in scene.layer.get("rules", {}).items():
        for rule in rules:
            kind = next(kind for kind in ("permit", "ask", "forbid") if kind in rule)
            answer = match(scene, rule, kind, effect, atom)
            if answer is False:
                continue
            more |= obligations(rule)
            if kind != "forbid" and group not in groups:
                continue
            duties |= obligations(rule) if answer is True else set()
            if kind == "forbid" and "needs" not in rule:
                return deny("never")
            if kind != "permit":
                needs.add(name_in(scene.layer, rule["needs"]))
            may = may or (kind != "forbid" and answer is True)
    wanted = held_back(scene, effect, atom, labels)
    if None in wanted:
        return deny("never")
    if not may and not is_guard(scene.layer) and not by_the_tree(scene, effect):
        return deny("unpermitted")
    needs |= {name_in(scene.layer, need) for need in wanted if need}
    return Verdict("ask" if needs else "permit", frozenset(needs), duties=frozenset(duties), more=frozenset(more))


def obligations(rule: dict[str, Any]) -> set[str]:
    """What has to be done with what the rule permits (2.13): a word and its value, in bytes or ms."""
    units = {"max_result": number, "timeout": duration}
    return {f"{word}:{units.get(word, str)(value)}" for word, value in rule.get("then", {}).items()}


def by_the_tree(scene: Scene, effect: Effect) -> bool:
    """Starting agents and reporting is permitted by the agents' section alone (2.12); the edge is looked at apart."""
    return effect.klass == "agent"


def along(scene: Scene, action: dict[str, Any]) -> set[str]:
    """Why the tree does not let an action go along one of its edges; nothing for what is not about agents."""
    verb, args, me = action["action"], action.get("args", {}), acting(scene)
    if verb in ("agent.spawn", "agent.handoff") and args["agent"] not in scene.top.get("agents", {}):
        return {"malformed"}  # no kind of that name
    if verb == "agent.spawn":
        spec = kind_of(scene.top, args["agent"])
        uses, passes = frozenset(args.get("uses", spec.uses)), frozenset(args.get("delegates", spec.delegates))
        starts = may_start(scene.top, me, args["agent"], frozenset(), frozenset())
        fits = may_start(scene.top, me, args["agent"], uses, passes) and may_give(scene.top, args["agent"], args)
        return set() if fits else {"malformed"} if starts else {"malformed", "unpermitted"}
    if verb == "agent.handoff":
        return set() if args["agent"] in scene.top["agents"][me.kind].get("hands_to", []) else {"unpermitted"}
    # A kind that nobody starts reports to nobody.
    return {"unpermitted"} if verb == "agent.report" and not is_below(scene.top, me.kind) else set()


def decide(policy: PolicyText, action: dict[str, Any], history: History, scopes: Scopes, now: int) -> Verdict:
    """The verdict on an action now, given everything that happened before (2.5, 2.10, 2.11)."""
    try:
        parts = effects(policy, action)
    except Refused:
        return deny("malformed")
    return decide_parts(policy, parts, history, scopes, now, action)


def decide_parts(
    policy: PolicyText,
    parts: list[Effect],
    history: History,
    scopes: Scopes,
    now: int,
    action: dict[str, Any] | None = None,
) -> Verdict:
    now = max([now, *(one.time for one in history)])  # time never goes back
    scene = Scene(policy, policy, history, scopes, now)
    first = one_reading(scene, parts, action)
    doubts = sorted(scene.doubts)
    others = [
        one_reading(Scene(policy, policy, history, scopes, now, frozenset(some)), parts, action)
        for size in range(1, len(doubts) + 1)
        for some in combinations(doubts, size)
    ]
    atoms = [(part, atom) for part in parts for atom in part.atoms]
    unsettled = any(
        spending.uncounted_currency(scene.of(layer), *atom) is None for layer in layers(policy) for atom in atoms
    )
    return first._replace(others=tuple(other for other in others if other != first), unsettled=unsettled)


def one_reading(scene: Scene, parts: list[Effect], action: dict[str, Any] | None) -> Verdict:
    """The verdict, as one of the readings has it."""
    atoms = [(part, atom) for part in parts for atom in part.atoms]
    if len(atoms) > 256:
        return deny("malformed")
    labels = [carried_for(scene.of(layer), atoms) for layer in layers(scene.top)]
    found = meet(scene, parts, action, labels)
    own = [[carried_alone(scene.of(layer))] * len(atoms) for layer in layers(scene.top)]
    if "never" in found.reasons and own != labels:
        # Refused for what the action itself brings: then any other reason to refuse it is right, too.
        found = found._replace(reasons=found.reasons | meet(scene, parts, action, own).reasons)
    return found


def meet(
    scene: Scene, parts: list[Effect], action: dict[str, Any] | None, labels: list[list[frozenset[str]]]
) -> Verdict:
    """The meet over atoms and layers, then budgets and rates, then what people have agreed to.

    `labels`: for each layer and atom those that count.
    """
    atoms = [(part, atom) for part in parts for atom in part.atoms]
    verdicts, soft = [], set()
    for layer, counted in zip(layers(scene.top), labels, strict=True):
        here = replace(scene.of(layer), bringing=brings(scene.of(layer), atoms))
        verdicts += [judge(here, part, atom, mine) for (part, atom), mine in zip(atoms, counted, strict=True)]
    reasons = {reason for verdict in verdicts for reason in verdict.reasons}
    reasons |= along(scene, action) if action else set()
    if reasons:
        return deny(*reasons)
    if action and action["action"] in ENDS and has_ended(scene):
        reasons.add("later")
    for layer in layers(scene.top):
        here = scene.of(layer)
        refused, wanted = spending.budgets(here, parts)
        if any(spending.uncounted_currency(here, *atom) for atom in atoms):
            reasons.add("unpayable")
        reasons |= refused | spending.rates(here, parts)
        soft |= {name_in(layer, need) for need in wanted}
    if reasons:
        return deny(*reasons)
    needs = soft.union(*(verdict.needs for verdict in verdicts))
    permit = Verdict(
        "permit",
        duties=frozenset[str]().union(*(verdict.duties for verdict in verdicts)),
        more=frozenset[str]().union(*(verdict.more for verdict in verdicts)),
    )
    if not needs:
        return permit
    request = granted(scene, approvals(scene.top), action, frozenset(needs)) if action else None
    return permit._replace(request=request) if request else Verdict("ask", frozenset(needs))


__all__ = ["Event", "Verdict", "decide", "decide_parts", "read"]
