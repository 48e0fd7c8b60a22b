"""The model port: ModelCall, to an OpenAI-compatible endpoint through the http port, or to a script.

Result (`Effect.result`), the same for both:

    {"text": str, "model": the name that answered,
     "usage": {"prompt_tokens": int, "completion_tokens": int, "total_tokens": int}}     usage is {} if the server tells
     none

Measures: `tokens` is the usage's total, at most what was reserved; without a usage it counts in full. `cost` counts in
          full.

Errors. PortError: the request was not sent, or the server declined it (3xx, 4xx but 408), so no tokens were spent; the
messages have reached it all the same. InDoubt: sent and not answered, 408 or 5xx, or an answer that is cut or in no
known shape.

The key goes into one header of one request. It is in no result, error, note or repr; should the server send it back, it
reads "[key]". Bodies of errors are not passed on, because servers quote parts of the key in them.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from havocproof.actions import Action, ModelCall, Part
from havocproof.actions.scalars import GrammarError
from havocproof.actions.urls import parse_url
from havocproof.errors import ConfigError, InDoubt, PortError, PortRefused
from havocproof.ports.base import Effect, Permit
from havocproof.ports.http import HttpPort
from havocproof.ports.pinned import Answer, Outgoing

ANSWER_LIMIT = 8 << 20
_COUNTS = ("prompt_tokens", "completion_tokens", "total_tokens")
_LOOK = "Look at the provider's records before asking again: the tokens may have been spent."

Prices = Mapping[str, tuple[int, int]]
"""By model: minor units of the port's currency for a million tokens of the prompt, and of the answer."""
Script = Iterable[str] | Callable[[ModelCall], str]


class ModelPort:
    """Calls of one OpenAI-compatible endpoint.

    url: the endpoint without `/chat/completions`, such as "https://api.openai.com/v1". Plain http only to a host and
         port that the http port allows inside, since the key would be readable on the way. key: sent as bearer token;
         "" for none. http: the transport; its timeout and its rules on addresses hold here too. options: further fields
         of the request's body, such as {"temperature": 0}.

    Raises ConfigError.
    """

    verbs = frozenset({"model.call"})

    def __init__(
        self,
        url: str,
        key: str,
        http: HttpPort,
        *,
        prices: Prices | None = None,
        options: Mapping[str, Any] | None = None,
    ) -> None:
        try:
            parts = parse_url(url)
        except GrammarError as fault:
            raise ConfigError(f"url {fault.problem}", fault.remedy) from None
        if parts.query:
            raise ConfigError("url has a query", "Give the endpoint's base, such as https://api.openai.com/v1.")
        if not (key.isascii() and key.isprintable() and " " not in key):
            raise ConfigError("key is no bearer token", "Give it without blanks and line breaks.")
        if parts.scheme == "http" and (parts.host, parts.port) not in http.allow_private:
            raise ConfigError(
                f"url: plain http to {parts.host}:{parts.port} would show the key to everyone on the way",
                "Use https, or allow the host and port in the http port's allow_private.",
            )
        self._http = http
        self._key = key
        self._prices = dict(prices or {})
        self._options = dict(options or {})
        self._base = Outgoing(
            method="POST",
            scheme=parts.scheme,
            host=parts.host,
            port=parts.port,
            target=f"{parts.path.removesuffix('/')}/chat/completions",
            headers=(("content-type", "application/json"),),
            body=b"",
            limit=ANSWER_LIMIT,
        )
        http.check(self._base)

    def prepare(self, action: Action) -> PreparedCall:
        call = _call(action)
        parts = call.parts()
        _require_affordable(call, self._prices)
        body = {
            **self._options,
            "model": call.model,
            "messages": [dict(message) for message in call.messages],
            "max_tokens": call.max_tokens,
            "stream": False,
        }
        encoded = json.dumps(body, ensure_ascii=False).encode()
        return PreparedCall(parts, lambda: self._ask(call, encoded))

    def close(self) -> None:
        """Nothing outlives a call."""

    def _ask(self, call: ModelCall, body: bytes) -> Effect:
        headers = self._base.headers
        if self._key:
            headers = (*headers, ("authorization", f"Bearer {self._key}"))
        answer = self._http.carry(replace(self._base, headers=headers, body=body))
        self._require_done(answer)
        text, model, usage, finish = self._read(answer)
        result = {"text": text, "model": model, "usage": usage}
        return Effect(result, _used(usage, call, self._prices), {"address": answer.address, "finish_reason": finish})

    def _require_done(self, answer: Answer) -> None:
        where = f"{self._base.origin} answered {answer.status}"
        if answer.status == 408 or answer.status >= 500:
            raise InDoubt(where, _LOOK)
        if answer.status >= 400:
            remedy = {401: "Correct the key.", 403: "Correct the key.", 404: "Correct the url or the model's name."}
            raise PortError(where, remedy.get(answer.status, "Try again later, or send a smaller call."))
        if not 200 <= answer.status < 300:
            raise PortError(where, "Give the url that the server redirects to; redirects are not followed.")
        if answer.end != "complete":
            raise InDoubt(f"{where}, but the answer was cut ({answer.end})", _LOOK)

    def _read(self, answer: Answer) -> tuple[str, str, dict[str, int], str]:
        try:
            document = json.loads(answer.body)
            choice = document["choices"][0]
            text, model, finish = choice["message"]["content"], document.get("model", ""), choice.get("finish_reason")
            usage = document.get("usage")
        except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
            raise InDoubt(f"{self._base.origin} answered in no known shape", _LOOK) from None
        if not (isinstance(text, str | None) and isinstance(model, str)):
            raise InDoubt(f"{self._base.origin} answered in no known shape", _LOOK)
        return self._clean(text or ""), self._clean(model), _usage(usage), self._clean(finish)

    def _clean(self, text: object) -> str:
        """Without the key and without lone surrogates, which JSON can carry and UTF-8 cannot (each becomes U+FFFD)."""
        whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if isinstance(text, str) else ""
        return whole.replace(self._key, "[key]") if self._key else whole


class ScriptedModel:
    """A model that says what a script says, for runs without a network.

    replies: texts in the order of the calls, or a function of the call. A token is counted for every four characters
             begun, of the messages and of the reply. Raises PortError when the replies are used up.
    """

    verbs = frozenset({"model.call"})

    def __init__(self, replies: Script, *, prices: Prices | None = None) -> None:
        self._prices = dict(prices or {})
        self._lock = threading.Lock()
        self._reply: Callable[[ModelCall], str] = replies if callable(replies) else self._follow(iter(replies))

    def prepare(self, action: Action) -> PreparedCall:
        call = _call(action)
        parts = call.parts()
        if self._prices:
            _require_affordable(call, self._prices)
        return PreparedCall(parts, lambda: self._ask(call))

    def close(self) -> None:
        """Nothing is held."""

    def _follow(self, replies: Iterator[str]) -> Callable[[ModelCall], str]:
        def reply(call: ModelCall) -> str:
            with self._lock:
                try:
                    return next(replies)
                except StopIteration:
                    raise PortError("the scripted model has no more replies", "Give it one for every call.") from None

        return reply

    def _ask(self, call: ModelCall) -> Effect:
        text = self._reply(call)
        prompt = sum(_tokens(message["content"]) for message in call.messages)
        completion = _tokens(text)
        usage = dict(zip(_COUNTS, (prompt, completion, prompt + completion), strict=True))
        return Effect({"text": text, "model": call.model, "usage": usage}, _used(usage, call, self._prices))


class PreparedCall:
    """One call of a model, ready to be made once."""

    def __init__(self, parts: tuple[Part, ...], ask: Callable[[], Effect]) -> None:
        self.parts = parts
        self._ask: Callable[[], Effect] | None = ask

    def perform(self, permit: Permit) -> Effect:
        permit.check()
        ask, self._ask = self._ask, None
        if ask is None:
            raise PortError("this call was made or closed before", "Prepare the action again.")
        return ask()

    def close(self) -> None:
        self._ask = None


def _call(action: Action) -> ModelCall:
    if not isinstance(action, ModelCall):
        raise ConfigError(f"the model port does not serve {action.verb}", "Give the gate a port for it.")
    return action


def _usage(told: object) -> dict[str, int]:
    """The three counts, if the server tells all of them as natural numbers; else none."""
    if not isinstance(told, dict):
        return {}
    counts = {name: told[name] for name in _COUNTS if type(told.get(name)) is int and told[name] >= 0}
    return counts if len(counts) == len(_COUNTS) else {}


def _tokens(text: str) -> int:
    return -(-len(text) // 4)


def _require_affordable(call: ModelCall, prices: Prices) -> None:
    """The most that the call can cost must be within the cost that it names, for that is what gets reserved."""
    if call.max_cost is None:
        return
    price = prices.get(call.model)
    if price is None:
        raise PortRefused(f"the price of {call.model} is not known", "Give the port its price, or leave max_cost out.")
    most = _cost(price, call.parts()[0][1]["tokens"] - call.max_tokens, call.max_tokens)
    if most > call.max_cost:
        raise PortRefused(
            f"the call can cost {most}, above its max_cost of {call.max_cost}", "Raise max_cost, or lower max_tokens."
        )


def _cost(price: tuple[int, int], prompt: int, completion: int) -> int:
    """In minor units, rounded up."""
    return -(-(price[0] * prompt + price[1] * completion) // 1_000_000)


def _used(usage: Mapping[str, int], call: ModelCall, prices: Prices) -> dict[str, int]:
    """What to settle: never above what was reserved, whatever the server counts. What is not known counts in full."""
    if not usage:
        return {}
    reserved = call.parts()[0][1]
    used = {"tokens": min(usage["total_tokens"], reserved["tokens"])}
    price = prices.get(call.model)
    if call.max_cost is not None and price is not None:
        used["cost"] = min(_cost(price, usage["prompt_tokens"], usage["completion_tokens"]), call.max_cost)
    return used
