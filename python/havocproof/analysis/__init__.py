"""What is true of a policy in every state: questions answered by proved code, without a solver.

    analyzer = Analyzer(load_policy("desk.yaml"))
    analyzer.ask(Question("never", "file.delete", region=()))       # Holds, Broken with an example, or Undecided
    widened(Analyzer(new), Analyzer(old))                           # what the new policy permits beyond the old one

`dafny/Analysis` is proved; this package makes tables and examples for it, which are checked and confirmed there.
"""

from havocproof.analysis.analyzer import BUDGET, Analyzer
from havocproof.analysis.comparing import widened
from havocproof.analysis.questions import (
    Answer,
    Bound,
    Broken,
    DeadRule,
    Holds,
    Moment,
    Question,
    Region,
    Undecided,
    Widening,
)

__all__ = [
    "BUDGET",
    "Analyzer",
    "Answer",
    "Bound",
    "Broken",
    "DeadRule",
    "Holds",
    "Moment",
    "Question",
    "Region",
    "Undecided",
    "Widening",
    "widened",
]
