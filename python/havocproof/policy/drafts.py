"""What tools and programs have in common while they are read: typed arguments, a verb of their own (POLICY.md 2.6)."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as MappingType
from dataclasses import dataclass, field
from types import MappingProxyType

from havocproof.actions.scalars import GrammarError
from havocproof.actions.tools import check_tool_name
from havocproof.policy.axes import NAME, PLACE, Axis
from havocproof.policy.filling import lay, measured, side_by_side
from havocproof.policy.parts import PartPlan, Slot
from havocproof.policy.problems import Problems
from havocproof.policy.tools import ToolSpec, all_leaves
from havocproof.policy.tree import Mapping, Text, kind
from havocproof.policy.types import ARGUMENT, ArgType, Leaf, axes_of, read_type
from havocproof.policy.verbs import ALWAYS, BUILT_IN, DECIDED_AS, PROCESS, Verb, index

_INDEXED = 3


@dataclass(slots=True)
class Draft:
    """A tool or program while it is read. `own`: its arguments' axes by name, with the argument of each."""

    name: str
    key: Text
    required: dict[str, ArgType] = field(default_factory=dict)
    optional: dict[str, ArgType] = field(default_factory=dict)
    leaves: dict[str, Leaf] = field(default_factory=dict)
    own: dict[str, tuple[Axis, Leaf]] = field(default_factory=dict)
    pairs: tuple[str, ...] = ()


def check_name(key: Text, problems: Problems) -> None:
    """Note a name that no tool or program can have."""
    name = key.value
    try:
        if name in BUILT_IN or name == PROCESS.name or name in DECIDED_AS or name == "any":
            raise GrammarError("is a word of the language", "Choose another name")
        check_tool_name(name)
    except GrammarError as fault:
        problems.add("E-KEY", key, f"`{name}` {fault.problem}", fault.remedy + ".")


def read_arguments(draft: Draft, node: Mapping, problems: Problems) -> None:
    """The arguments that stand under `args` and `optional`."""
    for section, known in (("args", draft.required), ("optional", draft.optional)):
        inner = node.fields.get(section)
        if inner is None:
            continue
        if not isinstance(inner, Mapping):
            problems.add("E-KEY", inner, f"`{section}` is {kind(inner)}", "Write {recipient: name}.")
            continue
        for key, value in inner:
            if not ARGUMENT.fullmatch(key.value):
                problems.add("E-KEY", key, f"`{key.value}` is no name of an argument", "Use letters, digits, _ and -.")
            if key.value in draft.required:
                problems.add("E-DUP", key, f"`{key.value}` is in `args` already", "Remove one.")
            declared = read_type(value, problems)
            if declared is not None:
                known[key.value] = declared


def lay_out(draft: Draft, problems: Problems) -> None:
    """The axes that the draft's arguments bring."""
    for leaf in all_leaves(draft.required, draft.optional):
        draft.leaves[leaf.name] = leaf
        for axis in axes_of(leaf):
            if axis.name in draft.own:
                other = draft.own[axis.name][1].name
                message = f"arguments `{other}` and `{leaf.name}` both bring the axis `{axis.name}`"
                remedy = "Rename one; a `url` brings host, path, scheme, port and query."
                problems.add("E-DUP", draft.key, message, remedy)
            draft.own[axis.name] = (axis, leaf)


def own_slots(draft: Draft, plan: PartPlan, known: MappingType[str, Axis]) -> None:
    """Put the arguments on their own axes."""
    for label, (axis, leaf) in draft.own.items():
        if leaf.type.kind == "url":
            if leaf not in plan.urls:
                plan.urls.append(leaf)
        elif label in known and known[label] is axis and label != f"{leaf.name}.count":
            lay(plan, Slot(leaf, axis))
    side_by_side(plan, draft.pairs)


def plain(draft: Draft, effects: Iterable[str], effect: str) -> ToolSpec:
    """A tool or program that is no typed effect: a verb of its own name, in the class of each of `effects`."""
    classes = frozenset(f"all.{each}" for each in effects)
    plan = PartPlan(draft.name, {"via": ""})
    known = {name: axis for name, (axis, _) in draft.own.items()}
    own_slots(draft, plan, known)
    measures = {**ALWAYS, **measured(draft.own)}
    if "all.send" in classes and "bytes_out" not in known:
        plan.bytes_out = True
        known["bytes_out"] = measures["bytes_out"] = BUILT_IN["http.request"].axes["bytes_out"]
    names = [axis.name for axis in known.values() if axis.sort in (NAME, PLACE)][:_INDEXED]
    verb = Verb(
        name=draft.name,
        family="",
        axes=MappingProxyType(known),
        required=(),
        measures=MappingProxyType(measures),
        classes=classes,
        indexed=index(known, tuple(names)),
        tool=draft.name,
    )
    return spec(draft, (verb,), (plan,), effect)


def spec(draft: Draft, verbs: tuple[Verb, ...], plans: tuple[PartPlan, ...], effect: str) -> ToolSpec:
    """What a draft comes to."""
    families = tuple(verb.family for verb in verbs if verb.family)
    return ToolSpec(
        draft.name, draft.key.line, draft.required, draft.optional, verbs, plans, effect, families, draft.pairs
    )
