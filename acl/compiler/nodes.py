"""The nodes between analyzer and emitter: one class for each kind of core form."""

from __future__ import annotations

from typing import Any

from acl.types.record import Struct, field
from acl.types.symbol import Symbol


class Scope:
    """A Python function to be: what the analyzer knows of the variables that live in it."""

    __slots__ = ("loops", "parent", "variables")

    def __init__(self, parent: Scope | None) -> None:
        self.parent = parent
        self.loops = 0
        self.variables: list[Variable] = []


UNKNOWN: Any = object()
"""The kind of a variable that has not been asked for."""


_LAST = 1 << 60


class Variable:
    """A lexical variable.

    `number`: later ones have greater numbers, so a variable that a loop sees is bound outside it if its number is not
    greater than the loop's `outside`; `captured`: some closure refers to it; `assigned`: something sets it after its
    binding; `looped`: it is bound inside a loop, so that each turn must make a new one if it is captured.  `initial`
    is the node of the value it is bound to, or the loop that counts with it, None if the value comes from elsewhere;
    `assignments` are the nodes of what it is set to; `kind` is what `acl.compiler.infer` found.  `spread`: a &rest
    parameter whose value is kept as the Python tuple of the arguments.
    """

    __slots__ = ("assigned", "assignments", "captured", "function", "initial", "kind", "looped", "name", "number",
                 "scope", "spread", "symbol")

    def __init__(self, symbol: Symbol | None, name: str, scope: Scope, number: int = _LAST) -> None:
        self.symbol = symbol
        self.name = name
        self.number = number
        self.scope = scope
        self.captured = False
        self.assigned = False
        self.looped = scope.loops > 0
        self.function: Lambda | None = None
        self.initial: Any = None
        self.assignments: list[Any] = []
        self.kind: Any = UNKNOWN
        self.spread = False
        scope.variables.append(self)

    @property
    def boxed(self) -> bool:
        """True if the Python variable holds a `Box`: a fresh one each turn, shared with closures."""
        return self.looped and self.captured and self.assigned


class Node(Struct, eq=False):
    """Root of the nodes; `line` is the line of the Lisp form, 0 if unknown."""

    line: int = 0
    expression: bool | None = None


class Constant(Node, kw_only=True):
    value: Any


class LoadTime(Node, kw_only=True):
    """`load-time-value`: a thunk node evaluated once when the code is loaded."""

    form: Any


class Local(Node, kw_only=True):
    variable: Any


class Given(Node, kw_only=True):
    """Test whether the optional or keyword parameter *variable* was given."""

    variable: Any


class SetLocal(Node, kw_only=True):
    variable: Any
    value: Any

    def __post_init__(self) -> None:
        self.variable.assignments.append(self.value)


class SetAll(Node, kw_only=True):
    """Assignment of several variables in parallel; NIL."""

    variables: list[Any]
    values: list[Any]

    def __post_init__(self) -> None:
        for variable, value in zip(self.variables, self.values, strict=True):
            variable.assignments.append(value)


class Special(Node, kw_only=True):
    symbol: Any


class SetSpecial(Node, kw_only=True):
    symbol: Any
    value: Any


class If(Node, kw_only=True):
    test: Any
    then: Any
    otherwise: Any


class And(Node, kw_only=True):
    forms: list[Any]


class Or(Node, kw_only=True):
    forms: list[Any]


class Progn(Node, kw_only=True):
    forms: list[Any]


class Let(Node, kw_only=True):
    """Sequential binding of one lexical variable around a body."""

    variable: Any
    value: Any
    body: Any

    def __post_init__(self) -> None:
        self.variable.initial = self.value


class BindSpecial(Node, kw_only=True):
    symbols: list[Any]
    values: list[Any]
    body: Any


class Progv(Node, kw_only=True):
    symbols: Any
    values: Any
    body: Any


class Call(Node, kw_only=True):
    """A call of a global function by name."""

    name: Any
    args: list[Any]
    inline: bool = True


class Emitted(Node, kw_only=True):
    """A Python expression, a name or constant, that stands for a value of the kind *kind* already computed."""

    value: Any
    kind: Any


class SequenceCall(Node, kw_only=True):
    """A call of a function that looks at the elements of *sequences*, all of them among *args*.

    *function* is applied to the elements; or *item* is compared with them by the function *test*, of two arguments.
    With *key* it is the results of that.  `loops` is whether it is emitted as a loop, None while nobody has asked.
    """

    name: Any
    args: list[Any]
    sequences: list[Any]
    function: Any = None
    item: Any = None
    test: Any = None
    key: Any = None
    loops: bool | None = None


class CallLocal(Node, kw_only=True):
    variable: Any
    args: list[Any]


class Funcall(Node, kw_only=True):
    function: Any
    args: list[Any]


class MvCall(Node, kw_only=True):
    function: Any
    args: list[Any]


class MvBind(Node, kw_only=True):
    variables: list[Any]
    value: Any
    body: Any


class MvList(Node, kw_only=True):
    value: Any


class MvProg1(Node, kw_only=True):
    first: Any
    rest: Any


class FunctionRef(Node, kw_only=True):
    name: Any


class Parameter(Struct, eq=False):
    """An optional or keyword parameter: `keyword` is None for &optional."""

    variable: Any
    default: Any
    supplied: Any
    keyword: Any = None


class Lambda(Node, kw_only=True):
    """A function.  `required` are variables; `body` contains the bindings that default forms need.

    A function that is `live` signals faults itself, so that the debugger finds its calls on the stack.  One that is a
    `handler` is called by nobody but who signals a condition, and may return an exit for that to raise.
    """

    scope: Any
    index: int
    name: Any
    required: list[Any]
    optional: list[Any]
    rest: Any
    keys: list[Any] | None
    allow: bool
    body: Any
    lambda_list: Any = None
    doc: Any = None
    single: bool | None = None
    live: bool = False
    handler: bool = False
    free: set[Any] = field(default_factory=set)


class Labels(Node, kw_only=True):
    """Local functions: (variable, lambda) pairs (`flet` too: its scoping is the analyzer's matter)."""

    functions: list[Any]
    body: Any


class Block(Node, kw_only=True):
    name: Any
    token: Any
    scope: Any
    body: Any = None
    used: bool = False
    nonlocal_exit: bool = False
    exits: list[Any] = field(default_factory=list)


class ReturnFrom(Node, kw_only=True):
    block: Any
    value: Any
    local: bool


class Tag(Struct, eq=False):
    """A tag of a tagbody: its index is that of the segment it begins."""

    name: Any
    index: int
    tagbody: Any
    used: bool = False
    nonlocal_exit: bool = False


class Tagbody(Node, kw_only=True):
    token: Any
    scope: Any
    tags: list[Any]
    segments: list[Any]
    gos: list[Any]
    outside: int


class Go(Node, kw_only=True):
    tag: Any
    local: bool
    origin: int = -1


class While(Node, kw_only=True):
    test: Any
    body: Any
    outside: int


class ForRange(Node, kw_only=True):
    variable: Any
    start: Any
    end: Any
    body: Any
    outside: int

    def __post_init__(self) -> None:
        self.variable.initial = self


class ForItems(Node, kw_only=True):
    """A loop over the elements of a list that is made for it alone."""

    variable: Any
    items: Any
    body: Any
    outside: int


class ForList(Node, kw_only=True):
    """A loop over the elements of a list."""

    variable: Any
    items: Any
    body: Any
    outside: int


class Catch(Node, kw_only=True):
    tag: Any
    body: Any


class Throw(Node, kw_only=True):
    tag: Any
    value: Any


class UnwindProtect(Node, kw_only=True):
    body: Any
    cleanup: Any


class WithHandlers(Node, kw_only=True):
    """Clauses are (type specifier, node of the handler function)."""

    clauses: list[Any]
    body: Any


class HandlerCase(Node, kw_only=True):
    """Clauses are (type specifier, variable or None, body node)."""

    form: Any
    clauses: list[Any]
    token: Any


class RestartCase(Node, kw_only=True):
    """Clauses are (name, nodes of report, interactive and test, variables, body).

    For parameters other than required ones there are no variables, None, and the body is a lambda node.
    """

    form: Any
    clauses: list[Any]
    token: Any


class WithRestarts(Node, kw_only=True):
    """`restarts` gives a list of restart objects, the cluster to push."""

    restarts: Any
    body: Any
