"""Places out of boxes: segments that fit what is left of a place and of each of its segments, and their text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from havocproof.analysis.code import Coords
from havocproof.policy.axes import Axis

if TYPE_CHECKING:
    from havocproof.analysis.building import Choice

_WORDS = {"host": "host", "email": "mail", "table": "table", "path": "dir", "url": "page"}
_SHORTEST = {"host": 2, "email": 3, "table": 3, "path": 1}


def segments_of(choice: Choice, axis: str, kind: str, last: str | None) -> tuple[str, ...]:
    """A place. `last`: what its last segment must be, if that is said elsewhere."""
    depth = choice.table.depths.get(axis, 0)
    lo, hi = choice.span(Coords.Coord_CLen(axis)) or (0, depth + 2)
    shortest, longest = max(lo, 0), hi - 1 if hi <= depth + 1 else depth + 4
    spans = [choice.span(Coords.Coord_CSeg(axis, at)) for at in range(depth)]
    for at, span in enumerate(spans):
        if span is None:
            continue
        if span[0] >= 0:
            shortest = max(shortest, at + 1)
        if span[1] <= 0:
            longest = min(longest, at)
    wished = _SHORTEST.get(kind, 0)
    if kind == "table":
        wished = 3
    length = min(max(shortest, wished), max(longest, shortest))
    made = [_segment(choice, span, kind, at) for at, span in enumerate([*spans[:length], *[None] * (length - depth)])]
    _beyond(choice, axis, depth, made)
    if kind == "email" and "@" not in made:
        if len(made) < 3:
            made += [choice.spare("mail")] * (3 - len(made))
        made[-2] = "@"
    if (
        last is not None
        and made
        and (len(made) > depth or spans[len(made) - 1] is None or made[-1] not in choice.table.literals)
    ):
        made[-1] = last
    return tuple(made)


def _segment(choice: Choice, span: tuple[int, int] | None, kind: str, at: int) -> str:
    word = _WORDS.get(kind, "part")
    if span is None or span[1] > len(choice.table.literals):
        return choice.spare(word if kind != "path" or at == 0 else "file")
    names = choice.names(span)
    return names[0] if names else ""


def _beyond(choice: Choice, axis: str, depth: int, made: list[str]) -> None:
    """Segments behind the last that is told apart: one for each set that must be met there."""
    for coord in choice.table.coords:
        if coord.is_CTail and coord.axis == axis and choice.on(coord) and len(made) > depth:
            held = [name for name in coord.names if name]
            if held and not any(name in coord.names for name in made[depth:]):
                made.append(sorted(held)[0])


def text_of(segments: tuple[str, ...], kind: str, axis: Axis | None) -> str:
    """The place as people write it."""
    if segments == ("",):
        return ""
    if kind == "host":
        return ".".join(reversed(segments)).removeprefix("ip:") if segments else ""
    if kind == "email" and "@" in segments:
        at = segments.index("@")
        return ".".join(segments[at + 1 :]) + "@" + ".".join(reversed(segments[:at]))
    if kind in ("path", "url"):
        return "/" + "/".join(segments)
    return ("." if kind == "table" else axis.separator if axis is not None else "/").join(segments)
