"""Commands on the frames of the stack."""

from __future__ import annotations

from typing import Any

from acl.printer.writer import prin1_to_string
from acl.toplevel import variables as v
from acl.toplevel.commands import command
from acl.toplevel.frames import frame_text, hide
from acl.types.array import SimpleString
from acl.types.cons import from_iterable, to_list
from acl.types.symbol import Symbol


def current_frame(listener: Any) -> Any:
    """Return the current frame, None (after saying so) if there is none."""
    level = listener.level
    if not level.frames:
        listener.say("There is no frame.")
        return None
    return level.frames[level.current]


def _move_to(listener: Any, index: int, zoom: Any = None) -> None:
    level = listener.level
    if not level.frames:
        listener.say("There is no frame.")
        return
    level.current = max(0, min(len(level.frames) - 1, index))
    if zoom is not None or v.AUTO_ZOOM.value is not None:
        listener.zoom(level)
    else:
        listener.say(frame_text(level.frames[level.current]))
        listener.set_star(level)


@command("dn", "dn")
def _dn(listener: Any, n: int = 1, *, zoom: Any = None) -> None:
    """Move to an older frame, N frames away."""
    _move_to(listener, listener.level.current + n, zoom)


@command("up", "up")
def _up(listener: Any, n: int = 1, *, zoom: Any = None) -> None:
    """Move to a newer frame, N frames away."""
    _move_to(listener, listener.level.current - n, zoom)


@command("top", "to")
def _top(listener: Any, *, zoom: Any = None) -> None:
    """Move to the newest frame."""
    _move_to(listener, 0, zoom)


@command("bottom", "bo")
def _bottom(listener: Any, *, zoom: Any = None) -> None:
    """Move to the oldest frame."""
    _move_to(listener, len(listener.level.frames), zoom)


@command("find", "fin")
def _find(listener: Any, function: Any) -> None:
    """Move to the next older frame of FUNCTION, or else the newest one."""
    level = listener.level
    order = [*range(level.current + 1, len(level.frames)), *range(level.current + 1)]
    for index in order:
        if index < len(level.frames) and prin1_to_string(level.frames[index].name) == prin1_to_string(function):
            _move_to(listener, index)
            return
    listener.say(f"There is no frame of {prin1_to_string(function)}.")


@command("current", "cur")
def _current(listener: Any) -> None:
    """Show the current frame as a call and set * to it."""
    frame = current_frame(listener)
    if frame is not None:
        listener.say(prin1_to_string(frame.expression()))
        listener.set_star(listener.level)


@command("frame", "fr")
def _frame(listener: Any) -> None:
    """Show all there is to know of the current frame; set * to the call."""
    frame = current_frame(listener)
    if frame is None:
        return
    listener.say(f"Expression: {prin1_to_string(frame.expression())}")
    listener.say(f"Function:   {prin1_to_string(frame.function())}")
    if frame.place():
        listener.say(f"Source:     {frame.place()}")
    listener.say(f"Returnable: {'yes' if frame.returnable else 'no'}")
    listener.say("Locals:" if frame.variables() else "Locals:     none")
    _show_locals(listener, frame)
    listener.set_star(listener.level)


@command("function", "fun")
def _function(listener: Any) -> None:
    """Show the function of the current frame and set * to it."""
    frame = current_frame(listener)
    if frame is not None:
        listener.say(prin1_to_string(frame.function()))
        v.shift(v.STARS, frame.function())


@command("args", "args")
def _args(listener: Any, n: Any = None) -> None:
    """Show the arguments of the current frame, or argument N; set * to the list or the argument."""
    frame = current_frame(listener)
    if frame is None:
        return
    found, shown = frame.arguments(), to_list(frame.expression().cdr)
    if n is None:
        for i, value in enumerate(shown):
            listener.say(f"{i}: {prin1_to_string(value)}")
        v.shift(v.STARS, from_iterable(found))
    elif type(n) is int and 0 <= n < len(found):
        listener.say(prin1_to_string(shown[n]))
        v.shift(v.STARS, found[n])
    else:
        listener.say(f"There is no argument {prin1_to_string(n)}.")


def _show_locals(listener: Any, frame: Any) -> None:
    for i, each in enumerate(frame.variables()):
        listener.say(f"  {i}: {prin1_to_string(each.symbol)} = {prin1_to_string(each.shown)}")


def _variable(listener: Any, frame: Any, which: Any) -> Any:
    """Return the local variable that *which*, a number or name, means: the innermost of that name."""
    found = frame.variables()
    if type(which) is int:
        if 0 <= which < len(found):
            return found[which]
    else:
        wanted = which.name if type(which) is Symbol else which.text() if type(which) is SimpleString else ""
        named = [each for each in found if each.symbol.name.lower() == wanted.lower()]
        if named:
            return named[-1]
    listener.say(f"There is no local variable {prin1_to_string(which)}.")
    return None


@command("local", "loc")
def _local(listener: Any, var_or_number: Any = None) -> None:
    """Show the local variables of the current frame, or the value of one, by name or number; set * to it."""
    frame = current_frame(listener)
    if frame is None:
        return
    if var_or_number is None:
        _show_locals(listener, frame)
        return
    found = _variable(listener, frame, var_or_number)
    if found is not None:
        listener.say(prin1_to_string(found.shown))
        v.shift(v.STARS, found.value)


@command("set-local", "set-l")
def _set_local(listener: Any, name: Any, value: Any) -> None:
    """Set the local variable NAME (or number) of the current frame to the value of the form VALUE."""
    frame = current_frame(listener)
    if frame is None:
        return
    found = _variable(listener, frame, name)
    if found is not None:
        new = listener.values_of(value)
        frame.set_variable(found, new[0] if new else None)
        listener.say(f"{prin1_to_string(found.symbol)} = {prin1_to_string(new[0] if new else None)}")


@command("return", "ret")
def _return(listener: Any, *values: Any) -> None:
    """Return the values of the forms VALUES (NIL if none are given) from the current frame."""
    frame = current_frame(listener)
    if frame is None:
        return
    results = [listener.values_of(form) for form in values]
    if len(results) != 1:
        results = [tuple(r[0] if r else None for r in results) or (None,)]
    listener.leave_frame(frame, lambda: results[0])


@command("restart", "rest")
def _restart(listener: Any, frame: Any = None) -> None:
    """Call the function of the current frame again, or evaluate the call FRAME instead of it."""
    here = current_frame(listener)
    if here is None:
        return
    if frame is not None:
        listener.leave_frame(here, lambda: listener.global_values(frame))
        return
    function, args = here.definition() or here.function(), here.arguments()
    if function is None:
        listener.say("The function of this frame is not known.")
        return
    from acl.types.function import call_values

    listener.leave_frame(here, lambda: call_values(function, *args))


@command("hide", "hid")
def _hide(listener: Any, type_: Any = None, *names: Any) -> None:
    """Hide the frames of functions (:functions NAME...) or packages (:packages NAME...); alone: say what is hidden."""
    _change(listener, type_, names, True)


@command("unhide", "unh")
def _unhide(listener: Any, type_: Any = None, *names: Any) -> None:
    """Show the frames of functions or packages again; without arguments all."""
    _change(listener, type_, names, False)


def _change(listener: Any, kind: Any, names: tuple[Any, ...], hidden: bool) -> None:
    from acl.printer.writer import princ_to_string

    name = getattr(kind, "name", "").lower().rstrip("s") if kind is not None else ""
    if kind is not None and name not in ("function", "package"):
        listener.say("What is hidden are :functions or :packages.")
        return
    for line in hide(name, [princ_to_string(x).upper() for x in names], hidden):
        listener.say(line)
    for level in listener.levels:
        level.refresh()
