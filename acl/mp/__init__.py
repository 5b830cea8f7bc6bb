"""Allegro's multiprocessing: processes, locks, gates, queues, time-outs.  Each module declares its operators.

The two functions here are what the top level needs; they import the rest when called.
"""

from __future__ import annotations

from typing import Any, NoReturn


def in_main_process(exception: BaseException) -> NoReturn:
    """Raise *exception* in the main process (`exit` does); another process that calls this ends.

    In a Python program the main thread need not know of Lisp: there it is raised in the calling thread.
    """
    import threading

    from acl.mp.process import Leave, all_processes, current_process
    from acl.runtime.waiting import has_main_thread

    if threading.current_thread() is threading.main_thread() or not has_main_thread():
        raise exception

    def leave() -> Any:
        raise exception

    main = next(p for p in all_processes() if p.thread is threading.main_thread())
    main.box.post(leave)
    raise Leave(current_process(), "kill")


def is_reset(leaving: BaseException) -> bool:
    """True if *leaving* unwinds the initial process because it was reset: its listener starts anew."""
    import threading

    from acl.mp.process import Leave

    return (isinstance(leaving, Leave) and leaving.args[1] == "reset"
            and threading.current_thread() is threading.main_thread())


def process_table() -> list[str]:
    """Return the lines of the top level's table of processes."""
    from acl.mp.accessors import cpu_msec, cpu_msec_delta
    from acl.mp.process import all_processes

    lines = ["DP Seq Dis Sec   dSec Pri State    Process Name, Whostate, Arrest"]
    for p in all_processes():
        names = ", ".join(str(x) for x in (p.name, p.whostate(), *p.arrest_reasons) if str(x))
        delta, seconds = cpu_msec_delta(p) / 1000, cpu_msec(p) // 1000
        numbers = f"{p.sequence:4}{p.box.resumed:4}{seconds:4}{delta:7.1f}{p.priority!s:>4}"
        lines.append(f" *{numbers} {p.state_name():8} {names}")
    return lines
