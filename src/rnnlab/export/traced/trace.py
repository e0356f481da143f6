"""A network as a list of ATen operations, with sizes that depend on the number of rows told apart.

`torch.export` records the operations of one call, where the number of rows is a number like any other. So a
network is recorded twice, with two numbers of rows: sizes that differ are a multiple of them.
"""

from __future__ import annotations

import operator
import warnings
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor, fx, nn

from rnnlab.errors import SettingError

FIRST, SECOND = 5, 7  # rows of the two recordings
MOST = 4000  # operations: a loop over steps that is written out is no graph that anyone wants
GETITEM = "getitem"
UNSEEN = {GETITEM, "aten.promote_types.default", "aten._assert_tensor_metadata.default"}
UNSEEN |= {"aten.polar.default", "aten.real.default", "aten.imag.default"}
"""Operations that need no translation: they concern types, or numbers that are the same in every call."""
Examples = Callable[[int], Mapping[str, Tensor]]  # a number of rows to the inputs by name


class Rows(NamedTuple):
    """A size that is `times` the number of rows."""

    times: int


class Ref(NamedTuple):
    """The result of an earlier step, by its name."""

    name: str


class Step(NamedTuple):
    """One operation.

    Attributes:
        name: of its result; target: the operation itself, which can be called; op: its name, such as
            `aten.add.Tensor`.
        args, kwargs: plain values, `Ref`, `Rows`, and lists of them.
        dtype, shape: of its result; None for operations with several.
    """

    name: str
    target: Any
    op: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    dtype: torch.dtype | None
    shape: tuple[int | Rows, ...] | None


class Program(NamedTuple):
    """A recorded network.

    Attributes:
        weights: parameters, buffers and constants by name; inputs: names of steps' values to names of inputs.
        steps: in order; outputs: names of the results.
    """

    weights: dict[str, Tensor]
    inputs: dict[str, str]
    steps: list[Step]
    outputs: list[str]


def trace(module: nn.Module, examples: Examples, known: Collection[str] = ()) -> Program:
    """Record a network in evaluation mode.

    Args:
        module: called with the examples' tensors in their order; returns a tuple of tensors.
        examples: inputs for any number of rows; all sizes but the rows are fixed in the graph.
        known: operations that need not be taken apart; a network of others is decomposed first, which takes
            most of the time.

    Raises:
        SettingError: it cannot be recorded, or takes too many operations.
    """
    names = list(examples(1))
    first = _export(module, examples(FIRST), known)
    if len(first.graph.nodes) > MOST:
        raise unexportable(
            module, f"its {len(first.graph.nodes):,} operations are more than {MOST:,}: a loop over steps"
        )
    second = _export(module, examples(SECOND), known)
    if len(first.graph.nodes) != len(second.graph.nodes):
        raise unexportable(module, "its operations depend on the number of rows")
    pairs = list(zip(first.graph.nodes, second.graph.nodes, strict=True))
    given = {spec.arg.name: spec.target for spec in first.graph_signature.input_specs if spec.target}
    held = {**dict(first.state_dict), **dict(first.constants)}
    weights = {name: held[target].detach() for name, target in given.items()}
    free = [node.name for node, _ in pairs if node.op == "placeholder" and node.name not in given]
    steps = [_step(one, two) for one, two in pairs if one.op == "call_function"]
    outputs = next(node for node, _ in pairs if node.op == "output").args[0]
    return Program(weights, dict(zip(free, names, strict=True)), steps, [one.name for one in outputs])


def unexportable(module: nn.Module, why: str) -> SettingError:
    """Return the error of a network that has no graph."""
    return SettingError("model", type(module).__name__, f"cannot be exported: {why}")


def _export(module: nn.Module, inputs: Mapping[str, Tensor], known: Collection[str]) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on the buffers that torch's recurrent layers keep for cuDNN
        try:
            program = torch.export.export(module, tuple(inputs.values()), strict=False)
            called = {name_of(node) for node in program.graph.nodes if node.op == "call_function"}
            return program if called <= {*known, *UNSEEN} else program.run_decompositions({})
        except Exception as error:  # torch raises a different type for each thing that it cannot record
            raise unexportable(
                module, f"{type(error).__name__}: {str(error).splitlines()[0][:160]}"
            ) from error


def name_of(node: fx.Node) -> str:
    """Return the name of a node's operation, such as `aten.add.Tensor`."""
    return GETITEM if node.target is operator.getitem else str(node.target)


def _step(one: fx.Node, two: fx.Node) -> Step:
    found, other = one.meta.get("val"), two.meta.get("val")
    shape, dtype = None, None
    if isinstance(found, Tensor) and isinstance(other, Tensor):
        shape, dtype = tuple(_paired(list(found.shape), list(other.shape))), found.dtype
    return Step(
        one.name,
        one.target,
        name_of(one),
        tuple(_paired(a, b) for a, b in zip(one.args, two.args, strict=True)),
        {name: _paired(value, two.kwargs[name]) for name, value in one.kwargs.items()},
        dtype,
        shape,
    )


def _paired(one: Any, two: Any) -> Any:
    """Return an argument with `Rows` where the two recordings differ."""
    if isinstance(one, fx.Node):
        return Ref(one.name)
    if isinstance(one, list | tuple) and isinstance(two, Sequence):
        return [_paired(a, b) for a, b in zip(one, two, strict=True)]
    if type(one) is int and one != two:
        times, rest = divmod(one, FIRST)
        if rest or two != times * SECOND:
            raise SettingError("model", f"{one}, {two}", "a size is no multiple of the number of rows")
        return Rows(times)
    return one
