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

# Module: Moments

class default__:
    def  __init__(self):
        pass

    @staticmethod
    def Without(p, id_):
        d_0_dt__update__tmp_h0_ = p
        d_1_dt__update_hrules_h0_ = default__.Others((p).rules, id_)
        return Policies.Policy_Policy((d_0_dt__update__tmp_h0_).axes, d_1_dt__update_hrules_h0_, (d_0_dt__update__tmp_h0_).budgets, (d_0_dt__update__tmp_h0_).quorums, (d_0_dt__update__tmp_h0_).agents, (d_0_dt__update__tmp_h0_).id_, (d_0_dt__update__tmp_h0_).session, (d_0_dt__update__tmp_h0_).user, (d_0_dt__update__tmp_h0_).self)

    @staticmethod
    def Others(rs, id_):
        hresult_: _dafny.Seq = _dafny.Seq({})
        d_0_out_: _dafny.Seq
        d_0_out_ = _dafny.SeqWithoutIsStrInference([])
        d_1_i_: int
        d_1_i_ = 0
        while (d_1_i_) < (len(rs)):
            if (((rs)[d_1_i_]).id_) != (id_):
                d_0_out_ = (d_0_out_) + (_dafny.SeqWithoutIsStrInference([(rs)[d_1_i_]]))
            d_1_i_ = (d_1_i_) + (1)
        hresult_ = d_0_out_
        return hresult_
        return hresult_

    @staticmethod
    def Mine(rs, id_):
        hresult_: _dafny.Seq = _dafny.Seq({})
        d_0_out_: _dafny.Seq
        d_0_out_ = _dafny.SeqWithoutIsStrInference([])
        d_1_i_: int
        d_1_i_ = 0
        while (d_1_i_) < (len(rs)):
            if (((rs)[d_1_i_]).id_) == (id_):
                d_0_out_ = (d_0_out_) + (_dafny.SeqWithoutIsStrInference([(rs)[d_1_i_]]))
            d_1_i_ = (d_1_i_) + (1)
        hresult_ = d_0_out_
        return hresult_
        return hresult_

    @staticmethod
    def NotIn(rs, others):
        hresult_: _dafny.Seq = _dafny.Seq({})
        d_0_known_: _dafny.MultiSet
        d_0_known_ = _dafny.MultiSet(others)
        d_1_out_: _dafny.Seq
        d_1_out_ = _dafny.SeqWithoutIsStrInference([])
        d_2_i_: int
        d_2_i_ = 0
        while (d_2_i_) < (len(rs)):
            if not(((rs)[d_2_i_]) in (d_0_known_)):
                d_1_out_ = (d_1_out_) + (_dafny.SeqWithoutIsStrInference([(rs)[d_2_i_]]))
            d_2_i_ = (d_2_i_) + (1)
        hresult_ = d_1_out_
        return hresult_
        return hresult_


class Moment:
    @classmethod
    def default(cls, ):
        return lambda: Moment_Moment(Scenes.Scene.default()(), Requests.Part.default()(), Requests.Atom.default()())
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Moment(self) -> bool:
        return isinstance(self, Moment_Moment)

class Moment_Moment(Moment, NamedTuple('Moment', [('sc', Any), ('part', Any), ('atom', Any)])):
    def __dafnystr__(self) -> str:
        return f'Moments.Moment.Moment({_dafny.string_of(self.sc)}, {_dafny.string_of(self.part)}, {_dafny.string_of(self.atom)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Moment_Moment) and self.sc == __o.sc and self.part == __o.part and self.atom == __o.atom
    def __hash__(self) -> int:
        return super().__hash__()


class Claim:
    @_dafny.classproperty
    def AllSingletonConstructors(cls):
        return [Claim_Never(), Claim_Always(), Claim_Sometimes()]
    @classmethod
    def default(cls, ):
        return lambda: Claim_Never()
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Never(self) -> bool:
        return isinstance(self, Claim_Never)
    @property
    def is_Always(self) -> bool:
        return isinstance(self, Claim_Always)
    @property
    def is_Sometimes(self) -> bool:
        return isinstance(self, Claim_Sometimes)

class Claim_Never(Claim, NamedTuple('Never', [])):
    def __dafnystr__(self) -> str:
        return f'Moments.Claim.Never'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Claim_Never)
    def __hash__(self) -> int:
        return super().__hash__()

class Claim_Always(Claim, NamedTuple('Always', [])):
    def __dafnystr__(self) -> str:
        return f'Moments.Claim.Always'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Claim_Always)
    def __hash__(self) -> int:
        return super().__hash__()

class Claim_Sometimes(Claim, NamedTuple('Sometimes', [])):
    def __dafnystr__(self) -> str:
        return f'Moments.Claim.Sometimes'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Claim_Sometimes)
    def __hash__(self) -> int:
        return super().__hash__()


class Question:
    @classmethod
    def default(cls, ):
        return lambda: Question_Question(Claim.default()(), _dafny.Seq({}), _dafny.Seq({}), _dafny.Seq({}))
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Question(self) -> bool:
        return isinstance(self, Question_Question)

class Question_Question(Question, NamedTuple('Question', [('claim', Any), ('region', Any), ('unless', Any), ('approved', Any)])):
    def __dafnystr__(self) -> str:
        return f'Moments.Question.Question({_dafny.string_of(self.claim)}, {_dafny.string_of(self.region)}, {_dafny.string_of(self.unless)}, {_dafny.string_of(self.approved)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Question_Question) and self.claim == __o.claim and self.region == __o.region and self.unless == __o.unless and self.approved == __o.approved
    def __hash__(self) -> int:
        return super().__hash__()

