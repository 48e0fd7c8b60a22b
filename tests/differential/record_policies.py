"""Random policies about records: what tools, the person and the host say, and rules that compare with it."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.differential import alphabet as abc
from tests.differential.alphabet import distinct
from tests.differential.generators import PolicyTree
from tests.differential.session_policies import approvals, decorated
from tests.differential.tools import RECORD_TOOLS

KINDS = {"name": ["id", "to", "tag", "items"], "email": ["mail"], "int": ["n"], "amount": ["sum"]}
"""On which arguments values of a kind can stand."""
ROW: dict[str, tuple[str, PolicyTree]] = {
    "a": ("name", {"one": "name", "at": "/a"}),
    "s": ("name", {"one": ["p", "q"], "at": "/s"}),
    "n": ("int", {"one": "int", "at": "/n"}),
    "t": ("amount", {"one": {"decimal": "USD"}, "at": "/t"}),
    "xs": ("name", {"many": "name", "at": "/xs/*"}),
    "ys": ("name", {"many": "name", "at": "/ys/*/v", "only": {"k": "a"}}),
    "m": ("email", {"many": "email", "at": "/m/*"}),
}
"""Fields of what `look` answers, and of each row of `rows`."""
READS = {"look": True, "rows": False, "who": False}
"""Tools by which the gate may fill a record by itself, and whether they take its key."""
FINDERS = {"phrases": "name", "email": "email", "int": "int", "amount": "amount"}
Field = tuple[str, str, bool, PolicyTree]
"""Record, field, whether it holds many, and how values of it are declared."""


def records_tree(rng: Random) -> PolicyTree:
    """One to three records, and rules of which most look at them; now and then other sections, too."""
    tree: PolicyTree = {"havocproof": "1", "policy": "generated", "version": "1", "tools": RECORD_TOOLS}
    names = distinct(rng, ["prompt", "host", "who", "look", "look", "rows"], 1, 3)
    records = {f"r{at}": record(rng, source) for at, source in enumerate(names)}
    tree["records"] = records
    world = Recorded(rng, records)
    if rng.randint(0, 1):
        tree["sets"] = {"s0": {"name": world.names()}}
    tree["approvals"] = approvals(rng)
    rules = [{"permit": ["who", "look", "rows"]}]
    for _ in range(rng.randint(2, 4)):
        rules.append(world.rule("s0" if "sets" in tree else ""))
    tree["rules"] = {"g1": [{"id": f"r{at}"} | rule for at, rule in enumerate(rules)]}
    if rng.randint(0, 2) == 0:
        tree = decorated(rng, tree, [], {name: RECORD_TOOLS[name] for name in ("look", "use")})
    return tree


def record(rng: Random, source: str) -> PolicyTree:
    keyed = source in ("host", "look", "rows") and bool(rng.randint(0, 2))
    spec: PolicyTree = {}
    if source == "prompt":
        finders = distinct(rng, sorted(FINDERS), 1, 2)
        spec = {"from": "prompt", "fields": {finder: {"find": finder} for finder in finders}}
    elif source == "who":
        spec = {"from": {"tool": "who"}, "fields": {"a": {"one": "name", "at": ""}}}
    else:
        fitting = sorted(ROW) if keyed or source != "rows" else ["m", "xs", "ys"]
        fields = {name: ROW[name][1] for name in distinct(rng, fitting, 1, 3)}
        if source == "host":
            plain = {
                name: {key: one for key, one in field.items() if key in ("one", "many")}
                for name, field in fields.items()
            }
            spec = {"from": "host", "fields": plain} | ({"key": "id"} if keyed else {})
        else:
            spec = {"from": {"tools": [source]}, "fields": fields} | ({"key": {"id": "/id"}} if keyed else {})
        if source == "rows":
            spec["from"]["each"] = "/*"
            if rng.randint(0, 1):
                spec["from"]["only"] = {"k": rng.choice(["a", ["a", "b"]])}
    if source in READS and keyed == READS[source] and rng.randint(0, 1):
        spec["fetch"] = source
    alike = all("many" in field or "find" in field for field in spec["fields"].values())
    modes = ["once", "latest", *(["collect"] if alike else [])]
    if rng.randint(0, 2) == 0:
        spec["write"] = rng.choice(modes)
    if rng.randint(0, 2) == 0:
        spec["lasts"] = rng.choice(["3s", "30s"])
    return spec


class Recorded:
    """The fields of the records, and tests that refer to them."""

    def __init__(self, rng: Random, records: PolicyTree) -> None:
        self.rng = rng
        self.records = records
        self.fields: dict[str, list[Field]] = {kind: [] for kind in KINDS}
        for name, spec in records.items():
            for field, said in spec["fields"].items():
                kind = FINDERS[said["find"]] if "find" in said else ROW[field][0]
                self.fields[kind].append((name, field, "one" not in said, said))

    def reference(self, field: Field) -> Any:
        """A reference in one of its forms."""
        name, inner, _, _ = field
        if "key" not in self.records[name] or self.rng.randint(0, 2):
            return f"${name}.{inner}"
        singles = [one for one in self.fields["name"] if not one[2] and "key" not in self.records[one[0]]]
        by = [f"${one[0]}.{one[1]}" for one in singles]
        return {"of": f"${name}.{inner}", "by": self.rng.choice([*by, *by, "id"])}

    def names(self) -> list[Any]:
        """Members of a set: recorded names and literal ones."""
        found: list[Any] = [self.reference(field) for field in self.fields["name"] if self.rng.randint(0, 1)]
        return found + [name for name in "pq" if self.rng.randint(0, 2) == 0] or ["p"]

    def rule(self, known: str) -> PolicyTree:
        rng = self.rng
        effect = rng.choice(["permit", "permit", "permit", "ask", "forbid", "forbid"])
        word = rng.choice(["use", "use", "use", "many"])
        self.compared = False
        rule: PolicyTree = {effect: word}
        where = self.tests(word, effect, known)
        rule |= {"where": where} if where else {}
        if rng.randint(0, 1):
            when = self.when(effect)
            rule |= {"when": when} if when else {}
        if effect != "permit" and rng.randint(0, 2) == 0:
            unless = self.tests(word, "permit", known)
            rule |= {"unless": unless} if unless else {}
        if effect == "ask" or (effect == "forbid" and rng.randint(0, 3) == 0):
            rule["needs"] = rng.choice(["ann", "bob", "cid"])
        return rule if effect == "permit" else rule | {"why": "Because it is so."}

    def tests(self, word: str, effect: str, known: str) -> PolicyTree:
        axes = [*RECORD_TOOLS[word]["args"], *RECORD_TOOLS[word].get("optional", {})]
        found: PolicyTree = {}
        for kind, fields in self.fields.items():
            for axis in [axis for axis in KINDS[kind] if axis in axes]:
                if fields and self.rng.randint(0, 1):
                    test = self.test(kind, axis, self.rng.choice(fields), effect, known)
                    found |= {axis: test} if test is not None else {}
        return found

    def test(self, kind: str, axis: str, field: Field, effect: str, known: str) -> Any:
        rng = self.rng
        reference = self.reference(field)
        if kind in ("int", "amount"):
            if field[2]:
                return reference
            if self.compared or not isinstance(reference, str):
                return None
            self.compared = True
            return rng.choice([reference, {"max": reference}, {"min": reference}, {"below": reference}])
        if kind == "name" and known and rng.randint(0, 3) == 0:
            reference = f"${known}"
        if effect != "permit" and rng.randint(0, 2) == 0:
            return {"not": reference}
        if kind == "name" and rng.randint(0, 2) == 0:
            return [reference, rng.choice("pqr")] if axis != "tag" else [reference, "none"]
        return reference

    def when(self, effect: str) -> PolicyTree:
        """What is asked of one record."""
        rng = self.rng
        name = rng.choice(sorted(self.records))
        asked: PolicyTree = {}
        for kind, fields in self.fields.items():
            for record, field, many, said in fields:
                if record == name and rng.randint(0, 1):
                    if "find" in said or rng.randint(0, 4) == 0:
                        asked[field] = rng.choice(["known", "unknown"])
                    elif kind == "name":
                        negated = {"not": "p"} if effect != "permit" or field == "s" else "q"
                        asked[field] = rng.choice(["p", ["p", "q"], negated])
                    elif kind in ("int", "amount") and not many and not self.compared:
                        shown = {"int": "5", "amount": "100.00 USD"}[kind]
                        asked[field] = rng.choice([shown, {"max": shown}, {"above": shown}])
        if asked and "key" in self.records[name] and rng.randint(0, 3) == 0:
            asked["by"] = "id"
        return {name: asked} if asked else {}


def person_says(rng: Random) -> str:
    """What a person types: words of the small world, and values that finders look for."""
    words = ["p", "q", "r", "u@a.b", "v@a.b", "5", "6", "100.00 USD", "100.01 USD", "P", "5.", "p,", "'q'", "u@A.b"]
    return " ".join(rng.choice(words) for _ in range(rng.randint(1, 4)))


def row(rng: Random) -> Any:
    """One row of an answer; now and then with something wrong in it."""
    found: dict[str, Any] = {
        "id": rng.choice("pqr"),
        "k": rng.choice("ab"),
        "a": rng.choice("pqr"),
        "s": rng.choice("pq"),
        "n": abc.near(rng, 5),
        "t": abc.money(abc.near(rng, abc.MIDDLE), "USD").removesuffix(rng.choice(["", " USD"])),
        "xs": abc.several(rng, "pqr", 0, 3),
        "ys": [{"k": rng.choice("ab"), "v": rng.choice("pqr")} for _ in range(rng.randint(0, 3))],
        "m": abc.several(rng, ["u@a.b", "v@a.b"], 0, 2),
    }
    if rng.randint(0, 4) == 0:
        name = rng.choice(sorted(found))
        wrong = rng.choice([None, 7, "z", [], {}, True, "5.001", "-1.00", ["p", 7], "7.00 EUR"])
        found[name] = wrong
        if rng.randint(0, 2) == 0:
            del found[name]
    return found


def answer(rng: Random, action: dict[str, Any]) -> Any:
    """What a tool answers: mostly about what it was asked."""
    if rng.randint(0, 14) == 0:
        return rng.choice([None, "error", [], {}])
    if action["action"] == "look":
        found = row(rng)
        return found | {"id": action["args"]["id"]} if "id" in found and rng.randint(0, 4) else found
    if action["action"] == "rows":
        return [row(rng) for _ in range(rng.randint(0, 3))]
    return rng.choice(["p", "q", "r", "", 7]) if action["action"] == "who" else None
