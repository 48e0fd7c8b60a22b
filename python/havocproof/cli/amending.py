"""Which lines of a policy would have to change for an action to be permitted: what `havocproof explain` says last.

Every rule that keeps the action from it is named, since changing one of several does not help. The kernel says which
rules speak of the action; nothing here decides, and nothing here advises the change.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from havocproof.kernel import bridge
from havocproof.kernel.source import Atom, Part, Rule
from havocproof.policy import Policy
from havocproof.policy.charges import written_name
from havocproof.policy.explain import expected, nearest

_HOW = {
    "forbid": "does not forbid this any more",
    "require": "does not wait for {needs} any more",
    "ask": "permits this instead of asking {needs}",
}


@dataclass(frozen=True, slots=True)
class Amendment:
    """One line that would have to change. `how`: what it would have to say; `file` "" is the policy itself.

    rule   its id; "" where no rule is near, and one would have to be added
    """

    rule: str
    effect: str
    how: str
    file: str
    line: int


def amendments(policy: Policy, parts: tuple[Part, ...], verdict: Any, scene: Any) -> tuple[Amendment, ...]:
    """All of them, in the order of the file; none if the verdict is a permit. `scene`: as the kernel was given it."""
    if verdict.is_Permitted:
        return ()
    found: dict[tuple[str, str], Amendment] = {}
    for part in parts:
        for atom in part.atoms:
            for each in _of(policy, part, atom, scene):
                found.setdefault((each.rule, each.how), each)
    if verdict.is_Exhausted:
        text = policy.limit(verdict.budget)
        rate = "rate" if text.is_rate else "budget"
        how = f"has more room: {text.shown}" + (f" every {text.every}" if text.every and not text.is_rate else "")
        found[text.name, how] = Amendment(text.name, rate, how, "", text.line)
    if verdict.is_Asked:
        for need in sorted(bridge.needs(verdict) - policy.approvals.keys()):
            text = policy.budgets[written_name(need)]
            above = text.soft.shown if text.soft is not None else text.shown
            found[text.name, need] = Amendment(
                text.name, "budget", f"does not ask above {above} any more", "", text.line
            )
    return tuple(sorted(found.values(), key=lambda each: (each.file, each.line, each.rule)))


def _of(policy: Policy, part: Part, atom: Atom, scene: Any) -> Iterator[Amendment]:
    """What keeps one atom from being permitted."""
    spoken = [
        (rule, policy.kernel.reads(rule, part, atom, scene))
        for rule in policy.source.rules
        if part.verb in rule.verbs and rule.effect in ("permit", "ask", "forbid", "require") and rule.id in policy.rules
    ]
    mine = [(rule, said) for rule, said in spoken if not rule.group or rule.group in scene.groups]
    if not any(rule.effect == "permit" and said == "yes" for rule, said in mine):
        asking = [rule for rule, said in mine if rule.effect == "ask" and said == "yes"]
        yield _rule(policy, asking[0]) if asking else _admitting(policy, part, atom, scene)
    for rule, said in spoken:
        if rule.effect in ("forbid", "require") and said != "no":
            yield _rule(policy, rule)


def _rule(policy: Policy, rule: Rule) -> Amendment:
    text = policy.rules[rule.id]
    return Amendment(rule.id, text.effect, _HOW[rule.effect].format(needs=text.needs), text.file, text.line)


def _other(axis: str, now: str) -> str:
    """What a rule would have to say about one axis. `now`: what it says."""
    if axis.startswith("when."):
        return f"does not want {axis.removeprefix('when.')}" + (f": {now}" if now else "")
    return f"admits another {axis}" + (f" (now {now})" if now else "")


def _admitting(policy: Policy, part: Part, atom: Atom, scene: Any) -> Amendment:
    """The rule that comes nearest to permitting the atom, and what it would have to admit."""
    near = nearest(policy, part, atom, scene)
    if near is None:
        verb = part.verb.partition("#")[0]
        return Amendment("", "permit", f"exists, and permits {verb} to this agent", "", 0)
    lowered, failing = near
    text = lowered.text
    said = [_other(axis, expected(lowered, axis, tests)) for axis, tests in failing.items()]
    how = " and ".join(said) or "says what the verb needs"
    if lowered.rule.effect == "ask":
        how += f" and permits instead of asking {text.needs}"
    return Amendment(text.id, text.effect, how, text.file, text.line)
