"""How a tool ends: with its own exit code, with a message for people, and quietly where nobody reads any more."""

from __future__ import annotations

import subprocess
import sys

import pytest

from project import ROOT

HEAD = "import sys; sys.path.insert(0, 'tools'); from project import ToolError, run_tool, say\n"
FAIL = "def work():\n    raise ToolError('no such thing. Remedy: make one')\n"
STOP = "def work():\n    raise KeyboardInterrupt\n"
FINE = "def work():\n    return 3\n"


@pytest.mark.parametrize(("work", "code"), [(FAIL, 1), (STOP, 130), (FINE, 3)])
def test_a_tool_leaves_with_its_code_and_without_a_traceback(work: str, code: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", f"{HEAD}{work}run_tool(work)"], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    assert ("error: no such thing" in done.stderr) == (work == FAIL)


def test_a_tool_whose_reader_has_gone_ends_quietly() -> None:
    work = "def work():\n    for number in range(100_000):\n        say(str(number))\n    return 0\n"
    command = [sys.executable, "-c", f"{HEAD}{work}run_tool(work)"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == "0\n"
        process.stdout.close()
        said = process.stderr.read()
        process.wait(timeout=60)
    assert process.returncode == 141
    assert said == ""
