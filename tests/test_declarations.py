"""Every declared builtin has a docstring, and a lambda list that matches what it accepts."""

from __future__ import annotations

import inspect

import pytest

from acl.builtins.declare import DECLARATIONS, Declaration, parse_lambda_list

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
    try:
        signature = inspect.signature(declaration.function)
    except ValueError:
        pytest.fail("has no signature")
    parameters = list(signature.parameters.values())
    positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    required = [p for p in positional if p.default is p.empty]
    has_rest = any(p.kind is p.VAR_POSITIONAL for p in parameters)
    keywords = {p.name for p in parameters if p.kind is p.KEYWORD_ONLY}
    wanted_rest = parsed.rest
    if has_rest and not wanted_rest and parsed.keys is None:
        assert parsed.optional, "*args, but the lambda list has neither &rest nor &optional"
        return
    assert len(required) <= parsed.required
    if not has_rest:
        assert len(required) == parsed.required
        assert len(positional) == parsed.required + parsed.optional
    else:
        assert wanted_rest or parsed.keys is not None
    if parsed.keys is not None and not has_rest:
        assert set(parsed.keys.values()) == keywords
