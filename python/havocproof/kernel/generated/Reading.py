import sys
from typing import Callable, Any, TypeVar, NamedTuple
from math import floor
from itertools import count

import havocproof.kernel.generated.module_ as module_
import _dafny as _dafny
import System_ as System_
import havocproof.kernel.generated.Names as Names
import havocproof.kernel.generated.Requests as Requests
import havocproof.kernel.generated.Cells as Cells
import havocproof.kernel.generated.Scenes as Scenes
import havocproof.kernel.generated.Policies as Policies
import havocproof.kernel.generated.Zones as Zones
import havocproof.kernel.generated.Trees as Trees
import havocproof.kernel.generated.Verdicts as Verdicts
import havocproof.kernel.generated.MemoryCode as MemoryCode
import havocproof.kernel.generated.CheckCode as CheckCode
import havocproof.kernel.generated.Judging as Judging
import havocproof.kernel.generated.ApprovalCode as ApprovalCode
import havocproof.kernel.generated.AgentCode as AgentCode
import havocproof.kernel.generated.RecordCode as RecordCode
import havocproof.kernel.generated.JoinCode as JoinCode
import havocproof.kernel.generated.BuildCode as BuildCode
import havocproof.kernel.generated.Kernel as Kernel

# Module: Reading

