"""What a store is: the one place where a session's state changes, in atomic steps.

    with store.step(now) as step:
        verdict = decide(step.now, step.seen, step.view)
        record = step.append("intent", {...}, cells=[(key, 3)])    the journal's next record, and what it changes
        step.launch(record, digest)                                its effect is in flight

What the kernel decides on (cells, records, grants) and which agents are at work changes by records alone, so that the
journal adds up to it. Everything of a step becomes true together when the block ends, or nothing does: an exception out
of the block, or a failing commit, leaves the store as it was and comes out as a StoreError. Steps of one store never
overlap.

The state is kept in memory as the kernel's view. The store's file is the truth: after a fault the view is read from
it again.

What no later decision can see is dropped (`collects`, `collect`): else cells of windows that have ended would pile up.
Which ones these are says the kernel. Dropping is a record of the journal like every other change, so its time is the
journal's: no clock that goes back finds the window open again.
"""

from __future__ import annotations

import os
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from havocproof.errors import HavocproofError, StoreError
from havocproof.kernel.source import Key, View
from havocproof.stores.contents import Instance
from havocproof.stores.records import Head, Record
from havocproof.stores.state import Flight, Letter, Parked, State
from havocproof.stores.step import Step

LAST_MS = 253402300799999
"""The last millisecond of the year 9999: no clock may be later."""

Dead = Callable[[Key, int], bool]
"""Whether no decision from this time (ms) on can tell the cell from an empty one."""

_LOOK_EVERY = 32  # steps that write
_LEAST_DROPS = 64
_MOST_DROPS = 1000  # in one record


class Store(ABC):
    """Atomic steps over state, journal, flights and parked requests. Safe for several threads, not across a fork."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._state = State()
        self._stepping = False
        self._stale = False
        self._closed = False
        self._dead: Dead | None = None
        self._written = 0
        """Steps that wrote since the last look for what can be dropped."""
        self._pid = os.getpid()
        self.policy = ""
        """The digest of the policy that the journal named last; "" in a new one."""
        self.tenant = ""

    @contextmanager
    def step(self, now: int, *, flush: bool = False) -> Iterator[Step]:
        """One atomic step at `now` (ms since the epoch; a clock that went back is held at the latest time seen).

        `flush`: when the block ends, the step has reached the disk, not only the operating system.
        """
        with self._lock:
            self._usable()
            if self._stale:
                self._refresh()
            at_ms = self._time(now)
            step = Step(self._state, at_ms, flush, self._letters)
            # What was decided at a time was decided for good: time does not go back behind it, recorded or not.
            self._state.at_ms = at_ms
            self._stepping = True
            try:
                yield step
                if step.records or step.launched or step.landed or step.parking or step.taken:
                    # From here until the view agrees again, the file alone is right.
                    self._stale = True
                    self._look(step)
                    self._commit(step)
                    self._apply(step)
                    self._stale = False
            except HavocproofError:
                raise
            except Exception as error:
                raise StoreError(
                    f"the step failed and was rolled back: {type(error).__name__}: {error}",
                    "Nothing was performed. See that the journal's disk is writable and has room.",
                ) from error
            finally:
                self._stepping = False

    def collects(self, dead: Dead) -> None:
        """From now on what is dead is dropped: now and then a few cells, within a step that writes anyway. The gate
        says what is dead; a store that nobody told keeps everything.
        """
        self._dead = dead

    def collect(self, now: int) -> int:
        """Drops all that is dead at `now`, in records of at most 1,000 cells, each in a step of its own. Gives how many
        there were.
        """
        dropped, more = 0, True
        while more:
            with self.step(now) as step:
                more, gone = self._drop(step, _MOST_DROPS)
                dropped += gone
        return dropped

    def _look(self, step: Step) -> None:
        """Every 32nd step drops some, more than were made meanwhile: what is dead gets fewer, and no step is long."""
        self._written += 1
        if self._written >= _LOOK_EVERY:
            self._drop(step, min(_MOST_DROPS, max(_LEAST_DROPS, 2 * self._state.born)))

    def _drop(self, step: Step, most: int) -> tuple[bool, int]:
        """Whether there was anything to look at, and how many cells this step drops.

        What was looked at is not looked at again; after a step that fails in writing, state and windows are read anew.
        """
        self._written = self._state.born = 0
        if self._dead is None:
            return False, 0
        over = self._state.windows.take(step.now, most)
        gone = [(key, None) for key in over if self._dead(key, step.now)]
        if gone:
            step.append("collected", {}, cells=gone)
        return bool(over), len(gone)

    def _usable(self) -> None:
        if self._closed:
            raise StoreError("the store is closed")
        if not self._is_ours():
            raise StoreError(
                "the store belongs to the process that opened it", "Open a gate of its own in each process."
            )
        if self._stepping:
            raise StoreError(
                "a step of this store is under way in this thread",
                "Do not use the gate inside its own clock or decision.",
            )

    def _time(self, now: int) -> int:
        if type(now) is not int or not 0 <= now <= LAST_MS:
            raise StoreError(
                "the clock gave no time between 1970 and 9999 in whole milliseconds", "Give the gate a clock that does."
            )
        return max(now, self._state.at_ms)

    def _refresh(self) -> None:
        try:
            self._recover()
        except HavocproofError:
            raise
        except Exception as error:
            raise StoreError(
                f"the store cannot be read again: {type(error).__name__}: {error}", "Close the gate and open it anew."
            ) from error

    def _apply(self, step: Step) -> None:
        state = self._state
        state.seq, state.hash = step.head
        for changes in step.changes:
            state.change(changes)
        for flight in step.launched:
            state.flights[flight.seq] = flight
        for seq in step.landed:
            state.flights.pop(seq, None)
        for parked in step.parking:
            state.parked[parked.request] = parked

    @property
    def head(self) -> Head:
        """Where the journal ends now."""
        with self._lock:
            return self._state.head

    @property
    def flights(self) -> tuple[Flight, ...]:
        """The intents without an outcome, oldest first."""
        with self._lock:
            return tuple(self._state.flights[seq] for seq in sorted(self._state.flights))

    @property
    def parked(self) -> tuple[Parked, ...]:
        """The parked actions, expired ones included, in the order of their records."""
        with self._lock:
            return tuple(sorted(self._state.parked.values(), key=lambda parked: parked.seq))

    @property
    def agents(self) -> dict[str, Instance]:
        """The agents that were started and are at work, by their names."""
        with self._lock:
            return dict(self._state.agents)

    @property
    def view(self) -> View:
        """What is remembered, as it is now; for looking up single keys, never to be changed."""
        return self._state.view

    def letters(self) -> tuple[Letter, ...]:
        """As `Step.letters`, outside of a step; cheap as long as nobody has left anything."""
        with self._lock:
            self._usable()
            return self._letters()

    def _letters(self) -> tuple[Letter, ...]:
        return ()

    def _is_ours(self) -> bool:
        return os.getpid() == self._pid

    @abstractmethod
    def _commit(self, step: Step) -> None:
        """Makes the whole step durable, or raises and leaves nothing of it."""

    @abstractmethod
    def _recover(self) -> None:
        """Reads the view from the truth again after a fault, and clears `_stale`."""

    @abstractmethod
    def records(self, since: int = 1) -> Iterator[Record]:
        """The journal's records from `since` on."""

    def close(self) -> None:
        """Gives back what is held open. May be called twice; every later step is a StoreError."""
        with self._lock:
            self._closed = True
