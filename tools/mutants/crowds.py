"""Writes many mutants into one copy of the modules, side by side: most of what a run costs is paid by the module.

Of each declaration that sees a change there is one variant a mutant, `Name_m7`, which speaks of the other variants
`_m7`; what sees no change is there once. Which word means which declaration is told by the tokens around it. Where that
goes wrong the file is no program, or the unchanged variant fails, and the mutants are tried apart (mutants.slices)
instead; and what survives here is tried apart in the end.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mutants.lexer import words
from mutants.nodes import Declaration
from mutants.program import Program
from mutants.slices import Sheet, Slice, changed, needed, quiet

COPY = "_c"


def crowd(program: Program, slices: Sequence[Slice]) -> Sheet:
    """The file for these slices: a proof of slice number n is `Module_c.Name_mn`."""
    keeps = [needed(program, one.proofs) | needed(program, [one.symbol]) for one in slices]
    variants = [
        {full for full in keep if one.symbol in program.sight[full]} for one, keep in zip(slices, keeps, strict=True)
    ]
    shared = {full for keep, own in zip(keeps, variants, strict=True) for full in keep - own}
    copied = _copied(program, slices)
    files = {
        program.modules[item.target].file
        for name in copied
        for item in program.modules[name].imports
        if item.target not in copied
    }
    lines = [f'include "{file}"' for file in sorted(files)]
    owners = []
    for name in copied:
        module = program.modules[name]
        source = program.texts[module.file]
        lines.append(f"module {name}{COPY} {{")
        for item in module.imports:
            target = f"{item.target}{COPY}" if item.target in copied else item.target
            lines.append(f"import {'opened ' if item.opened else ''}{item.alias} = {target}")
        lines += [line for start, end in module.types for line in source[start:end].split("\n")]
        for declaration in module.members:
            if declaration.full in shared:
                lines += quiet(source[declaration.start : declaration.end], declaration, None).split("\n")
            for number, (one, own) in enumerate(zip(slices, variants, strict=True)):
                if declaration.full in own:
                    text = _variant(program, declaration, one, own, f"_m{number}").split("\n")
                    owners.append((len(lines) + 1, len(lines) + len(text), number))
                    lines += text
        lines.append("}")
    return Sheet("\n".join(lines) + "\n", owners)


def _copied(program: Program, slices: Sequence[Slice]) -> list[str]:
    """Every module through which a proof sees a changed one, importers last."""
    homes = {one.symbol.rpartition(".")[0] for one in slices}
    ends = {full.rpartition(".")[0] for one in slices for full in one.proofs}
    reach = homes | {far for name in ends for far in program.imports[name]}
    found = {name for name in reach if program.imports[name] & homes}
    return sorted(found, key=lambda name: (len(program.imports[name] & found), name))


def _variant(program: Program, declaration: Declaration, one: Slice, own: set[str], suffix: str) -> str:
    text = changed(program.texts[declaration.file], declaration, one.mutant)
    if declaration.full not in one.proofs:
        text = quiet(text, declaration, one.mutant)
    return _renamed(program, declaration, text, own, suffix)


def _renamed(program: Program, declaration: Declaration, text: str, own: set[str], suffix: str) -> str:
    """The text with every name of a declaration that has a variant changed into the variant's."""
    imports = program.modules[declaration.module].imports
    open_ = {declaration.module, *(item.target for item in imports if item.opened)}
    aliases = {item.alias: item.target for item in imports}
    names: dict[str, set[str]] = {}
    for full in own:
        module, _, name = full.rpartition(".")
        names.setdefault(name, set()).add(module)
    tokens = words(text)
    parts, at = [], 0
    for place, token in enumerate(tokens):
        modules = names.get(token.text) if token.kind == "word" else None
        if not modules:
            continue
        qualified = place >= 2 and tokens[place - 1].text == "."
        if aliases.get(tokens[place - 2].text) in modules if qualified else modules & open_:
            parts.append(text[at : token.end] + suffix)
            at = token.end
    return "".join(parts) + text[at:]


RESULT = re.compile(rf"(?P<module>\w+){COPY}\.(?P<name>.+)_m(?P<number>\d+)")
"""What Dafny calls a proof of a crowd."""
