"""Evaluate a parsed expression to a truth value or a value."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Collection, Mapping
from typing import Any

OPERATORS: dict[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda left, right: left in right,
    ast.NotIn: lambda left, right: left not in right,
}
WORDS = {"true": True, "false": False, "null": None}


class Absent(Exception):
    """The expression needs a setting that is absent."""


def plain(value: Any) -> Any:
    """Convert a typed value to a number or a truth value if it is one."""
    if not isinstance(value, str):
        return value
    if value.lower() in WORDS:
        return WORDS[value.lower()]
    for kind in (int, float):
        try:
            return kind(value)
        except ValueError:
            continue
    return value.strip("'\"")


def dotted(node: ast.AST, text: str = "") -> str:
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value, text)}.{node.attr}"
    if isinstance(node, ast.Name):
        return node.id
    raise ValueError(f"{text!r} has {ast.unparse(node)}, which is no setting")


def names_of(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Name | ast.Attribute):
        return [dotted(node)]
    return [name for child in ast.iter_child_nodes(node) for name in names_of(child)]


def truth_of(node: ast.AST, values: Mapping[str, Any], absent: Collection[str]) -> bool:
    match node:
        case ast.BoolOp(op=ast.And()):
            return all(truth_of(part, values, absent) for part in node.values)
        case ast.BoolOp():
            return any(truth_of(part, values, absent) for part in node.values)
        case ast.UnaryOp(op=ast.Not()):
            return not truth_of(node.operand, values, absent)
    try:
        return bool(value_of(node, values, absent))
    except Absent:
        return False


def value_of(node: ast.AST, values: Mapping[str, Any], absent: Collection[str]) -> Any:
    match node:
        case ast.Constant():
            return node.value
        case ast.Name() | ast.Attribute():
            name = dotted(node)
            if name in absent:
                raise Absent(name)
            return plain(values.get(name, name))
        case ast.List() | ast.Tuple():
            return [value_of(item, values, absent) for item in node.elts]
        case ast.UnaryOp(op=ast.USub()):
            return -value_of(node.operand, values, absent)
        case ast.UnaryOp(op=ast.UAdd()):
            return +value_of(node.operand, values, absent)
        case ast.BinOp():
            sides = [value_of(side, values, absent) for side in (node.left, node.right)]
            return OPERATORS[type(node.op)](*sides)
        case ast.Compare():
            sides = [value_of(side, values, absent) for side in (node.left, *node.comparators)]
            pairs = zip(node.ops, sides, sides[1:], strict=False)
            return all(bool(OPERATORS[type(op)](left, right)) for op, left, right in pairs)
    return truth_of(node, values, absent)
