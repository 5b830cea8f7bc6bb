"""The reference part of the manual, made from the declarations of the operators and the table of commands.

    python docs/generate.py FOLDER
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

PACKAGES = ("COMMON-LISP", "ACL-SOCKET", "MULTIPROCESSING", "EXCL", "TOP-LEVEL", "SYSTEM", "CLOS", "PROFILER",
            "DEBUGGER", "CROSS-REFERENCE", "VIEW", "PYTHON")
_KINDS = {"function": "Function", "predicate": "Function", "macro": "Macro", "special": "Special operator",
          "variable": "Variable"}


def entries(package_name: str) -> dict[str, list[tuple[str, str, str]]]:
    """Return by name the (kind, lambda list, documentation) of what a package exports and declares."""
    from acl.builtins.declare import DECLARATIONS
    from acl.types.symbol import PACKAGES as ALL

    package = ALL[package_name]
    result: dict[str, list[tuple[str, str, str]]] = {}
    for declared in DECLARATIONS.values():
        symbol = declared.symbol
        if package.external.get(symbol.name) is symbol and symbol.package is package and declared.doc:
            kind = "Setf function" if declared.setf else _KINDS[declared.kind]
            result.setdefault(symbol.name, []).append((kind, declared.lambda_list, declared.doc))
    return result


def variables(package_name: str) -> dict[str, str]:
    """Return by name the documentation of the variables and constants that a package exports."""
    from acl.builtins.environment.documentation import documentation_of
    from acl.types.symbol import PACKAGES as ALL
    from acl.types.symbol import denil

    result = {}
    for symbol in ALL[package_name].external.values():
        if symbol.package is ALL[package_name] and symbol.special is not None:
            doc = documentation_of(denil(symbol), "VARIABLE")
            if doc is not None:
                result[symbol.name] = doc.text()
    return result


def _paragraphs(doc: str) -> str:
    return re.sub(r"(?<!\n)\n(?!\n) *", " ", _escaped(doc.strip()))


def _escaped(text: str) -> str:
    return re.sub(r"([*_<>\[\]])", r"\\\1", text)


def package_page(package_name: str) -> str:
    """Return the page of a package."""
    lines = [f"# Package {package_name.lower()}", ""]
    documented: dict[str, list[tuple[str, str, str]]] = entries(package_name)
    for name, doc in variables(package_name).items():
        if all(kind != "Variable" for kind, _, _ in documented.get(name, [])):
            documented.setdefault(name, []).append(("Variable", "", doc))
    for name in sorted(documented):
        lines += [f"## {_escaped(name.lower())}", ""]
        for kind, lambda_list, doc in documented[name]:
            call = f"`({name.lower()} {lambda_list}".rstrip() + ")`" if kind != "Variable" else f"`{name.lower()}`"
            lines += [f"{kind} {call}", "", _paragraphs(doc), ""]
    return "\n".join(lines)


def commands_page() -> str:
    """Return the page of the top level's commands."""
    from acl.toplevel.commands import table

    lines = ["# Commands of the top level", "",
             "A command is a line that begins with a colon.  It may be shortened to the form in parentheses.", ""]
    for each in sorted(table().values()):
        short = f" (`:{each.least}`)" if each.least != each.name else ""
        lines += [f"## :{each.name}", "", f"`:{each.name} {each.arguments}`".replace(" `", "`") + short, "",
                  _paragraphs(each.help), ""]
    return "\n".join(lines)


def write_reference(folder: Path) -> None:
    """Write the pages of the reference into *folder*."""
    import acl.boot

    acl.boot.boot()
    acl.boot.load_all()
    folder.mkdir(exist_ok=True)
    pages: dict[str, Any] = {name.lower(): package_page(name) for name in PACKAGES}
    pages["commands"] = commands_page()
    names = "\n".join(["commands", *(name.lower() for name in PACKAGES)])
    pages["index"] = ("# Reference\n\nMade from the declarations: what `(describe 'make-socket)` and "
                      f"`:help make-socket` show offline.\n\n```{{toctree}}\n:maxdepth: 1\n\n{names}\n```\n")
    for name, text in pages.items():
        (folder / f"{name}.md").write_text(text.rstrip() + "\n")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent.parent))
    write_reference(Path(sys.argv[1]))
