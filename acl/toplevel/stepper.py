"""The stepper: stops before each form of the source, and goes into functions whose source is at hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from acl.builtins.declare import builtin
from acl.runtime.dynamic import current
from acl.types.function import FUNCTIONS, call_values, key_of, set_fdefinition
from acl.types.symbol import SYSTEM


class Stepper:
    """One evaluation that is stepped through; `steps` is how many forms to pass before the next stop."""

    def __init__(self, listener: Any) -> None:
        self.listener = listener
        self.depth = 0
        self.quiet = False
        self.steps = 0
        self.undo: dict[Any, Callable[[], None]] = {}  # by function key or method: how to put back what was replaced

    def show(self, head: str, objects: tuple[Any, ...], tail: str = "") -> None:
        """Write *head*, the objects and *tail*, with as many blanks before as the form is deep."""
        from acl.printer.writer import prin1_to_string

        self.listener.say(" " * (self.depth + 1) + head + " ".join(prin1_to_string(x) for x in objects) + tail)

    def form(self, form: Any, thunk: Any) -> tuple[Any, ...]:
        """Stop before *form*, which *thunk* evaluates; return its values."""
        if self.quiet:
            return call_values(thunk)
        self.depth += 1
        try:
            self.show(f"{self.depth}: ", (form,))
            answer = self.choose()
            if answer == "continue":
                self.quiet = True
            if answer != "over":
                values = call_values(thunk)
            else:
                self.quiet = True
                try:
                    values = call_values(thunk)
                finally:
                    self.quiet = False
            if not self.quiet:
                self.show(f"result {self.depth}: ", values)
            return values
        finally:
            self.depth -= 1

    def choose(self) -> Any:
        """Return how to go on: "step", "over" or "continue"."""
        if self.steps > 0:
            self.steps -= 1
            return "step"
        answer = self.listener.ask_step()
        if type(answer) is int:
            self.steps = answer - 1
            return "step"
        return answer if answer is not None else "continue"

    # Functions that are called

    def watch(self, unit: Any) -> None:
        """Have the functions that the code of *unit* calls stepped through too, if their source is at hand."""
        for name, _ in list(unit.functions.values()):
            key = key_of(name)
            function = FUNCTIONS.get(key)
            if key in self.undo:
                continue
            if has_source(function):
                self.replace_function(key, name, function)
            elif getattr(function, "gf", None) is not None:
                from acl.clos.generic import generic_of

                gf = generic_of(function)
                self.undo[key] = lambda: None
                for method in gf.methods if gf is not None else ():
                    self.replace_method(gf, method)

    def replace_function(self, key: str, name: Any, function: Any) -> None:
        """Define *name* as a stand-in of *function*, until the stepping ends."""
        stand_in = self.stand_in(function)

        def undo() -> None:
            if FUNCTIONS.get(key) is stand_in:  # it has not been defined anew meanwhile
                set_fdefinition(name, function)

        self.undo[key] = undo
        set_fdefinition(name, stand_in)

    def replace_method(self, gf: Any, method: Any) -> None:
        """Give *method*, of *gf*, a stand-in of its function, until the stepping ends."""
        from acl.clos.generic import invalidate

        function, maker = method.function, method.maker
        if not has_source(function if maker is None else maker):
            return

        def undo() -> None:
            method.function, method.maker = function, maker
            invalidate(gf)

        self.undo[method] = undo
        if maker is None:
            method.function = self.stand_in(function)
        else:
            method.maker = lambda next_method: self.stand_in(maker(next_method))
        invalidate(gf)

    def stand_in(self, function: Any) -> Any:
        """Return a function that is compiled for the stepper when it is first called while stepping."""
        made: list[Any] = []

        def all_values(*args: Any) -> tuple[Any, ...]:
            if self.quiet or current().properties.get("stepper") is not self:
                return call_values(function, *args)
            if not made:
                made.append(self.compiled(function))
            return call_values(made[0], *args)

        def primary(*args: Any) -> Any:
            values = all_values(*args)
            return values[0] if values else None

        primary.mv = all_values  # type: ignore[attr-defined]
        primary.lisp_name = getattr(function, "lisp_name", None)  # type: ignore[attr-defined]
        return primary

    def compiled(self, function: Any) -> Any:
        """Return *function* compiled for the stepper; if its source is lost, say so and return it as it is."""
        from acl.compiler.stepping import stepping_function
        from acl.compiler.unit import Lost, function_info

        try:
            made, unit = stepping_function(function)
        except Lost as why:
            info = function_info(function)
            self.show("; not stepping into ", (info.name if info is not None else function,), f": {why}")
            return function
        self.watch(unit)
        return made

    def run(self, unit: Any, thunk: Callable[[], tuple[Any, ...]]) -> tuple[Any, ...]:
        """Return what *thunk* returns, whose code is in *unit*, stepping through what it calls."""
        state = current()
        outer = state.properties.get("stepper")
        state.properties["stepper"] = self
        try:
            self.watch(unit)
            return thunk()
        finally:
            state.properties["stepper"] = outer
            for undo in self.undo.values():
                undo()
            self.undo.clear()


def has_source(function: Any) -> bool:
    """True if *function* is compiled and it is known which form it was compiled from."""
    from acl.compiler.unit import function_info

    info = function_info(function)
    return info is not None and info.unit is not None and info.unit.has_origin


def step_form(form: Any) -> tuple[Any, ...]:
    """Evaluate *form*, stopping before each form in it if a listener is there to ask; return its values."""
    from acl.compiler.stepping import compile_stepping
    from acl.toplevel.listener import current_listener

    listener = current_listener()
    if listener is None:
        from acl.session import evaluate_values

        return evaluate_values(form)
    return Stepper(listener).run(*compile_stepping(form))


@builtin("%STEP-FORM", "form function", package=SYSTEM, export=False, values=True)
def _step_form(form: Any, function: Any) -> tuple[Any, ...]:
    """Evaluate FORM by calling FUNCTION, after the stepper, if one is at work, has stopped."""
    stepper = current().properties.get("stepper")
    return call_values(function) if stepper is None else stepper.form(form, function)


@builtin("%STEP-HERE", "function", package=SYSTEM, export=False, values=True)
def _step_here(function: Any) -> tuple[Any, ...]:
    """Call FUNCTION, compiled for the stepper, under the stepper if somebody is there to ask; return its values."""
    from acl.compiler.unit import function_info
    from acl.toplevel.listener import current_listener

    listener, info = current_listener(), function_info(function)
    if listener is None or info is None or current().properties.get("stepper") is not None:
        return call_values(function)
    return Stepper(listener).run(info.unit, lambda: call_values(function))
