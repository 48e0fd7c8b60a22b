"""The types of a tool's arguments, as a policy declares them (POLICY.md 2.6)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from havocproof.actions.amounts import DECIMALS
from havocproof.actions.scalars import MEASURE_LIMIT, GrammarError, check_name, check_path, parse_integer
from havocproof.policy import axes
from havocproof.policy.axes import INT, TEXT, Axis
from havocproof.policy.problems import Problems, listed
from havocproof.policy.tree import Items, Mapping, Node, Text

ARGUMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")
PLAIN = ("name", "text", "int", "bool", "date", "host", "url", "email")
LIST_MOST = 256
TRUTHS = ("false", "true")
IN_LISTS = frozenset({"name", "enum", "bool", "host", "email", "path", "segments"})
_FORMS = (
    "Types are name text int bool date host url email {decimal: EUR} {path: /root} {segments: /} {list: T, max: n}"
    " {object: {...}} and a list of values."
)

# Names that the kernel sees beside the arguments, of a part or of the session: an argument of such a name is seen as
# `<name>.value`. Else a call in a session without a user could name the user whose budget it spends.
_OF_A_PART = ("count", "at_once", "currency", "service", "via", "moves")
_OF_A_SESSION = ("tenant", "user", "session", "run", "agent", "self", "child", "parent", "target")
_TAKEN = frozenset({*_OF_A_PART, *_OF_A_SESSION})


@dataclass(frozen=True, slots=True)
class ArgType:
    """One type. `kind`: a plain one, or enum decimal path segments list object.

    enum: `names`; int: `low` and `high`, both included; decimal: `currency`; path: `root`, under which relative names
    stand; segments: `separator`; list: `inner` and at most `most` elements; object: `fields`, all of them required.
    """

    kind: str
    names: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None
    currency: str = ""
    root: str = ""
    separator: str = ""
    inner: ArgType | None = None
    most: int = 0
    fields: tuple[tuple[str, ArgType], ...] = ()


@dataclass(frozen=True, slots=True)
class Leaf:
    """One argument, or one field of an object argument: `path` leads to it, `name` is the path with dots."""

    path: tuple[str, ...]
    type: ArgType
    optional: bool

    @property
    def name(self) -> str:
        return ".".join(self.path)


def leaves(path: tuple[str, ...], declared: ArgType, optional: bool) -> list[Leaf]:
    """Objects flattened to dotted names."""
    if declared.kind != "object":
        return [Leaf(path, declared, optional)]
    return [leaf for name, inner in declared.fields for leaf in leaves((*path, name), inner, optional)]


def axes_of(leaf: Leaf) -> tuple[Axis, ...]:
    """The axes that an argument brings. The last one of a list is the number of its elements."""
    declared, optional = leaf.type, leaf.optional
    if declared.kind == "list" and declared.inner is not None:
        # An empty list has no element: its place among the atoms is "not given".
        element = axes_of(Leaf(leaf.path, declared.inner, True))
        return (*element, axes.integer(f"{leaf.name}.count", low=0, high=declared.most))
    if declared.kind == "url":
        return (
            axes.place("host", "host", optional=optional),
            axes.place("path", "url", optional=optional),
            axes.enum("scheme", ("http", "https"), optional=optional),
            axes.integer("port", low=1, high=65535, optional=optional),
            axes.name("query", optional=True),
        )
    made = _axis(leaf.name, declared, optional)
    return (replace(made, kernel=f"{made.name}.value") if made.name in _TAKEN else made,)


def _axis(label: str, declared: ArgType, optional: bool) -> Axis:
    match declared.kind:
        case "name":
            return axes.name(label, optional=optional)
        case "enum" | "bool":
            return axes.enum(label, declared.names or TRUTHS, optional=optional)
        case "int":
            return axes.integer(label, low=declared.low, high=declared.high, optional=optional)
        case "date":
            return Axis(label, INT, "date", optional=optional)
        case "decimal":
            return Axis(label, INT, "amount", optional=optional, currency=declared.currency, low=0)
        case "text":
            return Axis(label, TEXT, "size", optional=optional, low=0)
        case "segments":
            return axes.place(label, "segments", optional=optional, separator=declared.separator)
        case _:
            return axes.place(label, declared.kind, optional=optional)


def read_type(node: Node, problems: Problems) -> ArgType | None:
    """A declared type, or None with the problem noted."""
    if isinstance(node, Text):
        if node.value in PLAIN:
            return ArgType(node.value)
        problems.add("E-KEY", node, f"no type `{node.value}`", problems.near(node.value, PLAIN, _FORMS))
        return None
    if isinstance(node, Items):
        return _enum(node, problems)
    word = "list" if "list" in node.fields else next(iter(node.fields))  # the order of keys never matters
    inner = node.fields[word]
    if word == "list" and set(node.fields) == {"list", "max"}:
        return _list(inner, node.fields["max"], problems)
    if len(node.fields) == 1:
        match word:
            case "decimal" | "path" | "segments":
                return _parametric(word, inner, problems)
            case "int":
                return _bounded(inner, problems)
            case "object":
                return _object(inner, problems)
            case "list":
                problems.add(
                    "E-KEY", node, "a list without `max`", "Say how many elements it may have: {list: name, max: 20}."
                )
                return None
    problems.add("E-KEY", node.keys[word], f"no type `{word}`", _FORMS)
    return None


def _enum(node: Items, problems: Problems) -> ArgType | None:
    names: list[str] = []
    for item in node.items:
        if not isinstance(item, Text):
            problems.add("E-KEY", item, "a list as a type holds words", _FORMS)
            return None
        try:
            names.append(check_name(item.value))
        except GrammarError as fault:
            problems.add("E-PAT", item, f"`{item.value}` {fault.problem}", fault.remedy + ".")
            return None
        if names.count(item.value) > 1:
            problems.add("E-DUP", item, f"`{item.value}` twice", "Remove one.")
    return ArgType("enum", names=tuple(names))


def _parametric(word: str, node: Node, problems: Problems) -> ArgType | None:
    if isinstance(node, Text):
        text = node.value
        if word == "decimal":
            if text in DECIMALS:
                return ArgType("decimal", currency=text)
            problems.add(
                "E-INT", node, f"no currency `{text}`", problems.near(text, DECIMALS, "Use a code of ISO 4217, as EUR.")
            )
            return None
        if word == "segments":
            if len(text) == 1 and text.isascii() and text.isprintable() and not text.isalnum() and text not in " *$_\\":
                return ArgType("segments", separator=text)
            problems.add("E-PAT", node, f"`{text}` is no separator", "Use one sign, as {segments: /}.")
            return None
        try:
            return ArgType("path", root=check_path(text))
        except GrammarError as fault:
            problems.add("E-PAT", node, f"`{text}` {fault.problem}", fault.remedy + ".")
            return None
    problems.add("E-KEY", node, f"`{word}` needs one value", _FORMS)
    return None


def _bounded(node: Node, problems: Problems) -> ArgType | None:
    if not isinstance(node, Mapping) or not set(node.fields) <= {"min", "max"}:
        problems.add("E-KEY", node, "`int` takes `min` and `max`", "Write {int: {min: 0, max: 100}}.")
        return None
    bounds: dict[str, int] = {}
    for key, value in node:
        number = _integer(value, problems)
        if number is None:
            return None
        bounds[key.value] = number
    low, high = bounds.get("min"), bounds.get("max")
    if low is not None and high is not None and low > high:
        problems.add("E-INT", node, "the bounds leave nothing", "Correct one of them.")
        return None
    return ArgType("int", low=low, high=high)


def _integer(node: Node, problems: Problems) -> int | None:
    text = node.value if isinstance(node, Text) else ""
    try:
        number = parse_integer(text)
        if abs(number) >= MEASURE_LIMIT:
            raise GrammarError("is too large", "Integers stay between -10**15 and 10**15")
        return number
    except GrammarError as fault:
        problems.add("E-INT", node, f"`{text}` {fault.problem}" if text else "no integer", fault.remedy + ".")
        return None


def _list(node: Node, most: Node, problems: Problems) -> ArgType | None:
    inner = read_type(node, problems)
    number = _integer(most, problems)
    if inner is None or number is None:
        return None
    if not 1 <= number <= LIST_MOST:
        problems.add(
            "E-INT", most, f"a list has at most 1 to {LIST_MOST} elements", "Each element is decided by itself."
        )
        return None
    if inner.kind not in IN_LISTS:
        problems.soon(node, f"lists of {inner.kind} are", f"A list holds {listed(IN_LISTS)}.")
        return None
    return ArgType("list", inner=inner, most=number)


def _object(node: Node, problems: Problems) -> ArgType | None:
    if not isinstance(node, Mapping):
        problems.add("E-KEY", node, "`object` needs its fields", "Write {object: {street: name, city: name}}.")
        return None
    fields: list[tuple[str, ArgType]] = []
    for key, value in node:
        if not ARGUMENT.fullmatch(key.value):
            problems.add("E-KEY", key, f"`{key.value}` is no name of a field", "Use letters, digits, _ and -.")
        inner = read_type(value, problems)
        if inner is not None and inner.kind == "url":
            problems.soon(value, "URLs inside objects are")
        elif inner is not None:
            fields.append((key.value, inner))
    return ArgType("object", fields=tuple(fields))
