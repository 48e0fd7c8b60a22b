"""The command behind run.py: which recipes there are, and what it prints."""

from __future__ import annotations

import argparse
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path

from examples.cookbook import (
    booking,
    code_generator,
    coding_agent,
    crawler,
    mcp_tools,
    parallel_batch,
    reason_act,
    search_agent,
    supervisor,
    text_to_sql,
)
from examples.cookbook.kitchen import Recipe, Served, cook

RECIPES: dict[str, Recipe] = {
    module.RECIPE.name: module.RECIPE
    for module in (
        coding_agent,
        text_to_sql,
        code_generator,
        reason_act,
        search_agent,
        supervisor,
        booking,
        mcp_tools,
        crawler,
        parallel_batch,
    )
}


def cooked(name: str, *, attacked: bool, contained: bool) -> Served:
    """The recipe in a world of its own that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="havocproof-cookbook-") as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # PocketFlow warns of labels that a flow does not know
        return cook(RECIPES[name], Path(folder), attacked=attacked, contained=contained)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="run.py", description="Cooks the recipes, plain and contained.")
    parser.add_argument("recipes", nargs="*", metavar="RECIPE", help=", ".join(RECIPES))
    options = parser.parse_args(arguments)
    if unknown := [name for name in options.recipes if name not in RECIPES]:
        parser.error(f"no recipe {unknown[0]}; there are {', '.join(RECIPES)}")
    failed = False
    for name in options.recipes or RECIPES:
        works = {contained: cooked(name, attacked=False, contained=contained).done for contained in (False, True)}
        harms = {contained: cooked(name, attacked=True, contained=contained).harms for contained in (False, True)}
        failed |= not works[True] or bool(harms[True])
        print(f"{name}: {RECIPES[name].risk}")
        for contained, word in ((False, "plain"), (True, "contained")):
            done = "done" if works[contained] else "NOT done"
            print(f"  {word:<9}  work {done}; attack: {'; '.join(harms[contained]) or 'no effect'}")
    return int(failed)
