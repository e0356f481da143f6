"""Parity check: an exported graph must give the network's outputs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from rnnlab.errors import UserError
from rnnlab.export.session import open_graphs

TOLERANCE = 1e-5  # of outputs, relative to the largest one above 1
SHAPES = ((1, 1), (1, 7), (2, 30), (5, 12), (16, 64), (3, 200))  # rows and steps of random batches
SEEDS = (0, 1, 2)


class Unequal(UserError):
    """The error of an export whose graph differs from the network."""


def check_parity(
    differences: Callable[[Any], Iterator[float]],
    folder: Path,
    others: Iterable[str] = (),
    tolerance: float = TOLERANCE,
) -> float:
    """Return the largest difference between the graphs and the network over random batches.

    Args:
        differences, others, tolerance: see `Exportable`.
        folder: holds the graphs.

    Raises:
        Unequal: the difference is above the tolerance.
    """
    worst = max(differences(open_graphs(folder, others, threads=1)))
    if not worst <= tolerance:
        raise Unequal(
            f"the exported graph differs from the network by {worst:.2g}, and {tolerance} is the most"
        )
    return worst


def random_lengths() -> Iterator[tuple[np.ndarray, np.random.Generator]]:
    """Yield the lengths (B,) of batches, each with the generator that draws its rows."""
    for seed in SEEDS:
        generator = np.random.default_rng(seed)
        for rows, time in SHAPES:
            lengths = generator.integers(1, time + 1, rows)
            lengths[0] = time
            yield lengths, generator


def random_ids(tokenizer: Any, length: int, generator: np.random.Generator) -> np.ndarray:
    """Draw ids (T,) of known tokens and of the unknown one."""
    return generator.integers(tokenizer.unknown_id, tokenizer.vocab_size, length)


def relative(found: np.ndarray, expected: np.ndarray) -> float:
    """Return the largest difference, relative to the largest expected value above 1, as float32 rounds."""
    return float(np.abs(found - expected).max()) / max(1.0, float(np.abs(expected).max()))
