"""Operations that make tensors, and that look elements up."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import torch

from rnnlab.errors import SettingError
from rnnlab.export.traced.repeats import broadcast
from rnnlab.export.traced.trace import Rows, Step
from rnnlab.export.traced.translate import Operation, Translator, Value


def full(t: Translator, step: Step, value: Any) -> str:
    assert step.shape is not None
    return t.op("Expand", t.name(value, step.dtype), t.shape(step.shape))


def filled(value: float, t: Translator, step: Step, *_: Any) -> str:
    return full(t, step, value)


def full_of(t: Translator, step: Step, _: Any, value: Any, *__: Any) -> str:
    return full(t, step, value)


def new_full(t: Translator, step: Step, _: Any, __: Any, value: Any) -> str:
    return full(t, step, value)


def fill(t: Translator, step: Step, _: Any, value: Any) -> str:
    return full(t, step, value)


def select_scatter(t: Translator, step: Step, x: Value, part: Any, axis: int, place: int) -> str:
    """Return x with the elements at one place of an axis replaced."""
    wide = t.op("Unsqueeze", t.name(part, x.dtype), t.graph.integers(axis))
    return replaced(t, x, wide, axis, [place])


def slice_scatter(
    t: Translator,
    step: Step,
    x: Value,
    part: Any,
    axis: int = 0,
    start: Any = None,
    end: Any = None,
    by: int = 1,
) -> str:
    """Return x with x[start:end:by] along an axis replaced."""
    size = x.shape[axis]
    if isinstance(size, Rows):
        return t.name(part, x.dtype)  # only whole axes of rows are written to
    return replaced(t, x, t.name(part, x.dtype), axis, range(size)[start:end:by])


def replaced(t: Translator, x: Value, part: str, axis: int, places: Sequence[int]) -> str:
    """Return x with these places of an axis taken from `part` in order, as a lookup in both together."""
    size = x.shape[axis]
    assert isinstance(size, int)
    source = np.arange(size)
    source[list(places)] = size + np.arange(len(places))
    both = t.op("Concat", t.name(x), part, given={"axis": axis})
    return t.op("Gather", both, t.graph.constant(source), given={"axis": axis})


def arange(t: Translator, step: Step, *ends: Any) -> str:
    start, end, by = {1: (0, *ends, 1), 2: (*ends, 1), 3: ends}[len(ends)]
    found = t.op("Range", *(t.name(one, torch.int64) for one in (start, end, by)))
    return found if step.dtype == torch.int64 else t.cast(found, step.dtype)


def index(t: Translator, step: Step, x: Value, indices: Sequence[Any]) -> str:
    """x[i, j, ...]: whole numbers for one axis, or for the first axes together."""
    axes = [axis for axis, one in enumerate(indices) if one is not None]
    given = [indices[axis] for axis in axes]
    if any(one.dtype == torch.bool for one in given) or (len(axes) > 1 and axes != list(range(len(axes)))):
        raise SettingError(
            "model", "indexing", "cannot be exported: by masks, or by axes apart from each other"
        )
    if len(axes) == 1:
        return t.op("Gather", t.name(x), t.name(given[0]), given={"axis": axes[0]})
    shape = broadcast([tuple(one.shape) for one in given])
    wide = [t.op("Expand", t.name(one), t.shape(shape)) for one in given]
    last = t.graph.integers(len(shape))
    return t.op(
        "GatherND", t.name(x), t.op("Concat", *(t.op("Unsqueeze", w, last) for w in wide), given={"axis": -1})
    )


def gather(t: Translator, step: Step, x: Any, axis: int, places: Any) -> str:
    return t.op("GatherElements", t.name(x), t.name(places), given={"axis": axis})


def select_rows(t: Translator, step: Step, x: Any, axis: int, places: Any) -> str:
    return t.op("Gather", t.name(x), t.name(places), given={"axis": axis})


def embedding(t: Translator, step: Step, weight: Any, ids: Any, *_: Any) -> str:
    return t.op("Gather", t.name(weight), t.name(ids), given={"axis": 0})


EMPTY = ("zeros", "new_zeros", "zeros_like", "empty", "new_empty", "empty_like")
LOOKUPS: dict[str, Operation] = {
    **{f"aten.{name}.default": partial(filled, 0) for name in EMPTY},
    **{f"aten.{name}.default": partial(filled, 1) for name in ("ones", "new_ones", "ones_like")},
    **{f"aten.{name}.default": full_of for name in ("full", "full_like")},
    **{f"aten.arange.{form}": arange for form in ("default", "start", "start_step")},
    "aten.fill.Scalar": fill,
    "aten.fill.Tensor": fill,
    "aten.select_scatter.default": select_scatter,
    "aten.slice_scatter.default": slice_scatter,
    "aten.new_full.default": new_full,
    "aten.index.Tensor": index,
    "aten.gather.default": gather,
    "aten.index_select.default": select_rows,
    "aten.embedding.default": embedding,
}
