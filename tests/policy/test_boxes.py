"""What starting a program counts as, because of its box: for facts, labels, guards; and what a box cannot honour."""

from __future__ import annotations

from pathlib import Path

import pytest

from havocproof.policy import Policy
from tests.policy.folder import head, opened
from tests.policy.sessions import Session
from tests.policy.support import load, rules

SHA = "0" * 64
PERMITS = (
    "    - {permit: [file.read, file.write, file.append, file.delete, dir.list, dir.make], where: {path: any}}\n"
    "    - {permit: build}\n"
)


def declared(box: str, more: str = "") -> str:
    return f"programs: {{build: {{exe: /bin/build, sha256: '{SHA}', box: {box}{more}}}}}\n"


def body(box: str, rest: str, rule: str = "") -> str:
    """The program `build`, permits of it and of all files, and what else is given."""
    return declared(box) + rest + "rules:\n  g:\n" + PERMITS + (f"    - {rule}\n" if rule else "")


def boxes(policy: Policy) -> list[str]:
    return [each.message for each in policy.warnings if each.code == "W-BOX"]


class TestFacts:
    FACTS = "tools: {commit: {effect: change}, test: {effect: read}}\nfacts: {tested: {by: test, until: %s}}\n"

    def after(self, box: str, until: str) -> bool:
        """Whether a fact still holds after the start of a program."""
        facts = self.FACTS.replace("%s", until)
        session = Session(load(body(box, facts, "{permit: test}").replace("{permit: test}", COMMIT)))
        assert session.do("test") == "permit"
        assert session.do("commit") == "permit"
        assert session.do("build") == "permit"
        return session.do("commit") == "permit"

    @pytest.mark.parametrize(
        ("until", "holds"),
        [
            ("{file.write: {path: /repo/src/**}}", False),
            ("{file.append: {path: /repo/src/**}}", False),
            ("{dir.make: {path: /repo/src/a/b}}", False),
            ("{any: [file.write], where: {path: /repo/src/*/x}}", False),
            ("{file.write: {path: /repo/src/a.py}}", False),
            ("{file.write: {path: /**}}", False),
            ("{file.write: {path: /repo/doc/**}}", True),
            ("{file.write: {path: {not: /repo/**}}}", True),
            ("{file.write: {path: {not: /repo/src/a/**}}}", False),
            ("{file.write: {name: x.py}}", False),
            ("{file.write: {within: .git}}", False),
            ("{file.write: {via: none}}", True),
            ("{file.write: {via: build}}", False),
            ("{file.delete: {path: /repo/src/**}}", True),
            ("{file.read: {path: /repo/src/**}}", True),
        ],
    )
    def test_what_it_may_write_resets(self, until: str, holds: bool) -> None:
        assert self.after("{write: [/repo/src/**]}", until) is holds

    @pytest.mark.parametrize(
        ("until", "holds"),
        [
            ("{file.delete: {path: /repo/a.txt}}", False),
            ("{file.delete: {name: a.txt}}", False),
            ("{file.delete: {ext: txt}}", False),
            ("{file.delete: {ext: py}}", True),
            ("{file.delete: {name: b.txt}}", True),
            ("{file.delete: {within: repo}}", False),
            ("{file.delete: {within: src}}", True),
        ],
    )
    def test_a_single_file_is_known_by_its_name(self, until: str, holds: bool) -> None:
        assert self.after("{delete: [/repo/a.txt]}", until) is holds

    def test_it_is_no_licence(self) -> None:
        facts = "tools: {commit: {effect: change}}\nfacts: {tested: {by: {file.write: {path: /out/**}}}}\n"
        session = Session(load(body("{write: [/out/**]}", facts, COMMIT.splitlines()[0])))
        assert session.do("build") == "permit"
        assert session.do("commit").startswith("first")
        assert session.do("file.write", path="/out/a", content="x") == "permit"
        assert session.do("commit") == "permit"

    def test_it_is_an_obstacle(self) -> None:
        facts = "tools: {commit: {effect: change}}\nfacts: {read: {by: {file.read: {path: /private/**}}}}\n"
        rule = "{permit: commit, when: {never_after: read}}"
        session = Session(load(body("{read: [/private/a/**]}", facts, rule)))
        assert session.do("commit") == "permit"
        assert session.do("build") == "permit"
        assert session.do("commit") != "permit"

    def test_the_program_that_sets_a_fact_does_not_reset_it(self) -> None:
        facts = (
            "tools: {commit: {effect: change}}\nfacts: {tested: {by: build, until: {file.write: {path: /out/**}}}}\n"
        )
        session = Session(load(body("{write: [/out/**]}", facts, COMMIT.splitlines()[0])))
        assert session.do("build") == "permit"
        assert session.do("commit") == "permit"
        assert session.do("file.write", path="/out/a", content="x") == "permit"
        assert session.do("commit") != "permit"


COMMIT = "{permit: commit, when: {after: tested}}\n    - {permit: test}"


class TestLabels:
    LABELS = (
        "tools: {post: {effect: send}}\nlabels: {private: {from: [{file.read: {path: /private/**}}], guards: [post]}}\n"
    )

    @pytest.mark.parametrize(
        ("box", "carried"), [("{read: [/private/a]}", True), ("{read: [/**]}", True), ("{write: [/private/**]}", False)]
    )
    def test_what_it_may_read_is_a_source(self, box: str, carried: bool) -> None:
        session = Session(load(body(box, self.LABELS, "{permit: post}")))
        assert session.do("post") == "permit"
        assert session.do("build") == "permit"
        assert (session.do("post") == "never label:private") is carried

    def test_a_guarded_verb_holds_back_programs_that_can_do_it(self) -> None:
        labels = self.LABELS.replace("[post]", "[all.change]")
        for box, held in (("{write: [/x/**]}", True), ("{read: [/x/**]}", False)):
            session = Session(load(body(box, labels, "{permit: post}")))
            assert session.do("file.read", path="/private/a") == "permit"
            assert (session.do("build") == "never label:private") is held

    def test_what_was_written_before_is_read_by_the_program(self) -> None:
        session = Session(load(body("{read: [/work/**]}", self.LABELS, "{permit: post}")))
        assert session.do("file.read", path="/private/a") == "permit"
        assert session.do("file.write", path="/work/notes", content="x") == "permit"
        other = Session(session.policy, session.cells, {"self": "s2", "session": "s2", "run": "r2", "agent.0": "s2"})
        other.now = session.now
        assert other.do("post") == "permit"
        assert other.do("build") == "permit"
        assert other.do("post") == "never label:private"

    def test_what_a_program_may_have_written_carries_its_labels(self) -> None:
        session = Session(load(body("{write: [/out/**]}", self.LABELS, "{permit: post}")))
        assert session.do("file.read", path="/private/a") == "permit"
        assert session.do("build") == "permit"
        other = Session(session.policy, session.cells, {"self": "s2", "session": "s2", "run": "r2", "agent.0": "s2"})
        other.now = session.now
        assert other.do("file.read", path="/elsewhere") == "permit"
        assert other.do("post") == "permit"
        assert other.do("file.read", path="/out/log") == "permit"
        assert other.do("post") == "never label:private"


class TestForbids:
    @pytest.mark.parametrize(
        ("box", "rule", "told"),
        [
            ("{read: [/repo/**]}", "{id: no, forbid: file.read, where: {name: .env}, why: x}", "read /repo/.env,"),
            ("{read: [/repo/**]}", "{id: no, forbid: file.read, where: {path: /repo/a/b}, why: x}", "read /repo/a/b,"),
            ("{read: [/repo/**]}", "{id: no, forbid: file.read, where: {within: .git}, why: x}", "read /repo/.git/**,"),
            ("{read: [/repo/a.py]}", "{id: no, forbid: file.read, where: {ext: py}, why: x}", "read /repo/a.py,"),
            ("{write: [/r/**]}", "{id: no, forbid: dir.make, where: {path: /r/*/x}, why: x}", "write /r/x/x,"),
            (
                "{delete: [/r/**]}",
                "{id: no, forbid: file.delete, where: {path: any, ext: md}, why: x}",
                "delete /r/x.md,",
            ),
            ("{delete: [/r/**]}", "{id: no, forbid: all.destroy, why: x}", "delete /r/**,"),
            (
                "{read: [/a/**]}",
                "{id: no, forbid: file.read, where: {path: /**}, unless: {path: /b/**}, why: x}",
                "read /a/**,",
            ),
        ],
    )
    def test_a_forbid_of_the_policy_itself_is_a_warning(self, box: str, rule: str, told: str) -> None:
        own = declared(box) + f"rules:\n  g:\n    - {{permit: build}}\n    - {rule}\n"
        policy = load(own)
        (found,) = boxes(policy)
        assert found == f"`build` can {told} which `no` at line 7 forbids"
        assert [each.line for each in policy.warnings] == [3]
        assert Session(policy).do("build") == "permit"

    @pytest.mark.parametrize(
        ("box", "rule"),
        [
            ("{read: [/repo/**]}", "{forbid: file.read, where: {path: /other/**}, why: x}"),
            ("{read: [/repo/**]}", "{forbid: file.write, where: {path: /repo/**}, why: x}"),
            ("{read: [/repo/**]}", "{forbid: file.read, where: {via: none, path: /repo/a}, why: x}"),
            ("{read: [/repo/**]}", "{forbid: file.read, unless: {path: /repo/**}, why: x}"),
            ("{read: [/repo/a.py]}", "{forbid: file.read, where: {name: b.py}, why: x}"),
            ("{read: [/repo/a.py]}", "{forbid: file.read, where: {within: src}, why: x}"),
            ("{read: [/repo/a.py]}", "{forbid: file.read, where: {ext: md}, why: x}"),
        ],
    )
    def test_what_does_not_speak_of_the_box(self, box: str, rule: str) -> None:
        assert boxes(load(declared(box) + f"rules:\n  g:\n    - {{permit: build}}\n    - {rule}\n")) == []

    def test_a_forbid_that_names_the_program_keeps_it_from_starting(self) -> None:
        rule = "{id: no, forbid: file.read, where: {path: /repo/a, via: build}, why: x}"
        policy = load(declared("{read: [/repo/**]}") + f"rules:\n  g:\n    - {{permit: build}}\n    - {rule}\n")
        assert Session(policy).do("build") == "never no"
        assert boxes(policy) == ["`build` is never started: it can read /repo/a, which `no` at line 7 forbids"]

    def test_it_may_wait_for_people_or_for_a_label(self) -> None:
        rest = "approvals: {boss: {role: boss, people: 1, within: 1d}}\nlabels: {seen: {from: host}}\n"
        rule = "{id: no, forbid: file.read, where: {path: /a, via: build}, needs: boss, why: x}"
        session = Session(load(body("{read: [/a]}", rest.splitlines()[0] + "\n", rule)))
        assert session.do("build") == "ask boss"
        rule = "{id: no, forbid: file.read, where: {path: /a, via: build}, when: {carries: seen}, why: x}"
        session = Session(load(body("{read: [/a]}", rest.splitlines()[1] + "\n", rule)))
        assert session.do("build") == "permit"
        session.tell(session.policy.labels["seen"].mark)
        assert session.do("build") == "never no"
        assert boxes(session.policy) == []


class TestGuards:
    def under(self, tmp_path: Path, box: str, rule: str) -> Policy:
        guard = head("firm", "guard") + f"rules: {{g: [{rule}]}}\n"
        own = head("p") + "under: [firm.yaml]\n" + declared(box) + "rules: {g: [{permit: build}]}\n"
        return opened(tmp_path, {"policy.yaml": own, "firm.yaml": guard})

    @pytest.mark.parametrize(
        ("box", "rule", "verdict"),
        [
            ("{read: [/**]}", "{id: no, forbid: file.read, where: {path: /secret/**}, why: x}", "never firm/no"),
            ("{read: [/secret/a]}", "{id: no, forbid: file.read, where: {path: /secret/**}, why: x}", "never firm/no"),
            ("{read: [/a/**]}", "{id: no, forbid: file.read, unless: {path: /a/b/**}, why: x}", "never firm/no"),
            ("{write: [/a/**, /b/**]}", "{id: no, forbid: file.append, where: {path: /b/c}, why: x}", "never firm/no"),
            ("{read: [/a/.ssh/id]}", "{id: no, forbid: file.read, where: {within: .ssh}, why: x}", "never firm/no"),
            ("{read: [/a/**]}", "{id: no, forbid: file.read, where: {path: /secret/**}, why: x}", "permit"),
            ("{read: [/a/b/**]}", "{id: no, forbid: file.read, unless: {path: /a/**}, why: x}", "permit"),
            ("{read: [/a/**]}", "{id: no, forbid: file.read, where: {within: .ssh}, why: x}", "permit"),
            ("{write: [/a/**]}", "{id: no, forbid: file.write, where: {bytes: {above: 1 MiB}}, why: x}", "permit"),
        ],
    )
    def test_a_guard_narrows_boxes_too(self, tmp_path: Path, box: str, rule: str, verdict: str) -> None:
        assert Session(self.under(tmp_path, box, rule)).do("build") == verdict

    def test_what_cannot_be_honoured_is_told_with_both_files(self, tmp_path: Path) -> None:
        policy = self.under(tmp_path, "{read: [/a/**]}", "{id: no, forbid: file.read, where: {name: id}, why: x}")
        (found,) = [each for each in policy.warnings if each.code == "W-BOX"]
        assert found.message == "`build` can read /a/id, which `no` at line 4 of firm.yaml forbids"
        assert (Path(found.file).name, found.line) == ("policy.yaml", 4)
        assert not any("build" in rule.verbs for rule in rules(policy, "firm/no"))
