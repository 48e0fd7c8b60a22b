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

# Module: RecordCode

class default__:
    def  __init__(self):
        pass

    @staticmethod
    def Both(a, b):
        def iife0_():
            coll0_ = _dafny.Map()
            compr_0_: Names.Name
            for compr_0_ in (((a).keys) | ((b).keys)).Elements:
                d_0_f_: Names.Name = compr_0_
                if (d_0_f_) in (((a).keys) | ((b).keys)):
                    coll0_[d_0_f_] = (((a)[d_0_f_] if (d_0_f_) in (a) else _dafny.Set({}))) | (((b)[d_0_f_] if (d_0_f_) in (b) else _dafny.Set({})))
            return _dafny.Map(coll0_)
        return iife0_()
        

    @staticmethod
    def Learned(known, before, said, mode):
        if (not(known)) or ((mode) == (0)):
            return said
        elif (mode) == (1):
            return before
        elif True:
            return Scenes.Record_Record((said).at, default__.Both((before).names, (said).names), ((before).ones) | ((said).ones), ((before).ints) | ((said).ints))

