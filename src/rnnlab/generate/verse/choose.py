"""Choice of one allowed id for each row of logits. Shapes: B rows, V ids."""

from __future__ import annotations

import numpy as np

from rnnlab.errors import SettingError
from rnnlab.generate.decoding import filters
from rnnlab.generate.decoding.draw import pick
from rnnlab.generate.decoding.settings import Decoding

_USED = ("--temperature", "--top-k", "--top-p", "--min-p", "--typical", "--ban", "--only")


def check_decoding(decoding: Decoding) -> None:
    """Check that lines of verse can be drawn with these settings.

    Raises:
        SettingError: a setting that verse does not support.
    """
    for name in decoding.named():
        if name not in _USED:
            rule = f"has no place with --form, which takes {', '.join(_USED)}"
            raise SettingError(name, getattr(decoding, name[2:].replace("-", "_")), rule)


def choose(
    logits: np.ndarray, allowed: np.ndarray, decoding: Decoding, generator: np.random.Generator
) -> np.ndarray:
    """Draw ids (B,) as the settings define, from those that are allowed (B, V)."""
    scores = np.where(allowed, logits.astype(np.float64), -np.inf)  # (B, V)
    if not decoding.draws:
        return np.asarray(scores.argmax(axis=1))
    scores = filters.temperature(scores, decoding.temperature)
    if decoding.top_k is not None:
        scores = filters.top_k(scores, decoding.top_k)
    scores = filters.typical(scores, decoding.typical)
    scores = filters.min_p(filters.top_p(scores, decoding.top_p), decoding.min_p)
    return pick(scores, generator.random(len(scores)))
