"""Which cells count for a window of time, by the window's end: what a store may drop is found without a search."""

from __future__ import annotations

import heapq
from collections.abc import Iterable

from havocproof.kernel.source import Key


class Windows:
    """The keys that have an end, earliest first. A key is added once, when its cell is first written."""

    __slots__ = ("_ends", "_keys")

    def __init__(self, keys: Iterable[Key] = ()) -> None:
        self._keys: dict[int, list[Key]] = {}
        self._ends: list[int] = []
        """A heap of the keys of `_keys`. Windows are aligned: there are few of them, however many cells there are."""
        for key in keys:
            self.add(key)

    def add(self, key: Key) -> None:
        """Remembers the key, if it has an end."""
        end = key[6]
        if not end:
            return
        if end not in self._keys:
            self._keys[end] = []
            heapq.heappush(self._ends, end)
        self._keys[end].append(key)

    def take(self, now: int, most: int) -> list[Key]:
        """Up to `most` keys whose windows have ended by `now` (ms); they are not remembered any longer."""
        taken: list[Key] = []
        while self._ends and self._ends[0] <= now and len(taken) < most:
            keys = self._keys[self._ends[0]]
            while keys and len(taken) < most:
                taken.append(keys.pop())
            if not keys:
                del self._keys[heapq.heappop(self._ends)]
        return taken
