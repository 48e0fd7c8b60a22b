"""Which model the desk runs with: the script, or an OpenAI-compatible endpoint named in the environment.

HAVOCPROOF_MODEL_URL    the endpoint without /chat/completions, such as https://api.openai.com/v1
HAVOCPROOF_MODEL_KEY    its key; may be empty for a server on this machine
HAVOCPROOF_MODEL_NAME   the name of the model there; desk/large and desk/small of the policy if it is not set
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping

from havocproof.actions import Action, ModelCall
from havocproof.actions.scalars import GrammarError
from havocproof.actions.urls import parse_url
from havocproof.errors import ConfigError
from havocproof.ports.http import HttpPort
from havocproof.ports.model import ModelPort, PreparedCall

URL, KEY, NAME = "HAVOCPROOF_MODEL_URL", "HAVOCPROOF_MODEL_KEY", "HAVOCPROOF_MODEL_NAME"
_SECONDS = 120.0


class NamedModel:
    """A model port whose endpoint knows the models by one name of its own. What is decided is the policy's name."""

    verbs = frozenset({"model.call"})

    def __init__(self, port: ModelPort, name: str) -> None:
        self._port = port
        self._name = name

    def prepare(self, action: Action) -> PreparedCall:
        if not isinstance(action, ModelCall) or not self._name:
            return self._port.prepare(action)
        prepared = self._port.prepare(action.model_copy(update={"model": self._name}))
        prepared.parts = action.parts()
        return prepared

    def close(self) -> None:
        self._port.close()


def from_environment(environment: Mapping[str, str]) -> NamedModel | None:
    """The port of the endpoint that the environment names; None if it names none. ConfigError."""
    url = environment.get(URL, "")
    if not url:
        return None
    if KEY not in environment:
        raise ConfigError(f"{URL} is set and {KEY} is not", f"Set {KEY}; it may be empty if the server asks for none.")
    try:
        parts = parse_url(url)
    except GrammarError as fault:
        raise ConfigError(f"{URL} {fault.problem}", fault.remedy) from None
    # A server inside is the operator's choice, made by naming it here. In the clear only on this machine: the key would
    # be readable on the way.
    inside = parts.scheme == "https" or _is_this_machine(parts.host)
    http = HttpPort(allow_private={(parts.host, parts.port)} if inside else (), timeout=_SECONDS)
    return NamedModel(ModelPort(url, environment[KEY], http), environment.get(NAME, ""))


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
