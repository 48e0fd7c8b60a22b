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

# Module: ApprovalCode

class default__:
    def  __init__(self):
        pass

    @staticmethod
    def Opened(until, asker):
        return Scenes.Grant_Grant(until, asker, _dafny.Map({}), True)

    @staticmethod
    def Live(g, now):
        return ((g).open_) and ((now) < ((g).until))

    @staticmethod
    def MayVote(g, person, role, self, now):
        return ((default__.Live(g, now)) and (not((person) in ((g).votes)))) and (((role) == (self)) == ((person) == ((g).asker)))

    @staticmethod
    def Voted(g, person, role):
        d_0_dt__update__tmp_h0_ = g
        d_1_dt__update_hvotes_h0_ = ((g).votes).set(person, role)
        return Scenes.Grant_Grant((d_0_dt__update__tmp_h0_).until, (d_0_dt__update__tmp_h0_).asker, d_1_dt__update_hvotes_h0_, (d_0_dt__update__tmp_h0_).open_)

    @staticmethod
    def Closed(g):
        d_0_dt__update__tmp_h0_ = g
        d_1_dt__update_hopen_h0_ = False
        return Scenes.Grant_Grant((d_0_dt__update__tmp_h0_).until, (d_0_dt__update__tmp_h0_).asker, (d_0_dt__update__tmp_h0_).votes, d_1_dt__update_hopen_h0_)

    @staticmethod
    def Voters(g, role):
        def iife0_():
            coll0_ = _dafny.Set()
            compr_0_: Names.Name
            for compr_0_ in ((g).votes).keys.Elements:
                d_0_p_: Names.Name = compr_0_
                if ((d_0_p_) in ((g).votes)) and ((((g).votes)[d_0_p_]) == (role)):
                    coll0_ = coll0_.union(_dafny.Set([d_0_p_]))
            return _dafny.Set(coll0_)
        return iife0_()
        

    @staticmethod
    def Filled(q, g, pos):
        return ((pos) == (len((q).roles))) or ((((((q).roles)[pos])[1]) <= (len(default__.Voters(g, (((q).roles)[pos])[0])))) and (default__.Filled(q, g, (pos) + (1))))

