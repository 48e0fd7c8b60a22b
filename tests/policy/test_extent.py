"""How much one atom can reach: widths of cells, and the bounds that `check` prints."""

from __future__ import annotations

from random import Random

import pytest

from havocproof.kernel.source import Axis, Named, Pattern, Placed, Rule, Source
from havocproof.policy.extent import Extent, extent
from tests.policy.support import load, problem


def forbids(count: int, path: str = "path: /a, ", first: int = 0) -> str:
    """Forbids that differ in nothing but the size that they are about."""
    made = []
    for n in range(first, first + count):
        size = f"{{min: {10 * n} B, max: {10 * n + 1} B}}"
        made.append(f"    - {{id: f{n}, forbid: file.read, where: {{{path}bytes: {size}}}, why: x}}\n")
    return "".join(made)


def bounded(*rules: str) -> str:
    return "rules:\n  g:\n" + "".join(rules)


class TestWidth:
    def test_sixty_four_rules_may_meet(self) -> None:
        assert extent(load(bounded(forbids(64))).source).width == (64, "file.read")

    def test_more_are_refused_with_their_names(self) -> None:
        found = problem(bounded(forbids(90)))
        assert (found.code, found.line) == ("E-WIDTH", 94)
        assert "90 rules meet in one cell of `file.read` (path a), at most 64 may: `f0`, `f1`" in found.message
        assert "and 85 more" in found.message
        assert "Merge them" in found.remedy

    def test_rules_without_places_meet_too(self) -> None:
        found = problem(bounded(forbids(65, "")))
        assert (found.code, "one cell of `file.read`, at most" in found.message) == ("E-WIDTH", True)

    def test_patterns_that_only_overlap_are_cells_of_their_own(self) -> None:
        body = bounded(forbids(40, "path: /a/**, "), forbids(40, "path: /a/*, ", 40))
        assert extent(load(body).source).width == (40, "file.read")

    def test_lists_stand_in_a_cell_for_each_value(self) -> None:
        found = problem(bounded(forbids(40, "path: [/a, /b], "), forbids(40, "path: [/b, /c], ", 40)))
        assert found.code == "E-WIDTH"
        assert "80 rules meet in one cell of `file.read` (path b)" in found.message

    def test_budgets_count(self) -> None:
        budgets = "budgets:\n" + "".join(f"  b{n}: {{count: 9, of: file.read, per: [run]}}\n" for n in range(30))
        found = problem(bounded(forbids(40, "")) + budgets)
        assert found.code == "E-WIDTH"
        assert "70 rules" in found.message


def source(*rules: tuple[Placed | Named, ...], axes: tuple[Axis, ...] = (Axis("p", True),)) -> Source:
    made = tuple(Rule(f"r{n}", "permit", frozenset({"v"}), tests) for n, tests in enumerate(rules))
    return Source({"v": axes}, made, {})


def at(text: str, axis: str = "p") -> Placed:
    """A pattern as `a/*/b/**`."""
    words = [word for word in text.split("/") if word]
    opened = bool(words) and words[-1] == "**"
    return Placed(
        axis, (Pattern(tuple(None if word == "*" else word for word in words[: len(words) - opened]), opened),)
    )


class TestReach:
    @pytest.mark.parametrize(
        ("patterns", "nodes", "guards"),
        [
            (["a"], 3, 1),
            (["a", "b"], 3, 1),
            (["a", "*"], 5, 2),
            (["a/b", "*/b", "a/*"], 9, 3),
            (["**", "a/**", "a/b/**"], 6, 3),
            (["a/b/c", "a/**"], 6, 2),
        ],
    )
    def test_one_place(self, patterns: list[str], nodes: int, guards: int) -> None:
        found = extent(source(*((at(each),) for each in patterns)))
        assert (found.guards, found.nodes) == ((guards, "v"), (nodes, "v"))

    def test_a_name_after_a_place(self) -> None:
        axes = (Axis("p", True), Axis("n", False))
        one, two = Named("n", frozenset({"x"})), Named("n", frozenset({"y"}))
        found = extent(source((at("a"), one), (at("a"), two), (at("**"),), axes=axes))
        assert found.guards == (2, "v")
        assert found.width == (1, "v")

    def test_it_does_not_grow_with_rules_beside_each_other(self) -> None:
        few, many = (extent(source(*((at(f"a{n}/**"),) for n in range(count)))) for count in (2, 2000))
        assert few == many == Extent((1, "v"), (3, "v"), (1, "v"), (0, ""))

    def test_the_bound_holds_for_every_place(self) -> None:
        rng = Random(7)
        words = ["a", "b", "*"]
        for _ in range(200):
            patterns = [
                "/".join([rng.choice(words) for _ in range(rng.randint(0, 3))] + ["**"] * rng.randint(0, 1)) or "**"
                for _ in range(rng.randint(1, 6))
            ]
            bound = extent(source(*((at(each),) for each in patterns))).guards[0]
            places = [[rng.choice("abc") for _ in range(rng.randint(0, 4))] for _ in range(30)]
            assert max(sum(_fits(each.split("/"), place) for each in patterns) for place in places) <= bound

    def test_state_is_what_rules_look_at_and_leave(self) -> None:
        policy = load(
            "facts: {seen: {by: host, until: dir.make}}\n"
            "rules: {g: [{permit: file.read, where: {path: /a}, when: {after: seen}}]}\n"
            "budgets: {b: {count: 9, of: file.read, per: [run]}, c: {bytes: 9 MiB, of: file.read, per: [user]}}\n"
        )
        assert extent(policy.source).state == (4, "file.read")


def _fits(pattern: list[str], place: list[str]) -> bool:
    if pattern and pattern[-1] == "**":
        return len(place) >= len(pattern) - 1 and _fits(pattern[:-1], place[: len(pattern) - 1])
    return len(pattern) == len(place) and all(word in ("*", step) for word, step in zip(pattern, place, strict=True))
