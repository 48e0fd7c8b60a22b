"""Labels: what brings them, what they hold back, what is cleared; how they stick; what a label may not say."""

from __future__ import annotations

from pathlib import Path

import pytest

from havocproof.errors import PolicyError
from havocproof.kernel.source import LABEL, Mark, Stands
from havocproof.policy import Policy, loads_policy
from tests.policy.sessions import Session
from tests.policy.support import APPROVALS, HEAD, load, part, problem, problems, rules

TOOLS = """\
tools:
  post: {effect: send, args: {to: name}}
  pay: {effect: pay}
  move: {is: [file.delete, file.write], args: {a: {path: /}, b: {path: /}},
    map: {file.delete: {path: a}, file.write: {path: b}}}
  drop: {is: file.delete, args: {a: {path: /}}, map: {path: a}}
"""
DESK = (
    APPROVALS
    + TOOLS
    + """\
labels:
  private:
    from: [{file.read: {path: /private/**}}, {sql.read: {table: d.main.people}}, host]
    guards: [all.send, all.pay]
    cleared: [{post: {to: [ann, bob]}}]
    why: Private material stays here.
  web:
    from: {http.request: {host: "*.news.example"}}
    guards: [pay, file.delete]
    otherwise: boss
rules:
  g:
    - {permit: [file.read, file.write, file.append, file.delete, dir.list], where: {path: any}}
    - {permit: http.request, where: {host: any, path: any, method: any}}
    - {permit: [post, pay]}
    - {permit: [sql.read, sql.insert], where: {table: any, column: any}}
"""
)


@pytest.fixture(scope="module")
def desk() -> Policy:
    return load(DESK)


def test_what_a_label_comes_to(desk: Policy) -> None:
    mark = Mark(LABEL, "private", ("self",))
    held = [rule for rule in rules(desk, "label:private") if rule.effect == "forbid"]
    assert all(rule.tests == (Stands(mark),) for rule in held)
    assert {frozenset(rule.verbs): len(rule.unless) for rule in held} == {
        frozenset({"post"}): 1,
        frozenset(desk_sends(desk) - {"post"}): 0,
    }
    (asked,) = [rule for rule in rules(desk, "label:web") if rule.effect == "require"]
    assert (asked.needs, asked.verbs) == ("boss", {"pay", "file.delete", "move#file.delete", "drop"})
    text = desk.labels["private"]
    assert (text.host, text.mark, text.why, text.otherwise) == (True, mark, "Private material stays here.", "")


def desk_sends(policy: Policy) -> set[str]:
    return {name for name, verb in policy.verbs.items() if verb.classes & {"all.send", "all.pay"}}


def test_a_source_brings_the_label_and_the_label_holds_back(desk: Policy) -> None:
    session = Session(desk)
    assert session.do("post", to="carl") == "permit"
    assert session.do("file.read", path="/private/a") == "permit"
    assert session.carries("private")
    assert session.do("post", to="carl") == "never label:private"
    assert session.do("post", to="ann") == "permit"
    assert session.do("http.request", host="a.example") == "never label:private"
    assert session.do("pay") == "never label:private"
    assert session.do("dir.list", path="/") == "permit"
    told = session.told("post", to="carl")
    assert (told.kind, told.facts, told.why) == ("never", {"label": "private"}, "Private material stays here.")
    assert "post" in told.remedy


def test_the_attempt_is_enough_and_there_is_no_way_back(desk: Policy) -> None:
    session = Session(desk)
    session.do("file.read", path="/private/a", ends=False)
    session.now += 10**12
    assert session.do("post", to="carl") == "never label:private"


def test_another_session_does_not_carry_it(desk: Policy) -> None:
    one = Session(desk)
    one.do("file.read", path="/private/a")
    assert Session(desk, one.cells, {"self": "other", "session": "other"}).do("post", to="carl") == "permit"


def test_a_label_that_the_same_action_brings_holds_it_back() -> None:
    policy = load(
        "tools: {relay: {is: [file.read, http.request], args: {a: {path: /}, u: url},"
        " map: {file.read: {path: a}, http.request: {method: {const: POST}}}}}\n"
        "labels: {p: {from: {file.read: {path: /p/**}}, guards: [all.send]}}\n"
        "rules: {g: [{permit: relay, where: {a: any, host: any}}]}\n"
    )
    session = Session(policy)
    assert session.do("relay", a="/p/x", u="https://a.example/") == "never label:p"
    assert session.do("relay", a="/q/x", u="https://a.example/") == "permit"


def test_otherwise_asks(desk: Policy) -> None:
    session = Session(desk)
    session.do("http.request", host="a.news.example")
    assert session.do("pay") == "ask boss"
    told = session.told("pay")
    assert (told.rule, told.why) == ("label:web", "This session carries the label `web`, which holds this back.")


def test_the_host_adds_a_label(desk: Policy) -> None:
    session = Session(desk)
    session.tell(desk.labels["private"].mark)
    assert session.do("post", to="carl") == "never label:private"


def test_it_sticks_to_what_the_session_writes(desk: Policy) -> None:
    one = Session(desk)
    one.do("file.write", path="/notes/before", content="x")
    one.do("file.read", path="/private/a")
    one.do("file.write", path="/notes/after", content="x")
    one.do("file.append", path="/notes/log", content="x")
    for name, carried in (("before", False), ("after", True), ("log", True)):
        other = Session(desk, one.cells, {"self": name, "session": name})
        assert other.do("file.read", path=f"/notes/{name}") == "permit"
        assert other.carries("private") is carried, name
        assert other.do("post", to="carl") == ("never label:private" if carried else "permit")


def test_it_sticks_to_tables(desk: Policy) -> None:
    def access(verb: str, table: str) -> tuple[object, ...]:
        return (part(verb, {"table": table, "column": "c"}, {"table": tuple(table.split("."))}, rows=1),)

    one = Session(desk)
    one.parts(access("sql.read", "d.main.people"))  # type: ignore[arg-type]
    one.parts(access("sql.insert", "d.main.copies"))  # type: ignore[arg-type]
    other = Session(desk, one.cells, {"self": "o"})
    other.parts(access("sql.read", "d.main.else"))  # type: ignore[arg-type]
    assert not other.carries("private")
    other.parts(access("sql.read", "d.main.copies"))  # type: ignore[arg-type]
    assert other.carries("private")


@pytest.mark.parametrize("mover", ["file.move", "move"])
def test_a_moved_file_keeps_its_label(desk: Policy, mover: str) -> None:
    def move(session: Session, a: str, b: str) -> None:
        if mover == "move":
            session.do("move", a=a, b=b)
        else:
            session.do("file.move", source=a, target=b)

    one = Session(desk)
    move(one, "/private/a", "/open/a")  # never read, yet its content goes on
    other = Session(desk, one.cells, {"self": "o"})
    move(other, "/open/a", "/open/b")
    third = Session(desk, one.cells, {"self": "t"})
    third.do("file.read", path="/open/b")
    assert third.carries("private")


def test_a_deletion_reads_nothing(desk: Policy) -> None:
    session = Session(desk)
    session.do("file.delete", path="/private/a")
    session.do("drop", a="/private/b")
    assert not session.carries("private")


def test_a_child_starts_with_its_parents_labels_and_reports_bring_them(desk: Policy) -> None:
    left = {next(iter(rule.verbs)): rule.mark for rule in rules(desk, "label:web") if "agent" in str(rule.verbs)}
    assert left == {
        "agent.spawn": Mark(LABEL, "web", ("child",)),
        "agent.report": Mark(LABEL, "web", ("parent",)),
        "agent.handoff": Mark(LABEL, "web", ("target",)),
    }
    assert all(
        rule.tests == (Stands(desk.labels["web"].mark),)
        for rule in rules(desk, "label:web")
        if "agent" in str(rule.verbs)
    )


@pytest.mark.parametrize(
    ("label", "code", "column", "message", "remedy"),
    [
        ("{guards: [all.send]}", "E-KEY", 3, "a label needs `from`", "from: host"),
        ("{from: file.read}", "E-DEAD", 1, "`l` holds nothing back", "guards: [all.send]"),
        ("{from: file.reed, guards: [post]}", "E-VERB", 13, "`file.reed`", "`file.read`"),
        ("{from: {file.read: {pth: /a}}, guards: [post]}", "E-AXIS", 26, "no axis `pth`", "`path`"),
        ("{from: file.read, guards: [pots]}", "E-VERB", 33, "`pots`", "`post`"),
        ("{from: file.read, guards: [{post: {to: x}}]}", "E-KEY", 33, "holds words", "[a, b]"),
        ("{from: file.read, guards: [post], cleard: pay}", "E-KEY", 40, "`cleard` in a label", "`cleared`"),
        ("{from: file.read, guards: [post], cleared: pay}", "E-DEAD", 49, "cleared and not guarded", "Guard it"),
        ("{from: file.read, cleared: post}", "E-DEAD", 33, "cleared and not guarded", "Guard it"),
        ("{from: file.read, otherwise: boss}", "E-DEAD", 24, "`otherwise` without `guards`", "guards: [all.send]"),
        ("{from: file.read, guards: [post], otherwise: bos}", "E-REF", 51, "no approval `bos`", "`boss` (line 3)"),
        ("file.read", "E-KEY", 6, "label `l` is text", "guards: [all.send]"),
    ],
)
def test_refused(label: str, code: str, column: int, message: str, remedy: str) -> None:
    found = problem(APPROVALS + TOOLS + f"labels:\n  l: {label}\n")
    assert (found.code, found.line, found.column) == (code, 11, column), found
    assert message in found.message
    assert remedy in found.remedy


def test_what_is_cleared_altogether_is_not_held_back() -> None:
    policy = load(TOOLS + "labels: {l: {from: file.read, guards: [post, pay], cleared: [post]}}\n")
    assert [rule.verbs for rule in rules(policy, "label:l") if rule.effect == "forbid"] == [{"pay"}]


def test_at_most_32_labels() -> None:
    def body(count: int) -> str:
        return "labels:\n" + "".join(f"  l{each}: {{from: file.read, guards: [all.send]}}\n" for each in range(count))

    assert len(load(body(32)).labels) == 32
    found = problem(body(33))
    assert (found.code, found.line) == ("E-CELLS", 4)
    assert "33 labels" in found.message


def test_a_label_with_a_problem_brings_no_second_one() -> None:
    body = "labels: {l: {from: file.reed}}\nrules: {g: [{forbid: dir.list, when: {carries: l}, why: x}]}\n"
    assert [each.code for each in problems(body)] == ["E-VERB"]


def test_a_guards_labels_facts_and_limits_hold_for_what_stands_below(tmp_path: Path) -> None:
    (tmp_path / "guard.yaml").write_text(
        HEAD.replace("policy: p", "policy: firm")
        + "kind: guard\n"
        + "labels: {secret: {from: {file.read: {path: /s/**}}, guards: [all.send]}}\n"
        "facts: {greeted: {by: file.write}}\n"
        "rules: {g: [{id: first, forbid: dir.list, when: {never_after: greeted}, why: Greet first.}]}\n"
        "rates: {reads: {of: file.read, burst: 2, every: 1h, per: [run]}}\n"
    )
    policy = loads_policy(
        HEAD + "under: [guard.yaml]\nlabels: {secret: {from: dir.list, guards: [dir.make]}}\n"
        "rules: {g: [{permit: [file.read, file.write, dir.list, dir.make], where: {path: any}},"
        " {permit: http.request, where: {host: any, path: any, method: any}}]}\n",
        folder=tmp_path,
    )
    session = Session(policy)
    assert session.do("dir.list", path="/") == "never firm/first"
    session.do("file.write", path="/a", content="x")
    assert session.do("dir.list", path="/") == "permit"
    assert session.do("dir.make", path="/b") == "never label:secret"
    assert session.do("http.request", host="a.example") == "permit"
    assert session.do("file.read", path="/s/a") == "permit"
    assert session.do("http.request", host="a.example") == "never label:firm/secret"
    assert [session.do("file.read", path="/a") for _ in range(2)] == ["permit", "later"]
    assert sorted(policy.labels) == ["firm/secret", "secret"]
    assert policy.facts["firm/greeted"].done.name == "firm/greeted"


def test_what_is_remembered_is_bounded_over_all_layers(tmp_path: Path) -> None:
    labels = "".join(f"  l{each}: {{from: file.read, guards: [all.send]}}\n" for each in range(20))
    budgets = "".join(f"  b{each}: {{count: 9, of: file.read, per: run}}\n" for each in range(20))
    sections = f"labels:\n{labels}budgets:\n{budgets}"
    (tmp_path / "guard.yaml").write_text(HEAD.replace("policy: p", "policy: firm") + "kind: guard\n" + sections)
    with pytest.raises(PolicyError) as caught:
        loads_policy(HEAD + "under: [guard.yaml]\n" + sections, folder=tmp_path)
    assert [(each.code, each.message) for each in caught.value.problems] == [
        ("E-CELLS", "40 labels in all layers; at most 32 are remembered"),
        ("E-CELLS", "40 budgets and rates count `file.read`; at most 32 may"),
    ]


def test_an_idle_label_of_a_guard_is_told_in_its_file(tmp_path: Path) -> None:
    (tmp_path / "guard.yaml").write_text(
        HEAD.replace("policy: p", "policy: firm") + "kind: guard\nlabels: {l: {from: file.read}}\n"
    )
    with pytest.raises(PolicyError) as caught:
        loads_policy(HEAD + "under: [guard.yaml]\n", folder=tmp_path)
    ((found),) = caught.value.problems
    assert (found.code, found.line) == ("E-DEAD", 4)
    assert found.file.endswith("guard.yaml")
