"""Policies that mostly load, and scenes that their rules speak about: what plain chance would seldom draw together."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.translation.signatures import Sources, Type
from tests.translation.values import Drawing, Form, key, pairs, unique

POLICY: Type = ("data", "Policies.Policy")
GRANT: Type = ("data", "Scenes.Grant")
SCENE: Type = ("data", "Scenes.Scene")
_EFFECTS = ["Permit"] * 5 + ["Charge"] * 4 + ["Leave"] * 3 + ["Ask", "Require", "Forbid"]
_MARKS = ("2", "2", "3", "4", "6")


class Desk:
    """One policy and one scene, in the plain form, over the few names of one drawing."""

    def __init__(self, sources: Sources, drawing: Drawing) -> None:
        self._sources = sources
        self._drawing = drawing
        self._random: Random = drawing.random
        self._verb = self._name()
        self.policy = self._policy()
        self.scene = self._scene()

    def _policy(self) -> Form:
        policy = self._drawing.draw(POLICY)
        budgets = {key(self._name()): self._budget() for _ in range(2)}
        kinds = [self._drawing.draw(("data", "Policies.Axis")) for _ in range(self._random.randint(0, 2))]
        axes = {key(verb): of for verb, of in self._field(policy, "axes")} | {key(self._verb): kinds}
        roles = [[self._name(), str(self._random.choice([1, 1, 2]))] for _ in range(self._random.choice([1, 1, 2]))]
        quorum = {"Quorum": [roles, str(self._random.randint(1, 60))]}
        votes = pairs({key(self._name()): self._random.choice(roles)[0] for _ in range(3)})
        self._drawing.keep(GRANT, {"Grant": [str(self._random.randint(1, 90)), self._name(), votes, True]})
        self._put(policy, "axes", pairs(axes))
        self._put(policy, "budgets", pairs(budgets))
        self._put(policy, "quorums", pairs({key(self._name()): quorum for _ in range(2)}))
        if self._random.random() < 0.8:
            self._put(policy, "agents", [])
        rules = [self._rule(policy) for _ in range(self._random.randint(1, 5))]
        self._put(policy, "rules", rules)
        return policy

    def _rule(self, policy: Form) -> Form:
        rule = self._drawing.draw(("data", "Policies.Rule"))
        rule = {"Rule": list(rule["Rule"])}
        effect = self._random.choice(_EFFECTS)
        fields: list[Form] = []
        if effect == "Charge":
            fields = [self._random.choice(self._field(policy, "budgets"))[0]]
        elif effect == "Leave":
            mark = {"Mark": list(self._drawing.draw(("data", "Policies.Mark"))["Mark"])}
            self._put(mark, "kind", self._random.choice(_MARKS))
            fields = [mark]
        elif effect in ("Ask", "Require"):
            fields = [self._random.choice(self._field(policy, "quorums"))[0]]
        self._put(rule, "effect", {effect: fields})
        if self._random.random() < 0.9:
            self._put(rule, "verbs", unique([*self._field(rule, "verbs"), self._verb]))
            tests = [test for test in self._field(rule, "tests") if self._random.random() < 0.3]
            self._put(rule, "tests", tests)
        if effect == "Permit" or self._random.random() < 0.5:
            self._put(rule, "unless", [])
        return rule

    def _budget(self) -> Form:
        budget = {"Budget": list(self._drawing.draw(("data", "Policies.Budget"))["Budget"])}
        kind = self._random.choice("015")
        period = self._random.choice([0, -1, 10, 10]) if kind != "1" else self._random.randint(1, 9)
        self._put(budget, "kind", kind)
        self._put(budget, "period", str(period))
        self._put(budget, "limit", str(self._random.randint(0, 30)))
        return budget

    def _scene(self) -> Form:
        """A request whose parts have the verb, whose atoms have the axes, and whose agent uses the rules' groups."""
        scene = {"Scene": list(self._drawing.draw(SCENE)["Scene"])}
        parts = []
        for _ in range(self._random.randint(1, 2)):
            part = {"Part": list(self._drawing.draw(("data", "Requests.Part"))["Part"])}
            self._put(part, "verb", self._verb)
            measures = [self._field(budget, "measure") for _, budget in self._field(self.policy, "budgets")]
            ints = {key(name): str(self._random.randint(0, 9)) for name in measures if self._random.random() < 0.9}
            self._put(part, "ints", pairs({key(name): n for name, n in self._field(part, "ints")} | ints))
            self._put(part, "atoms", [self._atom() for _ in range(self._random.randint(1, 2))])
            parts.append(part)
        request = {"Request": list(self._field(scene, "q")["Request"])}
        scopes = {key(self._name()): self._name() for _ in range(3)}
        scopes |= {key(self._field(self.policy, "session")): self._name()} if self._random.random() < 0.9 else {}
        self._put(request, "parts", parts)
        self._put(request, "scopes", pairs(scopes))
        self._put(scene, "q", request)
        self._put(scene, "now", str(self._random.randint(1, 60)))
        groups = [self._field(rule, "group") for rule in self._field(self.policy, "rules")]
        self._put(scene, "groups", unique(group for group in groups if self._random.random() < 0.9))
        return scene

    def _atom(self) -> Form:
        atom = {"Atom": list(self._drawing.draw(("data", "Requests.Atom"))["Atom"])}
        axes = {key(verb): of for verb, of in self._field(self.policy, "axes")}[key(self._verb)]
        names = {key(name): value for name, value in self._field(atom, "names")}
        places = {key(name): value for name, value in self._field(atom, "places")}
        for axis in axes:
            name = key(self._field(axis, "name"))
            names[name] = self._name()
            places[name] = [self._name() for _ in range(self._random.randint(0, 3))]
        self._put(atom, "names", pairs(names))
        self._put(atom, "places", pairs(places))
        return atom

    def _name(self) -> Form:
        return self._drawing.draw(("name",))

    def _field(self, form: Form, name: str) -> Any:
        ((made, fields),) = form.items()
        return fields[self._at(made, name)]

    def _put(self, form: Form, name: str, value: Form) -> None:
        ((made, fields),) = form.items()
        fields[self._at(made, name)] = value

    def _at(self, made: str, name: str) -> int:
        for data in self._sources.data.values():
            fields = dict(data.constructors).get(made)
            if fields is not None and name in dict(fields):
                return [field for field, _ in fields].index(name)
        raise AssertionError(f"no constructor {made} has a field {name}: what is drawn here follows the Dafny sources")
