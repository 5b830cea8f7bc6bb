"""A unit of compilation: one top-level form, its Python code, and the objects that the code mentions.

The code of a unit is emitted in two variants.  In the first every function returns its primary value; in
the second every function returns the tuple of all its values.  The second is made when somebody asks for
all values of one of its functions, and serves as the code of that function's other entry.

Lisp objects stand in the Python code as string constants that begin with `MARK`; `link` puts the objects in
their place, so a quoted list costs one LOAD_CONST and the unlinked code can be marshalled.
"""

from __future__ import annotations

import ast
import warnings
from types import CodeType, FunctionType
from typing import Any
from weakref import ref

from acl.compiler import pyast as p
from acl.compiler.inline import MARKED_TYPES
from acl.runtime.condition_classes import ConditionSite
from acl.runtime.control import Cluster, RestartForm
from acl.types.array import SimpleString
from acl.types.cons import Cons
from acl.types.function import FUNCTIONS, key_of, reference, reference_mv
from acl.types.symbol import Symbol, function_key

_FILENAME = "<acl unit>"
"""What code is compiled under, until `link` gives it its file.

CPython's advice on `is` with a literal, calls of numbers and (3.14) `return` in `finally` is no use.
"""
warnings.filterwarnings("ignore", category=SyntaxWarning, module=_FILENAME)

MARK = "\0acl"
_MARK_LENGTH = len(MARK)
_MARKS = {name: letter for letter, name in MARKED_TYPES.items()}
_LETTERS = "".join(MARKED_TYPES)


class LoadTimeForm:
    """A constant that is the value of a form, evaluated when the code is loaded."""

    __slots__ = ("form",)

    def __init__(self, form: Any) -> None:
        self.form = form


class FunctionInfo:
    """What a function knows of itself: the last constant of its code.

    `name` is its Lisp name or None, `lambda_list` and `doc` as written; `several` is true if it may return
    other than one value; `for_all` is the code of the second variant, when it has been made.

    CPython's garbage collector does not see through code objects, so there must be no circle with one in it: the
    information in the first variant keeps the unit, and the second variant; that in the second keeps nothing.
    """

    __slots__ = ("_unit", "doc", "for_all", "form", "index", "lambda_list", "name", "several")

    def __init__(self, name: Any, lambda_list: Any, doc: Any, several: bool, unit: Any, index: int) -> None:
        self.name = name
        self.lambda_list = lambda_list
        self.doc = doc
        self.several = several
        self._unit = unit
        self.index = index
        self.for_all: CodeType | None = None

    @property
    def unit(self) -> Any:
        """The unit of the function; None if only a second variant of its code is left."""
        return self._unit() if type(self._unit) is ref else self._unit

    def entry_for_all(self, function: Any) -> Any:
        """Return the entry for all values of *function*, whose code this information belongs to."""
        if self.for_all is None:
            self.for_all = self.unit.link_all()[self.index]
        code = self.for_all
        cells = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))
        closure = tuple(cells[name] for name in code.co_freevars) if code.co_freevars else None
        return FunctionType(code, FUNCTIONS, function.__name__, function.__defaults__, closure)


def function_info(function: Any) -> FunctionInfo | None:
    """Return the `FunctionInfo` of a compiled Lisp function, None for any other object."""
    code = getattr(function, "__code__", None)
    if code is not None and code.co_consts and type(code.co_consts[-1]) is FunctionInfo:
        return code.co_consts[-1]
    return None


class Lost(Exception):
    """The form that a unit was compiled from cannot be found; the text says why, and what to do."""


class Unit:
    """See the module.  `objects` are the constants, `functions` and `specials` the names the code refers to.

    `undeclared` are the variables that it uses free and that were not known when it was compiled.
    """

    def __init__(self, filename: str) -> None:
        self.filename = filename
        self.objects: list[Any] = []
        self.functions: dict[str, tuple[Any, bool]] = {}
        self.specials: dict[str, Symbol] = {}
        self.slots: dict[str, Symbol] = {}
        self.undeclared: list[Symbol] = []
        self.modules: set[str] = set()
        self.infos: dict[int, tuple[Any, Any, Any, bool]] = {}
        self.root: Any = None
        self.source: tuple[Any, Any, str] | None = None
        self.codes: dict[int, ref[CodeType]] = {}
        self.code: CodeType | None = None
        self.code_all: CodeType | None = None
        self.inner_all_values = False
        self.targets = 0
        self._temporaries = 0
        self._by_id: dict[int, str] = {}
        self._linked: list[Any] | None = None

    @property
    def has_origin(self) -> bool:
        """True if there is hope that `origin` finds something."""
        return self.source is not None

    def origin(self) -> tuple[Any, Any, str]:
        """Return the form that the unit was compiled from, its environment and file name.  Raises `Lost`."""
        if self.source is None:
            raise Lost("its source is not at hand")
        return self.source

    # ---------------------------------------------------------- for the emitter

    def temporary(self) -> str:
        """Return a fresh name of a Python local."""
        self._temporaries += 1
        return f"%{self._temporaries}"

    def constant(self, value: Any) -> str:
        """Return the placeholder of a Lisp object; the same one for the same object."""
        found = self._by_id.get(id(value))
        if found is None:
            kind = _MARKS.get(type(value).__name__, "")
            found = self._by_id[id(value)] = f"{MARK}{len(self.objects)}{kind}"
            self.objects.append(value)
        return found

    def load_time(self, form: Any) -> str:
        """Return the placeholder of the value of *form* at load time."""
        found = self._by_id.get(id(form))
        if found is None:
            self.objects.append(LoadTimeForm(form))
            found = self._by_id[id(form)] = f"{MARK}{len(self.objects) - 1}"
        return found

    def cluster(self, specifiers: list[Any]) -> str:
        """Return the placeholder of the types of handler clauses."""
        self.objects.append(Cluster(*specifiers))
        return f"{MARK}{len(self.objects) - 1}"

    def condition_site(self, name: Symbol, keys: tuple[Any, ...]) -> str:
        """Return the placeholder of a call of `error` with a constant type and keywords."""
        self.objects.append(ConditionSite(name, keys))
        return f"{MARK}{len(self.objects) - 1}"

    def restart_form(self, names: list[Any]) -> str:
        """Return the placeholder of what is constant of a `restart-case`."""
        self.objects.append(RestartForm(tuple(names)))
        return f"{MARK}{len(self.objects) - 1}"

    def special(self, symbol: Symbol) -> str:
        """Return the attribute of the thread's state that is the cell of *symbol*."""
        key = symbol.special_key()
        self.specials[key] = symbol
        return key

    def slot(self, symbol: Symbol) -> str:
        """Return the attribute that is the slot named *symbol*."""
        key = function_key(symbol)
        self.slots[key] = symbol
        return key

    def make_site(self, name: Symbol, keys: tuple[Any, ...]) -> str:
        """Return the placeholder of a call site of `make-instance`."""
        from acl.clos.instances import MakeSite

        self.objects.append(MakeSite(name, keys))
        return f"{MARK}{len(self.objects) - 1}"

    def function(self, name: Any, all_values: bool) -> str:
        """Return the global that holds the function *name*, or its entry for all values."""
        key = key_of(name)
        known = self.functions.get(key)
        self.functions[key] = (name, all_values or (known is not None and known[1]))
        return key + " mv" if all_values else key

    def function_name(self, node: Any) -> str:
        """Return the Python name of a function that is defined in this unit."""
        from acl.compiler.single import single

        if node.index not in self.infos:
            self.infos[node.index] = (node.name if node.name != "LAMBDA" else None, node.lambda_list, node.doc,
                                      not single(node.body))
        return f"L{node.index}"

    # -------------------------------------------------------------- compilation

    def compile(self, root: Any) -> None:
        """Emit the code of *root*, a Lambda without parameters, in the first variant."""
        self.root = root
        self.code = self._compile(root)

    def compile_all(self) -> None:
        """Emit the second variant, if some function can have several values."""
        if self.code_all is None and any(several for *_, several in self.infos.values()):
            self.inner_all_values = True
            try:
                self.code_all = self._compile(self.root)
            finally:
                self.inner_all_values = False

    def _compile(self, root: Any) -> CodeType:
        from acl.compiler.emit_functions import function_definition

        definition = function_definition(self, root, True, "%toplevel")
        p.set_line(root.line or 1)
        module = ast.Module([definition], [])
        try:
            code = compile(module, _FILENAME, "exec", dont_inherit=True, optimize=0)
        except SyntaxError:  # the program has made errors of warnings since
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", SyntaxWarning)
                code = compile(module, _FILENAME, "exec", dont_inherit=True, optimize=0)
        return next(c for c in code.co_consts if type(c) is CodeType)

    # ------------------------------------------------------------------ linking

    def link(self) -> FunctionType:
        """Make what the code refers to exist; return the function that runs the form."""
        for name, all_values in self.functions.values():
            if all_values:
                reference_mv(name)
            else:
                reference(name)
        for symbol in self.specials.values():
            symbol.special_key()
        assert self.code is not None
        return FunctionType(self._link(self.code, None), FUNCTIONS)

    def _objects(self) -> list[Any]:
        if self._linked is None:
            from acl.session import evaluate

            self._linked = [evaluate(x.form) if type(x) is LoadTimeForm else x for x in self.objects]
        elif len(self._linked) < len(self.objects):
            self._linked.extend(self.objects[len(self._linked):])
        return self._linked

    def _link(self, code: CodeType, collected: dict[int, CodeType] | None) -> CodeType:
        """Return *code* with objects in place; *collected* gets the second variant's functions, None in the first."""
        objects = self._objects()

        def constant(c: Any) -> Any:
            kind = type(c)
            if kind is str:
                return objects[int(c[_MARK_LENGTH:].rstrip(_LETTERS))] if c.startswith(MARK) else c
            if kind is tuple:
                return tuple([constant(x) for x in c])
            if kind is not CodeType:
                return c
            linked = self._link(c, collected)
            if c.co_name[0] != "L":
                return linked
            index = int(c.co_name[1:])
            if collected is None:
                self.codes[index] = ref(linked)
                return linked
            collected[index] = linked
            return self.codes[index]() or linked  # if it is gone, so is the function that it is part of

        consts = [constant(c) for c in code.co_consts]
        if code.co_name[0] == "L":
            index = int(code.co_name[1:])
            name, lambda_list, doc, several = self.infos[index]
            unit = self if collected is None else ref(self)
            consts.append(FunctionInfo(name, lambda_list, doc, several, unit, index))
            shown = display_name(name)
            return code.replace(co_consts=tuple(consts), co_name=shown, co_qualname=shown, co_filename=self.filename)
        return code.replace(co_consts=tuple(consts), co_filename=self.filename)

    def link_all(self) -> dict[int, CodeType]:
        """Link the second variant; return the code of each function, which those that live have got."""
        self.compile_all()
        for name, all_values in self.functions.values():
            if all_values:
                reference_mv(name)
            else:
                reference(name)
        assert self.code_all is not None
        collected: dict[int, CodeType] = {}
        self._link(self.code_all, collected)
        for index, code in collected.items():
            first = self.codes[index]()
            if first is not None:
                first.co_consts[-1].for_all = code
        self.root = None
        return collected


def display_name(name: Any) -> str:
    """Return the name of a function as tracebacks and profilers show it."""
    if name is None:
        return "(LAMBDA)"
    if type(name) is Symbol:
        return name.name
    if type(name) is SimpleString:
        return name.text()
    if type(name) is Cons:
        return "(" + " ".join(display_name(x) for x in name) + ")"
    return str(name)
