"""Ridge regression in closed form, from moments of the training windows. L inputs, H outputs."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

ALPHAS = (1e-4, 1e-3, 1e-2, 1e-1, 1.0)  # penalties, relative to the mean square of the inputs


class Moments(NamedTuple):
    """Sums over training windows: of squares (L, L) and products (L, H) about the means (L,), (H,)."""

    squares: np.ndarray
    products: np.ndarray
    inputs: np.ndarray
    targets: np.ndarray
    number: int

    def of_last(self, length: int) -> Moments:
        """Return the moments of the last `length` points of each window."""
        return Moments(
            self.squares[-length:, -length:], self.products[-length:], self.inputs[-length:], *self[3:]
        )


def ridges(moments: Moments, metric: np.ndarray | None) -> list[tuple[np.ndarray, np.ndarray, float]]:
    """Return weights (L, H), bias (H,) and penalty of each of ALPHAS, from one decomposition into
    eigenvectors.
    """
    squares, products = moments.squares, moments.products
    if metric is not None:
        squares, products = metric.T @ squares @ metric, metric.T @ products
    values, vectors = np.linalg.eigh(squares)
    turned = vectors.T @ products
    size = max(float(np.trace(squares)) / len(squares), 1e-12)
    found = []
    for alpha in ALPHAS:
        weights = vectors @ (turned / (np.maximum(values, 0) + alpha * size)[:, None])
        weights = weights if metric is None else metric @ weights
        found.append((weights, moments.targets - moments.inputs @ weights, alpha))
    return found
