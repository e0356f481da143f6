"""Forward and backward of one layer of every cell of conf/model.

Shapes: T steps, B rows, H units; inputs are as wide as the layer, and every row is full.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import torch
from hydra import compose, initialize_config_dir
from omegaconf import OmegaConf
from torch import Tensor

from rnnlab.model.cell_options import CellOptions
from rnnlab.model.layer import Layer
from rnnlab.model.make_layer import make_layer
from roofline.counts import counted, layer_bytes
from roofline.machine import Peaks, seconds
from roofline.rows import Need, Row, Taken, make_row

MODELS = Path(__file__).parents[2] / "conf" / "model"
WARM = 3  # passes: a loop is compiled in its first two


class CellChoice(NamedTuple):
    """A layer of conf/model: the name of its row, the files that choose it, the cell and its options."""

    name: str
    files: tuple[str, ...]
    cell: str
    options: CellOptions


def cell_choices() -> list[CellChoice]:
    """Return each different layer of conf/model once, in the order of their names."""
    found: dict[tuple[str, CellOptions], list[str]] = {}
    with initialize_config_dir(str(MODELS), version_base="1.3"):
        for name in sorted(path.stem for path in MODELS.glob("*.yaml")):
            model = OmegaConf.to_container(compose(name))
            root = OmegaConf.create({"model": model})
            options = {
                k: root.model.encoder.options[k] for k in root.model.encoder.options if k != "_target_"
            }
            found.setdefault((root.model.cell, CellOptions(**options)), []).append(name)
    named = {key: min(files, key=lambda file: (file != key[0], len(file))) for key, files in found.items()}
    choices = [CellChoice(named[key], tuple(files), *key) for key, files in found.items()]
    return sorted(choices, key=lambda choice: choice.name)


def make_pass(layer: Layer, length: int, batch: int) -> tuple[Callable[[], Tensor], Tensor]:
    """Return a training pass over (T, B, H), which gives its outputs, and the inputs."""
    inputs = torch.randn(length, batch, layer.input_size, requires_grad=True)
    above = torch.ones(length, batch, layer.output_size)

    def run() -> Tensor:
        layer.zero_grad()
        inputs.grad = None
        outputs: Tensor = layer(inputs).outputs
        outputs.backward(above)
        return outputs.detach()

    return run, inputs


def fastest(run: Callable[[], object], least: float) -> float:
    """Return the seconds of the fastest pass of as many as fit into `least` seconds, and of two at least."""
    taken: list[float] = []
    while len(taken) < 2 or sum(taken) + min(taken) < least:
        taken.append(seconds(run))
    return min(taken)


def measure_cells(
    choices: Sequence[CellChoice], size: tuple[int, int, int], least: float, peaks: Peaks
) -> Iterator[Row]:
    """Yield the row of each cell.

    Args:
        size: units, steps and rows.
        least: seconds for each cell.
    """
    width, length, batch = size
    for choice in choices:
        torch.manual_seed(0)
        layer = make_layer(choice.cell, width, width, choice.options)
        run, inputs = make_pass(layer, length, batch)
        for _ in range(WARM):
            outputs = run()
        work = counted(run)
        need = Need(work.flops, layer_bytes(layer, inputs, outputs), work.calls)
        about = f"cell {choice.cell}; model={', '.join(choice.files)}"
        yield make_row(choice.name, about, need, Taken(fastest(run, least)), peaks)
