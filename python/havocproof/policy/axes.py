"""Axes: the named arguments of a verb that rules test, each of one sort (POLICY.md 2.2).

What the kernel sees is narrower: names, places and integers. An axis says how it is seen there:

    name, enum      the name `kernel`; "" if an optional argument was not given
    place           the place `kernel`; ("",) if it was not given
    within          some segment of the place `kernel`
    int             the integer `kernel`, and for an optional one the name `<axis>.given`, "yes" or "no"
    amount          an integer in minor units; its currency is the name `currency_axis`, or fixed by a declaration
                    (`currency`), or, for costs, that of the port: then a policy writes all of them in one currency
    text            the integer `<axis>.size`, in UTF-8 bytes, and for an optional one `<axis>.given`
"""

from __future__ import annotations

from dataclasses import dataclass

NAME, ENUM, PLACE, WITHIN, INT, TEXT = "name", "enum", "place", "within", "int", "text"
SORTS_ON_ATOMS = frozenset({NAME, ENUM, PLACE})
YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True, eq=False)
class Axis:
    """One argument. Compared by identity: an axis is defined once and shared by all verbs that have it.

    `kind` of a place: host, path, table, email, segments; of an int: plain, amount, size, date.
    `low` and `high` bound the integers that can occur. `names` lists the values of an enum.
    """

    name: str
    sort: str
    kind: str = ""
    names: tuple[str, ...] = ()
    optional: bool = False
    kernel: str = ""
    currency: str = ""
    currency_axis: str = ""
    separator: str = "/"
    low: int | None = None
    high: int | None = None

    def __post_init__(self) -> None:
        if not self.kernel:
            object.__setattr__(self, "kernel", f"{self.name}.size" if self.sort == TEXT else self.name)

    @property
    def given(self) -> str:
        """The name axis that tells whether an optional integer or text was given."""
        return f"{self.name}.given"

    @property
    def text(self) -> str:
        """The name axis that says an integer or a text as text, where a rule compares it with what was recorded."""
        return f"{self.name}.text"

    def alike(self, other: Axis) -> bool:
        """Whether the kernel sees both in the same way and the same values can stand on them."""
        mine = (
            self.sort,
            self.kind,
            self.kernel,
            self.names,
            self.optional,
            self.currency,
            self.currency_axis,
            self.separator,
        )
        return mine == (
            other.sort,
            other.kind,
            other.kernel,
            other.names,
            other.optional,
            other.currency,
            other.currency_axis,
            other.separator,
        )

    @property
    def words(self) -> str:
        """What its values are called in messages."""
        if self.sort == PLACE:
            return {"segments": "names separated by " + self.separator, "url": "a path"}.get(
                self.kind, f"a {self.kind}"
            )
        return {
            NAME: "a name",
            ENUM: "one of " + ", ".join(self.names),
            WITHIN: "a name",
            TEXT: "free text",
        }.get(
            self.sort,
            {"plain": "an integer", "amount": "an amount", "size": "a size", "date": "a date"}.get(self.kind, ""),
        )


def name(label: str, *, optional: bool = False) -> Axis:
    return Axis(label, NAME, optional=optional)


def enum(label: str, values: tuple[str, ...], *, optional: bool = False) -> Axis:
    return Axis(label, ENUM, names=values, optional=optional)


def place(label: str, kind: str, *, optional: bool = False, separator: str = "/") -> Axis:
    return Axis(label, PLACE, kind, optional=optional, separator=separator)


def integer(label: str, *, low: int | None = None, high: int | None = None, optional: bool = False) -> Axis:
    return Axis(label, INT, "plain", optional=optional, low=low, high=high)


def size(label: str) -> Axis:
    return Axis(label, INT, "size", low=0)


def amount(label: str, currency_axis: str) -> Axis:
    return Axis(label, INT, "amount", currency_axis=currency_axis, low=0)
