import sys
from typing import Callable, Any, TypeVar, NamedTuple
from math import floor
from itertools import count

import havocproof.kernel.generated.module_ as module_
import _dafny as _dafny
import System_ as System_

# Module: Names


