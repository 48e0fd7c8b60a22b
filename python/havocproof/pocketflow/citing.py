"""Citations: each claim of an answer names the journal's record that it rests on, and the journal has it.

A model is shown `[12:9f3a5c01]` beside the result of each action, `cite(outcome)`. What it claims carries such marks,
and `check` looks each of them up: the record is there, with that hash, it says that an action of this very run was
performed, and, if the claim quotes, the quoted text stands in that action's result. The journal keeps no results, only
their hash: a result that is given for a quote is hashed and compared.

What this shows is that the run did perform what is cited, and got that result. Whether the claim follows from it is for
its reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from havocproof.gate.forms import result_form
from havocproof.gate.outcome import Performed

if TYPE_CHECKING:
    from havocproof.gate import Session
    from havocproof.stores.records import Record

_MARK = re.compile(r"\[?([1-9][0-9]{0,14}):([0-9a-f]{8})\]?")
_MOST = 1_000


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of an answer. cites: marks as `[12:9f3a5c01]`. quotes: for a mark the words that its result has."""

    text: str
    cites: tuple[str, ...]
    quotes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refused:
    """A claim that cannot stand, and why; the text says nothing that the model did not say itself."""

    claim: Claim
    mark: str
    why: str


@dataclass(frozen=True, slots=True)
class Citations:
    """What came of the check. `ok`: there was a claim, and all of them stand."""

    claims: tuple[Claim, ...]
    refused: tuple[Refused, ...]

    @property
    def ok(self) -> bool:
        return bool(self.claims) and not self.refused

    def to_model(self) -> dict[str, Any]:
        """For the model, which may try again."""
        if not self.claims:
            return {"status": "refused", "why": "An answer makes at least one claim.", "claims": []}
        found = [{"claim": each.claim.text, "cites": each.mark, "why": each.why} for each in self.refused]
        return {"status": "refused" if found else "cited", "claims": found}


def cite(outcome: Performed) -> str:
    """The mark of a performed action: the number of the record of its outcome, and the begin of that record's hash."""
    return f"[{outcome.receipt['seq']}:{outcome.receipt['hash'][:8]}]"


def check(session: Session, claims: Iterable[Claim], results: Mapping[str, Any] | None = None) -> Citations:
    """Looks every citation up in the journal of the session's gate.

    Records of this run count, those of agents below and above included. results: what the cited actions gave, by mark;
    needed for claims that quote.
    """
    told = tuple(claims)
    journal = {record.seq: record for record in session.gate.store.records()}
    names = _run_names(journal.values(), session)
    refused = []
    for claim in told:
        if not claim.cites:
            refused.append(Refused(claim, "", "It cites nothing."))
        for mark in claim.cites[:_MOST]:
            why = _wrong(journal, names, mark) or _misquoted(journal, claim, mark, results or {})
            if why:
                refused.append(Refused(claim, mark, why))
        if len(claim.cites) > _MOST:
            refused.append(Refused(claim, "", f"It cites more than {_MOST} records."))
    return Citations(told, tuple(refused))


def _run_names(journal: Iterable[Record], session: Session) -> set[str]:
    """The names under which this run's agents act."""
    found: set[str] = set()
    for record in journal:
        if record.kind == "session" and record.data["run"] == session.run:
            found.add(record.data["session"])
        elif record.kind == "outcome":
            for name, instance in record.data.get("agents", ()):
                if instance is not None and instance["chain"][0] in found:
                    found.add(name)
    return found


def _wrong(journal: Mapping[int, Record], names: set[str], mark: str) -> str:
    """Why the mark cites nothing of this run, "" if it does."""
    read = _MARK.fullmatch(mark) if isinstance(mark, str) else None
    if read is None:
        return "It is no mark as [12:9f3a5c01]."
    record = journal.get(int(read[1]))
    if record is None or not record.hash.hex().startswith(read[2]):
        return "The journal has no such record."
    if record.kind != "outcome":
        return "The record does not say that an action was performed."
    intent = journal[record.data["intent"]]
    if intent.data["session"] not in names:
        return "The record belongs to another run."
    return ""


def _misquoted(journal: Mapping[int, Record], claim: Claim, mark: str, results: Mapping[str, Any]) -> str:
    """Why the quote of this mark does not stand, "" if it does or there is none. The mark was found in the journal."""
    words = claim.quotes.get(mark)
    if words is None:
        return ""
    if mark not in results:
        return "Nobody kept the result that it quotes."
    read = _MARK.fullmatch(mark)
    assert read is not None
    if result_form(results[mark]) != journal[int(read[1])].data["result"]:
        return "The result that was kept is not the one of the record."
    if not words or not _holds(results[mark], words):
        return "The result does not say what is quoted."
    return ""


def _holds(result: Any, words: str) -> bool:
    """Whether some text of the result has these words, whole ones, or some number is written so."""
    if isinstance(result, Mapping):
        return any(_holds(value, words) for value in result.values())
    if isinstance(result, list | tuple):
        return any(_holds(value, words) for value in result)
    if isinstance(result, str):
        return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", result) is not None
    return words == str(result)
