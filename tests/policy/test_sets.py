"""Named sets: their kinds, sets in sets, files, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from havocproof.errors import PolicyError
from havocproof.kernel.source import Named, Pattern, Placed
from havocproof.policy import load_policy, loads_policy
from tests.policy.support import HEAD, load, only, problem, problems

USES = "rules: {g: [{permit: model.call, where: {model: $s}}]}\n"


def test_sets_hold_sets() -> None:
    policy = load("sets: {a: {name: [x, $b, $c]}, b: {name: $c}, c: {name: [y, z, x]}, s: {name: $a}}\n" + USES)
    assert only(policy, "g.1").tests == (Named("model", frozenset({"x", "y", "z"})),)


def test_patterns_of_several_sets_are_united() -> None:
    sets = "sets: {a: {path: [/a, /b/**]}, b: {path: /b/**}}\n"
    body = sets + "rules: {g: [{permit: dir.list, where: {path: [$a, $b, /c]}}]}\n"
    (test,) = only(load(body), "g.1").tests
    assert test == Placed("path", (Pattern(("a",)), Pattern(("b",), True), Pattern(("c",))))


def test_a_path_set_serves_files_and_requests() -> None:
    body = (
        "sets: {a: {path: /v2/**}}\nrules: {g: [{permit: [dir.list, file.read], where: {path: $a}},"
        " {permit: http.request, where: {path: $a, host: any, method: GET}}]}\n"
    )
    assert len(load(body).source.rules) == 2


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        ("sets: {s: {name: any}}\n", "E-PAT", "word of the language"),
        ("sets: {s: {name: [a*]}}\n", "E-PAT", "star"),
        ("sets: {s: {host: [Upper.example]}}\n", "E-PAT", "normal form"),
        ("sets: {s: {hosts: [a.example]}}\n", "E-KEY", "no kind of set `hosts`"),
        ("sets: {s: {name: [a], host: [b]}}\n", "E-KEY", "one kind"),
        ("sets: {s: [a]}\n", "E-KEY", "one kind"),
        ("sets: {s: {name: [[a]]}}\n", "E-KEY", "list inside a list"),
        ("sets: {s: {name: [{not: a}]}}\n", "E-KEY", "a value of a set"),
        ("sets: {1s: {name: a}}\n", "E-KEY", "no name of a set"),
        ("sets: {s: {name: $s}}\n", "E-REF", "s -> s"),
        ("sets: {a: {name: $b}, b: {path: /x}}\n", "E-REF", "`$b` holds paths"),
        ("sets: {s: {name: $absent}}\n", "E-REF", "no set `$absent`"),
        ("sets: {s: {name: {file: names.txt}}}\n", "E-REF", "no folder"),
        ("sets: [a]\n", "E-KEY", "`sets` is a list"),
    ],
)
def test_refused(body: str, code: str, message: str) -> None:
    found = problem(body)
    assert (found.code, found.line) == (code, 3)
    assert message in found.message


def test_a_long_chain_of_sets_is_refused_not_followed() -> None:
    chain = ", ".join(f"s{number}: {{name: $s{number + 1}}}" for number in range(200))
    assert all(each.code == "E-REF" for each in problems(f"sets: {{{chain}, s200: {{name: x}}}}\n"))


class TestFiles:
    BODY = HEAD + "sets: {s: {name: {file: lists/names.txt}}}\n" + USES

    def write(self, folder: Path, data: bytes) -> Path:
        (folder / "lists").mkdir(exist_ok=True)
        (folder / "lists/names.txt").write_bytes(data)
        path = folder / "policy.yaml"
        path.write_text(self.BODY)
        return path

    def test_one_value_a_line(self, tmp_path: Path) -> None:
        policy = load_policy(self.write(tmp_path, b"a\r\nb\n\nc d\n"))
        assert only(policy, "g.1").tests == (Named("model", frozenset({"a", "b", "c d"})),)

    def test_the_file_is_part_of_the_identity(self, tmp_path: Path) -> None:
        first = load_policy(self.write(tmp_path, b"a\n")).digest
        assert load_policy(self.write(tmp_path, b"b\n")).digest != first
        assert load_policy(self.write(tmp_path, b"a\n")).digest == first

    @pytest.mark.parametrize("line", [b"# comment", b"$other", b"any", b" a", b"a*", b"a\tb"])
    def test_every_line_is_a_plain_value(self, tmp_path: Path, line: bytes) -> None:
        with pytest.raises(PolicyError) as caught:
            load_policy(self.write(tmp_path, b"ok\n" + line + b"\n"))
        (found,) = caught.value.problems
        assert (found.code, found.file, found.line) == ("E-PAT", "lists/names.txt", 2)

    @pytest.mark.parametrize("data", [b"", b"\n\n", b"\xff\n"])
    def test_files_without_values(self, tmp_path: Path, data: bytes) -> None:
        with pytest.raises(PolicyError) as caught:
            load_policy(self.write(tmp_path, data))
        assert caught.value.problems[0].code == "E-REF"

    @pytest.mark.parametrize("name", ["/etc/hosts", "../names.txt", "a/../../b", "absent.txt", "lists", "a\\b"])
    def test_files_stand_beside_the_policy(self, tmp_path: Path, name: str) -> None:
        (tmp_path / "lists").mkdir()
        with pytest.raises(PolicyError) as caught:
            loads_policy(self.BODY.replace("lists/names.txt", name), folder=tmp_path)
        assert [(each.code, each.line) for each in caught.value.problems] == [("E-REF", 3)]

    def test_a_hundred_thousand_values_and_no_more(self, tmp_path: Path) -> None:
        rows = "".join(f"n{number}\n" for number in range(100_000)).encode()
        policy = load_policy(self.write(tmp_path, rows))
        (test,) = only(policy, "g.1").tests
        assert isinstance(test, Named)
        assert len(test.names) == 100_000
        with pytest.raises(PolicyError, match="E-CELLS"):
            load_policy(self.write(tmp_path, rows + b"more\n"))
