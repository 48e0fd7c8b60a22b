"""What is checked of every policy without being written, beside what the loader says (POLICY.md 2.16).

The loader finds rules that other rules cover (E-DEAD), facts that nobody sets, records that nobody fills, groups that
nobody uses, asks that nobody can satisfy, gaps between bounds (W-GAP) and forbids inside a box (W-BOX). Here the engine
looks at verdicts: rules that change none (W-DEAD), whatever they are made of, and labels whose sources cannot happen.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from havocproof.analysis import Holds
from havocproof.analysis.idle import share
from havocproof.errors import Problem
from havocproof.kernel.source import LABEL, Stands
from havocproof.policy.labels import LabelText
from havocproof.proving.altering import granting
from havocproof.proving.asking import Asking

if TYPE_CHECKING:
    from havocproof.policy.policy import Policy


def notices(policy: Policy, asking: Asking) -> tuple[Problem, ...]:
    """The warnings of the loader and those that need the engine, ordered by line."""
    told = {(each.code, each.file, each.line) for each in policy.warnings}
    found = [*_dead(policy, asking), *_labels(policy, asking)]
    new = [each for each in found if (each.code, each.file, each.line) not in told]
    return tuple(sorted({*policy.warnings, *new}))


def _file(policy: Policy, file: str) -> str:
    return file or policy.file


def _dead(policy: Policy, asking: Asking) -> Iterator[Problem]:
    """Rules of the policy itself that change no verdict in any state. A guard is made for many policies."""
    dead = asking.engine.dead()
    bare = Asking(granting(policy), share(asking.limit, len(dead))) if dead else asking
    for each in dead:
        text = policy.rules.get(each.rule)
        if text is None or text.file or text.group in ("agents", "labels") or _obliges(policy, each.rule):
            continue
        if text.effect == "forbid" and not _meets(policy, each.rule, bare):
            continue  # it excludes what nothing permits anyway, which some like to say
        hidden = [policy.rules[label] for label in each.hidden_by if label in policy.rules]
        if text.effect == "forbid":  # what permits there does not hide it
            hidden = [other for other in hidden if other.effect == "forbid"]
        where = " and ".join(
            f"`{other.id}` at line {other.line}" + (f" of {other.file}" if other.file != text.file else "")
            for other in sorted(hidden, key=lambda other: (other.file, other.line))
        )
        decide = "decides" if len(hidden) == 1 else "decide"
        because = f"{where} {decide} where it could" if where else "others decide wherever it could"
        message = f"rule `{text.id}` changes no verdict: {because}"
        yield Problem(_file(policy, text.file), text.line, 1, "W-DEAD", message, "Remove it, or narrow what hides it.")


def _meets(policy: Policy, label: str, bare: Asking) -> bool:
    """Whether anything that the rule speaks of would be permitted if nothing held it back, as in `bare`."""
    rules = [rule for rule in policy.source.rules if rule.id == label]
    return any(
        not isinstance(bare.never(verb, rule.tests, rule.unless), Holds)
        for rule in rules
        for verb in sorted(rule.verbs)
    )


def _obliges(policy: Policy, label: str) -> bool:
    """Whether the rule has obligations, which hold beside the verdict."""
    return any(rule.id == f"then:{label}" for rule in policy.source.rules)


def _labels(policy: Policy, asking: Asking) -> Iterator[Problem]:
    """Labels that never come: none of their sources is ever permitted, and the host does not set them."""
    for name, text in policy.labels.items():
        if not text.host and not text.file and _never(policy, asking, name):
            message = f"label `{name}` never comes: nothing permits any of its sources, {text.sources}"
            yield _problem(policy, text, message, "Permit a source, let the host set it (`host`), or remove it.")


def _never(policy: Policy, asking: Asking, name: str) -> bool:
    """What comes from a place or another agent that has the label already is no source."""
    sources = [
        rule
        for rule in policy.source.rules
        if rule.effect == "leave" and rule.mark is not None and (rule.mark.kind, rule.mark.name) == (LABEL, name)
    ]
    travelling = frozenset({"agent.spawn", "agent.report", "agent.handoff"})
    return all(
        isinstance(asking.never(verb, rule.tests), Holds)
        for rule in sources
        for verb in sorted(rule.verbs - travelling)
        if not any(isinstance(test, Stands) and test.mark.name.partition("@")[0] == name for test in rule.tests)
    )


def _problem(policy: Policy, text: LabelText, message: str, remedy: str) -> Problem:
    return Problem(_file(policy, text.file), text.line, 1, "W-DEAD", message, remedy)
