"""Conditions and constraints on a setting's values: `model.num_layers * model.hidden_size <= 512`."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Collection, Iterator, Mapping
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
NODES = (
    *(ast.Constant, ast.Name, ast.Attribute, ast.List, ast.Tuple),
    *(ast.BoolOp, ast.Compare, ast.BinOp, ast.UnaryOp),
)
WORDS = {"true": True, "false": False, "null": None}


class Absent(Exception):
    """A setting is asked for that is not there."""


class Expression:
    """Dotted names of settings, numbers, words, lists, arithmetic, comparisons, `in`, `and`, `or`, `not`.

    A name that is no setting is a word: `model in [lstm, gru]`, `model == lstm`.

    Raises:
        ValueError: text that is nothing of this.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        try:
            self._tree = ast.parse(text.strip(), mode="eval").body
        except SyntaxError as error:
            raise ValueError(f"{text!r} is no expression: {error.msg}") from error
        _check(self._tree, text)

    def names(self) -> set[str]:
        """The dotted names and words that stand in it."""
        return set(_names(self._tree))

    def comparisons(self) -> Iterator[set[str]]:
        """The names of each part that is true or false by itself."""
        for part in _parts(self._tree):
            yield set(_names(part))

    def given(self, values: Mapping[str, Any]) -> str:
        """The expression with some settings replaced by their values."""
        return ast.unparse(_Given({key: plain(value) for key, value in values.items()}).visit(self._copy()))

    def holds(self, values: Mapping[str, Any], absent: Collection[str] = ()) -> bool:
        """Whether it is true. A comparison with a setting that is absent is false.

        Raises:
            ValueError: values that do not go together, such as a word and a number.
        """
        try:
            return _truth(self._tree, values, absent)
        except (TypeError, ZeroDivisionError) as error:
            raise self._cannot(values, error) from error

    def value(self, values: Mapping[str, Any]) -> Any:
        """What it comes to, where all settings are there. Raises ValueError as `holds` does."""
        try:
            return _value(self._tree, values, ())
        except (TypeError, ZeroDivisionError) as error:
            raise self._cannot(values, error) from error

    def _cannot(self, values: Mapping[str, Any], error: Exception) -> ValueError:
        return ValueError(f"{self.text!r} cannot be worked out for {dict(values)}: {error}")

    def _copy(self) -> ast.expr:
        return ast.parse(self.text.strip(), mode="eval").body


class _Given(ast.NodeTransformer):
    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self._replaced(node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        return self._replaced(node)

    def _replaced(self, node: ast.expr) -> ast.expr:
        name = _dotted(node)
        return ast.Constant(self.values[name]) if name in self.values else node


def plain(value: Any) -> Any:
    """A value as it was typed, as a number or a truth value where it is one."""
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


def _check(node: ast.AST, text: str) -> None:
    if not isinstance(node, NODES):
        raise ValueError(f"{text!r} has {ast.unparse(node)}, which is neither a setting nor a comparison")
    if isinstance(node, ast.Attribute):
        _dotted(node, text)
        return
    if isinstance(node, ast.Compare) and not all(type(op) in OPERATORS for op in node.ops):
        raise ValueError(f"{text!r}: there are == != < <= > >= in, and no other comparison")
    if isinstance(node, ast.BinOp) and type(node.op) not in OPERATORS:
        raise ValueError(f"{text!r}: there are + - * / and no other arithmetic")
    if isinstance(node, ast.UnaryOp) and not isinstance(node.op, ast.Not | ast.USub | ast.UAdd):
        raise ValueError(f"{text!r}: there are - and not, and nothing else before a value")
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


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    """What `and`, `or` and `not` join."""
    if isinstance(node, ast.BoolOp):
        for part in node.values:
            yield from _parts(part)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield from _parts(node.operand)
    else:
        yield node


def _truth(node: ast.AST, values: Mapping[str, Any], absent: Collection[str]) -> bool:
    match node:
        case ast.BoolOp(op=ast.And()):
            return all(_truth(part, values, absent) for part in node.values)
        case ast.BoolOp():
            return any(_truth(part, values, absent) for part in node.values)
        case ast.UnaryOp(op=ast.Not()):
            return not _truth(node.operand, values, absent)
    try:
        return bool(_value(node, values, absent))
    except Absent:
        return False


def _value(node: ast.AST, values: Mapping[str, Any], absent: Collection[str]) -> Any:
    match node:
        case ast.Constant():
            return node.value
        case ast.Name() | ast.Attribute():
            name = _dotted(node)
            if name in absent:
                raise Absent(name)
            return plain(values.get(name, name))
        case ast.List() | ast.Tuple():
            return [_value(item, values, absent) for item in node.elts]
        case ast.UnaryOp(op=ast.USub()):
            return -_value(node.operand, values, absent)
        case ast.UnaryOp(op=ast.UAdd()):
            return +_value(node.operand, values, absent)
        case ast.BinOp():
            sides = [_value(side, values, absent) for side in (node.left, node.right)]
            return OPERATORS[type(node.op)](*sides)
        case ast.Compare():
            sides = [_value(side, values, absent) for side in (node.left, *node.comparators)]
            pairs = zip(node.ops, sides, sides[1:], strict=False)
            return all(bool(OPERATORS[type(op)](left, right)) for op, left, right in pairs)
    return _truth(node, values, absent)
