"""Random policies about what a session remembers: facts, labels, rates, budgets, approvals, agents, layers.

Nearly everything is permitted in them, so that what is remembered is what decides.
"""

from __future__ import annotations

from random import Random
from typing import Any

from tests.differential.alphabet import AXES, CLASSES, FAMILIES, REQUIRED, Axis, distinct
from tests.differential.generators import NUMBERS, PolicyTree, axis_tests, budgets_of, common, rule_of, tools_of
from tests.differential.loading import FILES
from tests.differential.tools import KNOWN, tool_required

GROUPS = ("g1", "g2", "g3")
SPANS = ("1s", "3s", "30s")
DUTIES = {
    "journal": ["flush"],
    "notify": ["ops", "boss"],
    "max_result": ["1 KiB", "1 MiB"],
    "timeout": ["30s", "1m"],
}
SETS: dict[str, str] = {}


def session_tree(rng: Random) -> PolicyTree:
    """One or two families, a few tools, and two to five sections about the session."""
    families = distinct(rng, ["files", "files", "http", "sql", "money", "model"], 1, 2)
    tools = tools_of(rng)
    tree: PolicyTree = {"havocproof": "1", "policy": "generated", "version": "1"}
    tree |= {"tools": tools} if tools else {}
    return decorated(rng, tree | {"rules": permissive(rng, families, tools)}, families, tools)


def permissive(rng: Random, families: list[str], tools: PolicyTree) -> dict[str, list[PolicyTree]]:
    """A rule for each verb that permits it, or now and then asks."""
    groups: dict[str, list[PolicyTree]] = {}
    rules: list[PolicyTree] = []
    for verb in [verb for family in families for verb in FAMILIES[family]]:
        where = dict.fromkeys(REQUIRED[verb], "any")
        where |= {"port": "any", "scheme": "any"} if "host" in where else {}
        rules.append(_granting(rng, verb, where))
    for name, spec in tools.items():
        rules.append(_granting(rng, name, dict.fromkeys(tool_required(spec), "any")))
    for at, rule in enumerate(rules):
        groups.setdefault(rng.choice(GROUPS), []).append({"id": f"r{at}"} | rule)
    return groups


def _granting(rng: Random, word: str, where: PolicyTree) -> PolicyTree:
    rule: PolicyTree = {"permit": word} if rng.randint(0, 4) else {"ask": word}
    rule |= {"where": where} if where else {}
    return rule if "permit" in rule else rule | {"needs": rng.choice(["ann", "bob", "cid"]), "why": "Somebody looks."}


def decorated(rng: Random, tree: PolicyTree, families: list[str], tools: PolicyTree) -> PolicyTree:
    """The policy with sections about the session, and with rules that look at them."""
    world = World(rng, families, tools)
    tree["approvals"] = approvals(rng)
    world.sections(tree, 5)
    rules = [rule for group in tree["rules"].values() for rule in group]
    for rule in rules:
        if rng.randint(0, 2) == 0:
            world.remember(rule, tree)
    for rule in rules:
        if "forbid" not in rule and rng.randint(0, 4) == 0:
            rule["then"] = {word: rng.choice(DUTIES[word]) for word in distinct(rng, sorted(DUTIES), 1, 2)}
    for at in range(rng.randint(0, 2)):
        rule = {"id": f"x{at}"} | world.restriction(tree)
        rng.choice(list(tree["rules"].values())).append(rule)
    if rng.randint(0, 3) == 0:
        tree |= agents(rng, tree)
    if rng.randint(0, 3) == 0:
        tree |= layers(world, tree)
    return tree


def approvals(rng: Random) -> PolicyTree:
    """Three approvals: of one person or two, of several roles, of the session's user."""
    found: PolicyTree = {}
    for name in ("ann", "bob", "cid"):
        people = str(rng.choice([1, 1, 2]))
        within = rng.choice(["1s", "30s", "1h"])
        forms: list[PolicyTree] = [
            {"role": "m", "people": people},
            {"role": rng.choice("mt"), "people": people},
            {"all_of": [{"role": "m", "people": people}, {"role": "t", "people": "1"}]},
            {"role": "session-user", "people": "1"},
        ]
        found[name] = rng.choice(forms) | {"within": within}
    return found


class World:
    """What actions there are, and the sections that can be about them. `beside`: tools that they cannot name."""

    def __init__(
        self, rng: Random, families: list[str], tools: PolicyTree, prefix: str = "", beside: PolicyTree | None = None
    ) -> None:
        self.rng, self.families, self.tools, self.prefix = rng, families, tools, prefix
        self.beside = beside or {}
        self.axes: dict[str, dict[str, Axis]] = {}  # of each fact the axes that it is kept by

    def sections(self, tree: PolicyTree, most: int) -> None:
        rng = self.rng
        chosen = distinct(rng, ["facts", "facts", "labels", "labels", "rates", "budgets"], 1, most)
        if "facts" in chosen:
            tree["facts"] = {f"{self.prefix}f{at}": self.fact(f"{self.prefix}f{at}") for at in range(rng.randint(1, 2))}
        if "labels" in chosen:
            tree["labels"] = {f"{self.prefix}l{at}": self.label(tree) for at in range(rng.randint(1, 2))}
        if "rates" in chosen:
            tree["rates"] = {f"{self.prefix}rate": self.rate()}
        if "budgets" in chosen:
            tree["budgets"] = self.budgets(tree)

    def words(self) -> tuple[list[str], dict[str, Axis]]:
        """Some verbs of one family, or a tool, and the axes that they have in common."""
        family = self.rng.choice(self.families + list(self.tools))
        verbs = [family] if family in self.tools else distinct(self.rng, FAMILIES[family], 1, 3)
        axes = common(verbs, self.tools)
        return verbs, {name: axis for name, axis in axes.items() if axis.sort != "cost"}

    def pattern(self, tests: int = 1) -> tuple[Any, list[str], dict[str, Axis]]:
        """An action pattern in one of its forms, with its verbs and their axes."""
        rng = self.rng
        verbs, axes = self.words()
        plain = {name: axis for name, axis in axes.items() if axis.sort not in (*NUMBERS, "text")}
        where = axis_tests(rng, plain, SETS, tests) if rng.randint(0, 2) else {}
        where = {name: test for name, test in where.items() if test != "any"}
        if not where:
            return (verbs if len(verbs) > 1 else verbs[0]), verbs, axes
        if rng.randint(0, 1):
            return {"any": verbs, "where": where}, verbs, axes
        return [{verb: where} for verb in verbs], verbs, axes

    def fact(self, name: str) -> PolicyTree:
        rng = self.rng
        by, verbs, axes = self.pattern()
        spec: PolicyTree = {"by": by}
        if rng.randint(0, 4) == 0:
            spec = {"by": [*(by if isinstance(by, list) else [by]), "host"]}
        if rng.randint(0, 1):
            spec["lasts"] = rng.choice(SPANS)
        reset = rng.randint(0, 2) == 0
        if reset:
            spec["until"], more, _ = self.pattern()
            axes = common([*verbs, *more], self.tools)
        keys = [axis for axis, one in axes.items() if one.sort == "name" and not one.optional and axis != "within"]
        if keys and rng.randint(0, 2) == 0:
            spec["per"] = rng.choice(sorted(keys))
        self.axes[name] = {spec["per"]: axes[spec["per"]]} if "per" in spec else {}
        return spec

    def label(self, tree: PolicyTree) -> PolicyTree:
        rng = self.rng
        source, _, _ = self.pattern()
        guards = self.guards()
        spec: PolicyTree = {"from": source}
        if rng.randint(0, 4) == 0:
            spec["from"] = [*(source if isinstance(source, list) else [source]), "host"]
        spec["guards"] = guards
        if rng.randint(0, 1):
            spec |= self.cleared(guards)
        if rng.randint(0, 2) == 0 and "approvals" in tree:
            spec["otherwise"] = rng.choice(sorted(tree["approvals"]))
        return spec

    def guards(self) -> list[str]:
        rng = self.rng
        family = rng.choice(self.families + list(self.tools))
        if family in self.tools:
            return [family]
        return distinct(rng, FAMILIES[family], 1, 3) if rng.randint(0, 2) else [rng.choice(CLASSES[family])]

    def cleared(self, guards: list[str]) -> PolicyTree:
        verbs = [verb for verb in guards if verb in AXES or verb in self.tools]
        if not verbs:
            return {}
        axes = {name: axis for name, axis in common(verbs, self.tools).items() if axis.sort not in (*NUMBERS, "text")}
        tests = {name: test for name, test in axis_tests(self.rng, axes, SETS, 2).items() if test != "any"}
        return {"cleared": [{"any": verbs, "where": tests}]} if tests else {}

    def rate(self) -> PolicyTree:
        of, _, _ = self.pattern()
        per = distinct(self.rng, ["tenant", "user", "session", "run", "agent"], 1, 2)
        return {"of": of, "burst": str(self.rng.randint(1, 3)), "every": self.rng.choice(SPANS), "per": per}

    def budgets(self, tree: PolicyTree) -> PolicyTree:
        rng = self.rng
        found = budgets_of(rng, 1, self.families, self.tools, SETS, self.beside)
        for budget in found.values():
            [measure] = [key for key in budget if key not in ("of", "per", "every")]
            if rng.randint(0, 4) == 0:
                budget["per"] = [*[axis for axis in budget["per"] if axis != "agent"][:1], "agent"]
            if measure == "count" and int(budget[measure]) > 1 and rng.randint(0, 1) and "approvals" in tree:
                above = str(rng.randint(1, int(budget[measure]) - 1))
                budget["soft"] = {"above": above, "needs": rng.choice(sorted(tree["approvals"]))}
        if rng.randint(0, 2) == 0:
            of, _, _ = self.pattern()
            per = distinct(rng, ["tenant", "user", "session", "run", "agent"], 1, 2)
            found["now"] = {"at_once": str(rng.randint(1, 2)), "of": of, "per": per}
        return {f"{self.prefix}{name}": budget for name, budget in found.items()}

    # ---- rules that look at the session ----

    def remember(self, rule: PolicyTree, tree: PolicyTree) -> None:
        """A rule gets a `when`, if there is something that it can ask."""
        effect = next(effect for effect in ("permit", "ask", "forbid") if effect in rule)
        verbs = rule[effect] if isinstance(rule[effect], list) else [rule[effect]]
        tests: PolicyTree = {}
        fitting = self.fitting(tree, verbs)
        # What sets a fact had better not wait for it.
        by = {name: str(tree["facts"][name]["by"]) for name in fitting}
        after = [name for name in fitting if not any(verb in by[name] for verb in verbs) and self.rng.randint(0, 1)]
        if after:
            tests["after"] = after[0]
        never = [name for name in fitting if "until" not in tree["facts"][name] and name not in after]
        if never and self.rng.randint(0, 1):
            tests["never_after"] = never[0]
        if effect != "permit" and "labels" in tree and self.rng.randint(0, 1):
            tests["carries"] = distinct(self.rng, sorted(tree["labels"]), 1, 2)
        if tests:
            rule["when"] = rule.get("when", {}) | tests

    def fitting(self, tree: PolicyTree, verbs: list[str]) -> list[str]:
        """The facts that are kept by nothing, or by what all of these verbs have, too."""
        if any(verb.startswith("all.") for verb in verbs):
            return [name for name in tree.get("facts", {}) if not self.axes[name]]
        known = common(verbs, KNOWN)
        return [
            name
            for name in tree.get("facts", {})
            if all(axis in known and known[axis] == one for axis, one in self.axes[name].items())
        ]

    def restriction(self, tree: PolicyTree) -> PolicyTree:
        """A forbid or an ask, which looks at the session if it can."""
        rule = rule_of(self.rng, self.rng.choice(["forbid", "forbid", "ask"]), self.families, self.tools, SETS)
        if "needs" in rule:
            rule["needs"] = self.rng.choice(sorted(tree["approvals"]))
        self.remember(rule, tree)
        return rule


def agents(rng: Random, tree: PolicyTree) -> PolicyTree:
    """A tree of two or three kinds, in which every group is used by somebody, and nobody has what is not above it."""
    groups = sorted(tree["rules"])
    below = distinct(rng, groups, 1, 3)
    lead = sorted({*groups} - {*below} | {*distinct(rng, groups, 0, 2)})
    found: PolicyTree = {
        "lead": {"uses": lead, "delegates": [one for one in groups if one not in lead], "starts": ["hand"]}
    }
    deep = rng.randint(0, 1)
    mine = distinct(rng, below, 0, 3) if deep else below
    found["hand"] = {"uses": mine}
    if deep:
        found["hand"] |= {"delegates": [one for one in below if one not in mine], "starts": ["eyes"]}
        found["eyes"] = {"uses": below}
    if mine and rng.randint(0, 2) == 0:
        found["hand"]["hands_to"] = ["next"]
        found["next"] = {"uses": mine}
    for kind in [kind for kind in found if kind != "lead"]:
        if "labels" in tree and rng.randint(0, 1):
            found[kind]["drops"] = distinct(rng, sorted(tree["labels"]), 1, 2)
        shared = [name for name in tree.get("budgets", {}) if name != "now" and _small(tree["budgets"][name])]
        if kind == "hand" and shared and rng.randint(0, 1):
            found[kind]["share"] = {shared[0]: str(rng.randint(1, int(tree["budgets"][shared[0]]["count"])))}
    return {"agents": {kind: {key: one for key, one in spec.items() if one} for kind, spec in found.items()}}


def _small(budget: PolicyTree) -> bool:
    return "count" in budget and len(budget["per"]) < 3


def layers(world: World, tree: PolicyTree) -> PolicyTree:
    """A guard above the policy, and perhaps a vocabulary that both of them use."""
    rng = world.rng
    guard: PolicyTree = {"havocproof": "1", "policy": "firm", "version": "1", "kind": "guard"}
    files: PolicyTree = {"firm.yaml": guard}
    more: PolicyTree = {"under": ["firm.yaml"]}
    tools: PolicyTree = {}
    if "tools" in tree and (rng.randint(0, 1) or not world.families):
        tools = tree.pop("tools")
        words = {"havocproof": "1", "policy": "words", "version": "1", "kind": "vocabulary", "tools": tools}
        for section in ("sets", "records") if rng.randint(0, 1) else ():
            if section in tree:
                words[section] = tree.pop(section)
        files["words.yaml"] = words
        guard["vocabulary"] = more["vocabulary"] = ["words.yaml"]
    above = World(rng, world.families, tools, "k", beside=world.tools)
    guard["approvals"] = {name: one for name, one in approvals(rng).items() if name != "cid"}
    above.sections(guard, 3)
    forbids = [
        {"id": f"k{at}"} | rule_of(rng, "forbid", world.families, tools, SETS) for at in range(rng.randint(1, 2))
    ]
    for rule in forbids:
        if "needs" in rule:
            rule["needs"] = rng.choice(["ann", "bob"])
        if rng.randint(0, 1):
            above.remember(rule, guard)
    guard["rules"] = {"firm": forbids}
    return more | {FILES: files}
