"""The chart: a year of closing prices, each symbol from 100, drawn by pygal as SVG without scripts."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from xml.etree import ElementTree

import pygal
from pygal.style import Style

from examples.research_desk.figures import Figure, Series, written

# pygal hooks into the import system in an old way, for plugins that are not used here; each module that is looked for
# afterwards and does not exist would be warned about.
sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__name__ != "PluginImportFixer"]

_STYLE = Style(
    background="#ffffff",
    plot_background="#ffffff",
    font_family="sans-serif",
    guide_stroke_color="#cccccc",
    major_guide_stroke_color="#888888",
    title_font_size=18,
    label_font_size=12,
    major_label_font_size=12,
    legend_font_size=13,
    colors=("#1f77b4", "#d62728", "#2ca02c", "#9467bd"),
)


def draw(series: Sequence[Series], figures: Iterable[Figure]) -> str:
    """SVG text. Each line is named by its symbol and the two figures that it shows: change and last close."""
    named = {(figure.symbol, figure.name): written(figure.value) for figure in figures}
    chart = pygal.Line(
        js=[],
        style=_STYLE,
        width=960,
        height=480,
        explicit_size=True,
        title="A year of closing prices, the first one = 100",
        show_dots=False,
        legend_at_bottom=True,
        legend_at_bottom_columns=3,
        x_label_rotation=25,
        x_labels_major_every=8,
        show_minor_x_labels=False,
    )
    if series:
        chart.x_labels = series[0].days
    for line in series:
        change, last = named[line.symbol, "change_percent"], named[line.symbol, "last_close"]
        first = line.closes[0]
        values = [round(100 * close / first, 2) for close in line.closes]
        chart.add(f"{line.symbol}  {change} %, {last} USD", values, stroke_style={"width": 2.5})
    chart.uuid = "closes"  # it would be random, and the same figures are to give the same file
    root = chart.render_tree()
    for parent in list(root.iter()):
        for script in [child for child in parent if str(child.tag).rpartition("}")[2] == "script"]:
            parent.remove(script)
    return ElementTree.tostring(root, encoding="unicode") + "\n"
