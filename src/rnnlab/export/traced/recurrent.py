"""Torch's recurrent layers as ONNX's own operators.

Shapes: T steps, B rows, I features, H units, G gates.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from torch import Tensor

from rnnlab.errors import SettingError
from rnnlab.export.layer import ORDERS
from rnnlab.export.traced.trace import Step
from rnnlab.export.traced.translate import Operation, Translator, Value


def layer(
    mode: str, t: Translator, step: Step, x: Value, state: Any, weights: Sequence[Tensor], *rest: Any
) -> list[Any]:
    """Add one layer in one direction over time-major steps (T, B, I).

    Args:
        state: (1, B, H), or two of them for an LSTM.
        rest: has biases, layers, dropout, training, both directions, batch first.
    """
    biases, layers, _, _, both, batch_first = rest
    if layers != 1 or both or batch_first or len(weights) != (4 if biases else 2):
        raise SettingError("model", mode.lower(), "cannot be exported: one plain layer at a time can")
    kind = mode.partition("_")[0]
    read = [ordered(weight, mode)[None] for weight in weights[:2]]
    size = weights[1].shape[1]
    sums = (
        [ordered(bias, mode) for bias in weights[2:]]
        if biases
        else [np.zeros(2 * len(read[0][0]), np.float32)]
    )
    attributes: dict[str, Any] = {"hidden_size": size}
    if kind == "GRU":
        attributes["linear_before_reset"] = 1
    if mode == "RNN_RELU":
        attributes["activations"] = ["Relu"]
    constants = [t.graph.constant(value) for value in (*read, np.concatenate(sums)[None])]
    before = [t.name(one) for one in (state if isinstance(state, list) else [state])]
    count = 3 if kind == "LSTM" else 2
    found = t.graph.ops(kind, [t.name(x), *constants, "", *before], count, attributes)
    outputs = t.op("Squeeze", found[0], t.graph.integers(1))  # (T, 1, B, H) to (T, B, H)
    steps, rows = x.shape[:2]
    return [
        Value(outputs, x.dtype, (steps, rows, size)),
        *(Value(one, x.dtype, (1, rows, size)) for one in found[1:]),
    ]


def ordered(weight: Tensor, mode: str) -> np.ndarray:
    """Return a weight (G H, ...) with its gates in ONNX's order."""
    gates = np.split(weight.detach().cpu().float().numpy(), len(ORDERS[mode]))
    return np.concatenate([gates[place] for place in ORDERS[mode]])


RECURRENT: dict[str, Operation] = {
    "aten.gru.input": partial(layer, "GRU"),
    "aten.lstm.input": partial(layer, "LSTM"),
    "aten.rnn_tanh.input": partial(layer, "RNN_TANH"),
    "aten.rnn_relu.input": partial(layer, "RNN_RELU"),
}
