"""A port that serves everything and does nothing but tell who asked for what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from havocproof.actions import Action, Part, SqlQuery, ToolCall
from havocproof.actions.wire import VERBS
from havocproof.ports.base import Effect, Permit
from tests.differential.tools import KNOWN

Duties = frozenset[tuple[str, Any]]


class NullPort:
    """`begun` is called as an effect begins, with its action and what the port took on, and says how it ends: an
    `Effect` or an exception. `statements`: the parts of each SQL statement, which names its place in the list.
    """

    def __init__(self, begun: Callable[[Action, Duties], Effect | BaseException]) -> None:
        self.verbs = frozenset(VERBS) | frozenset(KNOWN) | {"test", "ship"}
        self.statements: list[tuple[Part, ...]] = []
        self.begun = begun

    def prepare(self, action: Action) -> NullEffect:
        if isinstance(action, SqlQuery):
            return NullEffect(self, action, self.statements[int(action.statement.split()[-1])])
        return NullEffect(self, action, () if isinstance(action, ToolCall) else action.parts())

    def close(self) -> None:
        """Nothing is held."""


class NullEffect:
    def __init__(self, port: NullPort, action: Action, parts: tuple[Part, ...]) -> None:
        self.port = port
        self.action = action
        self.parts = parts
        self.duties: set[tuple[str, Any]] = set()

    def oblige(self, duty: str, value: Any, columns: Any = None) -> bool:
        """Every obligation can be met by doing nothing."""
        self.duties.add((duty, value))
        return True

    def perform(self, permit: Permit) -> Effect:
        permit.check()
        end = self.port.begun(self.action, frozenset(self.duties))
        if isinstance(end, BaseException):
            raise end
        return end

    def close(self) -> None:
        """Nothing is held."""
