"""What each node may do under a policy: the actions that its code names, and what the rules say of them.

Found by reading the code of the node's hooks, never by running it: the action classes, action names and tool names that
they mention, and the functions of the user's own that they call. A node that performs what a model's text says may do
whatever its agent may. What is shown is for people; what is done, the gate decides at each action.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any

from havocproof.actions import ACTION_TYPES, VERBS
from havocproof.errors import ConfigError

if TYPE_CHECKING:
    from havocproof.policy import Policy

PERMIT, ASK, DENY = "permit", "ask", "deny"

_HOOKS = ("prep", "exec", "exec_fallback", "post")
_EVERY_HOOK = (*_HOOKS, *(f"{hook}_async" for hook in _HOOKS))
_READS_TEXT = frozenset({"emit", "aemit"})
_ACTS = frozenset({"perform", "aperform", "require", "arequire", "obtain", "aobtain", "retry"})
_LIBRARIES = sys.stdlib_module_names | {"havocproof", "pocketflow"}
_DECIDED_AS = {
    "file.move": ("file.delete", "file.write"),
    "sql.query": ("sql.read", "sql.call"),
    "sql.change": ("sql.insert", "sql.update", "sql.delete"),
}


@dataclass(frozen=True, slots=True)
class May:
    """One action. verdict: `permit`, `ask` or `deny`, at the most: conditions of the rules may narrow it. rules: those
    that permit or ask, by id. guards: the forbids that speak about it, too. needs: the approvals that are asked.
    """

    action: str
    verdict: str
    rules: tuple[str, ...]
    guards: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()

    def __str__(self) -> str:
        by = f" by {', '.join(self.rules)}" if self.rules else ""
        needs = f" of {', '.join(self.needs)}" if self.needs else ""
        unless = f" unless {', '.join(self.guards)}" if self.guards and self.verdict != DENY else ""
        return f"{self.action}: {self.verdict}{needs}{by}{unless}"


def agent_of(policy: Policy, agent: str = "") -> str:
    """The kind of agent, the policy's one root if none is named. ConfigError."""
    kind = agent or policy.agents.root
    if kind not in policy.agents.specs:
        known = ", ".join(sorted(policy.agents.specs))
        raise ConfigError(f"the policy has no agent {agent or 'of its own choice'}", f"Name one of {known}.")
    return kind


def may(policy: Policy, agent: str, names: Iterable[str] | None) -> tuple[May, ...]:
    """What an agent of this kind may do of the actions `names`; None: of everything that some rule permits or asks."""
    if names is not None:
        return tuple(_one(policy, agent, name) for name in sorted(set(names)))
    every = [_one(policy, agent, name) for name in sorted({*VERBS, *policy.tools})]
    return tuple(each for each in every if each.verdict != DENY)


def _one(policy: Policy, agent: str, name: str) -> May:
    spec = policy.tools.get(name)
    verbs = tuple(verb.name for verb in spec.verbs) if spec is not None else _DECIDED_AS.get(name, (name,))
    uses = policy.agents.specs[agent].kernel.uses
    granting: dict[str, list[str]] = {PERMIT: [], ASK: []}
    guards: list[str] = []
    needs: list[str] = []
    granted: set[str] = set()
    wholly = False
    for each in policy.lowered:
        rule, about = each.rule, verbs if name not in each.rule.verbs else (name,)
        if rule.verbs.isdisjoint(about):
            continue
        if each.text.id.startswith("agents:") and not each.text.id.startswith(f"agents:{agent}."):
            continue  # what the section says of another kind
        if rule.effect in granting and rule.group in uses:
            granting[rule.effect].append(each.text.id)
            granted |= set(verbs) if name in rule.verbs else rule.verbs & set(verbs)
            needs += [rule.needs] if rule.effect == ASK else []
        elif rule.effect in ("forbid", "require"):
            guards.append(each.text.id)
            needs += [rule.needs] if rule.effect == "require" and not rule.tests else []
            wholly |= rule.effect == "forbid" and not rule.tests and not rule.unless
    # Of a statement it depends on what the engine makes of it; of all else each part has to be granted.
    enough = bool(granted) if name.startswith("sql.") else granted >= set(verbs)
    verdict = DENY if wholly or not enough else PERMIT if granting[PERMIT] else ASK
    rules = () if verdict == DENY else tuple(dict.fromkeys(granting[PERMIT] + granting[ASK]))
    asked = tuple(dict.fromkeys(needs)) if verdict == ASK else ()
    return May(name, verdict, rules, tuple(dict.fromkeys(guards)), asked)


def acts(node: Any, tools: Mapping[str, Any]) -> frozenset[str] | None:
    """The actions that the node's code names: verbs, and those of `tools`. None: whatever a model's text says, or what
    it makes up where reading cannot follow.
    """
    found: set[str] = set()
    seen: set[CodeType] = set()
    acting = False
    todo = [function for hook in _EVERY_HOOK if (function := _own(type(node), hook)) is not None]
    while todo:
        function = todo.pop()
        values = {**function.__globals__, **_around(function)}
        for code in _codes(function.__code__):
            if code in seen:
                continue
            seen.add(code)
            names = {*code.co_names, *code.co_freevars}
            if names & _READS_TEXT:
                return None
            acting = acting or bool(names & _ACTS)
            found |= {text for text in _texts(code.co_consts) if text in VERBS or text in tools}
            for name in names:
                value = values.get(name)
                if isinstance(value, type) and value in ACTION_TYPES:
                    found |= {verb for verb, kind in VERBS.items() if kind is value}
                elif isinstance(value, FunctionType) and _is_users(value):
                    todo.append(value)
                elif isinstance(method := _own(type(node), name), FunctionType):
                    todo.append(method)
    if not acting:
        return frozenset()  # a word is no action yet: it may be a key of the shared store
    return frozenset(found) if found else None


def _own(kind: type, name: str) -> FunctionType | None:
    """The function of this name as a user's class has it, and not PocketFlow or a border."""
    for each in kind.__mro__:
        if name in vars(each) and "_havocproof_kind" not in vars(each):
            if each.__module__.partition(".")[0] == "pocketflow":
                return None
            value = vars(each)[name]
            value = getattr(value, "__func__", value)
            return value if isinstance(value, FunctionType) else None
    return None


def _is_users(function: FunctionType) -> bool:
    root = (function.__module__ or "").partition(".")[0]
    return root not in _LIBRARIES


def _around(function: FunctionType) -> dict[str, Any]:
    """What the function takes from the functions that it was made in."""
    found = {}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            found[name] = cell.cell_contents
        except ValueError:  # not yet bound
            continue
    return found


def _codes(code: CodeType) -> Iterable[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


def _texts(constants: Iterable[Any]) -> Iterable[str]:
    for constant in constants:
        if isinstance(constant, str):
            yield constant
        elif isinstance(constant, tuple | frozenset):
            yield from _texts(constant)
