"""The types of arguments that a server describes by JSON Schema (POLICY.md 2.6).

`read_schema` turns the subset of JSON Schema that means one of our types into it; whatever else stands there is an
error that names its path. `disagreement` compares declared types with a schema: it looks at JSON types, closed lists
and required names; what else the schema says, such as a pattern, the server itself checks.

A type is never wider than its schema. Some are narrower: `hostname`, `email`, `uri` and `date` have one normal form.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from havocproof.actions.scalars import MEASURE_LIMIT, GrammarError, check_name
from havocproof.policy.types import ARGUMENT, IN_LISTS, LIST_MOST, ArgType

Schema = Mapping[str, Any]
Types = dict[str, ArgType]

# What describes and does not restrict.
_NOTES = frozenset(
    {"title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly", "$comment", "$schema", "$id"}
)
_FORMATS = {"date": "date", "hostname": "host", "email": "email", "uri": "url"}
_JSON = {"int": "integer", "bool": "boolean", "list": "array", "object": "object"}
_DEPTH = 16
_DECLARE = "Declare the tool's `args` in the policy"


class SchemaFault(Exception):
    """Something in a schema that is none of our types. `at`: its path, as "properties/owner/anyOf"."""

    def __init__(self, at: tuple[str, ...], problem: str, remedy: str = _DECLARE) -> None:
        super().__init__(f"{'/'.join(at) or 'the schema'} {problem}")
        self.at = "/".join(at)
        self.problem = problem
        self.remedy = remedy


def read_arguments(schema: object) -> tuple[Types, Types]:
    """The required and the optional arguments of a tool's input schema. Raises `SchemaFault`."""
    return _Reader(schema).arguments(schema, ())


def disagreement(required: Mapping[str, ArgType], optional: Mapping[str, ArgType], schema: object) -> str | None:
    """Why a server with this input schema would not take what is declared, or None. Raises `SchemaFault`."""
    return _Reader(schema).differs({**required, **optional}, set(required), schema, ())


class _Reader:
    """Of one input schema; `root` holds the `$defs` that it refers to."""

    def __init__(self, root: object) -> None:
        self.root = root

    # ---- from a schema to types ----

    def arguments(self, found: object, at: tuple[str, ...]) -> tuple[Types, Types]:
        schema = self._object(found, at)
        self._only(schema, {"type", "properties", "required", "additionalProperties", "$defs", "definitions"}, at)
        if schema.get("additionalProperties") not in (None, True, False):
            raise SchemaFault((*at, "additionalProperties"), "brings names that nobody lists", "Leave the tool out")
        names = self._properties(schema, at)
        needed = self._required(schema, at)
        if needed - names.keys():
            raise SchemaFault((*at, "required"), f"names {min(needed - names.keys())}, which is no property")
        required: Types = {}
        optional: Types = {}
        for name, inner in names.items():
            here = (*at, "properties", name)
            if not ARGUMENT.fullmatch(name):
                raise SchemaFault(here, "is no name of an argument", "Leave the tool out")
            made, nullable = self._type(inner, here)
            if name in needed and nullable:
                raise SchemaFault(here, "must be given and may be null, which nothing here is")
            (required if name in needed else optional)[name] = made
        return required, optional

    def _type(self, found: object, at: tuple[str, ...]) -> tuple[ArgType, bool]:
        """The type, and whether null may stand in its place."""
        schema, at = self._resolved(found, at)
        branches = schema.get("anyOf")
        if isinstance(branches, list) and len(branches) == 2:
            others = [(number, each) for number, each in enumerate(branches) if each != {"type": "null"}]
            if len(others) == 1:
                self._only(schema, {"anyOf"}, at)
                number, inner = others[0]
                return self._type(inner, (*at, "anyOf", str(number)))[0], True
        word = schema.get("type")
        if isinstance(word, list) and len(word) == 2 and "null" in word:
            word = next((each for each in word if each != "null"), None)
            return self._plain(word, {**schema, "type": word}, at), True
        return self._plain(word, schema, at), False

    def _plain(self, word: object, schema: Schema, at: tuple[str, ...]) -> ArgType:
        if "enum" in schema or "const" in schema:
            return self._enum(schema, at)
        match word:
            case "string":
                return self._string(schema, at)
            case "integer":
                return self._integer(schema, at)
            case "boolean":
                self._only(schema, {"type"}, at)
                return ArgType("bool")
            case "array":
                return self._array(schema, at)
            case "object":
                required, optional = self.arguments(schema, at)
                if optional:
                    raise SchemaFault((*at, "required"), f"leaves out {min(optional)}; fields of objects are all given")
                if not required:
                    raise SchemaFault(at, "is an object without properties")
                return ArgType("object", fields=tuple(required.items()))
            case "number":
                remedy = f"{_DECLARE}: {{decimal: EUR}}"
                raise SchemaFault((*at, "type"), "is number, and no type here has fractions", remedy)
        here = (*at, "type") if "type" in schema else at
        raise SchemaFault(here, "is none of string, integer, boolean, array, object")

    def _enum(self, schema: Schema, at: tuple[str, ...]) -> ArgType:
        key = "enum" if "enum" in schema else "const"
        self._only(schema, {"type", key}, at)
        values = schema[key] if key == "enum" else [schema[key]]
        if not isinstance(values, list) or not values or not all(isinstance(value, str) for value in values):
            raise SchemaFault((*at, key), "is no list of texts")
        try:
            names = tuple(dict.fromkeys(check_name(value) for value in values))
        except GrammarError as fault:
            raise SchemaFault((*at, key), f"holds a text that {fault.problem}") from None
        return ArgType("enum", names=names)

    def _string(self, schema: Schema, at: tuple[str, ...]) -> ArgType:
        form = schema.get("format")
        if form is not None:
            self._only(schema, {"type", "format"}, at)
            if form not in _FORMATS:
                raise SchemaFault((*at, "format"), f"is none of {', '.join(sorted(_FORMATS))}")
            return ArgType(_FORMATS[form])
        self._only(schema, {"type", "minLength", "maxLength"}, at)
        shortest, longest = schema.get("minLength", 0), schema.get("maxLength")
        if longest is None and shortest == 0:
            return ArgType("text")
        if longest == 256 and shortest == 1:
            return ArgType("name")
        remedy = f"{_DECLARE}: `name` has 1 to 256 characters, `text` is unbounded"
        raise SchemaFault((*at, "maxLength" if longest is not None else "minLength"), "is no bound of a type", remedy)

    def _integer(self, schema: Schema, at: tuple[str, ...]) -> ArgType:
        self._only(schema, {"type", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}, at)
        bounds: dict[str, int | None] = {}
        for key, shift in (("minimum", 0), ("exclusiveMinimum", 1), ("maximum", 0), ("exclusiveMaximum", -1)):
            value = schema.get(key)
            if value is not None and (type(value) is not int or abs(value) >= MEASURE_LIMIT):
                raise SchemaFault((*at, key), "is no integer below 10**15")
            bounds[key] = None if value is None else value + shift
        low = _strictest(max, bounds["minimum"], bounds["exclusiveMinimum"])
        high = _strictest(min, bounds["maximum"], bounds["exclusiveMaximum"])
        if low is not None and high is not None and low > high:
            raise SchemaFault(at, "leaves no integer", "Leave the tool out")
        return ArgType("int", low=low, high=high)

    def _array(self, schema: Schema, at: tuple[str, ...]) -> ArgType:
        self._only(schema, {"type", "items", "maxItems"}, at)
        most = schema.get("maxItems")
        if most is None:
            raise SchemaFault(at, "has no maxItems", f"{_DECLARE}: {{list: name, max: 20}}")
        if type(most) is not int or not 1 <= most <= LIST_MOST:
            raise SchemaFault((*at, "maxItems"), f"is not 1 to {LIST_MOST}", f"{_DECLARE}: {{list: name, max: 20}}")
        inner, nullable = self._type(schema.get("items"), (*at, "items"))
        if nullable or inner.kind not in IN_LISTS:
            raise SchemaFault((*at, "items"), "is no type that lists here can have")
        return ArgType("list", inner=inner, most=most)

    # ---- declared types beside a schema ----

    def differs(
        self, declared: Mapping[str, ArgType], required: set[str], found: object, at: tuple[str, ...]
    ) -> str | None:
        """`declared` are the arguments, or the fields of an object; `required` those that are always sent."""
        schema = self._object(found, at)
        names = self._properties(schema, at)
        for name in sorted(declared.keys() - names.keys()):
            return f"has no argument `{'.'.join((*_words(at), name))}`"
        for name in sorted(self._required(schema, at) - required):
            label = ".".join((*_words(at), name))
            if name in declared:
                return f"requires `{label}`, which is optional here"
            return f"gained an argument `{label}`"
        for name, each in declared.items():
            problem = self._unlike(each, names[name], (*at, "properties", name))
            if problem is not None:
                return f"takes for `{'.'.join((*_words(at), name))}` {problem}"
        return None

    def _unlike(self, declared: ArgType, found: object, at: tuple[str, ...]) -> str | None:
        schema, at = self._resolved(found, at)
        for key in ("anyOf", "oneOf"):
            branches = schema.get(key)
            if isinstance(branches, list) and branches:
                told = [self._unlike(declared, each, (*at, key, str(n))) for n, each in enumerate(branches)]
                return None if None in told else told[0]
        closed = schema["enum"] if "enum" in schema else [schema["const"]] if "const" in schema else None
        if isinstance(closed, list) and not (declared.names and set(declared.names) <= set(map(str, closed))):
            return f"one of {', '.join(sorted(map(str, closed)))}"
        word = schema.get("type")
        words = word if isinstance(word, list) else [word]
        sent = _JSON.get(declared.kind, "string")
        fits = {sent, "number"} if declared.kind in ("decimal", "int") else {sent}
        if word is not None and fits.isdisjoint(str(each) for each in words):
            return f"{' or '.join(str(each) for each in words)}, not {sent}"
        if declared.inner is not None and "items" in schema:
            return self._unlike(declared.inner, schema["items"], (*at, "items"))
        if declared.kind == "object":
            fields = dict(declared.fields)
            return self.differs(fields, set(fields), schema, at)
        return None

    # ---- what schemas are made of ----

    def _resolved(self, found: object, at: tuple[str, ...]) -> tuple[Schema, tuple[str, ...]]:
        """The schema, or the definition that it refers to."""
        for _ in range(_DEPTH):
            if len(at) > 4 * _DEPTH:
                break
            if not isinstance(found, Mapping):
                raise SchemaFault(at, "is no schema", "Leave the tool out")
            name = found.get("$ref")
            if name is None:
                return found, at
            self._only(found, {"$ref"}, at)
            prefix, _, key = str(name).rpartition("/")
            pool = self.root.get(prefix.removeprefix("#/")) if isinstance(self.root, Mapping) else None
            if prefix not in ("#/$defs", "#/definitions") or not isinstance(pool, Mapping) or key not in pool:
                raise SchemaFault((*at, "$ref"), f"refers to {name}, which is not under $defs")
            found, at = pool[key], (*at, "$ref")
        raise SchemaFault(at, "refers to itself, or is too deep")

    def _object(self, found: object, at: tuple[str, ...]) -> Schema:
        schema, at = self._resolved(found, at)
        if schema.get("type") != "object":
            raise SchemaFault((*at, "type"), "is not object", "Leave the tool out")
        return schema

    def _properties(self, schema: Schema, at: tuple[str, ...]) -> Schema:
        found = schema.get("properties", {})
        if not isinstance(found, Mapping):
            raise SchemaFault((*at, "properties"), "is no object", "Leave the tool out")
        return found

    def _required(self, schema: Schema, at: tuple[str, ...]) -> set[str]:
        found = schema.get("required", [])
        if not isinstance(found, list) or not all(isinstance(name, str) for name in found):
            raise SchemaFault((*at, "required"), "is no list of names", "Leave the tool out")
        return set(found)

    def _only(self, schema: Schema, known: set[str], at: tuple[str, ...]) -> None:
        for key in schema:
            if key not in known and key not in _NOTES:
                raise SchemaFault((*at, key), "is not among what types here can say")


def _strictest(choose: Any, one: int | None, other: int | None) -> int | None:
    given = [each for each in (one, other) if each is not None]
    return choose(given) if given else None


def _words(at: tuple[str, ...]) -> tuple[str, ...]:
    """The names of a path, without the keywords between them."""
    return tuple(at[number] for number in range(1, len(at)) if at[number - 1] == "properties")
