"""The real Dafny, where it can be had."""

from __future__ import annotations

import os

import pytest

from project import ROOT
from toolchain import Search, Toolchain, ToolchainMissing


@pytest.fixture(scope="session")
def dafny() -> Toolchain:
    try:
        return Search(root=ROOT, download=False).find()
    except ToolchainMissing as missing:
        if os.environ.get("HAVOCPROOF_PROOFS") == "required":
            raise
        pytest.skip(f"no Dafny: {missing}")
