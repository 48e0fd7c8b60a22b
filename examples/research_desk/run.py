"""The research desk: agents that do their work and misbehave as real models do, under policy.yaml, on real effects.

    python examples/research_desk/run.py [--out DIR] [--quiet] [--json]
    python examples/research_desk/run.py --resume DIR [--json]       once people have approved what was asked

Offline with a scripted model; with HAVOCPROOF_MODEL_URL and HAVOCPROOF_MODEL_KEY set (and HAVOCPROOF_MODEL_NAME, if the
endpoint has its own name for the model), the same flows run with a real one.

Exit code 0: the report was written and every misbehaviour was stopped. 1: not so, the problems
are listed. 2: wrong use.
"""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    # Started as a file, Python looks for modules beside it; the example's are found from the top of the checkout.
    sys.path[0] = str(Path(__file__).resolve().parents[2])
    from examples.research_desk.command import main

    sys.exit(main())
