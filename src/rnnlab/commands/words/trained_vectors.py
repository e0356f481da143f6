"""Read the trained word vectors of a run from its best checkpoint."""

from __future__ import annotations

import numpy as np

from rnnlab.errors import SettingError
from rnnlab.run.folder.run_folder import RunFolder

KEY = "embedding.vectors.weight"  # how its name ends in a state dict


def matrix_of(folder: RunFolder) -> np.ndarray:
    """Return a matrix (V, E) float32: row i is the vector of token i, before scale and projection.

    For a run with several embeddings, such as an ensemble, it is the first one: the vector spaces of two
    trainings are not aligned, so that a mean would be meaningless.

    Raises:
        SettingError: the run left no checkpoint, or one without an embedding.
    """
    if not folder.best.is_file():
        raise SettingError(
            "RUN", folder.path, "has no checkpoints/best.ckpt: it ended before its first validation"
        )
    from rnnlab.run.folder.checkpoint import state_of

    state = state_of(folder.best, mapped=True)
    names = sorted(name for name in state if name.endswith(KEY))
    if not names:
        raise SettingError("RUN", folder.path, "its model has no embedding of tokens")
    matrix: np.ndarray = state[names[0]].float().numpy()
    return matrix


def unit(matrix: np.ndarray) -> np.ndarray:
    """Divide each row by its length; a row of zeros stays."""
    lengths = np.linalg.norm(matrix, axis=-1, keepdims=True)
    return np.divide(matrix, lengths, out=np.zeros_like(matrix), where=lengths > 0)
