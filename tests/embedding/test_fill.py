from __future__ import annotations

import numpy as np
import pytest

from rnnlab.embedding.fill import Found, complete, coverage

FOUND = np.array([False, False] + [True] * 20 + [False] * 400)
MATRIX = np.where(FOUND[:, None], np.random.default_rng(1).normal(1, 2, (422, 4)), 0).astype(np.float32)
COUNTS = np.arange(422)[::-1].copy()


def test_found_rows_stay_and_the_padding_is_zero():
    matrix = complete(Found(MATRIX, FOUND), COUNTS, seed=0)
    np.testing.assert_array_equal(matrix[FOUND], MATRIX[FOUND])
    assert matrix.dtype == np.float32
    assert not matrix[0].any()
    assert not MATRIX[22:].any(), "what was given was written to"


def test_missing_rows_are_as_long_as_the_found_ones():
    missing = complete(Found(MATRIX, FOUND), COUNTS, seed=0)[22:]
    assert np.sqrt(np.square(missing).mean()) == pytest.approx(
        np.sqrt(np.square(MATRIX[FOUND]).mean()), rel=0.05
    )
    assert abs(missing.mean()) < 0.2


def test_the_unknown_is_the_mean_of_the_rarest_tenth_of_the_found():
    matrix = complete(Found(MATRIX, FOUND), COUNTS, seed=0)
    np.testing.assert_allclose(matrix[1], MATRIX[20:22].mean(axis=0), rtol=1e-6)


def test_the_seed_decides_what_is_drawn():
    first, same, other = (complete(Found(MATRIX, FOUND), COUNTS, seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first, same)
    assert not np.array_equal(first[22:], other[22:])


def test_coverage_counts_an_unknown_token_as_missing_and_the_padding_not_at_all():
    found = np.array([False, False, True, False])
    assert coverage(found, np.array([9, 2, 5, 1])) == (0.5, 5 / 8)
