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

# Module: Verdicts

class default__:
    def  __init__(self):
        pass

    @staticmethod
    def Has(c, key):
        hresult_: bool = False
        d_0_rest_: Charges
        d_0_rest_ = c
        while not((d_0_rest_).is_NoCharges):
            if ((d_0_rest_).key) == (key):
                hresult_ = True
                return hresult_
            d_0_rest_ = (d_0_rest_).more
        hresult_ = False
        return hresult_
        return hresult_

    @staticmethod
    def HasNeed(n, name):
        hresult_: bool = False
        d_0_rest_: Needs
        d_0_rest_ = n
        while not((d_0_rest_).is_NoNeeds):
            if ((d_0_rest_).name) == (name):
                hresult_ = True
                return hresult_
            d_0_rest_ = (d_0_rest_).more
        hresult_ = False
        return hresult_
        return hresult_

    @staticmethod
    def Add(rest, c, out, done):
        hresult_: Charges = Charges.default()()
        d_0_r_: Charges
        d_0_r_ = rest
        d_1_o_: Charges
        d_1_o_ = out
        d_2_d_: bool
        d_2_d_ = done
        while not((d_0_r_).is_NoCharges):
            if ((d_0_r_).key) == ((c).key):
                d_1_o_ = Charges_Owed((c).key, ((d_0_r_).amount) + ((c).amount), (c).limit, (c).measure, d_1_o_)
                d_2_d_ = True
            elif True:
                d_1_o_ = Charges_Owed((d_0_r_).key, (d_0_r_).amount, (d_0_r_).limit, (d_0_r_).measure, d_1_o_)
            d_0_r_ = (d_0_r_).more
        if d_2_d_:
            hresult_ = d_1_o_
            return hresult_
        hresult_ = Charges_Owed((c).key, (c).amount, (c).limit, (c).measure, d_1_o_)
        return hresult_
        return hresult_

    @staticmethod
    def AddAll(dues, total):
        hresult_: Charges = Charges.default()()
        d_0_rest_: Charges
        d_0_rest_ = dues
        d_1_out_: Charges
        d_1_out_ = total
        while not((d_0_rest_).is_NoCharges):
            d_1_out_ = default__.Add(d_1_out_, d_0_rest_, Charges_NoCharges(), False)
            d_0_rest_ = (d_0_rest_).more
        hresult_ = d_1_out_
        return hresult_
        return hresult_

    @staticmethod
    def Total(v):
        if ((v).charges).is_NoCharges:
            return (v).dues
        elif True:
            return default__.AddAll((v).dues, (v).charges)


class Needs:
    @classmethod
    def default(cls, ):
        return lambda: Needs_NoNeeds()
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_NoNeeds(self) -> bool:
        return isinstance(self, Needs_NoNeeds)
    @property
    def is_Need(self) -> bool:
        return isinstance(self, Needs_Need)

class Needs_NoNeeds(Needs, NamedTuple('NoNeeds', [])):
    def __dafnystr__(self) -> str:
        return f'Verdicts.Needs.NoNeeds'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Needs_NoNeeds)
    def __hash__(self) -> int:
        return super().__hash__()

class Needs_Need(Needs, NamedTuple('Need', [('name', Any), ('more', Any)])):
    def __dafnystr__(self) -> str:
        return f'Verdicts.Needs.Need({_dafny.string_of(self.name)}, {_dafny.string_of(self.more)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Needs_Need) and self.name == __o.name and self.more == __o.more
    def __hash__(self) -> int:
        return super().__hash__()


class Charges:
    @classmethod
    def default(cls, ):
        return lambda: Charges_NoCharges()
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_NoCharges(self) -> bool:
        return isinstance(self, Charges_NoCharges)
    @property
    def is_Owed(self) -> bool:
        return isinstance(self, Charges_Owed)

class Charges_NoCharges(Charges, NamedTuple('NoCharges', [])):
    def __dafnystr__(self) -> str:
        return f'Verdicts.Charges.NoCharges'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Charges_NoCharges)
    def __hash__(self) -> int:
        return super().__hash__()

class Charges_Owed(Charges, NamedTuple('Owed', [('key', Any), ('amount', Any), ('limit', Any), ('measure', Any), ('more', Any)])):
    def __dafnystr__(self) -> str:
        return f'Verdicts.Charges.Owed({_dafny.string_of(self.key)}, {_dafny.string_of(self.amount)}, {_dafny.string_of(self.limit)}, {_dafny.string_of(self.measure)}, {_dafny.string_of(self.more)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Charges_Owed) and self.key == __o.key and self.amount == __o.amount and self.limit == __o.limit and self.measure == __o.measure and self.more == __o.more
    def __hash__(self) -> int:
        return super().__hash__()


class Writes:
    @classmethod
    def default(cls, ):
        return lambda: Writes_NoWrites()
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_NoWrites(self) -> bool:
        return isinstance(self, Writes_NoWrites)
    @property
    def is_Write(self) -> bool:
        return isinstance(self, Writes_Write)

class Writes_NoWrites(Writes, NamedTuple('NoWrites', [])):
    def __dafnystr__(self) -> str:
        return f'Verdicts.Writes.NoWrites'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Writes_NoWrites)
    def __hash__(self) -> int:
        return super().__hash__()

class Writes_Write(Writes, NamedTuple('Write', [('key', Any), ('n', Any), ('more', Any)])):
    def __dafnystr__(self) -> str:
        return f'Verdicts.Writes.Write({_dafny.string_of(self.key)}, {_dafny.string_of(self.n)}, {_dafny.string_of(self.more)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Writes_Write) and self.key == __o.key and self.n == __o.n and self.more == __o.more
    def __hash__(self) -> int:
        return super().__hash__()


class Verdict:
    @classmethod
    def default(cls, ):
        return lambda: Verdict_Denied(default_Name)
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Denied(self) -> bool:
        return isinstance(self, Verdict_Denied)
    @property
    def is_Unpermitted(self) -> bool:
        return isinstance(self, Verdict_Unpermitted)
    @property
    def is_Unpayable(self) -> bool:
        return isinstance(self, Verdict_Unpayable)
    @property
    def is_Exhausted(self) -> bool:
        return isinstance(self, Verdict_Exhausted)
    @property
    def is_Late(self) -> bool:
        return isinstance(self, Verdict_Late)
    @property
    def is_Asked(self) -> bool:
        return isinstance(self, Verdict_Asked)
    @property
    def is_Permitted(self) -> bool:
        return isinstance(self, Verdict_Permitted)
    @property
    def is_Clear(self) -> bool:
        return isinstance(self, Verdict_Clear)

class Verdict_Denied(Verdict, NamedTuple('Denied', [('rule', Any)])):
    def __dafnystr__(self) -> str:
        return f'Verdicts.Verdict.Denied({_dafny.string_of(self.rule)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Verdict_Denied) and self.rule == __o.rule
    def __hash__(self) -> int:
        return super().__hash__()

class Verdict_Unpermitted(Verdict, NamedTuple('Unpermitted', [('part', Any), ('atom', Any)])):
    def __dafnystr__(self) -> str:
        return f'Verdicts.Verdict.Unpermitted({_dafny.string_of(self.part)}, {_dafny.string_of(self.atom)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Verdict_Unpermitted) and self.part == __o.part and self.atom == __o.atom
    def __hash__(self) -> int:
        return super().__hash__()

class Verdict_Unpayable(Verdict, NamedTuple('Unpayable', [('budget', Any)])):
    def __dafnystr__(self) -> str:
        return f'Verdicts.Verdict.Unpayable({_dafny.string_of(self.budget)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Verdict_Unpayable) and self.budget == __o.budget
    def __hash__(self) -> int:
        return super().__hash__()

class Verdict_Exhausted(Verdict, NamedTuple('Exhausted', [('budget', Any), ('key', Any), ('left', Any)])):
    def __dafnystr__(self) -> str:
        return f'Verdicts.Verdict.Exhausted({_dafny.string_of(self.budget)}, {_dafny.string_of(self.key)}, {_dafny.string_of(self.left)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Verdict_Exhausted) and self.budget == __o.budget and self.key == __o.key and self.left == __o.left
    def __hash__(self) -> int:
        return super().__hash__()

class Verdict_Late(Verdict, NamedTuple('Late', [('seen', Any)])):
    def __dafnystr__(self) -> str:
        return f'Verdicts.Verdict.Late({_dafny.string_of(self.seen)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Verdict_Late) and self.seen == __o.seen
    def __hash__(self) -> int:
        return super().__hash__()

class Verdict_Asked(Verdict, NamedTuple('Asked', [('rule', Any), ('needs', Any)])):
    def __dafnystr__(self) -> str:
        return f'Verdicts.Verdict.Asked({_dafny.string_of(self.rule)}, {_dafny.string_of(self.needs)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Verdict_Asked) and self.rule == __o.rule and self.needs == __o.needs
    def __hash__(self) -> int:
        return super().__hash__()

class Verdict_Permitted(Verdict, NamedTuple('Permitted', [('rule', Any), ('charges', Any), ('writes', Any), ('used', Any)])):
    def __dafnystr__(self) -> str:
        return f'Verdicts.Verdict.Permitted({_dafny.string_of(self.rule)}, {_dafny.string_of(self.charges)}, {_dafny.string_of(self.writes)}, {_dafny.string_of(self.used)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Verdict_Permitted) and self.rule == __o.rule and self.charges == __o.charges and self.writes == __o.writes and self.used == __o.used
    def __hash__(self) -> int:
        return super().__hash__()

class Verdict_Clear(Verdict, NamedTuple('Clear', [('grant', Any), ('short', Any), ('needs', Any), ('dues', Any), ('charges', Any)])):
    def __dafnystr__(self) -> str:
        return f'Verdicts.Verdict.Clear({_dafny.string_of(self.grant)}, {_dafny.string_of(self.short)}, {_dafny.string_of(self.needs)}, {_dafny.string_of(self.dues)}, {_dafny.string_of(self.charges)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Verdict_Clear) and self.grant == __o.grant and self.short == __o.short and self.needs == __o.needs and self.dues == __o.dues and self.charges == __o.charges
    def __hash__(self) -> int:
        return super().__hash__()

