"""A coding agent in one repository: it edits, tests and commits; what leaves needs a maintainer.

No port starts programs yet, so these sessions stop at the kernel: they decide, and the test says how each start ended.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from havocproof.policy import Policy, load_policy
from tests.policy.sessions import Session
from tests.policy.support import part

POLICY = Path(__file__).parents[1] / "policy" / "shared" / "coding-agent.yaml"


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy(POLICY)


@pytest.fixture
def session(policy: Policy) -> Session:
    return Session(policy)


def edit(session: Session, path: str = "/repo/src/a.py") -> str:
    return session.do("file.write", path=path, content="x = 1\n")


def get(session: Session, host: str, **more: Any) -> str:
    return session.do("http.request", **{"method": "GET", "host": host, "path": "/x", "max_bytes_in": 1024, **more})


def test_a_session_that_works(session: Session) -> None:
    assert session.do("dir.list", path="/repo/src") == "permit"
    assert session.do("file.read", path="/repo/src/a.py") == "permit"
    assert get(session, "docs.python.org") == "permit"
    assert edit(session) == "permit"
    assert session.do("ruff", targets=["src"]) == "permit"
    assert session.do("pytest", targets=["tests", "/repo/src"]) == "permit"
    assert session.do("git-commit", message="Fix the sum") == "permit"
    assert session.do("git-push", branch="agent/fix-sum") == "ask maintainer"


def test_a_commit_needs_tests_that_passed_after_the_last_edit(session: Session) -> None:
    found = session.told("git-commit", message="m")
    assert (found.kind, found.remedy) == ("first", "Run pytest after the last edit, then commit.")
    assert edit(session) == "permit"
    assert session.do("pytest", ends=False, targets=["tests"]) == "permit"
    assert session.told("git-commit", message="m").kind == "first", "the tests failed"
    assert session.do("pytest", targets=["tests"]) == "permit"
    assert session.do("git-commit", message="m") == "permit"
    assert edit(session, "/repo/tests/test_a.py") == "permit"
    assert session.told("git-commit", message="m").kind == "first", "something was edited since"
    assert session.do("file.write", path="/repo/tests/test_a.py", content="y", ends=False) == "permit"
    assert session.do("pytest", ends=None, targets=["tests"]) == "permit"
    assert edit(session) == "permit"
    session.open.reverse()
    session.end()
    assert session.told("git-commit", message="m").kind == "first", "they were edited while the tests ran"


@pytest.mark.parametrize("path", ["/repo/.env", "/repo/src/credentials.json", "/repo/src/.netrc"])
def test_secrets_are_neither_read_nor_written(session: Session, path: str) -> None:
    assert session.do("file.read", path=path) == "never no-secrets"
    assert edit(session, path) == "never no-secrets"


@pytest.mark.parametrize(
    ("verb", "arguments"),
    [
        ("file.read", {"path": "/etc/passwd"}),
        ("file.write", {"path": "/repo/setup.cfg", "content": "x"}),
        ("file.write", {"path": "/venv/lib/x.py", "content": "x"}),
        ("file.delete", {"path": "/repo/src/data.bin"}),
        ("file.delete", {"path": "/repo/README.md"}),
        ("dir.list", {"path": "/"}),
        ("pytest", {"targets": ["/repo/src", "/etc"]}),
        ("git-push", {"branch": "main"}),
        ("http.request", {"method": "GET", "host": "evil.example", "path": "/"}),
        ("http.request", {"method": "POST", "host": "docs.python.org", "path": "/", "body": "x"}),
        ("http.request", {"method": "GET", "host": "docs.python.org", "path": "/", "scheme": "http"}),
        ("http.request", {"method": "GET", "host": "git.example.com", "path": "/"}),
        ("net.connect", {"host": "git.example.com", "port": 443}),
    ],
)
def test_what_nothing_permits(session: Session, verb: str, arguments: dict[str, Any]) -> None:
    assert session.told(verb, **arguments).kind in ("unpermitted", "fix", "first")


def test_git_reaches_its_origin_and_nobody_else_does(session: Session) -> None:
    def reached(via: str, host: tuple[str, ...], port: int = 443) -> str:
        names = {"host": ".".join(reversed(host)), "via": via}
        return session.parts((part("net.connect", names, {"host": host}, port=port, bytes_out=1, bytes_in=1),))

    origin = ("com", "example", "git")
    assert reached("git-push", origin) == "permit"
    assert reached("git-push", origin, 22) != "permit"
    assert reached("git-push", ("com", "example", "other")) != "permit"
    assert reached("pip-install", origin) != "permit"
    assert reached("", origin) != "permit"


def test_history_is_changed_by_git_alone(session: Session) -> None:
    assert edit(session, "/repo/.git/config") == "never no-git-internals"
    assert session.do("dir.make", path="/repo/.git/hooks") == "never no-git-internals"


def test_what_runs_elsewhere_is_asked(session: Session) -> None:
    assert edit(session, "/repo/.github/workflows/ci.yml") == "ask maintainer"
    assert edit(session, "/repo/Makefile") == "ask maintainer"


def test_only_known_packages_are_installed_without_asking(session: Session) -> None:
    assert session.do("pip-install", package="httpx") == "permit"
    assert session.do("pip-install", package="htttpx") == "ask maintainer"


def test_four_programs_at_once(session: Session) -> None:
    for number in range(4):
        assert session.do("ruff", ends=None, targets=[f"src/{number}.py"]) == "permit"
    assert session.told("ruff", targets=["src/5.py"]).facts["budget"] == "programs-at-once"
    session.end()
    assert session.do("ruff", targets=["src/5.py"]) == "permit"


def test_little_leaves_with_the_questions_to_manuals(session: Session) -> None:
    sent = [get(session, "docs.python.org", path=f"/{number}", query=[["q", "x" * 1900]]) for number in range(140)]
    assert 120 < sent.count("permit") < 140
    assert set(sent[sent.count("permit") :]) == {"later"}
    refused = session.told("http.request", method="GET", host="docs.python.org", path="/y", query=[["q", "x" * 1900]])
    assert refused.facts["budget"] == "out"
