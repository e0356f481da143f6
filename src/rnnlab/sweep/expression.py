"""Conditions and constraints on a setting's values: `model.num_layers * model.hidden_size <= 512`."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
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


class Expression:
    """Dotted names of settings, numbers, words, lists, arithmetic, comparisons, `in`, `and`, `or`, `not`.

    A name that is no setting of the space is a word: `model in [lstm, gru]`, `model == lstm`.

    Raises:
        ValueError: text that is nothing of this.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        try:
            self._tree = ast.parse(text, mode="eval").body
        except SyntaxError as error:
            raise ValueError(f"{text!r} is no expression: {error.msg}") from error
        _check(self._tree, text)

    def names(self) -> set[str]:
        """The dotted names and words that stand in it."""
        return set(_names(self._tree))

    def value(self, values: Mapping[str, Any]) -> Any:
        """What it comes to.

        Raises:
            ValueError: values that do not go together, such as a word and a number.
        """
        try:
            return _value(self._tree, {key: plain(value) for key, value in values.items()})
        except (TypeError, ZeroDivisionError) as error:
            raise ValueError(f"{self.text!r} cannot be worked out for {dict(values)}: {error}") from error


def plain(value: Any) -> Any:
    """A value as it was typed, as a number or a truth value where it is one."""
    if not isinstance(value, str):
        return value
    words = {"true": True, "false": False, "null": None}
    if value.lower() in words:
        return words[value.lower()]
    for kind in (int, float):
        try:
            return kind(value)
        except ValueError:
            continue
    return value.strip("'\"")


def _check(node: ast.AST, text: str) -> None:
    known = (
        ast.Constant | ast.Name | ast.Attribute | ast.List | ast.Tuple | ast.BoolOp | ast.Compare | ast.BinOp
    )
    if not isinstance(node, known | ast.UnaryOp):
        raise ValueError(f"{text!r} has {ast.unparse(node)}, which is neither a setting nor a comparison")
    if isinstance(node, ast.Attribute):
        _dotted(node, text)
        return
    if isinstance(node, ast.BinOp) and type(node.op) not in OPERATORS:
        raise ValueError(f"{text!r}: there are + - * / and no other arithmetic")
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            _check(child, text)


def _dotted(node: ast.AST, text: str = "") -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value, text)}.{node.attr}"
    if isinstance(node, ast.Name):
        return node.id
    raise ValueError(f"{text!r} has {ast.unparse(node)}, which is no setting")


def _names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Name | ast.Attribute):
        return [_dotted(node)]
    return [name for child in ast.iter_child_nodes(node) for name in _names(child)]


def _value(node: ast.AST, values: Mapping[str, Any]) -> Any:
    match node:
        case ast.Constant():
            return node.value
        case ast.Name() | ast.Attribute():
            name = _dotted(node)
            return values[name] if name in values else plain(name)
        case ast.List() | ast.Tuple():
            return [_value(item, values) for item in node.elts]
        case ast.UnaryOp():
            value = _value(node.operand, values)
            return not value if isinstance(node.op, ast.Not) else -value
        case ast.BinOp():
            return OPERATORS[type(node.op)](_value(node.left, values), _value(node.right, values))
        case ast.BoolOp():
            parts = [bool(_value(part, values)) for part in node.values]
            return all(parts) if isinstance(node.op, ast.And) else any(parts)
        case ast.Compare():
            return _compare(node, values)
    raise ValueError(f"{ast.unparse(node)} cannot be worked out")


def _compare(node: ast.Compare, values: Mapping[str, Any]) -> bool:
    sides = [_value(side, values) for side in (node.left, *node.comparators)]
    pairs = zip(node.ops, sides, sides[1:], strict=False)
    return all(bool(OPERATORS[type(op)](left, right)) for op, left, right in pairs)
