"""What was validated is what stays: nothing in an action changes, and nothing goes around validation."""

from __future__ import annotations

import copy
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from types import MappingProxyType
from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter

from havocproof.actions import (
    ACTION_TYPES,
    Action,
    FileRead,
    HttpRequest,
    ModelCall,
    Part,
    SqlQuery,
    ToolCall,
)
from havocproof.errors import ActionError

READ = FileRead(path="/desk/a")


def test_fields_cannot_be_set_or_removed() -> None:
    for change in (
        partial(setattr, READ, "path", "/etc/passwd"),
        partial(setattr, READ, "other", 1),
        partial(setattr, READ, "_sealed", ()),
        partial(delattr, READ, "path"),
    ):
        with pytest.raises(ActionError, match="never changes"):
            change()
    assert READ.path == "/desk/a"


def test_containers_are_copied_and_read_only() -> None:
    arguments: dict[str, Any] = {"a": [1, {"b": "c"}]}
    call = ToolCall(tool="t", arguments=arguments)
    digest = call.digest()
    arguments["a"][1]["b"] = "changed"
    arguments["x"] = 1
    assert call.arguments == {"a": (1, {"b": "c"})}
    assert ToolCall(tool="t", arguments={"a": [1, {"b": "c"}]}).digest() == digest
    with pytest.raises(TypeError):
        call.arguments["a"] = 1  # type: ignore[index]
    with pytest.raises(TypeError):
        call.arguments["a"][1]["b"] = 1
    plain = call.plain_arguments()
    plain["a"].append(2)
    assert call.arguments["a"] == (1, {"b": "c"})


def test_other_containers_are_read_only() -> None:
    headers = {"accept": "x"}
    request = HttpRequest(host="a.test", headers=headers)
    headers["accept"] = "y"
    assert request.headers == {"accept": "x"}
    message = {"role": "user", "content": "x"}
    call = ModelCall(model="m", messages=[message], max_tokens=1)  # type: ignore[arg-type]
    message["content"] = "y"
    assert call.messages[0]["content"] == "x"
    parameters = {"a": 1}
    query = SqlQuery(database="desk", statement="select :a", parameters=parameters)
    parameters["a"] = 2
    assert query.parameters == {"a": 1}
    for mapping in (request.headers, call.messages[0], query.parameters):
        assert isinstance(mapping, MappingProxyType)


def test_canonical_forms_are_fresh() -> None:
    READ.canonical()["args"]["path"] = "/etc/passwd"
    assert READ.canonical()["args"]["path"] == "/desk/a"


BYPASSES: list[Callable[[], Action]] = [
    lambda: FileRead.model_construct(path="/etc/../passwd"),
    lambda: FileRead.model_construct(path="/a", max_bytes=1),
    lambda: BaseModel.__copy__(READ),
    lambda: BaseModel.__deepcopy__(READ),
    lambda: FileRead.__new__(FileRead),
    lambda: object.__new__(FileRead),
    lambda: ToolCall.model_construct(tool="x", arguments={}),
    lambda: SqlQuery.model_construct(database="desk", statement="select 1", parameters=()),
]


@pytest.mark.parametrize("build", BYPASSES)
def test_what_was_not_validated_has_no_parts_and_no_identity(build: Callable[[], Action]) -> None:
    action = build()
    uses: list[Callable[[], object]] = [
        action.parts,
        action.canonical,
        action.canonical_json,
        action.digest,
        action.to_json,
        action.to_yaml,
        action.model_copy,
        lambda: hash(action),
        lambda: action == build(),
        lambda: type(action).model_validate(action),
        lambda: action.__reduce__(),
    ]
    for use in uses:
        with pytest.raises(ActionError, match="did not pass validation"):
            use()
    assert "was not validated" in repr(action)


@pytest.mark.parametrize("deep", [False, True])
def test_pydantics_own_copy_cannot_change_an_action(deep: bool) -> None:
    with pytest.raises(TypeError):
        BaseModel.model_copy(READ, update={"path": "/etc/passwd"}, deep=deep)
    assert READ.path == "/desk/a"
    assert copy.copy(READ).parts() == READ.parts()


def test_no_state_is_restored() -> None:
    action = FileRead.__new__(FileRead)
    with pytest.raises(ActionError):
        action.__setstate__(READ.__getstate__())
    BaseModel.__setstate__(action, READ.__getstate__())
    with pytest.raises(ActionError, match="did not pass validation"):
        action.parts()


def test_copies_with_changes_are_validated() -> None:
    assert READ.model_copy(update={"path": "/desk/b"}).parts() == FileRead(path="/desk/b").parts()
    for change in ({"path": "/desk/../b"}, {"max_bytes": True}, {"other": 1}):
        with pytest.raises(ActionError):
            READ.model_copy(update=change)


def test_pydantics_other_doors() -> None:
    assert FileRead.model_validate({"path": "/a"}) == FileRead(path="/a")
    assert FileRead.model_validate(READ) is READ
    for obj in ({"path": 7}, [], None, "x", {1: 2}, object()):
        with pytest.raises(ActionError):
            FileRead.model_validate(obj)
    with pytest.raises(ActionError, match="parse_action"):
        FileRead.model_validate_json('{"path": "/a", "path": "/b"}')
    with pytest.raises(ActionError, match="parse_action"):
        FileRead.model_validate_strings({"path": "/a", "max_bytes": "7"})
    with pytest.raises(ActionError):
        TypeAdapter(FileRead).validate_python({"path": "/a", "max_bytes": True})
    assert TypeAdapter(FileRead).validate_python({"path": "/a"}).parts() == FileRead(path="/a").parts()


def test_variants_are_final() -> None:
    for variant in ACTION_TYPES:
        with pytest.raises(TypeError, match="final"):
            type("Sneaky", (variant,), {"parts": lambda self: ()})


def test_a_new_kind_of_action_is_not_in_the_closed_set() -> None:
    class Mine(Action):
        def parts(self) -> tuple[Part, ...]:
            return ()

    assert type(Mine()) not in ACTION_TYPES


def test_subclasses_of_plain_types_do_not_get_in() -> None:
    class Changing(str):
        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = str.__hash__

    class Number(int):
        pass

    class Items(dict[str, Any]):
        pass

    action = FileRead(path=Changing("/desk/a"), max_bytes=Number(5))
    assert type(action.path) is str
    assert type(action.max_bytes) is int
    for value in (Changing("x"), Number(1), Items(), [Changing("x")], Decimal):
        with pytest.raises(ActionError):
            ToolCall(tool="t", arguments={"a": value})


def test_private_data_stays_out_of_dumps() -> None:
    assert READ.model_dump() == {"reason": "", "path": "/desk/a", "max_bytes": 2**20}
    request = HttpRequest(host="a.test", query=(("a", "1"),), headers={"accept": "x"})
    assert request.model_dump(mode="json")["headers"] == {"accept": "x"}
    assert request.model_dump_json()
    assert ModelCall(model="m", messages=({"role": "user", "content": ""},), max_tokens=1).model_dump_json()
    assert SqlQuery(database="desk", statement="x", parameters={"a": 1}).model_dump()["parameters"] == {"a": 1}


def test_representations_are_short() -> None:
    text = repr(ToolCall(tool="t", arguments={"a": "x" * 10000}))
    assert text.startswith("<ToolCall ")
    assert len(text) < 300
