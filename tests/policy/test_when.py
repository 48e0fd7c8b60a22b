"""What a rule asks of the session under `when`: facts, labels, agents; and what it may not ask."""

from __future__ import annotations

import pytest

from havocproof.kernel.source import LABEL, Mark, Scoped, Stands
from tests.policy.sessions import Session
from tests.policy.support import APPROVALS, load, only, problem, rules

BODY = (
    APPROVALS
    + """\
tools: {post: {effect: send, args: {to: name}}, get: {effect: read, args: {repo: name}}}
facts: {read: {by: file.read}, saved: {by: file.write, until: file.append}, got: {by: get, per: repo}}
labels: {a: {from: dir.list}, b: {from: dir.make}, c: {from: file.delete, guards: [post]}}
"""
)


def body(rule: str) -> str:
    """One rule in line 8, beside permits of what sets facts and labels."""
    return (
        BODY + "rules:\n  g:\n"
        f"    - {rule}\n"
        "    - {permit: [file.read, file.write, file.append, file.delete, dir.list, dir.make], where: {path: any}}\n"
        "    - {permit: [post, get]}\n"
        "    - {forbid: post, where: {to: nobody}, when: {carries: [a, b]}, why: y}\n"
    )


def test_never_after_reads_the_attempt() -> None:
    policy = load(body("{id: x, forbid: post, when: {never_after: read}, why: Read first.}"))
    session = Session(policy)
    assert session.do("post", to="ann") == "never x"
    session.do("file.read", path="/a", ends=False)
    assert session.do("post", to="ann") == "permit"


def test_a_forbid_after_a_fact() -> None:
    policy = load(body("{id: x, forbid: post, when: {after: read}, why: Reading is the end of sending.}"))
    session = Session(policy)
    assert session.do("post", to="ann") == "permit"
    session.do("file.read", path="/a")
    assert session.do("post", to="ann") == "never x"


def test_a_list_of_labels_is_any_of_them() -> None:
    policy = load(body("{id: x, forbid: post, where: {to: [ann, bob]}, when: {carries: [a, b]}, why: No.}"))
    assert [rule.tests[1:] for rule in rules(policy, "x")] == [
        (Stands(Mark(LABEL, "a", ("self",))),),
        (Stands(Mark(LABEL, "b", ("self",))),),
    ]
    for verb in ("dir.list", "dir.make"):
        session = Session(policy)
        assert session.do("post", to="ann") == "permit"
        session.do(verb, path="/x")
        assert session.do("post", to="ann") == "never x"


def test_all_of_when_and_where_must_hold() -> None:
    policy = load(body("{id: x, ask: post, where: {to: ann}, when: {carries: a, after: read}, needs: boss, why: Ask.}"))
    session = Session(policy)
    session.do("dir.list", path="/x")
    assert session.do("post", to="ann") == "permit"
    session.do("file.read", path="/x")
    assert session.do("post", to="bob") == "permit"
    assert session.do("post", to="ann") == "ask boss"


def test_which_agent_acts() -> None:
    agents = "agents: {lead: {uses: [g], starts: [helper]}, helper: {uses: [g]}}\n"
    policy = load(body("{id: x, forbid: post, when: {agent: helper}, why: No.}") + agents)
    assert only(policy, "x").tests == (Scoped("agent", frozenset({"helper"})),)
    assert Session(policy, scopes={"agent": "helper"}).do("post", to="ann") == "never x"
    assert Session(policy, scopes={"agent": "lead"}).do("post", to="ann") == "permit"
    policy = load(body("{id: x, forbid: post, when: {agent: {not: [lead]}}, why: No.}") + agents)
    assert only(policy, "x").tests == (Scoped("agent", frozenset({"lead"}), False),)
    assert Session(policy, scopes={"agent": "helper"}).do("post", to="ann") == "never x"
    assert Session(policy, scopes={"agent": "lead"}).do("post", to="ann") == "permit"
    policy = load(body("{id: x, forbid: post, when: {agent: main}, why: No.}"))
    assert Session(policy).do("post", to="ann") == "never x"


@pytest.mark.parametrize(
    ("rule", "code", "message", "remedy"),
    [
        ("{permit: post, when: {afer: read}}", "E-KEY", "knows no `afer`", "`after`"),
        ("{permit: post, when: {after: reed}}", "E-REF", "no fact `reed`", "`read` (line 5)"),
        ("{permit: post, when: {after: nonsense}}", "E-REF", "no fact `nonsense`", "`got`, `read`, `saved`"),
        ("{permit: post, when: {after: [read, saved]}}", "E-KEY", "`after` is a list", "under its `by`"),
        ("{permit: post, when: {never_after: saved}}", "E-KEY", "has an `until` (line 5)", "without `until`"),
        ("{permit: post, when: {after: got}}", "E-AXIS", "`post` has no `repo`", "not kept by it"),
        ("{permit: post, when: {carries: a}}", "E-KEY", "a permit has no `carries`", "`guards`"),
        ("{permit: post, when: {agent: main}}", "E-KEY", "a permit has no `agent`", "under `agents:`"),
        ("{forbid: post, when: {carries: x}, why: w}", "E-REF", "no label `x`", "`a`, `b`, `c`"),
        ("{forbid: post, when: {carries: {not: a}}, why: w}", "E-KEY", "`carries` is one word", "[a, b]"),
        ("{forbid: post, when: {agent: mian}, why: w}", "E-REF", "no agent `mian`", "`main`"),
        ("{forbid: post, when: {agent: {nat: main}}, why: w}", "E-KEY", "`agent` is a mapping", "{not: name}"),
        ("{forbid: post, when: read, why: w}", "E-KEY", "`when` is text", "when: {after: tested}"),
    ],
)
def test_refused(rule: str, code: str, message: str, remedy: str) -> None:
    found = problem(body(rule))
    assert (found.code, found.line) == (code, 9), found
    assert message in found.message
    assert remedy in found.remedy


def test_rules_that_differ_in_when_alone_are_not_dead() -> None:
    load(body("{permit: get, when: {never_after: read}}").replace("[post, get]", "post"))
    found = problem(
        body("{forbid: get, when: {after: read}, why: w}") + "    - {forbid: get, when: {after: read}, why: v}\n"
    )
    assert (found.code, found.line) == ("E-DEAD", 13)
    assert "line 9" in found.message
