"""The results as JSON types, which `--json` prints. docs/prove.md tells the keys; within a format none is renamed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from havocproof.proving.results import MutantReport, Result
from havocproof.reports.proved import Compared, Exit, Proved, path_of

FORMAT = 1
_INTERNAL = frozenset({"moment"})  # the engine's own value of an example; `part` says the same


def proofs(every: Iterable[Proved], code: Exit, version: str) -> dict[str, Any]:
    """All policies of one run of `prove`."""
    return {
        "format": FORMAT,
        "version": version,
        "ok": code == Exit.HOLDS,
        "exit_code": int(code),
        "policies": [_policy(each) for each in every],
    }


def differences(every: Iterable[Compared], code: Exit, version: str) -> dict[str, Any]:
    """One run of `diff`."""
    return {
        "format": FORMAT,
        "version": version,
        "ok": code == Exit.HOLDS,
        "exit_code": int(code),
        "differences": [_difference(each) for each in every],
    }


def _difference(compared: Compared) -> dict[str, Any]:
    found: dict[str, Any] = _plain(compared.difference)
    return {
        "old": {"file": compared.old, "policy": found.pop("old"), "digest": compared.digests[0]},
        "new": {"file": compared.new, "policy": found.pop("new"), "digest": compared.digests[1]},
        "wider": compared.wider,
        **found,
        "closed": _plain(compared.closed.opened) if compared.closed is not None else None,
    }


def _policy(proved: Proved) -> dict[str, Any]:
    report = proved.report
    if report is None:
        return {"file": proved.path, "loads": False, "problems": _plain(proved.problems)}
    return {
        "file": proved.path,
        "loads": True,
        "policy": report.policy,
        "version": report.version,
        "digest": report.digest,
        "cached": proved.cached,
        "left_out": proved.left_out,
        "boxes": report.boxes,
        "seconds": report.seconds,
        "results": [_result(each, proved.path) for each in report.results],
        "notices": _plain(report.notices),
        "mutants": _mutants(proved.mutants) if proved.mutants is not None else None,
    }


def _result(result: Result, path: str) -> dict[str, Any]:
    """A claim with its outcome's own keys beside `status`."""
    found: dict[str, Any] = _plain(result)
    outcome = found.pop("outcome")
    return {**found, "file": path_of(path, result.file), "status": result.status, **outcome}


def _mutants(report: MutantReport) -> list[Any]:
    found: list[Any] = _plain(report.mutants)
    return found


def _plain(value: Any) -> Any:
    """JSON types: values of ours become objects of their fields, sets sorted lists."""
    if is_dataclass(value) and not isinstance(value, type):
        names = (each.name for each in fields(value) if each.name not in _INTERNAL)
        return {name: _plain(getattr(value, name)) for name in names}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return _plain(value._asdict())
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(map(_plain, value))
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return value
