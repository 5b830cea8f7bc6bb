"""The command line: `acl [options] [FILE [ARG...]]`, `acl doc FILE...`, `acl lab HOST...`, `acl cert HOST...`."""

from __future__ import annotations

import os
import sys
from typing import Any

USAGE = """usage: acl [options] [FILE [ARG...]]     run a Lisp file (- is standard input), or start the top level
       acl doc FILE...                    run the example sessions of documentation pages
       acl lab HOST...                    hosts side by side, each a Lisp of its own (acl lab --help)
       acl cert [-d DIR] HOST...          make a private authority and a certificate (acl cert --help)

options, processed from left to right:
  -e FORM      evaluate FORM
  -L FILE      load FILE and go on
  -batch       no top level: exit after the options, with status 1 at an error
  -kill        exit after the -e and -L before it
  -q           do not load ~/.clinit.cl
  -qq          load no initialization files at all
  --modern     start in the case mode :case-sensitive-lower
  --version    print the version
  --help       print this text
A file's arguments are (sys:command-line-arguments).  Exit status: 0, 1 after an unhandled error,
2 for a wrong command line, 130 after Ctrl-C, 143 after SIGTERM."""


STANDARD_INPUT = "/dev/stdin"


class UsageError(Exception):
    """A wrong command line."""


class Options:
    """The parsed command line: `work` is the list of (kind, text) of -e and -L in order."""

    def __init__(self, argv: list[str]) -> None:
        self.work: list[tuple[str, str]] = []
        self.batch = self.kill = self.quiet = self.modern = False
        self.file: str | None = None
        self.arguments: list[str] = []
        self.show = ""
        args = list(argv)
        while args:
            self._option(args.pop(0), args)

    def _option(self, arg: str, args: list[str]) -> None:
        if arg in ("-e", "-L", "-#!"):
            if not args:
                raise UsageError(f"{arg} needs an argument")
            value = args.pop(0)
            if arg == "-#!":
                self.file, self.arguments = value, args[:]
                args.clear()
            else:
                self.work.append((arg, value))
        elif arg in ("--help", "-h", "--version"):
            self.show = arg
        elif arg == "-batch":
            self.batch = True
        elif arg == "-kill":
            self.kill = True
        elif arg in ("-q", "-qq"):
            self.quiet = True
        elif arg == "--modern":
            self.modern = True
        elif arg == "--":
            self.arguments = args[:]
            args.clear()
        elif arg.startswith("-") and len(arg) > 1:
            raise UsageError(f"unknown option {arg}")
        else:
            self.file, self.arguments = arg, args[:]
            args.clear()


def main(argv: list[str] | None = None) -> int:
    """Run acl; return the exit status."""
    args = sys.argv[1:] if argv is None else argv
    if args and args[0] == "doc":
        from acl.testing.doc import main as doc_main

        return int(doc_main(args[1:]))
    if args and args[0] == "lab":
        from acl.lab import main as lab_main

        return int(lab_main(args[1:]))
    if args and args[0] == "cert":
        from acl.testing.cert import main as cert_main

        return int(cert_main(args[1:]))
    try:
        options = Options(args)
    except UsageError as fault:
        sys.stderr.write(f"acl: {fault}\n{USAGE.splitlines()[0]}\n")
        return 2
    if options.show:
        from acl import __version__

        print(USAGE if options.show != "--version" else f"acl {__version__}")
        return 0
    _open_descriptors()
    try:
        return run(options)
    except BrokenPipeError:
        return _broken_pipe()


def _broken_pipe() -> int:
    """Standard output was closed early: end quietly."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return 141


def _open_descriptors() -> None:
    """Give the process three standard descriptors, whatever it was started with."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
    if sys.stdout is None:
        sys.stdout = open(1, "w", closefd=False)
    if sys.stderr is None:
        sys.stderr = open(2, "w", closefd=False)


def prepare() -> None:
    """Make the process fit to run Lisp: deep recursion, long integers, Ctrl-C."""
    import gc

    gc.disable()
    from acl.boot import boot, grow_stack

    sys.setrecursionlimit(60_000)
    if hasattr(sys, "set_int_max_str_digits"):
        sys.set_int_max_str_digits(0)
    grow_stack()
    boot()
    from acl.runtime.waiting import adopt_main_thread

    adopt_main_thread(_interrupted)
    gc.freeze()  # what was made until here lives to the end: no collection, the last one included, looks at it
    gc.enable()


_script = False


def _interrupted() -> None:
    """Ctrl-C: a break level in a listener, the end of a script."""
    if _script:
        raise KeyboardInterrupt
    from acl.runtime.interrupts import keyboard_interrupt

    keyboard_interrupt()


def _terminated() -> None:
    """SIGTERM: leave through all cleanup forms, with the status that a shell reports for the signal."""
    raise SystemExit(143)


def _end_in_order() -> None:
    """Have the first SIGTERM end the main thread through its cleanup forms, the second the process at once.

    A SIGTERM that is ignored, or that somebody else handles, is left alone.
    """
    import signal

    from acl.runtime.waiting import mailbox

    box = mailbox()

    def terminate(number: int, _: Any) -> None:
        signal.signal(number, signal.SIG_DFL)  # a cleanup form that hangs can be ended
        box.post(_terminated)

    if signal.getsignal(signal.SIGTERM) == signal.SIG_DFL:
        signal.signal(signal.SIGTERM, terminate)


def run(options: Options) -> int:
    """Do what the options say."""
    global _script

    prepare()  # before other imports, so that nothing is collected meanwhile
    from acl.runtime import interaction
    from acl.runtime.conditions import UnhandledCondition, set_debugger
    from acl.runtime.control import ControlTransfer
    from acl.runtime.faults import caught
    from acl.toplevel.listener import Listener
    from acl.types.symbol import SYSTEM

    if options.file is not None and options.file != "-" and not _readable(options.file):
        return 1
    _set_arguments(options)
    listener = Listener()
    interactive = options.file is None and not options.batch
    attended = interaction.attended = interactive and listener.stream.interactive
    _script = not attended
    if not interactive:
        _end_in_order()
    set_debugger(batch_debugger)
    status = 0
    try:
        try:
            if options.modern:
                _modern()
            if attended:
                banner(listener)
                listener.run(lambda: _work(options, interactive))
            else:
                _work(options, interactive)
                if interactive:
                    _script = False
                    listener.run()
        finally:
            if SYSTEM.external["*EXIT-CLEANUP-FORMS*"].value is not None:
                from acl.builtins.system import run_exit_cleanup_forms

                run_exit_cleanup_forms()
            if attended and not getattr(sys.exc_info()[1], "quiet", False):
                caught(lambda: listener.say("; Exiting"))
            problem = _flush()
            if problem is not None:
                sys.stderr.write(f"acl: {problem}\n")
                raise SystemExit(1)
    except SystemExit as leaving:
        status = leaving.code if isinstance(leaving.code, int) else 0
    except UnhandledCondition:
        status = 1
    except ControlTransfer:
        sys.stderr.write("acl: the initial process was killed\n")
        status = 1
    except KeyboardInterrupt:
        sys.stderr.write("\n")
        status = 130
    return _end_output() or status


def _readable(path: str) -> bool:
    """True if the script is there; else say in one line what is wrong."""
    from acl.builtins.loading import find_file

    found = find_file(path)
    if found is not None and not os.path.isfile(found) and os.access(found, os.R_OK):
        return True  # a pipe, whose other end would see it being closed
    try:
        open(found or path, "rb").close()
    except OSError as fault:
        sys.stderr.write(f"acl: {path}: {fault.strerror}\n")
        return False
    return True


def _work(options: Options, interactive: bool) -> None:
    """Do what the command line asks for before the top level; exit if it asks for that."""
    from acl.toplevel.listener import ExitLisp

    if interactive and not options.quiet:
        _load_init()
    for kind, text in options.work:
        _do(kind, text)
    if options.file is not None:
        _do("-L", STANDARD_INPUT if options.file == "-" else options.file)
    if interactive and options.kill:
        raise ExitLisp(0)


def banner(listener: Any) -> None:
    """Greet who sits at a terminal."""
    from acl import __version__

    listener.say(f"acl {__version__}, a Common Lisp on CPython {sys.version.split()[0]}\n"
                 f"Type :help for commands, :exit to leave.\n")


def _modern() -> None:
    from acl.builtins.casemode import MODERN, set_case_mode

    set_case_mode(MODERN)


def _load_init() -> None:
    path = os.path.join(os.path.expanduser("~"), ".clinit.cl")
    if os.path.isfile(path):
        from acl.builtins.loading import load
        from acl.types.array import string

        load(string(path))


def _set_arguments(options: Options) -> None:
    from acl.builtins.system import ARGUMENTS

    ARGUMENTS[:] = [options.file or "acl", *options.arguments]


def _do(kind: str, text: str) -> None:
    """Evaluate a form or load a file, with faults signalled here."""
    from acl.runtime.faults import signal_fault

    try:
        if kind == "-e":
            _evaluate(text)
        else:
            from acl.builtins.loading import load, named_outside

            load(named_outside(text))
    except Exception as fault:
        signal_fault(fault)


def _evaluate(text: str) -> None:
    from acl.reader import EOF, TextSource, read_form, typed_name
    from acl.session import evaluate_values

    source, name = TextSource(text, "<command line>"), typed_name(text, "command line")
    while True:
        form = read_form(source, EOF)
        if form is EOF:
            return
        evaluate_values(form, None, name, source.positions)


def batch_debugger(condition: Any) -> None:
    """The debugger where nobody sits: report and Lisp backtrace on standard error, then exit with status 1."""
    from acl.runtime.dynamic import bind
    from acl.toplevel.display import error_head
    from acl.toplevel.frames import collect, frame_text
    from acl.toplevel.listener import ExitLisp
    from acl.toplevel.sanity import restore
    from acl.toplevel.variables import zoom_bindings
    from acl.types.symbol import cl

    restore()  # the error may be that there is no stream
    output = cl("*STANDARD-OUTPUT*").value
    if output.interactive:
        output.fresh_line()
    _flush()
    frames = collect(sys._getframe(1), getattr(condition, "__traceback__", None))
    lines = [error_head(condition)]
    if frames:
        lines.append("\nEvaluation stack:\n")
        with bind(*zoom_bindings()):
            lines += ["   " + frame_text(f, sys.maxsize) for f in frames[:30]]
    sys.stderr.write("\n".join(lines) + "\n")
    sys.stderr.flush()
    raise ExitLisp(1)


def _flush() -> Any:
    """Write out what the standard streams hold; return the error if that is impossible, None if it is not."""
    from acl.runtime.faults import caught
    from acl.toplevel.sanity import restore
    from acl.types.symbol import EXCL, cl

    restore()
    problem = None
    for name in ("*STANDARD-OUTPUT*", "*ERROR-OUTPUT*", "*TERMINAL-IO*"):
        stream = cl(name).value if cl(name).bound else None
        problem = problem or (caught(stream.finish_output) if stream is not None else None)
    if problem is not None:
        EXCL.external["*INITIAL-TERMINAL-IO*"].value.abandoned = True  # or each attempt would be an error again
    return problem


def _end_output() -> int:
    """Write what Python's own stream holds, of libraries and of the editor of lines; return 1 if it is lost, else 0.

    Nothing is said of a terminal or a reader that has gone: that is known.
    """
    from acl.types.symbol import EXCL

    try:
        sys.stdout.flush()
    except OSError as problem:
        _broken_pipe()
        if not (isinstance(problem, BrokenPipeError) or EXCL.external["*INITIAL-TERMINAL-IO*"].value.abandoned):
            sys.stderr.write(f"acl: {problem}\n")
            return 1
    return 0
