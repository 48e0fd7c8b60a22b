"""Mistakes that people make: each is told by a claim, shown by an example, and the example happens at a real gate."""

from __future__ import annotations

import pytest

from havocproof.analysis import Moment
from havocproof.gate import Denied, Performed
from havocproof.policy import Policy, loads_policy
from havocproof.proving.prove import prove
from havocproof.proving.results import Broken, Example, Holds, Result
from havocproof.proving.showing import Showing
from tests.proving import seeded
from tests.proving.gated import performed
from tests.proving.seeded import Seeded


def told(text: str, seed: Seeded) -> tuple[Policy, Result]:
    policy = loads_policy(text)
    (result,) = (each for each in prove(policy).results if each.id == seed.claim)
    return policy, result


def broken(seed: Seeded) -> tuple[Policy, Broken, Example]:
    policy, result = told(seed.policy, seed)
    assert isinstance(result.outcome, Broken)
    assert result.outcome.example is not None
    return policy, result.outcome, result.outcome.example


@pytest.mark.parametrize("name", [*seeded.ALL, "a box too wide"])
def test_without_the_mistake_the_claim_holds(name: str) -> None:
    seed = {**seeded.ALL, "a box too wide": seeded.BOX}[name]
    assert isinstance(told(seed.right, seed)[1].outcome, Holds)


@pytest.mark.parametrize("name", [name for name, seed in seeded.ALL.items() if seed is not seeded.VIA])
def test_the_gate_performs_what_is_shown(name: str) -> None:
    seed = seeded.ALL[name]
    policy, _, example = broken(seed)
    outcomes = performed(policy, example)
    assert [type(each) for each in outcomes] == [Performed] * (len(example.history) + 1), outcomes
    assert example.verdict == "permit"
    right = loads_policy(seed.right)
    assert not isinstance(performed(right, example)[-1], Performed), "without the mistake it is refused"


@pytest.mark.parametrize("seed", [seeded.VIA, seeded.BOX])
def test_the_kernel_permits_what_is_shown_of_programs(seed: Seeded) -> None:
    """No port runs programs: the gate refuses their start, whatever the kernel says."""
    policy, _, example = broken(seed)
    assert isinstance(example.moment, Moment)
    for text, permitted in ((policy, True), (loads_policy(seed.right), seed is seeded.BOX)):
        assert Showing(text).decide(example.moment).is_Permitted is permitted
    if seed is seeded.BOX:
        (outcome,) = performed(policy, example)
        assert isinstance(outcome, Denied)
        assert outcome.denial.why == "No port starts programs, so build cannot run."


def test_a_forgotten_reset_is_told_as_a_history() -> None:
    _, outcome, example = broken(seeded.RESET)
    assert [step.text.partition(",")[0] for step in example.history] == ["recompute", "file.append"]
    assert [step.outcome for step in example.history] == ["succeeds", "succeeds"]
    assert [rule.id for step in example.history for rule in step.rules] == ["compute", "figures"]
    assert example.word == "file.write"
    assert [rule.id for rule in example.rules] == ["report"]
    assert "`recomputed` is done" in example.state
    assert outcome.edit is not None
    assert outcome.edit.text == 'say that {file.append: {path: "/desk/figures/**"}} also undoes `recomputed` (line 6)'
    assert outcome.edit.line == 6


def test_a_bound_on_the_wrong_axis_is_told_by_the_arguments_of_the_tool() -> None:
    _, outcome, example = broken(seeded.AXIS)
    assert {each.axis: each.text for each in example.arguments}["sum"] == "500.01 USD"
    assert {each.axis for each in example.bounds} >= {"sum", "discount"}
    assert outcome.edit is not None
    assert outcome.edit.kind == "narrow"
    assert "{max: 500.00 USD}" in outcome.edit.yaml
    assert outcome.edit.line == example.rules[0].line == 11


def test_an_any_too_many_is_narrowed_to_what_the_claim_excuses() -> None:
    policy, outcome, example = broken(seeded.ANY)
    assert [rule.id for rule in example.rules] == ["manuals"]
    assert outcome.edit is not None
    assert outcome.edit.yaml.splitlines()[2] == (
        '  where: {host: [$registries, docs.example], path: "/manual/**", method: GET}'
    )
    old = "    - {id: manuals, permit: http.request, where: {host: any, path: /manual/**, method: GET}}\n"
    assert old in policy.text
    edit = "".join(f"    {line}\n" for line in outcome.edit.yaml.splitlines())
    assert prove(loads_policy(policy.text.replace(old, edit))).held, "what is proposed can be pasted"


def test_what_programs_get_around_is_told_with_the_program() -> None:
    _, _, example = broken(seeded.VIA)
    assert {each.axis: each.text for each in example.arguments}["via"] == "install"


def test_a_box_counts_as_what_it_permits() -> None:
    _, outcome, example = broken(seeded.BOX)
    assert outcome.why == "Starting `build` is permitted, and its box lets it do this: `file.write`."
    assert example.word == "build"
    assert example.part is not None
    assert example.part.verb == "build"
    assert outcome.edit is not None
    assert (outcome.edit.kind, outcome.edit.text) == ("remove", "remove `start` (line 8)")
