"""A flow as an SVG image: boxes in rows, each flow a frame around its own rows, edges behind the boxes.

Row by row from the start: a node stands one row below the first node that leads to it. That is all the layout that
flows of agents need, and all that is here; for other layouts there is the Mermaid text.
"""

from __future__ import annotations

from dataclasses import dataclass
from xml.sax.saxutils import escape

from havocproof.pocketflow.mermaid import COLOURS, heading
from havocproof.pocketflow.picture import Box, Edge, Picture

_LETTER, _LINE, _PAD = 6.7, 16, 10  # pixels: of a letter at 11 px, of a line, around text
_ACROSS, _DOWN, _FRAME = 36, 46, 22  # between boxes, between rows, within a frame


_TIP = (
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7"'
    ' orient="auto-start-reverse"><path d="M0 0 L8 4 L0 8 z" fill="#444"/></marker></defs>'
)


@dataclass(frozen=True, slots=True)
class _Place:
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        return self.x + self.width / 2

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def right(self) -> float:
        return self.x + self.width


def svg(shown: Picture) -> str:
    """The image's text."""
    places: dict[str, _Place] = {}
    width, height = _rows(shown.boxes, shown.edges, _FRAME, _FRAME, places)
    body = [*_frames(shown.boxes, places), *(_edge(edge, places) for edge in shown.edges)]
    body += [_node(box, places[box.id]) for box in shown.every() if not box.is_flow]
    size = f"{width + 2 * _FRAME + 40:.0f}", f"{height + 2 * _FRAME:.0f}"
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size[0]}" height="{size[1]}"'
        f' viewBox="0 0 {size[0]} {size[1]}" font-family="ui-monospace, Menlo, monospace" font-size="11">'
    )
    return "\n".join([head, _TIP, '<rect width="100%" height="100%" fill="#ffffff"/>', *body, "</svg>\n"])


def _rows(boxes: list[Box], edges: list[Edge], x: float, y: float, places: dict[str, _Place]) -> tuple[float, float]:
    """Places the boxes from (x, y) on; gives width and height of all of them."""
    rows: list[list[Box]] = []
    for box, rank in _ranked(boxes, edges):
        while len(rows) <= rank:
            rows.append([])
        rows[rank].append(box)
    sizes = {box.id: _size(box, edges) for box in boxes}
    widths = [sum(sizes[box.id][0] for box in row) + _ACROSS * (len(row) - 1) for row in rows]
    widest, top = max(widths, default=0.0), y
    for row, width in zip(rows, widths, strict=True):
        left = x + (widest - width) / 2
        for box in row:
            wide, high = sizes[box.id]
            places[box.id] = _Place(left, top, wide, high)
            if box.is_flow:
                _rows(box.inside, edges, left + _FRAME, top + _FRAME + _LINE * (1 + len(box.lines)), places)
            left += wide + _ACROSS
        top += max(sizes[box.id][1] for box in row) + _DOWN
    return widest, max(0.0, top - _DOWN - y)


def _ranked(boxes: list[Box], edges: list[Edge]) -> list[tuple[Box, int]]:
    """Each box with its row: steps from the first box, and those that nothing leads to in the row of their source."""
    mine = {box.id: box for box in boxes}
    inner = {each.id: box.id for box in boxes for each in box.every()}
    row: dict[str, int] = {}
    for box in boxes:  # in the order of the walk: the first is the start
        if box.id not in row:
            row[box.id] = max(row.values(), default=-1) + 1
        todo = [box.id]
        for first in todo:
            for edge in edges:
                if inner.get(edge.source) == first and edge.target in mine and edge.target not in row:
                    row[edge.target] = row[first] + 1
                    todo.append(edge.target)
    return [(box, row[box.id]) for box in boxes]


def _size(box: Box, edges: list[Edge]) -> tuple[float, float]:
    texts = [heading(box), *box.lines]
    width = max(len(text) for text in texts) * _LETTER + 2 * _PAD
    if not box.is_flow:
        return width, len(texts) * _LINE + _PAD
    wide, high = _rows(box.inside, edges, 0, 0, {})
    return max(width, wide + 2 * _FRAME + 20), high + 2 * _FRAME + _LINE * (1 + len(box.lines))


def _frames(boxes: list[Box], places: dict[str, _Place]) -> list[str]:
    found = []
    for box in boxes:
        if not box.is_flow:
            continue
        at = places[box.id]
        found.append(
            f'<rect x="{at.x:.1f}" y="{at.y:.1f}" width="{at.width:.1f}" height="{at.height:.1f}" rx="8"'
            f' fill="#fafafa" stroke="#9e9e9e" stroke-dasharray="{"5 3" if box.agent else "none"}"/>'
        )
        found += _texts(at.x + _PAD, at.y + _LINE, heading(box), box.lines)
        found += _frames(box.inside, places)
    return found


def _node(box: Box, at: _Place) -> str:
    fill, line = COLOURS[box.tone]
    shape = (
        f'<rect x="{at.x:.1f}" y="{at.y:.1f}" width="{at.width:.1f}" height="{at.height:.1f}" rx="4"'
        f' fill="{fill}" stroke="{line}"/>'
    )
    return "\n".join([shape, *_texts(at.x + _PAD, at.y + _LINE, heading(box), box.lines)])


def _texts(x: float, y: float, title: str, lines: tuple[str, ...]) -> list[str]:
    found = [f'<text x="{x:.1f}" y="{y:.1f}" font-weight="bold">{_plain(title)}</text>']
    for number, line in enumerate(lines, 1):
        found.append(f'<text x="{x:.1f}" y="{y + number * _LINE:.1f}" fill="#333">{_plain(line)}</text>')
    return found


def _edge(edge: Edge, places: dict[str, _Place]) -> str:
    source = places[edge.source]
    dashes = ' stroke-dasharray="4 3"' if edge.starts else ""
    label = "starts" if edge.starts else edge.label
    if not edge.target:  # an end
        end = (source.middle + 24, source.bottom + 18)
        path, at = f"M{source.middle + 24:.1f} {source.bottom:.1f} L{end[0]:.1f} {end[1]:.1f}", end
    else:
        target = places[edge.target]
        if edge.starts:  # around the left side
            start, end = (source.x, source.y + source.height / 2), (target.x, target.y + 12)
            side = min(start[0], end[0]) - 24
            path = _curve(start, (side, start[1]), (side, end[1]), end)
            at = (side + 8, (source.bottom + target.y) / 2)
        elif target.y >= source.bottom:
            start, end = (source.middle, source.bottom), (target.middle, target.y)
            reach = (end[1] - start[1]) / 2
            path = _curve(start, (start[0], start[1] + reach), (end[0], end[1] - reach), end)
            at = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
        else:  # back, or beside: around the right side
            start, end = (source.right, source.y + source.height / 2), (target.right, target.y + 12)
            side = max(start[0], end[0]) + 34
            path = _curve(start, (side, start[1]), (side, end[1]), end)
            at = (side - 8, (start[1] + end[1]) / 2)
    line = f'<path d="{path}" fill="none" stroke="#444"{dashes} marker-end="url(#tip)"/>'
    return line + (f'<text x="{at[0] + 3:.1f}" y="{at[1]:.1f}" fill="#444">{_plain(label)}</text>' if label else "")


def _curve(*points: tuple[float, float]) -> str:
    start, *rest = (f"{x:.1f} {y:.1f}" for x, y in points)
    return f"M{start} C{', '.join(rest)}"


def _plain(text: str) -> str:
    return escape("".join(letter if letter.isprintable() else " " for letter in text))
