"""The version of what is installed."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed


def version() -> str:
    """As the package says, or "not installed" in a bare checkout."""
    try:
        return installed("havocproof")
    except PackageNotFoundError:
        return "not installed"
