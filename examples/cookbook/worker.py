"""A process that computes and does nothing else: for code that a model wrote.

The child installs a seccomp filter before it sees the code. Of the system's calls those remain that a computation needs
(memory, time, reading and writing what is open); opening a file, a socket or a process is refused with EPERM. Open are
only the pipes to the parent. Memory and time are limited. Linux on x86-64; elsewhere `compute` raises PortError, and
nothing runs.
"""

from __future__ import annotations

import json
import platform
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from havocproof.errors import PortError

_SECONDS = 5
_CHILD = Path(__file__).with_name("worker_child.py")


def compute(modules: Mapping[str, str], expression: str) -> Any:
    """The value of the expression (JSON types) after these modules, by name with their source, have been loaded.

    What the code raises is returned as {"raised": text}. PortError: there is no such worker here, or it was ended.
    """
    if sys.platform != "linux" or platform.machine() != "x86_64":
        raise PortError("there is no worker on this machine", "Run it on Linux, x86-64.")
    job = json.dumps({"modules": dict(modules), "expression": expression})
    try:
        child = subprocess.run(
            [sys.executable, "-I", "-S", str(_CHILD)],
            input=job.encode(),
            capture_output=True,
            timeout=_SECONDS,
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise PortError(f"the code took more than {_SECONDS} s and was ended", "Make it faster.") from None
    last = child.stdout.decode("utf-8", "replace").splitlines()[-1:]
    try:
        return json.loads(last[0])["value"]
    except (IndexError, ValueError, KeyError, TypeError):
        raise PortError(f"the worker was ended with {child.returncode}", "The code did what no worker does.") from None
