"""Measure characters per second of each decoder, for one passage and for a batch of passages.

    python scripts/benchmark_generation.py                  # a 2 x 256 LSTM over 65 characters, new weights
    python scripts/benchmark_generation.py --run last:shakespeare      # and its 8-bit form

Speed does not depend on the values of the weights. Next to each median is the fastest round, and below it the
floor: the time of the step's matrix products alone at the rate of a large one. Run it when nothing else runs.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import nn

from rnnlab.generate.decoding.settings import Decoding
from rnnlab.generate.engine import Engine
from rnnlab.generate.fused import engine_of
from rnnlab.generate.write import write
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.language_model import LanguageModel
from rnnlab.report.tables import render
from rnnlab.sweep.best_run import open_run
from rnnlab.tokenizer.base import Tokenizer
from rnnlab.tokenizer.char import CharTokenizer

SYMBOLS = "".join(map(chr, range(32, 95)))  # and padding, unknown: 65 ids
WAYS = {
    "likeliest": Decoding(temperature=0),
    "temperature": Decoding(temperature=0.8),
    "top-k 40, top-p 0.95": Decoding(temperature=0.8, top_k=40, top_p=0.95),
    "min-p, penalties": Decoding(temperature=0.8, min_p=0.02, repetition_penalty=1.1, frequency_penalty=0.1),
}


def parts(name: str | None) -> tuple[nn.Module, Tokenizer]:
    """Return the network and tokenizer of a run, or new ones."""
    if name is not None:
        run = open_run(name)
        return run.network, run.tokenizer
    tokenizer = CharTokenizer()
    tokenizer.train([SYMBOLS])
    torch.manual_seed(0)
    encoder = RecurrentEncoder("lstm", 64, 256, num_layers=2)
    return LanguageModel(tokenizer.vocab_size, 64, encoder).eval(), tokenizer


def rates(act: Callable[[], object], count: int, rounds: int) -> tuple[float, float]:
    """Return the median and the best rate of generating `count` characters, over `rounds` rounds."""
    act()
    found = []
    for _ in range(rounds):
        start = time.perf_counter()
        act()
        found.append(count / (time.perf_counter() - start))
    return float(np.median(found)), max(found)


def floor(network: nn.Module, rounds: int) -> float:
    """Return characters per second if a step were only its products, at the rate of a large product."""
    whole: Any = network
    layers = whole.encoder.forward_layers
    matrices = [m for layer in layers for m in (layer.weight_ih_l0, layer.weight_hh_l0)]
    entries = sum(m.numel() for m in [*matrices[1:], whole.head.weight])  # the first is a table lookup
    side = 2048
    square = torch.randn(side, side)
    rate, _ = rates(lambda: square @ square, 2 * side**3, rounds)
    return rate / (2 * entries)


def engines_of(network: nn.Module, name: str | None, threads: int) -> dict[str, Engine]:
    """Return the engines that compute the steps, by the heading of their column."""
    engines = {"characters/s: median (best)": engine_of(network), "by the network itself": Engine(network)}
    if name is not None:
        from rnnlab.kinds.language_modeling.writing.int8_engine import EightBitEngine

        engines["in 8 bits"] = EightBitEngine(open_run(name), threads)
    return engines


def table(
    engines: Iterable[Engine], tokenizer: Tokenizer, batch: int, options: argparse.Namespace
) -> list[list[str]]:
    """Return one row per decoder."""
    length = max(options.length // (1 if batch == 1 else 4), 10)
    rows = []
    for name, decoding in WAYS.items():
        row = [str(batch), name]
        for engine in engines:
            act = partial(write, engine, tokenizer, ["A"] * batch, length, decoding)
            median, best = rates(act, batch * length, options.rounds)
            row.append(f"{median:,.0f} ({best:,.0f})")
        rows.append(row)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--run", metavar="RUN", help="a language model over characters")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--length", type=int, default=1000, help="characters of a passage (default: 1000)")
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    network, tokenizer = parts(options.run)
    engines, rows = engines_of(network, options.run, options.threads), []
    for batch, threads in ((1, 1), (64, options.threads)):
        torch.set_num_threads(threads)
        rows += table(engines.values(), tokenizer, batch, options)
    print(render(["passages", "decoder", *engines], rows))
    print(f"one passage on 1 thread, the others on {options.threads}; products alone: ", end="")
    print(f"{floor(network, options.rounds):,.0f} characters/s")


if __name__ == "__main__":
    main()
