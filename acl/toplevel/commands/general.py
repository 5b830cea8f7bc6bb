"""Commands on the dialogue itself: help, history, aliases, leaving."""

from __future__ import annotations

from typing import Any

from acl.builtins.declare import operator_declaration
from acl.toplevel.commands import Command, command, find_command, history_number, run_command, table
from acl.types.symbol import keyword


@command("help", "he", reads="line")
def _help(listener: Any, about: str = "") -> None:
    """Show the table of commands, the help of one command, or the documentation of a name."""
    if not about:
        width = (listener.stream.resolve().line_length() or 100) - 1
        lines = [_help_line(c, width) for c in sorted(table().values())]
        listener.page(["COMMAND            ABBR   DESCRIPTION", *"\n".join(lines).split("\n")])
        return
    found = find_command(about.lstrip(":"))
    if found is not None and (about.startswith(":") or not _documented(about)):
        listener.say(f":{found.name} {found.arguments}".rstrip())
        for line in found.help.splitlines():
            listener.say(f"  {line.strip()}".rstrip())
    elif _documented(about):
        listener.call("COMMON-LISP:DESCRIBE", _documented(about))
    else:
        listener.say(f"There is no command :{about.lstrip(':')}.")


def _help_line(each: Command, width: int) -> str:
    from acl.printer.unreadable import paragraph

    abbreviation = each.least if each.least != each.name else ""
    return paragraph(f":{each.name:<17} {abbreviation:<6} {(each.help.splitlines() or [''])[0]}", 26, max(60, width))


def _documented(about: str) -> Any:
    """Return the symbol that *about* names, if there is something to say about it."""
    from acl.toplevel.completion import symbol_named

    symbol = symbol_named(about)
    if symbol is None:
        return None
    known = symbol.macro is not None or symbol.special is not None or operator_declaration(symbol) is not None
    return symbol if known or listener_function(symbol) is not None else None


def listener_function(symbol: Any) -> Any:
    """Return the global function of *symbol*, None if it has none."""
    from acl.types.function import fdefinition

    return fdefinition(symbol)


@command("history", "his")
def _history(listener: Any, n: Any = None, *, reverse: Any = None) -> None:
    """Show the inputs so far, numbered; the last N of them."""
    inputs = listener.history[:-1]
    if type(n) is int:
        inputs = inputs[-n:] if n > 0 else []
    for each in reversed(inputs) if reverse is not None else inputs:
        listener.say(f"{each.number:>4} {each.text}")


def again(listener: Any, word: str) -> None:
    """Run an input of the history again: `:7` by number, `:-1` by distance, `::text` by what it contains."""
    if word.startswith(":"):
        found = next((i for i in reversed(listener.history[:-1]) if word[1:].lower() in i.text.lower()), None)
        missing = f"There is no input that contains {word[1:]!r} in the history."
    else:
        number = history_number(word) or 0
        wanted = listener.number - 1 + number if word[0] in "+-" else number
        found = next((i for i in listener.history[:-1] if i.number == wanted), None)
        missing = f"There is no input number {wanted} in the history."
    if found is None:
        listener.say(missing)
        return
    listener.say(found.text)
    if found.is_command:
        run_command(listener, found.text)
    else:
        listener.evaluate(found.text, found.form, enter=False)


@command("alias", "ali")
def _alias(listener: Any, name: Any = None) -> None:
    """List the commands that were defined by tpl:alias, or the one called NAME."""
    from acl.printer.writer import princ_to_string

    wanted = None if name is None else princ_to_string(name).lower()
    for each in sorted(table().values()):
        if each.is_alias and wanted in (None, each.name):
            listener.say(f":{each.name} {each.arguments}".rstrip())


@command("exit", "ex")
def _exit(listener: Any, status: Any = None, *, no_unwind: Any = None, quiet: Any = None) -> None:
    """Leave Lisp with STATUS; asks first when processes wait for you."""
    waiting = listener.waiting_processes()
    if waiting:
        for process in waiting:
            listener.say(f"Process {process.name} waits in the debugger.")
        if not listener.ask("Do you really want to exit lisp [n]? "):
            return
    listener.call("TOP-LEVEL:EXIT-COMMAND", status or 0, keyword("NO-UNWIND"), no_unwind, keyword("QUIET"), quiet)


@command("eof", "eof")
def _eof(listener: Any) -> None:
    """Do what an end of file from the terminal does."""
    listener.end_of_file(listener.levels[-1])


@command("evalmode", "eval")
def _evalmode(listener: Any, mode: Any = None) -> None:
    """Say where forms are evaluated, or choose: :context (the current frame's variables) or :global."""
    if mode is not None:
        name = getattr(mode, "name", "")
        if name not in ("CONTEXT", "GLOBAL", "NULL", "T"):
            listener.say("The evaluation mode is :context or :global.")
            return
        listener.in_context = name in ("CONTEXT", "T")
    where = "with the variables of the current frame" if listener.in_context else "in the global environment"
    listener.say(f"Forms are evaluated {where}.")


@command("optimize", "opt")
def _optimize(listener: Any) -> None:
    """Say what the compiler makes of the optimization qualities."""
    listener.say("The compiler makes the same code whatever the optimization qualities say:\n"
                 "safe code that can be debugged.")


_PRINTER_VARIABLES = ("*PRINT-LENGTH*", "*PRINT-LEVEL*", "*PRINT-LINES*", "*PRINT-CIRCLE*", "*PRINT-PRETTY*",
                      "*PRINT-BASE*", "*PRINT-RADIX*", "*PRINT-CASE*", "*PRINT-ESCAPE*", "*PRINT-RIGHT-MARGIN*")


@command("printer-variables", "pri")
def _printer_variables(listener: Any) -> None:
    """Ask for new values of the variables that control the printer; an empty line leaves one as it is."""
    from acl.printer.writer import prin1_to_string
    from acl.toplevel.sanity import fits
    from acl.types.symbol import cl

    for name in _PRINTER_VARIABLES:
        symbol = cl(name)
        line = listener.ask_line(f"{prin1_to_string(symbol)} [{prin1_to_string(symbol.value)}]? ")
        if line is None:
            return
        if line.strip():
            value = listener.value_of(line)
            if fits(symbol, value):
                symbol.value = value
            else:
                listener.say(f"{prin1_to_string(value)} is not possible there: it stays as it is.")


@command("step", "st", reads="line")
def _step(listener: Any, form: str = "") -> None:
    """Step through the evaluation of FORM; while stepping: evaluate the form shown, stopping at the forms in it.

    :step t has every form that you type from now on stepped through, :step nil ends that.
    """
    word = form.strip().lower()
    if word in ("t", "nil"):
        listener.stepping = word == "t"
        if listener.levels[-1].stepping:
            listener.step_with("step" if listener.stepping else "continue")
    elif form:
        from acl.toplevel.stepper import step_form

        listener.show_values(step_form(listener.read_text(form)))
    else:
        listener.step_with("step")


@command("sover", "so")
def _sover(listener: Any) -> None:
    """While stepping: evaluate the form shown without stopping inside it."""
    listener.step_with("over")


@command("scont", "sc")
def _scont(listener: Any, n: Any = None) -> None:
    """While stepping: take N steps, or go on to the end without stopping."""
    listener.step_with(n if type(n) is int else "continue")


@command("package", "pa", reads="words")
def _package(listener: Any, name: str = "") -> None:
    """Change the current package, or show it."""
    from acl.toplevel.display import package_name
    from acl.types.symbol import cl, find_package

    if not name:
        listener.say(f"The {package_name(cl('*PACKAGE*').value)} package is current.")
        return
    bare = name.strip("'").lstrip(":#")
    package = find_package(bare.upper()) or find_package(bare)
    if package is None:
        listener.say(f"There is no package named {bare}.")
        return
    cl("*PACKAGE*").value = package


@command("prt", "prt")
def _prt(listener: Any) -> None:
    """Leave the current break level and evaluate again the form that caused it."""
    level = listener.levels[-1]
    if level.number == 0:
        listener.say("There is no error to leave.")
        return
    outer = listener.levels[-2]
    outer.again = outer.running
    listener.pop(1)
