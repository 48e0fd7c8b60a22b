"""The section `servers`: where tools come from, and the locks that hold what they took when the policy was written.

A lock is a JSON file beside the policy, part of its identity:

    {"lock": 1,
     "server": {"url": "https://mcp.code.example/"},          or {"command": "/opt/mcp", "sha256": "<64 digits>"}
     "tools": {"search": {"inputSchema": {"type": "object", "properties": {...}, "required": [...]}}}}

Tools of a server are declared under `tools` as `<server>/<tool>`. Without `args` and `optional` their types come from
the lock; with them the lock has to take what they say. Nothing here talks to a server: that its tools are still those
of the lock is for whoever connects to it.
"""

from __future__ import annotations

from collections.abc import Mapping as MappingType
from dataclasses import dataclass
from typing import Any

from havocproof.actions.reading import read_json
from havocproof.actions.scalars import GrammarError, check_path
from havocproof.actions.urls import parse_url
from havocproof.errors import ActionError
from havocproof.policy import fields
from havocproof.policy.files import SHA256, File, Files
from havocproof.policy.json_schema import SchemaFault, Types, disagreement, read_arguments
from havocproof.policy.problems import Problems, listed
from havocproof.policy.reader import Position
from havocproof.policy.sets import IDENTIFIER
from havocproof.policy.tree import Mapping, Node, Text
from havocproof.policy.types import ArgType

KEYS = ("url", "command", "sha256", "tools_lock")
VERSION = 1
_LOCK_KEYS = frozenset({"lock", "server", "tools"})
_FORM = "{url: https://mcp.example/, tools_lock: code.lock.json}"


@dataclass(frozen=True)
class Server:
    """One server: `url`, or `command` with the `sha256` of its file. `tools`: the input schema of each tool that the
    lock names; None without a lock. `lock` is the lock's file.
    """

    name: str
    line: int
    file: str
    url: str
    command: str
    sha256: str
    lock: str
    tools: MappingType[str, Any] | None


class Servers:
    """Reader of the sections of all files."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        self.known: dict[str, Server] = {}
        self._keys: dict[str, Text] = {}

    def read(self, section: Node, files: Files) -> None:
        """Read one section; `files` reads beside the file that it stands in."""
        root = fields.mapping(section, "`servers`", f"servers: {{code: {_FORM}}}", self.problems)
        for key, node in root or ():
            first = self._keys.setdefault(key.value, key)
            if first is not key:
                message = f"the server `{key.value}` was given at {self.problems.at(first, key)}"
                self.problems.add("E-DUP", key, message, "Rename one of them.")
                continue
            if not IDENTIFIER.fullmatch(key.value):
                self.problems.add(
                    "E-KEY", key, f"`{key.value}` is no name of a server", "Use letters, digits, _ and -."
                )
            inner = fields.mapping(node, f"server `{key.value}`", _FORM, self.problems)
            before = len(self.problems.found)
            made = self._server(key, inner, files) if inner is not None else None
            if made is not None and len(self.problems.found) == before:
                self.known[key.value] = made

    def _server(self, key: Text, node: Mapping, files: Files) -> Server:
        fields.known_keys(node, KEYS, "a server", self.problems)
        said = {word: fields.text(node, word, self.problems) or "" for word in KEYS}
        if bool(said["url"]) == bool(said["command"]):
            self.problems.add("E-KEY", key, "a server has one of `url` and `command`", f"Write {_FORM}.")
        if said["command"] and not said["sha256"]:
            fields.missing(key, "sha256", "a command", "Say which file it is: sha256: <64 digits>.", self.problems)
        if said["sha256"] and not (said["command"] and SHA256.fullmatch(said["sha256"])):
            message = "`sha256` is no SHA-256" if said["command"] else "`sha256` belongs to `command`"
            self.problems.add("E-KEY", node.keys["sha256"], message, "Write the 64 digits of the command's file.")
        for word, check in (("url", parse_url), ("command", check_path)):
            try:
                if said[word]:
                    check(said[word])
            except GrammarError as fault:
                self.problems.add("E-PAT", node.fields[word], f"`{said[word]}` {fault.problem}", fault.remedy + ".")
        lock = node.fields.get("tools_lock")
        found = files.read(lock, self.problems) if isinstance(lock, Text) else None
        tools = self._lock(found, said) if found is not None else None
        name = found.name if found is not None else ""
        return Server(key.value, key.line, key.file, said["url"], said["command"], said["sha256"], name, tools)

    def _lock(self, file: File, said: MappingType[str, str]) -> MappingType[str, Any] | None:
        try:
            lock = read_json(file.text)
        except ActionError as error:
            self._bad(file, f"the lock is no JSON: {error.problem}", "Write the lock anew.")
            return None
        if not isinstance(lock, dict) or lock.keys() != _LOCK_KEYS or lock["lock"] != VERSION:
            remedy = f'Write {{"lock": {VERSION}, "server": {{...}}, "tools": {{...}}}}.'
            self._bad(file, f"this is no lock of version {VERSION}", remedy)
            return None
        expected = {word: said[word] for word in ("url", "command", "sha256") if said[word]}
        if lock["server"] != expected:
            self._bad(file, "the lock is of another server", "Look at what changed, then write the lock anew.")
            return None
        tools = lock["tools"]
        if not isinstance(tools, dict) or not all(
            isinstance(tool, dict) and isinstance(tool.get("inputSchema"), dict) for tool in tools.values()
        ):
            self._bad(file, "tools of the lock lack their `inputSchema`", "Write the lock anew.")
            return None
        return {name: tool["inputSchema"] for name, tool in tools.items()}

    def _bad(self, file: File, message: str, remedy: str) -> None:
        self.problems.add("E-LOCK", Position(0, 0, file.name), message, remedy)

    # ---- tools of a server ----

    def types(self, key: Text) -> tuple[Types, Types] | None:
        """The required and optional arguments of a tool by its lock, none if there is no lock; None with the problem
        noted.
        """
        found = self._locked(key)
        if found is None:
            return None
        server, schema = found
        try:
            return read_arguments(schema) if schema is not None else ({}, {})
        except SchemaFault as fault:
            self._fault(server, key, fault)
            return None

    def agrees(self, key: Text, required: MappingType[str, ArgType], optional: MappingType[str, ArgType]) -> bool:
        """Whether the lock takes what is declared; if not, it is noted."""
        found = self._locked(key)
        if found is None or found[1] is None:
            return found is not None
        server, schema = found
        try:
            problem = disagreement(required, optional, schema)
        except SchemaFault as fault:
            self._fault(server, key, fault)
            return False
        if problem is not None:
            remedy = f"Declare what {server.lock} says, or leave `args` out."
            self.problems.add("E-LOCK", key, f"by its lock `{key.value}` {problem}", remedy)
        return problem is None

    def _locked(self, key: Text) -> tuple[Server, Any] | None:
        """The server of a tool, and the tool's schema if the server has a lock. None with the problem noted."""
        name, _, tool = key.value.partition("/")
        server = self.known.get(name)
        if server is None:
            if name not in self._keys:
                remedy = self.problems.near(name, self._keys, f"Servers are {listed(self._keys)}.")
                self.problems.add("E-REF", key, f"no server `{name}`", remedy)
            return None
        if server.tools is None:
            return server, None
        if tool not in server.tools:
            remedy = self.problems.near(tool, server.tools, "Leave it out, or write the lock anew.")
            self.problems.add("E-LOCK", key, f"{server.lock} has no tool `{tool}`", remedy)
            return None
        return server, server.tools[tool]

    def _fault(self, server: Server, key: Text, fault: SchemaFault) -> None:
        tool = key.value.partition("/")[2]
        path = f"tools/{tool}/inputSchema{'/' if fault.at else ''}{fault.at}"
        message = f"`{key.value}`: {path} of {server.lock} {fault.problem}"
        self.problems.add("E-LOCK", key, message, fault.remedy + ".")

    def has(self, name: str) -> bool:
        """Whether a tool of this name belongs to a server: servers are declared, and it has a slash."""
        return bool(self._keys) and "/" in name
