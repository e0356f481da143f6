"""The expected test score of the best of k settings, beside all draws counted by hand."""

from __future__ import annotations

from itertools import product
from statistics import fmean

import pytest

from rnnlab.evaluation.tuning_curve import expected_best

CASES = {
    "distinct": ([0.1, 0.5, 0.3, 0.9], [0.2, 0.4, 0.9, 0.8]),
    "ties": ([0.5, 0.5, 0.1], [1.0, 0.0, 0.7]),
    "one": ([0.3], [0.6]),
}


@pytest.mark.parametrize("name", CASES)
def test_it_is_the_mean_over_all_draws_with_replacement(name: str) -> None:
    validation, test = CASES[name]
    count = len(validation)
    for k, found in enumerate(expected_best(validation, test), 1):
        scores = []
        for drawn in product(range(count), repeat=k):
            best = max(validation[place] for place in drawn)
            scores.append(fmean(test[place] for place in range(count) if validation[place] == best))
        assert found == pytest.approx(fmean(scores))
