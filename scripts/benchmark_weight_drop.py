"""Measure the cost of dropping recurrent weights in a training step of a fused layer.

    python scripts/benchmark_weight_drop.py                        # batch 32, 128 steps, width 512
    python scripts/benchmark_weight_drop.py --cell gru --batch 8 --width 128
    python scripts/benchmark_weight_drop.py --device cuda

A step is a forward and a backward pass of one layer over full rows of random vectors as wide as the layer,
without an optimizer. The layers take turns in one process. The ratio is the median over the rounds of a step
divided by the plain step of its round; the minimum of each is the one least disturbed by other processes.
"""

from __future__ import annotations

import argparse
import statistics
import time

import torch

from rnnlab.model.cell_options import CellOptions
from rnnlab.model.fused import FUSED
from rnnlab.model.layer import Layer
from rnnlab.model.make_layer import make_layer
from rnnlab.report.tables import render
from rnnlab.run.build.machine import device_name, set_threads

LAYERS = {
    "plain": CellOptions(),
    "weight-drop": CellOptions(recurrent_dropout=0.5, recurrent_dropout_kind="weight_drop"),
}
WARM_UP = 3


def measure(arguments: argparse.Namespace, device: torch.device) -> dict[str, list[float]]:
    """Return the seconds of every step, by name and round."""
    layers = {
        name: make_layer(arguments.cell, arguments.width, arguments.width, options).to(device)
        for name, options in LAYERS.items()
    }
    steps = torch.randn(arguments.steps, arguments.batch, arguments.width, device=device, requires_grad=True)
    taken: dict[str, list[float]] = {name: [] for name in LAYERS}
    for _ in range(WARM_UP + arguments.rounds):
        for name, layer in layers.items():
            taken[name].append(step(layer, steps))
    return {name: times[WARM_UP:] for name, times in taken.items()}


def step(layer: Layer, steps: torch.Tensor) -> float:
    """Return the seconds of a forward and a backward pass."""
    layer.zero_grad()
    steps.grad = None
    wait(steps.device)
    start = time.perf_counter()
    outputs = layer(steps).outputs
    outputs.backward(torch.ones_like(outputs))
    wait(steps.device)
    return time.perf_counter() - start


def wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def report(taken: dict[str, list[float]]) -> str:
    """Return a table, one row per layer: milliseconds, and the ratio to a plain step."""
    plain, rows = taken["plain"], []
    for name, times in taken.items():
        ratio = statistics.median(own / other for own, other in zip(times, plain, strict=True))
        figures = (1e3 * statistics.median(times), 1e3 * min(times))
        rows.append(
            [name, *(f"{each:.1f}" for each in figures), f"{ratio:.2f}", f"{min(times) / min(plain):.2f}"]
        )
    return render(["layer", "ms a step, median", "least", "times plain, median", "of the least"], rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cell", choices=tuple(FUSED), default="lstm", help="(default lstm)")
    for name, default, text in (
        ("batch", 32, "rows"),
        ("steps", 128, "steps of a row"),
        ("width", 512, "features and units"),
        ("rounds", 15, f"after {WARM_UP} that warm up"),
    ):
        parser.add_argument(f"--{name}", type=int, default=default, help=f"{text} (default {default})")
    parser.add_argument("--device", default="cpu", help="cpu (default) or cuda")
    parser.add_argument("--threads", default="auto", help="of the CPU (default: one a core)")
    arguments = parser.parse_args()
    threads, device = set_threads(arguments.threads), torch.device(arguments.device)
    taken = measure(arguments, device)
    sizes = f"{arguments.cell}, batch {arguments.batch}, {arguments.steps} steps, width {arguments.width}"
    print(f"{device_name(device, threads)}, torch {torch.__version__}, {sizes}, {arguments.rounds} rounds\n")
    print(report(taken))


if __name__ == "__main__":
    main()
