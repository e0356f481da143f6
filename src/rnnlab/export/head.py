"""Parts around an encoder in a graph: word vectors before it, pooling and a linear head after it.

Shapes: B rows, T steps, I features of a step as it is read, O as it comes out of the encoder, C outputs.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from rnnlab.export.depth import add_linear, constant
from rnnlab.export.encoder import Encoding, add_encoder
from rnnlab.export.graph import Graph
from rnnlab.model.attention import AdditiveAttention

LOWEST = -3e38  # hides a step from a maximum and a softmax
After = Callable[[Graph, str], str]  # adds what follows a head: its outputs (B, C) to others


def text_graph(network: Any, after: After | None = None) -> Graph:
    """Build the graph of a network with `embedding`, `encoder`, `pooling` and a linear `head`.

    Inputs: `tokens` (B, T) int64, right-padded, and `lengths` (B,) int64. Output: `outputs` (B, C).

    Args:
        after: adds the rest of the network, from the head's outputs to as many others.

    Raises:
        SettingError: a part that cannot be exported.
    """
    graph = Graph()
    tokens = graph.input("tokens", np.int64, ["batch", "time"])
    return _finished(graph, network, add_embedding(graph, network.embedding, tokens), tokens, after)


def series_graph(network: Any) -> Graph:
    """Build the graph of a network with `encoder`, `pooling` and a linear `head`.

    Inputs: `values` (B, T, I) float32, right-padded, and `lengths` (B,) int64. Output: `outputs` (B, C).

    Raises:
        SettingError: a part that cannot be exported.
    """
    graph = Graph()
    values = graph.input("values", np.float32, ["batch", "time", network.encoder.input_size])
    return _finished(graph, network, graph.op("Transpose", [values], {"perm": [1, 0, 2]}), values)


def _finished(graph: Graph, network: Any, steps: str, inputs: str, after: After | None = None) -> Graph:
    lengths = graph.input("lengths", np.int64, ["batch"])
    outputs, _ = add_encoder_and_head(graph, network, steps, lengths, add_mask(graph, inputs, lengths))
    outputs = outputs if after is None else after(graph, outputs)
    graph.output("outputs", outputs, np.float32, ["batch", network.head.out_features])
    return graph


def add_encoder_and_head(graph: Graph, network: Any, steps: str, lengths: str, mask: str) -> tuple[str, str]:
    """Add `encoder`, `pooling` and `head` of a network.

    Args:
        steps: (T, B, I). lengths: (B,) int64. mask: (B, T) bool.

    Returns:
        Names of the outputs (B, C), and of the pooling's attention (B, T), or no name where it has none.
    """
    pooled, weights = add_pooling(
        graph, network.pooling, add_encoder(graph, network.encoder, steps, lengths), lengths, mask
    )
    return add_linear(graph, network.head, pooled), weights


def add_pooling(graph: Graph, pooling: Any, encoding: Encoding, lengths: str, mask: str) -> tuple[str, str]:
    """Add a `Pooling`; return the names of its vector (B, size) and its attention (B, T), or no name."""
    rows = graph.op("Transpose", [encoding.steps], {"perm": [1, 0, 2]})  # (B, T, O)
    parts, weights = [], ""
    for part in pooling.parts:
        pooled = encoding.final
        if part == "mean":
            pooled = add_mean(graph, rows, mask, lengths)
        elif part == "max":
            shown = graph.op("Unsqueeze", [mask, graph.integers(2)])
            hidden = graph.op("Where", [shown, rows, graph.floats(LOWEST)])
            pooled = graph.op("ReduceMax", [hidden], {"axes": [1], "keepdims": 0})
        elif part != "last":
            weights = add_attention(graph, pooling.attention, rows, mask)
            pooled = weigh(graph, weights, rows)
        parts.append(pooled)
    return parts[0] if len(parts) == 1 else graph.op("Concat", parts, {"axis": 1}), weights


def add_embedding(graph: Graph, embedding: Any, tokens: str) -> str:
    """Look up the word vectors (T, B, E) of tokens (B, T), with their projection if there is one."""
    weight = embedding.vectors.weight
    if embedding.project is not None:
        weight = embedding.project(weight)  # once, and not at each word
    turned = graph.op("Transpose", [tokens], {"perm": [1, 0]})
    return graph.op("Gather", [constant(graph, weight), turned], {"axis": 0})


def add_mask(graph: Graph, inputs: str, lengths: str) -> str:
    """Return a mask (B, T) bool, True where a step of the inputs (B, T, ...) is real."""
    shape = graph.op("Shape", [inputs])
    time = graph.op("Gather", [shape, graph.constant(np.array(1, np.int64))], {"axis": 0})
    ends = [graph.constant(np.array(number, np.int64)) for number in (0, 1)]
    places = graph.op("Range", [ends[0], time, ends[1]])
    return graph.op("Less", [places, graph.op("Unsqueeze", [lengths, graph.integers(1)])])


def add_mean(graph: Graph, rows: str, mask: str, lengths: str) -> str:
    """Return the mean (B, O) over real steps."""
    count = graph.op("Unsqueeze", [graph.op("Cast", [lengths], {"to": 1}), graph.integers(1)])
    return weigh(graph, graph.op("Div", [graph.op("Cast", [mask], {"to": 1}), count]), rows)


def add_attention(graph: Graph, attention: Any, rows: str, mask: str) -> str:
    """Return the weights (B, T) of additive or dot attention."""
    if isinstance(attention, AdditiveAttention):
        seen = graph.op("Tanh", [add_linear(graph, attention.project, rows)])
    else:
        size = math.sqrt(attention.query.in_features)
        seen = graph.op("Div", [rows, graph.floats(size)])
    scores = graph.op("Squeeze", [add_linear(graph, attention.query, seen), graph.integers(2)])
    hidden = graph.op("Where", [mask, scores, graph.floats(LOWEST)])
    return graph.op("Softmax", [hidden], {"axis": 1})


def weigh(graph: Graph, weights: str, rows: str) -> str:
    """Return the sum (B, O) of rows (B, T, O) weighted by (B, T)."""
    wide = graph.op("Unsqueeze", [weights, graph.integers(1)])
    return graph.op("Squeeze", [graph.op("MatMul", [wide, rows]), graph.integers(1)])
