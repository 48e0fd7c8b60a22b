"""Who may act in which role: a table of the deployment, not of the policy. Nobody holds a role unless it says so.

    people:
      ann: [controller, portfolio-manager]
      ben: portfolio-manager

The role `session-user` is not in it: that is the person whom a session serves, and nobody else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Self

from havocproof.errors import ConfigError
from havocproof.kernel.source import SELF
from havocproof.policy import fields
from havocproof.policy.problems import Problems
from havocproof.policy.reader import decode, read
from havocproof.stores.records import canonical

MOST_NAME = 256
_FORM = "people: {ann: [controller], ben: [controller, portfolio-manager]}"


class People:
    """Persons and their roles. ConfigError for what is no name, and for `session-user`."""

    def __init__(self, roles: Mapping[str, Iterable[str]] | None = None) -> None:
        self._roles: dict[str, frozenset[str]] = {}
        for person, held in (roles or {}).items():
            names = [held] if isinstance(held, str) else list(held)
            for name in (person, *names):
                if not is_name(name):
                    raise ConfigError(f"people: {name!r} is no name", "Use printable text of 1 to 256 characters.")
            if SELF in names:
                raise ConfigError(
                    f"people: {person} cannot hold {SELF}", "It is the person whom a session serves: leave it out."
                )
            self._roles[person] = frozenset(names)

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """From a YAML file of the form above, read as strictly as a policy. ConfigError with line and remedy."""
        file = Path(path)
        problems = Problems(str(file))
        try:
            data = file.read_bytes()
        except OSError as error:
            raise ConfigError(f"{file}: cannot be read: {error.strerror}", "Check the path and its rights.") from error
        text = decode(data, problems)
        root = read(text, problems) if text is not None else None
        roles: dict[str, list[str]] = {}
        if root is not None:
            fields.known_keys(root, ("people",), "a table of people", problems)
            if "people" in root.fields:
                listed = fields.mapping(root.fields["people"], "`people`", _FORM, problems)
                for person, node in listed or ():
                    roles[person.value] = [role.value for role in fields.texts(node, "roles", problems)]
            else:
                problems.add("E-KEY", root, "no `people`", f"Write {_FORM}.")
        if problems.failed:
            raise ConfigError("\n".join(str(problem) for problem in sorted(problems.found)))
        return cls(roles)

    def holds(self, person: str, role: str) -> bool:
        return role in self._roles.get(person, ())

    @property
    def digest(self) -> str:
        """SHA-256 of the table in its one form; "" if nobody holds a role."""
        if not self._roles:
            return ""
        form = {person: sorted(held) for person, held in self._roles.items()}
        return hashlib.sha256(canonical(form).encode()).hexdigest()


def is_name(value: Any) -> bool:
    """Printable text of 1 to 256 characters, without blanks at its ends."""
    return isinstance(value, str) and 1 <= len(value) <= MOST_NAME and value.isprintable() and value == value.strip()
