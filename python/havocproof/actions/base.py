"""What all actions share: frozen, validated once, one normal form, one digest."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Never, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from havocproof.actions.faults import action_error, show_key
from havocproof.actions.render import render_yaml
from havocproof.actions.scalars import (
    MEASURE_LIMIT,
    check_key,
    check_name,
    check_optional_name,
    check_path,
    check_text,
)
from havocproof.actions.values import canonical_json, thaw
from havocproof.errors import ActionError
from havocproof.kernel.source import Atom as Atom
from havocproof.kernel.source import Part as Part

KIB = 1 << 10
MIB = 1 << 20
MAX_BYTES = 1 << 30
"""The largest cap that an action may name for what it reads, moves or deletes: 1 GiB."""

Name = Annotated[str, AfterValidator(check_name)]
OptionalName = Annotated[str, AfterValidator(check_optional_name)]
Path = Annotated[str, AfterValidator(check_path)]
Key = Annotated[str, AfterValidator(check_key)]
# One-argument functions: older releases of pydantic pass a second argument to validators that could take one.
Text = Annotated[str, AfterValidator(lambda text: check_text(text))]
ShortText = Annotated[str, AfterValidator(lambda text: check_text(text, 4 * KIB))]
Cap = Annotated[int, Field(ge=0, le=MAX_BYTES)]
Positive = Annotated[int, Field(ge=1, le=MEASURE_LIMIT - 1)]


class Action(BaseModel):
    """One thing an agent wants to do. Use a variant; every way to build one runs the same strict validation.

    All faults are `ActionError`, with the field as it stands in the wire form (`args.path`). An object that did not
    come out of validation (`model_construct` and the like) has no parts, no canonical form and no digest.
    Two actions are equal when they do the same; `reason` is for people and no part of the identity.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)
    # Slots, because pydantic copies `__dict__` but not these: an altered copy is never taken for what was validated.
    __slots__ = ("_sealed", "_text")
    if TYPE_CHECKING:
        _sealed: tuple[Part, ...]
        _text: str

    verb: ClassVar[str]
    """The action's name on the wire and in policies."""
    _outside: ClassVar[dict[int | str, str]] = {"reason": "reason"}

    reason: ShortText = ""

    def __init__(self, /, **data: Any) -> None:
        fault = None
        try:
            self.__pydantic_validator__.validate_python(self._complete(data), self_instance=self)
        except ValidationError as error:
            fault = action_error(error.errors(include_url=False), self._takes(), self._outside)
        if fault is not None:  # raised here, so that pydantic's error, and the input in it, is not its context
            raise fault
        object.__setattr__(self, "_sealed", self._cut())

    def __init_subclass__(cls, **options: Any) -> None:
        if any("verb" in base.__dict__ for base in cls.__bases__):
            raise TypeError(f"{cls.__name__}: variants of Action are final; declare a tool and send a ToolCall")
        super().__init_subclass__(**options)

    @classmethod
    def _complete(cls, data: dict[str, Any]) -> dict[str, Any]:
        """The arguments, with defaults that depend on other arguments."""
        return data

    def _cut(self) -> tuple[Part, ...]:
        """The parts. Runs once, at the end of validation; raises `ActionError` for rules between fields."""
        return ()

    @classmethod
    def _takes(cls) -> str:
        names = [name for name in cls.model_fields if name != "reason"]
        return f"{cls.__name__} takes {', '.join(names)}"

    def parts(self) -> tuple[Part, ...]:
        """The effects of this action, with their measures and atoms, as the policy decides on them.

        They are made once and handed out as they are: callers must not change the dicts in them.
        """
        try:
            return self._sealed
        except AttributeError:
            raise _unvalidated() from None

    def canonical(self) -> dict[str, Any]:
        """The wire form in normal form: every argument written out, JSON types without floats, no reason. Fresh."""
        return json.loads(self.canonical_json())  # type: ignore[no-any-return]

    def canonical_json(self) -> str:
        """The one JSON text of `canonical()`; equal actions have equal texts, and others do not."""
        try:
            return self._text
        except AttributeError:
            self._require_validation()
        text = canonical_json({"action": self.verb, "args": self._arguments()})
        object.__setattr__(self, "_text", text)
        return text

    def digest(self) -> str:
        """SHA-256 of the canonical JSON in UTF-8: 64 hexadecimal digits. What approvals and receipts refer to."""
        return sha256(self.canonical_json().encode()).hexdigest()

    def to_wire(self) -> dict[str, Any]:
        """`canonical()` and, where one was given, the reason: what `action_from_wire` reads."""
        return self.canonical() | ({"reason": self.reason} if self.reason else {})

    def to_json(self) -> str:
        """The wire form as indented JSON; `parse_action` reads the same action back, if the text stays below 1 MiB."""
        return json.dumps(self.to_wire(), indent=2, ensure_ascii=False, allow_nan=False)

    def to_yaml(self) -> str:
        """The wire form as YAML; `parse_action` reads the same action back, if the text stays below 1 MiB."""
        return render_yaml(self.to_wire())

    def _arguments(self) -> dict[str, object]:
        names = type(self).model_fields
        return {name: thaw(getattr(self, name), decimals=False) for name in names if name != "reason"}

    def _require_validation(self) -> None:
        try:
            _ = self._sealed
        except AttributeError:
            raise _unvalidated() from None

    # Other ways into a pydantic model lead through validation, or nowhere; what goes around it stays without a seal.

    @classmethod
    def model_validate(cls, obj: Any, **options: Any) -> Self:
        """An action of this variant from its arguments as a dict. `options` of pydantic cannot loosen the checks."""
        if type(obj) is cls:
            obj._require_validation()
            return obj
        if not isinstance(obj, dict) or not all(isinstance(name, str) for name in obj):
            raise ActionError("args", "must be an object with text keys", "Send the arguments by name")
        return cls(**obj)

    @classmethod
    def model_validate_json(cls, *_: Any, **__: Any) -> Never:
        """Refused: pydantic's JSON reader takes duplicate keys."""
        raise ActionError("", "actions are not read by pydantic", "Use parse_action(text)")

    @classmethod
    def model_validate_strings(cls, *_: Any, **__: Any) -> Never:
        """Refused: it would read "7" as 7."""
        raise ActionError("", "actions are not read from strings", "Use parse_action(text)")

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """This action, or a new one with `update`, validated anew."""
        self._require_validation()
        return type(self)(**(self._fields() | dict(update))) if update else self

    @classmethod
    def again(cls, action: object) -> Self:
        """A new action of this variant from the values of one that was validated, validated anew."""
        if type(action) is not cls:
            raise _unvalidated()
        cls._require_validation(action)
        return cls(**cls._fields(action))

    def _fields(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in type(self).model_fields}

    # None sends copy.copy and copy.deepcopy through __reduce__, that is through validation. BaseModel.model_copy would
    # call a __copy__, too, and write unchecked values into what it got.
    __copy__ = None  # type: ignore[assignment]
    __deepcopy__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[Callable[..., Action], tuple[type[Action], dict[str, Any]]]:
        self._require_validation()
        return _rebuild, (type(self), {name: thaw(value) for name, value in self._fields().items()})

    def __setstate__(self, state: dict[Any, Any]) -> Never:
        raise ActionError("", "an action is not restored from a state", "Build it with its constructor or parse_action")

    def __setattr__(self, name: str, value: Any) -> None:
        raise ActionError(f"args.{show_key(name)}", "cannot be set: an action never changes", "Build a new action")

    def __delattr__(self, name: str) -> None:
        raise ActionError(f"args.{show_key(name)}", "cannot be removed: an action never changes", "Build a new action")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Action):
            return NotImplemented
        return type(self) is type(other) and self.canonical_json() == other.canonical_json()

    def __hash__(self) -> int:
        return hash(self.canonical_json())

    def __repr__(self) -> str:
        try:
            text = self.canonical_json()
        except ActionError:
            return f"<{type(self).__name__} that was not validated>"
        return f"<{type(self).__name__} {text if len(text) <= 200 else text[:200] + '...'}>"

    __str__ = __repr__


def _unvalidated() -> ActionError:
    return ActionError("", "this action did not pass validation", "Build it with its constructor or parse_action")


def _rebuild(variant: type[Action], fields: dict[str, Any]) -> Action:
    return variant(**fields)
