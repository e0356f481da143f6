"""Rebuilds a fused layer as a cell with explicit equations, so that its gates can be read."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import torch

from rnnlab.model.cell_options import CellOptions
from rnnlab.model.cells.base import Cell
from rnnlab.model.cells.gru import GRU
from rnnlab.model.cells.lstm import LSTM
from rnnlab.model.cells.rnn import RNN
from rnnlab.model.cells.stepwise import GRUCell, LSTMCell, RNNCell, StepwiseCell
from rnnlab.model.fused import FusedGRU, FusedLSTM, FusedRNN

CELLS: dict[type, type[StepwiseCell]] = {
    FusedRNN: RNNCell,
    FusedLSTM: LSTMCell,
    FusedGRU: GRUCell,
    RNN: RNNCell,
    LSTM: LSTMCell,
    GRU: GRUCell,
}


def cell_of(layer: Any) -> StepwiseCell | None:
    """Return the cell with the layer's weights; None if `rnnlab.model.cells.stepwise` lacks its equations.

    It lacks those of peepholes, coupled gates, projections, zoneout and rectified units.
    """
    if type(layer) not in CELLS or not _plain(layer):
        return None
    cell = CELLS[type(layer)](layer.input_size, layer.hidden_size).to(layer.weight_ih_l0)
    source: Any = layer
    if isinstance(layer, Cell):
        names = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0")
        weights = {name: getattr(layer, name) for name in names}
        second = getattr(layer, "bias_hh_l0", None)  # some loops store the sum of torch's two biases
        weights["bias_hh_l0"] = torch.zeros_like(weights["bias_ih_l0"]) if second is None else second
        source = SimpleNamespace(**weights)
    cell.load_torch(source, "_l0")
    return cell


def _plain(layer: Any) -> bool:
    if not isinstance(layer, Cell):
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
