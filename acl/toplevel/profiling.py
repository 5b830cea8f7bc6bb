"""Allegro's runtime analyzer, the package PROFILER: which functions take the time, and how often they are called.

A thread looks at the stacks of the processes every few milliseconds.  A sample is worth the time that has passed since
the one before: of the processor of that thread for :time, of the clock for :real-time.  A function whose call the
compiler replaces by an expression has no frame: its time is that of its caller.
"""

from __future__ import annotations

import sys
import threading
import time
from collections import Counter, defaultdict
from itertools import pairwise
from types import CodeType, FrameType
from typing import Any

from acl.builtins.declare import builtin, macro, variable
from acl.expand.template import template
from acl.printer.writer import prin1_to_string
from acl.runtime.conditions import error, type_fault
from acl.toplevel.frames import code_name, python_frame_name
from acl.types.cons import Cons, from_iterable, lisp_list, to_list
from acl.types.number import SingleFloat
from acl.types.symbol import PROFILER, Symbol, cl, keyword

Times = defaultdict[Any, float]
"""Seconds by function or by stack."""

_TYPES = {"TIME": "processor time", "REAL-TIME": "real time", "COUNT-ONLY": ""}
_INTERVAL = 0.002
_DEFAULTS: dict[Symbol, Any] = {}


def _display(name: str, value: Any, doc: str) -> Symbol:
    symbol = variable(name, value, doc + "  `reset-profiler-display-defaults` sets it to its first value.",
                      package=PROFILER)
    _DEFAULTS[symbol] = value
    return symbol


SIGNIFICANCE = _display("*SIGNIFICANCE-THRESHOLD*", SingleFloat(0.01),
                        "The least share of the whole time that is worth a line.")
FRACTIONAL = _display("*FRACTIONAL-SIGNIFICANCE-THRESHOLD*", SingleFloat(0.02),
                      "The least share of a function's time that is worth a line for a caller or for what it calls.")
HIDDEN_FUNCTIONS = _display("*HIDDEN-FUNCTIONS*", None, "Names of functions whose time is shown as their callers'.")
HIDDEN_PACKAGES = _display("*HIDDEN-PACKAGES*", None, "Packages, or their names, whose functions are hidden likewise.")
MAX_SAMPLES = variable("*MAXSAMPLES*", 100000, "The most samples that are taken.", package=PROFILER)


class Profile:
    """What has been collected: by stack, innermost function first, the time and the number of samples; calls."""

    def __init__(self, kind: str, counting: bool, wanted: list[Any] | None, excepted: list[Any]) -> None:
        self.kind = kind
        self.counting = counting
        self.wanted = wanted
        """The functions whose calls are counted, None for all."""
        self.excepted = excepted
        self.state = "SUSPENDED"
        self.seconds: Times = defaultdict(float)
        self.samples = 0
        self.places: Times = defaultdict(float)
        """The time by code and instruction of the innermost function."""
        self.codes: Counter[CodeType] = Counter()
        self.names: dict[CodeType, Any] = {}
        self.clocks: dict[int, float] = {}
        self.stopped = threading.Event()
        self.thread: threading.Thread | None = None

    def start(self) -> None:
        """Take samples from now on."""
        self.state = "SAMPLING"
        self.clocks.clear()
        if self.counting:
            threading.setprofile(self._called)
            sys.setprofile(self._called)
        if self.kind != "COUNT-ONLY" and self.thread is None:
            self.stopped.clear()
            self.thread = threading.Thread(target=self._watch, name="profiler", daemon=True)
            self.thread.start()

    def pause(self, state: str) -> None:
        """Take none; *state* is `profiler-status` then."""
        if self.counting:
            threading.setprofile(None)
            sys.setprofile(None)
        if self.thread is not None:
            self.stopped.set()
            self.thread.join()
            self.thread = None
        self.state = state

    def _called(self, frame: FrameType, event: str, _: Any) -> None:
        if event == "call":
            self.codes[frame.f_code] += 1

    def _watch(self) -> None:
        own = threading.get_ident()
        self._sample(own)  # from here on the time counts
        self.seconds.clear()
        self.places.clear()
        self.samples = 0
        while not self.stopped.wait(_INTERVAL) and self.samples < MAX_SAMPLES.value:
            self._sample(own)

    def _sample(self, own: int) -> None:
        excepted = {own, *(p.thread.ident for p in self.excepted if p.thread is not None)}
        for ident, frame in sys._current_frames().items():
            if ident in excepted:
                continue
            try:
                now = time.monotonic() if self.kind == "REAL-TIME" else time.clock_gettime(
                    time.pthread_getcpuclockid(ident))
            except OSError:  # it has just ended
                continue
            passed = now - self.clocks.get(ident, now)
            self.clocks[ident] = now
            if passed > 0 and (stack := self._stack(frame)):
                self.seconds[stack] += passed
                self.places[self._place(frame)] += passed
                self.samples += 1

    def _stack(self, frame: FrameType | None) -> tuple[Any, ...]:
        """Return the names of the functions on the stack; one that calls itself stands there once."""
        stack: list[Any] = []
        names = self.names
        while frame is not None:
            code = frame.f_code
            if code not in names:
                own = code.co_filename == __file__
                names[code] = None if own else code_name(code) or python_frame_name(frame)
            name = names[code]
            if name is not None and (not stack or stack[-1] is not name):
                stack.append(name)
            frame = frame.f_back
        return tuple(stack)

    def _place(self, frame: FrameType | None) -> tuple[CodeType, int] | None:
        """Return the code of the innermost frame on the stack that is a function's, and its instruction."""
        while frame is not None and self.names[frame.f_code] is None:
            frame = frame.f_back
        return None if frame is None else (frame.f_code, frame.f_lasti)

    def calls(self) -> Counter[Any]:
        """Return how often each function was called, by name."""
        from acl.toplevel.frames import builtin_name

        counts: Counter[Any] = Counter()
        for code, count in self.codes.items():
            name = code_name(code) or builtin_name(code)
            if name is not None and code.co_filename != __file__ and (self.wanted is None or name in self.wanted):
                counts[name] += count
        return counts

    def shown_stacks(self) -> Times:
        """Return the time by stack, without functions that are hidden."""
        functions = set(to_list(HIDDEN_FUNCTIONS.value))
        packages = {str(p) if not isinstance(p, Symbol) else p.name for p in to_list(HIDDEN_PACKAGES.value)}
        shown: Times = defaultdict(float)
        for stack, seconds in self.seconds.items():
            kept = tuple(name for name in stack if name not in functions and not _is_of(name, packages))
            shown[kept] += seconds
        return shown


def _is_of(name: Any, packages: set[str]) -> bool:
    package = name.package if type(name) is Symbol else None
    return package is not None and not packages.isdisjoint((package.name, *package.nicknames))


_current: list[Profile] = []
"""The last profile that was started, in it; empty before the first one."""


def _started() -> Profile:
    if not _current or _current[0].state not in ("SAMPLING", "SUSPENDED"):
        error("SIMPLE-ERROR", "The profiler has not been started.")
    return _current[0]


def _finished() -> Profile:
    """Return the current profile, stopped."""
    if not _current:
        error("SIMPLE-ERROR", "There is no profile: nothing has been profiled yet.")
    profile = _current[0]
    if profile.state in ("SAMPLING", "SUSPENDED"):
        stop_profiler()
    return profile


def _say(text: str) -> None:
    stream = cl("*STANDARD-OUTPUT*").value.resolve()
    stream.fresh_line()
    stream.write_str(text + "\n")


@builtin("START-PROFILER", "&key type (start-sampling-p t) count count-list except-processes interpret-closures "
         "verbose", package=PROFILER)
def start_profiler(*, type: Any = None, start_sampling_p: Any = True, count: Any = None, count_list: Any = None,
                   except_processes: Any = None, interpret_closures: Any = None, verbose: Any = None) -> None:
    """Start to collect data: of :time (of the processor, the default), :real-time, or :count-only the calls.

    The calls are counted if COUNT or COUNT-LIST, the functions meant, is given: those of this process and of those that
    are made later.  EXCEPT-PROCESSES are not looked at.  Unless START-SAMPLING-P, `start-sampling` begins to collect.
    The profile before is dropped.  INTERPRET-CLOSURES makes no difference: closures have the name of their function.
    """
    counting = count is not None or count_list is not None
    kind = type.name if isinstance(type, Symbol) else "COUNT-ONLY" if counting else "TIME"
    if type is keyword("SPACE"):
        error("SIMPLE-ERROR", "acl has no space analyzer: a profile is of :time, :real-time or :count-only.")
    if kind not in _TYPES or not (type is None or type.package is keyword("TIME").package):
        type_fault(type, lisp_list(cl("MEMBER"), *map(keyword, _TYPES)))
    if _current and _current[0].state in ("SAMPLING", "SUSPENDED"):
        error("SIMPLE-ERROR", "The profiler has been started already: stop-profiler ends that.")
    processes = to_list(except_processes) if except_processes is None or isinstance(except_processes, Cons) else [
        except_processes]
    wanted = to_list(count_list) if count_list is not None else None
    _current[:] = [Profile(kind, counting or kind == "COUNT-ONLY", wanted, processes)]
    if start_sampling_p is not None:
        start_sampling(verbose=verbose)


@builtin("STOP-PROFILER", "&key verbose", package=PROFILER)
def stop_profiler(*, verbose: Any = None) -> None:
    """Stop to collect data: the profile can be shown."""
    profile = _started()
    profile.pause("SAVED")
    if verbose is not None:
        _say(f"; Sampling stopped after {profile.samples} samples.")


@builtin("START-SAMPLING", "&key verbose", package=PROFILER)
def start_sampling(*, verbose: Any = None) -> None:
    """Go on to collect data, which `stop-sampling` suspended."""
    profile = _started()
    if profile.state == "SUSPENDED":
        profile.start()
        if verbose is not None:
            _say("; Sampling started.")


@builtin("STOP-SAMPLING", "&key verbose", package=PROFILER)
def stop_sampling(*, verbose: Any = None) -> None:
    """Suspend the collection of data; `start-sampling` goes on."""
    profile = _started()
    if profile.state == "SAMPLING":
        profile.pause("SUSPENDED")
        if verbose is not None:
            _say("; Sampling suspended.")


_WITH_PROFILING = template("(progn (,start ,@options) (unwind-protect (progn ,@body) (,stop)))")


@macro("WITH-PROFILING", "(&key type except-processes count count-list verbose start-sampling-p interpret-closures) "
       "&body body", package=PROFILER)
def _with_profiling(form: Any, env: Any) -> Any:
    """Evaluate BODY and return its values, and collect data meanwhile; the options are those of `start-profiler`."""
    return _WITH_PROFILING(start=PROFILER.external["START-PROFILER"], stop=PROFILER.external["STOP-PROFILER"],
                           options=form.cdr.car, body=form.cdr.cdr)


@macro("WITH-SAMPLING", "(&key verbose) &body body", package=PROFILER)
def _with_sampling(form: Any, env: Any) -> Any:
    """Evaluate BODY and return its values; data is collected meanwhile if the profiler has been started."""
    return _WITH_PROFILING(start=PROFILER.external["START-SAMPLING"], stop=PROFILER.external["STOP-SAMPLING"],
                           options=form.cdr.car, body=form.cdr.cdr)


@builtin("PROFILER-STATUS", "&key (verbose t)", package=PROFILER)
def profiler_status(*, verbose: Any = True) -> Symbol:
    """Return :inactive before the first profile, then :sampling, :suspended, :saved, and :analyzed once it was shown.

    If VERBOSE, print what the current profile is, too.
    """
    profile = _current[0] if _current else None
    state = profile.state if profile is not None else "INACTIVE"
    if verbose is not None:
        what = f" a profile of {_TYPES[profile.kind] or 'calls'}, {profile.samples} samples" if profile else ""
        _say(f"; The profiler is {state.lower()}:{what}." if what else "; The profiler is inactive.")
    return keyword(state)


@builtin("RESET-PROFILER-DISPLAY-DEFAULTS", "", package=PROFILER)
def _reset_defaults() -> None:
    """Set the variables that say what of a profile is shown to their first values."""
    for symbol, value in _DEFAULTS.items():
        symbol.value = value


@builtin("SHOW-ALL", "", package=PROFILER)
def _show_all() -> int:
    """Set the variables that say what of a profile is shown so that everything is; return 0."""
    for symbol in _DEFAULTS:
        symbol.value = SingleFloat(0.0) if symbol in (SIGNIFICANCE, FRACTIONAL) else None
    return 0


# Showing


def _by_time(times: Times) -> list[tuple[Any, float]]:
    return sorted(times.items(), key=lambda pair: -pair[1])


def _stream(stream: Any) -> Any:
    return (cl("*STANDARD-OUTPUT*").value if stream is None else stream).resolve()


def _heading(profile: Profile, seconds: float) -> str:
    return (f"Sample represents {seconds:.2f} seconds of {_TYPES[profile.kind] or 'no time'}"
            f"  ({profile.samples} samples)\n\n"
            f" Times below {float(SIGNIFICANCE.value) * 100:.1f}% will be suppressed.\n")


@builtin("SHOW-FLAT-PROFILE", "&key stream verbose", package=PROFILER)
def show_flat_profile(*, stream: Any = None, verbose: Any = None) -> None:
    """Print a line for each function of the profile on STREAM, `*standard-output*` if it is NIL, slowest first.

    The columns: the share of its own time in all, that of it and the lines above, its own time, the time until it
    returns, the number of its calls and both times by call, if calls were counted, and its name.
    """
    profile = _finished()
    own: Times = defaultdict(float)
    total: Times = defaultdict(float)
    for stack, seconds in profile.shown_stacks().items():
        own[stack[0] if stack else None] += seconds
        for name in set(stack):
            total[name] += seconds
    everything = sum(own.values())
    calls = profile.calls()
    out = _stream(stream)
    out.fresh_line()
    out.write_str(_heading(profile, everything) + "\n")
    out.write_str("  %     %     self    total             self    total  Function\n"
                  " Time  Cum.    secs     secs    calls  ms/call  ms/call  name\n")
    so_far = 0.0
    for name, seconds in _by_time(own):
        if name is None or seconds < everything * float(SIGNIFICANCE.value):
            continue
        so_far += seconds
        count = calls.get(name)
        by_call = f"{count:8} {seconds * 1000 / count:8.3f} {total[name] * 1000 / count:8.3f}" if count else " " * 26
        out.write_str(f"{100 * seconds / everything:6.1f}{100 * so_far / everything:6.1f} {seconds:7.2f}  "
                      f"{total[name]:7.2f} {by_call}  {prin1_to_string(name)}\n")
    profile.state = "ANALYZED"


@builtin("SHOW-CALL-GRAPH", "&key name stream verbose", package=PROFILER)
def show_call_graph(*, name: Any = None, stream: Any = None, verbose: Any = None) -> None:
    """Print for each function, or that called NAME, who called it and what it called, and how long that took.

    A block has the callers, with the time in the function on their behalf; the function, with its share in all, the
    time until it returns and its own; and below it what it called, with the time in that on its behalf.
    """
    profile = _finished()
    stacks = profile.shown_stacks()
    everything = sum(stacks.values())
    own: Times = defaultdict(float)
    total: Times = defaultdict(float)
    callers: dict[Any, Times] = defaultdict(lambda: defaultdict(float))
    callees: dict[Any, Times] = defaultdict(lambda: defaultdict(float))
    for stack, seconds in stacks.items():
        if stack:
            own[stack[0]] += seconds
        for each in set(stack):
            total[each] += seconds
        for callee, caller in set(pairwise(stack)):
            callers[callee][caller] += seconds
            callees[caller][callee] += seconds
    out = _stream(stream)
    out.fresh_line()
    out.write_str(_heading(profile, everything) + "\n   %    total     self\n Time    secs     secs  Function\n")
    for each, seconds in _by_time(total):
        if seconds < everything * float(SIGNIFICANCE.value) or (name is not None and each is not name):
            continue
        least = seconds * float(FRACTIONAL.value)
        out.write_str("\n")
        _write_others(out, callers[each], least)
        out.write_str(f"{100 * seconds / everything:6.1f} {seconds:7.2f}  {own[each]:7.2f}  "
                      f"{prin1_to_string(each)}\n")
        _write_others(out, callees[each], least)
    profile.state = "ANALYZED"


def _write_others(out: Any, times: Times, least: float) -> None:
    for name, seconds in _by_time(times):
        if seconds >= least:
            out.write_str(f"       {seconds:7.2f}             {prin1_to_string(name)}\n")


def _counted() -> list[tuple[Any, int]]:
    profile = _finished()
    if not profile.counting:
        error("SIMPLE-ERROR", "The calls have not been counted: start-profiler does that with :count t.")
    return profile.calls().most_common()


@builtin("SHOW-CALL-COUNTS", "&key stream verbose", package=PROFILER)
def show_call_counts(*, stream: Any = None, verbose: Any = None) -> None:
    """Print how often each function was called, the most called first, on STREAM or `*standard-output*`."""
    counts, out = _counted(), _stream(stream)
    out.fresh_line()
    out.write_str("   Count  Function\n")
    for name, count in counts:
        out.write_str(f"{count:8}  {prin1_to_string(name)}\n")


@builtin("LIST-CALL-COUNTS", "&key verbose", package=PROFILER)
def list_call_counts(*, verbose: Any = None) -> Any:
    """Return a list of (name . count) for the functions that were called, the most called first."""
    return from_iterable(Cons(name, count) for name, count in _counted())


@builtin("DISASSEMBLE-PROFILE", "fn &key verbose stream", package=PROFILER)
def disassemble_profile(fn: Any, *, verbose: Any = None, stream: Any = None) -> None:
    """Print the byte code of the function FN, with the percentage of its own time in front of each instruction.

    FN is as for `disassemble`.  CPython lets other threads look at calls and at the ends of loops only: what stands
    there is the time since the one before.
    """
    import dis

    from acl.builtins.environment.tools import designated_function

    profile = _finished()
    function = designated_function(fn)
    code = getattr(function, "__code__", None) or getattr(getattr(function, "function", None), "__code__", None)
    out = _stream(stream)
    out.fresh_line()
    out.write_str(f";; disassembly of {prin1_to_string(function)}\n")
    if code is None:
        out.write_str(";; It is written in C.\n")
        return
    name = code_name(code)
    places: Times = defaultdict(float)
    for place, seconds in profile.places.items():
        # the code for one value and that for all values have the same name
        if place is not None and (place[0] is code or (name is not None and code_name(place[0]) is name)):
            places[place] += seconds
    own = sum(places.values())
    for each in {code: None} | dict.fromkeys(c for c, _ in places):
        for instruction in dis.get_instructions(each):
            seconds = places.get((each, instruction.offset), 0.0)
            share = f"{100 * seconds / own:6.1f}" if seconds else " " * 6
            line = f"{share} {instruction.offset:6}  {instruction.opname:24} {instruction.argrepr}"
            out.write_str(line.rstrip() + "\n")
    out.write_str(f";; {own:.2f} seconds of its own\n")
