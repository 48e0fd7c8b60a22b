"""The page: whole and strict HTML, nothing that runs or loads, texts as texts, and words beside every colour."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from havocproof.reports.diff_page import diff_page
from havocproof.reports.look import STYLE
from havocproof.reports.markup import style, tag
from havocproof.reports.page import page
from havocproof.reports.proved import Proved
from tests.reports.made import EVIL, RESULTS, compared, policy, proved, report, unread

VOID = {"meta", "br"}
KNOWN = {
    *("html", "head", "title", "style", "body", "header", "main", "footer", "nav", "article", "section", "div", "span"),
    *("h1", "h2", "h3", "p", "ul", "li", "a", "dl", "dt", "dd", "pre", "code"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td"),
    *("svg", "desc", "g", "rect", "text", "tspan", "path"),
}


class Strict(HTMLParser):
    """Fails on every tag that is not closed where it should be. `seen`: (tag, attributes); `texts` by tag."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str]]] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in KNOWN | VOID, tag
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names))
        self.seen.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append((self.open[-1], data))

    def handle_comment(self, data: str) -> None:
        raise AssertionError("a comment")

    def words(self) -> str:
        return " ".join(text for tag, text in self.texts if tag != "style")


@pytest.fixture(scope="module")
def shown() -> Strict:
    return Strict(page([proved(), unread()], "0.1.0"))


def test_the_page_is_strict_html_with_its_language_and_title(shown: Strict) -> None:
    assert page([proved()], "0.1.0").startswith("<!DOCTYPE html>\n<html")
    assert shown.seen[0] == ("html", {"lang": "en"})
    assert any(tag == "title" and "desk.yaml" in text for tag, text in shown.texts)
    headings = [int(tag[1]) for tag, _ in shown.seen if re.fullmatch(r"h\d", tag)]
    assert headings[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(headings))


def test_nothing_runs_and_nothing_is_loaded(shown: Strict) -> None:
    for tag_, attributes in shown.seen:
        assert tag_ not in ("script", "link", "img", "iframe", "object", "embed", "base", "form", "use", "image")
        assert not any(name.startswith("on") or name in ("src", "srcset", "style", "xlink:href") for name in attributes)
        assert attributes.get("href", "#").startswith("#")
    assert "url(" not in STYLE
    assert "@import" not in STYLE
    (content,) = [each["content"] for _, each in shown.seen if each.get("http-equiv") == "Content-Security-Policy"]
    assert content.startswith("default-src 'none';")
    assert "script" not in content


def test_every_text_of_a_policy_is_text(shown: Strict) -> None:
    words = shown.words()
    assert words.count(EVIL) > 8
    assert words.count("onerror") == words.count(EVIL), "a text was changed on its way"


def test_texts_that_turn_or_control_are_shown_as_signs() -> None:
    said = Strict(page([unread("a‮\x00b.yaml")], "1")).words()
    assert "‮" not in said
    assert "a��b.yaml" in said


def test_each_invariant_is_a_row_with_its_result_in_words(shown: Strict) -> None:
    words = shown.words()
    for word in ("✓ holds", "✓ holds (vacuous)", "✗ FALSE", "? not decided", "✗ does not load"):
        assert word in words
    assert all(result.id in words for result in RESULTS)
    assert "2 false" in words


def test_a_counterexample_is_told_with_state_verdict_rules_bounds_and_edit(shown: Strict) -> None:
    words = shown.words()
    for said in ("carries `personal`", "permit `small` [desk.yaml:14]", "amount: 5.01 USD and above", "- id: small"):
        assert said in words
    assert [text for tag, text in shown.texts if tag == "dt"].count("verdict") == 2  # of the claim, and of a widening


def test_the_picture_says_in_words_what_it_says_in_colours(shown: Strict) -> None:
    marks = [text for tag, text in shown.texts if tag == "tspan"]
    assert marks == ["permit:", "permit:", "ask boss:"]
    (picture,) = [attributes for tag, attributes in shown.seen if tag == "svg"]
    ids = {attributes["id"] for _, attributes in shown.seen if "id" in attributes}
    assert picture["role"] == "img"
    assert set(picture["aria-labelledby"].split()) <= ids
    texts = [text for tag, text in shown.texts if tag == "text"]
    assert any("dotted" in text and "pass" in text for text in texts)
    dashed = [
        attributes["class"] for tag, attributes in shown.seen if tag == "path" and "stroke-dasharray" in attributes
    ]
    assert dashed == ["edge ask", "edge passes"]
    assert {"agents", "groups", "rules", "lead", "clerk", "notes", "pay"} <= set(texts)


def test_the_table_says_what_the_picture_says(shown: Strict) -> None:
    cells = [text for tag, text in shown.texts if tag in ("td", "code", "span")]
    assert {"permits", "asks boss", "never", "path: /desk/**", "within: .ssh"} <= set(cells)
    assert any(cell.startswith("large, desk.yaml:") for cell in cells)


def test_columns_are_headed_and_ids_stand_once() -> None:
    several = Strict(page([proved(), proved(path="other.yaml")], "1"))
    assert all(attributes.get("scope") == "col" for tag, attributes in several.seen if tag == "th")
    ids = [attributes["id"] for _, attributes in several.seen if "id" in attributes]
    assert len(ids) == len(set(ids))
    targets = {attributes["href"][1:] for _, attributes in several.seen if "href" in attributes}
    assert len(targets) == 2
    assert targets <= set(ids)


def test_a_policy_without_invariants_is_told_so() -> None:
    bare = Proved("desk.yaml", report().__class__("desk", "7", "0", "desk.yaml", (), (), 0, 0.0), policy=policy())
    assert "nothing was proved" in Strict(page([bare], "1")).words()


def test_the_page_of_a_difference_says_what_the_lines_say() -> None:
    made = Strict(diff_page([compared(), compared(complete=False)], "0.1.0"))
    words = made.words()
    assert "newly permits 6 regions" in words
    for said in (
        "1. old.yaml:12 (forbid no-keys, “",
        "2. old.yaml:15 (ask large, “Large.”) asked, and new.yaml:14 (permit small) now permits",
        "3. new.yaml:14 (permit small) permits what nothing permitted",
        "budget `month` is raised",
        "what sessions hold of it is not carried over",
        "old.yaml:41",
        "new.yaml:14 (permit small) now holds back what was permitted",
        "✓ complete:",
        "? not complete: more may be newly permitted. Too many boxes.",
    ):
        assert said in words, said
    assert "tool `t`" not in words
    assert words.count("onerror") == words.count(EVIL) > 6
    assert not any(tag in ("script", "img", "link") for tag, _ in made.seen)
    assert "newly permits no regions" in Strict(diff_page([compared(opened=False)], "1")).words()


# ---- the style sheet ----


def colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--(\w+): (#[0-9a-f]{3,6})", block))


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


LIGHT, DARK, PAPER = (colours(block) for block in re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL))


@pytest.mark.parametrize("theme", [LIGHT, DARK, PAPER], ids=["light", "dark", "paper"])
def test_texts_can_be_read_on_every_ground(theme: dict[str, str]) -> None:
    for ground in ("ground", "box", "permit", "ask"):
        for text in ("text", "soft"):
            assert contrast(theme[text], theme[ground]) >= 4.5, (text, ground)
    for status in ("good", "bad", "open"):
        assert contrast(theme[status], theme["ground"]) >= 4.5, status


def test_contrast_tells_light_grey_on_white() -> None:
    assert contrast("#000", "#fff") == pytest.approx(21)
    assert contrast("#aaaaaa", "#ffffff") < 4.5


def test_every_colour_that_is_used_is_defined_for_light_dark_and_paper() -> None:
    used = set(re.findall(r"var\(--(\w+)\)", STYLE))
    assert used
    assert used <= LIGHT.keys() == DARK.keys() == PAPER.keys()


def test_the_page_prints() -> None:
    assert "@media print" in STYLE
    assert "break-inside: avoid" in STYLE


def test_a_style_sheet_cannot_end_itself() -> None:
    with pytest.raises(ValueError, match="no <"):
        style("</style><b>")


def test_children_stand_in_order_and_none_is_no_child() -> None:
    made = tag("p", None, "a", tag("b", None, "c"), None, "d", "e")
    assert [made.text, made[0].text, made[0].tail] == ["a", "c", "de"]
