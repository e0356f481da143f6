"""One id of each row of logits, among those that are allowed. Shapes: B rows, V ids."""

from __future__ import annotations

import numpy as np

from rnnlab.decoding.settings import Decoding


def log_softmax(logits: np.ndarray) -> np.ndarray:
    """(B, V) nats, float64."""
    shifted = logits.astype(np.float64) - logits.max(axis=1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)))


def choose(
    logits: np.ndarray, allowed: np.ndarray, decoding: Decoding, generator: np.random.Generator
) -> np.ndarray:
    """(B,) ids drawn at the settings' temperature, everything that is not allowed left out first."""
    kept = np.where(allowed, logits.astype(np.float64), -np.inf)  # (B, V)
    if decoding.temperature == 0:
        return np.asarray(kept.argmax(axis=1))
    noise = generator.gumbel(size=kept.shape)  # the largest of logits and noise is a draw from their softmax
    return np.asarray((kept / decoding.temperature + noise).argmax(axis=1))
