"""Whether an exported graph says what the network says. Shapes: B rows, T tokens, V ids."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch

from rnnlab.data.padded_batches import rectangle
from rnnlab.errors import UserError
from rnnlab.evaluation.adjusted import adjusted
from rnnlab.export.session import open_session
from rnnlab.finished import FinishedRun
from rnnlab.model.sequence import to_post

TOLERANCE = 1e-5  # of attention, and of log probabilities and scores relative to the largest one above 1
SHAPES = ((1, 1), (1, 7), (2, 30), (5, 12), (16, 64), (3, 200))
STEPS = 40  # tokens that a language model reads
SEEDS = (0, 1, 2)


class Unequal(UserError):
    """An export that was refused."""


def check_parity(run: FinishedRun, model: Path) -> float:
    """The largest difference between the graph and the network over random batches.

    Raises:
        Unequal: it is above TOLERANCE.
    """
    session = open_session(model, threads=1)
    apart = language_differences if run.kind == "language_modeling" else classifier_differences
    worst = max(apart(run, session))
    if not worst <= TOLERANCE:
        raise Unequal(
            f"the exported graph differs from the network by {worst:.2g}, and {TOLERANCE} is the most"
        )
    return worst


def classifier_differences(run: FinishedRun, session: Any) -> Iterator[float]:
    """Of log probabilities and of attention, batch after batch of random tokens and lengths."""
    for seed in SEEDS:
        generator = np.random.default_rng(seed)
        for rows, time in SHAPES:
            lengths = generator.integers(1, time + 1, rows)
            lengths[0] = time
            ids = [random_ids(run, int(length), generator) for length in lengths]
            tokens = rectangle(ids, "post")
            said = session.run(None, {"tokens": tokens, "lengths": lengths})
            with torch.inference_mode():
                own = torch.from_numpy(rectangle(ids, run.shape.padding)), torch.from_numpy(lengths)
                expected = [adjusted(run.network(*own), run.prior_shift, run.temperature)]
                if len(said) > 1:
                    weights = run.network.attention(*own)  # type: ignore[operator]
                    expected.append(weights if run.shape.padding == "post" else to_post(weights, own[1]))
            for found, right in zip(said, expected, strict=True):
                # relative where a network is that sure: float32 holds no more
                yield float(np.abs(found - right.numpy()).max()) / max(1.0, float(right.abs().max()))


def language_differences(run: FinishedRun, session: Any) -> Iterator[float]:
    """Of scores at each step of random texts, relative to the largest one."""
    encoder: Any = run.network.encoder
    for seed in SEEDS:
        generator = np.random.default_rng(seed)
        rows = seed + 1
        tokens = np.stack([random_ids(run, STEPS, generator) for _ in range(rows)])  # (B, T)
        with torch.inference_mode():
            expected = run.network(torch.from_numpy(tokens))[0].numpy()  # (B, T, V)
        state = [np.zeros((encoder.num_layers, rows, size), np.float32) for size in encoder.state_sizes]
        for step in range(STEPS):
            feed = {f"state_{i}": part for i, part in enumerate(state)}
            logits, *state = session.run(None, feed | {"tokens": tokens[:, step]})
            scale = max(1.0, float(np.abs(expected[:, step]).max()))
            yield float(np.abs(logits - expected[:, step]).max()) / scale


def random_ids(run: FinishedRun, length: int, generator: np.random.Generator) -> np.ndarray:
    return generator.integers(run.tokenizer.unknown_id, run.tokenizer.vocab_size, length)
