"""The analyzer: ten invariants, one edit, and dead rules, on policies whose rules overlap on one verb.

Every rule speaks about requests, to ten times fewer hosts than there are rules: permits of a path below a host, asks,
and forbids with a bound that hold for all hosts. The questions are true and false ones, with excuses and approvals.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterable

from measuring import Row

from havocproof.analysis import Analyzer, Broken, Question, widened
from havocproof.kernel.source import Named, Pattern, Placed, Test
from havocproof.policy import loads_policy

SIZES = (10, 100, 1_000)
HEAD = """havocproof: 1
policy: bench
version: "1"
approvals:
  boss: {role: manager, people: 1, within: 1d}
  legal: {role: lawyer, people: 1, within: 1d}
labels:
  personal: {from: {file.read: {path: /srv/personal/**}}, guards: all.pay}
rules:
  all:
"""
VERB = "http.request"


def text(rules: int, without: int | None = None) -> str:
    """A policy of so many rules; `without`: the number of one that is left out."""
    rng = random.Random(0)
    hosts = max(1, rules // 10)
    lines = []
    for i in range(rules):
        kind, place = rng.random(), rng.randrange(rules)
        host = f"api{i % hosts}.example.com"
        if kind < 0.6:
            method = rng.choice(("GET", "POST", "[GET, PUT]"))
            where = f"host: {host}, path: /v{i}/**, method: {method}"
            lines.append(f"{{id: r{i}, permit: {VERB}, where: {{{where}}}}}")
        elif kind < 0.8:
            needs = rng.choice(("boss", "legal"))
            where = f"host: {host}, path: /v{place}/a{i}/**, method: POST"
            lines.append(f"{{id: r{i}, ask: {VERB}, needs: {needs}, why: w, where: {{{where}}}}}")
        else:
            where = f'host: "**.example.com", path: /v{place}/b{i}/**, bytes_out: {{above: {rng.randrange(1, 9)} KiB}}'
            lines.append(f"{{id: r{i}, forbid: {VERB}, why: w, remedy: x, where: {{{where}}}}}")
    return HEAD + "".join(f"    - {line}\n" for i, line in enumerate(lines) if i != without)


def _below(axis: str, *symbols: str) -> Test:
    return Placed(axis, (Pattern(symbols, True),))


def questions(rules: int) -> list[Question]:
    """Ten claims of four kinds."""
    found = []
    for i in range(10):
        path = f"v{i * rules // 10}"
        excuse = ((_below("host", "com", "example", f"api{i % max(1, rules // 10)}"),),)
        region: tuple[Test, ...]
        match i % 4:
            case 0:
                region, unless, approved = (_below("host", "com", "example"), _named("DELETE")), (), frozenset[str]()
            case 1:
                region, unless, approved = (_below("host", "org"),), (), frozenset[str]()
            case 2:
                both = frozenset({"boss", "legal"})
                region, unless, approved = (_below("path", path), _named("POST", "PUT")), excuse, both
            case _:
                region, unless, approved = (_below("path", path, "b"), _named("GET")), excuse, frozenset[str]()
        found.append(Question("never", VERB, region, unless, approved))
    return found


def _named(*methods: str) -> Test:
    return Named("method", frozenset(methods))


def series() -> Iterable[Row]:
    """Each the median and the worst of three, in microseconds. What the answers are is checked, too."""
    for rules in SIZES:
        policy = loads_policy(text(rules))
        first_forbid = next(i for i, rule in enumerate(policy.source.rules) if rule.effect == "forbid")
        edited = loads_policy(text(rules, first_forbid))
        asked = questions(rules)
        proved, compared, dead = list[float](), list[float](), list[float]()
        for _ in range(3):
            analyzer = Analyzer(policy)
            begin = time.perf_counter()
            answers = [analyzer.ask(question) for question in asked]
            proved.append(time.perf_counter() - begin)
            begin = time.perf_counter()
            found = widened(Analyzer(edited), analyzer)
            compared.append(time.perf_counter() - begin)
            begin = time.perf_counter()
            analyzer.dead()
            dead.append(time.perf_counter() - begin)
            if not found.complete or any(region.cause != "forbid" for region in found.regions):
                raise SystemExit(f"analysis: the edit of one forbid at {rules} rules is told as {found}")
            if isinstance(answers[0], Broken) or isinstance(answers[1], Broken):
                raise SystemExit(f"analysis: a true claim at {rules} rules is said to be broken")
        for name, taken in (("prove-10", proved), ("diff-one-edit", compared), ("dead-rules", dead)):
            yield (f"analysis:{name}", rules, sorted(taken)[1] * 1e6, max(taken) * 1e6)
