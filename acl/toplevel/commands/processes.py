"""Commands on processes."""

from __future__ import annotations

from typing import Any

from acl.printer.writer import princ_to_string
from acl.runtime.conditions import error
from acl.toplevel.commands import command
from acl.types.array import SimpleString, string
from acl.types.symbol import KEYWORD, Symbol, keyword

DEBUGGING = keyword("DEBUGGING")


def find_processes(which: Any) -> list[Any]:
    """Return the processes that *which* means: itself, by number, by name, else by a part of the name."""
    from acl.mp.process import Process, all_processes

    if isinstance(which, Process):
        return [which]
    everybody = all_processes()
    if type(which) is int:
        found = [p for p in everybody if p.sequence == which]
    else:
        name = which.text() if type(which) is SimpleString else which.name if type(which) is Symbol else ""
        found = [p for p in everybody if princ_to_string(p.name) == name]
        found = found or [p for p in everybody if princ_to_string(p.name).lower() == name.lower()]
        found = found or [p for p in everybody if name and name.lower() in princ_to_string(p.name).lower()]
    if not found:
        error("SIMPLE-ERROR", "There is no process ~s.", which)
    return found


def the_process(which: Any) -> Any:
    """Return the one process that *which* means."""
    found = find_processes(which)
    if len(found) > 1:
        names = ", ".join(princ_to_string(p.name) for p in found)
        error("SIMPLE-ERROR", "~s is part of the names of several processes: ~a.", which, string(names))
    return found[0]


@command("processes", "pro")
def _processes(listener: Any, *processes: Any) -> None:
    """Show the processes, or those named: number, priority, state, name, what it waits for, arrest reasons.

    Seq is the number of a process, Dis how often it was resumed, Sec its processor time in seconds and dSec that since
    the last report, Pri its priority.  A process is named by its number, its name or a part of its name.
    """
    from acl.mp import process_table

    head, *lines = process_table()
    wanted = {p.sequence for each in processes for p in find_processes(each)}
    listener.say(head)
    for line in lines:
        if not processes or int(line[2:6]) in wanted:
            listener.say(line)


@command("arrest", "arr")
def _arrest(listener: Any, process: Any, *processes: Any) -> None:
    """Stop processes: give each the arrest reason :debugging."""
    for each in map(the_process, (process, *processes)):
        if each is listener.process:
            error("SIMPLE-ERROR", "The listener cannot be arrested.")
        arrest(each)


def arrest(process: Any) -> None:
    """Give *process* the arrest reason :debugging."""
    if DEBUGGING not in process.arrest_reasons:
        process.arrest_reasons.append(DEBUGGING)
        process.update()


def unarrest(process: Any) -> None:
    """Take the arrest reason :debugging from *process*."""
    if DEBUGGING in process.arrest_reasons:
        process.arrest_reasons.remove(DEBUGGING)
        process.update()


@command("unarrest", "unar")
def _unarrest(listener: Any, *processes: Any) -> None:
    """Let processes go on (without arguments the focused one) that :arrest or :focus has stopped."""
    chosen = list(map(the_process, processes)) or ([listener.focus] if listener.focus is not None else [])
    for each in chosen:
        unarrest(each)
        listener.unfocus(each)


@command("focus", "fo")
def _focus(listener: Any, process: Any = None) -> None:
    """Let the debugging commands look at PROCESS, which is arrested for it; :listener goes back; alone: say which."""
    if process is None:
        if listener.focus is None:
            listener.say(f"Focus is on the listener, {princ_to_string(listener.process.name)}.")
        else:
            listener.say(f"Focus is on {princ_to_string(listener.focus.name)}.")
        return
    if type(process) is Symbol and process.package is KEYWORD and process.name == "LISTENER":
        listener.set_focus(None)
        return
    chosen = the_process(process)
    if chosen is listener.process:
        listener.set_focus(None)
        return
    listener.set_focus(chosen)
    if listener.level.condition is not None:
        from acl.toplevel.display import error_text

        listener.say(error_text(listener.level.condition, listener.level.restarts))


@command("kill", "ki")
def _kill(listener: Any, process: Any = None, *processes: Any) -> None:
    """Kill processes, unwinding them; without arguments the focused one."""
    chosen = list(map(the_process, (process, *processes))) if process is not None else [listener.focus]
    for each in chosen:
        if each is None or each is listener.process:
            listener.say("The listener's own process is left by :exit.")
            continue
        unarrest(each)
        each.leave("kill")
        listener.unfocus(each)
