"""Any recurrent layer in a graph: one step of it as torch records it, and a loop over such steps.

Shapes: T steps, B rows, I input features, O output features, F features of a part of the state.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from rnnlab.errors import SettingError
from rnnlab.export.graph import Graph
from rnnlab.export.layer import Read, add_layer, has_operator
from rnnlab.export.row_ends import real_steps, reverse, time_from_the_end
from rnnlab.export.step import add_step
from rnnlab.export.traced.build import add_program, record
from rnnlab.model.cell_options import CellOptions
from rnnlab.model.fused import Fused
from rnnlab.model.make_layer import own_layer
from rnnlab.model.short_convolution import Convolved


class Stepped(NamedTuple):
    """output: (B, O); state: parts (B, F) after the step."""

    output: str
    state: list[str]


class OneStep(nn.Module):
    """A layer's single step: (B, I), elapsed time (B, 1) if `timed`, and parts (B, F) to (B, O) and parts."""

    def __init__(self, layer: Any, timed: bool = False) -> None:
        super().__init__()
        self.layer, self.timed = layer, timed

    def forward(self, inputs: Tensor, *others: Tensor) -> tuple[Tensor, ...]:
        times, state = (others[:1], others[1:]) if self.timed else ((), others)
        parts = tuple(part.unsqueeze(0) for part in state)
        read = self.layer(inputs.unsqueeze(0), None, parts, *(time.t() for time in times))
        return (read.outputs.squeeze(0), *(part.squeeze(0) for part in read.state))


def add_any_step(graph: Graph, layer: Any, before: Sequence[str], inputs: str, elapsed: str = "") -> Stepped:
    """Add a step of any layer to a graph.

    Args:
        before: the state, parts (B, F). inputs: (B, I).
        elapsed: (B, 1), the time since the step before, for a layer that reads it; an empty name means 1.

    Raises:
        SettingError: a layer whose operations have none in ONNX.
    """
    if has_operator(layer):
        state = add_step(graph, layer, list(before), inputs)
        return Stepped(state[0], state)
    if isinstance(layer, Convolved):
        mixed, window = add_convolution(graph, layer, before[-1], inputs)
        step = add_any_step(graph, layer.layer, before[:-1], mixed, elapsed)
        return Stepped(step.output, [*step.state, window])
    given = [inputs, *([elapsed] if elapsed else []), *before]
    names = [f"given_{number}" for number in range(len(given))]
    sizes = [layer.input_size, *([1] if elapsed else []), *layer.state_sizes]

    def examples(rows: int) -> dict[str, Tensor]:
        return {name: torch.zeros(rows, size) for name, size in zip(names, sizes, strict=True)}

    module = OneStep(as_cell(layer), bool(elapsed)).eval()
    values = dict(zip(names, given, strict=True))
    try:
        with torch.no_grad():
            found = add_program(graph, module, record(module, examples), examples(2), values)
    except SettingError as error:
        raise SettingError("model.cell", type(layer).__name__, error.rule) from error
    output, *state = (one.name for one in found)
    return Stepped(output, state)


def add_convolution(graph: Graph, layer: Convolved, window: str, inputs: str) -> tuple[str, str]:
    """Return the result (B, I) of a convolution over K steps, and its next window, (B, (K - 1) I)."""
    size, features = layer.size, layer.input_size
    joined = graph.op("Concat", [window, inputs], {"axis": 1})  # (B, K I), the oldest first
    apart = graph.op("Reshape", [joined, graph.integers(0, size, features)])
    weight, bias = (value.detach().cpu().float().numpy() for value in (layer.weight.flip(0), layer.bias))
    weighted = graph.op("Mul", [apart, graph.constant(weight)])
    total = graph.op("ReduceSum", [weighted, graph.integers(1)], {"keepdims": 0})
    ends = [graph.integers(number) for number in (features, size * features, 1)]
    return graph.op("Add", [total, graph.constant(bias)]), graph.op("Slice", [joined, *ends])


def as_cell(layer: Any) -> Any:
    """Return a layer of which a step can be recorded: of a fused LSTM with a projection, the cell."""
    if not isinstance(layer, Fused):
        return layer
    options = CellOptions(projection_size=layer.state_sizes[0])
    cell = own_layer("lstm")(layer.input_size, layer.hidden_size, options)
    weights = dict(layer.state_dict())
    weights["bias_ih_l0"] = weights["bias_ih_l0"] + weights.pop("bias_hh_l0")
    cell.load_state_dict(weights)
    return cell


def add_any_layer(
    graph: Graph, layers: list[Any], steps: str, lengths: str, before: list[str], elapsed: str = ""
) -> Read:
    """Add a layer in one direction or in both: its ONNX operator, or else a loop over recorded steps.

    Args:
        layers: the layer, or both directions' ones.
        steps: (T, B, I). lengths: (B,) int32; an empty name means that every row is full.
        before: the state (1, B, F) to start from, no names for zeros.
        elapsed: (T, B, 1), the time since the step before, for layers in one direction that read it.
    """
    if has_operator(layers[0]):
        return add_layer(graph, layers, steps, lengths, before)
    reads = [
        add_loop(graph, layer, steps, lengths, before, number == 1, elapsed)
        for number, layer in enumerate(layers)
    ]
    if len(reads) == 1:
        return reads[0]
    final = [
        graph.op("Concat", list(part), {"axis": 0})
        for part in zip(*(one.final for one in reads), strict=True)
    ]
    return Read(graph.op("Concat", [one.outputs for one in reads], {"axis": -1}), final)


def add_loop(
    graph: Graph, layer: Any, steps: str, lengths: str, before: list[str], backwards: bool, elapsed: str
) -> Read:
    """Add a loop over steps in one direction (ONNX's Scan); past its length a row keeps its state.

    Args:
        backwards: begin at each row's last step.
    """
    start = [graph.op("Squeeze", [part, graph.integers(0)]) for part in before]
    start = start or empty_state(graph, layer, steps)
    turned = graph.op("Cast", [lengths], {"to": 7}) if lengths and backwards else ""
    scanned = [reverse(graph, steps, turned) if turned else steps]
    if elapsed:
        scanned.append(time_from_the_end(graph, elapsed, turned) if backwards else elapsed)
    if lengths:
        scanned.append(real_steps(graph, steps, lengths))
    body = loop_body(graph, layer, bool(lengths), bool(elapsed)).proto("step")
    attributes: dict[str, Any] = {"body": body, "num_scan_inputs": len(scanned)}
    if backwards and not lengths:
        attributes |= {"scan_input_directions": [1] * len(scanned), "scan_output_directions": [1]}
    *final, outputs = graph.ops("Scan", [*start, *scanned], len(start) + 1, attributes)
    outputs = reverse(graph, outputs, turned) if turned else outputs
    return Read(outputs, [graph.op("Unsqueeze", [part, graph.integers(0)]) for part in final])


def loop_body(graph: Graph, layer: Any, masked: bool, timed: bool = False) -> Graph:
    """Build the graph of one step of a loop: from parts of the state (B, F) and inputs (B, I) to the next
    parts and the output (B, O).

    Args:
        masked, timed: other inputs (B, 1): bool, where a row's step is real (elsewhere its state stays), and
            the time since the step before.
    """
    body = graph.inside("Scan")
    named = [(body.prefix + f"{{}}_{i}", ["batch", size]) for i, size in enumerate(layer.state_sizes)]
    before = [body.input(name.format("state"), np.float32, shape) for name, shape in named]
    inputs = body.input(f"{body.prefix}inputs", np.float32, ["batch", layer.input_size])
    elapsed = body.input(f"{body.prefix}elapsed", np.float32, ["batch", 1]) if timed else ""
    read = add_any_step(body, layer, before, inputs, elapsed)
    state = read.state
    if masked:
        real = body.input(f"{body.prefix}real", np.bool_, ["batch", 1])
        state = [body.op("Where", [real, new, old]) for new, old in zip(state, before, strict=True)]
    for part, (name, shape) in zip(state, named, strict=True):
        body.output(name.format("next"), part, np.float32, shape)
    body.output(f"{body.prefix}output", read.output, np.float32, ["batch", layer.output_size])
    return body


def empty_state(graph: Graph, layer: Any, steps: str) -> list[str]:
    """Return an empty state, parts (B, F) of zeros, for the rows of (T, B, I)."""
    rows = graph.op("Slice", [graph.op("Shape", [steps]), graph.integers(1), graph.integers(2)])
    none = graph.floats(0.0)
    sizes = (graph.op("Concat", [rows, graph.integers(size)], {"axis": 0}) for size in layer.state_sizes)
    return [graph.op("Expand", [none, size]) for size in sizes]
