"""CRPS of samples: by hand, against the exact score of a normal distribution, and without bias for few."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from rnnlab.evaluation.series.sample_crps import sample_crps


def test_by_hand() -> None:
    samples, label = np.array([[4.0, 1.0], [0.0, 1.0], [1.0, 1.0]]), np.array([2.0, 3.0])
    # |x - y| of 2, 2, 1; the pairs are 4, 3 and 1 apart
    assert sample_crps(samples, label).tolist() == pytest.approx([5 / 3 - 8 / 3 / 2, 2])


@pytest.mark.parametrize("number", [2, 10, 1000])
def test_its_mean_is_the_exact_score_however_few_samples_there_are(number: int) -> None:
    rng = np.random.default_rng(0)
    drawn = rng.normal(size=(number, 400_000 // number))
    exact = (
        0.7 * (2 * norm.cdf(0.7) - 1) + 2 * norm.pdf(0.7) - 1 / np.sqrt(np.pi)
    )  # Gneiting and Raftery 2007
    assert sample_crps(drawn, np.full(drawn.shape[1], 0.7)).mean() == pytest.approx(exact, abs=0.01)


def test_missing_labels_and_too_few_samples() -> None:
    assert np.isnan(sample_crps(np.zeros((3, 2)), np.array([1.0, np.nan]))).tolist() == [False, True]
    with pytest.raises(ValueError, match="samples=1 must be 2 or more"):
        sample_crps(np.zeros((1, 2)), np.zeros(2))
