"""Emission of `typep`: a constant type is tested in line where a Python expression can do it."""

from __future__ import annotations

from typing import Any

from acl.compiler import nodes as n
from acl.compiler import pyast as p
from acl.compiler.emit import CONDITIONS, Emitter
from acl.compiler.single import KNOWN_SINGLE
from acl.runtime.typesys.inline import inline_type_test
from acl.types.symbol import cl

_MODULE = "acl.runtime.typesys.inline"


def _typep(e: Emitter, node: Any) -> Any:
    e.unit.modules.add(_MODULE)
    if len(node.args) == 2 and type(node.args[1]) is n.Constant:
        template = inline_type_test(node.args[1].value)
        if template is not None:
            return e.paste(template, node.args[:1])
    args = e.args(node.args)
    if node.line:
        p.set_line(node.line)
    return p.call("%typep", *args)


CONDITIONS[cl("TYPEP")] = _typep
KNOWN_SINGLE.add(cl("TYPEP"))
