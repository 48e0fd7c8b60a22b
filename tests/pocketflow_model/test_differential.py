"""The model of PocketFlow and the installed package cannot be told apart. `make differential` does more runs."""

from __future__ import annotations

from collections import Counter

from havocproof.pocketflow.release import PUBLISHED, SHARED_RETRIES, recognised
from tests.pocketflow_model import package
from tests.pocketflow_model.compare import differs
from tests.pocketflow_model.run import compare

RUNS = 1500
# Every kind of input and event is in the runs, and every end that a contained run can take.
HAPPENS = [
    *(
        "sync",
        "async",
        "called",
        "finished",
        "returned",
        "spawned",
        "slept",
        "warned",
        "took",
        "ended",
        "strayed",
        "stopping",
    ),
    *("granted", "denied", "performed", "refused", "over", "strict", "changed"),
    *(
        "ask",
        "act",
        "ret",
        "raise",
        "start",
        "wake",
        "cancel",
        "run",
        "setparam",
        "assign",
        "assignto",
        "rewire",
        "outside",
    ),
]


def test_the_package_and_the_model_agree() -> None:
    seen: Counter[str] = Counter()
    for semantics in package.SEMANTICS:
        found, happened = compare(range(RUNS), semantics)
        assert not found, (
            f"python -m tests.pocketflow_model.run --semantics {semantics} --show {found[0][0]}: {found[0][1]}"
        )
        seen += happened
    assert [name for name in HAPPENS if not seen[name]] == []


def test_main_is_told_from_the_release() -> None:
    main = package.compiled("main")
    assert any(differs(seed, "0.0.3", main) for seed in range(1, 20_000, 2))


def test_the_sources_are_known() -> None:
    assert [recognised(package.text(name)) for name in package.SEMANTICS] == [PUBLISHED, SHARED_RETRIES]
