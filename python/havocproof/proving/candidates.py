"""Edits of a policy that may make a broken claim true: small ones first. Whether one does is proved by who asks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from havocproof.policy.invariants import Invariant
from havocproof.policy.tree import Items, Mapping, Node, Text
from havocproof.proving import writing
from havocproof.proving.results import Broken, Edit, Line

_BOUNDS = {"above": "max", "min": "below", "max": "above", "below": "min"}


@dataclass(frozen=True, slots=True)
class Candidate:
    """An edit, and the whole policy with it. `rewrites`: the rule with other tests, which must not permit anything new;
    "" where nothing new can be permitted, or something new is meant to be.
    """

    edit: Edit
    root: Mapping
    rewrites: str = ""


@dataclass(frozen=True, slots=True)
class _Place:
    """A rule where it stands in the tree."""

    group: str
    number: int
    node: Mapping


def candidates(root: Mapping, claim: Invariant, broken: Broken) -> Iterator[Candidate]:
    """Edits of the policy's own file, in the order in which they are to be tried."""
    rules = [each for each in (broken.example.rules if broken.example is not None else ()) if not each.file]
    placed = [(each, place) for each in rules if (place := _find(root, each.id)) is not None]
    granting = [(line, place) for line, place in placed if line.effect in ("permit", "ask")]
    if claim.after:
        yield from _histories(root, claim, broken)
    elif claim.claim == "never":
        for line, place in granting:
            yield from _narrowed(root, claim, line, place)
        for line, place in granting:
            yield from _asked(root, claim, line, place)
        yield from _forbidden(root, claim, granting)
        for line, place in granting:
            yield _removed(root, line, place)
    elif claim.claim == "always":
        yield from _lifted(root, claim, placed)
        yield from _permitted(root, claim)
    elif claim.claim == "at_most":
        yield from _limited(root, claim)


# ---- never ----


def _narrowed(root: Mapping, claim: Invariant, line: Line, place: _Place) -> Iterator[Candidate]:
    """The rule with one more test, or a tighter one, on an axis of the claim."""
    where, unless = claim.node.fields.get("where"), claim.node.fields.get("unless")
    wanted = [(axis, _contrary(node)) for axis, node in (where.fields if isinstance(where, Mapping) else {}).items()]
    wanted += list((unless.fields if isinstance(unless, Mapping) else {}).items())
    for axis, node in wanted:
        if node is None:
            continue
        old = place.node.fields.get("where")
        tests = old if isinstance(old, Mapping) else writing.mapping({})
        rule = writing.changed(place.node, where=writing.changed(tests, **{axis: _met(tests.fields.get(axis), node)}))
        shown = writing.inline(node)
        edit = Edit(
            "narrow",
            f"narrow `{line.id}` (line {line.line}) to `{axis}: {shown}`",
            writing.item(rule),
            line.file,
            line.line,
        )
        yield Candidate(edit, _replaced(root, place, rule), line.id)


def _contrary(node: Node) -> Node | None:
    """What passes where the test does not, if a permit can say that."""
    if isinstance(node, Mapping) and len(node.fields) == 1:
        ((name, value),) = node.fields.items()
        if name == "not":
            return value
        if name in _BOUNDS:
            return writing.mapping({_BOUNDS[name]: value})
    return None


def _met(old: Node | None, new: Node) -> Node:
    """Both tests, where they are bounds; else the new one."""
    if isinstance(old, Mapping) and isinstance(new, Mapping) and set(old.fields) <= set(_BOUNDS):
        ends = ("max", "below") if {"max", "below"} & set(new.fields) else ("min", "above")
        return writing.mapping({**writing.without(old, *ends).fields, **new.fields})
    return new


def _asked(root: Mapping, claim: Invariant, line: Line, place: _Place) -> Iterator[Candidate]:
    """The permit as an ask for the approval that the claim names."""
    if not claim.approved or claim.guard or line.effect != "permit":
        return
    fields = {("ask" if key == "permit" else key): node for key, node in place.node.fields.items()}
    why = writing.text(f"{claim.approved} approves this.")
    rule = writing.mapping({**fields, "needs": writing.text(claim.approved), "why": fields.get("why", why)})
    told = f"let `{line.id}` (line {line.line}) ask `{claim.approved}`"
    yield Candidate(Edit("ask", told, writing.item(rule), line.file, line.line), _replaced(root, place, rule))


def _forbidden(root: Mapping, claim: Invariant, granting: list[tuple[Line, _Place]]) -> Iterator[Candidate]:
    """A forbid that says what the claim says."""
    node = claim.node
    unless = node.fields.get("unless")
    if not granting or not (unless is None or isinstance(unless, Mapping)):
        return
    fields: dict[str, Node] = {"forbid": node.fields["never"]}
    fields |= {key: node.fields[key] for key in ("where", "when", "unless") if key in node.fields}
    if claim.approved:
        fields["needs"] = writing.text(claim.approved)
    rule = writing.mapping({**fields, "why": writing.text(f"{claim.id} excludes it.")})
    line, place = granting[0]
    told = f"add a forbid to the group `{place.group}`"
    yield Candidate(Edit("add", told, writing.item(rule), line.file, line.line), _added(root, place.group, rule))


def _removed(root: Mapping, line: Line, place: _Place) -> Candidate:
    edit = Edit("remove", f"remove `{line.id}` (line {line.line})", "", line.file, line.line)
    return Candidate(edit, _replaced(root, place, None))


# ---- histories ----


def _histories(root: Mapping, claim: Invariant, broken: Broken) -> Iterator[Candidate]:
    """What begins the claim also undoes a fact, or brings a label: first the move that was shown, then all of them."""
    steps = broken.example.history if broken.example is not None else ()
    words = {step.text.partition(",")[0] for step in steps}
    for more in (*_single(claim.node.fields["after"], words), claim.node.fields["after"]):
        for section, key, does in (("facts", "until", "undoes"), ("labels", "from", "brings")):
            found = root.fields.get(section)
            for name, node in (found.fields if isinstance(found, Mapping) else {}).items():
                if isinstance(found, Mapping) and isinstance(node, Mapping) and key in node.fields:
                    entry = writing.changed(node, **{key: _both(node.fields[key], more)})
                    told = f"say that {writing.inline(more)} also {does} `{name}` (line {node.line})"
                    edit = Edit("narrow", told, writing.entry(name, entry), "", node.line)
                    section_ = writing.changed(found, **{name: entry})
                    yield Candidate(edit, writing.changed(root, **{section: section_}))


def _single(pattern: Node, words: set[str]) -> Iterator[Node]:
    """Of `{any: [...], where: ...}` the parts with these words."""
    if isinstance(pattern, Mapping) and isinstance(pattern.fields.get("any"), Items):
        listed = pattern.fields["any"]
        for each in listed.items if isinstance(listed, Items) else []:
            if isinstance(each, Text) and each.value in words:
                where = pattern.fields.get("where")
                yield writing.mapping({each.value: where}) if where is not None else each


def _both(old: Node, more: Node) -> Node:
    """The patterns of both."""
    found = [*(old.items if isinstance(old, Items) else [old])]
    found += more.items if isinstance(more, Items) else [more]
    return writing.items(found)


# ---- always ----


def _lifted(root: Mapping, claim: Invariant, placed: list[tuple[Line, _Place]]) -> Iterator[Candidate]:
    """A forbid or an ask that does not apply to what the claim is about."""
    where = claim.node.fields.get("where")
    for line, place in placed:
        if line.effect in ("forbid", "ask") and isinstance(where, Mapping) and "unless" not in place.node.fields:
            rule = writing.changed(place.node, unless=where)
            told = f"except it from `{line.id}` (line {line.line})"
            edit = Edit("narrow", told, writing.item(rule), line.file, line.line)
            yield Candidate(edit, _replaced(root, place, rule))


def _permitted(root: Mapping, claim: Invariant) -> Iterator[Candidate]:
    """A permit that says what the claim says."""
    rules = root.fields.get("rules")
    if not isinstance(rules, Mapping) or "when" in claim.node.fields:
        return
    for group, node in rules.fields.items():
        fields: dict[str, Node] = {"permit": claim.node.fields["always"]}
        if "where" in claim.node.fields:
            fields["where"] = claim.node.fields["where"]
        rule = writing.mapping(fields)
        edit = Edit("add", f"add a permit to the group `{group}`", writing.item(rule), "", node.line)
        yield Candidate(edit, _added(root, group, rule))


# ---- at_most ----


def _limited(root: Mapping, claim: Invariant) -> Iterator[Candidate]:
    """A budget with the claimed limit, or a new one."""
    node, most = claim.node.fields["at_most"], claim.most
    if not isinstance(node, Mapping) or most is None:
        return
    section = root.fields.get("budgets")
    known = section.fields if isinstance(section, Mapping) else {}
    for name, budget in known.items():
        if isinstance(budget, Mapping) and most.measure in budget.fields:
            entry = writing.changed(budget, **{most.measure: writing.text(most.shown)})
            told = f"lower the limit of `{name}` (line {budget.line}) to {most.shown}"
            edit = Edit("narrow", told, writing.entry(name, entry), "", budget.line)
            sections = writing.mapping({**known, name: entry})
            yield Candidate(edit, writing.changed(root, budgets=sections))
    name = claim.id.replace(".", "-")
    line = section.line if section is not None else 1
    edit = Edit("add", f"add the budget `{name}`", writing.entry(name, node), "", line)
    yield Candidate(edit, writing.changed(root, budgets=writing.mapping({**known, name: node})))


# ---- the tree ----


def _find(root: Mapping, label: str) -> _Place | None:
    """The rule of this id."""
    rules = root.fields.get("rules")
    for group, items in (rules.fields if isinstance(rules, Mapping) else {}).items():
        for number, node in enumerate(items.items if isinstance(items, Items) else []):
            if isinstance(node, Mapping):
                named = node.fields.get("id")
                if (named.value if isinstance(named, Text) else f"{group}.{number + 1}") == label:
                    return _Place(group, number, node)
    return None


def _replaced(root: Mapping, place: _Place, rule: Mapping | None) -> Mapping:
    """The whole tree with another rule there, or without it."""
    rules = root.fields["rules"]
    assert isinstance(rules, Mapping)
    group = rules.fields[place.group]
    assert isinstance(group, Items)
    others: list[Node] = list(group.items)
    others[place.number : place.number + 1] = [rule] if rule is not None else []
    if not others:
        return writing.changed(root, rules=writing.without(rules, place.group))
    return writing.changed(root, rules=writing.changed(rules, **{place.group: writing.items(others)}))


def _added(root: Mapping, group: str, rule: Mapping) -> Mapping:
    rules = root.fields["rules"]
    assert isinstance(rules, Mapping)
    old = rules.fields[group]
    others: list[Node] = list(old.items) if isinstance(old, Items) else []
    return writing.changed(root, rules=writing.changed(rules, **{group: writing.items([*others, rule])}))
