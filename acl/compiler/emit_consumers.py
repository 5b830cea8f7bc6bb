"""Emission of functions that use up sequences: what only they see is passed on as a Python list.

The list that `(length (remove-if ...))` counts, or that of `(reduce #'+ (mapcar ...))`, is never made of conses.
"""

from __future__ import annotations

import ast
from functools import partial
from typing import Any

from acl.builtins.declare import declaration as find_declaration
from acl.compiler import nodes as n
from acl.compiler import pyast as p
from acl.compiler.emit import CALLS, Emitter
from acl.compiler.emit_sequences import applicable, is_passed, items_of, maker_of
from acl.types.symbol import KEYWORD, cl


def _sort(e: Emitter, node: Any) -> Any:
    """With a lambda expression as predicate: a Python comparison, its body written in.  A copy is sorted at once."""
    keyed = len(node.args) == 4 and type(node.args[2]) is n.Constant and node.args[2].value is KEYWORD.intern("KEY")
    if len(node.args) != 2 and not keyed:
        return None
    sequence, predicate, *rest = node.args
    copied = type(sequence) is n.Call and sequence.inline and sequence.name is _COPY_LIST and len(sequence.args) == 1
    written = (type(predicate) is n.Lambda and applicable(predicate, 2) and e.is_expression(predicate.body)
               and not _assigns(predicate.body))
    if not copied and not written:
        return None
    find_declaration("COMMON-LISP:SORT")  # its module makes the names known
    e.unit.modules.add("acl.builtins.sequences.sorting")
    given = sequence.args[0] if copied else sequence
    if not written:
        return p.call("sort_copy", *e.args([given, predicate, *rest[1:]]))
    args = e.args([given, *rest[1:]])
    e.scopes.add(predicate.scope)
    order = p.if_exp(e.condition(predicate.body), p.const(-1), p.const(0))
    names = [p.located(ast.arg(v.name)) for v in predicate.required]
    compare = p.located(ast.Lambda(ast.arguments([], names, None, [], [], None, []), order))
    return p.call("sort_copy_by" if copied else "sort_by", args[0], compare, *args[1:])


_COPY_LIST = cl("COPY-LIST")


def _assigns(node: Any) -> bool:
    """True if *node* assigns to a variable: inside a Python lambda that would be one of its own."""
    if isinstance(node, list):
        return any(map(_assigns, node))
    return isinstance(node, n.Node) and (type(node) is n.SetLocal or any(
        _assigns(getattr(node, f)) for f in node.__struct_fields__ if f not in ("line", "expression", "variable")))


CALLS.update({cl("SORT"): _sort, cl("STABLE-SORT"): _sort})


def elements(e: Emitter, node: Any) -> Any:
    """Emit a node that makes a list; return its elements as something to iterate over."""
    if type(node) is n.Call and node.inline and node.name is cl("LIST"):
        return p.tuple_of(*e.args(node.args))
    if is_passed(node, lists_only=True):
        return p.name(items_of(e, node, lists_only=True))
    if type(node) is n.SequenceCall and node.name.name == "MAPCAR":
        if len(node.sequences) == 1:
            find_declaration("COMMON-LISP:MAPCAR")  # its module makes the name known
            e.unit.modules.add("acl.builtins.conses_mapping")
            return p.call("mapcar_items", *e.args(node.args))
    return p.call("%items", e.value(node))


def _length(e: Emitter, node: Any) -> Any:
    if len(node.args) != 1 or not is_passed(node.args[0]):
        return None
    return p.call("len", p.name(items_of(e, node.args[0])))


def _reduce(e: Emitter, node: Any) -> Any:
    if len(node.args) < 2 or not is_passed(node.args[1]) or type(node.args[0]) not in (n.FunctionRef, n.Lambda):
        return None
    vector = n.Emitted(value=e.keep(p.call("SimpleVector", p.name(items_of(e, node.args[1])))), kind="SimpleVector")
    return e.call(n.Call(name=node.name, args=[node.args[0], vector, *node.args[2:]], line=node.line))


def _element(e: Emitter, node: Any, index: int) -> Any:
    if len(node.args) != 1 or not is_passed(node.args[0]) or maker_of(node.args[0]) != "%list_of":
        return None
    items = p.name(items_of(e, node.args[0]))
    there = p.compare(p.call("len", items), ast.Gt(), p.const(index))
    return p.if_exp(there, p.item(items, index), p.const(None))


CALLS.update({cl("LENGTH"): _length, cl("REDUCE"): _reduce})
for _index, _names in enumerate((("FIRST", "CAR"), ("SECOND", "CADR"), ("THIRD", "CADDR"))):
    for _name in _names:
        CALLS[cl(_name)] = partial(_element, index=_index)
