"""Reads the section `tools` and plans how calls are cut into parts (POLICY.md 2.6)."""

from __future__ import annotations

from types import MappingProxyType

from havocproof.actions.scalars import GrammarError
from havocproof.policy.axes import INT, NAME, PLACE, Axis
from havocproof.policy.drafts import Draft, check_name, lay_out, own_slots, plain, read_arguments, spec
from havocproof.policy.filling import constant, describe, fits, lay, measured, remedy_for
from havocproof.policy.parts import PartPlan, Slot
from havocproof.policy.problems import Problems, listed
from havocproof.policy.servers import Servers
from havocproof.policy.tools import ToolSpec
from havocproof.policy.tree import Items, Mapping, Node, Text, kind
from havocproof.policy.types import Leaf
from havocproof.policy.verbs import ALWAYS, AMONG_AGENTS, BUILT_IN, DECIDED_AS, EFFECTS, VIA, Verb

KEYS = ("is", "effect", "args", "optional", "map", "pairs")
_DERIVED = frozenset({"name", "ext", "within"})
_FROM_URL = frozenset({"host", "path", "scheme", "port", "query"})


class Tools:
    """Reader of the section. Tools with problems are known by name: rules about them then bring no second problem."""

    def __init__(self, problems: Problems, servers: Servers | None = None) -> None:
        self.problems = problems
        self.servers = servers
        self.known: dict[str, ToolSpec] = {}
        self.broken: set[str] = set()
        self._keys: dict[str, Text] = {}

    def read(self, section: Node) -> None:
        """Read one section. A tool that another file has declared already is noted."""
        if not isinstance(section, Mapping):
            self.problems.add("E-KEY", section, f"`tools` is {kind(section)}", "Write tools: {name: {effect: read}}.")
            return
        for key, node in section:
            if not self.fresh(key, "tool"):
                continue
            before = len(self.problems.found)
            spec = self._tool(key, node)
            if spec is None or len(self.problems.found) > before:
                self.broken.add(key.value)
            else:
                self.known[key.value] = spec

    def fresh(self, key: Text, what: str) -> bool:
        """Whether no tool or program had this name before; if one had, it is noted. `what`: "tool" or "program"."""
        first = self._keys.setdefault(key.value, key)
        if first is not key:
            message = f"the {what} `{key.value}` was given at {self.problems.at(first, key)}"
            self.problems.add("E-DUP", key, message, "Rename one of them.")
        return first is key

    def _tool(self, key: Text, node: Node) -> ToolSpec | None:
        check_name(key, self.problems)
        if not isinstance(node, Mapping):
            self.problems.add("E-KEY", node, "a tool is a mapping", f"Its keys are {listed(KEYS)}.")
            return None
        for word, _ in node:
            if word.value not in KEYS:
                remedy = self.problems.near(word.value, KEYS, f"Keys are {listed(KEYS)}.")
                self.problems.add("E-KEY", word, f"unknown key `{word.value}` in a tool", remedy)
        draft = Draft(key.value, key)
        before = len(self.problems.found)
        read_arguments(draft, node, self.problems)
        served = self.servers is not None and self.servers.has(key.value)
        if served and (len(self.problems.found) > before or not self._locked(draft, node)):
            return None
        lay_out(draft, self.problems)
        draft.pairs = self._pairs(draft, node.fields.get("pairs"))
        if ("is" in node.fields) == ("effect" in node.fields):
            self.problems.add("E-KEY", key, f"tool `{key.value}` needs one of `is` and `effect`", "Say what it does.")
            return None
        if "effect" in node.fields:
            return self._plain(draft, node)
        return self._typed(draft, node)

    def _locked(self, draft: Draft, node: Mapping) -> bool:
        """Arguments of a server's tool: as its lock says, or as declared if the lock takes that. False: noted."""
        assert self.servers is not None
        if "args" in node.fields or "optional" in node.fields:
            return self.servers.agrees(draft.key, draft.required, draft.optional)
        types = self.servers.types(draft.key)
        if types is None:
            return False
        draft.required, draft.optional = types
        return True

    def _pairs(self, draft: Draft, node: Node | None) -> tuple[str, ...]:
        if node is None:
            return ()
        names = [item.value for item in node.items if isinstance(item, Text)] if isinstance(node, Items) else []
        for name in names:
            if name not in draft.leaves or draft.leaves[name].type.kind != "list":
                remedy = self.problems.near(name, draft.leaves, "Name two arguments that are lists.")
                self.problems.add("E-REF", node, f"`{name}` is no list argument", remedy)
        if len(names) != 2 or names[0] == names[1]:
            self.problems.add("E-KEY", node, "`pairs` names two list arguments", "Write pairs: [a, b].")
            return ()
        return tuple(names)

    # ---- effects ----

    def _plain(self, draft: Draft, node: Mapping) -> ToolSpec | None:
        effect = node.fields["effect"]
        if not isinstance(effect, Text) or effect.value not in EFFECTS:
            shown = effect.value if isinstance(effect, Text) else kind(effect)
            remedy = self.problems.near(shown, EFFECTS, f"Effects are {listed(EFFECTS)}.")
            self.problems.add("E-KEY", effect, f"no effect `{shown}`", remedy)
            return None
        if "map" in node.fields:
            self.problems.add(
                "E-KEY", node.keys["map"], "`map` belongs to `is`", "Remove it, or say what the tool `is`."
            )
        return plain(draft, (effect.value,), effect.value)

    def _typed(self, draft: Draft, node: Mapping) -> ToolSpec | None:
        said = node.fields["is"]
        words = said.items if isinstance(said, Items) else [said]
        maps = node.fields.get("map")
        families: list[Verb] = []
        for word in words:
            family = self._family(word)
            if family in families:
                self.problems.add("E-DUP", word, f"`{family.name}` twice" if family else "", "Say each effect once.")
            elif family is not None:
                families.append(family)
        if len(families) < len(words):
            return None
        many = isinstance(said, Items)
        verbs: list[Verb] = []
        plans: list[PartPlan] = []
        for family in families:
            mapping: Node | None = maps
            if many and maps is not None:
                mapping = self._chosen(maps, family, families)
            built = self._part(draft, family, mapping, f"{draft.name}#{family.name}" if many else draft.name)
            verbs.append(built[0])
            plans.append(built[1])
        return spec(draft, tuple(verbs), tuple(plans), "")

    def _family(self, word: Node) -> Verb | None:
        if not isinstance(word, Text):
            self.problems.add("E-KEY", word, "`is` names effects", "Write is: money.payment, or a list of verbs.")
            return None
        found = BUILT_IN.get(word.value)
        if word.value in AMONG_AGENTS:
            remedy = "Say who may start whom under `agents:`; a function of yours is a tool with an effect."
            self.problems.add("E-VERB", word, f"no tool is `{word.value}`", remedy)
            return None
        if found is None:
            remedy = DECIDED_AS.get(word.value) or self.problems.near(
                word.value, BUILT_IN, f"Verbs are {listed(BUILT_IN)}."
            )
            self.problems.add("E-VERB", word, f"no verb `{word.value}`", remedy)
        return found

    def _chosen(self, maps: Node, family: Verb, families: list[Verb]) -> Node | None:
        """The map of one effect among several."""
        names = [each.name for each in families]
        if not isinstance(maps, Mapping):
            self.problems.add(
                "E-KEY", maps, "several effects have a map each", f"Write map: {{{names[0]}: {{axis: argument}}}}."
            )
            return None
        for key, _ in maps:
            if key.value not in names:
                remedy = self.problems.near(key.value, names, f"Give a map to {listed(names)}.")
                self.problems.add("E-KEY", key, f"`{key.value}` is none of the effects of this tool", remedy)
        return maps.fields.get(family.name)

    def _part(self, draft: Draft, family: Verb, maps: Node | None, name: str) -> tuple[Verb, PartPlan]:
        """The verb and the plan of one typed effect."""
        plan = PartPlan(name, {"via": ""}, http=family.name == "http.request")
        if name == draft.name and family.name == "file.delete":
            plan.names["moves"] = "no"  # a tool that deletes and does nothing else
        known = dict(family.axes)
        measures = dict(ALWAYS)
        filled: dict[str, str] = {}
        sources = self._sources(draft, family, maps)
        tried = maps.fields if isinstance(maps, Mapping) else {}  # a fault in them is told where they stand
        url = next((leaf for _, leaf in draft.own.values() if leaf.type.kind == "url" and "host" in known), None)
        if url is None:
            urls = (label for label, (_, leaf) in draft.own.items() if leaf.type.kind == "url")
            plan.kept = frozenset(label for label in urls if label in family.axes)
        if url is not None and url.optional:
            self.problems.add(
                "E-AXIS", draft.key, f"`{url.name}` fills required axes and may be missing", "Put it under `args`."
            )
        for axis in family.axes.values():
            source = sources.get(axis.name)
            if source is not None and url is not None and axis.name in _FROM_URL:
                message = f"`{url.name}` brings `{axis.name}` already"
                self.problems.add("E-AXIS", source[0], message, "Take it out of `map`.")
            elif source is not None:
                filled[axis.name] = self._fill(plan, family, axis, source)
            elif (
                axis.name in tried
                or axis is VIA
                or axis.name in _DERIVED
                or (url is not None and axis.name in _FROM_URL)
            ):
                pass
            elif not self._default(plan, family, axis):
                if axis.name in family.required:
                    remedy = f"Write map: {{{axis.name}: <argument>}} or map: {{{axis.name}: {{const: <value>}}}}."
                    self.problems.add(
                        "E-AXIS",
                        draft.key,
                        f"`{family.name}` needs `{axis.name}`, and no argument is mapped to it",
                        remedy,
                    )
                del known[axis.name]
        measures |= {axis.name: axis for axis in family.measures.values() if axis.name in known}
        for label, (axis, leaf) in draft.own.items():
            if label not in known:
                known[label] = axis
            elif leaf.type.kind != "url" and filled.get(label) != leaf.name:
                remedy = f"Write map: {{{label}: {leaf.name}}}, or rename the argument."
                self.problems.add(
                    "E-AXIS", draft.key, f"argument `{leaf.name}` has the name of an axis of `{family.name}`", remedy
                )
        own_slots(draft, plan, {label: axis for label, axis in known.items() if label not in family.axes})
        own = {label: axis for label, axis in measured(draft.own).items() if label not in family.axes}
        verb = Verb(
            name=name,
            family=family.name,
            axes=MappingProxyType(known),
            required=family.required,
            measures=MappingProxyType(measures | own),
            classes=family.classes,
            indexed=family.indexed,
            tool=draft.name,
            filled=MappingProxyType(filled),
        )
        return verb, plan

    def _sources(self, draft: Draft, family: Verb, maps: Node | None) -> dict[str, tuple[Text, Leaf | None]]:
        """For each axis of the family that the map names: the argument, or the constant (None beside its text)."""
        found: dict[str, tuple[Text, Leaf | None]] = {}
        if maps is None:
            return found
        if not isinstance(maps, Mapping):
            self.problems.add(
                "E-KEY", maps, f"`map` is {kind(maps)}", "Write {payee: recipient, account: {const: main}}."
            )
            return found
        for key, node in maps:
            axis = family.axes.get(key.value)
            if axis is None or axis is VIA or axis.name in _DERIVED:
                open_ = [name for name in family.axes if name not in _DERIVED and name != "via"]
                remedy = self.problems.near(key.value, open_, f"It has {listed(open_)}.")
                self.problems.add("E-AXIS", key, f"`{family.name}` has no axis `{key.value}` to map", remedy)
            elif isinstance(node, Mapping) and set(node.fields) == {"const"} and isinstance(node.fields["const"], Text):
                found[key.value] = (node.fields["const"], None)
            elif not isinstance(node, Text):
                self.problems.add("E-KEY", node, "a map names an argument or `{const: value}`", "Write one of them.")
            elif node.value not in draft.leaves:
                remedy = self.problems.near(node.value, draft.leaves, f"Arguments are {listed(draft.leaves)}.")
                self.problems.add("E-REF", node, f"no argument `{node.value}`", remedy)
            else:
                leaf = draft.leaves[node.value]
                if not fits(axis, leaf):
                    message = f"`{leaf.name}` is {describe(leaf)} and `{axis.name}` is {axis.words}"
                    self.problems.add("E-AXIS", node, message, remedy_for(axis, leaf))
                else:
                    found[key.value] = (node, leaf)
        return found

    def _fill(self, plan: PartPlan, family: Verb, axis: Axis, source: tuple[Text, Leaf | None]) -> str:
        """Put an argument or a constant on an axis of the family. Returns the argument's name, "" for a constant."""
        node, leaf = source
        on_path = axis.sort == PLACE and family.name.startswith(("file.", "dir."))
        if leaf is None:
            try:
                constant(plan, axis, node.value, on_path)
            except GrammarError as fault:
                code = "E-INT" if axis.sort == INT else "E-PAT"
                self.problems.add(code, node, f"`{node.value}` {fault.problem}", fault.remedy + ".")
            return ""
        lay(plan, Slot(leaf, axis, on_path))
        if axis.name == "recipient":
            plan.recipients = leaf
        return leaf.name

    def _default(self, plan: PartPlan, family: Verb, axis: Axis) -> bool:
        """Fill an axis that is not mapped. False: the tool does not have it."""
        if axis.name == "bytes_out":
            plan.bytes_out = True
        elif axis.name == "scheme":
            plan.names["scheme"] = "https"
        elif axis.sort == NAME and axis.optional:
            plan.names[axis.kernel] = ""
        else:  # both are known once the call is: the port from the scheme, the number of recipients by counting
            return axis.name == "recipients" or (axis.name == "port" and plan.http)
        return True
