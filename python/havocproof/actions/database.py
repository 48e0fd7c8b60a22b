"""SQL statements. What one does the engine tells: its parts come from the sql port, never from its text."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, ClassVar, Never, final

from pydantic import AfterValidator, Field, PlainSerializer, PlainValidator

from havocproof.actions.base import KIB, Action
from havocproof.actions.scalars import GrammarError, check_identifier, check_text
from havocproof.actions.values import thaw
from havocproof.errors import ActionError

MAX_PARAMETERS = 999
MAX_ROWS = 1_000_000

Scalar = str | int | None


def _scalar(value: object, at: str) -> Scalar:
    try:
        if value is None:
            return None
        if isinstance(value, str) and type(value) is str:
            return check_text(value)
        if isinstance(value, int) and type(value) is int:
            if not -(2**63) <= value < 2**63:
                raise GrammarError("does not fit 64 bits", "Use a smaller integer, or text")
            return value
        raise GrammarError("must be text, an integer or null", "Bind numbers with decimals as text")
    except GrammarError as fault:
        fault.at = (at,)
        raise


def _parameters(value: object) -> tuple[Scalar, ...] | Mapping[str, Scalar]:
    if not isinstance(value, list | tuple | dict | MappingProxyType):
        raise GrammarError("must be a list, or an object of named parameters", "Send values for ? or for :name")
    if len(value) > MAX_PARAMETERS:
        raise GrammarError(f"has more than {MAX_PARAMETERS} values", "Split the statement")
    if isinstance(value, list | tuple):
        return tuple(_scalar(item, str(at)) for at, item in enumerate(value))
    items: dict[str, Scalar] = {}
    for key in value:
        if type(key) is not str:
            raise GrammarError("has a name that is not text", "Name parameters by identifiers")
        try:
            check_identifier(key)
        except GrammarError as fault:
            raise GrammarError(f"has a name that {fault.problem}", fault.remedy) from None
        items[key] = _scalar(value[key], key)
    # No parameters have one spelling: the empty list.
    return MappingProxyType({key: items[key] for key in sorted(items)}) if items else ()


def _statement(text: str) -> str:
    if not text.strip():
        raise GrammarError("is empty", "Give one SQL statement")
    return check_text(text, 64 * KIB)


class _Sql(Action):
    database: Annotated[str, AfterValidator(check_identifier)]
    statement: Annotated[str, AfterValidator(_statement)]
    parameters: Annotated[
        tuple[Scalar, ...] | Mapping[str, Scalar], PlainValidator(_parameters), PlainSerializer(thaw)
    ] = ()
    max_rows: Annotated[int, Field(ge=0, le=MAX_ROWS)] = 1000

    def parts(self) -> Never:
        """Raises `ActionError`: the sql port says what the statement does."""
        self._require_validation()
        raise ActionError(
            "args.statement", "an SQL text has no parts by itself", "Ask the sql port: prepare(action).parts"
        )


@final
class SqlQuery(_Sql):
    """A statement that only reads, at most `max_rows` rows. `parameters`: a list for `?`, or an object for `:name`."""

    verb: ClassVar[str] = "sql.query"


@final
class SqlChange(_Sql):
    """A statement that inserts, updates or deletes at most `max_rows` rows."""

    verb: ClassVar[str] = "sql.change"


@final
class SqlSchema(_Sql):
    """A statement that creates, alters or drops tables, indexes or views."""

    verb: ClassVar[str] = "sql.schema"
