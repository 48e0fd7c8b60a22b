"""Trees of agents that do not load, and what may drop a label."""

from __future__ import annotations

import pytest

from tests.policy.family import Worker
from tests.policy.support import load, problem, problems

SMALL = (
    "agents:\n  a: {uses: [g], starts: [b]}\n  b: {uses: [g]}\nrules: {g: [{permit: dir.list, where: {path: any}}]}\n"
)


@pytest.mark.parametrize(
    ("old", "new", "code", "line", "words"),
    [
        ("starts: [b]", "starts: [bb]", "E-REF", 4, "no agent `bb`"),
        ("starts: [b]", "starts: [b], hands_to: [nobody]", "E-REF", 4, "no agent `nobody`"),
        ("b: {uses: [g]}", "b: {uses: [g, gg]}", "E-REF", 5, "no group `gg`"),
        ("a: {uses: [g]", "a: {objective: x", "E-WIDE", 5, "`b` has `g`, which `a` neither uses nor delegates"),
        ("b: {uses: [g]}", "b: {uses: [g], delegates: [h]}", "E-REF", 5, "no group `h`"),
        ("a: {uses: [g]", "a: {uses: [g, gg]", "E-REF", 4, "no group `gg`"),
        ("a: {uses: [g]", "a: {uses: [g], delegates: [h]", "E-REF", 4, "no group `h`"),
        ("b: {uses: [g]}", "b: {uses: [g], drops: [web]}", "E-REF", 5, "no label `web`"),
        ("b: {uses: [g]}", "b: {uses: [g], share: {tokens: 1}}", "E-REF", 5, "no budget `tokens`"),
        ("b: {uses: [g]}", "b: {uses: [g], start: [a]}", "E-KEY", 5, "unknown key `start` in an agent"),
        ("b: {uses: [g]}", "b: {uses: [g], starts: [a]}", "E-REF", 4, "start each other"),
        ("b: {uses: [g]}", "b: {uses: [g], starts: [b]}", "E-DUP", 5, "started by `a` already"),
        ("b: {uses: [g]}", "b: {uses: [g], root: true}", "E-KEY", 5, "no root"),
        ("b: {uses: [g]}", "b: {uses: [g], root: maybe}", "E-KEY", 5, "`root` is true"),
        ("b: {uses: [g]}", "b: [g]", "E-KEY", 5, "agent `b` is a list"),
        ("b: {uses: [g]}", "b: {uses: {g: x}}", "E-KEY", 5, "`uses` is one word or a list"),
        ("b: {uses: [g]}", "b: {uses: [g, g]}", "E-DUP", 5, "`g` twice"),
        ("b: {uses: [g]}", "b: {uses: [g], objective: [x]}", "E-KEY", 5, "`objective` is a list"),
        ("b: {uses: [g]}", "b: {uses: [g], returns: text}", "E-KEY", 5, "`returns` is text"),
        ("b: {uses: [g]}", "b: {uses: [g], returns: {x: txt}}", "E-KEY", 5, "no type `txt`"),
        ("b: {uses: [g]}", "b: {uses: [g], returns: {x: url}}", "E-KEY", 5, "`url` is no type"),
        ("b: {uses: [g]}", "b: {uses: [g], returns: {x y: text}}", "E-KEY", 5, "no name of a field"),
        ("b: {uses: [g]}", "b: {uses: [g], returns: {x: $nothing}}", "E-REF", 5, "no set `$nothing`"),
        ("b: {uses: [g]}", "b: {uses: [g], returns: {x: $no.field}}", "E-REF", 5, "no record `no`"),
        ("rules: {g:", "rules: {h: [{permit: dir.make, where: {path: any}}], g:", "E-DEAD", 6, "no agent uses"),
        ("permit: dir.list, where: {path: any}", "permit: agent.spawn", "E-VERB", 6, "the section `agents` alone"),
        ("permit: dir.list, where: {path: any}", "ask: agent.report, needs: b, why: x", "E-VERB", 6, "`agents` alone"),
        (
            "rules: {g: [",
            "rules: {g: [{forbid: agent.spawn, where: {agent: bb}, why: x}, ",
            "E-REF",
            6,
            "no agent `bb`",
        ),
        (
            "rules: {g: [",
            "rules: {g: [{forbid: agent.spawn, unless: {agent: [b, bb]}, why: x}, ",
            "E-REF",
            6,
            "no agent `bb`",
        ),
        (
            "rules: {g: [",
            "budgets: {h: {count: 1, of: {agent.handoff: {agent: bb}}, per: [run]}}\nrules: {g: [",
            "E-REF",
            6,
            "no agent `bb`",
        ),
        ("a: {uses: [g]", "a: {uses: [g], returns: {ok: bool}", "E-DEAD", 4, "`returns` of `a`, which nobody starts"),
    ],
)
def test_what_a_tree_may_not_be(old: str, new: str, code: str, line: int, words: str) -> None:
    assert old in SMALL
    found = [each for each in problems(SMALL.replace(old, new)) if words in each.message]
    assert found, [str(each) for each in problems(SMALL.replace(old, new))]
    assert (found[0].code, found[0].line) == (code, line)
    assert found[0].remedy


def test_near_names_are_offered() -> None:
    assert problem(SMALL.replace("starts: [b]", "starts: [b], hands_to: [bb]")).remedy == "Did you mean `b`?"
    long = SMALL.replace("[g", "[sources").replace("{g:", "{sources:")
    found = problem(long.replace("b: {uses: [sources]", "b: {uses: [sourcs]"))
    assert (found.code, found.remedy) == ("E-REF", "Did you mean `sources`?")


def test_what_a_parent_lacks_cannot_be_passed_on_by_its_child() -> None:
    body = (
        "agents:\n  a: {uses: [g], starts: [b]}\n  b: {uses: [g], delegates: [h], starts: [c]}\n  c: {uses: [h]}\n"
        "rules: {g: [{permit: dir.list, where: {path: any}}], h: [{permit: dir.make, where: {path: any}}]}\n"
    )
    found = problem(body)
    assert (found.code, found.line, found.remedy) == ("E-WIDE", 5, "Add it to a's `delegates`, or take it out.")
    wide = load(body.replace("a: {uses: [g],", "a: {uses: [g], delegates: [h],"))
    child = Worker(wide).start("b")
    assert child.do("dir.make", path="/a") != "permit"
    assert child.start("c").do("dir.make", path="/a") == "permit"


def test_an_agent_has_one_parent() -> None:
    body = (
        "agents:\n  a: {uses: [g], starts: [b, c]}\n  b: {uses: [g], hands_to: [d]}\n  c: {uses: [g], starts: [d]}\n"
        "  d: {uses: [g]}\nrules: {g: [{permit: dir.list, where: {path: any}}]}\n"
    )
    found = problem(body)
    assert (found.code, found.line) == ("E-DUP", 6)
    assert "started by `b` already" in found.message
    both = SMALL.replace("starts: [b]", "starts: [b], hands_to: [b]")
    lead = Worker(load(both))
    assert (lead.tries("agent.spawn", "b"), lead.tries("agent.handoff", "b")) == ("permit", "permit")


def test_circles_of_any_length_are_found() -> None:
    body = (
        "agents:\n  r: {uses: [g]}\n  a: {uses: [g], starts: [b]}\n  b: {uses: [g], hands_to: [c]}\n"
        "  c: {uses: [g], starts: [a]}\nrules: {g: [{permit: dir.list, where: {path: any}}]}\n"
    )
    found = [each for each in problems(body) if "each other" in each.message]
    assert [each.line for each in found] == [5, 6, 7]
    assert all(each.code == "E-REF" for each in found)


def test_one_root_or_each_says_that_it_is_one() -> None:
    two = "agents:\n  a: {uses: [g]}\n  b: {uses: [g]}\nrules: {g: [{permit: dir.list, where: {path: any}}]}\n"
    found = problems(two)
    assert [(each.code, each.line) for each in found] == [("E-REF", 4), ("E-REF", 5)]
    assert "nobody starts `a`" in found[0].message
    said = load(two.replace("uses: [g]}", "uses: [g], root: true}"))
    assert said.agents.roots == ("a", "b")
    assert said.agents.root == ""
    assert [each.line for each in problems(two.replace("a: {uses: [g]}", "a: {uses: [g], root: true}"))] == [5]
    assert load(SMALL.replace("a: {", "a: {root: true, ")).agents.root == "a"


def test_agents_are_at_most_eight_deep() -> None:
    def tree(depth: int) -> str:
        agents = "".join(
            f"  a{at}: {{uses: [g]{f', starts: [a{at + 1}]' if at + 1 < depth else ''}}}\n" for at in range(depth)
        )
        return f"agents:\n{agents}rules: {{g: [{{permit: dir.list, where: {{path: any}}}}]}}\n"

    deep = load(tree(8))
    assert deep.agents.depth == 8
    worker = Worker(deep)
    for at in range(1, 8):
        worker = worker.start(f"a{at}")
    assert worker.do("dir.list", path="/") == "permit"
    found = problem(tree(9))
    assert (found.code, found.line) == ("E-CELLS", 12)
    assert "a0 -> a1" in found.message


@pytest.mark.parametrize(
    "returned",
    [
        "text",
        "name",
        "int",
        "{int: {min: 0}}",
        "{int: {max: 5}}",
        "date",
        "host",
        "email",
        "{decimal: EUR}",
        "{path: /}",
        "{segments: /}",
        "{list: [a, b], max: 2}",
        "{object: {a: bool, b: text}}",
        "$sites",
        "$patterns",
    ],
)
def test_what_could_speak_cannot_drop_a_label(returned: str) -> None:
    body = (
        'sets: {sites: {host: [a.example, "*.b.example"]}, patterns: {path: [/a/**]}}\n'
        "labels: {web: {from: http.request, guards: [all.pay]}}\n"
        "agents:\n  a: {uses: [g], starts: [b]}\n"
        f"  b: {{uses: [g], drops: [web], returns: {{ok: bool, x: {returned}}}}}\n"
        "rules: {g: [{permit: http.request, where: {host: any, path: any, method: any}}]}\n"
    )
    found = problem(body)
    assert (found.code, found.line) == ("E-DROP", 7)
    assert "`x` is" in found.message
    assert "`web`" in found.message
    load(body.replace("drops: [web], ", ""))


@pytest.mark.parametrize(
    "returned",
    ["bool", "[a, b]", "{int: {min: 0, max: 5}}", "{object: {a: bool, b: [x, y]}}", "$words", "$sites", "[$words, c]"],
)
def test_closed_types_may_drop_a_label(returned: str) -> None:
    body = (
        "sets: {sites: {host: [a.example, b.example]}, words: {name: [a, b]}}\n"
        "labels: {web: {from: http.request, guards: [all.pay]}}\n"
        f"agents:\n  a: {{uses: [g], starts: [b]}}\n  b: {{uses: [g], drops: [web], returns: {{x: {returned}}}}}\n"
        "rules: {g: [{permit: http.request, where: {host: any, path: any, method: any}}]}\n"
    )
    assert load(body).agents.specs["b"].drops == {"web"}


def test_no_tool_is_a_spawn() -> None:
    found = problem("tools: {t: {is: agent.spawn, args: {agent: name}}}\n")
    assert (found.code, found.line) == ("E-VERB", 3)
