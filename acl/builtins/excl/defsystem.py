"""Systems of several files: Allegro's `defsystem` (package DEFSYSTEM, module DEFSYS).

A system is a tree of groups and modules.  What a module needs before it can be compiled or loaded is written down when
the system is defined; an operation walks the modules in order and first does what each needs, as make does.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from acl.builtins.declare import builtin, macro, variable
from acl.builtins.loading import SOURCE_TYPES, compile_file, compiled_name, load
from acl.builtins.loading_compiled import is_needed
from acl.builtins.pathnames import merge_pathnames, native_namestring, to_pathname
from acl.clos.base import StandardObject, find_class
from acl.clos.generic import generic
from acl.expand.template import template
from acl.printer.writer import prin1_to_string
from acl.reader.designators import name_text, stored_name
from acl.runtime.conditions import error
from acl.types.array import is_string, string
from acl.types.base import wrong_type
from acl.types.cons import Cons, from_iterable, to_list
from acl.types.symbol import DEFSYSTEM, EXCL, Symbol, T, cl, keyword

COMPILE, LOAD = "COMPILE", "LOAD"
_LINKS = {"LOAD-BEFORE-COMPILE": (COMPILE,), "LOAD-BEFORE-LOAD": (LOAD,), "RECOMPILE-ON": (),
          "USES-DEFINITIONS-FROM": (COMPILE, LOAD)}
"""For each option of a module that names others: what those must be loaded before."""
_SETTINGS = frozenset(["COMPILE-SATISFIES-LOAD", "FILE-TYPE", "MODULE-CLASS", "PACKAGE", "PATHNAME", "PRETTY-NAME"])
"""The options of a module that are kept as its settings."""
_RECOMPILING = frozenset(["RECOMPILE-ON", "USES-DEFINITIONS-FROM"])
_PACKAGE = cl("*PACKAGE*")
_SYSTEMS: dict[str, DefaultSystem] = {}


class Part(StandardObject):
    """A system, group or module; `settings` holds what was said of it, under the names of the options."""

    name: Any = None
    parent: Any = None
    plist: Any = None

    def __init__(self) -> None:
        self.settings: dict[str, Any] = {}

    def setting(self, key: str) -> Any:
        """Return what was said of *key* for this part or for the nearest one around it; None if nothing."""
        part = self
        while part is not None:
            if key in part.settings:
                return part.settings[key]
            part = part.parent
        return None

    def pretty_name(self) -> str:
        """Return the name that is printed."""
        given = self.settings.get("PRETTY-NAME", self.name)
        return name_text(given) if given is not None else "<unnamed>"

    def modules(self) -> Iterator[DefaultModule]:
        """Yield the modules of this part in order, itself if it is one."""
        raise NotImplementedError

    def describe(self) -> str:
        """What is printed between `#<` and ` @ #x...>`."""
        return f"{prin1_to_string(type(self)._lisp.name)} {prin1_to_string(string(self.pretty_name()))}"


class ModuleContainer(Part, lisp="MODULE-CONTAINER", package=DEFSYSTEM):
    """What contains modules."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[Part] = []

    def modules(self) -> Iterator[DefaultModule]:
        for part in self.parts:
            yield from part.modules()


class DefaultModuleGroup(ModuleContainer, lisp="DEFAULT-MODULE-GROUP", package=DEFSYSTEM):
    """A group of modules."""


class DefaultSystem(ModuleContainer, lisp="DEFAULT-SYSTEM", package=DEFSYSTEM):
    """A system."""


class DefaultModule(Part, lisp="DEFAULT-MODULE", package=DEFSYSTEM):
    """A file of a system.

    `needs` lists the modules that must be loaded before this one is compiled or loaded; if one of `definitions` has
    been compiled since, this one must be compiled again.  `loaded_at` is Unix's time of the last load.
    """

    file: Any = None
    loaded_at: float | None = None
    file_types: tuple[str, ...] = ()

    def __init__(self) -> None:
        super().__init__()
        self.needs: dict[str, list[DefaultModule]] = {COMPILE: [], LOAD: []}
        self.definitions: list[DefaultModule] = []

    def modules(self) -> Iterator[DefaultModule]:
        yield self

    def types(self) -> list[str]:
        """Return the types that the source may have, in the order in which they are tried."""
        given = self.setting("FILE-TYPE") or _FILE_TYPE.value
        return [given.text()] if given is not None else list(self.file_types)

    def source(self) -> str:
        """Return the name of the source file."""
        name = self.file if self.file is not None else string(name_text(self.name).lower())
        path: str = native_namestring(merge_pathnames(name, to_pathname(self.setting("PATHNAME"))))
        if os.path.splitext(path)[1] or not self.types():
            return path
        candidates = [f"{path}.{each}" if each else path for each in self.types()]
        return next(filter(os.path.isfile, candidates), candidates[0])

    def product(self) -> str | None:
        """Return the name of the file that compiling makes; None if there is nothing to compile."""
        return None

    def is_stale(self) -> bool:
        """True if the product must be made anew, as far as the source alone tells."""
        product = self.product()
        return product is not None and date_of(product) < date_of(self.source())

    def compile(self) -> None:
        """Make the product."""

    def load(self, interpreted: bool) -> None:
        """Bring the product, or with *interpreted* the source, into this Lisp."""

    def loadable(self, interpreted: bool) -> str | None:
        """Return the name of the file that `load` takes; None if there is nothing to load."""
        product = self.product()
        if product is None:
            return None
        return product if not interpreted and os.path.exists(product) and not self.is_stale() else self.source()


class LispModule(DefaultModule, lisp="LISP-MODULE", package=DEFSYSTEM):
    """A file of Lisp."""

    def types(self) -> list[str]:
        if self.setting("FILE-TYPE") is not None:
            return super().types()
        return [each.text() if each is not None else "" for each in to_list(SOURCE_TYPES.value)]

    def product(self) -> str | None:
        return compiled_name(self.source())

    def is_stale(self) -> bool:
        return is_needed(self.source(), compiled_name(self.source()))

    def compile(self) -> None:
        compile_file(string(self.source()), output_file=string(compiled_name(self.source())))

    def load(self, interpreted: bool) -> None:
        load(string(str(self.loadable(interpreted))))


class TextModule(DefaultModule, lisp="TEXT-MODULE", package=DEFSYSTEM):
    """A file that is neither compiled nor loaded."""


class CModule(DefaultModule, lisp="C-MODULE", package=DEFSYSTEM):
    """A file of C: its product is a shared library."""

    file_types = ("c",)
    compiler = "cc"

    def product(self) -> str | None:
        return f"{os.path.splitext(self.source())[0]}.so"

    def loadable(self, interpreted: bool) -> str | None:
        return self.product()

    def compile(self) -> None:
        import subprocess

        command = [self.compiler, "-shared", "-fPIC", "-o", str(self.product()), self.source()]
        try:
            subprocess.run(command, check=True, capture_output=True, text=True)
        except OSError as problem:
            error("SIMPLE-ERROR", "Cannot run the compiler ~a: ~a.", string(self.compiler),
                  string(str(problem.strerror)))
        except subprocess.CalledProcessError as problem:
            error("SIMPLE-ERROR", "~a cannot compile ~a:~%~a", string(self.compiler), string(self.source()),
                  string(problem.stderr.strip()))

    def load(self, interpreted: bool) -> None:
        load(string(str(self.product())), foreign=T)


class FortranModule(CModule, lisp="FORTRAN-MODULE", package=DEFSYSTEM):
    """A file of Fortran: its product is a shared library."""

    file_types = ("f",)
    compiler = "gfortran"


def _class_variable(name: str, initial: type, what: str) -> Symbol:
    return variable(name, initial._lisp.name, f"The class of {what} that `defsystem` makes.",  # type: ignore[attr-defined]
                    package=DEFSYSTEM)


MODULE_CLASS = _class_variable("*DEFAULT-MODULE-CLASS*", LispModule, "modules")
_GROUP_CLASS = _class_variable("*DEFAULT-MODULE-GROUP-CLASS*", DefaultModuleGroup, "groups of modules")
_SYSTEM_CLASS = _class_variable("*DEFAULT-SYSTEM-CLASS*", DefaultSystem, "systems")
_FILE_TYPE = variable("*DEFAULT-FILE-TYPE*", None, "Type of the files of modules whose class has none.",
                      package=DEFSYSTEM)


def date_of(path: str) -> float:
    """Return Unix's time at which the file *path* was written; 0.0 if there is none."""
    try:
        return os.path.getmtime(path)
    except OSError:
        return 0.0


# ----------------------------------------------------------------------------------------------------------- definition


_defsystem = template("(,function ',name (list ,@options) ',modules)")
_quote = template("',x")


@macro("DEFSYSTEM", "system-name options &body modules", package=EXCL)
def _defsystem_macro(form: Any, env: Any) -> Any:
    """Define the system SYSTEM-NAME, which consists of MODULES; return its name.

    OPTIONS is a plist of :pretty-name, :default-pathname, :default-package, :default-module-class, :default-file-type
    and :property-list; a list is evaluated, and so is a variable that is to be a pathname.  A module is the name of a
    file, a symbol that names another system, or one of

      (:serial MODULE...)        each needs those before it to be loaded
      (:parallel MODULE...)      none needs another
      (:definitions A MODULE...) the others use macros and the like of A, and are compiled again when A has been
      (:module NAME FILE OPTION...)
      (:module-group NAME MODULE OPTION...)

    where OPTION is (:load-before-compile NAME...), (:load-before-load NAME...), (:uses-definitions-from NAME...),
    (:recompile-on NAME...), (:in-order-to OPERATIONS (:load NAME...)), (:pathname P), (:package P), (:file-type T) or
    (:module-class CLASS).
    """
    parts = to_list(form.cdr)
    if len(parts) < 2:
        error("PROGRAM-ERROR", "~s: a system has a name and a list of options.", form)
    name, options, *modules = parts
    values: list[Any] = [_quote(x=None)]
    for x in to_list(options):  # a list is a form, but for a property list as it stands
        is_form = type(x) is Cons and (x.car is cl("QUOTE") or values[-1].cdr.car is not keyword("PROPERTY-LIST"))
        values.append(x if is_form else _quote(x=x))
    return _defsystem(function=DEFSYSTEM.intern("DEFSYSTEM-1"), name=name, options=from_iterable(values[1:]),
                      modules=from_iterable(modules))


@builtin("DEFSYSTEM-1", "system-name options modules", package=DEFSYSTEM)
def defsystem_1(name: Any, options: Any, modules: Any) -> Any:
    """Define the system SYSTEM-NAME with the plist OPTIONS and the list MODULES: what `defsystem` expands into."""
    if type(name) is not Symbol:
        wrong_type(name, "SYMBOL")
    system = _Definition(name, options).build(to_list(modules))
    _SYSTEMS[name.name.upper()] = system
    return name


class _Definition:
    """A system while it is defined: names are looked up when all its modules are known."""

    def __init__(self, name: Symbol, options: Any) -> None:
        self.system = _made(_SYSTEM_CLASS.value, DefaultSystem)
        self.system.name = name
        self.named: dict[str, Part] = {}
        self.later: list[Callable[[], None]] = []
        given = _plist(to_list(options))
        self.system.plist = given.pop("PROPERTY-LIST", None)
        settings = {key.removeprefix("DEFAULT-"): value for key, value in given.items()}
        unknown = set(settings) - {"PRETTY-NAME", "MODULE-CLASS", "PACKAGE", "PATHNAME", "FILE-TYPE"}
        if unknown:
            error("PROGRAM-ERROR", "The system ~s has unknown options: ~{~s~^, ~}.", name,
                  from_iterable(keyword(key) for key in sorted(unknown)))
        settings.setdefault("PACKAGE", _PACKAGE.value)
        place = settings.get("PATHNAME") or string("")
        if type(place) is Symbol:
            place = place.value if place.special is not None else string(place.print_name)
        settings["PATHNAME"] = merge_pathnames(place)
        self.system.settings = settings

    def build(self, specifications: list[Any]) -> DefaultSystem:
        self.system.parts = [self.part(each, self.system) for each in specifications]
        for link in self.later:
            link()
        system: DefaultSystem = self.system
        return system

    def part(self, x: Any, parent: ModuleContainer) -> Part:
        """Return what the module specification *x* describes."""
        if is_string(x):
            return self.module(string(x.text()), x, [], parent)
        if type(x) is Symbol and x is not T:
            return Reference(self, x, parent)
        kind, *rest = to_list(x) if type(x) is Cons else [None]
        word = kind.name if type(kind) is Symbol else None
        if word in ("SERIAL", "PARALLEL", "DEFINITIONS"):
            return self.group(None, rest, parent, str(word))
        if word == "MODULE" and rest:
            name, *rest = rest
            named = rest and (is_string(rest[0]) or (type(rest[0]) is Symbol and _no_option(rest[0])))
            return self.module(name, rest.pop(0) if named else None, rest, parent)
        if word == "MODULE-GROUP" and len(rest) >= 2:
            group = self.group(rest[0], [rest[1]], parent, "PARALLEL")
            self.options(group, rest[2:])
            return group
        return error("PROGRAM-ERROR", "~s is no module specification, in the system ~s.", x, self.system.name)

    def module(self, name: Any, file: Any, options: list[Any], parent: ModuleContainer) -> DefaultModule:
        given = dict(_options(options))
        named = given.pop("MODULE-CLASS", [parent.setting("MODULE-CLASS") or MODULE_CLASS.value])
        module: DefaultModule = _made(named[0], DefaultModule)
        module.name, module.parent = name, parent
        module.file = string(name_text(file)) if file is not None else None
        self.named[name_text(name).upper()] = module
        self.options(module, options)
        return module

    def group(self, name: Any, specifications: list[Any], parent: ModuleContainer, word: str) -> DefaultModuleGroup:
        group: DefaultModuleGroup = _made(_GROUP_CLASS.value, DefaultModuleGroup)
        group.name, group.parent = name, parent
        if name is not None:
            self.named[name_text(name).upper()] = group
        group.parts = [self.part(each, group) for each in specifications]
        for i, each in enumerate(group.parts):
            if word == "SERIAL":
                for earlier in group.parts[:i]:
                    self.later.append(_linking(each, (COMPILE, LOAD), [earlier]))
            elif word == "DEFINITIONS" and i > 0:
                self.later.append(_linking(each, (COMPILE, LOAD), [group.parts[0]], True))
        return group

    def options(self, part: Part, options: list[Any]) -> None:
        """Heed the options of the long form."""
        for key, values in _options(options):
            if key in _LINKS:
                self.link(part, _LINKS[key], values, key in _RECOMPILING)
            elif key == "IN-ORDER-TO" and len(values) >= 2:
                operations = to_list(values[0]) if type(values[0]) is Cons else [values[0]]
                before = tuple(stored_name(x) for x in operations if stored_name(x) in (COMPILE, LOAD))
                for requirement in values[1:]:
                    self.link(part, before, to_list(requirement.cdr), False)
            elif key in _SETTINGS:
                part.settings[key] = values[0] if values else None
            else:
                error("PROGRAM-ERROR", "~s is no option of a module, in the system ~s.", keyword(key), self.system.name)
        if "PATHNAME" in part.settings:
            part.settings["PATHNAME"] = merge_pathnames(part.settings["PATHNAME"], self.system.settings["PATHNAME"])

    def link(self, part: Part, before: tuple[str, ...], names: list[Any], recompiling: bool) -> None:
        self.later.append(lambda: _linking(part, before, [self.find(name) for name in names], recompiling)())

    def find(self, name: Any) -> Part:
        """Return the part of this system, or the other system, that is called *name*."""
        return self.named.get(name_text(name).upper()) or find_system(name)


class Reference(ModuleContainer):
    """A symbol among the modules: another system, or a part of the same one, looked for when it is needed."""

    def __init__(self, definition: _Definition, name: Symbol, parent: ModuleContainer) -> None:
        super().__init__()
        self.definition, self.name, self.parent = definition, name, parent

    def modules(self) -> Iterator[DefaultModule]:
        yield from self.target().modules()

    def target(self) -> Part:
        return self.definition.find(self.name)


def _linking(part: Part, before: tuple[str, ...], used: list[Part], recompiling: bool = False) -> Callable[[], None]:
    """Return a function that notes what must be loaded before *part* is compiled or loaded."""

    def link() -> None:
        sources = [module for each in used for module in each.modules()]
        for module in part.modules():
            for operation in before:
                module.needs[operation] += [x for x in sources if x not in module.needs[operation]]
            if recompiling:
                module.definitions += sources

    return link


def _made(designator: Any, base: type) -> Any:
    """Return an instance of the class that is named, which must inherit from *base*."""
    cls = find_class(designator) if type(designator) is Symbol else designator
    if not isinstance(cls, type) or not issubclass(cls, base):
        wrong_type(cls, f"DEFSYSTEM:{base._lisp.name.name}")  # type: ignore[attr-defined]
    if cls._lisp.pythonic:  # type: ignore[attr-defined]
        return cls()
    instance = generic("MAKE-INSTANCE")(cls)
    base.__init__(instance)  # type: ignore[misc]
    return instance


def _no_option(x: Symbol) -> bool:
    return x.name not in _LINKS and x.name not in _SETTINGS and x.name != "IN-ORDER-TO"


def _plist(items: list[Any]) -> dict[str, Any]:
    if len(items) % 2:
        error("PROGRAM-ERROR", "An option has no value: ~s.", from_iterable(items))
    return {stored_name(key): value for key, value in zip(items[::2], items[1::2], strict=True)}


def _options(items: Iterable[Any]) -> Iterator[tuple[str, list[Any]]]:
    """Yield name and values of the options of the long form: (:NAME VALUE...) or :NAME VALUE."""
    rest = iter(items)
    for item in rest:
        if type(item) is Cons:
            yield stored_name(item.car), to_list(item.cdr)
        else:
            yield stored_name(item), [next(rest, None)]


# -------------------------------------------------------------------------------------------------------------- finding


@builtin("FIND-SYSTEM", "system-name", package=EXCL)
def find_system(name: Any) -> Any:
    """Return the system that is called SYSTEM-NAME, or that is SYSTEM-NAME; an error if there is none."""
    if isinstance(name, DefaultSystem):
        return name
    found = _SYSTEMS.get(name_text(name).upper())
    return found or error("SIMPLE-ERROR", "There is no system ~s.  Defined are: ~{~s~^, ~}.", name,
                          from_iterable(system.name for system in _SYSTEMS.values()))


@builtin("LIST-ALL-SYSTEMS", "", package=DEFSYSTEM)
def list_all_systems() -> Any:
    """Return a list of the systems that are defined."""
    return from_iterable(_SYSTEMS.values())


_undefsystem = template("(,function ',name)")


@macro("UNDEFSYSTEM", "system-name", package=EXCL)
def _undefsystem_macro(form: Any, env: Any) -> Any:
    """Forget the system SYSTEM-NAME; return an alist of the names and systems that are left."""
    return _undefsystem(function=DEFSYSTEM.intern("%FORGET-SYSTEM"), name=form.cdr.car)


@builtin("%FORGET-SYSTEM", "system-name", package=DEFSYSTEM)
def _forget_system(name: Any) -> Any:
    """Forget the system SYSTEM-NAME; return an alist of the names and systems that are left."""
    _SYSTEMS.pop(name_text(name).upper(), None)
    return from_iterable(Cons(string(system.pretty_name()), system) for system in _SYSTEMS.values())


@builtin("LOOKUP-MODULE-BY-NAME", "name system", package=DEFSYSTEM)
def lookup_module_by_name(name: Any, system: Any) -> Any:
    """Return the module or group of SYSTEM that is called NAME; NIL if there is none."""
    wanted = name_text(name).upper()
    named = (x for x in all_parts(find_system(system)) if x.name is not None)
    return next((x for x in named if name_text(x.name).upper() == wanted), None)


def all_parts(container: ModuleContainer) -> Iterator[Part]:
    for part in container.parts:
        yield part
        if isinstance(part, ModuleContainer):
            yield from all_parts(part)
