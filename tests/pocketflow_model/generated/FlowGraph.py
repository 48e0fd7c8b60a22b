import sys
from typing import Callable, Any, TypeVar, NamedTuple
from math import floor
from itertools import count

import tests.pocketflow_model.generated.module_ as module_
import _dafny as _dafny
import System_ as System_
import tests.pocketflow_model.generated.PyValues as PyValues

# Module: FlowGraph

class default__:
    def  __init__(self):
        pass

    @staticmethod
    def IsFlow(k):
        return (((((k).is_KFlow) or ((k).is_KBatchFlow)) or ((k).is_KAsyncFlow)) or ((k).is_KAsyncBatchFlow)) or ((k).is_KAsyncParBatchFlow)

    @staticmethod
    def IsBatchFlow(k):
        return (((k).is_KBatchFlow) or ((k).is_KAsyncBatchFlow)) or ((k).is_KAsyncParBatchFlow)

    @staticmethod
    def IsBatchNode(k):
        return (((k).is_KBatchNode) or ((k).is_KAsyncBatchNode)) or ((k).is_KAsyncParBatchNode)

    @staticmethod
    def IsAsync(k):
        return not((((((k).is_KBase) or ((k).is_KNode)) or ((k).is_KBatchNode)) or ((k).is_KFlow)) or ((k).is_KBatchFlow))

    @staticmethod
    def Def(g, n):
        if (n) < (len(g)):
            return (g)[n]
        elif True:
            return NodeDef_NodeDef(Kind_KBase(), Hooks_Hooks(True, True, True, True), _dafny.SeqWithoutIsStrInference([]), True, _dafny.SeqWithoutIsStrInference([]))

    @staticmethod
    def Default():
        return PyValues.Val_VStr(_dafny.SeqWithoutIsStrInference(map(_dafny.CodePoint, "default")))

    @staticmethod
    def Keys(succ):
        return _dafny.SeqWithoutIsStrInference([((succ)[d_0_i_])[0] for d_0_i_ in range(len(succ))])

    @staticmethod
    def Drawn(a, edges):
        def lambda0_(forall_var_0_):
            d_0_k_: PyValues.Val = forall_var_0_
            return not ((d_0_k_) in (edges)) or ((d_0_k_).is_VStr)

        return (((a).is_VNone) or (((a).is_VStr) and ((len((a).s)) > (0)))) and (not ((len(edges)) > (0)) or ((((default__.Default() if (a).is_VNone else a)) in (edges)) and (_dafny.quantifier((edges).UniqueElements, True, lambda0_))))

    @staticmethod
    def Leaves(g, flow, a):
        return ((a).is_VNone) or (((a).is_VStr) and (((a).s) in ((default__.Def(g, flow)).exits)))


class Kind:
    @_dafny.classproperty
    def AllSingletonConstructors(cls):
        return [Kind_KBase(), Kind_KNode(), Kind_KBatchNode(), Kind_KFlow(), Kind_KBatchFlow(), Kind_KAsyncNode(), Kind_KAsyncBatchNode(), Kind_KAsyncParBatchNode(), Kind_KAsyncFlow(), Kind_KAsyncBatchFlow(), Kind_KAsyncParBatchFlow()]
    @classmethod
    def default(cls, ):
        return lambda: Kind_KBase()
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_KBase(self) -> bool:
        return isinstance(self, Kind_KBase)
    @property
    def is_KNode(self) -> bool:
        return isinstance(self, Kind_KNode)
    @property
    def is_KBatchNode(self) -> bool:
        return isinstance(self, Kind_KBatchNode)
    @property
    def is_KFlow(self) -> bool:
        return isinstance(self, Kind_KFlow)
    @property
    def is_KBatchFlow(self) -> bool:
        return isinstance(self, Kind_KBatchFlow)
    @property
    def is_KAsyncNode(self) -> bool:
        return isinstance(self, Kind_KAsyncNode)
    @property
    def is_KAsyncBatchNode(self) -> bool:
        return isinstance(self, Kind_KAsyncBatchNode)
    @property
    def is_KAsyncParBatchNode(self) -> bool:
        return isinstance(self, Kind_KAsyncParBatchNode)
    @property
    def is_KAsyncFlow(self) -> bool:
        return isinstance(self, Kind_KAsyncFlow)
    @property
    def is_KAsyncBatchFlow(self) -> bool:
        return isinstance(self, Kind_KAsyncBatchFlow)
    @property
    def is_KAsyncParBatchFlow(self) -> bool:
        return isinstance(self, Kind_KAsyncParBatchFlow)

class Kind_KBase(Kind, NamedTuple('KBase', [])):
    def __dafnystr__(self) -> str:
        return f'FlowGraph.Kind.KBase'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Kind_KBase)
    def __hash__(self) -> int:
        return super().__hash__()

class Kind_KNode(Kind, NamedTuple('KNode', [])):
    def __dafnystr__(self) -> str:
        return f'FlowGraph.Kind.KNode'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Kind_KNode)
    def __hash__(self) -> int:
        return super().__hash__()

class Kind_KBatchNode(Kind, NamedTuple('KBatchNode', [])):
    def __dafnystr__(self) -> str:
        return f'FlowGraph.Kind.KBatchNode'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Kind_KBatchNode)
    def __hash__(self) -> int:
        return super().__hash__()

class Kind_KFlow(Kind, NamedTuple('KFlow', [])):
    def __dafnystr__(self) -> str:
        return f'FlowGraph.Kind.KFlow'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Kind_KFlow)
    def __hash__(self) -> int:
        return super().__hash__()

class Kind_KBatchFlow(Kind, NamedTuple('KBatchFlow', [])):
    def __dafnystr__(self) -> str:
        return f'FlowGraph.Kind.KBatchFlow'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Kind_KBatchFlow)
    def __hash__(self) -> int:
        return super().__hash__()

class Kind_KAsyncNode(Kind, NamedTuple('KAsyncNode', [])):
    def __dafnystr__(self) -> str:
        return f'FlowGraph.Kind.KAsyncNode'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Kind_KAsyncNode)
    def __hash__(self) -> int:
        return super().__hash__()

class Kind_KAsyncBatchNode(Kind, NamedTuple('KAsyncBatchNode', [])):
    def __dafnystr__(self) -> str:
        return f'FlowGraph.Kind.KAsyncBatchNode'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Kind_KAsyncBatchNode)
    def __hash__(self) -> int:
        return super().__hash__()

class Kind_KAsyncParBatchNode(Kind, NamedTuple('KAsyncParBatchNode', [])):
    def __dafnystr__(self) -> str:
        return f'FlowGraph.Kind.KAsyncParBatchNode'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Kind_KAsyncParBatchNode)
    def __hash__(self) -> int:
        return super().__hash__()

class Kind_KAsyncFlow(Kind, NamedTuple('KAsyncFlow', [])):
    def __dafnystr__(self) -> str:
        return f'FlowGraph.Kind.KAsyncFlow'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Kind_KAsyncFlow)
    def __hash__(self) -> int:
        return super().__hash__()

class Kind_KAsyncBatchFlow(Kind, NamedTuple('KAsyncBatchFlow', [])):
    def __dafnystr__(self) -> str:
        return f'FlowGraph.Kind.KAsyncBatchFlow'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Kind_KAsyncBatchFlow)
    def __hash__(self) -> int:
        return super().__hash__()

class Kind_KAsyncParBatchFlow(Kind, NamedTuple('KAsyncParBatchFlow', [])):
    def __dafnystr__(self) -> str:
        return f'FlowGraph.Kind.KAsyncParBatchFlow'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Kind_KAsyncParBatchFlow)
    def __hash__(self) -> int:
        return super().__hash__()


class Hooks:
    @classmethod
    def default(cls, ):
        return lambda: Hooks_Hooks(False, False, False, False)
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Hooks(self) -> bool:
        return isinstance(self, Hooks_Hooks)

class Hooks_Hooks(Hooks, NamedTuple('Hooks', [('prep', Any), ('exec_', Any), ('fallback', Any), ('post', Any)])):
    def __dafnystr__(self) -> str:
        return f'FlowGraph.Hooks.Hooks({_dafny.string_of(self.prep)}, {_dafny.string_of(self.exec_)}, {_dafny.string_of(self.fallback)}, {_dafny.string_of(self.post)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Hooks_Hooks) and self.prep == __o.prep and self.exec_ == __o.exec_ and self.fallback == __o.fallback and self.post == __o.post
    def __hash__(self) -> int:
        return super().__hash__()


class NodeDef:
    @classmethod
    def default(cls, ):
        return lambda: NodeDef_NodeDef(Kind.default()(), Hooks.default()(), _dafny.Seq({}), False, _dafny.Seq({}))
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_NodeDef(self) -> bool:
        return isinstance(self, NodeDef_NodeDef)

class NodeDef_NodeDef(NodeDef, NamedTuple('NodeDef', [('kind', Any), ('hooks', Any), ('succ', Any), ('truthy', Any), ('exits', Any)])):
    def __dafnystr__(self) -> str:
        return f'FlowGraph.NodeDef.NodeDef({_dafny.string_of(self.kind)}, {_dafny.string_of(self.hooks)}, {_dafny.string_of(self.succ)}, {_dafny.string_of(self.truthy)}, {_dafny.string_of(self.exits)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, NodeDef_NodeDef) and self.kind == __o.kind and self.hooks == __o.hooks and self.succ == __o.succ and self.truthy == __o.truthy and self.exits == __o.exits
    def __hash__(self) -> int:
        return super().__hash__()


class Obj:
    @classmethod
    def default(cls, ):
        return lambda: Obj_Obj(int(0), int(0), int(0), PyValues.Option.default()(), int(0))
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Obj(self) -> bool:
        return isinstance(self, Obj_Obj)

class Obj_Obj(Obj, NamedTuple('Obj', [('cell', Any), ('retries', Any), ('wait', Any), ('start', Any), ('tries', Any)])):
    def __dafnystr__(self) -> str:
        return f'FlowGraph.Obj.Obj({_dafny.string_of(self.cell)}, {_dafny.string_of(self.retries)}, {_dafny.string_of(self.wait)}, {_dafny.string_of(self.start)}, {_dafny.string_of(self.tries)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Obj_Obj) and self.cell == __o.cell and self.retries == __o.retries and self.wait == __o.wait and self.start == __o.start and self.tries == __o.tries
    def __hash__(self) -> int:
        return super().__hash__()

