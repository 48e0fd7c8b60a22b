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

# Module: AgentCode

class default__:
    def  __init__(self):
        pass

    @staticmethod
    def Rooted(kind, k):
        return Scenes.Agent_Agent(kind, (k).uses, (k).passes)

    @staticmethod
    def MayStart(p, parent, kind, uses, passes):
        return ((((((((parent).kind) in (p)) and ((kind) in (p))) and ((kind) in (((p)[(parent).kind]).starts))) and ((uses).issubset(((p)[kind]).uses))) and ((passes).issubset(((p)[kind]).passes))) and ((uses).issubset(((parent).uses) | ((parent).passes)))) and ((passes).issubset(((parent).uses) | ((parent).passes)))

