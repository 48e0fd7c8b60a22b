"""What a node cannot do with a denial: retry it away, fall back from it, swallow it, or leave it to a sibling."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pocketflow
import pytest

from havocproof.errors import Contained
from havocproof.gate import Denied, Gate, Performed
from havocproof.pocketflow import contain, perform, require, session, session_of
from tests.pocketflow.support import FORBIDDEN, Shared, Write, bare, kinds, write, written


def broad(step: Callable[[], Any]) -> None:
    try:  # noqa: SIM105
        step()
    except Exception:
        pass


def suppressing(step: Callable[[], Any]) -> None:
    with contextlib.suppress(BaseException):
        step()


def raising(step: Callable[[], Any]) -> None:
    try:
        step()
    except BaseException as error:
        raise ValueError("something else went wrong") from error


@pytest.mark.parametrize("swallow", [bare, broad, suppressing, raising])
@pytest.mark.parametrize("hook", ["prep", "exec", "post"])
def test_what_was_required_and_denied_ends_the_run_in_every_hook(
    gate: Gate, desk: Path, swallow: Callable[[Callable[[], Any]], None], hook: str
) -> None:
    attempts: list[str] = []

    class Stubborn(pocketflow.Node):
        def go(self, where: str) -> None:
            if where == hook:
                attempts.append(where)
                swallow(lambda: require(FORBIDDEN))
                perform(write("in-spite"))

        def prep(self, shared: Shared) -> None:
            self.go("prep")

        def exec(self, prep_res: Any) -> None:
            self.go("exec")

        def exec_fallback(self, prep_res: Any, exc: Exception) -> None:
            perform(write("fallback"))

        def post(self, shared: Shared, prep_res: Any, exec_res: Any) -> None:
            self.go("post")

    shared: Shared = {}
    node = Stubborn(max_retries=5)
    node >> Write("after")
    flow = contain(pocketflow.Flow(start=node), gate)
    with pytest.raises(Contained) as stop:
        flow.run(shared)
    assert isinstance(stop.value.outcome, Denied)
    assert stop.value.outcome.denial.rule == "secrets"
    assert attempts == [hook]  # no retry
    assert (written(desk), shared) == ([], {})
    assert session_of(flow).stopped is stop.value.outcome


@pytest.mark.parametrize("swallow", [bare, broad, suppressing, raising])
async def test_the_same_in_asynchronous_hooks(
    gate: Gate, desk: Path, swallow: Callable[[Callable[[], Any]], None]
) -> None:
    called: list[str] = []

    class Stubborn(pocketflow.AsyncNode):
        async def exec_async(self, prep_res: Any) -> None:
            called.append("exec")
            swallow(lambda: require(FORBIDDEN))
            await session().aperform(write("in-spite"))

        async def exec_fallback_async(self, prep_res: Any, exc: Exception) -> None:
            called.append("fallback")

        async def post_async(self, shared: Shared, prep_res: Any, exec_res: Any) -> None:
            called.append("post")

    for options in ({"max_retries": 5}, {"max_retries": 5, "wait": 3_600}, {}):  # nobody waits an hour
        shared: Shared = {}
        node = Stubborn(**options)
        node >> Write("after")
        with pytest.raises(Contained):
            await asyncio.wait_for(contain(pocketflow.AsyncFlow(start=node), gate).run_async(shared), 30)
        assert (called, written(desk), shared) == (["exec"], [], {})
        called.clear()


def test_a_fallback_that_swallows_is_stopped_too(gate: Gate, desk: Path) -> None:
    class Falls(pocketflow.Node):
        def exec(self, prep_res: Any) -> None:
            raise ValueError("no answer")

        def exec_fallback(self, prep_res: Any, exc: Exception) -> str:
            bare(lambda: require(FORBIDDEN))
            return "fine"

        def post(self, shared: Shared, prep_res: Any, exec_res: str) -> None:
            shared["post"] = exec_res

    shared: Shared = {}
    node = Falls(max_retries=2)
    node >> Write("after")
    with pytest.raises(Contained):
        contain(pocketflow.Flow(start=node), gate).run(shared)
    assert (written(desk), shared) == ([], {})


def test_a_strict_run_remembers_a_denial_that_was_only_a_value(gate: Gate, desk: Path) -> None:
    class Ignores(pocketflow.Node):
        def exec(self, prep_res: Any) -> None:
            perform(FORBIDDEN)
            perform(write("in-spite"))

    node = Ignores()
    node >> Write("after")
    with pytest.raises(Contained):
        contain(pocketflow.Flow(start=node), gate, stop_on_denial=True).run({})
    assert written(desk) == []
    assert kinds(gate) == ["denied", "denied"]  # the second was not decided any more


def test_retries_repeat_ordinary_faults_as_before(gate: Gate, desk: Path) -> None:
    class Flaky(pocketflow.Node):
        def exec(self, prep_res: Any) -> str:
            perform(write(f"try-{self.cur_retry}"))
            if self.cur_retry < 2:
                raise ValueError("not yet")
            return "at last"

        def post(self, shared: Shared, prep_res: Any, exec_res: str) -> None:
            shared["said"] = exec_res

    shared: Shared = {}
    contain(pocketflow.Flow(start=Flaky(max_retries=3)), gate).run(shared)
    assert shared == {"said": "at last"}
    assert written(desk) == ["try-0", "try-1", "try-2"]


def test_a_denial_as_a_value_is_not_retried_away_either(gate: Gate) -> None:
    """Each attempt is decided anew, and denied anew."""

    class Insists(pocketflow.Node):
        def exec(self, prep_res: Any) -> None:
            outcome = perform(FORBIDDEN)
            if not outcome.ok:
                raise PermissionError(outcome.to_model()["why"])

        def exec_fallback(self, prep_res: Any, exc: Exception) -> str:
            return str(exc)

        def post(self, shared: Shared, prep_res: Any, exec_res: str) -> None:
            shared["said"] = exec_res

    shared: Shared = {}
    contain(pocketflow.Flow(start=Insists(max_retries=3)), gate).run(shared)
    assert shared == {"said": "Secrets stay where they are."}
    assert kinds(gate) == ["denied"] * 3


async def test_siblings_end_at_their_next_border_and_do_nothing_more(gate: Gate, desk: Path) -> None:
    started, stopped = asyncio.Event(), asyncio.Event()

    class Siblings(pocketflow.AsyncParallelBatchNode):
        async def prep_async(self, shared: Shared) -> list[str]:
            return ["early", "denied", "late"]

        async def exec_async(self, prep_res: str) -> bool:
            if prep_res == "early":
                done = (await session().aperform(write("early"))).ok
                started.set()
                return done
            if prep_res == "denied":
                await started.wait()
                bare(lambda: require(FORBIDDEN))
                stopped.set()
                return True
            await stopped.wait()
            outcome = await session().aperform(write("late"))
            late.append(outcome)
            return outcome.ok

    late: list[Any] = []
    flow = contain(pocketflow.AsyncFlow(start=Siblings()), gate)
    with pytest.raises(Contained):
        await flow.run_async({})
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    ended = await asyncio.gather(*others, return_exceptions=True)
    assert all(isinstance(error, Contained) for error in ended)
    assert len(late) == 1
    assert isinstance(late[0], Denied)
    assert written(desk) == ["early"]


def test_a_stopped_session_lets_no_further_run_begin(gate: Gate, desk: Path) -> None:
    shared_session = gate.session()
    with pytest.raises(Contained):
        shared_session.require(FORBIDDEN)
    shared: Shared = {}
    with pytest.raises(Contained):
        contain(pocketflow.Flow(start=Write("after")), session=shared_session).run(shared)
    assert (written(desk), shared) == ([], {})
    shared_session.resume()
    contain(pocketflow.Flow(start=Write("after")), session=shared_session).run(shared)
    assert written(desk) == ["after"]


def test_each_run_begins_afresh(gate: Gate, desk: Path) -> None:
    class Once(pocketflow.Node):
        def prep(self, shared: Shared) -> Any:
            return shared["item"]

        def exec(self, prep_res: Any) -> Any:
            return require(FORBIDDEN if prep_res == "!" else write(prep_res))

    flow = contain(pocketflow.Flow(start=Once()), gate)
    with pytest.raises(Contained):
        flow.run({"item": "!"})
    first = session_of(flow)
    flow.run({"item": "a"})
    assert session_of(flow) is not first
    assert session_of(flow).stopped is None
    assert written(desk) == ["a"]


def test_what_is_asked_and_required_ends_the_run(gate: Gate, desk: Path) -> None:
    """Anything but a performed action does."""

    class Deletes(pocketflow.Node):
        def exec(self, prep_res: Any) -> None:
            bare(lambda: require({"action": "file.delete", "args": {"path": "/desk/a"}}))

    (desk / "a").touch()
    flow = contain(pocketflow.Flow(start=Deletes()), gate)
    with pytest.raises(Contained) as stop:
        flow.run({})
    assert stop.value.outcome.to_model()["status"] == "pending"  # type: ignore[attr-defined]
    assert written(desk) == ["a"]


def test_require_gives_the_result(gate: Gate) -> None:
    class Needs(pocketflow.Node):
        def post(self, shared: Shared, prep_res: Any, exec_res: Any) -> None:
            shared["result"] = require(write("a", "abc"))

    shared: Shared = {}
    contain(pocketflow.Flow(start=Needs()), gate).run(shared)
    assert shared["result"] == {"path": "/desk/a", "bytes": 3, "created": True}


def test_a_run_that_hides_a_denial_in_its_own_machinery_is_ended_at_its_end(gate: Gate, desk: Path) -> None:
    """Not only hooks: a class may override what runs them."""

    class Odd(pocketflow.Node):
        def _run(self, shared: Shared) -> None:
            bare(lambda: require(FORBIDDEN))
            shared["ran"] = True

    with pytest.raises(Contained):
        contain(pocketflow.Flow(start=Odd()), gate).run({})
    assert isinstance(gate.session().perform(write("a")), Performed)
    assert written(desk) == ["a"]
