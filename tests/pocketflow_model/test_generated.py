"""The committed machine is the one that dafny/ generates: by its sources' hashes here, byte for byte where Dafny is."""

from __future__ import annotations

import json

import pytest

from project import ROOT
from prove import MODEL_GENERATED, ORIGIN, Prover, model_sources
from toolchain import Search, ToolchainMissing


def test_it_was_made_of_these_sources() -> None:
    made_of = json.loads((ROOT / MODEL_GENERATED / ORIGIN).read_text(encoding="utf-8"))
    assert made_of == model_sources(ROOT), "run `make generate`, and commit what it writes"
    assert "dafny/PocketFlow/Framework.dfy" in made_of


def test_it_is_generated_anew_byte_for_byte() -> None:
    try:
        toolchain = Search(root=ROOT).find()
    except ToolchainMissing:
        pytest.skip("no Dafny here")
    Prover(ROOT, toolchain).model(check=True)
