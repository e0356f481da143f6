"""State of a decoder between steps, and its inputs from the source, as parts of a graph.

Shapes: B sources, R rows, S source steps, L layers, H features of a part of the state, A features of a key.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from rnnlab.export.decoder import MemoryNames, StepNames
from rnnlab.export.depth import add_linear
from rnnlab.export.encoder import Encoding
from rnnlab.export.graph import Graph
from rnnlab.model.decoder.luong import LuongDecoder

Shape = Sequence[int | str]


def add_memory(graph: Graph, decoder: Any, encoded: Encoding, suffix: str) -> None:
    """Add the outputs that a decoder attends to: `values`, and `keys` unless they are the values."""
    values = graph.op("Transpose", [encoded.steps], {"perm": [1, 0, 2]})  # (B, S, F)
    key = decoder.score.key
    graph.output(f"values{suffix}", values, np.float32, ["batch", "time", decoder.memory_size])
    if key is not None:
        shape = ["batch", "time", key.out_features]
        graph.output(f"keys{suffix}", add_linear(graph, key, values), np.float32, shape)


def memory_inputs(graph: Graph, decoder: Any, mask: str, copies: str, suffix: str) -> MemoryNames:
    """Add the inputs that a decoder attends to at each step."""
    if not decoder.attends:
        return MemoryNames()
    values = graph.input(f"values{suffix}", np.float32, ["rows", "time", decoder.memory_size])
    keys, key = values, decoder.score.key
    if key is not None:
        keys = graph.input(f"keys{suffix}", np.float32, ["rows", "time", key.out_features])
    return MemoryNames(keys, values, mask, copies)


def first_state(graph: Graph, decoder: Any, final: str, batch: str, time: str) -> list[str]:
    """Return the state before the first step: parts (L, B, H) of the layers, then those of the decoder.

    Args:
        final: (B, F) the encoder's final output. batch, time: (1,), B and S.
    """
    layers, found = decoder.layers, []
    learned = [] if decoder.bridge is None else list(decoder.bridge.maps)
    for number, size in enumerate(layers.state_sizes):
        if number >= len(learned):
            shape = [graph.integers(layers.num_layers), batch, graph.integers(size)]
            found.append(zeros(graph, shape))
            continue
        mapped = graph.op("Tanh", [add_linear(graph, learned[number], final)])  # (B, L H)
        apart = graph.op("Reshape", [mapped, graph.integers(0, layers.num_layers, size)])
        found.append(graph.op("Transpose", [apart], {"perm": [1, 0, 2]}))
    one, fed = graph.integers(1), fed_size(decoder)
    own = [zeros(graph, [one, batch, graph.integers(fed)])] if fed else []
    return found + own + ([zeros(graph, [one, batch, time])] if decoder.coverage else [])


def state_shapes(decoder: Any, rows: str) -> list[Shape]:
    """Return the shape of each part of the state; `rows` names their number."""
    layers, fed = decoder.layers, fed_size(decoder)
    shapes: list[Shape] = [[layers.num_layers, rows, size] for size in layers.state_sizes]
    return shapes + ([[1, rows, fed]] if fed else []) + ([[1, rows, "time"]] if decoder.coverage else [])


def next_state(graph: Graph, decoder: Any, step: StepNames) -> list[str]:
    """Return the parts of the state after a step."""
    found = []
    for parts in zip(*step.layers, strict=True):
        apart = [graph.op("Unsqueeze", [part, graph.integers(0)]) for part in parts]
        found.append(graph.op("Concat", apart, {"axis": 0}))
    own = [step.features] if fed_size(decoder) else []
    own += [step.covered] if decoder.coverage else []
    return found + [graph.op("Unsqueeze", [part, graph.integers(0)]) for part in own]


def fed_size(decoder: Any) -> int:
    """Return the number of features that a step reads of the last one's result; 0 without input feeding."""
    feeds = isinstance(decoder, LuongDecoder) and decoder.input_feeding
    return int(decoder.output_size) if feeds else 0


def zeros(graph: Graph, shape: Sequence[str]) -> str:
    """Return zeros of a shape whose sizes are values (1,) of the graph."""
    return graph.op("ConstantOfShape", [graph.op("Concat", list(shape), {"axis": 0})])
