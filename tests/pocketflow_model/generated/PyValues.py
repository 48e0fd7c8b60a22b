import sys
from typing import Callable, Any, TypeVar, NamedTuple
from math import floor
from itertools import count

import tests.pocketflow_model.generated.module_ as module_
import _dafny as _dafny
import System_ as System_

# Module: PyValues

class default__:
    def  __init__(self):
        pass

    @staticmethod
    def Truthy(v):
        source0_ = v
        if True:
            if source0_.is_VNone:
                return False
        if True:
            if source0_.is_VBool:
                d_0_b_ = source0_.b
                return d_0_b_
        if True:
            if source0_.is_VInt:
                d_1_n_ = source0_.n
                return (d_1_n_) != (0)
        if True:
            if source0_.is_VFloat:
                d_2_r_ = source0_.r
                return (d_2_r_) != (_dafny.BigRational('0e0'))
        if True:
            if source0_.is_VStr:
                d_3_s_ = source0_.s
                return (len(d_3_s_)) > (0)
        if True:
            if source0_.is_VSub:
                d_4_s_ = source0_.s
                return (len(d_4_s_)) > (0)
        if True:
            if source0_.is_VList:
                d_5_xs_ = source0_.xs
                return (len(d_5_xs_)) > (0)
        if True:
            if source0_.is_VDict:
                d_6_kv_ = source0_.kv
                return (len(d_6_kv_)) > (0)
        if True:
            if source0_.is_VGen:
                return True
        if True:
            return True

    @staticmethod
    def Hashable(v):
        return (not((v).is_VList)) and (not((v).is_VDict))

    @staticmethod
    def KeyOf(v):
        if (v).is_VBool:
            return Val_VInt((1 if (v).b else 0))
        elif ((v).is_VFloat) and (((v).r) == (_dafny.BigRational(floor(((v).r)), 1))):
            return Val_VInt(floor(((v).r)))
        elif (v).is_VSub:
            return Val_VStr((v).like)
        elif True:
            return v

    @staticmethod
    def Lookup(kv, key):
        while True:
            with _dafny.label():
                if (len(kv)) == (0):
                    return Option_None()
                elif (default__.KeyOf(((kv)[0])[0])) == (default__.KeyOf(key)):
                    return Option_Some(((kv)[0])[1])
                elif True:
                    in0_ = _dafny.SeqWithoutIsStrInference((kv)[1::])
                    in1_ = key
                    kv = in0_
                    key = in1_
                    raise _dafny.TailCall()
                break

    @staticmethod
    def Put(kv, key, v):
        d_0___accumulator_ = _dafny.SeqWithoutIsStrInference([])
        while True:
            with _dafny.label():
                if (len(kv)) == (0):
                    return (d_0___accumulator_) + (_dafny.SeqWithoutIsStrInference([(key, v)]))
                elif (default__.KeyOf(((kv)[0])[0])) == (default__.KeyOf(key)):
                    return (d_0___accumulator_) + ((_dafny.SeqWithoutIsStrInference([(((kv)[0])[0], v)])) + (_dafny.SeqWithoutIsStrInference((kv)[1::])))
                elif True:
                    d_0___accumulator_ = (d_0___accumulator_) + (_dafny.SeqWithoutIsStrInference([(kv)[0]]))
                    in0_ = _dafny.SeqWithoutIsStrInference((kv)[1::])
                    in1_ = key
                    in2_ = v
                    kv = in0_
                    key = in1_
                    v = in2_
                    raise _dafny.TailCall()
                break

    @staticmethod
    def PutAll(kv, more):
        while True:
            with _dafny.label():
                if (len(more)) == (0):
                    return kv
                elif True:
                    in0_ = default__.Put(kv, ((more)[0])[0], ((more)[0])[1])
                    in1_ = _dafny.SeqWithoutIsStrInference((more)[1::])
                    kv = in0_
                    more = in1_
                    raise _dafny.TailCall()
                break

    @staticmethod
    def Merge(a, b):
        if ((a).is_VDict) and ((b).is_VDict):
            return Option_Some(Val_VDict(default__.PutAll((a).kv, (b).kv)))
        elif True:
            return Option_None()

    @staticmethod
    def MergeAll(a, bs):
        if (len(bs)) == (0):
            return Option_Some(_dafny.SeqWithoutIsStrInference([]))
        elif True:
            d_0_m_ = default__.Merge(a, (bs)[0])
            d_1_r_ = default__.MergeAll(a, _dafny.SeqWithoutIsStrInference((bs)[1::]))
            if ((d_0_m_).is_Some) and ((d_1_r_).is_Some):
                return Option_Some((_dafny.SeqWithoutIsStrInference([(d_0_m_).value])) + ((d_1_r_).value))
            elif True:
                return Option_None()

    @staticmethod
    def Iter(v):
        source0_ = v
        if True:
            if source0_.is_VList:
                d_0_xs_ = source0_.xs
                return Option_Some(d_0_xs_)
        if True:
            if source0_.is_VStr:
                d_1_s_ = source0_.s
                return Option_Some(default__.Letters(d_1_s_))
        if True:
            if source0_.is_VSub:
                d_2_s_ = source0_.s
                return Option_Some(default__.Letters(d_2_s_))
        if True:
            if source0_.is_VDict:
                d_3_kv_ = source0_.kv
                return Option_Some(_dafny.SeqWithoutIsStrInference([((d_3_kv_)[d_4_i_])[0] for d_4_i_ in range(len(d_3_kv_))]))
        if True:
            return Option_None()

    @staticmethod
    def Letters(s):
        return _dafny.SeqWithoutIsStrInference([Val_VStr(_dafny.SeqWithoutIsStrInference([(s)[d_0_i_]])) for d_0_i_ in range(len(s))])


class Option:
    @classmethod
    def default(cls, ):
        return lambda: Option_None()
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_None(self) -> bool:
        return isinstance(self, Option_None)
    @property
    def is_Some(self) -> bool:
        return isinstance(self, Option_Some)

class Option_None(Option, NamedTuple('None_', [])):
    def __dafnystr__(self) -> str:
        return f'PyValues.Option.None'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Option_None)
    def __hash__(self) -> int:
        return super().__hash__()

class Option_Some(Option, NamedTuple('Some', [('value', Any)])):
    def __dafnystr__(self) -> str:
        return f'PyValues.Option.Some({_dafny.string_of(self.value)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Option_Some) and self.value == __o.value
    def __hash__(self) -> int:
        return super().__hash__()


class Val:
    @classmethod
    def default(cls, ):
        return lambda: Val_VNone()
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_VNone(self) -> bool:
        return isinstance(self, Val_VNone)
    @property
    def is_VBool(self) -> bool:
        return isinstance(self, Val_VBool)
    @property
    def is_VInt(self) -> bool:
        return isinstance(self, Val_VInt)
    @property
    def is_VFloat(self) -> bool:
        return isinstance(self, Val_VFloat)
    @property
    def is_VStr(self) -> bool:
        return isinstance(self, Val_VStr)
    @property
    def is_VSub(self) -> bool:
        return isinstance(self, Val_VSub)
    @property
    def is_VList(self) -> bool:
        return isinstance(self, Val_VList)
    @property
    def is_VDict(self) -> bool:
        return isinstance(self, Val_VDict)
    @property
    def is_VGen(self) -> bool:
        return isinstance(self, Val_VGen)
    @property
    def is_VObj(self) -> bool:
        return isinstance(self, Val_VObj)

class Val_VNone(Val, NamedTuple('VNone', [])):
    def __dafnystr__(self) -> str:
        return f'PyValues.Val.VNone'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Val_VNone)
    def __hash__(self) -> int:
        return super().__hash__()

class Val_VBool(Val, NamedTuple('VBool', [('b', Any)])):
    def __dafnystr__(self) -> str:
        return f'PyValues.Val.VBool({_dafny.string_of(self.b)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Val_VBool) and self.b == __o.b
    def __hash__(self) -> int:
        return super().__hash__()

class Val_VInt(Val, NamedTuple('VInt', [('n', Any)])):
    def __dafnystr__(self) -> str:
        return f'PyValues.Val.VInt({_dafny.string_of(self.n)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Val_VInt) and self.n == __o.n
    def __hash__(self) -> int:
        return super().__hash__()

class Val_VFloat(Val, NamedTuple('VFloat', [('r', Any)])):
    def __dafnystr__(self) -> str:
        return f'PyValues.Val.VFloat({_dafny.string_of(self.r)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Val_VFloat) and self.r == __o.r
    def __hash__(self) -> int:
        return super().__hash__()

class Val_VStr(Val, NamedTuple('VStr', [('s', Any)])):
    def __dafnystr__(self) -> str:
        return f'PyValues.Val.VStr({self.s.VerbatimString(True)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Val_VStr) and self.s == __o.s
    def __hash__(self) -> int:
        return super().__hash__()

class Val_VSub(Val, NamedTuple('VSub', [('s', Any), ('like', Any)])):
    def __dafnystr__(self) -> str:
        return f'PyValues.Val.VSub({self.s.VerbatimString(True)}, {self.like.VerbatimString(True)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Val_VSub) and self.s == __o.s and self.like == __o.like
    def __hash__(self) -> int:
        return super().__hash__()

class Val_VList(Val, NamedTuple('VList', [('xs', Any)])):
    def __dafnystr__(self) -> str:
        return f'PyValues.Val.VList({_dafny.string_of(self.xs)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Val_VList) and self.xs == __o.xs
    def __hash__(self) -> int:
        return super().__hash__()

class Val_VDict(Val, NamedTuple('VDict', [('kv', Any)])):
    def __dafnystr__(self) -> str:
        return f'PyValues.Val.VDict({_dafny.string_of(self.kv)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Val_VDict) and self.kv == __o.kv
    def __hash__(self) -> int:
        return super().__hash__()

class Val_VGen(Val, NamedTuple('VGen', [('id_', Any)])):
    def __dafnystr__(self) -> str:
        return f'PyValues.Val.VGen({_dafny.string_of(self.id_)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Val_VGen) and self.id_ == __o.id_
    def __hash__(self) -> int:
        return super().__hash__()

class Val_VObj(Val, NamedTuple('VObj', [('id_', Any)])):
    def __dafnystr__(self) -> str:
        return f'PyValues.Val.VObj({_dafny.string_of(self.id_)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Val_VObj) and self.id_ == __o.id_
    def __hash__(self) -> int:
        return super().__hash__()

