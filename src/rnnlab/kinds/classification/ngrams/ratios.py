"""Naive-Bayes log-count ratios of n-grams by class (Wang & Manning 2012). F n-grams, N texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


def log_count_ratios(matrix: csr_matrix, inside: np.ndarray, smoothing: float) -> np.ndarray:
    """Return the log-count ratios r (F,) = log( (p / |p|_1) / (q / |q|_1) ).

    p is `smoothing` plus the number of texts of the class that have each n-gram, and q the same of all other
    texts.

    Args:
        matrix: (N, F) zeros and ones.
        inside: (N,) bool, whether a text is of the class.
        smoothing: > 0, the paper's alpha.
    """
    p = smoothing + inside.astype(np.float64) @ matrix
    q = smoothing + (~inside).astype(np.float64) @ matrix
    ratios: np.ndarray = np.log(p / p.sum()) - np.log(q / q.sum())
    return ratios


def weighted(matrix: csr_matrix, ratios: np.ndarray) -> csr_matrix:
    """Return the matrix (N, F) of zeros and ones with each n-gram's column times its ratio.

    It shares the places of its entries with the matrix.
    """
    product: csr_matrix = type(matrix)((ratios[matrix.indices], matrix.indices, matrix.indptr), matrix.shape)
    return product
