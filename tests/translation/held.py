"""Functions over `m`, a map that holds the trees from number `lo` to before `hi`: how it is drawn, and premises.

In the sources the premises are about a sequence that is not compiled. Here they are said of the map itself.
"""

from __future__ import annotations

from random import Random
from typing import Any

Form = Any

PREMISES = {
    "JoinCode.HeldBelow": ["lo < hi", "kin(m, lo, hi)", "same(m, lo, hi)", "k in m[lo].kids"],
    "JoinCode.HeldAsked": ["lo < hi", "kin(m, lo, hi)"],
    "JoinCode.HeldKids": ["lo < hi", "kin(m, lo, hi)", "apart(m, lo, hi)"],
    "JoinCode.Join": ["lo <= hi", "all(i in m for i in range(lo, hi))"],
}
"""By function, what its premises say of the parameters that are compiled."""


def _keys(m: Any, at: int) -> set[Any]:
    return set(dict.keys(m[at].kids))


def kin(m: Any, lo: int, hi: int) -> bool:
    """All trees are there, of one kind, and only ask for the next name."""
    there = all(i in m and (m[i].is_Pick or m[i].is_Node) for i in range(lo, hi))
    return there and all(_bare(m[i]) and m[i].is_Pick == m[lo].is_Pick for i in range(lo, hi))


def _bare(t: Any) -> bool:
    return t.any_.is_Nil if t.is_Pick else t.plain and t.one.is_Nil and t.rest.is_Nil and t.end.is_Nil


def same(m: Any, lo: int, hi: int) -> bool:
    """All ask for the same names."""
    return all(_keys(m, i) == _keys(m, lo) for i in range(lo, hi))


def apart(m: Any, lo: int, hi: int) -> bool:
    """No two ask for one name."""
    every = [key for i in range(lo, hi) for key in _keys(m, i)]
    return len(every) == len(set(every))


HELPERS = {"kin": kin, "same": same, "apart": apart}


def drawn(random: Random, names: list[str], tree: Any, name: str) -> dict[str, Form]:
    """Parameters by their names: trees that ask for the same names, for different ones, or for any; or any trees.

    `tree()` draws a tree. For "HeldKids" the names are different, for "HeldBelow" the same.
    """
    count, lo = random.randint(1, 9), random.randint(0, 2)
    shape = {"HeldKids": "apart", "HeldBelow": "same"}.get(name) or random.choice(["apart", "same", "any", "trees"])
    if shape == "trees" and name in ("HeldAsked", "KidOf"):
        shape = "any"
    pick, common = random.random() < 0.5, random.sample(names, random.randint(1, len(names)))
    trees: list[Form] = []
    for at in range(count):
        if shape == "trees":
            trees.append(tree())
            continue
        own = {"apart": [f"{at}"] if random.random() < 0.9 else [], "same": common}.get(shape, [random.choice(names)])
        kids = [[key, tree()] for key in sorted(own, key=lambda text: ascii_key(text))]
        nil: Form = {"Nil": []}
        trees.append({"Pick": [kids, nil]} if pick else {"Node": [kids, True, nil, nil, nil]})
    hi = lo + count
    pairs = sorted(([str(lo + at), each] for at, each in enumerate(trees)), key=lambda pair: ascii_key(pair[0]))
    asked = [key for each in trees for key, _ in next(iter(each.values()))[0]] if shape != "trees" else names
    at = random.randrange(count)
    if name == "KidOf" and shape != "trees":
        asked = [key for key, _ in next(iter(trees[at].values()))[0]] or names
    k = random.choice(asked or names)
    return {
        "m": pairs,
        "lo": str(lo),
        "hi": str(hi),
        "k": k,
        "i": str(at),
        "tries": str(random.choice([0, 1, 3, 8, 64])),
    }


def ascii_key(text: str) -> str:
    """The order of keys in the plain form."""
    import json

    return json.dumps(text)
