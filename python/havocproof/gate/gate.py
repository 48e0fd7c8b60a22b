"""The gate: one policy, the ports, one store. Everything an agent does goes through it; see `way` for one action's way.

    with Gate.open("policy.yaml", ports=[FilesPort({"/desk": folder})], journal="run.journal") as gate:
        session = gate.session(user="ada")
        outcome = session.emit(model_text)

Strength: embedded. Gate and agent share one process; this holds against whatever a model says, not against hostile code
in the process.
"""

from __future__ import annotations

import platform
import secrets
import threading
import weakref
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from havocproof.errors import ConfigError, HavocproofError, StoreError
from havocproof.gate.acting import Who
from havocproof.gate.allowing import give
from havocproof.gate.approving import Ballot, Request, requests
from havocproof.gate.classes import classes_of
from havocproof.gate.clock import Clock, Months, system_clock
from havocproof.gate.family import end_all
from havocproof.gate.given import Allowance, standing
from havocproof.gate.obliging import Notifier
from havocproof.gate.outcome import Outcome
from havocproof.gate.people import People
from havocproof.gate.resuming import resume
from havocproof.gate.session import Session
from havocproof.gate.settling import Reservation, doubt, release, settle
from havocproof.gate.terms import Terms
from havocproof.gate.voting import read_mail, vote
from havocproof.policy import Policy, load_policy
from havocproof.ports.base import Port
from havocproof.stores import Flight, Head, MemoryStore, Parked, SqliteStore, Step, Store
from havocproof.stores.records import Record

STRENGTH = "embedded"


class Gate:
    """Made by `Gate.open`. Safe for several threads: decisions are made one after another, effects run beside each
    other.
    """

    def __init__(
        self, policy: Policy, ports: dict[str, Port], store: Store, tenant: str, clock: Clock, people: People
    ) -> None:
        self.policy = policy
        self.kernel = policy.kernel
        self.classes = classes_of(policy)
        self.ports = ports
        self.store = store
        self.tenant = tenant
        self.clock = clock
        self.people = people
        self.notifiers: dict[str, Notifier] = {}
        self.months = Months()
        self.owners: weakref.WeakValueDictionary[str, Session] = weakref.WeakValueDictionary()
        """The sessions at hand that asked, by request."""
        self._busy: dict[int, int] = {}
        self._idle = threading.Condition()
        self._closing = False
        self._closed = False
        self._broken: HavocproofError | None = None

    @classmethod
    def open(
        cls,
        policy: Policy | str | Path,
        *,
        ports: Iterable[Port],
        journal: str | Path | None = None,
        tenant: str = "default",
        clock: Clock | None = None,
        people: People | Mapping[str, Iterable[str]] | str | Path | None = None,
        notify: Mapping[str, Notifier] | None = None,
        **unknown: object,
    ) -> Gate:
        """Opens a gate, or raises and leaves nothing open but the ports.

        policy:  a loaded policy, or the path of its file
        ports:   the ports that perform effects; the gate closes them with itself
        journal: the file that holds journal and counters, made if it does not exist; None keeps both in memory
        tenant:  whose budgets are counted; the scope `tenant` of the policy
        clock:   gives ms since the epoch; the system's clock if not given
        people:  who may approve in which role: a table, or the path of its file; nobody holds a role without it
        notify:  a function for each channel that the policy may oblige to tell (`then: {notify: ops}`)

        ConfigError, PolicyError, StoreError (another gate has the journal open), JournalError (it does not verify).
        """
        if unknown:
            names = ", ".join(sorted(unknown))
            raise ConfigError(
                f"Gate.open does not know {names}", "It takes policy, ports, journal, tenant, clock, people and notify."
            )
        table = _ports_by_verb(ports)
        check_id("tenant", tenant)
        if clock is not None and not callable(clock):
            raise ConfigError("clock is not callable", "Give a function that returns milliseconds since the epoch.")
        if isinstance(policy, str | Path):
            policy = load_policy(policy)
        elif not isinstance(policy, Policy):
            raise ConfigError("policy is no policy", "Give a Policy or the path of its file.")
        for name in sorted(policy.programs.keys() & table.keys()):
            # Its exe, its digest and its box would not hold for a function of that name.
            raise ConfigError(f"{name} is a program of the policy, and a port serves it", "Rename the port's function.")
        if not all(callable(function) for function in (notify or {}).values()):
            raise ConfigError("notify holds something that cannot be called", "Give a function for each channel.")
        known = _people(people)
        store = MemoryStore() if journal is None else SqliteStore(journal)
        try:
            gate = cls(policy, table, store, tenant, clock or system_clock, known)
            gate.notifiers = dict(notify or {})
            gate._open()
        except BaseException:
            store.close()
            raise
        return gate

    def _open(self) -> None:
        policy, store = self.policy, self.store
        with store.step(self.clock(), flush=True) as step:
            opened = {"strength": STRENGTH, "tenant": self.tenant, "python": platform.python_version()}
            step.append("opened", {**opened, "people": self.people.digest})
            if (store.policy, store.tenant) != (policy.digest, self.tenant):
                # What is remembered is carried over by its names: the keys do not name the policy. Grants do.
                step.append(
                    "policy",
                    {
                        "name": policy.name,
                        "version": policy.version,
                        "digest": policy.digest,
                        "tenant": self.tenant,
                        "previous": {"digest": store.policy, "tenant": store.tenant} if store.policy else None,
                    },
                )
            for flight in list(step.flights.values()):
                if not flight.doubt:
                    error = {"kind": "Crash", "message": "the gate ended before the outcome was recorded"}
                    doubt(step, flight.seq, {"error": error})
            end_all(self, step, step.agents, "crash")
        store.collects(self.kernel.dead)
        store.collect(self.clock())
        read_mail(self)
        give(self)

    def step(self, *, flush: bool = False) -> AbstractContextManager[Step]:
        """A step of the store at the gate's time, after what was left in the inbox has been counted."""
        if self.store.letters():
            read_mail(self)
        return self.store.step(self.clock(), flush=flush)

    # ---- sessions and their work ----

    def session(
        self,
        user: str = "",
        run: str | None = None,
        session: str | None = None,
        agent: str = "",
        *,
        stop_on_denial: bool = False,
    ) -> Session:
        """A session: whom it serves, and the scopes that budgets count by.

        user: "" if nobody is known; budgets per user then deny. run, session: fresh ids if not given. agent: its kind;
        not needed where the policy has one that nobody starts.
        stop_on_denial: after its first denial the session performs nothing more until the host calls `resume`.
        """
        run = secrets.token_hex(8) if run is None else run
        session = secrets.token_hex(8) if session is None else session
        if user:
            check_id("user", user)
        for name, value in (("run", run), ("session", session)):
            check_id(name, value)
        kind = agent or self.policy.agents.root
        if not kind:
            roots = ", ".join(self.policy.agents.roots)
            raise ConfigError("which agent begins is not said", f"Give agent=, one of {roots}.")
        who = Who(self.kernel.root(kind), session, run, user, self.tenant, (session,))
        with self.working(), self.store.step(self.clock()) as step:
            if session in step.agents:
                raise ConfigError(f"the session {session} is the name of an agent at work", "Give another session.")
            body = {"session": session, "run": run, "user": user, "agent": kind, "tenant": self.tenant}
            step.append("session", body)
        return Session(self, who, stop_on_denial)

    def session_of(self, who: Who) -> Session:
        """A session for an agent as it was, to perform what it asked for."""
        return Session(self, who, stop_on_denial=False)

    @contextmanager
    def working(self) -> Iterator[None]:
        """Held around everything that uses the gate; `close` waits for it. ConfigError, StoreError if it is closed or
        broken.
        """
        me = threading.get_ident()
        with self._idle:
            # An effect under way may act itself; nothing else begins once the gate is closing.
            if self._closed or (self._closing and me not in self._busy):
                raise ConfigError("the gate is closed", "Open a gate.")
            if self._broken is not None:
                raise StoreError(
                    f"the gate stopped: {self._broken.message}", "Close it, look at the journal, and open it anew."
                ) from self._broken
            self._busy[me] = self._busy.get(me, 0) + 1
        try:
            yield
        finally:
            with self._idle:
                self._busy[me] -= 1
                if not self._busy[me]:
                    del self._busy[me]
                self._idle.notify_all()

    def give_up(self, error: HavocproofError) -> None:
        """No further action is let in: what happened could not be recorded."""
        self._broken = self._broken or error

    # ---- what waits ----

    @property
    def head(self) -> Head:
        """Where the journal ends. Note it elsewhere: `verify` then sees a dropped tail."""
        return self.store.head

    @property
    def in_doubt(self) -> tuple[Flight, ...]:
        """Effects that may have happened, oldest first; their reservations stay until `resolve`."""
        return tuple(flight for flight in self.store.flights if flight.doubt)

    @property
    def parked(self) -> tuple[Parked, ...]:
        """Actions that wait for people and have not expired."""
        now = self.clock()
        return tuple(parked for parked in self.store.parked if now < parked.expires_at)

    @property
    def requests(self) -> tuple[Request, ...]:
        """What people were asked for and has not been performed, oldest first: waiting, approved, refused, expired."""
        with self.working():
            return requests(self)

    @property
    def allowances(self) -> tuple[Allowance, ...]:
        """What people have given instead of one call and is not over, oldest first."""
        with self.working(), self.step() as step:
            return tuple(standing(step.view, self.policy.digest, self.tenant, step.now))

    def approve(self, request: str, person: str, role: str, why: str = "", terms: Terms | None = None) -> Request:
        """A person's vote for a request, by the host's word that it is this person. Gives the request as it stands; by
        `terms`, that for an allowance instead of the one call. ConfigError if it does not count.
        """
        with self.working():
            return vote(self, Ballot(request, person, role, True, why, terms=terms))

    def refuse(self, request: str, person: str, role: str, why: str = "") -> Request:
        """As `approve`, against it: one such vote ends the request. An allowance that was given is taken back."""
        with self.working():
            return vote(self, Ballot(request, person, role, False, why))

    def resume(self, request: str) -> Outcome:
        """Performs what was asked for under `request`, for the agent that asked, if enough people have approved.

        It is decided again: forbids, labels and budgets hold as they are now. It happens once. ConfigError: no such
        request waits, it is over, or the journal hides parts of its action.
        """
        return resume(self, request)

    def resolve(self, seq: int, *, happened: bool, why: str = "") -> Record:
        """The host found out about the in-doubt intent `seq`. Happened: all it reserved is spent; else it is given
        back. Gives the journal's record. ConfigError if the intent is not in doubt.
        """
        with self.working():
            if seq not in {flight.seq for flight in self.in_doubt}:
                raise ConfigError(f"intent {seq} is not in doubt", "Give a seq of `gate.in_doubt`.")
            held = Reservation.of(next(self.store.records(seq)))
            body = {"by": "host", "why": why}
            with self.store.step(self.clock(), flush=True) as step:
                if happened:
                    return settle(self.kernel, step, held, {}, body)
                return release(self.kernel, step, held, body, kind="released")

    # ---- the end ----

    def close(self) -> None:
        """Waits for effects under way, ends the journal and closes the ports. May be called twice."""
        with self._idle:
            if self._closed:
                return
            if threading.get_ident() in self._busy:
                raise ConfigError("the gate cannot be closed by an action of its own", "Close it after the action.")
            self._closing = True
            self._idle.wait_for(lambda: not self._busy)
            if self._closed:
                return  # another thread waited, too, and came first
            self._closed = True
        try:
            with self.store.step(self.clock(), flush=True) as step:
                end_all(self, step, step.agents, "close")
                step.append("closed", {"in_doubt": len(step.flights)})
        finally:
            self.store.close()
            for port in {id(port): port for port in self.ports.values()}.values():
                port.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def check_id(field: str, value: Any) -> None:
    """ConfigError unless `value` can be a scope: printable text of 1 to 256 characters."""
    if not isinstance(value, str) or not 1 <= len(value) <= 256 or not value.isprintable():
        raise ConfigError(f"{field} must be printable text of 1 to 256 characters", f"Give another {field}.")


def _people(given: People | Mapping[str, Iterable[str]] | str | Path | None) -> People:
    if isinstance(given, People):
        return given
    if given is None or isinstance(given, Mapping):
        return People(given)
    return People.load(given)


def _ports_by_verb(ports: Iterable[Port]) -> dict[str, Port]:
    table: dict[str, Port] = {}
    try:
        for port in ports:
            for verb in port.verbs:
                if verb in table and table[verb] is not port:
                    raise ConfigError(f"two ports serve {verb}", "Give the gate one port for each verb.")
                table[verb] = port
            if not callable(port.prepare):
                raise TypeError
    except (AttributeError, TypeError) as error:
        raise ConfigError("ports must be a list of ports", "A port has `verbs`, `prepare` and `close`.") from error
    return table
