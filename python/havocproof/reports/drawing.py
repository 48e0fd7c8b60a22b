"""The picture of who may reach what, as SVG in the page: agents, groups, rules, from left to right.

What an edge or a mark means stands beside it in words; colours and dashes only repeat it.
"""

from __future__ import annotations

from collections.abc import Iterator

from havocproof.reports.markup import Element, tag
from havocproof.reports.reach import ASK, PERMIT, Actor, Entry, Reach

_WIDTH, _TOP = 1000, 34
_AGENTS, _GROUPS, _RULES = (10, 150), (250, 160), (500, 490)  # x and width of each column
_ROW, _GAP, _BOX = 46, 14, 34  # of a rule, between groups, height of a box
_MOST = 12  # rules of one group
_MOST_GROUPS = 24
_LETTERS = 64
_LEGEND = (
    "Lines from an agent: solid, it uses the group; dotted, it may only pass the group on to agents that it starts.",
    "Frames of rules: solid, permitted; dashed, people are asked. What is forbidden stands in the table.",
)
_MARKS = {PERMIT: "permit", ASK: "ask"}

# The style sheet says these, too; where there is none, as in a viewer of images, the picture can still be read.
_SOFT = "#57606a"
_DASHES = {ASK: "6 3", "passes": "2 3"}
_FRAME = {"fill": "#f6f8fa", "stroke": _SOFT}


def drawing(found: Reach, number: int = 0) -> Element:
    """An `svg` element, with a title and a description for those who do not see it. `number`: among the page's."""
    title_id, desc_id = f"reach-title-{number}", f"reach-desc-{number}"
    groups = dict(list(found.groups.items())[:_MOST_GROUPS])
    edges, boxes = [], []
    middle: dict[str, float] = {}
    y = float(_TOP)
    for name, entries in groups.items():
        shown = entries[:_MOST]
        high = _ROW * (len(shown) + (len(entries) > _MOST))
        middle[name] = y + high / 2
        boxes.append(_box(_GROUPS, middle[name], "group", name))
        for row, entry in enumerate(shown):
            at = y + row * _ROW + _ROW / 2
            edges.append(_edge(_right(_GROUPS), middle[name], _RULES[0], at, entry.effect))
            boxes.append(_rule(entry, at))
        if len(entries) > _MOST:
            at = y + len(shown) * _ROW + _ROW / 2
            boxes.append(_text(_RULES[0] + 8, at, f"and {len(entries) - _MOST} more, in the table", "note"))
        y += high + _GAP
    height: float = max(y, _TOP + len(found.actors) * (_BOX + _GAP) + _GAP)
    step = (height - _TOP) / max(1, len(found.actors))
    for row, actor in enumerate(found.actors):
        at = _TOP + step * (row + 0.5)
        boxes.append(_box(_AGENTS, at, "agent", actor.name))
        edges += _uses(actor, at, middle)
    more = len(found.groups) - len(groups)
    if more > 0:
        boxes.append(_text(_GROUPS[0], height, f"and {more} more groups, in the table", "note"))
        height += 20
    for words in _LEGEND:
        boxes.append(_text(_AGENTS[0], height + 12, words, "note"))
        height += 18
    heads = [
        _text(x, 18, words, "head") for (x, _), words in ((_AGENTS, "agents"), (_GROUPS, "groups"), (_RULES, "rules"))
    ]
    title = tag("title", {"id": title_id}, "Who may reach what")
    about = tag("desc", {"id": desc_id}, _described(found))
    size = {"viewBox": f"0 0 {_WIDTH} {height + 8:.0f}", "role": "img", "aria-labelledby": f"{title_id} {desc_id}"}
    return tag(
        "svg",
        {"class": "reach", "fill": "#1b1f24", "font-family": "monospace", "font-size": 12, **size},
        title,
        about,
        *heads,
        *edges,
        *boxes,
    )


def _uses(actor: Actor, at: float, middle: dict[str, float]) -> Iterator[Element]:
    for group in actor.uses:
        if group in middle:
            yield _edge(_right(_AGENTS), at, _GROUPS[0], middle[group], "uses")
    for group in actor.passes:
        if group in middle and group not in actor.uses:
            yield _edge(_right(_AGENTS), at, _GROUPS[0], middle[group], "passes")


def _rule(entry: Entry, at: float) -> Element:
    x, width = _RULES
    mark = _MARKS[entry.effect] + (f" {entry.needs}" if entry.effect == ASK else "")
    place = entry.place + (f"; when {entry.when}" if entry.when else "")
    dashes = {"stroke-dasharray": _DASHES[ASK]} if entry.effect == ASK else {}
    whole = f"{mark}: {entry.what}; {place} ({entry.id}, line {entry.line})"
    return tag(
        "g",
        {"class": entry.effect},
        tag("title", None, whole),
        tag("rect", {"x": x, "y": f"{at - 20:.1f}", "width": width, "height": 40, "rx": 4, **_FRAME, **dashes}),
        tag(
            "text",
            {"x": x + 8, "y": f"{at - 4:.1f}"},
            tag("tspan", {"class": "mark"}, f"{mark}:"),
            f" {_short(entry.what, _LETTERS - len(mark))}",
        ),
        tag("text", {"x": x + 8, "y": f"{at + 13:.1f}", "class": "place"}, _short(place or "anything", _LETTERS)),
    )


def _box(column: tuple[int, int], middle: float, kind: str, name: str) -> Element:
    x, width = column
    top = middle - _BOX / 2
    return tag(
        "g",
        {"class": kind},
        tag("title", None, f"{kind} {name}"),
        tag("rect", {"x": x, "y": f"{top:.1f}", "width": width, "height": _BOX, "rx": 4, **_FRAME}),
        tag("text", {"x": x + 8, "y": f"{middle + 4:.1f}"}, _short(name, width // 8)),
    )


def _edge(x: float, y: float, to_x: float, to_y: float, kind: str) -> Element:
    half = (x + to_x) / 2
    dashes = {"stroke-dasharray": _DASHES[kind]} if kind in _DASHES else {}
    path = f"M{x:.1f} {y:.1f} C{half:.1f} {y:.1f} {half:.1f} {to_y:.1f} {to_x:.1f} {to_y:.1f}"
    return tag("path", {"class": f"edge {kind}", "d": path, "fill": "none", "stroke": _SOFT, **dashes})


def _text(x: float, y: float, words: str, kind: str) -> Element:
    return tag("text", {"x": f"{x:.1f}", "y": f"{y:.1f}", "class": kind}, words)


def _right(column: tuple[int, int]) -> int:
    return column[0] + column[1]


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: max(1, most - 1)] + "…"


def _described(found: Reach) -> str:
    rules = sum(map(len, found.groups.values()))
    return f"{len(found.actors)} agents, {len(found.groups)} groups, {rules} rules. The table says the same in words."
