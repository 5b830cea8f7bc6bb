"""Commands on break levels: restarts, leaving, the error."""

from __future__ import annotations

from typing import Any

from acl.toplevel import variables as v
from acl.toplevel.commands import command
from acl.toplevel.display import error_text
from acl.toplevel.frames import loading_place
from acl.types.array import SimpleString
from acl.types.symbol import Symbol


@command("continue", "cont")
def _continue(listener: Any, n: Any = 0) -> None:
    """Invoke restart N, a number or a name, of the current break level."""
    level = listener.level
    if level.condition is None:
        listener.say("There is no error to continue from.")
        return
    if isinstance(n, (Symbol, SimpleString)):
        name = (n.name if isinstance(n, Symbol) else n.text()).upper()
        index = next((i for i, r in enumerate(level.restarts) if getattr(r.name, "name", None) == name), None)
        if index is None:
            listener.say(f"There is no restart named {name.lower()}.")
            return
        n = index
    if type(n) is not int or not 0 <= n < len(level.restarts):
        listener.say(f"There is no restart number {n}.")
        return
    listener.continue_with(level, n)


@command("pop", "po")
def _pop(listener: Any, n: int = 1) -> None:
    """Leave N break levels, unwinding."""
    listener.pop(n)


@command("reset", "res")
def _reset(listener: Any) -> None:
    """Return to the outermost level, unwinding."""
    listener.reset()


@command("error", "err")
def _error(listener: Any) -> None:
    """Show the error of the current break level and its restarts again; set * to the condition."""
    level = listener.level
    if level.condition is None:
        listener.say("There is no error.")
        return
    listener.say(error_text(level.condition, level.restarts, loading_place(level.frames)))
    v.shift(v.STARS, level.condition)


@command("zoom", "zo")
def _zoom(listener: Any, *, count: Any = None, all_: Any = None, brief: Any = None, moderate: Any = None,
          verbose: Any = None, top: Any = None, bottom: Any = None, specials: Any = None, function: Any = None,
          relative: Any = None, from_read_eval_print_loop: Any = None) -> None:
    """Show the stack around the current frame, newest call first; set * to the current call.

    :count N (or t) sets how many frames are shown; :all t shows the frames of the system, in Python, too;
    :brief t shows names only, :verbose t the local variables; :function t the function objects; :top t and
    :bottom t go to the newest and the oldest frame first.
    """
    level = listener.looked_at()
    if count is not None:
        v.ZOOM_DISPLAY.value = count
    if top is not None or bottom is not None:
        level.current = 0 if top is not None else max(0, len(level.frames) - 1)
    if brief is not None:
        listener.backtrace(level)
    else:
        listener.zoom(level, everything=all_ is not None, locals_too=verbose is not None,
                      functions=function is not None)


@command("bt", "bt")
def _bt(listener: Any) -> None:
    """Show the names of the functions on the stack."""
    listener.backtrace(listener.looked_at())
