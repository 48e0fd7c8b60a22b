"""A journal that nobody changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stores.forging import LENGTH
from tests.stores.helpers import history


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Only read it, or copy it."""
    path = tmp_path_factory.mktemp("finished") / "journal"
    history(path, LENGTH)
    return path
