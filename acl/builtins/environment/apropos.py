"""`apropos` and `apropos-list`: symbols whose names contain a text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from acl.builtins.declare import builtin
from acl.builtins.environment.describe import lambda_list_text
from acl.clos.base import find_class
from acl.printer.writer import prin1_to_string, princ_to_string
from acl.types.cons import from_iterable
from acl.types.function import fdefinition
from acl.types.symbol import PACKAGES, Symbol, cl, denil


def _matching(string: Any, package: Any) -> Iterator[Symbol]:
    """Yield the symbols whose names contain *string*, in any case, each once."""
    wanted = princ_to_string(string).upper()
    if package is None:
        packages = list(dict.fromkeys(PACKAGES.values()))
    else:
        from acl.reader.designators import as_package

        chosen = as_package(package)
        packages = [chosen, *chosen.uses]
    seen: set[Symbol] = set()
    for p in packages:
        inherited = package is not None and p is not packages[0]
        for symbol in list(p.external.values()) if inherited else list(p.symbols()):
            if symbol not in seen and wanted in symbol.name.upper():
                seen.add(symbol)
                yield symbol


@builtin("APROPOS-LIST", "string &optional package")
def _apropos_list(string: Any, package: Any = None) -> Any:
    """Return a list of the symbols (accessible in PACKAGE) whose names contain STRING, whatever the case."""
    return from_iterable([denil(s) for s in _matching(string, package)])


@builtin("APROPOS", "string &optional package", values=True)
def _apropos(string: Any, package: Any = None) -> tuple[Any, ...]:
    """Print the symbols (accessible in PACKAGE) whose names contain STRING, and what they name; return no values."""
    out = cl("*STANDARD-OUTPUT*").value
    for symbol in sorted(_matching(string, package), key=lambda s: (s.name, s.package.name if s.package else "")):
        text = f"{prin1_to_string(denil(symbol)):<20} {'; '.join(_uses(symbol))}"
        out.write_str(text.rstrip() + "\n")
    return ()


def _uses(symbol: Symbol) -> Iterator[str]:
    """Yield what *symbol* names."""
    function = fdefinition(symbol)
    if symbol.macro is not None:
        yield "[macro] " + lambda_list_text(symbol, symbol.macro)
    elif function is not None:
        yield "[function] " + lambda_list_text(symbol, function)
    if symbol.special == "constant":
        if symbol.name != prin1_to_string(symbol.value).lstrip(":"):
            yield "constant: " + prin1_to_string(symbol.value)
    elif symbol.bound:
        yield "value: " + prin1_to_string(symbol.value)
    if find_class(symbol, False) is not None:
        yield "[class]"
