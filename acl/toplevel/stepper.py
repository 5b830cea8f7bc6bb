"""The stepper: stops before each form of the source, and goes into functions whose source is at hand."""

from __future__ import annotations

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
        self.replaced: dict[str, tuple[Any, Any, Any]] = {}

    def show(self, head: str, objects: tuple[Any, ...]) -> None:
        """Write *head* and the objects, with as many blanks before as the form is deep."""
        from acl.printer.writer import prin1_to_string

        self.listener.say(" " * (self.depth + 1) + head + " ".join(prin1_to_string(x) for x in objects))

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
        from acl.compiler.unit import function_info

        for name, _ in list(unit.functions.values()):
            key = key_of(name)
            function = FUNCTIONS.get(key)
            info = function_info(function)
            if key in self.replaced or info is None or info.unit.source is None:
                continue
            stand_in = self.stand_in(function)
            self.replaced[key] = name, function, stand_in
            set_fdefinition(name, stand_in)

    def stand_in(self, function: Any) -> Any:
        """Return a function that is compiled for the stepper when it is first called while stepping."""
        made: list[Any] = []

        def all_values(*args: Any) -> tuple[Any, ...]:
            if self.quiet or current().properties.get("stepper") is not self:
                return call_values(function, *args)
            if not made:
                from acl.compiler.stepping import stepping_function

                found = stepping_function(function)
                made.append(function if found is None else found[0])
                if found is not None:
                    self.watch(found[1])
            return call_values(made[0], *args)

        def primary(*args: Any) -> Any:
            values = all_values(*args)
            return values[0] if values else None

        primary.mv = all_values  # type: ignore[attr-defined]
        primary.lisp_name = getattr(function, "lisp_name", None)  # type: ignore[attr-defined]
        return primary

    def restore(self) -> None:
        """Put the functions back that have not been defined anew meanwhile."""
        for key, (name, function, stand_in) in self.replaced.items():
            if FUNCTIONS.get(key) is stand_in:
                set_fdefinition(name, function)
        self.replaced.clear()


def step_form(form: Any) -> tuple[Any, ...]:
    """Evaluate *form*, stopping before each form in it if a listener is there to ask; return its values."""
    from acl.compiler.stepping import compile_stepping
    from acl.toplevel.listener import current_listener

    listener = current_listener()
    if listener is None:
        from acl.session import evaluate_values

        return evaluate_values(form)
    stepper = Stepper(listener)
    state = current()
    outer = state.properties.get("stepper")
    state.properties["stepper"] = stepper
    try:
        unit = compile_stepping(form)
        stepper.watch(unit)
        return unit.link()()  # type: ignore[no-any-return]
    finally:
        state.properties["stepper"] = outer
        stepper.restore()


@builtin("%STEP-FORM", "form function", package=SYSTEM, export=False, values=True)
def _step_form(form: Any, function: Any) -> tuple[Any, ...]:
    """Evaluate FORM by calling FUNCTION, after the stepper, if one is at work, has stopped."""
    stepper = current().properties.get("stepper")
    return call_values(function) if stepper is None else stepper.form(form, function)


@builtin("%STEP", "form", package=SYSTEM, export=False, values=True)
def _step(form: Any) -> tuple[Any, ...]:
    """Step through the evaluation of FORM; return its values."""
    return step_form(form)
