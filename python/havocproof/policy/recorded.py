"""Values of record fields in the one form that the kernel compares, whoever says them: tools, the host, examples."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from types import MappingProxyType

from havocproof.actions.amounts import DECIMALS, format_amount, parse_amount
from havocproof.actions.scalars import MEASURE_LIMIT, GrammarError, check_name, table_segments
from havocproof.kernel.source import RECORD, Key, Record
from havocproof.policy.arguments import canonical
from havocproof.policy.literals import format_date, parse_date
from havocproof.policy.recordspec import FieldSpec, RecordSpec
from havocproof.policy.types import ArgType

Said = Mapping[str, tuple[str | int, ...]]
"""The canonical values of a record's fields, by field."""

NOTHING = Record(0, {}, {}, {})
"""No field of it is known."""


def record_key(record: str, run: str, key: str | None = None) -> Key:
    """Where the kernel finds a record of a run; `key`: the value that names it, None for a record without key."""
    return (RECORD, record, run, run if key is None else key, run, run, 0)


def recorded(declared: ArgType, value: object) -> str | int:
    """A JSON value as the kernel compares it: text in normal form; integers as integers, amounts in minor units, dates
    as days since 1970-01-01. Raises `GrammarError` if it is not of the declared type.
    """
    if declared.kind == "table":
        if type(value) is not str:
            raise GrammarError("is no text", "Give a table as database.schema.table")
        return ".".join(table_segments(value))
    if declared.kind == "decimal":
        return _minor(declared.currency, value)
    found = canonical(declared, value)
    if type(found) is bool:
        return "true" if found else "false"
    if declared.kind == "date":
        return parse_date(str(found))
    return int(found) if declared.kind == "int" else str(found)


def _minor(currency: str, value: object) -> int:
    """Money that was told may be nothing at all, and its currency is declared; money that moves says both."""
    number = Decimal(value) if type(value) is int and abs(value) < MEASURE_LIMIT else value
    if type(number) is float:
        number = Decimal(repr(number))
    if isinstance(number, Decimal) and number.is_zero():
        return 0
    if type(number) is str:
        minor, said = parse_amount(number if " " in number else f"{number} {currency}")
        if said != currency:
            raise GrammarError("is in another currency", f"Amounts are in {currency}")
        return minor
    return parse_amount(canonical(ArgType("decimal", currency=currency), value))[0]


def shown(declared: ArgType, value: str | int) -> str:
    """A canonical value as text: what the kernel compares where there are many, and what keys are."""
    if isinstance(value, str):
        return value
    if declared.kind == "decimal" and declared.currency in DECIMALS:
        return format_amount(value, declared.currency)
    return format_date(value) if declared.kind == "date" else str(value)


def key_text(value: object) -> str:
    """A key as text: a name, or the digits of an integer. Raises `GrammarError`."""
    if type(value) is int:
        if abs(value) >= MEASURE_LIMIT:
            raise GrammarError("is too large for a key", "Integers stay between -10**15 and 10**15")
        return str(value)
    if type(value) is not str:
        raise GrammarError("is no key", "A key is a name or an integer")
    return check_name(value)


def record_of(spec: RecordSpec, at: int, said: Said) -> Record:
    """The kernel's record. A field that `said` lacks is unknown in it. `at`: ms since the epoch.

    Raises `GrammarError` for a single field with another number of values, and for more values than a field may hold.
    """
    names: dict[str, frozenset[str]] = {}
    ones: dict[str, str] = {}
    ints: dict[str, int] = {}
    for name, values in said.items():
        each = spec.fields[name]
        if each.many:
            names[name] = frozenset(shown(each.type, value) for value in values)
            _bounded(each, len(names[name]))
            continue
        if len(set(values)) != 1:
            raise GrammarError(
                f"has {len(set(values))} values in `{name}`, which holds one", "Declare the field as `many`"
            )
        value = values[0]
        if isinstance(value, int):
            ints[name] = value
        else:
            names[name], ones[name] = frozenset({value}), value
    return Record(at, names, ones, ints)


def _bounded(each: FieldSpec, count: int) -> None:
    if count > each.most:
        raise GrammarError(
            f"has {count} values in `{each.name}`; at most {each.most} are recorded", "Record fewer at a time"
        )


def check_bounds(spec: RecordSpec, record: Record) -> None:
    """Raises `GrammarError` if a field of what was collected holds more values than it may."""
    for name, values in record.names.items():
        if name in spec.fields:
            _bounded(spec.fields[name], len(values))


def frozen(values: Mapping[str, Iterable[str | int]]) -> Said:
    return MappingProxyType({name: tuple(each) for name, each in values.items()})
