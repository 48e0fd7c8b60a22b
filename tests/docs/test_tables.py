"""The tables of the pages say what the code says: verbs, patterns, errors, what is not built yet, actions, records."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from havocproof import ports
from havocproof.actions import VERBS, parse_action
from havocproof.errors import ActionError, PolicyError, Problem
from havocproof.policy import loads_policy, run_examples
from havocproof.policy.explain import KINDS
from havocproof.policy.types import PLAIN
from havocproof.policy.verbs import BUILT_IN, CLASSES
from havocproof.stores import records
from tests.docs.pages import ROOT, codes, guides, label, prose, table
from tests.docs.test_links import code_of_the_package

DOCS = ROOT / "docs"
POLICY, ACTIONS, GATE, PORTS = (DOCS / f"{name}.md" for name in ("policy", "actions", "gate", "ports"))

ERRORS = table(DOCS / "errors.md", "code", "an example of it", "what is wrong", "what to do")
SOON = table(DOCS / "errors.md", "what", "where it is refused")
PATTERNS = table(POLICY, "pattern", "of", "matches", "does not match")


def problems(body: str) -> list[Problem]:
    """What is wrong with a policy that has this body; warnings too. `⏎` stands for the end of a line."""
    try:
        shown = body.replace(" ⏎ ", "\n")
        return list(loads_policy(f"havocproof: 1\npolicy: shown\n{shown}\n").warnings)
    except PolicyError as error:
        return error.problems


# These take several files, more rules than a table holds, or a proof: tests/policy and tests/cli have them.
IN_WORDS = {"E-LOCK", "E-WIDTH", "W-DEAD", "W-MUTANT", "F-PROVE", "F-OPEN", "F-WIDER"}


def test_the_examples_in_words_are_those_that_no_line_shows() -> None:
    assert {codes(row[0])[0] for row in ERRORS if not codes(row[1])} == IN_WORDS


@pytest.mark.parametrize("row", [row for row in ERRORS if codes(row[1])], ids=lambda row: str(row[0]))
def test_the_example_of_each_error_has_that_error_and_no_other(row: list[str]) -> None:
    (code,), (body,) = codes(row[0]), codes(row[1])
    assert {problem.code for problem in problems(body)} == {code}


def test_each_error_stands_in_the_catalogue_once() -> None:
    assert sorted(code for row in ERRORS for code in codes(row[0])) == sorted(code_of_the_package())


@pytest.mark.parametrize("row", SOON, ids=lambda row: str(row[0]))
def test_what_is_not_built_yet_loads_with_e_soon(row: list[str]) -> None:
    examples = codes(row[1])
    assert examples
    for body in examples:
        assert {problem.code for problem in problems(body)} == {"E-SOON"}, body


@pytest.mark.parametrize("row", PATTERNS, ids=lambda row: str(row[0]))
def test_patterns_match_what_the_page_says(row: list[str]) -> None:
    (pattern,), sort = codes(row[0]), row[1]
    told = [(place, "permit") for place in codes(row[2])] + [(place, "deny") for place in codes(row[3])]
    assert {verdict for _, verdict in told} == {"permit", "deny"}
    examples = [f"  - {{do: {_effect(sort, place)}, expect: {verdict}}}" for place, verdict in told]
    rule = f"rules: {{g: [{{permit: {_effect(sort, pattern, rule=True)}}}]}}\n"
    policy = loads_policy(f"havocproof: 1\npolicy: shown\n{rule}examples:\n" + "\n".join(examples))
    results = run_examples(policy)
    assert [(place, each.got.split()[0]) for (place, _), each in zip(told, results, strict=True)] == told


def _effect(sort: str, place: str, rule: bool = False) -> str:
    """One effect on a place of this sort, as an example has it, or as a rule has it behind `permit:`."""
    verb, axes = {
        "host": ("http.request", {"host": place, "path": "/", "method": "GET"}),
        "path": ("file.read", {"path": place}),
        "table": ("sql.delete", {"table": place}),
        "email": ("message.send", {"channel": "mail", "recipient": place}),
    }[sort]
    tests = ", ".join(f'{name}: "{text}"' for name, text in axes.items())
    return f"{verb}, where: {{{tests}}}" if rule else f"{{{verb}: {{{tests}}}}}"


def test_the_verbs_are_those_of_the_code() -> None:
    told: dict[str, tuple[Any, ...]] = {}
    for row in table(POLICY, "verb", "axes", "measures beside `count` `at_once`", "class"):
        bold = set(re.findall(r"\*\*`([^`]+)`\*\*", row[1]))
        # A cell may name several verbs, with one class for all or one for each in order.
        verbs, classes = codes(row[0]), codes(row[3])
        for verb, kind in zip(verbs, classes * len(verbs) if len(classes) == 1 else classes, strict=True):
            told[verb] = (set(codes(row[1])), bold, set(codes(row[2])), {kind})
    built = {
        name: (
            set(verb.axes) - set(verb.measures) | set(verb.required),
            set(verb.required),
            set(verb.measures) - {"count", "at_once"},
            set(verb.classes),
        )
        for name, verb in BUILT_IN.items()
    }
    assert told == built
    assert {kind for *_, kinds in built.values() for kind in kinds} | {"all.agent"} == CLASSES


def test_the_types_of_arguments_are_all_named() -> None:
    text = POLICY.read_text(encoding="utf-8")
    section = text[text.index("## Tools") : text.index("## What a session")]
    assert all(f"`{word}`" in section for word in PLAIN)
    assert all(f"{{{word}:" in section for word in ("decimal", "path", "segments", "list", "object", "int"))


def test_every_kind_of_denial_is_told() -> None:
    rows = table(POLICY, "kind", "when", "facts", "what the model should do")
    assert [code for row in rows for code in codes(row[0])] == list(KINDS)


def test_the_actions_and_their_arguments_are_those_of_the_code() -> None:
    told = {}
    for row in table(ACTIONS, "action", "arguments", "decided as"):
        told[codes(row[0])[0]] = (set(codes(row[1])), set(re.findall(r"\*\*`([^`]+)`\*\*", row[1])))
    built = {}
    for name, variant in VERBS.items():
        fields = {key: field for key, field in variant.model_fields.items() if key != "reason"}
        built[name] = (set(fields), {key for key, field in fields.items() if field.is_required()})
    assert told == built


@pytest.mark.parametrize("row", table(ACTIONS, "what the model sent", "what it is told"), ids=lambda row: str(row[1]))
def test_malformed_text_is_told_what_the_page_says(row: list[str]) -> None:
    (text,), (told,) = codes(row[0]), codes(row[1])
    with pytest.raises(ActionError, match=f"^{re.escape(told)}"):
        parse_action(text)


def test_every_kind_of_record_is_told() -> None:
    listed = re.search(r"^ +kind +(.+(?:\n {12}.+)*)$", str(records.__doc__), re.MULTILINE)
    assert listed is not None
    assert [code for row in table(GATE, "record", "written when") for code in codes(row[0])] == listed[1].split()


def test_every_port_has_a_section() -> None:
    named = {name for name in ports.__all__ if name.endswith("Port")}
    headings = [line.text for line in prose(PORTS) if line.text.startswith("## ")]
    assert {name for name in named if any(f"`{name}`" in heading for heading in headings)} == named - {"Port"}


@pytest.mark.parametrize("page", guides(), ids=label)
def test_a_page_is_read_in_one_sitting(page: Path) -> None:
    assert len(page.read_text(encoding="utf-8").splitlines()) < 250


def test_every_page_is_in_the_index() -> None:
    index = (DOCS / "README.md").read_text(encoding="utf-8")
    for page in sorted(DOCS.glob("*.md")):
        assert page.name == "README.md" or f"]({page.name})" in index, label(page)
