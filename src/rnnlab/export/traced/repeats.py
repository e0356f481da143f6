"""Operations that repeat elements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rnnlab.export.traced.trace import Rows, Step
from rnnlab.export.traced.translate import Operation, Translator, Value


def repeat_each(t: Translator, step: Step, x: Value, times: int, axis: int = 0) -> str:
    """Each element `times` times in a row, along an axis."""
    sizes = [*x.shape[: axis + 1], times, *x.shape[axis + 1 :]]
    wide = t.op("Expand", t.op("Unsqueeze", t.name(x), t.graph.integers(axis + 1)), t.shape(sizes))
    assert step.shape is not None
    return t.op("Reshape", wide, t.shape(step.shape, inferred=True))


def repeat(t: Translator, step: Step, x: Value, times: Sequence[int | Rows]) -> str:
    padded = t.op("Reshape", t.name(x), t.shape([*[1] * (len(times) - len(x.shape)), *x.shape]))
    return t.op("Tile", padded, t.shape(times))


def broadcast(shapes: Sequence[tuple[int | Rows, ...]]) -> list[int | Rows]:
    """Return the shape that arrays of these shapes have together."""
    longest = max(map(len, shapes))
    padded = [(*[1] * (longest - len(one)), *one) for one in shapes]
    return [next((size for size in sizes if size != 1), 1) for sizes in zip(*padded, strict=True)]


def broadcast_all(t: Translator, step: Step, values: Sequence[Value]) -> list[Any]:
    shape = broadcast([tuple(one.shape) for one in values])
    wide = t.shape(shape)
    return [Value(t.op("Expand", t.name(one), wide), one.dtype, tuple(shape)) for one in values]


REPEATS: dict[str, Operation] = {
    "aten.broadcast_tensors.default": broadcast_all,
    "aten.repeat_interleave.self_int": repeat_each,
    "aten.repeat.default": repeat,
    "aten.tile.default": repeat,
}
