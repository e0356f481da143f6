"""An encoder-decoder as two ONNX graphs: its encoder, and a step of its decoder with the likeliest tokens.

An ensemble's members stand side by side in both. Shapes: B sources, R rows (a hypothesis each), S source
steps, L layers, A features of a key, F of a value, V target ids, X further ids of copied words, K candidates.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from torch import nn

from rnnlab.errors import SettingError
from rnnlab.export.decoder import MemoryNames, add_copies, add_decoder_step, check_decoder
from rnnlab.export.decoder_state import (
    Shape,
    add_memory,
    first_state,
    memory_inputs,
    next_state,
    state_shapes,
)
from rnnlab.export.depth import add_linear
from rnnlab.export.encoder import add_encoder
from rnnlab.export.graph import Graph
from rnnlab.export.head import add_embedding, add_mask
from rnnlab.export.language_model import rows, table
from rnnlab.model.embedding import UNKNOWN_ID
from rnnlab.model.encoder_decoder import EncoderDecoder
from rnnlab.model.sequence_ensemble import EncoderDecoderEnsemble


class Scored(NamedTuple):
    """Names in a graph: logs (R, V + X) of the next tokens, attention (R, S) or "", and the next state."""

    logs: str
    attention: str
    state: list[str]


def members_of(network: nn.Module) -> list[tuple[str, Any]]:
    """Return the networks of an ensemble, or the one network, each with the end of its names in the graphs.

    Raises:
        SettingError: a network that cannot be exported.
    """
    members: list[Any] = list(network.members) if isinstance(network, EncoderDecoderEnsemble) else [network]
    for member in members:
        if type(member) is not EncoderDecoder:
            rule = "cannot be exported: ONNX holds encoder-decoders and their ensembles"
            raise SettingError("model", type(member).__name__, rule)
        check_decoder(member.decoder)
    return [(f"_{number}" if number else "", member) for number, member in enumerate(members)]


def encoder_graph(network: nn.Module) -> Graph:
    """Build the graph of the encoder.

    Inputs: `tokens` (B, S) int64, right-padded, and `lengths` (B,) int64. Outputs: what the decoder attends
    to, `values` (B, S, F), `keys` (B, S, A) unless they are the values, and `mask` (B, S) bool; the first
    state `state_0`, `state_1`, ..., parts (L, B, H), then the features fed (1, B, A) and the attention
    received (1, B, S), where the decoder has them. An ensemble has `values_1` and so on besides, and the
    states of its members one after the other.

    Raises:
        SettingError: a part that cannot be exported.
    """
    members, graph = members_of(network), Graph()
    tokens = graph.input("tokens", np.int64, ["batch", "time"])
    lengths = graph.input("lengths", np.int64, ["batch"])
    batch, time = graph.ops("Split", [graph.op("Shape", [tokens])], 2, {"axis": 0})
    if members[0][1].decoder.attends:
        graph.output("mask", add_mask(graph, tokens, lengths), np.bool_, ["batch", "time"])
    number = 0
    for suffix, member in members:
        vectors, decoder = add_embedding(graph, member.embedding, tokens), member.decoder
        encoded = add_encoder(graph, member.encoder, vectors, lengths)
        if decoder.attends:
            add_memory(graph, decoder, encoded, suffix)
        parts = first_state(graph, decoder, encoded.final, batch, time)
        for part, shape in zip(parts, state_shapes(decoder, "batch"), strict=True):
            graph.output(f"state_{number}", part, np.float32, shape)
            number += 1
    return graph


def step_graph(network: nn.Module) -> Graph:
    """Build the graph of a step of the decoder.

    Inputs: `tokens` (R,) int64; `count` (1,) int64, K; `values`, `keys` and `mask` as the encoder gives them,
    a row each; for a network that copies, `copies` (R, S) int64, the target ids of the source words, and
    `extra` (1,) int64, X; the state. Outputs: `ids` (R, K) int64 of the likeliest tokens and their log
    probabilities `logs` (R, K); `attention` (R, S); and the next state as `next_0`, ...

    Raises:
        SettingError: a part that cannot be exported.
    """
    members, graph = members_of(network), Graph()
    decoder = members[0][1].decoder
    tokens = graph.input("tokens", np.int64, ["rows"])
    count = graph.input("count", np.int64, [1])
    mask = graph.input("mask", np.bool_, ["rows", "time"]) if decoder.attends else ""
    copies = graph.input("copies", np.int64, ["rows", "time"]) if decoder.copies else ""
    extra = graph.input("extra", np.int64, [1]) if decoder.copies else ""
    steps: list[Scored] = []
    shapes: list[Shape] = []
    for suffix, member in members:
        memory = memory_inputs(graph, member.decoder, mask, copies, suffix)
        own = state_shapes(member.decoder, "rows")
        numbers = range(len(shapes), len(shapes) + len(own))
        given = [graph.input(f"state_{i}", np.float32, s) for i, s in zip(numbers, own, strict=True)]
        steps.append(add_member_step(graph, member, tokens, memory, extra, given))
        shapes += own
    best, ids = graph.ops("TopK", [mean_logs(graph, [step.logs for step in steps]), count], 2, {"axis": 1})
    graph.output("ids", ids, np.int64, ["rows", "candidates"])
    graph.output("logs", best, np.float32, ["rows", "candidates"])
    if decoder.attends:
        each = [step.attention for step in steps]
        attention = each[0] if len(each) == 1 else graph.op("Mean", each)
        graph.output("attention", attention, np.float32, ["rows", "time"])
    parts = [part for step in steps for part in step.state]
    for number, (part, shape) in enumerate(zip(parts, shapes, strict=True)):
        graph.output(f"next_{number}", part, np.float32, shape)
    return graph


def add_member_step(
    graph: Graph, network: Any, tokens: str, memory: MemoryNames, extra: str, state: list[str]
) -> Scored:
    """Add a step of one network, from a state of parts (L, R, H)."""
    decoder, layers = network.decoder, network.decoder.layers
    parts = [rows(graph, part, layers.num_layers) for part in state[: len(layers.state_sizes)]]
    others = [graph.op("Squeeze", [part, graph.integers(0)]) for part in state[len(layers.state_sizes) :]]
    covered = others.pop() if decoder.coverage else ""
    fed = others.pop() if others else ""
    known = tokens
    if decoder.copies:
        own = graph.op("GreaterOrEqual", [tokens, graph.integers(network.target_size)])
        known = graph.op("Where", [own, graph.integers(UNKNOWN_ID), tokens])
    vector = graph.op("Gather", [graph.constant(table(network.target_embedding)), known], {"axis": 0})
    before = [list(of_layer) for of_layer in zip(*parts, strict=True)]
    step = add_decoder_step(graph, decoder, vector, memory, before, fed, covered)
    scores = add_linear(graph, network.head, step.features)  # (R, V)
    if decoder.copies:
        parts_of = (step.attention, step.generate, memory.copies, extra)
        scores = add_copies(graph, scores, *parts_of, network.target_size)
    logs = graph.op("LogSoftmax", [scores], {"axis": 1})
    return Scored(logs, step.attention, next_state(graph, decoder, step))


def mean_logs(graph: Graph, logs: list[str]) -> str:
    """Return the logarithm of the members' mean probabilities, from their logarithms (R, V + X)."""
    if len(logs) == 1:
        return logs[0]
    apart = [graph.op("Unsqueeze", [one, graph.integers(0)]) for one in logs]
    stacked = graph.op("Concat", apart, {"axis": 0})
    total = graph.op("ReduceLogSumExp", [stacked], {"axes": [0], "keepdims": 0})
    return graph.op("Sub", [total, graph.floats(math.log(len(logs)))])
