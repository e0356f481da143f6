"""A layer's weights in the cell that has its equations, so that its gates can be seen."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import torch

from rnnlab.model.cell import Cell, GRUCell, LSTMCell, RNNCell
from rnnlab.model.fused import FusedGRU, FusedLSTM, FusedRNN
from rnnlab.model.loop import Loop, LoopGRU, LoopLSTM, LoopRNN
from rnnlab.model.options import CellOptions

CELLS: dict[type, type[Cell]] = {
    FusedRNN: RNNCell,
    FusedLSTM: LSTMCell,
    FusedGRU: GRUCell,
    LoopRNN: RNNCell,
    LoopLSTM: LSTMCell,
    LoopGRU: GRUCell,
}


def cell_of(layer: Any) -> Cell | None:
    """The cell with the layer's weights, or None where `rnnlab.model.cell` has none with its equations.

    Those of peepholes, coupled gates, projections, zoneout and rectified units it does not have.
    """
    if type(layer) not in CELLS or not _plain(layer):
        return None
    cell = CELLS[type(layer)](layer.input_size, layer.hidden_size).to(layer.weight_ih_l0)
    source: Any = layer
    if isinstance(layer, Loop):
        names = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0")
        weights = {name: getattr(layer, name) for name in names}
        second = getattr(layer, "bias_hh_l0", None)  # some loops keep the sum of torch's two biases
        weights["bias_hh_l0"] = torch.zeros_like(weights["bias_ih_l0"]) if second is None else second
        source = SimpleNamespace(**weights)
    cell.load_torch(source, "_l0")
    return cell


def _plain(layer: Any) -> bool:
    if not isinstance(layer, Loop):
        return layer.mode != "RNN_RELU" and not layer.proj_size
    options: CellOptions = layer.options
    changed = (
        options.peephole,
        options.coupled,
        options.projection_size,
        options.zoneout,
        options.memory_zoneout,
    )
    return options.nonlinearity == "tanh" and not any(changed)
