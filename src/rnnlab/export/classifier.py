"""A classifier in a graph. Shapes: B rows, T tokens, O features of a step, C classes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from torch import nn

from rnnlab.errors import SettingError
from rnnlab.export.encoder import add_encoder, add_linear, constant
from rnnlab.export.graph import Graph
from rnnlab.model.attention import AdditiveAttention
from rnnlab.model.classifier import Classifier
from rnnlab.model.ensemble import Ensemble

LOWEST = -3e38  # hides a step from a maximum and a softmax


def classifier_graph(network: nn.Module, shift: list[float] | None, temperature: float) -> Graph:
    """Inputs: `tokens` (B, T) int64, right-padded, and `lengths` (B,) int64. Outputs: `log_probabilities`
    (B, C) and, where the network pools by attention, `attention` (B, T).

    Args:
        shift: what is added to each class's log probability, (C,); None adds nothing.
        temperature: what log probabilities are divided by after that.

    Raises:
        SettingError: a network that cannot be exported.
    """
    graph = Graph()
    tokens = graph.input("tokens", np.int64, ["batch", "time"])
    lengths = graph.input("lengths", np.int64, ["batch"])
    members: list[Any] = list(network.members) if isinstance(network, Ensemble) else [network]
    mask = add_mask(graph, tokens, lengths)
    said = [add_member(graph, member, tokens, lengths, mask) for member in members]
    logits = said[0][0] if len(said) == 1 else mean_of_members(graph, [logits for logits, _ in said])
    if shift is not None:
        logits = graph.op("Add", [logits, graph.floats(*shift)])
    if temperature != 1:
        logits = graph.op("Div", [logits, graph.floats(temperature)])
    logs = graph.op("LogSoftmax", [logits], {"axis": -1})
    graph.output("log_probabilities", logs, np.float32, ["batch", members[0].head.out_features])
    weights = [attention for _, attention in said if attention]
    if weights:
        mean = weights[0] if len(weights) == 1 else graph.op("Mean", weights)
        graph.output("attention", mean, np.float32, ["batch", "time"])
    return graph


def add_member(graph: Graph, member: Any, tokens: str, lengths: str, mask: str) -> tuple[str, str]:
    """Logits (B, C) of one classifier, and its attention (B, T) or no name."""
    if type(member) is not Classifier:
        name = type(member).__name__
        raise SettingError(
            "model.classifier", name, "cannot be exported: ONNX holds classifiers of one encoder"
        )
    encoding = add_encoder(graph, member.encoder, add_embedding(graph, member.embedding, tokens), lengths)
    rows = graph.op("Transpose", [encoding.steps], {"perm": [1, 0, 2]})  # (B, T, O)
    parts, weights = [], ""
    for part in member.pooling.parts:
        pooled = encoding.final
        if part == "mean":
            pooled = add_mean(graph, rows, mask, lengths)
        elif part == "max":
            shown = graph.op("Unsqueeze", [mask, graph.integers(2)])
            hidden = graph.op("Where", [shown, rows, graph.floats(LOWEST)])
            pooled = graph.op("ReduceMax", [hidden], {"axes": [1], "keepdims": 0})
        elif part != "last":
            weights = add_attention(graph, member.pooling.attention, rows, mask)
            pooled = weigh(graph, weights, rows)
        parts.append(pooled)
    joined = parts[0] if len(parts) == 1 else graph.op("Concat", parts, {"axis": 1})
    return add_linear(graph, member.head, joined), weights


def add_embedding(graph: Graph, embedding: Any, tokens: str) -> str:
    """(B, T) to word vectors (T, B, E), projected where they are."""
    weight = embedding.vectors.weight
    if embedding.project is not None:
        weight = embedding.project(weight)  # once, and not at each word
    turned = graph.op("Transpose", [tokens], {"perm": [1, 0]})
    return graph.op("Gather", [constant(graph, weight), turned], {"axis": 0})


def add_mask(graph: Graph, tokens: str, lengths: str) -> str:
    """(B, T) bool, True where a token is real."""
    shape = graph.op("Shape", [tokens])
    time = graph.op("Gather", [shape, graph.constant(np.array(1, np.int64))], {"axis": 0})
    ends = [graph.constant(np.array(number, np.int64)) for number in (0, 1)]
    places = graph.op("Range", [ends[0], time, ends[1]])
    return graph.op("Less", [places, graph.op("Unsqueeze", [lengths, graph.integers(1)])])


def add_mean(graph: Graph, rows: str, mask: str, lengths: str) -> str:
    """The mean (B, O) over real steps."""
    count = graph.op("Unsqueeze", [graph.op("Cast", [lengths], {"to": 1}), graph.integers(1)])
    return weigh(graph, graph.op("Div", [graph.op("Cast", [mask], {"to": 1}), count]), rows)


def add_attention(graph: Graph, attention: Any, rows: str, mask: str) -> str:
    """Weights (B, T) of additive or dot attention."""
    if isinstance(attention, AdditiveAttention):
        seen = graph.op("Tanh", [add_linear(graph, attention.project, rows)])
    else:
        size = math.sqrt(attention.query.in_features)
        seen = graph.op("Div", [rows, graph.floats(size)])
    scores = graph.op("Squeeze", [add_linear(graph, attention.query, seen), graph.integers(2)])
    hidden = graph.op("Where", [mask, scores, graph.floats(LOWEST)])
    return graph.op("Softmax", [hidden], {"axis": 1})


def weigh(graph: Graph, weights: str, rows: str) -> str:
    """Rows (B, T, O) weighed by (B, T) to (B, O)."""
    wide = graph.op("Unsqueeze", [weights, graph.integers(1)])
    return graph.op("Squeeze", [graph.op("MatMul", [wide, rows]), graph.integers(1)])


def mean_of_members(graph: Graph, logits: list[str]) -> str:
    """The logarithm (B, C) of the members' mean probabilities."""
    logs = [graph.op("LogSoftmax", [one], {"axis": -1}) for one in logits]
    apart = [graph.op("Unsqueeze", [one, graph.integers(0)]) for one in logs]
    stacked = graph.op("Concat", apart, {"axis": 0})
    total = graph.op("ReduceLogSumExp", [stacked], {"axes": [0], "keepdims": 0})
    return graph.op("Sub", [total, graph.floats(math.log(len(logits)))])
