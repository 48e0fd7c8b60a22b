"""What the session of an example remembers: marks and records that fit what a box leaves of the tests about them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from havocproof.analysis.code import MemoryCode, Requests
from havocproof.kernel.source import LABEL, Atom, Key, Record
from havocproof.policy import Policy

if TYPE_CHECKING:
    from havocproof.analysis.building import Choice

LONG_AGO, BEFORE, JUST = 3_000, 2_000, 1_000
"""ms before now: what happened first, then, and last."""


class Memory:
    """The state of one example. `names` and `ints` are the action's."""

    def __init__(
        self,
        choice: Choice,
        policy: Policy,
        scopes: dict[str, str],
        names: Mapping[str, str],
        ints: Mapping[str, int],
        now: int,
    ) -> None:
        self.choice = choice
        self.policy = policy
        self.now = now
        self.names = names
        self.ints = ints
        self._request = Requests.Request_Request((), scopes, "", 0)
        self._atom = Atom(dict(names), {})
        self._run = scopes["run"]

    def _key(self, mark: Any) -> Key | None:
        found = MemoryCode.default__.MarkKey(mark, self._request, self._atom)
        return found.value if found.is_Found else None

    # ---- marks ----

    def nums(self) -> dict[Key, int]:
        """The marks that are set, and when."""
        found: dict[Key, int] = {}
        on: dict[Any, list[tuple[int, bool]]] = defaultdict(list)
        for coord in self.choice.table.coords:
            if coord.is_CMark:
                bit = self.choice.on(coord)
                if bit is not None:
                    on[coord.mark].append((coord.lasts, bit))
        for mark, bits in on.items():
            key = self._key(mark)
            if key is not None and any(bit for _, bit in bits):
                old = [lasts for lasts, bit in bits if not bit and lasts]
                found[key] = self.now - max(old) if old else self.now - BEFORE
        for coord in self.choice.table.coords:
            if coord.is_CSince:
                self._since(coord, found)
        return found

    def _since(self, coord: Any, found: dict[Key, int]) -> None:
        done, reset = self._key(coord.done), self._key(coord.reset)
        bit = self.choice.on(coord)
        if done is None or reset is None or bit is None:
            return
        if bit:
            found[done] = self.now - JUST
            if reset in found and found[reset] >= found[done]:
                found[reset] = self.now - LONG_AGO
        elif done in found:
            found[reset] = self.now - JUST

    # ---- records ----

    def records(self) -> dict[Key, Record]:
        """The records that are known."""
        slots: dict[Key, dict[str, Any]] = {}
        kept = [coord for coord in self.choice.table.coords if coord.is_CKept and self.choice.on(coord)]
        for coord in sorted(kept, key=lambda each: bool(each.under.is_ByField)):
            key = self._slot(coord, slots)
            if key is not None:
                slots.setdefault(key, self._blank(coord.record))
        for coord in self.choice.table.coords:
            ref = getattr(coord, "ref", None)
            if ref is not None and (key := self._slot(ref, slots)) in slots:
                self._field(coord, ref, slots[key])
        return {key: self._record(key[1], fields) for key, fields in slots.items()}

    def _slot(self, ref: Any, slots: Mapping[Key, dict[str, Any]]) -> Key | None:
        if ref.under.is_Alone:
            of = self._run
        elif ref.under.is_ByAxis:
            of = self.names.get(ref.under.axis, "")
        else:
            other = slots.get(_record_key(ref.under.record, self._run, self._run))
            if other is None:
                return None
            of = other.setdefault(ref.under.field, {"one": self.choice.spare("id")}).get("one", "")
        return _record_key(ref.record, self._run, of)

    def _blank(self, record: str) -> dict[str, Any]:
        """Fields by name, nothing chosen yet: `in`, `out` and `one` of names, `int` of integers."""
        return {}

    def _field(self, coord: Any, ref: Any, fields: dict[str, Any]) -> None:
        field = fields.setdefault(ref.field, {})
        if coord.is_CHasNames or coord.is_CHasInt:
            if self.choice.on(coord) is False:
                field["absent"] = True
        elif coord.is_CListed:
            bit = self.choice.on(coord)
            name = self.names.get(coord.axis, "")
            if bit:
                field.setdefault("in", set()).add(name)
                field["one"] = name
            elif bit is False:
                field.setdefault("out", set()).add(name)
        elif coord.is_CHeld:
            bit = self.choice.on(coord)
            if bit:
                field.setdefault("some", []).append(frozenset(coord.names))
            elif bit is False:
                field.setdefault("out", set()).update(coord.names)
        elif coord.is_COne:
            span = self.choice.span(coord)
            if span is not None and span[1] <= len(self.choice.table.literals):
                named = self.choice.names(span)
                if named:
                    field["one"] = named[0] if field.get("one") not in named else field["one"]
                else:
                    field["absent"] = True
        elif coord.is_CRecorded:
            number = self.choice.number(coord, None, None)
            if number is None:
                field["absent"] = True
            else:
                field.setdefault("int", number)
        elif coord.is_CCompared:
            bit, mine = self.choice.on(coord), self.ints.get(coord.axis)
            if bit is not None and mine is not None:
                field["int"] = mine if bit else mine - 1

    def _record(self, record: str, fields: Mapping[str, Any]) -> Record:
        spec = self.policy.records.get(record)
        names: dict[str, frozenset[str]] = {}
        ones: dict[str, str] = {}
        ints: dict[str, int] = {}
        every = dict.fromkeys((*(spec.fields if spec is not None else ()), *fields))
        for name in every:
            chosen = fields.get(name, {})
            if chosen.get("absent"):
                continue
            each = spec.fields.get(name) if spec is not None else None
            if "int" in chosen or (each is not None and each.number):
                ints[name] = chosen.get("int", 1)
                continue
            out = chosen.get("out", set())
            inside = set(chosen.get("in", ()))
            for some in chosen.get("some", ()):
                if not inside & some:
                    inside |= set(sorted(some - out)[:1])
            if each is not None and each.many:
                names[name] = frozenset(inside)
                continue
            one = next(iter(sorted(inside)), None) or chosen.get("one")
            if one is None or one in out:
                one = self.choice.spare(name)
            names[name], ones[name] = frozenset({one}), one
        return Record(self.now - JUST, names, ones, ints)


def _record_key(record: str, run: str, of: str) -> Key:
    return (8, record, run, of, run, run, 0)


def carried(keys: list[Key], nums: Mapping[Key, int], now: int) -> dict[Key, int]:
    """The cells with all labels among the keys set: as of a session that carries what the action brings."""
    fresh = {key: now - JUST for key in keys if key[0] == LABEL and nums.get(key, 0) <= 0}
    return {**nums, **fresh}
