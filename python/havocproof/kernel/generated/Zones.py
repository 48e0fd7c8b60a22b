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

# Module: Zones

class default__:
    def  __init__(self):
        pass

    @staticmethod
    def In(z, place, pos):
        if (z).is_NoZone:
            return False
        elif (z).rest:
            return True
        elif (pos) == (len(place)):
            return (z).end
        elif True:
            return (default__.In((z).one, place, (pos) + (1))) or ((((place)[pos]) in ((z).kids)) and (default__.In(((z).kids)[(place)[pos]], place, (pos) + (1))))

    @staticmethod
    def Path(p, pos):
        if (pos) == (len((p).syms)):
            return Zone_Zone(_dafny.Map({}), Zone_NoZone(), (p).open_, True)
        elif (((p).syms)[pos]).is_One:
            return Zone_Zone(_dafny.Map({}), default__.Path(p, (pos) + (1)), False, False)
        elif True:
            return Zone_Zone(_dafny.Map({(((p).syms)[pos]).name: default__.Path(p, (pos) + (1))}), Zone_NoZone(), False, False)

    @staticmethod
    def Merge(a, b):
        if (a).is_NoZone:
            return b
        elif (b).is_NoZone:
            return a
        elif True:
            d_0_both_ = (((a).kids).keys) | (((b).kids).keys)
            def iife0_():
                coll0_ = _dafny.Map()
                compr_0_: Names.Name
                for compr_0_ in (d_0_both_).Elements:
                    d_1_k_: Names.Name = compr_0_
                    if (d_1_k_) in (d_0_both_):
                        coll0_[d_1_k_] = (((b).kids)[d_1_k_] if not((d_1_k_) in ((a).kids)) else (((a).kids)[d_1_k_] if not((d_1_k_) in ((b).kids)) else default__.Merge(((a).kids)[d_1_k_], ((b).kids)[d_1_k_])))
                return _dafny.Map(coll0_)
            return Zone_Zone(iife0_()
, default__.Merge((a).one, (b).one), ((a).rest) or ((b).rest), ((a).end) or ((b).end))

    @staticmethod
    def Paths(ps, lo, hi):
        if (lo) == (hi):
            return Zone_NoZone()
        elif ((lo) + (1)) == (hi):
            return default__.Path((ps)[lo], 0)
        elif True:
            return default__.Merge(default__.Paths(ps, lo, _dafny.euclidian_division((lo) + (hi), 2)), default__.Paths(ps, _dafny.euclidian_division((lo) + (hi), 2), hi))


class Zone:
    @classmethod
    def default(cls, ):
        return lambda: Zone_NoZone()
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_NoZone(self) -> bool:
        return isinstance(self, Zone_NoZone)
    @property
    def is_Zone(self) -> bool:
        return isinstance(self, Zone_Zone)

class Zone_NoZone(Zone, NamedTuple('NoZone', [])):
    def __dafnystr__(self) -> str:
        return f'Zones.Zone.NoZone'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Zone_NoZone)
    def __hash__(self) -> int:
        return super().__hash__()

class Zone_Zone(Zone, NamedTuple('Zone', [('kids', Any), ('one', Any), ('rest', Any), ('end', Any)])):
    def __dafnystr__(self) -> str:
        return f'Zones.Zone.Zone({_dafny.string_of(self.kids)}, {_dafny.string_of(self.one)}, {_dafny.string_of(self.rest)}, {_dafny.string_of(self.end)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Zone_Zone) and self.kids == __o.kids and self.one == __o.one and self.rest == __o.rest and self.end == __o.end
    def __hash__(self) -> int:
        return super().__hash__()

