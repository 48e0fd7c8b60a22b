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

# Module: Policies


class Sym:
    @classmethod
    def default(cls, ):
        return lambda: Sym_Lit(default_Name)
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Lit(self) -> bool:
        return isinstance(self, Sym_Lit)
    @property
    def is_One(self) -> bool:
        return isinstance(self, Sym_One)

class Sym_Lit(Sym, NamedTuple('Lit', [('name', Any)])):
    def __dafnystr__(self) -> str:
        return f'Policies.Sym.Lit({_dafny.string_of(self.name)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Sym_Lit) and self.name == __o.name
    def __hash__(self) -> int:
        return super().__hash__()

class Sym_One(Sym, NamedTuple('One', [])):
    def __dafnystr__(self) -> str:
        return f'Policies.Sym.One'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Sym_One)
    def __hash__(self) -> int:
        return super().__hash__()


class Pattern:
    @classmethod
    def default(cls, ):
        return lambda: Pattern_Pattern(_dafny.Seq({}), False)
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Pattern(self) -> bool:
        return isinstance(self, Pattern_Pattern)

class Pattern_Pattern(Pattern, NamedTuple('Pattern', [('syms', Any), ('open_', Any)])):
    def __dafnystr__(self) -> str:
        return f'Policies.Pattern.Pattern({_dafny.string_of(self.syms)}, {_dafny.string_of(self.open_)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Pattern_Pattern) and self.syms == __o.syms and self.open_ == __o.open_
    def __hash__(self) -> int:
        return super().__hash__()


class Range:
    @classmethod
    def default(cls, ):
        return lambda: Range_AtLeast(int(0))
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_AtLeast(self) -> bool:
        return isinstance(self, Range_AtLeast)
    @property
    def is_AtMost(self) -> bool:
        return isinstance(self, Range_AtMost)
    @property
    def is_Between(self) -> bool:
        return isinstance(self, Range_Between)

class Range_AtLeast(Range, NamedTuple('AtLeast', [('lo', Any)])):
    def __dafnystr__(self) -> str:
        return f'Policies.Range.AtLeast({_dafny.string_of(self.lo)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Range_AtLeast) and self.lo == __o.lo
    def __hash__(self) -> int:
        return super().__hash__()

class Range_AtMost(Range, NamedTuple('AtMost', [('hi', Any)])):
    def __dafnystr__(self) -> str:
        return f'Policies.Range.AtMost({_dafny.string_of(self.hi)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Range_AtMost) and self.hi == __o.hi
    def __hash__(self) -> int:
        return super().__hash__()

class Range_Between(Range, NamedTuple('Between', [('lo', Any), ('hi', Any)])):
    def __dafnystr__(self) -> str:
        return f'Policies.Range.Between({_dafny.string_of(self.lo)}, {_dafny.string_of(self.hi)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Range_Between) and self.lo == __o.lo and self.hi == __o.hi
    def __hash__(self) -> int:
        return super().__hash__()


class Mark:
    @classmethod
    def default(cls, ):
        return lambda: Mark_Mark(int(0), default_Name, (default_Name, default_Name, default_Name, default_Name))
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Mark(self) -> bool:
        return isinstance(self, Mark_Mark)

class Mark_Mark(Mark, NamedTuple('Mark', [('kind', Any), ('name', Any), ('per', Any)])):
    def __dafnystr__(self) -> str:
        return f'Policies.Mark.Mark({_dafny.string_of(self.kind)}, {_dafny.string_of(self.name)}, {_dafny.string_of(self.per)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Mark_Mark) and self.kind == __o.kind and self.name == __o.name and self.per == __o.per
    def __hash__(self) -> int:
        return super().__hash__()


class By:
    @classmethod
    def default(cls, ):
        return lambda: By_Alone()
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Alone(self) -> bool:
        return isinstance(self, By_Alone)
    @property
    def is_ByAxis(self) -> bool:
        return isinstance(self, By_ByAxis)
    @property
    def is_ByField(self) -> bool:
        return isinstance(self, By_ByField)

class By_Alone(By, NamedTuple('Alone', [])):
    def __dafnystr__(self) -> str:
        return f'Policies.By.Alone'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, By_Alone)
    def __hash__(self) -> int:
        return super().__hash__()

class By_ByAxis(By, NamedTuple('ByAxis', [('axis', Any)])):
    def __dafnystr__(self) -> str:
        return f'Policies.By.ByAxis({_dafny.string_of(self.axis)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, By_ByAxis) and self.axis == __o.axis
    def __hash__(self) -> int:
        return super().__hash__()

class By_ByField(By, NamedTuple('ByField', [('record', Any), ('field', Any), ('lasts', Any)])):
    def __dafnystr__(self) -> str:
        return f'Policies.By.ByField({_dafny.string_of(self.record)}, {_dafny.string_of(self.field)}, {_dafny.string_of(self.lasts)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, By_ByField) and self.record == __o.record and self.field == __o.field and self.lasts == __o.lasts
    def __hash__(self) -> int:
        return super().__hash__()


class Ref:
    @classmethod
    def default(cls, ):
        return lambda: Ref_Ref(default_Name, default_Name, By.default()(), default_Name, int(0))
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Ref(self) -> bool:
        return isinstance(self, Ref_Ref)

class Ref_Ref(Ref, NamedTuple('Ref', [('record', Any), ('run', Any), ('under', Any), ('field', Any), ('lasts', Any)])):
    def __dafnystr__(self) -> str:
        return f'Policies.Ref.Ref({_dafny.string_of(self.record)}, {_dafny.string_of(self.run)}, {_dafny.string_of(self.under)}, {_dafny.string_of(self.field)}, {_dafny.string_of(self.lasts)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Ref_Ref) and self.record == __o.record and self.run == __o.run and self.under == __o.under and self.field == __o.field and self.lasts == __o.lasts
    def __hash__(self) -> int:
        return super().__hash__()


class Test:
    @classmethod
    def default(cls, ):
        return lambda: Test_Named(default_Name, _dafny.Set({}), False)
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Named(self) -> bool:
        return isinstance(self, Test_Named)
    @property
    def is_Placed(self) -> bool:
        return isinstance(self, Test_Placed)
    @property
    def is_Holding(self) -> bool:
        return isinstance(self, Test_Holding)
    @property
    def is_Ranged(self) -> bool:
        return isinstance(self, Test_Ranged)
    @property
    def is_Scoped(self) -> bool:
        return isinstance(self, Test_Scoped)
    @property
    def is_Scoping(self) -> bool:
        return isinstance(self, Test_Scoping)
    @property
    def is_Stands(self) -> bool:
        return isinstance(self, Test_Stands)
    @property
    def is_Since(self) -> bool:
        return isinstance(self, Test_Since)
    @property
    def is_Listed(self) -> bool:
        return isinstance(self, Test_Listed)
    @property
    def is_Held(self) -> bool:
        return isinstance(self, Test_Held)
    @property
    def is_HeldIn(self) -> bool:
        return isinstance(self, Test_HeldIn)
    @property
    def is_Compared(self) -> bool:
        return isinstance(self, Test_Compared)
    @property
    def is_Kept(self) -> bool:
        return isinstance(self, Test_Kept)

class Test_Named(Test, NamedTuple('Named', [('axis', Any), ('names', Any), ('want', Any)])):
    def __dafnystr__(self) -> str:
        return f'Policies.Test.Named({_dafny.string_of(self.axis)}, {_dafny.string_of(self.names)}, {_dafny.string_of(self.want)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Test_Named) and self.axis == __o.axis and self.names == __o.names and self.want == __o.want
    def __hash__(self) -> int:
        return super().__hash__()

class Test_Placed(Test, NamedTuple('Placed', [('axis', Any), ('patterns', Any), ('want', Any)])):
    def __dafnystr__(self) -> str:
        return f'Policies.Test.Placed({_dafny.string_of(self.axis)}, {_dafny.string_of(self.patterns)}, {_dafny.string_of(self.want)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Test_Placed) and self.axis == __o.axis and self.patterns == __o.patterns and self.want == __o.want
    def __hash__(self) -> int:
        return super().__hash__()

class Test_Holding(Test, NamedTuple('Holding', [('axis', Any), ('names', Any), ('want', Any)])):
    def __dafnystr__(self) -> str:
        return f'Policies.Test.Holding({_dafny.string_of(self.axis)}, {_dafny.string_of(self.names)}, {_dafny.string_of(self.want)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Test_Holding) and self.axis == __o.axis and self.names == __o.names and self.want == __o.want
    def __hash__(self) -> int:
        return super().__hash__()

class Test_Ranged(Test, NamedTuple('Ranged', [('axis', Any), ('ranges', Any), ('want', Any)])):
    def __dafnystr__(self) -> str:
        return f'Policies.Test.Ranged({_dafny.string_of(self.axis)}, {_dafny.string_of(self.ranges)}, {_dafny.string_of(self.want)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Test_Ranged) and self.axis == __o.axis and self.ranges == __o.ranges and self.want == __o.want
    def __hash__(self) -> int:
        return super().__hash__()

class Test_Scoped(Test, NamedTuple('Scoped', [('scope', Any), ('names', Any), ('want', Any)])):
    def __dafnystr__(self) -> str:
        return f'Policies.Test.Scoped({_dafny.string_of(self.scope)}, {_dafny.string_of(self.names)}, {_dafny.string_of(self.want)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Test_Scoped) and self.scope == __o.scope and self.names == __o.names and self.want == __o.want
    def __hash__(self) -> int:
        return super().__hash__()

class Test_Scoping(Test, NamedTuple('Scoping', [('scope', Any), ('want', Any)])):
    def __dafnystr__(self) -> str:
        return f'Policies.Test.Scoping({_dafny.string_of(self.scope)}, {_dafny.string_of(self.want)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Test_Scoping) and self.scope == __o.scope and self.want == __o.want
    def __hash__(self) -> int:
        return super().__hash__()

class Test_Stands(Test, NamedTuple('Stands', [('mark', Any), ('lasts', Any), ('want', Any)])):
    def __dafnystr__(self) -> str:
        return f'Policies.Test.Stands({_dafny.string_of(self.mark)}, {_dafny.string_of(self.lasts)}, {_dafny.string_of(self.want)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Test_Stands) and self.mark == __o.mark and self.lasts == __o.lasts and self.want == __o.want
    def __hash__(self) -> int:
        return super().__hash__()

class Test_Since(Test, NamedTuple('Since', [('done', Any), ('reset', Any), ('lasts', Any), ('want', Any)])):
    def __dafnystr__(self) -> str:
        return f'Policies.Test.Since({_dafny.string_of(self.done)}, {_dafny.string_of(self.reset)}, {_dafny.string_of(self.lasts)}, {_dafny.string_of(self.want)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Test_Since) and self.done == __o.done and self.reset == __o.reset and self.lasts == __o.lasts and self.want == __o.want
    def __hash__(self) -> int:
        return super().__hash__()

class Test_Listed(Test, NamedTuple('Listed', [('axis', Any), ('ref', Any), ('want', Any)])):
    def __dafnystr__(self) -> str:
        return f'Policies.Test.Listed({_dafny.string_of(self.axis)}, {_dafny.string_of(self.ref)}, {_dafny.string_of(self.want)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Test_Listed) and self.axis == __o.axis and self.ref == __o.ref and self.want == __o.want
    def __hash__(self) -> int:
        return super().__hash__()

class Test_Held(Test, NamedTuple('Held', [('ref', Any), ('names', Any), ('want', Any)])):
    def __dafnystr__(self) -> str:
        return f'Policies.Test.Held({_dafny.string_of(self.ref)}, {_dafny.string_of(self.names)}, {_dafny.string_of(self.want)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Test_Held) and self.ref == __o.ref and self.names == __o.names and self.want == __o.want
    def __hash__(self) -> int:
        return super().__hash__()

class Test_HeldIn(Test, NamedTuple('HeldIn', [('ref', Any), ('ranges', Any), ('want', Any)])):
    def __dafnystr__(self) -> str:
        return f'Policies.Test.HeldIn({_dafny.string_of(self.ref)}, {_dafny.string_of(self.ranges)}, {_dafny.string_of(self.want)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Test_HeldIn) and self.ref == __o.ref and self.ranges == __o.ranges and self.want == __o.want
    def __hash__(self) -> int:
        return super().__hash__()

class Test_Compared(Test, NamedTuple('Compared', [('axis', Any), ('ref', Any), ('exact', Any), ('want', Any)])):
    def __dafnystr__(self) -> str:
        return f'Policies.Test.Compared({_dafny.string_of(self.axis)}, {_dafny.string_of(self.ref)}, {_dafny.string_of(self.exact)}, {_dafny.string_of(self.want)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Test_Compared) and self.axis == __o.axis and self.ref == __o.ref and self.exact == __o.exact and self.want == __o.want
    def __hash__(self) -> int:
        return super().__hash__()

class Test_Kept(Test, NamedTuple('Kept', [('ref', Any), ('want', Any)])):
    def __dafnystr__(self) -> str:
        return f'Policies.Test.Kept({_dafny.string_of(self.ref)}, {_dafny.string_of(self.want)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Test_Kept) and self.ref == __o.ref and self.want == __o.want
    def __hash__(self) -> int:
        return super().__hash__()


class Effect:
    @classmethod
    def default(cls, ):
        return lambda: Effect_Permit()
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Permit(self) -> bool:
        return isinstance(self, Effect_Permit)
    @property
    def is_Ask(self) -> bool:
        return isinstance(self, Effect_Ask)
    @property
    def is_Forbid(self) -> bool:
        return isinstance(self, Effect_Forbid)
    @property
    def is_Require(self) -> bool:
        return isinstance(self, Effect_Require)
    @property
    def is_Charge(self) -> bool:
        return isinstance(self, Effect_Charge)
    @property
    def is_Leave(self) -> bool:
        return isinstance(self, Effect_Leave)

class Effect_Permit(Effect, NamedTuple('Permit', [])):
    def __dafnystr__(self) -> str:
        return f'Policies.Effect.Permit'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Effect_Permit)
    def __hash__(self) -> int:
        return super().__hash__()

class Effect_Ask(Effect, NamedTuple('Ask', [('needs', Any)])):
    def __dafnystr__(self) -> str:
        return f'Policies.Effect.Ask({_dafny.string_of(self.needs)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Effect_Ask) and self.needs == __o.needs
    def __hash__(self) -> int:
        return super().__hash__()

class Effect_Forbid(Effect, NamedTuple('Forbid', [])):
    def __dafnystr__(self) -> str:
        return f'Policies.Effect.Forbid'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Effect_Forbid)
    def __hash__(self) -> int:
        return super().__hash__()

class Effect_Require(Effect, NamedTuple('Require', [('needs', Any)])):
    def __dafnystr__(self) -> str:
        return f'Policies.Effect.Require({_dafny.string_of(self.needs)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Effect_Require) and self.needs == __o.needs
    def __hash__(self) -> int:
        return super().__hash__()

class Effect_Charge(Effect, NamedTuple('Charge', [('budget', Any)])):
    def __dafnystr__(self) -> str:
        return f'Policies.Effect.Charge({_dafny.string_of(self.budget)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Effect_Charge) and self.budget == __o.budget
    def __hash__(self) -> int:
        return super().__hash__()

class Effect_Leave(Effect, NamedTuple('Leave', [('mark', Any)])):
    def __dafnystr__(self) -> str:
        return f'Policies.Effect.Leave({_dafny.string_of(self.mark)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Effect_Leave) and self.mark == __o.mark
    def __hash__(self) -> int:
        return super().__hash__()


class Rule:
    @classmethod
    def default(cls, ):
        return lambda: Rule_Rule(default_Name, default_Name, Effect.default()(), _dafny.Set({}), _dafny.Seq({}), _dafny.Seq({}))
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Rule(self) -> bool:
        return isinstance(self, Rule_Rule)

class Rule_Rule(Rule, NamedTuple('Rule', [('id_', Any), ('group', Any), ('effect', Any), ('verbs', Any), ('tests', Any), ('unless', Any)])):
    def __dafnystr__(self) -> str:
        return f'Policies.Rule.Rule({_dafny.string_of(self.id_)}, {_dafny.string_of(self.group)}, {_dafny.string_of(self.effect)}, {_dafny.string_of(self.verbs)}, {_dafny.string_of(self.tests)}, {_dafny.string_of(self.unless)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Rule_Rule) and self.id_ == __o.id_ and self.group == __o.group and self.effect == __o.effect and self.verbs == __o.verbs and self.tests == __o.tests and self.unless == __o.unless
    def __hash__(self) -> int:
        return super().__hash__()


class Budget:
    @classmethod
    def default(cls, ):
        return lambda: Budget_Budget(int(0), default_Name, int(0), int(0), (default_Name, default_Name, default_Name, default_Name))
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Budget(self) -> bool:
        return isinstance(self, Budget_Budget)

class Budget_Budget(Budget, NamedTuple('Budget', [('kind', Any), ('measure', Any), ('limit', Any), ('period', Any), ('per', Any)])):
    def __dafnystr__(self) -> str:
        return f'Policies.Budget.Budget({_dafny.string_of(self.kind)}, {_dafny.string_of(self.measure)}, {_dafny.string_of(self.limit)}, {_dafny.string_of(self.period)}, {_dafny.string_of(self.per)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Budget_Budget) and self.kind == __o.kind and self.measure == __o.measure and self.limit == __o.limit and self.period == __o.period and self.per == __o.per
    def __hash__(self) -> int:
        return super().__hash__()


class Quorum:
    @classmethod
    def default(cls, ):
        return lambda: Quorum_Quorum(_dafny.Seq({}), int(0))
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Quorum(self) -> bool:
        return isinstance(self, Quorum_Quorum)

class Quorum_Quorum(Quorum, NamedTuple('Quorum', [('roles', Any), ('within', Any)])):
    def __dafnystr__(self) -> str:
        return f'Policies.Quorum.Quorum({_dafny.string_of(self.roles)}, {_dafny.string_of(self.within)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Quorum_Quorum) and self.roles == __o.roles and self.within == __o.within
    def __hash__(self) -> int:
        return super().__hash__()


class AgentKind:
    @classmethod
    def default(cls, ):
        return lambda: AgentKind_AgentKind(_dafny.Set({}), _dafny.Set({}), _dafny.Set({}))
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_AgentKind(self) -> bool:
        return isinstance(self, AgentKind_AgentKind)

class AgentKind_AgentKind(AgentKind, NamedTuple('AgentKind', [('uses', Any), ('passes', Any), ('starts', Any)])):
    def __dafnystr__(self) -> str:
        return f'Policies.AgentKind.AgentKind({_dafny.string_of(self.uses)}, {_dafny.string_of(self.passes)}, {_dafny.string_of(self.starts)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, AgentKind_AgentKind) and self.uses == __o.uses and self.passes == __o.passes and self.starts == __o.starts
    def __hash__(self) -> int:
        return super().__hash__()


class Axis:
    @classmethod
    def default(cls, ):
        return lambda: Axis_Axis(default_Name, False)
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Axis(self) -> bool:
        return isinstance(self, Axis_Axis)

class Axis_Axis(Axis, NamedTuple('Axis', [('name', Any), ('place', Any)])):
    def __dafnystr__(self) -> str:
        return f'Policies.Axis.Axis({_dafny.string_of(self.name)}, {_dafny.string_of(self.place)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Axis_Axis) and self.name == __o.name and self.place == __o.place
    def __hash__(self) -> int:
        return super().__hash__()


class Policy:
    @classmethod
    def default(cls, ):
        return lambda: Policy_Policy(_dafny.Map({}), _dafny.Seq({}), _dafny.Map({}), _dafny.Map({}), _dafny.Map({}), default_Name, default_Name, default_Name, default_Name)
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Policy(self) -> bool:
        return isinstance(self, Policy_Policy)

class Policy_Policy(Policy, NamedTuple('Policy', [('axes', Any), ('rules', Any), ('budgets', Any), ('quorums', Any), ('agents', Any), ('id_', Any), ('session', Any), ('user', Any), ('self', Any)])):
    def __dafnystr__(self) -> str:
        return f'Policies.Policy.Policy({_dafny.string_of(self.axes)}, {_dafny.string_of(self.rules)}, {_dafny.string_of(self.budgets)}, {_dafny.string_of(self.quorums)}, {_dafny.string_of(self.agents)}, {_dafny.string_of(self.id_)}, {_dafny.string_of(self.session)}, {_dafny.string_of(self.user)}, {_dafny.string_of(self.self)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Policy_Policy) and self.axes == __o.axes and self.rules == __o.rules and self.budgets == __o.budgets and self.quorums == __o.quorums and self.agents == __o.agents and self.id_ == __o.id_ and self.session == __o.session and self.user == __o.user and self.self == __o.self
    def __hash__(self) -> int:
        return super().__hash__()

