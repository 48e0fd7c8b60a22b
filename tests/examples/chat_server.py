"""A loopback server that speaks the chat-completions format, with a small model of its own behind it."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Model = Callable[[str, int], str]
"""From an agent's name and how often it was asked before, to what it says."""


@dataclass
class ChatServer:
    """`asked`: the requests' bodies; `keys`: their authorization headers; `paths`: where they were sent."""

    url: str
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)

    def prompts(self, agent: str) -> list[str]:
        return [
            body["messages"][0]["content"]
            for body in self.asked
            if f"You are {agent} " in body["messages"][0]["content"]
        ]


@contextmanager
def chat_server(model: Model, status: int = 200) -> Iterator[ChatServer]:
    """Serves /v1/chat/completions until the block ends; `status`: of every answer."""
    turns: dict[str, int] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            served.asked.append(body)
            served.keys.append(self.headers.get("authorization", ""))
            served.paths.append(self.path)
            found = re.match(r"You are (\S+) of", body["messages"][0]["content"])
            agent = found[1] if found else ""
            turn = turns[agent] = turns.get(agent, -1) + 1
            answer = {
                "id": "chatcmpl-1",
                "object": "chat.completion",
                "model": body["model"],
                "choices": [
                    {
                        "index": 0,
                        "message": {"role": "assistant", "content": model(agent, turn)},
                        "finish_reason": "stop",
                    }
                ],
                "usage": {"prompt_tokens": 900, "completion_tokens": 60, "total_tokens": 960},
            }
            data = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    served = ChatServer(f"http://127.0.0.1:{server.server_address[1]}/v1")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
