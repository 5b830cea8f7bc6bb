"""How the top level shows conditions, restarts and prompts: Allegro's layout."""

from __future__ import annotations

from typing import Any

from acl.runtime.control import Transfer
from acl.runtime.dynamic import bind, current
from acl.runtime.messages import MARGIN
from acl.runtime.restarts import Restart, active_restarts
from acl.types.casemode import converted
from acl.types.symbol import Package, cl

_PACKAGE = cl("*PACKAGE*")


def package_name(package: Package) -> str:
    """Return the name by which the prompt shows *package*: its shortest nickname, in the case of the mode."""
    from acl.toplevel.variables import PRINT_NICKNAME

    names = package.nicknames if PRINT_NICKNAME.value is not None and package.nicknames else [package.name]
    name = min(names, key=len)
    return converted(name)


def condition_text(condition: Any) -> str:
    """Return the report of *condition*, or what can be said if reporting it fails."""
    properties, token = current().properties, object()
    outer = properties.get("printing")
    properties["printing"] = token  # an error in the report leaves it, as one in a printing function of a program
    try:
        with bind(cl("*PRINT-READABLY*"), None):
            return str(condition)
    except Transfer as leaving:
        if leaving.args[0] is not token:
            raise
        problem = leaving.args[1]
    except Exception as fault:
        from acl.runtime.faults import condition_of

        problem = condition_of(fault)
    finally:
        properties["printing"] = outer
    from acl.printer.writer import printer_error_text

    return printer_error_text(condition, problem)


def error_head(condition: Any) -> str:
    """Return the report of *condition* and its type, as every display of an error begins; a break shows no type."""
    from acl.clos.base import class_of
    from acl.printer.unreadable import headed
    from acl.printer.writer import prin1_to_string
    from acl.runtime.condition_classes import class_named

    if isinstance(condition, class_named("BREAK-CONDITION")):
        return headed("Break: ", lambda: condition_text(condition))
    name = getattr(getattr(class_of(condition), "_lisp", None), "name", None)
    return f"{headed('Error: ', lambda: condition_text(condition))}\n  [condition type: {prin1_to_string(name)}]"


def error_text(condition: Any, restarts: list[Restart], place: str = "") -> str:
    """Return the display of an error or a break, with its numbered restarts; *place* is of the form being loaded."""
    head = error_head(condition)
    if place:
        head += f"\n  [while loading {place}]"
    return "\n".join([head, "", "Restart actions (select using :continue):", *restart_lines(restarts)])


def restart_lines(restarts: list[Restart]) -> list[str]:
    """Return a line for each restart, numbered from 0; it is broken only where the terminal would break it."""
    from acl.printer.unreadable import margin, paragraph

    width, longest = 1 if len(restarts) <= 10 else 2, margin()
    lines = [f" {i:>{width}}: {restart}" for i, restart in enumerate(restarts)]
    return lines if longest == MARGIN else [paragraph(line, width + 3, longest) for line in lines]


def applicable(condition: Any) -> list[Restart]:
    """Return the restarts that are shown for *condition*, newest first."""
    return list(active_restarts(condition))


def prompt(number: int, level: int, continuable: bool, inspecting: bool = False, stepping: bool = False) -> str:
    """Return the prompt text, without the fresh line before it."""
    if stepping:
        bracket = "[step] "
    elif level or inspecting:
        bracket = f"[{level or 1}{'c' if continuable else ''}{'i' if inspecting else ''}] "
    else:
        bracket = ""
    return f"{bracket}{package_name(_PACKAGE.value)}({number}): "
