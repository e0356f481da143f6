"""From the name of a cell to the layer that runs it fastest."""

from __future__ import annotations

from rnnlab.model import check
from rnnlab.model.fused import FUSED, make_fused
from rnnlab.model.layer import Layer
from rnnlab.model.loop_cells import make_loop
from rnnlab.model.options import CellOptions
from rnnlab.model.places import CELLS
from rnnlab.model.scan import ScanLayer

SCANS = ("mingru", "minlstm")


def make_layer(cell: str, input_size: int, hidden_size: int, options: CellOptions) -> Layer:
    """A layer with its starting weights: torch's own kernel where one computes it, else a loop or a scan.

    Raises:
        ValueError: an unknown cell, which lists those there are; an argument outside its range; an option
            that the cell has no place for.
    """
    check.one_of("cell", cell, CELLS)
    check.positive("input_size", input_size)
    check.positive("hidden_size", hidden_size)
    if cell in SCANS:
        return ScanLayer(cell, input_size, hidden_size, options)
    if cell in FUSED and not needs_loop(options):
        return make_fused(cell, input_size, hidden_size, options)
    return make_loop(cell, input_size, hidden_size, options)


def needs_loop(options: CellOptions) -> bool:
    """Whether a step has parts that torch's kernels lack. Dropped weights are none: the kernel reads them."""
    variational = options.recurrent_dropout > 0 and options.recurrent_dropout_kind == "variational"
    zoneout = options.zoneout > 0 or options.memory_zoneout > 0
    return variational or zoneout or options.peephole or options.coupled
