"""What Lisp runs on (CLHS 25.1.3), and what it knows of a function's source."""

from __future__ import annotations

from typing import Any

from acl.builtins.declare import builtin
from acl.types.array import string
from acl.types.base import wrong_type


@builtin("LISP-IMPLEMENTATION-TYPE", "")
def _lisp_implementation_type() -> Any:
    """Return the name of this Lisp."""
    return string("acl")


@builtin("LISP-IMPLEMENTATION-VERSION", "")
def _lisp_implementation_version() -> Any:
    """Return the version of this Lisp and of the Python it runs on."""
    import sys

    import acl

    version = getattr(acl, "__version__", "0")
    python = ".".join(map(str, sys.version_info[:3]))
    return string(f"{version} [Python {python}, {sys.platform}]")


@builtin("MACHINE-TYPE", "")
def _machine_type() -> Any:
    """Return the kind of processor."""
    import platform

    return string(platform.machine())


@builtin("MACHINE-VERSION", "")
def _machine_version() -> Any:
    """Return the version of the processor, or NIL."""
    import platform

    return string(platform.processor() or platform.machine())


@builtin("MACHINE-INSTANCE", "")
def _machine_instance() -> Any:
    """Return the name of the computer."""
    import platform

    return string(platform.node())


@builtin("SOFTWARE-TYPE", "")
def _software_type() -> Any:
    """Return the name of the operating system."""
    import platform

    return string(platform.system())


@builtin("SOFTWARE-VERSION", "")
def _software_version() -> Any:
    """Return the version of the operating system."""
    import platform

    return string(platform.release())


@builtin("SHORT-SITE-NAME", "")
def _short_site_name() -> Any:
    """Return the name of the computer without its domain: as in Allegro, that is all that is known of the site."""
    import platform

    return string(platform.node().partition(".")[0])


@builtin("LONG-SITE-NAME", "")
def _long_site_name() -> Any:
    """Return the name of the computer, as in Allegro."""
    import platform

    return string(platform.node())


@builtin("FUNCTION-LAMBDA-EXPRESSION", "function", values=True)
def _function_lambda_expression(function: Any) -> tuple[Any, ...]:
    """Return NIL, T and the name of FUNCTION: the source of compiled functions is not kept."""
    from acl.clos.generic import generic_of
    from acl.compiler.fasl import global_name
    from acl.compiler.unit import function_info
    from acl.runtime.typesys.predicates import functionp
    from acl.types.symbol import T

    if not functionp(function):
        wrong_type(function, "FUNCTION")
    described = function_info(function) or generic_of(function)
    name = described.name if described is not None else getattr(function, "lisp_name", None)
    return None, T, name if type(name) is not str else global_name(function)
