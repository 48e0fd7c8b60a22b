"""The theorems S1 to S5 speak about the example policies: what each lowers to has the pattern that its theorem wants.

And they speak about no policy that lacks a rule: those under which an attack has an effect do not have the pattern.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from examples.safety.command import HERE
from havocproof.kernel.lowered import to_mark
from havocproof.kernel.source import LABEL, Mark, Pattern, Source
from havocproof.policy import load_policy
from tests.examples import patterns
from tests.examples.patterns import Asset, Shown, Sink
from tests.examples.test_safety import loosened

PROPERTIES = Path(__file__).resolve().parents[2] / "dafny" / "Properties"
SENDS = ("http.request", "net.connect", "message.send")
PAYS = ("money.payment", "money.transfer", "money.refund", "money.trade")
DESTROYS = ("file.write", "file.append", "file.delete", "dir.make")
CHANGES = ("sql.insert", "sql.update", "sql.delete", "sql.schema")

HOSTS = (Pattern(("example", "packages", "index")), Pattern(("example", "news"), open=True))
WORKPLACES = (Pattern(("repo", "src"), open=True), Pattern(("repo", "tests"), open=True))
ORDERS, CUSTOMERS = Pattern(("shop", "main", "orders")), Pattern(("shop", "main", "customers"))
STAFF = Pattern(("example", "desk", "@", None))
PERSONAL = Mark(LABEL, "personal", ("self",))


def verbs(source: Source, names: tuple[str, ...]) -> frozenset[str]:
    """Every verb of the policy that is one of these effects, tools' included: nothing may slip through."""
    found = frozenset(verb for verb in source.axes if verb.rpartition("#")[2] in names)
    assert found >= set(names)
    return found


# ---- each class: the premises of its theorem, for the policy of its example ----


def egress(source: Source) -> bool:
    return patterns.listed_hosts_only(source, verbs(source, SENDS[:2]), "host", HOSTS)


def exfiltration(source: Source) -> bool:
    files = Asset(verbs(source, ("file.read",)), "path", (Pattern(("desk", "people"), open=True),))
    rows = Asset(verbs(source, ("sql.read",)), "table", (CUSTOMERS,))
    sinks = {verb: Sink("host") for verb in verbs(source, SENDS[:2])}
    sinks |= {verb: Sink("recipient", (STAFF,)) for verb in verbs(source, SENDS[2:])}
    return (
        patterns.marks(source, files, PERSONAL, "self")
        and patterns.marks(source, rows, PERSONAL, "self")
        and patterns.guards(source, PERSONAL, sinks)
        and patterns.budgets_bytes(source, sinks, "bytes_out", "out")
        and source.budgets["out"].limit == 4096
    )


def payments(source: Source) -> bool:
    pays = verbs(source, PAYS)
    return (
        patterns.limits_payments(source, pays, "amount", 500_00, "controllers")
        and patterns.budgets_payments(source, pays, "amount:USD", "month")
        and source.budgets["month"].limit == 9000_00
        and source.quorums["controllers"].roles == (("controller", 2),)
    )


def files(source: Source) -> bool:
    gone = verbs(source, ("file.delete", "file.append", "dir.make"))
    return patterns.changes_inside(source, gone, "path", WORKPLACES) and patterns.changes_inside_unless(
        source, verbs(source, DESTROYS), "path", WORKPLACES, "maintainer"
    )


def database(source: Source) -> bool:
    shown = (Shown((ORDERS,)), Shown((CUSTOMERS,), frozenset({"id", "segment", "city"})))
    never = verbs(source, ("sql.insert", "sql.delete", "sql.schema"))
    return (
        patterns.reads_shown(source, verbs(source, ("sql.read",)), "table", "column", shown)
        and patterns.changes_nothing(source, never)
        and patterns.changes_unless(source, verbs(source, CHANGES), "lead")
    )


HOLDS = {
    "egress": egress,
    "exfiltration": exfiltration,
    "payments": payments,
    "files": files,
    "database": database,
}


@pytest.mark.parametrize("name", HOLDS)
def test_the_policy_has_the_pattern_of_its_theorem(name: str) -> None:
    assert HOLDS[name](load_policy(HERE / f"{name}.yaml").source)


LOOSER = [
    ("egress", "host: [index.packages.example,", "host: [collector.example, index.packages.example,"),
    ("egress", "forbid: [http.request, net.connect]", "forbid: net.connect"),
    ("egress", "unless: {host: $listed}", "unless: {port: 8471}"),
    ("exfiltration", ", {sql.read: {table: shop.main.customers}}", ""),
    ("exfiltration", "/desk/people/**}}, {sql", "/desk/people/*}}, {sql"),
    ("exfiltration", "guards: [all.send]", "guards: [http.request, message.send]"),
    ("exfiltration", 'email: ["*@desk.example"]', 'email: ["*@desk.example", "*@evil.test"]'),
    ("exfiltration", "of: all.send", "of: [http.request, message.send]"),
    ("exfiltration", "bytes_out: 4 KiB", "bytes_out: 8 KiB"),
    ("payments", "amount: {max: 500.00 USD}}\n    - id", "amount: {max: 600.00 USD}}\n    - id"),
    ("payments", "ask: money.payment", "permit: money.payment"),
    ("payments", "of: all.pay", "of: {money.payment: {payee: $vendors}}"),
    ("payments", "people: 2", "people: 1"),
    ("files", "path: $workplaces}}\n    - {id: delete", "path: /repo/**}}\n    - {id: delete"),
    ("files", "permit: file.delete, where: {path: $workplaces}", "permit: file.delete, where: {path: any}"),
    ("database", "column: [id, segment, city]", "column: [id, segment, city, card]"),
    ("database", "table: shop.main.orders, column: any", "table: [shop.main.orders, shop.main.staff], column: any"),
    ("database", "forbid: [sql.insert, sql.delete, sql.schema]", "forbid: [sql.insert, sql.schema]"),
]


@pytest.mark.parametrize(("name", "old", "new"), LOOSER)
def test_a_looser_policy_does_not_have_it(name: str, old: str, new: str, tmp_path: Path) -> None:
    changes = [(old, new)]
    if new.startswith("permit: money"):
        changes.append(("      needs: controllers\n", ""))
    if new == "forbid: [sql.insert, sql.schema]":
        changes.append(("    - id: read-only", "    - {permit: sql.delete, where: {table: any}}\n    - id: read-only"))
    loose = load_policy(loosened(name, tmp_path, *changes) / f"{name}.yaml")
    assert not HOLDS[name](loose.source)


THEOREMS = {
    "Egress": ["S1_Egress", "ListedHostsOnly"],
    "Exfiltration": [
        "S2_Exfiltration",
        "S2_Counted",
        "S2_Total",
        "Marks",
        "MarksHere",
        "Guards",
        "GuardsHere",
        "BudgetsBytes",
    ],
    "Payment": ["S3_Limit", "S3_Counted", "S3_Total", "S3_Once", "LimitsPayments", "BudgetsPayments"],
    "Filesystem": ["S4_Filesystem", "S4_Approved", "ChangesInside", "ChangesInsideUnless"],
    "Database": ["S5_Reads", "S5_Changes", "S5_Approved", "ReadsShown", "ChangesNothing", "ChangesUnless"],
    "Only": ["Tighter", "Among", "Inside", "SpeaksOutside", "Only", "OnlyUnless"],
}


@pytest.mark.parametrize("file", THEOREMS)
def test_the_theorems_and_their_patterns_are_where_the_tests_say(file: str) -> None:
    text = (PROPERTIES / f"{file}.dfy").read_text(encoding="utf-8")
    for name in THEOREMS[file]:
        word = "lemma" if name[:1] == "S" and name[1:2].isdigit() else "ghost predicate"
        assert f"{word} {name}(" in text


def test_a_label_is_kept_as_its_theorem_wants_it() -> None:
    """In the kernel a label is kept by its session in all four scopes."""
    text = (PROPERTIES / "Exfiltration.dfy").read_text(encoding="utf-8")
    found = re.search(r"mark\.per == \(([a-z, ]+)\)", text)
    assert found is not None
    assert {word.strip() for word in found[1].split(",")} == {"session"}
    assert tuple(to_mark(PERSONAL).per) == ("self",) * 4
