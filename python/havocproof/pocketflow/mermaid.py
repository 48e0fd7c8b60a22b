"""A flow as a Mermaid flowchart, which many places show by themselves: GitHub, GitLab, editors, notebooks."""

from __future__ import annotations

from collections.abc import Iterator

from havocproof.pocketflow.picture import Box, Picture

COLOURS = {
    "permit": ("#e7f5e9", "#2e7d32"),
    "ask": ("#fff4d6", "#b26a00"),
    "deny": ("#fde7e7", "#c62828"),
    "model": ("#e8ecfb", "#3949ab"),
    "nothing": ("#f5f5f5", "#616161"),
}
"""Fill and line of each tone."""


def mermaid(shown: Picture) -> str:
    """The text of the chart."""
    lines = ["flowchart TD", *(f"    {line}" for box in shown.boxes for line in _box(box))]
    ends = 0
    for edge in shown.edges:
        target = edge.target
        if not target:
            ends += 1
            target = f"end{ends}(( ))"
        arrow = "-. starts .->" if edge.starts else f'-->|"{_text(edge.label)}"|' if edge.label else "-->"
        lines.append(f"    {edge.source} {arrow} {target}")
    for tone, (fill, line) in COLOURS.items():
        ids = [box.id for box in shown.every() if box.tone == tone and not box.is_flow]
        if ids:
            lines += [
                f"    classDef {tone} fill:{fill},stroke:{line},color:#111",
                f"    class {','.join(ids)} {tone}",
            ]
    return "\n".join(lines) + "\n"


def _box(box: Box) -> Iterator[str]:
    title = heading(box)
    if box.is_flow:
        yield f'subgraph {box.id}["{_text(title)}"]'
        yield "    direction TD"
        for line in box.lines:
            yield f"    %% {line}"
        for inner in box.inside:
            yield from (f"    {line}" for line in _box(inner))
        yield "end"
        return
    text = "<br/>".join([f"<b>{_text(title)}</b>", *(_text(line) for line in box.lines)])
    yield f'{box.id}["{text}"]'


def heading(box: Box) -> str:
    """The first line of a box."""
    tags = (*([f"agent {box.agent}"] if box.agent else []), *box.tags)
    return f"{box.name} ({', '.join(tags)})" if tags else box.name


def _text(text: str) -> str:
    """Text that says nothing to Mermaid."""
    plain = "".join(letter if letter.isprintable() else " " for letter in text)
    for sign, code in (("&", "#amp;"), ('"', "#quot;"), ("<", "#lt;"), (">", "#gt;"), ("|", "#124;"), ("`", "#96;")):
        plain = plain.replace(sign, code)
    return plain
