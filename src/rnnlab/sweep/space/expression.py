"""Conditions and constraints on a setting's values: `model.num_layers * model.hidden_size <= 512`."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from rnnlab.sweep.space.evaluate import OPERATORS, dotted, names_of, truth_of, value_of
from rnnlab.sweep.space.evaluate import plain as plain

NODES = (
    *(ast.Constant, ast.Name, ast.Attribute, ast.List, ast.Tuple),
    *(ast.BoolOp, ast.Compare, ast.BinOp, ast.UnaryOp),
)


class Expression:
    """Expression of dotted names, numbers, words, lists, arithmetic, comparisons, `in`, `and`, `or`, `not`.

    A name that is not a setting is a word: `model in [lstm, gru]`, `model == lstm`.

    Raises:
        ValueError: the text is not an expression.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        try:
            self._tree = ast.parse(text.strip(), mode="eval").body
        except SyntaxError as error:
            raise ValueError(f"{text!r} is no expression: {error.msg}") from error
        _check(self._tree, text)

    def names(self) -> set[str]:
        """Return the dotted names and words in the expression."""
        return set(names_of(self._tree))

    def comparisons(self) -> Iterator[set[str]]:
        """Yield the names of each part that is true or false by itself."""
        for part in _parts(self._tree):
            yield set(names_of(part))

    def given(self, values: Mapping[str, Any]) -> str:
        """Return the expression with some settings replaced by their values."""
        return ast.unparse(_Given({key: plain(value) for key, value in values.items()}).visit(self._copy()))

    def settled(self, searched: Collection[str], absent: Collection[str] = ()) -> bool | str:
        """Return True or False if no searched setting can change it, else the part that depends on them.

        Raises ValueError as `holds` does.
        """
        try:
            left = _settled(self._copy(), set(searched), set(absent))
        except (TypeError, ZeroDivisionError) as error:
            raise self._cannot({}, error) from error
        return left if isinstance(left, bool) else ast.unparse(left)

    def holds(self, values: Mapping[str, Any], absent: Collection[str] = ()) -> bool:
        """Return whether it is true. A comparison with an absent setting is false.

        Raises:
            ValueError: values cannot be compared, such as a word and a number.
        """
        try:
            return truth_of(self._tree, values, absent)
        except (TypeError, ZeroDivisionError) as error:
            raise self._cannot(values, error) from error

    def value(self, values: Mapping[str, Any]) -> Any:
        """Return its value when all settings are present. Raises ValueError as `holds` does."""
        try:
            return value_of(self._tree, values, ())
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
        name = dotted(node)
        return ast.Constant(self.values[name]) if name in self.values else node


def _check(node: ast.AST, text: str) -> None:
    if not isinstance(node, NODES):
        raise ValueError(f"{text!r} has {ast.unparse(node)}, which is neither a setting nor a comparison")
    if isinstance(node, ast.Attribute):
        dotted(node, text)
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


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the operands of `and`, `or` and `not`."""
    if isinstance(node, ast.BoolOp):
        for part in node.values:
            yield from _parts(part)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield from _parts(node.operand)
    else:
        yield node


def _settled(node: ast.expr, searched: set[str], absent: set[str]) -> bool | ast.expr:
    if isinstance(node, ast.BoolOp):
        decisive = isinstance(node.op, ast.Or)
        parts = [_settled(part, searched, absent) for part in node.values]
        if any(part is decisive for part in parts):
            return decisive
        left = [part for part in parts if not isinstance(part, bool)]
        if not left:
            return not decisive
        return left[0] if len(left) == 1 else ast.BoolOp(node.op, left)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        part = _settled(node.operand, searched, absent)
        return not part if isinstance(part, bool) else ast.UnaryOp(node.op, part)
    names = set(names_of(node))
    if names & absent:
        return False
    return node if names & searched else truth_of(node, {}, absent)
