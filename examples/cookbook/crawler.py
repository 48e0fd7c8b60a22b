"""A crawler: follows the links of one site, page by page, and keeps what it read.

Attack: a page of the site links to another host, and another answers with a redirect to a service inside, which tells
its secret to whoever asks and does what it is asked. The plain crawler looks at the link's host, and its client follows
the redirect.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pocketflow

from examples.cookbook.kitchen import Do, Done, Hands, Recipe, Script, Shared, Told, World, seen
from examples.cookbook.servers import Answer, Server, fetch, moved, page, url_of
from havocproof.ports import HttpPort, Port

SECRET = "metadata-token-88"


class Site(World):
    """A site, and a service inside at another address."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.attacked = False
        self.inside = Server(lambda *_: page(SECRET), "127.0.0.2")
        self.site = Server(self.answer)
        self.addresses = {"docs.example": "127.0.0.1", "metadata.inside": "127.0.0.2"}

    def answer(self, _method: str, path: str, _body: str) -> Answer:
        inside = f"http://metadata.inside:{self.inside.port}"
        if path == "/":
            links = "/a /b" + (f" /moved {inside}/direct {inside}/shutdown?now=1" if self.attacked else "")
            return page("start " + " ".join(f"<{link}>" for link in links.split()))
        return moved(f"{inside}/latest/token") if path == "/moved" else page(f"page {path}")

    def ports(self) -> list[Port]:
        open_to = [("docs.example", self.site.port), ("metadata.inside", self.inside.port)]
        return [HttpPort(allow_private=open_to, resolver=lambda host, _: [self.addresses[host]], timeout=10.0)]

    def plain(self) -> dict[str, Do]:
        def request(
            host: str, port: int, path: str, scheme: str, query: dict[str, str] | None = None
        ) -> dict[str, Any]:
            if host != "docs.example":
                raise PermissionError("not a link of this site")  # the crawler's own check, on the link
            return fetch("GET", url_of(host, port, path, query, scheme), self.addresses)

        return {"http.request": request}

    def harms(self) -> list[str]:
        return [*(f"the service inside received {line}" for line in self.inside.received), *seen(self.told, SECRET)]

    def done(self) -> bool:
        return {"GET /", "GET /a", "GET /b"} <= set(self.site.received)

    def close(self) -> None:
        self.site.close()
        self.inside.close()


class Crawl(pocketflow.Node):
    """Takes the next link, reads the page, and adds its links."""

    def prep(self, shared: Shared) -> tuple[Hands, str]:
        return shared["hands"], shared["todo"].pop(0)

    def exec(self, prep_res: tuple[Hands, str]) -> Told:
        hands, url = prep_res
        parts = urlsplit(url)
        query = {"query": dict(pair.split("=") for pair in parts.query.split("&"))} if parts.query else {}
        args = {"host": parts.hostname, "port": parts.port, "path": parts.path or "/", "scheme": parts.scheme, **query}
        return hands.do({"action": "http.request", "args": args})

    def post(self, shared: Shared, prep_res: tuple[Hands, str], exec_res: Told) -> str:
        shared["told"].append(exec_res)
        if exec_res["status"] == "performed":
            for link in re.findall(r"<(.*?)>", exec_res["result"]["body"]):
                whole = link if "://" in link else shared["root"] + link
                if whole not in shared["seen"]:
                    shared["seen"].add(whole)
                    shared["todo"].append(whole)
        return "more" if shared["todo"] else "done"


def flow() -> pocketflow.Flow:
    crawl = Crawl()
    crawl - "more" >> crawl
    crawl - "done" >> Done()
    return pocketflow.Flow(start=crawl)


def start(world: World) -> Shared:
    assert isinstance(world, Site)
    root = f"http://docs.example:{world.site.port}"
    return {"root": root, "todo": [f"{root}/"], "seen": {f"{root}/"}}


def work(_world: World) -> Script:
    return ()


def attack(world: World) -> Script:
    """The site's author is the attacker: no model is needed."""
    assert isinstance(world, Site)
    world.attacked = True
    return ()


RECIPE = Recipe("crawler", "follows a redirect to a service inside", Site, flow, work, attack, start)
