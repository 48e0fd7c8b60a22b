"""The oracle on what a session remembers: sentences of POLICY.md 2.8 to 2.10, each on a history made by hand."""

from __future__ import annotations

from typing import Any

import pytest

from havocproof.policy import loads_policy
from tests.differential.oracle import Event, decide, read
from tests.differential.oracle_events import Ended, History, Scopes, Told
from tests.differential.product import NOON, SCOPES

DAY = 86_400_000


def call(action: str, **args: Any) -> dict[str, Any]:
    return {"action": action, "args": args}


def write(path: str) -> dict[str, Any]:
    return call("file.write", path=path, content="x")


def fetch(path: str) -> dict[str, Any]:
    return call("file.read", path=path)


def get(host: str) -> dict[str, Any]:
    return call("http.request", host=host)


def did(time: int, action: dict[str, Any], outcome: str = "settled", scopes: Scopes | None = None) -> Event:
    return Event(time, action, scopes or SCOPES, outcome, {})


def says(text: str, action: dict[str, Any], history: History, now: int = NOON, scopes: Scopes | None = None) -> str:
    """permit, `ask a b`, or the reason of a denial."""
    verdict = decide(read(text), action, history, scopes or SCOPES, now)
    assert verdict.others == ()
    if verdict.kind == "ask":
        return " ".join(["ask", *sorted(verdict.needs)])
    return verdict.kind if verdict.kind == "permit" else " ".join(sorted(verdict.reasons))


FACTS = """
tools: {test: {effect: run, args: {what: name}}, move: {effect: pay, args: {to: name}}}
facts:
  tested: {by: test, until: {any: [file.write, file.delete], where: {path: /src/**}}}
  each: {by: test, per: what, lasts: 10s}
  moved: {by: move, lasts: 1d}
rules:
  g:
    - {permit: [file.write, file.delete], where: {path: any}}
    - {permit: file.read, where: {path: any}, when: {after: tested}}
    - {permit: move, when: {never_after: moved}}
    - {permit: test, where: {what: [a, b]}, when: {after: each}}
"""


def test_a_licence_needs_success() -> None:
    assert says(FACTS, fetch("/a"), []) == "unpermitted"
    for outcome in ("open", "released"):
        assert says(FACTS, fetch("/a"), [did(NOON - 9, call("test", what="a"), outcome)]) == "unpermitted"
    assert says(FACTS, fetch("/a"), [did(NOON - 9, call("test", what="a"))]) == "permit"


def test_an_obstacle_needs_only_the_attempt() -> None:
    for outcome in ("open", "released", "settled"):
        past: History = [did(NOON - DAY, call("move", to="a"), outcome)]
        assert says(FACTS, call("move", to="b"), past, NOON - 1) == "unpermitted"
        assert says(FACTS, call("move", to="b"), past) == "permit"


def test_until_clears_done_when_permitted() -> None:
    past: History = [did(NOON - 9, call("test", what="a")), did(NOON - 8, write("/other"))]
    assert says(FACTS, fetch("/a"), past) == "permit"
    assert says(FACTS, fetch("/a"), [*past, did(NOON - 7, write("/src/a"), "released")]) == "unpermitted"
    assert says(FACTS, fetch("/a"), [did(NOON - 10, write("/src/a")), *past]) == "permit"
    # What began before the edit and ended after it shows nothing about the edited file.
    assert says(FACTS, fetch("/a"), [*past, did(NOON - 7, write("/src/a"))]) == "unpermitted"


def test_in_one_moment_both_answers_are_right() -> None:
    past: History = [did(NOON, write("/src/a")), did(NOON, call("test", what="a"))]
    verdict = decide(read(FACTS), fetch("/a"), past, SCOPES, NOON)
    assert {verdict.kind, *(other.kind for other in verdict.others)} == {"permit", "deny"}


def test_facts_belong_to_the_run_and_to_the_value() -> None:
    past: History = [did(NOON - 9, call("test", what="a"))]
    assert says(FACTS, fetch("/a"), past, scopes=SCOPES | {"session": "other"}) == "permit"
    assert says(FACTS, fetch("/a"), past, scopes=SCOPES | {"run": "other"}) == "unpermitted"
    assert says(FACTS, call("test", what="a"), past) == "permit"
    assert says(FACTS, call("test", what="b"), past) == "unpermitted"
    assert says(FACTS, call("test", what="a"), past, NOON - 9 + 9_999) == "permit"
    assert says(FACTS, call("test", what="a"), past, NOON - 9 + 10_000) == "unpermitted"


def test_the_host_can_set_a_fact() -> None:
    text = "facts: {ok: {by: host}}\nrules: {g: [{permit: file.read, where: {path: any}, when: {after: ok}}]}"
    assert says(text, fetch("/a"), []) == "unpermitted"
    assert says(text, fetch("/a"), [Told(NOON - 1, SCOPES, "fact", "ok")]) == "permit"


LABELS = """
tools: {mail: {is: message.send, args: {to: {list: email, max: 3}}, map: {channel: {const: m}, recipient: to}}}
labels:
  inner: {from: [{file.read: {path: /in/**}}], guards: [all.send], cleared: [{message.send: {recipient: "*@in.side"}}]}
  web: {from: [{http.request: {host: a.b}}, host], guards: [file.delete], otherwise: ann}
approvals: {ann: {role: ann, people: 1, within: 1h}}
rules:
  g:
    - {permit: [file.read, file.write, file.delete], where: {path: any}}
    - {permit: http.request, where: {host: any, path: any, method: any}}
    - {permit: mail, where: {channel: any, recipient: any}}
    - {forbid: file.write, where: {name: b}, when: {carries: web}, why: No.}
"""


def test_a_label_holds_back_what_it_guards_and_nothing_clears() -> None:
    past: History = [did(NOON - 9, fetch("/in/a"), "released")]
    assert says(LABELS, get("c.d"), []) == "permit"
    assert says(LABELS, get("c.d"), past) == "never"
    assert says(LABELS, call("mail", to=["u@in.side"]), past) == "permit"
    assert says(LABELS, call("mail", to=["u@in.side", "u@out.side"]), past) == "never"
    assert says(LABELS, fetch("/in/a"), past) == "permit"
    assert says(LABELS, get("c.d"), past, scopes=SCOPES | {"session": "other"}) == "permit"


def test_otherwise_asks() -> None:
    past: History = [did(NOON - 9, get("a.b"))]
    delete = call("file.delete", path="/a")
    assert says(LABELS, delete, []) == "permit"
    assert says(LABELS, delete, past) == "ask ann"
    assert says(LABELS, delete, [Told(NOON - 9, SCOPES, "label", "web")]) == "ask ann"
    assert says(LABELS, write("/b"), past) == "never"


def test_labels_stick_to_what_is_written() -> None:
    past: History = [did(NOON - 9, fetch("/in/a")), did(NOON - 8, write("/out")), did(NOON - 7, write("/x"))]
    other = SCOPES | {"session": "other"}
    read_it = [*past, did(NOON - 6, fetch("/out"), scopes=other)]
    assert says(LABELS, get("c.d"), past, scopes=other) == "permit"
    assert says(LABELS, get("c.d"), read_it, scopes=other) == "never"
    assert says(LABELS, get("c.d"), [*past, did(NOON - 6, fetch("/out/x"), scopes=other)], scopes=other) == "permit"
    moved = did(NOON - 6, call("file.move", source="/out", target="/new"), scopes=other)
    third = SCOPES | {"session": "third"}
    assert says(LABELS, get("c.d"), [*past, moved, did(NOON - 5, fetch("/new"), scopes=third)], scopes=third) == "never"


def test_another_atoms_source_counts_and_an_atoms_own_need_not() -> None:
    attach = """{is: [file.read, message.send], args: {to: {list: email, max: 3}, file: {path: /in}},
        map: {file.read: {path: file}, message.send: {channel: {const: m}, recipient: to}}}"""
    text = LABELS.replace("tools: {", f"tools: {{attach: {attach}, ")
    text = text.replace(
        "    - {permit: mail,", "    - {permit: attach, where: {file: any, to: any}}\n    - {permit: mail,"
    )
    assert says(text, call("attach", to=["u@in.side"], file="a"), []) == "permit"
    assert says(text, call("attach", to=["u@out.side"], file="a"), []) == "never"
    assert says(text, call("attach", to=["u@out.side"], file="/out"), []) == "permit"
    own = LABELS.replace("guards: [file.delete], otherwise: ann", "guards: [all.send]")
    verdict = decide(read(own), get("a.b"), [], SCOPES, NOON)
    assert {verdict.kind, *(other.kind for other in verdict.others)} == {"permit", "deny"}


RATES = """
rules: {g: [{permit: file.read, where: {path: any}}]}
rates: {r: {of: file.read, burst: 2, every: 3s, per: [session]}}
"""


def test_a_rate_bounds_every_interval() -> None:
    def at(*seconds: float, now: float) -> str:
        past: History = [did(NOON + int(s * 1000), fetch("/a"), "released") for s in seconds]
        return says(RATES, fetch("/a"), past, NOON + int(now * 1000))

    assert at(0, now=0) == "permit"
    assert at(0, 0, now=0) == "later"
    assert at(0, 0, now=2.999) == "later"
    assert at(0, 0, now=3) == "permit"
    assert at(0, 0, 3, now=5.999) == "later"
    assert at(0, 0, 3, now=6) == "permit"
    assert at(0, 2, now=2) == "later"
    assert at(0, 2, now=3) == "permit"
    assert at(0, 2, 100, now=100) == "permit"


BUDGETS = """
tools: {use: {effect: run, args: {what: name}}}
approvals: {ann: {role: ann, people: 1, within: 1h}}
rules: {g: [{permit: use}, {permit: file.read, where: {path: any}}]}
budgets:
  two: {at_once: 2, of: file.read, per: [run]}
  soft: {count: 4, of: use, per: [run], soft: {above: 2, needs: ann}}
"""


def test_at_once_is_given_back_at_the_end() -> None:
    past: History = [did(NOON - 9, fetch("/a"), "open"), did(NOON - 8, fetch("/a"), "settled")]
    assert says(BUDGETS, fetch("/a"), past) == "permit"
    assert says(BUDGETS, fetch("/a"), [*past, did(NOON - 7, fetch("/b"), "open")]) == "later"


def test_a_soft_limit_asks_and_the_limit_is_never_lifted() -> None:
    use = call("use", what="a")
    said = [says(BUDGETS, use, [did(NOON - 9, use, "open")] * times) for times in range(5)]
    assert said == ["permit", "permit", "ask ann", "ask ann", "later"]


@pytest.mark.parametrize("text", [FACTS, LABELS, RATES, BUDGETS])
def test_these_are_policies(text: str) -> None:
    assert loads_policy(f"havocproof: 1\npolicy: written\n{text}").name == "written"


def test_time_never_goes_back() -> None:
    past: History = [did(NOON, fetch("/a"), "released"), did(NOON + 2_000, fetch("/a"), "released")]
    assert says(RATES, fetch("/a"), past, NOON - DAY) == "later"
    assert says(RATES, fetch("/a"), [*past, Ended(NOON + 3_000, past[0])], NOON) == "permit"  # type: ignore[arg-type]
