import sys
from typing import Callable, Any, TypeVar, NamedTuple
from math import floor
from itertools import count

import tests.pocketflow_model.generated.module_ as module_
import _dafny as _dafny
import System_ as System_
import tests.pocketflow_model.generated.PyValues as PyValues
import tests.pocketflow_model.generated.FlowGraph as FlowGraph
import tests.pocketflow_model.generated.Framework as Framework
import tests.pocketflow_model.generated.FlowTasks as FlowTasks
import tests.pocketflow_model.generated.FlowMachine as FlowMachine

# Module: module_

