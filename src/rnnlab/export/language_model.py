"""An ONNX graph of a language model: reads one token and a state, returns logits and the next state.

Shapes: B rows, V ids, L layers, H units.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from rnnlab.errors import SettingError
from rnnlab.export.depth import add_enter, add_hand_on, add_leave, add_linear, add_read, passes_inputs
from rnnlab.export.encoder import add_batch_norm, split
from rnnlab.export.graph import Graph
from rnnlab.export.layer import check_layers, has_operator
from rnnlab.export.recorded_layer import Stepped, add_any_step
from rnnlab.export.step import add_step, input_sums


def language_graph(network: Any) -> Graph:
    """Build the graph of one step.

    Inputs: `tokens` (B,) int64 and `state_0`, `state_1`, ..., parts (L, B, H). Outputs: `logits` (B, V)
    for the token after each, and the next state as `next_0`, ...

    Raises:
        SettingError: a network that cannot be exported.
    """
    encoder = network.encoder
    check_layers(encoder)
    if encoder.attention is not None:
        raise SettingError("model.encoder.attention", type(encoder.attention).__name__, "cannot be exported")
    graph = Graph()
    tokens = graph.input("tokens", np.int64, ["batch"])
    shapes = [[encoder.num_layers, "batch", size] for size in encoder.state_sizes]
    given = [graph.input(f"state_{i}", np.float32, shape) for i, shape in enumerate(shapes)]
    before = [rows(graph, part, encoder.num_layers) for part in given]
    vectors = with_style(network, table(network.embedding))
    steps, after = "", []
    for number, layer in enumerate(encoder.forward_layers):
        own = [part[number] for part in before]
        if number == 0:
            step, steps = add_first(graph, encoder, layer, own, vectors, tokens)
        else:
            step = add_any_step(graph, layer, own, add_read(graph, encoder.depth, number, steps))
        steps = add_hand_on(graph, encoder.depth, number, steps, step.output) if steps else step.output
        after.append(step.state)
    steps = add_leave(graph, encoder.depth, steps)
    graph.output(
        "logits", add_linear(graph, network.head, steps), np.float32, ["batch", network.head.out_features]
    )
    for i, shape in enumerate(shapes):
        layers = [graph.op("Unsqueeze", [state[i], graph.integers(0)]) for state in after]
        graph.output(f"next_{i}", graph.op("Concat", layers, {"axis": 0}), np.float32, shape)
    return graph


def add_first(
    graph: Graph, encoder: Any, layer: Any, own: list[str], vectors: np.ndarray, tokens: str
) -> tuple[Stepped, str]:
    """Add the first layer; return what it gives and the inputs (B, I) that bypass it, or no name.

    Where ONNX has its operator, its input matrix is multiplied with every token's vector beforehand.
    """
    if encoder.input_norm is None and has_operator(layer) and not passes_inputs(encoder.depth):
        sums = graph.op("Gather", [graph.constant(input_sums(layer, vectors)), tokens], {"axis": 0})
        state = add_step(graph, layer, own, sums=sums)
        return Stepped(state[0], state), ""
    steps = graph.op("Gather", [graph.constant(vectors), tokens], {"axis": 0})
    if encoder.input_norm is not None:
        steps = add_batch_norm(graph, encoder.input_norm, steps)
    steps = add_enter(graph, encoder.depth, steps)
    read = add_read(graph, encoder.depth, 0, steps)
    return add_any_step(graph, layer, own, read), steps if passes_inputs(encoder.depth) else ""


def table(embedding: Any) -> np.ndarray:
    """Return the vector of each token as the encoder reads it, (V, I)."""
    weight = (
        embedding.vectors.weight if embedding.project is None else embedding.project(embedding.vectors.weight)
    )
    return np.asarray(weight.detach().cpu().float().numpy())


def with_style(network: Any, vectors: np.ndarray) -> np.ndarray:
    """Append the mean of all styles to the vectors (V, E) if the network has styles, giving (V, I)."""
    if network.style_vectors is None:
        return vectors
    style = network.style_vectors.weight.mean(0, keepdim=True).detach().cpu().float().numpy()
    return np.concatenate([vectors, style.repeat(len(vectors), 0)], 1)


def rows(graph: Graph, part: str, layers: int) -> list[str]:
    """Split (L, B, H) into L parts (B, H)."""
    return [graph.op("Squeeze", [one, graph.integers(0)]) for one in split(graph, part, layers)]
