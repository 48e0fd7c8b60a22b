"""Who may reach what: agents, the groups of rules that they use, what these permit or ask, and what nobody may do.

For people, from the rules as they are written: what is decided, the kernel decides at each action.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from havocproof.kernel.source import Test
from havocproof.policy import Policy
from havocproof.policy.agentspec import MAIN
from havocproof.policy.explain import expected
from havocproof.policy.rules import Lowered, RuleText
from havocproof.policy.tree import render

PERMIT, ASK, NEVER, WAITS = "permit", "ask", "never", "waits"
_GENERATED = "agents:"
_MOST_VERBS = 4


@dataclass(frozen=True, slots=True)
class Entry:
    """One rule. `effect`: permit; ask, with `needs`; never; or waits, a forbid that `needs` can lift.

    what    the verbs and tools it is about
    place   what it says about them, as written: "path: /desk/notes/**"
    when    what it looks at of the session: "recomputed done"
    """

    id: str
    effect: str
    what: str
    place: str
    when: str
    needs: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Actor:
    """One kind of agent. `uses` and `passes` are groups; `starts` other agents, or those it hands over to."""

    name: str
    uses: tuple[str, ...]
    passes: tuple[str, ...]
    starts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reach:
    """The whole picture. `groups` in the order of the file; `held`: what restricts everybody."""

    actors: tuple[Actor, ...]
    groups: dict[str, tuple[Entry, ...]]
    held: tuple[Entry, ...]


def reach(policy: Policy) -> Reach:
    """What the rules of a policy come to."""
    pieces: dict[str, list[Lowered]] = defaultdict(list)
    for each in policy.lowered:
        pieces[each.text.id].append(each)
    groups: dict[str, list[Entry]] = defaultdict(list)
    held = []
    for label, text in sorted(policy.rules.items(), key=lambda item: (item[1].file, item[1].line)):
        if label.startswith(_GENERATED) or label not in pieces:
            continue
        entry = _entry(text, pieces[label])
        if text.effect in (PERMIT, ASK):
            groups[text.group].append(entry)
        else:
            held.append(entry)
    specs = policy.agents.specs
    actors = tuple(
        Actor(
            "every session" if name == MAIN and not spec.line else name,
            tuple(group for group in groups if group in spec.uses),
            tuple(group for group in groups if group in spec.delegates),
            tuple(sorted(spec.starts | spec.hands_to)),
        )
        for name, spec in specs.items()
    )
    return Reach(actors, {name: tuple(entries) for name, entries in groups.items()}, tuple(held))


def _entry(text: RuleText, pieces: list[Lowered]) -> Entry:
    effect = text.effect if text.effect in (PERMIT, ASK) else WAITS if text.needs else NEVER
    verbs = sorted({verb.partition("#")[0] for each in pieces for verb in each.rule.verbs})
    where = next((each.where for each in pieces if each.where is not None), None)
    unless = next((each.unless for each in pieces if each.unless is not None), None)
    said = [f"{axis}: {render(node)}" for axis, node in (where.fields if where is not None else {}).items()]
    said += [f"unless {axis}: {render(node)}" for axis, node in (unless.fields if unless is not None else {}).items()]
    return Entry(
        id=text.id,
        effect=effect,
        what=_several(verbs),
        place="; ".join(said),
        when=", ".join(sorted({said for each in pieces for said in _state(each)})),
        needs=text.needs,
        file=text.file,
        line=text.line,
    )


def _state(each: Lowered) -> Iterator[str]:
    """What the rule looks at of the session, in words."""
    tests: dict[str, list[Test]] = defaultdict(list)
    for axis, test in zip(each.axes, each.rule.tests, strict=True):
        if axis.startswith("when."):
            tests[axis].append(test)
    for axis, some in tests.items():
        yield f"agent {expected(each, axis, some)}" if axis == "when.agent" else expected(each, axis, some)


def _several(names: Iterable[str]) -> str:
    every = list(names)
    more = f" and {len(every) - _MOST_VERBS} more" if len(every) > _MOST_VERBS + 1 else ""
    return ", ".join(every[:_MOST_VERBS] if more else every) + more
