"""Networks on torch's meta device: their sizes are known, and no memory is taken."""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from omegaconf import DictConfig
from torch import nn
from torch.overrides import TorchFunctionMode

from rnnlab.kinds.work import Facts
from rnnlab.run.build.assemble import build_member
from rnnlab.run.build.vectors import AnyWords


class VectorSize(NamedTuple):
    """Word vectors of which only the size is known.

    Attributes:
        length: their features; None where the network draws its own.
        projection: features that they are mapped to; None without a map.
        freeze: they are not trained.
    """

    length: int | None
    projection: int | None
    freeze: bool = False

    def size(self) -> int | None:
        return self.projection or self.length

    def pretrained(self) -> None:
        return None

    def projected(self, vocabulary: int) -> int:
        """Return the parameters that a projection adds to an embedding of its size."""
        if self.projection is None or self.length is None:
            return 0
        return vocabulary * (self.length - self.projection) + self.length * self.projection

    def frozen(self, vocabulary: int) -> int:
        """Return the parameters that are not trained."""
        return vocabulary * (self.length or 0) if self.freeze else 0


def on_meta(cfg: DictConfig, facts: Facts, vocabulary: int | None, words: AnyWords | None) -> nn.Module:
    """Return one network of a config, without its weights."""
    with torch.device("meta"), _Unset():
        return build_member(cfg, facts, vocabulary, words)


FILLS = {value for value in vars(nn.init).values() if callable(value)}
FILLS |= {torch.Tensor.normal_, torch.Tensor.uniform_, torch.Tensor.bernoulli_}
POINTWISE = {
    *("abs", "neg", "sqrt", "exp", "expm1", "log", "log1p", "cos", "sin", "clamp", "pow"),
    *("add", "radd", "sub", "rsub", "mul", "rmul", "div", "truediv", "rtruediv"),
}


class _Unset(TorchFunctionMode):
    """Computes no initial weights: for meta tensors torch would import its compiler, which takes seconds."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func is torch.arange:
            return torch.empty(func(*args, **{**(kwargs or {}), "device": "cpu"}).shape)
        if func in FILLS:
            return args[0] if args else (kwargs or {}).get("tensor")
        tensors = [value for value in args if isinstance(value, torch.Tensor)]
        if getattr(func, "__name__", "").strip("_") in POINTWISE and any(
            tensor.is_meta for tensor in tensors
        ):
            return torch.empty(torch.broadcast_shapes(*(tensor.shape for tensor in tensors)))
        return func(*args, **(kwargs or {}))
