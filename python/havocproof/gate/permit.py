"""The gate's leave for one effect."""

from __future__ import annotations

import secrets

from havocproof.errors import ConfigError


class OnePermit:
    """Live from its making until the gate ends it; `check` passes once. Safe for several threads.

    A misuse is a `ConfigError`: no `PortError`, because an effect may have begun under the first check.
    """

    __slots__ = ("_left", "_token", "misused")

    def __init__(self) -> None:
        self._token = secrets.token_hex(16)
        self._left = [None]
        self.misused = False
        """It was checked twice, or after its end."""

    @property
    def token(self) -> str:
        """32 hex digits, fresh."""
        return self._token

    @property
    def used(self) -> bool:
        """It was checked, or has ended."""
        return not self._left

    def check(self) -> None:
        """Passes once, as long as the permit is live; ConfigError otherwise."""
        try:
            self._left.pop()  # one atomic operation: of two threads only one passes
        except IndexError:
            self.misused = True
            raise ConfigError(
                "the permit is used up, or its action has ended",
                "A port performs one effect a permit, within the call.",
            ) from None

    def end(self) -> bool:
        """Nobody may begin an effect under it any more; tells whether somebody had."""
        try:
            self._left.pop()
        except IndexError:
            return True
        return False
