"""Guards above a policy, vocabularies beside it, pins, and the identity over all files."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from havocproof.errors import PolicyError
from havocproof.policy import load_policy, loads_policy
from tests.policy.folder import head, only_wrong, opened, put, wrong
from tests.policy.sessions import Session
from tests.policy.support import part, told

GUARD = (
    head("firm", "guard")
    + """\
vocabulary: [names.yaml]
approvals: {risk: {role: risk, people: 1, within: 4h}}
labels: {seen: {from: [{file.read: {path: /secret/**}}], guards: [money.payment]}}
rules:
  firm:
    - {id: hosts, forbid: http.request, unless: {host: $hosts}, why: Not on the list., remedy: Use a listed host.}
    - {id: large, forbid: money.payment, where: {amount: {above: 100.00 USD}}, needs: risk, why: Risk looks at it.}
budgets: {paid: {amount: 500.00 USD, of: money.payment, per: [tenant]}}
"""
)
NAMES = (
    head("names", "vocabulary")
    + """\
sets: {hosts: {host: [a.example, "**.b.example"]}, vendors: {name: [v1, v2]}}
tools: {look: {effect: read, args: {at: name}}}
"""
)
POLICY = (
    head("desk")
    + """\
under: [firm.yaml]
vocabulary: [names.yaml]
approvals: {boss: {role: boss, people: 1, within: 1d}}
rules:
  all:
    - {permit: http.request, where: {host: any, path: any, method: GET}}
    - {permit: file.read, where: {path: any}}
    - {permit: look}
    - {permit: money.payment, where: {account: a, payee: $vendors, amount: {max: 50.00 USD}}}
    - id: more
      ask: money.payment
      where: {account: a, payee: $vendors, amount: {above: 50.00 USD}}
      needs: boss
      why: The boss looks at it.
"""
)
FILES = {"policy.yaml": POLICY, "firm.yaml": GUARD, "names.yaml": NAMES}
PAY = {"account": "a", "payee": "v1", "idempotency_key": "k"}


class TestGuards:
    def test_a_guard_narrows_and_its_needs_are_added(self, tmp_path: Path) -> None:
        session = Session(opened(tmp_path, FILES))
        assert session.do("http.request", host="a.example", path="/") == "permit"
        assert session.do("http.request", host="c.example", path="/") == "never firm/hosts"
        assert session.do("money.payment", amount="50.00 USD", **PAY) == "permit"
        assert session.do("money.payment", amount="60.00 USD", **PAY) == "ask boss"
        assert session.do("money.payment", amount="100.01 USD", **PAY) == "ask boss firm/risk"

    def test_what_a_guard_says_is_told(self, tmp_path: Path) -> None:
        found = told(opened(tmp_path, FILES), "http.request", host="c.example", path="/")
        assert (found.rule, found.why, found.remedy) == ("firm/hosts", "Not on the list.", "Use a listed host.")

    def test_its_labels_and_budgets_count(self, tmp_path: Path) -> None:
        policy = opened(tmp_path, FILES)
        session = Session(policy)
        session.do("file.read", path="/secret/a")
        assert session.do("money.payment", amount="1.00 USD", **PAY) == "never label:firm/seen"
        spent = Session(policy)
        for number in range(10):
            key = {**PAY, "idempotency_key": str(number)}
            assert spent.do("money.payment", amount="50.00 USD", **key) == "permit"
        found = spent.told("money.payment", amount="0.01 USD", **PAY)
        assert (found.kind, found.facts["budget"]) == ("later", "firm/paid")

    def test_equal_names_of_two_layers_are_two_things(self, tmp_path: Path) -> None:
        own = POLICY.replace("{boss: {role: boss, people: 1", "{risk: {role: clerk, people: 2")
        own = own.replace("needs: boss", "needs: risk") + "budgets: {paid: {count: 9, of: money.payment, per: [run]}}\n"
        policy = opened(tmp_path, {**FILES, "policy.yaml": own})
        assert sorted(policy.source.budgets) == ["firm/paid", "paid"]
        assert {name: quorum.roles for name, quorum in policy.source.quorums.items()} == {
            "risk": (("clerk", 2),),
            "firm/risk": (("risk", 1),),
        }
        assert Session(policy).do("money.payment", amount="101.00 USD", **PAY) == "ask firm/risk risk"

    def test_what_a_guard_counted_keeps_its_name_whatever_stands_below(self, tmp_path: Path) -> None:
        session = Session(opened(tmp_path, FILES))
        assert session.do("money.payment", amount="50.00 USD", **PAY) == "permit"
        taken = POLICY + "budgets: {paid: {amount: 9000.00 USD, of: money.payment, per: [tenant]}}\n"
        later = Session(opened(tmp_path, {**FILES, "policy.yaml": taken}), session.cells)
        for number in range(9):
            key = {**PAY, "idempotency_key": str(number)}
            assert later.do("money.payment", amount="50.00 USD", **key) == "permit"
        assert later.told("money.payment", amount="0.01 USD", **PAY).facts["budget"] == "firm/paid"

    def test_guards_above_guards(self, tmp_path: Path) -> None:
        top = head("top", "guard") + "rules: {g: [{id: no, forbid: dir.make, why: Nobody makes these.}]}\n"
        files = {**FILES, "firm.yaml": GUARD + "under: [top.yaml]\n", "top.yaml": top}
        found = told(opened(tmp_path, files), "dir.make", path="/x")
        assert (found.kind, found.rule) == ("never", "top/no")

    def test_limits_for_each_agent_and_soft_ones(self, tmp_path: Path) -> None:
        guard = head("g", "guard") + (
            "approvals: {cfo: {role: cfo, people: 1, within: 1d}}\n"
            "budgets:\n"
            "  calls: {count: 2, of: model.call, per: [agent]}\n"
            "  spend: {cost: 9.00 USD, of: model.call, per: [run], soft: {above: 1.00 USD, needs: cfo}}\n"
        )
        own = head("p") + (
            "under: [g.yaml]\nagents: {a: {uses: [m], starts: [b]}, b: {uses: [m]}}\n"
            "rules: {m: [{permit: model.call, where: {model: any, cost: {max: 5.00 USD}}}]}\n"
        )
        policy = opened(tmp_path, {"policy.yaml": own, "g.yaml": guard})
        scopes = {"agent": "b", "self": "x1", "agent.0": "x0", "agent.1": "x1"}
        session = Session(policy, scopes=scopes)

        def call(minor: int) -> str:
            return session.parts((part("model.call", {"model": "m", "via": ""}, tokens=1, cost=minor),))

        assert call(60) == "permit"
        assert call(60) == "ask g/cfo"
        assert policy.approval("g/spend~soft").name == "g/cfo"
        assert call(10) == "permit"
        assert call(1) == "later"

    def test_all_layers_write_costs_in_one_currency(self, tmp_path: Path) -> None:
        guard = head("g", "guard") + "budgets: {b: {cost: 9.00 EUR, of: model.call, per: [run]}}\n"
        rule = "rules: {m: [{permit: model.call, where: {model: any%s}}]}\n"
        files = {"policy.yaml": head("p") + "under: [g.yaml]\n" + rule.replace("%s", ""), "g.yaml": guard}
        assert opened(tmp_path, files).cost_currency == "EUR"
        files["policy.yaml"] = files["policy.yaml"].replace("model: any", "model: any, cost: {max: 1.00 USD}")
        found = only_wrong(tmp_path, files)
        assert (found.code, found.file, found.line) == ("E-INT", "g.yaml", 4)

    def test_a_tool_of_the_policy_is_in_the_classes_of_its_guard(self, tmp_path: Path) -> None:
        guard = head("g", "guard") + "rules: {g: [{id: no, forbid: all.send, why: Nothing leaves.}]}\n"
        own = (
            head("p")
            + "under: [g.yaml]\ntools: {post: {effect: send, args: {to: name}}}\nrules: {r: [{permit: post}]}\n"
        )
        policy = opened(tmp_path, {"policy.yaml": own, "g.yaml": guard})
        assert told(policy, "post", to="x").rule == "g/no"
        assert [(each.code, each.line) for each in policy.warnings] == [("W-DEAD", 5)]

    @pytest.mark.parametrize(
        ("line", "code", "message"),
        [
            ("rules: {g: [{permit: dir.list, where: {path: /a}}]}", "E-KEY", "this permits an action"),
            (
                "rules: {g: [{ask: dir.list, where: {path: /a}, needs: b, why: x}]}",
                "E-KEY",
                "this asks for an action",
            ),
            ("tools: {t: {effect: read}}", "E-KEY", "a guard has no `tools`"),
            ("agents: {a: {uses: [g]}}", "E-KEY", "a guard has no `agents`"),
            ("examples: [{do: x, expect: deny}]", "E-KEY", "a guard has no `examples`"),
            ("rules: {g: [{forbid: post, why: x}]}", "E-VERB", "no verb, program or tool `post`"),
            ("rules: {g: [{forbid: dir.list, where: {path: $mine}, why: x}]}", "E-REF", "no set `$mine`"),
        ],
    )
    def test_what_a_guard_may_not_say(self, tmp_path: Path, line: str, code: str, message: str) -> None:
        own = head("p") + (
            "under: [sub/g.yaml]\ntools: {post: {effect: send}}\n"
            "sets: {mine: {path: [/a]}}\nrules: {r: [{permit: post}]}\n"
        )
        found = only_wrong(tmp_path, {"policy.yaml": own, "sub/g.yaml": head("g", "guard") + line + "\n"})
        assert (found.code, found.file, found.line) == (code, "sub/g.yaml", 4)
        assert message in found.message
        assert found.remedy

    @pytest.mark.parametrize("kind", ["guard", "vocabulary"])
    def test_alone_it_does_not_load(self, kind: str) -> None:
        with pytest.raises(PolicyError) as caught:
            loads_policy(head("g", kind), "g.yaml")
        (found,) = caught.value.problems
        assert (found.code, found.line) == ("E-KEY", 3)
        assert "does not load alone" in found.message
        assert "[g.yaml]" in found.remedy

    def test_at_most_five_layers(self, tmp_path: Path) -> None:
        guards = {f"g{n}.yaml": head(f"g{n}", "guard") for n in range(5)}
        body = "rules: {r: [{permit: dir.list, where: {path: /a}}]}\n"
        four = head("p") + f"under: [{', '.join(list(guards)[:4])}]\n" + body
        assert opened(tmp_path, {"policy.yaml": four, **guards}).name == "p"
        five = head("p") + f"under: [{', '.join(guards)}]\n" + body
        found = only_wrong(tmp_path, {"policy.yaml": five, **guards})
        assert (found.code, found.line) == ("E-CELLS", 3)
        assert "6 layers" in found.message

    def test_layers_have_names_of_their_own(self, tmp_path: Path) -> None:
        found = only_wrong(tmp_path, {**FILES, "policy.yaml": POLICY.replace("policy: desk", "policy: firm")})
        assert (found.code, found.file, found.line) == ("E-DUP", "firm.yaml", 2)


class TestVocabularies:
    def test_names_are_shared_and_each_file_is_read_once(self, tmp_path: Path) -> None:
        policy = opened(tmp_path, FILES)
        assert set(policy.tools) == {"look"}
        assert told(policy, "look", at="x").kind == "permit"

    def test_a_vocabulary_may_name_others(self, tmp_path: Path) -> None:
        files = {
            "policy.yaml": head("p") + "vocabulary: [a.yaml]\nrules: {g: [{permit: dir.list, where: {path: $deep}}]}\n",
            "a.yaml": head("a", "vocabulary") + "vocabulary: [sub/b.yaml]\n",
            "sub/b.yaml": head("b", "vocabulary") + "vocabulary: [c.yaml]\n",
            "sub/c.yaml": head("c", "vocabulary") + "sets: {deep: {path: {file: paths.txt}}}\n",
            "sub/paths.txt": "/x\n",
        }
        policy = opened(tmp_path, files)
        assert told(policy, "dir.list", path="/x").kind == "permit"

    def test_two_that_name_each_other(self, tmp_path: Path) -> None:
        files = {
            "policy.yaml": head("p") + "vocabulary: [a.yaml]\nrules: {g: [{permit: dir.list, where: {path: $b}}]}\n",
            "a.yaml": head("a", "vocabulary") + "vocabulary: [b.yaml]\nsets: {a: {path: [/a]}}\n",
            "b.yaml": head("b", "vocabulary") + "vocabulary: [a.yaml]\nsets: {b: {path: [$a]}}\n",
        }
        assert told(opened(tmp_path, files), "dir.list", path="/a").kind == "permit"

    def test_only_who_names_it_knows_its_names(self, tmp_path: Path) -> None:
        found = wrong(tmp_path, {**FILES, "policy.yaml": POLICY.replace("vocabulary: [names.yaml]\n", "")})
        assert {(each.code, each.file) for each in found} == {
            ("E-VERB", str(tmp_path / "policy.yaml")),
            ("E-REF", str(tmp_path / "policy.yaml")),
        }

    @pytest.mark.parametrize(
        ("section", "line"),
        [
            ("sets: {vendors: {name: [x]}}\n", 2),
            ("tools: {look: {effect: read}}\n", 2),
            ("programs: {look: {exe: /bin/a, sha256: " + "0" * 64 + ", box: {net: none}}}\n", 2),
        ],
    )
    def test_a_name_defined_twice(self, tmp_path: Path, section: str, line: int) -> None:
        found = wrong(tmp_path, {**FILES, "policy.yaml": POLICY + section})
        assert [each.code for each in found] == ["E-DUP"]
        assert f"line {4 if 'sets' in section else 5} of names.yaml" in found[0].message

    def test_it_holds_names_only(self, tmp_path: Path) -> None:
        found = only_wrong(tmp_path, {**FILES, "names.yaml": NAMES + "budgets: {b: {count: 1}}\n"})
        assert (found.code, found.file, found.line) == ("E-KEY", "names.yaml", 6)

    @pytest.mark.parametrize(
        ("key", "file"), [("under", "names.yaml"), ("vocabulary", "firm.yaml"), ("under", "other.yaml")]
    )
    def test_each_key_names_files_of_its_kind(self, tmp_path: Path, key: str, file: str) -> None:
        other = head("other") + "rules: {r: [{permit: dir.list, where: {path: /a}}]}\n"
        own = head("p") + f"{key}: [{file}]\nrules: {{r: [{{permit: dir.list, where: {{path: /a}}}}]}}\n"
        found = only_wrong(tmp_path, {**FILES, "policy.yaml": own, "other.yaml": other})
        assert (found.code, found.line) == ("E-REF", 3)
        assert file in found.message


class TestFiles:
    @pytest.mark.parametrize("name", ["../firm.yaml", "/etc/passwd", "sub/../firm.yaml", "missing.yaml"])
    def test_files_stand_beside_the_one_that_names_them(self, tmp_path: Path, name: str) -> None:
        found = wrong(tmp_path, {**FILES, "policy.yaml": POLICY.replace("[firm.yaml]", f"[{name}]")})
        assert [(each.code, each.line) for each in found] == [("E-REF", 3)]

    def test_a_text_has_no_folder(self) -> None:
        with pytest.raises(PolicyError) as caught:
            loads_policy(POLICY)
        assert {(each.code, each.line) for each in caught.value.problems} >= {("E-REF", 3), ("E-REF", 4)}

    def test_a_pin_holds_the_bytes(self, tmp_path: Path) -> None:
        digest = hashlib.sha256(GUARD.encode()).hexdigest()
        pinned = POLICY.replace("[firm.yaml]", f"[firm.yaml@sha256:{digest}]")
        assert opened(tmp_path, {**FILES, "policy.yaml": pinned}).name == "desk"
        found = only_wrong(tmp_path, {**FILES, "policy.yaml": pinned, "firm.yaml": GUARD + "# one comment more\n"})
        assert (found.code, found.line) == ("E-LOCK", 3)
        assert "not the file that was pinned" in found.message

    @pytest.mark.parametrize("pin", ["abc", "0" * 63, "G" * 64])
    def test_a_pin_is_a_whole_digest(self, tmp_path: Path, pin: str) -> None:
        own = POLICY.replace("[firm.yaml]", f"[firm.yaml@sha256:{pin}]")
        found = only_wrong(tmp_path, {**FILES, "policy.yaml": own})
        assert (found.code, found.line) == ("E-REF", 3)

    def test_a_pinned_list(self, tmp_path: Path) -> None:
        digest = hashlib.sha256(b"/x\n").hexdigest()
        own = head("p") + (
            f"sets: {{s: {{path: {{file: 'p.txt@sha256:{digest}'}}}}}}\n"
            "rules: {g: [{permit: dir.list, where: {path: $s}}]}\n"
        )
        assert opened(tmp_path, {"policy.yaml": own, "p.txt": "/x\n"}).name == "p"
        assert only_wrong(tmp_path, {"policy.yaml": own, "p.txt": "/y\n"}).code == "E-LOCK"

    def test_problems_of_all_files_are_told_at_once(self, tmp_path: Path) -> None:
        found = wrong(
            tmp_path,
            {
                "policy.yaml": POLICY + "wrong: x\n",
                "firm.yaml": GUARD.replace("$hosts", "$hosst"),
                "names.yaml": NAMES.replace("effect: read", "effect: raed"),
            },
        )
        assert sorted((Path(each.file).name, each.line, each.code) for each in found) == [
            ("firm.yaml", 9, "E-REF"),
            ("names.yaml", 5, "E-KEY"),
            ("policy.yaml", 17, "E-KEY"),
        ]


class TestIdentity:
    def test_it_is_over_all_files(self, tmp_path: Path) -> None:
        first = opened(tmp_path, FILES)
        seen = {first.digest}
        for name in FILES:
            seen.add(opened(tmp_path, {**FILES, name: FILES[name] + "# a comment\n"}).digest)
        assert len(seen) == 4
        assert opened(tmp_path, FILES).digest == first.digest
        assert first.source.id == first.digest

    def test_where_the_folder_stands_says_nothing(self, tmp_path: Path) -> None:
        one, two = put(tmp_path / "one", FILES), put(tmp_path / "two", FILES)
        assert load_policy(one).digest == load_policy(two).digest
