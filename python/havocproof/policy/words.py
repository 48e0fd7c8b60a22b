"""What a verb list may name: verbs, tools and classes, and the parts that each stands for (POLICY.md 2.3, 2.6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from havocproof.policy.axes import Axis
from havocproof.policy.declare import Tools
from havocproof.policy.problems import Problems, listed
from havocproof.policy.tools import ToolSpec
from havocproof.policy.tree import Text
from havocproof.policy.verbs import AMONG_AGENTS, BUILT_IN, CLASSES, DECIDED_AS, PROCESS, Verb


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """One word of a verb list, or one verb of a class, as rules see it.

    verbs       the parts' verbs that it stands for
    axes        what may be tested
    required    what a permit or ask must say: each entry is a set of axes of which one is enough
    """

    word: str
    verbs: tuple[Verb, ...]
    axes: Mapping[str, Axis]
    required: tuple[frozenset[str], ...]
    names: frozenset[str]


class Words:
    """All words of a policy."""

    def __init__(
        self,
        problems: Problems,
        tools: Tools,
        declared: Iterable[str],
        programs: Iterable[str],
        kind: str,
    ) -> None:
        """`tools` and `programs` of all files; `declared`: the names that this layer and its vocabularies give, `tools`
        here. `kind`: of the layer.
        """
        self.problems = problems
        self.broken = frozenset(tools.broken)
        self.kind = kind
        self.tools = {name: tools.known[name] for name in declared if name in tools.known}
        self.faces: dict[str, Face] = {}
        parts = [verb for tool in tools.known.values() for verb in tool.verbs]
        for verb in BUILT_IN.values():
            family = (verb, *(part for part in parts if part.family == verb.name))
            required = tuple(frozenset({name}) for name in verb.required)
            self.faces[verb.name] = Face(verb.name, family, verb.axes, required, _names(family))
        for tool in self.tools.values():
            self.faces[tool.name] = _tool_face(tool)
        self.programs = {name: _tool_face(tools.known[name]) for name in programs}
        started = (PROCESS, *(verb for face in self.programs.values() for verb in face.verbs))
        self.faces[PROCESS.name] = Face(PROCESS.name, started, PROCESS.axes, (), _names(started))
        self.classes: dict[str, tuple[Face, ...]] = {}
        for name in sorted(CLASSES):
            built_in = [self.faces[verb.name] for verb in BUILT_IN.values() if name in verb.classes]
            own = [
                self.faces.get(tool.name) or _tool_face(tool)
                for tool in tools.known.values()
                if not tool.families and name in tool.verbs[0].classes
            ]
            self.classes[name] = (*built_in, *own)

    def find(self, node: Text, classes: bool) -> tuple[Face, ...]:
        """The faces that a word stands for; empty with the problem noted. `classes`: a class may stand here."""
        word = node.value
        face = self.faces.get(word)
        if face is not None:
            if word in AMONG_AGENTS and not classes:
                remedy = "Say who may start or hand over to whom: agents: {lead: {starts: [researcher]}}."
                self.problems.add("E-VERB", node, f"`{word}` is permitted by the section `agents` alone", remedy)
                return ()
            if word == PROCESS.name and not classes:
                remedy = "Name the programs: a permit of all would grow with every new one."
                self.problems.add("E-VERB", node, f"`{word}` stands for all programs and cannot be permitted", remedy)
                return ()
            return (face,)
        if word in CLASSES:
            if classes:
                return self.classes[word]
            remedy = "Name the verbs: a permit of a class would grow with every new tool."
            self.problems.add("E-VERB", node, f"the class `{word}` cannot be permitted or asked", remedy)
        elif word in self.broken:
            return ()  # its declaration has the problem
        else:
            remedy = DECIDED_AS.get(word) or self._near(word)
            self.problems.add("E-VERB", node, f"no verb, program or tool `{word}`", remedy)
        return ()

    def _near(self, word: str) -> str:
        family = word.partition(".")[0]
        alike = [name for name in self.faces if name.partition(".")[0] == family]
        where = "in its vocabulary" if self.kind == "guard" else "under `tools:`"
        otherwise = f"Verbs are {listed(alike or BUILT_IN)}; a tool is declared {where}."
        return self.problems.near(word, [*self.faces, *CLASSES], otherwise)


def _tool_face(tool: ToolSpec) -> Face:
    """A tool by its own name. Of several effects only what all of them have can be tested: its own arguments."""
    first, *others = tool.verbs
    axes = {
        name: axis
        for name, axis in first.axes.items()
        if all(name in other.axes and other.axes[name].alike(axis) for other in others)
    }
    required: list[frozenset[str]] = []
    for verb in tool.verbs:
        for name in verb.required:
            argument = verb.filled.get(name, name)
            if others and (not argument or argument not in axes) and name not in axes:
                continue  # a constant, which the policy's author has fixed
            required.append(frozenset({name, argument} - {""}))
    return Face(tool.name, tool.verbs, axes, tuple(dict.fromkeys(required)), _names(tool.verbs))


def _names(verbs: Iterable[Verb]) -> frozenset[str]:
    return frozenset(verb.name for verb in verbs)
