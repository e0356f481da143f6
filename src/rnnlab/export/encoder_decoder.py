"""An encoder-decoder as two ONNX graphs: its encoder, and a step of its decoder with the likeliest tokens.

Shapes: B sources, R rows (a hypothesis each), S source steps, L layers, A features of a key, F of a value,
V target ids, X further ids of copied words, K candidates.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from torch import nn

from rnnlab.errors import SettingError
from rnnlab.export.decoder import MemoryNames, StepNames, add_copies, add_decoder_step, check_decoder
from rnnlab.export.encoder import add_encoder, add_linear
from rnnlab.export.graph import Graph
from rnnlab.export.head import add_embedding, add_mask
from rnnlab.export.language_model import rows, table
from rnnlab.model.decoder.luong import LuongDecoder
from rnnlab.model.embedding import UNKNOWN_ID
from rnnlab.model.encoder_decoder import EncoderDecoder


def check_network(network: nn.Module) -> None:
    """Raise SettingError for a network that cannot be exported."""
    if type(network) is not EncoderDecoder:
        rule = "cannot be exported: ONNX holds one encoder-decoder"
        raise SettingError("model", type(network).__name__, rule)
    check_decoder(network.decoder)


def encoder_graph(network: Any) -> Graph:
    """Build the graph of the encoder.

    Inputs: `tokens` (B, S) int64, right-padded, and `lengths` (B,) int64. Outputs: what the decoder attends
    to, `values` (B, S, F), `keys` (B, S, A) unless they are the values, and `mask` (B, S) bool; the first
    state `state_0`, `state_1`, ..., parts (L, B, H), then the features fed (1, B, A) and the attention
    received (1, B, S), where the decoder has them.

    Raises:
        SettingError: a part that cannot be exported.
    """
    check_network(network)
    graph, decoder = Graph(), network.decoder
    tokens = graph.input("tokens", np.int64, ["batch", "time"])
    lengths = graph.input("lengths", np.int64, ["batch"])
    encoded = add_encoder(graph, network.encoder, add_embedding(graph, network.embedding, tokens), lengths)
    if decoder.attends:
        values = graph.op("Transpose", [encoded.steps], {"perm": [1, 0, 2]})  # (B, S, F)
        key = decoder.score.key
        graph.output("values", values, np.float32, ["batch", "time", decoder.memory_size])
        if key is not None:
            shape = ["batch", "time", key.out_features]
            graph.output("keys", add_linear(graph, key, values), np.float32, shape)
        graph.output("mask", add_mask(graph, tokens, lengths), np.bool_, ["batch", "time"])
    batch, time = graph.ops("Split", [graph.op("Shape", [tokens])], 2, {"axis": 0})
    one = graph.integers(1)
    sizes_of = zip(decoder.layers.state_sizes, start(graph, decoder, encoded.final, batch), strict=True)
    states = [(part, [decoder.layers.num_layers, "batch", size]) for size, part in sizes_of]
    if fed_size(decoder):
        fed = zeros(graph, [one, batch, graph.integers(fed_size(decoder))])
        states.append((fed, [1, "batch", fed_size(decoder)]))
    if decoder.coverage:
        states.append((zeros(graph, [one, batch, time]), [1, "batch", "time"]))
    for number, (part, sizes) in enumerate(states):
        graph.output(f"state_{number}", part, np.float32, sizes)
    return graph


def start(graph: Graph, decoder: Any, final: str, batch: str) -> list[str]:
    """Return the layers' first state, parts (L, B, H), from the encoder's final output (B, F)."""
    layers, found = decoder.layers, []
    learned = [] if decoder.bridge is None else list(decoder.bridge.maps)
    for number, size in enumerate(layers.state_sizes):
        shape = [graph.integers(layers.num_layers), batch, graph.integers(size)]
        if number >= len(learned):
            found.append(zeros(graph, shape))
            continue
        mapped = graph.op("Tanh", [add_linear(graph, learned[number], final)])  # (B, L H)
        apart = graph.op("Reshape", [mapped, graph.integers(0, layers.num_layers, size)])
        found.append(graph.op("Transpose", [apart], {"perm": [1, 0, 2]}))
    return found


def step_graph(network: Any) -> Graph:
    """Build the graph of a step of the decoder.

    Inputs: `tokens` (R,) int64; `count` (1,) int64, K; `values`, `keys` and `mask` as the encoder gives them,
    a row each; for a network that copies, `copies` (R, S) int64, the target ids of the source words, and
    `extra` (1,) int64, X; the state. Outputs: `ids` (R, K) int64 of the likeliest tokens and their log
    probabilities `logs` (R, K); `attention` (R, S); and the next state as `next_0`, ...

    Raises:
        SettingError: a part that cannot be exported.
    """
    check_network(network)
    graph, decoder = Graph(), network.decoder
    tokens = graph.input("tokens", np.int64, ["rows"])
    count = graph.input("count", np.int64, [1])
    memory, extra = memory_inputs(graph, decoder)
    given, shapes = state_inputs(graph, decoder)
    layers = decoder.layers
    parts = [rows(graph, part, layers.num_layers) for part in given[: len(layers.state_sizes)]]
    others = [graph.op("Squeeze", [part, graph.integers(0)]) for part in given[len(layers.state_sizes) :]]
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
    best, ids = graph.ops("TopK", [logs, count], 2, {"axis": 1})
    graph.output("ids", ids, np.int64, ["rows", "candidates"])
    graph.output("logs", best, np.float32, ["rows", "candidates"])
    if decoder.attends:
        graph.output("attention", step.attention, np.float32, ["rows", "time"])
    for number, (part, shape) in enumerate(zip(next_state(graph, decoder, step), shapes, strict=True)):
        graph.output(f"next_{number}", part, np.float32, shape)
    return graph


def memory_inputs(graph: Graph, decoder: Any) -> tuple[MemoryNames, str]:
    """Add the inputs that no step changes; return them, and the name of X or no name."""
    if not decoder.attends:
        return MemoryNames(), ""
    values = graph.input("values", np.float32, ["rows", "time", decoder.memory_size])
    keys, key = values, decoder.score.key
    if key is not None:
        keys = graph.input("keys", np.float32, ["rows", "time", key.out_features])
    mask = graph.input("mask", np.bool_, ["rows", "time"])
    if not decoder.copies:
        return MemoryNames(keys, values, mask), ""
    copies = graph.input("copies", np.int64, ["rows", "time"])
    return MemoryNames(keys, values, mask, copies), graph.input("extra", np.int64, [1])


def state_inputs(graph: Graph, decoder: Any) -> tuple[list[str], list[Sequence[int | str]]]:
    """Add the inputs of the state; return their names and shapes."""
    shapes: list[Sequence[int | str]] = [
        [decoder.layers.num_layers, "rows", size] for size in decoder.layers.state_sizes
    ]
    if fed_size(decoder):
        shapes.append([1, "rows", fed_size(decoder)])
    if decoder.coverage:
        shapes.append([1, "rows", "time"])
    return [graph.input(f"state_{i}", np.float32, shape) for i, shape in enumerate(shapes)], shapes


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
