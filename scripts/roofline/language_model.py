"""The fraction of the machine's matrix-product rate that a language model's training step reaches.

The rate is the best of float32 products of the step's own sizes, on the same threads. It counts only the
products that a step needs: of the layers and of the output, forward, and twice as many backward. The step is
forward, loss, gradients, clipping and optimizer. All take turns in one process.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor, nn

from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.language_model import LanguageModel
from rnnlab.report.tables import render
from rnnlab.run.build.machine import device_name, set_threads
from rnnlab.training.optimizer.muon import MuonAdamW
from roofline.machine import product_rate, seconds

OPTIMIZERS: dict[str, Callable[[list[tuple[str, Tensor]]], torch.optim.Optimizer]] = {
    "none": lambda named: torch.optim.SGD([torch.zeros(1)], lr=0.0),
    "SGD": partial(torch.optim.SGD, lr=0.1, fused=True),
    "AdamW": partial(torch.optim.AdamW, lr=1e-3, fused=True),
    "Muon": MuonAdamW,
}


def product_sizes(arguments: argparse.Namespace) -> list[tuple[int, int, int]]:
    """Return (M, K, N) of the step's products: inputs at once, states step by step, weights' gradients."""
    rows, hidden = arguments.batch_size * arguments.steps, arguments.hidden_size
    return [
        (rows, hidden, 4 * hidden),
        (arguments.batch_size, hidden, 4 * hidden),
        (4 * hidden, rows, hidden),
    ]


def step_flops(arguments: argparse.Namespace) -> int:
    """Count the FLOP of the matrix products alone; a multiplication and an addition are two."""
    tokens, hidden = arguments.batch_size * arguments.steps, arguments.hidden_size
    sizes = [arguments.embedding_size, *[hidden] * (arguments.layers - 1)]
    layers = sum(2 * tokens * 4 * hidden * (size + hidden) for size in sizes)
    return 3 * (layers + 2 * tokens * hidden * arguments.vocab_size)


def make_step(arguments: argparse.Namespace, name: str) -> Callable[[], None]:
    """Return a training step of a new model with an optimizer, always on the same random text."""
    torch.manual_seed(0)
    encoder = RecurrentEncoder("lstm", arguments.embedding_size, arguments.hidden_size, arguments.layers)
    network = LanguageModel(arguments.vocab_size, arguments.embedding_size, encoder)
    optimizer = OPTIMIZERS[name](list(network.named_parameters()))
    weights = list(network.parameters())
    text = torch.randint(1, arguments.vocab_size, (arguments.batch_size, arguments.steps + 1))

    def step() -> None:
        logits = network(text[:, :-1]).logits
        loss = nn.functional.cross_entropy(logits.flatten(0, 1), text[:, 1:].flatten())
        for weight in weights:
            weight.grad = None
        loss.backward()
        nn.utils.clip_grad_norm_(weights, 1.0)
        optimizer.step()

    return step


def measure(arguments: argparse.Namespace) -> None:
    threads = set_threads(arguments.threads)
    steps = {name: make_step(arguments, name) for name in OPTIMIZERS}
    sizes, flops = product_sizes(arguments), step_flops(arguments)
    times: dict[str, list[float]] = {name: [] for name in steps}
    rates: dict[tuple[int, int, int], list[float]] = {size: [] for size in sizes}
    for step in steps.values():
        step()
    for _ in range(arguments.rounds):
        for size in sizes:
            rates[size].append(product_rate(size))
        for name, step in steps.items():
            times[name].append(min(seconds(step) for _ in range(3)))
    print(f"{device_name(torch.device('cpu'), threads)}, {flops / 1e9:.2f} GFLOP a step")
    report(flops, times, rates)
    if arguments.profile:
        with torch.profiler.profile() as profile:
            steps["AdamW"]()
        print(profile.key_averages().table(sort_by="self_cpu_time_total", row_limit=arguments.profile))


def report(flops: int, times: dict[str, list[float]], rates: dict[tuple[int, int, int], list[float]]) -> None:
    """Print the products' rates, then each optimizer's step as a fraction of the best rate, by round."""
    for (m, k, n), values in rates.items():
        print(f"({m} x {k}) @ ({k} x {n}): {statistics.median(values) / 1e9:.1f} GFLOP/s, median")
    best = [max(values) for values in zip(*rates.values(), strict=True)]
    rows = []
    for name, values in times.items():
        shares = [flops / value / rate for value, rate in zip(values, best, strict=True)]
        wide = f"{min(shares):.2f} to {max(shares):.2f}"
        rows.append(
            [name, f"{1e3 * statistics.median(values):.1f}", f"{statistics.median(shares):.3f}", wide]
        )
    print(render(["optimizer", "ms a step, median", "of the products' rate, median", "range"], rows))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the settings of this measurement; threads, steps and rounds serve the others too."""
    for name, default in {"hidden": 512, "embedding": 512, "batch": 32, "vocab": 65}.items():
        parser.add_argument(f"--{name}-size", type=int, default=default, help=f"default {default}")
    parser.add_argument("--layers", type=int, default=2, help="default 2")
    parser.add_argument(
        "--steps", type=int, default=64, help="tokens of a row; of --kinds: batches (default 64)"
    )
    parser.add_argument("--rounds", type=int, default=10, help="default 10")
    parser.add_argument("--threads", default="auto", help="a number or auto: every core (default)")
    parser.add_argument("--profile", type=int, default=0, metavar="N", help="show the N dearest operations")
