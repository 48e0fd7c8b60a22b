"""Which PocketFlow is installed, by the hash of its source.

The version does not tell: upstream's main branch calls itself 0.0.3 too, and counts the attempts of asynchronous nodes
otherwise. What is proved and tested here is proved and tested of the two sources below; another one may well behave the
same, but nobody has looked.
"""

from __future__ import annotations

import hashlib
import importlib.util
import warnings
from pathlib import Path

from havocproof.errors import ConfigError

KNOWN = {
    "a71c93ec6bba76766c13e1e5c2cc58fc20adbba8578f64de33a29448a47c0152": "0.0.3",
    "464db6cb48b5b7fb87ace23868730bf07d5930eb811ce002aedd12eecffff834": "main",
}
"""SHA-256 of `pocketflow/__init__.py`, without carriage returns and with a final newline: the release, and main."""


def source() -> str:
    """The installed package's source, with `\\n` at the ends of its lines. ConfigError where there is none to read."""
    found = importlib.util.find_spec("pocketflow")
    if found is None or found.origin is None or not found.origin.endswith(".py"):
        raise ConfigError(
            "the source of the package pocketflow cannot be found", "Install it: pip install 'havocproof[pocketflow]'."
        )
    text = Path(found.origin).read_bytes().decode("utf-8").replace("\r", "")
    return text if text.endswith("\n") else f"{text}\n"


def digest(text: str) -> str:
    """SHA-256 of a source that ends its lines with `\\n`; 64 hex digits."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def semantics() -> str | None:
    """`0.0.3`, `main`, or None for a source that is neither."""
    return KNOWN.get(digest(source()))


def warn_if_unknown() -> None:
    """Warns, once a place, that the installed PocketFlow is not one that was compared with the model."""
    if semantics() is None:
        warnings.warn(
            "this PocketFlow is neither release 0.0.3 nor upstream's main: what is proved of flows was compared with"
            " these two only. The gate's own guarantees do not depend on it.",
            RuntimeWarning,
            stacklevel=2,
        )
