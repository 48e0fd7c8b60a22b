"""Five classes of harm, a gate in front of each, and everything that an agent could think of against it.

    python examples/safety/attack.py [CLASS ...] [--policies DIR]

CLASS: egress, exfiltration, payments, files, database; all of them if none is named. `--policies`: a directory whose
CLASS.yaml are used instead of the ones here, to see what the attacks do where a rule is missing.

Exit code 0: no attack had an effect, and the work was done. 1: not so; the table says which.
"""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    # Started as a file, Python looks for modules beside it; the example's are found from the top of the checkout.
    sys.path[0] = str(Path(__file__).resolve().parents[2])
    from examples.safety.command import main

    sys.exit(main())
