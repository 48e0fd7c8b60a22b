"""What the pages of `prove` and `diff` are made of.

Each is one file: no script, nothing loaded from elsewhere, and a content policy that would refuse both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from havocproof.reports.look import STYLE
from havocproof.reports.markup import Child, Element, document, style, tag
from havocproof.reports.story import Saying

_CONTENT = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def frame(
    paths: Sequence[str], header: Iterable[Element], sections: Iterable[Element], meaning: str, version: str
) -> str:
    """The whole file. `meaning`: how to read the page."""
    head = tag(
        "head",
        None,
        tag("meta", {"charset": "utf-8"}),
        tag("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}),
        tag("meta", {"http-equiv": "Content-Security-Policy", "content": _CONTENT}),
        tag("title", None, f"havocproof: {', '.join(paths)}"),
        style(STYLE),
    )
    footer = tag("footer", None, tag("p", None, meaning), tag("p", None, f"havocproof {version}"))
    body = tag("body", None, tag("header", None, *header), tag("main", None, *sections), footer)
    return document(tag("html", {"lang": "en"}, head, body))


def contents(paths: Sequence[str]) -> Iterator[Element]:
    """Links to the sections of several policies."""
    if len(paths) > 1:
        items = (tag("li", None, tag("a", {"href": f"#policy-{n}"}, path)) for n, path in enumerate(paths))
        yield tag("nav", {"aria-label": "policies"}, tag("ul", None, *items))


def heading(number: int, name: str) -> Element:
    """Of a policy's section, which `contents` leads to."""
    return tag("h2", {"id": f"policy-{number}"}, name)


def sayings(told: Iterable[Saying]) -> Element:
    """Labels and what is said."""
    rows: list[Child] = []
    for saying in told:
        rows.append(tag("dt", None, saying.label))
        if saying.code and len(saying.lines) > 1:
            rows.append(tag("dd", None, _block(saying.lines)))
        else:
            rows += (tag("dd", None, _shown(saying, line)) for line in saying.lines)
    return tag("dl", None, *rows)


def _shown(saying: Saying, line: str) -> Child:
    return tag("code", None, line) if saying.code else line


def _block(lines: tuple[str, ...]) -> Element:
    """Lines as they stand: each in its own element, since line ends inside a text are no text of ours."""
    shown: list[Child] = []
    for line in lines:
        shown += (tag("code", None, line), tag("br"))
    return tag("pre", None, *shown[:-1])


def table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[Child]]) -> Element:
    """A table that scrolls by itself where it is wider than the page."""
    first = tag("tr", None, *(tag("th", {"scope": "col"}, head) for head in heads))
    body = [tag("tr", None, *(tag("td", None, cell) for cell in row)) for row in rows]
    made = tag("table", None, tag("caption", None, caption), tag("thead", None, first), tag("tbody", None, *body))
    return tag("div", {"class": "scroll"}, made)
