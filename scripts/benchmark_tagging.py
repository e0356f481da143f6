"""Measure the fraction of a tagger's training step that its head takes: the CRF's and the softmax's.

    python scripts/benchmark_tagging.py                              # batch 32, 20 words, 25 tags
    python scripts/benchmark_tagging.py --batch 64 --words 40 --tags 13 --characters none
    python scripts/benchmark_tagging.py --peer                       # and pytorch-crf's, if it is installed

A step is a forward and a backward pass and AdamW, on one batch of random words. All heads read the same
features in turn, round by round; `head alone` is the forward and backward pass of the loss from scores that
are there, without the linear layer that every head has. Decoding is the best path of each row.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from rnnlab.model.characters.base import NoLetters
from rnnlab.model.characters.cnn import LetterCNN
from rnnlab.model.characters.lstm import LetterLSTM
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.head.crf import CRF
from rnnlab.model.head.softmax import Softmax
from rnnlab.model.tagger import Tagger
from rnnlab.report.tables import render
from rnnlab.run.build.machine import set_threads

HEADS = {"crf": CRF, "softmax": Softmax}
LETTERS: dict[str, tuple[Callable[..., nn.Module], int]] = {
    "none": (NoLetters, 0),
    "lstm": (partial(LetterLSTM, letter_size=25, output_size=50), 50),
    "cnn": (partial(LetterCNN, letter_size=30, output_size=60), 60),
}
VOCABULARY, ALPHABET, WIDEST = 5000, 100, 12
WARM_UP = 3


def drawn(arguments: argparse.Namespace) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return tokens (B, T), lengths (B,), letters (B, T, W) and tags (B, T)."""
    rows, words = arguments.batch, arguments.words
    lengths = torch.randint(max(1, words // 2), words + 1, (rows,))
    lengths[0] = words
    real = torch.arange(words) < lengths.unsqueeze(1)
    tokens = torch.randint(2, VOCABULARY, (rows, words)) * real
    width = torch.randint(1, WIDEST + 1, (rows, words, 1))
    letters = torch.randint(2, ALPHABET, (rows, words, WIDEST)) * (torch.arange(WIDEST) < width)
    return tokens, lengths, letters * real.unsqueeze(2), torch.randint(arguments.tags, (rows, words)) * real


def tagger(arguments: argparse.Namespace, head: Any) -> Tagger:
    characters, size = LETTERS[arguments.characters]
    encoder = RecurrentEncoder("lstm", arguments.width + size, arguments.width, bidirectional=True)
    return Tagger(VOCABULARY, arguments.width, encoder, arguments.tags, head, characters, ALPHABET)


def peer(tags: int) -> Callable[[Tensor, Tensor, Tensor], Tensor]:
    """Return the loss of pytorch-crf."""
    from torchcrf import CRF as Other

    other = Other(tags, batch_first=True)

    def loss(emissions: Tensor, lengths: Tensor, labels: Tensor) -> Tensor:
        mask = torch.arange(labels.shape[1]) < lengths.unsqueeze(1)
        found: Tensor = -other(emissions, labels, mask)
        return found

    return loss


def timed(task: Callable[[], object]) -> float:
    start = time.perf_counter()
    task()
    return time.perf_counter() - start


def measure(arguments: argparse.Namespace) -> dict[str, list[float]]:
    """Return the seconds of every piece of work, by name and round."""
    tokens, lengths, letters, tags = drawn(arguments)
    tasks: dict[str, Callable[[], object]] = {}
    losses: dict[str, Callable[..., Tensor]] = {"pytorch-crf": peer(arguments.tags)} if arguments.peer else {}
    for name, head in HEADS.items():
        network = tagger(arguments, head)
        optimizer = torch.optim.AdamW(network.parameters(), fused=True)
        tasks[f"{name}, step"] = partial(step, network, optimizer, (tokens, lengths, letters, tags))
        losses[name] = network.losses
        with torch.no_grad():
            emissions = network(tokens, lengths, letters)
        tasks[f"{name}, decoding"] = partial(network.decode, emissions, lengths)
    for name, loss in losses.items():
        tasks[f"{name}, head alone"] = partial(alone, loss, emissions, lengths, tags)
    taken: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(WARM_UP + arguments.rounds):
        for name, task in tasks.items():
            taken[name].append(timed(task))
    return {name: times[WARM_UP:] for name, times in taken.items()}


def step(
    network: Tagger, optimizer: torch.optim.Optimizer, batch: tuple[Tensor, Tensor, Tensor, Tensor]
) -> None:
    tokens, lengths, letters, tags = batch
    optimizer.zero_grad()
    loss = network.losses(network(tokens, lengths, letters), lengths, tags).sum() / lengths.sum()
    loss.backward()
    optimizer.step()


def alone(loss: Callable[..., Tensor], emissions: Tensor, lengths: Tensor, tags: Tensor) -> None:
    leaf = emissions.clone().requires_grad_()
    loss(leaf, lengths, tags).sum().backward()


def report(taken: dict[str, list[float]]) -> str:
    """Return a table: milliseconds, and the fraction of a step with that head, the median over the rounds."""
    rows = []
    for name, times in taken.items():
        whole = taken.get(f"{name.partition(',')[0]}, step", taken["crf, step"])
        fraction = statistics.median(own / each for own, each in zip(times, whole, strict=True))
        rows.append(
            [name, f"{1e3 * statistics.median(times):.2f}", f"{1e3 * min(times):.2f}", f"{fraction:.1%}"]
        )
    return render(["work", "ms, median", "least", "of a step"], rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    for name, default, text in (
        ("batch", 32, "rows of a batch"),
        ("words", 20, "words of the longest row"),
        ("tags", 25, "number of tags: 25 are six types in BIOES"),
        ("width", 128, "features of a word and units of each direction"),
        ("rounds", 30, "rounds that are measured"),
        ("threads", 1, "threads of torch"),
    ):
        parser.add_argument(f"--{name}", type=int, default=default, help=f"{text} (default {default})")
    parser.add_argument("--characters", choices=tuple(LETTERS), default="lstm", help="(default lstm)")
    parser.add_argument("--peer", action="store_true", help="measure pytorch-crf too")
    arguments = parser.parse_args()
    set_threads(arguments.threads)
    torch.manual_seed(0)
    print(report(measure(arguments)))


if __name__ == "__main__":
    main()
