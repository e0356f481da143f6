"""Diagonal and triangular matrices: making them, cutting them out, and solving with them.

Shapes: N rows and columns, M right sides.
"""

from __future__ import annotations

import numpy as np
import torch

from rnnlab.errors import SettingError
from rnnlab.export.traced.shapes import cut
from rnnlab.export.traced.trace import Step
from rnnlab.export.traced.translate import Operation, Translator, Value


def lower(t: Translator, step: Step, x: Value, diagonal: int = 0) -> str:
    return kept(t, x, np.tril(np.ones(square_of(x), bool), diagonal))


def upper(t: Translator, step: Step, x: Value, diagonal: int = 0) -> str:
    return kept(t, x, np.triu(np.ones(square_of(x), bool), diagonal))


def square_of(x: Value) -> tuple[int, int]:
    """Return the sizes of the last two axes, which are no rows."""
    rows, columns = x.shape[-2:]
    if not isinstance(rows, int) or not isinstance(columns, int):
        raise SettingError("model", "a triangle over rows", "cannot be exported: its size is not fixed")
    return rows, columns


def diagonal(t: Translator, step: Step, x: Value, offset: int = 0, first: int = -2, second: int = -1) -> str:
    """Put x (..., N) on the diagonal of matrices (..., N, N)."""
    size = x.shape[-1]
    if (offset, first, second) != (0, -2, -1) or not isinstance(size, int):
        raise SettingError("model", "diag_embed", "cannot be exported: the diagonal of the last two axes can")
    wide = t.op("Unsqueeze", t.name(x), t.graph.integers(-1))
    return t.op("Mul", wide, t.name(torch.eye(size, dtype=x.dtype)))


def kept(t: Translator, x: Value, mask: np.ndarray) -> str:
    return t.op("Where", t.graph.constant(mask), t.name(x), t.name(torch.zeros((), dtype=x.dtype)))


def solve(
    t: Translator,
    step: Step,
    matrix: Value,
    sides: Value,
    upper: bool = False,
    left: bool = True,
    unitriangular: bool = False,
) -> str:
    """Solve A x = b with A (..., N, N) lower triangular and b (..., N, M), row by row from the first.

    The diagonal is read as ones with `unitriangular`.
    """
    if upper or not left:
        raise SettingError("model", "solve_triangular", "cannot be exported: lower triangles on the left can")
    size, found = square_of(matrix)[0], ""
    for row in range(size):
        value = cut(t, sides, -2, row, row + 1)  # (..., 1, M)
        if found:
            before = cut(t, part_of(matrix, t, row), -1, 0, row)  # (..., 1, row)
            value = t.op("Sub", value, t.op("MatMul", before, found))
        if not unitriangular:
            value = t.op("Div", value, cut(t, part_of(matrix, t, row), -1, row, row + 1))
        found = t.op("Concat", found, value, given={"axis": -2}) if found else value
    return found


def part_of(matrix: Value, t: Translator, row: int) -> Value:
    """Return one row of a matrix, (..., 1, N)."""
    shape = (*matrix.shape[:-2], 1, matrix.shape[-1])
    return Value(cut(t, matrix, -2, row, row + 1), matrix.dtype, shape)


TRIANGLES: dict[str, Operation] = {
    "aten.diag_embed.default": diagonal,
    "aten.tril.default": lower,
    "aten.triu.default": upper,
    "aten.linalg_solve_triangular.default": solve,
}
