"""Citations are looked up in the journal: what it does not have, or what is of another run, is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from havocproof.gate import Gate, Performed, Session
from havocproof.pocketflow import Claim, check, cite
from tests.pocketflow.support import FORBIDDEN, write

READ = {"action": "file.read", "args": {"path": "/desk/a"}}


@pytest.fixture
def work(gate: Gate, desk: Path) -> Session:
    (desk / "a").write_text("AAA earned 17 in q1")
    return gate.session(user="ann")


def performed(session: Session, action: object = READ) -> Performed:
    outcome = session.perform(action)  # type: ignore[arg-type]
    assert isinstance(outcome, Performed)
    return outcome


def why(session: Session, *cites: str, **more: object) -> list[str]:
    return [each.why for each in check(session, [Claim("It is so.", cites)], **more).refused]  # type: ignore[arg-type]


def test_what_the_run_has_performed_can_be_cited(work: Session) -> None:
    first, second = performed(work), performed(work, write("b"))
    found = check(work, [Claim("One.", (cite(first),)), Claim("Two.", (cite(first), cite(second).strip("[]")))])
    assert found.ok
    assert found.to_model() == {"status": "cited", "claims": []}


def test_what_cannot_be_cited(work: Session, gate: Gate) -> None:
    mark = cite(performed(work))
    seq, begin = mark.strip("[]").split(":")
    other = "0" * 8 if begin != "0" * 8 else "1" * 8
    denied = work.perform(FORBIDDEN)
    intent = performed(work).receipt["intent"]
    stranger = performed(gate.session(user="ann"))
    not_performed = "The record does not say that an action was performed."
    none, unknown = "It is no mark as [12:9f3a5c01].", "The journal has no such record."
    for cited, wrong in {
        f"[{seq}:{other}]": unknown,
        f"[999:{begin}]": unknown,
        f"[{int(seq) + 1}:{begin}]": unknown,
        "[0:00000000]": none,
        f"[{seq}:{begin}0]": none,
        f"[{seq}]": none,
        "see above": none,
        "": none,
        f"[{denied.receipt['seq']}:{denied.receipt['hash'][:8]}]": not_performed,
        f"[{intent['seq']}:{intent['hash'][:8]}]": not_performed,
        cite(stranger): "The record belongs to another run.",
    }.items():
        assert why(work, cited) == [wrong], cited
        assert why(work, mark, cited) == [wrong], cited  # one that stands does not carry the other


def test_a_claim_without_a_citation_and_an_answer_without_a_claim_are_refused(work: Session) -> None:
    assert why(work) == ["It cites nothing."]
    empty = check(work, [])
    assert not empty.ok
    assert empty.to_model()["status"] == "refused"


def test_a_quote_stands_in_the_result_that_was_recorded(work: Session) -> None:
    outcome = performed(work)
    mark = cite(outcome)

    def quoted(words: str, results: dict[str, object]) -> list[str]:
        return [each.why for each in check(work, [Claim("q", (mark,), {mark: words})], results).refused]

    kept = {mark: outcome.result}
    assert quoted("earned 17 in", kept) == []
    assert quoted("19", kept) == []  # its size: a number of the result
    for words in ("earned 18", "1", "earn", "", "7 in q"):
        assert quoted(words, kept) == ["The result does not say what is quoted."]
    forged = {mark: {**outcome.result, "content": "AAA earned 18 in q1"}}
    assert quoted("earned 18", forged) == ["The result that was kept is not the one of the record."]
    assert quoted("earned 17", {}) == ["Nobody kept the result that it quotes."]


def test_other_runs_and_sessions_of_a_run(work: Session, gate: Gate) -> None:
    same = gate.session(user="bob", run=work.run)
    mark = cite(performed(work))
    assert why(same, mark) == []
    assert why(gate.session(user="ann"), mark) == ["The record belongs to another run."]
