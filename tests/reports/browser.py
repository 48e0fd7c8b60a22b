"""Pages in a real browser: Chromium without a window, on pages served from this machine."""

from __future__ import annotations

import functools
import json
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

REQUIRED = "HAVOCPROOF_BROWSER"
_QUIET = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-component-update"),
    *("--disable-background-networking", "--disable-sync", "--enable-logging=stderr", "--log-level=0"),
)
_ASKING = """<!DOCTYPE html><html><body><iframe id="it" src="/page" width="{width}" height="900"></iframe>
<script>
  addEventListener("load", () => {{
    const seen = document.getElementById("it").contentDocument;
    const wide = [...seen.querySelectorAll("body *")].filter(each =>
      !each.closest(".scroll, pre, svg") && each.getBoundingClientRect().right > seen.documentElement.clientWidth + 1);
    const clipped = [...seen.querySelectorAll("svg g")].filter(group => {{
      const box = group.querySelector("rect");
      return box && [...group.querySelectorAll("text")].some(text =>
        text.getBoundingClientRect().right > box.getBoundingClientRect().right + 1);
    }});
    const said = JSON.stringify({{
      width: seen.documentElement.clientWidth, content: seen.documentElement.scrollWidth,
      wide: wide.map(each => each.tagName + ": " + each.textContent.slice(0, 60)), clipped: clipped.length,
      ground: getComputedStyle(seen.body).backgroundColor, font: getComputedStyle(seen.body).fontSize,
      headings: seen.querySelectorAll("h1, h2, h3").length, boxes: seen.querySelectorAll("svg rect").length,
    }});
    document.body.innerHTML = "<pre id='said'></pre>";
    document.getElementById("said").textContent = said;
  }});
</script></body></html>"""


@dataclass(frozen=True)
class Seen:
    """What Chromium made of a page. said: of its layout; asked: paths that it fetched; console: what it logged."""

    said: Mapping[str, object]
    asked: list[str]
    console: list[str]


def chromium() -> str:
    """The program; skips where there is none, and fails where it must be."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        if os.environ.get(REQUIRED) == "required":
            raise AssertionError(f"{REQUIRED}=required, and there is no Chromium")
        pytest.skip("no Chromium: `apt-get install chromium` brings one")
    return found


def look(html: str, width: int, folder: Path) -> Seen:
    """The page at this width of the window, in CSS pixels."""
    program = chromium()
    with _served({"/page": html, "/": _ASKING.format(width=width)}) as (address, asked):
        options = [*_QUIET, f"--user-data-dir={folder}", f"--window-size={width + 100},1000", "--dump-dom"]
        done = subprocess.run([program, *options, address], capture_output=True, text=True, timeout=120, check=True)
    found = re.search(r"<pre id=\"said\">(.*?)</pre>", done.stdout, re.DOTALL)
    assert found, f"the page was not looked at:\n{done.stdout[-800:]}\n{done.stderr[-800:]}"
    console = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    return Seen(json.loads(found[1].replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")), asked, console)


@contextmanager
def _served(pages: Mapping[str, str]) -> Iterator[tuple[str, list[str]]]:
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            body = pages.get(self.path, "").encode()
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=functools.partial(server.serve_forever, poll_interval=0.02), daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/", asked
        finally:
            server.shutdown()
