"""HTML and SVG as a tree of elements: a text cannot become markup, because nobody pastes texts together."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree import ElementTree as Xml

from havocproof.reports.escape import plain

Element = Xml.Element
Child = Element | str | None


def tag(name: str, attributes: Mapping[str, object] | None = None, *children: Child) -> Element:
    """An element with its attributes and children in order; None is no child."""
    made = Xml.Element(name, {key: plain(str(value)) for key, value in (attributes or {}).items()})
    last: Element | None = None
    for child in children:
        if child is None:
            continue
        if isinstance(child, str):
            text = plain(child)
            if last is None:
                made.text = (made.text or "") + text
            else:
                last.tail = (last.tail or "") + text
        else:
            made.append(child)
            last = child
    return made


def style(text: str) -> Element:
    """A style sheet of ours: the one element whose text is written as it stands."""
    if "<" in text:
        raise ValueError("a style sheet has no <")
    made = Xml.Element("style")
    made.text = text
    return made


def document(root: Element) -> str:
    """The whole page."""
    return "<!DOCTYPE html>\n" + Xml.tostring(root, "unicode", method="html") + "\n"
