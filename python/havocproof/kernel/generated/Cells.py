import sys
from typing import Callable, Any, TypeVar, NamedTuple
from math import floor
from itertools import count

import havocproof.kernel.generated.module_ as module_
import _dafny as _dafny
import System_ as System_
import havocproof.kernel.generated.Names as Names
import havocproof.kernel.generated.Requests as Requests

# Module: Cells

class default__:
    def  __init__(self):
        pass

    @staticmethod
    def Get(s, k):
        if (k) in (s):
            return (s)[k]
        elif True:
            return 0

    @staticmethod
    def Open(k, now):
        return (((k)[6]) == (0)) or ((now) < ((k)[6]))

    @staticmethod
    def Counting(k):
        return (((k)[0]) == (0)) or (((k)[0]) == (5))

    @staticmethod
    def Marking(k):
        return (((k)[0]) == (2)) or (((k)[0]) == (3))

    @staticmethod
    def Admits(k, op, n, now):
        source0_ = op
        if True:
            if source0_.is_Touch:
                d_0_limit_ = source0_.limit
                d_1_amount_ = source0_.amount
                return ((0) <= (d_1_amount_)) and (((default__.Open(k, now)) and (((n) + (d_1_amount_)) <= (d_0_limit_)) if ((k)[0]) == (0) else (default__.Open(k, now) if ((k)[0]) == (5) else (((d_1_amount_) <= (d_0_limit_)) and (((n) + (d_1_amount_)) <= ((now) + (d_0_limit_))) if ((k)[0]) == (1) else not (default__.Marking(k)) or ((0) < (now))))))
        if True:
            if source0_.is_Refund:
                d_2_back_ = source0_.back
                return ((0) <= (d_2_back_)) and (default__.Counting(k))
        if True:
            if source0_.is_Note:
                d_3_since_ = source0_.since
                return ((k)[0]) == (4)
        if True:
            return (default__.Counting(k)) and (not(default__.Open(k, now)))

    @staticmethod
    def Next(k, op, n, now):
        source0_ = op
        if True:
            if source0_.is_Touch:
                d_0_amount_ = source0_.amount
                if default__.Counting(k):
                    return (n) + (d_0_amount_)
                elif ((k)[0]) == (1):
                    return ((now if (n) < (now) else n)) + (d_0_amount_)
                elif default__.Marking(k):
                    return now
                elif True:
                    return n
        if True:
            if source0_.is_Refund:
                d_1_back_ = source0_.back
                if default__.Open(k, now):
                    return (n) - (d_1_back_)
                elif True:
                    return n
        if True:
            if source0_.is_Note:
                d_2_since_ = source0_.since
                if (n) < (d_2_since_):
                    return d_2_since_
                elif True:
                    return n
        if True:
            return 0


class Op:
    @classmethod
    def default(cls, ):
        return lambda: Op_Touch(int(0), int(0), default_Name)
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Touch(self) -> bool:
        return isinstance(self, Op_Touch)
    @property
    def is_Refund(self) -> bool:
        return isinstance(self, Op_Refund)
    @property
    def is_Note(self) -> bool:
        return isinstance(self, Op_Note)
    @property
    def is_Forget(self) -> bool:
        return isinstance(self, Op_Forget)

class Op_Touch(Op, NamedTuple('Touch', [('limit', Any), ('amount', Any), ('measure', Any)])):
    def __dafnystr__(self) -> str:
        return f'Cells.Op.Touch({_dafny.string_of(self.limit)}, {_dafny.string_of(self.amount)}, {_dafny.string_of(self.measure)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Op_Touch) and self.limit == __o.limit and self.amount == __o.amount and self.measure == __o.measure
    def __hash__(self) -> int:
        return super().__hash__()

class Op_Refund(Op, NamedTuple('Refund', [('back', Any)])):
    def __dafnystr__(self) -> str:
        return f'Cells.Op.Refund({_dafny.string_of(self.back)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Op_Refund) and self.back == __o.back
    def __hash__(self) -> int:
        return super().__hash__()

class Op_Note(Op, NamedTuple('Note', [('since', Any)])):
    def __dafnystr__(self) -> str:
        return f'Cells.Op.Note({_dafny.string_of(self.since)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Op_Note) and self.since == __o.since
    def __hash__(self) -> int:
        return super().__hash__()

class Op_Forget(Op, NamedTuple('Forget', [])):
    def __dafnystr__(self) -> str:
        return f'Cells.Op.Forget'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Op_Forget)
    def __hash__(self) -> int:
        return super().__hash__()


class Entry:
    @classmethod
    def default(cls, ):
        return lambda: Entry_Entry(Op.default()(), int(0))
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Entry(self) -> bool:
        return isinstance(self, Entry_Entry)

class Entry_Entry(Entry, NamedTuple('Entry', [('op', Any), ('now', Any)])):
    def __dafnystr__(self) -> str:
        return f'Cells.Entry.Entry({_dafny.string_of(self.op)}, {_dafny.string_of(self.now)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Entry_Entry) and self.op == __o.op and self.now == __o.now
    def __hash__(self) -> int:
        return super().__hash__()

