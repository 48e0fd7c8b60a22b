"""JSON values inside an action: frozen, bounded, with one normal form and one canonical text.

Frozen values are str, int, bool, None, `Decimal` (a JSON number with a fraction or exponent), tuples, and read-only
mappings with sorted keys. A decimal is written as `{"$numberDecimal": "12.5"}`, the notation of MongoDB's Extended
JSON: the wire then needs no floats, which readers round, and YAML can carry it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from havocproof.actions.scalars import INTEGER_DIGITS, TEXT_BYTES, GrammarError, check_name, check_text

MAX_DEPTH = 32
MAX_NODES = 10_000
DECIMAL_KEY = "$numberDecimal"

Frozen = str | int | bool | None | Decimal | tuple["Frozen", ...] | Mapping[str, "Frozen"]

_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]+")
_LARGEST = 10**INTEGER_DIGITS


def decimal_text(number: Decimal) -> str:
    """The one spelling of a decimal: no exponent, no zeros at the end but one digit behind the point; 1.50 -> "1.5".

    Raises `GrammarError` for NaN, infinities and more than 40 digits. Digits are never rounded.
    """
    sign, figures, exponent = number.as_tuple()
    if not isinstance(exponent, int):
        raise GrammarError("is not a finite number", "Send a finite number")
    # Text, not arithmetic: arithmetic on decimals rounds to the precision of whatever context is in force.
    digits = "".join(map(str, figures)).lstrip("0")
    shorter = digits.rstrip("0")
    exponent += len(digits) - len(shorter)
    digits = shorter
    if not digits:
        return "0.0"
    if len(digits) > INTEGER_DIGITS or abs(exponent) > INTEGER_DIGITS:
        raise GrammarError(f"has more than {INTEGER_DIGITS} digits", "Round it, or send it as text")
    if exponent >= 0:
        whole, fraction = digits + "0" * exponent, "0"
    else:
        digits = digits.rjust(1 - exponent, "0")
        whole, fraction = digits[:exponent], digits[exponent:]
    if len(whole) + len(fraction) > INTEGER_DIGITS:
        raise GrammarError(f"has more than {INTEGER_DIGITS} digits", "Round it, or send it as text")
    return f"{'-' if sign else ''}{whole}.{fraction}"


class _Freezer:
    """One walk over one value; counts what it meets, so that a small text cannot become a large structure."""

    def __init__(self) -> None:
        self.nodes = 0
        self.bytes = 0

    def text(self, text: str) -> str:
        check_text(text)
        self.bytes += len(text.encode())
        if self.bytes > TEXT_BYTES:
            raise GrammarError(f"holds more than {TEXT_BYTES} bytes of text", "Split the work into several actions")
        return text

    def freeze(self, value: object, depth: int) -> Frozen:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise GrammarError(f"holds more than {MAX_NODES} values", "Split the work into several actions")
        # Exact types: a subclass could answer differently each time it is asked.
        kind = type(value)
        if isinstance(value, str) and kind is str:
            return self.text(value)
        if value is None or (isinstance(value, bool) and kind is bool):
            return value
        if isinstance(value, int) and kind is int:
            if not -_LARGEST < value < _LARGEST:
                raise GrammarError(f"has more than {INTEGER_DIGITS} digits", "Use a smaller number, or send it as text")
            return value
        if depth > MAX_DEPTH:  # decimals, too: on the wire they are objects
            raise GrammarError(f"is nested deeper than {MAX_DEPTH} levels", "Use a flatter value")
        if isinstance(value, float) and kind is float:
            return Decimal(decimal_text(Decimal(repr(value))))
        if isinstance(value, Decimal) and kind is Decimal:
            return Decimal(decimal_text(value))
        if isinstance(value, list | tuple) and kind in (list, tuple):
            return tuple(self._inner(item, depth, str(at)) for at, item in enumerate(value))
        if isinstance(value, dict | MappingProxyType) and kind in (dict, MappingProxyType):
            return self._mapping(value, depth)
        raise GrammarError("is no JSON value", "Use text, integers, decimals, true, false, null, lists and objects")

    def _mapping(self, value: Mapping[object, object], depth: int) -> Frozen:
        if DECIMAL_KEY in value:
            digits = value[DECIMAL_KEY]
            if len(value) == 1 and type(digits) is str and _DECIMAL.fullmatch(digits):
                number = Decimal(digits) if len(digits) <= INTEGER_DIGITS + 2 else Decimal("nan")
                if decimal_text(number) == digits:
                    return number
            raise GrammarError(
                "is no decimal in normal form", f'Write {{"{DECIMAL_KEY}": "12.5"}} and nothing beside it'
            )
        items: dict[str, Frozen] = {}
        for key in value:
            if type(key) is not str:
                raise GrammarError("has a key that is not text", "Use text as keys")
            try:
                self.text(check_name(key))
            except GrammarError as fault:
                raise GrammarError(f"has a key that {fault.problem}", fault.remedy) from None
            items[key] = self._inner(value[key], depth, key)
        return MappingProxyType({key: items[key] for key in sorted(items)})

    def _inner(self, value: object, depth: int, at: str) -> Frozen:
        try:
            return self.freeze(value, depth + 1)
        except GrammarError as fault:
            fault.at = (at, *fault.at)
            raise


def freeze(value: object, depth: int = 1) -> Frozen:
    """The frozen normal form of a JSON value that stands at nesting level `depth`.

    Python floats are read by their shortest decimal form. Raises `GrammarError` with the place inside the value.
    """
    return _Freezer().freeze(value, depth)


def thaw(value: object, *, decimals: bool = True) -> object:
    """A fresh, ordinary copy: dicts and lists for mappings and tuples.

    `decimals=True` keeps `Decimal` objects, for tools; `False` writes them in the wire's notation, so that the result
    holds JSON types only.
    """
    if isinstance(value, Mapping):
        return {key: thaw(item, decimals=decimals) for key, item in value.items()}
    if isinstance(value, tuple):
        return [thaw(item, decimals=decimals) for item in value]
    if isinstance(value, Decimal) and not decimals:
        return {DECIMAL_KEY: decimal_text(value)}
    return value


def canonical_json(value: object) -> str:
    """The one JSON text of a value: keys sorted by code point, no blanks, characters unescaped where JSON allows it.

    For JSON types without floats; NaN and infinities raise `ValueError`.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
