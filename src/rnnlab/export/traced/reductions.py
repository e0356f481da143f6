"""Sums, means, extremes and products of matrices."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import torch

from rnnlab.errors import SettingError
from rnnlab.export.traced.pointwise import square
from rnnlab.export.traced.trace import Step
from rnnlab.export.traced.translate import Operation, Translator, Value

Axes = Sequence[int] | int | None


def listed(axes: Axes, x: Value) -> list[int]:
    if axes is None or axes == []:
        return list(range(len(x.shape)))
    return [axes] if isinstance(axes, int) else list(axes)


def total(t: Translator, step: Step, x: Value, axes: Axes = None, keep: bool = False) -> str:
    """Add as the result's type: booleans are counted."""
    places = t.graph.integers(*listed(axes, x))
    return t.op("ReduceSum", t.name(x, step.dtype), places, given={"keepdims": int(keep)})


def reduced(kind: str, t: Translator, step: Step, x: Value, axes: Axes = None, keep: bool = False) -> str:
    return t.op(kind, t.name(x, step.dtype), given={"axes": listed(axes, x), "keepdims": int(keep)})


def largest_place(t: Translator, step: Step, x: Value, axis: int, keep: bool = False) -> str:
    return t.op("ArgMax", t.name(x), given={"axis": axis, "keepdims": int(keep)})


def any_of(t: Translator, step: Step, x: Value, axes: Axes = None, keep: bool = False) -> str:
    found = t.op("ReduceMax", t.name(x, torch.int32), given={"axes": listed(axes, x), "keepdims": int(keep)})
    return t.cast(found, torch.bool)


def all_of(t: Translator, step: Step, x: Value, axes: Axes = None, keep: bool = False) -> str:
    found = t.op("ReduceMin", t.name(x, torch.int32), given={"axes": listed(axes, x), "keepdims": int(keep)})
    return t.cast(found, torch.bool)


def variance(
    t: Translator, step: Step, x: Value, axes: Axes = None, correction: float = 1, keepdim: bool = False
) -> str:
    places = listed(axes, x)
    sizes = [x.shape[axis] for axis in places]
    count = int(np.prod([size for size in sizes if isinstance(size, int)]))
    centre = t.op("ReduceMean", t.name(x), given={"axes": places, "keepdims": 1})
    apart = Value(t.op("Sub", t.name(x), centre), x.dtype, x.shape)
    mean = t.op("ReduceMean", square(t, step, apart), given={"axes": places, "keepdims": int(keepdim)})
    return mean if not correction else t.op("Mul", mean, t.name(count / max(count - correction, 1)))


def cumulated(t: Translator, step: Step, x: Value, axis: int) -> str:
    return t.op("CumSum", t.name(x, step.dtype), t.graph.constant(np.array(axis, np.int64)))


def softmax(kind: str, t: Translator, step: Step, x: Any, axis: int, *_: Any) -> str:
    return t.op(kind, t.name(x), given={"axis": axis})


def log_sum_exp(t: Translator, step: Step, x: Value, axes: Axes, keep: bool = False) -> str:
    return t.op("ReduceLogSumExp", t.name(x), given={"axes": listed(axes, x), "keepdims": int(keep)})


def norm(
    t: Translator,
    step: Step,
    x: Any,
    order: float = 2,
    axes: Axes = None,
    keep: bool = False,
    dtype: Any = None,
) -> str:
    kinds = {1: "ReduceL1", 2: "ReduceL2"}
    if order not in kinds:
        raise SettingError("model", f"a norm of order {order}", "cannot be exported: those of 1 and 2 can")
    return reduced(kinds[int(order)], t, step, x, axes, keep)


def linear(t: Translator, step: Step, x: Any, weight: Any, bias: Any = None) -> str:
    known = isinstance(weight, torch.Tensor)
    matrix = t.name(weight.t()) if known else t.op("Transpose", t.name(weight), given={"perm": [1, 0]})
    found = t.op("MatMul", t.name(x), matrix)
    return found if bias is None else t.op("Add", found, t.name(bias))


def product(t: Translator, step: Step, x: Any, y: Any) -> str:
    return t.op("MatMul", t.name(x), t.name(y))


def add_product(t: Translator, step: Step, bias: Any, x: Any, y: Any) -> str:
    return t.op("Add", product(t, step, x, y), t.name(bias))


def einsum(t: Translator, step: Step, equation: str, values: Sequence[Any]) -> str:
    return t.op("Einsum", *(t.name(one) for one in values), given={"equation": equation})


def attend(
    t: Translator,
    step: Step,
    query: Value,
    keys: Value,
    values: Any,
    mask: Any = None,
    dropout: float = 0.0,
    causal: bool = False,
    scale: float | None = None,
) -> str:
    """softmax(q K^T / sqrt(D)) V, where a mask allows it, over the last two axes"""
    size = query.shape[-1]
    if causal or mask is None or mask.dtype != torch.bool or not isinstance(size, int):
        raise SettingError("model", "attention", "cannot be exported: one with a mask of its own can")
    order = list(range(len(keys.shape)))
    turned = t.op("Transpose", t.name(keys), given={"perm": [*order[:-2], order[-1], order[-2]]})
    scaled = t.op(
        "Mul", t.op("MatMul", t.name(query), turned), t.name(size**-0.5 if scale is None else scale)
    )
    hidden = t.op("Where", t.name(mask), scaled, t.name(-torch.inf, query.dtype))
    return t.op("MatMul", t.op("Softmax", hidden, given={"axis": -1}), t.name(values))


def layer_norm(
    t: Translator, step: Step, x: Any, shape: Sequence[int], weight: Any = None, bias: Any = None, *rest: Any
) -> str:
    scale = torch.ones(list(shape)) if weight is None else weight
    given = [t.name(scale)] if bias is None else [t.name(scale), t.name(bias)]
    epsilon = float(rest[0]) if rest else 1e-5
    return t.op("LayerNormalization", t.name(x), *given, given={"axis": -len(shape), "epsilon": epsilon})


def rms_norm(
    t: Translator, step: Step, x: Any, shape: Sequence[int], weight: Any = None, epsilon: float | None = None
) -> str:
    """x / sqrt(mean(x^2) + e), over the last axes"""
    axes = [-1 - axis for axis in range(len(shape))]
    least = torch.finfo(x.dtype).eps if epsilon is None else epsilon
    mean = t.op("ReduceMean", square(t, step, x), given={"axes": axes, "keepdims": 1})
    found = t.op("Div", t.name(x), t.op("Sqrt", t.op("Add", mean, t.name(least, x.dtype))))
    return found if weight is None else t.op("Mul", found, t.name(weight))


REDUCTIONS: dict[str, Operation] = {
    **{f"aten.sum.{form}": total for form in ("default", "dim_IntList")},
    **{f"aten.mean.{form}": partial(reduced, "ReduceMean") for form in ("default", "dim")},
    "aten.argmax.default": largest_place,
    "aten.amax.default": partial(reduced, "ReduceMax"),
    "aten.amin.default": partial(reduced, "ReduceMin"),
    **{f"aten.any.{form}": any_of for form in ("default", "dim", "dims")},
    **{f"aten.all.{form}": all_of for form in ("default", "dim", "dims")},
    "aten.var.correction": variance,
    "aten.var.dim": variance,
    "aten.cumsum.default": cumulated,
    "aten.softmax.int": partial(softmax, "Softmax"),
    "aten._softmax.default": partial(softmax, "Softmax"),
    "aten.log_softmax.int": partial(softmax, "LogSoftmax"),
    "aten._log_softmax.default": partial(softmax, "LogSoftmax"),
    "aten.logsumexp.default": log_sum_exp,
    "aten.linalg_vector_norm.default": norm,
    "aten.linear.default": linear,
    **{f"aten.{name}.default": product for name in ("matmul", "mm", "bmm", "mv")},
    **{f"aten.{name}.default": add_product for name in ("addmm", "baddbmm")},
    "aten.einsum.default": einsum,
    "aten.layer_norm.default": layer_norm,
    "aten.scaled_dot_product_attention.default": attend,
    "aten.rms_norm.default": rms_norm,
}
