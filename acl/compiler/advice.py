"""What `compile` and `compile-file` warn of: calls that cannot succeed, control strings, variables that are never used.

What is an error whenever it is evaluated is a full warning, what is only suspicious a style warning (CLHS 3.2.5).
"""

from __future__ import annotations

from typing import Any

from acl.compiler import nodes as n
from acl.compiler.malformed import complain
from acl.compiler.references import UNIT
from acl.expand.lambda_list import LambdaList, parse
from acl.runtime.faults import caught
from acl.types.array import SimpleString, string
from acl.types.cons import Cons
from acl.types.function import FUNCTIONS, key_of
from acl.types.number import NUMBER_TYPES
from acl.types.symbol import KEYWORD, SYSTEM, Symbol, cl

_BACK = frozenset(("block", "exits", "gos", "scope", "token", "tag", "tags", "free", "line", "expression",
                   "lambda_list"))
"""Fields that lead back to where the walk comes from, or to no nodes."""
_CONTROLS = {cl("FORMAT"): 1, cl("ERROR"): 0, cl("WARN"): 0, cl("SIGNAL"): 0, cl("BREAK"): 0, cl("CERROR"): 1,
             cl("Y-OR-N-P"): 0, cl("YES-OR-NO-P"): 0}
"""Functions that take a control string, and its place among their arguments."""
_NUMERIC = frozenset(map(cl, ("+", "-", "*", "/", "1+", "1-", "=", "/=", "<", ">", "<=", ">=", "ABS", "MIN", "MAX",
                              "ZEROP", "PLUSP", "MINUSP", "EVENP", "ODDP", "FLOOR", "TRUNCATE", "MOD", "REM")))
_LISTS = frozenset(map(cl, ("CAR", "CDR", "CAAR", "CADR", "CDDR", "FIRST", "SECOND", "THIRD", "REST", "LENGTH")))
_ALLOW = KEYWORD.intern("ALLOW-OTHER-KEYS")
_IGNORE, _USES = cl("IGNORE"), frozenset((cl("IGNORE"), cl("IGNORABLE")))
_FUNCALL = cl("FUNCALL")
_DECLARED: dict[str, LambdaList | None] = {}
"""The parsed lambda lists of functions of the system, by key, None if nothing is to be checked."""
_FIELDS: dict[type, list[str]] = {}
"""The fields of each class of nodes that may hold others."""
_NO_SYMBOL = object()


def advise(root: Any, analyzer: Any) -> None:
    """Warn of what is wrong in the nodes of a unit."""
    _Walk(analyzer).unit(root)


class _Walk:
    """A walk through the nodes of a unit; `names` are those of the functions that it is in."""

    def __init__(self, analyzer: Any) -> None:
        self.analyzer = analyzer
        self.names: list[Any] = []
        self.lines: list[int] = []
        self.local: dict[Any, Any] = {}
        self.bound: list[tuple[Any, Any, int]] = []
        self.read: set[Any] = set()
        self.defined: dict[str, Any] = {}

    def unit(self, root: Any) -> None:
        """Look at everything in *root*, then at the variables."""
        self.node(root.body)
        ignored = self.analyzer.ignored
        for variable, name, line in self.bound:
            symbol = variable.symbol
            if variable in self.read:
                if ignored.get(variable) is _IGNORE:
                    self.say("STYLE-WARNING", f"Variable {_shown(symbol)} is ignored and used.", name, line)
            elif (variable not in ignored and symbol is not None and symbol.package is not None
                    and not variable.assigned):
                self.say("STYLE-WARNING", f"Variable {_shown(symbol)} is never used.", name, line)

    def say(self, kind: str, text: str, name: Any = _NO_SYMBOL, line: int = 0) -> None:
        """Warn of *text*, in the function *name* or the one that the walk is in."""
        if name is _NO_SYMBOL:
            name = self.names[-1] if self.names else None
        complain(self.analyzer, kind, name, line or next((x for x in reversed(self.lines) if x), 0), string(text))

    # ------------------------------------------------------------------ nodes

    def node(self, node: Any) -> None:
        """Look at *node* and all in it."""
        kind = type(node)
        look = _LOOKS.get(kind)
        self.lines.append(node.line)
        named = kind is n.Lambda and node.name != "LAMBDA"
        if named:
            self.names.append(node.name)
        if look is not None:
            look(self, node)
        fields = _FIELDS.get(kind)
        if fields is None:
            fields = _FIELDS[kind] = [f for f in node.__struct_fields__ if f not in _BACK]
        for field in fields:
            x = getattr(node, field)
            if x is not None:
                self.part(x)
        if named:
            self.names.pop()
        self.lines.pop()

    def part(self, x: Any) -> None:
        """Look at the nodes in a field's value."""
        if isinstance(x, n.Node):
            self.node(x)
        elif type(x) in (list, tuple):
            for y in x:
                self.part(y)

    def bind(self, variable: Any, line: int) -> None:
        """Note that *variable* is bound."""
        if variable is not None:
            self.bound.append((variable, self.names[-1] if self.names else None, line))

    def use(self, node: Any) -> None:
        """Note that a variable is looked at."""
        self.read.add(node.variable)

    def let(self, node: Any) -> None:
        """`let`, `let*`."""
        self.bind(node.variable, node.line)

    def values(self, node: Any) -> None:
        """`multiple-value-bind`."""
        for variable in node.variables:
            self.bind(variable, node.line)

    def function(self, node: Any) -> None:
        """A function: its parameters, its lambda list if it has a name."""
        for variable in (*node.required, node.rest, *(x.variable for x in (*node.optional, *(node.keys or ())))):
            self.bind(variable, node.line)

    def labels(self, node: Any) -> None:
        """`flet`, `labels`."""
        self.local.update(node.functions)

    def restarts(self, node: Any) -> None:
        """`restart-case`: whoever invokes a restart decides about its arguments."""
        for *_, variables, _body in node.clauses:
            self.read.update(variables or ())

    # ------------------------------------------------------------------ calls

    def local_call(self, node: Any) -> None:
        """A call of a local function."""
        self.read.add(node.variable)
        called = self.local.get(node.variable)
        if called is not None:
            self.check(called.name, _of_node(called), node.args)

    def funcall(self, node: Any) -> None:
        """A call of a lambda expression."""
        if type(node.function) is n.Lambda:
            self.check(_NO_SYMBOL, _of_node(node.function), node.args)

    def call(self, node: Any) -> None:
        """A call of a global function."""
        name, args = node.name, node.args
        if type(name) is Symbol and name.package is SYSTEM:
            return
        lambda_list, kind, generic = _lambda_list(name)
        if lambda_list is not None:
            self.check(name, lambda_list, args, kind, generic)
        if name is _FUNCALL and args and type(args[0]) is n.Lambda:
            self.check(_NO_SYMBOL, _of_node(args[0]), args[1:])
        place = _CONTROLS.get(name) if type(name) is Symbol else None
        if place is not None and len(args) > place and _constant(args[place], SimpleString):
            self.control(_shown(name), args[place].value.text(), len(args) - place - 1)
        if name in _NUMERIC:
            wrong = next((a.value for a in args if type(a) is n.Constant and type(a.value) not in NUMBER_TYPES),
                         _NO_SYMBOL)
            if wrong is not _NO_SYMBOL:
                self.say("SIMPLE-WARNING", f"{_shown(wrong)} is given to {_shown(name)}, which wants numbers.")
                return
        if (name in _NUMERIC or name in _LISTS) and args and all(type(a) is n.Constant for a in args):
            problem = caught(lambda: FUNCTIONS[key_of(name)](*[a.value for a in args]))
            if problem is not None and type(problem).__name__ != "PROGRAM-ERROR":
                wrong_type = _is_a(problem, "TYPE-ERROR")
                self.say("SIMPLE-WARNING" if wrong_type else "STYLE-WARNING", str(problem))

    def sequence_call(self, node: Any) -> None:
        """A call that can be emitted as a loop."""
        self.call(node)

    def check(self, function: Any, wanted: LambdaList, args: list[Any], kind: str = "SIMPLE-WARNING",
              generic: bool = False) -> None:
        """Compare arguments with a lambda list of the function named *function*, `_NO_SYMBOL` if it has no name."""
        got, least = len(args), len(wanted.required)
        most = least + len(wanted.optional)
        open_ended = wanted.rest is not None or wanted.has_key
        if got < least or (got > most and not open_ended):
            bound = "exactly" if least == most and not open_ended else "at least" if got < least else "at most"
            number = least if got < least else most
            name = _called(function)
            self.say(kind, f"{name} should be given {bound} {_counted(number)}. It was given {_counted(got)}.")
            return
        keys = args[most:]
        if not wanted.has_key or got <= most:
            return
        if len(keys) % 2:
            self.say(kind, f"{_called(function)} is given an odd number of keyword arguments.")
            return
        if wanted.allow or generic or any(type(k) is not n.Constant for k in keys[::2]):
            return
        given = [k.value for k in keys[::2]]
        if _ALLOW not in given:
            known = {k for k, *_ in wanted.keys}
            for key in given:
                if key not in known:
                    self.say(kind, f"{_called(function)} does not take the keyword {_shown(key)}.")

    def control(self, name: str, control: str, given: int) -> None:
        """Compare a control string with the number of arguments for it."""
        from acl.printer.control import parse as parse_control

        items: list[Any] = []
        problem = caught(lambda: items.extend(parse_control(control)))
        if problem is not None:
            self.say("SIMPLE-WARNING", f"The control string of {name} is malformed: {problem}")
            return
        counts = _taken(items)
        if counts is None:
            return
        least, most = counts
        text = f"{name} is given {_counted(given)} for the control string {_shown(string(control))}, which "
        if given < least:
            self.say("SIMPLE-WARNING", f"{text}wants {least}.")
        elif most is not None and given > most:
            self.say("STYLE-WARNING", f"{text}uses {most}.")


_LOOKS: dict[type, Any] = {
    n.Local: _Walk.use, n.Given: _Walk.use, n.Let: _Walk.let, n.MvBind: _Walk.values, n.Lambda: _Walk.function,
    n.Labels: _Walk.labels, n.RestartCase: _Walk.restarts, n.CallLocal: _Walk.local_call, n.Funcall: _Walk.funcall,
    n.Call: _Walk.call, n.SequenceCall: _Walk.sequence_call,
}


def note_use(analyzer: Any, specifiers: list[Any], env: Any) -> None:
    """Take note of the variables of *env* that declarations say are ignored, or may be."""
    for specifier in specifiers:
        if type(specifier) is Cons and type(specifier.car) is Symbol and (
                specifier.car in _USES or specifier.car.name == "IGNORE-IF-UNUSED"):
            for symbol in specifier.cdr or ():
                variable = env.variables.get(symbol) if type(symbol) is Symbol else None
                if isinstance(variable, n.Variable):
                    analyzer.ignored[variable] = specifier.car


def check_the(analyzer: Any, specifier: Any, value: Any) -> None:
    """Warn if the constant *value* is not of the type that `the` says."""
    from acl.runtime.typesys import typep

    fits: list[bool] = []
    if type(specifier) is Symbol and caught(lambda: fits.append(bool(typep(value, specifier)))) is None and not fits[0]:
        name = next((f.name for f in reversed(analyzer.open_lambdas) if f.name != "LAMBDA"), None)
        complain(analyzer, "SIMPLE-WARNING", name, analyzer.line,
                 string(f"{_shown(value)} is not of the type {_shown(specifier)}, as declared."))


def _of_node(node: Any) -> LambdaList:
    """Return what a call needs to know of a local function."""
    result = LambdaList()
    result.required, result.optional = node.required, node.optional
    result.rest, result.has_key, result.allow = node.rest, node.keys is not None, node.allow
    result.keys = [(x.keyword, None, None, None) for x in node.keys or ()]
    return result


def _lambda_list(name: Any) -> tuple[LambdaList | None, str, bool]:
    """Return the lambda list of a global function if it is known, the kind of warning, and whether it is generic.

    A full warning is for those of the file and of the system; what else is defined now may be another one later.
    """
    from acl.builtins.declare import declaration
    from acl.builtins.environment.describe import lambda_list_of
    from acl.clos.generic import generic_of
    from acl.reader import read_from_text
    from acl.runtime.dynamic import bind

    key = key_of(name)
    unit = UNIT.value
    if unit is not None and key in unit.lambda_lists:
        return unit.lambda_lists[key], "SIMPLE-WARNING", False
    if unit is not None and key in unit.defined:
        return None, "", False
    if key in _DECLARED:
        return _DECLARED[key], "SIMPLE-WARNING", False
    declared = declaration(key)
    made: list[LambdaList] = []
    if declared is not None:
        if declared.kind in ("function", "predicate"):
            with bind(cl("*PACKAGE*"), SYSTEM):
                caught(lambda: made.append(parse(read_from_text(f"({declared.lambda_list})"))))
        _DECLARED[key] = made[0] if made else None
        return _DECLARED[key], "SIMPLE-WARNING", False
    function = FUNCTIONS.get(key)
    if function is None:
        return None, "", False
    written = lambda_list_of(function)
    if type(written) is not Cons:
        return None, "", False
    caught(lambda: made.append(parse(written)))
    return made[0] if made else None, "STYLE-WARNING", generic_of(function) is not None


def _taken(items: list[Any]) -> tuple[int, int | None] | None:
    """Return the least and greatest number of arguments that directives use, None in the latter place for no limit.

    None if that is not known.
    """
    least = most = 0
    stopped = False
    for d in items:
        if type(d) is str:
            continue
        counts = _taken_by(d)
        if counts is None or counts[1] is None:
            return counts if counts is None else (least + (0 if stopped else counts[0]), None)
        if not stopped:
            least += counts[0]
        most += counts[1]
        stopped = stopped or d.char == "^"
    return least, most


def _taken_by(d: Any) -> tuple[int, int | None] | None:
    parameters = sum(1 for x in d.params if type(x) is not int and x is not None and not isinstance(x, str))
    char = d.char.upper()
    if parameters or char in "*?<I/" or (char in "([" and any(type(x) is not str and x.char == "^" for c in d.clauses
                                                              for x in c)):
        return None
    if char in "ASDBOXRCFEG$W" or (char == "P" and not d.colon):
        return 1, 1
    if char == "(":
        return _taken(d.clauses[0])
    if char == "{":
        return (0, None) if d.at else (1, 1) if d.clauses[0] else (2, 2)
    if char == "[":
        branches = [_taken(c) for c in d.clauses]
        known = [b for b in branches if b is not None and b[1] is not None]
        if len(known) < len(branches):
            return None
        least, most = min((b[0] for b in known), default=0), max((b[1] or 0 for b in known), default=0)
        if d.at:
            return min(1, least), max(1, most)
        return 1 + (least if d.colon or any(s.colon for s in d.separators) else 0), 1 + most
    return (0, 0) if char in "%&|~T\n^_P" else None


def _constant(node: Any, kind: type) -> bool:
    return type(node) is n.Constant and type(node.value) is kind


def _is_a(condition: Any, name: str) -> bool:
    from acl.runtime.condition_classes import class_named

    return isinstance(condition, class_named(name))


def _counted(number: int) -> str:
    return f"{number} argument" + ("" if number == 1 else "s")


def _called(name: Any) -> str:
    return "A lambda expression" if name is _NO_SYMBOL else _shown(name)


def _shown(x: Any) -> str:
    from acl.printer.writer import prin1_to_string

    return str(prin1_to_string(x))
