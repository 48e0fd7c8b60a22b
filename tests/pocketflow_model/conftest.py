"""The model's mutants may loop for ever and are ended by an alarm, which is only sure to come in a process of their
own: `make differential` runs them, and the tests side by side leave them out.
"""

from __future__ import annotations

import os

collect_ignore = ["test_model_mutants.py"] if "PYTEST_XDIST_WORKER" in os.environ else []
