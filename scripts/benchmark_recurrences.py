"""Measure how fast the cells train: three comparisons in turns, and a table of all cells.

    python scripts/benchmark_recurrences.py                             # minutes on two quiet cores
    python scripts/benchmark_recurrences.py --parts ratios              # the comparisons alone
    python scripts/benchmark_recurrences.py --device cuda               # on a GPU

Every figure is of a forward and a backward pass over full rows of random vectors, without an optimizer.
The comparisons: a scan or a chunked form against a plain loop over the same recurrence, and mlstm against
lstm as layers of the same size. Both sides take turns, `--rounds` times; the fastest of each counts. The
table: tokens a second and the peak memory of a pass, on the CPU what the process grows by. There each cell
and length runs in a process of its own.
"""

from __future__ import annotations

import argparse
import ctypes
import multiprocessing
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from rnnlab.model.cell_options import CELLS, CellOptions
from rnnlab.model.cells.delta_rule import DeltaSteps, delta_rule
from rnnlab.model.cells.linear_recurrence import linear_recurrence
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.report.tables import render
from rnnlab.run.build.machine import device_name, set_threads

PARTS = ("ratios", "table")
WARM_LENGTH, WARM_PASSES = 16, 3  # scripted loops are compiled in their first two passes


class Comparison(NamedTuple):
    """Two passes, and the ratio of the seconds of `other` to those of `own` that was asked for."""

    name: str
    asked: str
    own: Callable[[], None]
    other: Callable[[], None]


def trained(outputs: Callable[[], Tensor], inputs: Sequence[Tensor]) -> Callable[[], None]:
    """Return a forward and a backward pass; gradients are not added up."""

    def run() -> None:
        for each in inputs:
            each.grad = None
        found = outputs()
        found.backward(torch.ones_like(found))

    return run


def delta_inputs(length: int, arguments: argparse.Namespace, device: torch.device) -> DeltaSteps:
    """Draw what the heads of a gated DeltaNet read."""
    size = arguments.width // arguments.heads
    shape = (arguments.batch, arguments.heads, length)
    queries, keys, values = (torch.randn(*shape, size, device=device) for _ in range(3))
    beta, log_decay = torch.rand(shape, device=device), -0.1 * torch.rand(shape, device=device)
    parts = F.normalize(queries, dim=-1), F.normalize(keys, dim=-1), values, beta, log_decay
    return DeltaSteps(*(part.requires_grad_() for part in parts))


def delta_loop(steps: DeltaSteps, start: Tensor) -> Tensor:
    """Return the outputs of `delta_rule`, step by step."""
    matrix, outputs = start, []
    for q, k, v, b, a in zip(*(part.unbind(2) for part in steps), strict=True):
        decayed = matrix * a.exp()[..., None, None]
        held = (k.unsqueeze(-2) @ decayed).squeeze(-2)
        matrix = decayed + k.unsqueeze(-1) * (b.unsqueeze(-1) * (v - held)).unsqueeze(-2)
        outputs.append((q.unsqueeze(-2) @ matrix).squeeze(-2))
    return torch.stack(outputs, 2)


def linear_loop(decay: Tensor, inputs: Tensor) -> Tensor:
    """Return the states of `linear_recurrence`, step by step."""
    state, states = torch.zeros_like(inputs[0]), []
    for a, b in zip(decay.unbind(), inputs.unbind(), strict=True):
        state = a * state + b
        states.append(state)
    return torch.stack(states)


def comparisons(arguments: argparse.Namespace, device: torch.device) -> list[Comparison]:
    steps = delta_inputs(128, arguments, device)
    start = steps.keys.new_zeros(*steps.keys.shape[:2], *[steps.keys.shape[-1]] * 2)
    shape = (512, arguments.batch, arguments.width)
    decay, inputs = (torch.rand(shape, device=device).requires_grad_() for _ in range(2))
    pairs = (decay, inputs)
    own = [make_pass(cell, arguments, 128, device) for cell in ("mlstm", "lstm")]
    return [
        Comparison(
            "gated deltanet, 128 steps: chunks against a loop",
            "at least 3",
            trained(lambda: delta_rule(steps, start)[0], steps),
            trained(lambda: delta_loop(steps, start), steps),
        ),
        Comparison(
            "linear recurrence, 512 steps: scan against a loop",
            "at least 2",
            trained(lambda: linear_recurrence(*pairs), pairs),
            trained(lambda: linear_loop(*pairs), pairs),
        ),
        Comparison("mlstm against lstm, 128 steps", "at least 0.67", *own),
    ]


def make_pass(
    cell: str, arguments: argparse.Namespace, length: int, device: torch.device
) -> Callable[[], None]:
    """Return a warm pass of one layer; its vectors have the memory layout of an `Embedding`'s output."""
    options = CellOptions(heads=arguments.heads) if "heads" in CELLS[cell].options else None
    width = arguments.width
    encoder = RecurrentEncoder(cell, width, width, options=options).to(device).train()

    def of_length(steps: int) -> Callable[[], None]:
        vectors = torch.randn(steps, arguments.batch, width, device=device).transpose(0, 1).requires_grad_()
        return trained(lambda: encoder(vectors).outputs, [vectors, *encoder.parameters()])

    warm = of_length(max(1, min(WARM_LENGTH, length // 2)))
    for _ in range(WARM_PASSES):
        warm()
    return of_length(length)


def seconds(run: Callable[[], None], device: torch.device) -> float:
    wait(device)
    start = time.perf_counter()
    run()
    wait(device)
    return time.perf_counter() - start


def wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def ratios(arguments: argparse.Namespace, device: torch.device) -> str:
    """Measure the comparisons in turns; return them as a table."""
    rows = []
    for each in comparisons(arguments, device):
        taken: tuple[list[float], list[float]] = ([], [])
        for _ in range(arguments.rounds + 1):  # the first one warms up
            for times, run in zip(taken, (each.own, each.other), strict=True):
                times.append(seconds(run, device))
        own, other = (min(times[1:]) for times in taken)
        rows.append([each.name, f"{1000 * own:.1f}", f"{1000 * other:.1f}", f"{other / own:.2f}", each.asked])
    return render(["training", "first ms", "second ms", "ratio", "asked"], rows)


def table(arguments: argparse.Namespace) -> str:
    """Measure all cells; return thousands of tokens a second, and megabytes, by cell and length."""
    found: dict[tuple[str, int], tuple[float, float]] = {}
    context = multiprocessing.get_context("fork" if arguments.device == "cpu" else "spawn")
    with context.Pool(1, maxtasksperchild=1) as pool:
        for _ in range(arguments.table_rounds):
            for length in arguments.lengths:
                for cell in arguments.cells:
                    rate, memory = pool.apply(measured, (arguments, cell, length))
                    best = found.get((cell, length), (0.0, memory))[0]
                    found[cell, length] = max(best, rate), memory
    rows = []
    for cell in arguments.cells:
        each = [found[cell, length] for length in arguments.lengths]
        rows.append([cell, *(f"{rate / 1000:,.1f}" for rate, _ in each), *(f"{mb:,.0f}" for _, mb in each)])
    titles = [f"{unit}, {length}" for unit in ("thousand tokens/s", "MB") for length in arguments.lengths]
    return render(["cell", *titles], rows)


def measured(arguments: argparse.Namespace, cell: str, length: int) -> tuple[float, float]:
    """Return tokens a second, and the megabytes that a pass takes."""
    device = torch.device(arguments.device)
    set_threads(arguments.threads)
    run = make_pass(cell, arguments, length, device)
    memory = peak(run, device)
    taken = [seconds(run, device)]
    while sum(taken) + min(taken) < arguments.seconds:
        taken.append(seconds(run, device))
    return length * arguments.batch / min(taken), memory


def peak(run: Callable[[], None], device: torch.device) -> float:
    """Return the megabytes by which a pass raises the memory in use; on CPUs by Linux's count of pages."""
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(device)
        before = torch.cuda.memory_allocated(device)
        run()
        return (torch.cuda.max_memory_allocated(device) - before) / 1e6
    try:
        ctypes.CDLL("libc.so.6").malloc_trim(0)
        Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    except OSError:
        run()
        return float("nan")
    start = status("VmRSS")
    run()
    return (status("VmHWM") - start) / 1e6


def status(name: str) -> float:
    """Return a number of bytes from what Linux says of this process."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return 1024.0 * int(next(line.split()[1] for line in lines if line.startswith(f"{name}:")))


def parse(given: Sequence[str]) -> Any:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS, help="(default: both)")
    parser.add_argument("--cells", nargs="+", choices=tuple(CELLS), default=tuple(CELLS))
    parser.add_argument("--lengths", nargs="+", type=int, default=(128, 512, 2048), help="of the table")
    parser.add_argument("--batch", type=int, default=8, help="rows (default 8)")
    parser.add_argument("--width", type=int, default=128, help="features and units (default 128)")
    parser.add_argument("--heads", type=int, default=4, help="of the cells that have them (default 4)")
    parser.add_argument("--rounds", type=int, default=10, help="of each comparison (default 10)")
    parser.add_argument("--table-rounds", type=int, default=2, help="over the whole table (default 2)")
    parser.add_argument("--seconds", type=float, default=0.5, help="for a cell and length (default 0.5)")
    parser.add_argument("--device", default="cpu", help="cpu (default) or cuda")
    parser.add_argument("--threads", default="auto", help="of the CPU (default: one a core)")
    return parser.parse_args(given)


def main() -> None:
    arguments = parse(sys.argv[1:])
    if "table" in arguments.parts:  # before this process starts threads, which a fork would lose
        print(f"{table(arguments)}\n")
    if "ratios" in arguments.parts:
        threads, device = set_threads(arguments.threads), torch.device(arguments.device)
        print(f"{device_name(device, threads)}, torch {torch.__version__}\n\n{ratios(arguments, device)}")


if __name__ == "__main__":
    main()
