"""Stacked recurrent layers as an ONNX graph.

Shapes: T steps, B rows, O output features; steps are time-major.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from torch import nn

from rnnlab.errors import SettingError
from rnnlab.export.depth import add_enter, add_hand_on, add_leave, add_linear, add_read, constant
from rnnlab.export.graph import Graph
from rnnlab.export.layer import Read, check_layers, has_operator
from rnnlab.export.recorded_layer import add_any_layer


class Encoding(NamedTuple):
    """steps: (T, B, O), arbitrary past a row's length; final: (B, O); state: parts (layers, B, H)."""

    steps: str
    final: str
    state: list[str]


def add_encoder(
    graph: Graph, encoder: Any, steps: str, lengths: str, before: Sequence[str] = (), elapsed: str = ""
) -> Encoding:
    """Add all layers of a `RecurrentEncoder`.

    Args:
        steps: (T, B, I). lengths: (B,) int64; an empty name means that every row is full.
        before: parts (layers, B, H) of the state to start from; none start from zeros.
        elapsed: (T, B, 1), the time since the step before, of a causal encoder that reads it; an empty name
            means 1 everywhere.

    Raises:
        SettingError: a part of it cannot be exported.
    """
    check_layers(encoder)
    if encoder.attention is not None:
        raise SettingError("model.encoder.attention", type(encoder.attention).__name__, "cannot be exported")
    if encoder.input_norm is not None:
        steps = add_batch_norm(graph, encoder.input_norm, steps)
    steps = add_enter(graph, encoder.depth, steps)
    short = graph.op("Cast", [lengths], {"to": 6}) if lengths else ""  # 6: int32
    parts = [split(graph, part, encoder.num_layers) for part in before]
    after: list[list[str]] = []
    for number in range(encoder.num_layers):
        layers = [encoder.forward_layers[number], *encoder.backward_layers[number : number + 1]]
        inputs = add_read(graph, encoder.depth, number, steps)
        read = add_any_layer(graph, layers, inputs, short, [part[number] for part in parts], elapsed)
        mixed = add_mixing(graph, encoder.mixing, read.outputs) if len(layers) > 1 else read.outputs
        steps = add_hand_on(graph, encoder.depth, number, steps, mixed)
        after.append(read.final)
    steps = add_leave(graph, encoder.depth, steps)
    state = [graph.op("Concat", list(part), {"axis": 0}) for part in zip(*after, strict=True)]
    return Encoding(steps, add_final(graph, encoder, steps, lengths, read), state)


def add_final(graph: Graph, encoder: Any, steps: str, lengths: str, read: Read) -> str:
    """Return each row's final features, (B, O): those of each direction after its last real step."""
    joined = encoder.mixing.name == "concat" and not encoder.residual
    plain = joined and isinstance(encoder.depth.connections[-1], nn.Identity)
    if plain and has_operator(encoder.forward_layers[-1]):  # exactly the last layer's own state
        size = encoder.output_size
        turned = graph.op("Transpose", [read.final[0]], {"perm": [1, 0, 2]})
        return graph.op("Reshape", [turned, graph.integers(0, size)])
    last = last_step(graph, steps, lengths)
    if not encoder.bidirectional:
        return last
    first = graph.op("Gather", [steps, graph.constant(np.array(0, np.int64))], {"axis": 0})
    if not joined:
        return graph.op("Mul", [graph.op("Add", [last, first]), graph.floats(0.5)])
    half = encoder.output_size // 2
    return graph.op("Concat", [cut(graph, last, 0, half), cut(graph, first, half, 2 * half)], {"axis": 1})


def last_step(graph: Graph, steps: str, lengths: str) -> str:
    """Return each row's features at its last real step, (B, O)."""
    if not lengths:
        return graph.op("Gather", [steps, graph.constant(np.array(-1, np.int64))], {"axis": 0})
    rows = graph.op("Transpose", [steps], {"perm": [1, 0, 2]})  # (B, T, O)
    place = graph.op("Sub", [lengths, graph.integers(1)])
    index = graph.op("Unsqueeze", [place, graph.integers(1)])  # (B, 1)
    return graph.op("GatherND", [rows, index], {"batch_dims": 1})


def cut(graph: Graph, value: str, start: int, end: int) -> str:
    """Slice the features from `start` to `end` of (B, O)."""
    ends = [graph.integers(number) for number in (start, end, 1)]
    return graph.op("Slice", [value, *ends])


def split(graph: Graph, value: str, count: int) -> list[str]:
    """Split (layers, B, H) into parts (1, B, H)."""
    return [value] if count == 1 else graph.ops("Split", [value], count, {"axis": 0})


def add_batch_norm(graph: Graph, norm: Any, steps: str) -> str:
    """Add batch normalisation as a scale and a shift, from its running mean and variance."""
    scale = norm.weight * (norm.running_variance + norm.eps).rsqrt()
    shift = norm.bias - norm.running_mean * scale
    return graph.op("Add", [graph.op("Mul", [steps, constant(graph, scale)]), constant(graph, shift)])


def add_mixing(graph: Graph, mixing: Any, both: str) -> str:
    """Mix the two joined directions (T, B, 2 H)."""
    if mixing.name == "sum":
        return graph.op("Add", graph.ops("Split", [both], 2, {"axis": -1}))
    return both if mixing.map is None else add_linear(graph, mixing.map, both)
