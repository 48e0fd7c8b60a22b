"""`havocproof check` on a broken file: for each code one such file, and one file with very many errors, told at once.

The files are those of people who are learning the language; `test_errors` has more of each kind, one error a file.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from havocproof.cli.main import main
from tests.docs.test_links import code_of_the_package

HEAD = 'havocproof: 1\npolicy: broken\nversion: "1"\n'
"""Three lines: what follows begins at line 4."""

FACT = "facts: {recomputed: {by: host}}\n"
TRADER = """\
agents:
  lead: {starts: [trader]}
  trader: {uses: [trading]}
rules:
  trading: [{permit: dir.list, where: {path: /a}}]
"""
DROPS = """\
labels: {web: {from: http.request, guards: [all.pay]}}
agents:
  lead: {starts: [reader]}
  reader:
    returns: {summary: text}
    drops: [web]
"""
GAP = """\
approvals: {c: {role: c, people: 1, within: 1d}}
rules:
  g:
    - {permit: model.call, where: {model: m, tokens: {max: 500}}}
    - {ask: model.call, where: {model: m, tokens: {above: 5000}}, needs: c, why: x}
"""
BOX = f"""\
programs:
  pytest: {{exe: /usr/bin/pytest, sha256: {"a" * 64}, argv: [-q], box: {{read: [/repo/**], net: none}}}}
rules:
  g:
    - permit: pytest
    - {{forbid: file.read, where: {{path: /repo/.env}}, why: keys}}
"""
MANY = "\n".join(
    f"    - {{permit: money.payment, where: {{account: a, payee: x, amount: {{min: {n}.00 USD, max: {n}.99 USD}}}}}}"
    for n in range(1, 91)
)
PINNED = f"under: [guard.yaml@sha256:{hashlib.sha256(b'another file').hexdigest()}]\n"
GUARD = "havocproof: 1\npolicy: guard\nkind: guard\nrules: {g: [{forbid: dir.make, why: no}]}\n"

# code, what follows the head, the line of the problem, what its message says, what its remedy says
CASES: list[tuple[str, str, int, str, str]] = [
    ("E-YAML", "sets:\n  sites: {host: *.example.com}\n", 5, "`*` begins a YAML alias", "quotes"),
    ("E-YAML", "rules:\n  base: &base\n    - {permit: dir.list, where: {path: /a}}\n", 5, "anchor", "sets"),
    ("E-YAML", "about: !!str 12\n", 4, "tag", ""),
    ("E-DUP", "rules:\n  pay: [{forbid: all.pay, why: a}]\n  pay: [{forbid: all.run, why: b}]\n", 6, "line 5", "Merge"),
    (
        "E-KEY",
        "rules:\n  g:\n    - forbid: file.read\n      wher: {path: /a}\n      why: x\n",
        7,
        "unknown key `wher`",
        "`where`",
    ),
    (
        "E-VERB",
        "tools: {recompute: {effect: run}}\nrules:\n  g: [{permit: recompte}]\n",
        6,
        "`recompte`",
        "`recompute`",
    ),
    ("E-AXIS", "rules:\n  g:\n    - {permit: http.request, where: {hosts: a.b}}\n", 6, "no axis `hosts`", "`host`"),
    ("E-AXIS", "rules:\n  g:\n    - {permit: file.read}\n", 6, "must say `path`", "`path: any`"),
    (
        "E-REF",
        "sets: {vendors: {name: [a]}}\nrules:\n  g: [{permit: model.call, where: {model: $vendorz}}]\n",
        6,
        "`$vendorz`",
        "`$vendors` (line 4)",
    ),
    (
        "E-REF",
        FACT + "rules:\n  g: [{permit: dir.list, where: {path: /a}, when: {after: recomputd}}]\n",
        6,
        "`recomputd`",
        "`recomputed`",
    ),
    ("E-PAT", "rules:\n  g: [{permit: file.read, where: {path: /arch*/**}}]\n", 5, "star", "whole segment"),
    ("E-PAT", "rules:\n  g: [{permit: file.read, where: {path: /a/../b}}]\n", 5, "..", ""),
    (
        "E-PAT",
        "rules:\n  g: [{forbid: http.request, where: {host: Example.COM}, why: x}]\n",
        5,
        "normal form",
        "lower-case",
    ),
    ("E-INT", "budgets: {b: {amount: 500.0 USD, of: all.pay, per: [run]}}\n", 4, "decimals", "500.00 USD"),
    (
        "E-INT",
        "rules:\n  g: [{permit: file.read, where: {path: /a, bytes: {min: 9 KiB, max: 3 KiB}}}]\n",
        5,
        "leave nothing",
        "",
    ),
    ("E-INT", "budgets: {b: {count: 1e3, of: all.pay, per: [run]}}\n", 4, "no integer", "digits"),
    ("E-NOT", "rules:\n  g: [{permit: file.read, where: {path: {not: /secret}}}]\n", 5, "did not", "add a forbid"),
    (
        "E-WIDE",
        TRADER,
        6,
        "`trading`",
        "delegates",
    ),
    (
        "E-DROP",
        DROPS,
        8,
        "`summary`",
        "drops",
    ),
    ("E-LOCK", PINNED, 4, "pinned", "sha256"),
    ("E-WIDTH", f"rules:\n  g:\n{MANY}\n", 95, "90 rules meet in one cell", ""),
    (
        "E-CELLS",
        "budgets: {b: {count: 9, of: money.trade, per: [user, session, run, symbol]}}\n",
        4,
        "at most 4",
        "Leave some out",
    ),
    (
        "E-DEAD",
        "rules:\n  g:\n    - {permit: dir.list, where: {path: /a}}\n    - {forbid: dir.list, why: x}\n",
        6,
        "line 7",
        "Remove",
    ),
    (
        "W-GAP",
        GAP,
        8,
        "501",
        "meet",
    ),
    (
        "W-BOX",
        BOX,
        5,
        "at line 9 forbids",
        "box",
    ),
]


def checked(tmp_path: Path, capsys: pytest.CaptureFixture[str], body: str, *options: str) -> tuple[int, str]:
    """(exit code, output) of `havocproof check` on a file."""
    (tmp_path / "guard.yaml").write_text(GUARD, encoding="utf-8")
    (tmp_path / "policy.yaml").write_text(HEAD + body, encoding="utf-8")
    return main(["check", str(tmp_path / "policy.yaml"), *options]), capsys.readouterr().out


@pytest.mark.parametrize(("code", "body", "line", "message", "remedy"), CASES, ids=lambda value: str(value)[:20])
def test_each_code_has_its_line_and_what_to_do(
    code: str, body: str, line: int, message: str, remedy: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ended, said = checked(tmp_path, capsys, body, "--json")
    told: dict[str, Any] = json.loads(said)
    (problem,) = told["problems"]
    assert (problem["code"], problem["line"]) == (code, line), problem
    assert message in problem["message"]
    assert problem["remedy"]
    assert remedy in problem["remedy"]
    assert (ended, told["ok"]) == ((0, True) if code.startswith("W-") else (1, False))
    _, plain = checked(tmp_path, capsys, body)
    assert f"policy.yaml:{line}:" in plain
    assert f"{code}: {problem['message']}" in plain
    assert problem["remedy"].splitlines()[0] in plain


@pytest.mark.parametrize("code", ["W-GAP", "W-BOX"])
def test_a_warning_is_an_error_if_it_is_wanted_so(
    code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    body = next(body for each, body, *_ in CASES if each == code)
    ended, said = checked(tmp_path, capsys, body, "--strict")
    assert ended == 1
    assert code in said


BROKEN = dedent(
    """\
    sets:
      vendors: {name: [a, b]}
      hosts: {host: [Example.COM]}
      vendors: {name: [c]}
    facts:
      done: {by: host}
    labels:
      web: {from: http.request, guards: [all.pay], guard: x}
    approvals:
      boss: {role: boss, people: 0, within: 1d}
    rules:
      pay:
        - permit: money.payment
          where: {account: main, payee: $vendorz, amount: {max: 500.0 USD}}
        - permit: money.payment
          where: {account: main, payee: {not: x}, amount: any}
        - permit: money.refund
          where: {account: main, payee: x}
        - ask: file.write
          where: {path: /a*/**}
          needs: bos
        - prmit: dir.list
          where: {path: /a}
        - forbid: file.reed
          why: x
        - forbid: http.request
          where: {hosts: a.b}
          when: {after: don}
          why: x
    budgets:
      out: {bytes_out: 4 KiB, of: all.sent, per: [user]}
      all: {count: 1e3, of: all.send, per: [user]}
      trades: {count: 9, of: money.trade, per: [user, session, run, symbol]}
    rates:
      calls: {of: http.request, burst: 3}
    agents:
      lead: {uses: [pay, paid], starts: [helper]}
      helper: {uses: [pay], return: {x: text}}
    nonsense: 1
    """
)
TOLD = [
    (6, "E-PAT", "Example.COM"),
    (7, "E-DUP", "line 5"),
    (11, "E-KEY", "`guard`"),
    (13, "E-INT", "0 people"),
    (17, "E-REF", "`$vendorz`"),
    (17, "E-INT", "500.0 USD"),
    (19, "E-NOT", "did not"),
    (20, "E-AXIS", "must say `amount`"),
    (22, "E-KEY", "`why`"),
    (23, "E-PAT", "/a*/**"),
    (24, "E-REF", "`bos`"),
    (25, "E-KEY", "`ask`, `forbid`, `permit`"),
    (25, "E-KEY", "`prmit`"),
    (27, "E-VERB", "`file.reed`"),
    (30, "E-AXIS", "`hosts`"),
    (31, "E-REF", "`don`"),
    (34, "E-VERB", "`all.sent`"),
    (35, "E-INT", "1e3"),
    (36, "E-CELLS", "at most 4"),
    (38, "E-KEY", "`every`"),
    (38, "E-KEY", "`per`"),
    (40, "E-REF", "`paid`"),
    (41, "E-KEY", "`return`"),
    (42, "E-KEY", "`nonsense`"),
]
"""Line, code, and a word of what is said; in the order in which they are told."""


def test_a_file_with_many_errors_tells_all_of_them_in_the_order_of_its_lines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ended, said = checked(tmp_path, capsys, BROKEN, "--json")
    assert ended == 1
    problems = json.loads(said)["problems"]
    found = [(problem["line"], problem["code"]) for problem in problems]
    assert [line for line, _ in found] == sorted(line for line, _ in found)
    assert found == [(line, code) for line, code, _ in TOLD]
    for problem, (_, _, word) in zip(problems, TOLD, strict=True):
        assert word in problem["message"]
        assert problem["remedy"]
    _, plain = checked(tmp_path, capsys, BROKEN)
    assert plain.count("policy.yaml:") == len(problems)


CODES = (
    "E-YAML E-DUP E-KEY E-VERB E-AXIS E-REF E-PAT E-INT E-NOT E-WIDE E-DROP E-LOCK E-WIDTH E-CELLS E-DEAD W-GAP W-BOX"
)


def test_no_code_is_without_a_file() -> None:
    assert sorted({code for code, *_ in CASES}) == sorted(CODES.split())
    assert set(CODES.split()) <= code_of_the_package()


TOGETHER = [
    (
        "rules:\n  g:\n    - {permit: http.request, where: {hosts: a.b, path: {not: /x}, method: {max: 4}}}\n",
        ["no axis `hosts`", "did not think of", "no test `max`"],
    ),
    (
        "rules: {g: [{permit: [file.read, file.write], where: {path: {not: /}, bytes: {max: x}}, unless: {foo: b}}]}\n",
        ["did not think of", "is no size", "a permit has no `unless`"],
    ),
    (
        "rules:\n  g:\n    - {permit: http.request, where: {path: {not: /x}}, why: no host}\n",
        ["must say `host`", "did not think of"],
    ),
    (
        "rules: {g: [{forbid: file.read, where: {paht: /}, unless: {byts: 1 B}, then: {journal: flush}, why: no}]}\n",
        ["no axis `paht`", "no axis `byts`", "obliges nobody"],
    ),
    (
        "budgets: {b: {amount: -1 USD, of: money.pay, per: [user], every: 0d}}\n",
        ["is no amount", "no verb, program or tool `money.pay`", "is no time at all"],
    ),
    (
        "budgets: {b: {count: 0, of: {file.read: {foo: bar}}, per: [user]}}\n",
        ["`0` as a limit permits nothing", "no axis `foo`"],
    ),
    ("rates: {r: {of: file.reed, burst: 0, every: 0s, per: [user]}}\n", ["0 at once", "is no time", "`file.reed`"]),
]


@pytest.mark.parametrize(("text", "said"), TOGETHER)
def test_one_error_does_not_hide_another(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, said: list[str]
) -> None:
    ended, out = checked(tmp_path, capsys, text, "--json")
    assert ended == 1
    problems = json.loads(out)["problems"]
    assert len(problems) == len(said)
    for word in said:
        assert any(word in problem["message"] and problem["remedy"] for problem in problems), word


@pytest.mark.parametrize("every", ["0s", "0ms", "00d"])
def test_a_rate_without_a_period_is_told_with_its_line_and_a_remedy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], every: str
) -> None:
    text = f"rates:\n  calls: {{of: dir.list, burst: 3, every: {every}, per: [user]}}\n"
    ended, out = checked(tmp_path, capsys, text, "--json")
    assert ended == 1
    (problem,) = json.loads(out)["problems"]
    assert (problem["line"], problem["code"]) == (5, "E-INT")
    assert "no time at all" in problem["message"]
    assert "at least 1ms" in problem["remedy"]
