"""The layout of a network's input steps. No torch.

T times, C channels, P past covariates, K known ones; F = 2 C + 1 + P + K features of a step.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from rnnlab.kinds.work import Facts


def input_size(facts: Facts) -> int:
    """Return F from the facts of the data."""
    return 2 * int(facts["targets"]) + 1 + int(facts["past"]) + int(facts["known"])


def joined(
    values: np.ndarray, observed: np.ndarray, gap: np.ndarray, past: np.ndarray, known: np.ndarray
) -> np.ndarray:
    """Return steps (T, F) float32: scaled values (T, C), 0 where missing; whether each is observed (T, C);
    the gap before the step (T,); covariates (T, P) and (T, K).
    """
    parts = (values, observed, gap[:, None], past, known)
    return np.concatenate([np.asarray(part, dtype=np.float32) for part in parts], axis=1)


def values_of(inputs: np.ndarray, channels: int) -> np.ndarray:
    """Return the values (..., C) of steps (..., F), NaN where they are missing."""
    values, observed = inputs[..., :channels], inputs[..., channels : 2 * channels]
    return np.where(observed > 0, values, np.float32(np.nan))


def steps_of(arrays: Any, start: int, end: int) -> np.ndarray:
    """Return the input steps (T, F) of points from `start` to `end` of joined arrays."""
    names = ("values", "observed", "gap", "past", "known")
    return joined(*(np.asarray(getattr(arrays, name)[start:end]) for name in names))
