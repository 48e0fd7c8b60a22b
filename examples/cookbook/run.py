"""Ten recipes, each cooked four times: plain and contained, honest work and an attack.

    python examples/cookbook/run.py [RECIPE ...]

Exit code 0: contained, all work was done and no attack had an effect. 1: not so; the table says which.
"""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    # Started as a file, Python looks for modules beside it; the example's are found from the top of the checkout.
    sys.path[0] = str(Path(__file__).resolve().parents[2])
    from examples.cookbook.command import main

    sys.exit(main())
