"""Label placement next to points, so that few labels overlap other labels or points."""

from __future__ import annotations

from itertools import product

import numpy as np

# Directions of a label from its point, the best first: right, left, above, below, then the corners.
DIRECTIONS = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))
GAPS = (7.0, 12.0, 20.0, 30.0, 42.0)  # between a point and its label, in the units of the points


def place_labels(points: np.ndarray, sizes: np.ndarray, box: tuple[float, float]) -> np.ndarray:
    """Return the centre of each label (N, 2), in the order of the points: earlier ones choose first.

    Args:
        points: (N, 2), x and y of each point, in pixels or the like.
        sizes: (N, 2), width and height of each label.
        box: width and height of the whole area, which no label should leave.
    """
    placed = np.zeros_like(points)
    taken = np.concatenate([points - 4, points + 4], axis=1)  # (N, 4): left, bottom, right, top of the dots
    for number, (point, size) in enumerate(zip(points, sizes, strict=True)):
        middles = _candidates(point, size)
        boxes = np.concatenate([middles - size / 2, middles + size / 2], axis=1)
        cost = _covered(boxes, taken) + 1e6 * _outside(boxes, box) + 0.02 * size.prod() * _order()
        best = int(cost.argmin())
        placed[number] = middles[best]
        taken = np.concatenate([taken, boxes[best : best + 1]])
    return placed


def _candidates(point: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Return the candidate centres (K, 2): every direction at every gap, near ones first."""
    ways = [(np.array(way), gap) for gap, way in product(GAPS, DIRECTIONS)]
    return np.array([point + way * (size / 2 + gap) for way, gap in ways])


def _order() -> np.ndarray:
    """Return a small penalty for each candidate, growing down the list."""
    return np.repeat(np.arange(len(GAPS)), len(DIRECTIONS)) + np.tile(
        np.arange(len(DIRECTIONS)) / 16, len(GAPS)
    )


def _covered(boxes: np.ndarray, taken: np.ndarray) -> np.ndarray:
    """Return the occupied area (K,) that each box covers."""
    low = np.maximum(boxes[:, None, :2], taken[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], taken[None, :, 2:])
    return np.clip(high - low, 0, None).prod(2).sum(1)


def _outside(boxes: np.ndarray, box: tuple[float, float]) -> np.ndarray:
    """Return whether each box (K,) crosses an edge."""
    over = np.concatenate([boxes[:, :2] < 0, boxes[:, 2:] > np.array(box)], axis=1)
    return np.asarray(over.any(axis=1))
