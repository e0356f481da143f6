"""Operations on each element by itself, and comparisons."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import torch

from rnnlab.export.traced.trace import Step
from rnnlab.export.traced.translate import Operation, Translator, Value


def kind_of(value: Any) -> torch.dtype:
    """Return the type of a value, a constant or a number."""
    if isinstance(value, Value | torch.Tensor):
        return value.dtype
    return torch.float32 if isinstance(value, float) else torch.int64


def unary(kind: str, t: Translator, step: Step, x: Any, *_: Any) -> str:
    return t.op(kind, t.name(x, step.dtype))


def binary(kind: str, t: Translator, step: Step, x: Any, y: Any, alpha: float = 1) -> str:
    """x op alpha y, with both of the result's type; ONNX multiplies no booleans."""
    if step.dtype == torch.bool and kind == "Mul":
        return logical("And", t, step, x, y)
    right = t.name(y, step.dtype)
    if alpha != 1:
        right = t.op("Mul", right, t.name(alpha, step.dtype))
    return t.op(kind, t.name(x, step.dtype), right)


def reversed_sub(t: Translator, step: Step, x: Any, y: Any, alpha: float = 1) -> str:
    return binary("Sub", t, step, y, x, alpha)


def compare(kind: str, t: Translator, step: Step, x: Any, y: Any) -> str:
    """Compare in the wider type of both."""
    wide = torch.promote_types(kind_of(x), kind_of(y)) if isinstance(y, Value | torch.Tensor) else kind_of(x)
    if isinstance(y, float) and not wide.is_floating_point:
        wide = torch.float32
    if wide == torch.bool:
        wide = torch.int32
    return t.op(kind, t.name(x, wide), t.name(y, wide))


def unequal(t: Translator, step: Step, x: Any, y: Any) -> str:
    return t.op("Not", compare("Equal", t, step, x, y))


def logical(kind: str, t: Translator, step: Step, *values: Any) -> str:
    return t.op(kind, *(t.name(one, torch.bool) for one in values))


def cast(t: Translator, step: Step, x: Any, *_: Any) -> str:
    return t.name(x, step.dtype)


def where(t: Translator, step: Step, condition: Any, x: Any, y: Any) -> str:
    return t.op("Where", t.name(condition), t.name(x, step.dtype), t.name(y, step.dtype))


def masked_fill(t: Translator, step: Step, x: Any, mask: Any, value: Any) -> str:
    return t.op("Where", t.name(mask), t.name(value, step.dtype), t.name(x, step.dtype))


def clamp(t: Translator, step: Step, x: Any, low: Any = None, high: Any = None) -> str:
    found = t.name(x, step.dtype)
    for kind, limit in (("Max", low), ("Min", high)):
        if limit is not None:
            found = t.op(kind, found, t.name(limit, step.dtype))
    return found


def clamp_max(t: Translator, step: Step, x: Any, high: Any) -> str:
    return clamp(t, step, x, None, high)


def power(t: Translator, step: Step, x: Any, exponent: Any) -> str:
    return t.op("Pow", t.name(x, step.dtype), t.name(exponent, step.dtype))


def square(t: Translator, step: Step, x: Any) -> str:
    name = t.name(x, step.dtype)
    return t.op("Mul", name, name)


def rsqrt(t: Translator, step: Step, x: Any) -> str:
    return t.op("Reciprocal", t.op("Sqrt", t.name(x, step.dtype)))


def log1p(t: Translator, step: Step, x: Any) -> str:
    return t.op("Log", t.op("Add", t.name(x, step.dtype), t.name(1.0, step.dtype)))


def expm1(t: Translator, step: Step, x: Any) -> str:
    return t.op("Sub", t.op("Exp", t.name(x, step.dtype)), t.name(1.0, step.dtype))


def log_sigmoid(t: Translator, step: Step, x: Any) -> str:
    """-softplus(-x)"""
    return t.op("Neg", t.op("Softplus", t.op("Neg", t.name(x, step.dtype))))


def softplus(t: Translator, step: Step, x: Any, beta: float = 1, threshold: float = 20) -> str:
    if beta == 1:
        return t.op("Softplus", t.name(x))
    wide = t.op("Mul", t.name(x), t.name(float(beta)))
    return t.op("Div", t.op("Softplus", wide), t.name(float(beta)))


def silu(t: Translator, step: Step, x: Any) -> str:
    return t.op("Mul", t.name(x), t.op("Sigmoid", t.name(x)))


def gelu(t: Translator, step: Step, x: Any, approximate: str = "none") -> str:
    """x (1 + erf(x / sqrt 2)) / 2"""
    inner = t.op("Erf", t.op("Mul", t.name(x), t.name(math.sqrt(0.5))))
    return t.op("Mul", t.name(x), t.op("Mul", t.op("Add", inner, t.name(1.0)), t.name(0.5)))


def addcmul(t: Translator, step: Step, x: Any, first: Any, second: Any, value: float = 1) -> str:
    product = t.op("Mul", t.name(first), t.name(second))
    product = product if value == 1 else t.op("Mul", product, t.name(value, step.dtype))
    return t.op("Add", t.name(x), product)


def lerp(t: Translator, step: Step, x: Any, y: Any, weight: Any) -> str:
    return t.op("Add", t.name(x), t.op("Mul", t.op("Sub", t.name(y), t.name(x)), t.name(weight, step.dtype)))


def remainder(t: Translator, step: Step, x: Any, y: Any) -> str:
    """x mod y, with the sign of y."""
    return t.op("Mod", t.name(x, step.dtype), t.name(y, step.dtype))


NAMES = {"neg": "Neg", "exp": "Exp", "log": "Log", "sqrt": "Sqrt", "abs": "Abs", "sign": "Sign", "erf": "Erf"}
NAMES |= {"sigmoid": "Sigmoid", "tanh": "Tanh", "relu": "Relu", "reciprocal": "Reciprocal", "cos": "Cos"}
NAMES |= {"sin": "Sin", "floor": "Floor", "ceil": "Ceil", "round": "Round"}
PAIRS = {"add": "Add", "sub": "Sub", "mul": "Mul", "div": "Div"}
COMPARED = {"lt": "Less", "le": "LessOrEqual", "gt": "Greater", "ge": "GreaterOrEqual", "eq": "Equal"}
BOTH = ("Tensor", "Scalar")
POINTWISE: dict[str, Operation] = {
    **{f"aten.{name}.default": partial(unary, kind) for name, kind in NAMES.items()},
    **{f"aten.{name}.{form}": partial(binary, kind) for name, kind in PAIRS.items() for form in BOTH},
    **{f"aten.{name}.{form}": partial(compare, kind) for name, kind in COMPARED.items() for form in BOTH},
    **{f"aten.ne.{form}": unequal for form in BOTH},
    **{f"aten.rsub.{form}": reversed_sub for form in BOTH},
    **{f"aten.remainder.{form}": remainder for form in BOTH},
    **{f"aten.pow.{form}": power for form in ("Tensor_Scalar", "Tensor_Tensor", "Scalar")},
    **{f"aten.clamp.{form}": clamp for form in ("default", "Tensor")},
    **{f"aten.clamp_min.{form}": clamp for form in ("default", "Tensor")},
    **{f"aten.clamp_max.{form}": clamp_max for form in ("default", "Tensor")},
    **{f"aten.masked_fill.{form}": masked_fill for form in BOTH},
    **{f"aten.where.{form}": where for form in ("self", "ScalarOther", "ScalarSelf", "Scalar")},
    **{f"aten.lerp.{form}": lerp for form in BOTH},
    "aten.logical_and.default": partial(logical, "And"),
    "aten.bitwise_and.Tensor": partial(logical, "And"),
    "aten.__and__.Tensor": partial(logical, "And"),
    "aten.__or__.Tensor": partial(logical, "Or"),
    "aten.bitwise_or.Tensor": partial(logical, "Or"),
    "aten.logical_or.default": partial(logical, "Or"),
    "aten.bitwise_not.default": partial(logical, "Not"),
    "aten.logical_not.default": partial(logical, "Not"),
    "aten.maximum.default": partial(binary, "Max"),
    "aten.minimum.default": partial(binary, "Min"),
    "aten.square.default": square,
    "aten.rsqrt.default": rsqrt,
    "aten.log1p.default": log1p,
    "aten.expm1.default": expm1,
    "aten.log_sigmoid.default": log_sigmoid,
    "aten.softplus.default": softplus,
    "aten.silu.default": silu,
    "aten.gelu.default": gelu,
    "aten.addcmul.default": addcmul,
    "aten.type_as.default": cast,
    "aten.to.dtype": cast,
    "aten._to_copy.default": cast,
    "aten.to.dtype_layout": cast,
    "aten.to.device": cast,
}
