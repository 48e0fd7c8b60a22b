"""Which constructor a generated value is of, asked once for each constructor instead of at each test.

Dafny's Python asks `value.is_More`, a property that calls `isinstance`. The answer depends on the value's class alone,
so each class gets it as a constant: what its own generated property says of it. Half of a decision's time went there
(docs/decisions/0012). Nothing else of the generated code is touched; `tests/kernel/test_constructors.py` compares every
constant with the property's answer, and reads in the generated source that the properties are what this relies on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import ModuleType
from typing import Any


def datatypes(modules: Iterable[ModuleType]) -> Iterator[type]:
    """Every Dafny datatype of these modules: a class that has constructors below it and a test for each of them."""
    for module in modules:
        for value in vars(module).values():
            if isinstance(value, type) and value.__module__ == module.__name__ and tests(value):
                yield value


def tests(datatype: type) -> dict[str, property]:
    """The generated tests of a datatype, by name: `is_More`, and so on. Empty for any other class."""
    return {
        name: value for name, value in vars(datatype).items() if name.startswith("is_") and isinstance(value, property)
    }


def answer(test: property, constructor: type) -> bool:
    """What the generated property says of a value of this constructor; it looks at the class, never at a field."""
    blank: Any = tuple.__new__(constructor)
    assert test.fget is not None
    return bool(test.fget(blank))


def settle(modules: Iterable[ModuleType]) -> int:
    """Give each constructor its answers as constants; how many were given."""
    count = 0
    for datatype in datatypes(modules):
        for name, test in tests(datatype).items():
            constructor: type
            for constructor in datatype.__subclasses__():
                setattr(constructor, name, answer(test, constructor))
                count += 1
    return count
