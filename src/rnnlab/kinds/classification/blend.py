"""Blend of a finished run's network with its n-grams. N texts, C classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rnnlab.errors import SettingError

if TYPE_CHECKING:
    from torch import Tensor

    from rnnlab.finished import FinishedRun


def scales_of(run: FinishedRun) -> Tensor:
    """Return the weights (2,) of network and n-grams in their blend.

    Raises:
        SettingError: the run has no n-grams, or did not save them.
    """
    import torch

    facts = run.result.get("ngrams") or {}
    if not facts:
        raise SettingError("--ngrams", run.folder.path, "has none: train it with ngrams=naive_bayes")
    if not run.folder.ngrams.is_file():
        raise SettingError("--ngrams", run.folder.path, f"has no {run.folder.ngrams.name}: train it again")
    return torch.tensor([facts["weight_network"], facts["weight_ngrams"]], dtype=torch.float64)


def said_by_ngrams(run: FinishedRun, texts: Sequence[str]) -> Tensor:
    """Return the n-grams' log probabilities (N, C), float64, of untruncated texts."""
    import torch

    from rnnlab.kinds.classification.ngrams.stored import load_ngrams

    cleaned = [run.cleaner(text) for text in texts]
    ids = run.tokenizer.encode_batch(cleaned)
    return torch.from_numpy(load_ngrams(run.folder.ngrams).of_texts(cleaned, ids))
