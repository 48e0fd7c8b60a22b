"""Records out of what a tool has returned, and of what the host says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from havocproof.actions.scalars import GrammarError
from havocproof.errors import ConfigError
from havocproof.policy.pointers import Pointer
from havocproof.policy.recorded import key_text, record_of, recorded
from havocproof.policy.recordspec import HOST, LATEST, MAX_KEYS, FieldSpec, Only, RecordSpec
from havocproof.records.told import Fault, Learned, Told
from havocproof.records.walking import MOST_NODES, Found, row_chosen, walk

MOST_FAULTS = 20

_Values = dict[str, list[str | int]]


class _Wrong(Exception):
    """Something of a result is not as the record declares it."""

    def __init__(self, field: str, way: tuple[str, ...], fault: GrammarError) -> None:
        self.field = field
        self.at = Found(None, None, (*way, *fault.at)).at
        self.problem = fault.problem


def from_result(
    specs: Mapping[str, RecordSpec], tool: str, arguments: Mapping[str, Any], result: Any, now: int
) -> Told:
    """What the records of a policy take from a tool's result, once the call has settled with success.

    `arguments`: the call's canonical ones. `result`: a parsed JSON value. Only the named fields are taken, each only as
    its declared type; a record one of whose fields is not there or of another type is not stored at all.
    """
    records: list[Learned] = []
    faults: list[Fault] = []
    for spec in specs.values():
        if tool in spec.tools:
            records += _Result(spec, arguments, result, now, faults).learned()
    more = len(faults) - MOST_FAULTS
    if more > 0:
        faults[MOST_FAULTS:] = [Fault("", "", "", f"{more} more faults of this result are not told")]
    return Told(tuple(records), tuple(faults))


class _Result:
    """One result, read for one record."""

    def __init__(
        self, spec: RecordSpec, arguments: Mapping[str, Any], result: Any, now: int, faults: list[Fault]
    ) -> None:
        self.spec = spec
        self.root = Found(result, None, ())
        self.now = now
        self.faults = faults
        self.asked = _keys(arguments, spec.key.argument) if spec.key is not None else [None]
        """The keys that the call was about: where it tells nothing of them, they are forgotten."""

    def learned(self) -> list[Learned]:
        spec = self.spec
        try:
            rows = self._rows()
            fixed = {
                each.name: self._values(each, self.root)
                for each in spec.fields.values()
                if spec.each is not None and each.at is not None and each.at.root
            }
            found = {None: self._all(rows, fixed)} if spec.key is None else self._keyed(rows, fixed)
        except _Wrong as wrong:
            self._fault(wrong)
            found = {}
        out = []
        for key, values in found.items():
            if values is None:
                out.append(Learned(spec.name, key, spec.mode, None))
                continue
            try:
                out.append(Learned(spec.name, key, spec.mode, record_of(spec, self.now, _tuples(values))))
            except GrammarError as fault:
                self._fault(_Wrong("", (), fault))
                out.append(Learned(spec.name, key, spec.mode, None))
        out += [Learned(spec.name, key, spec.mode, None) for key in self.asked if key not in found]
        return [each for each in out if each.new is not None or spec.mode == LATEST]

    def _rows(self) -> list[Found]:
        spec = self.spec
        if spec.each is None:
            return [self.root]
        return [row for row in self._walk("", spec.each, (), self.root) if row_chosen(row, spec.only)]

    def _all(self, rows: Sequence[Found], fixed: Mapping[str, list[str | int]]) -> _Values:
        """The values of all rows together."""
        values: _Values = {name: list(fixed.get(name, ())) for name in self.spec.fields}
        for row in rows:
            for each in self.spec.fields.values():
                if each.name not in fixed:
                    values[each.name] += self._values(each, row)
        return values

    def _keyed(self, rows: Sequence[Found], fixed: Mapping[str, list[str | int]]) -> dict[str | None, _Values | None]:
        """The values of each key; None for a key one of whose rows is not as declared."""
        if len(rows) > MAX_KEYS:
            raise _few(f"brings {len(rows)} rows; a run holds at most {MAX_KEYS} keys")
        if len(rows) * sum(map(len, fixed.values())) > MOST_NODES:
            raise _few(f"brings more than {MOST_NODES} values")
        found: dict[str | None, _Values | None] = {}
        for row in rows:
            key: str | None = None
            try:
                key = self._key(row)
                values = self._all([row], fixed)
            except _Wrong as wrong:
                self._fault(wrong)
                if key is not None:
                    found[key] = None
                continue
            known = found.setdefault(key, {name: [] for name in self.spec.fields})
            if known is not None:
                for name, each in values.items():
                    known[name] += each
        return found

    def _key(self, row: Found) -> str:
        spec = self.spec
        assert spec.key is not None
        assert spec.key.at is not None
        found = self._walk("", spec.key.at, (), self.root if spec.key.at.root else row)
        try:
            return key_text(found[0].value)
        except GrammarError as fault:
            raise _Wrong("", found[0].way, fault) from None

    def _values(self, each: FieldSpec, row: Found) -> list[str | int]:
        assert each.at is not None
        values: list[str | int] = []
        for found in self._walk(each.name, each.at, each.only, self.root if each.at.root else row):
            try:
                values.append(recorded(each.type, found.value))
            except GrammarError as fault:
                raise _Wrong(each.name, found.way, fault) from None
        return values

    def _walk(self, field: str, pointer: Pointer, only: Only, start: Found) -> list[Found]:
        try:
            return list(walk(start, pointer, only))
        except GrammarError as fault:
            raise _Wrong(field, (), fault) from None

    def _fault(self, wrong: _Wrong) -> None:
        self.faults.append(Fault(self.spec.name, wrong.field, wrong.at, wrong.problem))


def _few(problem: str) -> _Wrong:
    return _Wrong("", (), GrammarError(problem, "Return fewer at a time"))


def _keys(arguments: Mapping[str, Any], name: str) -> list[str | None]:
    """The values of an argument, by its dotted name, as keys. What is no key names no record."""
    value: Any = arguments
    for step in name.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    keys: list[str | None] = []
    for each in value if isinstance(value, list | tuple) else [value]:
        try:
            keys.append(key_text(each))
        except GrammarError:
            continue
    return keys


def _tuples(values: Mapping[str, Iterable[str | int]]) -> dict[str, tuple[str | int, ...]]:
    return {name: tuple(each) for name, each in values.items()}


# ---- the host ----


def from_host(
    specs: Mapping[str, RecordSpec], record: str, key: str | None, values: Mapping[str, object], now: int
) -> Told:
    """What the host says by hand: all fields of one record, lists for those that hold many.

    Raises `ConfigError` for a record that is not `from: host`, and for values that are not of their types.
    """
    spec = specs.get(record)
    if spec is None or spec.source != HOST:
        known = ", ".join(sorted(name for name, each in specs.items() if each.source == HOST)) or "none"
        raise ConfigError(f"The policy has no record {record} that the host fills", f"Such records: {known}")
    if (key is None) != (spec.key is None):
        remedy = "Say key=..." if spec.key is not None else "Leave key out"
        raise ConfigError(f"The record {record} has {'a' if spec.key is not None else 'no'} key", remedy)
    unknown = sorted(set(values) - set(spec.fields))
    missing = sorted(set(spec.fields) - set(values))
    if unknown or missing:
        problem = f"is no field {unknown[0]}" if unknown else f"must be {missing[0]}"
        raise ConfigError(f"In the record {record} there {problem}", f"Fields: {', '.join(sorted(spec.fields))}")
    try:
        name = None if key is None else key_text(key)
        said = {each.name: _said(each, values[each.name]) for each in spec.fields.values()}
        made = record_of(spec, now, said)
    except GrammarError as fault:
        raise ConfigError(f"The record {record} {fault.problem}", fault.remedy) from None
    return Told((Learned(record, name, spec.mode, made),))


def _said(each: FieldSpec, value: object) -> tuple[str | int, ...]:
    several = isinstance(value, list | tuple | set | frozenset)
    if several != each.many:
        form = "many values: give a list" if each.many else "one value"
        raise GrammarError(f"has on `{each.name}` {'many values' if several else 'one value'}", f"It holds {form}")
    items: Iterable[object] = value if isinstance(value, list | tuple | set | frozenset) else (value,)
    try:
        return tuple([recorded(each.type, item) for item in items])
    except GrammarError as fault:
        raise GrammarError(f"has on `{each.name}` a value that {fault.problem}", fault.remedy) from None
