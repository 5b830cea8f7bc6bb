"""From core forms to Python code: `analyze` makes nodes, `emit` makes Python ast, `unit` makes functions."""

from __future__ import annotations

from types import FunctionType
from typing import Any

from acl.expand import chain
from acl.expand.environment import NULL_ENVIRONMENT, Environment


def compile_form(form: Any, env: Environment = NULL_ENVIRONMENT, filename: str = "<lisp>",
                 positions: dict[int, tuple[int, int]] | None = None, analyzer: Any = None,
                 into_file: bool = False) -> Any:
    """Compile *form* and return its `Unit`, not yet linked; *analyzer* is one of a kind of its own.

    *into_file*: it is compiled for a file, or by `compile`; see `advice` and `malformed.replacement`.
    """
    from acl.compiler import emit_basic, emit_calls, emit_control, emit_dynamic, emit_functions, emit_types, specials
    from acl.compiler import nodes as n
    from acl.compiler.analyze import Analyzer, Recovery
    from acl.compiler.unit import Unit

    del emit_basic, emit_calls, emit_control, emit_dynamic, emit_functions, emit_types, specials
    if analyzer is None:
        analyzer = Analyzer(positions)
    root = n.Lambda(scope=analyzer.scope, index=0, name="LAMBDA", required=[], optional=[], rest=None, keys=None,
                    allow=False, body=None)
    analyzer.open_lambdas.append(root)
    analyzer.recovery = Recovery(form, filename, into_file)
    root.body = analyzer.recovery.analyzed(analyzer, env)
    if into_file:
        from acl.compiler.advice import advise

        advise(root, analyzer)
    root.line = analyzer.first_line or 1
    unit = Unit(filename)
    unit.source = form, env, filename
    unit.undeclared = analyzer.undeclared
    unit.compile(root)
    if chain.digest is not None:
        chain.note_compiled(unit)
    return unit


def compile_thunk(form: Any, env: Environment = NULL_ENVIRONMENT, filename: str = "<lisp>",
                  positions: dict[int, tuple[int, int]] | None = None) -> FunctionType:
    """Compile *form*; return a function of no arguments that gives the tuple of its values."""
    return compile_form(form, env, filename, positions).link()  # type: ignore[no-any-return]
