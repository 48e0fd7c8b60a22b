"""The section `programs`: declarations, starts as calls, `via`, what stands for all programs."""

from __future__ import annotations

from pathlib import Path

import pytest

from havocproof.actions.wire import action_from_wire
from havocproof.errors import ActionError
from havocproof.kernel.source import Named
from tests.policy.folder import head, opened
from tests.policy.sessions import Session
from tests.policy.support import judge, kind, load, only, part, problem, problems, rules, told

SHA = "0" * 63 + "1"
PROGRAMS = f"""\
programs:
  pytest:
    exe: /usr/bin/pytest
    sha256: "{SHA}"
    argv: [-q, --, "{{targets}}"]
    args: {{targets: {{list: {{path: /repo}}, max: 3}}}}
    box: {{read: [/repo/**], net: none}}
  push:
    exe: /usr/bin/git
    sha256: "{SHA}"
    argv: [push, "{{branch}}"]
    args: {{branch: {{segments: /}}}}
    effect: send
    box: {{net: policy}}
"""
"""Lines 3 to 16."""


def program(declaration: str) -> str:
    return f"programs: {{p: {{exe: /bin/p, sha256: '{SHA}', box: {{net: none}}, {declaration}}}}}\n"


def test_a_start_is_a_call_of_the_program() -> None:
    policy = load(PROGRAMS + "rules: {g: [{permit: pytest, where: {targets: /repo/tests/**}}]}\n")
    assert kind(policy, "pytest", targets=["tests/a.py", "/repo/tests/b.py"]) == "permit"
    assert kind(policy, "pytest", targets=["tests/a.py", "src/a.py"]) == "fix"
    assert kind(policy, "push", branch="a/b") == "unpermitted"
    with pytest.raises(ActionError, match="must be a list"):
        kind(policy, "pytest", targets="tests/a.py")
    with pytest.raises(ActionError, match="more than 3 elements"):
        kind(policy, "pytest", targets=["a", "b", "c", "d"])


def test_what_is_kept_of_a_program() -> None:
    policy = load(PROGRAMS + "rules: {g: [{permit: pytest, where: {targets: any}}]}\n")
    assert set(policy.programs) == {"pytest", "push"}
    assert not policy.tools
    made = policy.programs["pytest"]
    assert (made.exe, made.sha256, made.argv, made.line) == ("/usr/bin/pytest", SHA, ("-q", "--", "{targets}"), 4)
    assert [place.text for place in made.box.read] == ["/repo/**"]
    assert (made.box.write, made.box.delete, made.box.net) == ((), (), "none")
    assert policy.programs["push"].box.net == "policy"
    (call,) = policy.parts(action_from_wire({"action": "push", "args": {"branch": "a/b"}}))
    assert (call.verb, call.atoms[0].places["branch"]) == ("push", ("a", "b"))


@pytest.mark.parametrize(
    ("word", "held"), [("all.run", {"pytest", "push"}), ("process.run", {"pytest", "push"}), ("all.send", {"push"})]
)
def test_programs_run_and_may_have_another_effect_beside(word: str, held: set[str]) -> None:
    policy = load(PROGRAMS + f"rules: {{g: [{{id: no, forbid: {word}, why: x}}]}}\n")
    assert {"pytest", "push"} & {verb for rule in rules(policy, "no") for verb in rule.verbs} == held


def test_process_run_stands_for_every_program_in_limits() -> None:
    policy = load(
        PROGRAMS + "rules: {g: [{permit: [pytest, push]}]}\n"
        "budgets: {starts: {count: 2, of: process.run, per: [run]}, now: {at_once: 1, of: process.run, per: [run]}}\n"
    )
    session = Session(policy)
    assert session.do("pytest", ends=None, targets=["a"]) == "permit"
    assert session.told("push", branch="b").facts["budget"] == "now"
    session.end()
    assert session.do("push", branch="b") == "permit"
    assert session.told("push", branch="b").facts["budget"] == "starts"


def test_process_run_without_programs_says_nothing() -> None:
    policy = load("rules: {g: [{permit: dir.list, where: {path: /a}}, {forbid: process.run, why: x}]}\n")
    assert kind(policy, "dir.list", path="/a") == "permit"


def test_nobody_is_permitted_all_programs() -> None:
    found = problem(PROGRAMS + "rules: {g: [{permit: process.run}]}\n")
    assert (found.code, found.line) == ("E-VERB", 17)
    assert "Name the programs" in found.remedy


HOST = {"host": "a.example", "method": "GET", "scheme": "https", "service": "https", "query": "", "path": "/x"}
PLACES = {"host": ("example", "a"), "path": ("x",)}


class TestVia:
    def asked(self, via: str, rule: str) -> str:
        policy = load(PROGRAMS + f"rules: {{g: [{rule}]}}\n")
        effect = part("http.request", {**HOST, "via": via}, PLACES, port=443, bytes_out=1, bytes_in=1)
        return judge(policy, effect)

    @pytest.mark.parametrize(
        ("said", "passing"),
        [
            ("", {""}),
            (", via: none", {""}),
            (", via: push", {"push"}),
            (", via: [none, push]", {"", "push"}),
            (", via: any", {"", "push", "pytest"}),
        ],
    )
    def test_a_permit_is_about_the_agent_itself_unless_it_says_more(self, said: str, passing: set[str]) -> None:
        rule = f"{{permit: http.request, where: {{host: a.example, path: any, method: GET{said}}}}}"
        assert {via for via in ("", "push", "pytest") if self.asked(via, rule) == "permit"} == passing

    @pytest.mark.parametrize(
        ("said", "held"),
        [
            ("", {"", "push", "pytest"}),
            (", where: {via: push}", {"push"}),
            (", where: {via: none}", {""}),
            (", where: {via: {not: [none, push]}}", {"pytest"}),
        ],
    )
    def test_a_forbid_is_about_everyone(self, said: str, held: set[str]) -> None:
        permit = "{permit: http.request, where: {host: a.example, path: any, method: GET, via: any}}"
        rule = f"{permit}, {{id: no, forbid: http.request{said}, why: x}}"
        if not said:
            rule = rule.replace("{id: no, forbid: http.request", "{id: no, forbid: http.request, where: {query: none}")
        assert {via for via in ("", "push", "pytest") if self.asked(via, rule) == "never"} == held

    def test_an_unknown_program(self) -> None:
        found = problem(PROGRAMS + "rules: {g: [{forbid: dir.list, where: {via: pytst}, why: x}]}\n")
        assert (found.code, found.line, found.remedy) == ("E-REF", 17, "Did you mean `pytest`?")

    def test_the_default_is_told(self) -> None:
        policy = load(PROGRAMS + "rules: {g: [{id: list, permit: dir.list, where: {path: /a}}]}\n")
        assert Named("via", frozenset({""})) in only(policy, "list").tests
        assert told(policy, "dir.list", path="/b").failing_axes == ("path",)


def test_a_program_of_a_vocabulary(tmp_path: Path) -> None:
    policy = opened(
        tmp_path,
        {
            "policy.yaml": head("p") + "vocabulary: [v.yaml]\nrules: {g: [{permit: push, where: {branch: any}}]}\n",
            "v.yaml": head("v", "vocabulary") + PROGRAMS,
        },
    )
    assert kind(policy, "push", branch="x") == "permit"


@pytest.mark.parametrize(
    ("declaration", "code", "message"),
    [
        ("argv: [-q, 'x{a}'], args: {a: name}", "E-KEY", "a slot is a whole word"),
        ("argv: ['{b}'], args: {a: name}", "E-REF", "no argument `b`"),
        ("args: {a: name}", "E-KEY", "fills no slot"),
        ("argv: ['{a}'], args: {a: {object: {b: name}}}", "E-KEY", "is an object"),
        ("argv: [[x]]", "E-KEY", "holds words"),
        ("effect: rum", "E-KEY", "no effect `rum`"),
        ("optional: {a: name}", "E-KEY", "unknown key `optional`"),
        ("argv: ['{a}'], args: {a: nmae}", "E-KEY", "no type `nmae`"),
    ],
)
def test_what_a_declaration_may_not_say(declaration: str, code: str, message: str) -> None:
    found = problems(program(declaration))
    assert code in {each.code for each in found}
    assert any(message in each.message and each.remedy and each.line == 3 for each in found)


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("{exe: bin/p, sha256: SHA, box: {net: none}}", "E-PAT", "no absolute path"),
        ("{exe: /bin/p, sha256: abc, box: {net: none}}", "E-KEY", "no SHA-256"),
        ("{sha256: SHA, box: {net: none}}", "E-KEY", "needs `exe`"),
        ("{exe: /bin/p, box: {net: none}}", "E-KEY", "needs `sha256`"),
        ("{exe: /bin/p, sha256: SHA}", "E-KEY", "needs `box`"),
        ("{exe: /bin/p, sha256: SHA, box: {net: open}}", "E-KEY", "no `net: open`"),
        ("{exe: /bin/p, sha256: SHA, box: {raed: [/a]}}", "E-KEY", "unknown key `raed`"),
        ("{exe: /bin/p, sha256: SHA, box: {read: ['/a/*/b']}}", "E-PAT", "star inside"),
        ("{exe: /bin/p, sha256: SHA, box: {read: [a]}}", "E-PAT", "no absolute path"),
        ("x", "E-KEY", "is text"),
    ],
)
def test_what_a_box_may_not_say(text: str, code: str, message: str) -> None:
    found = problem(f"programs:\n  p: {text.replace('SHA', repr(SHA))}\n")
    assert (found.code, found.line) == (code, 4)
    assert message in found.message
    assert found.remedy


@pytest.mark.parametrize("name", ["file.read", "process.run", "process.kill", "any", "a b"])
def test_names_that_no_program_has(name: str) -> None:
    found = problem(f"programs: {{'{name}': {{exe: /bin/p, sha256: '{SHA}', box: {{net: none}}}}}}\n")
    assert (found.code, found.line) == ("E-KEY", 3)
