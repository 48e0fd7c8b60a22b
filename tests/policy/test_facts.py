"""Facts: done needs success, begun only the attempt; resets, keys, times; and what a fact may not say."""

from __future__ import annotations

import pytest

from havocproof.kernel.source import DONE, MARK, Mark, Since, Stands
from havocproof.policy import Policy
from tests.policy.sessions import Session
from tests.policy.support import load, only, problem, problems, rules

TOOLS = """\
tools:
  test: {effect: run, args: {targets: {list: {path: /repo}, max: 9}}}
  commit: {effect: change}
  propose: {effect: send, args: {repo: name}}
  merge: {effect: change, args: {repo: name}}
  rest: {effect: pay}
"""
DESK = (
    TOOLS
    + """\
facts:
  tested:
    by: {test: {targets: /repo/**}}
    until: {any: [file.write, file.append, file.delete], where: {path: /repo/**}}
  proposed: {by: propose, per: repo}
  rested: {by: rest, lasts: 1d}
  started: {by: host}
rules:
  g:
    - {permit: [file.write, file.read], where: {path: any}}
    - {permit: test, where: {targets: any}}
    - {id: commit, permit: commit, when: {after: tested}}
    - {permit: propose}
    - {id: merge, permit: merge, when: {after: proposed}}
    - {permit: rest, when: {never_after: rested}}
    - {id: make, permit: dir.make, where: {path: any}, when: {after: started}}
"""
)


@pytest.fixture(scope="module")
def desk() -> Policy:
    return load(DESK)


def test_what_a_fact_comes_to(desk: Policy) -> None:
    begun, done, *resets = rules(desk, "fact:tested")
    (reset,) = resets
    assert (begun.effect, begun.mark, begun.verbs) == ("leave", Mark(MARK, "tested", ("run",)), {"test"})
    assert (done.mark, done.tests) == (Mark(DONE, "tested", ("run",)), begun.tests)
    assert (reset.mark, reset.unless) == (Mark(MARK, "tested~reset", ("run",)), ())
    assert reset.verbs == {"file.write", "file.append", "file.delete"}
    assert only(desk, "commit").tests == (Since(done.mark, reset.mark),)
    assert only(desk, "g.6").tests == (Stands(Mark(MARK, "rested", ("run",)), 86_400_000, False),)
    assert only(desk, "merge").tests == (
        Since(Mark(DONE, "proposed", ("run", "repo")), Mark(MARK, "proposed~reset", ("run", "repo"))),
    )
    assert rules(desk, "fact:started") == []
    text = desk.facts["tested"]
    assert (text.by, text.resets, text.host, desk.facts["started"].host) == ("test", True, False, True)


def test_after_needs_success_and_until_takes_it_back(desk: Policy) -> None:
    session = Session(desk)
    assert session.do("commit") == "first"
    assert session.do("test", targets=["a"], ends=False) == "permit"
    assert session.do("commit") == "first"
    session.do("test", targets=["a"])
    assert session.do("commit") == "permit"
    assert session.do("file.write", path="/elsewhere", content="x") == "permit"
    assert session.do("commit") == "permit"
    assert session.do("file.write", path="/repo/a", content="x", ends=False) == "permit"
    assert session.do("commit") == "first"  # the attempt is enough to undo
    session.do("test", targets=["a"])
    assert session.do("commit") == "permit"


def test_what_was_decided_before_a_reset_does_not_count(desk: Policy) -> None:
    session = Session(desk)
    session.do("test", targets=["a"], ends=None)
    session.do("file.write", path="/repo/a", content="x", ends=None)
    session.end()
    session.end()
    assert session.do("commit") == "first"


def test_another_element_than_the_facts_own_sets_nothing() -> None:
    policy = load(DESK.replace("targets: /repo/**", "targets: /repo/src/**"))
    session = Session(policy)
    session.do("test", targets=["docs/a"])
    assert session.do("commit") == "first"
    session.do("test", targets=["docs/a", "src/b"])
    assert session.do("commit") == "permit"


def test_a_fact_for_each_value_of_an_argument(desk: Policy) -> None:
    session = Session(desk)
    session.do("propose", repo="one")
    assert session.do("merge", repo="two") == "first"
    assert session.do("merge", repo="one") == "permit"


def test_facts_belong_to_the_run(desk: Policy) -> None:
    one = Session(desk)
    one.do("propose", repo="one")
    assert Session(desk, one.cells, {"run": "other"}).do("merge", repo="one") == "first"
    assert Session(desk, one.cells, {"session": "other", "self": "other"}).do("merge", repo="one") == "permit"


def test_never_after_reads_the_attempt_and_facts_are_forgotten(desk: Policy) -> None:
    session = Session(desk)
    assert session.do("rest", ends=False) == "permit"
    assert session.do("rest") == "unpermitted"
    session.now += 86_399_997
    assert session.do("rest") == "unpermitted"
    assert session.do("rest") == "permit"


def test_the_host_sets_a_fact(desk: Policy) -> None:
    session = Session(desk)
    assert session.do("dir.make", path="/x") == "first"
    assert session.told("dir.make", path="/x").facts["facts"] == [{"fact": "started", "by": "host"}]
    session.tell(desk.facts["started"].done)
    assert session.do("dir.make", path="/x") == "permit"


def test_the_denial_says_what_has_to_be_done_first(desk: Policy) -> None:
    told = Session(desk).told("commit")
    assert (told.kind, told.nearest, told.failing_axes) == ("first", "commit", ("when.after",))
    assert told.facts["facts"] == [{"fact": "tested", "by": "test"}]
    assert "test" in told.remedy
    both = Session(
        load(DESK.replace("where: {path: any}, when: {after: started}", "where: {path: /x}, when: {after: started}"))
    )
    told = both.told("dir.make", path="/y")
    assert (told.kind, told.facts["expected"]) == ("unpermitted", {"path": "/x", "when.after": "started done"})


def test_what_sets_a_fact_does_not_reset_it() -> None:
    policy = load(
        "facts: {saved: {by: {file.write: {path: /a/done}},"
        " until: {any: [file.write, file.append], where: {path: /a/**}}}}\n"
        "rules: {g: [{permit: [file.write, file.append], where: {path: any}},"
        " {permit: dir.list, where: {path: any}, when: {after: saved}}]}\n"
    )
    (_, _, *resets) = rules(policy, "fact:saved")
    assert {rule.verbs: len(rule.unless) for rule in resets} == {
        frozenset({"file.write"}): 1,
        frozenset({"file.append"}): 0,
    }
    session = Session(policy)
    session.do("file.write", path="/a/done", content="x")
    assert session.do("dir.list", path="/") == "permit"
    session.do("file.append", path="/a/done", content="x")
    assert session.do("dir.list", path="/") == "first"


def test_a_verb_that_always_sets_the_fact_never_resets_it() -> None:
    policy = load("facts: {f: {by: file.write, until: file.write}}\n")
    assert [rule.mark.kind for rule in rules(policy, "fact:f") if rule.mark] == [MARK, DONE]


@pytest.mark.parametrize(
    ("fact", "code", "column", "message", "remedy"),
    [
        ("{until: commit}", "E-KEY", 3, "a fact needs `by`", "by: pytest"),
        ("{by: comit}", "E-VERB", 11, "`comit`", "`commit`"),
        ("{by: {test: {targts: /repo}}}", "E-AXIS", 19, "no axis `targts`", "`targets`"),
        ("{by: commit, untl: test}", "E-KEY", 19, "`untl` in a fact", "`until`"),
        ("{by: commit, until: {any: commit, were: {x: y}}}", "E-KEY", 40, "`were`", "`where`"),
        ("{by: [commit, {propose: {repo: a}, merge: {repo: a}}]}", "E-KEY", 20, "no action pattern", "{any: [verbs]"),
        ("{by: commit, lasts: 1w}", "E-INT", 26, "no duration", "30s"),
        ("{by: propose, per: rep}", "E-AXIS", 25, "no axis of `propose`", "`repo`"),
        ("{by: propose, per: run}", "E-AXIS", 25, "belong to the run", "leave `per` out"),
        ("{by: propose, until: commit, per: repo}", "E-AXIS", 40, "no axis of `commit`", "Leave `per` out"),
        ("{by: {model.call: {cost: {max: 1.00 USD}}}}", "E-AXIS", 12, "a cost, which may be unknown", "`tokens`"),
        ("[commit]", "E-KEY", 6, "is a list", "{by: pytest"),
        ("{by: commit, until: host}", "E-VERB", 26, "`host`", ""),
    ],
)
def test_refused(fact: str, code: str, column: int, message: str, remedy: str) -> None:
    found = problem(TOOLS + f"facts:\n  f: {fact}\n")
    assert (found.code, found.line, found.column) == (code, 10, column), found
    assert message in found.message
    assert remedy in found.remedy


def test_at_most_64_facts() -> None:
    def body(count: int) -> str:
        return "facts:\n" + "".join(f"  f{each}: {{by: file.read}}\n" for each in range(count))

    assert len(load(body(64)).facts) == 64
    found = problem(body(65))
    assert (found.code, found.line) == ("E-CELLS", 4)
    assert "65 facts" in found.message
    assert "64" in found.message


def test_a_rule_that_waits_for_what_no_rule_permits_is_dead() -> None:
    body = TOOLS + "facts: {tested: {by: test}}\nrules: {g: [{permit: commit, when: {after: tested}}]}\n"
    found = problem(body)
    assert (found.code, found.line) == ("E-DEAD", 10)
    assert "no rule permits `test`" in found.message or "nothing permits `test`" in found.message
    assert "by: host" in found.remedy
    load(body.replace("{by: test}", "{by: [test, host]}"))
    load(body.replace("rules: {g: [", "rules: {g: [{permit: test}, "))


def test_a_fact_with_a_problem_brings_no_second_one() -> None:
    found = problems(TOOLS + "facts: {f: {by: comit}}\nrules: {g: [{permit: commit, when: {after: f}}]}\n")
    assert [each.code for each in found] == ["E-VERB"]
