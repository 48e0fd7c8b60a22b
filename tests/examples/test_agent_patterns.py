"""The six patterns: each agent is told its brief by the policy, and has its own grant and budget; claims are cited."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from examples.patterns import evaluator_loop, handoff, map_reduce, orchestrator_workers, review, router
from examples.patterns.command import PATTERNS, main
from examples.patterns.kit import HERE, Desk, Shared
from havocproof.errors import Contained
from havocproof.gate import Denied, Performed
from havocproof.pocketflow import brief, diagnose
from havocproof.policy import load_policy


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "desk")


def files(desk: Desk) -> list[str]:
    found = (str(path.relative_to(desk.folder)) for path in desk.folder.rglob("*") if path.is_file())
    return sorted(name for name in found if ".keep" not in name)


@pytest.mark.parametrize("name", PATTERNS)
def test_the_policies_say_what_each_agent_is_told(name: str) -> None:
    policy = load_policy(HERE / f"{name}.yaml")
    assert not policy.warnings
    (root,) = policy.agents.roots
    for agent, spec in policy.agents.specs.items():
        assert spec.objective
        if agent != root:
            assert spec.boundaries
            assert spec.returns.fields
            assert all(field.closed for field in spec.returns.fields.values())
            told = brief(policy, agent, "do it")
            assert spec.objective in told
            assert spec.boundaries in told
            assert all(f"  {field.name}: {field.shown}" in told for field in spec.returns.fields.values())
            assert spec.uses <= policy.agents.specs[root].uses | policy.agents.specs[root].delegates


@pytest.mark.parametrize("name", PATTERNS)
def test_each_model_hears_the_brief_of_the_policy(name: str, desk: Desk) -> None:
    policy = load_policy(HERE / f"{name}.yaml")
    store = PATTERNS[name](desk)
    assert store["briefs"]
    for told in store["briefs"]:
        agent = told.removeprefix("You are ").partition(".")[0]
        assert told.startswith(brief(policy, agent).split("Report")[0])


@pytest.mark.parametrize("name", PATTERNS)
def test_nothing_is_wrong_with_the_flows(name: str) -> None:
    from examples.patterns.kit import Models

    models = Models({})
    flows: dict[str, Any] = {
        "orchestrator_workers": lambda: orchestrator_workers.flow(models),
        "router": lambda: router.flow(models),
        "handoff": lambda: handoff.Begin(models),
        "map_reduce": lambda: map_reduce.flow(models, ()),
        "evaluator_loop": lambda: evaluator_loop.flow(models),
        "review": lambda: review.flow(models),
    }
    assert [finding for finding in diagnose(flows[name]()) if finding.level == "error"] == []


def test_workers_have_their_own_grant_and_the_answer_is_cited(desk: Desk) -> None:
    store = orchestrator_workers.main(desk)
    assert [
        (outcome.result["fields"]["ticker"], outcome.result["fields"]["figure"]) for outcome in store["reports"]
    ] == [
        ("AAA", 7),
        ("BBB", 8),
    ]
    assert store["refused"] == [("[999:0123abcd]", "The journal has no such record.")]
    (sent,) = desk.sent
    assert [line.partition(" [")[0] for line in sent.splitlines()] == ["AAA earned 7 in q1.", "BBB earned 8 in q1."]


def test_an_answer_that_was_not_checked_is_not_let_out(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The flow may skip the step, or change the text after it: the policy lets out what was cited."""

    class Changed(orchestrator_workers.Tell):
        def prep(self, shared: Shared) -> str:
            return super().prep(shared) + "\nBuy now."

    monkeypatch.setattr(orchestrator_workers, "Tell", Changed)
    store = orchestrator_workers.main(desk)
    assert isinstance(store["sent"], Denied)
    assert store["sent"].denial.kind == "first"
    assert desk.sent == []


@pytest.mark.parametrize(
    ("topic", "done", "made"),
    [
        ("billing", {"refunded": True}, ["refunds/R-1.txt"]),
        ("technical", {"ticket": "T-1"}, ["tickets/T-1.txt"]),
        ("other", None, []),
    ],
)
def test_the_router_goes_where_a_closed_field_says(desk: Desk, topic: str, done: Any, made: list[str]) -> None:
    store = router.main(desk, topic=topic)
    assert store["report"] == {"topic": topic}
    assert store.get("done") == done
    assert files(desk) == made  # the classifier has refunded nothing, nor has the technician


def test_who_hands_over_has_ended(desk: Desk) -> None:
    store = handoff.main(desk)
    assert store["report"] == {"solved": True}
    assert isinstance(store["after"], Denied)
    assert store["after"].denial.why == "This agent has ended."
    assert files(desk) == ["notes/case.txt"]


def test_the_map_is_reduced_by_code(desk: Desk) -> None:
    store = map_reduce.main(desk)
    assert store["gaps"] == []
    assert store["answer"][0]["text"] == "The documents have 6 words."
    assert len(store["answer"][0]["cites"]) == 3
    assert len(desk.sent) == 1


def test_a_document_that_cannot_be_read_is_a_gap_that_is_told(desk: Desk) -> None:
    store = map_reduce.main(desk, ("a.txt", "missing.txt", "../keys"))
    assert store["gaps"] == ["../keys", "missing.txt"]
    assert store["answer"][0]["text"] == "The documents have 3 words and gaps."


def test_a_map_that_is_too_wide_does_not_begin(desk: Desk) -> None:
    with pytest.raises(Contained) as stop:
        map_reduce.main(desk, ("a.txt",) * 5)
    assert isinstance(stop.value.outcome, Denied)
    assert stop.value.outcome.action.verb == "flow/batch"
    assert desk.sent == []


def test_a_draft_is_published_after_a_good_verdict(desk: Desk) -> None:
    store = evaluator_loop.main(desk)
    assert store["scores"] == [3, 9]
    assert (desk.folder / "report.md").read_text() == "draft 2"


def test_the_loop_ends_with_its_budget(desk: Desk) -> None:
    store = evaluator_loop.main(desk, verdicts=())
    assert store["rounds"] == ["performed"] * 3 + ["denied"]
    assert store["outcome"].denial.why == "Three drafts are enough."
    assert files(desk) == ["drafts/draft.md"]


def test_what_the_editor_has_seen_is_sent_once(desk: Desk) -> None:
    store = review.main(desk)
    assert store["before"] == []
    assert isinstance(store["sent"], Performed)
    assert desk.sent == ["Dear client, all is well."]


def test_what_the_editor_refuses_is_not_sent(desk: Desk) -> None:
    store = review.main(desk, agrees=False)
    assert not store["sent"].ok
    assert desk.sent == []


def test_the_command_shows_each_pattern(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["router", "review"]) == 0
    said = capsys.readouterr().out
    assert "router: files refunds/R-1.txt" in said
    assert "  sent: Dear client, all is well." in said
    assert "Boundaries: You send nothing." in said
    with pytest.raises(SystemExit):
        main(["swarm"])
