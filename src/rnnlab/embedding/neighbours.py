"""Nearest vectors by cosine similarity."""

from __future__ import annotations

import numpy as np

from rnnlab.tokenizer.base import PAD_ID, UNKNOWN_ID

NONE = -1
GROUP = 64  # columns whose best is compared first


def neighbours(matrix: np.ndarray, k: int, block: int = 512) -> np.ndarray:
    """Return the ids of the k nearest vectors of each id, (V, k) int64, best first, padded with -1.

    Pad, unknown and ids without a vector (all zero) have no neighbours and are never neighbours.

    Args:
        matrix: (V, E).
        block: rows compared with all others at once, which takes `block * V` floats of memory.

    Raises:
        ValueError: k < 1.
    """
    if k < 1:
        raise ValueError(f"k={k} must be at least 1")
    unit, real = directions(matrix)
    width = -(-len(unit) // GROUP)
    columns = np.zeros((GROUP * width, unit.shape[1]), dtype=np.float32)
    columns[: len(unit)] = unit
    hidden = np.ones(len(columns), dtype=bool)
    hidden[: len(unit)] = ~real
    table = np.full((len(unit), k), NONE, dtype=np.int64)
    for start in range(0, len(unit), block):
        rows = np.arange(start, min(start + block, len(unit)))
        cosines = unit[rows] @ columns.T  # (B, GROUP * W)
        cosines[:, hidden] = -np.inf
        cosines[np.arange(len(rows)), rows] = -np.inf
        ids = best(cosines, k)
        table[rows, : ids.shape[1]] = ids
    table[~real] = NONE
    return table


def directions(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the vectors (V, E) at length 1 (float32), and which ids (V,) take part."""
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    real = lengths[:, 0] > 0
    real[[PAD_ID, UNKNOWN_ID]] = False
    return (matrix / np.maximum(lengths, 1e-12)).astype(np.float32), real


def best(cosines: np.ndarray, k: int) -> np.ndarray:
    """Return the columns (B, k) of the k largest values of each row (B, GROUP * W), -1 for those of -inf.

    The k largest values lie in the k groups with the largest maxima, so that few columns need sorting.
    """
    width = cosines.shape[1] // GROUP
    maxima = cosines.reshape(len(cosines), GROUP, width).max(
        axis=1
    )  # (B, W): group w has w, w + W, w + 2W ...
    if k < width:
        groups = np.argpartition(-maxima, k - 1, axis=1)[:, :k]
    else:
        groups = np.broadcast_to(np.arange(width), (len(cosines), width))
    columns = (groups[:, None, :] + width * np.arange(GROUP)[:, None]).reshape(len(cosines), -1)
    values = np.take_along_axis(cosines, columns, axis=1)
    order = np.argsort(-values, axis=1, kind="stable")[:, :k]
    ids = np.take_along_axis(columns, order, axis=1)
    ids[np.isneginf(np.take_along_axis(values, order, axis=1))] = NONE
    return ids
