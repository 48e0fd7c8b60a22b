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

# Module: Trees


class Axes:
    @classmethod
    def default(cls, ):
        return lambda: Axes_NoAxes()
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_NoAxes(self) -> bool:
        return isinstance(self, Axes_NoAxes)
    @property
    def is_NameAxis(self) -> bool:
        return isinstance(self, Axes_NameAxis)
    @property
    def is_PlaceAxis(self) -> bool:
        return isinstance(self, Axes_PlaceAxis)

class Axes_NoAxes(Axes, NamedTuple('NoAxes', [])):
    def __dafnystr__(self) -> str:
        return f'Trees.Axes.NoAxes'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Axes_NoAxes)
    def __hash__(self) -> int:
        return super().__hash__()

class Axes_NameAxis(Axes, NamedTuple('NameAxis', [('name', Any), ('more', Any)])):
    def __dafnystr__(self) -> str:
        return f'Trees.Axes.NameAxis({_dafny.string_of(self.name)}, {_dafny.string_of(self.more)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Axes_NameAxis) and self.name == __o.name and self.more == __o.more
    def __hash__(self) -> int:
        return super().__hash__()

class Axes_PlaceAxis(Axes, NamedTuple('PlaceAxis', [('name', Any), ('more', Any)])):
    def __dafnystr__(self) -> str:
        return f'Trees.Axes.PlaceAxis({_dafny.string_of(self.name)}, {_dafny.string_of(self.more)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Axes_PlaceAxis) and self.name == __o.name and self.more == __o.more
    def __hash__(self) -> int:
        return super().__hash__()


class Ranges:
    @classmethod
    def default(cls, ):
        return lambda: Ranges_NoRange()
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_NoRange(self) -> bool:
        return isinstance(self, Ranges_NoRange)
    @property
    def is_Low(self) -> bool:
        return isinstance(self, Ranges_Low)
    @property
    def is_High(self) -> bool:
        return isinstance(self, Ranges_High)
    @property
    def is_Span(self) -> bool:
        return isinstance(self, Ranges_Span)

class Ranges_NoRange(Ranges, NamedTuple('NoRange', [])):
    def __dafnystr__(self) -> str:
        return f'Trees.Ranges.NoRange'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Ranges_NoRange)
    def __hash__(self) -> int:
        return super().__hash__()

class Ranges_Low(Ranges, NamedTuple('Low', [('lo', Any), ('more', Any)])):
    def __dafnystr__(self) -> str:
        return f'Trees.Ranges.Low({_dafny.string_of(self.lo)}, {_dafny.string_of(self.more)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Ranges_Low) and self.lo == __o.lo and self.more == __o.more
    def __hash__(self) -> int:
        return super().__hash__()

class Ranges_High(Ranges, NamedTuple('High', [('hi', Any), ('more', Any)])):
    def __dafnystr__(self) -> str:
        return f'Trees.Ranges.High({_dafny.string_of(self.hi)}, {_dafny.string_of(self.more)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Ranges_High) and self.hi == __o.hi and self.more == __o.more
    def __hash__(self) -> int:
        return super().__hash__()

class Ranges_Span(Ranges, NamedTuple('Span', [('lo', Any), ('hi', Any), ('more', Any)])):
    def __dafnystr__(self) -> str:
        return f'Trees.Ranges.Span({_dafny.string_of(self.lo)}, {_dafny.string_of(self.hi)}, {_dafny.string_of(self.more)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Ranges_Span) and self.lo == __o.lo and self.hi == __o.hi and self.more == __o.more
    def __hash__(self) -> int:
        return super().__hash__()


class Checks:
    @classmethod
    def default(cls, ):
        return lambda: Checks_Pass()
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Pass(self) -> bool:
        return isinstance(self, Checks_Pass)
    @property
    def is_InNames(self) -> bool:
        return isinstance(self, Checks_InNames)
    @property
    def is_InRanges(self) -> bool:
        return isinstance(self, Checks_InRanges)
    @property
    def is_InZone(self) -> bool:
        return isinstance(self, Checks_InZone)
    @property
    def is_InSegments(self) -> bool:
        return isinstance(self, Checks_InSegments)
    @property
    def is_IsMarked(self) -> bool:
        return isinstance(self, Checks_IsMarked)
    @property
    def is_Asking(self) -> bool:
        return isinstance(self, Checks_Asking)

class Checks_Pass(Checks, NamedTuple('Pass', [])):
    def __dafnystr__(self) -> str:
        return f'Trees.Checks.Pass'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Checks_Pass)
    def __hash__(self) -> int:
        return super().__hash__()

class Checks_InNames(Checks, NamedTuple('InNames', [('axis', Any), ('names', Any), ('want', Any), ('more', Any)])):
    def __dafnystr__(self) -> str:
        return f'Trees.Checks.InNames({_dafny.string_of(self.axis)}, {_dafny.string_of(self.names)}, {_dafny.string_of(self.want)}, {_dafny.string_of(self.more)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Checks_InNames) and self.axis == __o.axis and self.names == __o.names and self.want == __o.want and self.more == __o.more
    def __hash__(self) -> int:
        return super().__hash__()

class Checks_InRanges(Checks, NamedTuple('InRanges', [('axis', Any), ('ranges', Any), ('want', Any), ('more', Any)])):
    def __dafnystr__(self) -> str:
        return f'Trees.Checks.InRanges({_dafny.string_of(self.axis)}, {_dafny.string_of(self.ranges)}, {_dafny.string_of(self.want)}, {_dafny.string_of(self.more)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Checks_InRanges) and self.axis == __o.axis and self.ranges == __o.ranges and self.want == __o.want and self.more == __o.more
    def __hash__(self) -> int:
        return super().__hash__()

class Checks_InZone(Checks, NamedTuple('InZone', [('axis', Any), ('zone', Any), ('want', Any), ('more', Any)])):
    def __dafnystr__(self) -> str:
        return f'Trees.Checks.InZone({_dafny.string_of(self.axis)}, {_dafny.string_of(self.zone)}, {_dafny.string_of(self.want)}, {_dafny.string_of(self.more)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Checks_InZone) and self.axis == __o.axis and self.zone == __o.zone and self.want == __o.want and self.more == __o.more
    def __hash__(self) -> int:
        return super().__hash__()

class Checks_InSegments(Checks, NamedTuple('InSegments', [('axis', Any), ('names', Any), ('want', Any), ('more', Any)])):
    def __dafnystr__(self) -> str:
        return f'Trees.Checks.InSegments({_dafny.string_of(self.axis)}, {_dafny.string_of(self.names)}, {_dafny.string_of(self.want)}, {_dafny.string_of(self.more)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Checks_InSegments) and self.axis == __o.axis and self.names == __o.names and self.want == __o.want and self.more == __o.more
    def __hash__(self) -> int:
        return super().__hash__()

class Checks_IsMarked(Checks, NamedTuple('IsMarked', [('mark', Any), ('lasts', Any), ('want', Any), ('more', Any)])):
    def __dafnystr__(self) -> str:
        return f'Trees.Checks.IsMarked({_dafny.string_of(self.mark)}, {_dafny.string_of(self.lasts)}, {_dafny.string_of(self.want)}, {_dafny.string_of(self.more)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Checks_IsMarked) and self.mark == __o.mark and self.lasts == __o.lasts and self.want == __o.want and self.more == __o.more
    def __hash__(self) -> int:
        return super().__hash__()

class Checks_Asking(Checks, NamedTuple('Asking', [('test', Any), ('more', Any)])):
    def __dafnystr__(self) -> str:
        return f'Trees.Checks.Asking({_dafny.string_of(self.test)}, {_dafny.string_of(self.more)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Checks_Asking) and self.test == __o.test and self.more == __o.more
    def __hash__(self) -> int:
        return super().__hash__()


class Lifts:
    @classmethod
    def default(cls, ):
        return lambda: Lifts_NoLift()
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_NoLift(self) -> bool:
        return isinstance(self, Lifts_NoLift)
    @property
    def is_Lift(self) -> bool:
        return isinstance(self, Lifts_Lift)

class Lifts_NoLift(Lifts, NamedTuple('NoLift', [])):
    def __dafnystr__(self) -> str:
        return f'Trees.Lifts.NoLift'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Lifts_NoLift)
    def __hash__(self) -> int:
        return super().__hash__()

class Lifts_Lift(Lifts, NamedTuple('Lift', [('checks', Any), ('more', Any)])):
    def __dafnystr__(self) -> str:
        return f'Trees.Lifts.Lift({_dafny.string_of(self.checks)}, {_dafny.string_of(self.more)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Lifts_Lift) and self.checks == __o.checks and self.more == __o.more
    def __hash__(self) -> int:
        return super().__hash__()


class Due:
    @classmethod
    def default(cls, ):
        return lambda: Due_NoDue()
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_NoDue(self) -> bool:
        return isinstance(self, Due_NoDue)
    @property
    def is_Under(self) -> bool:
        return isinstance(self, Due_Under)
    @property
    def is_Setting(self) -> bool:
        return isinstance(self, Due_Setting)

class Due_NoDue(Due, NamedTuple('NoDue', [])):
    def __dafnystr__(self) -> str:
        return f'Trees.Due.NoDue'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Due_NoDue)
    def __hash__(self) -> int:
        return super().__hash__()

class Due_Under(Due, NamedTuple('Under', [('name', Any), ('budget', Any)])):
    def __dafnystr__(self) -> str:
        return f'Trees.Due.Under({_dafny.string_of(self.name)}, {_dafny.string_of(self.budget)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Due_Under) and self.name == __o.name and self.budget == __o.budget
    def __hash__(self) -> int:
        return super().__hash__()

class Due_Setting(Due, NamedTuple('Setting', [('mark', Any)])):
    def __dafnystr__(self) -> str:
        return f'Trees.Due.Setting({_dafny.string_of(self.mark)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Due_Setting) and self.mark == __o.mark
    def __hash__(self) -> int:
        return super().__hash__()


class Guard:
    @classmethod
    def default(cls, ):
        return lambda: Guard_Guard(Policies.Rule.default()(), int(0), Checks.default()(), Lifts.default()(), Due.default()())
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Guard(self) -> bool:
        return isinstance(self, Guard_Guard)

class Guard_Guard(Guard, NamedTuple('Guard', [('rule', Any), ('kind', Any), ('tests', Any), ('unless', Any), ('due', Any)])):
    def __dafnystr__(self) -> str:
        return f'Trees.Guard.Guard({_dafny.string_of(self.rule)}, {_dafny.string_of(self.kind)}, {_dafny.string_of(self.tests)}, {_dafny.string_of(self.unless)}, {_dafny.string_of(self.due)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Guard_Guard) and self.rule == __o.rule and self.kind == __o.kind and self.tests == __o.tests and self.unless == __o.unless and self.due == __o.due
    def __hash__(self) -> int:
        return super().__hash__()


class Guards:
    @classmethod
    def default(cls, ):
        return lambda: Guards_NoGuards()
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_NoGuards(self) -> bool:
        return isinstance(self, Guards_NoGuards)
    @property
    def is_More(self) -> bool:
        return isinstance(self, Guards_More)

class Guards_NoGuards(Guards, NamedTuple('NoGuards', [])):
    def __dafnystr__(self) -> str:
        return f'Trees.Guards.NoGuards'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Guards_NoGuards)
    def __hash__(self) -> int:
        return super().__hash__()

class Guards_More(Guards, NamedTuple('More', [('guard', Any), ('rest', Any)])):
    def __dafnystr__(self) -> str:
        return f'Trees.Guards.More({_dafny.string_of(self.guard)}, {_dafny.string_of(self.rest)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Guards_More) and self.guard == __o.guard and self.rest == __o.rest
    def __hash__(self) -> int:
        return super().__hash__()


class Tree:
    @classmethod
    def default(cls, ):
        return lambda: Tree_Nil()
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Nil(self) -> bool:
        return isinstance(self, Tree_Nil)
    @property
    def is_Cell(self) -> bool:
        return isinstance(self, Tree_Cell)
    @property
    def is_Pick(self) -> bool:
        return isinstance(self, Tree_Pick)
    @property
    def is_Node(self) -> bool:
        return isinstance(self, Tree_Node)

class Tree_Nil(Tree, NamedTuple('Nil', [])):
    def __dafnystr__(self) -> str:
        return f'Trees.Tree.Nil'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Tree_Nil)
    def __hash__(self) -> int:
        return super().__hash__()

class Tree_Cell(Tree, NamedTuple('Cell', [('guards', Any)])):
    def __dafnystr__(self) -> str:
        return f'Trees.Tree.Cell({_dafny.string_of(self.guards)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Tree_Cell) and self.guards == __o.guards
    def __hash__(self) -> int:
        return super().__hash__()

class Tree_Pick(Tree, NamedTuple('Pick', [('kids', Any), ('any_', Any)])):
    def __dafnystr__(self) -> str:
        return f'Trees.Tree.Pick({_dafny.string_of(self.kids)}, {_dafny.string_of(self.any_)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Tree_Pick) and self.kids == __o.kids and self.any_ == __o.any_
    def __hash__(self) -> int:
        return super().__hash__()

class Tree_Node(Tree, NamedTuple('Node', [('kids', Any), ('plain', Any), ('one', Any), ('rest', Any), ('end', Any)])):
    def __dafnystr__(self) -> str:
        return f'Trees.Tree.Node({_dafny.string_of(self.kids)}, {_dafny.string_of(self.plain)}, {_dafny.string_of(self.one)}, {_dafny.string_of(self.rest)}, {_dafny.string_of(self.end)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Tree_Node) and self.kids == __o.kids and self.plain == __o.plain and self.one == __o.one and self.rest == __o.rest and self.end == __o.end
    def __hash__(self) -> int:
        return super().__hash__()

