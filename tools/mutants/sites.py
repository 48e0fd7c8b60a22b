"""Which mutants there are: of the code, of the specification, and of the theorems' statements."""

from __future__ import annotations

import hashlib

from mutants.mutant import Mutant, make, numbered
from mutants.nodes import Declaration, Node
from mutants.operators import OPERATORS, edits
from mutants.program import Program
from mutants.statements_of import edits_of_statement

PUBLIC = (
    "Theorems.dfy",
    "SessionTheorems.dfy",
    "Boundary/Theorems.dfy",
    "PocketFlow/Theorems.dfy",
    "Analysis/Theorems.dfy",
)
"""The files whose lemmas are the public theorems."""
MODEL = tuple(f"PocketFlow/{name}.dfy" for name in ("Framework", "Graph", "Machine", "Tasks", "Values"))
"""The files that say how PocketFlow behaves: true or false by comparison with the package, not by a theorem."""
CODE = ("Decide/", "Index/", "Analysis/")
"""The folders whose compiled functions are the code; those elsewhere are part of the specification."""

# These are tried at every place. Of the others RARE a declaration are tried: most often a dropped conjunct or a swapped
# branch beside them asks the same question.
_EVERYWHERE = frozenset({"conjunct", "boundary", "slack", "constructor", "branch", "update", "disjunct", "guard"})
RARE = 2


def theorems(program: Program) -> list[Declaration]:
    """The public theorems."""
    return [d for d in program.declarations.values() if d.file in PUBLIC and d.is_lemma]


def specification(program: Program) -> set[str]:
    """Every function that the statements of the public theorems mean, through whatever bodies."""
    return program.reached((d, program.statement(d)) for d in theorems(program))


def mutants(program: Program) -> list[Mutant]:
    """All mutants that are tried, in the order of the files."""
    meant = specification(program)
    public = {d.full for d in theorems(program)}
    lemmas = {name for full in public for name in program.named[full] if program.declarations[name].is_lemma} - public
    found: list[Mutant] = []
    for full, declaration in program.declarations.items():
        text = program.texts[declaration.file]
        if full in public or full in lemmas:
            changes = edits_of_statement(declaration, premises=full in public)
            found += [make("statement", declaration, edit, text) for edit in changes]
        elif declaration.method:
            # Its functional body is what the method must equal: a change of that alone fails there.
            found += _chosen(program, declaration, declaration.method, "code")
        elif declaration.body and not declaration.is_lemma:
            code = not declaration.ghost and declaration.file.startswith(CODE)
            if code or (full in meant and declaration.file not in MODEL):
                found += _chosen(program, declaration, declaration.body, "code" if code else "specification")
    return numbered(found)


def _chosen(program: Program, declaration: Declaration, tree: Node, kind: str) -> list[Mutant]:
    """Of one body: all of the operators that are tried everywhere, few of the others, each of another operator. The
    choice stays as long as the body does."""
    text = program.texts[declaration.file]
    changes = edits(tree, text, program.scope(declaration.module))
    # Code that lets one more pass is what `boundary` makes of it; a specification's bound has no other side.
    several = [make(kind, declaration, edit, text) for edit in changes if kind != "code" or edit.operator != "slack"]
    rare = sorted((mutant for mutant in several if mutant.operator not in _EVERYWHERE), key=_lot)
    chosen: dict[str, Mutant] = {}
    for mutant in rare:
        chosen.setdefault(mutant.operator, mutant)
    found = [mutant for mutant in several if mutant.operator in _EVERYWHERE]
    found += sorted(chosen.values(), key=_lot)[:RARE]
    order = list(OPERATORS)
    return sorted(found, key=lambda mutant: (mutant.start, order.index(mutant.operator)))


def _lot(mutant: Mutant) -> str:
    return hashlib.sha256(repr((mutant.symbol, mutant.operator, mutant.was, mutant.becomes)).encode()).hexdigest()
