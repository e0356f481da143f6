"""Operations that move, cut and join elements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from rnnlab.errors import SettingError
from rnnlab.export.traced.trace import Step
from rnnlab.export.traced.translate import Operation, Translator, Value

FAR = 2**62  # beyond the end of any axis


def same(t: Translator, step: Step, x: Any, *_: Any) -> str:
    return t.name(x)


def reshape(t: Translator, step: Step, x: Any, *_: Any) -> str:
    assert step.shape is not None
    return t.op("Reshape", t.name(x), t.shape(step.shape, inferred=True))


def expand(t: Translator, step: Step, x: Any, *_: Any) -> str:
    assert step.shape is not None
    return t.op("Expand", t.name(x), t.shape(step.shape))


def copy(t: Translator, step: Step, _: Any, source: Any, *__: Any) -> str:
    assert step.shape is not None
    return t.op("Expand", t.name(source, step.dtype), t.shape(step.shape))


def transpose(t: Translator, step: Step, x: Value, first: int, second: int) -> str:
    order = list(range(len(x.shape)))
    order[first], order[second] = order[second], order[first]
    return t.op("Transpose", t.name(x), given={"perm": order})


def turned(t: Translator, step: Step, x: Value) -> str:
    return t.op("Transpose", t.name(x), given={"perm": list(range(len(x.shape)))[::-1]})


def permute(t: Translator, step: Step, x: Value, order: Sequence[int]) -> str:
    return t.op("Transpose", t.name(x), given={"perm": [axis % len(x.shape) for axis in order]})


def move_axis(t: Translator, step: Step, x: Value, source: int, target: int) -> str:
    order = list(range(len(x.shape)))
    order.insert(target % len(order), order.pop(source))
    return t.op("Transpose", t.name(x), given={"perm": order})


def unsqueeze(t: Translator, step: Step, x: Value, axis: int) -> str:
    return t.op("Unsqueeze", t.name(x), t.graph.integers(axis % (len(x.shape) + 1)))


def cut(t: Translator, x: Any, axis: int, start: Any, end: Any, step: int = 1) -> str:
    """Return x[start:end:step] along an axis."""
    ends = [t.shape([one]) for one in (start, end)]
    return t.op("Slice", t.name(x), ends[0], ends[1], t.graph.integers(axis), t.graph.integers(step))


def sliced(
    t: Translator, step: Step, x: Any, axis: int = 0, start: Any = None, end: Any = None, by: int = 1
) -> str:
    return cut(t, x, axis, start or 0, FAR if end is None else end, by)


def select(t: Translator, step: Step, x: Any, axis: int, place: int) -> str:
    return t.op("Gather", t.name(x), t.graph.constant(np.array(place, np.int64)), given={"axis": axis})


def split(t: Translator, step: Step, x: Value, size: int, axis: int = 0) -> list[Any]:
    total = x.shape[axis]
    assert isinstance(total, int)
    starts = range(0, total, size)
    return [part(t, x, axis, start, min(start + size, total)) for start in starts]


def split_sizes(t: Translator, step: Step, x: Value, sizes: Sequence[int], axis: int = 0) -> list[Any]:
    ends = np.cumsum(sizes).tolist()
    return [part(t, x, axis, end - size, end) for size, end in zip(sizes, ends, strict=True)]


def chunk(t: Translator, step: Step, x: Value, count: int, axis: int = 0) -> list[Any]:
    total = x.shape[axis]
    assert isinstance(total, int)
    return split(t, step, x, -(-total // count), axis)


def part(t: Translator, x: Value, axis: int, start: int, end: int) -> Value:
    shape = list(x.shape)
    shape[axis] = end - start
    return Value(cut(t, x, axis, start, end), x.dtype, tuple(shape))


def unbind(t: Translator, step: Step, x: Value, axis: int = 0) -> list[Any]:
    axis %= len(x.shape)
    shape = (*x.shape[:axis], *x.shape[axis + 1 :])
    total = x.shape[axis]
    assert isinstance(total, int)
    return [Value(select(t, step, x, axis, place), x.dtype, shape) for place in range(total)]


def cat(t: Translator, step: Step, values: Sequence[Any], axis: int = 0) -> str:
    """Join along an axis; what is empty there is left out."""
    full = [one for one in values if tuple(one.shape)[axis] != 0 and tuple(one.shape) != (0,)]
    if not full:
        return expand(t, step, torch.zeros((), dtype=step.dtype))
    return t.op("Concat", *(t.name(one, step.dtype) for one in full), given={"axis": axis})


def stack(t: Translator, step: Step, values: Sequence[Any], axis: int = 0) -> str:
    place = t.graph.integers(axis)
    return t.op(
        "Concat", *(t.op("Unsqueeze", t.name(one, step.dtype), place) for one in values), given={"axis": axis}
    )


def flip(t: Translator, step: Step, x: Any, axes: Sequence[int]) -> str:
    count = len(axes)
    ends = [t.graph.integers(*[one] * count) for one in (-1, -FAR)]
    return t.op("Slice", t.name(x), *ends, t.graph.integers(*axes), t.graph.integers(*[-1] * count))


def roll(t: Translator, step: Step, x: Value, shifts: Sequence[int], axes: Sequence[int]) -> str:
    """Move elements along axes; those that leave at one end come in at the other."""
    for shift, axis in zip(shifts, axes, strict=True):
        halves = cut(t, x, axis, -shift, FAR), cut(t, x, axis, 0, -shift)
        x = Value(t.op("Concat", *halves, given={"axis": axis}), x.dtype, x.shape)
    return x.name


def pad(
    t: Translator, step: Step, x: Value, ends: Sequence[int], mode: str = "constant", fill: Any = 0
) -> str:
    """Add elements at both ends of the last axes; `ends` begin with the last axis."""
    if mode != "constant":
        raise SettingError("model", mode, "cannot be exported: only padding by a constant is")
    missing = [0] * (len(x.shape) - len(ends) // 2)
    before, after = ([*missing, *list(ends[side::2])[::-1]] for side in (0, 1))
    return t.op("Pad", t.name(x), t.graph.integers(*before, *after), t.name(fill or 0, x.dtype))


SHAPES: dict[str, Operation] = {
    **{
        f"aten.{name}.default": same for name in ("contiguous", "clone", "detach", "alias", "lift_fresh_copy")
    },
    **{f"aten.{name}.default": reshape for name in ("view", "reshape", "_unsafe_view", "view_as")},
    **{f"aten.{name}": reshape for name in ("flatten.using_ints", "unflatten.int", "squeeze.dim")},
    **{f"aten.squeeze.{form}": reshape for form in ("dims", "default")},
    **{f"aten.{name}.default": expand for name in ("expand", "expand_as", "broadcast_to")},
    "aten.constant_pad_nd.default": lambda t, s, x, ends, fill=0: pad(t, s, x, ends, fill=fill),
    "aten.copy.default": copy,
    "aten.dropout.default": same,
    "aten.transpose.int": transpose,
    "aten.t.default": turned,
    "aten.mT.default": lambda t, s, x: transpose(t, s, x, -2, -1),
    "aten.pad.default": pad,
    "aten.permute.default": permute,
    "aten.movedim.int": move_axis,
    "aten.unsqueeze.default": unsqueeze,
    "aten.slice.Tensor": sliced,
    "aten.narrow.default": lambda t, s, x, axis, start, size: cut(t, x, axis, start, start + size),
    "aten.select.int": select,
    "aten.split.Tensor": split,
    "aten.split_with_sizes.default": split_sizes,
    "aten.chunk.default": chunk,
    "aten.unbind.int": unbind,
    "aten.cat.default": cat,
    "aten.stack.default": stack,
    "aten.flip.default": flip,
    "aten.roll.default": roll,
}
