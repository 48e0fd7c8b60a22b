"""Whatever stands in a policy file: every format stays well-formed, and shows the text as it is, unless it controls."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree as Xml

from hypothesis import given
from hypothesis import strategies as st

from havocproof.errors import Problem
from havocproof.proving.results import Bound, Broken, Edit, Example, Line, Result, Undecided
from havocproof.reports import markdown, text
from havocproof.reports.escape import plain
from havocproof.reports.findings import of_proofs
from havocproof.reports.junit import junit
from havocproof.reports.page import page
from havocproof.reports.proved import Exit, Proved
from havocproof.reports.sarif import sarif
from havocproof.reports.workflow import commands
from tests.reports.made import report
from tests.reports.test_page import Strict
from tests.reports.test_sarif import check
from tests.reports.test_texts import spans

PIECES = ["<", ">", "&", '"', "'", "`", "``", "```", "|", "\\", "\n", "\r", "\x00", "‮", "]]>", "<!--", "](", "::", "%"]
TEXTS = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\udc80\udcff"), max_size=20) | st.lists(
    st.sampled_from([*PIECES, "a", " ", "</style>", "${{ x }}"]), max_size=9
).map("".join)


def told(word: str) -> Proved:
    """A run in which the text stands everywhere that a policy's text may stand."""
    line = Line(f"r{word}", "permit", "", 3, word)
    example = Example(f"w{word}", (Bound("a", word),), (word,), word, "permit", (word,), (line,), (Bound(word, "x"),))
    broken = Broken(word, example, Edit("narrow", word, f"{word}\nsecond", "", 3))
    results = (
        Result(f"i{word}", "never", word, "", 1, broken),
        Result(f"j{word}", "never", word, "", 2, Undecided(word, (line,), word), word),
    )
    notice = Problem("desk.yaml", 5, 1, "W-GAP", word, word)
    found = report(*results)
    return Proved(
        f"p{word}.yaml".replace("\0", ""),
        found.__class__(word, word, "0", "desk.yaml", found.results, (notice,), 0, 0.0),
    )


@given(TEXTS)
def test_every_format_holds_any_text(word: str) -> None:
    proved = told(word)
    shown = plain(word)
    strict = Strict(page([proved], "1"))
    assert f"i{shown}" in [each for tag, each in strict.texts if tag == "code"]
    assert Xml.fromstring(junit([proved])).findall(".//testcase")[0].get("name") == f"i{shown}"
    findings = list(of_proofs([proved]))
    results = check(json.loads(json.dumps(sarif(findings, "prove", Exit.FALSE, "1", Path()))))
    assert len(results) == len(findings) == 3
    for line in commands(findings):
        assert re.fullmatch(r"::(error|warning) file=[^:,\n\r]*(,line=\d+)?,title=[^:,\n\r]*::[^\n\r]*", line)
    for result in proved.report.results if proved.report is not None else ():
        for line in text.result(result, proved.path).split("\n"):
            assert line == plain(line)
            assert re.match(r"(FALSE|not decided|    [a-z|])", line)


@given(TEXTS)
def test_markdown_holds_any_text(word: str) -> None:
    fence = ""
    for line in markdown.proofs([told(word)]).split("\n"):
        if match := re.match(r" *(```+)", line):
            fence = "" if match[1] == fence else fence or match[1]
        elif not fence:
            outside = "".join(spans(line))
            assert re.fullmatch(r"[\w ✅❌⚠️*#.,;:()|/-]*", outside), line
    assert not fence
