"""Patterns of places, and that the kernel reads them as the language says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havocproof.actions.scalars import GrammarError
from havocproof.kernel.source import Atom, Part, Pattern, Placed
from havocproof.policy import Policy
from havocproof.policy.patterns import ABSENT, pattern, place, split_segments, written
from tests.policy.support import load


@pytest.mark.parametrize(
    ("text", "kind", "symbols", "opened"),
    [
        ("api.example.com", "host", ("com", "example", "api"), False),
        ("*.example.com", "host", ("com", "example", None), False),
        ("**.example.com", "host", ("com", "example"), True),
        ("ip:203.0.113.7", "host", ("ip:203.0.113.7",), False),
        ("ip:2001:db8::1", "host", ("ip:2001:db8::1",), False),
        ("/", "path", (), False),
        ("/**", "path", (), True),
        ("/data/**", "path", ("data",), True),
        ("/data/*/**", "path", ("data", None), True),
        ("/data/*/a.txt", "path", ("data", None, "a.txt"), False),
        ("/v2/**", "url", ("v2",), True),
        ("desk.main.prices", "table", ("desk", "main", "prices"), False),
        ("desk.*.prices", "table", ("desk", None, "prices"), False),
        ("desk.**", "table", ("desk",), True),
        ("press@desk.example", "email", ("example", "desk", "@", "press"), False),
        ("*@desk.example", "email", ("example", "desk", "@", None), False),
        ("*@*.desk.example", "email", ("example", "desk", None, "@", None), False),
        ("agent/**", "segments", ("agent",), True),
    ],
)
def test_what_a_pattern_means(text: str, kind: str, symbols: tuple[str | None, ...], opened: bool) -> None:
    found = pattern(text, kind)
    assert found == Pattern(symbols, opened)
    shown = written(found, kind)
    assert pattern(shown, kind) == found or text.startswith("ip:")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("203.0.113.7", "host"),
        ("ip:203.0.113.*", "host"),
        ("**", "host"),
        ("*", "host"),
        ("**.*", "host"),
        ("ip:203.0.113.007", "host"),
        ("foo*.example.com", "host"),
        ("a.**.b", "host"),
        ("**.**.b", "host"),
        ("Example.com", "host"),
        ("example.com.", "host"),
        ("*.12", "host"),
        ("a.b.c.d.e.f.g.h.i", "host"),
        ("*.*.*.example.com", "host"),
        ("", "host"),
        ("a/b", "path"),
        ("/a//b", "path"),
        ("/a/", "path"),
        ("/a/./b", "path"),
        ("/a/**/b", "path"),
        ("/**/b", "path"),
        ("/a*", "path"),
        ("/" + "/".join("a" * 17), "path"),
        ("/a%20b", "url"),
        ("main.prices", "table"),
        ("desk.main.prices.x", "table"),
        ("Desk.main.prices", "table"),
        ("**@desk.example", "email"),
        ("a*@desk.example", "email"),
        ("desk.example", "email"),
        ("a@ip:203.0.113.7", "email"),
        ("a//b", "segments"),
        ("a/../b", "segments"),
    ],
)
def test_refused(text: str, kind: str) -> None:
    with pytest.raises(GrammarError) as caught:
        pattern(text, kind)
    assert caught.value.problem
    assert caught.value.remedy


def test_two_stars_are_allowed_and_no_third() -> None:
    assert pattern("/*/*/a/**", "path").symbols == (None, None, "a")
    with pytest.raises(GrammarError):
        pattern("/*/*/*/**", "path")


def test_places_are_exact() -> None:
    assert place("/a/*", "path") == ("a", "*")
    assert place("ip:203.0.113.7", "host") == place("203.0.113.7", "host")
    assert split_segments("a:b", ":") == ("a", "b")
    assert len(split_segments("/".join("a" * 64), "/")) == 64
    with pytest.raises(GrammarError):
        split_segments("/".join("a" * 65), "/")


def test_the_absent_place_has_a_word() -> None:
    assert written(ABSENT, "host") == written(ABSENT, "path") == "none"


_SEGMENT = st.sampled_from(["a", "b", "c"])


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load("rules: {g: [{permit: dir.list, where: {path: any}}]}\n")


@given(
    words=st.lists(st.one_of(_SEGMENT, st.just("*")), max_size=4).filter(lambda words: words.count("*") <= 2),
    opened=st.booleans(),
    segments=st.lists(_SEGMENT, max_size=5),
    want=st.booleans(),
)
def test_the_kernel_reads_patterns_as_the_language_says(
    policy: Policy, words: list[str], opened: bool, segments: list[str], want: bool
) -> None:
    text = "/" + "/".join([*words, *(["**"] if opened else [])])
    found = pattern(text, "path")
    below = len(segments) >= len(words) if opened else len(segments) == len(words)
    matches = below and all(word in ("*", segment) for word, segment in zip(words, segments, strict=False))
    atom = Atom({}, {"path": tuple(segments)})
    answer = policy.kernel.test(Placed("path", (found,), want), Part("dir.list", {}, (atom,)), atom)
    assert answer == ("yes" if matches == want else "no")
    assert pattern(written(found, "path"), "path") == found
