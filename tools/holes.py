"""Looks for holes in proofs: words in Dafny sources and settings of the project file that weaken what is verified.

`dafny audit` finds most of them with its own parser. This scan is the second pair of eyes, and it also finds what audit
does not report: members left out of verification, and options that turn warnings or obligations off.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from project import CONFIG, DAFNY

LIMIT = 2_000_000
"""Resource units that one assertion batch may use."""

# Comments (Dafny nests /* */, so they are cut by hand), strings, characters, and names, which may hold a prime.
_TOKEN = re.compile(
    r"""//[^\n]*|/\*|@"(?:[^"]|"")*"|"(?:\\.|[^"\\\n])*"|[A-Za-z_][\w'?]*|'(?:\\[^\n]|\\u\{?[0-9A-Fa-f_]+\}?|[^'\\\n])'"""
)

_ATTRIBUTES = "axiom|verify|only|extern|options|assumption|termination|AssumeCrossModuleTermination"
_HOLES = (
    re.compile(r"(?<![\w'?])assume(?![\w'?])"),
    re.compile(rf"\{{\s*:\s*({_ATTRIBUTES})\b[^}}]*\}}"),
    re.compile(r"@\s*(Axiom|Verify|VerifyOnly|Options|AssumeCrossModuleTermination)\b"),
    re.compile(r"\bdecreases\s*\*"),
)

_INCLUDE = re.compile(r'^[ \t]*include[ \t]+"([^"\n]*)"', re.MULTILINE)

# The one thing outside Dafny: names are the host's text, compared by the host's equality.
_NAMES_FILE = "Names.dfy"
_NAME_TYPE = re.compile(r"\btype\s*\{\s*:\s*extern\s*\}\s*Name\s*\(\s*==\s*,\s*!new\s*\)")

_INCLUDES = ["**/*.dfy"]
_OPTIONS = {
    "enforce-determinism",
    "resource-limit",
    "default-function-opacity",
    "verification-time-limit",
    "isolate-assertions",
    "disable-nonlinear-arithmetic",
    "manual-lemma-induction",
    "analyze-proofs",
    "warn-shadowing",
    "warn-missing-constructor-parentheses",
    "track-print-effects",
}


def scan(root: Path) -> list[str]:
    """Every hole in the sources and the project file, as `file:line: what`; empty where there is none."""
    found, names = [], 0
    for path in sorted((root / DAFNY).rglob("*.dfy")):
        where = path.relative_to(root).as_posix()
        text = path.read_text(encoding="utf-8")
        code, broken = blank(text)
        if broken:
            found.append(f"{where}:{broken}: a comment or string that does not end")
        if path.name == _NAMES_FILE:
            code, count = _NAME_TYPE.subn(lambda match: _spaces(match.group()), code)
            names += count
        for hole in _HOLES:
            for match in hole.finditer(code):
                line = code.count("\n", 0, match.start()) + 1
                found.append(f"{where}:{line}: {' '.join(match.group().split())}")
        # What an include brings in from elsewhere is used, but not verified and not hashed.
        inside = (root / DAFNY).resolve()
        for match in _INCLUDE.finditer(text):
            if not (path.parent / match[1]).resolve().is_relative_to(inside):
                found.append(f"{where}:{text.count(chr(10), 0, match.start()) + 1}: {match.group().strip()}")
    if names > 1:
        found.append(f"{DAFNY}: {names} types of names are extern, and one is allowed")
    return found + _settings(root)


def blank(text: str) -> tuple[str, int]:
    """The text with comments, strings and characters made blank, and the line of one that does not end, or 0."""
    out, at, broken = [], 0, 0
    while match := _TOKEN.search(text, at):
        between = text[at : match.start()]
        out.append(between)
        # A quote that opens no token is a string without an end.
        if '"' in between and not broken:
            broken = text.count("\n", 0, at + between.index('"')) + 1
        token, at = match.group(), match.end()
        if token == "/*":
            at = _comment_end(text, at)
            broken = broken or (text.count("\n", 0, match.start()) + 1 if at < 0 else 0)
            at = len(text) if at < 0 else at
            token = text[match.start() : at]
        out.append(token if token[0].isalpha() or token[0] == "_" else _spaces(token))
    rest = text[at:]
    if not broken and '"' in rest:
        broken = text.count("\n", 0, at + rest.index('"')) + 1
    return "".join([*out, rest]), broken


def _comment_end(text: str, at: int) -> int:
    depth = 1
    for mark in re.compile(r"/\*|\*/").finditer(text, at):
        depth += 1 if mark.group() == "/*" else -1
        if depth == 0:
            return mark.end()
    return -1


def _spaces(text: str) -> str:
    return "".join("\n" if sign == "\n" else " " for sign in text)


def _settings(root: Path) -> list[str]:
    try:
        config = tomllib.loads((root / CONFIG).read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        return [f"{CONFIG}: cannot be read: {fault}"]
    found = [f"{CONFIG}: the setting {key!r} is not allowed" for key in sorted(config.keys() - {"includes", "options"})]
    if config.get("includes") != _INCLUDES:
        found.append(f"{CONFIG}: includes must be {_INCLUDES}, so that no file is left out")
    options = config.get("options")
    options = options if isinstance(options, dict) else {}
    found += [f"{CONFIG}: the option {key!r} is not allowed" for key in sorted(options.keys() - _OPTIONS)]
    if options.get("enforce-determinism") is not True:
        found.append(f"{CONFIG}: enforce-determinism must be true")
    try:
        low = 0 < float(options.get("resource-limit", 0)) <= LIMIT
    except (TypeError, ValueError):
        low = False
    if not low:
        found.append(f"{CONFIG}: resource-limit must be between 1 and {LIMIT}")
    return found
