"""The section `programs`: what may be started, with which arguments, and what its box lets it do (POLICY.md 2.6).

A program is a verb of its own name with declared arguments; to start it is to call it like a tool. Nothing here runs
one: this version has no port that does, so the gate refuses every start.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingType
from dataclasses import dataclass

from havocproof.actions.scalars import GrammarError, check_path
from havocproof.kernel.source import Pattern
from havocproof.policy import fields
from havocproof.policy.declare import Tools
from havocproof.policy.drafts import Draft, check_name, lay_out, plain, read_arguments
from havocproof.policy.files import SHA256
from havocproof.policy.patterns import pattern
from havocproof.policy.problems import Problems, listed
from havocproof.policy.tools import ToolSpec
from havocproof.policy.tree import Items, Mapping, Node, Text, kind
from havocproof.policy.types import ArgType
from havocproof.policy.verbs import EFFECTS

KEYS = ("exe", "sha256", "argv", "args", "box", "effect")
ACCESS = ("read", "write", "delete")
NETS = ("none", "policy")
MOST = 256
_SLOT = re.compile(r"\{([^{}]*)\}")
_FORM = "{exe: /usr/bin/tool, sha256: <64 digits>, argv: [--, '{file}'], args: {file: {path: /data}}, box: {net: none}}"


@dataclass(frozen=True, slots=True)
class Place:
    """A file or a whole directory of a box, as written and as a pattern without stars inside."""

    text: str
    pattern: Pattern


@dataclass(frozen=True, slots=True)
class Box:
    """What a program can reach: files by `access` (read, write, delete), and the network.

    `net`: "none", or "policy": each connection is decided as `http.request` or `net.connect` with `via` the program.
    """

    read: tuple[Place, ...] = ()
    write: tuple[Place, ...] = ()
    delete: tuple[Place, ...] = ()
    net: str = "none"

    def places(self, access: str) -> tuple[Place, ...]:
        """The places of one access."""
        return {"read": self.read, "write": self.write, "delete": self.delete}[access]


@dataclass(frozen=True)
class Program:
    """One declared program. `argv` follows `exe`: words as they are, and slots `{argument}`, each a whole word, or
    several for a list. `tool` has its arguments and its verb.
    """

    name: str
    line: int
    file: str
    exe: str
    sha256: str
    argv: tuple[str, ...]
    box: Box
    tool: ToolSpec


class Programs:
    """Reader of the sections of all files. `tools`: programs are known there by name, as tools are."""

    def __init__(self, problems: Problems, tools: Tools) -> None:
        self.problems = problems
        self.tools = tools
        self.known: dict[str, Program] = {}

    def read(self, section: Node) -> None:
        root = fields.mapping(section, "`programs`", f"programs: {{name: {_FORM}}}", self.problems)
        for key, node in root or ():
            if not self.tools.fresh(key, "program"):
                continue
            before = len(self.problems.found)
            inner = fields.mapping(node, f"program `{key.value}`", _FORM, self.problems)
            made = self._program(key, inner) if inner is not None else None
            if made is None or len(self.problems.found) > before:
                self.tools.broken.add(key.value)
            else:
                self.known[key.value] = made
                self.tools.known[key.value] = made.tool
        if len(self.known) > MOST and root is not None:
            message = f"{len(self.known)} programs; at most {MOST} are read"
            self.problems.add("E-CELLS", root, message, "Leave out what no rule permits.")

    def _program(self, key: Text, node: Mapping) -> Program | None:
        check_name(key, self.problems)
        fields.known_keys(node, KEYS, "a program", self.problems)
        for word in ("exe", "sha256", "box"):
            if word not in node.fields:
                fields.missing(key, word, "a program", f"Write {_FORM}.", self.problems)
        draft = Draft(key.value, key)
        read_arguments(draft, node, self.problems)
        lay_out(draft, self.problems)
        argv = self._argv(node.fields.get("argv"), draft.required, key)
        effect = fields.text(node, "effect", self.problems) if "effect" in node.fields else "run"
        if effect not in EFFECTS:
            remedy = self.problems.near(effect or "", EFFECTS, f"Effects are {listed(EFFECTS)}.")
            self.problems.add("E-KEY", node.fields["effect"], f"no effect `{effect}`", remedy)
            return None
        tool = plain(draft, ("run", effect), effect)
        box = self._box(node.fields["box"]) if "box" in node.fields else Box()
        return Program(key.value, key.line, key.file, self._exe(node), self._sha256(node), argv, box, tool)

    def _exe(self, node: Mapping) -> str:
        exe = fields.text(node, "exe", self.problems) or ""
        try:
            return check_path(exe) if exe else ""
        except GrammarError as fault:
            self.problems.add("E-PAT", node.fields["exe"], f"`{exe}` {fault.problem}", fault.remedy + ".")
            return ""

    def _sha256(self, node: Mapping) -> str:
        digest = fields.text(node, "sha256", self.problems) or ""
        if digest and not SHA256.fullmatch(digest):
            remedy = "Write the 64 digits that `sha256sum` prints for the file."
            self.problems.add("E-KEY", node.fields["sha256"], "`sha256` is no SHA-256", remedy)
        return digest

    def _argv(self, node: Node | None, args: MappingType[str, ArgType], key: Text) -> tuple[str, ...]:
        """The words after the program's name. Each argument fills a slot, and each slot is a whole word."""
        items = node.items if isinstance(node, Items) else [node] if node is not None else []
        filled: set[str] = set()
        words: list[str] = []
        for item in items:
            if not isinstance(item, Text):
                self.problems.add(
                    "E-KEY", item, f"`argv` holds words, and this is {kind(item)}", "Write [--, '{file}']."
                )
                continue
            words.append(item.value)
            slot = _SLOT.fullmatch(item.value)
            if slot is not None and slot[1] in args:
                filled.add(slot[1])
            elif slot is not None:
                remedy = self.problems.near(slot[1], args, f"Arguments are {listed(args)}." if args else "Declare it.")
                self.problems.add("E-REF", item, f"no argument `{slot[1]}`", remedy)
            elif "{" in item.value or "}" in item.value:
                remedy = "Give the argument a word of its own: [--message, '{text}']."
                self.problems.add("E-KEY", item, f"`{item.value}`: a slot is a whole word", remedy)
        for name, declared in args.items():
            if name not in filled:
                self.problems.add(
                    "E-KEY", key, f"argument `{name}` fills no slot of `argv`", f"Add '{{{name}}}' to it."
                )
            if declared.kind == "object":
                self.problems.add("E-KEY", key, f"argument `{name}` is an object, and no word", "Declare its fields.")
        return tuple(words)

    def _box(self, node: Node) -> Box:
        inner = fields.mapping(node, "`box`", "box: {read: [/repo/**], net: none}", self.problems)
        if inner is None:
            return Box()
        fields.known_keys(inner, (*ACCESS, "net"), "a box", self.problems)
        net = fields.text(inner, "net", self.problems) if "net" in inner.fields else "none"
        if net not in (None, *NETS):
            remedy = self.problems.near(net or "", NETS, "Write `none`, or `policy`: rules decide on each connection.")
            self.problems.add("E-KEY", inner.fields["net"], f"no `net: {net}`", remedy)
        found = {word: self._places(inner.fields[word]) for word in ACCESS if word in inner.fields}
        return Box(**found, net=net or "none")

    def _places(self, node: Node) -> tuple[Place, ...]:
        found = []
        for item in fields.texts(node, "a list of places", self.problems):
            try:
                made = pattern(item.value, "path")
                if None in made.symbols:
                    raise GrammarError("has a star inside", "A box holds files and whole directories: /repo/**")
                found.append(Place(item.value, made))
            except GrammarError as fault:
                self.problems.add("E-PAT", item, f"`{item.value}` {fault.problem}", fault.remedy + ".")
        return tuple(found)
