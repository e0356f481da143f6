"""An ONNX graph of a classifier. Shapes: B rows, T tokens, O features of a step, C classes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from torch import nn

from rnnlab.errors import SettingError
from rnnlab.export.graph import Graph
from rnnlab.export.head import add_embedding, add_encoder_and_head, add_mask
from rnnlab.model.classifier import Classifier
from rnnlab.model.ensemble import Ensemble


def classifier_graph(network: nn.Module, shift: list[float] | None, temperature: float) -> Graph:
    """Build the graph of a classifier.

    Inputs: `tokens` (B, T) int64, right-padded, and `lengths` (B,) int64. Outputs: `log_probabilities`
    (B, C) and, if the network pools by attention, `attention` (B, T).

    Args:
        shift: added to each class's log probability, (C,); None adds nothing.
        temperature: divisor of the log probabilities after that.

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
    """Add one classifier; return its logits (B, C) and its attention (B, T) or no name."""
    if type(member) is not Classifier:
        name = type(member).__name__
        raise SettingError(
            "model.classifier", name, "cannot be exported: ONNX holds classifiers of one encoder"
        )
    if member.separator is not None:
        rule = "cannot be exported: a graph reads both texts as one; choose model.pairs=joined"
        raise SettingError("model.pairs", "apart", rule)
    steps = add_embedding(graph, member.embedding, tokens)
    return add_encoder_and_head(graph, member, steps, lengths, mask)


def mean_of_members(graph: Graph, logits: list[str]) -> str:
    """Return the logarithm (B, C) of the members' mean probabilities."""
    logs = [graph.op("LogSoftmax", [one], {"axis": -1}) for one in logits]
    apart = [graph.op("Unsqueeze", [one, graph.integers(0)]) for one in logs]
    stacked = graph.op("Concat", apart, {"axis": 0})
    total = graph.op("ReduceLogSumExp", [stacked], {"axes": [0], "keepdims": 0})
    return graph.op("Sub", [total, graph.floats(math.log(len(logits)))])
