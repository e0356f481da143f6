"""Similarity in meaning: the cosine of text embeddings. Shapes: N texts, V ids, E features."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from rnnlab.errors import SettingError, UserError

Embed = Callable[[Sequence[str]], np.ndarray]  # N texts to (N, E)


def similarity(texts: Sequence[str], references: Sequence[str], embed: Embed) -> np.ndarray:
    """Return the cosine (N,) in [-1, 1] of each text's and its reference's embedding; 0 if one is zero."""
    first, second = np.asarray(embed(texts), float), np.asarray(embed(references), float)  # (N, E)
    lengths = np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=1)
    return np.divide((first * second).sum(1), lengths, out=np.zeros(len(first)), where=lengths > 0)


def mean_of_words(vectors: np.ndarray, encode: Callable[[Sequence[str]], Sequence[np.ndarray]]) -> Embed:
    """Embed texts as the mean of their tokens' vectors, rows of a run's own embedding (V, E).

    Args:
        encode: maps texts to one array of ids each; a text without ids becomes the zero vector.
    """

    def embed(texts: Sequence[str]) -> np.ndarray:
        rows = [np.asarray(ids, np.int64) for ids in encode(texts)]
        return np.stack([vectors[ids].mean(0) if len(ids) else np.zeros(vectors.shape[1]) for ids in rows])

    return embed


def sentence_model(path: str | Path, setting: str = "sentence_model") -> Embed:
    """Load a sentence-transformers model from a local folder; nothing is downloaded.

    Args:
        setting: names the folder in messages.

    Raises:
        SettingError: the folder does not exist, or holds no such model.
        UserError: sentence-transformers is not installed.
    """
    if not Path(path).is_dir():
        raise SettingError(setting, path, "must be a folder with a sentence-transformers model")
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise UserError(
            "sentence-transformers is not installed\npip install sentence-transformers"
        ) from error
    try:
        model = SentenceTransformer(str(path), local_files_only=True)
    except (OSError, ValueError) as error:
        reason = str(error).partition("\n")[0]
        raise SettingError(setting, path, f"cannot be loaded: {reason}") from error
    return lambda texts: np.asarray(model.encode(list(texts), show_progress_bar=False))
