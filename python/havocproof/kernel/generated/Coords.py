import sys
from typing import Callable, Any, TypeVar, NamedTuple
from math import floor
from itertools import count

import havocproof.kernel.generated.module_ as module_
import _dafny as _dafny
import System_ as System_
import havocproof.kernel.generated.Names as Names
import havocproof.kernel.generated.Requests as Requests
import havocproof.kernel.generated.Policies as Policies
import havocproof.kernel.generated.Cells as Cells
import havocproof.kernel.generated.Scenes as Scenes
import havocproof.kernel.generated.Moments as Moments
import havocproof.kernel.generated.Grid as Grid
import havocproof.kernel.generated.Reading as Reading

# Module: Coords

class default__:
    def  __init__(self):
        pass

    @staticmethod
    def Class(t, n):
        if (n) in ((t).index):
            return ((t).index)[n]
        elif True:
            return len((t).lits)

    @staticmethod
    def Depth(t, axis):
        if (axis) in ((t).depths):
            return ((t).depths)[axis]
        elif True:
            return 0

    @staticmethod
    def Bounds(t, k):
        if (k) in ((t).clamps):
            return ((t).clamps)[k]
        elif True:
            return Grid.Iv_Iv(0, 1)

    @staticmethod
    def Least(a, b):
        if (a) < (b):
            return a
        elif True:
            return b

    @staticmethod
    def DomOf(t, k):
        source0_ = k
        if True:
            if source0_.is_CName:
                d_0_axis_ = source0_.axis
                return Grid.Iv_Iv((0 if (d_0_axis_) in ((t).names) else -1), (0 if (d_0_axis_) in ((t).noNames) else (len((t).lits)) + (1)))
        if True:
            if source0_.is_CLen:
                d_1_axis_ = source0_.axis
                return Grid.Iv_Iv((0 if (d_1_axis_) in ((t).places) else -1), (default__.Depth(t, d_1_axis_)) + (2))
        if True:
            if source0_.is_CSeg:
                return Grid.Iv_Iv(-1, (len((t).lits)) + (1))
        if True:
            if source0_.is_CInt:
                d_2_axis_ = source0_.axis
                return Grid.Iv_Iv(((default__.Bounds(t, k)).lo if (d_2_axis_) in ((t).ints) else ((default__.Bounds(t, k)).lo) - (1)), (default__.Bounds(t, k)).hi)
        if True:
            if source0_.is_CScope:
                d_3_scope_ = source0_.scope
                return Grid.Iv_Iv((0 if (d_3_scope_) in ((t).given) else -1), (0 if (d_3_scope_) in ((t).noScopes) else (len((t).lits)) + (1)))
        if True:
            if source0_.is_COne:
                return Grid.Iv_Iv(-1, (len((t).lits)) + (1))
        if True:
            if source0_.is_CRecorded:
                return Grid.Iv_Iv(((default__.Bounds(t, k)).lo) - (1), (default__.Bounds(t, k)).hi)
        if True:
            if source0_.is_CTail:
                return Grid.Iv_Iv(0, 2)
        if True:
            if source0_.is_CGroup:
                return Grid.Iv_Iv(0, 2)
        if True:
            if source0_.is_CMark:
                return Grid.Iv_Iv(0, 2)
        if True:
            if source0_.is_CSince:
                return Grid.Iv_Iv(0, 2)
        if True:
            if source0_.is_CKept:
                return Grid.Iv_Iv(0, 2)
        if True:
            if source0_.is_CHasNames:
                return Grid.Iv_Iv(0, 2)
        if True:
            if source0_.is_CHasInt:
                return Grid.Iv_Iv(0, 2)
        if True:
            if source0_.is_CListed:
                return Grid.Iv_Iv(0, 2)
        if True:
            if source0_.is_CHeld:
                return Grid.Iv_Iv(0, 2)
        if True:
            return Grid.Iv_Iv(0, 2)

    @staticmethod
    def Dom(t):
        return _dafny.SeqWithoutIsStrInference([default__.DomOf(t, ((t).coords)[d_0_c_]) for d_0_c_ in range(len((t).coords))])

    @staticmethod
    def InSpans(vs, pos, n):
        hresult_: bool = False
        d_0_i_: int
        d_0_i_ = pos
        while (d_0_i_) < (len(vs)):
            d_1_v_: Grid.Iv
            d_1_v_ = (vs)[d_0_i_]
            if (((d_1_v_).lo) <= (n)) and ((n) < ((d_1_v_).hi)):
                hresult_ = True
                return hresult_
            d_0_i_ = (d_0_i_) + (1)
        hresult_ = False
        return hresult_
        return hresult_

    @staticmethod
    def SpansOk(t, names, vs):
        def lambda0_(forall_var_0_):
            d_0_n_: Names.Name = forall_var_0_
            return not ((d_0_n_) in (names)) or (((d_0_n_) in ((t).index)) and (default__.InSpans(vs, 0, ((t).index)[d_0_n_])))

        def lambda1_(forall_var_1_):
            def lambda2_(forall_var_2_):
                d_2_k_: int = forall_var_2_
                return not (((((vs)[d_1_i_]).lo) <= (d_2_k_)) and ((d_2_k_) < (((vs)[d_1_i_]).hi))) or ((((t).lits)[d_2_k_]) in (names))

            d_1_i_: int = forall_var_1_
            return not (((0) <= (d_1_i_)) and ((d_1_i_) < (len(vs)))) or ((((0) <= (((vs)[d_1_i_]).lo)) and ((((vs)[d_1_i_]).hi) <= (len((t).lits)))) and (_dafny.quantifier(_dafny.IntegerRange(((vs)[d_1_i_]).lo, ((vs)[d_1_i_]).hi), True, lambda2_)))

        return (_dafny.quantifier((names).Elements, True, lambda0_)) and (_dafny.quantifier(_dafny.IntegerRange(0, len(vs)), True, lambda1_))

    @staticmethod
    def Valid(t):
        def lambda0_(forall_var_0_):
            d_0_k_: int = forall_var_0_
            return not (((0) <= (d_0_k_)) and ((d_0_k_) < (len((t).lits)))) or (((((t).lits)[d_0_k_]) in ((t).index)) and ((((t).index)[((t).lits)[d_0_k_]]) == (d_0_k_)))

        def lambda1_(forall_var_1_):
            d_1_n_: Names.Name = forall_var_1_
            return not ((d_1_n_) in ((t).index)) or ((((0) <= (((t).index)[d_1_n_])) and ((((t).index)[d_1_n_]) < (len((t).lits)))) and ((((t).lits)[((t).index)[d_1_n_]]) == (d_1_n_)))

        def lambda2_(forall_var_2_):
            d_2_k_: Coord = forall_var_2_
            return not ((d_2_k_) in ((t).where)) or (((((t).where)[d_2_k_]) < (len((t).coords))) and ((((t).coords)[((t).where)[d_2_k_]]) == (d_2_k_)))

        def lambda3_(forall_var_3_):
            d_3_c_: int = forall_var_3_
            return not (((0) <= (d_3_c_)) and ((d_3_c_) < (len((t).coords)))) or (((default__.DomOf(t, ((t).coords)[d_3_c_])).lo) < ((default__.DomOf(t, ((t).coords)[d_3_c_])).hi))

        def lambda4_(forall_var_4_):
            d_4_k_: Coord = forall_var_4_
            return not ((d_4_k_) in ((t).clamps)) or (((((t).clamps)[d_4_k_]).lo) < ((((t).clamps)[d_4_k_]).hi))

        def lambda5_(forall_var_5_):
            d_5_s_: _dafny.Set = forall_var_5_
            return not ((d_5_s_) in ((t).spans)) or (default__.SpansOk(t, d_5_s_, ((t).spans)[d_5_s_]))

        return (((((_dafny.quantifier(_dafny.IntegerRange(0, len((t).lits)), True, lambda0_)) and (_dafny.quantifier(((t).index).keys.Elements, True, lambda1_))) and (_dafny.quantifier(((t).where).keys.Elements, True, lambda2_))) and (_dafny.quantifier(_dafny.IntegerRange(0, len((t).coords)), True, lambda3_))) and (_dafny.quantifier(((t).clamps).keys.Elements, True, lambda4_))) and (_dafny.quantifier(((t).spans).keys.Elements, True, lambda5_))


class Coord:
    @classmethod
    def default(cls, ):
        return lambda: Coord_CName(default_Name)
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_CName(self) -> bool:
        return isinstance(self, Coord_CName)
    @property
    def is_CLen(self) -> bool:
        return isinstance(self, Coord_CLen)
    @property
    def is_CSeg(self) -> bool:
        return isinstance(self, Coord_CSeg)
    @property
    def is_CTail(self) -> bool:
        return isinstance(self, Coord_CTail)
    @property
    def is_CInt(self) -> bool:
        return isinstance(self, Coord_CInt)
    @property
    def is_CScope(self) -> bool:
        return isinstance(self, Coord_CScope)
    @property
    def is_CGroup(self) -> bool:
        return isinstance(self, Coord_CGroup)
    @property
    def is_CMark(self) -> bool:
        return isinstance(self, Coord_CMark)
    @property
    def is_CSince(self) -> bool:
        return isinstance(self, Coord_CSince)
    @property
    def is_CKept(self) -> bool:
        return isinstance(self, Coord_CKept)
    @property
    def is_CHasNames(self) -> bool:
        return isinstance(self, Coord_CHasNames)
    @property
    def is_CHasInt(self) -> bool:
        return isinstance(self, Coord_CHasInt)
    @property
    def is_CListed(self) -> bool:
        return isinstance(self, Coord_CListed)
    @property
    def is_COne(self) -> bool:
        return isinstance(self, Coord_COne)
    @property
    def is_CHeld(self) -> bool:
        return isinstance(self, Coord_CHeld)
    @property
    def is_CRecorded(self) -> bool:
        return isinstance(self, Coord_CRecorded)
    @property
    def is_CCompared(self) -> bool:
        return isinstance(self, Coord_CCompared)

class Coord_CName(Coord, NamedTuple('CName', [('axis', Any)])):
    def __dafnystr__(self) -> str:
        return f'Coords.Coord.CName({_dafny.string_of(self.axis)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Coord_CName) and self.axis == __o.axis
    def __hash__(self) -> int:
        return super().__hash__()

class Coord_CLen(Coord, NamedTuple('CLen', [('axis', Any)])):
    def __dafnystr__(self) -> str:
        return f'Coords.Coord.CLen({_dafny.string_of(self.axis)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Coord_CLen) and self.axis == __o.axis
    def __hash__(self) -> int:
        return super().__hash__()

class Coord_CSeg(Coord, NamedTuple('CSeg', [('axis', Any), ('i', Any)])):
    def __dafnystr__(self) -> str:
        return f'Coords.Coord.CSeg({_dafny.string_of(self.axis)}, {_dafny.string_of(self.i)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Coord_CSeg) and self.axis == __o.axis and self.i == __o.i
    def __hash__(self) -> int:
        return super().__hash__()

class Coord_CTail(Coord, NamedTuple('CTail', [('axis', Any), ('names', Any)])):
    def __dafnystr__(self) -> str:
        return f'Coords.Coord.CTail({_dafny.string_of(self.axis)}, {_dafny.string_of(self.names)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Coord_CTail) and self.axis == __o.axis and self.names == __o.names
    def __hash__(self) -> int:
        return super().__hash__()

class Coord_CInt(Coord, NamedTuple('CInt', [('axis', Any)])):
    def __dafnystr__(self) -> str:
        return f'Coords.Coord.CInt({_dafny.string_of(self.axis)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Coord_CInt) and self.axis == __o.axis
    def __hash__(self) -> int:
        return super().__hash__()

class Coord_CScope(Coord, NamedTuple('CScope', [('scope', Any)])):
    def __dafnystr__(self) -> str:
        return f'Coords.Coord.CScope({_dafny.string_of(self.scope)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Coord_CScope) and self.scope == __o.scope
    def __hash__(self) -> int:
        return super().__hash__()

class Coord_CGroup(Coord, NamedTuple('CGroup', [('group', Any)])):
    def __dafnystr__(self) -> str:
        return f'Coords.Coord.CGroup({_dafny.string_of(self.group)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Coord_CGroup) and self.group == __o.group
    def __hash__(self) -> int:
        return super().__hash__()

class Coord_CMark(Coord, NamedTuple('CMark', [('mark', Any), ('lasts', Any)])):
    def __dafnystr__(self) -> str:
        return f'Coords.Coord.CMark({_dafny.string_of(self.mark)}, {_dafny.string_of(self.lasts)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Coord_CMark) and self.mark == __o.mark and self.lasts == __o.lasts
    def __hash__(self) -> int:
        return super().__hash__()

class Coord_CSince(Coord, NamedTuple('CSince', [('done', Any), ('reset', Any), ('lasts', Any)])):
    def __dafnystr__(self) -> str:
        return f'Coords.Coord.CSince({_dafny.string_of(self.done)}, {_dafny.string_of(self.reset)}, {_dafny.string_of(self.lasts)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Coord_CSince) and self.done == __o.done and self.reset == __o.reset and self.lasts == __o.lasts
    def __hash__(self) -> int:
        return super().__hash__()

class Coord_CKept(Coord, NamedTuple('CKept', [('record', Any), ('run', Any), ('under', Any), ('lasts', Any)])):
    def __dafnystr__(self) -> str:
        return f'Coords.Coord.CKept({_dafny.string_of(self.record)}, {_dafny.string_of(self.run)}, {_dafny.string_of(self.under)}, {_dafny.string_of(self.lasts)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Coord_CKept) and self.record == __o.record and self.run == __o.run and self.under == __o.under and self.lasts == __o.lasts
    def __hash__(self) -> int:
        return super().__hash__()

class Coord_CHasNames(Coord, NamedTuple('CHasNames', [('ref', Any)])):
    def __dafnystr__(self) -> str:
        return f'Coords.Coord.CHasNames({_dafny.string_of(self.ref)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Coord_CHasNames) and self.ref == __o.ref
    def __hash__(self) -> int:
        return super().__hash__()

class Coord_CHasInt(Coord, NamedTuple('CHasInt', [('ref', Any)])):
    def __dafnystr__(self) -> str:
        return f'Coords.Coord.CHasInt({_dafny.string_of(self.ref)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Coord_CHasInt) and self.ref == __o.ref
    def __hash__(self) -> int:
        return super().__hash__()

class Coord_CListed(Coord, NamedTuple('CListed', [('axis', Any), ('ref', Any)])):
    def __dafnystr__(self) -> str:
        return f'Coords.Coord.CListed({_dafny.string_of(self.axis)}, {_dafny.string_of(self.ref)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Coord_CListed) and self.axis == __o.axis and self.ref == __o.ref
    def __hash__(self) -> int:
        return super().__hash__()

class Coord_COne(Coord, NamedTuple('COne', [('ref', Any)])):
    def __dafnystr__(self) -> str:
        return f'Coords.Coord.COne({_dafny.string_of(self.ref)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Coord_COne) and self.ref == __o.ref
    def __hash__(self) -> int:
        return super().__hash__()

class Coord_CHeld(Coord, NamedTuple('CHeld', [('ref', Any), ('names', Any)])):
    def __dafnystr__(self) -> str:
        return f'Coords.Coord.CHeld({_dafny.string_of(self.ref)}, {_dafny.string_of(self.names)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Coord_CHeld) and self.ref == __o.ref and self.names == __o.names
    def __hash__(self) -> int:
        return super().__hash__()

class Coord_CRecorded(Coord, NamedTuple('CRecorded', [('ref', Any)])):
    def __dafnystr__(self) -> str:
        return f'Coords.Coord.CRecorded({_dafny.string_of(self.ref)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Coord_CRecorded) and self.ref == __o.ref
    def __hash__(self) -> int:
        return super().__hash__()

class Coord_CCompared(Coord, NamedTuple('CCompared', [('axis', Any), ('ref', Any), ('exact', Any)])):
    def __dafnystr__(self) -> str:
        return f'Coords.Coord.CCompared({_dafny.string_of(self.axis)}, {_dafny.string_of(self.ref)}, {_dafny.string_of(self.exact)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Coord_CCompared) and self.axis == __o.axis and self.ref == __o.ref and self.exact == __o.exact
    def __hash__(self) -> int:
        return super().__hash__()


class Fact:
    @classmethod
    def default(cls, ):
        return lambda: Fact_Undone(Policies.Mark.default()(), Policies.Mark.default()(), int(0))
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Undone(self) -> bool:
        return isinstance(self, Fact_Undone)
    @property
    def is_Unreset(self) -> bool:
        return isinstance(self, Fact_Unreset)
    @property
    def is_Lasts(self) -> bool:
        return isinstance(self, Fact_Lasts)
    @property
    def is_Exact(self) -> bool:
        return isinstance(self, Fact_Exact)
    @property
    def is_Same(self) -> bool:
        return isinstance(self, Fact_Same)
    @property
    def is_Only(self) -> bool:
        return isinstance(self, Fact_Only)
    @property
    def is_Member(self) -> bool:
        return isinstance(self, Fact_Member)
    @property
    def is_Low(self) -> bool:
        return isinstance(self, Fact_Low)
    @property
    def is_High(self) -> bool:
        return isinstance(self, Fact_High)
    @property
    def is_Number(self) -> bool:
        return isinstance(self, Fact_Number)
    @property
    def is_Called(self) -> bool:
        return isinstance(self, Fact_Called)

class Fact_Undone(Fact, NamedTuple('Undone', [('done', Any), ('reset', Any), ('lasts', Any)])):
    def __dafnystr__(self) -> str:
        return f'Coords.Fact.Undone({_dafny.string_of(self.done)}, {_dafny.string_of(self.reset)}, {_dafny.string_of(self.lasts)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Fact_Undone) and self.done == __o.done and self.reset == __o.reset and self.lasts == __o.lasts
    def __hash__(self) -> int:
        return super().__hash__()

class Fact_Unreset(Fact, NamedTuple('Unreset', [('done', Any), ('reset', Any)])):
    def __dafnystr__(self) -> str:
        return f'Coords.Fact.Unreset({_dafny.string_of(self.done)}, {_dafny.string_of(self.reset)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Fact_Unreset) and self.done == __o.done and self.reset == __o.reset
    def __hash__(self) -> int:
        return super().__hash__()

class Fact_Lasts(Fact, NamedTuple('Lasts', [('mark', Any), ('short', Any), ('long', Any)])):
    def __dafnystr__(self) -> str:
        return f'Coords.Fact.Lasts({_dafny.string_of(self.mark)}, {_dafny.string_of(self.short)}, {_dafny.string_of(self.long)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Fact_Lasts) and self.mark == __o.mark and self.short == __o.short and self.long == __o.long
    def __hash__(self) -> int:
        return super().__hash__()

class Fact_Exact(Fact, NamedTuple('Exact', [('axis', Any), ('ref', Any)])):
    def __dafnystr__(self) -> str:
        return f'Coords.Fact.Exact({_dafny.string_of(self.axis)}, {_dafny.string_of(self.ref)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Fact_Exact) and self.axis == __o.axis and self.ref == __o.ref
    def __hash__(self) -> int:
        return super().__hash__()

class Fact_Same(Fact, NamedTuple('Same', [('axis', Any), ('ref', Any), ('names', Any)])):
    def __dafnystr__(self) -> str:
        return f'Coords.Fact.Same({_dafny.string_of(self.axis)}, {_dafny.string_of(self.ref)}, {_dafny.string_of(self.names)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Fact_Same) and self.axis == __o.axis and self.ref == __o.ref and self.names == __o.names
    def __hash__(self) -> int:
        return super().__hash__()

class Fact_Only(Fact, NamedTuple('Only', [('axis', Any), ('ref', Any), ('name', Any)])):
    def __dafnystr__(self) -> str:
        return f'Coords.Fact.Only({_dafny.string_of(self.axis)}, {_dafny.string_of(self.ref)}, {_dafny.string_of(self.name)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Fact_Only) and self.axis == __o.axis and self.ref == __o.ref and self.name == __o.name
    def __hash__(self) -> int:
        return super().__hash__()

class Fact_Member(Fact, NamedTuple('Member', [('axis', Any), ('ref', Any), ('names', Any)])):
    def __dafnystr__(self) -> str:
        return f'Coords.Fact.Member({_dafny.string_of(self.axis)}, {_dafny.string_of(self.ref)}, {_dafny.string_of(self.names)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Fact_Member) and self.axis == __o.axis and self.ref == __o.ref and self.names == __o.names
    def __hash__(self) -> int:
        return super().__hash__()

class Fact_Low(Fact, NamedTuple('Low', [('axis', Any)])):
    def __dafnystr__(self) -> str:
        return f'Coords.Fact.Low({_dafny.string_of(self.axis)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Fact_Low) and self.axis == __o.axis
    def __hash__(self) -> int:
        return super().__hash__()

class Fact_High(Fact, NamedTuple('High', [('axis', Any)])):
    def __dafnystr__(self) -> str:
        return f'Coords.Fact.High({_dafny.string_of(self.axis)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Fact_High) and self.axis == __o.axis
    def __hash__(self) -> int:
        return super().__hash__()

class Fact_Number(Fact, NamedTuple('Number', [('ref', Any)])):
    def __dafnystr__(self) -> str:
        return f'Coords.Fact.Number({_dafny.string_of(self.ref)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Fact_Number) and self.ref == __o.ref
    def __hash__(self) -> int:
        return super().__hash__()

class Fact_Called(Fact, NamedTuple('Called', [('ref', Any)])):
    def __dafnystr__(self) -> str:
        return f'Coords.Fact.Called({_dafny.string_of(self.ref)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Fact_Called) and self.ref == __o.ref
    def __hash__(self) -> int:
        return super().__hash__()


class Crew:
    @classmethod
    def default(cls, ):
        return lambda: Crew_Crew(default_Name, _dafny.Set({}), _dafny.Set({}))
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Crew(self) -> bool:
        return isinstance(self, Crew_Crew)

class Crew_Crew(Crew, NamedTuple('Crew', [('kind', Any), ('must', Any), ('may', Any)])):
    def __dafnystr__(self) -> str:
        return f'Coords.Crew.Crew({_dafny.string_of(self.kind)}, {_dafny.string_of(self.must)}, {_dafny.string_of(self.may)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Crew_Crew) and self.kind == __o.kind and self.must == __o.must and self.may == __o.may
    def __hash__(self) -> int:
        return super().__hash__()


class Table:
    @classmethod
    def default(cls, ):
        return lambda: Table_Table(default_Name, _dafny.Seq({}), _dafny.Map({}), _dafny.Seq({}), _dafny.Map({}), _dafny.Map({}), _dafny.Map({}), _dafny.Map({}), _dafny.Set({}), _dafny.Set({}), _dafny.Set({}), _dafny.Set({}), _dafny.Set({}), _dafny.Set({}), _dafny.Map({}), _dafny.Map({}), _dafny.Set({}), _dafny.Set({}), _dafny.Set({}), _dafny.Seq({}), _dafny.Seq({}), _dafny.Seq({}), default_Name, _dafny.Seq({}))
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Table(self) -> bool:
        return isinstance(self, Table_Table)

class Table_Table(Table, NamedTuple('Table', [('verb', Any), ('lits', Any), ('index', Any), ('coords', Any), ('where', Any), ('spans', Any), ('depths', Any), ('clamps', Any), ('names', Any), ('places', Any), ('ints', Any), ('noNames', Any), ('given', Any), ('noScopes', Any), ('lows', Any), ('highs', Any), ('wholes', Any), ('wholeInts', Any), ('ones', Any), ('enums', Any), ('groups', Any), ('crews', Any), ('kind', Any), ('facts', Any)])):
    def __dafnystr__(self) -> str:
        return f'Coords.Table.Table({_dafny.string_of(self.verb)}, {_dafny.string_of(self.lits)}, {_dafny.string_of(self.index)}, {_dafny.string_of(self.coords)}, {_dafny.string_of(self.where)}, {_dafny.string_of(self.spans)}, {_dafny.string_of(self.depths)}, {_dafny.string_of(self.clamps)}, {_dafny.string_of(self.names)}, {_dafny.string_of(self.places)}, {_dafny.string_of(self.ints)}, {_dafny.string_of(self.noNames)}, {_dafny.string_of(self.given)}, {_dafny.string_of(self.noScopes)}, {_dafny.string_of(self.lows)}, {_dafny.string_of(self.highs)}, {_dafny.string_of(self.wholes)}, {_dafny.string_of(self.wholeInts)}, {_dafny.string_of(self.ones)}, {_dafny.string_of(self.enums)}, {_dafny.string_of(self.groups)}, {_dafny.string_of(self.crews)}, {_dafny.string_of(self.kind)}, {_dafny.string_of(self.facts)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Table_Table) and self.verb == __o.verb and self.lits == __o.lits and self.index == __o.index and self.coords == __o.coords and self.where == __o.where and self.spans == __o.spans and self.depths == __o.depths and self.clamps == __o.clamps and self.names == __o.names and self.places == __o.places and self.ints == __o.ints and self.noNames == __o.noNames and self.given == __o.given and self.noScopes == __o.noScopes and self.lows == __o.lows and self.highs == __o.highs and self.wholes == __o.wholes and self.wholeInts == __o.wholeInts and self.ones == __o.ones and self.enums == __o.enums and self.groups == __o.groups and self.crews == __o.crews and self.kind == __o.kind and self.facts == __o.facts
    def __hash__(self) -> int:
        return super().__hash__()

