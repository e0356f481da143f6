"""One step of an encoder-decoder's decoder in a graph.

Shapes: R rows, S source steps, E features of a token's vector, H of the layers' outputs, F of the values,
A features of a key, V target ids, X further ids of copied words.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from torch import nn

from rnnlab.errors import SettingError
from rnnlab.export.depth import add_enter, add_hand_on, add_leave, add_linear, add_read, constant
from rnnlab.export.graph import Graph
from rnnlab.export.head import LOWEST, weigh
from rnnlab.export.layer import check_layers
from rnnlab.export.recorded_layer import add_any_step
from rnnlab.model.decoder.bahdanau import BahdanauDecoder
from rnnlab.model.decoder.luong import LuongDecoder
from rnnlab.model.decoder.none import PlainDecoder
from rnnlab.model.decoder.pointer import PointerDecoder

KNOWN = (LuongDecoder, PointerDecoder, BahdanauDecoder, PlainDecoder)


class MemoryNames(NamedTuple):
    """Names in a graph: keys (R, S, A), values (R, S, F), mask (R, S) bool and copies (R, S), or ""."""

    keys: str = ""
    values: str = ""
    mask: str = ""
    copies: str = ""


class StepNames(NamedTuple):
    """Names in a graph, or "".

    features: (R, A), the input of the output layer; attention: (R, S); generate: (R, 1), the logit of not
    copying; layers: the layers' state, parts (R, F) of each layer; covered: (R, S), the attention so far.
    """

    features: str
    attention: str
    generate: str
    layers: list[list[str]]
    covered: str = ""


def check_decoder(decoder: nn.Module) -> None:
    """Raise SettingError for a decoder that cannot be exported."""
    if type(decoder) not in KNOWN:
        name = type(decoder).__name__
        raise SettingError(
            "decoder", name, "cannot be exported: ONNX holds luong, bahdanau, pointer and none"
        )
    whole: Any = decoder
    check_layers(whole.layers)


def add_decoder_step(
    graph: Graph,
    decoder: Any,
    vector: str,
    memory: MemoryNames,
    layers: list[list[str]],
    fed: str,
    covered: str,
) -> StepNames:
    """Add a step of any decoder.

    Args:
        vector: (R, E), the token's. layers: the state of each layer, parts (R, F).
        fed: (R, A) the last step's features, with input feeding. covered: (R, S) the attention so far, with
            coverage.
    """
    if isinstance(decoder, BahdanauDecoder):
        return add_bahdanau(graph, decoder, vector, memory, layers)
    read = graph.op("Concat", [vector, fed], {"axis": 1}) if fed else vector
    output, after = add_layers(graph, decoder.layers, read, layers)
    if isinstance(decoder, PlainDecoder):
        features = output if decoder.resize is None else add_linear(graph, decoder.resize, output)
        return StepNames(features, "", "", after)
    attention = add_attention(graph, decoder.score, output, memory, covered)
    context = weigh(graph, attention, memory.values)
    both = graph.op("Concat", [output, context], {"axis": 1})
    features = graph.op("Tanh", [add_linear(graph, decoder.combine.linear, both)])
    generate = ""
    if decoder.gate is not None:
        whole = graph.op("Concat", [output, context, vector], {"axis": 1})
        generate = add_linear(graph, decoder.gate, whole)
    received = graph.op("Add", [covered, attention]) if covered else ""
    return StepNames(features, attention, generate, after, received)


def add_bahdanau(
    graph: Graph, decoder: Any, vector: str, memory: MemoryNames, layers: list[list[str]]
) -> StepNames:
    """Add a step whose last hidden state attends before the layers read."""
    attention = add_attention(graph, decoder.score, layers[-1][0], memory, "")
    context = weigh(graph, attention, memory.values)
    read = graph.op("Concat", [vector, context], {"axis": 1})
    output, after = add_layers(graph, decoder.layers, read, layers)
    whole = graph.op("Concat", [output, context, vector], {"axis": 1})
    features = graph.op("Tanh", [add_linear(graph, decoder.combine.linear, whole)])
    return StepNames(features, attention, "", after)


def add_layers(
    graph: Graph, encoder: Any, inputs: str, before: list[list[str]]
) -> tuple[str, list[list[str]]]:
    """Add a step of stacked layers; return their output (R, H) and the next state of each layer."""
    steps, after = add_enter(graph, encoder.depth, inputs), []
    for number, (layer, own) in enumerate(zip(encoder.forward_layers, before, strict=True)):
        step = add_any_step(graph, layer, own, add_read(graph, encoder.depth, number, steps))
        steps = add_hand_on(graph, encoder.depth, number, steps, step.output)
        after.append(step.state)
    return add_leave(graph, encoder.depth, steps), after


def add_attention(graph: Graph, score: Any, query: str, memory: MemoryNames, covered: str) -> str:
    """Return the attention (R, S) of a query (R, Q) over the keys of the memory."""
    wide = graph.op("Unsqueeze", [covered, graph.integers(2)]) if covered else ""  # (R, S, 1)
    if score.query is None:
        column = graph.op("Unsqueeze", [query, graph.integers(2)])  # (R, Q, 1)
        scores = graph.op("MatMul", [memory.keys, column])  # (R, S, 1)
        if covered:
            scores = graph.op("Add", [scores, add_linear(graph, score.cover, wide)])
    else:
        own = graph.op("Unsqueeze", [add_linear(graph, score.query, query), graph.integers(1)])
        raw = graph.op("Add", [memory.keys, own])  # (R, S, Q)
        if covered:  # a product of (R, S, 1) and (Q,)
            raw = graph.op("Add", [raw, graph.op("Mul", [wide, constant(graph, score.cover.weight[:, 0])])])
        scores = add_linear(graph, score.sum, graph.op("Tanh", [raw]))
    flat = graph.op("Squeeze", [scores, graph.integers(2)])
    hidden = graph.op("Where", [memory.mask, flat, graph.floats(LOWEST)])
    return graph.op("Softmax", [hidden], {"axis": 1})


def add_copies(
    graph: Graph, logits: str, attention: str, generate: str, copies: str, extra: str, size: int
) -> str:
    """Return log probabilities (R, V + X) of written and copied words; see `with_copies` of the network.

    Args:
        extra: (1,) int64, X. size: V.
    """
    written = graph.op("Mul", [graph.op("Softmax", [logits], {"axis": 1}), graph.op("Sigmoid", [generate])])
    none = graph.integers(0)
    padding = graph.op("Concat", [none, none, none, extra], {"axis": 0})
    total = graph.op("Pad", [written, padding, graph.constant(np.array(0, np.float32))])
    against = graph.op("Sigmoid", [graph.op("Neg", [generate])])
    copied = graph.op("Mul", [attention, against])
    total = graph.op("ScatterElements", [total, copies, copied], {"axis": 1, "reduction": "add"})
    return graph.op("Log", [graph.op("Max", [total, graph.floats(float(np.finfo(np.float32).tiny))])])
