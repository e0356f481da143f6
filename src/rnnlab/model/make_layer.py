"""The fastest layer for a cell."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from rnnlab.model.cell_options import CELL, CELLS, CellOptions
from rnnlab.model.fused import FUSED, make_fused
from rnnlab.model.layer import Layer
from rnnlab.model.settings import checked
from rnnlab.rule import checked as checked_by

MakesLayer = Callable[[int, int, CellOptions], Layer]
"""Makes a layer from `input_size`, `hidden_size` and options: a `Cell` or any other `Layer`."""


def make_layer(cell: str | MakesLayer, input_size: int, hidden_size: int, options: CellOptions) -> Layer:
    """Make a layer with its initial weights: torch's kernel if it computes the cell, else a loop or a scan.

    Args:
        cell: a name of `CELLS`, or a callable that makes the layer.

    Raises:
        ValueError: an unknown cell, with a list of the known ones; an argument outside its range; an option
            that the cell does not support; an external cell that makes no `Layer` of that size.
    """
    checked("input_size", input_size)
    checked("hidden_size", hidden_size)
    if not isinstance(cell, str):
        return _checked(cell(input_size, hidden_size, options), cell, options.projection_size or hidden_size)
    checked_by("cell", cell, CELL)
    if cell in FUSED and not needs_loop(options):
        return make_fused(cell, input_size, hidden_size, options)
    return own_layer(cell)(input_size, hidden_size, options)


def own_layer(name: str) -> MakesLayer:
    """Return the class of a built-in cell, which is in the file of its name in `cells/`."""
    found: MakesLayer = getattr(import_module(f"rnnlab.model.cells.{name}"), CELLS[name].layer)
    return found


def name_of(cell: str | MakesLayer) -> str:
    """Return a cell's name, as in `CELLS`, or else that of its class."""
    if isinstance(cell, str):
        return cell
    made = getattr(cell, "func", cell)  # of a partial
    return str(getattr(made, "__name__", type(made).__name__))


def needs_loop(options: CellOptions) -> bool:
    """Return whether a step has parts that torch's kernels lack, which does not include weight-drop."""
    variational = options.recurrent_dropout > 0 and options.recurrent_dropout_kind == "variational"
    zoneout = options.zoneout > 0 or options.memory_zoneout > 0
    return variational or zoneout or options.peephole or options.coupled


def _checked(layer: object, cell: MakesLayer, output_size: int) -> Layer:
    name = name_of(cell)
    if not isinstance(layer, Layer):
        raise ValueError(f"cell={name} must make a Layer such as a Cell, and makes a {type(layer).__name__}")
    if layer.output_size != output_size:
        raise ValueError(f"cell={name} must give {output_size} features, and gives {layer.output_size}")
    return layer
