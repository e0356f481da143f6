"""ATen operations to ONNX nodes, one by one. R rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from rnnlab.export.graph import NO_ATTRIBUTES, Graph
from rnnlab.export.traced.trace import GETITEM, Ref, Rows, Step, unexportable

NUMPY: dict[torch.dtype, type[np.generic]] = {
    torch.float32: np.float32,
    torch.float64: np.float64,
    torch.int64: np.int64,
    torch.int32: np.int32,
    torch.bool: np.bool_,
}
ONNX = {torch.float32: 1, torch.int32: 6, torch.int64: 7, torch.bool: 9, torch.float64: 11}
# keywords that say nothing which the graph has: the type of a result is that of its step
ELSEWHERE = {"dtype", "device", "layout", "pin_memory", "memory_format", "non_blocking", "copy"}
ELSEWHERE |= {"sparse_grad", "output_size", "path", "implicit"}


class Value(NamedTuple):
    """A value of the graph: its name there, its type, and its shape with `Rows` where it has them."""

    name: str
    dtype: torch.dtype
    shape: tuple[int | Rows, ...]


Found = str | list[Any]  # the name of a result, or several results, as `Value` or names
Operation = Callable[..., Found]  # of (translator, step, *args, **kwargs)


class Translator:
    """Adds the steps of a program to a graph.

    What depends on no input is computed once by torch, and is a constant of the graph.

    Args:
        rows: the name of the number of rows, int64 without axes.
    """

    def __init__(self, graph: Graph, rows: str) -> None:
        self.graph, self.rows = graph, rows
        self.values: dict[str, Any] = {}

    def run(self, module: nn.Module, steps: Iterable[Step], operations: Mapping[str, Operation]) -> None:
        """Add steps. Raises SettingError for an operation that is not among those given."""
        for step in steps:
            args, kwargs = self.resolved(step.args), self.resolved(step.kwargs)
            if not depends(args) and not depends(kwargs) and not depends(step.shape):
                self.values[step.name] = step.target(*args, **kwargs)
                continue
            if step.op == GETITEM:
                self.values[step.name] = args[0][args[1]]
                continue
            if step.op not in operations:
                raise unexportable(module, f"its operation {step.op} has none in ONNX here")
            named = {name: value for name, value in kwargs.items() if name not in ELSEWHERE}
            found = operations[step.op](self, step, *args, **named)
            self.values[step.name] = found if isinstance(found, list) else self.value(found, step)

    def resolved(self, part: Any) -> Any:
        """Return arguments with values in the place of references."""
        if isinstance(part, Ref):
            return self.values[part.name]
        if isinstance(part, dict):
            return {name: self.resolved(one) for name, one in part.items()}
        if isinstance(part, list | tuple) and not isinstance(part, Rows):
            return type(part)(self.resolved(one) for one in part)
        return part

    def value(self, name: str, step: Step) -> Value:
        assert step.dtype is not None
        assert step.shape is not None
        return Value(name, step.dtype, step.shape)

    def op(self, kind: str, *inputs: str, given: Mapping[str, Any] = NO_ATTRIBUTES) -> str:
        """Add a node with these inputs and attributes; return the name of its output."""
        return self.graph.op(kind, inputs, given)

    def name(self, value: Any, dtype: torch.dtype | None = None) -> str:
        """Return the name of a value, of a constant, or of a number, cast to a type."""
        if isinstance(value, Value):
            return value.name if dtype in (None, value.dtype) else self.cast(value.name, dtype)
        if isinstance(value, Rows):
            return self.times(value)
        tensor = value if isinstance(value, Tensor) else torch.tensor(value)
        array = tensor.detach().cpu().to(dtype or tensor.dtype).numpy()
        return self.graph.constant(array)

    def cast(self, name: str, dtype: torch.dtype | None) -> str:
        return self.op("Cast", name, given={"to": ONNX[dtype or torch.float32]})

    def times(self, rows: Rows) -> str:
        """Return a multiple of the number of rows, int64 without axes."""
        if rows.times == 1:
            return self.rows
        return self.op("Mul", self.rows, self.graph.constant(np.array(rows.times, np.int64)))

    def shape(self, sizes: Sequence[int | Rows], inferred: bool = False) -> str:
        """Return a shape (N,) int64.

        Args:
            inferred: let ONNX compute one size that depends on the rows.
        """
        dynamic = [one for one in sizes if isinstance(one, Rows)]
        if not dynamic:
            return self.graph.integers(*(int(one) for one in sizes))  # type: ignore[arg-type]
        if inferred and len(dynamic) == 1 and 0 not in sizes:
            return self.graph.integers(*(-1 if isinstance(one, Rows) else int(one) for one in sizes))
        axis = self.graph.integers(0)
        parts = [
            self.op("Unsqueeze", self.times(one), axis) if isinstance(one, Rows) else self.graph.integers(one)
            for one in sizes
        ]
        return self.op("Concat", *parts, given={"axis": 0})


def depends(part: Any) -> bool:
    """Return whether something depends on the inputs, or on the number of rows."""
    if isinstance(part, Value | Rows):
        return True
    if isinstance(part, dict):
        return any(map(depends, part.values()))
    return isinstance(part, list | tuple) and any(map(depends, part))
