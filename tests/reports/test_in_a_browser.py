"""The pages as a browser shows them: nothing runs over the edge, nothing is fetched, nothing is complained about."""

from __future__ import annotations

from pathlib import Path

import pytest

from havocproof.reports.diff_page import diff_page
from havocproof.reports.page import page
from tests.reports.browser import Seen, look
from tests.reports.made import compared, proved, unread

PAGES = {"prove": page([proved(), unread()], "0.1.0"), "diff": diff_page([compared()], "0.1.0")}
WIDTHS = (360, 1200)


@pytest.fixture(scope="module", params=[(name, width) for name in PAGES for width in WIDTHS], ids=str)
def seen(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    name, width = request.param
    return look(PAGES[name], width, tmp_path_factory.mktemp("profile"))


def test_nothing_stands_over_the_edge(seen: Seen) -> None:
    assert seen.said["wide"] == []
    assert seen.said["content"] == seen.said["width"]


def test_every_text_of_the_picture_stays_in_its_box(seen: Seen) -> None:
    assert seen.said["clipped"] == 0


def test_the_page_fetches_nothing_but_itself(seen: Seen) -> None:
    assert sorted(path for path in seen.asked if path != "/favicon.ico") == ["/", "/page"]


def test_the_browser_complains_of_nothing(seen: Seen) -> None:
    assert [line for line in seen.console if "favicon" not in line] == []


def test_the_style_sheet_is_applied_and_the_page_has_content(seen: Seen) -> None:
    assert seen.said["font"] == "16px"
    assert seen.said["ground"] in ("rgb(255, 255, 255)", "rgb(13, 17, 23)")
    assert int(str(seen.said["headings"])) >= 2


def test_a_page_that_runs_over_the_edge_or_loads_something_is_noticed(tmp_path: Path) -> None:
    html = PAGES["diff"].replace("span.status", ".status").replace("<main>", "<main><img src='/elsewhere'>")
    spoilt = look(html, 360, tmp_path)
    assert int(str(spoilt.said["content"])) > int(str(spoilt.said["width"]))
    assert spoilt.console != []  # the content policy refuses the picture
    assert "/elsewhere" not in spoilt.asked
