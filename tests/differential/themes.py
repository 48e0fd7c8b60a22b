"""Small worlds about one thing each: few actions, so that they meet in what is written, passed on or forgotten."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.differential.alphabet import distinct
from tests.differential.generators import PolicyTree
from tests.differential.loading import ACTS
from tests.differential.session_policies import approvals

HEAD: PolicyTree = {"havocproof": "1", "policy": "generated", "version": "1"}
PATHS = ("/a", "/b", "/c")
TABLES = ("d.s.a", "d.s.b")
Wire = dict[str, Any]


def act(verb: str, **args: Any) -> Wire:
    return {"action": verb, "args": args}


def statement(verb: str, table: str, more: str = "") -> Wire:
    atoms = [{"table": table} | ({"column": "p"} if verb != "sql.schema" else {})]
    parts = [{"verb": verb, "rows": 1, "atoms": atoms}]
    return {
        "action": "sql",
        "parts": parts + ([{"verb": "sql.read", "rows": 1, "atoms": [{"table": more, "column": "p"}]}] if more else []),
    }


def files(verbs: dict[str, str]) -> list[PolicyTree]:
    """Rules that permit verbs with `any` on one axis."""
    return [{"id": f"r{at}", "permit": verb, "where": {axis: "any"}} for at, (verb, axis) in enumerate(verbs.items())]


def sticking_tree(rng: Random) -> PolicyTree:
    """Labels on files and tables, that several sessions read, write and move."""
    tree = dict(HEAD)
    if rng.randint(0, 2):
        verbs = ["file.read", "file.write", "file.append", "file.delete", "dir.make"]
        tree["rules"] = {"g1": files(dict.fromkeys(verbs, "path"))}
        source: PolicyTree = {"file.read": {"path": "/a"}}
        acts = [act(verb, path=path, **more) for path in PATHS for verb, more in _ON_FILES.items()]
        acts += [act("file.move", source=one, target=other) for one in PATHS for other in PATHS if one != other]
    else:
        tree["rules"] = {
            "g1": [
                *files({"sql.schema": "table"}),
                *_columns(),
                {"id": "p", "permit": "dir.make", "where": {"path": "any"}},
            ]
        }
        source = {"sql.read": {"table": "d.s.a"}}
        acts = [
            statement(verb, table)
            for table in TABLES
            for verb in ("sql.read", "sql.insert", "sql.update", "sql.schema")
        ]
        acts += [statement("sql.insert", "d.s.b", "d.s.a"), statement("sql.update", "d.s.a", "d.s.b")]
    tree["labels"] = {"l0": {"from": [source, "host"], "guards": ["dir.make"]}}
    tree["approvals"] = approvals(rng)
    if rng.randint(0, 1):
        tree["labels"]["l0"]["otherwise"] = "ann"
    probes = [act("dir.make", path="/x")] * 4
    return tree | {ACTS: acts + probes * 3}


_ON_FILES: dict[str, dict[str, str]] = {
    "file.read": {},
    "file.write": {"content": "x"},
    "file.append": {"content": "x"},
}


def _columns() -> list[PolicyTree]:
    verbs = ["sql.read", "sql.insert", "sql.update"]
    return [
        {"id": f"c{at}", "permit": verb, "where": {"table": "any", "column": "any"}} for at, verb in enumerate(verbs)
    ]


def family_tree(rng: Random) -> PolicyTree:
    """Agents that start, hand over and report, with labels that travel and budgets that they share."""
    tree = dict(HEAD)
    rules = files({"dir.list": "path", "dir.make": "path", "file.read": "path"})
    tree["rules"] = {"g1": rules[:1], "g2": rules[1:2], "g3": rules[2:]}
    drops = distinct(rng, ["l0", "l1"], 0, 2)
    uses = distinct(rng, ["g1", "g2", "g3"], 1, 3)
    agents: PolicyTree = {
        "lead": {"uses": ["g1", "g2", "g3"], "starts": ["hand"]},
        "hand": {"uses": ["g1", "g2", "g3"], "starts": ["eyes"], "hands_to": ["next"]},
        "eyes": {"uses": uses, "hands_to": ["last"]},
        "next": {"uses": ["g1", "g2"]},
        "last": {"uses": uses},
    }
    for kind in ("hand", "eyes", "next"):
        if drops and rng.randint(0, 1):
            agents[kind]["drops"] = drops
    per = rng.choice([["agent"], ["run"], ["agent", "user"]])
    tree["budgets"] = {"looks": {"count": str(rng.randint(2, 5)), "of": ["dir.list", "file.read"], "per": per}}
    if rng.randint(0, 3) == 0:
        tree["budgets"]["looks"]["every"] = "30s"
    limit = int(tree["budgets"]["looks"]["count"])
    if rng.randint(0, 2):
        agents["hand"]["share"] = {"looks": str(rng.randint(1, limit))}
        if rng.randint(0, 1):
            agents["eyes"]["share"] = {"looks": str(rng.randint(1, int(agents["hand"]["share"]["looks"])))}
    tree["budgets"]["helpers"] = {"at_once": str(rng.randint(1, 3)), "of": "agent.spawn", "per": ["run"]}
    tree["agents"] = agents
    tree["labels"] = {
        "l0": {"from": {"dir.list": {"path": "/a"}}, "guards": ["dir.make"]},
        "l1": {
            "from": [{"dir.list": {"path": "/b"}}, "host"],
            "guards": ["file.read", "agent.spawn"] if rng.randint(0, 4) == 0 else ["file.read"],
        },
    }
    if rng.randint(0, 4) == 0:
        forbid = {
            "id": "x",
            "forbid": "agent.spawn",
            "where": {"agent": "eyes"},
            "needs": "ann",
            "why": "Somebody looks.",
        }
        tree["rules"]["g1"] = [*tree["rules"]["g1"], forbid]
    tree["approvals"] = approvals(rng)
    acts = [act("dir.list", path=path) for path in PATHS] * 2 + [
        act("file.read", path="/a"),
        act("dir.make", path="/x"),
    ] * 3
    return tree | {ACTS: acts}


def forgetting_tree(rng: Random) -> PolicyTree:
    """One record with a key that is read again and again, with answers of which many are wrong."""
    tree = dict(HEAD)
    tree["tools"] = {
        "look": {"effect": "read", "args": {"id": "name"}},
        "rows": {"effect": "read"},
        "use": {
            "effect": "change",
            "args": {"id": "name", "to": "name", "n": "int", "sum": {"decimal": "USD"}, "mail": "email"},
        },
    }
    fields: PolicyTree = {"s": {"one": ["p", "q"], "at": "/s"}, "xs": {"many": "name", "at": "/xs/*"}}
    source: PolicyTree = {"tools": ["look"]}
    if rng.randint(0, 2) == 0:
        source = {"tools": ["rows", "look"][: rng.randint(1, 1)], "each": "/*"}
    tree["records"] = {
        "r0": {"key": {"id": "/id"}, "from": source, "fields": dict(distinct(rng, sorted(fields.items()), 1, 2))}
    }
    if rng.randint(0, 2) == 0:
        tree["records"]["r0"]["write"] = rng.choice(["once", "latest"])
    if rng.randint(0, 2) == 0:
        tree["records"]["r0"]["lasts"] = rng.choice(["3s", "30s"])
    if source["tools"] == ["look"] and rng.randint(0, 2) == 0:
        tree["records"]["r0"]["fetch"] = "look"
    permit: PolicyTree = {"id": "u", "permit": "use"}
    if "s" in tree["records"]["r0"]["fields"]:
        permit["when"] = {"r0": {"s": rng.choice(["p", "q", ["p", "q"]])}}
    else:
        permit["where"] = {"to": "$r0.xs"}
    tree["rules"] = {"g1": [{"id": "l", "permit": ["look", "rows"]}, permit]}
    known = [act("look", id=one) for one in "pq"] * 3 + [act("rows")] * 2
    uses = [act("use", id=one, to=to, n=5, sum=1, mail="u@a.b") for one in "pq" for to in "pq"]
    return tree | {ACTS: known + uses * 2}


def order_tree(rng: Random) -> PolicyTree:
    """Facts: tests that run while somebody writes, that fail, that are for one value, and that grow old."""
    tree = dict(HEAD)
    tree["tools"] = {
        "test": {"effect": "run", "args": {"what": "name"}},
        "ship": {"effect": "send", "args": {"what": "name"}},
    }
    spec: PolicyTree = {"by": ["test", "host"] if rng.randint(0, 3) == 0 else "test"}
    if rng.randint(0, 1):
        spec["lasts"] = rng.choice(["1s", "3s", "30s"])
    resets = bool(rng.randint(0, 1))
    per = not resets and bool(rng.randint(0, 2))
    if resets:
        spec["until"] = rng.choice(
            ["file.write", {"any": ["file.write", "test"], "where": {}}, {"file.write": {"path": "/a"}}]
        )
        if isinstance(spec["until"], dict) and "any" in spec["until"]:
            spec["until"] = ["file.write", "test"]
    elif per:
        spec["per"] = "what"
    tree["facts"] = {"f0": spec}
    word = "after" if resets or rng.randint(0, 1) else "never_after"
    effect = rng.choice(["permit", "permit", "forbid", "ask"])
    ship: PolicyTree = {"id": "s", effect: "ship", "when": {word: "f0"}}
    if effect != "permit":
        ship |= {"why": "So it is."} | ({"needs": "cid"} if effect == "ask" else {})
    more = [{"id": "o", "permit": "ship"}] if effect == "forbid" else []
    tree["rules"] = {"g1": [*files({"file.write": "path"}), {"id": "t", "permit": "test"}, ship, *more]}
    tree["approvals"] = approvals(rng)
    values = "pq" if per else "p"
    acts = [act("test", what=one) for one in values] * 2 + [act("ship", what=one) for one in values] * 2
    return tree | {ACTS: acts + [act("file.write", path=path, content="x") for path in ("/a", "/b")[: 1 + resets]]}


def month_tree(rng: Random) -> PolicyTree:
    """Budgets of a month, and of days, near their ends."""
    tree = dict(HEAD)
    tree["rules"] = {"g1": files({"file.read": "path"})}
    every = rng.choice(["month", "month", "month", "30d", "1d"])
    tree["budgets"] = {"m": {"count": str(rng.randint(2, 5)), "of": "file.read", "per": ["tenant"], "every": every}}
    return tree | {ACTS: [act("file.read", path="/a")]}


def pace_tree(rng: Random) -> PolicyTree:
    """A rate, near the moments at which it admits one more."""
    tree = dict(HEAD)
    tree["rules"] = {"g1": files({"file.read": "path"})}
    rate = {"of": "file.read", "burst": str(rng.randint(1, 3)), "every": rng.choice(["1s", "3s"]), "per": ["session"]}
    return tree | {"rates": {"r": rate}, ACTS: [act("file.read", path="/a")]}


def asking_tree(rng: Random) -> PolicyTree:
    """Agents of one session that ask for the same few things, and few of them at once."""
    tree = dict(HEAD)
    asks = [
        {"id": f"a{at}", "ask": verb, "where": {"path": "any"}} for at, verb in enumerate(["file.read", "dir.list"])
    ]
    more = {"needs": rng.choice(["ann", "bob"]), "why": "Somebody looks."}
    tree["rules"] = {"g1": [asks[0] | more, asks[1] | more | {"needs": "cid"}]}
    tree["agents"] = {"lead": {"uses": ["g1"], "starts": ["hand"]}, "hand": {"uses": ["g1"], "hands_to": ["next"]}}
    tree["agents"]["next"] = {"uses": ["g1"]}
    tree["budgets"] = {"helpers": {"at_once": str(rng.randint(1, 2)), "of": "agent.spawn", "per": ["run"]}}
    tree["approvals"] = approvals(rng)
    return tree | {ACTS: [act("file.read", path="/a")] * 2 + [act("dir.list", path="/a")]}


THEMES = (sticking_tree, family_tree, forgetting_tree, order_tree, month_tree, pace_tree)
