"""Operations on systems of several files: `load-system`, `compile-system` and kin, and what is known of modules."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

from acl.builtins.declare import builtin, variable
from acl.builtins.excl.defsystem import (
    COMPILE,
    LOAD,
    MODULE_CLASS,
    DefaultModule,
    DefaultModuleGroup,
    DefaultSystem,
    LispModule,
    ModuleContainer,
    Part,
    Reference,
    all_parts,
    date_of,
    find_system,
)
from acl.builtins.loading import COMPILE_VERBOSE, LOAD_VERBOSE, say
from acl.builtins.pathnames import native_namestring, to_pathname
from acl.clos.generic import generic, keyword_generic, standard_generic
from acl.printer.writer import prin1_to_string
from acl.reader.designators import find_package
from acl.runtime.dynamic import bind
from acl.types.array import string
from acl.types.base import UNIX_EPOCH, wrong_type
from acl.types.cons import from_iterable, to_list
from acl.types.symbol import DEFSYSTEM, EXCL, T, cl, keyword

SYSTEM_MESSAGES = variable("*SYSTEM-MESSAGES*", T, "If true, operations on systems tell what they do.", package=EXCL)
_PACKAGE = cl("*PACKAGE*")


class _Run:
    """One operation on a system: each module is compiled and loaded at most once, after what it needs."""

    def __init__(self, *, recompile: Any = None, reload: Any = None, interpreted: Any = None, compiling: bool = False,
                 silent: Any = None, simulate: Any = None, no_warn: Any = None, include_components: Any = T,
                 module_keys: Any = None) -> None:
        self.recompile, self.reload, self.interpreted = recompile, reload, interpreted is not None
        self.compiling = compiling and not self.interpreted
        self.simulate, self.no_warn, self.include_components = simulate is not None, no_warn, include_components
        self.tells = self.simulate or (silent is None and SYSTEM_MESSAGES.value is not None)
        self.keys = to_list(module_keys)
        self.done: set[tuple[str, DefaultModule]] = set()
        self.compiled: set[DefaultModule] = set()
        self.satisfied: set[DefaultModule] = set()
        self.acted = False

    def system(self, designator: Any, operation: Callable[[DefaultModule], None]) -> Any:
        """Perform *operation* on the modules; true if anything was done."""
        system = find_system(designator)
        modules = [x for x in system.modules() if self.include_components is not None or _system_of(x) is system]

        def perform() -> None:
            for module in modules:
                operation(module)

        with bind(LOAD_VERBOSE, T if self.tells else None, COMPILE_VERBOSE, T if self.tells else None):
            if self.no_warn is None:
                perform()
            else:
                from acl.python.control import handler_bind, invoke_restart

                handler_bind(perform, (cl("WARNING"), lambda warning: invoke_restart("MUFFLE-WARNING")))
        return T if self.acted else None

    def compile(self, module: DefaultModule) -> None:
        """Compile *module* if that is needed, after what it needs."""
        if (COMPILE, module) in self.done:
            return
        self.done.add((COMPILE, module))
        product = module.product()
        if product is None:
            return
        for used in module.needs[COMPILE]:
            self.load(used)
        for used in module.definitions:
            self.compile(used)
        date = date_of(product)
        if self.recompile is not None or module.is_stale() or any(self.newer(x, date) for x in module.definitions):
            self.act("compile", module, module.source(), "COMPILE-MODULE-ACTION")
            self.compiled.add(module)
            if module.setting("COMPILE-SATISFIES-LOAD") is not None:
                self.satisfied.add(module)
                if not self.simulate:
                    module.loaded_at = time.time()

    def newer(self, used: DefaultModule, date: float) -> bool:
        """True if *used* has been compiled after *date*."""
        product = used.product()
        return used in self.compiled or (product is not None and date_of(product) > date)

    def load(self, module: DefaultModule) -> None:
        """Load *module* if that is needed, after what it needs; compile it before if that is asked for."""
        if (LOAD, module) in self.done:
            return
        self.done.add((LOAD, module))
        if self.compiling:
            self.compile(module)
        for used in module.needs[LOAD]:
            self.load(used)
        path = module.loadable(self.interpreted)
        if path is None or module in self.satisfied:
            return
        date = module.loaded_at
        if self.reload is not None or date is None or date < date_of(path) or module in self.compiled:
            self.act("load", module, path, "LOAD-MODULE-ACTION",
                     keyword("INTERPRETED"), T if self.interpreted else None)

    def act(self, what: str, module: DefaultModule, path: str, operator: str, *keys: Any) -> None:
        """Do it, or tell with :simulate what would be done."""
        self.acted = True
        if self.simulate:
            say(f"; {what} {path}")
            return
        package = module.setting("PACKAGE")
        with bind(_PACKAGE, find_package(package) or _PACKAGE.value):
            generic(operator, "DEFSYSTEM")(module, *keys, *self.keys)


def _system_of(part: Part) -> Part:
    while part.parent is not None:
        part = part.parent
    return part


@keyword_generic("LOAD-SYSTEM", "system &key interpreted compile no-warn reload silent simulate (include-components t) "
                 "module-keys", package=EXCL)
def load_system(system: Any, *, compile: Any = None, **options: Any) -> Any:
    """Load what is not loaded of SYSTEM, or has changed since, in order; true if there was anything to do.

    INTERPRETED loads the sources, COMPILE compiles first what is not compiled, RELOAD loads all.  NO-WARN muffles
    warnings, SILENT the messages; SIMULATE tells what would be done.  Other systems that SYSTEM contains are loaded
    too, unless INCLUDE-COMPONENTS is NIL.  MODULE-KEYS are given to the functions that compile and load modules.
    """
    run = _Run(compiling=compile is not None, **options)
    return run.system(system, run.load)


@keyword_generic("COMPILE-SYSTEM", "system &key no-warn recompile reload silent simulate (include-components t) "
                 "module-keys", package=EXCL)
def compile_system(system: Any, **options: Any) -> Any:
    """Compile what has changed of SYSTEM, and load what that needs; true if there was anything to do.

    RECOMPILE compiles all.  The other arguments are those of `load-system`.
    """
    run = _Run(compiling=True, **options)
    return run.system(system, run.compile)


def _over_products(system: Any, options: dict[str, Any], what: str, wanted: Callable[[DefaultModule, str], bool],
                   act: Callable[[str], Any]) -> Any:
    run = _Run(**options)

    def operation(module: DefaultModule) -> None:
        product = module.product()
        if product is None or not wanted(module, product):
            return
        run.acted = True
        if run.tells:
            say(f"; {what} {product}")
        if not run.simulate:
            act(product)

    return run.system(system, operation)


@keyword_generic("CLEAN-SYSTEM", "system &key silent simulate", package=EXCL)
def clean_system(system: Any, **options: Any) -> Any:
    """Delete the compiled files of SYSTEM, or with SIMULATE tell which; true if there were any."""
    return _over_products(system, options, "delete", lambda module, product: os.path.exists(product), os.remove)


@keyword_generic("TOUCH-SYSTEM", "system &key silent simulate", package=EXCL)
def touch_system(system: Any, **options: Any) -> Any:
    """Date the compiled files of SYSTEM that are older than their sources to now: they are not compiled again."""
    return _over_products(system, options, "touch",
                          lambda module, product: os.path.exists(product) and module.is_stale(), os.utime)


@builtin("CONCATENATE-SYSTEM", "system destination &key silent simulate", package=EXCL)
def concatenate_system(system: Any, destination: Any, *, silent: Any = None, simulate: Any = None) -> Any:
    """Compile SYSTEM and write its compiled files one after the other to the file DESTINATION, which `load` takes."""
    run = _Run(compiling=True, silent=silent, simulate=simulate)
    run.system(system, run.compile)
    target = native_namestring(destination)
    if run.tells:
        say(f"; write {target}")
    if not run.simulate:
        products = [module.product() for module in find_system(system).modules() if isinstance(module, LispModule)]
        with open(target, "wb") as out:
            for product in products:
                with open(str(product), "rb") as file:
                    out.write(file.read())
    return to_pathname(string(target))


@keyword_generic("MAP-SYSTEM", "system function &key silent simulate (include-components t)", package=EXCL)
def map_system(system: Any, function: Any, **options: Any) -> Any:
    """Call FUNCTION with each module of SYSTEM, in order."""
    run = _Run(**options)
    return run.system(system, lambda module: generic("MAP-MODULE", "DEFSYSTEM")(module, function))


# -------------------------------------------------------------------------------------------------------------- modules


def _module(x: Any) -> DefaultModule:
    return x if isinstance(x, DefaultModule) else wrong_type(x, "DEFSYSTEM:DEFAULT-MODULE")


@standard_generic("COMPILE-MODULE", "module &rest keys", package=DEFSYSTEM)
def compile_module(module: Any, *keys: Any) -> Any:
    """Compile MODULE.  Programs define methods for modules of their own."""
    _module(module).compile()
    return T


@keyword_generic("LOAD-MODULE", "module &key interpreted &allow-other-keys", package=DEFSYSTEM)
def load_module(module: Any, *, interpreted: Any = None, **_: Any) -> Any:
    """Load MODULE.  Programs define methods for modules of their own."""
    _module(module).load(interpreted is not None)
    return T


@standard_generic("COMPILE-MODULE-ACTION", "module &rest keys", package=DEFSYSTEM)
def compile_module_action(module: Any, *keys: Any) -> Any:
    """Have MODULE compiled by `compile-module`; a part of an operation on a system, which knows that it is needed."""
    return generic("COMPILE-MODULE", "DEFSYSTEM")(module, *keys)


@standard_generic("LOAD-MODULE-ACTION", "module &rest keys", package=DEFSYSTEM)
def load_module_action(module: Any, *keys: Any) -> Any:
    """Have MODULE loaded by `load-module` and note when; a part of an operation on a system."""
    result = generic("LOAD-MODULE", "DEFSYSTEM")(module, *keys)
    _module(module).loaded_at = time.time()
    return result


@standard_generic("MAP-MODULE", "module function", package=DEFSYSTEM)
def map_module(module: Any, function: Any) -> Any:
    """Call FUNCTION with MODULE."""
    from acl.runtime.functions import coerce_function

    return coerce_function(function)(module)


def _reader(name: str, get: Callable[[Any], Any], doc: str) -> None:
    def reader(part: Any) -> Any:
        return get(part if isinstance(part, Part) else find_system(part))

    reader.__doc__ = doc
    standard_generic(name, "object", package=DEFSYSTEM)(reader)


def _path(name: str | None) -> Any:
    return to_pathname(string(name)) if name is not None else None


def _loaded_before(module: Any, path: str | None) -> Any:
    at = _module(module).loaded_at
    return T if path is not None and (at or 0.0) < date_of(path) else None


_reader("SYSTEM-NAME", lambda x: x.name, "Return the name of OBJECT.")
_reader("PRETTY-NAME", lambda x: string(x.pretty_name()), "Return the name by which OBJECT is printed.")
_reader("PARENT-OBJECT", lambda x: x.parent, "Return the group or system that contains OBJECT; NIL for a system.")
_reader("CONTAINING-SYSTEM", _system_of, "Return the system that contains OBJECT.")
_reader("PROPERTY-LIST", lambda x: x.plist, "Return the property list of OBJECT.")
_reader("COMPONENTS", lambda x: from_iterable(y.target() for y in x.parts if isinstance(y, Reference)),
        "Return a list of the other systems that OBJECT names.")
_reader("MODULES", lambda x: from_iterable(x.modules()), "Return a list of the modules of OBJECT, in order.")
_reader("NAMED-MODULE-GROUPS", lambda x: from_iterable(
    y for y in all_parts(x) if isinstance(y, DefaultModuleGroup) and y.name is not None),
    "Return a list of the groups in OBJECT that have names.")
_reader("DEFAULT-PATHNAME", lambda x: x.setting("PATHNAME"), "Return the pathname that completes those of OBJECT.")
_reader("DEFAULT-PACKAGE", lambda x: find_package(x.setting("PACKAGE")), "Return the package of OBJECT.")
_reader("DEFAULT-FILE-TYPE", lambda x: x.setting("FILE-TYPE"), "Return the type of the files of OBJECT.")
_reader("DEFAULT-MODULE-CLASS", lambda x: x.setting("MODULE-CLASS") or MODULE_CLASS.value,
        "Return the name of the class of the modules of OBJECT.")
_reader("COMPILE-SATISFIES-LOAD", lambda x: x.setting("COMPILE-SATISFIES-LOAD"),
        "Return true if compiling OBJECT brings it into the Lisp too.")
_reader("MODULE-FILE", lambda x: _module(x).file, "Return the name of the file of OBJECT, as it was given.")
_reader("SOURCE-PATHNAME", lambda x: _path(_module(x).source()), "Return the pathname of the source of OBJECT.")
_reader("GET-PATHNAME", lambda x: _path(_module(x).source()), "Return the pathname of the source of OBJECT.")
_reader("PRODUCT-PATHNAME", lambda x: _path(_module(x).product()),
        "Return the pathname of the compiled file of OBJECT; NIL if it is not compiled.")
_reader("LOAD-DATE", lambda x: None if _module(x).loaded_at is None else int(x.loaded_at) + UNIX_EPOCH,
        "Return the universal time at which OBJECT was loaded; NIL if it was not.")
_reader("SOURCE-NEWER-THAN-IMAGE", lambda x: _loaded_before(x, x.source()),
        "Return true if OBJECT has not been loaded since its source was written.")
_reader("PRODUCT-NEWER-THAN-IMAGE", lambda x: _loaded_before(x, x.product()),
        "Return true if OBJECT has not been loaded since it was compiled.")
_reader("PRODUCT-NEWER-THAN-SOURCE", lambda x: None if _module(x).is_stale() else T,
        "Return true if the compiled file of OBJECT is there and newer than its source.")


@builtin("DEFSYS-GETF", "object indicator &optional default", package=DEFSYSTEM)
def defsys_getf(part: Any, indicator: Any, default: Any = None) -> Any:
    """Return the value of INDICATOR in the property list of OBJECT, a system, group or module."""
    items = to_list((part if isinstance(part, Part) else find_system(part)).plist)
    return next((value for key, value in zip(items[::2], items[1::2], strict=False) if key is indicator), default)


# -------------------------------------------------------------------------------------------------------------- showing


@standard_generic("SHOW-SYSTEM", "system", package=EXCL)
def show_system(system: Any) -> Any:
    """Describe SYSTEM, its modules, and what each needs."""
    _show(find_system(system), "System", 0)
    return None


def _show(part: Part, kind: str, depth: int) -> None:
    def line(text: str, more: int = 0) -> None:
        say(f"; {'  ' * (depth + more)}{text}")

    line(f"{kind}: {prin1_to_string(string(part.pretty_name()))}")
    if isinstance(part, DefaultSystem):
        line(f"default package: {prin1_to_string(find_package(part.setting('PACKAGE')))}", 1)
        line(f"default pathname: {prin1_to_string(part.setting('PATHNAME'))}", 1)
    if isinstance(part, Reference):
        return
    if isinstance(part, ModuleContainer):
        line(f"default module class: {prin1_to_string(part.setting('MODULE-CLASS') or MODULE_CLASS.value)}", 1)
        line(f"the {kind.lower()} contains the following modules:", 1)
        for each in part.parts:
            _show(each, "Module" if isinstance(each, DefaultModule)
                  else "System" if isinstance(each, Reference) else "Module-group", depth + 1)
        return
    module = _module(part)
    line(f"source file: {prin1_to_string(module.file)}", 1)
    if any(module.needs.values()):
        line("Dependencies:", 1)
        for operation, used in module.needs.items():
            if used:
                line(f"before {operation} dependencies:", 2)
                for each in used:
                    line(f"LOAD {prin1_to_string(each)}", 3)


@standard_generic("PRINT-SYSTEM-STATE", "system", package=EXCL)
def print_system_state(system: Any) -> Any:
    """Tell which modules of SYSTEM are to be compiled and loaded."""
    for module in find_system(system).modules():
        path = module.loadable(False)
        states = ["to be compiled" if module.is_stale() else "compiled"] if module.product() is not None else []
        if path is not None:
            states.append("loaded" if _loaded_before(module, path) is None else "to be loaded")
        say(f"; {prin1_to_string(string(module.pretty_name()))}: {', '.join(states) or 'nothing to do'}")
    return None
