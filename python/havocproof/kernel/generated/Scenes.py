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

# Module: Scenes


class Record:
    @classmethod
    def default(cls, ):
        return lambda: Record_Record(int(0), _dafny.Map({}), _dafny.Map({}), _dafny.Map({}))
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Record(self) -> bool:
        return isinstance(self, Record_Record)

class Record_Record(Record, NamedTuple('Record', [('at', Any), ('names', Any), ('ones', Any), ('ints', Any)])):
    def __dafnystr__(self) -> str:
        return f'Scenes.Record.Record({_dafny.string_of(self.at)}, {_dafny.string_of(self.names)}, {_dafny.string_of(self.ones)}, {_dafny.string_of(self.ints)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Record_Record) and self.at == __o.at and self.names == __o.names and self.ones == __o.ones and self.ints == __o.ints
    def __hash__(self) -> int:
        return super().__hash__()


class Grant:
    @classmethod
    def default(cls, ):
        return lambda: Grant_Grant(int(0), default_Name, _dafny.Map({}), False)
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Grant(self) -> bool:
        return isinstance(self, Grant_Grant)

class Grant_Grant(Grant, NamedTuple('Grant', [('until', Any), ('asker', Any), ('votes', Any), ('open_', Any)])):
    def __dafnystr__(self) -> str:
        return f'Scenes.Grant.Grant({_dafny.string_of(self.until)}, {_dafny.string_of(self.asker)}, {_dafny.string_of(self.votes)}, {_dafny.string_of(self.open_)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Grant_Grant) and self.until == __o.until and self.asker == __o.asker and self.votes == __o.votes and self.open_ == __o.open_
    def __hash__(self) -> int:
        return super().__hash__()


class Agent:
    @classmethod
    def default(cls, ):
        return lambda: Agent_Agent(default_Name, _dafny.Set({}), _dafny.Set({}))
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Agent(self) -> bool:
        return isinstance(self, Agent_Agent)

class Agent_Agent(Agent, NamedTuple('Agent', [('kind', Any), ('uses', Any), ('passes', Any)])):
    def __dafnystr__(self) -> str:
        return f'Scenes.Agent.Agent({_dafny.string_of(self.kind)}, {_dafny.string_of(self.uses)}, {_dafny.string_of(self.passes)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Agent_Agent) and self.kind == __o.kind and self.uses == __o.uses and self.passes == __o.passes
    def __hash__(self) -> int:
        return super().__hash__()


class View:
    @classmethod
    def default(cls, ):
        return lambda: View_View(_dafny.Map({}), _dafny.Map({}), _dafny.Map({}))
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_View(self) -> bool:
        return isinstance(self, View_View)

class View_View(View, NamedTuple('View', [('nums', Any), ('records', Any), ('grants', Any)])):
    def __dafnystr__(self) -> str:
        return f'Scenes.View.View({_dafny.string_of(self.nums)}, {_dafny.string_of(self.records)}, {_dafny.string_of(self.grants)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, View_View) and self.nums == __o.nums and self.records == __o.records and self.grants == __o.grants
    def __hash__(self) -> int:
        return super().__hash__()


class Scene:
    @classmethod
    def default(cls, ):
        return lambda: Scene_Scene(Requests.Request.default()(), _dafny.Set({}), int(0), View.default()(), _dafny.Set({}))
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Scene(self) -> bool:
        return isinstance(self, Scene_Scene)

class Scene_Scene(Scene, NamedTuple('Scene', [('q', Any), ('groups', Any), ('now', Any), ('view', Any), ('own', Any)])):
    def __dafnystr__(self) -> str:
        return f'Scenes.Scene.Scene({_dafny.string_of(self.q)}, {_dafny.string_of(self.groups)}, {_dafny.string_of(self.now)}, {_dafny.string_of(self.view)}, {_dafny.string_of(self.own)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Scene_Scene) and self.q == __o.q and self.groups == __o.groups and self.now == __o.now and self.view == __o.view and self.own == __o.own
    def __hash__(self) -> int:
        return super().__hash__()

