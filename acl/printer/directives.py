"""Compiling control strings: every directive becomes a function of the `Call`, called in turn.

A compiled directive returns None to go on, LEAVE if a ~^ ends the construct it is in, LEAVE_ALL for ~:^.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from acl.runtime.dynamic import bind
from acl.runtime.functions import coerce_function
from acl.streams.strings import StringOutputStream
from acl.types.array import SimpleString, is_string
from acl.types.base import wrong_type
from acl.types.casemode import token_name
from acl.types.character import Char
from acl.types.cons import from_iterable, to_list
from acl.types.function import call_values
from acl.types.number import Complex, is_number
from acl.types.symbol import Symbol, T

from . import variables as v
from .characters import char_name
from .control import COUNT, Directive, V, format_error, parse
from .numbers import integer_text
from .writer import (
    prin1,
    prin1_to_string,
    princ,
    princ_to_string,
    write_object,
)

LEAVE, LEAVE_ALL = 1, 2

Op = Callable[["Call"], Any]
Maker = Callable[["Compiler", "Directive"], Op]


class Call:
    """The state of a format call: the stream and the arguments."""

    __slots__ = ("args", "control", "outer_left", "position", "stream")

    def __init__(self, stream: Any, args: Any, control: str, outer_left: int | None = None) -> None:
        self.stream = stream
        self.args = args
        self.position = 0
        self.outer_left = outer_left
        self.control = control

    def next(self) -> Any:
        """Take the next argument."""
        position = self.position
        if position >= len(self.args):
            format_error(self.control, len(self.control), "There are not enough arguments for the control string.")
        self.position = position + 1
        return self.args[position]

    def left(self) -> int:
        """Return the number of arguments left."""
        return len(self.args) - self.position

    def done(self) -> bool:
        """True if no argument is left."""
        return self.position >= len(self.args)

    def goto(self, position: int) -> None:
        """Make argument *position* the next one."""
        if not 0 <= position <= len(self.args):
            format_error(self.control, len(self.control), "There is no such argument to go to.")
        self.position = position

    def rest(self) -> Any:
        """Take all arguments that are left, as a Lisp list."""
        rest = from_iterable(self.args[self.position:])
        self.position = len(self.args)
        return rest


class Compiled:
    """A compiled control string."""

    __slots__ = ("constant", "control", "ops")

    def __init__(self, control: str) -> None:
        self.control = control
        items = parse(control)
        self.constant = "".join(items) if all(type(item) is str for item in items) else None
        self.ops = Compiler(control, items).ops(items) if self.constant is None else []

    def run(self, stream: Any, args: Any) -> Call:
        """Write to *stream*; return the state, in which unused arguments are left."""
        call = Call(stream, args, self.control)
        if self.constant is not None:
            stream.write_str(self.constant)
        else:
            for op in self.ops:
                if op(call) is not None:
                    break
        return call


_cache: dict[str, Compiled] = {}


def compiled(control: str) -> Compiled:
    """Return the compiled control string, which is remembered."""
    found = _cache.get(control)
    if found is None:
        if len(_cache) > 5000:
            _cache.clear()
        found = _cache[control] = Compiled(control)
    return found


def text_of(x: Any) -> str:
    """Return the contents of the Lisp string *x*; `type-error` if it is none."""
    if is_string(x):
        return x.text()  # type: ignore[no-any-return]
    wrong_type(x, "STRING")


def format_to(stream: Any, control: Any, args: Any) -> Any:
    """Write to *stream* under *control*, a string or a function; return the arguments left, as a Python sequence."""
    if type(control) is SimpleString:
        text = control.text()
        call = (_cache.get(text) or compiled(text)).run(stream, args)
        return call.args[call.position:]
    if is_string(control):
        call = compiled(text_of(control)).run(stream, args)
        return call.args[call.position:]
    return to_list(call_values(coerce_function(control), stream, *args)[0])


def run_ops(ops: list[Op], call: Call) -> Any:
    """Run compiled directives; return what ended them early, or None."""
    for op in ops:
        code = op(call)
        if code is not None:
            return code
    return None


# Parameters


def parameter_function(d: Directive, defaults: tuple[Any, ...]) -> tuple[Any, ...] | Callable[[Call], tuple[Any, ...]]:
    """Return the values of the directive's parameters, or a function that computes them at run time."""
    given = d.params
    if not any(p is V or p is COUNT for p in given):
        values = [default if i >= len(given) or given[i] is None else given[i] for i, default in enumerate(defaults)]
        return tuple(values)

    def compute(call: Call) -> tuple[Any, ...]:
        values = []
        for p in given:
            if p is V:
                p = call.next()
                if p is not None and type(p) is not int and type(p) is not Char:
                    wrong_type(p, "INTEGER")
            elif p is COUNT:
                p = call.left()
            values.append(p)
        return tuple([default if i >= len(values) or values[i] is None else values[i]
                      for i, default in enumerate(defaults)])

    return compute


def with_parameters(d: Directive, defaults: tuple[Any, ...], body: Callable[..., Any]) -> Op:
    """Return a compiled directive that calls *body* with the call and the parameters."""
    found = parameter_function(d, defaults)
    if isinstance(found, tuple):
        constant = found
        return lambda call: body(call, *constant)
    function = found
    return lambda call: body(call, *function(call))


def column_of(stream: Any) -> int:
    """Return the column of *stream*, 0 if it is unknown."""
    return stream.column() or 0


def capture(call: Call, run: Callable[[], Any]) -> tuple[str, Any]:
    """Return what *run* writes to the call's stream, and its value."""
    outer = call.stream
    inner = StringOutputStream()
    inner.base_column = column_of(outer)
    call.stream = inner
    try:
        code = run()
    finally:
        call.stream = outer
    return inner.take(), code


class Compiler:
    """Turns parsed directives into functions."""

    def __init__(self, control: str, items: list[Any]) -> None:
        self.control = control
        from .format_blocks import check_mixture

        check_mixture(control, items)

    def ops(self, items: list[Any]) -> list[Op]:
        """Compile text and directives."""
        return [_text(item) if type(item) is str else self.directive(item) for item in items]

    def directive(self, d: Directive) -> Op:
        """Compile one directive."""
        make = MAKERS.get(d.char)
        if make is None:
            from . import format_blocks

            make = format_blocks.MAKERS[d.char]
        if len(d.params) > LIMITS.get(d.char, 0):
            self.fault(d, f"Too many parameters for ~{d.char}.")
        op: Op = make(self, d)
        return op

    def fault(self, d: Directive, message: str) -> NoReturn:
        """Signal an error at the directive *d*."""
        format_error(self.control, d.end - 1, message)


def _text(s: str) -> Op:
    def op(call: Call) -> None:
        call.stream.write_str(s)

    return op


LIMITS = {"A": 4, "S": 4, "D": 4, "B": 4, "O": 4, "X": 4, "R": 5, "F": 5, "E": 7, "G": 7, "$": 4, "%": 1, "&": 1,
          "|": 1, "~": 1, "*": 1, "T": 2, "I": 1, "^": 3, "[": 1, "{": 1, "<": 4, "/": 1000}
"""How many parameters a directive takes."""


# ~A ~S ~W ~C


def _padded(text: str, mincol: int, colinc: int, minpad: int, padchar: str, left: bool) -> str:
    pad = max(minpad, 0)
    if len(text) + pad < mincol:
        pad += -(-(mincol - len(text) - pad) // max(colinc, 1)) * colinc
    padding = f"{padchar}" * pad
    return padding + text if left else text + padding


def _object_maker(write: Callable[[Any, Any], None], to_text: Callable[[Any], str]) -> Maker:
    def make(compiler: Compiler, d: Directive) -> Op:
        colon, at = d.colon, d.at
        if not d.params:
            if colon:
                def empty_list(call: Call) -> None:
                    x = call.next()
                    if x is None:
                        call.stream.write_str("()")
                    else:
                        write(x, call.stream)

                return empty_list

            def plain(call: Call) -> None:
                write(call.next(), call.stream)

            return plain

        def body(call: Call, mincol: int, colinc: int, minpad: int, padchar: str) -> None:
            x = call.next()
            text = "()" if x is None and colon else to_text(x)
            call.stream.write_str(_padded(text, mincol, colinc, minpad, padchar, at))

        return with_parameters(d, (0, 1, 0, " "), body)

    return make


def _make_w(compiler: Compiler, d: Directive) -> Op:
    bindings: list[Any] = []
    if d.colon:
        bindings += [v.PRINT_PRETTY, T]
    if d.at:
        bindings += [v.PRINT_LENGTH, None, v.PRINT_LEVEL, None]

    def op(call: Call) -> None:
        with bind(*bindings):
            write_object(call.next(), call.stream)

    return op


def _make_c(compiler: Compiler, d: Directive) -> Op:
    colon, at = d.colon, d.at

    def op(call: Call) -> None:
        c = call.next()
        if type(c) is not Char:
            wrong_type(c, "CHARACTER")
        if colon:
            call.stream.write_str(f"{char_name(c) or c}")
        elif at:
            prin1(c, call.stream)
        else:
            call.stream.write_str(str(c))

    return op


# Integers


def _grouped(digits: str, comma: str, interval: int) -> str:
    first = len(digits) % interval or interval
    groups = [digits[:first], *(digits[i:i + interval] for i in range(first, len(digits), interval))]
    return f"{comma}".join(groups)


def integer_directive(call: Call, x: Any, base: int, colon: bool, at: bool, mincol: int, padchar: str, comma: str,
                      interval: int) -> None:
    """Write *x* as ~D and its relatives do."""
    if type(x) is not int:
        with bind(v.PRINT_BASE, base, v.PRINT_RADIX, None):
            text = princ_to_string(x)
    else:
        digits = integer_text(abs(x), base)
        if colon:
            digits = _grouped(digits, comma, max(interval, 1))
        text = ("-" if x < 0 else "+" if at else "") + digits
    call.stream.write_str(text.rjust(mincol, f"{padchar}") if mincol else text)


def _integer_maker(base: int) -> Maker:
    def make(compiler: Compiler, d: Directive) -> Op:
        colon, at = d.colon, d.at
        if not d.params and not colon and not at:
            def plain(call: Call) -> None:
                x = call.next()
                if type(x) is int:
                    call.stream.write_str(str(x) if base == 10 else integer_text(x, base))
                else:
                    integer_directive(call, x, base, False, False, 0, " ", ",", 3)

            return plain

        def body(call: Call, mincol: int, padchar: str, comma: str, interval: int) -> None:
            integer_directive(call, call.next(), base, colon, at, mincol, padchar, comma, interval)

        return with_parameters(d, (0, " ", ",", 3), body)

    return make


def _make_r(compiler: Compiler, d: Directive) -> Op:
    colon, at = d.colon, d.at

    def body(call: Call, base: int | None, mincol: int, padchar: str, comma: str, interval: int) -> None:
        x = call.next()
        if base is not None:
            if type(base) is not int or not 2 <= base <= 36:
                wrong_type(base, "RADIX")
            integer_directive(call, x, base, colon, at, mincol, padchar, comma, interval)
            return
        if type(x) is not int:
            wrong_type(x, "INTEGER")
        call.stream.write_str(_in_words(x, colon, at))

    return with_parameters(d, (None, 0, " ", ",", 3), body)


def _in_words(x: int, colon: bool, at: bool) -> str:
    from . import cardinals

    if at:
        return cardinals.roman(x, colon) if 0 < x < (5000 if colon else 4000) else str(x)
    if abs(x) >= cardinals.LIMIT:
        return str(x)
    return cardinals.ordinal(x) if colon else cardinals.cardinal(x)


def _make_p(compiler: Compiler, d: Directive) -> Op:
    colon = d.colon
    one, many = ("y", "ies") if d.at else ("", "s")

    def op(call: Call) -> None:
        if colon:
            call.goto(call.position - 1)
        x = call.next()
        call.stream.write_str(one if type(x) is int and x == 1 else many)

    return op


# Floats


def _decimal(call: Call, x: Any, w: int | None, pad: str) -> None:
    """Write what is no real number under a float directive: as ~wD does."""
    integer_directive(call, x, 10, False, False, w or 0, pad, ",", 3)


def _real(x: Any) -> bool:
    return is_number(x) and type(x) is not Complex


def _float_maker(name: str, defaults: tuple[Any, ...]) -> Maker:
    def make(compiler: Compiler, d: Directive) -> Op:
        at = d.at

        def body(call: Call, w: Any, *params: Any) -> None:
            from . import float_directives as f

            x = call.next()
            value = f.to_float(x) if _real(x) else None
            pad = f"{params[-2] if name != 'fixed' else params[-1]}"
            if value is None:
                _decimal(call, x, w, pad)
            elif not f.is_finite(value):
                call.stream.write_str(princ_to_string(value).rjust(w or 0, pad))
            elif name == "fixed":
                places, scale, overflow, _ = params
                call.stream.write_str(f.fixed(value, w, places, scale, _plain(overflow), pad, at))
            else:
                places, exponent, scale, overflow, _, marker = params
                write = f.exponential if name == "exponential" else f.general
                call.stream.write_str(write(value, w, places, exponent, scale, _plain(overflow), pad, _plain(marker),
                                            at, v.FLOAT_FORMAT.value))

        return with_parameters(d, defaults, body)

    return make


def _plain(c: Any) -> str | None:
    return None if c is None else f"{c}"


def _make_dollars(compiler: Compiler, d: Directive) -> Op:
    colon, at = d.colon, d.at

    def body(call: Call, places: int, whole: int, w: int, pad: str) -> None:
        from . import float_directives as f

        x = call.next()
        value = f.to_float(x) if _real(x) else None
        if value is None or not f.is_finite(value):
            _decimal(call, x, w, pad)
        else:
            call.stream.write_str(f.dollars(value, places, whole, w, f"{pad}", colon, at))

    return with_parameters(d, (2, 1, 0, " "), body)


# Layout


def _repeat_maker(text: str) -> Maker:
    def make(compiler: Compiler, d: Directive) -> Op:
        return with_parameters(d, (1,), lambda call, n: call.stream.write_str(text * n))

    return make


def _fresh_line(call: Call, n: int) -> None:
    if n > 0:
        call.stream.fresh_line()
        if n > 1:
            call.stream.write_str("\n" * (n - 1))


def _make_t(compiler: Compiler, d: Directive) -> Op:
    section, relative = d.colon, d.at

    def body(call: Call, column: int, increment: int) -> None:
        from .pretty import Tab, as_pretty

        stream = call.stream
        pretty = as_pretty(stream)
        if pretty is not None:
            pretty.tab(section, relative, column, increment)
        elif not section:
            at = stream.column()
            if at is None:
                spaces = column if relative else 2
            else:
                spaces = Tab(False, relative, column, increment).size(at, 0)
            if not stream.advance_to_column(at + spaces if at is not None else None if relative else column):
                stream.write_str(" " * spaces)

    return with_parameters(d, (1, 1), body)


# Control


def _make_goto(compiler: Compiler, d: Directive) -> Op:
    if d.at:
        return with_parameters(d, (0,), lambda call, n: call.goto(n))
    if d.colon:
        return with_parameters(d, (1,), lambda call, n: call.goto(call.position - n))
    return with_parameters(d, (1,), lambda call, n: call.goto(call.position + n))


def _make_recursive(compiler: Compiler, d: Directive) -> Op:
    if not d.at:
        def op(call: Call) -> None:
            control = call.next()
            args = call.next()
            format_to(call.stream, control, to_list(args))

        return op

    def op_at(call: Call) -> Any:
        control = call.next()
        if not is_string(control):
            rest = format_to(call.stream, control, to_list(call.rest()))
            call.goto(len(call.args) - len(rest))
            return None
        code = compiled(text_of(control))
        if code.constant is not None:
            call.stream.write_str(code.constant)
            return None
        run_ops(code.ops, call)
        return None

    return op_at


def _make_leave(compiler: Compiler, d: Directive) -> Op:
    result = LEAVE_ALL if d.colon else LEAVE
    colon = d.colon

    def body(call: Call, a: Any, b: Any, c: Any) -> Any:
        given = [x for x in (a, b, c) if x is not None]
        if not given:
            leave = call.outer_left == 0 if colon and call.outer_left is not None else call.done()
        elif len(given) == 1:
            leave = given[0] == 0 and type(given[0]) is int
        elif len(given) == 2:
            leave = type(given[0]) is type(given[1]) and given[0] == given[1]
        else:
            leave = all(type(x) is int for x in given) and given[0] <= given[1] <= given[2]
        return result if leave else None

    return with_parameters(d, (None, None, None), body)


def _make_call(compiler: Compiler, d: Directive) -> Op:
    name, colon, at = d.name, T if d.colon else None, T if d.at else None
    given = len(d.params)

    def body(call: Call, *params: Any) -> None:
        coerce_function(_named(call, name))(call.stream, call.next(), colon, at, *params)

    return with_parameters(d, (None,) * given, body)


def _named(call: Call, name: str) -> Symbol:
    from acl.types.symbol import USER, denil, find_package

    package: Any = USER
    if ":" in name:
        prefix, _, name = name.partition(":")
        name = name.removeprefix(":")
        package = find_package(token_name(prefix) or "KEYWORD")
        if package is None:
            format_error(call.control, 0, f"There is no package named {prefix}.")
    symbol: Any = denil(package.intern(token_name(name)))
    return symbol  # type: ignore[no-any-return]


MAKERS: dict[str, Maker] = {
    "A": _object_maker(princ, princ_to_string), "S": _object_maker(prin1, prin1_to_string), "W": _make_w, "C": _make_c,
    "D": _integer_maker(10), "B": _integer_maker(2), "O": _integer_maker(8), "X": _integer_maker(16), "R": _make_r,
    "P": _make_p, "F": _float_maker("fixed", (None, None, 0, None, " ")),
    "E": _float_maker("exponential", (None, None, None, 1, None, " ", None)),
    "G": _float_maker("general", (None, None, None, 1, None, " ", None)), "$": _make_dollars,
    "%": _repeat_maker("\n"), "|": _repeat_maker("\f"), "~": _repeat_maker("~"),
    "&": lambda compiler, d: with_parameters(d, (1,), _fresh_line), "T": _make_t, "*": _make_goto,
    "?": _make_recursive, "^": _make_leave, "/": _make_call,
}


