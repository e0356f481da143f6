"""An ONNX graph of a causal network with an output at each step.

Shapes: B rows, T steps, F values of a step, K outputs.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from rnnlab.export.depth import add_linear
from rnnlab.export.encoder import add_encoder
from rnnlab.export.graph import Graph
from rnnlab.export.head import add_embedding
from rnnlab.model.embedding import Embedding


def step_graph(network: Any) -> Graph:
    """Build the graph of a `rnnlab.model.step_network.StepNetwork`.

    Inputs: `tokens` (B, T) int64 or `values` (B, T, F) float32, right-padded, and `lengths` (B,) int64.
    Output: `outputs` (B, T, K), arbitrary past a row's length.

    Raises:
        SettingError: a part that cannot be exported.
    """
    graph, first = Graph(), network.embedding
    if isinstance(first, Embedding):
        tokens = graph.input("tokens", np.int64, ["batch", "time"])
        steps = add_embedding(graph, first, tokens)  # (T, B, E)
    else:
        values = graph.input("values", np.float32, ["batch", "time", first.in_features])
        steps = add_linear(graph, first, graph.op("Transpose", [values], {"perm": [1, 0, 2]}))
    lengths = graph.input("lengths", np.int64, ["batch"])
    encoded = add_encoder(graph, network.encoder, steps, lengths).steps  # (T, B, O)
    outputs = graph.op("Transpose", [add_linear(graph, network.head, encoded)], {"perm": [1, 0, 2]})
    graph.output("outputs", outputs, np.float32, ["batch", "time", network.head.out_features])
    return graph
