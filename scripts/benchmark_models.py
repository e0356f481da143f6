"""Measure tokens per second of every cell against length, batch and width, as tables and as a plot.

    python scripts/benchmark_models.py                                  # a few minutes on two quiet cores
    python scripts/benchmark_models.py --cells lstm mingru --lengths 512 4096 --batches 8 --widths 512
    python scripts/benchmark_models.py --device cuda --seconds 1        # on a GPU

One of the three varies at a time, the others stay at `--length`, `--batch` and `--width`. Training is a
forward and a backward pass of one layer over full rows of random vectors as wide as the layer, without an
optimizer; evaluation is a forward pass. The cells take turns at each point; every number is the fastest of
the passes that fit into `--seconds` (at least two, after a warm-up). Run it when nothing else
runs.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from torch import Tensor

from rnnlab.bar import Bar
from rnnlab.model.cell_options import CELLS as KNOWN_CELLS
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.report.curves import COLOURS, MARKERS
from rnnlab.report.tables import render
from rnnlab.run.build.machine import device_name, set_threads

MODES = ("training", "evaluation")
CELLS, FUSED, SCANS = (
    tuple(KNOWN_CELLS),
    ("rnn", "lstm", "gru"),
    ("mingru", "minlstm", "rg_lru", "lru", "mamba"),
)
WARM_LENGTH, WARM_PASSES = 16, 3  # scripted loops are compiled in their first two passes


class Point(NamedTuple):
    """Steps of a row, rows of a batch, features of a step and units of the layer."""

    length: int
    batch: int
    width: int


Rates = dict[tuple[str, str, Point], float]
"""Tokens a second by mode, cell and point."""


class Sweep(NamedTuple):
    """The axis that varies, a name of `Point`'s fields, and its points in order."""

    axis: str
    points: list[Point]


def make_sweeps(arguments: argparse.Namespace) -> list[Sweep]:
    base = Point(arguments.length, arguments.batch, arguments.width)
    values = {"length": arguments.lengths, "batch": arguments.batches, "width": arguments.widths}
    return [
        Sweep(axis, [base._replace(**{axis: value}) for value in sorted(set(chosen))])
        for axis, chosen in values.items()
    ]


def measure(arguments: argparse.Namespace, sweeps: Sequence[Sweep], device: torch.device) -> Rates:
    """Measure every cell at every point in both modes; a point that two sweeps have is measured once."""
    points = sorted({point for sweep in sweeps for point in sweep.points}, key=lambda point: point.width)
    rates: Rates = {}
    with Bar(total=len(points) * len(arguments.cells) * len(MODES), unit="point") as bar:
        for cell, encoder, point in turns(arguments.cells, points, device):
            for mode in MODES:
                bar.set_postfix_str(f"{cell}, {mode}, {point.length} x {point.batch} x {point.width}")
                seconds = fastest(make_pass(encoder, point, mode), arguments.seconds, device)
                rates[mode, cell, point] = point.length * point.batch / seconds
                bar.update()
    return rates


def turns(
    cells: Sequence[str], points: Sequence[Point], device: torch.device
) -> Iterator[tuple[str, RecurrentEncoder, Point]]:
    """Yield the cells in turn, point by point, each with a warm encoder that is built once per width."""
    encoders: dict[str, RecurrentEncoder] = {}
    for point in points:
        for cell in cells:
            if cell not in encoders or encoders[cell].hidden_size != point.width:
                encoders[cell] = RecurrentEncoder(cell, point.width, point.width).to(device)
                warm(encoders[cell], point)
            yield cell, encoders[cell], point


def warm(encoder: RecurrentEncoder, point: Point) -> None:
    short = point._replace(length=min(WARM_LENGTH, point.length))
    for mode in MODES:
        run = make_pass(encoder, short, mode)
        for _ in range(WARM_PASSES):
            run()


def make_pass(encoder: RecurrentEncoder, point: Point, mode: str) -> Callable[[], None]:
    """Return a pass over one batch; its vectors have the memory layout of an `Embedding`'s output."""
    device = next(encoder.parameters()).device
    vectors = torch.randn(point.length, point.batch, point.width, device=device).transpose(0, 1)
    vectors.requires_grad_(mode == "training")

    def train() -> None:
        encoder.zero_grad()
        vectors.grad = None
        outputs: Tensor = encoder(vectors).outputs
        outputs.backward(torch.ones_like(outputs))

    @torch.inference_mode()
    def evaluate() -> None:
        encoder(vectors)

    encoder.train(mode == "training")
    return train if mode == "training" else evaluate


def fastest(run: Callable[[], None], seconds: float, device: torch.device) -> float:
    """Return the seconds of the fastest pass of as many as fit in `seconds`, and of two at least."""
    taken: list[float] = []
    while len(taken) < 2 or sum(taken) + min(taken) < seconds:
        wait(device)
        start = time.perf_counter()
        run()
        wait(device)
        taken.append(time.perf_counter() - start)
    return min(taken)


def wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def others(sweep: Sweep) -> str:
    """Describe the fields that are constant in the sweep."""
    fixed = {name: value for name, value in sweep.points[0]._asdict().items() if name != sweep.axis}
    return ", ".join(f"{name} {value}" for name, value in fixed.items())


def report(rates: Rates, sweeps: Sequence[Sweep], cells: Sequence[str]) -> str:
    """Return one table per sweep: the cells by mode, thousands of tokens per second."""
    parts = []
    for sweep in sweeps:
        columns = [f"{sweep.axis} {getattr(point, sweep.axis)}" for point in sweep.points]
        rows = [
            [f"{cell}, {mode}", *(f"{rates[mode, cell, point] / 1000:,.1f}" for point in sweep.points)]
            for mode in MODES
            for cell in cells
        ]
        parts.append(render([f"thousand tokens/s ({others(sweep)})", *columns], rows))
    return "\n\n".join(parts)


def draw(rates: Rates, sweeps: Sequence[Sweep], cells: Sequence[str], title: str) -> Figure:
    """Plot a line per cell: modes from top to bottom, each with one range of rates, sweeps left to right."""
    figure = Figure(figsize=(4.2 * len(sweeps), 7.2), dpi=120, layout="constrained")
    axes = figure.subplots(len(MODES), len(sweeps), squeeze=False, sharey="row", sharex="col")
    for row, mode in zip(axes, MODES, strict=True):
        for axis, sweep in zip(row, sweeps, strict=True):
            draw_panel(axis, rates, sweep, cells, mode)
        row[0].set_ylabel(f"{mode}: tokens a second")
    handles = [Line2D([], [], label=cell, **look(cell)) for cell in cells]
    figure.suptitle(f"{title}: how cost grows (flat: in proportion to the tokens)", fontsize=11)
    figure.legend(handles=handles, loc="outside lower center", ncols=min(9, len(cells)), frameon=False)
    return figure


def draw_panel(axis: Axes, rates: Rates, sweep: Sweep, cells: Sequence[str], mode: str) -> None:
    values = [getattr(point, sweep.axis) for point in sweep.points]
    for cell in cells:
        axis.plot(values, [rates[mode, cell, point] for point in sweep.points], **look(cell))
    axis.set_xscale("log", base=2)
    axis.set_yscale("log")
    axis.set_xticks(values, [str(value) for value in values], fontsize=8)
    axis.minorticks_off()
    axis.tick_params(labelsize=8)
    axis.grid(axis="y", color="#e5e5e5")
    axis.spines[["top", "right"]].set_visible(False)
    axis.set_title(f"{sweep.axis} ({others(sweep)})", fontsize=9, loc="left")


def look(cell: str) -> dict[str, Any]:
    """Return a cell's colour and marker; full lines for fused kernels, dotted for scans, dashed for loops."""
    place = CELLS.index(cell)
    style = "-" if cell in FUSED else ":" if cell in SCANS else "--"
    colour, marker = COLOURS[place % len(COLOURS)], MARKERS[place % len(MARKERS)]
    return {"color": colour, "marker": marker, "linestyle": style, "linewidth": 1.5, "markersize": 5}


def parse(given: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cells", nargs="+", choices=CELLS, default=CELLS, help="(default: all)")
    for name, many, one in (
        ("length", (64, 256, 1024, 4096), 128),
        ("batch", (1, 8, 32, 128), 8),
        ("width", (64, 128, 256, 512), 128),
    ):
        plural = "batches" if name == "batch" else f"{name}s"
        shown = " ".join(map(str, many))
        parser.add_argument(f"--{plural}", nargs="+", type=int, default=many, help=f"(default {shown})")
        parser.add_argument(f"--{name}", type=int, default=one, help=f"where others change (default {one})")
    parser.add_argument("--seconds", type=float, default=0.4, help="for a figure (default 0.4)")
    parser.add_argument("--device", default="cpu", help="cpu (default) or cuda")
    parser.add_argument("--threads", default="auto", help="of the CPU (default: one a core)")
    parser.add_argument("--out", type=Path, default=Path("outputs/benchmark_models.png"), help="the plot")
    arguments = parser.parse_args(given)
    numbers = [*arguments.lengths, *arguments.batches, *arguments.widths]
    numbers += [arguments.length, arguments.batch, arguments.width]
    if min(numbers) < 1:
        parser.error(f"lengths, batches and widths must be at least 1, not {min(numbers)}")
    return arguments


def main() -> None:
    arguments = parse(sys.argv[1:])
    threads, device = set_threads(arguments.threads), torch.device(arguments.device)
    sweeps = make_sweeps(arguments)
    rates = measure(arguments, sweeps, device)
    title = device_name(device, threads)
    print(f"{title}, torch {torch.__version__}\n\n{report(rates, sweeps, arguments.cells)}")
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    draw(rates, sweeps, arguments.cells, title).savefig(arguments.out)
    print(f"\nplot: {arguments.out}")


if __name__ == "__main__":
    main()
