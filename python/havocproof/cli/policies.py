"""`havocproof check | test | explain | schema`: what a policy says, before anything runs."""

from __future__ import annotations

import argparse
import dataclasses
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from havocproof.cli.output import as_json, table
from havocproof.errors import ConfigError, PolicyError, Problem

if TYPE_CHECKING:
    from havocproof.policy import Policy

_RULE_COLUMNS = ("rule", "effect", "matches", "line", "part")
_PASSING = ("deny first", "deny later")  # what permits this is to do something before, or to wait
_CHANGE_COLUMNS = ("rule", "line", "so that it")
_BUDGET_COLUMNS = ("budget", "needs", "left", "limit", "per")

Commands = Any  # argparse does not name the type of its subparsers publicly


def add(commands: Commands) -> None:
    """Adds the commands to the command line."""
    check = _command(commands, "check", _check, "load a policy and show everything that is wrong with it")
    check.add_argument("policy", type=Path, nargs="+", help="policy file")
    check.add_argument("--strict", action="store_true", help="warnings count as errors")

    test = _command(commands, "test", _test, "run a policy's own examples")
    test.add_argument("policy", type=Path, help="policy file")

    explain = _command(commands, "explain", _explain, "say what would become of an action, and why")
    explain.add_argument("policy", type=Path, help="policy file")
    explain.add_argument("action", type=Path, help="action as JSON or YAML, - for standard input")
    explain.add_argument("--journal", type=Path, help="count what this journal's runs have spent already")
    explain.add_argument(
        "--database", action="append", default=[], metavar="NAME=FILE", help="SQLite file that an SQL action is about"
    )
    for scope in ("tenant", "user", "session", "run"):
        explain.add_argument(
            f"--{scope}", default="default", help=f"the {scope} that budgets count by (default: default)"
        )
    explain.add_argument("--agent", default="", help="the kind of the acting agent (default: the one nobody starts)")

    schema = commands.add_parser("schema", help="print the JSON Schema of the policy file, for editors")
    schema.set_defaults(go=_schema)


def _command(commands: Commands, name: str, go: Any, text: str) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = commands.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
    made.add_argument("--json", action="store_true", help="print JSON")
    made.set_defaults(go=go)
    return made


def _load(path: Path) -> Policy:
    from havocproof.policy import load_policy

    return load_policy(path)


# ---- check ----


def _check(options: argparse.Namespace) -> int:
    found: list[Problem] = []
    loaded: list[Policy] = []
    for path in options.policy:
        try:
            policy = _load(path)
        except PolicyError as error:
            found += error.problems
        else:
            loaded.append(policy)
            found += policy.warnings
    failed = any(options.strict or not problem.is_warning for problem in found)
    if options.json:
        as_json(
            {
                "ok": not failed,
                "problems": [dataclasses.asdict(problem) for problem in found],
                "policies": [summary(policy) for policy in loaded],
            }
        )
        return int(failed)
    for problem in found:
        print(problem)
    for policy in loaded:
        about = summary(policy)
        counted = ", ".join(f"{about[each]} {each}" for each in ("rules", "budgets", "tools", "examples"))
        print(f"{policy.name} {policy.version}: {counted}; {policy.digest[:16]}")
        print(_reach(about["reach"]))
        if about["trusted"]:
            print(table(about["trusted"].items(), ("trusted", "from")))
        rows = [
            (rule, str(policy.rules[rule].line), ", ".join(axes) or "-") for rule, axes in about["free_axes"].items()
        ]
        if rows:
            print(table(rows, ("rule", "line", "axes that it leaves free")))
    return int(failed)


def summary(policy: Policy) -> dict[str, Any]:
    """A policy in numbers, the values that it trusts, and the axes that permits and asks leave free: what an auditor
    reads first.
    """
    from havocproof.policy.extent import extent
    from havocproof.policy.listing import free_axes, trusted

    return {
        "trusted": trusted(policy),
        "free_axes": {rule: list(axes) for rule, axes in free_axes(policy).items()},
        "name": policy.name,
        "version": policy.version,
        "digest": policy.digest,
        "reach": dataclasses.asdict(extent(policy.source)),
        "rules": sum(1 for label in policy.rules if ":" not in label),  # not what a label holds back
        "budgets": len(policy.budgets),
        "facts": len(policy.facts),
        "labels": len(policy.labels),
        "tools": len(policy.tools),
        "programs": len(policy.programs),
        "examples": len(policy.examples),
    }


def _reach(found: dict[str, tuple[int, str]]) -> str:
    """What a decision can cost, whatever the number of rules."""
    said = {name: f"{number} ({verb})" if number else "0" for name, (number, verb) in found.items()}
    return (
        f"widest cell: {said['width']}; at most one atom meets {said['guards']} rules over {said['nodes']} nodes"
        f" and touches {said['state']} cells of state"
    )


# ---- test ----


def _test(options: argparse.Namespace) -> int:
    from havocproof.policy import run_examples

    policy = _load(options.policy)
    results = run_examples(policy)
    failed = [result for result in results if not result.passed]
    if options.json:
        as_json({"ok": not failed, "examples": [dataclasses.asdict(result) for result in results]})
        return int(bool(failed))
    for result in failed:
        print(f"{options.policy}:{result.line}: example {result.index} ({result.do})")
        print(f"    expected: {result.expected}\n    got:      {result.got}")
        for line in (result.explanation.why, result.explanation.remedy):
            if line:
                print(f"    {line}")
    if not results:
        print(f"{options.policy} has no examples: nothing was tested. Write some under `examples:`.")
        return 0
    print(f"{len(results) - len(failed)} of {len(results)} examples as expected")
    return int(bool(failed))


# ---- explain, schema ----


def _explain(options: argparse.Namespace) -> int:
    from havocproof.cli.explaining import explained

    text = _read(options.action)
    scopes = {scope: getattr(options, scope) for scope in ("tenant", "user", "session", "run", "agent")}
    found = explained(_load(options.policy), text, options.journal, dict(map(_pair, options.database)), scopes)
    if options.json:
        as_json(found)
        return 0
    print(f"{found['verdict']}{': ' + found['rule'] if found['rule'] else ''}")
    for line in (found["why"], found["remedy"]):
        if line:
            print(f"  {line}")
    if found["nearest"]:
        print(f"  nearest rule: {found['nearest']}; fails on: {', '.join(found['failing_axes']) or 'nothing'}")
    for name, columns in (("matched", _RULE_COLUMNS), ("budgets", _BUDGET_COLUMNS)):
        if found[name]:
            print("\n" + table([[str(each[column]) for column in columns] for each in found[name]], columns))
    if found["change"] and found["verdict"] not in _PASSING:
        print("\nlines that would have to change for this to be permitted, all of them:")
        print(table([_change(options.policy, each) for each in found["change"]], _CHANGE_COLUMNS))
    return 0


def _change(path: Path, each: dict[str, Any]) -> list[str]:
    from havocproof.reports.proved import where

    at = where(str(path), each["file"], each["line"]) if each["line"] else "-"
    return [each["rule"] or "(a new one)", at, each["how"]]


def _read(path: Path) -> bytes:
    if str(path) == "-":
        return sys.stdin.buffer.read()
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}", "Give the file of an action, or -") from None


def _pair(text: str) -> tuple[str, str]:
    name, equals, path = text.partition("=")
    if not (name and equals and path):
        raise ConfigError(f"--database takes NAME=FILE, not {text}", "Write --database desk=prices.db")
    return name, path


def _schema(_options: argparse.Namespace) -> int:
    from havocproof.policy.schema import policy_schema

    as_json(policy_schema())
    return 0
