"""Six patterns of several agents, each under a policy of its own.

python examples/patterns/run.py [PATTERN ...]
"""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    # Started as a file, Python looks for modules beside it; the example's are found from the top of the checkout.
    sys.path[0] = str(Path(__file__).resolve().parents[2])
    from examples.patterns.command import main

    sys.exit(main())
