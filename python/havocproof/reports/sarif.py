"""SARIF 2.1.0 (OASIS): what code scanning of GitHub and others shows beside the lines of the policy."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from havocproof.reports.codes import described
from havocproof.reports.findings import Finding, Place
from havocproof.reports.proved import Exit

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"


def sarif(findings: Iterable[Finding], command: str, code: Exit, version: str, root: Path) -> dict[str, Any]:
    """One log with one run. `command`: prove or diff; `root`: what paths are relative to, the checkout's directory.

    `code` is the command's exit code; the run was successful if it could do its work, whatever it found.
    """
    found = list(findings)
    codes = sorted({each.code for each in found})
    driver = {"name": "havocproof", "version": version, "rules": [_rule(each) for each in codes]}
    invocation = {"executionSuccessful": code != Exit.FAILED, "exitCode": int(code)}
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"havocproof/{command}/"},
        "invocations": [invocation],
        "columnKind": "unicodeCodePoints",
        "results": [_result(each, codes.index(each.code), root) for each in found],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(code: str) -> dict[str, Any]:
    meaning = described(code)
    return {
        "id": code,
        "shortDescription": {"text": meaning.title},
        "fullDescription": {"text": meaning.title + "."},
        "help": {"text": meaning.help},
        "defaultConfiguration": {"level": meaning.level},
    }


def _result(finding: Finding, rule: int, root: Path) -> dict[str, Any]:
    found: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": finding.level,
        "message": {"text": _message(f"{finding.title}\n\n{finding.text}" if finding.text else finding.title)},
        "locations": [_location(finding.place, root)],
        "partialFingerprints": {"havocproof/v1": _fingerprint(finding, root)},
    }
    if finding.related:
        found["relatedLocations"] = [
            {"id": number, **_location(place, root), "message": {"text": _message(place.text)}}
            for number, place in enumerate(finding.related, 1)
        ]
    return found


def _message(text: str) -> str:
    """Plain text: what looks like a link between locations is none (3.11.6)."""
    return text.replace("](", "\\](")


def _location(place: Place, root: Path) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": _artifact(place.path, root)}
    if place.line:
        physical["region"] = {"startLine": place.line}
    return {"physicalLocation": physical}


def _artifact(path: str, root: Path) -> dict[str, str]:
    """Relative where the file lies below the root: only then a host finds it in its checkout."""
    whole = Path(path).resolve()
    if whole.is_relative_to(root.resolve()):
        return {"uri": quote(os.fsencode(whole.relative_to(root.resolve()))), "uriBaseId": _ROOT}
    return {"uri": whole.as_uri()}


def _fingerprint(finding: Finding, root: Path) -> str:
    """Equal for the same finding in the next version of the file, whichever line it has moved to."""
    parts = (finding.code, _artifact(finding.place.path, root)["uri"], finding.key)
    return hashlib.sha256("\0".join(parts).encode(errors="surrogatepass")).hexdigest()
