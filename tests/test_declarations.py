"""Every declared builtin has a docstring, and a lambda list that matches what it accepts."""

from __future__ import annotations

import inspect

import pytest

import acl.boot
from acl.builtins.declare import DECLARATIONS, Declaration, parse_lambda_list

acl.boot.load_all()
FUNCTIONS = [d for d in DECLARATIONS.values() if d.kind in ("function", "predicate")]


@pytest.mark.parametrize("declaration", DECLARATIONS.values(), ids=lambda d: f"{d.symbol.name}-{d.kind}")
def test_docstring(declaration: Declaration) -> None:
    """The docstring begins with a summary that is a sentence."""
    summary = (declaration.doc or "").strip().split("\n")[0]
    assert summary, "no docstring"
    assert summary[0].isupper() or not summary[0].isalpha()


@pytest.mark.parametrize("declaration", FUNCTIONS, ids=lambda d: f"{d.symbol.name}{'-setf' if d.setf else ''}")
def test_lambda_list(declaration: Declaration) -> None:
    """The Python function takes the parameters that the lambda list announces."""
    parsed = parse_lambda_list(declaration.lambda_list)
    generic = getattr(declaration.function, "gf", None)
    # Other tests may have given a generic function methods in Lisp.
    functions = [m.function for m in generic.methods] if generic is not None else []
    own = [f for f in functions if f is not None and f.__code__.co_filename.endswith(".py")]
    function = own[-1] if own else declaration.function
    function = getattr(function, "mv", function)
    parameters = list(inspect.signature(function).parameters.values())
    positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    keywords = {p.name for p in parameters if p.kind is p.KEYWORD_ONLY}
    has_rest = any(p.kind is p.VAR_POSITIONAL for p in parameters)
    has_keywords = any(p.kind is p.VAR_KEYWORD for p in parameters)
    wanted = parsed.required + parsed.optional
    if parsed.keys is not None:  # a keyword parameter may be a Python parameter of either kind
        keywords.update(p.name for p in positional[wanted:])
        positional = positional[:wanted]
    required = [p for p in positional if p.default is p.empty]
    assert len(required) <= parsed.required
    if has_rest:
        assert parsed.rest or parsed.keys is not None or parsed.optional, "*args, but the lambda list is fixed"
    else:
        assert len(required) == parsed.required
        assert len(positional) == wanted
    if parsed.keys is not None and not has_rest and not has_keywords:
        assert set(parsed.keys.values()) == keywords
