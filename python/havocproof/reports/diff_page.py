"""The page of `diff`, for people who review a change: what it newly permits, what else can happen, what is narrower."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from havocproof.proving.results import Opened
from havocproof.reports.markup import Element, tag
from havocproof.reports.pieces import contents, frame, heading, sayings, table
from havocproof.reports.proved import Compared
from havocproof.reports.story import Saying, bound, closing, of_example, opening

_MEANING = (
    "A region is a set of actions and states. It bears the name of one line: the old one that no longer holds back, or"
    " the new one that permits or asks for what nothing permitted. Each example was decided by the kernel that guards"
    " your agents, and “everywhere” tells how far it can be changed; the line may permit more than that. Where the list"
    " is complete, that is proved: outside of these regions nothing is newly permitted."
)
_EFFECTS = {
    "wider": "more can happen",
    "forgets": "what sessions hold of it is not carried over",
    "changed": "to be read: it was not shown to be narrower",
    "narrower": "narrower",
    "neutral": "neither",
}


def diff_page(every: Sequence[Compared], version: str) -> str:
    """The whole file."""
    regions = sum(len(each.difference.opened) for each in every)
    words = f"This change newly permits {regions or 'no'} {'region' if regions == 1 else 'regions'} of actions."
    paths = [each.new for each in every]
    header = [tag("h1", None, "What this change permits"), tag("p", None, words), *contents(paths)]
    sections = [section for number, each in enumerate(every) for section in _compared(each, number)]
    return frame(paths, header, sections, _MEANING, version)


def _compared(compared: Compared, number: int) -> Iterator[Element]:
    yield heading(number, compared.new)
    yield tag("p", {"class": "quiet"}, "compared with ", tag("code", None, compared.old))
    yield _complete(compared)
    for at, region in enumerate(compared.difference.opened, 1):
        yield _region(at, region, compared)
    told = [each for each in compared.difference.changes if each.effect != "neutral"]
    if told:
        yield tag("h3", None, "What is declared otherwise")
        rows = [[_EFFECTS[each.effect], each.text, compared.at(each)] for each in told]
        yield table("Declarations", ("effect", "change", "line"), rows)
    closed = list(_closed(compared))
    if closed:
        yield tag("h3", None, "Narrower than before")
        yield tag("ul", None, *(tag("li", None, line) for line in closed))


def _complete(compared: Compared) -> Element:
    if compared.difference.complete:
        said = "✓ complete: outside of what is listed, nothing is newly permitted, of any action in any state"
        return tag("p", {"class": "status holds"}, said)
    said = f"? not complete: more may be newly permitted. {compared.difference.why}"
    return tag("p", {"class": "status undecided"}, said)


def _region(number: int, region: Opened, compared: Compared) -> Element:
    told = [each for each in of_example(region.example, compared.new) if each.label != "as bad"]
    if region.bounds:
        told.append(Saying("everywhere", tuple(map(bound, region.bounds))))
    title = tag("h3", None, f"{number}. {opening(region, compared.new, compared.old)}")
    return tag("article", {"class": "false"}, title, sayings(told))


def _closed(compared: Compared) -> Iterator[str]:
    for region in compared.narrower:
        at, name, did = closing(region, compared.new, compared.old)
        yield f"{at} ({name}) {did}"
