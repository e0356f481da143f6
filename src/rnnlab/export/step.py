"""A single step of a recurrent layer as matrix products: at batch 1 faster than ONNX's own operators.

Shapes: B rows, I input features, H units, G gates.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from rnnlab.export.graph import Graph

# Torch's gates in the order in which they are computed here: those with a sigmoid first.
ORDERS = {"LSTM": (0, 1, 3, 2), "GRU": (0, 1, 2), "RNN_TANH": (0,), "RNN_RELU": (0,)}
SQUASHED = {"RNN_TANH": "Tanh", "RNN_RELU": "Relu"}


def input_sums(layer: Any, inputs: np.ndarray) -> np.ndarray:
    """Return W x + b for each of (V, I) inputs, (V, G H): a table of tokens that saves a product a step."""
    return np.asarray(inputs @ weight(layer, "weight_ih").T + bias(layer))


def add_step(graph: Graph, layer: Any, before: list[str], inputs: str = "", sums: str = "") -> list[str]:
    """Add a step; return the next state, parts (B, H), whose first one is the layer's output.

    Args:
        before: the state, parts (B, H).
        inputs: (B, I); or sums: `input_sums` of them (B, G H).
    """
    if layer.mode == "GRU":
        return [add_gru(graph, layer, before[0], inputs, sums)]
    if sums:
        product = graph.op("MatMul", [before[0], graph.constant(weight(layer, "weight_hh").T)])
        total = graph.op("Add", [product, sums])
    else:
        both = np.concatenate([weight(layer, "weight_ih"), weight(layer, "weight_hh")], axis=1).T
        joined = graph.op("Concat", [inputs, before[0]], {"axis": 1})
        total = graph.op("Gemm", [joined, graph.constant(both), graph.constant(bias(layer))])
    if layer.mode in SQUASHED:
        return [graph.op(SQUASHED[layer.mode], [total])]
    return add_lstm(graph, total, before[1], layer.hidden_size)


def add_lstm(graph: Graph, total: str, memory: str, size: int) -> list[str]:
    """Add c' = f c + i g and h' = o tanh(c'), from the sums (B, 4 H) of i, f, o and g."""
    gates, new = graph.ops("Split", [total, graph.integers(3 * size, size)], 2, {"axis": 1})
    i, f, o = graph.ops("Split", [graph.op("Sigmoid", [gates])], 3, {"axis": 1})
    written = graph.op("Mul", [i, graph.op("Tanh", [new])])
    kept = graph.op("Add", [graph.op("Mul", [f, memory]), written])
    return [graph.op("Mul", [o, graph.op("Tanh", [kept])]), kept]


def add_gru(graph: Graph, layer: Any, hidden: str, inputs: str, sums: str) -> str:
    """Add h' = n + z (h - n) with n = tanh(W x + b + r (U h + c))."""
    size = layer.hidden_size
    if not sums:
        matrix = graph.constant(weight(layer, "weight_ih").T)
        sums = graph.op("Gemm", [inputs, matrix, graph.constant(vector(layer, "bias_ih"))])
    matrix = graph.constant(weight(layer, "weight_hh").T)
    own = graph.op("Gemm", [hidden, matrix, graph.constant(vector(layer, "bias_hh"))])
    sizes = graph.integers(2 * size, size)
    ahead, new = graph.ops("Split", [sums, sizes], 2, {"axis": 1})
    past, seen = graph.ops("Split", [own, sizes], 2, {"axis": 1})
    r, z = graph.ops("Split", [graph.op("Sigmoid", [graph.op("Add", [ahead, past])])], 2, {"axis": 1})
    n = graph.op("Tanh", [graph.op("Add", [new, graph.op("Mul", [r, seen])])])
    return graph.op("Add", [n, graph.op("Mul", [z, graph.op("Sub", [hidden, n])])])


def weight(layer: Any, name: str) -> np.ndarray:
    """Return a weight (G H, I) or (G H, H) with the gates in our order."""
    return ordered(layer, getattr(layer, f"{name}_l0"))


def vector(layer: Any, name: str) -> np.ndarray:
    return ordered(layer, getattr(layer, f"{name}_l0"))


def bias(layer: Any) -> np.ndarray:
    """Return the bias of W x, (G H,); a gru's recurrent bias is behind its reset gate and not included."""
    own = vector(layer, "bias_ih")
    return own if layer.mode == "GRU" else own + vector(layer, "bias_hh")


def ordered(layer: Any, value: Any) -> np.ndarray:
    gates = np.split(value.detach().cpu().float().numpy(), len(ORDERS[layer.mode]))
    return np.concatenate([gates[place] for place in ORDERS[layer.mode]])
