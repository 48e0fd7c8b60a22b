"""What a record is: which words of the prompt, of the host or of a tool's result are kept, and as what (POLICY.md 2.7).

`policy.records` reads these from a policy; `havocproof.records` takes values by them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from havocproof.policy.pointers import Pointer
from havocproof.policy.types import ArgType

PROMPT, HOST, TOOLS = "prompt", "host", "tools"
ONCE, LATEST, COLLECT = "once", "latest", "collect"
MODES = (ONCE, LATEST, COLLECT)

MAX_VALUES = 1000
"""Values of one field."""
MAX_PHRASES = 8000
"""Values of a field of phrases: eight a word, so about a thousand words."""
MAX_KEYS = 10_000
"""Keys of all records of one run."""

FINDERS: Mapping[str, ArgType] = MappingProxyType(
    {
        "phrases": ArgType("name"),
        "email": ArgType("email"),
        "iban": ArgType("name"),
        "host": ArgType("host"),
        "path": ArgType("path", root="/"),
        "amount": ArgType("decimal"),
        "int": ArgType("int"),
        "date": ArgType("date"),
    }
)
"""The strict finders, and the type of what each finds. An amount that was found says its currency itself."""

NUMBERS = frozenset({"int", "decimal", "date"})
"""Types whose single values are integers to the kernel."""

Only = tuple[tuple[str, frozenset[str]], ...]
"""Equality filters: the key of a sibling, and the texts of which it has to be one."""


@dataclass(frozen=True, slots=True, eq=False)
class FieldSpec:
    """One field. `many`: a set of values, else a single one. `at`: where it stands in a result, None if it is not from
    one. `only`: which of several elements count. `find`: the finder that fills it, "" for none.
    """

    name: str
    type: ArgType
    many: bool
    line: int
    at: Pointer | None = None
    only: Only = ()
    find: str = ""

    @property
    def number(self) -> bool:
        """It is an integer to the kernel. Numbers of which there are many are names, compared as text."""
        return not self.many and self.type.kind in NUMBERS

    @property
    def most(self) -> int:
        """How many values it may hold."""
        return MAX_PHRASES if self.find == "phrases" else MAX_VALUES


@dataclass(frozen=True, slots=True)
class KeySpec:
    """By which argument of an action the record is looked up, and where its value stands in a result (`at`; None for
    records of the host, which says it).
    """

    argument: str
    at: Pointer | None = None


@dataclass(frozen=True, slots=True)
class Fetch:
    """The read that the gate may perform by itself. `argument` takes the record's key, "" if it has none; `whole`: the
    argument is an integer, and the key its digits.
    """

    tool: str
    argument: str = ""
    whole: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class RecordSpec:
    """One record.

    source      prompt, host or tools
    tools       the tools whose results fill it
    each, only  the rows of a result, and which of them count
    key         None: there is one of it in a run
    mode        once: the first saying stays; latest: the last one does; collect: values are added
    lasts       ms after which it is unknown, 0 for never
    """

    name: str
    line: int
    source: str
    fields: Mapping[str, FieldSpec]
    file: str = ""
    tools: tuple[str, ...] = ()
    each: Pointer | None = None
    only: Only = ()
    key: KeySpec | None = None
    mode: str = LATEST
    fetch: Fetch | None = None
    lasts: int = 0
