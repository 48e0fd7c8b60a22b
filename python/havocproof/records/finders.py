"""Strict finders: values of one kind among the words that a person typed (POLICY.md 2.7).

Each is the action space's own parser, run over whole words. Nothing is repaired: what is not in normal form in the
text, an address with capitals or an amount without its decimals, is not found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise

from havocproof.actions.amounts import parse_amount
from havocproof.actions.hosts import email_segments, host_segments
from havocproof.actions.scalars import (
    MEASURE_LIMIT,
    TEXT_BYTES,
    GrammarError,
    check_name,
    check_text,
    parse_integer,
    path_segments,
)
from havocproof.actions.urls import parse_url
from havocproof.policy.literals import parse_date
from havocproof.policy.recorded import record_of
from havocproof.policy.recordspec import LATEST, MAX_PHRASES, PROMPT, RecordSpec
from havocproof.records.ibans import IBAN_CHARS, check_iban
from havocproof.records.told import Fault, Learned, Told

PHRASE_WORDS = 8
EDGES = "\"'`*.,;:!?…()[]{}<>«»‹›“”„‟‘’‚‛"
"""What is dropped at the edges of a phrase: punctuation that belongs to the sentence, not to the value."""

Words = Sequence[str]


def from_prompt(specs: Mapping[str, RecordSpec], text: str, now: int) -> Told:
    """What the records of a policy take from the words that a person typed. Total: any text, well-formed or not.

    A field that would hold more than it may is told as a fault, and nothing of that record is stored.
    """
    records: list[Learned] = []
    faults: list[Fault] = []
    words: list[str] | None = None
    for spec in specs.values():
        if spec.source != PROMPT:
            continue
        try:
            if words is None:
                words = check_text(text, TEXT_BYTES).split()
            said = {each.name: tuple(sorted(find(each.find, words))) for each in spec.fields.values()}
            records.append(Learned(spec.name, None, spec.mode, record_of(spec, now, said)))
        except GrammarError as fault:
            faults.append(Fault(spec.name, "", "", fault.problem))
            if spec.mode == LATEST:
                records.append(Learned(spec.name, None, spec.mode, None))
    return Told(tuple(records), tuple(faults))


def find(finder: str, words: Words) -> set[str]:
    """The values that a finder finds among words, in normal form: what `FINDERS` of the policy names."""
    return set(_FINDERS[finder](words))


def bare(text: str) -> str:
    """The text without the punctuation of the sentence around it."""
    return text.strip(EDGES)


def _phrases(words: Words) -> Iterator[str]:
    """Runs of one to eight whole words, joined by single spaces, that are names."""
    if len(words) > MAX_PHRASES:
        raise GrammarError(f"has {len(words)} words; phrases are found in at most {MAX_PHRASES // PHRASE_WORDS}", "")
    for start in range(len(words)):
        for end in range(start + 1, min(start + PHRASE_WORDS, len(words)) + 1):
            yield from _read(check_name, bare(" ".join(words[start:end])).strip())


def _read(check: Callable[[str], object], text: str) -> Iterator[str]:
    """The text, if the parser takes it."""
    try:
        check(text)
    except GrammarError:
        return
    yield text


def _single(check: Callable[[str], object]) -> Callable[[Words], Iterator[str]]:
    def found(words: Words) -> Iterator[str]:
        for word in words:
            yield from _read(check, bare(word))

    return found


def _host(text: str) -> None:
    """A host has a dot or is an address: a word alone is a word."""
    if "." not in text and ":" not in text:
        raise GrammarError("is one word", "Write the whole host")
    host_segments(text)


def _hosts(words: Words) -> Iterator[str]:
    """Hosts, and the hosts of URLs."""
    for word in map(bare, words):
        if word.startswith(("https://", "http://")):
            try:
                yield parse_url(word).host
            except GrammarError:
                continue
        else:
            yield from _read(_host, word)


def _path(text: str) -> None:
    if not path_segments(text):
        raise GrammarError("is the root", "Name a file or directory below it")


def _integer(text: str) -> None:
    if abs(parse_integer(text)) >= MEASURE_LIMIT:
        raise GrammarError("is too large", "Integers stay between -10**15 and 10**15")


def _amounts(words: Words) -> Iterator[str]:
    """Two words: the digits, and the currency."""
    for number, currency in pairwise(words):
        yield from _read(parse_amount, f"{number.lstrip(EDGES)} {currency.rstrip(EDGES)}")


_GROUP = re.compile(r"[A-Z0-9]{1,4}")
_GROUPS = -(-IBAN_CHARS // 4)


def _ibans(words: Words) -> Iterator[str]:
    """In electronic form: one word, or groups of four as they are printed, with the length and checksum they need."""
    for start, word in enumerate(words):
        yield from _read(check_iban, bare(word))
        printed = ""
        for at, following in enumerate(words[start : start + _GROUPS]):
            group = following if at else following.lstrip(EDGES)
            inner = group.rstrip(EDGES)
            if not _GROUP.fullmatch(inner):
                break
            printed += inner
            if at:
                yield from _read(check_iban, printed)
            if len(inner) < 4 or inner != group:
                break


_FINDERS: Mapping[str, Callable[[Words], Iterator[str]]] = {
    "phrases": _phrases,
    "email": _single(email_segments),
    "iban": _ibans,
    "host": _hosts,
    "path": _single(_path),
    "amount": _amounts,
    "int": _single(_integer),
    "date": _single(parse_date),
}
