import sys
from typing import Callable, Any, TypeVar, NamedTuple
from math import floor
from itertools import count

import havocproof.kernel.generated.module_ as module_
import _dafny as _dafny
import System_ as System_
import havocproof.kernel.generated.Names as Names

# Module: Requests


class Atom:
    @classmethod
    def default(cls, ):
        return lambda: Atom_Atom(_dafny.Map({}), _dafny.Map({}))
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Atom(self) -> bool:
        return isinstance(self, Atom_Atom)

class Atom_Atom(Atom, NamedTuple('Atom', [('names', Any), ('places', Any)])):
    def __dafnystr__(self) -> str:
        return f'Requests.Atom.Atom({_dafny.string_of(self.names)}, {_dafny.string_of(self.places)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Atom_Atom) and self.names == __o.names and self.places == __o.places
    def __hash__(self) -> int:
        return super().__hash__()


class Part:
    @classmethod
    def default(cls, ):
        return lambda: Part_Part(default_Name, _dafny.Map({}), _dafny.Seq({}))
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Part(self) -> bool:
        return isinstance(self, Part_Part)

class Part_Part(Part, NamedTuple('Part', [('verb', Any), ('ints', Any), ('atoms', Any)])):
    def __dafnystr__(self) -> str:
        return f'Requests.Part.Part({_dafny.string_of(self.verb)}, {_dafny.string_of(self.ints)}, {_dafny.string_of(self.atoms)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Part_Part) and self.verb == __o.verb and self.ints == __o.ints and self.atoms == __o.atoms
    def __hash__(self) -> int:
        return super().__hash__()


class Request:
    @classmethod
    def default(cls, ):
        return lambda: Request_Request(_dafny.Seq({}), _dafny.Map({}), default_Name, int(0))
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Request(self) -> bool:
        return isinstance(self, Request_Request)

class Request_Request(Request, NamedTuple('Request', [('parts', Any), ('scopes', Any), ('digest', Any), ('month', Any)])):
    def __dafnystr__(self) -> str:
        return f'Requests.Request.Request({_dafny.string_of(self.parts)}, {_dafny.string_of(self.scopes)}, {_dafny.string_of(self.digest)}, {_dafny.string_of(self.month)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Request_Request) and self.parts == __o.parts and self.scopes == __o.scopes and self.digest == __o.digest and self.month == __o.month
    def __hash__(self) -> int:
        return super().__hash__()

