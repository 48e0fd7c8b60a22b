"""Workflow commands of GitHub Actions: each finding beside its line in the pull request, without any further right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from havocproof.reports.escape import plain
from havocproof.reports.findings import Finding


def commands(findings: Iterable[Finding]) -> Iterator[str]:
    """One line each. Whatever a policy says stays data of its command: line ends, colons and commas are escaped."""
    for each in findings:
        place = f"file={_value(each.place.path)}" + (f",line={each.place.line}" if each.place.line else "")
        yield f"::{each.level} {place},title={_value(f'{each.code}: {each.title}')}::{_text(each.text or each.title)}"


def _text(text: str) -> str:
    return plain(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _value(text: str) -> str:
    return _text(text).replace(":", "%3A").replace(",", "%2C")
