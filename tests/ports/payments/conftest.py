from __future__ import annotations

from pathlib import Path

import pytest

from tests.ports.payments.world import Books, make


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger that is made once, and copied for each test."""
    return make(tmp_path_factory.mktemp("template") / "ledger.sqlite").path


@pytest.fixture
def books(tmp_path: Path, template: Path) -> Books:
    return Books(tmp_path / "ledger.sqlite", template)
