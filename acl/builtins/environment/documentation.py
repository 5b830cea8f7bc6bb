"""`documentation`: of what programs define and of the system's own operators and variables."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from acl.builtins.declare import DECLARATIONS, declaration, operator_declaration
from acl.builtins.definitions import DOCUMENTATION
from acl.clos.base import LispClass, find_class, metaobject_of
from acl.clos.generic import standard_generic
from acl.types.array import SimpleString
from acl.types.cons import Cons
from acl.types.function import FUNCTIONS, Autoload, fdefinition, key_of
from acl.types.symbol import Package, Symbol, function_key

_OF_OBJECTS: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()
"""Documentation that was set for functions, methods and other objects."""
_KINDS = {"T": "T", "FUNCTION": "FUNCTION", "COMPILER-MACRO": "COMPILER-MACRO", "SETF": "SETF", "TYPE": "TYPE",
          "STRUCTURE": "STRUCTURE", "VARIABLE": "VARIABLE", "METHOD-COMBINATION": "METHOD-COMBINATION"}


def lisp_text(doc: Any) -> Any:
    """Return documentation as Lisp has it: a string or NIL."""
    return SimpleString(_dedented(doc)) if type(doc) is str and doc else doc or None


def _dedented(doc: str) -> str:
    lines = doc.strip().split("\n")
    return "\n".join([lines[0], *(line[4:] if line.startswith("    ") else line for line in lines[1:])])


def documentation_of(x: Any, kind: str) -> Any:
    """Return the documentation of *x* as a *kind* ("FUNCTION", "VARIABLE", "TYPE" ...), a Lisp string or NIL."""
    if type(x) is Symbol or type(x) is Cons or x is None:
        return _of_name(x, kind)
    if isinstance(x, LispClass):
        return lisp_text(x._lisp.documentation)
    if type(x) is Package:
        return lisp_text(x.properties.get("documentation"))
    found = _set_for(metaobject_of(x))
    if found is not None:
        return found[0]
    return _of_function(x)


def _set_for(x: Any) -> Any:
    try:
        return _OF_OBJECTS.get(x)
    except TypeError:
        return None


def _of_function(x: Any) -> Any:
    from acl.compiler.unit import function_info

    info = function_info(x)
    if info is not None:
        return lisp_text(info.doc)
    metaobject = metaobject_of(x)
    if metaobject is not x or hasattr(type(x), "documentation"):
        return lisp_text(getattr(metaobject, "documentation", None))
    for declared in DECLARATIONS.values():
        if FUNCTIONS.get(function_key(declared.symbol)) is x:
            return lisp_text(declared.doc)
    return lisp_text(getattr(metaobject, "documentation", None))


def _of_name(x: Any, kind: str) -> Any:
    found = DOCUMENTATION.get((_key(x), kind))
    if found is not None:
        return lisp_text(found)
    if kind == "FUNCTION":
        function = FUNCTIONS.get(key_of(x))
        if isinstance(function, Autoload):
            function.load()
        declared = operator_declaration(x) if type(x) is Symbol else declaration(key_of(x))
        if declared is not None and declared.doc:
            return lisp_text(declared.doc)
        function = fdefinition(x)
        return documentation_of(function, "T") if function is not None else None
    if kind == "VARIABLE" and type(x) is Symbol:
        key = "variable " + function_key(x)
        if key not in DECLARATIONS and x.special is not None:
            from acl.boot import load_all

            load_all()  # a variable may exist without the module that documents it
        declared = DECLARATIONS.get(key)
        return lisp_text(declared.doc) if declared is not None else None
    if kind in ("TYPE", "STRUCTURE"):
        cls = find_class(x, False)
        return lisp_text(cls._lisp.documentation) if cls is not None else None
    return None


def _key(x: Any) -> Any:
    return ("setf", x.cdr.car) if type(x) is Cons and type(x.cdr) is Cons else x


@standard_generic("DOCUMENTATION", "x doc-type")
def documentation(x: Any, doc_type: Any) -> Any:
    """Return the documentation string of X, or NIL; DOC-TYPE says as what X, often a name, is meant."""
    return documentation_of(x, doc_type.name if type(doc_type) is Symbol else "T")


@standard_generic("DOCUMENTATION", "new-value x doc-type", setf=True)
def set_documentation(new: Any, x: Any, doc_type: Any) -> Any:
    """Set the documentation string of X as a DOC-TYPE; NIL takes it away."""
    kind = doc_type.name if type(doc_type) is Symbol else "T"
    if type(x) is Symbol or type(x) is Cons or x is None:
        DOCUMENTATION[_key(x), kind] = new
        cls = find_class(x, False) if kind in ("TYPE", "STRUCTURE") and type(x) is Symbol else None
        if cls is not None:
            cls._lisp.documentation = new
    elif isinstance(x, LispClass):
        x._lisp.documentation = new
    elif type(x) is Package:
        x.properties["documentation"] = new
    else:
        try:
            _OF_OBJECTS[metaobject_of(x)] = (new,)
        except TypeError:
            pass  # an object that cannot be weakly referred to has no documentation
    return new
