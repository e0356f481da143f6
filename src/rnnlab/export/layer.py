"""A fused recurrent layer as ONNX's own operator. Shapes: T steps, B rows, I input features, H units."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from rnnlab.errors import SettingError
from rnnlab.export.graph import Graph
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.fused import Fused

# Torch stacks the rows of its matrices by gate: the index in torch of each gate, in the order of ONNX.
ORDERS = {"LSTM": (0, 3, 1, 2), "GRU": (1, 0, 2), "RNN_TANH": (0,), "RNN_RELU": (0,)}


class Read(NamedTuple):
    """The outputs of a layer.

    outputs: (T, B, D H), zero past a row's length; final: parts (D, B, H), the state after a row's last
    step in each of D directions.
    """

    outputs: str
    final: list[str]


def add_layer(graph: Graph, layers: list[Any], steps: str, lengths: str, before: list[str]) -> Read:
    """Add one layer, in one direction or in both.

    Args:
        layers: the fused layer, or both directions' ones.
        steps: (T, B, I). lengths: (B,) int32; an empty name means that every row is full.
        before: the state (1, B, H) to start from, no names for zeros.
    """
    mode, size = layers[0].mode, layers[0].hidden_size
    kind = mode.partition("_")[0]
    weights = [np.stack([reordered(layer, name) for layer in layers]) for name in ("weight_ih", "weight_hh")]
    biases = [np.concatenate([reordered(layer, n) for n in ("bias_ih", "bias_hh")]) for layer in layers]
    attributes: dict[str, Any] = {"hidden_size": size}
    attributes["direction"] = "bidirectional" if len(layers) > 1 else "forward"
    if kind == "GRU":
        attributes["linear_before_reset"] = 1
    if mode == "RNN_RELU":
        attributes["activations"] = ["Relu"] * len(layers)
    constants = [graph.constant(value) for value in (*weights, np.stack(biases))]
    count = 3 if kind == "LSTM" else 2
    found = graph.ops(kind, [steps, *constants, lengths, *before], count, attributes)
    return Read(joined(graph, found[0], len(layers) * size), found[1:])


def joined(graph: Graph, outputs: str, size: int) -> str:
    """Reshape (T, D, B, H) to (T, B, D H)."""
    apart = graph.op("Transpose", [outputs], {"perm": [0, 2, 1, 3]})
    return graph.op("Reshape", [apart, graph.integers(0, 0, size)])


def reordered(layer: Any, name: str) -> np.ndarray:
    """Return a layer's weight with its gates in ONNX's order."""
    value = getattr(layer, f"{name}_l0").detach().cpu().float().numpy()
    gates = np.split(value, len(ORDERS[layer.mode]))
    return np.concatenate([gates[place] for place in ORDERS[layer.mode]])


def check_layers(encoder: Any) -> None:
    """Raise SettingError for an encoder that is not made of recurrent layers."""
    if not isinstance(encoder, RecurrentEncoder):
        rule = "cannot be exported: only the layers of a RecurrentEncoder can"
        raise SettingError("model.encoder", type(encoder).__name__, rule)


def has_operator(layer: Any) -> bool:
    """Return whether ONNX has an operator for a layer; its LSTM has no projection."""
    return isinstance(layer, Fused) and not getattr(layer, "proj_size", 0)
