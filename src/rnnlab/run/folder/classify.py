"""Class probabilities of texts by a run's network. N texts, C classes."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING

from rnnlab.errors import SettingError
from rnnlab.evaluation.adjusted import adjusted

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor

    from rnnlab.finished import FinishedRun

MOST_TOKENS = 16_384  # in a padded batch; a longer text is a batch of its own


def probabilities(
    run: FinishedRun,
    texts: Sequence[str],
    progress: bool = False,
    ngrams: bool = False,
    encoded: Sequence[np.ndarray] | None = None,
) -> np.ndarray:
    """Predict class probabilities (N, C), float64, of N texts at the run's prior and temperature.

    Args:
        ngrams: blend in the run's n-grams, as its test did.
        encoded: the output of `run.encode` for the texts, if it is there already.

    Raises:
        SettingError: the run is a language model's, or has no n-grams.
    """
    ids = run.encode(texts) if encoded is None else encoded
    if not ngrams:
        return log_probabilities(run, ids, run.temperature, progress).exp().numpy()
    import torch

    from rnnlab.evaluation.temperature import combined
    from rnnlab.run.folder.ngrams import said_by_ngrams, scales_of

    scales, alone = scales_of(run), said_by_ngrams(run, texts)
    own = log_probabilities(run, ids, 1.0, progress)
    return combined(torch.stack([own, alone]), scales).exp().numpy()


def log_probabilities(
    run: FinishedRun, encoded: Sequence[np.ndarray], temperature: float, progress: bool
) -> Tensor:
    """The network's, (N, C) float64, at the run's prior."""
    import torch

    from rnnlab.bar import Bar
    from rnnlab.data.padded_batches import batches

    classes = run.classes
    if not classes:
        raise SettingError("RUN", run.folder.path, "is a language model's: it has no classes to predict")
    network, found = run.network, torch.zeros(len(encoded), len(classes), dtype=torch.float64)
    with torch.inference_mode(), Bar(total=len(encoded), unit=" texts") if progress else nullcontext() as bar:
        for rows, tokens, lengths in batches(encoded, run.shape.padding, MOST_TOKENS):
            logits = network(tokens.to(run.device), lengths.to(run.device))
            found[rows] = adjusted(logits.cpu(), run.prior_shift, temperature)
            if bar is not None:
                bar.update(len(rows))
    return found
