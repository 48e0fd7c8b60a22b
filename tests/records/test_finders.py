"""Strict finders over what a person typed, and records of the host."""

from __future__ import annotations

import string
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havocproof.actions.amounts import parse_amount
from havocproof.actions.hosts import email_segments, host_segments
from havocproof.actions.scalars import check_name, parse_integer, path_segments
from havocproof.errors import ConfigError
from havocproof.kernel.source import Record
from havocproof.policy.literals import parse_date
from havocproof.policy.recordspec import FINDERS
from havocproof.records import MAX_PHRASES, Fault, from_host, from_prompt
from havocproof.records.finders import EDGES, PHRASE_WORDS, find
from havocproof.records.ibans import check_iban
from tests.records.support import NOW, specs

PROMPT = "prompt: {from: prompt, fields: {phrases: {find: phrases}, mails: {find: email}}}"


def found(finder: str, text: str) -> set[str]:
    return find(finder, text.split())


def test_phrases_are_runs_of_whole_words() -> None:
    assert found("phrases", "pay  Bob\nSmith now") == {
        *("pay", "Bob", "Smith", "now", "pay Bob", "Bob Smith", "Smith now"),
        *("pay Bob Smith", "Bob Smith now", "pay Bob Smith now"),
    }
    assert "ob" not in found("phrases", "Bob")


def test_phrases_have_up_to_eight_words() -> None:
    words = [f"w{number}" for number in range(10)]
    phrases = find("phrases", words)
    assert max(len(phrase.split()) for phrase in phrases) == PHRASE_WORDS == 8
    assert len(phrases) == 10 + 9 + 8 + 7 + 6 + 5 + 4 + 3


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ('Send it to "Bob Smith".', "Bob Smith"),
        ("my address (12 Elm St., Berlin)!", "12 Elm St., Berlin"),
        ("**GB33BUKB20201555555555**,", "GB33BUKB20201555555555"),
        ("„Müller & Söhne“", "Müller & Söhne"),
        ("change it to 1j1l-2k3j, please", "1j1l-2k3j"),
        ("it's O'Neill's", "O'Neill's"),
        ("-5", "-5"),
        ("a+b=c", "a+b=c"),
    ],
)
def test_punctuation_at_the_edges_is_the_sentence_s(text: str, phrase: str) -> None:
    assert phrase in found("phrases", text)


@pytest.mark.parametrize("text", ["Bob.", "'Bob'", "(Bob)", "...", "", "  \n", "\u200b", "B\u200bob", "e\u0301"])
def test_phrases_are_names(text: str) -> None:
    assert found("phrases", text) <= {"Bob"}


@pytest.mark.parametrize(
    ("finder", "text", "values"),
    [
        ("email", "mail bob@shop.example, or <ann@b.example>.", {"bob@shop.example", "ann@b.example"}),
        ("email", "Bob@shop.example bob@ @x bob@shop bob@203.0.113.7 bob@shop.example/x a:bob@x.example", {"bob@shop"}),
        ("host", "see docs.example. or (api.x.example)", {"docs.example", "api.x.example"}),
        ("host", "https://docs.example/a?b=1, http://h.example:8080/", {"docs.example", "h.example"}),
        ("host", "read 203.0.113.7 and 2001:db8::1", {"203.0.113.7", "2001:db8::1"}),
        ("host", "hello Docs.Example 127.1 0x7f.1 https://user@x.example/ https://x.example\\@y.example/ 1.5", set()),
        ("path", "open /data/a.csv, then /data/b", {"/data/a.csv", "/data/b"}),
        ("path", "/ // /a/../b /a//b a/b ~/x \\x C:\\x /a/", set()),
        ("amount", "pay 500.00 USD, then (12.50 EUR) and 500 JPY.", {"500.00 USD", "12.50 EUR", "500 JPY"}),
        ("amount", "500 USD $500.00 500.00USD 1,000.00 USD 1e3 USD 500.000 USD 5.00 XXX -5.00 USD", set()),
        ("int", "7 apples, -3, (12) and 0.", {"7", "-3", "12", "0"}),
        ("int", "007 1_000 1,000 1e3 +5 ٣ 1.0 1000000000000000", set()),
        ("date", "on 2026-11-23, not 2026-02-30 or 23.11.2026", {"2026-11-23"}),
        ("iban", "to GB33BUKB20201555555555.", {"GB33BUKB20201555555555"}),
        ("iban", "to GB33 BUKB 2020 1555 5555 55, now", {"GB33BUKB20201555555555"}),
        ("iban", "(DE89 3704 0044 0532 0130 00)", {"DE89370400440532013000"}),
        ("iban", "BE68 5390 0754 7034 PAY1", {"BE68539007547034"}),
        ("iban", "NO93 8601 1117 947", {"NO9386011117947"}),
        ("iban", "GB34BUKB20201555555555 gb33bukb20201555555555 GB33BUKB2020155555555 XX33BUKB20201555555555", set()),
        ("iban", "GB33 BUKB, 2020 1555 5555 55", set()),
        ("iban", "UK12345678901234567890 GB00TEST00000000000001", set()),
    ],
)
def test_finders(finder: str, text: str, values: set[str]) -> None:
    assert found(finder, text) == values


@pytest.mark.parametrize(
    "code", ["GB33BUKB20201555555555", "FR1420041010050500013M02606", "MT84MALT011000012345MTLCAST001S"]
)
def test_ibans_have_their_checksum(code: str) -> None:
    assert check_iban(code) == code
    for at in range(len(code)):
        for letter in "0A7" if at >= 2 else "":
            if letter != code[at]:
                assert found("iban", code[:at] + letter + code[at + 1 :]) == set()


# ---- prompts ----


def test_a_prompt_fills_the_records_from_prompt_and_no_other() -> None:
    both = PROMPT + ", host: {from: host, fields: {x: {one: name}}}"
    told = from_prompt(specs(both), "mail bob@x.example", NOW)
    assert told.faults == ()
    (each,) = told.records
    assert (each.record, each.key, each.mode) == ("prompt", None, "collect")
    phrases = frozenset({"mail", "bob@x.example", "mail bob@x.example"})
    assert each.new == Record(NOW, {"phrases": phrases, "mails": frozenset({"bob@x.example"})}, {}, {})


def test_nothing_found_is_known_to_be_nothing() -> None:
    (each,) = from_prompt(specs(PROMPT), "", NOW).records
    assert each.new == Record(NOW, {"phrases": frozenset(), "mails": frozenset()}, {}, {})


def test_a_thousand_words_and_no_more() -> None:
    words = [f"w{number}" for number in range(1003)]
    (each,) = from_prompt(specs(PROMPT), " ".join(words), NOW).records
    assert each.new is not None
    assert len(each.new.names["phrases"]) == 7996
    for count in (1005, 9000):
        told = from_prompt(specs(PROMPT), " ".join(f"w{number}" for number in range(count)), NOW)
        assert told.records == ()
        (fault,) = told.faults
        assert (fault.record, fault.problem.startswith("has ")) == ("prompt", True)
    assert str(MAX_PHRASES) in told.faults[0].problem or "1000" in told.faults[0].problem


def test_the_last_message_alone_is_forgotten_when_it_is_too_long() -> None:
    latest = PROMPT.replace("from: prompt", "from: prompt, write: latest")
    told = from_prompt(specs(latest), "x\0", NOW)
    assert told.faults == (Fault("prompt", "", "", "holds a NUL character"),)
    assert [(each.record, each.new) for each in told.records] == [("prompt", None)]


_PARSERS: dict[str, Callable[[str], Any]] = {
    "phrases": check_name,
    "email": email_segments,
    "iban": check_iban,
    "host": host_segments,
    "path": path_segments,
    "amount": parse_amount,
    "int": parse_integer,
    "date": parse_date,
}
_PIECES = st.sampled_from(
    [
        *("bob@x.example", "x.example", "/a/b", "12.00", "EUR", "USD.", "7", "2026-11-23", "GB33", "BUKB", "2020"),
        *("1555", "5555", "55", "https://a.example/", "Bob", "--", "'", "a.b.", "٣", "\u200b", "e\u0301", "\ud800"),
    ]
)
_TEXTS = st.lists(_PIECES | st.text(max_size=6), max_size=30).map(" ".join)


def test_every_finder_of_the_language_is_there() -> None:
    assert set(_PARSERS) == set(FINDERS)


@given(_TEXTS, st.sampled_from(sorted(_PARSERS)))
def test_what_is_found_is_in_normal_form_and_stands_in_the_text(text: str, finder: str) -> None:
    words = text.split()
    joined = " ".join(words)
    for value in find(finder, words):
        _PARSERS[finder](value)
        assert value in (joined.replace(" ", "") if finder == "iban" else joined)


@given(_TEXTS)
def test_any_text_is_read(text: str) -> None:
    told = from_prompt(specs(PROMPT), text, NOW)
    assert bool(told.records) != bool(told.faults)


@given(st.lists(st.text(alphabet=string.ascii_letters + "-'", min_size=1, max_size=5), min_size=1, max_size=12))
def test_each_run_of_words_is_found_as_typed(words: list[str]) -> None:
    phrases = find("phrases", words)
    for start in range(len(words)):
        for end in range(start + 1, min(len(words), start + PHRASE_WORDS) + 1):
            run = " ".join(words[start:end])
            if run.strip(EDGES).strip() == run:
                assert run in phrases


# ---- the host ----

HOST = """invoice: {key: invoice_id, from: host, fields: {payee: {one: name}, total: {one: {decimal: EUR}},
    lines: {many: name}}}, desk: {from: host, write: once, fields: {open: {one: bool}}}"""
SAID: dict[str, object] = {"payee": "acct:a", "total": "9.00 EUR", "lines": ["a", "b"]}


def test_the_host_says_records_by_hand() -> None:
    (each,) = from_host(specs(HOST), "invoice", "INV-7", SAID, NOW).records
    assert (each.record, each.key, each.mode) == ("invoice", "INV-7", "latest")
    names = {"payee": frozenset({"acct:a"}), "lines": frozenset({"a", "b"})}
    assert each.new == Record(NOW, names, {"payee": "acct:a"}, {"total": 900})
    (each,) = from_host(specs(HOST), "desk", None, {"open": True}, NOW).records
    assert each.new == Record(NOW, {"open": frozenset({"true"})}, {"open": "true"}, {})


@pytest.mark.parametrize(
    ("record", "key", "change", "message"),
    [
        ("prompt", None, {}, "no record prompt"),
        ("nobody", None, {}, "no record nobody"),
        ("invoice", None, {}, "has a key"),
        ("desk", "K", {}, "has no key"),
        ("invoice", "", {}, "is empty"),
        ("invoice", "K", {"extra": 1}, "no field extra"),
        ("invoice", "K", {"payee": None}, "on `payee` a value that must be text"),
        ("invoice", "K", {"payee": ["a"]}, "on `payee` many values"),
        ("invoice", "K", {"lines": "a"}, "on `lines` one value"),
        ("invoice", "K", {"lines": ["a", 5]}, "on `lines` a value that must be text"),
        ("invoice", "K", {"total": "9.00 USD"}, "another currency"),
        ("invoice", "K", {"lines": [str(number) for number in range(1001)]}, "1001 values"),
    ],
)
def test_the_host_is_held_to_the_declaration(
    record: str, key: str | None, change: dict[str, Any], message: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        from_host(specs(f"{HOST}, {PROMPT}"), record, key, {**SAID, **change}, NOW)
    assert message in str(caught.value)


def test_the_host_says_all_fields_of_a_record() -> None:
    with pytest.raises(ConfigError, match="must be total"):
        from_host(specs(HOST), "invoice", "K", {"payee": "a", "lines": []}, NOW)
